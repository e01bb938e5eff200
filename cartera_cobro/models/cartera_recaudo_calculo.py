"""How collections are kept: the ledger's matchings, those already kept, and only the difference written.

1. *Ledger*: every matching, both its entries posted, that paid a debit line of the company's receivable accounts.
2. *Difference* with the rows kept, in a temporary table: matchings that are new, that are no more, that changed (their
   day, amount or entries), and rows whose debtor, dossier or item is another one today. A row written before its day
   was over is written again once, by the first run of a later day: the stage is the one at the end of that day.
3. *Place*: of new and changed ones only, what the item was on the day of the money: its stage, today's with the later
   changes undone, or, of a day before the procedure was kept here, the one that the ladder of days gives the staged
   unit, as closings do; its agreement, its referral, its officer as of the day on which the row is written.
"""

from odoo.tools import SQL

from .cartera_campana_efecto import MONEY_JOURNALS
from .cartera_en_su_dia import EnSuDia
from .cartera_libro import Libro, columnas

# What the ledger says of a matching, and what the row points to today.
LEDGER = "date amount move_line_id move_id journal_id".split()
LINKS = "partida_id expediente_id partner_id".split()
PLACE = (
    "kind etapa_id etapa etapa_orden etapa_kind banda banda_orden position days_overdue number cuenta_id use estrato "
    "zona zona_id municipality user_id officer salesperson agencia agencia_id legal in_agreement accounts"
).split()


