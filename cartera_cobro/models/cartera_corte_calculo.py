"""How a closing is computed: a few statements for all its items and their aggregate, none a row.

1. *Facts* (`corte_hecho`): the lines open at the end of the day and their balances (`LibroAl`); of the procedure at
   that day, claims, agreements and referrals by the dates of their documents, and the stage that the item had, today's
   with the changes since undone; names, copied in the company's language, so that a closing stands by itself. No line
   asks another here, so that several processes of the database can work at once.
   Band and stage too; that of a day before the procedure was kept here, and of items that came later, is the one
   that the ladder of days gives.
2. *Beside it*, narrow tables for what a line has from other lines: which is its account's oldest, the stage of its
   unit, what the allowance holds for it.
3. *Items*: both joined, and their aggregate.
"""

from odoo.tools import SQL

from .cartera_corte_libro import LibroAl
from .cartera_corte_resumen import DIMENSIONS
from .cartera_corte_retencion import Retenciones
from .cartera_en_su_dia import EnSuDia
from .cartera_libro import apuntar, columnas

COLUMNS = (
    "move_line_id move_id partida_id expediente_id partner_id cuenta_id number account_code partner_name vat "
    "date_invoice date_due days_overdue position etapa etapa_id etapa_orden etapa_kind banda banda_orden hold_reason "
    "responsable acuerdo remision legal agencia cuenta use estrato zona zona_id cycle municipality officer user_id "
    "salesperson currency amount_original amount amount_currency amount_impairment accounts"
).split()
# The tables of what a draft has, which no foreign key empties.
SUYAS = ("cartera_corte_linea", "cartera_corte_resumen", "cartera_corte_cuadre", "cartera_corte_diferencia")


