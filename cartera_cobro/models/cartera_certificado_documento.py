"""The paper of a certificate: drawn once when it is issued, kept, and verifiable by its code."""

import hashlib
import re
import secrets

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from .cartera_impreso import convertir, escribir, guardado
from .cartera_textos import fecha, pesos

REPORT = "cartera_cobro.certificado"
PATH = "/cartera/verificar"
LABELS = {"debt": "Total", "paid": "Saldo", "statement": "Saldo"}
TITLES = {"debt": "Certificado de deuda", "paid": "Paz y salvo", "statement": "Estado de cuenta"}
# No vowels, which make words, nor what is misread: 0 O, 1 I L. Twelve of 28 make 2.3e17 codes: among a hundred thousand
# certificates, a hundred guesses a second for a year find one with a chance of one in seven hundred. That is what keeps
# strangers out, and no counting of attempts.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 3, 4


class CarteraCertificado(models.Model):
    _inherit = "cartera.certificado"

    # --- its code -------------------------------------------------------------------------------------------------

    @api.model
    def _nuevo_codigo(self):
        """A verification code (str) like "7KMD-2WQZ-9HTB"."""
        return "-".join("".join(secrets.choice(ALPHABET) for _n in range(GROUP)) for _n in range(GROUPS))

    @api.model
    def _de_codigo(self, code):
        """The certificate (in sudo) issued with a code as somebody types it; empty where there is none."""
        typed = re.sub(r"[\s\-–.]", "", code or "").upper()
        if len(typed) != GROUPS * GROUP or set(typed) - set(ALPHABET):
            return self.sudo().browse()
        grouped = "-".join(typed[start : start + GROUP] for start in range(0, len(typed), GROUP))
        return self.sudo().search([("code", "=", grouped), ("state", "in", ("issued", "revoked"))])

    def _direccion(self):
        """Address (str) of the page that verifies it."""
        return f"{self.get_base_url()}{PATH}/{self.code}"

    def _cifra(self):
        """(label in Spanish, amount) of what it comes to; where only instalments are owed, what is left of them."""
        if self.amount_agreed and not self.linea_ids:
            return "Por pagar del acuerdo", self.amount_agreed
        return LABELS[self.kind], self.amount_total

    def _publico(self):
        """What the public page shows, written as on the paper, and whether it still holds ({str: str or bool})."""
        self.ensure_one()
        label, total = self._cifra()
        return {
            "title": TITLES[self.kind],
            "number": self.number,
            "debtor": self.debtor_name,
            "vat": self.debtor_vat,
            "date": fecha(self.date),
            "label": label,
            "total": pesos(total),
            "valid": self.state == "issued",
            "revoked_on": fecha(self.revoked_on),
            "replaced_by": self.replaced_by_id.number,
            "hash": self.pdf_sha256,
            "code": self.code,
        }

    def _constancias(self):
        """[str] in Spanish: what a paz y salvo says beyond how its obligations were paid."""
        items = self.linea_ids.partida_id
        castigadas = items.filtered("castigo_linea_id").sorted("date_due").mapped("name")
        said = [f"Castigadas en la contabilidad y recuperadas después en su totalidad: {', '.join(castigadas)}."]
        reportes = self.expediente_id.boletin_reporte_ids
        if self.partida_ids:
            reportes = reportes.filtered(lambda reporte: reporte.move_id in items.move_id)
        return said * bool(castigadas) + self._constancias_bdme(reportes)

    def _constancias_bdme(self, reportes):
        """What it says of each report of these obligations to the bulletin of the State's debtors: it is withdrawn."""
        bdme = "Boletín de Deudores Morosos del Estado"
        pending = reportes.filtered(lambda reporte: not reporte.date_withdrawn)
        if pending:
            return [f"{self.company_id.name} presentará de inmediato el retiro del {bdme} (Ley 901 de 2004)."]
        days = sorted(set(reportes.mapped("date_withdrawn")))
        return [f"El retiro del {bdme} se presentó el {fecha(day)}." for day in days[-1:]]

    # --- its file -------------------------------------------------------------------------------------------------

    def _nombre_documento(self, report=REPORT):
        """File name (str) of its PDF."""
        self.ensure_one()
        return " ".join(filter(None, (TITLES[self.kind], self.number or "(borrador)"))) + ".pdf"

    def _guardar_documento(self):
        self.ensure_one()
        self.pdf_id = self._adjuntar(REPORT)
        self.pdf_sha256 = hashlib.sha256(self.pdf_id.raw).hexdigest()
        self.expediente_id.message_post(
            body=Markup("%s: %s") % (self.env._("Issued"), self._get_html_link()),
            author_id=self.env.user.partner_id.id,
            attachment_ids=self.pdf_id.ids,
        )

    def action_download(self):
        """The kept file, as it was issued."""
        self.ensure_one()
        self.check_access("read")
        kept = self.sudo().pdf_id
        if not kept:
            raise UserError(self.env._("%s has no file until it is issued.", self.display_name))
        if hashlib.sha256(kept.raw).hexdigest() != self.pdf_sha256:
            raise UserError(
                self.env._("The file of %s is not the one that was issued: somebody changed it.", self.display_name)
            )
        return {"type": "ir.actions.act_url", "url": f"/web/content/{kept.id}?download=true", "target": "download"}

    def action_open_dossier(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()


# Imported after ir_actions_report.py, whose method it extends.
class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _cartera_pdf(self, report, res_ids, data):
        # EXTENDS the add-on's own paper: what was issued is printed from what was kept of it.
        if report.report_name != REPORT:
            return super()._cartera_pdf(report, res_ids, data)
        certificados = self.env[report.model].browse(res_ids)
        fresh = certificados.filtered(lambda c: not c.pdf_id)
        html = fresh and report._render_qweb_html(REPORT, fresh.ids)[0].decode()
        drawn = iter(convertir(report, [html]) if fresh else ())
        return escribir([guardado(c.sudo().pdf_id) if c.pdf_id else next(drawn) for c in certificados])


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    certificado_ids = fields.One2many("cartera.certificado", "expediente_id", string="Certificates")
    certificate_count = fields.Integer(compute="_compute_certificate_count")

    def _compute_certificate_count(self):
        counts = dict(self.env["cartera.certificado"]._read_group(
            [("expediente_id", "in", self.ids)], ["expediente_id"], ["__count"]
        ))  # fmt: skip
        for expediente in self:
            expediente.certificate_count = counts.get(expediente, 0)

    def action_certificates(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_certificado_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})


class CarteraPolitica(models.Model):
    """What the certificates of a policy say of who issues them."""

    _inherit = "cartera.politica"

    certificate_authority = fields.Text(
        string="Legal Basis of Certificates",
        help="In Spanish: by which law and reglamento the entity certifies its portfolio; those of debt cite it.",
    )
    certificate_role = fields.Char(
        string="Certificates Signed As",
        help="In Spanish: the office of who issues what needs no signature, e.g. Profesional de Tesorería.",
    )
