"""The demo's payment agreements as plain data: with whom, since when, and how far each has come."""

from dataclasses import dataclass
from datetime import timedelta

MAXIMO = 30_000_000  # larger dossiers wait for the treasurer to hand them out


@dataclass(frozen=True)
class Trato:
    """An agreement that began `hace` days ago and has come as far as `hasta`.

    hasta: draft, proposed, approval (the treasurer is to sign), signed (the debtor is to sign), active, fulfilled,
    breached, consolidated, cancelled; inicial: percent of the capital paid at once; pagadas: how many of its
    instalments were paid after that, on their days; fin: days ago on which it ended.
    """

    hasta: str
    hace: int
    cuotas: int
    primera: int = 15  # days from its beginning to the first instalment
    inicial: int = 15
    pagadas: int = 0
    fin: int = 0
    motivo: str = ""


TRATOS = (
    Trato("breached", 150, 8, pagadas=1, fin=25, motivo="Incumplió tres cuotas y no atendió los recordatorios"),
    Trato("fulfilled", 125, 3, pagadas=3, fin=49),
    Trato("consolidated", 100, 6, pagadas=2, fin=30, motivo="El deudor pide terminarlo para pagar con un crédito"),
    Trato("active", 80, 12, inicial=25, pagadas=3),
    Trato("active", 70, 10, pagadas=1),  # the second instalment was missed
    Trato("active", 66, 6, pagadas=2),
    Trato("cancelled", 28, 12, fin=12, motivo="El deudor no aceptó la propuesta"),
    Trato("active", 12, 12, inicial=30),
    Trato("signed", 9, 6),
    Trato("approval", 6, 12, inicial=25),
    Trato("active", 5, 1, inicial=0),  # a commitment: paid at once, in ten days
    Trato("proposed", 4, 9),
    Trato("draft", 0, 6, inicial=25),
)


def planear(portafolio):
    """[(Trato, Deudor, [Factura])] of a portfolio: the invoices overdue when it began; the same gives the same."""
    usados, plan = set(portafolio.situaciones), []
    for trato in sorted(TRATOS, key=lambda t: -t.hace):
        deudas = _deudas(portafolio, portafolio.hoy - timedelta(days=trato.hace), usados)
        deudor = max(deudas, key=lambda d: (sum(map(portafolio.saldo, deudas[d])), d.identificacion))
        usados.add(deudor)
        plan.append((trato, deudor, deudas[deudor]))
    return plan


def _deudas(portafolio, dia, usados):
    """{debtor: [invoice overdue on `dia`]} of those in pesos whom nobody has agreed with, nor treats otherwise."""
    deudas = {}
    for factura in portafolio.facturas:
        libre = factura.deudor not in usados and factura.deudor.moneda == "COP"
        if libre and factura.vence < dia and portafolio.saldo(factura) > 0:
            deudas.setdefault(factura.deudor, []).append(factura)
    return {d: facturas for d, facturas in deudas.items() if sum(map(portafolio.saldo, facturas)) < MAXIMO}
