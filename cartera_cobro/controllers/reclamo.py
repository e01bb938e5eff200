from odoo.http import Controller, request

from ..models.cartera_reclamacion_portal import MOST_BYTES, MOST_FILES
from .deudor import descarga, enlace_vencido, intentar, marcadas, mostrar, pagina, subidos


class Reclamo(Controller):
    """What the debtor files on their page, and the answers to it."""

    @pagina("/reclamos")
    def reclamos(self, expediente, base, radicado=None, **_params):
        return self._pagina(expediente, base, filed=bool(radicado))

    @pagina("/reclamos", methods=["POST"])
    def reclamar(self, expediente, base, clase="", nombre="", texto="", **params):
        """The debtor files a request, a claim or an appeal; what cannot be comes back with the reason."""
        items = {item: params.get(f"importe_{item}", "") for item in marcadas(request.httprequest.form)}
        files = subidos("archivo", MOST_FILES, MOST_BYTES)
        error = intentar(lambda: expediente._reclamar_en_portal(clase, nombre, texto, items, files))
        if error:
            typed = {"clase": clase, "nombre": nombre, "texto": texto, "items": items, "claim_error": error}
            return self._pagina(expediente, base, status=400, **typed)
        return request.redirect(f"{base}/reclamos?radicado=1", code=303)

    @pagina("/respuesta/<int:claim>")
    def respuesta(self, expediente, base, claim, **_params):
        """The answer to a claim of theirs, as a PDF."""
        document = request.env["cartera.reclamacion"].sudo().browse(claim)._respuesta_del_portal(expediente)
        return descarga(*document, inline=True) if document else enlace_vencido()

    def _pagina(self, expediente, base, status=200, **typed):
        values = {**expediente._pagina_de_reclamos(), **typed}
        return mostrar("cartera_cobro.portal_reclamos", expediente, base, values, section="reclamos", status=status)
