"""How a claim goes on: each step guards, does, and says in the chatter what happened."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, plaintext2html

from .cartera_consecutivo import tomar
from .cartera_reclamacion import COURT, HOLDING, ROLES
from .cartera_reclamacion_revision import fuera_de_termino, problemas

ANSWER = "cartera_cobro.mail_activity_type_reclamacion"
CREDIT = "cartera_cobro.mail_activity_type_insolvencia"


class CarteraReclamacion(models.Model):
    _inherit = "cartera.reclamacion"

    appeal_ids = fields.One2many("cartera.reclamacion", "appeal_of_id", string="Appeals")

    def _exigir_clase(self, court):
        """Refuse a step of the other family: what a court opens is not answered, what a debtor files has no credit."""
        for claim in self.filtered(lambda c: (c.kind in COURT) != court):
            raise UserError(
                self.env._("%s is not of a court: it is answered.", claim.display_name)
                if court
                else self.env._("%s is of a court: file the credit, and say when it ended.", claim.display_name)
            )

    def _exigir_responsable(self):
        coordinator = self.env.su or self.env.user.has_group("cartera_cobro.group_cartera_tesorero")
        for claim in self.filtered(lambda c: not coordinator and c.user_id != self.env.user):
            raise AccessError(
                self.env._(
                    "%(user)s is responsible for %(claim)s: they or a coordinator do this.",
                    user=claim.user_id.name or "",
                    claim=claim.display_name,
                )
            )

    def _exigir_texto(self, text, sentence):
        if not (text or "").strip():
            raise UserError(sentence)
        return text.strip()

    def _puede_responder(self, user):
        """Whether a user may be made responsible: of the company, with a role that answers."""
        company = self.company_id or self.env.company
        works = user.active and not user.share and company in user.sudo().company_ids
        return works and any(user.has_group(f"cartera_cobro.group_cartera_{role}") for role in ROLES)

    # --- filed ------------------------------------------------------------------------------------------------------

    def action_file(self):
        """Number it and start its term; what a claim or appeal disputes is held, an insolvency holds the dossier."""
        self.check_access("write")
        self._exigir_estado("draft")
        # Whoever files on the same items at once is told so.
        self.expediente_id._reservar()
        for claim in self:
            claim._exigir_sin_problemas()
            claim.sudo()._radicar()
        return True

    def _exigir_sin_problemas(self, late=False):
        found = list(problemas(self, late))
        if found:
            raise UserError("\n".join(found))

    def _radicar_tarde(self, reason):
        """File an appeal after its term, by a coordinator and for a reason: that the answer never reached the debtor,
        say, who knows it since they appeal it (Ley 1437 art. 72)."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("draft")
        if not (self.env.su or self.env.user.has_group("cartera_cobro.group_cartera_tesorero")):
            raise AccessError(self.env._("Only a coordinator admits an appeal after its term."))
        if not fuera_de_termino(self):
            raise UserError(self.env._("%s is no appeal after its term: file it as any other.", self.display_name))
        reason = self._exigir_texto(reason, self.env._("Say why it is admitted: it stays with the appeal."))
        self.expediente_id._reservar()
        self._exigir_sin_problemas(late=True)
        claim = self.sudo()
        claim._radicar()
        claim.message_post(
            body=self.env._(
                "Admitted after its term, which ended on %(day)s. %(reason)s",
                day=self._dia(claim.appeal_of_id.appeal_until),
                reason=reason,
            ),
            author_id=self.env.user.partner_id.id,
        )

    def _radicar(self):
        """File it, with superuser rights: whoever calls has looked for problems."""
        today = self.company_id._cartera_hoy()
        if self.kind in COURT and not self.linea_ids and self._partidas_libres():
            self.action_fill()
        [number] = tomar(self.env, self.company_id, self._name, self.env._("Claims"), 1, today)
        self.write({"number": number, "state": "filed"})
        self._archivar(self.env._("Filed by %s.", self.filed_by), self.file_ids)
        self._citar()
        line = self.env._(
            "%(claim)s was filed by %(who)s, with a term until %(day)s.",
            claim=self._get_html_link(),
            who=self.filed_by,
            day=format_date(self.env, self.deadline),
        )
        self.expediente_id._message_log(body=line)
        self._retener()
        if self.kind in COURT:
            self._detener_terminos()
            self._decir_que_se_supo_tarde(today)

    def _decir_que_se_supo_tarde(self, today):
        """A notice that reached the company late holds the dossier from now on: what was done before is not undone."""
        if self.deadline < today:
            self._message_log(
                body=self.env._(
                    "Recorded after the day to file the credit, %s: the lawyer sees whether it is still admitted. What "
                    "was sent before stays as it was.",
                    self._dia(self.deadline),
                )
            )

    def _archivar(self, line, files):
        """Say `line` in the chatter with the documents, which from then on are the claim's."""
        files.write({"res_model": self._name, "res_id": self.id})
        body = plaintext2html("\n".join(filter(None, [line, self.text])))
        author = self.partner_id.id if self.from_page else None
        self.message_post(body=body, attachment_ids=files.ids, author_id=author)

    def _citar(self):
        """The activity of the responsible, for the day of the deadline."""
        user = self.user_id
        claim = self.with_context(lang=user.lang or self.company_id.partner_id.lang)
        claim.activity_schedule(
            CREDIT if self.kind in COURT else ANSWER,
            date_deadline=self.deadline,
            summary=claim.subject,
            note=plaintext2html("\n".join(filter(None, [claim.partner_id.name, claim.subject]))),
            user_id=user.id,
        )

    def _exigir_apto(self, user):
        """Refuse to make responsible for these whoever may not answer them."""
        if any(not claim._puede_responder(user) for claim in self):
            raise UserError(
                self.env._("%s cannot answer claims here: choose somebody with a role that does.", user.name or "")
            )

    def _reasignar(self, before):
        """Somebody else answers now: the activity is theirs."""
        self.sudo().activity_unlink([ANSWER, CREDIT], user_id=before.id)
        for claim in self.sudo().filtered(lambda c: not c.date_credit_filed):
            claim._citar()

    # --- what it holds ----------------------------------------------------------------------------------------------

    @api.model
    def _abiertas(self, expedientes):
        """Insolvencies and liquidations of the dossiers that have not ended."""
        return self.sudo().search(
            [("expediente_id", "in", expedientes.ids), ("kind", "in", COURT), ("state", "=", "filed")]
        )

    def _disputadas_por_otras(self):
        """{item: the open claim or appeal that disputes it}, of the items of this one."""
        lineas = self.env["cartera.reclamacion.linea"].sudo().search(
            [
                ("partida_id", "in", self.linea_ids.partida_id.ids),
                ("live", "=", True),
                ("reclamacion_id", "not in", self.ids),
            ]
        )  # fmt: skip
        return {linea.partida_id: linea.reclamacion_id for linea in lineas}

    def _retener(self):
        """Hold, or let go of, what claims hold in the state that they are in."""
        self.filtered(lambda c: c.kind in HOLDING).linea_ids.partida_id._sincronizar_reclamos()
        for expediente, claims in self.filtered(lambda c: c.kind in COURT).grouped("expediente_id").items():
            claims._retener_expediente(expediente)

    def _retener_expediente(self, expediente):
        standing = self._abiertas(expediente)[:1]
        if standing:
            note = ", ".join(filter(None, [standing.number, standing.process_number, standing.court]))
            expediente.write({"hold_reason": "insolvency", "hold_until": False, "hold_note": note})
        elif expediente.hold_reason == "insolvency":
            expediente.write({"hold_reason": False, "hold_until": False, "hold_note": False})

    def _soltar(self):
        """What they held goes on: the next classification moves it."""
        self._retener()
        self.env.ref("cartera_cobro.ir_cron_actualizar")._trigger()

    @api.model
    def _juzgar(self, company, on_date=None):
        """Every night, by `on_date` (default today): what hooks missed of the holds, and claims that are over closed.

        {"items": written, "dossiers": held again, "closed": claims}; a second call writes nothing.
        """
        day = on_date or company._cartera_hoy()
        claims = self.sudo().with_company(company)
        Partida = claims.env["cartera.partida"]
        answered = claims.search([("company_id", "=", company.id), ("state", "=", "answered")])
        live = claims.search([("company_id", "=", company.id), ("state", "=", "filed")])
        disputed = (answered | live).linea_ids.filtered(lambda line: line.live or line.amount_accepted).partida_id
        disputed |= Partida.search([("company_id", "=", company.id), ("reclamacion_id", "!=", False)])
        items = disputed._sincronizar_reclamos()
        loose = live.filtered(lambda c: c.kind in COURT and c.expediente_id.hold_reason != "insolvency")
        loose._retener()
        known = answered - answered._sin_notificar()
        over = known.filtered(lambda c: (c.appeal_until or c.date_answered) < day and not c._por_acreditar())
        over._cerrar()
        return {"items": len(items), "dossiers": len(loose.expediente_id), "closed": len(over)}

    def _por_acreditar(self):
        """Lines whose accepted amount the ledger does not have yet."""
        return self.linea_ids.filtered(lambda line: line.amount_accepted and line._por_acreditar())

    # --- the term ---------------------------------------------------------------------------------------------------

    def action_extend(self, deadline, reason):
        """Give a filed claim a later day (date), with the reason told to the debtor (Ley 1437 art. 14)."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("filed")
        self._exigir_responsable()
        reason = self._exigir_texto(reason, self.env._("Say why it is extended: the debtor is told."))
        self._exigir_dia(deadline)
        claim = self.sudo()
        before = claim.deadline
        claim.write({"deadline": deadline, "extension_reason": reason})
        claim.activity_reschedule([ANSWER, CREDIT], date_deadline=deadline)
        claim.message_post(
            body=self.env._(
                "Extended from %(before)s to %(after)s. %(reason)s",
                before=format_date(self.env, before),
                after=format_date(self.env, deadline),
                reason=reason,
            )
        )
        if claim.kind not in COURT:
            claim._avisar_ampliacion()
        return True

    def _exigir_dia(self, deadline):
        """The new day comes after today and the day it had, and the law's longest term is not passed.

        A term that ended is not extended: the debtor is told before it does (Ley 1437 art. 14, paragraph).
        """
        today = self.company_id._cartera_hoy()
        if self.kind not in COURT and self.deadline < today:
            raise UserError(
                self.env._(
                    "The term ended on %s, and is extended before it does: answer it, late as it is.",
                    self._dia(self.deadline),
                )
            )
        if not deadline or deadline < today:
            raise UserError(self.env._("That day has passed: give a later one."))
        if deadline <= self.deadline:
            raise UserError(self.env._("The term ends on %s already: give a later day.", self._dia(self.deadline)))
        longest = self.kind not in COURT and self._plazo(self._politica().claim_extension_times)
        if longest and deadline > longest:
            raise UserError(self.env._("It may be extended until %s at most: the policy says so.", self._dia(longest)))

    def _dia(self, day):
        return format_date(self.env, day)

    # --- how it ends ------------------------------------------------------------------------------------------------

    def action_withdraw(self, who, reason):
        """The debtor (`who`, a name) takes it back; of a draft, it is put aside."""
        self.check_access("write")
        self._exigir_estado("draft", "filed")
        who = self._exigir_texto(who, self.env._("Say who withdraws it."))
        reason = self._exigir_texto(reason, self.env._("Say why: it stays with the claim."))
        for claim in self.sudo():
            day = claim.company_id._cartera_hoy()
            claim.write({"state": "cancelled", "withdrawn_by": who, "end_reason": reason, "date_end": day})
            claim.activity_unlink([ANSWER, CREDIT])
            claim.message_post(body=self.env._("Withdrawn by %(who)s. %(reason)s", who=who, reason=reason))
            claim.env["cartera.prescripcion.evento"]._anular(claim)
        self.sudo()._soltar()
        return True

    def action_close(self):
        """Nothing is left to do about an answered claim: what was accepted is in the ledger."""
        self.check_access("write")
        self._exigir_estado("answered")
        for claim in self.sudo():
            drafts = claim.linea_ids.credit_move_id.filtered(lambda move: move.state == "draft")
            if drafts:
                raise UserError(
                    self.env._("A credit note of %s is in draft: post it or cancel it first.", claim.display_name)
                )
        self.sudo()._cerrar()
        return True

    def _cerrar(self):
        for claim in self:
            claim.write({"state": "closed", "date_end": claim.company_id._cartera_hoy()})
        if self:
            self._soltar()

    # --- what a court opens -----------------------------------------------------------------------------------------

    def action_credit_filed(self, day, attachment):
        """The credit was filed with the court on a day (date), with this document (ir.attachment)."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("filed")
        self._exigir_clase(court=True)
        if not attachment:
            raise UserError(self.env._("Attach the credit as it was filed, with its receipt."))
        self._exigir_pasado(day)
        claim = self.sudo()
        claim.write({"date_credit_filed": day, "credit_file_id": attachment.id})
        claim.activity_feedback([CREDIT])
        claim.message_post(
            body=self.env._("The credit was filed on %s.", self._dia(day)), attachment_ids=attachment.ids
        )
        return True

    def action_end(self, day, reason):
        """The insolvency or liquidation ended on a day (date): the dossier is free, and the terms start anew."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("filed")
        self._exigir_clase(court=True)
        reason = self._exigir_texto(reason, self.env._("Say how it ended: the agreement, the award, the act."))
        self._exigir_pasado(day)
        claim = self.sudo()
        claim.write({"state": "closed", "date_end": day, "end_reason": reason})
        claim.activity_unlink([CREDIT])
        claim.message_post(body=self.env._("Ended on %(day)s. %(reason)s", day=self._dia(day), reason=reason))
        claim._reanudar_terminos(day, reason)
        claim._soltar()
        return True

    def _deudas_del_proceso(self):
        """Debts whose term it stops: those of before it was opened."""
        return self.expediente_id.partida_open_ids.filtered(
            lambda p: p.amount_residual > 0 and p.date <= self._dia_de_apertura()
        )

    def _dia_de_apertura(self):
        return self.date_notice or self.date_filed

    def _detener_terminos(self, end=None):
        """While it lasts no term runs (E.T. 818; Ley 1116 art. 72), so that none ends before it starts anew."""
        self.env["cartera.prescripcion.evento"]._anotar(
            self._deudas_del_proceso(), "suspend", self._dia_de_apertura(), end=end, document=self
        )

    def _reanudar_terminos(self, day, reason):
        """E.T. 818: after a concordat or a liquidation the term runs anew from its end."""
        Evento = self.env["cartera.prescripcion.evento"]
        items = Evento._levantar(self, day) | self._deudas_del_proceso()
        # Also of what was paid when it was opened, and is owed again.
        self._detener_terminos(day)
        Evento._anotar(items, "interrupt", day, document=self, note=reason)

    def _exigir_pasado(self, day):
        today, since = self.company_id._cartera_hoy(), self._dia_de_apertura()
        if not day or day > today or day < since:
            raise UserError(
                self.env._(
                    "Say the day on which it was done: from %(since)s to today.", since=format_date(self.env, since)
                )
            )
