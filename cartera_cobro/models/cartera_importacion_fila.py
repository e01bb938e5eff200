from odoo import api, fields, models
from odoo.tools import SQL


class CarteraImportacionFila(models.Model):
    """A row of the file: what it says, what became of it and why."""

    _name = "cartera.importacion.fila"
    _description = "Portfolio Import Row"
    _order = "importacion_id, number"
    _rec_name = "ref"

    importacion_id = fields.Many2one("cartera.importacion", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True)
    number = fields.Integer(string="Row")
    data = fields.Json(string="As in the File", help="The texts of the row, one a column.")
    state = fields.Selection(
        [("pending", "Good"), ("done", "Imported"), ("rejected", "Rejected"), ("skipped", "Skipped")],
        required=True,
        default="pending",
    )
    reason = fields.Text()
    # --- what it says -----------------------------------------------------------------------------------------------
    partner_key = fields.Char(string="Debtor Key")
    key = fields.Char(help="Debtor, contract account and number: what makes two rows the same invoice.")
    id_type = fields.Char(string="Identification Type")
    vat = fields.Char(string="Identification Number")
    partner_code = fields.Char(string="Customer Code")
    name = fields.Char()
    email = fields.Char(string="E-mail")
    phone = fields.Char()
    street = fields.Char(string="Address")
    city = fields.Char()
    ref = fields.Char(string="Invoice Number")
    date = fields.Date(string="Invoice Date")
    date_due = fields.Date(string="Due Date")
    date_paid = fields.Date(string="Payment Date")
    currency_id = fields.Many2one("res.currency")
    amount_total = fields.Monetary(string="Total")
    amount_balance = fields.Monetary(string="Balance")
    cuenta = fields.Char(string="Contract Account")
    # --- what became of it ------------------------------------------------------------------------------------------
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True, index="btree_not_null")
    payment_move_id = fields.Many2one("account.move", string="Opening Payment", readonly=True, index="btree_not_null")

    # The guarantee behind every "already there": one invoice of one debtor enters once, whoever imports.
    _key_uniq = models.UniqueIndex(
        "(company_id, key) WHERE state = 'done' AND move_id IS NOT NULL", "That invoice was imported already."
    )
    _by_state = models.Index("(importacion_id, state, number)")

    @api.model
    def _importadas(self, company, keys):
        """{key: name of its entry} of the rows that an earlier import brought into the company."""
        if not keys:
            return {}
        self.flush_model(["company_id", "key", "state", "move_id"])
        query = SQL(
            """SELECT f.key, m.name FROM cartera_importacion_fila f JOIN account_move m ON m.id = f.move_id
                WHERE f.company_id = %s AND f.state = 'done' AND f.key IN %s""",
            company.id,
            tuple(keys),
        )
        return dict(self.env.execute_query(query))

    def _rechazar(self, sentence):
        self.write({"state": "rejected", "reason": sentence})

    def _motivo(self, code, detail=""):
        """The sentence of a reason of `cartera_importacion_lectura` or of the revision."""
        return self._motivos()[code] % self._partes(detail)

    @api.model
    def _partes(self, detail):
        """The detail as the dict of the sentences: `text`, or `given` and `right` where it has both."""
        given, _bar, right = detail.partition("|")
        return {"text": detail, "given": given, "right": right}

    @api.model
    def _motivos(self):
        """{code: sentence}; what is wrong, and what to do where that is not plain."""
        return {
            **self._motivos_deudor(),
            **self._motivos_fechas(),
            **self._motivos_importes(),
            "ref_missing": self.env._("The invoice number is missing."),
            "repeated": self.env._("The invoice number is repeated: row %(text)s has it too."),
            "already": self.env._("Already there: %(text)s."),
            "after_cutoff": self.env._("Issued after the cut-off date."),
            "currency_unknown": self.env._("Unknown currency: %(text)s."),
            "currency_inactive": self.env._("The currency %(text)s is not active: activate it in Accounting first."),
            "currency_rate": self.env._("The currency %(text)s has no exchange rate: enter one first."),
        }

    @api.model
    def _motivos_deudor(self):
        return {
            "debtor_missing": self.env._("The debtor's identification number is missing."),
            "id_type": self.env._("Unknown identification type: %(text)s."),
            "nit_format": self.env._("This is not a NIT: %(text)s."),
            "nit_digit": self.env._("The check digit of the NIT %(given)s is wrong: it should be %(right)s."),
        }

    @api.model
    def _motivos_fechas(self):
        return {
            "date_missing": self.env._("The invoice date is missing."),
            "date_bad": self.env._("The invoice date is not a date: %(text)s."),
            "date_due_missing": self.env._("The due date is missing."),
            "date_due_bad": self.env._("The due date is not a date: %(text)s."),
            "date_paid_bad": self.env._("The payment date is not a date: %(text)s."),
            "due_before_issue": self.env._("Due before it was issued: %(text)s."),
            "locked": self.env._("Its date is in a locked period (up to %(text)s): set an opening date after it."),
            "moved": self.env._("Odoo would book it on %(given)s instead of %(right)s: look at the lock dates."),
        }

    @api.model
    def _motivos_importes(self):
        return {
            "amount_missing": self.env._("The total and the balance are missing."),
            "amount_zero": self.env._("The total is zero."),
            "amount_total_bad": self.env._("The total is not a number: %(text)s."),
            "amount_total_negative": self.env._("The total is negative: %(text)s."),
            "amount_balance_bad": self.env._("The balance is not a number: %(text)s."),
            "amount_balance_negative": self.env._("The balance is negative: %(text)s."),
            "balance_over": self.env._("The balance is greater than the total: %(text)s."),
        }

    def action_open_move(self):
        self.ensure_one()
        return self.move_id._get_records_action()
