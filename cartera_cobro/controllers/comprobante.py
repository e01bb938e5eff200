from odoo.http import Controller, request

from ..models.cartera_soporte_portal import MOST_BYTES
from .deudor import descarga, enlace_vencido, intentar, marcadas, mostrar, pagina, rastro, subidos


class Comprobante(Controller):
    """Proofs of payment that the debtor sends on their page, and what became of them."""

    @pagina("/comprobantes")
    def comprobantes(self, expediente, base, enviado=None, **_params):
        return self._pagina(expediente, base, sent=bool(enviado))

    @pagina("/comprobantes", methods=["POST"])
    def enviar(self, expediente, base, valor="", fecha="", banco="", referencia="", nombre="", **_params):
        """The debtor sends a proof of payment; what cannot be comes back with the reason and what was typed."""
        chosen = marcadas(request.httprequest.form)
        files = subidos("archivo", 1, MOST_BYTES)
        written = (valor, fecha, banco, referencia, nombre, chosen, files, rastro())
        error = intentar(lambda: expediente._enviar_comprobante(*written))
        if error:
            typed = {"valor": valor, "fecha_pago": fecha, "banco": banco, "referencia": referencia, "nombre": nombre}
            return self._pagina(expediente, base, status=400, error=error, chosen=chosen, **typed)
        return request.redirect(f"{base}/comprobantes?enviado=1", code=303)

    @pagina("/comprobante/<int:proof>")
    def archivo(self, expediente, base, proof, **_params):
        """The file of a proof of theirs."""
        document = request.env["cartera.soporte"].sudo().browse(proof)._archivo_del_portal(expediente)
        return descarga(*document, inline=True) if document else enlace_vencido()

    def _pagina(self, expediente, base, status=200, **typed):
        values = {**expediente._pagina_de_comprobantes(), **typed}
        return mostrar(
            "cartera_cobro.portal_comprobantes", expediente, base, values, section="comprobantes", status=status
        )
