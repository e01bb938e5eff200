from odoo import fields, models
from odoo.tools import SQL

from ..models.cartera_corte_texto import Ordenados
from ..models.cartera_partida import Copia
from ..models.cartera_politica import KINDS


class CarteraCorteAcuerdo(Ordenados, models.Model):
    """An item that was under an agreement at a closing in force: how many agreements, for how much, by stage."""

    _name = "cartera.corte.acuerdo"
    _inherit = ["cartera.corte.ultimo"]
    _description = "Agreements at Closings"
    _auto = False
    _order = "date desc, acuerdo, id"
    _rec_name = "acuerdo"
    _depends = {
        "cartera.corte": ["is_current"],
        "cartera.corte.linea": [
            "corte_id", "company_id", "date", "acuerdo", "date_due", "move_line_id", "etapa", "etapa_orden",
            "etapa_kind", "banda", "banda_orden", "use", "estrato", "zona", "municipality", "officer", "accounts",
            "amount", "partner_name", "partida_id", "expediente_id", "number", "cuenta",
        ],
    }  # fmt: skip

    corte_id = Copia("cartera.corte", string="Closing", readonly=True)
    company_id = Copia("res.company", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(string="Closing Date", readonly=True)
    acuerdo = fields.Char(string="Agreement", readonly=True)
    expediente_id = Copia("cartera.expediente", string="Dossier", readonly=True)
    partner_name = fields.Char(string="Debtor", readonly=True)
    number = fields.Char(readonly=True)
    cuenta = fields.Char(string="Account / Contract", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    etapa = fields.Char(string="Stage", readonly=True)
    etapa_orden = fields.Integer(string="Place of Stage", readonly=True, aggregator="min")
    etapa_kind = fields.Selection(KINDS, string="Kind of Stage", readonly=True)
    banda = fields.Char(string="Age Band", readonly=True)
    banda_orden = fields.Integer(string="First Day of Band", readonly=True, aggregator="min")
    use = fields.Char(readonly=True)
    estrato = fields.Char(readonly=True)
    zona = fields.Char(string="Zone", readonly=True)
    municipality = fields.Char(readonly=True)
    officer = fields.Char(readonly=True)
    agreements = fields.Integer(
        readonly=True, help="1 on the oldest item of each agreement: the sum counts each once."
    )
    accounts = fields.Integer(readonly=True, help="Each account counts once, where its oldest item is.")
    items = fields.Integer(readonly=True)
    amount = fields.Monetary(string="Balance", readonly=True, currency_field="company_currency_id")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.corte_id, l.company_id, l.date, l.acuerdo, l.expediente_id, l.partner_name, l.number,
                   l.cuenta, l.date_due, l.etapa, l.etapa_orden, l.etapa_kind, l.banda, l.banda_orden, l.use, l.estrato,
                   l.zona, l.municipality, l.officer, 1 AS items, l.accounts, l.amount,
                   (ROW_NUMBER() OVER (PARTITION BY l.corte_id, l.company_id, l.date, l.acuerdo
                                           ORDER BY l.date_due, l.move_line_id) = 1)::int AS agreements
              FROM cartera_corte_linea l
              JOIN cartera_corte c ON c.id = l.corte_id AND c.is_current
             WHERE l.acuerdo IS NOT NULL
            """
        )

    def action_open_dossier(self):
        self.ensure_one()
        self.check_access("read")
        expediente = self.expediente_id.exists()
        return bool(expediente) and expediente._get_records_action()
