from odoo import api, fields, models
from odoo.exceptions import UserError

MOVEMENTS = [
    ("write_off", "Write-off"),
    ("reversal", "Reversal"),
    ("recovery", "Recovery"),
    ("annulment", "Recovery annulled"),
]


class CarteraCastigoLinea(models.Model):
    """An item of a write-off: what was authorised, what the ledger still showed when it was posted."""

    _name = "cartera.castigo.linea"
    _description = "Item of a Write-off"
    _order = "castigo_id, date_due, id"
    _rec_name = "name"

    castigo_id = fields.Many2one(
        "cartera.castigo", string="Write-off", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partida_id = fields.Many2one(
        "cartera.partida", string="Item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="castigo_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(related="partida_id.name", string="Number")
    date_due = fields.Date(related="partida_id.date_due", string="Due Date", store=True)
    amount_authorized = fields.Monetary(string="Authorised", readonly=True, currency_field="company_currency_id")
    amount = fields.Monetary(string="Written Off", readonly=True, currency_field="company_currency_id")
    amount_allowance = fields.Monetary(string="Against Impairment", readonly=True, currency_field="company_currency_id")
    note = fields.Char(readonly=True, help="Why less was written off than authorised.")
    etapa_id = fields.Many2one("cartera.etapa", string="Stage Before", readonly=True, ondelete="restrict")
    movimiento_ids = fields.One2many("cartera.castigo.movimiento", "linea_id", string="Movements")
    amount_recovered = fields.Monetary(
        string="Recovered", compute="_compute_amount_recovered", store=True, currency_field="company_currency_id"
    )

    _partida_once = models.UniqueIndex("(castigo_id, partida_id)", "An item is once in a write-off.")

    @api.depends("movimiento_ids.amount", "movimiento_ids.kind")
    def _compute_amount_recovered(self):
        for linea in self:
            recovered = linea.movimiento_ids.filtered(lambda m: m.kind in ("recovery", "annulment"))
            linea.amount_recovered = -sum(recovered.mapped("amount"))

    def _leer_libro(self):
        """Take from the ledger what is owed now: paid meanwhile it falls out, with a note; owed less, less goes."""
        for linea in self:
            item = linea.partida_id
            owed = max(item.amount_residual, 0.0) if item.is_open else 0.0
            linea.amount = owed
            linea.etapa_id = item.etapa_id
            if not owed:
                linea.note = self.env._("Paid meanwhile: nothing was owed any more.")
            elif item.company_currency_id.compare_amounts(owed, linea.amount_authorized) < 0:
                linea.note = self.env._("Paid in part meanwhile: only what was owed was written off.")
        return self.filtered("amount")

    def _anotar(self, kind, amounts, move, memo, date, recuperacion=None):
        """Record a movement of `amounts` ({line: signed amount}), with the entries that made it."""
        self.env["cartera.castigo.movimiento"].create(
            [
                {
                    "linea_id": linea.id,
                    "kind": kind,
                    "date": date,
                    "amount": amount,
                    "move_id": move.id,
                    "memo_move_id": memo.id,
                    "recuperacion_id": recuperacion.id if recuperacion else False,
                }
                for linea, amount in amounts.items()
                if amount
            ]
        )


class CarteraSoloAnota(models.AbstractModel):
    """Rows that are written once: nobody changes or deletes them."""

    _name = "cartera.castigo.anotacion"
    _description = "Row of a Write-off, Append-Only"

    def write(self, vals):
        if not self:  # Odoo's merge of partners writes on whatever it finds, nothing included
            return super().write(vals)
        raise UserError(self.env._("What happened to a write-off is append-only: it is undone by another row."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What happened to a write-off is append-only: its rows are never deleted."))


class CarteraCastigoMovimiento(models.Model):
    """What happened to a written-off item: append-only. Signed: a write-off adds, reversals and recoveries take off."""

    _name = "cartera.castigo.movimiento"
    _description = "Movement of a Written-off Item"
    _inherit = ["cartera.castigo.anotacion"]
    _order = "date, id"
    _rec_name = "partida_id"

    linea_id = fields.Many2one(
        "cartera.castigo.linea", string="Item of the Write-off", required=True, readonly=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    castigo_id = fields.Many2one(related="linea_id.castigo_id", string="Write-off", store=True)
    partida_id = fields.Many2one(related="linea_id.partida_id", string="Item", store=True, index=True)
    expediente_id = fields.Many2one(related="castigo_id.expediente_id", string="Dossier", store=True, index=True)
    company_id = fields.Many2one(related="castigo_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(MOVEMENTS, string="Movement", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, currency_field="company_currency_id")
    move_id = fields.Many2one("account.move", string="Entry", readonly=True, ondelete="restrict")
    memo_move_id = fields.Many2one("account.move", string="Memorandum Entry", readonly=True, ondelete="restrict")
    recuperacion_id = fields.Many2one("cartera.castigo.recuperacion", string="Recovery", readonly=True)


class CarteraCastigoRecuperacion(models.Model):
    """Money that arrived for a written-off debt, one row a credit applied: append-only, annulled by a contrary row."""

    _name = "cartera.castigo.recuperacion"
    _description = "Recovery of a Written-off Debt"
    _inherit = ["cartera.castigo.anotacion"]
    _order = "date, id"
    _rec_name = "castigo_id"

    castigo_id = fields.Many2one(
        "cartera.castigo", string="Write-off", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="castigo_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, currency_field="company_currency_id")
    credito_id = fields.Many2one(
        "cartera.partida", string="Credit Applied", required=True, readonly=True, ondelete="restrict"
    )
    move_id = fields.Many2one("account.move", string="Entry", required=True, readonly=True, ondelete="restrict")
    memo_move_id = fields.Many2one("account.move", string="Memorandum Entry", readonly=True, ondelete="restrict")
    annuls_id = fields.Many2one(
        "cartera.castigo.recuperacion", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reason = fields.Char(readonly=True)
    is_annulled = fields.Boolean(string="Annulled", compute="_compute_is_annulled")

    _annulled_once = models.UniqueIndex("(annuls_id) WHERE annuls_id IS NOT NULL", "A recovery is annulled once.")

    def _compute_is_annulled(self):
        annulled = self.sudo().search([("annuls_id", "in", self.ids)]).annuls_id
        for recuperacion in self:
            recuperacion.is_annulled = recuperacion in annulled


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    castigo_linea_id = fields.Many2one(
        "cartera.castigo.linea",
        string="Written Off In",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The write-off that closed it: it was not paid.",
    )
    castigo_id = fields.Many2one(related="castigo_linea_id.castigo_id", string="Write-off")
    written_off = fields.Monetary(related="castigo_linea_id.amount", currency_field="company_currency_id")
    castigo_movimiento_ids = fields.One2many(
        "cartera.castigo.movimiento", "partida_id", string="Write-offs and Recoveries"
    )

    def _castigado_por_partida(self):
        """{item: what was written off of it and was neither recovered nor reversed}, those with some, in one query."""
        rows = (
            self.env["cartera.castigo.movimiento"]
            .sudo()
            ._read_group([("partida_id", "in", self.ids)], ["partida_id"], ["amount:sum"])
        )
        pending = {self.browse(item.id): item.company_currency_id.round(amount) for item, amount in rows}
        return {item: amount for item, amount in pending.items() if amount > 0}

    def _explicar(self):
        # EXTENDS: what was written off is closed, and was not paid.
        if self.castigo_linea_id and not self.is_open:
            castigo = self.castigo_id.sudo()
            return self.env._(
                "Written off on %(date)s in %(number)s, by minutes %(minutes)s: %(amount)s. It was not paid.",
                date=castigo._fecha(castigo.date),
                number=castigo.number,
                minutes=castigo.acta_id.display_name,
                amount=castigo._dinero(self.written_off),
            )
        return super()._explicar()


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    castigo_ids = fields.One2many("cartera.castigo", "expediente_id", string="Write-offs")
    amount_written_off = fields.Monetary(
        string="Written Off",
        compute="_compute_amount_written_off",
        currency_field="company_currency_id",
        help="Written off, and neither recovered nor reversed.",
    )

    @api.depends("castigo_ids.amount_pending")
    def _compute_amount_written_off(self):
        amounts = self._castigado_por_expediente()
        for expediente in self:
            expediente.amount_written_off = amounts.get(expediente._origin, 0.0)

    def _castigado(self, partidas=None):
        """What was written off of these dossiers, or of some of their items, and was neither recovered nor reversed.

        A float in company currency, from the movements and never from `payment_state`: Odoo shows as paid an invoice
        that was written off. While it is more than zero there is no paz y salvo.
        """
        return sum(self._castigado_por_expediente(partidas).values())

    def _castigado_por_expediente(self, partidas=None):
        """{dossier: what `_castigado` says of it}, in one query."""
        domain = [("expediente_id", "in", self.ids)]
        if partidas is not None:
            domain.append(("partida_id", "in", partidas.ids))
        rows = self.env["cartera.castigo.movimiento"].sudo()._read_group(domain, ["expediente_id"], ["amount:sum"])
        return {self.browse(found.id): found.company_id.currency_id.round(amount) for found, amount in rows}

    def action_castigos(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_castigo_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})
