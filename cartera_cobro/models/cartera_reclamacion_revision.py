"""What keeps a claim from being filed: sentences that say what is missing and what to do."""

from odoo.tools import format_date, is_html_empty

from .avisos import dinero
from .cartera_reclamacion import COURT, HOLDING


def problemas(claim, late=False):
    """Yield a sentence (str) for each thing that is wrong with a draft. late: an appeal is admitted after its term."""
    env = claim.env
    if not claim.expediente_id:
        yield env._("Nobody's dossier: choose the debtor's before it is filed.")
        return
    yield from _de_lo_presentado(claim)
    yield from _del_responsable(claim)
    if claim.kind in COURT:
        yield from _del_juzgado(claim)
    else:
        yield from _de_las_partidas(claim)
    if claim.kind == "appeal":
        yield from _del_recurso(claim, late)


def _de_lo_presentado(claim):
    env, today = claim.env, claim.company_id._cartera_hoy()
    if claim.date_filed > today:
        yield env._("It is filed on %s, which has not come: say the day on which it was received.",
                    format_date(env, claim.date_filed))  # fmt: skip
    if not (claim.filed_by or "").strip():
        yield env._("Say who files it: the name of the person.")
    said = claim.file_ids or claim.message_attachment_count or claim.email_from
    if claim.kind not in COURT and is_html_empty(claim.text) and not said:
        yield env._("Write what they say, or attach what they filed.")
    if not claim.deadline:
        yield env._("There is no day to answer it: the dossier has no policy, or the notice has no date.")


def _del_responsable(claim):
    env, user = claim.env, claim.user_id
    if not user:
        yield env._("Nobody answers it: choose the responsible.")
    elif not claim._puede_responder(user):
        yield env._("%(user)s cannot answer claims in %(company)s: choose somebody with a role that does.",
                    user=user.name, company=claim.company_id.name)  # fmt: skip


def _del_juzgado(claim):
    env, today = claim.env, claim.company_id._cartera_hoy()
    for name in ("process_number", "court", "promoter"):
        if not (claim[name] or "").strip():
            yield env._("The data of the process are missing: %s.", claim._fields[name]._description_string(env))
    if claim.date_notice and claim.date_notice > today:
        yield env._("The notice is of a day that has not come.")
    if claim.deadline and claim.date_notice and claim.deadline < claim.date_notice:
        yield env._("The day to file the credit, %(day)s, comes before the notice, of %(notice)s: check them.",
                    day=format_date(env, claim.deadline), notice=format_date(env, claim.date_notice))  # fmt: skip
    other = claim._abiertas(claim.expediente_id) - claim
    if other:
        yield env._("%s of this debtor is open already.", other[0].display_name)


def _de_las_partidas(claim):
    env = claim.env
    if claim.kind in HOLDING and not claim.linea_ids:
        yield env._("Choose the items that it disputes, or take all that is overdue.")
    taken = claim._disputadas_por_otras()
    for linea in claim.linea_ids:
        item, name = linea.partida_id, linea.partida_id.name or ""
        if not item.is_open or item.amount_residual <= 0:
            yield env._("Nothing is owed of %s any more: take it out.", name)
        elif linea.amount_disputed <= 0:
            yield env._("Say how much of %s is disputed: more than zero.", name)
        elif linea.amount_disputed > item.amount_residual:
            balance = dinero(claim, item.amount_residual)
            yield env._("%(item)s owes %(balance)s: no more than that is disputed.", item=name, balance=balance)
        if claim.kind in HOLDING and item in taken:
            yield env._("%(item)s is disputed already by %(claim)s, which is open.", item=name,
                        claim=taken[item].display_name)  # fmt: skip


def fuera_de_termino(claim):
    """Whether it appeals an answer whose term had ended."""
    until = claim.kind == "appeal" and claim.appeal_of_id.appeal_until
    return bool(until) and claim.date_filed > until


def _del_recurso(claim, late):
    env, appealed = claim.env, claim.appeal_of_id
    if not appealed:
        yield env._("Say which claim it appeals.")
        return
    if appealed.state not in ("answered", "closed"):
        yield env._("%s was not answered yet: an appeal comes after the answer.", appealed.display_name)
        return
    if appealed.outcome == "accepted":
        yield env._("%s was accepted: there is nothing to appeal.", appealed.display_name)
    if fuera_de_termino(claim) and not late:
        yield env._("%(claim)s could be appealed until %(day)s: file a new claim, if there is something new; or a "
                    "coordinator admits the appeal after its term, with the reason.",
                    claim=appealed.display_name, day=format_date(env, appealed.appeal_until))  # fmt: skip
    other = appealed.sudo().appeal_ids.filtered(lambda a: a.state not in ("draft", "cancelled")) - claim
    if other:
        yield env._("%(claim)s was appealed already: %(appeal)s.", claim=appealed.display_name,
                    appeal=other[0].display_name)  # fmt: skip
    strange = claim.linea_ids.partida_id - appealed.sudo().linea_ids.partida_id
    if strange:
        yield env._("%s was not in the claim that is appealed.", ", ".join(p.name or "" for p in strange))
