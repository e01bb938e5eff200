"""What a referral has to have: a checklist with ticks, and a sentence for each thing that keeps it from being sent."""

from datetime import timedelta
from typing import NamedTuple

from odoo.tools import format_date, format_list

from .cartera_evidencia import LETTERS, piezas_faltantes

# Entries that are invoices: only they are accepted by a buyer.
INVOICES = ("out_invoice", "out_receipt")
NAMED = 5


class Requisito(NamedTuple):
    """A line of the checklist. detail: what there is, or that there is nothing; missing: sentences that keep the
    referral from being sent; done: there is something to attach."""

    name: str
    detail: str
    done: bool = True
    missing: tuple = ()


def problemas(remision):
    """Every sentence (list of str) that keeps it from being sent; empty when nothing does."""
    return lista(remision)[1]


def lista(remision):
    """([Requisito], [sentence]): the checklist, and all that keeps it from being sent, the checklist's too."""
    remision = remision.sudo()
    requisitos = [build(remision) for build in CHECKLIST]
    sentences = [*_de_las_partidas(remision), *_de_quien_lo_recibe(remision)]
    return requisitos, sentences + [sentence for r in requisitos for sentence in r.missing]


# --- what is referred, and to whom ------------------------------------------------------------------------------------


def _de_las_partidas(remision):
    env, items = remision.env, remision.linea_ids.partida_id
    if not items:
        yield env._("Choose the items that are referred.")
    if paid := items.filtered(lambda p: not p.is_open or p.amount_residual <= 0):
        yield env._("Nothing is owed of %s any more: take it out.", _nombres(paid))
    for item in items.filtered("hold_reason"):
        reason = dict(item._fields["hold_reason"]._description_selection(env))[item.hold_reason]
        yield env._("%(item)s is on hold (%(why)s): it is referred once the hold ends.", item=item.name, why=reason)
    if disputed := items.filtered(lambda p: p.reclamacion_id and not p.hold_reason):
        yield env._("%s has a claim that was not answered: answer it first.", _nombres(disputed))
    for acuerdo, agreed in items.filtered("acuerdo_id").grouped("acuerdo_id").items():
        yield env._("%(item)s is under %(agreement)s, which is in force.", item=_nombres(agreed),
                    agreement=acuerdo.display_name)  # fmt: skip
    taken = items.filtered(lambda p: p.remision_id and p.remision_id.id != remision._origin.id)
    for other, lines in taken.grouped("remision_id").items():
        yield env._("%(item)s was referred already: %(other)s.", item=_nombres(lines), other=other.display_name)
    # A breach makes the rest due at once (D. 4473/2006).
    today, at_once = remision.company_id._cartera_hoy(), _rotos(remision).linea_ids.partida_id
    if undue := (items - at_once).filtered(lambda p: p.amount_residual > 0 and p.date_due >= today):
        yield env._("%s is not overdue: it cannot be claimed yet.", _nombres(undue))


def _de_quien_lo_recibe(remision):
    env, agency = remision.env, remision.destination == "agency"
    if agency and not remision.agent_id:
        yield env._("Choose the agency.")
    if not agency and not (remision.abogado_id or remision.agent_id):
        yield env._("Choose the lawyer, of the company or from outside.")
    if remision.abogado_id and remision.company_id not in remision.abogado_id.company_ids:
        yield env._("%(lawyer)s does not work in %(company)s: choose a lawyer of that company.",
                    lawyer=remision.abogado_id.name, company=remision.company_id.name)  # fmt: skip
    if not agency and not remision.etapa_id:
        yield env._("%s has no legal stage: give it one, or choose it here.", remision.politica_id.name)
    acuerdo = remision.acuerdo_id
    if acuerdo and (acuerdo.state != "breached" or acuerdo.date_cured):
        yield env._("%s is not broken any more: take it out.", acuerdo.display_name)


def _nombres(items):
    names = [name or "" for name in items.mapped("name")]
    more = [f"+{len(names) - NAMED}"] if len(names) > NAMED else []
    return format_list(items.env, names[:NAMED] + more)


# --- the checklist ----------------------------------------------------------------------------------------------------


def _titulo(remision):
    env, items = remision.env, remision.linea_ids.partida_id
    invoices = items.move_id.filtered(lambda m: m.move_type in INVOICES)
    others = len(items.filtered(lambda p: p.move_id not in invoices))
    detail = env._("%(invoices)s invoices, %(others)s other entries", invoices=len(invoices), others=others)
    return Requisito(env._("Title: invoice or act"), detail, bool(items))


def _aceptacion(remision):
    env = remision.env
    name = env._("Acceptance of the invoice, express or tacit")
    invoices = remision.linea_ids.partida_id.move_id.filtered(lambda m: m.move_type in INVOICES)
    accepted = invoices.filtered(lambda m: m.cartera_acceptance in ("express", "tacit"))
    detail = env._("%(done)s of %(all)s invoices", done=len(accepted), all=len(invoices))
    asked = remision.politica_id.referral_acceptance and remision.destination != "agency"
    return Requisito(name, detail, accepted == invoices, tuple(_sin_aceptar(invoices - accepted)) if asked else ())


