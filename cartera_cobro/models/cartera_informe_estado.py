"""How a management report goes on: reviewed and approved in three steps (EAAB11), published and e-mailed (EAAB12)."""

import hashlib
from itertools import product

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import is_html_empty

from .cartera_consecutivo import tomar
from .cartera_impreso import convertir, escribir, guardado
from .cartera_informe import _huella
from .cartera_informe_mes import mes_de
from .cartera_mensaje import Sobre, encolar_correos

REPORT = "cartera_cobro.informe_gestion"
PREPARE = "cartera_cobro.mail_activity_type_informe"


class CarteraInforme(models.Model):
    _inherit = "cartera.informe"

    profesional_ids = fields.Many2many("res.users", string="Reviewing Professionals", compute="_compute_revisores")
    coordinador_ids = fields.Many2many("res.users", string="Reviewing Coordinators", compute="_compute_revisores")

    # --- for review -----------------------------------------------------------------------------------------------

    @api.depends("author_id", "company_id")
    def _compute_revisores(self):
        """Who may take the first two steps: an analyst or a coordinator, then a coordinator; directors come last."""
        analysts, coordinators, directors = (
            self.env.ref(f"cartera_cobro.group_cartera_{role}").sudo() for role in ("analista", "tesorero", "director")
        )
        for informe in self:
            people = coordinators.all_user_ids.filtered(lambda u, i=informe: i._puede_revisar(u))
            informe.coordinador_ids = people
            more = analysts.user_ids.filtered(lambda u, i=informe: i._puede_revisar(u))
            informe.profesional_ids = (people | more) - directors.user_ids

    def _puede_revisar(self, user):
        return user.active and not user.share and self.company_id in user.company_ids and user != self.author_id

    def _campos_firmados(self):
        return ["tipo_id", "corte_id", "content_sha256", "conclusions", "recommendations"]

    def action_request(self):
        # EXTENDS cartera.firmable: what is reviewed is what its author read, whole and of the closing in force.
        for informe in self:
            informe.check_access("write")
            informe._exigir_estado("draft")
            informe._exigir_completo()
        super().action_request()
        for informe in self.sudo():
            informe._exigir_quien(informe.review_ids, informe.author_id | self.env.user)
        self.sudo().write({"state": "review", "returned_reason": False})
        self.sudo().activity_feedback([PREPARE])
        return True

    def _exigir_completo(self):
        missing = [
            field.get_description(self.env)["string"]
            for field in (self._fields["conclusions"], self._fields["recommendations"])
            if is_html_empty(self[field.name])
        ]
        if missing:
            raise UserError(
                self.env._(
                    "%(report)s has no %(missing)s: a report says what its figures mean and what to do.",
                    report=self.display_name,
                    missing=", ".join(missing),
                )
            )
        if not self.corte_id.sudo().is_current:
            raise UserError(
                self.env._(
                    "The closing of %s has a newer version: refresh the figures, read them, and send it again.",
                    mes_de(self.date),
                )
            )

    def _validate_tier(self, tiers=False):
        # EXTENDS cartera.firmable: neither its author reviews it, nor the same person two steps.
        self.ensure_one()
        if self.author_id == self.env.user:
            raise UserError(self.env._("You wrote %s: somebody else has to review it.", self.display_name))
        if self._vigentes().filtered(lambda f: f.user_id == self.env.user):
            raise UserError(
                self.env._("You signed %s in an earlier step: this one is another person's.", self.display_name)
            )
        left = self.sudo().review_ids.filtered(lambda r: r.status in ("waiting", "pending"))
        mine = left.sorted("sequence").filtered(lambda r: self.env.user in r.reviewer_ids)[:1]
        self._exigir_quien(left - mine, self.author_id | self._vigentes().user_id | self.env.user)
        return super()._validate_tier(tiers)

    def _exigir_quien(self, reviews, taken):
        """UserError: those steps cannot be signed by a person each, none of them among `taken` (users)."""
        pools = [(review.reviewer_ids - taken).ids for review in reviews]
        if not any(len(set(people)) == len(people) for people in product(*pools)):
            raise UserError(
                self.env._(
                    "Nobody is left to sign each step of %(report)s (%(steps)s): they are different people, none of "
                    "them its author. Leave this step to somebody else, or ask an administrator for more reviewers.",
                    report=self.display_name,
                    steps=", ".join(reviews.mapped("name")),
                )
            )

    def _vigentes(self):
        """The signatures that count: since it was last sent for review, under the text as it is."""
        text = self._huella()
        return self.sudo().firma_ids.filtered(lambda f: f.hash == text and f.date >= (self.date_proposed or f.date))

    def _al_devolverse(self):
        self._devolver()
        self.activity_schedule(
            PREPARE, user_id=self.author_id.id, summary=self.env._("It was returned: %s", self.returned_reason or "")
        )

    def restart_validation(self):
        # EXTENDS cartera.firmable: who takes it back may mend it.
        res = super().restart_validation()
        self.sudo().filtered(lambda i: i.state == "review")._devolver()
        return res

    def action_reopen(self):
        """Back to draft: the signatures given do not count; the number stays its own."""
        self.check_access("write")
        self._exigir_estado("review", "approved")
        self._reabrir()
        return True

    def _reabrir(self):
        for informe in self.sudo():
            pdf = informe.pdf_id
            informe._devolver()
            informe.message_post(
                body=self.env._("Taken back to draft: it is reviewed again."),
                attachment_ids=pdf.ids,
                author_id=self.env.user.partner_id.id,
            )

    def _devolver(self):
        self.review_ids.unlink()
        self.write(
            {"state": "draft"}
            | dict.fromkeys(("proposed_by_id", "date_proposed", "approved_on", "pdf_id", "pdf_sha256"), False)
        )

    # --- approved -------------------------------------------------------------------------------------------------

    def _al_firmarse(self):
        """Signed by every step: it takes its number, and its paper is drawn once and kept."""
        if self.state != "review":
            return
        today = self.company_id._cartera_hoy()
        number = self.number or tomar(self.env, self.company_id, self._name, "Informes de gestión", 1, today)[0]
        self.write({"state": "approved", "number": number, "approved_on": fields.Datetime.now()})
        self.pdf_id = self._adjuntar(REPORT)
        self.pdf_sha256 = hashlib.sha256(self.pdf_id.raw).hexdigest()
        self.activity_schedule(PREPARE, user_id=self.author_id.id, summary=self.env._("Approved: publish it"))

    def _nombre_documento(self, report=REPORT):
        """File name (str) of its PDF."""
        self.ensure_one()
        name = f"{self.tipo_id.name} {self.date:%Y-%m}"
        return f"{name}{f' N {self.number}' if self.number else ' (borrador)'}.pdf"

    def action_download(self):
        """The kept file, as it was approved."""
        self.ensure_one()
        self.check_access("read")
        informe = self.sudo()
        if not informe.pdf_id:
            raise UserError(self.env._("%s has no file until it is approved.", self.display_name))
        informe._exigir_intacto()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{informe.pdf_id.id}?download=true",
            "target": "download",
        }

    def _exigir_intacto(self):
        if hashlib.sha256(self.pdf_id.raw).hexdigest() != self.pdf_sha256:
            raise UserError(
                self.env._("The file of %s is not the one that was approved: somebody changed it.", self.display_name)
            )

    # --- published ------------------------------------------------------------------------------------------------

    def action_publish(self):
        """Publish it, and e-mail it once to its mandatory recipients and its followers, with its PDF."""
        for informe in self:
            informe.check_access("write")
            informe.lock_for_update()
            informe._exigir_estado("approved")
            recipients = informe._exigir_destinatarios()
            informe.sudo()._exigir_aprobado()
            informe.sudo()._publicar(recipients)
        return True

    def _exigir_aprobado(self):
        self._exigir_intacto()
        if not self._firmado() or _huella(self.content["sections"]) != self.content_sha256:
            raise UserError(
                self.env._("What %s says is not what was approved: take it back to draft.", self.display_name)
            )

    def _exigir_destinatarios(self):
        """Partners (in sudo) who have to get it. UserError: nobody is named, or somebody has no address."""
        recipients = self.tipo_id._destinatarios(self.company_id)
        if not recipients:
            raise UserError(
                self.env._(
                    "Nobody is named to get %s: name its mandatory recipients in the kind of report.",
                    self.tipo_id.name,
                )
            )
        without = recipients.filtered(lambda p: not p.email_normalized)
        if without:
            raise UserError(self.env._("These have no e-mail address: %s.", ", ".join(without.mapped("name"))))
        return recipients

    def _publicar(self, recipients):
        followers = self.message_partner_ids.filtered(lambda p: p.email_normalized and p.active)
        people = recipients | followers
        self.write(
            {
                "state": "published",
                "published_on": fields.Datetime.now(),
                "published_by_id": self.env.uid,
                "sent_to_ids": [fields.Command.set(people.ids)],
            }
        )
        body = self.env["ir.qweb"]._render(
            "cartera_cobro.correo_informe_gestion", {"informe": self, "mes": mes_de(self.date)}
        )
        subject = f"{self.tipo_id.name}, {mes_de(self.date)} (N.° {self.number})"
        encolar_correos(self.company_id, [Sobre(self, partner, subject, body, self.pdf_id) for partner in people])
        self.activity_feedback([PREPARE])
        self.message_post(
            body=self.env._(
                "Published and e-mailed to %s.", ", ".join(f"{p.name} ({p.email_normalized})" for p in people)
            ),
            author_id=self.env.user.partner_id.id,
        )


# Imported after ir_actions_report.py, whose method it extends.
class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _cartera_pdf(self, report, res_ids, data):
        # EXTENDS the add-on's own paper: what was approved is printed from what was kept of it.
        if report.report_name != REPORT:
            return super()._cartera_pdf(report, res_ids, data)
        informes = self.env[report.model].browse(res_ids)
        fresh = informes.filtered(lambda i: not i.pdf_id)
        html = fresh and report._render_qweb_html(REPORT, fresh.ids)[0].decode()
        drawn = iter(convertir(report, [html]) if fresh else ())
        return escribir([guardado(i.sudo().pdf_id) if i.pdf_id else next(drawn) for i in informes])
