"""The demo portfolio as plain data, relative to a day: the same day gives the same portfolio, whoever asks.

`generar(hoy)` reads no clock and no database. Every date is `hoy` less a number of days that depends on the seed only,
so ages (and with them bands and stages) are the same on any day. Amounts are whole pesos, or dollars with cents.
"""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from stdnum.co import nit

from . import datos

SEMILLA = 1066
PERSONAS, EMPRESAS = 75, 45
CORTES = 24  # months of history
DIAS_DEL_MES = 30.4375
BIMESTRE, MES = 61, 30


@dataclass(frozen=True)
class Cuenta:
    numero: str
    clase: str  # account | contract | lease
    uso: str
    estrato: int | None
    zona: str
    ciclo: str
    municipio: str
    direccion: str
    inicio: date
    fin: date | None


@dataclass(frozen=True)
class Vinculado:
    nombre: str
    identificacion: str
    rol: str
    medios: tuple  # (kind, value, times it worked, times it failed)


@dataclass(frozen=True)
class Deudor:
    nombre: str
    empresa: bool
    identificacion: str
    telefono: str
    correo: str
    direccion: str
    municipio: str
    moneda: str
    comportamiento: str  # a key of datos.COMPORTAMIENTOS
    cuentas: tuple
    vinculados: tuple


@dataclass(frozen=True)
class Factura:
    numero: int
    deudor: Deudor
    cuenta: Cuenta
    fecha: date
    vence: date
    lineas: tuple  # (service, amount)

    @property
    def total(self):
        return round(sum(valor for _servicio, valor in self.lineas), 2)


@dataclass(frozen=True)
class Abono:
    """Money or a credit note: on an invoice, or in the debtor's favour where `factura` is not `aplicado`."""

    factura: Factura
    fecha: date
    valor: float
    nota: bool = False
    aplicado: bool = True


@dataclass(frozen=True)
class Saldo:
    """What a debtor owed already when the company's books were opened, in pesos."""

    deudor: Deudor
    vence: date
    valor: float


@dataclass
class Portafolio:
    hoy: date
    deudores: list
    facturas: list = field(default_factory=list)
    abonos: list = field(default_factory=list)
    saldos: list = field(default_factory=list)  # older than the history
    tasas: list = field(default_factory=list)  # (day, pesos a dollar)
    situaciones: dict = field(default_factory=dict)  # Deudor: legal | committee | insolvency | pause | no_followup

    def saldo(self, factura):
        """What the invoice still owes."""
        pagado = sum(a.valor for a in self.abonos if a.factura is factura and a.aplicado)
        return round(factura.total - pagado, 2)

    def meses(self):
        """(month end, its invoices, its credits) for each month, oldest first; the last ends today."""
        desde = date.min
        for n in reversed(range(CORTES + 1)):
            hasta = self.hoy - timedelta(days=round(n * DIAS_DEL_MES))
            yield hasta, *([x for x in xs if desde < x.fecha <= hasta] for xs in (self.facturas, self.abonos))
            desde = hasta


def generar(hoy):
    """The portfolio as of `hoy` (date): 120 debtors, about 800 invoices over 24 months, and what was paid of them."""
    azar = Random(SEMILLA)
    portafolio = Portafolio(hoy, _Registro(azar, hoy).deudores())
    portafolio.tasas = _tasas(azar, hoy)
    for deudor in portafolio.deudores:
        for cuenta in deudor.cuentas:
            _facturar(portafolio, azar, deudor, cuenta)
    _acreditar(portafolio, azar)
    for lista in (portafolio.facturas, portafolio.abonos):
        lista.sort(key=lambda x: x.fecha)
    portafolio.situaciones = _situaciones(portafolio)
    portafolio.saldos = _saldos(portafolio)
    return portafolio