def _sin_aceptar(invoices):
    env = invoices.env
    for move in invoices.filtered(lambda m: m.cartera_acceptance == "waiting"):
        yield env._("%(invoice)s may still be claimed until %(day)s: it is not accepted by silence yet (C.Co. 773).",
                    invoice=move.name, day=format_date(env, move.cartera_tacit_date))  # fmt: skip
    if unknown := invoices.filtered(lambda m: m.cartera_acceptance == "none"):
        yield env._("The acceptance of %s is missing: record when it was received, or accepted expressly.",
                    _nombres(unknown))  # fmt: skip


def _cartas(remision):
    env, since = remision.env, _desde(remision)
    domain = [("expediente_id", "=", remision.expediente_id.id), ("kind", "in", LETTERS), ("state", "=", "delivered")]
    count = env["cartera.comunicacion"].search_count([*domain, ("day_sent", ">", since)]) if since else 0
    detail = env._("%s letters received since the debt fell due", count)
    return Requisito(env._("Letters with their proof of delivery"), detail, bool(count), _pieza(remision, "letters"))


def _contactos(remision):
    env, since = remision.env, _desde(remision)
    alive = remision.expediente_id.gestion_ids.filtered(lambda g: not g.date_annulled and since and g.day > since)
    attempts = alive.filtered("round")
    detail = env._("%(count)s contacts, %(attempts)s attempts", count=len(alive), attempts=len(attempts))
    return Requisito(env._("Contact record (F-FIN-01)"), detail, bool(alive), _pieza(remision, "attempts"))


def _desde(remision):
    """When the oldest of its debts fell due (date), or False."""
    return min(remision.linea_ids.filtered("date_due").mapped("date_due"), default=False)


def _pieza(remision, piece):
    """Sentences, once each, of what the stage asks for. A breach, or a coordinator's word, takes its place."""
    if not remision.etapa_id or remision.evidence_note or _incumplido(remision):
        return ()
    found = piezas_faltantes(remision.linea_ids.partida_id._origin, remision.etapa_id)
    sentences = dict.fromkeys(pieces[piece] for pieces in found.values() if piece in pieces)
    return tuple(f"{sentence}." for sentence in sentences)


def _incumplido(remision):
    """Whether a broken agreement, not cured, covered all that is referred, and the policy takes it as evidence."""
    if not remision.politica_id.referral_breach:
        return False
    return not remision.linea_ids.partida_id - _rotos(remision).linea_ids.partida_id


def _rotos(remision):
    return remision.expediente_id.acuerdo_ids.filtered(lambda a: a.state == "breached" and not a.date_cured)


def _acuerdo(remision):
    env, broken = remision.env, _rotos(remision)
    detail = ", ".join(broken.mapped("display_name")) if broken else env._("None was broken")
    return Requisito(env._("Agreement and its breach"), detail, bool(broken))


def _papeles(remision):
    env, expediente = remision.env, remision.expediente_id
    lacking = expediente.documento_missing_text
    filed = len(expediente.documento_ids.filtered("active"))
    detail = env._("Missing: %s", lacking) if lacking else env._("%s filed", filed)
    asked = remision.politica_id.referral_papers and lacking
    missing = (env._("Papers of the dossier are missing: %s. File them.", lacking),) if asked else ()
    return Requisito(env._("The debtor's documents"), detail, not lacking, missing)


def _direccion(remision):
    env, partner, politica = remision.env, remision.partner_id, remision.politica_id
    confirmed, days = partner.cartera_address_date, politica.address_days
    oldest = remision.company_id._cartera_hoy() - timedelta(days=days)
    done = bool(partner.street and partner.city and confirmed and (not days or confirmed >= oldest))
    day = format_date(env, confirmed) if confirmed else env._("never")
    where = partner.contact_address_inline or env._("no address")
    detail = env._("%(address)s, confirmed: %(day)s", address=where, day=day)
    asked = politica.referral_address and not done
    missing = (env._("The address of %s was not confirmed: confirm it before the case is referred.", partner.name),)
    return Requisito(env._("Address"), detail, done, missing if asked else ())


def _bienes(remision):
    env = remision.env
    agreed = remision.expediente_id.acuerdo_ids.filtered(lambda a: a.guarantee_type != "none")
    known = [note for note in (*agreed.mapped("guarantee_note"), remision.assets_note) if note]
    return Requisito(env._("Assets and guarantees"), "; ".join(known) or env._("None is known"), bool(known))


def _prescripcion(remision):
    env, today = remision.env, remision.company_id._cartera_hoy()
    lines = remision.linea_ids.filtered("prescription_date")
    late = lines.filtered(lambda line: line.prescription_date < today)
    first = min(lines.mapped("prescription_date"), default=False)
    detail = env._("The first on %s", format_date(env, first)) if first else env._("Unknown")
    missing = () if remision.prescription_note else tuple(
        env._("%(item)s prescribed on %(day)s: take it out, or say why it is referred all the same.",
              item=line.name, day=format_date(env, line.prescription_date))
        for line in late
    )  # fmt: skip
    return Requisito(env._("Prescription"), detail, bool(lines) and not late, missing)


CHECKLIST = (
    _titulo, _aceptacion, _cartas, _contactos, _acuerdo, _papeles, _direccion, _bienes, _prescripcion,
)  # fmt: skip
