"""Deposits: the bank's lines of money in, applied to what a debtor owes, on Odoo's own statement lines.

Odoo books a statement line against a suspense account until somebody says whose it is. Applying it moves what is still
in suspense to the receivable account of the debtor's items and matches it with them; what is left over stays there as a
credit of the debtor. The line's other journal items are not touched: what another tool has matched stays.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .account_move import READERS


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    cartera_expediente_id = fields.Many2one(
        "cartera.expediente",
        string="Applied to Dossier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        groups=READERS,
        help="Whose debts this deposit was applied to.",
    )
    cartera_applied_by = fields.Many2one(
        "res.users", string="Applied By", readonly=True, copy=False, groups=READERS
    )
    cartera_applied_on = fields.Datetime(string="Applied On", readonly=True, copy=False, groups=READERS)
    cartera_former_partner_id = fields.Many2one(
        "res.partner",
        string="Partner Before",
        readonly=True,
        copy=False,
        groups=READERS,
        help="Who the line named before it was applied; undoing gives it back.",
    )

    def _cartera_aplicar(self, expediente, partidas=None):
        """Apply this deposit to what the dossier owes; the receivable journal items that credit the debtor.

        `partidas`: only these open items of the dossier, oldest due first (an empty set: none, it is on account);
        without them all its open debts, those that a claim holds last. What is left over stays as the debtor's credit.
        Who may is the caller's question: this is done with superuser rights, in the name of the user. UserError: a
        sentence saying what keeps it from being so.
        """
        self.ensure_one()
        line, expediente = self.sudo().with_company(self.sudo().company_id), expediente.sudo()
        line.move_id.lock_for_update()
        line._cartera_exigir_aplicable(expediente, partidas)
        items = line._cartera_por_pagar(expediente, partidas)
        former, suspense = line.partner_id, line._seek_for_lines()[1]
        credits = line._cartera_acreditar(suspense, expediente, items)
        line._cartera_conciliar(credits, items)
        line._cartera_anotar(expediente, former)
        line._cartera_contar(credits)
        return credits

    def _cartera_casar(self, payment_line, expediente):
        """Match this deposit with a payment registered before, by its journal item that waits for the bank's line.

        The debts it paid are paid already: applying the money to others would count it twice. UserError as above.
        """
        self.ensure_one()
        line, expediente = self.sudo().with_company(self.sudo().company_id), expediente.sudo()
        line.move_id.lock_for_update()
        line._cartera_exigir_aplicable(expediente)
        if payment_line.reconciled or payment_line.parent_state != "posted":
            raise UserError(self.env._("Payment %s does not wait for the bank any more.", payment_line.move_name))
        former, suspense = line.partner_id, line._seek_for_lines()[1]
        shares = {payment_line.account_id: -suspense.balance}
        credits = line._cartera_sustituir(suspense, expediente, line._cartera_creditos(suspense, expediente, shares))
        (credits | payment_line).reconcile()
        line._cartera_anotar(expediente, former)
        line._cartera_decir(self.env._("matched with payment %s", payment_line.move_name))
        return credits

    def _cartera_anotar(self, expediente, former):
        self.write(
            {
                "cartera_expediente_id": expediente.id,
                "cartera_applied_by": self.env.uid,
                "cartera_applied_on": fields.Datetime.now(),
                "cartera_former_partner_id": former.id,
            }
        )

    def _cartera_exigir_aplicable(self, expediente, partidas=None):
        if sentences := list(self._cartera_por_que_no(expediente, partidas)):
            raise UserError("\n".join(sentences))

    def _cartera_por_que_no(self, expediente, partidas=None):
        """Sentences (str): what keeps this deposit from being applied to the dossier."""
        if expediente.company_id != self.company_id:
            yield self.env._("The deposit is of %(one)s and the dossier of %(other)s.",
                             one=self.company_id.name, other=expediente.company_id.name)  # fmt: skip
        if self.state != "posted":
            yield self.env._("The bank line is not posted: post it first.")
        if self.amount <= 0:
            yield self.env._("The bank line takes money out: only money that came in is applied to debts.")
        elif not self._cartera_libre():
            yield self.env._("Nothing of this deposit is left to apply: undo what was done with it first.")
        yield from self._cartera_dia_cerrado()
        if partidas and partidas.sudo().expediente_id != expediente:
            yield self.env._("The chosen items are not all of %s.", expediente.display_name)
        elif partidas and not any(p.is_open and p.amount_residual > 0 for p in partidas.sudo()):
            yield self.env._("Nothing is owed any more on the chosen items: choose others, or none.")

    def _cartera_dia_cerrado(self):
        if locks := self.company_id._cartera_cierres(self.date, self.journal_id):
            yield self.env._(
                "%(day)s is in a period closed up to %(lock)s: ask accounting to open it.",
                day=format_date(self.env, self.date),
                lock=format_date(self.env, locks[-1][0]),
            )

    def _cartera_libre(self):
        """What of the deposit is still in suspense, in company currency (float, 0 or more)."""
        self.ensure_one()
        suspense = self._seek_for_lines()[1].filtered(lambda line: not line.matching_number)
        return max(-sum(suspense.mapped("balance")), 0.0)

    def _cartera_por_pagar(self, expediente, partidas=None):
        """The items that the money goes to, in its order."""
        chosen = expediente.partida_open_ids if partidas is None else partidas.sudo()
        owed = chosen.filtered(lambda p: p.is_open and p.amount_residual > 0 and p.move_line_id)
        return owed.sorted(lambda p: (p.hold_reason == "claim", p.date_due, p.id))

    def _cartera_acreditar(self, suspense, expediente, items):
        """Turn what is in suspense into credits of the debtor, one for each receivable account of the items."""
        shares = self._cartera_partes(-suspense.balance, items, self._cartera_cuenta_del_deudor(expediente, items))
        return self._cartera_sustituir(suspense, expediente, self._cartera_creditos(suspense, expediente, shares))

    def _cartera_partes(self, total, items, rest):
        """{account: share} of `total` (float): what the items owe in their order, and in `rest` what is left."""
        debts = [(p.account_id, p.amount_residual) for p in items]
        return repartir(self.company_id.currency_id, total, debts, rest)

    def _cartera_sustituir(self, suspense, expediente, values):
        """Put journal items in the place of the one in suspense, and the debtor on the bank's one; the new ones."""
        (first, *others), before = values, self.move_id.line_ids
        self.move_id.with_context(skip_readonly_check=True).write(
            {
                "checked": True,
                "line_ids": [
                    Command.update(self._seek_for_lines()[0].id, {"partner_id": expediente.partner_id.id}),
                    Command.update(suspense.id, first),
                    *map(Command.create, others),
                ],
            }
        )
        return suspense | (self.move_id.line_ids - before)

    def _cartera_creditos(self, suspense, expediente, shares):
        """Values of the journal items that take the place of the suspense one; together they are worth the same."""
        left, values = suspense.amount_currency, []
        for index, (account, share) in enumerate(shares.items(), 1):
            part = suspense.currency_id.round(suspense.amount_currency * share / -suspense.balance)
            part = left if index == len(shares) else part
            left -= part
            values.append(
                {
                    "account_id": account.id,
                    "partner_id": expediente.partner_id.id,
                    "name": self.payment_ref,
                    "currency_id": suspense.currency_id.id,
                    "amount_currency": part,
                    "balance": -share,
                    "tax_ids": [Command.clear()],
                }
            )
        return values

    def _cartera_cuenta_del_deudor(self, expediente, items):
        """Where the money that no item takes stays: the account of the oldest item, else the debtor's own."""
        own = expediente.partner_id.with_company(self.company_id).property_account_receivable_id
        collected = self.env["account.account"].browse(self.company_id._cartera_cuentas_ids())
        return items[:1].account_id or own & collected or collected[:1]

    def _cartera_conciliar(self, credits, items):
        """Match the credits with the items; those that a claim holds, only with what the others leave."""
        for credit in credits:  # an account each: one, as a rule
            lines = items.filtered(lambda p, account=credit.account_id: p.account_id == account)
            for tier in (lines.filtered(lambda p: p.hold_reason != "claim"), lines):
                open_lines = tier.move_line_id.filtered(lambda line: not line.reconciled)
                if open_lines and not credit.reconciled:
                    (credit | open_lines).reconcile()

    def _cartera_contar(self, credits):
        """Tell the dossier what came in and what it paid."""
        paid = credits.matched_debit_ids.debit_move_id.move_id.filtered(lambda move: move.journal_id.type != "general")
        entries = paid or credits.matched_debit_ids.debit_move_id.move_id
        text = self.env._("applied to %s", ", ".join(entries.mapped("name")) or self.env._("no debt"))
        self._cartera_decir("; ".join([text, *self._cartera_de_mas(credits)]))

    def _cartera_de_mas(self, credits):
        """Yield what became (str) of what no debt took."""
        if left := -sum(credits.mapped("amount_residual")):
            rest = formatLang(self.env, left, currency_obj=self.company_id.currency_id)
            yield self.env._("%s stay as a credit of the debtor", rest)

    def _cartera_decir(self, what):
        """Write in the dossier's log what became of the deposit."""
        body = self.env._(
            "Deposit of %(amount)s on %(day)s (%(text)s): %(what)s.",
            amount=formatLang(self.env, self.amount, currency_obj=self.currency_id),
            day=format_date(self.env, self.date),
            text=self.payment_ref or self.display_name,
            what=what,
        )
        self.cartera_expediente_id.message_post(body=body, author_id=self.env.user.partner_id.id)

    # --- undoing --------------------------------------------------------------------------------------------------

    def _cartera_desaplicar(self):
        """Undo the application: the debts are owed again, the money waits for whose it is, the dossier is told."""
        for line in self.sudo():
            line = line.with_company(line.company_id)
            if not line.cartera_expediente_id:
                raise UserError(self.env._("This deposit is not applied to any dossier: there is nothing to undo."))
            for sentence in line._cartera_dia_cerrado():
                raise UserError(sentence)
            line.action_undo_reconciliation()

    def action_undo_reconciliation(self):
        # EXTENDS account: whoever undoes it, the line names again whom it named, and the dossier knows.
        applied = self.sudo().filtered("cartera_expediente_id")
        res = super().action_undo_reconciliation()
        for line in applied:
            line.partner_id = line.cartera_former_partner_id
        applied._cartera_olvidar()
        return res

    def _cartera_olvidar(self):
        for line in self:
            line._cartera_decir(self.env._("no longer applied here"))
        self.write(dict.fromkeys(("cartera_expediente_id", "cartera_applied_by", "cartera_applied_on",
                                  "cartera_former_partner_id"), False))  # fmt: skip


def repartir(currency, total, debts, rest):
    """{key: share} of `total` (float): `debts` [(key, amount)] in their order, `rest` is the key of what is left.

    Shares are rounded, none is zero, and they sum to the total.
    """
    shares, left = {}, total
    for key, amount in debts:
        share = currency.round(min(left, amount))
        left = currency.round(left - share)
        if share:
            shares[key] = currency.round(shares.get(key, 0.0) + share)
    if left:
        shares[rest] = currency.round(shares.get(rest, 0.0) + left)
    return shares
