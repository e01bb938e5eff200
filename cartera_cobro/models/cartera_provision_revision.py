"""What keeps impairment from being posted, reversed or reclassified: sentences that say what is missing."""

from odoo.tools import format_date

from .cartera_provision_calculo import CalculoProvision
from .cartera_provision_libro import LibroDeterioro


def problemas(provision):
    """Yield a sentence (str) for each thing that keeps an approved run from being posted."""
    env, company = provision.env, provision.company_id
    if not provision._firmado():
        yield env._("%s is not signed as it reads now: reopen it and have it approved again.", provision.display_name)
    yield from provision.corte_id._por_que_no_asienta()
    yield from company._cartera_falta_para_provisionar()
    later = _asentada(provision, [("date", ">", provision.date)])
    if later:
        yield env._("%(later)s, of %(day)s, was posted already: reverse it first, so that runs follow one another.",
                    later=later.display_name, day=format_date(env, later.date))  # fmt: skip
    elif CalculoProvision(provision)._anterior() != provision.anterior_id:
        yield env._("Another run was posted or reversed since %s was computed: reopen it, compute it again and have it "
                    "approved.", provision.display_name)  # fmt: skip
    yield from _de_lo_reversado(provision)
    yield from problemas_del_dia(company, provision.date)


def problemas_del_dia(company, day):
    """Yield why nothing is posted on `day` in the journal of impairment: it is in a locked period."""
    env, journal = company.env, company.sudo().cartera_provision_journal_id
    locks = company._cartera_cierres(day, journal)
    if locks:
        yield env._("%(day)s is in a locked period, by %(locks)s: the first open day is %(open)s.",
                    day=format_date(env, day), locks=company._format_lock_dates(locks),
                    open=format_date(env, company._cartera_dia_abierto(day, journal)))  # fmt: skip


def problemas_de_la_reversa(provision, day):
    """Yield a sentence for each thing that keeps a posted run from being reversed on `day`."""
    env, company = provision.env, provision.company_id
    last = _asentada(provision, [])
    if last != provision:
        yield env._("%s was posted after it: reverse that one first.", last.display_name)
    if day > company._cartera_hoy():
        yield env._("%s is still to come: choose today or an earlier day.", format_date(env, day))
    if day < provision.date:
        yield env._("%(day)s is before %(what)s, of %(since)s.", day=format_date(env, day), what=env._("its entries"),
                    since=format_date(env, provision.date))  # fmt: skip
    if provision._de_otro_ano(day):
        yield from company._cartera_falta_para_provisionar()
    yield from problemas_del_dia(company, day)
    yield from _de_lo_usado(provision)


def _de_lo_reversado(provision):
    """Why the ledger of its date is none to start from: it holds a run that a later entry takes back."""
    env, company = provision.env, provision.company_id
    gone = [("company_id", "=", company.id), ("state", "=", "reversed"), ("reversal_move_id", "!=", False)]
    gone += [("date", "<=", provision.date), ("date_end", ">", provision.date)]
    for other in provision.search(gone, order="date_end desc", limit=1):
        yield env._("%(other)s was taken back on %(day)s only: until then the ledger holds it, and this run would come "
                    "out short. Post the run of a closing of that day or later.",
                    other=other.display_name, day=format_date(env, other.date_end))  # fmt: skip


def _de_lo_usado(provision):
    """Why what the run provided cannot be given back: write-offs took it."""
    company = provision.company_id
    account = company.cartera_allowance_account_id
    provided = -sum(provision.move_id.line_ids.filtered(lambda line: line.account_id == account).mapped("balance"))
    missing = provided - float(LibroDeterioro(company, company._cartera_hoy()).total())
    if company.currency_id.compare_amounts(min(missing, provided), 0) > 0:
        yield provision.env._("Write-offs took %s of what it provided: reverse them first, or post the next run.",
                              provision._dinero(missing))  # fmt: skip


def _asentada(provision, domain):
    """The company's last posted run, among those of `domain`."""
    mine = [("company_id", "=", provision.company_id.id), ("state", "=", "posted")]
    return provision.search([*mine, *domain], order="date desc, posted_order desc", limit=1)
