from odoo import api, fields, models
from odoo.tools import SQL

from ..models.cartera_documento_tipo import APPLIES_TO
from ..models.cartera_politica import KINDS

# Ids of the rows are made of the record's id, what it is and the document's id, each in a place of its own.
PLACES = {kind: place for place, (kind, _label) in enumerate(APPLIES_TO)}
TIPOS = 1 << 20


class CarteraDocumentoFaltante(models.Model):
    """A document that a dossier, an account or an agreement must have and has not, or whose validity is over.

    One row each, read from what is filed as it is now. Dossiers and accounts count while they owe something.
    """

    _name = "cartera.documento.faltante"
    _description = "Missing Document"
    _auto = False
    _rec_name = "tipo_id"
    _order = "amount_overdue desc, expediente_id, sequence, id"
    _depends = {
        "cartera.cuenta": ["company_id", "partner_id"],
        "cartera.documento": ["active", "code", "cuenta_id", "date_until", "expediente_id"],
        "cartera.documento.tipo": [
            "active",
            "applies_to",
            "asked_of",
            "code",
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
        """{kind: (record, cuenta, join, open)}: SQL of what a document may belong to.

        record: its id; cuenta: its account or NULL; join: how it hangs from dossier `x`; open: whether it counts today.
        """
        return {
            "dossier": (SQL("x.id"), SQL("NULL::int"), SQL(), SQL("x.amount_total > 0")),
            "account": (
                SQL("c.id"),
                SQL("c.id"),
                SQL(
                    """JOIN res_partner h ON h.commercial_partner_id = x.partner_id
                       JOIN cartera_cuenta c ON c.partner_id = h.id AND c.company_id = x.company_id"""
                ),
                SQL(
                    """EXISTS (SELECT FROM cartera_partida i WHERE i.cuenta_id = c.id AND i.expediente_id = x.id
                                  AND i.is_open AND i.amount_residual > 0)"""
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
            self._sujetos()[kind][2],
        )

    @api.model
    def _sql_pedido(self):
        """Whether document `t` is asked of a dossier `x` in stage `e`."""
        kinds = [kind for kind, _label in KINDS]
        return SQL(
            """t.required AND (t.stage_from IS NULL OR array_position(%(kinds)s::varchar[], e.kind)
                                                        >= array_position(%(kinds)s::varchar[], t.stage_from))""",
            kinds=kinds,
        )

    @api.model
    def _sql_archivado(self, kind):
        """Whether a filed document `d` is the one asked for."""
        return SQL(
            "d.expediente_id = x.id AND d.code = t.code AND d.active AND d.cuenta_id IS NOT DISTINCT FROM %s",
            self._sujetos()[kind][1],
        )

    @api.model
    def _sql_faltan(self, kind, condition=None):
        """SELECT of what the subjects of a kind lack, by default of those that count today."""
        record, cuenta, _join, is_open = self._sujetos()[kind]
        return SQL(
            """
            SELECT (%(record)s::bigint * %(kinds)s + %(place)s) * %(tipos)s + t.id AS id, x.id AS expediente_id,
                   %(cuenta)s AS cuenta_id, t.id AS tipo_id, t.sequence, t.applies_to, x.partner_id, x.company_id,
                   x.politica_id, x.etapa_id, x.zona_id, x.user_id, x.responsible_id, x.amount_overdue,
                   (SELECT MAX(d.date_until) FROM cartera_documento d WHERE %(filed)s) AS date_expired
              FROM %(source)s
             WHERE %(condition)s AND %(asked)s
               AND NOT EXISTS (SELECT FROM cartera_documento d
                                WHERE %(filed)s AND (d.date_until IS NULL OR d.date_until >= %(today)s))
            """,
            record=record,
            kinds=len(PLACES) + 1,
            place=PLACES[kind],
            tipos=TIPOS,
            cuenta=cuenta,
            filed=self._sql_archivado(kind),
            source=self._sql_desde(kind),
            condition=condition or is_open,
            asked=self._sql_pedido(),
            today=self.env.company._cartera_hoy(),
        )

    # --- for people -------------------------------------------------------------------------------------------------

    def _nombre(self):
        """The document, and the account it is of: Contrato de arrendamiento · Local 3."""
        return " · ".join(filter(None, [self.tipo_id.name, self._sujeto()]))

    def _sujeto(self):
        """What it is missing in, where that is not the dossier itself; else empty."""
        return self.cuenta_id.name or ""

    def action_open_expediente(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()
