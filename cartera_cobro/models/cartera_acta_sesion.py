"""How a session goes: convened, opened, closed; taken back while it is not signed; cancelled while it has no number."""

from odoo import fields, models
from odoo.exceptions import UserError

from .avisos import aviso
from .cartera_consecutivo import tomar
from .cartera_mensaje import Sobre, encolar_correos

SHEETS = "cartera_cobro.acta_fichas"


class CarteraActa(models.Model):
    _inherit = "cartera.acta"

    # --- convened -------------------------------------------------------------------------------------------------

    def action_convene(self):
        """Tell the members when and where, with the sheets of the cases; items go before the committee."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("draft")
        members = self._exigir_miembros()
        if self.date < self.company_id._cartera_hoy():
            raise UserError(self.env._("The session would be on a day that has passed: convene it for today or later."))
        if not (self.place or "").strip():
            raise UserError(self.env._("Say where the committee meets."))
        acta = self.sudo()
        acta.caso_ids._refrescar()
        acta.caso_ids._llevar_al_comite()
        told = members.partner_id.filtered("email_normalized")
        acta._enviar_convocatoria(told)
        acta.convened_on = fields.Datetime.now()
        missing = (members.partner_id - told).mapped("name")
        if missing:
            return aviso(self.env._("Convened. These have no e-mail, tell them: %s.", ", ".join(missing)), "warning")
        return aviso(self.env._("Convened: %s members were told by e-mail.", len(told)))

    def _exigir_miembros(self):
        members = self.comite_id._vigentes(self.date)
        if not members.filtered(lambda m: m.has_vote and m.kind == "permanent"):
            raise UserError(
                self.env._(
                    "%s has no permanent member with a vote on the day of the session: name its members first.",
                    self.comite_id.name,
                )
            )
        return members

    def _enviar_convocatoria(self, partners):
        if not partners:
            return
        sheets = self._adjuntar(SHEETS) if self.caso_ids else self.env["ir.attachment"]
        subject = f"Convocatoria: {self.comite_id.name}, {self._fecha(self.date)}"
        render = self.env["ir.qweb"]._render
        encolar_correos(
            self.company_id,
            [
                Sobre(
                    self,
                    partner,
                    subject,
                    render("cartera_cobro.acta_convocatoria", {"acta": self, "persona": partner}),
                    sheets,
                )
                for partner in partners
            ],
        )

    # --- held -----------------------------------------------------------------------------------------------------

    def action_open(self):
        """Begin the session: the members' attendance, what earlier sessions left to do, a vote for each seat a case."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("draft")
        members = self._exigir_miembros()
        acta = self.sudo()
        acta.env["cartera.acta.asistente"].create(
            [
                {"acta_id": acta.id, "miembro_id": member.id, "sequence": number}
                for number, member in enumerate(members - acta.asistente_ids.miembro_id)
            ]
        )
        acta.previo_ids = acta._compromisos_previos()
        acta.state = "session"
        acta.caso_ids._refrescar()
        acta.caso_ids._llevar_al_comite()
        acta.caso_ids._preparar_votos()
        return True

    def _compromisos_previos(self):
        """What earlier signed minutes of the body left to do, and is open."""
        return self.env["cartera.acta.compromiso"].search(
            [
                ("comite_id", "=", self.comite_id.id),
                ("acta_state", "=", "signed"),
                ("state", "=", "open"),
                ("acta_id", "!=", self.id),
            ],
            order="deadline, id",
        )

    # --- closed ---------------------------------------------------------------------------------------------------

    def action_close(self):
        """Fix the text: read the sheets for the last time, number it, sign as its secretary, ask for the signatures."""
        self.ensure_one()
        return self.action_request()

    def action_request(self):
        # EXTENDS cartera.firmable: asking for the signatures is closing the session.
        for acta in self:
            acta.check_access("write")
            acta._exigir_estado("session")
            acta.sudo().lock_for_update()
            acta.sudo()._fijar_texto()
        super().action_request()
        # Tier validation reads it once, and would ask for reviews again at the last signature.
        self.invalidate_recordset(["need_validation"], flush=False)
        for acta in self:
            acta._firmar_como_secretario()
        return True

    def _fijar_texto(self):
        """What the minutes say from now on, with superuser rights."""
        self.caso_ids._refrescar()
        found = list(self._problemas_de_cierre())
        if found:
            raise UserError("\n".join(found))
        self.caso_ids.filtered(lambda c: c.state == "decided")._exigir_poder()
        self.previos = self.previo_ids._resumen()
        self.number = self.number or self._tomar_numero()
        self.state = "approval"

    def _problemas_de_cierre(self):
        """Sentences for each thing that keeps the minutes from being closed."""
        env, seats = self.env, self.asistente_ids
        if self.date > self.company_id._cartera_hoy():
            yield env._("The session is on a day to come: hold it first, or correct its date.")
        if not self.quorum_met:
            yield self.quorum_text
        people = [seat._quien().partner_id for seat in seats if seat.votes]
        for twice in {person for person in people if people.count(person) > 1}:
            yield env._(
                "%s is at two seats, and is one vote and one of the quorum: say that one of the seats was empty.",
                twice.name,
            )
        if not self.chair_id or self.chair_id not in seats.mapped(lambda seat: seat._quien()):
            yield env._("Say which of those present was in the chair.")
        elif not self.chair_user_id:
            yield env._("Whoever is in the chair signs here: choose somebody who has a user.")
        elif self.chair_user_id == env.user:
            yield env._("You were in the chair, and sign the minutes: somebody else, as the secretary, closes them.")
        for caso in self.caso_ids.filtered(lambda c: c.state == "pending"):
            yield env._("%s is not decided: vote it, or postpone it.", caso.display_name)
        for caso in self.caso_ids.filtered(lambda c: c.decision == "continue" and not c.compromiso_ids):
            yield env._("%s goes on being collected: leave a commitment that says who does what.", caso.display_name)

    def _tomar_numero(self):
        comite = self.comite_id
        [number] = tomar(self.env, self.company_id, f"cartera.acta.{comite.id}", comite.name, 1, self.date)
        return f"{comite.code}-{number}"

    # --- taken back -----------------------------------------------------------------------------------------------

    def action_reopen(self):
        """Back to the session, to correct the text: the signatures given no longer count. The number stays."""
        self.check_access("write")
        self._exigir_estado("approval")
        self.sudo()._reabrir()
        return True

    def restart_validation(self):
        # EXTENDS cartera.firmable: the signatures are asked for again by closing again.
        return self.action_reopen()

    def _al_devolverse(self):
        self._reabrir()

    def _reabrir(self):
        for acta in self:
            acta.write({"state": "session", "proposed_by_id": False, "date_proposed": False, "previos": False})
            acta.review_ids.unlink()
            acta.activity_ids.unlink()
            acta.message_post(body=self.env._("Taken back to the session: it is closed and signed again."))

    def action_cancel(self, reason):
        """Give up a session whose minutes have no number; its items go back to their stages."""
        self.check_access("write")
        self._exigir_estado("draft", "session")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the session is cancelled."))
        for acta in self.sudo():
            if acta.number:
                raise UserError(
                    self.env._("%s has its number, and numbers have no gaps: close it again.", acta.display_name)
                )
            acta.caso_ids._devolver_etapa()
            acta.write({"state": "cancelled", "cancel_reason": reason.strip()})
            acta.message_post(body=self.env._("Cancelled. %s", reason))
        return True


