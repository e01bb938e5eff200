"""The plans that a debtor compares on their page, within the limits of the policy; it speaks Spanish.

Nothing is worked out here: what is owed is read by `Deudas`, and a plan is an agreement that is never saved, whose own
rules make the instalments.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo.fields import Command

from ..rules.dates import add_months
from .cartera_acuerdo_revision import problemas
from .cartera_deuda import Deudas, deuda
from .cartera_portal import Rechazado
from .cartera_textos import fecha, leer_dia, leer_pesos, pesos

# Plans side by side, where the policy allows so many instalments, and the number that the page begins with.
COUNTS = (1, 3, 6, 12, 24, 36, 60)
USUAL = 6
CALLENOS = "Escríbanos o llámenos y lo vemos con usted."
# Of the holds, what keeps an item out of an agreement.
IMPEDIDAS = {"claim": "En reclamo", "insolvency": "En un proceso de insolvencia"}


class Escrito(NamedTuple):
    """What the debtor typed: the items ticked (a set of ids), and the number of instalments, the down payment and the
    first day, as texts."""

    partidas: set
    cuotas: str
    inicial: str
    primera: str


class Simulador:
    """What a dossier (in sudo) owes now, read once, and the plans that it could be paid by.

    rows: [{partida, name, due, days, total, why}], oldest first; `why` says (str) what keeps one out of an agreement.
    """

    def __init__(self, expediente):
        self.expediente = expediente
        self.politica = expediente.politica_id
        self.today = expediente.company_id._cartera_hoy()
        self.owed = self._liquidar()
        self.rows = self._filas()

    def _liquidar(self):
        """{item id: Obligacion} with late interest to today; empty where an interest rate is missing."""
        deudas = Deudas(self.expediente.env, self.expediente.company_id, self.today)
        owed = deudas.leer(self.expediente)[self.expediente.id]
        try:
            return {o.partida.id: o for o in deudas.liquidar(owed, self.politica)}
        except ValueError:
            return {}

    def _filas(self):
        debts = self.expediente.partida_open_ids.filtered(lambda p: p.amount_residual > 0)
        taken = self.expediente.env["cartera.acuerdo.linea"]._vivas(debts).partida_id
        return [
            {
                "partida": p,
                "name": p.name,
                "due": p.date_due,
                "days": max((self.today - p.date_due).days, 0),
                "total": float(self.owed[p.id].total) if p.id in self.owed else p.amount_residual,
                "why": "En otro acuerdo" if p in taken or p.acuerdo_id else IMPEDIDAS.get(p.hold_reason, ""),
            }
            for p in debts.sorted(lambda p: (p.date_due, p.id))
        ]

    def limites(self):
        """What the policy allows, and the days of which the debtor chooses that of the first instalment."""
        return {
            "most": self.politica.agreement_max_count,
            "down_percent": self.politica.agreement_down_percent,
            "first": self.today,
            "last": add_months(self.today, 1),
        }

    def libres(self):
        """The items that may be agreed on."""
        return [row["partida"] for row in self.rows if not row["why"]]

    def entrada(self, partidas=None, cuotas=None, inicial=None, primera=None):
        """What was typed; where nothing was, what the page begins with. Only free debts of this dossier are kept."""
        free = {p.id for p in self.libres()}
        overdue = {row["partida"].id for row in self.rows if row["days"]} & free
        limits = self.limites()
        return Escrito(
            partidas=(overdue or free) if partidas is None else partidas & free,
            cuotas=str(min(USUAL, limits["most"])) if cuotas is None else cuotas.strip(),
            inicial=(inicial or "").strip(),
            primera=primera or limits["last"].isoformat(),
        )

    # --- plans ----------------------------------------------------------------------------------------------------

    def comparar(self, escrito):
        """[agreement in memory] of the same terms in other numbers of instalments; what cannot be is left out."""
        most = self.politica.agreement_max_count
        counts = {n for n in (*COUNTS, most) if n <= most}
        if escrito.cuotas.isdecimal() and int(escrito.cuotas) <= most:
            counts.add(int(escrito.cuotas))
        found = []
        for count in sorted(counts):
            try:
                found.append(self.planear(escrito._replace(cuotas=str(count))))
            except Rechazado:
                continue
        return found

    def planear(self, escrito):
        """The agreement, in memory only, of what was typed. Rechazado: what the policy does not allow."""
        count = self._cuotas(escrito.cuotas)
        chosen = [self.owed[item] for item in sorted(escrito.partidas) if item in self.owed]
        if not chosen:
            raise Rechazado("Elija al menos una obligación.")
        first = self._primer_dia(escrito.primera)
        down = self._inicial(escrito.inicial, sum(o.total for o in chosen)) if count > 1 else Decimal(0)
        lines = [Command.create({"partida_id": o.partida.id, **deuda(o)}) for o in chosen]
        acuerdo = self.expediente.env["cartera.acuerdo"].new(
            {**self._terminos(count, first, down), "state": "draft", "guarantee_type": "none", "linea_ids": lines}
        )
        if any(cuota.amount <= 0 for cuota in acuerdo.cuota_ids):
            raise Rechazado("Las cuotas quedarían en cero: elija menos cuotas.")
        if not acuerdo.cuota_ids or any(problemas(acuerdo, guarantee=False)):
            raise Rechazado(f"Con estas condiciones no podemos recibir la solicitud por aquí. {CALLENOS}")
        return acuerdo

    def _terminos(self, count: int, first: date, down: Decimal):
        # Time for it to be studied, accepted and signed, and never after the first instalment.
        down_date = min(first, self.today + timedelta(days=self.politica.agreement_valid_days))
        return {
            "expediente_id": self.expediente.id,
            "date": self.today,
            "first_date": first,
            "count": count,
            "annual_rate": self.politica.agreement_rate,
            "down_payment": float(down),
            "down_date": down_date if down else False,
        }

    def _cuotas(self, text):
        most = self.politica.agreement_max_count
        count = int(text) if text.isdecimal() and len(text) <= 4 else 0
        if not 1 <= count <= most:
            raise Rechazado(f"Elija de 1 a {most} cuotas.")
        return count

    def _primer_dia(self, text):
        limits = self.limites()
        day = leer_dia(text)
        if not day or not limits["first"] <= day <= limits["last"]:
            raise Rechazado(f"El primer pago va de hoy al {fecha(limits['last'])}: elija un día entre esos.")
        return day

    def _inicial(self, text, total):
        """The down payment (Decimal) as typed; empty is the least that the policy takes."""
        percent = Decimal(str(self.politica.agreement_down_percent or 0))
        least = Decimal(str(self.expediente.company_currency_id.round(float(total * percent / 100))))
        down = leer_pesos(text) if text else least
        if down is None or down < least:
            raise Rechazado(f"La cuota inicial es de {pesos(least)} o más: escriba una cifra.")
        if down >= total:
            raise Rechazado(
                f"La cuota inicial es menor que lo que debe, {pesos(total)}. Para pagarlo todo, elija 1 cuota."
            )
        return down
