"""The lines of a report to a bureau, written in SQL however many they are.

What a bureau was told goes on being told as it is now (`_sabidas`); what it was never told enters when it may be
reported (`_nuevas`). At the export the same is asked again, of the balances of that instant.
"""

from odoo.tools import SQL

from ..rules.habeas_data import WAIT_DAYS, permanence
from .cartera_central_estado import NOTICES
from .cartera_deuda import Deudas
from .cartera_libro import columnas


class Lineas:
    """What a bureau is to be told by a company at a cut-off (date), and the lines of `reporte` that tell it.

    only_news: what it has to be told at once, payments and removals, and not the debts still owed.
    """

    def __init__(self, central, company, cutoff, only_news=False, reporte=None):
        self.env = company.env(su=True)
        self.central, self.company, self.cutoff, self.only_news = central, company, cutoff, only_news
        self.reporte = reporte
        self.today = company._cartera_hoy()

    def escribir(self):
        """Compute the lines anew."""
        self.reporte.linea_ids.unlink()
        self.env.flush_all()
        self._insertar_sabidas()
        if not self.only_news:
            self._insertar_nuevas()
        self._completar()

    def por_decir(self):
        """Ids (set) of the items of which there is something to tell."""
        self.env.flush_all()
        return {row[0] for row in self.env.execute_query(SQL("SELECT s.partida_id FROM (%s) s", self._por_decir()))}

    def _por_decir(self, saldos=None):
        """SELECT of what there is to tell of the debts that the bureau knows."""
        news = SQL("AND (s.situation IN ('paid', 'removed') OR s.reason = 'owed_again')") if self.only_news else SQL()
        return SQL("SELECT s.* FROM (%s) s WHERE s.situation IS NOT NULL %s", self._sabidas(saldos), news)

    # --- what the bureau knows --------------------------------------------------------------------------------------

    def _insertar_sabidas(self):
        fixed = ["situation", "reason", "amount", "date_paid", "days", "previous_id", "date_first", "is_disputed"]
        evidence = [
            "comunicacion_id", "notice_count", "notice_number", "notice_day", "notice_received", "notice_channel",
            "notice_address", "notice_sha256", "notice_amount", "notice_overdue", "autorizacion_id", "authorised_on",
            "authorised_by", "is_small", "permanence_until",
        ]  # fmt: skip
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO cartera_central_reporte_linea (reporte_id, central_id, company_id, outcome, is_current,
                                                           partida_id, date_due, %(fixed)s, %(evidence)s)
                SELECT %(reporte)s, %(central)s, %(company)s, 'pending', FALSE, s.partida_id, s.date_due, %(values)s,
                       %(kept)s
                  FROM (%(source)s) s
                  JOIN cartera_central_reporte_linea v ON v.id = s.previous_id
              ORDER BY s.partida_id
           ON CONFLICT DO NOTHING
                """,
                fixed=columnas(fixed),
                evidence=columnas(evidence),
                reporte=self.reporte.id,
                central=self.central.id,
                company=self.company.id,
                values=columnas(fixed, "s"),
                kept=columnas(evidence, "v"),
                source=self._por_decir(),
            )
        )

    def _sabidas(self, saldos):
        """SELECT of the current lines of the bureau, with the situation of each debt now; NULL: nothing to tell.

        saldos: {item id: balance}, of the ledger; None: as the open items have them.
        """
        capital, join = SQL("CASE WHEN p.is_open THEN p.amount_residual END"), SQL()
        if saldos is not None:
            capital = SQL("k.capital")
            join = SQL(
                "LEFT JOIN UNNEST(%s::int[], %s::numeric[]) AS k(id, capital) ON k.id = p.id",
                list(saldos),
                list(saldos.values()),
            )
        return SQL(
            """
            SELECT q.*, CASE WHEN q.situation IN ('new', 'owed', 'corrected') THEN q.saldo ELSE 0 END AS amount,
                   CASE WHEN q.situation IN ('new', 'owed', 'corrected')
                        THEN GREATEST(%(cutoff)s - q.date_due, 0) ELSE 0 END AS days
              FROM (SELECT w.*, CASE WHEN w.reason IN ('lapsed', 'annulled') THEN 'removed'
                                     WHEN w.reason IS NOT NULL THEN 'corrected'
                                     WHEN w.owes THEN 'owed'
                                     WHEN w.told != 'paid' THEN 'paid' END AS situation
                      FROM (SELECT v.id AS previous_id, v.partida_id, v.date_first, v.situation AS told,
                                   p.date_due, o.owes, o.saldo,
                                   CASE WHEN NOT o.owes THEN COALESCE(GREATEST(m.paid_on, b.last_day), p.date_closed,
                                                                      %(today)s) END AS date_paid,
                                   p.reclamacion_id IS NOT NULL AND o.owes AS is_disputed,
                                   CASE WHEN v.permanence_until < %(today)s THEN 'lapsed'
                                        WHEN NOT o.owes AND v.situation != 'paid' AND %(annulled)s THEN 'annulled'
                                        WHEN o.owes AND v.situation = 'paid' THEN 'owed_again'
                                        WHEN o.owes AND v.date_due != p.date_due THEN 'due_changed' END AS reason
                              FROM cartera_central_reporte_linea v
                              JOIN cartera_partida p ON p.id = v.partida_id
                         LEFT JOIN (%(written_off)s) b ON b.partida_id = p.id
                                   %(join)s
                CROSS JOIN LATERAL (SELECT COALESCE(%(capital)s, 0) + COALESCE(b.amount, 0) AS saldo) t
                CROSS JOIN LATERAL (SELECT t.saldo, t.saldo > 0 AS owes) o
                 LEFT JOIN LATERAL (%(payments)s) m ON NOT o.owes
                             WHERE v.is_current AND v.central_id = %(central)s AND v.company_id = %(company)s
                               AND v.situation != 'removed') w) q
            """,
            cutoff=self.cutoff,
            today=self.today,
            annulled=SQL(
                """(p.move_line_id IS NULL OR p.parent_state != 'posted'
                    OR COALESCE(m.credited OR m.paid_on <= p.date_due, FALSE))"""
            ),
            capital=capital,
            join=join,
            payments=PAYMENTS,
            written_off=WRITTEN_OFF,
            central=self.central.id,
            company=self.company.id,
        )

    # --- what is new to it --------------------------------------------------------------------------------------------

    def _insertar_nuevas(self):
        estado = self.env["cartera.central.estado"]._sql(
            self.cutoff, self.today, SQL("p.company_id = %s", self.company.id)
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO cartera_central_reporte_linea (
                    reporte_id, central_id, company_id, outcome, is_current, partida_id, situation, date_due, days,
                    amount, is_disputed, is_small, notice_count, autorizacion_id, authorised_on, authorised_by,
                    comunicacion_id, notice_number, notice_day, notice_received, notice_channel, notice_address,
                    notice_sha256, notice_amount, notice_overdue)
                SELECT %(reporte)s, %(central)s, %(company)s, 'pending', FALSE, s.partida_id, 'new', s.date_due,
                       s.days_overdue, s.amount_residual, s.is_disputed, s.is_small, s.notice_count,
                       a.id, a.date_from, a.source, n.*
                  FROM (%(estado)s) s
             LEFT JOIN cartera_autorizacion a ON a.id = s.autorizacion_id
          JOIN LATERAL (SELECT c.id, c.number, c.day_sent, c.date_received, c.channel, c.address, c.pdf_sha256,
                               l.total, l.days
                          FROM %(notices)s
                         WHERE l.partida_id = s.partida_id AND c.day_sent = s.report_from - %(wait)s
                      ORDER BY c.state, c.id LIMIT 1) n ON TRUE
                 WHERE s.state = 'reportable'
                   AND NOT EXISTS (SELECT FROM cartera_central_reporte_linea v
                                    WHERE v.is_current AND v.central_id = %(central)s AND v.company_id = %(company)s
                                      AND v.partida_id = s.partida_id AND v.situation != 'removed')
              ORDER BY s.partida_id
           ON CONFLICT DO NOTHING
                """,
                reporte=self.reporte.id,
                central=self.central.id,
                company=self.company.id,
                estado=estado,
                notices=NOTICES,
                wait=WAIT_DAYS + 1,
            )
        )

    # --- both -------------------------------------------------------------------------------------------------------

    def _completar(self):
        """Write what identifies the debt and its debtor, and until when it stays."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE cartera_central_reporte_linea v
                   SET expediente_id = p.expediente_id, partner_id = p.partner_id, name = p.name,
                       amount_original = p.amount, debtor_name = r.name, debtor_vat = r.vat,
                       debtor_id_type = COALESCE(t.l10n_co_document_code, t.name ->> 'en_US'), account = c.name
                  FROM cartera_partida p
             LEFT JOIN cartera_cuenta c ON c.id = p.cuenta_id
                  JOIN res_partner r ON r.id = p.partner_id
             LEFT JOIN l10n_latam_identification_type t ON t.id = r.l10n_latam_identification_type_id
                 WHERE p.id = v.partida_id AND v.reporte_id = %s
                """,
                self.reporte.id,
            )
        )
        self._permanencias()
        self.env.invalidate_all(flush=False)

    def _permanencias(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT id, date_due, date_paid FROM cartera_central_reporte_linea WHERE reporte_id = %s AND reason"
                " IS DISTINCT FROM 'lapsed'",
                self.reporte.id,
            )
        )
        untils = [permanence(due, paid, self.today).until for _id, due, paid in rows]
        self.env.cr.execute(
            SQL(
                """UPDATE cartera_central_reporte_linea v SET permanence_until = u.until
                     FROM UNNEST(%s::int[], %s::date[]) AS u(id, until) WHERE v.id = u.id""",
                [row[0] for row in rows],
                untils,
            )
        )
        # Paid after so short an arrears that it need not be shown any more.
        self.env.cr.execute(
            SQL(
                """UPDATE cartera_central_reporte_linea SET situation = 'removed', reason = 'lapsed'
                    WHERE reporte_id = %s AND situation = 'paid' AND permanence_until < %s""",
                self.reporte.id,
                self.today,
            )
        )

    # --- at the export ------------------------------------------------------------------------------------------------

    def releer(self):
        """Bring the lines to what the ledger says now: what was paid is told as paid, or left out if it is new."""
        lineas = self.reporte.linea_ids
        saldos = self._saldos(lineas)
        for linea in lineas.filtered(lambda line: line.situation == "new"):
            capital = float(saldos.get(linea.partida_id.id, 0))
            if capital <= 0:
                linea.outcome = "paid"
            elif capital != linea.amount:
                linea.amount = capital
        self._releer_sabidas(saldos)
        self._completar()

    def _saldos(self, lineas):
        """{item id: balance} of those of `lineas` that are owed, from the journal items of this instant."""
        owed = Deudas(self.env, self.company, self.today).leer(lineas.expediente_id)
        wanted = set(lineas.partida_id.ids)
        return {p.id: p.capital for items in owed.values() for p in items if p.id in wanted}

    def _releer_sabidas(self, saldos):
        """The lines of what the bureau knows, again; of what there is nothing to tell any more, none goes out."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE cartera_central_reporte_linea v
                   SET situation = COALESCE(s.situation, v.situation), reason = s.reason,
                       amount = COALESCE(s.amount, 0), days = COALESCE(s.days, 0), date_paid = s.date_paid,
                       date_due = COALESCE(s.date_due, v.date_due),
                       previous_id = COALESCE(s.previous_id, v.previous_id),
                       is_disputed = COALESCE(s.is_disputed, FALSE),
                       outcome = CASE WHEN s.situation IS NULL THEN 'known' ELSE 'pending' END
                  FROM cartera_central_reporte_linea w
             LEFT JOIN (%s) s ON s.partida_id = w.partida_id
                 WHERE w.id = v.id AND v.reporte_id = %s AND v.situation != 'new'
                """,
                self._por_decir(saldos),
                self.reporte.id,
            )
        )
        self.env.invalidate_all(flush=False)


# What was written off of items and was neither recovered nor reversed: Odoo shows it as paid, and it is owed.
WRITTEN_OFF = SQL(
    """SELECT partida_id, SUM(amount) AS amount, MAX(date) AS last_day
         FROM cartera_castigo_movimiento GROUP BY partida_id"""
)
# When item `p` was settled, and whether all that settled it were credit notes.
PAYMENTS = SQL(
    """SELECT MAX(z.max_date) AS paid_on, BOOL_AND(w.move_type = 'out_refund') AS credited
         FROM account_partial_reconcile z
         JOIN account_move_line u ON u.id = z.credit_move_id
         JOIN account_move w ON w.id = u.move_id
        WHERE z.debit_move_id = p.move_line_id AND w.state = 'posted'"""
)
