from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request, route

from ..models.cartera_promesa_pedido import PromesaRechazada
from ..models.cartera_promesa_portal import frase_del_portal
from .deudor import descarga, mostrar, pagina


class Estado(CustomerPortal):
    """The debtor's account statement, and the promise made on it."""

    @pagina()
    def estado(self, expediente, base, prometido=None, **_params):
        return self._estado(expediente, base, thanks=bool(prometido))

    @pagina("/promesa", methods=["POST"])
    def prometer(self, expediente, base, importe="", dia="", **_params):
        """The debtor says how much they will pay, and when; what cannot be comes back with the reason."""
        try:
            expediente._prometer_en_portal(importe, dia)
        except PromesaRechazada as why:
            return self._estado(expediente, base, status=400, importe=importe, dia=dia, error=frase_del_portal(why))
        return request.redirect(f"{base}?prometido=1#promesas", code=303)

    @pagina("/pdf", methods=["POST"])
    def descargar(self, expediente, base, **_params):
        """The statement of today as a numbered PDF; the same one as long as nothing changes."""
        try:
            with request.env.cr.savepoint():  # nothing half made, nor a number without its paper
                certificado = request.env["cartera.certificado"]._estado_de_hoy(expediente)
        except UserError:
            certificado = None
        if not certificado:
            return self._estado(expediente, base, status=503, pdf_error=True)
        return descarga(certificado._nombre_documento(), certificado.pdf_id.raw)

    def _estado(self, expediente, base, status=200, **typed):
        values = {**expediente._estado_de_cuenta(), **typed}
        return mostrar("cartera_cobro.portal_estado", expediente, base, values, status=status)

    # --- logged in ------------------------------------------------------------------------------------------------

    @route("/my/cartera", type="http", auth="user", methods=["GET"], website=True)
    def mis_cuentas(self, **_params):
        """The statements of whoever logged in: the only one, or a list."""
        own = request.env["cartera.expediente"]._del_deudor(request.env.user)
        if len(own) == 1:
            return request.redirect(f"/my/cartera/{own.id}")
        rows = [
            {
                "path": f"/my/cartera/{one.id}",
                "company": one.company_id.name,
                "currency": one.company_id.currency_id,
                "overdue": one.amount_overdue,
                "total": one.amount_total,
            }
            for one in own
        ]
        return request.render("cartera_cobro.portal_cuentas", {"rows": rows, "page_name": "cartera"})

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "cartera_count" in counters:
            values["cartera_count"] = len(request.env["cartera.expediente"]._del_deudor(request.env.user))
        return values