class Calculo(EnSuDia, Retenciones, LibroAl):
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
        apuntar(cr, "corte_hecho", self._con_su_lugar(self._hechos()), "move_line_id", "partner_id", "cuenta_id")
        apuntar(cr, "corte_antigua", self._antiguas())
        apuntar(cr, "corte_unidad", self._unidades())
        apuntar(cr, "corte_deterioro", self._deterioro())
        cr.execute(self._sql_insertar())
        # Sorting millions of rows by twenty texts takes ten times as long as to hash them, whatever is estimated.
        cr.execute("SET LOCAL enable_sort = off")
        apuntar(cr, "corte_grupo", self._grupos())
        cr.execute("SET LOCAL enable_sort TO DEFAULT")
        apuntar(cr, "corte_cuenta", self._saldos())
        cr.execute(self._sql_resumen())
        cr.execute(self._sql_cuadre())
        cr.execute(self._sql_totales())
        self.env.invalidate_all(flush=False)

    def olvidar(self):
        """Delete what the draft had."""
        for table in SUYAS:
            self.env.cr.execute(SQL("DELETE FROM %s WHERE corte_id = %s", SQL.identifier(table), self.corte.id))

    # --- facts ----------------------------------------------------------------------------------------------------

    def _hechos(self):
        """Each open line with its item, dossier, documents at that day, names, and the stage it was known to have."""
        return SQL(
            """
            WITH persona AS NOT MATERIALIZED (
                SELECT u.id, p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id)
            SELECT a.move_line_id, a.move_id, a.account_id, a.number, a.date, a.date_due, a.balance, a.residual,
                   a.residual_currency, y.name AS currency, rp.commercial_partner_id AS partner_id,
                   rc.name AS partner_name, rc.vat, m.cartera_cuenta_id AS cuenta_id, c.name AS cuenta,
                   %(use)s AS use, c.estrato, z.name AS zona, z.id AS zona_id, c.cycle,
                   COALESCE(c.municipality, rc.city) AS municipality, p.id AS partida_id, x.id AS expediente_id,
                   x.user_id, up.name AS officer, sp.name AS salesperson, COALESCE(ap.name, up.name) AS responsable,
                   %(days)s AS days, COALESCE(x.politica_id, %(politica)s) AS politica_id, %(stage)s AS etapa_vista,
                   o.name AS acuerdo, o.date_active, f.number AS remision, COALESCE(f.legal, FALSE) AS referred,
                   f.agencia, %(hold)s AS hold_reason
              FROM (%(open)s) a
         LEFT JOIN account_move m ON m.id = a.move_id
                                 AND (m.cartera_cuenta_id IS NOT NULL OR m.invoice_user_id IS NOT NULL)
         LEFT JOIN res_partner rp ON rp.id = a.partner_id
         LEFT JOIN res_partner rc ON rc.id = rp.commercial_partner_id
         LEFT JOIN cartera_partida p ON p.move_line_id = a.move_line_id
         LEFT JOIN cartera_expediente x ON x.partner_id = rp.commercial_partner_id AND x.company_id = %(company)s
         LEFT JOIN (%(changes)s) h ON h.partida_id = p.id
         LEFT JOIN (%(claims)s) k ON k.partida_id = p.id
         LEFT JOIN (%(courts)s) v ON v.expediente_id = x.id
         LEFT JOIN (%(agreements)s) o ON o.partida_id = p.id
         LEFT JOIN (%(referrals)s) f ON f.partida_id = p.id
         LEFT JOIN cartera_cuenta c ON c.id = m.cartera_cuenta_id
         LEFT JOIN cartera_zona z ON z.id = COALESCE(c.zona_id, p.zona_id)
         LEFT JOIN persona up ON up.id = x.user_id
         LEFT JOIN persona sp ON sp.id = m.invoice_user_id
         LEFT JOIN persona ap ON ap.id = COALESCE(v.user_id, k.user_id)
         LEFT JOIN res_currency y ON y.id = a.currency_id
            """,
            use=self._etiqueta("cartera.cuenta", "use", SQL("c.use")),
            days=SQL("%s - a.date_due", self.on_date),
            politica=self.company.cartera_politica_id.id,
            company=self.company.id,
            stage=SQL("NULL::int") if self.corte.reconstructed else self._etapa_vista(SQL("%s", self.on_date)),
            hold=self._retencion(by_hand=not self.corte.reconstructed),
            open=self._abiertas(),
            changes=self._cambios(),
            claims=self._reclamos(),
            courts=self._de_un_juez(),
            agreements=self._ese_dia(self._acuerdos_en_el_tiempo()),
            referrals=self._ese_dia(self._remisiones_en_el_tiempo()),
        )

    def _con_su_lugar(self, facts):
        """The same with the stage and the band that a line's own days give."""
        return SQL(
            "SELECT h.*, %s AS etapa_dias, %s AS banda_id FROM (%s) h",
            self._etapa_de_los_dias(SQL("h.days")),
            # An agreement in force stops the clock on its day.
            self._banda_de_los_dias(SQL("LEAST(h.days, h.date_active - h.date_due)")),
            facts,
        )

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

    # --- what a line has from others ------------------------------------------------------------------------------

    def _antiguas(self):
        """The oldest debt of each account (of each debtor, where there is no account)."""
        return SQL(
            """
            SELECT (MIN(ARRAY[date_due - DATE '1900-01-01', move_line_id]))[2] AS move_line_id FROM corte_hecho
             WHERE residual > 0
          GROUP BY cuenta_id, CASE WHEN cuenta_id IS NULL THEN COALESCE(partner_id, -move_line_id) END
            """
        )

    def _unidades(self):
        """The stage of lines that go by another's age: of the oldest due line of their account or debtor."""
        units = {"account": SQL("h.cuenta_id"), "debtor": SQL("h.partner_id")}
        if not any(p.unit in units for p in self.reglas.politicas):
            return SQL("SELECT 0 AS move_line_id, 0 AS etapa_id WHERE FALSE")
        return SQL(
            """
            SELECT h.move_line_id, %(ladder)s AS etapa_id
              FROM (SELECT move_line_id, politica_id,
                           MAX(days) FILTER (WHERE residual > 0) OVER (PARTITION BY politica_id, unit) AS days
                      FROM (SELECT h.move_line_id, h.days, h.residual, h.politica_id, %(unit)s AS unit
                              FROM corte_hecho h) u
                     WHERE unit IS NOT NULL) h
            """,
            ladder=self._etapa_de_los_dias(SQL("h.days")),
            unit=self._por_politica(lambda p: units.get(p.unit, SQL("NULL::int"))),
        )

    def _deterioro(self):
        """What the allowance account holds for each line, its debtor's first, then the general one: oldest lines first,
        as write-offs take it."""
        held = self._provisionado()
        general = held.pop(None, 0)
        taken = SQL("GREATEST(v.held - SUM(h.due) OVER (PARTITION BY h.partner_id ORDER BY h.date_due, h.move_line_id)")
        return SQL(
            """
            SELECT h.move_line_id, own + LEAST(due - own, GREATEST(%(general)s + due - own - SUM(due - own)
                                                   OVER (ORDER BY date_due, move_line_id), 0)) AS amount
              FROM (SELECT h.*, COALESCE(LEAST(h.due, %(taken)s + h.due, 0)), 0) AS own
                      FROM (SELECT f.move_line_id, f.partner_id, f.date_due, GREATEST(f.residual, 0) AS due
                              FROM corte_hecho f WHERE %(any)s) h
                 LEFT JOIN UNNEST(%(partners)s::int[], %(amounts)s::numeric[]) v(id, held) ON v.id = h.partner_id) h
            """,
            general=general,
            taken=taken,
            any=bool(held or general),
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

    # --- items ----------------------------------------------------------------------------------------------------

    def _sql_insertar(self):
        return SQL(
            """
              WITH nombre_etapa AS MATERIALIZED (
                       SELECT e.id, %(stage)s AS name, e.sequence, e.kind FROM cartera_etapa e),
                   nombre_banda AS MATERIALIZED (SELECT n.id, %(band)s AS name, n.days_from FROM cartera_banda n)
            INSERT INTO cartera_corte_linea (corte_id, company_id, date, %(names)s)
            SELECT %(corte)s, %(company)s, %(date)s, %(values)s
              FROM corte_hecho h
         LEFT JOIN corte_unidad u ON u.move_line_id = h.move_line_id
         LEFT JOIN corte_deterioro d ON d.move_line_id = h.move_line_id
         LEFT JOIN corte_antigua v ON v.move_line_id = h.move_line_id
         LEFT JOIN nombre_etapa e ON h.residual > 0 AND e.id = COALESCE(h.etapa_vista, u.etapa_id, h.etapa_dias)
         LEFT JOIN nombre_banda n ON h.residual > 0 AND n.id = h.banda_id
            """,
            names=columnas(COLUMNS),
            stage=self._traducido("e"),
            band=self._traducido("n"),
            corte=self.corte.id,
            company=self.company.id,
            date=self.on_date,
            values=self._valores(),
        )

    def _valores(self):
        """The values of COLUMNS, in their order."""
        return SQL(
            """
            h.move_line_id, h.move_id, h.partida_id, h.expediente_id, h.partner_id, h.cuenta_id, h.number, %s,
            h.partner_name, h.vat, h.date, h.date_due, CASE WHEN h.residual > 0 THEN GREATEST(h.days, 0) ELSE 0 END,
            CASE WHEN h.residual <= 0 THEN 'credit' WHEN h.days > 0 THEN 'overdue' ELSE 'current' END,
            e.name, e.id, e.sequence, e.kind, n.name, n.days_from, h.hold_reason,
            CASE WHEN h.hold_reason IS NOT NULL THEN h.responsable END, h.acuerdo, h.remision,
            h.residual > 0 AND (h.referred OR COALESCE(e.kind, '') = 'legal'), h.agencia, h.cuenta, h.use, h.estrato,
            h.zona, h.zona_id, h.cycle, h.municipality, h.officer, h.user_id, h.salesperson, h.currency, h.balance,
            h.residual, h.residual_currency, COALESCE(d.amount, 0), (v.move_line_id IS NOT NULL)::int
            """,
            self._codigo(SQL("h.account_id")),
        )

    def _codigo(self, account):
        """The code (text) of a chosen account, of its id."""
        accounts = self.env["account.account"].with_company(self.company).browse(self._cuentas()).exists()
        if not accounts:
            return SQL("NULL")
        return SQL(
            "CASE %s %s END", account, SQL(" ").join(SQL("WHEN %s THEN %s", a.id, a.code or "") for a in accounts)
        )

    # --- totals ---------------------------------------------------------------------------------------------------

    def _grupos(self):
        """The items that share every dimension, summed."""
        return SQL(
            """
            SELECT acuerdo IS NOT NULL AS in_agreement, %(names)s, account_code, COUNT(*) AS items,
                   SUM(accounts) AS accounts, SUM(amount) AS amount, SUM(amount_impairment) AS amount_impairment
              FROM cartera_corte_linea WHERE corte_id = %(corte)s
          GROUP BY acuerdo IS NOT NULL, %(names)s, account_code
            """,
            names=columnas(DIMENSIONS),
            corte=self.corte.id,
        )

    def _sql_resumen(self):
        return SQL(
            """
            INSERT INTO cartera_corte_resumen (corte_id, company_id, date, is_current, in_agreement, %(names)s, items,
                                               accounts, amount, amount_impairment)
            SELECT %(corte)s, %(company)s, %(date)s, FALSE, in_agreement, %(names)s, SUM(items), SUM(accounts),
                   SUM(amount), SUM(amount_impairment)
              FROM corte_grupo GROUP BY in_agreement, %(names)s
            """,
            names=columnas(DIMENSIONS),
            corte=self.corte.id,
            company=self.company.id,
            date=self.on_date,
        )

    def _saldos(self):
        """What each account shows at that day, and what of it was shown apart."""
        return SQL(
            """
            SELECT l.account_id, SUM(l.balance) AS balance,
                   -SUM(l.balance) FILTER (WHERE l.cartera_reclasificacion_id IS NOT NULL) AS apart
              FROM account_move_line l WHERE %s AND l.date <= %s GROUP BY l.account_id
            """,
            self._alcance_contable(),
            self.on_date,
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
              JOIN LATERAL (SELECT %(code)s AS code) q ON TRUE
         LEFT JOIN corte_cuenta s ON s.account_id = a.id
         LEFT JOIN (SELECT account_code, SUM(amount) AS amount FROM corte_grupo GROUP BY account_code) i
                ON i.account_code = q.code
             WHERE a.id IN %(accounts)s AND (s.balance IS NOT NULL OR i.amount IS NOT NULL)
            """,
            corte=self.corte.id,
            code=self._codigo(SQL("a.id")),
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
