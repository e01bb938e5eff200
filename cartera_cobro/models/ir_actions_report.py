import base64
import functools
import io

from odoo import models
from odoo.tools.image import image_data_uri, image_process

from . import cartera_carta
from .cartera_impreso import convertir, escala, escribir, marca
from .cartera_textos import fecha, letras, pesos

LOGO_SIZE = (600, 240)  # pixels


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _es_de_cartera(self):
        """Whether it is printed on this add-on's own paper (`cartera_impreso`)."""
        return self.report_type == "qweb-pdf" and self.report_name.startswith("cartera_cobro.")

    def _get_rendering_context(self, report, docids, data):
        # EXTENDS base
        values = super()._get_rendering_context(report, docids, data)
        if report._es_de_cartera():
            helpers = {"escala": escala(), "marca": marca, "fecha": fecha, "letras": letras, "pesos": pesos}
            values |= {**helpers, "logos": functools.cache(_logo), "base_url": report._get_report_url()}
        return values

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        # EXTENDS base: pages are numbered, and told apart, without what only patched builds of wkhtmltopdf have.
        report = self._get_report(report_ref)
        if not report._es_de_cartera():
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        pdf = self._cartera_pdf(report, res_ids, data)
        return {False: {"stream": io.BytesIO(pdf), "attachment": None}}

    def _cartera_pdf(self, report, res_ids, data):
        if report.report_name == cartera_carta.REPORT:
            return cartera_carta.impresion(self.env[report.model].browse(res_ids))
        html = self._render_qweb_html(report.report_name, res_ids, data=data)[0].decode()
        return escribir(list(convertir(report, [html])))


def _logo(company):
    """The company's own logo as a data URI (str) no larger than paper needs; False where there is none."""
    company = company.sudo()
    if not company.logo or company.uses_default_logo:
        return False
    image = image_process(base64.b64decode(company.logo), size=LOGO_SIZE)
    return image_data_uri(base64.b64encode(image))
