"""The PDFs of letters: one each to go with its e-mail, or all in one file to be printed."""

from odoo.exceptions import UserError
from odoo.tools import split_every

from .cartera_impreso import convertir, escribir, guardado

REPORT = "cartera_cobro.carta"
# Letters in one HTML: enough that starting wkhtmltopdf does not weigh, few enough that two can work at the same time.
TOGETHER = 50


def pdfs(comunicaciones):
    """{id: PDF (bytes)} of each of the messages (`cartera.comunicacion`), which have been written already."""
    documentos = _dibujar(comunicaciones)
    return {carta.id: escribir([documento]) for carta, documento in zip(comunicaciones, documentos, strict=True)}


def impresion(comunicaciones):
    """One PDF (bytes) of all the letters, in their order, each from a new page and numbered by itself.

    Letters whose PDF is kept are printed from it: what is dispatched is what was recorded. One that has not been
    written yet is a UserError that names it.
    """
    for carta in comunicaciones:
        if not carta.body_html:
            raise UserError(
                comunicaciones.env._("%s has no letter: it is written when it is sent.", carta.display_name)
            )
    drawn = comunicaciones.filtered(lambda carta: not carta.pdf_id)
    fresh = dict(zip(drawn.ids, _dibujar(drawn), strict=True))
    return escribir([fresh.get(carta.id) or _guardada(carta) for carta in comunicaciones])


def _dibujar(comunicaciones):
    """Yield the Documento of each letter, in their order."""
    report = comunicaciones.env.ref("cartera_cobro.report_carta").sudo()
    Report = comunicaciones.env["ir.actions.report"]
    htmls = (
        Report._render_qweb_html(REPORT, list(ids))[0].decode() for ids in split_every(TOGETHER, comunicaciones.ids)
    )
    return convertir(report, htmls)


def _guardada(carta):
    """The Documento of a letter whose PDF is kept: whoever may read the letter may print it."""
    return guardado(carta.sudo().pdf_id)
