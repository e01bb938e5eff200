"""Opens the books of the demo company: what a few debtors owed from before its history, in one entry."""

from odoo import Command


def abrir_saldos(carga):
    """Post the opening balances of a `demo.carga.Carga` whose debtors and accounts are made."""
    portafolio, chart = carga.portafolio, carga.env["account.chart.template"].with_company(carga.company)
    total = sum(saldo.valor for saldo in portafolio.saldos)
    lines = [_linea(carga, n, saldo) for n, saldo in enumerate(portafolio.saldos, 1)]
    lines.append({"name": "Apertura", "account_id": chart.ref("co_puc_370500").id, "credit": total})
    dia = min(portafolio.facturas[0].fecha, next(portafolio.meses())[0])
    apertura = carga.env["account.move"].create(
        {
            "move_type": "entry",
            "company_id": carga.company.id,
            "date": dia,
            "ref": "Saldos iniciales de cartera",
            "line_ids": [Command.create(line) for line in lines],
        }
    )
    apertura._post(soft=False)


def _linea(carga, n, saldo):
    return {
        "name": f"Saldo anterior {saldo.vence.year}-{n:03d}",
        "partner_id": carga.partners[saldo.deudor].id,
        "account_id": carga.por_cobrar.id,
        "debit": saldo.valor,
        "date_maturity": saldo.vence,
    }
