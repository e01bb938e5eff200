"""How a closing is computed: one statement for its items, one for their aggregate, none a row.

1. *Ledger*: the lines open at the end of the day and their balances (`LibroAl`).
2. *Procedure* at that day: claims, agreements and referrals by the dates of their documents; the stage that the item
   had, today's with the changes since undone. Of a day before the procedure was kept here, and of items that came
   later, the stage that the ladder of days gives the staged unit.
3. *Text*: names are copied in the company's language, so that a closing stands by itself.
"""

from odoo.tools import SQL

from .cartera_corte_libro import LibroAl
from .cartera_corte_resumen import DIMENSIONS
from .cartera_en_su_dia import EnSuDia
from .cartera_libro import columnas

COLUMNS = (
    "move_line_id move_id partida_id expediente_id partner_id cuenta_id number account_code partner_name vat "
    "date_invoice date_due days_overdue position etapa etapa_id etapa_orden etapa_kind banda banda_orden hold_reason "
    "responsable acuerdo remision legal agencia cuenta use estrato zona zona_id cycle municipality officer user_id "
    "salesperson currency amount_original amount amount_currency amount_impairment accounts"
).split()


class Calculo(EnSuDia, LibroAl):
    """The items of one draft closing; see the module's docstring."""

    def __init__(self, corte):
        corte = corte.sudo()
        super().__init__(corte.env, corte.company_id, corte.date)
        self.corte = corte

    def ejecutar(self):
        """Replace the draft's items and aggregate; the totals are left in the closing's own columns."""
        self.env.flush_all()
        self.preparar()
        cr = self.env.cr
        self.olvidar()
        cr.execute(self._sql_insertar())
        cr.execute(self._sql_resumen())
        cr.execute(self._sql_cuadre())
        cr.execute(self._sql_totales())
        self.env.invalidate_all(flush=False)

    def olvidar(self):
        """Delete what the draft had."""
        for table in ("cartera_corte_linea", "cartera_corte_resumen", "cartera_corte_cuadre"):
            self.env.cr.execute(SQL("DELETE FROM %s WHERE corte_id = %s", SQL.identifier(table), self.corte.id))

    # --- items ----------------------------------------------------------------------------------------------------

    def _sql_insertar(self):
        return SQL(
            """
            INSERT INTO cartera_corte_linea (corte_id, company_id, date, %(names)s)
              WITH abierta AS MATERIALIZED (%(open)s), hecho AS (%(facts)s), lugar AS (%(places)s),
                   persona AS (SELECT u.id, p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id),
                   nombre_etapa AS MATERIALIZED (
                       SELECT e.id, %(stage)s AS name, e.sequence, e.kind FROM cartera_etapa e),
                   nombre_banda AS MATERIALIZED (SELECT n.id, %(band)s AS name, n.days_from FROM cartera_banda n)
            SELECT %(corte)s, %(company)s, %(date)s, %(texts)s
              FROM lugar q
         LEFT JOIN nombre_etapa e ON e.id = q.etapa_id
         LEFT JOIN nombre_banda n ON n.id = q.banda_id
         LEFT JOIN cartera_cuenta c ON c.id = q.cuenta_id
         LEFT JOIN cartera_zona z ON z.id = COALESCE(c.zona_id, q.zona_id)
         LEFT JOIN res_partner rp ON rp.id = q.partner_id
         LEFT JOIN persona up ON up.id = q.user_id
         LEFT JOIN persona sp ON sp.id = q.invoice_user_id
         LEFT JOIN persona ap ON ap.id = q.responsable_id
         LEFT JOIN res_currency y ON y.id = q.currency_id
          ORDER BY q.move_line_id
            """,
            names=columnas(COLUMNS),
            open=self._abiertas(),
            facts=self._hechos(),
            places=self._lugar(),
            stage=self._traducido("e"),
            band=self._traducido("n"),
            corte=self.corte.id,
            company=self.company.id,
            date=self.on_date,
            texts=self._textos(),
        )

    def _hechos(self):
        """Each open line with its item, dossier, documents at that day and the stage that it is known to have had."""
        return SQL(
            """
            SELECT a.move_line_id, a.move_id, a.account_id, a.number, a.date, a.date_due, a.currency_id, a.balance,
                   a.residual, a.residual_currency, rp.commercial_partner_id AS partner_id,
                   m.cartera_cuenta_id AS cuenta_id, m.invoice_user_id,
                   p.id AS partida_id, p.zona_id, x.id AS expediente_id, x.user_id, %(days)s AS days,
                   COALESCE(x.politica_id, %(politica)s) AS politica_id,
                   %(stage)s AS etapa_vista, o.name AS acuerdo, o.date_active, k.user_id AS responsable_id,
                   f.number AS remision, COALESCE(f.legal, FALSE) AS referred, f.agencia, %(hold)s AS hold_reason
              FROM abierta a
         LEFT JOIN account_move m ON m.id = a.move_id
                                 AND (m.cartera_cuenta_id IS NOT NULL OR m.invoice_user_id IS NOT NULL)
         LEFT JOIN res_partner rp ON rp.id = a.partner_id
         LEFT JOIN cartera_partida p ON p.move_line_id = a.move_line_id
         LEFT JOIN cartera_expediente x ON x.partner_id = rp.commercial_partner_id AND x.company_id = %(company)s
         LEFT JOIN (%(changes)s) h ON h.partida_id = p.id
         LEFT JOIN (%(claims)s) k ON k.partida_id = p.id
         LEFT JOIN (%(agreements)s) o ON o.partida_id = p.id
         LEFT JOIN (%(referrals)s) f ON f.partida_id = p.id
            """,
            days=SQL("%s - a.date_due", self.on_date),
            politica=self.company.cartera_politica_id.id,
            company=self.company.id,
            stage=SQL("NULL::int") if self.corte.reconstructed else self._etapa_vista(SQL("%s", self.on_date)),
            hold=self._retencion(),
            changes=self._cambios(),
            claims=self._reclamos(),
            agreements=self._ese_dia(self._acuerdos_en_el_tiempo()),
            referrals=self._ese_dia(self._remisiones_en_el_tiempo()),
        )

    def _retencion(self):
        """A claim by its dates; what is held by hand only as it stands now, and not of days before."""
        by_hand = SQL("NULL") if self.corte.reconstructed else SQL("NULLIF(p.hold_reason, 'claim')")
        return SQL("CASE WHEN k.disputed >= a.residual THEN 'claim' ELSE %s END", by_hand)

    def _cambios(self):
        """The stage that each item had before its first change after that day."""
        return SQL(
            """
            SELECT DISTINCT ON (partida_id) partida_id, etapa_from_id FROM cartera_etapa_cambio
             WHERE company_id = %s AND date > %s ORDER BY partida_id, id
            """,
            self.company.id,
            self.on_date,
        )

    def _reclamos(self):
        return SQL(
            """
            SELECT l.partida_id, SUM(l.amount_disputed) AS disputed,
                   (ARRAY_AGG(r.user_id ORDER BY r.date_filed, r.id))[1] AS user_id
              FROM cartera_reclamacion_linea l JOIN cartera_reclamacion r ON r.id = l.reclamacion_id
             WHERE r.company_id = %(company)s AND r.state != 'draft' AND r.kind IN ('claim', 'appeal')
               AND r.date_filed <= %(date)s
               AND COALESCE(r.date_answered, r.date_end, 'infinity') > %(date)s
          GROUP BY l.partida_id
            """,
            company=self.company.id,
            date=self.on_date,
        )

    def _ese_dia(self, spans):
        """The last of `spans` (EnSuDia) of each item that stood at the end of that day."""
        return SQL(
            """
            SELECT DISTINCT ON (v.partida_id) v.* FROM (%s) v WHERE v.desde <= %s AND v.hasta > %s
          ORDER BY v.partida_id, v.desde DESC
            """,
            spans,
            self.on_date,
            self.on_date,
        )

    # --- its place ------------------------------------------------------------------------------------------------

    def _lugar(self):
        """Stage and band of each line, what the allowance holds for it, and whether it is its account's oldest."""
        return SQL(
            """
            SELECT h.*, CASE WHEN h.residual > 0 THEN COALESCE(h.etapa_vista, %(ladder)s) END AS etapa_id,
                   CASE WHEN h.residual > 0 THEN %(band)s END AS banda_id,
                   h.residual > 0 AND ROW_NUMBER() OVER (PARTITION BY h.residual > 0, h.cuenta_id, %(alone)s
                                                             ORDER BY h.date_due, h.move_line_id) = 1 AS oldest
              FROM (SELECT h.*, %(unit)s AS unit_days, LEAST(h.days, h.date_active - h.date_due) AS still_days
                      FROM (%(facts)s) h) h
            """,
            ladder=self._etapa_de_los_dias(SQL("h.unit_days")),
            band=self._banda_de_los_dias(SQL("h.still_days")),
            alone=SQL("CASE WHEN h.cuenta_id IS NULL THEN COALESCE(h.partner_id, -h.move_line_id) END"),
            unit=self._dias_de_la_unidad(),
            facts=self._deteriorado(SQL("SELECT * FROM hecho")),
        )

    def _dias_de_la_unidad(self):
        """The age that stages: of the line, or of the oldest due one of its account or debtor."""
        units = {"account": SQL("h.cuenta_id"), "debtor": SQL("h.partner_id")}

        def of_policy(politica):
            unit = units.get(politica.unit)
            return unit and SQL(
                "CASE WHEN %(unit)s IS NULL THEN h.days ELSE MAX(h.days) FILTER (WHERE h.residual > 0) "
                "OVER (PARTITION BY h.politica_id, %(unit)s) END",
                unit=unit,
            )

        return self._por_politica(lambda p: of_policy(p) or SQL("h.days"))

    def _deteriorado(self, facts):
        """`facts` with what the allowance account holds for each line, its debtor's first, then the general one: oldest
        lines first, as write-offs take it."""
        held = self._provisionado()
        if not held:
            return SQL("SELECT h.*, 0::numeric AS impairment FROM (%s) h", facts)
        general = held.pop(None, 0)
        taken = SQL("GREATEST(v.held - SUM(h.due) OVER (PARTITION BY h.partner_id ORDER BY h.date_due, h.move_line_id)")
        return SQL(
            """
            SELECT h.*, own + LEAST(due - own, GREATEST(%(general)s + due - own - SUM(due - own)
                                                        OVER (ORDER BY date_due, move_line_id), 0)) AS impairment
              FROM (SELECT h.*, COALESCE(LEAST(h.due, %(taken)s + h.due, 0)), 0) AS own
                      FROM (SELECT f.*, GREATEST(f.residual, 0) AS due FROM (%(facts)s) f) h
                 LEFT JOIN UNNEST(%(partners)s::int[], %(amounts)s::numeric[]) v(id, held) ON v.id = h.partner_id) h
            """,
            general=general,
            taken=taken,
            facts=facts,
            partners=list(held),
            amounts=list(held.values()),
        )

    def _provisionado(self):
        """{commercial partner id, or None: amount} of what the allowance account holds at that day, above zero."""
        account = self.company.cartera_allowance_account_id
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id, -SUM(l.balance)
                  FROM account_move_line l LEFT JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.account_id = %s AND l.company_id = %s AND l.parent_state = 'posted' AND l.date <= %s
              GROUP BY p.commercial_partner_id HAVING SUM(l.balance) < 0
                """,
                account.id or 0,
                self.company.id,
                self.on_date,
            )
        )
        return dict(rows)

    # --- text -----------------------------------------------------------------------------------------------------

    def _textos(self):
        """The values of COLUMNS, in their order."""
        return SQL(
            """
            q.move_line_id, q.move_id, q.partida_id, q.expediente_id, q.partner_id, q.cuenta_id, q.number, %(account)s,
            rp.name, rp.vat, q.date, q.date_due, CASE WHEN q.residual > 0 THEN GREATEST(q.days, 0) ELSE 0 END,
            CASE WHEN q.residual <= 0 THEN 'credit' WHEN q.days > 0 THEN 'overdue' ELSE 'current' END,
            e.name, q.etapa_id, e.sequence, e.kind, n.name, n.days_from, q.hold_reason,
            CASE WHEN q.hold_reason IS NOT NULL THEN COALESCE(ap.name, up.name) END, q.acuerdo, q.remision,
            q.residual > 0 AND (q.referred OR COALESCE(e.kind, '') = 'legal'), q.agencia, c.name, %(use)s, c.estrato,
            z.name, z.id, c.cycle, COALESCE(c.municipality, rp.city), up.name, q.user_id, sp.name, y.name, q.balance,
            q.residual, q.residual_currency, q.impairment, q.oldest::int
            """,
            account=self._codigo(),
            use=self._etiqueta("cartera.cuenta", "use", SQL("c.use")),
        )

    def _codigo(self):
        accounts = self.env["account.account"].with_company(self.company).browse(self._cuentas()).exists()
        if not accounts:
            return SQL("NULL")
        return SQL(
            "CASE q.account_id %s END", SQL(" ").join(SQL("WHEN %s THEN %s", a.id, a.code or "") for a in accounts)
        )

    # --- totals ---------------------------------------------------------------------------------------------------

    def _sql_resumen(self):
        return SQL(
            """
            INSERT INTO cartera_corte_resumen (corte_id, company_id, date, is_current, in_agreement, %(names)s, items,
                                               accounts, amount, amount_impairment)
            SELECT %(corte)s, %(company)s, %(date)s, FALSE, acuerdo IS NOT NULL, %(names)s, COUNT(*), SUM(accounts),
                   SUM(amount), SUM(amount_impairment)
              FROM cartera_corte_linea WHERE corte_id = %(corte)s
          GROUP BY acuerdo IS NOT NULL, %(names)s
            """,
            names=columnas(DIMENSIONS),
            corte=self.corte.id,
            company=self.company.id,
            date=self.on_date,
        )

    def _sql_cuadre(self):
        """One row an account: what it shows at that day, what of it was shown apart, what its items sum to."""
        return SQL(
            """
            INSERT INTO cartera_corte_cuadre (corte_id, account_id, account_code, amount_ledger, amount_reclassified,
                                              amount_items, amount_difference)
            SELECT %(corte)s, a.id, q.code, COALESCE(s.balance, 0), COALESCE(s.apart, 0), COALESCE(i.amount, 0),
                   COALESCE(s.balance, 0) + COALESCE(s.apart, 0) - COALESCE(i.amount, 0)
              FROM account_account a
              JOIN LATERAL (SELECT %(code)s AS code FROM (SELECT a.id AS account_id) q) q ON TRUE
         LEFT JOIN (SELECT l.account_id, SUM(l.balance) AS balance,
                           -SUM(l.balance) FILTER (WHERE l.cartera_reclasificacion_id IS NOT NULL) AS apart
                      FROM account_move_line l
                     WHERE %(scope)s AND l.date <= %(date)s GROUP BY l.account_id) s ON s.account_id = a.id
         LEFT JOIN (SELECT account_code, SUM(amount) AS amount FROM cartera_corte_linea
                     WHERE corte_id = %(corte)s GROUP BY account_code) i ON i.account_code = q.code
             WHERE a.id IN %(accounts)s AND (s.balance IS NOT NULL OR i.amount IS NOT NULL)
            """,
            corte=self.corte.id,
            code=self._codigo(),
            scope=self._alcance_contable(),
            date=self.on_date,
            accounts=self._cuentas(),
        )

    def _sql_totales(self):
        return SQL(
            """
            UPDATE cartera_corte x
               SET item_count = s.items, account_count = s.accounts, amount_overdue = s.overdue,
                   amount_current = s.actual, amount_credit = s.credit, amount_total = s.overdue + s.actual + s.credit,
                   amount_ledger = l.ledger, amount_reclassified = l.apart,
                   amount_difference = l.difference, generated_on = %(now)s
              FROM (SELECT COALESCE(SUM(items), 0) AS items, COALESCE(SUM(accounts), 0) AS accounts,
                           COALESCE(SUM(amount) FILTER (WHERE position = 'overdue'), 0) AS overdue,
                           COALESCE(SUM(amount) FILTER (WHERE position = 'current'), 0) AS actual,
                           COALESCE(SUM(amount) FILTER (WHERE position = 'credit'), 0) AS credit
                      FROM cartera_corte_resumen WHERE corte_id = %(corte)s) s,
                   (SELECT COALESCE(SUM(amount_ledger), 0) AS ledger, COALESCE(SUM(amount_reclassified), 0) AS apart,
                           COALESCE(SUM(amount_difference), 0) AS difference
                      FROM cartera_corte_cuadre WHERE corte_id = %(corte)s) l
             WHERE x.id = %(corte)s
            """,
            corte=self.corte.id,
            now=self.env.cr.now(),
        )
