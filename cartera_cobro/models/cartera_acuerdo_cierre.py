"""The interest of an agreement that ends: what had run of it is posted, though no morning comes to post it.

Agreements are judged at night and interest is posted in the morning, so the last instalment of one that is paid on time
would never be posted, and what was paid for it would be the debtor's again. What a locked period keeps from being
posted then is tried every morning, as before the end, while its activity stands.
"""

from functools import partial

from odoo import api, models

from .cartera_acuerdo_intereses import NOT_POSTED

ENDED = ("fulfilled", "breached", "cancelled")
POSTED = ("debit_note", "entry")


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    def _terminar(self, state, reason):
        # EXTENDS: while its items are still its own.
        for acuerdo in self.filtered(lambda a: a.interest_mode in POSTED):
            lang = acuerdo.company_id.sudo().partner_id.lang
            acuerdo.with_context(lang=lang)._asentar_al_terminar(state)
        return super()._terminar(state, reason)

    def _asentar_al_terminar(self, state):
        """Post what had run of its interest and waits; of one fulfilled it was paid, and is matched with the money."""
        today = self.company_id._cartera_hoy()
        if self._mora_por_asentar():
            self._intentar(self._asentar_mora)
        for cuota in self._cuotas_corridas(state, today):
            self._intentar(partial(cuota._asentar_financiacion, today))
        if state == "fulfilled":
            self._intentar(self._cruzar_intereses)

    def _espera_asiento(self):
        """Whether something of its interest should be posted by now and is not."""
        day = self.date_end or self.company_id._cartera_hoy()
        return bool(self._mora_por_asentar() or self._cuotas_corridas(self.state, day))

    def _cuotas_corridas(self, state, day):
        """The instalments whose financing had run on `day`, when it is (or ends) in `state`, and is not posted.

        Those due by then. Where everything was paid, also that of the period that was running; periods that had not
        begun earned nothing, and what was paid for them is the debtor's.
        """
        found, since = self.cuota_ids.browse(), self.date
        for cuota in self.cuota_ids.filtered("number").sorted("number"):
            if cuota.date_due <= day or (state == "fulfilled" and since < day):
                found |= cuota
            since = cuota.date_due
        return found.filtered(lambda c: c.financing > 0 and not c.move_id)

    def _cruzar_intereses(self):
        """Match its interest that is open with the money on account that counted for it."""
        owed = self.interes_move_ids.cartera_partida_ids.filtered(lambda p: p.is_open and p.amount_residual > 0)
        credits = self.expediente_id.partida_open_ids.filtered(
            lambda p: p.amount_residual < 0 and p.date >= self.date and p.acuerdo_id in (self, self.browse())
        )
        for items in (owed | credits).grouped("account_id").values():
            if items & owed and items & credits:
                items.move_line_id.reconcile()

    # --- the morning --------------------------------------------------------------------------------------------------

    @api.model
    def _por_asentar(self, company, day):
        # EXTENDS: what could not be posted when it ended.
        ended = self.sudo().with_context(lang=company.sudo().partner_id.lang).search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ENDED),
                ("interest_mode", "in", POSTED),
                ("activity_ids.activity_type_id", "=", self.env["ir.model.data"]._xmlid_to_res_id(NOT_POSTED)),
            ],
            order="id",
        )  # fmt: skip
        late = [(acuerdo, acuerdo.cuota_ids.browse()) for acuerdo in ended if acuerdo._mora_por_asentar()]
        due = [(a, cuota) for a in ended for cuota in a._cuotas_corridas(a.state, a.date_end)]
        return super()._por_asentar(company, day) + late + due

    @api.model
    def _asentar_uno(self, acuerdo, cuota):
        # EXTENDS: the items of one that ended are free again.
        posted = super()._asentar_uno(acuerdo, cuota)
        if posted and acuerdo.state in ENDED:
            if acuerdo.state == "fulfilled":
                acuerdo._intentar(acuerdo._cruzar_intereses)
            acuerdo._soltar()
        return posted
