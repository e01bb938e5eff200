"""Who is told of a proof of payment: the debtor, whoever collects, accounting and the legal office (FRV10); its file.

Accounting and the legal office get an activity at once and one e-mail a day with all that was registered.
"""

import logging

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from psycopg2 import OperationalError

from .cartera_acuerdo_avisos import PROOF
from .cartera_mensaje import Sobre, encolar_correos
from .cartera_soporte_estado import CHECK, CONFIRM
from .cartera_textos import fecha, pesos

_logger = logging.getLogger(__name__)

TAKE_NOTE = "cartera_cobro.mail_activity_type_pago_registrado"
# Codes of the documents under which a policy files proofs of payment, the first it has.
FILED_AS = ("soporte_pago", "recibo_caja")


class CarteraSoporte(models.Model):
    _inherit = "cartera.soporte"

    told_on = fields.Date(string="Accounting Told On", readonly=True, copy=False)

    def _al_recibirse(self):
        # EXTENDS: the officer who asked for the proof of an instalment has it (FRV8).
        res = super()._al_recibirse()
        self._acuerdos_que_la_piden().activity_feedback([PROOF])
        return res

    def _acuerdos_que_la_piden(self):
        return self.env["cartera.acuerdo"].search(
            [("expediente_id", "=", self.expediente_id.id), ("state", "=", "active"), ("proof_asked", "!=", False)]
        )

    def _al_rechazarse(self):
        # EXTENDS: the debtor is told why, whoever sent it too; the proof of an instalment is asked for again.
        res = super()._al_rechazarse()
        self.activity_unlink([CHECK])
        self._acuerdos_que_la_piden().proof_asked = False
        line = self.env._(
            "%(proof)s was turned down: %(why)s", proof=self._get_html_link(title=self.number), why=self.reject_reason
        )
        if self.expediente_id:
            self.expediente_id._message_log(body=line)
        if self.sent_user_id:
            self.message_notify(
                partner_ids=self.sent_user_id.partner_id.ids,
                subject=self.env._("Turned down: %s", self.display_name),
                body=line,
            )
        self._escribir("correo_soporte_rechazado")
        return res

    def _al_registrarse(self):
        # EXTENDS: filed, told to the debtor, and the collector, accounting and the legal office have it before them.
        res = super()._al_registrarse()
        self.expediente_id._message_log(
            body=self.env._(
                "%(proof)s was registered: %(amount)s.",
                proof=self._get_html_link(title=self.number),
                amount=self.currency_id.format(self.amount_registered),
            )
        )
        if self.currency_id.compare_amounts(self.amount, self.amount_registered):
            self.message_post(
                body=self.env._(
                    "The proof says %(said)s, and %(came)s came.",
                    said=self.currency_id.format(self.amount),
                    came=self.currency_id.format(self.amount_registered),
                )
            )
        self._archivar()
        self.activity_unlink([CHECK])
        self._citar(CONFIRM, self._quien_confirma())
        for user in self._quienes_toman_nota() - self.registered_by:
            self._citar(TAKE_NOTE, user)
        self._escribir("correo_soporte_registrado")
        return res

    # --- activities --------------------------------------------------------------------------------------------------

    def _quien_confirma(self):
        """Whoever collects: the officer of the dossier, or who sent it, or who coordinates; not who registered it."""
        company = self.company_id
        users = self.user_id | self.sent_user_id | company._cartera_coordinadores()
        users |= company._cartera_usuarios_del_rol("gestor")
        return (users - self.registered_by)[:1]

    def _quienes_toman_nota(self):
        """An accountant, and whoever has the case at the legal office; for an agreement, a lawyer of it."""
        company = self.company_id
        lawyers = self.expediente_id.partida_ids.remision_id.abogado_id
        if not lawyers and self.expediente_id.acuerdo_id:
            lawyers = company._cartera_usuarios_del_rol("abogado")[:1]
        return company._cartera_usuarios_del_rol("contador")[:1] | lawyers

    def _citar(self, kind, user):
        if not user:
            return
        here = self.with_context(lang=user.lang or self.company_id.partner_id.lang)
        here.activity_schedule(kind, date_deadline=self.company_id._cartera_hoy(), user_id=user.id)

    # --- its file ----------------------------------------------------------------------------------------------------

    def _archivar(self):
        """File it under the policy's documents; one that cannot be filed is registered all the same, and told."""
        try:
            with self.env.cr.savepoint():
                self._archivar_donde_va()
        except UserError as error:
            self.message_post(body=self.env._("It was not filed. %s", error))

    def _archivar_donde_va(self):
        """In the dossier, or in each account or agreement of the debtor that it pays."""
        tipos = self.expediente_id.politica_id.documento_tipo_ids.filtered(lambda t: t.code in FILED_AS)
        tipo = tipos.sorted(lambda t: FILED_AS.index(t.code))[:1]
        if not self.file or not tipo:
            return
        places = {
            "dossier": [{}],
            "account": [{"cuenta_id": one.id} for one in self._cuentas_pagadas()],
            "agreement": [{"acuerdo_id": one.id} for one in self.expediente_id.acuerdo_id],
        }[tipo.applies_to]
        if not places:
            self.message_post(
                body=self.env._("It was not filed: what it pays has no account of this debtor's, or agreement.")
            )
            return
        paper = {
            "expediente_id": self.expediente_id.id,
            "tipo_id": tipo.id,
            "file": self.file,
            "file_name": self.file_name,
            "received_by_id": self.registered_by.id,
            "date_issued": self.date,
            "note": self.number,
        }
        self.env["cartera.documento"].create([paper | place for place in places])

    def _cuentas_pagadas(self):
        """Accounts of what its entry was matched with, or else of what it says to pay, that are still the debtor's."""
        partials = self.move_id.line_ids.matched_debit_ids
        paid = partials.debit_move_id.cartera_partida_ids or self.partida_ids
        return paid.cuenta_id.filtered(lambda cuenta: cuenta.partner_id.commercial_partner_id == self.partner_id)

    # --- the debtor --------------------------------------------------------------------------------------------------

    def _escribir(self, template):
        """Answer the debtor by e-mail, where there is an address; a mail that cannot be written stops nothing."""
        to = self.partner_id.email or (self.email_from if not self.partner_id else "")
        if not to:
            self._message_log(body=self.env._("The debtor has no e-mail: they see it on their page, or are told."))
            return
        try:
            with self.env.cr.savepoint():
                self._encolar(self.env.ref(f"cartera_cobro.{template}"), to)
        except OperationalError:
            raise  # a concurrent update: the whole transaction is tried again
        except Exception as error:
            _logger.exception("The mail %s of proof %s failed", template, self.id)
            self._message_log(body=self.env._("The e-mail to the debtor could not be written. %s", error))

    def _encolar(self, template, to):
        link = self._enlace_de_comprobantes()
        written = template.with_context(enlace=link, mail_notrack=True)
        subject = written._render_field("subject", self.ids)[self.id]
        body = written._render_field("body_html", self.ids)[self.id]
        if not self.partner_id:  # a stranger: there is no page, nor contact to notify
            self._message_log(body=body, subject=subject)
            self.env["mail.mail"].create(
                {"subject": subject, "body_html": body, "email_to": to, "author_id": self.company_id.partner_id.id,
                 "email_from": self.company_id.email_formatted or self.env.user.email_formatted, "cartera_insist": True}
            )  # fmt: skip
            return
        # The message of the chatter has no link: the whole team reads it.
        shown = Markup(str(body).replace(link, "#"))
        encolar_correos(self.company_id, [Sobre(self, self.partner_id, subject, shown, None, body)])
        self.env["cartera.gestion"].create(
            {
                "expediente_id": self.expediente_id.id,
                "date": fields.Datetime.now(),
                "channel": "email",
                "purpose": "reply",
                "result": "sent",
                "address": to,
                "note": subject,
                "user_id": self.env.uid,
                "partida_ids": [Command.set(self.partida_ids.ids)],
            }
        )

    def _enlace_de_comprobantes(self):
        """Address (str) of the debtor's page of proofs; empty without a dossier."""
        return f"{self.expediente_id._enlace_completo()}/comprobantes" if self.expediente_id else ""

    def _en_pesos(self, amount):
        """How its amount is written to the debtor."""
        return pesos(amount) if self.currency_id.name == "COP" else self.currency_id.format(amount)

    def _fecha(self, day):
        return fecha(day)

    # --- what waits too long ----------------------------------------------------------------------------------------

    @api.model
    def _avisar(self, company):
        """Every night: what waits too long or was undone has its activity; what was registered is told."""
        stuck = ["|", ("is_late", "=", True), ("is_undone", "=", True)]
        waiting = self.sudo().with_company(company).search([("company_id", "=", company.id), *stuck])
        kind = self.env.ref(CHECK)
        for soporte in waiting.filtered(lambda s: kind not in s.activity_ids.activity_type_id):
            soporte._citar(CHECK, (company._cartera_coordinadores() - soporte.sent_user_id)[:1])
        self._informar(company)

    # --- accounting and the legal office, once a day -----------------------------------------------------------------

    @api.model
    def _informar(self, company):
        """Queue the report of the payments registered from proofs since the last one; the mails, or none.

        Where nothing was registered, or nobody is to be told, there is no mail.
        """
        people = company._cartera_informados_de_pagos()
        soportes = self.sudo().search(
            [("company_id", "=", company.id), ("state", "=", "registered"), ("told_on", "=", False)], order="id"
        )
        if not people or not soportes:
            return self.env["mail.mail"]
        today = company._cartera_hoy()
        values = {"company": company.sudo(), "soportes": soportes, "today": today, "fecha": fecha}
        subject = f"Pagos registrados de soportes al {fecha(today)}: {len(soportes)}"
        mails = company._cartera_informar_de_pagos(people, subject, "cartera_cobro.informe_soportes", values)
        soportes.told_on = today
        return mails


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    @api.model
    def _jobs_de_la_noche(self):
        # EXTENDS: what the treasury has not answered, and what it registered, is told.
        return [*super()._jobs_de_la_noche(), ("cartera.soporte", "_avisar")]
