from functools import partial

from odoo.http import Controller, request

from ..models.cartera_actualizacion import DATOS
from .deudor import intentar, mostrar, pagina, rastro

LISTO = {
    "datos": "Recibimos sus datos. Los revisaremos y los actualizaremos.",
    "canales": "Quedó guardado cómo podemos contactarlo.",
}


class Datos(Controller):
    """The debtor's contact data, and the channels and hours that may be used to contact them."""

    @pagina("/datos")
    def datos(self, expediente, base, listo="", **_params):
        return self._pagina(expediente, base, thanks=LISTO.get(listo, ""))

    @pagina("/datos", methods=["POST"])
    def cambiar(self, expediente, base, nombre="", **params):
        user = request.env.user
        who = None if user._is_public() else user
        typed = {name: params.get(name, "") for name in DATOS}
        step = partial(expediente._pedir_cambio_de_datos, typed, nombre, rastro(), user=who)
        return self._tomar(expediente, base, "datos", step, {"typed": typed, "nombre": nombre})

    @pagina("/datos/canales", methods=["POST"])
    def canales(self, expediente, base, nombre="", **_params):
        chosen = request.httprequest.form.getlist("canal")
        step = partial(expediente._autorizar_en_portal, chosen, nombre, rastro())
        return self._tomar(expediente, base, "canales", step, {"nombre": nombre})

    @pagina("/datos/horas", methods=["POST"])
    def horas(self, expediente, base, nombre="", autorizo="", **_params):
        step = partial(expediente._autorizar_otras_horas, autorizo == "1", nombre, rastro())
        return self._tomar(expediente, base, "canales", step, {"nombre": nombre})

    def _tomar(self, expediente, base, done, step, typed):
        """Take a step of the debtor's; what cannot be comes back with the reason."""
        error = intentar(step, "No pudimos guardarlo. Revíselo, o escríbanos o llámenos.")
        if error:
            return self._pagina(expediente, base, status=400, data_error=error, **typed)
        return request.redirect(f"{base}/datos?listo={done}", code=303)

    def _pagina(self, expediente, base, status=200, **typed):
        values = {
            **expediente._pagina_de_contacto(),
            **expediente._pagina_de_canales(),
            "typed": {},
            "nombre": "",
            "data_error": "",
            "thanks": "",
            **typed,
        }
        return mostrar("cartera_cobro.portal_datos", expediente, base, values, section="datos", status=status)
