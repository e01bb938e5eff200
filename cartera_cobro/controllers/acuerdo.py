from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import UserError
from odoo.http import request, route

from ..models.cartera_acuerdo_portal import colores
from .deudor import ACUERDO, descarga, enlace_vencido, pagina, privada, rastro

PER_PAGE = 20


class Acuerdo(CustomerPortal):
    """A payment agreement as its debtor sees, accepts and signs it: by a link, or logged in."""

    @pagina(puerta=ACUERDO)
    def acuerdo(self, acuerdo, base, **_params):
        return self._acuerdo(acuerdo, base)

    @pagina("/pdf/<string:kind>", puerta=ACUERDO)
    def documento(self, acuerdo, base, kind, descargar=None, **_params):
        document = acuerdo.with_env(request.env(su=True))._documento_deudor(kind)
        return descarga(*document, inline=not descargar) if document else enlace_vencido()

    @pagina("/aceptar", methods=["POST"], puerta=ACUERDO)
    def aceptar(self, acuerdo, base, nombre="", huella="", **_params):
        error = self._intentar(acuerdo, lambda a: a._aceptar_en_portal(nombre, huella, rastro()))
        return self._acuerdo(acuerdo, base, error, 422) if error else request.redirect(base, code=303)

    @pagina("/firmar/<string:digest>", puerta=ACUERDO, kind="jsonrpc")
    def firmar(self, acuerdo, base, digest, name=None, signature=None, **_params):
        """What Odoo's signature widget expects: {"error"} or {"force_refresh", "redirect_url"}."""
        user = request.env.user
        who = None if user._is_public() else user
        error = self._intentar(acuerdo, lambda a: a._firmar_en_portal(name, signature, digest, rastro(), user=who))
        return {"error": error} if error else {"force_refresh": True, "redirect_url": base}

    def _intentar(self, acuerdo, step):
        """Take a step of the debtor's; the sentence that says why not, and then nothing has changed."""
        lang = acuerdo.company_id.partner_id.lang
        try:
            with request.env.cr.savepoint():
                step(acuerdo.with_context(lang=lang))
        except UserError as error:
            return str(error)
        return None

    def _acuerdo(self, acuerdo, base, error=None, status=200):
        company = acuerdo.company_id
        values = {
            **acuerdo.with_env(request.env(su=True))._pagina(),
            "company": company,
            "currency": company.currency_id,
            "colours": colores(company),
            "base": base,
            "preview": request.env.user._is_internal(),
            "error": error,
        }
        response = request.render("cartera_cobro.portal_acuerdo", values)
        response.status_code = status
        return privada(response)

    # --- logged in ------------------------------------------------------------------------------------------------

    @route(
        ["/my/acuerdos", "/my/acuerdos/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def lista(self, page=1, **_params):
        Acuerdo = request.env["cartera.acuerdo"].sudo()
        domain = Acuerdo._dominio_deudor(request.env.user)
        pager = portal_pager("/my/acuerdos", Acuerdo.search_count(domain), page=page, step=PER_PAGE)
        found = Acuerdo.search(domain, limit=PER_PAGE, offset=pager["offset"])
        rows = [{"id": a.id, "currency": a.company_currency_id, **a._pagina()} for a in found]
        return request.render("cartera_cobro.portal_acuerdos", {"rows": rows, "pager": pager, "page_name": "acuerdos"})

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "acuerdo_count" in counters:
            Acuerdo = request.env["cartera.acuerdo"].sudo()
            values["acuerdo_count"] = Acuerdo.search_count(Acuerdo._dominio_deudor(request.env.user))
        return values