class _Registro:
    """Who the debtors are."""

    def __init__(self, azar, hoy):
        self.azar = azar
        self.hoy = hoy
        self.usados = set()

    def deudores(self):
        reparto = [c for c, cuantos in datos.COMPORTAMIENTOS.items() for _n in range(cuantos)]
        self.azar.shuffle(reparto)
        return [
            self._persona(n, comportamiento) if n < PERSONAS else self._empresa(n - PERSONAS, comportamiento)
            for n, comportamiento in enumerate(reparto)
        ]

    def _persona(self, n, comportamiento):
        azar = self.azar
        nombre = self._nombre()
        comercio = n % 9 == 4
        estrato = azar.choices(range(1, 7), (18, 28, 28, 14, 8, 4))[0]
        uso, estrato = ("commercial", None) if comercio else ("residential", estrato)
        cuenta = self._cuenta("account", uso, estrato, comportamiento)
        return self._deudor(nombre, False, _cedula(azar), "COP", comportamiento, (cuenta,))

    def _empresa(self, orden, comportamiento):
        giro, forma, uso = datos.GIROS[orden % len(datos.GIROS)]
        nombre = " ".join(filter(None, (giro, self._unico(lambda: self.azar.choice(datos.LUGARES)), forma)))
        moneda = "USD" if uso == "industrial" and orden % 2 else "COP"
        clase, estrato = "contract" if moneda == "USD" else "account", 3 if uso == "residential" else None
        cuentas = [self._cuenta(clase, uso, estrato, comportamiento)]
        if orden % 5 == 0 and moneda == "COP":
            cuentas.append(self._cuenta("lease", "commercial", None, comportamiento))
        base = f"999{orden * 7 + 1:03d}{self.azar.randrange(1000):03d}"
        numero = f"{base}-{nit.calc_check_digit(base)}"
        return self._deudor(nombre, True, numero, moneda, comportamiento, tuple(cuentas))

    def _deudor(self, nombre, empresa, identificacion, moneda, comportamiento, cuentas):
        # Three of a hundred persons left no phone: somebody has to look for one.
        telefono = "" if not empresa and self.azar.random() < 0.03 else _telefono(self.azar, fijo=empresa)
        correo = f"{_simple(nombre)}@example.com"
        vinculados = self._vinculados(nombre, empresa) if self.azar.random() < 0.3 else ()
        return Deudor(nombre, empresa, identificacion, telefono, correo, cuentas[0].direccion, cuentas[0].municipio,
                      moneda, comportamiento, cuentas, vinculados)

    def _cuenta(self, clase, uso, estrato, comportamiento):
        azar, perdido = self.azar, comportamiento == "perdido"
        zona = azar.choices(list(datos.ZONAS), datos.ZONAS.values())[0]
        serie = {"account": "1", "contract": "7", "lease": "9"}[clase]
        numero = self._unico(lambda: f"{serie}{azar.randrange(10**7):07d}")
        antigua = clase != "lease" and azar.random() < (0.55 if perdido else 0.19)
        inicio = azar.randint(780, 5000) if antigua else azar.randint(160, 340)
        fin = azar.randint(20, 150) if azar.random() < (0.4 if perdido else 0.03) else None
        return Cuenta(numero, clase, uso, estrato, zona, f"{azar.randint(1, 12):02d}", azar.choice(datos.MUNICIPIOS),
                      _direccion(azar), self._hace(inicio), fin and self._hace(fin))

    def _hace(self, dias):
        return self.hoy - timedelta(days=dias)

    def _vinculados(self, nombre, empresa):
        """Who answers with the debtor: a company's attorney and guarantor, a person's codebtor or reference."""
        roles = ("attorney", "guarantor") if empresa else (self.azar.choice(("codebtor", "codebtor", "reference")),)
        return tuple(self._vinculado(rol) for rol in roles)

    def _vinculado(self, rol):
        azar, nombre = self.azar, self._nombre()
        medios = [("phone", _telefono(azar), azar.randrange(5), azar.randrange(4)) for _n in range(azar.randint(1, 2))]
        medios.append(("email", f"{_simple(nombre)}@example.com", azar.randrange(3), azar.randrange(2)))
        if rol != "reference":
            medios.append(("address", _direccion(azar), azar.randrange(2), azar.randrange(2)))
        return Vinculado(nombre, _cedula(azar), rol, tuple(medios))

    def _nombre(self):
        def uno():
            primeros, segundos = self.azar.choice(datos.NOMBRES)
            apellidos = self.azar.sample(datos.APELLIDOS, 2)
            return " ".join((self.azar.choice(primeros), self.azar.choice(segundos), *apellidos))
        return self._unico(uno)

    def _unico(self, hacer):
        """A word not used before; where words run out, with a number."""
        for n in range(200):
            palabra = hacer() if n < 100 else f"{hacer()} {n - 98}"
            if palabra not in self.usados:
                self.usados.add(palabra)
                return palabra
        raise ValueError("The lists of words are too short for this many debtors.")


