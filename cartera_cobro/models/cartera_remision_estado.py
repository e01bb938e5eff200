"""How a referral goes on: each step guards, does, and says in the chatter what happened."""

from markupsafe import Markup
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .avisos import dinero
from .cartera_consecutivo import tomar
from .cartera_evidencia import faltantes
from .cartera_remision import COORDINATOR, UNDER_WAY
from .cartera_remision_revision import problemas

LAWYER = "cartera_cobro.group_cartera_abogado"
CONFIRM = "cartera_cobro.mail_activity_type_remision"
TERMINATE = "cartera_cobro.mail_activity_type_terminar"
NEXT = "cartera_cobro.mail_activity_type_actuacion"
IDLE = "cartera_cobro.mail_activity_type_sin_actuacion"


class CarteraRemision(models.Model):
    _inherit = "cartera.remision"

    # --- guards ---------------------------------------------------------------------------------------------------

    def _exigir_sin_problemas(self):
        found = [sentence for remision in self for sentence in problemas(remision)]
        if found:
            raise UserError("\n".join(found))

    def _exigir_quien_decide(self):
        """A case is given back, or closed, by whoever works it or by a coordinator."""
        self.check_access("write")
        user = self.env.user
        if not (self.env.su or user.has_group(COORDINATOR) or user.has_group(LAWYER)):
            raise AccessError(self.env._("Only the lawyer of the case, or a coordinator, returns or closes it."))

    def _exigir_dia(self, day, name):
        """Not before it was sent, not after today."""
        if not day or day > self.company_id._cartera_hoy():
            raise UserError(self.env._("%s: give a day that is not after today.", name))
        if self.date_sent and day < self.date_sent:
            raise UserError(
                self.env._("%(what)s: it was sent on %(day)s, and cannot be before.", what=name,
                           day=format_date(self.env, self.date_sent))
            )  # fmt: skip

    # --- signed -----------------------------------------------------------------------------------------------------

    def _campos_firmados(self):
        return ["expediente_id", "destination", "etapa_id", "abogado_id", "agent_id", "acuerdo_id", "note"]

    def _texto_firmado(self):
        # EXTENDS cartera.firmable: which items, too; amounts are read when it is sent.
        return super()._texto_firmado() + str(sorted(self.sudo().linea_ids.partida_id.ids))

    def action_request(self):
        # EXTENDS cartera.firmable: nobody signs what could not be sent.
        self._exigir_estado("draft")
        self._liquidar()
        self._exigir_sin_problemas()
        return super().action_request()

    def _al_firmarse(self):
        """It is sent by whoever refers it, when the ledger is read again."""

    # --- sent -------------------------------------------------------------------------------------------------------

    def action_send(self):
        """Read the debt again, check what is asked, freeze the items, send memo and file to whoever gets the case."""
        self.check_access("write")
        self._exigir_estado("draft")
        self.expediente_id._reservar()
        before = {remision: remision.amount_total for remision in self}
        self._liquidar()
        self._exigir_sin_problemas()
        for remision in self:
            remision._exigir_firma()
            remision.sudo()._enviar(before[remision])
        return True

    def _exigir_firma(self):
        if self.needs_signature and not self._firmado():
            raise UserError(
                self.env._("%s is signed before it leaves: ask for the signature first.", self.display_name)
            )

    def _enviar(self, before):
        """Send it, with superuser rights; `before`: what it came to as it was last seen."""
        self.ensure_one()
        today = self.company_id._cartera_hoy()
        if self.company_currency_id.compare_amounts(before, self.amount_total):
            self.message_post(body=self.env._("Liquidated again as it was sent: %s.", self._dinero(self.amount_total)))
        self.write(
            {
                "state": "sent",
                "number": self._tomar_numero(today),
                "date_sent": today,
                "sent_by_id": self.env.uid,
            }
        )
        self._congelar()
        self._al_enviarse()
        body = self.env._(
            "%(referral)s went to %(who)s: %(amount)s.",
            referral=self._get_html_link(),
            who=self._destinatario(),
            amount=self._dinero(self.amount_total),
        )
        self.expediente_id._message_log(body=body)

    def _tomar_numero(self, today):
        [number] = tomar(self.env, self.company_id, self._name, self.env._("Referrals"), 1, today)
        return number

    def _congelar(self):
        """Its items enter the legal stage, where there is one, and nobody of ours chases them."""
        items = self.linea_ids.partida_id
        for linea in self.linea_ids:
            linea.etapa_from_id = linea.partida_id.etapa_id
        items.remision_id = self
        if self.etapa_id:
            items._mover(self.etapa_id, self._frase_de_etapa(), document=self)
        items.etapa_reason = "referral"

    def _frase_de_etapa(self):
        return self.env._("Referred to %(who)s (%(number)s)", who=self._destinatario(), number=self.number)

    def _destinatario(self):
        """Who gets the case (str)."""
        return " / ".join(name for name in (self.abogado_id.name, self.agent_id.display_name) if name)

    def _al_enviarse(self):
        """What follows from being sent, in other rooms: the file, the memo by e-mail, whom it is planned for."""

    def _encargado(self):
        """The user who looks after the case: its lawyer; of one that is outside, who referred it, or a coordinator."""
        self.ensure_one()
        officer = self.user_id if self.user_id.active else self.user_id.browse()
        return self.abogado_id or officer or self.company_id._cartera_coordinadores()[:1]

    # --- received ---------------------------------------------------------------------------------------------------

    def _recibir(self, who, day, filing_number=None, receipt=None):
        """Stamp its receipt: who (str) received it, on which day, under which number, and the stamped copy."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("sent")
        if not (who or "").strip():
            raise UserError(self.env._("Say who received it."))
        self._exigir_dia(day, self.env._("Received"))
        if not (receipt or filing_number or self.env.user == self.abogado_id):
            raise UserError(
                self.env._("Give the filing number or the stamped copy: it proves that %s was received.",
                           self.display_name)
            )  # fmt: skip
        remision = self.sudo()
        remision.write(
            {
                "state": "received",
                "received_by": who.strip(),
                "date_received": day,
                "filing_number": filing_number,
                "receipt_id": receipt.id if receipt else False,
            }
        )
        remision.activity_feedback([CONFIRM], feedback=self.env._("Received"))
        if receipt:
            remision._archivar(receipt)
        remision.message_post(
            body=self.env._("Received by %(who)s on %(day)s. %(number)s", who=who.strip(),
                            day=format_date(self.env, day), number=filing_number or ""),
            attachment_ids=receipt.ids if receipt else [],
        )  # fmt: skip

    def _archivar(self, receipt):
        """File the stamped copy in the dossier, in another room."""

    # --- back, or ended ---------------------------------------------------------------------------------------------

    def _devolver(self, reason, note=None):
        """Give it back: its items return to the stage that their age asks for, and its log says why."""
        self.ensure_one()
        self._exigir_quien_decide()
        self._exigir_estado(*UNDER_WAY)
        reasons = dict(self._fields["return_reason"]._description_selection(self.env))
        if reason not in reasons:
            raise UserError(self.env._("Choose why it comes back."))
        if reason == "other" and not (note or "").strip():
            raise UserError(self.env._("Say which other reason."))
        why = ". ".join(filter(None, (reasons[reason], (note or "").strip())))
        remision = self.sudo()
        remision._terminar("returned", return_reason=reason, end_note=note)
        remision._volver_a_su_edad(self.env._("Returned (%(number)s): %(why)s", number=self.number, why=why))
        remision._contar(self.env._("Returned: %s", why))

    def _cerrar(self, kind, note=None):
        """Close it. kind: of CLOSINGS; its items stay where they are, and are free for what comes next."""
        self.ensure_one()
        self._exigir_quien_decide()
        self._exigir_estado(*UNDER_WAY)
        kinds = dict(self._fields["end_kind"]._description_selection(self.env))
        if kind not in kinds:
            raise UserError(self.env._("Choose how it ended."))
        self._exigir_cierre(kind, note)
        remision = self.sudo()
        remision._terminar("closed", end_kind=kind, end_note=note)
        remision._contar(". ".join(filter(None, (self.env._("Closed: %s", kinds[kind]), note))))

    def _exigir_cierre(self, kind, note):
        owed = self.sudo().linea_ids.partida_id.filtered(lambda p: p.is_open and p.amount_residual > 0)
        if kind == "paid" and owed:
            raise UserError(self.env._("It is not paid: %s is still owed.", ", ".join(owed.mapped("name"))))
        written_off = self._castigadas()
        if kind == "paid" and written_off:
            raise UserError(
                self.env._("It is not paid: %s was written off.", ", ".join(written_off.mapped("name")))
            )
        if kind == "agreement" and (not owed or owed.filtered(lambda p: not p.acuerdo_id)):
            raise UserError(self.env._("Not all that is owed of it is under an agreement in force."))
        if kind in ("ruling", "committee") and not (note or "").strip():
            raise UserError(self.env._("Name the ruling, or the minutes, that ended it."))

    def _terminar(self, state, **vals):
        """End it, with superuser rights: its items are free again, and nothing more is planned."""
        self.write({"state": state, "date_end": self.company_id._cartera_hoy(), **vals})
        items = self.env["cartera.partida"].search([("remision_id", "=", self.id)])
        frozen = items.filtered(lambda p: p.etapa_reason == "referral")
        by_age = frozen.filtered("etapa_id.automatic")
        by_age.etapa_reason = "age"
        (frozen - by_age).etapa_reason = "manual"
        items.remision_id = False
        self.activity_unlink([CONFIRM, NEXT, IDLE])
        self.env.ref("cartera_cobro.ir_cron_actualizar")._trigger()

    def _volver_a_su_edad(self, note):
        """Back on the automatic ladder, each item on the step that its age asks for; the log says why."""
        items = self.linea_ids.partida_id.filtered(lambda p: p.is_open and p.amount_residual > 0 and not p.acuerdo_id)
        for etapa, moving in items.grouped(lambda p: p._etapa_por_edad()).items():
            moving._mover(etapa, note, document=self)

    def _contar(self, body):
        """On the referral, and on the dossier."""
        self.message_post(body=body)
        self.expediente_id._message_log(body=Markup("%s. %s") % (self._get_html_link(), body))

    def _dinero(self, amount):
        return dinero(self, amount)

    # --- the night --------------------------------------------------------------------------------------------------

    @api.model
    def _juzgar(self, company):
        """Close the company's referrals of which nothing is owed any more, telling their lawyers to end the process.

        What was written off was not paid: the case goes on, until its lawyer or the committee ends it. Then remind the
        lawyers of cases without events. The number that was closed.
        """
        Remision = self.sudo().with_context(lang=company.sudo().partner_id.lang, mail_notify_force_send=False)
        paid = Remision.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", UNDER_WAY),
                ("linea_ids", "not any", [("partida_id.is_open", "=", True), ("partida_id.amount_residual", ">", 0)]),
            ]
        )
        paid -= paid._con_castigo()
        for remision in paid:
            remision._cerrar("paid")
            remision._pedir_terminacion()
        Remision._recordar(company)
        return len(paid)

    def _castigadas(self):
        """Its items written off and neither recovered nor reversed."""
        items = self.sudo().linea_ids.partida_id
        return items.browse(item.id for item in items._castigado_por_partida())

    def _con_castigo(self):
        """Those with such items."""
        off = self._castigadas()
        return self.filtered(lambda remision: remision.linea_ids.partida_id & off)

    def _pedir_terminacion(self):
        """To the lawyer: the debt is paid, the process has to end."""
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            TERMINATE,
            date_deadline=self.company_id._cartera_hoy(),
            summary=self.env._("Paid in full: terminate the process and lift its measures"),
            user_id=self._encargado().id,
        )

    @api.model
    def _recordar(self, company):
        """Weekly, in another room: cases without events."""


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    def _etapa_por_edad(self):
        """The automatic stage that its days, or those of its unit, reach with the balance and the evidence asked."""
        self.ensure_one()
        politica = self.expediente_id.politica_id
        unit = self._misma_unidad(politica)
        days, owed = max(unit.mapped("days_overdue")), sum(unit.filtered("days_overdue").mapped("amount_residual"))
        ladder = politica.etapa_ids.filtered(lambda e: e.automatic and e.kind != "current" and e.days_from <= days)
        for etapa in ladder.sorted("days_from", reverse=True):
            if owed >= etapa.amount_min and not faltantes(self, etapa):
                return etapa
        return politica._etapa_inicial()

    def _misma_unidad(self, politica):
        """The open debits that are staged with it, itself included."""
        mates = self.expediente_id.partida_open_ids.filtered(
            lambda p: p.amount_residual > 0 and not p.hold_reason and not p.acuerdo_id
        )
        if politica.unit == "debtor":
            return mates | self
        same = politica.unit == "account" and self.cuenta_id
        return (mates.filtered(lambda p: p.cuenta_id == self.cuenta_id) if same else self) | self
