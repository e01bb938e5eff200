"""How a write-off goes on, by an accountant: each step guards, does, and says in the chatter what happened."""

from odoo import fields, models
from odoo.exceptions import UserError

from .cartera_castigo_revision import (
    problemas,
    problemas_de_la_recuperacion,
    problemas_de_la_reversa,
    problemas_del_dia,
)


class CarteraCastigo(models.Model):
    _inherit = "cartera.castigo"

    # --- guards -----------------------------------------------------------------------------------------------------

    def _exigir_sin(self, find):
        """Refuse, naming each write-off of which `find(write-off)` yields a sentence."""
        self._rehusar(f"{castigo.number}: {sentence}" for castigo in self.sudo() for sentence in find(castigo))

    def _frase_de_contador(self):
        return self.env._("Only an accountant posts, reverses or recovers write-offs.")

    def _tomar_turno(self):
        """Have these write-offs, their dossiers and the allowance they draw from, until the transaction ends."""
        castigos = self.sudo()
        taken = all(
            records.try_lock_for_update(allow_referencing=True) == records
            for records in (castigos, castigos.expediente_id)
        )
        if not taken or not castigos.company_id._cartera_tomar_deterioro():
            raise UserError(self.env._("Somebody else is posting write-offs now: try again in a moment."))
        castigos.invalidate_recordset()

    # --- posted -----------------------------------------------------------------------------------------------------

    def action_post(self, date=None):
        """Post authorised write-offs on `date` (default: today), all or none.

        The ledger is read again: what was paid meanwhile falls out, and a write-off of which nothing is owed is
        cancelled.
        """
        self._exigir_contador()
        self._tomar_turno()
        self._exigir_estado("authorized")
        self._exigir_sin(lambda castigo: problemas(castigo, castigo._dia(date)))
        for castigo in self.sudo():
            castigo._contabilizar(castigo._dia(date))
        return True

    def _dia(self, date):
        return fields.Date.to_date(date) or self.company_id._cartera_hoy()

    def _contabilizar(self, day):
        self.ensure_one()
        lineas = self.linea_ids._leer_libro()
        if not lineas:
            return self._terminar("cancelled", self.env._("Everything was paid meanwhile."))
        deterioro = self._deterioro(lineas.partida_id)
        for linea in lineas:
            linea.amount_allowance = deterioro[linea.partida_id]
        self._preparar_partidas(lineas)
        move = self._asentar_castigo(lineas, day)
        memo = self._asentar_orden(sum(lineas.mapped("amount")), day)
        self.write(
            {"state": "posted", "date": day, "posted_by_id": self.env.uid, "move_id": move.id, "memo_move_id": memo.id}
        )
        for linea in lineas:
            linea.partida_id.castigo_linea_id = linea
        lineas._anotar("write_off", {linea: linea.amount for linea in lineas}, move, memo, day)
        self.credit_told_id = max(self._creditos().ids, default=0)
        self._despedir()
        self.message_post(body=self.env._("Posted: %s written off.", self._dinero(self.amount)))
        return True

    def _preparar_partidas(self, lineas):
        """Before its items close: the stage of what is written off, in the log; promises over them mean nothing now."""
        items = lineas.partida_id
        why = self.env._("Write-off %(number)s, minutes %(minutes)s", number=self.number,
                         minutes=self.acta_id.display_name)  # fmt: skip
        stage = self.expediente_id.politica_id.etapa_ids.filtered(lambda e: e.kind == "written_off")[:1]
        if stage:
            items._mover(stage, why, document=self)
        promised = self.env["cartera.promesa.linea"].search([("partida_id", "in", items.ids), ("pending", "=", True)])
        promised.promesa_id._retirar(why)

    def _despedir(self):
        """What was asked of an accountant is done."""
        self.activity_unlink(["cartera_cobro.mail_activity_type_castigo"])

    def _terminar(self, state, reason, day=None):
        self.write({"state": state, "date_end": day or self.company_id._cartera_hoy(), "end_reason": reason})
        self.activity_unlink(
            ["cartera_cobro.mail_activity_type_castigo", "cartera_cobro.mail_activity_type_recuperacion"]
        )
        labels = dict(self._fields["state"]._description_selection(self.env))
        self.message_post(body=self.env._("%(what)s. %(why)s", what=labels[state], why=reason))

    # --- undone -----------------------------------------------------------------------------------------------------

    def action_cancel(self, reason):
        """Give up an authorised write-off that was not posted, e.g. because the decision was annulled."""
        self._exigir_contador()
        self._tomar_turno()
        self._exigir_estado("authorized")
        reason = self._exigir_motivo(reason)
        for castigo in self.sudo():
            castigo._terminar("cancelled", reason)
        return True

    def action_reverse(self, reason, date=None):
        """Undo posted write-offs on `date` (default: today): the items owe again, and age decides on their stage."""
        self._exigir_contador()
        self._tomar_turno()
        self._exigir_estado("posted")
        reason = self._exigir_motivo(reason)
        self._exigir_sin(lambda castigo: problemas_de_la_reversa(castigo, castigo._dia(date)))
        for castigo in self.sudo():
            castigo._reversar(reason, castigo._dia(date))
        self.env.ref("cartera_cobro.ir_cron_actualizar").sudo()._trigger()
        return True

    def _reversar(self, reason, day):
        self.ensure_one()
        lineas = self.linea_ids.filtered("amount")
        move = self._reversar_asiento(self.move_id, day)
        memo = self._reversar_asiento(self.memo_move_id, day)
        lineas._anotar("reversal", {linea: -linea.amount for linea in lineas}, move, memo, day)
        self._terminar("reversed", reason, day)
        lineas.partida_id.castigo_linea_id = False
        for linea in lineas:
            linea._devolver_a_su_edad()

    # --- recovered --------------------------------------------------------------------------------------------------

    def action_recover(self, credit_ids, amount=None, date=None):
        """Apply open credits of the debtor (ids of items) to a posted write-off, as recovered on `date` (today).

        amount: in company currency; default: what the credits hold, up to what was not recovered. The rest of the
        credits stays the debtor's.
        """
        self.ensure_one()
        self._exigir_contador()
        self._tomar_turno()
        self._exigir_estado("posted")
        castigo = self.sudo()
        credits = castigo.env["cartera.partida"].browse(credit_ids).exists().sorted(lambda p: (p.date, p.id))
        if amount is None:
            amount = min(-sum(credits.mapped("amount_residual")), castigo.amount_pending)
        amount = castigo.company_currency_id.round(amount)
        day = castigo._dia(date)
        self._exigir_sin(lambda c: problemas_de_la_recuperacion(c, credits, amount, day))
        castigo._recuperar(credits, amount, day)
        return True

    def _recuperar(self, credits, amount, day):
        rest = amount
        for credito in credits:
            part = min(rest, -credito.amount_residual)
            if self.company_currency_id.is_zero(part):
                break
            self._recuperar_de(credito, part, day)
            rest = self.company_currency_id.round(rest - part)
        self.activity_unlink(["cartera_cobro.mail_activity_type_recuperacion"])
        self.message_post(
            body=self.env._("Recovered in full: the last %s.", self._dinero(amount))
            if self.is_recovered
            else self.env._(
                "%(amount)s recovered; %(pending)s is still not.",
                amount=self._dinero(amount),
                pending=self._dinero(self.amount_pending),
            )  # fmt: skip
        )

    def _recuperar_de(self, credito, amount, day):
        """Recover `amount` of one credit: its entries, its row, and its movements, the oldest items first."""
        pending = {linea: linea.amount - linea.amount_recovered for linea in self.linea_ids.filtered("amount")}
        move = self._asentar_recuperacion(credito, amount, day)
        memo = self._asentar_orden(-amount, day) if self.memo_move_id else self.env["account.move"]
        recuperacion = self.env["cartera.castigo.recuperacion"].create(
            {
                "castigo_id": self.id,
                "date": day,
                "amount": amount,
                "credito_id": credito.id,
                "move_id": move.id,
                "memo_move_id": memo.id,
            }
        )
        shares, rest = {}, amount
        for linea, owed in pending.items():
            shares[linea] = -self.company_currency_id.round(min(owed, rest))
            rest += shares[linea]
        self.linea_ids._anotar("recovery", shares, move, memo, day, recuperacion)


