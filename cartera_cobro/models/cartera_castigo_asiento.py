"""The entries of write-offs: made, matched with their items, and kept from being undone by any other door.

Entry 1 credits the receivable account of each item against what the allowance holds for it, and the shortfall to
expense; entry 2, apart, is the control in memorandum accounts. Lock dates are checked before, and the date of what was
posted after: Odoo moves it silently. What is posted here is taken back here only: `PERMISO` is an object of this
process, which no call from outside can put in its context.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..rules.money import to_cent
from .account_move import READERS
from .cartera_acuerdo import decimal

PERMISO = object()


class CarteraCastigo(models.Model):
    _inherit = "cartera.castigo"

    # --- what the allowance holds -----------------------------------------------------------------------------------

    @api.model
    def _deterioro(self, partidas):
        """{item: amount (float)} of `partidas`: what the allowance account holds now for them, at most their balances.

        What is posted there with the debtor comes first, the oldest items first; then what has no partner, a provision
        of the whole portfolio. One query a company.
        """
        result = {}
        for company, items in partidas.sudo().grouped("company_id").items():
            held = self._provisionado(company, items.partner_id)
            for item in items.sorted(lambda p: (p.date_due, p.id)):
                balance = decimal(max(item.amount_residual, 0.0))
                own = min(balance, held.get(item.partner_id.id, 0))
                general = min(balance - own, held.get(None, 0))
                held[item.partner_id.id] = held.get(item.partner_id.id, 0) - own
                held[None] = held.get(None, 0) - general
                result[item] = float(own + general)
        return result

    @api.model
    def _provisionado(self, company, partners):
        """{partner id (commercial), or None: Decimal} of what the company's allowance account holds, zero or more."""
        account = company.cartera_allowance_account_id
        if not account:
            return {}
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id, -SUM(l.balance)
                  FROM account_move_line l LEFT JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.account_id = %s AND l.company_id = %s AND l.parent_state = 'posted'
                   AND (l.partner_id IS NULL OR p.commercial_partner_id = ANY(%s))
              GROUP BY p.commercial_partner_id
                """,
                account.id,
                company.id,
                partners.ids,
            )
        )
        return {partner: max(to_cent(decimal(amount)), 0) for partner, amount in rows}

    # --- posting ------------------------------------------------------------------------------------------------------

    def _referencia(self):
        """What its entries say of it, in the company's language."""
        here = self.with_context(lang=self.company_id.partner_id.lang)
        kinds = dict(here._fields["kind"]._description_selection(here.env))
        return here.env._("%(kind)s %(number)s, minutes %(minutes)s", kind=kinds[self.kind], number=self.number,
                          minutes=self.acta_id.display_name)  # fmt: skip

    def _asentar(self, lines, day, ref=None):
        """Post one entry of `lines` ([values]) on `day`, or refuse; the entry."""
        company = self.company_id
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": company.cartera_writeoff_journal_id.id,
                    "date": day,
                    "ref": ref or self._referencia(),
                    "cartera_castigo_id": self.id,
                    "line_ids": [Command.create({"tax_ids": [Command.clear()], **line}) for line in lines],
                }
            )
        )
        move._post(soft=False)
        self._exigir_fecha(move, day)
        return move

    def _asentar_castigo(self, lineas, day):
        """Entry 1, matched with the items, which close."""
        ref = self._referencia()
        credits = [self._linea_de_cartera(linea.partida_id, ref) for linea in lineas]
        move = self._asentar(credits + self._lineas_de_cargo(lineas, ref), day, ref)
        ours = move.line_ids.sorted("id")[: len(credits)]
        self._cruzar([linea.partida_id.move_line_id | line for linea, line in zip(lineas, ours, strict=True)])
        return move

    def _linea_de_cartera(self, item, ref, amount=None):
        """A line that takes `amount` (company currency, default all) off an open item: its account, debtor, currency.

        A credit is taken off as much: what is debited is the negative of its balance.
        """
        line = item.move_line_id
        currency_amount = line.amount_residual_currency
        if amount is not None and self.company_currency_id.compare_amounts(amount, abs(line.amount_residual)):
            currency_amount = line.currency_id.round(currency_amount * amount / abs(line.amount_residual))
        balance = line.amount_residual if amount is None else amount * (1 if line.amount_residual > 0 else -1)
        return {
            "name": f"{ref}, {item.name}",
            "account_id": line.account_id.id,
            "partner_id": line.partner_id.id,
            "currency_id": line.currency_id.id,
            "balance": -balance,
            "amount_currency": -currency_amount,
        }

    def _lineas_de_cargo(self, lineas, ref):
        """The debits of entry 1: the allowance, the debtor's own and the portfolio's, and the expense."""
        company, debtor = self.company_id, self.partner_id
        allowance = sum(decimal(linea.amount_allowance) for linea in lineas)
        own = min(allowance, self._provisionado(company, debtor).get(debtor.id, 0))
        expense = sum(decimal(linea.amount) for linea in lineas) - allowance
        debits = (
            (company.cartera_allowance_account_id, debtor, own),
            (company.cartera_allowance_account_id, debtor.browse(), allowance - own),
            (company.cartera_writeoff_expense_account_id, debtor, expense),
        )
        return [
            {"name": ref, "account_id": account.id, "partner_id": partner.id, "balance": float(amount)}
            for account, partner, amount in debits
            if amount
        ]

    def _cruzar(self, pairs):
        """Match each pair of journal items, and see that nothing is left over."""
        self.env["account.move.line"]._reconcile_plan(pairs)
        for lines in pairs:
            if all(lines.mapped("amount_residual")):
                raise UserError(
                    self.env._(
                        "%(number)s: %(items)s could not be matched in the ledger.",
                        number=self.number,
                        items=", ".join(lines.mapped("move_name")),
                    )  # fmt: skip
                )
        # A credit of the debtor counts for the agreement in force: these were no money.
        ours = self.env["account.move.line"].union(*pairs).filtered("move_id.cartera_castigo_id")
        ours.cartera_partida_ids.filtered("acuerdo_id").acuerdo_id = False

    def _asentar_orden(self, amount, day):
        """Entry 2, the control in memorandum accounts; a negative `amount` takes it back; empty where none is kept."""
        company = self.company_id
        if not company.cartera_writeoff_memo:
            return self.env["account.move"]
        ref, amount = self._referencia(), self.company_currency_id.round(amount)
        accounts = (company.cartera_memo_debit_account_id, amount), (company.cartera_memo_credit_account_id, -amount)
        return self._asentar(
            [
                {"name": ref, "account_id": account.id, "partner_id": self.partner_id.id, "balance": balance}
                for account, balance in accounts
            ],
            day,
            ref,
        )

    def _asentar_recuperacion(self, credito, amount, day):
        """The recovery of `amount` of an open credit, matched with it: Dr receivable, Cr income of recoveries."""
        here = self.with_context(lang=self.company_id.partner_id.lang)
        ref = here.env._("Recovery of %s", self._referencia())
        line = self._linea_de_cartera(credito, ref, amount)
        income = {
            "name": ref,
            "account_id": self.company_id.cartera_recovery_account_id.id,
            "partner_id": self.partner_id.id,
            "balance": -line["balance"],
        }
        move = self._asentar([line, income], day, ref)
        ours = move.line_ids.filtered(lambda aml: aml.account_id.id == line["account_id"])
        self._cruzar([credito.move_line_id | ours])
        return move

    def _reversar_asiento(self, move, day):
        """Odoo's own reversal of an entry of ours, on `day`; its matchings are undone first. Empty: nothing."""
        if not move:
            return move
        here = self.with_context(lang=self.company_id.partner_id.lang)
        values = {
            "date": day,
            "ref": here.env._("Reversal of %s", move.ref),
            "cartera_castigo_id": self.id,
        }
        reverse = move.with_context(cartera_castigo=PERMISO)._reverse_moves([values], cancel=True)
        self._exigir_fecha(reverse, day)
        return reverse.with_env(self.env)