class CarteraActaCaso(models.Model):
    _inherit = "cartera.acta.caso"

    def _llevar_al_comite(self):
        """Put the items in their policy's committee stage, if any; what an agreement or a lawyer has stays."""
        for caso in self.filtered(lambda c: c.state == "pending"):
            etapa = caso.expediente_id.politica_id.etapa_ids.filtered(lambda e: e.kind == "committee")[:1]
            items = caso.partida_ids.filtered(
                lambda p: not p.acuerdo_id and not p.remision_id and p.etapa_id.kind not in ("committee", "written_off")
            )
            if etapa:
                items._mover(etapa, self.env._("Before %s", caso.acta_id.display_name), document=caso.acta_id)

    def _devolver_etapa(self):
        """Put back in their stage the items that these sessions took before the committee."""
        Cambio = self.env["cartera.etapa.cambio"].sudo()
        for caso in self.sudo():
            moved = Cambio.search(
                [
                    ("expediente_id", "=", caso.expediente_id.id),
                    ("document", "=", f"cartera.acta,{caso.acta_id.id}"),
                    ("etapa_to_id.kind", "=", "committee"),
                ],
                order="id",
            )
            here = moved.filtered(lambda c: c.etapa_from_id and c.partida_id.etapa_id == c.etapa_to_id)
            for etapa, cambios in here.grouped("etapa_from_id").items():
                note = self.env._("Back from %s", caso.acta_id.display_name)
                cambios.partida_id._mover(etapa, note, document=caso.acta_id)
