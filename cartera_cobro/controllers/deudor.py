"""What the debtors' pages have in common: which record a request may open, how often, and how the pages answer.

A dossier, or an agreement, is reached in two ways, by the link that was sent (`token`: signed, expires, can be revoked)
and logged in (`own`: an id of one's own). `pagina` makes one route of both and hands on the record (in sudo) and the
path of its page, `base`, after which its other pages go. Whatever the ids and tokens, nothing else is opened.
"""

import functools
import inspect
import logging
from typing import NamedTuple

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL

from ..models.cartera_portal import Rechazado

_logger = logging.getLogger(__name__)

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
# Requests a minute from one address: many debtors may share one (an office, a telephone operator).
SEEN, SENT = 240, 40
ONLY_THE_DEBTOR = "Usted ve la página como la ve el deudor: solo él hace cambios en ella."

# Each process of the server counts its own.
_counter = MovingWindowRateLimiter(MemoryStorage())


class Puerta(NamedTuple):
    """The two ways into the pages of a record: paths before a token and before an id.

    The model answers `_de_enlace(token)` and `_del_deudor(user, id)`: the record in sudo, or none.
    """

    model: str
    by_link: str
    by_login: str


EXPEDIENTE = Puerta("cartera.expediente", "/cartera/estado/", "/my/cartera/")
ACUERDO = Puerta("cartera.acuerdo", "/cartera/acuerdo/", "/my/acuerdos/")


def pagina(path="", methods=("GET",), puerta=EXPEDIENTE, kind="http"):
    """Route of a page of a record of the debtor's: a method (record in sudo, base, **params) → response.

    kind: "http", or "jsonrpc" (always a POST).
    """

    def decorate(method):
        ours = list(inspect.signature(method).parameters)[1:3]  # for us to say, not for the address

        # No functools.wraps: Odoo reads the signature to know which parameters the route takes.
        def route(self, token=None, own=None, **params):
            refused = demasiadas()
            if refused:
                return refused
            record, base = _abrir(puerta, token, own)
            if not record:
                return _cerrada(token)
            hablar_como(record.partner_id, record.company_id)
            if request.httprequest.method == "POST" and request.env.user._is_internal():
                return aviso("Es una vista previa", ONLY_THE_DEBTOR, status=403)
            if request.httprequest.method == "POST":
                _por_turno(record)
            for name in ours:
                params.pop(name, None)
            return method(self, record, base, **params)

        functools.update_wrapper(route, method, assigned=("__name__", "__doc__", "__qualname__"), updated=())
        del route.__wrapped__
        return http.route(
            [f"{puerta.by_link}<string:token>{path}", f"{puerta.by_login}<int:own>{path}"],
            type=kind,
            auth="public",
            methods=list(methods) if kind == "http" else ["POST"],
            website=True,
            multilang=False,
            readonly=_de_lectura if kind == "http" and tuple(methods) == ("GET",) else False,
        )(route)

    return decorate


def _de_lectura(_controller, _rule, _args):
    """Whether a page may come from a replica: whoever comes from a form (`?enviado=1`) finds what they just sent."""
    return not request.httprequest.args


def _abrir(puerta, token, own):
    """(record in sudo that the request may open, or none; path of its page)."""
    Model = request.env[puerta.model]
    if token is not None:
        return Model._de_enlace(token), f"{puerta.by_link}{token}"
    return Model._del_deudor(request.env.user, own), f"{puerta.by_login}{own}"


def _por_turno(record):
    """One form about a record at a time: a second press of the button waits for the first, and finds what it left.

    Who began before the first was done cannot write what that has written: Odoo takes the request again, as new.
    """
    record.flush_recordset()
    table = SQL.identifier(record._table)
    request.env.cr.execute(SQL("UPDATE %s SET write_date = write_date WHERE id = %s", table, record.id))


def _cerrada(token):
    if token is None and request.env.user._is_public() and request.httprequest.method == "GET":
        return request.redirect_query("/web/login", {"redirect": request.httprequest.path})
    return enlace_vencido()


