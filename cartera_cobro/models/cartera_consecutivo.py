"""Consecutive numbers of a company and year, without gaps, taken many at once."""

from odoo.tools import SQL


def tomar(env, company, code, name, count, day):
    """The next `count` numbers ([str], e.g. "2026-00017") of the sequence `code` of `company`, in the year of `day`.

    The sequence is Odoo's (no gap, one range a year, made at the first use): administrators may change its prefix and
    padding. Its row is locked until the transaction ends, so that numbers that are rolled back are taken again.
    """
    sequence = _secuencia(env, company, code, name)
    year = env["ir.sequence.date_range"].search(
        [("sequence_id", "=", sequence.id), ("date_from", "<=", day), ("date_to", ">=", day)], limit=1
    ) or sequence._create_date_range_seq(day)
    year.flush_recordset()
    table = SQL.identifier(year._table)
    [(first,)] = env.execute_query(SQL("SELECT number_next FROM %s WHERE id = %s FOR UPDATE", table, year.id))
    step = sequence.number_increment
    env.cr.execute(SQL("UPDATE %s SET number_next = %s WHERE id = %s", table, first + count * step, year.id))
    year.invalidate_recordset(["number_next", "number_next_actual"], flush=False)
    prefix, suffix = sequence._get_prefix_suffix(day, year.date_from)
    return [f"{prefix}{first + n * step:0{sequence.padding}d}{suffix}" for n in range(count)]


def _secuencia(env, company, code, name):
    Sequence = env["ir.sequence"].sudo()
    return Sequence.search([("code", "=", code), ("company_id", "=", company.id)], limit=1) or Sequence.create(
        {
            "name": f"{name} ({company.name})",
            "code": code,
            "company_id": company.id,
            "implementation": "no_gap",
            "use_date_range": True,
            "prefix": "%(range_year)s-",
            "padding": 5,
        }
    )