class Recaudacion(EnSuDia, Libro):
    """Brings `cartera_recaudo` of one company up to date; see the module's docstring."""

    def __init__(self, env, company, on_date, since):
        super().__init__(env, company, on_date)
        # From this day on the procedure is kept here: before, only the days say which stage an item was in.
        self.since = since

    def ejecutar(self):
        """{"created", "removed", "changed", "linked", "locked"}: rows, of which changed ones were written anew."""
        counts = dict.fromkeys(("created", "removed", "changed", "linked"), 0)
        if not self.tomar_turno():
            return counts | {"locked": True}
        self.env.flush_all()
        self.preparar()
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS cartera_recaudo_objetivo")
        cr.execute(SQL("CREATE TEMPORARY TABLE cartera_recaudo_objetivo ON COMMIT DROP AS %s", self._diferencia()))
        cr.execute("SELECT what, COUNT(*) FROM cartera_recaudo_objetivo GROUP BY what")
        counts |= dict(cr.fetchall())
        if any(counts.values()):
            self._escribir()
            self.env["cartera.recaudo"].invalidate_model()
        return counts | {"locked": False}

    def _escribir(self):
        cr = self.env.cr
        cr.execute("ANALYZE cartera_recaudo_objetivo")
        cr.execute(
            "DELETE FROM cartera_recaudo r USING cartera_recaudo_objetivo o "
            "WHERE r.partial_id = o.partial_id AND o.what IN ('removed', 'changed')"
        )
        cr.execute(
            SQL(
                "UPDATE cartera_recaudo r SET (%s) = ROW(%s) FROM cartera_recaudo_objetivo o "
                "WHERE r.partial_id = o.partial_id AND o.what = 'linked'",
                columnas(LINKS),
                columnas(LINKS, "o"),
            )
        )
        cr.execute(self._sql_insertar())

    # --- the ledger -----------------------------------------------------------------------------------------------

    def _conciliado(self):
        """Matchings that paid (part of) a debit line of the chosen accounts, with what the row points to today."""
        return SQL(
            """
            SELECT r.id AS partial_id, r.max_date AS date, r.amount, l.id AS move_line_id, b.move_id, b.journal_id,
                   p.id AS partida_id, x.id AS expediente_id, rp.commercial_partner_id AS partner_id
              FROM account_partial_reconcile r
              JOIN account_move_line l ON l.id = r.debit_move_id
              JOIN account_move_line b ON b.id = r.credit_move_id AND b.parent_state = 'posted'
         LEFT JOIN cartera_partida p ON p.move_line_id = l.id
         LEFT JOIN res_partner rp ON rp.id = l.partner_id
         LEFT JOIN cartera_expediente x ON x.partner_id = rp.commercial_partner_id AND x.company_id = l.company_id
             WHERE %s AND r.amount != 0
            """,
            self._alcance(),
        )

    def _diferencia(self):
        """The rows of `_conciliado` that are not kept as they are, and the kept ones that the ledger has no more."""
        return SQL(
            """
            SELECT q.*, COALESCE(q.of_ledger, q.of_row) AS partial_id
              FROM (SELECT c.partial_id AS of_ledger, k.partial_id AS of_row, %(names)s,
                           CASE WHEN k.partial_id IS NULL THEN 'created' WHEN c.partial_id IS NULL THEN 'removed'
                                WHEN (%(kept)s) IS DISTINCT FROM (%(wanted)s)
                                     OR k.placed_on <= k.date AND k.placed_on < %(today)s THEN 'changed'
                                WHEN (%(kept_links)s) IS DISTINCT FROM (%(links)s) THEN 'linked' END AS what
                      FROM (%(ledger)s) c
                 FULL JOIN (SELECT * FROM cartera_recaudo WHERE company_id = %(company)s) k
                        ON k.partial_id = c.partial_id) q
             WHERE q.what IS NOT NULL
            """,
            names=columnas(LEDGER + LINKS, "c"),
            kept=columnas(LEDGER, "k"),
            wanted=columnas(LEDGER, "c"),
            kept_links=columnas(LINKS, "k"),
            links=columnas(LINKS, "c"),
            ledger=self._conciliado(),
            company=self.company.id,
            today=self.on_date,
        )

    # --- its place ------------------------------------------------------------------------------------------------

    def _sql_insertar(self):
        names = ["partial_id", *LEDGER, *LINKS]
        return SQL(
            """
            INSERT INTO cartera_recaudo (company_id, placed_on, %(names)s, %(place)s)
              WITH hecho AS MATERIALIZED (%(facts)s), lugar AS (%(places)s)
            SELECT %(company)s, %(today)s, %(values)s, %(texts)s
              FROM lugar q
         LEFT JOIN cartera_etapa e ON e.id = q.etapa_id
         LEFT JOIN cartera_banda n ON n.id = q.banda_id
         LEFT JOIN cartera_cuenta c ON c.id = q.cuenta_id
         LEFT JOIN cartera_zona z ON z.id = c.zona_id
         LEFT JOIN res_partner rp ON rp.id = q.partner_id
         LEFT JOIN res_users u ON u.id = q.user_id LEFT JOIN res_partner up ON up.id = u.partner_id
         LEFT JOIN res_users s ON s.id = q.invoice_user_id LEFT JOIN res_partner sp ON sp.id = s.partner_id
          ORDER BY q.date, q.partial_id
            """,
            names=columnas(names),
            place=columnas(PLACE),
            facts=self._hechos(),
            places=self._lugar(),
            company=self.company.id,
            today=self.on_date,
            values=columnas(names, "q"),
            texts=self._textos(),
        )

    def _hechos(self):
        """The new and changed matchings with the item's dates, account and people, and its documents on that day."""
        return SQL(
            """
            SELECT t.*, l.move_name AS number, t.date - COALESCE(l.date_maturity, l.date) AS days,
                   COALESCE(l.date_maturity, l.date) AS date_due, m.cartera_cuenta_id AS cuenta_id, m.invoice_user_id,
                   m.cartera_castigo_id IS NOT NULL AS castigado, x.user_id,
                   COALESCE(x.politica_id, %(politica)s) AS politica_id, %(kind)s AS kind,
                   CASE WHEN t.date >= %(since)s THEN %(stage)s END AS etapa_vista,
                   o.name AS acuerdo, o.date_active, f.legal AS referred, f.agencia, f.agencia_id
              FROM cartera_recaudo_objetivo t
              JOIN account_move_line l ON l.id = t.move_line_id
              JOIN account_move m ON m.id = l.move_id
              JOIN account_journal lj ON lj.id = l.journal_id
              JOIN account_move b ON b.id = t.move_id
              JOIN account_journal bj ON bj.id = t.journal_id
         LEFT JOIN cartera_partida p ON p.id = t.partida_id
         LEFT JOIN cartera_expediente x ON x.id = t.expediente_id
         LEFT JOIN (%(changes)s) h ON h.partial_id = t.partial_id
         LEFT JOIN (%(agreements)s) o ON o.partial_id = t.partial_id
         LEFT JOIN (%(referrals)s) f ON f.partial_id = t.partial_id
             WHERE t.what IN ('created', 'changed')
            """,
            politica=self.company.cartera_politica_id.id,
            kind=self._clase(),
            since=self.since,
            stage=self._etapa_vista(SQL("t.date")),
            changes=self._cambios(),
            agreements=self._al_llegar(self._acuerdos_en_el_tiempo()),
            referrals=self._al_llegar(self._remisiones_en_el_tiempo()),
        )

    def _clase(self):
        """What paid. Money that only went back, an entry that takes another back and exchange differences are 'other'.

        A debit of a bank or cash journal is a debt only if it was given time (a loan): else it is money returned. The
        payments that came with an imported portfolio were money, although no bank journal has them.
        """
        return SQL(
            """
            CASE WHEN m.reversed_entry_id = b.id
                      OR lj.type IN %(money)s AND COALESCE(l.date_maturity, l.date) <= l.date
                      OR m.id IN (%(exchange)s) OR b.id IN (%(exchange)s)
                 THEN 'other'
                 WHEN b.cartera_castigo_id IS NOT NULL
                      OR b.id IN (SELECT move_id FROM account_move_line WHERE account_id = %(allowance)s)
                 THEN 'write_off'
                 WHEN b.origin_payment_id IS NOT NULL OR bj.type IN %(money)s OR b.id IN (%(imported)s) THEN 'payment'
                 WHEN b.move_type = 'out_refund' THEN 'credit_note' ELSE 'other' END
            """,
            money=MONEY_JOURNALS,
            imported=SQL("SELECT payment_move_id FROM cartera_importacion_fila WHERE payment_move_id IS NOT NULL"),
            exchange=SQL("SELECT exchange_move_id FROM account_partial_reconcile WHERE exchange_move_id IS NOT NULL"),
            allowance=self.company.cartera_allowance_account_id.id or 0,
        )

    def _cambios(self):
        """The stage that each item had before its first change after the day of the money."""
        return SQL(
            """
            SELECT DISTINCT ON (t.partial_id) t.partial_id, c.partida_id, c.etapa_from_id
              FROM cartera_recaudo_objetivo t
              JOIN cartera_etapa_cambio c ON c.partida_id = t.partida_id AND c.date > t.date
             WHERE t.date >= %s ORDER BY t.partial_id, c.id
            """,
            self.since,
        )

    def _al_llegar(self, spans):
        """The last of `spans` (EnSuDia) of each item that stood on the day of the money, which may have ended it."""
        return SQL(
            """
            SELECT DISTINCT ON (t.partial_id) t.partial_id, v.*
              FROM cartera_recaudo_objetivo t
              JOIN (%s) v ON v.partida_id = t.partida_id AND v.desde <= t.date AND v.hasta >= t.date
          ORDER BY t.partial_id, v.desde DESC
            """,
            spans,
        )

    def _lugar(self):
        """Stage and band on that day. What is recovered of a write-off was in the stage of what is written off."""
        return SQL(
            """
            SELECT h.*, COALESCE(CASE WHEN h.castigado THEN %(written_off)s END, h.etapa_vista, %(ladder)s) AS etapa_id,
                   %(band)s AS banda_id
              FROM (%(facts)s) h
            """,
            written_off=self._por_politica(
                lambda p: SQL("%s::int", p.etapa_ids.filtered(lambda e: e.kind == "written_off")[:1].id or None)
            ),
            ladder=self._etapa_de_los_dias(SQL("h.unit_days")),
            band=self._banda_de_los_dias(SQL("LEAST(h.days, h.date_active - h.date_due)")),
            facts=self._con_unidad(),
        )

    def _con_unidad(self):
        """The facts with the age that stages: the item's, or that of the oldest debt of its account or debtor."""
        if all(politica.unit == "item" for politica in self.reglas.politicas):
            return SQL("SELECT h.*, h.days AS unit_days FROM hecho h")
        return SQL(
            """
            WITH pedida AS MATERIALIZED (SELECT h.partial_id, h.date, h.politica_id, %(unit)s AS unidad FROM hecho h),
                 unidad AS MATERIALIZED (
                    SELECT d.politica_id, d.unidad, d.date, MAX(d.date - v.date_due) AS days
                      FROM (SELECT DISTINCT politica_id, unidad, date FROM pedida WHERE unidad IS NOT NULL) d
                      JOIN (%(lives)s) v ON v.unidad = d.unidad AND v.politica_id = d.politica_id
                                        AND v.date <= d.date AND v.settled >= d.date
                  GROUP BY d.politica_id, d.unidad, d.date)
            SELECT h.*, COALESCE(u.days, h.days) AS unit_days
              FROM hecho h
              JOIN pedida d ON d.partial_id = h.partial_id
         LEFT JOIN unidad u ON u.politica_id = d.politica_id AND u.unidad = d.unidad AND u.date = d.date
            """,
            unit=self._unidad(),
            lives=self._vidas(),
        )

    def _unidad(self):
        units = {"account": SQL("'c' || h.cuenta_id"), "debtor": SQL("'d' || h.partner_id")}
        return self._por_politica(lambda p: units.get(p.unit, SQL("NULL")))

    def _vidas(self):
        """The debts of the staged units, each from its date to the day on which posted matchings had paid it."""
        return SQL(
            """
            SELECT * FROM (
                SELECT h.politica_id, h.date, h.date_due, %(unit)s AS unidad,
                       CASE WHEN h.paid >= h.balance THEN h.last ELSE 'infinity' END AS settled
                  FROM (SELECT l.date, COALESCE(l.date_maturity, l.date) AS date_due, l.balance, w.paid, w.last,
                               m.cartera_cuenta_id AS cuenta_id, rp.commercial_partner_id AS partner_id,
                               COALESCE(x.politica_id, %(politica)s) AS politica_id
                          FROM account_move_line l
                          JOIN account_move m ON m.id = l.move_id
                     LEFT JOIN res_partner rp ON rp.id = l.partner_id
                     LEFT JOIN cartera_expediente x
                            ON x.partner_id = rp.commercial_partner_id AND x.company_id = l.company_id
                     LEFT JOIN (SELECT r.debit_move_id, SUM(r.amount) AS paid, MAX(r.max_date) AS last
                                  FROM account_partial_reconcile r
                                  JOIN account_move_line b ON b.id = r.credit_move_id AND b.parent_state = 'posted'
                              GROUP BY r.debit_move_id) w ON w.debit_move_id = l.id
                         WHERE %(scope)s AND l.balance > 0) h) v
             WHERE v.unidad IN (SELECT unidad FROM pedida)
            """,
            unit=self._unidad(),
            politica=self.company.cartera_politica_id.id,
            scope=self._alcance(),
        )

    # --- text -----------------------------------------------------------------------------------------------------

    def _textos(self):
        """The values of PLACE, in their order."""
        return SQL(
            """
            q.kind, q.etapa_id, %(stage)s, e.sequence, e.kind, %(band)s, n.days_from,
            CASE WHEN q.days > 0 THEN 'overdue' ELSE 'current' END, GREATEST(q.days, 0), q.number, q.cuenta_id,
            %(use)s, c.estrato, z.name, z.id, COALESCE(c.municipality, rp.city), q.user_id, up.name, sp.name,
            q.agencia, q.agencia_id, COALESCE(q.referred, FALSE) OR COALESCE(e.kind, '') = 'legal',
            q.acuerdo IS NOT NULL, COALESCE(q.cuenta_id, -q.partner_id, 0)
            """,
            stage=self._traducido("e"),
            band=self._traducido("n"),
            use=self._etiqueta("cartera.cuenta", "use", SQL("c.use")),
        )