def demasiadas():
    """The answer to an address that asks too often; None while it does not."""
    sent = request.httprequest.method == "POST"
    limit = RateLimitItemPerMinute(SENT if sent else SEEN)
    address = request.httprequest.remote_addr or ""
    if _counter.hit(limit, "cartera", "post" if sent else "get", address):
        return None
    _logger.warning("Too many requests from %s: %s was refused", address, request.httprequest.path.split("/")[1])
    response = aviso(
        "Demasiadas solicitudes",
        "Recibimos muchas solicitudes seguidas desde su conexión. Espere un minuto y vuelva a intentarlo: lo que ya "
        "nos envió quedó guardado.",
        status=429,
    )
    if not _es_json():
        response.headers["Retry-After"] = "60"
    return response


def mostrar(template, expediente, base, values=None, section="", status=200):
    """Response: `template` with what every page of a dossier shows, and `values`."""
    company = expediente.company_id
    response = request.render(
        template,
        {
            "company": company,
            "currency": company.currency_id,
            "money": {"widget": "monetary", "display_currency": company.currency_id},
            "day": {"widget": "date", "format": "d/MM/yyyy"},
            "debtor": expediente.partner_id.name,
            "today": company._cartera_hoy(),
            "base": base,
            "section": section,
            "sections": expediente._navegacion_del_portal(),
            "preview": request.env.user._is_internal(),
            **(values or {}),
        },
    )
    response.status_code = status
    return privada(response)


def descarga(name, content, mimetype="application/pdf", inline=False):
    """Response: a file (bytes) that is shown or saved under its name, and never taken for anything but its type."""
    disposition = http.content_disposition(name, "inline" if inline else "attachment")
    headers = {
        **PRIVATE,
        "Content-Type": mimetype,
        "Content-Length": len(content),
        "Content-Disposition": disposition,
        "X-Content-Type-Options": "nosniff",
    }
    return request.make_response(content, headers=list(headers.items()))


def rastro():
    """From where something was done (str): IP and browser."""
    browser = (request.httprequest.user_agent.string or "")[:200]
    return f"IP {request.httprequest.remote_addr}, {browser}"


def intentar(step, otherwise="No pudimos recibirlo como está. Revíselo, o escríbanos o llámenos."):
    """Take a step of the debtor's; the sentence (str) that says why not, and then nothing has changed, or None.

    What is not said to debtors in their own words becomes `otherwise`.
    """
    try:
        with request.env.cr.savepoint():
            step()
    except UserError as why:
        return str(why) if isinstance(why, Rechazado) else otherwise
    return None


def marcadas(values):
    """{id} of the items ticked in a form (a multi-dictionary); an id of the database has ten figures at most."""
    return {int(value) for value in values.getlist("partida") if value.isdecimal() and len(value) <= 10}


def subidos(name, most, most_bytes):
    """[(file name, content)] of what was uploaded as `name`: of each, and of all, one more than what is taken."""
    uploaded = request.httprequest.files.getlist(name)[: most + 1]
    return [(file.filename, file.read(most_bytes + 1)) for file in uploaded if file.filename]


def hablar_como(partner, company):
    """Speak as the debtor does, or else the company, whatever the language of the site: amounts, dates and widgets."""
    lang = partner.lang or company.partner_id.lang
    if lang:
        request.update_context(lang=lang)
        request.lang = request.env["res.lang"]._get_data(code=lang)


def _es_json():
    return request.dispatcher.routing_type == "jsonrpc"


def aviso(title, text, status):
    """A page that only says something; to a script, what Odoo's widgets show: {"error": …}."""
    if _es_json():
        return {"error": f"{title}. {text}"}
    response = request.render("cartera_cobro.portal_aviso", {"title": title, "text": text})
    response.status_code = status
    return privada(response)


def enlace_vencido():
    """The page of a link that opens nothing."""
    return aviso("Este enlace ya no abre", "Venció o fue anulado. Pida uno nuevo a quien se lo envió.", status=404)


def privada(response):
    """A page that nobody keeps, refers to or indexes."""
    response.headers.update(PRIVATE)
    return response
