from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..models.cartera_promesa_pedido import PromesaRechazada
from ..models.cartera_promesa_portal import frase_del_portal
from .deudor import PRIVATE, enlace_vencido, hablar_como, privada


class Estado(http.Controller):
    """The debtor's account statement, by a link that expires and can be revoked, and the promise made on it."""

    @http.route(
        "/cartera/estado/<string:token>", type="http", auth="public", methods=["GET"], website=True, multilang=False
    )
    def estado(self, token, prometido=None, radicado=None, **_params):
        expediente = request.env["cartera.expediente"]._de_enlace(token)
        if not expediente:
            return enlace_vencido()
        return self._pagina(expediente, token, thanks=bool(prometido), filed=bool(radicado))

    @http.route(
        "/cartera/estado/<string:token>/promesa",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
    )
    def prometer(self, token, importe="", dia="", **_params):
        """The debtor says how much they will pay, and when; what cannot be comes back with the reason."""
        expediente = request.env["cartera.expediente"]._de_enlace(token)
        if not expediente:
            return enlace_vencido()
        try:
            expediente._prometer_en_portal(importe, dia)
        except PromesaRechazada as why:
            typed = {"importe": importe, "dia": dia, "error": frase_del_portal(why)}
            response = self._pagina(expediente, token, **typed)
            response.status_code = 400
            return response
        return request.redirect(f"/cartera/estado/{token}?prometido=1#promesas", code=303)

    @http.route(
        "/cartera/estado/<string:token>/pdf",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
    )
    def descargar(self, token, **_params):
        """The statement of today as a numbered PDF; the same one as long as nothing changes."""
        expediente = request.env["cartera.expediente"]._de_enlace(token)
        if not expediente:
            return enlace_vencido()
        try:
            with request.env.cr.savepoint():  # nothing half made, nor a number without its paper
                certificado = request.env["cartera.certificado"]._estado_de_hoy(expediente)
        except UserError:
            certificado = None
        if not certificado:
            response = self._pagina(expediente, token, pdf_error=True)
            response.status_code = 503
            return response
        headers = {
            **PRIVATE,
            "Content-Type": "application/pdf",
            "Content-Disposition": content_disposition(certificado._nombre_documento()),
        }
        return request.make_response(certificado.pdf_id.raw, headers)

    def _pagina(self, expediente, token, **typed):
        company = expediente.company_id
        hablar_como(expediente.partner_id, company)
        values = {
            **expediente._estado_de_cuenta(),
            "company": company,
            "currency": company.currency_id,
            "token": token,
            **typed,
        }
        return privada(request.render("cartera_cobro.portal_estado", values))
