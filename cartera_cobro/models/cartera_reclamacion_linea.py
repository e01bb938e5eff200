from odoo import api, fields, models
from odoo.tools import float_compare

from .cartera_reclamacion import HOLDING


class CarteraReclamacionLinea(models.Model):
    """An item that a claim disputes, how much of it, and what was accepted; of an insolvency, a credit to file."""

    _name = "cartera.reclamacion.linea"
    _description = "Disputed Item"
    _inherit = ["cartera.tramite.linea"]
    _documento = "reclamacion_id"
    _order = "reclamacion_id, date_due, id"
    _rec_name = "partida_id"
    _check_company_auto = True

    reclamacion_id = fields.Many2one(
        "cartera.reclamacion", string="Claim", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(related="reclamacion_id.company_id", store=True, precompute=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partida_id = fields.Many2one(
        check_company=True,
        domain="[('expediente_id', '=', parent.expediente_id), ('is_open', '=', True), ('amount_residual', '>', 0)]",
    )
    date_due = fields.Date(related="partida_id.date_due", store=True)
    cuenta_id = fields.Many2one(related="partida_id.cuenta_id")
    amount_residual = fields.Monetary(related="partida_id.amount_residual", currency_field="company_currency_id")
    amount_disputed = fields.Monetary(
        string="Disputed",
        compute="_compute_amount_disputed",
        store=True,
        readonly=False,
        precompute=True,
        currency_field="company_currency_id",
        help="All that is owed of it, unless less is disputed.",
    )
    amount_accepted = fields.Monetary(
        string="Accepted", readonly=True, copy=False, currency_field="company_currency_id"
    )
    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Left in draft for whoever invoices.",
    )
    live = fields.Boolean(compute="_compute_live", store=True, help="Its claim or appeal is filed and not answered.")

    _item_once = models.UniqueIndex("(reclamacion_id, partida_id)", "The item is in the claim already.")
    _one_open = models.UniqueIndex("(partida_id) WHERE live", "The item is disputed already by another open claim.")

    @api.depends("partida_id")
    def _compute_amount_disputed(self):
        for linea in self:
            linea.amount_disputed = linea.partida_id.amount_residual

    @api.depends("reclamacion_id.state", "reclamacion_id.kind")
    def _compute_live(self):
        for linea in self:
            claim = linea.reclamacion_id
            linea.live = claim.state == "filed" and claim.kind in HOLDING

    def _frase_de_fijo(self):
        return self.env._("What was filed disputes what it disputes: withdraw it, and file another.")

    # --- what it holds ----------------------------------------------------------------------------------------------

    def _retenido(self):
        """What it keeps from being chased (float): what is disputed, then what was accepted and is not credited yet."""
        self.ensure_one()
        if self.live:
            return self.amount_disputed
        accepted = self.reclamacion_id.state == "answered" and self.amount_accepted
        return self.amount_accepted if accepted and self._por_acreditar() else 0.0

    def _por_acreditar(self):
        """Whether what was accepted of it has not reached the ledger: a note in draft, or an item without invoice."""
        if self.credit_move_id:
            return self.credit_move_id.state == "draft"
        return self.reclamacion_id.state == "answered" and self.partida_id.is_open


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    reclamacion_id = fields.Many2one(
        "cartera.reclamacion",
        string="Claim",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The open claim or appeal that disputes it.",
    )
    amount_disputed = fields.Monetary(
        string="Disputed",
        readonly=True,
        currency_field="company_currency_id",
        help="What the open claim disputes of its balance: nobody chases it meanwhile.",
    )
    reclamacion_linea_ids = fields.One2many("cartera.reclamacion.linea", "partida_id", string="Claims on It")

    def _sincronizar_reclamos(self):
        """Write on the items what their claims dispute of them now, with superuser rights; those that were written.

        What is settled is disputed by nobody; where an appeal follows a claim, the filed one decides.
        """
        items = self.sudo()
        wanted = dict.fromkeys(items, (items.env["cartera.reclamacion"], 0.0))
        lineas = items.env["cartera.reclamacion.linea"].search([("partida_id", "in", items.ids)])
        for linea in lineas.sorted(lambda one: (one.live, one.id)):
            held = linea._retenido()
            if held and linea.partida_id.is_open and linea.partida_id.amount_residual > 0:
                wanted[linea.partida_id] = (linea.reclamacion_id, held)
        changed = items.browse()
        for partida, (claim, amount) in wanted.items():
            same = float_compare(partida.amount_disputed, amount, precision_digits=2) == 0
            if partida.reclamacion_id != claim or not same:
                partida.write({"reclamacion_id": claim.id, "amount_disputed": amount})
                changed |= partida
        return changed
