from odoo.exceptions import UserError
from odoo.http import Controller, request

from ..models.cartera_portal import Rechazado
from .deudor import mostrar, pagina, rastro


class Pedido(Controller):
    """The debtor compares payment plans on their page, and asks for the one that suits them."""

    @pagina("/acuerdo")
    def simular(self, expediente, base, pedido=None, **_params):
        return self._pagina(expediente, base, thanks=bool(pedido))

    @pagina("/acuerdo", methods=["POST"])
    def pedir(self, expediente, base, visto="", nombre="", nota="", **_params):
        """The plan that was shown is asked for; what cannot be comes back with the reason."""
        try:
            with request.env.cr.savepoint():
                expediente._pedir_acuerdo(_escrito(), visto, nombre, nota, rastro())
        except UserError as why:
            known = isinstance(why, Rechazado)
            sentence = str(why) if known else "No pudimos recibirla como está. Revísela, o escríbanos o llámenos."
            return self._pagina(expediente, base, status=400, nombre=nombre, nota=nota, ask_error=sentence)
        return request.redirect(f"{base}/acuerdo?pedido=1", code=303)

    def _pagina(self, expediente, base, status=200, **typed):
        values = {**expediente._pagina_de_acuerdo(_escrito()), "nombre": "", "nota": "", "ask_error": "", **typed}
        return mostrar("cartera_cobro.portal_pedido", expediente, base, values, section="acuerdo", status=status)


def _escrito():
    """What was typed of a plan, as `Simulador.entrada` takes it: nothing where the form was not sent yet."""
    values = request.httprequest.values
    if "cuotas" not in values:
        return {}
    # An id of the database has ten figures at most.
    ticked = {int(value) for value in values.getlist("partida") if value.isdecimal() and len(value) <= 10}
    # Of the instalments, the last: the button of another plan comes after the box.
    last = {name: (values.getlist(name) or [""])[-1] for name in ("cuotas", "inicial", "primera")}
    return {"partidas": ticked, **last}
