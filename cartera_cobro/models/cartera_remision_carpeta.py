"""The file of a referral: every paper of the dossier in one ZIP with its index, made once (AMB8, CC5)."""

import hashlib
import io
import re
import zipfile
from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader

from .cartera_evidencia import LETTERS
from .cartera_remision_revision import INVOICES

MEMO = "cartera_cobro.remision_memo"
LIQUIDATION = "cartera_cobro.remision_liquidacion"
INDEX = "cartera_cobro.remision_indice"
CONTACTS = "cartera_cobro.control_contacto"
INVOICE = "account.account_invoices"
DRAWN = 40
# Codes of the document (`cartera.documento.tipo`) under which a policy files the memo and its receipt.
FILED_AS = ("coactivo", "comunicado_juridica")
UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


class Pieza(NamedTuple):
    """A file of the ZIP. what: as the index names it; name: of the file, with its extension."""

    what: str
    name: str
    content: bytes

    @property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()

    @property
    def paginas(self):
        """How many pages a PDF has; None of what is no PDF."""
        try:
            return len(PdfFileReader(io.BytesIO(self.content), strict=False).pages)
        except Exception:  # whatever a library finds wrong in somebody's scan
            return None

    @property
    def tamano(self):
        """ "12 páginas" or "34 KB"."""
        pages = self.paginas
        if pages:
            return "1 página" if pages == 1 else f"{pages} páginas"
        return f"{max(1, round(len(self.content) / 1024))} KB"


