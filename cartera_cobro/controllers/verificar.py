from odoo import http
from odoo.http import request

from ..models.cartera_acuerdo_portal import colores
from .deudor import demasiadas, hablar_como, privada

NONE = "Ningún documento tiene ese código. Revíselo: son doce letras y números, sin vocales, y no lleva ni 0 ni 1."


class Verificar(http.Controller):
    """Whether a certificate is what it says: whoever has the paper types its code, or reads its QR.

    It shows what is on the paper and whether it still holds, never the file. What keeps strangers out is the code,
    drawn at random among more than can be tried (see `cartera_certificado_documento.ALPHABET`); the limit of requests
    only spares the server.
    """

    @http.route(
        "/cartera/verificar", type="http", auth="public", methods=["GET"], website=True, multilang=False, readonly=True
    )
    def formulario(self, codigo=None, **_params):
        if (codigo or "").strip():
            return self._respuesta(codigo)
        return self._pagina({})

    @http.route(
        "/cartera/verificar/<string:codigo>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        readonly=True,
    )
    def documento(self, codigo, **_params):
        return self._respuesta(codigo)

    def _respuesta(self, codigo):
        refused = demasiadas()
        if refused:
            return refused
        certificado = request.env["cartera.certificado"]._de_codigo(codigo)
        if not certificado:
            return self._pagina({"error": NONE, "typed": codigo[:40]}, 404)
        company = certificado.company_id
        hablar_como(company.partner_id, company)
        return self._pagina({"paper": certificado._publico(), "company": company, "colours": colores(company)})

    def _pagina(self, values, status=200):
        response = request.render("cartera_cobro.portal_verificar", values)
        response.status_code = status
        return privada(response)
