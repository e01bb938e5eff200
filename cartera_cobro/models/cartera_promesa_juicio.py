"""What became of a company's promises, from the ledger: a few queries however many there are.

How it works, on one day:

1. *Turn*: the advisory lock of the classification; whoever comes second goes away.
2. *Facts*: one query reads the promises that are pending, or whose deadline passed up to `FOLLOWED` days ago, and what
   their items owed when promised and owe as of the deadline (or of today, before it): the journal item less the
   matchings dated by then whose other entry is posted. A payment sent back to draft pays nothing; one posted late but
   dated in time counts. Another reads the credits of their debtors that are not applied yet.
3. *Judgement*: `rules.promises`, a debtor at a time, in memory.
4. *Writing*: what differs, its messages on the dossiers, their alerts and the level of their debtors.

Promises older than that are judged for good; they are read for a while more, so that the credits they took are theirs.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL, format_date
from odoo.tools.mail import generate_tracking_message_id

from ..rules.promises import Promise, judge, level, spread
from .cartera_libro import Libro
from .cartera_textos import pesos

FOLLOWED = 90
YEAR = 365
ZERO = Decimal(0)
RESULTS = ("kept", "partial", "broken", "pending")
# What each result says on the dossier.
TEXTS = {
    "kept": lambda env: env._("Promise kept: %(paid)s of the %(amount)s promised for %(day)s were paid."),
    "partial": lambda env: env._("Promise kept in part: %(paid)s of the %(amount)s promised for %(day)s were paid."),
    "broken": lambda env: env._("Promise broken: nothing of the %(amount)s promised for %(day)s was paid."),
    "pending": lambda env: env._("The promise of %(amount)s for %(day)s is pending again: its payment was undone."),
}


class Hecho(NamedTuple):
    """A promise as it stands, and what its items owed: when promised (`balance`) and as of now or the deadline."""

    id: int
    expediente: int
    made: date
    day: date
    deadline: date
    amount: Decimal
    amount_paid: Decimal
    state: str
    balance: Decimal
    owed: Decimal


class Juicio(Libro):
    """One run for one company and day; see the module's docstring."""

    def ejecutar(self, expedientes=None):
        """Judge (the promises of `expedientes` only, where given), and return the counts; see `_juzgar`."""
        if not self.tomar_turno():
            return dict.fromkeys((*RESULTS, "written"), 0) | {"locked": True}
        self.env.flush_all()
        self.expedientes = expedientes
        changed = self._sin_atascos(self._juzgar(self._hechos(), self._creditos()))
        moved = [(hecho, state, paid) for hecho, state, paid in changed if hecho.state != state]
        self._escribir(changed)
        self._avisar(moved)
        self._marcar_expedientes(moved)
        self.env.invalidate_all(flush=False)
        counts = {result: sum(state == result for _hecho, state, _paid in moved) for result in RESULTS}
        return counts | {"written": len(changed), "locked": False}

    # --- facts --------------------------------------------------------------------------------------------------------

    def _seguidas(self):
        """Condition on `p`: promises that are judged, or that may have taken credits that others could count."""
        longest = self.env["cartera.politica"].with_context(active_test=False).search([]).mapped("promise_max_days")
        since = self.on_date - timedelta(days=FOLLOWED + max(longest, default=0) + FOLLOWED)
        mine = SQL("p.expediente_id = ANY(%s)", self.expedientes.ids) if self.expedientes is not None else SQL("TRUE")
        return SQL(
            "p.company_id = %s AND p.state != 'cancelled' AND (p.state = 'pending' OR p.deadline >= %s) AND %s",
            self.company.id,
            since,
            mine,
        )

    def _hechos(self):
        """{dossier id: [Hecho]}, the oldest promise first."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, p.expediente_id, p.date, p.date_promised, p.deadline, p.amount, p.amount_paid, p.state,
                       SUM(t.balance), SUM(GREATEST(l.balance - COALESCE(k.paid, 0), 0))
                  FROM cartera_promesa p
                  JOIN cartera_promesa_linea t ON t.promesa_id = p.id
                  JOIN cartera_partida i ON i.id = t.partida_id
             LEFT JOIN account_move_line l ON l.id = i.move_line_id AND l.parent_state = 'posted'
             LEFT JOIN LATERAL (
                       SELECT SUM(r.amount) AS paid
                         FROM account_partial_reconcile r JOIN account_move_line u ON u.id = r.credit_move_id
                        WHERE r.debit_move_id = l.id AND u.parent_state = 'posted'
                          AND r.max_date <= LEAST(p.deadline, %s)) k ON TRUE
                 WHERE %s
              GROUP BY p.id
              ORDER BY p.expediente_id, p.date, p.id
                """,
                self.on_date,
                self._seguidas(),
            )
        )
        result = defaultdict(list)
        for *head, amount, paid, state, balance, owed in rows:
            money = exacto(amount), exacto(paid), state, exacto(balance), exacto(owed)
            result[head[1]].append(Hecho(*head, *money))
        return result

    def _creditos(self):
        """{dossier id: [(day, amount)]} of credits not applied yet; those of an agreement are its own."""
        espera = self._leer_espera(SQL("TRUE"))
        alive = SQL("l.balance < 0 AND (l.reconciled IS NOT TRUE OR l.id = ANY(%s))", [row[0] for row in espera])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT i.expediente_id, q.date, -q.amount_residual
                  FROM (%s) q
                  JOIN cartera_partida i ON i.move_line_id = q.move_line_id
                 WHERE q.amount_residual < 0 AND q.date <= %s AND i.acuerdo_id IS NULL
                   AND i.expediente_id IN (SELECT p.expediente_id FROM cartera_promesa p WHERE %s)
                """,
                self._lineas(alive, espera),
                self.on_date,
                self._seguidas(),
            )
        )
        result = defaultdict(list)
        for expediente, day, amount in rows:
            result[expediente].append((day, exacto(amount)))
        return result

    # --- judgement ----------------------------------------------------------------------------------------------------

    def _juzgar(self, hechos, creditos):
        """[(Hecho, state, paid)] of those whose state or amount paid differs from what they have."""
        since = self.on_date - timedelta(days=FOLLOWED)
        changed = []
        for expediente, promesas in hechos.items():
            pagos = [min(max(h.balance - h.owed, ZERO), h.amount) for h in promesas]
            if expediente in creditos:
                lacking = [Promise(h.made, h.deadline, h.amount - p) for h, p in zip(promesas, pagos, strict=True)]
                more = spread(creditos[expediente], lacking)
                pagos = [p + m for p, m in zip(pagos, more, strict=True)]
            for h, paid in zip(promesas, pagos, strict=True):
                state = judge(h.amount, paid, h.owed, self.on_date > h.deadline)
                followed = h.state == "pending" or h.deadline >= since
                if followed and (state, paid) != (h.state, h.amount_paid):
                    changed.append((h, state, paid))
        return changed

    def _sin_atascos(self, changed):
        """A promise whose payment was undone is not pending again where a later one has its items: it stays."""
        back = [h.id for h, state, _paid in changed if state == "pending" and h.state != state]
        if not back:
            return changed
        query = SQL(
            """SELECT t.promesa_id FROM cartera_promesa_linea t
                 JOIN cartera_promesa_linea o ON o.partida_id = t.partida_id AND o.promesa_id > t.promesa_id
                 JOIN cartera_promesa p ON p.id = o.promesa_id AND p.state != 'cancelled'
                WHERE t.promesa_id = ANY(%s)""",
            back,
        )
        stuck = {row[0] for row in self.env.execute_query(query)}
        return [change for change in changed if change[0].id not in stuck]

    # --- writing ------------------------------------------------------------------------------------------------------

    def _escribir(self, changed):
        if not changed:
            return
        columns = [h.id for h, _s, _p in changed], [s for _h, s, _p in changed], [p for _h, _s, p in changed]
        values = SQL("UNNEST(%s::int[], %s::varchar[], %s::numeric[]) AS v(id, state, paid)", *columns)
        self.env.cr.execute(
            SQL(
                """
                UPDATE cartera_promesa p
                   SET state = v.state, amount_paid = v.paid, write_uid = %(uid)s, write_date = %(now)s,
                       kept_rate = CASE v.state WHEN 'kept' THEN 1 WHEN 'partial' THEN 0.5 WHEN 'broken' THEN 0 END,
                       date_judged = CASE WHEN v.state = 'pending' THEN NULL
                                          WHEN v.state = p.state THEN p.date_judged ELSE %(day)s::date END
                  FROM %(values)s
                 WHERE p.id = v.id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                day=self.on_date,
                values=values,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE cartera_promesa_linea t SET pending = (v.state = 'pending') FROM %s
                    WHERE t.promesa_id = v.id AND t.pending IS DISTINCT FROM (v.state = 'pending')""",
                values,
            )
        )

    def _avisar(self, moved):
        """A note on each dossier, of what changed for its promises: all in one statement."""
        if not moved:
            return
        env = self.env(context=dict(self.env.context, lang=self.company.partner_id.lang))
        texts = {result: build(env) for result, build in TEXTS.items()}
        days = {day: format_date(env, day) for day in {h.day for h, _state, _paid in moved}}
        bodies = defaultdict(str)
        for h, state, paid in moved:
            text = texts[state] % {"paid": pesos(paid), "amount": pesos(h.amount), "day": days[h.day]}
            bodies[h.expediente] += f"<p>{text}</p>"
        author, email = env["mail.thread"]._message_compute_author()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_message (model, res_id, body, message_type, subtype_id, is_internal, author_id,
                                          email_from, message_id, email_add_signature, date, create_uid, create_date,
                                          write_uid, write_date)
                SELECT 'cartera.expediente', v.id, v.body, 'notification', %(note)s, TRUE, %(author)s,
                       %(email)s, %(message)s, FALSE, %(at)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM UNNEST(%(ids)s::int[], %(bodies)s::text[]) AS v(id, body)
                """,
                note=env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                author=author,
                email=email,
                message=generate_tracking_message_id("message-notify"),
                at=fields.Datetime.now(),
                now=self.env.cr.now(),
                uid=self.env.uid,
                ids=list(bodies),
                bodies=list(bodies.values()),
            )
        )

    # --- dossiers -----------------------------------------------------------------------------------------------------

    def _marcar_expedientes(self, moved):
        """Alerts of the dossiers whose promises failed, and the level of every debtor, in one statement.

        The alert is of the day on which it failed, unless somebody has contacted the debtor since; it goes when the
        judgement changes. The level counts the promises whose deadline was in the last 365 days.
        """
        failed = [
            (h.expediente, h.deadline + timedelta(days=1) if h.state == "pending" else self.on_date)
            for h, state, _paid in moved
            if state in ("partial", "broken")
        ]
        self.env.cr.execute(
            SQL(
                """
                WITH cuenta AS (%(counts)s), nivel AS (
                    SELECT c.expediente_id, v.level
                      FROM cuenta c
                      JOIN UNNEST(%(triples)s::int[], %(partials)s::int[], %(brokens)s::int[], %(levels)s::varchar[])
                           AS v(kept, partial, broken, level)
                        ON (v.kept, v.partial, v.broken) = (c.kept, c.partial, c.broken)
                ), fallo AS (
                    SELECT v.id, MAX(v.day) AS day FROM UNNEST(%(failed)s::int[], %(days)s::date[]) AS v(id, day)
                     WHERE NOT EXISTS (SELECT FROM cartera_gestion g
                                        WHERE g.expediente_id = v.id AND g.day >= v.day AND g.date_annulled IS NULL
                                          AND (g.direction = 'out' OR g.direct) AND g.comunicacion_id IS NULL)
                  GROUP BY v.id
                ), meta AS (
                    SELECT e.id, NULLIF(n.level, 'none') AS level, k.alert,
                           CASE WHEN k.alert IS NOT NULL THEN GREATEST(e.alert_date, f.day) END AS alert_date
                      FROM cartera_expediente e
                 LEFT JOIN nivel n ON n.expediente_id = e.id
                 LEFT JOIN fallo f ON f.id = e.id
               CROSS JOIN LATERAL (
                          SELECT CASE WHEN e.alert != 'promise' THEN e.alert
                                      WHEN f.id IS NOT NULL THEN 'promise'
                                      WHEN e.alert = 'promise' AND EXISTS (
                                           SELECT FROM cartera_promesa p
                                            WHERE p.expediente_id = e.id AND p.state IN ('partial', 'broken')
                                              AND p.date_judged >= e.alert_date) THEN 'promise' END AS alert) k
                     WHERE e.company_id = %(company)s AND %(mine)s
                       AND (n.level IS NOT NULL OR f.id IS NOT NULL OR e.alert = 'promise'
                            OR e.promise_level IS NOT NULL)
                )
                UPDATE cartera_expediente e
                   SET promise_level = m.level, alert = m.alert, alert_date = m.alert_date
                  FROM meta m
                 WHERE e.id = m.id
                   AND (e.promise_level, e.alert, e.alert_date) IS DISTINCT FROM (m.level, m.alert, m.alert_date)
                """,
                counts=self._sql_cuentas(),
                **self._niveles(),
                failed=[expediente for expediente, _day in failed],
                days=[day for _expediente, day in failed],
                company=self.company.id,
                mine=SQL("e.id = ANY(%s)", self.expedientes.ids) if self.expedientes is not None else SQL("TRUE"),
            )
        )

    def _sql_cuentas(self):
        """SELECT of how many promises of each dossier came to each result in a year."""
        mine = SQL("p.expediente_id = ANY(%s)", self.expedientes.ids) if self.expedientes is not None else SQL("TRUE")
        return SQL(
            """SELECT p.expediente_id, COUNT(*) FILTER (WHERE p.state = 'kept')::int AS kept,
                      COUNT(*) FILTER (WHERE p.state = 'partial')::int AS partial,
                      COUNT(*) FILTER (WHERE p.state = 'broken')::int AS broken
                 FROM cartera_promesa p
                WHERE p.company_id = %s AND p.state IN ('kept', 'partial', 'broken') AND p.deadline > %s AND %s
             GROUP BY p.expediente_id""",
            self.company.id,
            self.on_date - timedelta(days=YEAR),
            mine,
        )

    def _niveles(self):
        """The rule's answer to each of the few combinations of counts that there are, as columns."""
        query = SQL("SELECT DISTINCT c.kept, c.partial, c.broken FROM (%s) c", self._sql_cuentas())
        combinations = self.env.execute_query(query)
        return {
            "triples": [row[0] for row in combinations],
            "partials": [row[1] for row in combinations],
            "brokens": [row[2] for row in combinations],
            "levels": [level(*row) for row in combinations],
        }


def exacto(value):
    """A figure of the database as Decimal; what no journal item holds any more is zero."""
    return ZERO if value is None else Decimal(str(value)).quantize(Decimal("0.01"))
