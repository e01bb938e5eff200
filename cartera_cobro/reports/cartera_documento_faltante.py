from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.cartera_documento_tipo import APPLIES_TO
from ..models.cartera_politica import KINDS

# Ids of the rows are made of the record's id, what it is and the document's id, each in a place of its own.
PLACES = {kind: place for place, (kind, _label) in enumerate(APPLIES_TO)}
TIPOS = 1 << 20


class Sujeto(NamedTuple):
    """SQL of what a document may belong to, hanging from dossier `x`, and asked for by document `t`.

    record: its id; cuenta, acuerdo: its account, its agreement; counts: whether it is to have its papers today; asked:
    whether it is to have this one; held: whether it has it without any filed document.
    """

    record: SQL
    counts: SQL
    cuenta: SQL = SQL("NULL::int")
    acuerdo: SQL = SQL("NULL::int")
    join: SQL = SQL()
    asked: SQL = SQL("TRUE")
    held: SQL = SQL("FALSE")


class CarteraDocumentoFaltante(models.Model):
    """A document that a dossier, an account or an agreement must have and has not, or whose validity is over.

    One row each, read from what is filed as it is now. Dossiers and accounts count while they owe something, agreements
    from their proposal on, unless they were cancelled.
    """

    _name = "cartera.documento.faltante"
    _description = "Missing Document"
    _auto = False
    _rec_name = "tipo_id"
    _order = "amount_overdue desc, expediente_id, sequence, id"
    _depends = {
        "cartera.acuerdo": [
            "accepted_channel",
            "date_accepted",
            "date_active",
            "expediente_id",
            "guarantee_type",
            "pdf_id",
            "state",
        ],
        "cartera.cuenta": ["company_id", "partner_id"],
        "cartera.documento": ["active", "acuerdo_id", "code", "cuenta_id", "date_until", "expediente_id"],
        "cartera.documento.tipo": [
            "active",
            "applies_to",
            "asked_of",
            "code",
            "matter",
            "politica_id",
            "required",
            "sequence",
            "stage_from",
        ],
        "cartera.etapa": ["kind"],
        "cartera.expediente": [
            "amount_overdue",
            "amount_total",
            "company_id",
            "etapa_id",
            "partner_id",
            "politica_id",
            "responsible_id",
            "user_id",
            "zona_id",
        ],
        "cartera.partida": ["amount_residual", "cuenta_id", "expediente_id", "is_open"],
        "res.partner": ["commercial_partner_id", "is_company"],
    }

    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    cuenta_id = fields.Many2one("cartera.cuenta", string="Account / Contract", readonly=True)
    acuerdo_id = fields.Many2one("cartera.acuerdo", string="Agreement", readonly=True)
    tipo_id = fields.Many2one("cartera.documento.tipo", string="Document", readonly=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    applies_to = fields.Selection(APPLIES_TO, string="Of", readonly=True)
    situation = fields.Selection([("missing", "Never filed"), ("expired", "Expired")], readonly=True)
    date_expired = fields.Date(string="Expired On", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    politica_id = fields.Many2one("cartera.politica", string="Policy", readonly=True)
    etapa_id = fields.Many2one("cartera.etapa", string="Stage", readonly=True)
    etapa_color = fields.Integer(related="etapa_id.color")
    zona_id = fields.Many2one("cartera.zona", string="Zone", readonly=True)
    user_id = fields.Many2one("res.users", string="Officer", readonly=True)
    responsible_id = fields.Many2one("res.users", string="Account Responsible", readonly=True)
    amount_overdue = fields.Monetary(
        string="Overdue", currency_field="company_currency_id", readonly=True, aggregator=None
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")

    @property
    def _table_query(self):
        return SQL(
            "SELECT m.*, CASE WHEN m.date_expired IS NULL THEN 'missing' ELSE 'expired' END AS situation FROM (%s) m",
            SQL(" UNION ALL ").join(self._sql_faltan(kind) for kind in self._sujetos()),
        )

    # --- what is asked for ------------------------------------------------------------------------------------------

    @api.model
    def _sujetos(self):
        """{kind: Sujeto} of what a document may belong to."""
        return {
            "dossier": Sujeto(record=SQL("x.id"), counts=SQL("x.amount_total > 0")),
            "account": Sujeto(
                record=SQL("c.id"),
                cuenta=SQL("c.id"),
                join=SQL(
                    """JOIN res_partner h ON h.commercial_partner_id = x.partner_id
                       JOIN cartera_cuenta c ON c.partner_id = h.id AND c.company_id = x.company_id"""
                ),
                counts=SQL(
                    """EXISTS (SELECT FROM cartera_partida i WHERE i.cuenta_id = c.id AND i.expediente_id = x.id
                                  AND i.is_open AND i.amount_residual > 0)"""
                ),
            ),
            "agreement": Sujeto(
                record=SQL("a.id"),
                acuerdo=SQL("a.id"),
                join=SQL("JOIN cartera_acuerdo a ON a.expediente_id = x.id"),
                counts=SQL("a.state NOT IN ('draft', 'cancelled')"),
                asked=SQL(
                    """CASE t.matter WHEN 'proposal' THEN a.date_accepted IS NOT NULL
                                     WHEN 'guarantee' THEN a.guarantee_type != 'none'
                                     WHEN 'signed' THEN a.date_active IS NOT NULL ELSE TRUE END"""
                ),
                held=SQL(
                    """CASE t.matter WHEN 'proposal' THEN COALESCE(a.accepted_channel = 'portal', FALSE)
                                     WHEN 'guarantee' THEN EXISTS (SELECT FROM cartera_acuerdo_garantia_rel g
                                                                    WHERE g.cartera_acuerdo_id = a.id)
                                     WHEN 'signed' THEN a.pdf_id IS NOT NULL ELSE FALSE END"""
                ),
            ),
        }

    @api.model
    def _sql_desde(self, kind):
        """FROM of what is asked of each dossier `x` by each document `t` that its policy has for that kind."""
        return SQL(
            """cartera_expediente x
               JOIN res_partner p ON p.id = x.partner_id
               JOIN cartera_documento_tipo t ON t.politica_id = x.politica_id AND t.active AND t.applies_to = %s
                    AND t.asked_of IN ('both', CASE WHEN p.is_company THEN 'company' ELSE 'person' END)
                 %s
          LEFT JOIN cartera_etapa e ON e.id = x.etapa_id""",
            kind,
            self._sujetos()[kind].join,
        )

    @api.model
    def _sql_pedido(self, kind):
        """Whether document `t` is asked of a dossier `x` in stage `e`."""
        return SQL(
            """t.required AND (t.stage_from IS NULL OR array_position(%(kinds)s::varchar[], e.kind)
                                                        >= array_position(%(kinds)s::varchar[], t.stage_from))
               AND %(asked)s""",
            kinds=[kind for kind, _label in KINDS],
            asked=self._sujetos()[kind].asked,
        )

    @api.model
    def _sql_archivado(self, kind):
        """Whether a filed document `d` is the one asked for."""
        return SQL(
            """d.expediente_id = x.id AND d.code = t.code AND d.active AND d.cuenta_id IS NOT DISTINCT FROM %s
               AND d.acuerdo_id IS NOT DISTINCT FROM %s""",
            self._sujetos()[kind].cuenta,
            self._sujetos()[kind].acuerdo,
        )

    @api.model
    def _sql_faltan(self, kind, condition=None):
        """SELECT of what the subjects of a kind lack, by default of those that count today."""
        sujeto = self._sujetos()[kind]
        return SQL(
            """
            SELECT (%(record)s::bigint * %(kinds)s + %(place)s) * %(tipos)s + t.id AS id, x.id AS expediente_id,
                   %(cuenta)s AS cuenta_id, %(acuerdo)s AS acuerdo_id, t.id AS tipo_id, t.sequence, t.applies_to,
                   x.partner_id, x.company_id, x.politica_id, x.etapa_id, x.zona_id, x.user_id, x.responsible_id,
                   x.amount_overdue,
                   (SELECT MAX(d.date_until) FROM cartera_documento d WHERE %(filed)s) AS date_expired
              FROM %(source)s
             WHERE %(condition)s AND %(asked)s AND NOT %(held)s
               AND NOT EXISTS (SELECT FROM cartera_documento d
                                WHERE %(filed)s AND (d.date_until IS NULL OR d.date_until >= %(today)s))
            """,
            record=sujeto.record,
            kinds=len(PLACES),
            place=PLACES[kind],
            tipos=TIPOS,
            cuenta=sujeto.cuenta,
            acuerdo=sujeto.acuerdo,
            filed=self._sql_archivado(kind),
            source=self._sql_desde(kind),
            condition=condition or sujeto.counts,
            asked=self._sql_pedido(kind),
            held=sujeto.held,
            today=self.env.company._cartera_hoy(),
        )

    # --- for people -------------------------------------------------------------------------------------------------

    def _nombre(self):
        """The document, and the account or agreement it is of: Contrato de arrendamiento · Local 3."""
        return " · ".join(filter(None, [self.tipo_id.name, self._sujeto()]))

    def _sujeto(self):
        """What it is missing in, where that is not the dossier itself; else empty."""
        return self.cuenta_id.name or self.acuerdo_id.number or ""

    def action_open_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()
