"""How a run of impairment goes on: changed by hand with a reason, proposed, approved in tiers, returned, reopened."""

from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_consecutivo import tomar
from .cartera_partida import Copia

# Changes by hand that a message of the chatter tells one by one.
CONTADOS = 20


class CarteraProvision(models.Model):
    _inherit = "cartera.provision"

    # --- by hand --------------------------------------------------------------------------------------------------

    def _cambiar(self, lineas, amount, reason):
        """Have an item of a draft hold `amount` (company currency) instead of what was computed, and say why.

        `amount` may be a function of the item, for many. It stays when the run is computed again. UserError: no
        reason, more than the balance, not a draft.
        """
        self.ensure_one()
        reason, lineas = self._exigir_cambio(lineas, reason)
        currency = self.company_currency_id
        amounts = {linea: currency.round(amount(linea) if callable(amount) else amount) for linea in lineas}
        for linea, new in amounts.items():
            if not 0 <= new <= linea.amount_gross:
                raise UserError(
                    self.env._(
                        "%(item)s owes %(balance)s: its impairment is from zero to that.",
                        item=linea.number,
                        balance=self._dinero(linea.amount_gross),
                    )
                )
        self.sudo()._ajustar(amounts, reason)

    def _devolver_a_lo_calculado(self, lineas, reason):
        """Undo changes by hand: the items hold what was computed."""
        self.ensure_one()
        reason, lineas = self._exigir_cambio(lineas, reason)
        self.sudo()._ajustar(dict.fromkeys(lineas.filtered("is_manual")), reason)

    def _exigir_cambio(self, lineas, reason):
        """(reason, items) of a change that may be done; UserError: it may not."""
        self.check_access("write")
        self._exigir_estado("draft")
        reason, lineas = self._exigir_motivo(reason), lineas.sudo()
        for linea in lineas:
            if linea.provision_id != self or linea.released:
                raise UserError(self.env._("%s is not owed in this run: nothing is provided for it.", linea.number))
        return reason, lineas

    def _ajustar(self, amounts, reason):
        """Write the changes {item: amount, or None to undo it}, and say them in the chatter."""
        Ajuste = self.env["cartera.provision.ajuste"]
        items = [linea.move_line_id.id for linea in amounts]
        Ajuste.search([("provision_id", "=", self.id), ("move_line_id", "in", items)]).unlink()
        Ajuste.create(
            [
                {
                    "provision_id": self.id,
                    "move_line_id": linea.move_line_id.id,
                    "amount": amount,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for linea, amount in amounts.items()
                if amount is not None
            ]
        )
        said = [self._frase_de_cambio(linea, amount) for linea, amount in amounts.items()]
        for linea, amount in amounts.items():
            new = linea.amount_computed if amount is None else amount
            linea.write(
                {
                    "amount": new,
                    "amount_movement": new - linea.previous_amount,
                    "is_manual": amount is not None,
                    "reason": amount is not None and reason,
                    "changed_by_id": amount is not None and self.env.uid,
                }
            )
        self._sumar_lineas()
        self._contar_cambios(said, reason)

    def _frase_de_cambio(self, linea, amount):
        return self.env._(
            "%(item)s: impairment from %(before)s to %(after)s.",
            item=linea.number,
            before=self._dinero(linea.amount),
            after=self._dinero(linea.amount_computed if amount is None else amount),
        )

    def _contar_cambios(self, said, reason):
        """The changes in the chatter, the first of them one by one; each line has its own reason besides."""
        if said:
            more = len(said) - CONTADOS
            rest = [self.env._("And %s items more.", more)] if more > 0 else []
            self.message_post(body=Markup("<br/>").join([*said[:CONTADOS], *rest, reason]))

    def _sumar_lineas(self):
        """The totals of the run are the sums of its items."""
        self.env.flush_all()
        [(amount, movement)] = self.env.execute_query(
            SQL(
                "SELECT SUM(amount), SUM(amount_movement) FROM cartera_provision_linea WHERE provision_id = %s",
                self.id,
            )
        )
        self.write({"amount": float(amount or 0), "amount_movement": float(movement or 0)})

    # --- proposed and approved --------------------------------------------------------------------------------------

    def _campos_firmados(self):
        return ["corte_id", "metodo_id", "amount", "amount_movement", "amount_base", "item_count", "note",
                "calculated_on"]  # fmt: skip

    def action_request(self):
        # EXTENDS cartera.firmable: what is approved is of the closing in force.
        for provision in self:
            provision.check_access("write")
            provision._exigir_estado("draft")
            provision.sudo()._exigir_corte()
        super().action_request()
        self.sudo().write({"state": "proposed", "returned_reason": False})
        return True

    def _validate_tier(self, tiers=False):
        # EXTENDS cartera.firmable: nobody signs figures of a closing that is not in force any more.
        self.sudo()._exigir_corte()
        return super()._validate_tier(tiers)

    def _al_firmarse(self):
        number = self.number or tomar(self.env, self.company_id, self._name, self.env._("Impairment"), 1, self.date)[0]
        self.write({"state": "approved", "number": number})
        self._pedir_al_contador()

    def _pedir_al_contador(self):
        """An activity for an accountant of the company, else its coordinator: post it."""
        company = self.company_id
        people = company._cartera_usuarios_del_rol("contador") or company._cartera_coordinadores()
        if people:
            self.activity_schedule(
                "cartera_cobro.mail_activity_type_provision",
                summary=self.env._("Post the impairment"),
                user_id=people[0].id,
            )

    def _al_devolverse(self):
        self._reabrir()

    def restart_validation(self):
        # EXTENDS cartera.firmable: who takes it back may mend it.
        res = super().restart_validation()
        self.sudo().filtered(lambda p: p.state == "proposed")._reabrir()
        return res

    def action_reopen(self):
        """Back to draft: the signatures given do not count; the number stays its own."""
        self.check_access("write")
        self._exigir_estado("proposed", "approved")
        self.sudo()._reabrir()
        return True

    def _reabrir(self):
        self.activity_unlink(["cartera_cobro.mail_activity_type_provision"])
        self.write({"state": "draft", "date_proposed": False})
        self.review_ids.unlink()


class CarteraProvisionAjuste(models.Model):
    """What somebody changed by hand in a run: it stays when the run is computed again."""

    _name = "cartera.provision.ajuste"
    _description = "Change by Hand of an Impairment"
    _order = "provision_id, id"
    _rec_name = "reason"

    provision_id = fields.Many2one(
        "cartera.provision", string="Impairment Run", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="provision_id.company_id", store=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    move_line_id = Copia("account.move.line", string="Journal Item", required=True, readonly=True)
    amount = fields.Monetary(readonly=True, currency_field="company_currency_id")
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")

    _item_uniq = models.UniqueIndex("(provision_id, move_line_id)", "The item has a change by hand already.")
