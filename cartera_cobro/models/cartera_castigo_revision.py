"""What keeps a write-off from being authorised, posted, reversed or recovered: sentences that say what is missing."""

from odoo.tools import format_date

from .avisos import dinero

# Decisions that take debts out of the accounts.
DECISIONS = ("write_off", "cleanse")


def problemas_del_caso(caso):
    """Yield a sentence (str) for each thing that keeps the decision on a case from being executed."""
    env, acta = caso.env, caso.acta_id
    if not acta._en_firme():
        yield env._("The minutes %s are not signed: nothing is written off without them.", acta.display_name)
    if caso.decision not in DECISIONS:
        yield env._("%s: the committee did not decide to write off or to cleanse.", caso.expediente_id.display_name)
    items = caso.partida_ids.filtered(lambda p: p.is_open and p.amount_residual > 0)
    if not items:
        yield env._("%s: nothing of the case is owed any more, so there is nothing to write off.",
                    caso.expediente_id.display_name)  # fmt: skip
    yield from _en_otro_castigo(items, env["cartera.castigo"])


def problemas(castigo, day):
    """Yield a sentence for each thing that keeps an authorised write-off from being posted on `day` (date)."""
    env = castigo.env
    if not castigo.acta_id._en_firme():
        yield env._("The minutes %s are not signed any more: nothing is written off without them.",
                    castigo.acta_id.display_name)  # fmt: skip
    yield from castigo.company_id._cartera_falta_para_castigar()
    yield from problemas_del_dia(castigo, day, *_de_que_nace(castigo.acta_id))
    items = castigo.linea_ids.partida_id.filtered(lambda p: p.is_open and p.amount_residual > 0)
    yield from _en_otro_castigo(items, castigo)
    for linea in castigo.linea_ids.filtered(lambda line: line.partida_id in items):
        yield from _de_la_partida(linea)


def _de_que_nace(acta):
    """(day, name) of what allows the entries: the act of the legal representative where needed, or the minutes."""
    env = acta.env
    return (acta.act_date, env._("the act")) if acta.needs_act and acta.act_date else (acta.date, env._("the minutes"))


def _en_otro_castigo(items, castigo):
    env = items.env
    others = env["cartera.castigo.linea"].search(
        [
            ("partida_id", "in", items.ids),
            ("castigo_id", "not in", castigo.ids),
            ("castigo_id.state", "in", ("authorized", "posted")),
        ]
    )
    for linea in others:
        yield env._("%(item)s is in write-off %(other)s already.", item=linea.name, other=linea.castigo_id.number)


def _de_la_partida(linea):
    env, item = linea.env, linea.partida_id
    if item.reclamacion_id:
        yield env._("%(item)s is disputed in claim %(claim)s: answer it first.", item=item.name,
                    claim=item.reclamacion_id.display_name)  # fmt: skip
    if item.acuerdo_id:
        yield env._("%(item)s is under agreement %(agreement)s, in force: it is not written off while it is.",
                    item=item.name, agreement=item.acuerdo_id.display_name)  # fmt: skip
    line = item.move_line_id
    if line._cartera_saldo() != (line.amount_residual, line.amount_residual_currency):
        yield env._("%(item)s is matched to an entry that is not posted, %(entry)s: post it or undo the matching.",
                    item=item.name, entry=", ".join(_sin_asentar(line).mapped("display_name")))  # fmt: skip
    more = item.company_currency_id.compare_amounts(item.amount_residual, linea.amount_authorized) > 0
    if more:
        yield env._("%(now)s is owed of %(item)s, more than the %(then)s authorised: the committee decides again.",
                    item=item.name, now=dinero(item, item.amount_residual),
                    then=dinero(item, linea.amount_authorized))  # fmt: skip


def _sin_asentar(line):
    matched = line.matched_credit_ids.credit_move_id | line.matched_debit_ids.debit_move_id
    return matched.move_id.filtered(lambda move: move.state != "posted")


