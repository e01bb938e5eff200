"""Which accounts a rule takes the service from, and why not the others: judged in SQL, however many they are.

The accounts are the utility accounts of the zones with anything overdue today. First the rule's own measures (bills,
days, balance), so that the reasons after them count accounts that would otherwise go; then what the law or somebody's
word protects: a claim under way (Ley 142/1994 art. 155), an agreement, a promise, a hold, a protected subject.
"""

from odoo.tools import SQL

from .cartera_pausa import sql_pausa

REASONS = [
    ("paid", "Paid or credited"),
    ("bills", "Fewer unpaid bills than the rule asks"),
    ("days", "Not overdue for long enough"),
    ("minimum", "Under the minimum balance"),
    ("credit", "Money not applied yet covers it"),
    ("ended", "Contract ended"),
    ("no_zone", "Without zone"),
    ("service", "Out of service already"),
    ("order", "An order is under way"),
    ("protected", "Protected account"),
    ("use", "Its use is left out"),
    ("claim", "Claim under way (Ley 142 art. 155)"),
    ("held", "Insolvency or another hold"),
    ("agreement", "Under an agreement"),
    ("promise", "Promised, not due yet"),
    ("proof", "Its proof of payment is being checked"),
    ("repeat", "Not repeated (Ley 142 art. 141)"),
    ("notice", "Without the notice before"),
]
READ_HERE = (
    "cartera.cuenta",
    "cartera.expediente",
    "cartera.partida",
    "cartera.promesa.linea",
    "cartera.soporte",
    "cartera.comunicacion",
    "cartera.suspension",
)
# What a row says of an account: columns of `cartera.suspension.candidata` and of the query, in this order.
FACTS = "cuenta_id expediente_id zona_id bills days amount_overdue reason".split()


