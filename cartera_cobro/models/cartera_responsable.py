"""What whoever runs an account asks about their own customers, and of them: when they pay (ALM5-ALM7)."""

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .avisos import aviso
from .cartera_contacto import Caso, Guardia, explicar
from .cartera_deuda import Deudas
from .cartera_envio_revision import Descarte, Revision, motivo
from .cartera_mensaje import Sobre, encolar_correos
from .cartera_textos import fecha, pesos

INFORMAR = "cartera_cobro.mail_activity_type_informar"


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    date_info_asked = fields.Date(
        string="Asked When It Pays",
        readonly=True,
        copy=False,
        help="The last day on which the customer was asked by e-mail for its payment dates.",
    )
    programmed_date = fields.Date(string="Next Payment Announced", compute="_compute_programmed")
    programmed_amount = fields.Monetary(
        string="Announced in All", compute="_compute_programmed", currency_field="company_currency_id",
        help="Promises pending and instalments still to pay.",
    )  # fmt: skip

    @api.depends("promesa_ids.state", "acuerdo_ids.cuota_ids.amount_due")
    def _compute_programmed(self):
        groups = self.env["cartera.programado"].sudo()._read_group(
            [("expediente_id", "in", self.ids)], ["expediente_id"], ["date:min", "amount:sum"]
        )  # fmt: skip
        found = {expediente.id: values for expediente, *values in groups}
        for expediente in self:
            expediente.programmed_date, expediente.programmed_amount = found.get(expediente.id, (False, 0.0))

    # --- one-click requests of information ------------------------------------------------------------------------

    def _exigir_que_lo_lleve(self):
        """AccessError: who calls neither runs these accounts nor works on these dossiers."""
        self.check_access("read")
        user = self.env.user
        own = self.filtered(lambda e: e.sudo().responsible_id == user)
        others = self - own
        if user.has_group("cartera_cobro.group_cartera_auditor") or (others and not others.has_access("write")):
            raise AccessError(
                self.env._("Only who runs the account, or works on the dossier, asks for information about it.")
            )

    def action_ask_customer(self):
        """E-mail the customers: how their account stands, and a link to say when they pay. Once a day each.

        It is a contact to collect: the guard of Ley 2300, holds and promises decide, and their reasons are said.
        """
        self._exigir_que_lo_lleve()
        refused = []
        for company, expedientes in self.grouped("company_id").items():
            refused += expedientes._pedir_programacion(company)
        asked = len(self) - len(refused)
        if not asked:
            raise UserError("\n".join(refused) or self.env._("Choose the customers to be asked."))
        message = self.env._("%s customers are asked when they pay.", asked)
        return aviso("\n".join([message, *refused]), "warning" if refused else "success")

    def _pedir_programacion(self, company):
        """Ask these dossiers of one company; sentences that say why the others are not."""
        dossiers, refused = self.sudo(), []
        deudas, revision = Deudas(self.env, company), Revision(self.env, company)
        owed, now = deudas.leer(dossiers), fields.Datetime.now()
        verdicts = Guardia(self.env, company).juzgar([Caso(e.partner_id, now, "email") for e in dossiers])
        for expediente, verdict in zip(dossiers, verdicts, strict=True):
            partidas = owed[expediente.id]
            why = expediente._por_que_no_preguntar(partidas, verdict)
            try:
                asked = None if why else revision.vencido(expediente, partidas)
            except Descarte as reason:
                why = motivo(self.env, reason)
            if why:
                refused.append(f"{expediente.partner_id.display_name}: {why}")
            else:
                expediente._escribir_programacion(*asked, deudas.on_date)
        return refused

    def _por_que_no_preguntar(self, partidas, verdict):
        """Why the customer is not asked (str), before looking at what may be collected; empty where it is."""
        if not self.partner_id.email_normalized:
            return self.env._("it has no e-mail address.")
        today = self.company_id._cartera_hoy()
        if self.date_info_asked == today:
            return self.env._("it was asked today already.")
        late = [p for p in partidas if p.capital > 0 and p.date_due < today]
        if not late:
            return self.env._("nothing is overdue.")
        if all(p.hold or p.pause for p in late):
            return self.env._("what is overdue is on hold, promised, agreed on or referred.")
        return "" if verdict.allowed else explicar(self.env, verdict)

    def _escribir_programacion(self, chased, credits, today):
        """Queue the e-mail, with superuser rights, and record the contact; the link goes in the mail only."""
        total = sum(p.capital for p in chased) - credits
        link = self._enlace_completo()
        values = {"expediente": self, "company": self.company_id, "late": chased, "today": fecha(today),
                  "credits": credits, "total": pesos(total), "pesos": pesos, "link": link,
                  "asker": self.env.user}  # fmt: skip
        body = self.env["ir.qweb"]._render("cartera_cobro.correo_programacion", values)
        subject = f"¿Cuándo nos paga? {self.company_id.name}"
        shown = Markup(str(body).replace(link, "#"))
        encolar_correos(self.company_id, [Sobre(self, self.partner_id, subject, shown, None, body, "collection")])
        self.env["cartera.gestion"].create(
            {
                "expediente_id": self.id,
                "date": fields.Datetime.now(),
                "channel": "email",
                "purpose": "collection",
                "result": "sent",
                "address": self.partner_id.email,
                "note": subject,
                "user_id": self.env.uid,
                "partida_ids": [Command.set([p.id for p in chased])],
            }
        )
        self.date_info_asked = today

    def action_ask_officer(self):
        """Ask who collects how these customers stand: an activity of theirs on each dossier, and its e-mail."""
        self._exigir_que_lo_lleve()
        if not self:
            raise UserError(self.env._("Choose the customers to ask about."))
        for expediente in self.sudo():
            officer = expediente.user_id or expediente.company_id._cartera_coordinadores()[:1]
            dossier = expediente.with_context(lang=officer.lang or expediente.company_id.partner_id.lang)
            summary = dossier.env._("Tell %s how the customer stands and when it pays", self.env.user.name)
            waiting = dossier.activity_search([INFORMAR], user_id=officer.id)
            if waiting.filtered(lambda a: a.create_uid == self.env.user):
                continue
            dossier.activity_schedule(
                INFORMAR, date_deadline=expediente.company_id._cartera_hoy(), summary=summary, user_id=officer.id
            )
        return aviso(self.env._("Who collects is asked about %s customers.", len(self)))
