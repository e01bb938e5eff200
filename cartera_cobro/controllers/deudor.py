"""What the debtors' pages have in common."""

from odoo.http import request

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def hablar_como(partner, company):
    """Speak as the debtor does, or else the company, whatever the language of the site: amounts, dates and widgets."""
    lang = partner.lang or company.partner_id.lang
    if lang:
        request.update_context(lang=lang)
        request.lang = request.env["res.lang"]._get_data(code=lang)


def enlace_vencido():
    """The page of a link that opens nothing."""
    response = request.render("cartera_cobro.portal_enlace_vencido", {})
    response.status_code = 404
    return privada(response)


def privada(response):
    """A page that nobody keeps, refers to or indexes."""
    response.headers.update(PRIVATE)
    return response