class Eleccion:
    """One rule in some zones of a company or in all of it: debts as of today, notices as of the day of the visit."""

    def __init__(self, env, company, regla, visit, zonas):
        self.env, self.company, self.regla, self.visit, self.zonas = env, company, regla, visit, zonas
        self.day = company._cartera_hoy()

    def leer(self):
        """What the query reads must be in the database."""
        for model in READ_HERE:
            self.env[model].flush_model()

    def consulta(self, only=None):
        """SELECT of FACTS. only: a condition on the item `i`; by default the zones'."""
        return SQL(
            """
            SELECT c.id AS cuenta_id, x.id AS expediente_id, c.zona_id, d.bills, %(day)s::date - d.oldest AS days,
                   d.overdue AS amount_overdue, %(reason)s AS reason
              FROM (%(debts)s) d
              JOIN cartera_cuenta c ON c.id = d.cuenta_id AND c.kind = 'account'
              JOIN cartera_expediente x ON x.id = d.expediente_id
         LEFT JOIN (SELECT i.expediente_id, -SUM(i.amount_residual) AS amount
                      FROM cartera_partida i
                     WHERE i.company_id = %(company)s AND i.is_open AND i.amount_residual < 0 AND i.cuenta_id IS NULL
                       AND i.acuerdo_id IS NULL
                  GROUP BY i.expediente_id) f ON f.expediente_id = x.id
         LEFT JOIN (SELECT s.cuenta_id, BOOL_OR(s.state = 'sent') AS under_way,
                           COUNT(*) FILTER (WHERE s.kind = 'suspension' AND s.state = 'executed'
                                              AND s.date_executed >= %(since)s) AS times
                      FROM cartera_suspension s WHERE s.company_id = %(company)s
                  GROUP BY s.cuenta_id) r ON r.cuenta_id = c.id
            """,
            day=self.day,
            reason=self._motivo(),
            debts=self._deudas(only if only is not None else self._de_las_zonas()),
            company=self.company.id,
            since=SQL("(%s::date - MAKE_INTERVAL(months => %s))::date", self.day, self.regla.repeat_months),
        )

    def _de_las_zonas(self):
        return SQL("i.zona_id = ANY(%s)", self.zonas.ids) if self.zonas else SQL("TRUE")

    def _deudas(self, only):
        """What each account owes, one row each, of those with anything overdue."""
        return SQL(
            """
            SELECT o.cuenta_id,
                   (ARRAY_AGG(o.expediente_id ORDER BY o.date_due, o.id) FILTER (WHERE o.late))[1] AS expediente_id,
                   COUNT(DISTINCT o.move_id) FILTER (WHERE o.late) AS bills,
                   MIN(o.date_due) FILTER (WHERE o.late) AS oldest,
                   SUM(o.amount_residual) FILTER (WHERE o.late) AS overdue,
                   COALESCE(-SUM(o.amount_residual) FILTER (
                       WHERE o.amount_residual < 0 AND o.acuerdo_id IS NULL), 0) AS credit,
                   BOOL_OR(o.reclamacion_id IS NOT NULL) AS claimed, BOOL_OR(o.hold_reason IS NOT NULL) AS held,
                   COALESCE(BOOL_OR(o.pause = 'agreement' AND o.amount_residual > 0), FALSE) AS agreed,
                   COALESCE(BOOL_OR(o.pause = 'promise'), FALSE) AS promised,
                   COALESCE(BOOL_OR(o.pause = 'proof'), FALSE) AS proven
              FROM (SELECT i.*, i.amount_residual > 0 AND i.date_due < %(day)s AS late, %(pause)s AS pause
                      FROM cartera_partida i
                     WHERE i.company_id = %(company)s AND i.is_open AND i.cuenta_id IS NOT NULL AND %(only)s) o
          GROUP BY o.cuenta_id
            HAVING BOOL_OR(o.late)
            """,
            day=self.day,
            pause=sql_pausa("i", self.day),
            company=self.company.id,
            only=only,
        )

    # --- why not ------------------------------------------------------------------------------------------------------

    def _motivo(self):
        """Expression: the first of REASONS that applies, NULL where the service is to be taken away."""
        regla = self.regla
        return SQL(
            """CASE WHEN d.bills < %(bills)s THEN 'bills'
                    WHEN %(day)s::date - d.oldest < %(days)s THEN 'days'
                    WHEN d.overdue < %(minimum)s THEN 'minimum'
                    WHEN d.overdue - d.credit - COALESCE(f.amount, 0) < GREATEST(%(minimum)s, 0.01) THEN 'credit'
                    WHEN c.state = 'ended' THEN 'ended'
                    WHEN c.zona_id IS NULL THEN 'no_zone'
                    WHEN c.service_state = ANY(%(gone)s) THEN 'service'
                    WHEN r.under_way THEN 'order'
                    WHEN c.protection IS NOT NULL
                         AND (c.protection_until IS NULL OR c.protection_until >= %(day)s) THEN 'protected'
                    WHEN c.use = ANY(%(uses)s::varchar[]) THEN 'use'
                    WHEN d.claimed OR x.hold_reason = 'claim' THEN 'claim'
                    WHEN d.held OR x.hold_reason IS NOT NULL THEN 'held'
                    WHEN d.agreed THEN 'agreement'
                    WHEN d.promised THEN 'promise'
                    WHEN d.proven THEN 'proof'
                    WHEN NOT %(repeated)s THEN 'repeat'
                    WHEN NOT %(noticed)s THEN 'notice' END""",
            day=self.day,
            bills=regla.bills_min,
            days=regla.days_min,
            minimum=regla.amount_min,
            gone=["cut"] if regla.kind == "cut" else ["suspended", "cut"],
            uses=regla.uso_ids.mapped("use"),
            repeated=self._repetida(),
            noticed=self._avisada(),
        )

    def _repetida(self):
        """Condition: the account was suspended before, as often as the rule asks, or has owed for long enough."""
        regla = self.regla
        if not regla.repeat_min:
            return SQL("TRUE")
        long = SQL("%s::date - d.oldest >= %s", self.day, regla.days_long) if regla.days_long else SQL("FALSE")
        return SQL("(COALESCE(r.times, 0) >= %s OR %s)", regla.repeat_min, long)

    def _avisada(self):
        """Condition: a message was sent to the debtor after the oldest bill fell due, and early enough."""
        regla = self.regla
        if not regla.notice_days:
            return SQL("TRUE")
        return SQL(
            """EXISTS (SELECT FROM cartera_comunicacion n
                        WHERE n.expediente_id = x.id AND n.state IN ('sent', 'delivered') AND %s
                          AND n.day_sent BETWEEN d.oldest AND %s::date - %s)""",
            SQL("n.kind = %s", regla.notice_kind) if regla.notice_kind else SQL("TRUE"),
            self.visit,
            regla.notice_days,
        )