class CarteraCastigoLinea(models.Model):
    _inherit = "cartera.castigo.linea"

    def _devolver_a_su_edad(self):
        """The item owes again: the automatic stage that it had, or the first one, until the classification sees it."""
        item, before = self.partida_id, self.etapa_id
        politica = item.expediente_id.politica_id
        stage = before if before.automatic and before.politica_id == politica else politica._etapa_inicial()
        why = self.env._("Write-off %s was reversed", self.castigo_id.number)
        item._mover(stage, why, document=self.castigo_id)


class CarteraCastigoRecuperacion(models.Model):
    _inherit = "cartera.castigo.recuperacion"

    def action_annul(self, reason, date=None):
        """Undo a recovery whose money did not stay, on `date` (default: today), by a contrary row."""
        self.ensure_one()
        castigo = self.castigo_id
        castigo._exigir_contador()
        castigo._tomar_turno()
        castigo._exigir_estado("posted")
        reason = castigo._exigir_motivo(reason)
        if self.is_annulled or self.annuls_id:
            raise UserError(self.env._("This recovery was annulled already."))
        day = castigo._dia(date)
        castigo._exigir_sin(lambda c: problemas_del_dia(c, day, self.date, c.env._("its entries")))
        self.sudo()._anular(reason, day)
        return True

    def _anular(self, reason, day):
        castigo = self.castigo_id
        move = castigo._reversar_asiento(self.move_id, day)
        memo = castigo._reversar_asiento(self.memo_move_id, day)
        contrary = self.create(
            {
                "castigo_id": castigo.id,
                "date": day,
                "amount": -self.amount,
                "credito_id": self.credito_id.id,
                "move_id": move.id,
                "memo_move_id": memo.id,
                "annuls_id": self.id,
                "reason": reason,
            }
        )
        made = self.env["cartera.castigo.movimiento"].search([("recuperacion_id", "=", self.id)])
        castigo.linea_ids._anotar("annulment", {m.linea_id: -m.amount for m in made}, move, memo, day, contrary)
        castigo.message_post(
            body=self.env._(
                "Recovery of %(amount)s annulled. %(reason)s", amount=castigo._dinero(self.amount), reason=reason
            )  # fmt: skip
        )
