"""What a certificate may say: the ledger read now, and the sentences of what keeps it from being issued."""

from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .avisos import dinero
from .cartera_deuda import ORIGINS, Deudas, a_favor, deuda
from .cartera_libro import Libro


class Lectura(NamedTuple):
    """lineas: [values of cartera.certificado.linea]; credito: the debtor's credits not applied (float, positive).

    What no open item says: acordado: what is left of the plans in force; castigado: written off and not recovered.
    """

    lineas: list
    credito: float
    acordado: float = 0.0
    castigado: float = 0.0


def leer(expediente, kind, partidas=None):
    """The Lectura of a certificate of `kind` over `partidas` (None or empty: everything of the dossier), as of now.

    UserError: each thing that keeps it from being issued, a sentence a line.
    """
    expediente = expediente.sudo()
    partidas = (partidas or expediente.env["cartera.partida"]).sudo()
    readers = {"debt": _de_la_deuda, "paid": _de_lo_pagado, "statement": _de_la_cuenta}
    return readers[kind](expediente, partidas)


def _exigir(sentences):
    found = list(sentences)
    if found:
        raise UserError("\n".join(found))


# --- What is owed ----------------------------------------------------------------------------------------------------


def _liquidar(expediente, partidas):
    """([Obligacion] of those of `partidas`, or of all, oldest first; credits of the debtor)."""
    deudas = Deudas(expediente.env, expediente.company_id)
    read = deudas.leer(expediente)[expediente.id]
    chosen = set(partidas.ids)
    try:
        owed = deudas.liquidar([p for p in read if not chosen or p.id in chosen], expediente.politica_id)
    except ValueError as error:
        raise UserError(expediente.env._("The debt cannot be liquidated. %s", error)) from error
    return owed, float(-sum(p.capital for p in a_favor(expediente.env, read)))


def _lineas(expediente, obligaciones, excluded=None):
    """Values of the lines of what is owed. excluded: {item id: why it does not count}."""
    items = expediente.env["cartera.partida"].browse([o.partida.id for o in obligaciones])
    return [
        {
            "partida_id": item.id,
            "name": o.partida.name,
            "origin": o.partida.origin,
            "date_due": o.partida.date_due,
            "amount": item.amount,
            "disputed": min(item.amount_disputed, float(o.partida.capital)) if item.reclamacion_id else 0.0,
            "reclamacion_id": item.reclamacion_id.id,
            "excluded": (excluded or {}).get(item.id, False),
            **deuda(o),
        }
        for item, o in zip(items, obligaciones, strict=True)
    ]


def _de_la_cuenta(expediente, partidas):
    obligaciones, credito = _liquidar(expediente, partidas)
    left = sum(acuerdos_por_pagar(expediente, partidas).mapped("amount_due"))
    return Lectura(
        _lineas(expediente, obligaciones),
        credito,
        expediente.company_id.currency_id.round(left),
        expediente._castigado(partidas or None),
    )


def acuerdos_por_pagar(expediente, partidas):
    """Agreements in force, on `partidas` or (where there are none) on anything, whose plan is not paid."""
    acuerdos = expediente.acuerdo_ids.filtered(lambda a: a.state == "active" and a.amount_due).sorted("id")
    return acuerdos.filtered(lambda a: not partidas or partidas & a.linea_ids.partida_id)


def _de_la_deuda(expediente, partidas):
    """What is due and nobody disputes. What was not chosen one by one is left out with its reason; else refused."""
    env = expediente.env
    obligaciones, credito = _liquidar(expediente, partidas)
    owed = {o.partida.id for o in obligaciones}
    _exigir(env._("Nothing is owed of %s.", item.name) for item in partidas if item.id not in owed)
    if not obligaciones:
        raise UserError(env._("%s owes nothing: there is no debt to certify.", expediente.partner_id.display_name))
    excluded = dict(_no_exigibles(expediente, obligaciones))
    if partidas or len(excluded) == len(obligaciones):
        _exigir(_frase(expediente, o, excluded[o.partida.id]) for o in obligaciones if o.partida.id in excluded)
    return Lectura(_lineas(expediente, obligaciones, excluded), credito)


def _no_exigibles(expediente, obligaciones):
    """Yield (item id, code of EXCLUDED) of what cannot be demanded now."""
    items = expediente.env["cartera.partida"].browse([o.partida.id for o in obligaciones])
    today = expediente.company_id._cartera_hoy()
    for item, o in zip(items, obligaciones, strict=True):
        if item.acuerdo_id:
            yield item.id, "agreement"
        elif item.reclamacion_id and item.amount_disputed >= o.partida.capital:
            yield item.id, "claim"
        elif o.partida.date_due >= today:
            yield item.id, "not_due"


