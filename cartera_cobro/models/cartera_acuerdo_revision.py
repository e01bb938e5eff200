"""What keeps an agreement from being proposed, signed or put in force: sentences that say what is missing."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import format_date

from .avisos import dinero
from .cartera_politica import KINDS_OUT_OF_LIST

# Whoever may agree on what a lawyer or the committee has.
LEGAL_GROUPS = ("cartera_cobro.group_cartera_abogado", "cartera_cobro.group_cartera_tesorero")


class Terminos(NamedTuple):
    """The arguments of `rules.agreements.plan`."""

    capital: Decimal
    interest: Decimal
    count: int
    first: date
    annual_rate: Decimal
    down_payment: Decimal
    down_date: date | None
    order: str
    start: date | None


def problemas(acuerdo, only_terms=False, guarantee=True):
    """Yield a sentence (str) for each thing wrong: in the terms; and in the items, the debtor and the guarantee."""
    yield from _de_los_terminos(acuerdo)
    if not only_terms:
        yield from _de_las_partidas(acuerdo)
        yield from del_deudor(acuerdo)
    if guarantee and not only_terms:
        yield from _de_la_garantia(acuerdo)


def _de_los_terminos(acuerdo):
    env, politica = acuerdo.env, acuerdo.politica_id
    today = acuerdo.company_id._cartera_hoy()
    if acuerdo.count < 1:
        yield env._("The number of instalments is %s: give one or more.", acuerdo.count)
    if acuerdo.count > politica.agreement_max_count:
        yield env._("%(policy)s allows %(most)s instalments at most.", policy=politica.name,
                    most=politica.agreement_max_count)  # fmt: skip
    if acuerdo.date < today:
        yield env._("The liquidation is of a day that has passed: liquidate to today or later.")
    if acuerdo.first_date and acuerdo.first_date < today:
        yield env._("The first instalment is due on %s, which has passed: choose a later day.",
                    format_date(env, acuerdo.first_date))  # fmt: skip
    yield from _de_la_tasa(acuerdo)
    yield from _del_perdon(acuerdo)
    yield from _del_pago_inicial(acuerdo, today)


def _de_la_tasa(acuerdo):
    env = acuerdo.env
    if acuerdo.annual_rate < 0:
        yield env._("The financing rate cannot be negative.")
    usury = env["cartera.parametro"]._valor("usury", acuerdo.date)
    if usury and acuerdo.annual_rate > usury:
        yield env._("The financing rate is over the usury rate of that day, %s%%.", usury)


def _del_perdon(acuerdo):
    env, politica = acuerdo.env, acuerdo.politica_id
    forgiven = acuerdo.amount_forgiven
    if forgiven < 0 or forgiven > acuerdo.amount_interest:
        yield env._("What is forgiven goes from zero to the late interest, %s: capital is not forgiven.",
                    dinero(acuerdo, acuerdo.amount_interest))  # fmt: skip
    elif forgiven > acuerdo.amount_interest * politica.agreement_forgive_percent / 100:
        yield env._("%(policy)s forgives %(percent)s%% of the late interest at most.", policy=politica.name,
                    percent=politica.agreement_forgive_percent)  # fmt: skip
    elif forgiven and not (acuerdo.forgiven_authority or "").strip():
        yield env._("Say by which authority interest is forgiven: the act, law or minutes.")


def _del_pago_inicial(acuerdo, today):
    env, politica, down = acuerdo.env, acuerdo.politica_id, acuerdo.down_payment
    if down < 0:
        yield env._("The down payment cannot be negative.")
    elif down > acuerdo.amount_total:
        yield env._("The down payment is more than the debt, %s: lower it.", dinero(acuerdo, acuerdo.amount_total))
    elif down and (not acuerdo.down_date or acuerdo.down_date < today):
        yield env._("Say when the down payment is paid: today or later.")
    elif down and acuerdo.first_date and acuerdo.first_date < acuerdo.down_date:
        yield env._("The first instalment falls due before the down payment: choose a later day.")
    least = acuerdo.amount_total * politica.agreement_down_percent / 100
    if acuerdo.kind == "agreement" and 0 <= down < acuerdo.company_currency_id.round(least):
        yield env._("%(policy)s asks for a down payment of %(percent)s%%: %(least)s.", policy=politica.name,
                    percent=politica.agreement_down_percent, least=dinero(acuerdo, least))  # fmt: skip


def _de_las_partidas(acuerdo):
    env = acuerdo.env
    if not acuerdo.linea_ids:
        yield env._("Choose the items that the agreement covers.")
    taken = env["cartera.acuerdo.linea"]._vivas(acuerdo.linea_ids.partida_id)
    for linea in taken.filtered(lambda line: line.acuerdo_id.id != acuerdo._origin.id):
        yield env._("%(item)s is in another agreement already: %(other)s.", item=linea.name,
                    other=linea.acuerdo_id.display_name)  # fmt: skip
    for linea in acuerdo.linea_ids.filtered(lambda line: line.capital <= 0):
        yield env._("Nothing is owed of %s any more: take it out.", linea.name)
    yield from de_lo_juridico(acuerdo)


def de_lo_juridico(acuerdo):
    """Yield a sentence for each legal stage of its items, unless who asks may agree on what a lawyer has."""
    env = acuerdo.env
    if env.su or any(env.user.has_group(group) for group in LEGAL_GROUPS):
        return
    legal = acuerdo.linea_ids.filtered(lambda line: line.partida_id.etapa_id.kind in KINDS_OUT_OF_LIST)
    for etapa, lineas in legal.grouped(lambda line: line.partida_id.etapa_id).items():
        yield env._("%(item)s is in %(stage)s: a lawyer or a coordinator proposes its agreement.",
                    item=", ".join(lineas.mapped("name")), stage=etapa.name)  # fmt: skip


def del_deudor(acuerdo):
    """Yield a sentence for each agreement that the debtor broke and did not make good."""
    env = acuerdo.env
    broken = acuerdo.sudo().search(
        [("expediente_id", "=", acuerdo.expediente_id.id), ("state", "=", "breached"), ("date_cured", "=", False)]
    )
    for other in broken:
        yield env._("The debtor broke %s, and the breach was not cured: no new agreement until it is (Ley 1066).",
                    other.display_name)  # fmt: skip


def pide_garantia(acuerdo):
    """Whether the policy asks for a guarantee: from an amount on, and for more instalments than go without."""
    politica = acuerdo.politica_id
    large = politica.agreement_guarantee_from and acuerdo.amount_total >= politica.agreement_guarantee_from
    return bool(large) and acuerdo.count > politica.agreement_guarantee_free_count


def _de_la_garantia(acuerdo):
    env, politica = acuerdo.env, acuerdo.politica_id
    none = acuerdo.guarantee_type == "none"
    if none and pide_garantia(acuerdo):
        yield env._("%(policy)s asks for a guarantee from %(amount)s on: name it.", policy=politica.name,
                    amount=dinero(acuerdo, politica.agreement_guarantee_from))  # fmt: skip
    if acuerdo.guarantee_value < 0:
        yield env._("The value of the guarantee cannot be negative.")
    if not none and not (acuerdo.guarantee_note or "").strip():
        yield env._("Say who answers for the debt, or which good guarantees it.")
    if not none and not acuerdo.guarantee_ids:
        yield env._("Attach the document of the guarantee.")
