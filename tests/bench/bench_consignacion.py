"""Deposits of a large portfolio: a bank's file proposed to its debtors, from nothing and with nothing new."""

import random
import resource

from cartera_grande import analizar, clonar


def run(env, company, say, timed, lines):
    """`lines` deposits against the open items of the company: half with a sign in their text, half by their amount."""
    _variar(env, company)
    journal = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
    seconds, _nothing = timed(lambda: _sembrar(env, company, journal, lines))
    say(f"{lines} bank lines seeded, seconds", f"{seconds:.1f}")
    analizar(env)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, counts = timed(lambda: _proponer(env, company))
    assert counts["deposits"] == lines, counts
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    items = env["cartera.partida"].search_count([("company_id", "=", company.id), ("is_open", "=", True)])
    say(f"{lines} deposits proposed against {items} open items, seconds", f"{seconds:.1f}", "under 30")
    say("proposals made", str(counts["created"]))
    right, wrong, strangers = _aciertos(env, company)
    say("best proposal is of who paid / of another / of deposits of nobody", f"{right} / {wrong} / {strangers}")
    say("memory added to the process at its peak, MB", f"{max(grown, 0):.1f}")
    analizar(env)
    seconds, counts = timed(lambda: _proponer(env, company))
    say("unchanged second look, seconds", f"{seconds:.1f}")
    say("unchanged second look, proposals written", str(counts["created"] + counts["removed"]), "0")


def _proponer(env, company):
    counts = env["cartera.identificacion"]._proponer(company)
    env.cr.commit()
    return counts


def _aciertos(env, company):
    """Of the deposits with a proposal: how many name who paid, how many another, how many are of nobody."""
    env.cr.execute(
        """SELECT COUNT(*) FILTER (WHERE x.partner_id = b.deudor), COUNT(*) FILTER (WHERE x.partner_id != b.deudor),
                  COUNT(*) FILTER (WHERE b.deudor IS NULL)
             FROM account_bank_statement_line l
             JOIN cartera_identificacion i ON i.id = l.cartera_propuesta_id
             JOIN cartera_expediente x ON x.id = i.expediente_id
             JOIN banco_move v ON v.id = l.move_id JOIN banco b ON b.n = v.n
            WHERE l.company_id = %s""",
        [company.id],
    )
    return env.cr.fetchone()


def _variar(env, company):
    """Debtors with an identification and a name without figures, and debts that are not all of one amount."""
    cr = env.cr
    cr.execute(
        "UPDATE res_partner p SET vat = (900000000 + x.id)::text || '-1', "
        "name = 'Juana ' || TRANSLATE(x.id::text, '0123456789', 'ABCDEFGHIJ') || ' Gil' FROM cartera_expediente x "
        "WHERE x.partner_id = p.id AND x.company_id = %s",
        [company.id],
    )
    cr.execute(
        "UPDATE cartera_partida SET amount_residual = 20000 + mod(id::bigint * 7919, 900000), "
        "amount_residual_currency = 20000 + mod(id::bigint * 7919, 900000) WHERE company_id = %s AND is_open",
        [company.id],
    )
    cr.commit()
    env.invalidate_all()


def _sembrar(env, company, journal, lines):
    """One bank line, cloned with its entry; the texts and amounts are those of debts of the portfolio."""
    model = env["account.bank.statement.line"].create(
        {"journal_id": journal.id, "date": "2026-11-20", "payment_ref": "modelo", "amount": 1000.0}
    )
    env.flush_all()
    cr, move = env.cr, model.move_id
    cr.execute("CREATE TEMP TABLE banco (n int, texto text, valor numeric, deudor int)")
    cr.executemany("INSERT INTO banco VALUES (%s, %s, %s, %s)", _consignaciones(env, company, lines))
    clonar(cr, "account_move", move.id, "banco", {
        "name": "'BNK-B/' || n", "sequence_number": "1000 + n", "access_token": "NULL", "ref": "NULL",
        "payment_reference": "'banco ' || n", "statement_line_id": "NULL",
    })  # fmt: skip
    cr.execute("CREATE TEMP TABLE banco_move AS SELECT m.id, b.n, b.texto, b.valor FROM account_move m "
               "JOIN banco b ON m.payment_reference = 'banco ' || b.n")  # fmt: skip
    clonar(cr, "account_bank_statement_line", model.id, "banco_move m", {
        "move_id": "m.id", "payment_ref": "m.texto", "amount": "m.valor", "amount_residual": "-m.valor",
        "internal_index": "'20261120' || m.n",
    })  # fmt: skip
    for line in move.line_ids:
        sign = "" if line.balance > 0 else "-"
        clonar(cr, "account_move_line", line.id, "banco_move m", {
            "move_id": "m.id", "move_name": "'BNK-B/' || m.n", "name": "m.texto", "balance": f"{sign}m.valor",
            "amount_currency": f"{sign}m.valor", "debit": "m.valor" if not sign else "0",
            "credit": "m.valor" if sign else "0",
        })  # fmt: skip
    model.unlink()
    env.flush_all()
    cr.commit()
    env.invalidate_all()


def _consignaciones(env, company, lines):
    """[(n, text, amount, who paid)]: by invoice, by identification, by name, by the amount alone, and of nobody."""
    chance = random.Random(20261120)
    env.cr.execute(
        """SELECT p.name, p.amount_residual, rp.vat, rp.name, rp.id FROM cartera_partida p
             JOIN res_partner rp ON rp.id = p.partner_id
            WHERE p.company_id = %s AND p.is_open AND p.amount_residual > 0 ORDER BY md5(p.id::text) LIMIT %s""",
        [company.id, lines],
    )
    debts = env.cr.fetchall()
    texts = [
        "PAGO FACT {invoice} SUC 0123",
        "CONSIG NACIONAL NIT {vat}",
        "TRANSFERENCIA DE {name} 20261120",
        "CONSIGNACION EFECTIVO OF 455 CAJERO 11",
        "PAGO PSE {stranger} COMERCIO 88",
    ]
    for n in range(lines):
        invoice, amount, vat, name, partner = debts[n % len(debts)]
        stranger = n % len(texts) == len(texts) - 1
        text = texts[n % len(texts)].format(
            invoice=invoice, vat=vat, name=name, stranger=chance.randrange(10**9, 10**10)
        )
        yield n + 1, text, chance.randrange(1, 10**6) if stranger else amount, None if stranger else partner
