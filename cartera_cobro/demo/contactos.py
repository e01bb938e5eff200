"""What the demo debtors authorised and what was said with them over the last two months, as plain data.

Every contact is at an instant that Ley 2300 allows on that day (`rules.contact` moves it), whatever today is.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import holidays

from ..models.cartera_resultado import RESULTADOS
from ..rules.contact import BOGOTA, LEY_2300, Contact
from . import datos

SEMILLA = 2300
VENTANA = 60  # days of history
CLAUSULA, FORMULARIO = "Contrato de condiciones uniformes, cláusula 14", "Formulario web de actualización de datos"
CANALES = ("call", "sms", "whatsapp", "email", "letter")
# What the debtors of each hundred gave, in turn: the tenth part lacks something.
CARENCIAS = {7: (), 19: ("email", "letter"), 31: (), 44: (), 55: ("letter",), 78: ("call", "sms", "whatsapp")}
SIN_CONFIRMAR, RETIRADO = 55, 42  # whose address nobody confirmed; who no longer wants calls


@dataclass(frozen=True)
class Autorizacion:
    deudor: object
    canal: str
    fuente: str
    desde: date
    hasta: date | None = None


@dataclass(frozen=True)
class Contacto:
    deudor: object
    instante: datetime  # aware
    canal: str
    resultado: str
    nota: str = ""
    entrante: bool = False
    promesa: date | None = None
    siguiente: date | None = None  # only the debtor's last contact leaves something to do
    motivo: str = ""  # why a coordinator recorded it although Ley 2300 did not allow it
    anulado: str = ""


@dataclass
class Contactos:
    autorizaciones: list
    confirmadas: dict  # debtor: day on which the address was confirmed
    exentos: list
    historia: list = field(default_factory=list)


def planear(portafolio):
    """`Contactos` of a portfolio; the same portfolio gives the same contacts."""
    azar, hoy = Random(SEMILLA), portafolio.hoy
    plan = Contactos(*_registro(azar, portafolio))
    dadas = defaultdict(list)
    for autorizacion in plan.autorizaciones:
        dadas[autorizacion.deudor].append(autorizacion)
    festivos = holidays.country_holidays("CO")
    for deudor, vence in _morosos(portafolio).items():
        if deudor not in plan.exentos:
            plan.historia += _Historia(azar, hoy, deudor, dadas[deudor], festivos).contactos(vence)
    _anular(azar, plan)
    _excepcion(plan, hoy)
    plan.historia.sort(key=lambda c: (c.instante, c.deudor.identificacion))
    return plan


def _morosos(portafolio):
    """{debtor: oldest due date of what is overdue}, in the portfolio's order."""
    owed = {}
    for factura in portafolio.facturas:
        if factura.vence < portafolio.hoy and portafolio.saldo(factura) > 0:
            owed.setdefault(factura.deudor, []).append(factura.vence)
    return {deudor: min(owed[deudor]) for deudor in portafolio.deudores if deudor in owed}


def _registro(azar, portafolio):
    """(authorisations, {debtor: address confirmed on}, exempt debtors)."""
    autorizaciones, confirmadas = [], {}
    orden = [*_morosos(portafolio)]
    orden += [deudor for deudor in portafolio.deudores if deudor not in set(orden)]
    for n, deudor in enumerate(orden):
        desde = max(deudor.cuentas[0].inicio, portafolio.hoy - timedelta(days=900))
        fuente = azar.choice((CLAUSULA, CLAUSULA, FORMULARIO))
        for canal in CARENCIAS.get(n % 100, CANALES + (("ivr",) if fuente == CLAUSULA else ())):
            fin = portafolio.hoy - timedelta(days=20) if n == RETIRADO and canal == "call" else None
            autorizaciones.append(Autorizacion(deudor, canal, fuente, desde, fin))
        if n == SIN_CONFIRMAR:
            continue
        if azar.random() < 0.85:
            confirmadas[deudor] = portafolio.hoy - timedelta(days=azar.randint(20, 340))
        elif azar.random() < 0.5:
            confirmadas[deudor] = portafolio.hoy - timedelta(days=azar.randint(380, 700))
    grandes = [deudor for deudor in orden if deudor.moneda == "USD"]
    return autorizaciones, confirmadas, grandes[:2]


