"""The calling queue: whom an officer may call now, the highest score first, and why nobody when there is nobody.

SQL leaves out whoever can be ruled out for certain (no phone, no authorisation, hours of the policy, in another's
hands, called a moment ago, waiting for what was agreed or promised); the guard of Ley 2300 judges those who are left,
a batch at a time, and has the last word.
"""

from odoo import fields
from odoo.tools import SQL

from ..rules.contact import BOGOTA
from ..rules.promises import LEVELS
from .cartera_contacto import Caso, Guardia, consciente, ingenuo, limites
from .cartera_pausa import sql_pausa
from .cartera_politica import KINDS_OUT_OF_LIST

TANDA = 50  # dossiers judged at once
COORDINATOR = "cartera_cobro.group_cartera_tesorero"


class Cola:
    """The queue of a user in a company at an instant (naive UTC, default now)."""

    def __init__(self, env, company, user, now=None):
        self.env, self.company, self.user = env(su=True), company.sudo(), user
        self.now = now or fields.Datetime.now()
        self.today = company._cartera_hoy()
        self.guardia = Guardia(env, company)
        self.fuera = self._fuera()

    def tandas(self):
        """Dossiers that may be called now, a recordset for each batch of TANDA judged, best score first."""
        self._volcar()
        start = 0
        while judged := self._lote(start, self.fuera):
            verdicts = self.juzgar(judged)
            yield judged.filtered(lambda e, v=verdicts: v[e].allowed)
            start += TANDA

    def juzgar(self, expedientes):
        """{dossier: Verdict} on calling its debtor now."""
        verdicts = self.guardia.juzgar([Caso(e.partner_id, self.now, "call") for e in expedientes])
        return dict(zip(expedientes, verdicts, strict=True))

    def motivos(self):
        """({reason: dossiers}, next instant): why each dossier of the queue is out of it now, and when one is back.

        Reasons are the keys of `_fuera` and "guard" for whom the guard refused; the instant is naive UTC, or None
        when no waiting helps.
        """
        self._volcar()
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", test, name) for name, test in self.fuera.items())
        rows = self.env.execute_query(
            SQL("SELECT CASE %s ELSE 'guard' END AS why, COUNT(*) %s GROUP BY why", cases, self._desde())
        )
        return dict(rows), self._proximo()

    def _proximo(self):
        """When the first of those who only wait for the hour, or for the rest after an attempt, may be called."""
        closed = {name: test for name, test in self.fuera.items() if name != "closed"}
        waits = [ingenuo(v.next_allowed) for v in self.juzgar(self._lote(0, closed)).values()]
        waits.append(self._fin_del_descanso())
        return min((instant for instant in waits if instant), default=None)

    def _fin_del_descanso(self):
        """When the first dossier left out by the spacing of attempts comes back, if that is an hour of the law."""
        others = SQL(" OR ").join(test for name, test in self.fuera.items() if name not in ("resting", "closed"))
        query = SQL(
            """SELECT x.id, (SELECT MAX(g.date) FROM cartera_gestion g WHERE %s)
                          + y.attempt_spacing * INTERVAL '1 hour' AS back
               %s AND %s AND NOT (%s) ORDER BY back LIMIT 1""",
            self._intento_reciente(),
            self._desde(),
            self.fuera["resting"],
            others,
        )
        for expediente, back in self.env.execute_query(query):
            partner = self.env["cartera.expediente"].browse(expediente).partner_id
            verdict = self.guardia.uno(partner, "call", back.replace(microsecond=0))
            return back if verdict.allowed else ingenuo(verdict.next_allowed)
        return None

    # --- SQL --------------------------------------------------------------------------------------------------------

    def _volcar(self):
        models = (
            "expediente partida llamada gestion autorizacion medio vinculado politica politica.intento etapa "
            "promesa.linea soporte"
        )
        for name in models.split():
            self.env[f"cartera.{name}"].flush_model()
        self.env["res.partner"].flush_model(["phone", "cartera_contact_exempt"])

    def _lote(self, start, outside):
        """The dossiers (at most TANDA) of the queue from position `start` whom none of the tests leaves out."""
        query = SQL(
            """SELECT x.id %s AND NOT (%s)
             ORDER BY x.alert_date DESC NULLS LAST, x.priority_score DESC,
                      COALESCE(ARRAY_POSITION(%s, x.promise_level), 0) DESC, x.oldest_date_due, x.id
                LIMIT %s OFFSET %s""",
            self._desde(),
            SQL(" OR ").join(outside.values()),
            list(LEVELS),
            TANDA,
            start,
        )
        return self.env["cartera.expediente"].browse(row[0] for row in self.env.execute_query(query))

    def _desde(self):
        """FROM and WHERE of the officer's queue: overdue dossiers that are theirs to collect by calling.

        Of the dossier's overdue items at least one is not on hold, and its worst stage is still on the list.
        """
        every = self.user.has_group(COORDINATOR)
        mine = SQL("TRUE") if every else SQL("(x.user_id IS NULL OR x.user_id = %s)", self.user.id)
        return SQL(
            """FROM cartera_expediente x
               JOIN res_partner r ON r.id = x.partner_id
          LEFT JOIN cartera_politica y ON y.id = x.politica_id
          LEFT JOIN cartera_etapa e ON e.id = x.etapa_id
              WHERE x.company_id = %s AND x.amount_overdue > 0 AND x.hold_reason IS NULL AND %s
                AND (e.id IS NULL OR e.kind NOT IN %s)
                AND EXISTS (%s)""",
            self.company.id,
            mine,
            KINDS_OUT_OF_LIST,
            self._cobrables(),
        )

    def _cobrables(self):
        """SELECT of the overdue items `p` of dossier `x` that are not on hold."""
        return SQL(
            """SELECT FROM cartera_partida p
                WHERE p.expediente_id = x.id AND p.is_open AND p.amount_residual > 0
                  AND p.date_due < %s AND p.hold_reason IS NULL""",
            self.today,
        )

    def _fuera(self):
        """{reason: condition that leaves a dossier out}, in the order in which they are named to people."""
        exento = SQL("x.partner_id IN (SELECT id FROM res_partner WHERE cartera_contact_exempt)")
        return {
            "phone": SQL("NOT (%s)", self._tiene_telefono()),
            "consent": SQL("NOT (%s OR %s)", self._autorizo("call"), exento),
            "taken": SQL(
                "EXISTS (SELECT FROM cartera_llamada t WHERE t.expediente_id = x.id AND t.state = 'open'"
                " AND t.date_until >= %s)",
                self.now,
            ),
            "skipped": SQL(
                "EXISTS (SELECT FROM cartera_llamada t WHERE t.expediente_id = x.id AND t.state = 'skipped'"
                " AND t.day = %s)",
                self.today,
            ),
            "waiting": self._espera_lo_acordado(),
            "paused": self._todo_en_pausa(),
            "resting": SQL("EXISTS (SELECT FROM cartera_gestion g WHERE %s)", self._intento_reciente()),
            # By sets and on the dossier alone: at night, whoever the hours do not bind are few among very many.
            "closed": SQL(
                "NOT (%s OR %s OR x.partner_id IN (SELECT a.partner_id FROM cartera_autorizacion a WHERE %s))",
                self._en_horario(),
                exento,
                self._vigente("off_hours"),
            ),
        }

    def _tiene_telefono(self):
        return SQL(
            """COALESCE(r.phone, '') != '' OR EXISTS (
                   SELECT FROM cartera_medio m JOIN cartera_vinculado v ON v.id = m.vinculado_id
                    WHERE v.expediente_id = x.id AND v.role = 'debtor' AND m.kind = 'phone')"""
        )

    def _autorizo(self, channel):
        return SQL(
            "EXISTS (SELECT FROM cartera_autorizacion a WHERE a.partner_id = x.partner_id AND %s)",
            self._vigente(channel),
        )

    def _vigente(self, channel):
        """Condition on `a`: an authorisation of the channel, for the company, that holds now."""
        day = consciente(self.now).astimezone(BOGOTA).date()
        return SQL(
            """a.channel = %s AND a.date_from <= %s AND COALESCE(a.date_to > %s, TRUE)
               AND COALESCE(a.company_id = %s, TRUE)""",
            channel,
            day,
            day,
            self.company.id,
        )

    def _intento_reciente(self):
        """Condition on `g`: an attempt of dossier `x` that the policy's spacing keeps from being repeated yet."""
        return SQL(
            """g.expediente_id = x.id AND g.direction = 'out' AND g.date_annulled IS NULL
               AND g.date > %s - y.attempt_spacing * INTERVAL '1 hour'
               AND g.channel IN (SELECT i.channel FROM cartera_politica_intento i WHERE i.politica_id = y.id)""",
            self.now,
        )

    def _espera_lo_acordado(self):
        """The debtor was spoken to, what follows is for a later day, and nothing else is due by today."""
        return SQL(
            """(COALESCE(x.next_action_date > %s, TRUE) AND EXISTS (
                   SELECT FROM cartera_gestion g
                    WHERE g.expediente_id = x.id AND g.direct AND g.date_annulled IS NULL AND g.next_date > %s))""",
            self.today,
            self.today,
        )

    def _todo_en_pausa(self):
        """Something pauses all that could be chased of the dossier (`cartera_pausa`)."""
        return SQL("NOT EXISTS (%s AND (%s) IS NULL)", self._cobrables(), sql_pausa("p", self.today))

    def _en_horario(self):
        """Condition: the policy of dossier `x` lets people be called at this hour; no policy is the law's own hours."""
        at = consciente(self.now)
        holidays = self.guardia._festivos()
        domain = [("company_id", "in", (False, self.company.id))]
        politicas = self.env["cartera.politica"].with_context(active_test=False).search(domain)
        abiertas = [
            politica.id or 0
            for politica in (*politicas, politicas.browse())
            if limites(politica).check(at, "call", consents={"call"}, holidays=holidays).allowed
        ]
        return SQL("COALESCE(x.politica_id, 0) = ANY(%s)", abiertas)