class CarteraRemision(models.Model):
    _inherit = "cartera.remision"

    def _al_enviarse(self):
        # EXTENDS the way of a referral
        res = super()._al_enviarse()
        self._armar_carpeta()
        return res

    def _armar_carpeta(self):
        """Gather and keep memo and ZIP, with superuser rights."""
        self.ensure_one()
        memo = Pieza("Comunicado interno", "Comunicado interno.pdf", self._papel(MEMO))
        pieces = self._numerar([memo, *self._reunir()])
        content = self._comprimir(pieces)
        file = self._guardar(f"Remisión {self.number}.zip", content, "application/zip")
        kept = self._guardar(f"Comunicado interno {self.number}.pdf", memo.content, "application/pdf")
        self.write({"memo_id": kept.id, "carpeta_id": file.id, "carpeta_sha256": hashlib.sha256(content).hexdigest()})
        self._archivar(kept)

    def _papel(self, report, data=None):
        """PDF (bytes) of one of its own reports, or of its dossier's."""
        report = self.env["ir.actions.report"].sudo()._get_report(report)
        record = self if report.model == self._name else self.expediente_id
        return report._cartera_pdf(report, record.ids, data)

    def _guardar(self, name, content, mimetype):
        return self.env["ir.attachment"].create(
            {"name": name, "raw": content, "mimetype": mimetype, "res_model": self._name, "res_id": self.id}
        )

    def _numerar(self, pieces):
        """The pieces without repeated files, their names numbered and safe: "03 Factura FV-1.pdf"."""
        unique = list({piece.sha256: piece for piece in reversed(pieces)}.values())[::-1]
        return [
            piece._replace(name=f"{number:02d} {UNSAFE.sub(' ', piece.name).strip()}")
            for number, piece in enumerate(unique, start=1)
        ]

    def _comprimir(self, pieces):
        index = self._papel(INDEX, {"piezas": pieces})
        output, sent = io.BytesIO(), self.date_sent.timetuple()[:6]
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as folder:
            for name, content in [("00 Índice.pdf", index), *((p.name, p.content) for p in pieces)]:
                folder.writestr(zipfile.ZipInfo(name, sent), content, zipfile.ZIP_DEFLATED)
        return output.getvalue()

    # --- what goes in, in the order of the index --------------------------------------------------------------------

    def _reunir(self):
        """[Pieza] of all that the dossier has on what is referred."""
        yield Pieza("Liquidación y fechas de prescripción", "Liquidación.pdf", self._papel(LIQUIDATION))
        yield from self._piezas_certificado()
        yield from self._piezas_facturas()
        yield from self._piezas_cartas()
        yield Pieza("Control de contacto (F-FIN-01)", "Control de contacto.pdf", self._papel(CONTACTS))
        yield from self._piezas_acuerdos()
        yield from self._piezas_archivadas()

    def _piezas_certificado(self):
        """The debt certificate, issued now; one that waits for its signatures follows by e-mail once it has them."""
        try:
            with self.env.cr.savepoint():
                self.certificado_id = self.env["cartera.certificado"]._emitir(
                    self.expediente_id, "debt", self.linea_ids.partida_id, purpose=f"Remisión {self.number}"
                )
        except UserError as error:
            self._message_log(body=self.env._("The debt certificate could not be issued. %s", error))
        pdf = self.certificado_id.pdf_id
        if pdf:
            yield Pieza(f"Certificado de deuda {self.certificado_id.number or ''}".strip(), pdf.name, pdf.raw)

    def _piezas_facturas(self):
        """Those whose PDF was kept as it was issued; the others are drawn; and the proofs of acceptance.

        Drawn one by one, because unpatched builds of wkhtmltopdf convert one document a call: no more than DRAWN, so
        that sending ends in time. Those left out are named in the chatter.
        """
        invoices = self.linea_ids.partida_id.move_id.filtered(lambda m: m.move_type in INVOICES)
        to_draw = invoices.filtered(lambda m: not m.invoice_pdf_report_id)
        Report = self.env["ir.actions.report"].with_context(report_pdf_no_attachment=True)
        for move in invoices - to_draw[DRAWN:]:
            pdf = move.invoice_pdf_report_id
            content, kind = (pdf.raw, "pdf") if pdf else Report._render_qweb_pdf(INVOICE, move.ids)
            yield Pieza(f"Factura {move.name}", f"Factura {move.name}.{kind}", content)
        if left := to_draw[DRAWN:]:
            self._message_log(body=self.env._("Not in the file, print them: %s", ", ".join(left.mapped("name"))))
        for move in invoices:
            for file in move.cartera_acceptance_ids:
                yield Pieza(f"Recibo o aceptación de la factura {move.name}", file.name, file.raw)

    def _piezas_cartas(self):
        letters = self.env["cartera.comunicacion"].search(
            [
                ("expediente_id", "=", self.expediente_id.id),
                ("kind", "in", (*LETTERS, "breach")),
                ("state", "in", ("sent", "delivered", "returned")),
                ("pdf_id", "!=", False),
            ],
            order="id",
        )
        for letter in letters:
            name = " ".join(filter(None, ("Oficio", letter.number))) + f" ({letter.day_sent})"
            yield Pieza(name, f"{name}.pdf", letter.pdf_id.raw)
            if letter.receipt_id:
                yield Pieza(f"Constancia de entrega: {name}", letter.receipt_id.name, letter.receipt_id.raw)

    def _piezas_acuerdos(self):
        signed = self.expediente_id.acuerdo_ids.filtered("pdf_id").sorted("id")
        for acuerdo in signed:
            name = acuerdo._nombre_documento()
            yield Pieza(name.removesuffix(".pdf"), acuerdo.pdf_id.name, acuerdo.pdf_id.raw)
            for file in acuerdo.guarantee_ids:
                yield Pieza(f"Garantía: {acuerdo.number or ''} {file.name}", file.name, file.raw)

    def _piezas_archivadas(self):
        """The papers of the dossier that hold today, but those that came from referrals."""
        filed = self.expediente_id.documento_ids.filtered(lambda d: d.active and d.code not in FILED_AS)
        stored = self.env["ir.attachment"].search(
            [("res_model", "=", filed._name), ("res_field", "=", "file"), ("res_id", "in", filed.ids)]
        )
        contents = {attachment.res_id: attachment.raw for attachment in stored}
        for documento in filed.sorted("id"):
            yield Pieza(documento._nombre(), documento.file_name, contents[documento.id])

    # --- filed in the dossier -----------------------------------------------------------------------------------------

    def _archivar(self, receipt):
        # EXTENDS the way of a referral: the communication to the lawyer is a paper of the dossier (AMB12).
        res = super()._archivar(receipt)
        tipo = self.env["cartera.documento.tipo"].search(
            [("politica_id", "=", self.politica_id.id), ("code", "in", FILED_AS)], limit=1
        )
        if tipo:
            self.env["cartera.documento"].create(
                {
                    "expediente_id": self.expediente_id.id,
                    "tipo_id": tipo.id,
                    "file": receipt.datas,
                    "file_name": receipt.name,
                    "note": self.number,
                }
            )
        return res

    def action_download(self):
        """The ZIP."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.carpeta_id.id}?download=true",
            "target": "download",
        }