class _Historia:
    """The contacts with one debtor, in the order in which they were made."""

    def __init__(self, azar, hoy, deudor, dadas, festivos):
        self.azar, self.hoy, self.deudor, self.dadas, self.festivos = azar, hoy, deudor, dadas, festivos
        self.hechos = []

    def contactos(self, vence):
        dias = min(VENTANA, (self.hoy - vence).days - 1)
        guion = self.azar.choice(datos.GUIONES[self.deudor.comportamiento])[: max(dias // 3, 0)]
        fechas = sorted(self.azar.sample(range(1, dias + 1), len(guion)), reverse=True) if guion else ()
        pasos = [self._paso(hace, paso) for hace, paso in zip(fechas, guion, strict=True)]
        hechos = [paso for paso in pasos if paso]
        return [*hechos[:-1], self._con_siguiente(hechos[-1])] if hechos else []

    def _paso(self, hace, paso):
        """The contact of a step of the script, moved to an allowed instant; None where there was none before today."""
        canal, resultado, entrante = paso
        hora = time(self.azar.randint(8, 13), self.azar.randint(0, 59))
        instante = datetime.combine(self.hoy - timedelta(days=hace), hora, BOGOTA)
        if canal in ("call", "sms", "whatsapp") and not self.deudor.telefono:
            return None
        instante = instante if entrante else self._permitido(instante, canal)
        if not instante or instante.date() >= self.hoy:
            return None
        self.hechos.append(Contact(instante, canal, "in" if entrante else "out", RESULTADOS[resultado].direct))
        promesa = instante.date() + timedelta(days=self.azar.randint(3, 15)) if resultado == "promise" else None
        nota = self.azar.choice(datos.NOTAS.get(resultado, ("",)))
        return Contacto(self.deudor, instante, canal, resultado, nota, entrante, promesa)

    def _permitido(self, instante, canal):
        verdict = self._veredicto(instante, canal)
        if verdict.allowed:
            return instante
        if not verdict.next_allowed:
            return None
        later = verdict.next_allowed.astimezone(BOGOTA) + timedelta(minutes=self.azar.randint(5, 170))
        return later if self._veredicto(later, canal).allowed else None

    def _veredicto(self, instante, canal):
        dia = instante.date()
        consents = {a.canal for a in self.dadas if a.desde <= dia and not (a.hasta and a.hasta <= dia)}
        return LEY_2300.check(instante, canal, consents=consents, history=self.hechos, holidays=self.festivos)

    def _con_siguiente(self, contacto):
        """The last contact with the day of what follows: some wait since days ago, most are for this week."""
        outcome = RESULTADOS[contacto.resultado]
        if outcome.step == "none":
            return contacto
        dia = contacto.promesa or contacto.instante.date() + timedelta(days=outcome.days)
        if dia < self.hoy:
            dia = self.hoy + timedelta(days=self.azar.choice((-3, -1, 0, 0, 0, 1, 1, 2, 4)))
        opening = datetime.combine(dia, time(8), BOGOTA)
        later = self._veredicto(opening, "call").next_allowed if dia >= self.hoy else None
        return _con(contacto, siguiente=later.astimezone(BOGOTA).date() if later else dia)


def _con(contacto, **cambios):
    return Contacto(**{**contacto.__dict__, **cambios})


def _anular(azar, plan):
    """Three that were recorded wrong."""
    motivos = ("Era de otro suscriptor.", "Se registró dos veces.", "El resultado era otro: se registra de nuevo.")
    elegibles = [n for n, c in enumerate(plan.historia) if not RESULTADOS[c.resultado].direct and not c.siguiente]
    for n, motivo in zip(azar.sample(elegibles, len(motivos)), motivos, strict=True):
        plan.historia[n] = _con(plan.historia[n], anulado=motivo)


def _excepcion(plan, hoy):
    """A call on a Sunday, after which the debtor was not spoken to for a week: a coordinator answers for it."""
    domingo = hoy - timedelta(days=(hoy.weekday() + 1) % 7 or 7)
    contactados = {c.deudor: c for c in plan.historia}
    deudor = next(
        deudor
        for deudor, ultimo in contactados.items()
        if ultimo.instante.date() < domingo and ultimo.deudor.comportamiento == "parcial"
    )
    plan.historia.append(
        Contacto(
            deudor,
            datetime.combine(domingo, time(10, 20), BOGOTA),
            "call",
            "no_answer",
            "Se devolvió la llamada perdida del sábado en la noche.",
            motivo="Dejó mensaje el sábado pidiendo que lo llamáramos el domingo; no quedó por escrito.",
        )
    )


def ingenuo(instante):
    """An aware datetime as Odoo stores it."""
    return instante.astimezone(UTC).replace(tzinfo=None)
