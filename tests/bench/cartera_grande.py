"""A large portfolio made in seconds: one posted invoice, cloned by SQL into many of many debtors.

Only the columns that tell the clones apart are replaced; every other column is the model's own.
"""

from datetime import timedelta

from odoo.fields import Command
from odoo.tools import SQL

SPREAD = 900  # due dates go from 60 days ahead of the day to 840 days before it


def empresa(env, name="Cartera grande"):
    """A Colombian company with its chart of accounts, allowed to the environment's user."""
    company = env["res.company"].create(
        {"name": name, "country_id": env.ref("base.co").id, "currency_id": env.ref("base.COP").id}
    )
    env.ref("base.COP").active = True
    env.user.company_ids |= company
    env["account.chart.template"].try_loading("co", company=company, install_demo=False)
    return company


def sembrar(env, company, day, invoices, debtors, tag="b"):
    """Post one invoice and clone it: `invoices` of `debtors`, one receivable line each. Returns nothing; commits."""
    env = env(context=dict(env.context, allowed_company_ids=company.ids, tracking_disable=True))
    partner, move = _modelo(env, company, tag)
    cr = env.cr
    cr.execute(f"CREATE TEMP SEQUENCE {tag}_n")
    clonar(
        cr,
        "res_partner",
        partner.id,
        f"generate_series(1, {debtors}) g",
        {
            "name": f"'Deudor {tag} ' || g",
            "complete_name": f"'Deudor {tag} ' || g",
            "email": f"'{tag}' || g || '@example.com'",
            "commercial_partner_id": "NULL",
        },
    )
    cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
    cr.execute(
        f"CREATE TEMP TABLE {tag}_debtor AS SELECT id, row_number() OVER (ORDER BY id) AS n FROM res_partner "
        f"WHERE name LIKE 'Deudor {tag} %'"
    )
    due = f"date '{day}' - (g % {SPREAD} - 60)"
    issued = f"date '{day}' - (g % {SPREAD} - 30)"
    clonar(
        cr,
        "account_move",
        move.id,
        f"generate_series(1, {invoices}) g JOIN {tag}_debtor d ON d.n = 1 + mod(g::bigint * 7919, {debtors})",
        {
            "name": f"'{tag}/' || g",
            "ref": f"'{tag} ' || g",
            "payment_reference": f"'{tag}/' || g",
            "sequence_prefix": f"'{tag}/'",
            "sequence_number": "g",
            "partner_id": "d.id",
            "commercial_partner_id": "d.id",
            "partner_shipping_id": "d.id",
            "date": issued,
            "invoice_date": issued,
            "invoice_date_due": due,
            "access_token": "NULL",
        },
    )
    cr.execute(
        f"CREATE TEMP TABLE {tag}_move AS SELECT id, partner_id, date, invoice_date_due, name FROM account_move "
        f"WHERE ref LIKE '{tag} %'"
    )
    for line in move.line_ids:
        receivable = line.account_id.account_type == "asset_receivable"
        clonar(
            cr,
            "account_move_line",
            line.id,
            f"{tag}_move m",
            {
                "move_id": "m.id",
                "move_name": "m.name",
                "name": "m.name",
                "partner_id": "m.partner_id",
                "date": "m.date",
                "invoice_date": "m.date",
                "date_maturity": "m.invoice_date_due" if receivable else "NULL",
            },
        )
    cr.commit()
    analizar(env)
    env.invalidate_all()


def analizar(env):
    """Fresh statistics, as autovacuum would have them by the night."""
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def _modelo(env, company, tag):
    partner = env["res.partner"].create({"name": f"Modelo {tag}", "email": "modelo@example.com"})
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "company_id": company.id,
            "invoice_date": "2024-01-01",
            "invoice_date_due": "2024-01-31",
            "invoice_line_ids": [
                Command.create({"name": "Servicio", "price_unit": 100000, "tax_ids": [Command.clear()]})
            ],
        }
    )
    move.action_post()
    env.flush_all()
    return partner, move


def clonar(cr, table, row_id, source, replaced):
    """INSERT the row `row_id` of `table` once for each row of `source`, with the columns in `replaced` replaced."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id' "
        "AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    values = ", ".join(replaced.get(name, f's."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} s, {source} WHERE s.id = {row_id}")


def olvidar(env):
    """Empty the add-on's tables: the portfolio as on the day of installation."""
    # Truncating cascades to whatever points here: the ledger, which does, is not to be emptied.
    env.cr.execute(
        SQL(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE contype = 'f' AND confrelid::regclass::text LIKE 'cartera%%'
                  AND conrelid::regclass::text NOT LIKE 'cartera%%'"""
        )
    )
    outside = [(SQL.identifier(table), SQL.identifier(name), SQL(text)) for table, name, text in env.cr.fetchall()]
    for table, name, _text in outside:
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", table, name))
    env.cr.execute(SQL("TRUNCATE cartera_etapa_cambio, cartera_partida, cartera_expediente CASCADE"))
    for table, name, text in outside:
        env.cr.execute(SQL("ALTER TABLE %s ADD CONSTRAINT %s %s", table, name, text))
    env.cr.commit()
    env.invalidate_all()


__all__ = ["analizar", "empresa", "olvidar", "sembrar", "timedelta"]
