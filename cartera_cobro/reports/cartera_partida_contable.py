from odoo import fields, models
from odoo.tools import SQL

KINDS = [
    ("provision", "Impairment"),
    ("provision_reversed", "Impairment reversed"),
    ("ddr", "Shown as hard to collect"),
    ("ddr_back", "Back from hard to collect"),
    ("write_off", "Write-off"),
    ("reversal", "Reversal"),
    ("recovery", "Recovery"),
    ("annulment", "Recovery annulled"),
]
# How many kinds of rows a source gives: an id is unique in one source.
SOURCES = 8


class CarteraPartidaContable(models.Model):
    """What accounting did to an item: one row each movement of its impairment, each month end at which it was shown as
    hard to collect, its write-off and its recoveries.

    Amounts are as their documents sign them: impairment that grows, what is shown apart and what is written off add.
    """

    _name = "cartera.partida.contable"
    _description = "Accounting of an Item"
    _auto = False
    _rec_name = "number"
    _order = "date desc, id desc"
    _depends = {
        "cartera.provision": ["state", "date", "number", "move_id", "reversal_move_id", "date_end"],
        "cartera.provision.linea": ["amount_movement", "move_line_id", "provision_id"],
        "cartera.reclasificacion": ["state", "date", "number", "move_id", "back_move_id"],
        "cartera.reclasificacion.linea": ["amount", "move_line_id", "reclasificacion_id"],
        "cartera.castigo": ["number"],
        "cartera.castigo.movimiento": ["kind", "date", "amount", "partida_id", "move_id", "castigo_id"],
        "cartera.partida": ["move_line_id", "expediente_id", "partner_id", "name"],
    }

    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, string="What Happened", readonly=True)
    amount = fields.Monetary(readonly=True, currency_field="company_currency_id")
    number = fields.Char(string="Document", readonly=True)
    item = fields.Char(string="Item Number", readonly=True)
    partida_id = fields.Many2one("cartera.partida", string="Open Item", readonly=True)
    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    provision_id = fields.Many2one("cartera.provision", string="Impairment Run", readonly=True)
    reclasificacion_id = fields.Many2one("cartera.reclasificacion", string="Reclassification", readonly=True)
    castigo_id = fields.Many2one("cartera.castigo", string="Write-off", readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", readonly=True)

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join([self._sql_deterioro(), self._sql_dificil(), self._sql_castigo()])

    def _sql_deterioro(self):
        """The movements of posted runs, and of reversed ones both ways."""
        return SQL(
            """
            SELECT l.id::bigint * %(sources)s + s.place AS id, s.date, s.kind, s.sign * l.amount_movement AS amount,
                   v.number, l.number AS item, p.id AS partida_id, p.expediente_id, p.partner_id, l.company_id,
                   v.id AS provision_id, NULL::int AS reclasificacion_id, NULL::int AS castigo_id, s.move_id
              FROM cartera_provision v
              JOIN cartera_provision_linea l ON l.provision_id = v.id AND l.amount_movement != 0
              JOIN cartera_partida p ON p.move_line_id = l.move_line_id
        CROSS JOIN LATERAL (
                SELECT 0 AS place, 'provision' AS kind, 1 AS sign, v.date, v.move_id
                 UNION ALL
                SELECT 1, 'provision_reversed', -1, v.date_end, v.reversal_move_id WHERE v.state = 'reversed') s
             WHERE v.state IN ('posted', 'reversed')
            """,
            sources=SOURCES,
        )

    def _sql_dificil(self):
        """What was shown apart and given back; what was annulled did not stand."""
        return SQL(
            """
            SELECT l.id::bigint * %(sources)s + s.place, s.date, s.kind, s.sign * l.amount, r.number, l.number,
                   p.id, p.expediente_id, p.partner_id, l.company_id, NULL::int, r.id, NULL::int, s.move_id
              FROM cartera_reclasificacion r
              JOIN cartera_reclasificacion_linea l ON l.reclasificacion_id = r.id
              JOIN cartera_partida p ON p.move_line_id = l.move_line_id
        CROSS JOIN LATERAL (VALUES (2, 'ddr', 1, r.date, r.move_id),
                                   (3, 'ddr_back', -1, r.date + 1, r.back_move_id))
                        AS s(place, kind, sign, date, move_id)
             WHERE r.state = 'posted'
            """,
            sources=SOURCES,
        )

    def _sql_castigo(self):
        return SQL(
            """
            SELECT m.id::bigint * %(sources)s + 4, m.date, m.kind, m.amount, c.number, p.name, p.id, p.expediente_id,
                   p.partner_id, m.company_id, NULL::int, NULL::int, c.id, m.move_id
              FROM cartera_castigo_movimiento m
              JOIN cartera_castigo c ON c.id = m.castigo_id
              JOIN cartera_partida p ON p.id = m.partida_id
            """,
            sources=SOURCES,
        )

    def action_open_document(self):
        """The run, the reclassification or the write-off that made it."""
        self.ensure_one()
        return (self.provision_id or self.reclasificacion_id or self.castigo_id)._get_records_action()


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    def action_contable(self):
        """What accounting did to the item."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_partida_contable_action")
        return dict(action, domain=[("partida_id", "=", self.id)], context={})


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def action_contable(self):
        """What accounting did to the debtor's items."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_partida_contable_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={"search_default_by_item": 1})
