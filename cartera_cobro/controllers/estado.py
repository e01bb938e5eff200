from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request, route

from ..models.cartera_portal import Rechazado
from ..models.cartera_promesa_pedido import PromesaRechazada
from ..models.cartera_promesa_portal import frase_del_portal
from .deudor import descarga, enlace_vencido, mostrar, pagina


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

    @pagina("/cupon", methods=["POST"])
    def cupon(self, expediente, base, cuota="", **_params):
        """The payment coupon of what is due, or of an instalment; the same one as long as nothing changes."""
        try:
            with request.env.cr.savepoint():
                document = expediente._cupon_del_portal(cuota)
        except UserError as why:
            sentence = str(why) if isinstance(why, Rechazado) else "No es posible generar el cupón en este momento."
            return self._estado(expediente, base, status=400, coupon_error=sentence)
        return descarga(*document)

    @pagina("/pagar/<int:item>")
    def pagar(self, expediente, base, item, **_params):
        """To Odoo's own page of an invoice of theirs, where it is paid online."""
        return self._ir(expediente._pagina_de_pago(item, self._entro(base)))

    @pagina("/ver-acuerdo/<int:agreement>")
    def ver_acuerdo(self, expediente, base, agreement, **_params):
        return self._ir(expediente._pagina_del_acuerdo(agreement, self._entro(base)))

    def _entro(self, base):
        return base.startswith("/my/")

    def _ir(self, path):
        # Pages that are not of this add-on speak the language of their address.
        address = path and request.env["ir.http"]._url_lang(path, request.lang.code)
        return request.redirect(address, code=303) if path else enlace_vencido()

    def _estado(self, expediente, base, status=200, **typed):
        values = {**expediente._estado_de_cuenta(), **typed}
        return mostrar("cartera_cobro.portal_estado", expediente, base, values, status=status)

    # --- logged in ------------------------------------------------------------------------------------------------

    @route("/my/cartera", type="http", auth="user", methods=["GET"], website=True, readonly=True)
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
