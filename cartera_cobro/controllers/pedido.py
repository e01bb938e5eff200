from odoo.http import Controller, request

from .deudor import intentar, marcadas, mostrar, pagina, rastro


class Pedido(Controller):
    """The debtor compares payment plans on their page, and asks for the one that suits them."""

    @pagina("/acuerdo")
    def simular(self, expediente, base, pedido=None, **_params):
        return self._pagina(expediente, base, thanks=bool(pedido))

    @pagina("/acuerdo", methods=["POST"])
    def pedir(self, expediente, base, visto="", nombre="", nota="", **_params):
        """The plan that was shown is asked for; what cannot be comes back with the reason."""
        error = intentar(
            lambda: expediente._pedir_acuerdo(_escrito(), visto, nombre, nota, rastro()),
            "No pudimos recibirla como está. Revísela, o escríbanos o llámenos.",
        )
        if error:
            return self._pagina(expediente, base, status=400, nombre=nombre, nota=nota, ask_error=error)
        return request.redirect(f"{base}/acuerdo?pedido=1", code=303)

    def _pagina(self, expediente, base, status=200, **typed):
        values = {**expediente._pagina_de_acuerdo(_escrito()), "nombre": "", "nota": "", "ask_error": "", **typed}
        return mostrar("cartera_cobro.portal_pedido", expediente, base, values, section="acuerdo", status=status)


def _escrito():
    """What was typed of a plan, as `Simulador.entrada` takes it: nothing where the form was not sent yet."""
    values = request.httprequest.values
    if "cuotas" not in values:
        return {}
    # Of the instalments, the last: the button of another plan comes after the box.
    last = {name: (values.getlist(name) or [""])[-1] for name in ("cuotas", "inicial", "primera")}
    return {"partidas": marcadas(values), **last}
