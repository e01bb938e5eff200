from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from ..models.cartera_acuerdo_portal import colores
from .deudor import descarga, enlace_vencido, hablar_como, privada, rastro

PER_PAGE = 20
ONLY_THE_DEBTOR = "Usted ve la página como la ve el deudor: solo él acepta y firma."
BY_LINK = "/cartera/acuerdo/<string:token>"
BY_LOGIN = "/my/acuerdos/<int:acuerdo_id>"


class Acuerdo(CustomerPortal):
    """A payment agreement as its debtor sees, accepts and signs it: by a link, or logged in.

    Both ways are one page: each finds the agreement (in sudo) that the request may open, or nothing, and hands it on.
    """

    # --- which agreement ------------------------------------------------------------------------------------------

    def _buscar(self, token=None, acuerdo_id=None):
        """(agreement in sudo, or nothing; path of its page)."""
        Acuerdo = request.env["cartera.acuerdo"]
        if token is not None:
            return Acuerdo._de_enlace(token), f"/cartera/acuerdo/{token}"
        domain = Acuerdo._dominio_deudor(request.env.user) & Domain("id", "=", acuerdo_id)
        return Acuerdo.sudo().search(domain), f"/my/acuerdos/{acuerdo_id}"

    def _es_interno(self):
        return request.env.user._is_internal()

    # --- pages ----------------------------------------------------------------------------------------------------

    def _pagina(self, acuerdo, base, error=None, status=200):
        if not acuerdo:
            return enlace_vencido()
        company = acuerdo.company_id
        hablar_como(acuerdo.partner_id, company)
        values = {
            **acuerdo.with_env(request.env(su=True))._pagina(),
            "company": company,
            "currency": company.currency_id,
            "colours": colores(company),
            "base": base,
            "preview": self._es_interno(),
            "error": error,
        }
        response = request.render("cartera_cobro.portal_acuerdo", values)
        response.status_code = status
        return privada(response)

    @http.route([BY_LINK], type="http", auth="public", methods=["GET"], website=True, multilang=False)
    def por_enlace(self, token, **_params):
        return self._pagina(*self._buscar(token=token))

    @http.route([BY_LOGIN], type="http", auth="user", methods=["GET"], website=True)
    def por_cuenta(self, acuerdo_id, **_params):
        return self._pagina(*self._buscar(acuerdo_id=acuerdo_id))

    @http.route(["/my/acuerdos", "/my/acuerdos/page/<int:page>"], type="http", auth="user", website=True)
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

    # --- documents ------------------------------------------------------------------------------------------------

    @http.route(
        [f"{BY_LINK}/pdf/<string:kind>"], type="http", auth="public", methods=["GET"], website=True, multilang=False
    )
    def pdf_por_enlace(self, token, kind, **params):
        return self._pdf(*self._buscar(token=token), kind, params)

    @http.route([f"{BY_LOGIN}/pdf/<string:kind>"], type="http", auth="user", methods=["GET"], website=True)
    def pdf_por_cuenta(self, acuerdo_id, kind, **params):
        return self._pdf(*self._buscar(acuerdo_id=acuerdo_id), kind, params)

    def _pdf(self, acuerdo, base, kind, params):
        document = acuerdo and acuerdo.with_env(request.env(su=True))._documento_deudor(kind)
        if not document:
            return self._pagina(acuerdo.browse(), base)
        return descarga(*document, inline=not params.get("descargar"))

    # --- accepting ------------------------------------------------------------------------------------------------

    @http.route([f"{BY_LINK}/aceptar"], type="http", auth="public", methods=["POST"], website=True, multilang=False)
    def aceptar_por_enlace(self, token, **params):
        return self._aceptar(*self._buscar(token=token), params)

    @http.route([f"{BY_LOGIN}/aceptar"], type="http", auth="user", methods=["POST"], website=True)
    def aceptar_por_cuenta(self, acuerdo_id, **params):
        return self._aceptar(*self._buscar(acuerdo_id=acuerdo_id), params)

    def _aceptar(self, acuerdo, base, params):
        if not acuerdo:
            return self._pagina(acuerdo, base)
        error = self._intentar(
            acuerdo, lambda a: a._aceptar_en_portal(params.get("nombre"), params.get("huella"), rastro())
        )
        return self._pagina(acuerdo, base, error, 422) if error else request.redirect(base)

    # --- signing --------------------------------------------------------------------------------------------------

    @http.route([f"{BY_LINK}/firmar/<string:digest>"], type="jsonrpc", auth="public", website=True, multilang=False)
    def firmar_por_enlace(self, token, digest, name=None, signature=None):
        return self._firmar(*self._buscar(token=token), digest, name, signature)

    @http.route([f"{BY_LOGIN}/firmar/<string:digest>"], type="jsonrpc", auth="user", website=True)
    def firmar_por_cuenta(self, acuerdo_id, digest, name=None, signature=None):
        return self._firmar(*self._buscar(acuerdo_id=acuerdo_id), digest, name, signature)

    def _firmar(self, acuerdo, base, digest, name, signature):
        """What Odoo's signature widget expects: {"error"} or {"force_refresh", "redirect_url"}."""
        if not acuerdo:
            return {"error": "Este enlace ya no abre: venció o fue anulado. Pida uno nuevo."}
        user = request.env.user
        who = None if user._is_public() else user
        error = self._intentar(acuerdo, lambda a: a._firmar_en_portal(name, signature, digest, rastro(), user=who))
        return {"error": error} if error else {"force_refresh": True, "redirect_url": base}

    def _intentar(self, acuerdo, step):
        """Take a step of the debtor's; the sentence that says why not, and then nothing has changed."""
        if self._es_interno():
            return ONLY_THE_DEBTOR
        lang = acuerdo.company_id.partner_id.lang
        try:
            with request.env.cr.savepoint():
                step(acuerdo.with_context(lang=lang))
        except UserError as error:
            return str(error)
        return None