def _cedula(azar):
    return f"19{azar.randrange(10**8):08d}"  # a range that was never issued


def _telefono(azar, fijo=False):
    return f"+57 608 555 {azar.randrange(10**4):04d}" if fijo else f"+57 300 555 {azar.randrange(10**4):04d}"


def _direccion(azar):
    via = azar.choice(datos.VIAS)
    return f"{via} {azar.randint(1, 48)} # {azar.randint(2, 60)}-{azar.randint(3, 98):02d}"


def _simple(nombre):
    """The name as the local part of an e-mail address."""
    plano = nombre.lower().translate(str.maketrans("áéíóúñ", "aeioun"))
    return ".".join("".join(c for c in palabra if c.isalnum()) for palabra in plano.split())


def _tasas(azar, hoy):
    """A plausible path of pesos a dollar, one value a month, from a month before the history."""
    valor, tasas = 4180.0, []
    for n in reversed(range(CORTES + 2)):
        tasas.append((hoy - timedelta(days=round(n * DIAS_DEL_MES)), round(valor, 2)))
        valor = min(max(valor * azar.uniform(0.975, 1.024), 3750), 4550)
    return tasas


def _facturar(portafolio, azar, deudor, cuenta):
    """The account's bills of the last 24 months, oldest first, and what was paid of each."""
    base = _valor_base(azar, deudor, cuenta)
    for orden, fecha in enumerate(_fechas(portafolio.hoy, cuenta)):
        plazo = 30 if deudor.empresa else 15
        lineas = _lineas(azar, cuenta, base * azar.uniform(0.82, 1.22), deudor.moneda)
        factura = Factura(len(portafolio.facturas) + 1, deudor, cuenta, fecha, fecha + timedelta(days=plazo), lineas)
        portafolio.facturas.append(factura)
        portafolio.abonos += _pagos(azar, factura, orden, portafolio.hoy)


