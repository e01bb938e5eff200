"""How a reclassification is posted and annulled, by an accountant."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from .cartera_castigo_asiento import PERMISO
from .cartera_consecutivo import tomar
from .cartera_provision_revision import problemas_del_dia


class CarteraReclasificacion(models.Model):
    _inherit = "cartera.reclasificacion"

    @api.depends("state", "amount", "date")
    @api.depends_context("lang")
    def _compute_problems(self):
        for one in self:
            waiting = one.state == "draft" and one.id
            one.problems = "\n".join(one.sudo()._problemas()) if waiting else False

    # --- guards ---------------------------------------------------------------------------------------------------

    def _tomar_turno(self):
        """Have these documents and their closings until the transaction ends."""
        ours, cortes = self.sudo(), self.sudo().corte_id
        if any(records.try_lock_for_update(allow_referencing=True) != records for records in (ours, cortes)):
            raise UserError(self.env._("Somebody else is posting at this closing now: try again in a moment."))
        ours.invalidate_recordset()

    def _problemas(self):
        """Yield a sentence (str) for each thing that keeps a draft from being posted."""
        company = self.company_id
        yield from self.corte_id._por_que_no_asienta()
        yield from company._cartera_falta_para_reclasificar()
        if not self.item_count:
            yield self.env._("Nothing is hard to collect at that closing.")
        other = self.search(
            [("company_id", "=", company.id), ("date", "=", self.date), ("state", "=", "posted")], limit=1
        )
        if other:
            yield self.env._("%s is of the same date: annul it first.", other.display_name)
        yield from self._problemas_de_los_dias()

    def _problemas_de_los_dias(self):
        for day in (self.date, self.date_back):
            yield from problemas_del_dia(self.company_id, day)

    def _frase_de_contador(self):
        return self.env._("Only an accountant posts or annuls what is hard to collect.")

    # --- posted ---------------------------------------------------------------------------------------------------

    def action_post(self):
        """Post drafts: an entry at the closing's date and another that gives it back the next day."""
        self._exigir_contador()
        self._tomar_turno()
        self._exigir_estado("draft")
        for one in self.sudo():
            one._rehusar(one._problemas())
            one._contabilizar()
        return True

    def _contabilizar(self):
        self.number = self.number or tomar(
            self.env, self.company_id, self._name, self.env._("Hard to collect"), 1, self.date
        )[0]  # fmt: skip
        lines, ref = self._saldos(), self._referencia()
        move = self._asentar(lines, self.date, 1, ref)
        back = self._asentar(lines, self.date_back, -1, self._referencia_de_vuelta())
        self.write(
            {
                "state": "posted",
                "move_id": move.id,
                "back_move_id": back.id,
                "posted_by_id": self.env.uid,
                "date_posted": fields.Datetime.now(),
            }
        )
        self.message_post(
            body=self.env._(
                "Posted: %(amount)s on %(day)s, given back on %(back)s.",
                amount=self._dinero(self.amount),
                day=self._fecha(self.date),
                back=self._fecha(self.date_back),
            )
        )

    def _saldos(self):
        """[(debtor id or None, account id, currency name or None, amount, amount in it)] of the items, by debtor.

        The currency only where the account has one of its own, and its journal items need it.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id, l.account_id, y.id, SUM(l.amount), SUM(l.amount_currency)
                  FROM cartera_reclasificacion_linea l
             LEFT JOIN res_partner p ON p.id = l.partner_id
                  JOIN account_account a ON a.id = l.account_id
             LEFT JOIN res_currency y ON y.id = a.currency_id AND y.name = l.currency AND y.id != %s
                 WHERE l.reclasificacion_id = %s
              GROUP BY 1, 2, 3 ORDER BY 1 NULLS LAST, 2, 3
                """,
                self.company_id.currency_id.id,
                self.id,
            )
        )

    def _asentar(self, lines, day, sign, ref):
        """Post one entry of `lines` (`_saldos`) on `day`: from receivables to what is hard to collect; back with -1."""
        company = self.company_id
        values = [value for line in lines for value in self._par(ref, sign, *line)]
        move = (
            self.env["account.move"]
            .with_company(company)
            .with_context(cartera_provision=PERMISO)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": company.cartera_provision_journal_id.id,
                    "date": day,
                    "ref": ref,
                    "cartera_reclasificacion_id": self.id,
                    "line_ids": [Command.create(value) for value in values],
                }
            )
        )
        move._post(soft=False)
        self._exigir_fecha(move, day)
        return move.with_env(self.env)

    def _par(self, ref, sign, partner, account, currency, amount, amount_currency):
        """The two lines of a debtor's balance on an account."""
        common = {
            "name": ref,
            "partner_id": partner or False,
            "cartera_reclasificacion_id": self.id,
            "tax_ids": [Command.clear()],
        }
        ours = self.company_currency_id.id
        yield {
            **common,
            "account_id": self.company_id.cartera_ddr_account_id.id,
            "currency_id": ours,
            "balance": sign * float(amount),
        }
        in_currency = {"amount_currency": -sign * float(amount_currency)} if currency else {}
        yield {
            **common,
            "account_id": account,
            "currency_id": currency or ours,
            "balance": -sign * float(amount),
            **in_currency,
        }

    def _en_su_idioma(self):
        return self.with_context(lang=self.company_id.partner_id.lang)

    def _referencia(self):
        """What its entries say of it, in the company's language."""
        here = self._en_su_idioma()
        return here.env._("Hard to collect %(number)s at %(day)s", number=self.number, day=here._fecha(self.date))

    def _referencia_de_vuelta(self):
        return self._en_su_idioma().env._("Return of %s", self._referencia())

    def _referencia_de_anulacion(self):
        return self._en_su_idioma().env._("Annulment of %s", self._referencia())

    # --- annulled -------------------------------------------------------------------------------------------------

    def action_annul(self, reason):
        """Take a posted reclassification back by contrary entries of the same two days."""
        self._exigir_contador()
        self._tomar_turno()
        self._exigir_estado("posted")
        reason = self._exigir_motivo(reason)
        for one in self.sudo():
            one._rehusar(one._problemas_de_los_dias())
            one._anular(reason)
        return True

    def _anular(self, reason):
        lines, ref = self._saldos(), self._referencia_de_anulacion()
        self._asentar(lines, self.date, -1, ref)
        self._asentar(lines, self.date_back, 1, ref)
        self.write({"state": "reversed", "end_reason": reason})
        self.message_post(body=self.env._("Annulled. %s", reason))
