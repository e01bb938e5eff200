"""What somebody wants to promise, and whether it can be: read from the ledger for many at once."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools import SQL, format_date

from ..rules.promises import objection
from .cartera_deuda import Deudas, sql_disputado


class Pedido(NamedTuple):
    """A promise asked for. made and day: when it was said, and for when; partidas: the items chosen.

    Where none was chosen, as many as the amount reaches, oldest due first and what is held after the rest; with
    `overdue`, of those overdue by then.
    """

    expediente: BaseModel
    made: date
    day: date
    amount: float
    partidas: BaseModel
    overdue: bool
    source: str
    gestion: BaseModel
    user: BaseModel


class Obligacion(NamedTuple):
    """An item that owes: its balance when the promise is made, what of it is chased (nothing where it is held, and
    nowhere what a claim disputes), the pending promise (id) that it has, and whether an agreement covers it."""

    id: int
    name: str
    date_due: date
    balance: Decimal
    chased: Decimal
    promesa: int | None
    agreed: bool


class PromesaRechazada(UserError):
    """What cannot be promised: a code, its sentence, and the figures of the sentence.

    The browser knows errors by their names: people are shown the sentence as a plain UserError.
    """

    def __init__(self, code, sentence, **figures):
        super().__init__(sentence)
        self.code, self.figures = code, figures


def frase_pendiente(env, item, promesa):
    return env._(
        "%(item)s has a pending promise of %(promise)s already. Withdraw it first, with the reason, or choose other "
        "obligations.",
        item=item,
        promise=promesa.display_name,
    )


def alcanzadas(owed, amount):
    """([Obligacion], what is left): the first of `owed` as far as the amount reaches, one at least."""
    chosen = []
    for o in owed:
        if chosen and amount <= 0:
            break
        chosen.append(o)
        amount -= o.chased or o.balance
    return chosen, amount


class Adeudado:
    """What the dossiers of some requests owe, and owed: of a promise told late, balances are those of its day.

    today: {company: date}. `taken` are the items that requests accepted before have promised.
    """

    def __init__(self, env, pedidos, today):
        self.env, self.today = env, today
        self.taken = set()
        self.owed = self._leer({(p.expediente, p.made) for p in pedidos})

    def _leer(self, keys):
        """{(dossier, day): [Obligacion]}, oldest due first."""
        if not keys:
            return {}
        self.env.flush_all()
        keys = list(keys)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT q.n, i.id, COALESCE(NULLIF(i.name, ''), m.name), i.date_due, l.balance - k.paid,
                       CASE WHEN i.hold_reason IS NULL THEN GREATEST(l.balance - k.paid - %s, 0) ELSE 0 END,
                       t.promesa_id, i.acuerdo_id IS NOT NULL
                  FROM UNNEST(%s::int[], %s::date[], %s::boolean[])
                       WITH ORDINALITY q(expediente_id, made, late, n)
                  JOIN cartera_partida i ON i.expediente_id = q.expediente_id
                  JOIN account_move_line l ON l.id = i.move_line_id
                  JOIN account_move m ON m.id = l.move_id
             LEFT JOIN cartera_promesa_linea t ON t.partida_id = i.id AND t.pending
            CROSS JOIN LATERAL (
                       SELECT COALESCE(SUM(r.amount), 0) AS paid
                         FROM account_partial_reconcile r JOIN account_move_line u ON u.id = r.credit_move_id
                        WHERE r.debit_move_id = l.id AND u.parent_state = 'posted'
                          AND (NOT q.late OR r.max_date < q.made)) k
                 WHERE l.parent_state = 'posted' AND l.balance > k.paid AND (NOT q.late OR l.date <= q.made)
              ORDER BY i.date_due, i.id
                """,
                sql_disputado("i"),
                [expediente.id for expediente, _made in keys],
                [made for _expediente, made in keys],
                [made < self.today[expediente.company_id] for expediente, made in keys],
            )
        )
        result = defaultdict(list)
        for n, item, name, due, balance, chased, promesa, agreed in rows:
            money = Decimal(str(balance)), Decimal(str(chased))
            result[keys[n - 1]].append(Obligacion(item, name, due, *money, promesa, agreed))
        return result

    def aceptar(self, pedido):
        """[(item id, balance)] that the request is for; PromesaRechazada when it cannot be."""
        amount = Decimal(str(pedido.amount or 0))
        owed = self.owed.get((pedido.expediente, pedido.made), [])
        chosen = self._elegidas(pedido, owed) if pedido.partidas else self._mas_viejas(pedido, owed, amount)
        limit = pedido.expediente.politica_id.promise_max_days
        total = sum((o.balance for o in chosen), Decimal(0))
        if amount > total:
            total += self._intereses(pedido, {o.id for o in chosen})
        code = objection(amount, total, pedido.made, pedido.day, limit)
        if code:
            raise self._objetar(code, pedido, total, limit, owed)
        return [(o.id, o.balance) for o in chosen]

    def _intereses(self, pedido, items):
        """Late interest of the items until the day promised: who promises all that is asked promises it too."""
        dossier = pedido.expediente
        deudas = Deudas(self.env, dossier.company_id, pedido.day)
        try:
            owed = deudas.liquidar([p for p in deudas.leer(dossier)[dossier.id] if p.id in items], dossier.politica_id)
        except ValueError:  # a rate is missing: what was promised is what can be told to be owed
            return Decimal(0)
        return sum((o.interest for o in owed), Decimal(0))

    def _elegidas(self, pedido, owed):
        """The items chosen, each of this debtor and company, owing something, and not promised already."""
        known = {o.id: o for o in owed}
        for partida in pedido.partidas:
            found = known.get(partida.id)
            if not found:
                raise self._extranar(pedido, partida)
            if found.promesa or found.id in self.taken:
                raise self._pendiente(found)
            if partida.acuerdo_id:
                raise self._acordada(partida)
        return [known[partida.id] for partida in pedido.partidas]

    def _acordada(self, partida):
        return PromesaRechazada(
            "agreement",
            self.env._("%s is under a payment agreement: its instalments are what is owed.", partida.display_name),
        )

    def _extranar(self, pedido, partida):
        """Why a chosen item is none that the debtor owes."""
        env, name = self.env, partida.display_name
        if partida.company_id != pedido.expediente.company_id:
            return PromesaRechazada(
                "company",
                env._("%(item)s is owed to %(company)s: promise it there.", item=name, company=partida.company_id.name),
            )
        if partida.expediente_id != pedido.expediente:
            return PromesaRechazada(
                "debtor",
                env._(
                    "%(item)s is owed by %(debtor)s: a promise is of one debtor.",
                    item=name,
                    debtor=partida.partner_id.display_name,
                ),
            )
        if partida.amount_residual < 0:
            return PromesaRechazada(
                "credit", env._("%s is a credit in the debtor's favour: nothing is owed on it.", name)
            )
        return PromesaRechazada("paid", env._("%s is paid: nothing is owed on it.", name))

    def _mas_viejas(self, pedido, owed, amount):
        """The oldest items that have no pending promise, as many as the amount reaches.

        Money goes to what is chased before what is held (`_cartera_conciliar`), and so does the promise of it: over
        what is disputed, it would pause nothing and be judged broken by a payment of the rest.
        """
        free = self._libres(pedido, owed)
        held = [o for o in free if not o.chased]
        chosen, left = alcanzadas([o for o in free if o.chased], amount)
        if held and (not chosen or (left > 0 and left > self._intereses(pedido, {o.id for o in chosen}))):
            chosen += alcanzadas(held, left)[0]
        if chosen:
            return chosen
        promised = [o for o in owed if o.promesa or o.id in self.taken]
        if promised:
            raise self._pendiente(promised[0])
        debtor = pedido.expediente.partner_id.display_name
        if owed:
            raise PromesaRechazada(
                "nothing",
                self.env._("Nothing of %s is overdue: choose the obligations that are promised.", debtor),
            )
        raise PromesaRechazada("nothing", self.env._("%s owes nothing: there is nothing to promise.", debtor))

    def _libres(self, pedido, owed):
        return [
            o
            for o in owed
            if not (o.promesa or o.agreed or o.id in self.taken) and (not pedido.overdue or o.date_due < pedido.made)
        ]

    def _pendiente(self, obligacion):
        """The item is promised: by which promise."""
        promesa = self.env["cartera.promesa"].browse(obligacion.promesa)
        if not promesa:
            return PromesaRechazada("standing", self.env._("%s was promised twice.", obligacion.name))
        return PromesaRechazada("standing", frase_pendiente(self.env, obligacion.name, promesa))

    def _objetar(self, code, pedido, total, limit, owed):
        env, money = self.env, pedido.expediente.company_currency_id
        last = pedido.made + timedelta(days=limit)
        figures = {"owed": total, "last": last, "days": limit}
        if code == "amount":
            return PromesaRechazada(code, env._("A promise is for more than zero."), **figures)
        if code == "past":
            sentence = env._("A promise is for the day on which it is made or a later one.")
            return PromesaRechazada(code, sentence, **figures)
        if code == "far":
            sentence = env._(
                "The policy takes promises up to %(days)s days ahead: until %(last)s. Beyond, propose an agreement.",
                days=limit,
                last=format_date(env, last),
            )
            return PromesaRechazada(code, sentence, **figures)
        sentence = env._(
            "%(amount)s is more than what may be promised: %(owed)s.",
            amount=money.format(pedido.amount),
            owed=money.format(float(total)),
        )
        if any(o.promesa for o in owed):
            sentence += " " + env._("The rest has a pending promise already.")
        return PromesaRechazada(code, sentence, **figures)