def _fechas(hoy, cuenta):
    """Billing days: leases each month, the others every two, from the account's start to its end."""
    paso = MES if cuenta.clase == "lease" else BIMESTRE
    ultima = hoy - timedelta(days=round(int(cuenta.ciclo) * paso / 12) - 2)
    desde = max(cuenta.inicio, hoy - timedelta(days=round(CORTES * DIAS_DEL_MES)))
    fechas = [ultima - timedelta(days=n * paso) for n in range(CORTES * 31 // paso)]
    return [fecha for fecha in reversed(fechas) if desde < fecha <= (cuenta.fin or hoy)]


def _valor_base(azar, deudor, cuenta):
    if deudor.moneda == "USD":
        return azar.uniform(600, 7500)
    if cuenta.clase == "lease":
        return azar.uniform(900_000, 4_500_000)
    if not deudor.empresa:
        return datos.TARIFA_ESTRATO[cuenta.estrato] if cuenta.estrato else azar.uniform(180_000, 390_000)
    return math.exp(azar.uniform(math.log(500_000), math.log(32_000_000)))


def _lineas(azar, cuenta, valor, moneda):
    """(service, amount) by the services of the account; pesos by tens, as bills come."""
    return tuple((servicio, _redondear(valor * parte, moneda)) for servicio, parte in datos.SERVICIOS[cuenta.clase])


def _redondear(valor, moneda):
    return round(valor, 2) if moneda == "USD" else round(valor / 10) * 10


def _pagos(azar, factura, orden, hoy):
    """What the debtor paid of the bill up to `hoy`; `orden` is 0 for the account's first bill."""
    partes = {"puntual": _puntual, "tardio": _tardio, "parcial": _parcial, "perdido": _perdido}[
        factura.deudor.comportamiento](azar, orden)
    pagos, pendiente = [], factura.total
    for dias, parte in partes:
        valor = pendiente if parte == 1 else _redondear(factura.total * parte, factura.deudor.moneda)
        pendiente = round(pendiente - valor, 2)
        pagos.append(Abono(factura, factura.vence + timedelta(days=dias), valor))
    return [pago for pago in pagos if pago.fecha <= hoy]


def _puntual(azar, _orden):
    return [(azar.randint(-10, 0) if azar.random() < 0.95 else azar.randint(1, 12), 1)]


def _tardio(azar, _orden):
    return [(azar.randint(6, 80), 1)]


def _parcial(azar, _orden):
    primero = (azar.randint(-3, 40), azar.uniform(0.3, 0.7))
    return [primero, (azar.randint(55, 150), 1)] if azar.random() < 0.5 else [primero]


def _perdido(azar, orden):
    return _tardio(azar, orden) if orden < azar.randint(0, 3) else []


def _acreditar(portafolio, azar):
    """Credit notes on what is owed, credit notes after payment, and payments that came without saying for what."""
    def dia(factura):
        return min(factura.vence + timedelta(days=azar.randint(1, 20)), portafolio.hoy)

    deben = [f for f in portafolio.facturas if portafolio.saldo(f) > 0 and f.vence < portafolio.hoy]
    pagadas = [f for f in portafolio.facturas if portafolio.saldo(f) == 0]
    for n, factura in enumerate(azar.sample(deben, 18)):
        saldo = portafolio.saldo(factura)
        valor = saldo if n % 6 == 5 else _redondear(saldo * azar.uniform(0.1, 0.4), factura.deudor.moneda)
        portafolio.abonos.append(Abono(factura, dia(factura), valor, nota=True))
    for n, factura in enumerate(azar.sample(pagadas, 14)):
        valor = _redondear(factura.total * azar.uniform(0.05, 0.3), factura.deudor.moneda)
        portafolio.abonos.append(Abono(factura, dia(factura), valor, nota=n < 8, aplicado=False))


def _situaciones(portafolio):
    """What people decided: every second of the worst debtors left the ladder, a few others wait."""
    mora = {}
    for factura in portafolio.facturas:
        if portafolio.saldo(factura) > 0 and factura.vence < portafolio.hoy:
            mora.setdefault(factura.deudor, factura.vence)
    peores = {c: sorted((d for d in mora if d.comportamiento == c), key=mora.get) for c in ("perdido", "parcial")}
    fuera = ("committee", "legal", "legal", "insolvency", "legal", "committee", "legal", "legal", "legal")
    espera = ("pause", "no_followup", "no_followup", "pause", "no_followup")
    salieron = zip(peores["perdido"][::2], fuera, strict=False)
    return dict([*salieron, *zip(peores["parcial"][1::3], espera, strict=False)])


def _saldos(portafolio):
    """Debts of four to five and a half years of those whose case left the ladder: the committee's prescribed."""
    fuera = [d for kind in ("legal", "committee") for d, s in portafolio.situaciones.items() if s == kind]
    return [
        Saldo(deudor, portafolio.hoy - timedelta(days=1500 + 70 * n), round(_mediana(portafolio, deudor) * 2.4, -3))
        for n, deudor in enumerate(d for d in fuera if d.moneda == "COP")
    ]


def _mediana(portafolio, deudor):
    totales = sorted(f.total for f in portafolio.facturas if f.deudor is deudor)
    return totales[len(totales) // 2]
