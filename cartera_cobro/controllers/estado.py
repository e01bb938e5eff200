from odoo import http
from odoo.http import request


class Estado(http.Controller):
    """The debtor's account statement, by a link that expires and can be revoked."""

    @http.route(
        "/cartera/estado/<string:token>", type="http", auth="public", methods=["GET"], website=True, multilang=False
    )
    def estado(self, token, **_params):
        expediente = request.env["cartera.expediente"]._de_enlace(token)
        if not expediente:
            response = request.render("cartera_cobro.portal_enlace_vencido", {})
            response.status_code = 404
        else:
            company = expediente.company_id
            # Amounts and dates as the debtor writes them, whatever the language of the site.
            request.update_context(lang=expediente.partner_id.lang or company.partner_id.lang)
            values = {**expediente._estado_de_cuenta(), "company": company, "currency": company.currency_id}
            response = request.render("cartera_cobro.portal_estado", values)
        response.headers.update(
            {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
        )
        return response
