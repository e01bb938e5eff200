"""Accounts and receipts for a large portfolio made by `cartera_grande.sembrar`: one account a debtor, one part payment
an invoice, matched, by SQL."""

from cartera_grande import analizar, clonar
from odoo.fields import Command

PAID = 40_000  # of invoices of 100,000


def contratar(env, company, tag):
    """A contract account for every debtor, with its use, stratum, zone, cycle and municipality, and its invoices."""
    cr = env.cr
    zones = env["cartera.zona"].create([{"name": f"Zona {n}", "company_id": company.id} for n in range(1, 6)])
    model = env["cartera.cuenta"].create(
        {"name": f"modelo {tag}", "company_id": company.id, "partner_id": company.partner_id.id, "kind": "account"}
    )
    env.flush_all()
    clonar(
        cr,
        "cartera_cuenta",
        model.id,
        f"{tag}_debtor d",
        {
            "name": f"'{tag}' || d.n",
            "partner_id": "d.id",
            # Homes have strata, the rest have none: as in a city, the two go together.
            "use": "CASE WHEN d.n % 10 < 8 THEN 'residential' WHEN d.n % 10 = 8 THEN 'commercial' ELSE 'official' END",
            "estrato": "CASE WHEN d.n % 10 < 8 THEN (1 + d.n % 6)::text END",
            "zona_id": f"(ARRAY{zones.ids})[1 + d.n % 5]",
            "cycle": "'Ciclo ' || d.n % 30",
            "municipality": "(ARRAY['Bogotá', 'Soacha', 'Gachancipá', 'Tocancipá', 'La Calera'])[1 + d.n % 5]",
        },
    )
    cr.execute(
        f"UPDATE account_move m SET cartera_cuenta_id = c.id FROM cartera_cuenta c, {tag}_move t "
        "WHERE t.id = m.id AND c.partner_id = m.partner_id AND c.company_id = m.company_id"
    )
    cr.commit()
    env.invalidate_all()


def asignar(env, company, tag):
    """Ten officers, a tenth of the dossiers each."""
    officers = env["res.users"].create([{"name": f"Gestor {n}", "login": f"g{tag}{n}"} for n in range(1, 11)])
    env.flush_all()
    env.cr.execute(
        "UPDATE cartera_expediente SET user_id = (%s::int[])[1 + id %% 10] WHERE company_id = %s",
        [officers.ids, company.id],
    )
    env.cr.commit()
    env.invalidate_all()


def abonar(env, company, tag, every=1):
    """A receipt of PAID for every invoice (for one of `every`), matched with it: 20 days after it was due, at the
    latest today, and never before the invoice."""
    cr = env.cr
    journal = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
    receivable = env["account.account"].browse(company._cartera_cuentas_ids()[:1])
    cr.execute(
        f"SELECT l.account_id FROM account_move_line l JOIN {tag}_move m ON m.id = l.move_id "
        "WHERE l.display_type = 'payment_term' LIMIT 1"
    )
    receivable = receivable.browse(cr.fetchone()[0])
    move = (
        env["account.move"]
        .with_context(allowed_company_ids=company.ids)
        .create(
            {
                "journal_id": journal.id,
                "date": "2024-01-31",
                "line_ids": [
                    Command.create({"account_id": receivable.id, "credit": PAID, "partner_id": company.partner_id.id}),
                    Command.create({"account_id": journal.default_account_id.id, "debit": PAID}),
                ],
            }
        )
    )
    move.action_post()
    env.flush_all()
    paid_on = "GREATEST(m.date, LEAST(m.invoice_date_due + 20, CURRENT_DATE))"
    source = f"(SELECT * FROM {tag}_move WHERE id % {every} = 0) m"
    clonar(
        cr,
        "account_move",
        move.id,
        source,
        {
            "name": "'R' || m.name",
            "ref": f"'recibo {tag} ' || m.id",
            "sequence_prefix": f"'R{tag}/'",
            "sequence_number": "m.id",
            "date": paid_on,
            "partner_id": "m.partner_id",
            "commercial_partner_id": "m.partner_id",
            "access_token": "NULL",
        },
    )
    cr.execute(
        f"CREATE TEMP TABLE {tag}_recibo AS "
        "SELECT id, date, partner_id, name, SPLIT_PART(ref, ' ', 3)::int AS invoice_id "
        f"FROM account_move WHERE ref LIKE 'recibo {tag} %'"
    )
    for line in move.line_ids:
        matched = line.account_id == receivable
        clonar(
            cr,
            "account_move_line",
            line.id,
            f"{tag}_recibo r",
            {
                "move_id": "r.id",
                "move_name": "r.name",
                "partner_id": "r.partner_id",
                "date": "r.date",
                "date_maturity": "r.date",
                "amount_residual": "0" if matched else "s.amount_residual",
                "amount_residual_currency": "0" if matched else "s.amount_residual_currency",
                "reconciled": "TRUE" if matched else "s.reconciled",
            },
        )
    cr.execute(
        f"""INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, debit_currency_id, credit_currency_id,
                   amount, debit_amount_currency, credit_amount_currency, company_id, max_date, create_date,
                   write_date)
            SELECT d.id, c.id, d.currency_id, c.currency_id, {PAID}, {PAID}, {PAID}, d.company_id, r.date, r.date,
                   r.date
              FROM {tag}_recibo r
              JOIN account_move_line d ON d.move_id = r.invoice_id AND d.account_id = {receivable.id}
              JOIN account_move_line c ON c.move_id = r.id AND c.account_id = {receivable.id}"""
    )
    made = cr.rowcount
    cr.execute(
        f"""UPDATE account_move_line l SET amount_residual = amount_residual - {PAID},
                   amount_residual_currency = amount_residual_currency - {PAID}
              FROM {tag}_recibo r WHERE l.move_id = r.invoice_id AND l.account_id = {receivable.id}"""
    )
    cr.commit()
    analizar(env)
    env.invalidate_all()
    return made