def _frase(expediente, obligacion, why):
    env, name = expediente.env, obligacion.partida.name
    item = env["cartera.partida"].browse(obligacion.partida.id)
    if why == "claim":
        return env._(
            "%(item)s is disputed by %(claim)s: answer it first.", item=name, claim=item.reclamacion_id.display_name
        )
    if why == "agreement":
        return env._(
            "%(item)s is under %(agreement)s: while it is kept, the whole cannot be demanded.",
            item=name,
            agreement=item.acuerdo_id.display_name,
        )
    return env._("%(item)s is due on %(day)s: it cannot be demanded yet.", item=name,
                 day=format_date(env, obligacion.partida.date_due))  # fmt: skip


# --- What was paid ---------------------------------------------------------------------------------------------------


def _de_lo_pagado(expediente, partidas):
    env = expediente.env
    env.flush_all()
    _exigir(_adeudado(expediente, partidas))
    _exigir(_por_acuerdo(expediente, partidas))
    _exigir(_por_castigo(expediente, partidas))
    items = partidas or env["cartera.partida"].search([("expediente_id", "=", expediente.id), ("amount", ">", 0)])
    gone = items.filtered(lambda item: item.move_line_id.parent_state != "posted")
    # An entry that was cancelled owes nothing, and was not paid: nobody certifies that it was.
    _exigir(env._("%s was not paid: its entry is no longer in the ledger.", item.name) for item in partidas & gone)
    items = (items - gone).sorted(lambda item: (item.date_due, item.id))
    if not items:
        raise UserError(env._("%s has no paid obligation to certify.", expediente.partner_id.display_name))
    return Lectura([_linea_pagada(item) for item in items], expediente.amount_credit)


def _linea_pagada(item):
    move = item.move_id
    words = " · ".join(filter(None, (item.cuenta_id.name, move.invoice_origin or move.ref)))
    return {
        "partida_id": item.id,
        "name": item.name,
        "origin": words or ORIGINS.get(move.move_type, ORIGINS["entry"]),
        "date_due": item.date_due,
        "amount": item.amount,
    }


def _adeudado(expediente, partidas):
    """Yield a sentence for each line of the ledger of which something is owed, whatever item follows it.

    A payment that is not posted, or that went back to draft, pays nothing.
    """
    env, company = expediente.env, expediente.company_id
    libro = Libro(env, company, company._cartera_hoy())
    waiting = libro._leer_espera(SQL("TRUE"))
    which = SQL("rp.commercial_partner_id = %s", expediente.partner_id.id)
    if partidas:
        which = SQL("l.id IN %s", tuple(partidas.move_line_id.ids) or (0,))
    rows = env.execute_query(
        SQL(
            "SELECT q.move_line_id, q.name, q.amount_residual FROM (%s) q WHERE q.amount_residual > 0 "
            "OR q.amount_residual_currency > 0 ORDER BY q.date_due, q.move_line_id",
            libro._lineas(which, waiting),
        )
    )
    unposted = {line for line, _amount, _currency in waiting}
    for line, name, amount in rows:
        facts = {"item": name, "amount": dinero(expediente, float(amount))}
        if line in unposted:
            yield env._("%(amount)s is owed of %(item)s: a payment matched to it is not posted.", **facts)
        else:
            yield env._("%(amount)s is owed of %(item)s.", **facts)


def _por_acuerdo(expediente, partidas):
    """Yield a sentence for each agreement in force whose plan is not paid."""
    for acuerdo in acuerdos_por_pagar(expediente, partidas):
        yield expediente.env._(
            "%(agreement)s is in force, and %(amount)s of it is still to pay.",
            agreement=acuerdo.display_name,
            amount=dinero(expediente, acuerdo.amount_due),
        )


def _por_castigo(expediente, partidas):
    """Yield a sentence for each item written off and not recovered: Odoo shows it as paid, and it was not."""
    for item in (partidas or expediente.partida_ids).filtered("castigo_linea_id"):
        pending = expediente._castigado(item)
        if pending > 0:
            yield expediente.env._(
                "%(item)s was written off, and %(amount)s of it was not recovered: it was not paid.",
                item=item.name,
                amount=dinero(expediente, pending),
            )
