"""How a bulletin goes on: signed by two areas, filed as text, sheet and memo, e-mailed, sent (FRV17, FRV18)."""

import hashlib

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules.bulletin import encode, fixed_width, misfit
from .cartera_boletin import PREPARERS
from .cartera_consecutivo import tomar
from .cartera_mensaje import Sobre, encolar_correos

MEMO = "cartera_cobro.boletin_memo"
SHEET = "report.cartera_cobro.boletin_xlsx"


class CarteraBoletin(models.Model):
    _inherit = "cartera.boletin"

    # --- for signature --------------------------------------------------------------------------------------------

    def action_request(self):
        # EXTENDS cartera.firmable: only what the receiver would take is signed.
        self._exigir_preparador()
        self._exigir_estado("draft")
        for boletin in self:
            boletin._exigir_completo()
            portfolio = self.env.user.has_group(PREPARERS[0])
            boletin.sudo().area = "portfolio" if portfolio else "accounting"
        super().action_request()
        self.sudo().state = "approval"
        return True

    def _exigir_completo(self):
        """What would be rejected is mended or left out, and what is left out has its reason."""
        self.ensure_one()
        self._exigir_entidad(self.company_id)
        lines = self.linea_ids
        if not lines.filtered("included"):
            raise UserError(self.env._("%s has no line to report: there is nothing to send.", self.display_name))
        wrong = lines.filtered("to_mend")
        if wrong:
            raise UserError(
                self.env._(
                    "The receiver would reject %(count)s lines. Mend them and read the list again, or leave them out:"
                    "\n%(lines)s",
                    count=len(wrong),
                    lines="\n".join(f"{line.obligation} ({line.debtor_name}): {line.problem}" for line in wrong[:20]),
                )
            )
        unsaid = lines.filtered(lambda line: not line.included and not line.reason)
        if unsaid:
            raise UserError(self.env._("Say why these are left out: %s.", ", ".join(unsaid.mapped("obligation"))))
        self._exigir_encabezado()

    def _exigir_encabezado(self):
        formato, told = self.formato_id, self._valores_encabezado()
        for campo in formato.campo_ids.filtered(lambda c: c.section == "header"):
            fault = misfit(_dato(campo, told), campo._campo(), formato.encoding)
            if fault == "empty" and campo.source == "entity":
                raise UserError(
                    self.env._(
                        "Write the code of the entity in the company's collection settings: the file begins with it."
                    )
                )
            if fault:
                raise UserError(
                    self.env._("The layout of the bulletin is not right for the field %s of its header.", campo.name)
                )

    def action_reopen(self):
        """Back to draft: the signatures given do not count; the number stays its own."""
        self._exigir_preparador()
        self._exigir_estado("approval", "signed")
        self._reabrir()
        return True

    def _reabrir(self):
        for boletin in self.sudo():
            files = boletin.txt_id | boletin.xlsx_id | boletin.pdf_id
            boletin.write(
                {"state": "draft", "proposed_by_id": False, "date_proposed": False, "area": False, "txt_sha256": False}
                | dict.fromkeys(("txt_id", "xlsx_id", "pdf_id", "mailed_on"), False)
            )
            boletin.review_ids.unlink()
            boletin.message_post(body=self.env._("Taken back to draft: it is signed again."), attachment_ids=files.ids)

    def restart_validation(self):
        # EXTENDS cartera.firmable
        res = super().restart_validation()
        self.sudo().filtered(lambda b: b.state == "approval").state = "draft"
        return res

    def _validate_tier(self, tiers=False):
        # EXTENDS cartera.firmable: whoever prepared it does not sign it.
        self.ensure_one()
        if self.prepared_by_id == self.env.user:
            raise UserError(self.env._("You prepared %s: somebody else has to sign it.", self.display_name))
        return super()._validate_tier(tiers)

    def _al_devolverse(self):
        self._reabrir()

    def _al_firmarse(self):
        """Signed by both areas: its memo gets a number, and its files are made and kept."""
        if self.state != "approval":
            return
        today = self.company_id._cartera_hoy()
        number = self.number or tomar(self.env, self.company_id, self._name, "Comunicados del BDME", 1, today)[0]
        self.write({"state": "signed", "number": number})
        self._guardar_archivos()

    # --- its files ------------------------------------------------------------------------------------------------

    def _valores_encabezado(self):
        formato, cutoff = self.formato_id, self.cutoff
        return {
            "entity": self.company_id.sudo().cartera_bdme_entity or "",
            "period": formato._codigo("period", f"{cutoff:%m}").code,
            "year": cutoff.year,
            "category": formato._codigo("category", self.category).code,
            "cutoff": cutoff,
        }

    def _texto_archivo(self):
        """The file (bytes), as its layout says."""
        self.ensure_one()
        formato = self.formato_id
        sections = formato.campo_ids.grouped("section")
        records = [("header", self._valores_encabezado())]
        records += [("detail", line._valores()) for line in self._lineas_del_archivo()]
        shapes = {section: [campo._campo() for campo in campos] for section, campos in sections.items()}
        lines = [
            fixed_width({campo.name: _dato(campo, told) for campo in sections[section]}, shapes[section])
            for section, told in records
        ]
        return encode(lines, formato.encoding, formato._fin_de_linea())

    def _lineas_del_archivo(self):
        return self.linea_ids.filtered("included").sorted(
            lambda line: (line.debtor_name or "", line.obligation, line.id)
        )

    def _nombre_de_archivo(self):
        labels = dict(
            self.formato_id.codigo_ids.filtered(lambda c: c.kind == "category").mapped(lambda c: (c.key, c.name))
        )
        return f"BDME {labels.get(self.category, self.category)} {self.cutoff}"

    def _guardar_archivos(self):
        """Make the text, the sheet and the memo once, and keep them."""
        text, name = self._texto_archivo(), self._nombre_de_archivo()
        lang = self.company_id.partner_id.lang
        self.txt_id = self._adjunto(f"{name}.txt", text, "text/plain")
        self.txt_sha256 = hashlib.sha256(text).hexdigest()
        self.xlsx_id = self._adjunto(f"{name}.xlsx", self.env[SHEET]._hoja(self), None)
        memo = self.env["ir.actions.report"].with_context(lang=lang)._render_qweb_pdf(MEMO, self.ids)[0]
        self.pdf_id = self._adjunto(f"Comunicado {self.number} {name}.pdf", memo, "application/pdf")

    def _adjunto(self, name, raw, mimetype):
        values = {"name": name, "raw": raw, "res_model": self._name, "res_id": self.id}
        return self.env["ir.attachment"].create(values | ({"mimetype": mimetype} if mimetype else {}))

    def action_file(self):
        """Download the text file."""
        self.check_access("read")
        self.ensure_one()
        if not self.txt_id or self.state not in ("signed", "sent"):
            raise UserError(
                self.env._("%s is not signed yet: the file is made once both areas sign it.", self.display_name)
            )
        return {"type": "ir.actions.act_url", "url": f"/web/content/{self.txt_id.id}?download=true", "target": "self"}

    # --- e-mailed and sent ----------------------------------------------------------------------------------------

    def _exigir_firmado(self):
        self._exigir_estado("signed")
        if not self._firmado():
            raise UserError(
                self.env._("The lines of %s are not those that were signed: it is signed again.", self.display_name)
            )

    def action_mail(self):
        """E-mail the memo with its files to the company's financial group (FRV18)."""
        self.ensure_one()
        self._exigir_preparador()
        self._exigir_firmado()
        if self.mailed_on:
            raise UserError(self.env._("The memo was e-mailed already, on %s.", format_date(self.env, self.mailed_on)))
        company = self.company_id.sudo()
        people = company.cartera_bdme_partner_ids
        without = people.filtered(lambda p: not p.email_normalized)
        if not people or without:
            raise UserError(
                self.env._("Nobody is named to get the memo: name them in the company's collection settings.")
                if not people
                else self.env._("These have no e-mail address: %s.", ", ".join(without.mapped("name")))
            )
        boletin = self.sudo()
        files = boletin.pdf_id | boletin.txt_id | boletin.xlsx_id
        subject = f"Comunicado {self.number}: {self._nombre_de_archivo()}"
        body = self.env["ir.qweb"]._render("cartera_cobro.boletin_correo", {"boletin": boletin})
        encolar_correos(company, [Sobre(boletin, partner, subject, body, files) for partner in people])
        boletin.mailed_on = fields.Datetime.now()
        return True

    def _enviar(self, sent_on, receipt, file=None, filename=None):
        """Record that it was sent, with the receipt of the receiver: its debts are reported, or withdrawn.

        file: the receipt itself (bytes), perhaps none.
        """
        self.ensure_one()
        self._exigir_preparador()
        self._exigir_firmado()
        today = self.company_id._cartera_hoy()
        receipt = (receipt or "").strip()
        if not receipt:
            raise UserError(self.env._("Write the number of the receipt that CHIP gave."))
        if sent_on > today or sent_on < self.cutoff:
            raise UserError(self.env._("It was sent between the cut-off and today: see to the date."))
        boletin = self.sudo()
        attachment = boletin._adjunto(filename or "Constancia", file, None) if file else boletin.receipt_id
        boletin.write({"state": "sent", "sent_on": sent_on, "receipt": receipt, "receipt_id": attachment.id})
        self.env["cartera.boletin.reporte"].sudo()._anotar(boletin)
        boletin.message_post(
            body=self.env._(
                "Sent on %(day)s, receipt %(receipt)s.", day=format_date(self.env, sent_on), receipt=receipt
            ),
            author_id=self.env.user.partner_id.id,
            attachment_ids=attachment.ids,
        )
        boletin.activity_feedback(["cartera_cobro.mail_activity_type_boletin"])


def _dato(campo, told):
    """What a field says, of what is told by source."""
    return campo.constant if campo.source == "constant" else told[campo.source]