class AccountMove(models.Model):
    _inherit = "account.move"

    cartera_castigo_id = fields.Many2one(
        "cartera.castigo",
        string="Write-off",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
        help="The write-off that this entry posts, reverses or recovers.",
    )
    # For whoever invoices without a role in collection too: Odoo says that the invoice is paid.
    cartera_written_off = fields.Monetary(
        string="Written Off",
        compute="_compute_cartera_written_off",
        compute_sudo=True,
        currency_field="company_currency_id",
        help="What was written off of it: it was not paid.",
    )
    cartera_recovered = fields.Monetary(
        string="Recovered",
        compute="_compute_cartera_written_off",
        compute_sudo=True,
        currency_field="company_currency_id",
        help="What arrived later for what was written off.",
    )
    cartera_castigo_texto = fields.Char(
        string="Written Off In", compute="_compute_cartera_written_off", compute_sudo=True
    )

    @api.depends("cartera_partida_ids.castigo_linea_id.amount_recovered", "payment_state")
    def _compute_cartera_written_off(self):
        for move in self:
            lineas = move.cartera_partida_ids.castigo_linea_id
            move.cartera_written_off = sum(lineas.mapped("amount"))
            move.cartera_recovered = sum(lineas.mapped("amount_recovered"))
            move.cartera_castigo_texto = ", ".join(lineas.castigo_id.mapped("number"))

    def _cartera_exigir_intacto(self):
        """Entries of write-offs, and invoices that one closed, are changed from the write-off only."""
        if self.env.context.get("cartera_castigo") is PERMISO:
            return
        moves = self.sudo().filtered(lambda move: move.state == "posted")
        for move in moves.filtered("cartera_castigo_id"):
            raise UserError(
                self.env._(
                    "%(entry)s is of write-off %(number)s: an accountant reverses it, or annuls the recovery, there.",
                    entry=move.name,
                    number=move.cartera_castigo_id.number,
                )
            )
        for move in moves.filtered("cartera_written_off"):
            raise UserError(
                self.env._(
                    "%(entry)s was written off in %(number)s: an accountant reverses that first.",
                    entry=move.name,
                    number=move.cartera_castigo_texto,
                )
            )

    def button_draft(self):
        # EXTENDS account
        self._cartera_exigir_intacto()
        return super().button_draft()

    def button_cancel(self):
        # EXTENDS account
        self._cartera_exigir_intacto()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS account
        self._cartera_exigir_intacto()
        return super()._reverse_moves(default_values_list, cancel)


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        # EXTENDS account
        if self and self.env.context.get("cartera_castigo") is not PERMISO:
            moves = (self.sudo().debit_move_id | self.sudo().credit_move_id).move_id
            moves.filtered("cartera_castigo_id")._cartera_exigir_intacto()
        return super().unlink()
