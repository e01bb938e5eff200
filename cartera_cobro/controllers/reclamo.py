from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..models.cartera_reclamacion_portal import MOST_BYTES, MOST_FILES, ReclamoRechazado
from .deudor import PRIVATE, enlace_vencido
from .estado import Estado

BY_LINK = "/cartera/estado/<string:token>"


class Reclamo(Estado):
    """What the debtor files on the page of their account statement, and the answers to it."""

    @http.route([f"{BY_LINK}/reclamo"], type="http", auth="public", methods=["POST"], website=True, multilang=False)
    def reclamar(self, token, clase="", nombre="", texto="", **params):
        """The debtor files a request, a claim or an appeal; what cannot be comes back with the reason."""
        expediente = request.env["cartera.expediente"]._de_enlace(token)
        if not expediente:
            return enlace_vencido()
        ticked = {int(value) for value in request.httprequest.form.getlist("partida") if value.isdecimal()}
        items = {item: params.get(f"importe_{item}", "") for item in ticked}
        try:
            with request.env.cr.savepoint():
                expediente._reclamar_en_portal(clase, nombre, texto, items, self._archivos())
        except UserError as why:
            known = isinstance(why, ReclamoRechazado)
            claim_error = str(why) if known else "No pudimos recibirlo como está. Revíselo, o escríbanos o llámenos."
            typed = {"clase": clase, "nombre": nombre, "texto": texto, "items": items, "claim_error": claim_error}
            response = self._pagina(expediente, token, **typed)
            response.status_code = 400
            return response
        return request.redirect(f"/cartera/estado/{token}?radicado=1#reclamos", code=303)

    def _archivos(self):
        """[(name, content)] of what was uploaded: of each, and of all, one more than what is taken."""
        uploaded = request.httprequest.files.getlist("archivo")[: MOST_FILES + 1]
        return [(file.filename, file.read(MOST_BYTES + 1)) for file in uploaded if file.filename]

    @http.route(
        [f"{BY_LINK}/respuesta/<int:claim>"], type="http", auth="public", methods=["GET"], website=True, multilang=False
    )
    def respuesta(self, token, claim, **_params):
        """The answer (PDF) to a claim of theirs."""
        expediente = request.env["cartera.expediente"]._de_enlace(token)
        found = expediente and expediente.env["cartera.reclamacion"].browse(claim)._respuesta_del_portal(expediente)
        if not found:
            return enlace_vencido()
        name, content = found
        headers = {"Content-Type": "application/pdf", "Content-Disposition": content_disposition(name), **PRIVATE}
        return request.make_response(content, headers=list(headers.items()))