def avisos_del_castigo(castigo):
    """Yield a sentence for each thing that does not keep it from being posted, and should be known before."""
    env = castigo.env
    credit = castigo.expediente_id.amount_credit
    if credit:
        yield env._("The debtor has %s in credits not applied: apply them first, so that less is written off.",
                    dinero(castigo, credit))  # fmt: skip
    moves = castigo.linea_ids.partida_id.filtered("is_open").move_id
    coming = moves.matched_payment_ids.filtered(lambda p: p.state == "in_process" and not p.move_id)
    for payment in coming:
        yield env._("Payment %(payment)s of %(invoices)s is in process: once it is in the bank it would be a recovery.",
                    payment=payment.display_name,
                    invoices=", ".join((payment.invoice_ids & moves).mapped("name")))  # fmt: skip
    for remision in castigo.linea_ids.partida_id.filtered("is_open").remision_id:
        yield env._("Referral %s goes on: a write-off neither ends the process nor lifts its measures. Close it if "
                    "that is what was decided.", remision.number)  # fmt: skip
    for linea in castigo.linea_ids.filtered(lambda line: not line.partida_id.is_open):
        yield env._("%s was paid meanwhile: it is not written off.", linea.name)


def problemas_del_dia(castigo, day, since, of_what):
    """Yield why nothing is posted on `day`: it is to come, before `since` (the day of `of_what`, str), or locked."""
    env, company = castigo.env, castigo.company_id
    if day > company._cartera_hoy():
        yield env._("%s is still to come: choose today or an earlier day.", format_date(env, day))
    if since and day < since:
        yield env._("%(day)s is before %(what)s, of %(since)s.", day=format_date(env, day), what=of_what,
                    since=format_date(env, since))  # fmt: skip
    locks = company._cartera_cierres(day)
    if locks:
        yield env._("%(day)s is in a locked period, by %(locks)s: the first open day is %(open)s.",
                    day=format_date(env, day), locks=company._format_lock_dates(locks),
                    open=format_date(env, company._cartera_dia_abierto(day)))  # fmt: skip


def problemas_de_la_reversa(castigo, day):
    """Yield a sentence for each thing that keeps a posted write-off from being reversed on `day`."""
    env = castigo.env
    if castigo.amount_recovered:
        yield env._("%s of it was recovered: annul the recoveries first.", castigo._dinero(castigo.amount_recovered))
    yield from problemas_del_dia(castigo, day, castigo.date, env._("its entries"))


def problemas_de_la_recuperacion(castigo, creditos, amount, day):
    """Yield a sentence for each thing that keeps `amount` of the open items `creditos` from being a recovery."""
    env = castigo.env
    yield from castigo.company_id._cartera_falta_para_recuperar(bool(castigo.memo_move_id))
    if not creditos:
        yield env._("Choose the payments or credits that are applied.")
    for credito in creditos:
        yield from _del_credito(castigo, credito)
    if amount <= 0:
        yield env._("The amount recovered is more than zero.")
    elif castigo.company_currency_id.compare_amounts(amount, castigo.amount_pending) > 0:
        yield env._("%(amount)s is more than what was written off and not recovered, %(pending)s: the rest stays a "
                    "credit of the debtor.", amount=castigo._dinero(amount),
                    pending=castigo._dinero(castigo.amount_pending))  # fmt: skip
    elif castigo.company_currency_id.compare_amounts(amount, -sum(creditos.mapped("amount_residual"))) > 0:
        yield env._("The credits chosen hold %s only.", castigo._dinero(-sum(creditos.mapped("amount_residual"))))
    yield from problemas_del_dia(castigo, day, castigo.date, env._("its entries"))


def _del_credito(castigo, credito):
    env = castigo.env
    if credito.expediente_id != castigo.expediente_id:
        yield env._("%s is of another debtor.", credito.name)
    elif not credito.is_open or credito.amount_residual >= 0:
        yield env._("%s is not a credit with something to apply.", credito.name)
    elif credito.acuerdo_id:
        yield env._("%(credit)s counts for agreement %(agreement)s.", credit=credito.name,
                    agreement=credito.acuerdo_id.display_name)  # fmt: skip
    elif credito.move_line_id._cartera_saldo() != (
        credito.move_line_id.amount_residual, credito.move_line_id.amount_residual_currency
    ):  # fmt: skip
        yield env._("%s is matched to an entry that is not posted: undo the matching first.", credito.name)
