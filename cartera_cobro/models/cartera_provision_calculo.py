"""How a run of impairment is computed: a few statements over the items of its closing, none an item.

1. *Exposed items*: those of the closing that owe, without differences in exchange that have no amount in their
   currency (a revaluation of the ledger is no loss of a debtor), each with its keys of segment.
2. *Each method*: the base (capital, less the debtor's credits and guarantees, the oldest items first), the band, and
   the rate: typed, of law, or the product of the flows of the month ends behind (`rules.impairment`).
3. *Rows*: a line an item with the posted method, the tax one and what the run before had; the aggregate of all.
"""

from odoo import fields
from odoo.tools import SQL

from .cartera_corte_linea import sql_diferencia_en_cambio
from .cartera_libro import apuntar
from .cartera_provision_flujo import Flujos
from .cartera_provision_metodo import TAX, etiquetas

TABLES = (
    "cartera_provision_linea", "cartera_provision_resumen", "cartera_provision_saldo", "cartera_provision_calculo",
)  # fmt: skip
# Columns of a closing's item that name its segment, by the method's setting.
SEGMENT = {"stage": "etapa", "use": "use", "estrato": "estrato"}


class CalculoProvision(Flujos):
    """The rows of one run; see the module's docstring."""

    def __init__(self, provision):
        self.provision = provision.sudo()
        self.env = self.provision.env
        self.corte = self.provision.corte_id
        self.company = self.provision.company_id
        self.date = self.corte.date
        self.lang = self.company.partner_id.lang or "en_US"
        self.decimals = self.company.currency_id.decimal_places
        self.revaluacion = sql_diferencia_en_cambio(self.company)
        self.unnamed = self.env["cartera.provision"].with_context(lang=self.lang).env._("Without a segment")

    def ejecutar(self):
        """Replace the run's rows, and write its totals on it."""
        self.env.flush_all()
        self.olvidar()
        self.provision.anterior_id = self._anterior()
        self._preparar()
        metodos = self.provision.metodo_id | self.provision.metodo_ids
        for metodo in metodos.with_context(lang=self.lang):
            self._calcular(metodo)
        self.env.flush_all()
        self.env.cr.execute(self._sql_lineas())
        self.env.cr.execute(self._sql_liberadas())
        self._totalizar()
        self.env.cr.execute("DROP TABLE IF EXISTS provision_expuesta, provision_item")
        self.env.invalidate_all()

    def olvidar(self):
        for table in TABLES:
            self.env.cr.execute(SQL("DELETE FROM %s WHERE provision_id = %s", SQL.identifier(table), self.provision.id))

    def _anterior(self):
        """The last run posted up to that date."""
        return self.provision.search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "posted"),
                ("date", "<=", self.date),
                ("id", "!=", self.provision.id),
            ],
            order="date desc, posted_order desc",
            limit=1,
        )

    # --- exposed items --------------------------------------------------------------------------------------------

    def _preparar(self):
        apuntar(self.env.cr, "provision_expuesta", self._expuestas())
        self.env.cr.execute("DROP TABLE IF EXISTS provision_item")
        self.env.cr.execute(
            "CREATE TEMP TABLE provision_item (metodo_id int, calculo_id int, linea_id int, segment varchar, "
            "days_from int, tax numeric, credit numeric, guarantee numeric, base numeric, rate numeric, "
            "individual bool, amount numeric) ON COMMIT DROP"
        )

    def _expuestas(self):
        """The items that owe, with what their invoice has of tax, their group, and what other years deducted."""
        return SQL(
            """
            SELECT l.id, l.move_line_id, l.partner_id, l.expediente_id, l.date_due, l.days_overdue, l.amount AS gross,
                   ROUND(l.amount * COALESCE(LEAST(m.amount_untaxed_signed / NULLIF(m.amount_total_signed, 0), 1), 1),
                         %(decimals)s) AS capital,
                   l.etapa, l.use, l.estrato, g.name AS tag, COALESCE(rp.cartera_related_party, FALSE) AS related,
                   COALESCE(f.deducted, 0) AS deducted
              FROM cartera_corte_linea l
         LEFT JOIN account_move m ON m.id = l.move_id AND m.move_type IN ('out_invoice', 'out_receipt')
         LEFT JOIN res_partner rp ON rp.id = l.partner_id
         LEFT JOIN (%(groups)s) g ON g.partner_id = l.partner_id
         LEFT JOIN (%(deducted)s) f ON f.move_line_id = l.move_line_id
             WHERE l.corte_id = %(corte)s AND l.amount > 0 AND NOT %(revaluation)s
            """,
            decimals=self.decimals,
            groups=self._grupos(),
            deducted=self._deducido(),
            corte=self.corte.id,
            revaluation=self.revaluacion,
        )

    def _grupos(self):
        """The first tag of each debtor, by name."""
        field = self.env["res.partner"]._fields["category_id"]
        return SQL(
            """SELECT r.%(partner)s AS partner_id, MIN(COALESCE(c.name->>%(lang)s, c.name->>'en_US')) AS name
                 FROM %(relation)s r JOIN res_partner_category c ON c.id = r.%(category)s GROUP BY 1""",
            partner=SQL.identifier(field.column1),
            category=SQL.identifier(field.column2),
            relation=SQL.identifier(field.relation),
            lang=self.lang,
        )

    def _deducido(self):
        """What the tax provision of earlier year ends deducted of each item (E.T. 145: up to the whole debt).

        Of a year end that was posted twice, the last run.
        """
        return SQL(
            """SELECT l.move_line_id, SUM(l.amount_fiscal) AS deducted
                 FROM (SELECT DISTINCT ON (date) id FROM cartera_provision
                        WHERE company_id = %s AND state = 'posted' AND date < %s
                          AND EXTRACT(month FROM date) = 12 AND EXTRACT(day FROM date) = 31
                     ORDER BY date, id DESC) v
                 JOIN cartera_provision_linea l ON l.provision_id = v.id
                WHERE l.amount_fiscal > 0
             GROUP BY 1""",
            self.company.id,
            self.date.replace(month=1, day=1),
        )

    # --- a method -------------------------------------------------------------------------------------------------

    def _calcular(self, metodo):
        days = metodo._bandas()
        calculo = self.env["cartera.provision.calculo"].create(
            {
                "provision_id": self.provision.id,
                "metodo_id": metodo.id,
                "name": metodo.name,
                "kind": metodo.kind,
                "is_posted": metodo == self.provision.metodo_id,
            }
        )
        flows = {}
        rates = metodo._tasas_escritas()
        if metodo.kind == "flow":
            flows, rates = self._derivar(metodo, calculo, days)
        calculo.parameters = self._parametros(metodo, days, rates, flows)
        calculo.flush_recordset()
        self.env.cr.execute(self._sql_item(metodo, calculo, days, rates))
        # What was just filled has no statistics: joined blindly, each row would look through all of the others.
        self.env.cr.execute("ANALYZE provision_item")
        self.env.cr.execute(self._sql_resumen(metodo, calculo, days, rates, flows))
        self.env.cr.execute(self._sql_calculo(calculo))
        calculo.invalidate_recordset(flush=False)

    def _parametros(self, metodo, days, rates, flows):
        """The method as it was (dict for JSON): its settings; `days`, the first days of its bands; and `rates`,
        [[segment, first day, loss rate, flow or None]], fractions."""
        names = ("segment_by", "months", "lgd", "forward", "forward_note", "with_individual", "untaxed",
                 "less_credits", "less_guarantees")  # fmt: skip
        used = [[*key, float(rate), float(flows[key]) if key in flows else None] for key, rate in rates.items()]
        return {name: metodo[name] for name in names} | {"days": list(days), "rates": used}

    def _segmento(self, metodo, row, tag):
        """The segment of a row of a closing (SQL), whose columns are `row`'s and whose group is `tag`.

        Empty text: the method has one segment, the whole.
        """
        if metodo.segment_by == "none":
            return SQL("''::varchar")
        name = tag if metodo.segment_by == "group" else SQL("%s.%s", row, SQL.identifier(SEGMENT[metodo.segment_by]))
        return SQL("COALESCE(NULLIF(%s, ''), %s)", name, self.unnamed)

    def _banda(self, days, age):
        """First day of the band of an age (SQL): the greatest of `days` that it reaches."""
        whens = SQL(" ").join(SQL("WHEN %s >= %s THEN %s", age, day, day) for day in reversed(days))
        return SQL("CASE %s ELSE %s END", whens, days[0])

    def _sql_item(self, metodo, calculo, days, rates):
        """The base of each item, oldest first what its debtor's credits and guarantees cover, its band, its rate."""
        running = SQL("OVER (PARTITION BY partner_id ORDER BY date_due, move_line_id)")
        return SQL(
            """
            INSERT INTO provision_item
              WITH tasa AS (
                SELECT * FROM UNNEST(%(segments)s::varchar[], %(bands)s::int[], %(rates)s::numeric[])
                    AS t(segment, days_from, rate)
            ), capital AS (
                SELECT e.*, %(segment)s AS segment, %(band)s AS days_from, %(capital)s AS due
                  FROM provision_expuesta e
            ), neto AS (
                SELECT c.*, GREATEST(LEAST(due, COALESCE(k.amount, 0) + due - SUM(due) %(running)s), 0) AS credit
                  FROM capital c LEFT JOIN (%(credits)s) k USING (partner_id)
            ), libre AS (
                SELECT n.*, GREATEST(LEAST(due - credit, COALESCE(g.amount, 0) + due - credit
                                                         - SUM(due - credit) %(running)s), 0) AS guarantee
                  FROM neto n LEFT JOIN (%(guarantees)s) g USING (expediente_id)
            ), tasado AS (
                SELECT l.*, due - credit - guarantee AS base, v.loss IS NOT NULL AS individual,
                       LEAST(COALESCE(v.loss, own.rate, whole.rate, 0), 1) AS rate
                  FROM libre l
             LEFT JOIN (%(assessed)s) v USING (expediente_id)
             LEFT JOIN tasa own ON own.segment = l.segment AND own.days_from = l.days_from AND l.segment != ''
             LEFT JOIN tasa whole ON whole.segment = '' AND whole.days_from = l.days_from
            )
            SELECT %(metodo)s, %(calculo)s, id, segment, days_from, gross - due, credit, guarantee, base, rate,
                   individual, %(amount)s
              FROM tasado
            """,
            segments=[segment for segment, _days in rates],
            bands=[day for _segment, day in rates],
            rates=[float(rate) for rate in rates.values()],
            segment=self._segmento(metodo, SQL("e"), SQL("e.tag")),
            band=self._banda(days, SQL("e.days_overdue")),
            capital=SQL("e.capital") if metodo.untaxed else SQL("e.gross"),
            running=running,
            credits=self._creditos(metodo),
            guarantees=self._garantias(metodo),
            assessed=self._evaluaciones(metodo),
            metodo=metodo.id,
            calculo=calculo.id,
            amount=self._importe(metodo),
        )

    def _importe(self, metodo):
        """Impairment of an item (SQL): base x rate, to the cent; of tax, nothing of related parties, nor twice."""
        amount = SQL("ROUND(base * rate, %s)", self.decimals)
        if metodo.kind not in TAX:
            return amount
        if metodo.kind == "fiscal_individual":
            amount = SQL("LEAST(%s, GREATEST(base - deducted, 0))", amount)
        return SQL("CASE WHEN related THEN 0 ELSE %s END", amount)

    def _creditos(self, metodo):
        """{debtor: credits not applied} at the closing, of a method that takes them off."""
        return SQL(
            "SELECT partner_id, -SUM(amount) AS amount FROM cartera_corte_linea l "
            "WHERE corte_id = %s AND amount < 0 AND NOT %s AND %s GROUP BY partner_id",
            self.corte.id,
            self.revaluacion,
            metodo.less_credits,
        )

    def _garantias(self, metodo):
        return SQL(
            """SELECT expediente_id, SUM(amount) AS amount FROM cartera_garantia
                WHERE company_id = %s AND active AND %s AND date_from <= %s AND COALESCE(date_to, 'infinity') >= %s
             GROUP BY expediente_id""",
            self.company.id,
            metodo.less_guarantees,
            self.date,
            self.date,
        )

    def _evaluaciones(self, metodo):
        """{dossier: fraction lost} of the assessments in force that day, the last one of each."""
        return SQL(
            """SELECT DISTINCT ON (expediente_id) expediente_id, (loss / 100)::numeric AS loss
                 FROM cartera_evaluacion
                WHERE company_id = %s AND state IN ('approved', 'ended') AND %s AND date <= %s
                  AND COALESCE(date_end, 'infinity') > %s
             ORDER BY expediente_id, date DESC, id DESC""",
            self.company.id,
            metodo.kind == "individual" or (metodo.with_individual and metodo.kind not in TAX),
            self.date,
            self.date,
        )

    # --- rows -----------------------------------------------------------------------------------------------------

    def _sql_resumen(self, metodo, calculo, days, rates, flows):
        """The aggregate of a method; a segment without rates of its own shows those of the whole."""
        labels = etiquetas(self.env(context={**self.env.context, "lang": self.lang}), days)
        keys = list(rates)
        return SQL(
            """
            INSERT INTO cartera_provision_resumen (provision_id, company_id, date, calculo_id, is_posted, segment,
                                                   days_from, banda, items, amount_gross, amount_base, flow, loss_rate,
                                                   amount)
              WITH tasa AS (
                SELECT * FROM UNNEST(%(segments)s::varchar[], %(bands)s::int[], %(rates)s::numeric[],
                                     %(flows)s::numeric[]) AS t(segment, days_from, rate, flow)
            ), nombre AS (SELECT * FROM UNNEST(%(days)s::int[], %(labels)s::varchar[]) AS n(days_from, label)),
               suma AS (
                SELECT i.segment, i.days_from, COUNT(*) AS items, SUM(e.gross) AS gross, SUM(i.base) AS base,
                       SUM(i.amount) AS amount
                  FROM provision_item i JOIN provision_expuesta e ON e.id = i.linea_id
                 WHERE i.calculo_id = %(calculo)s GROUP BY 1, 2
            )
            SELECT %(run)s, %(company)s, %(date)s, %(calculo)s, %(posted)s, s.segment, s.days_from, n.label, s.items,
                   s.gross, s.base, COALESCE(own.flow, whole.flow), 100 * COALESCE(own.rate, whole.rate, 0), s.amount
              FROM suma s
              JOIN nombre n USING (days_from)
         LEFT JOIN tasa own ON own.segment = s.segment AND own.days_from = s.days_from AND s.segment != ''
         LEFT JOIN tasa whole ON whole.segment = '' AND whole.days_from = s.days_from
          ORDER BY s.segment, s.days_from
            """,
            segments=[segment for segment, _day in keys],
            bands=[day for _segment, day in keys],
            rates=[rates[key] for key in keys],
            flows=[flows.get(key) for key in keys],
            days=list(labels),
            labels=list(labels.values()),
            calculo=calculo.id,
            run=self.provision.id,
            company=self.company.id,
            date=self.date,
            posted=calculo.is_posted,
        )

    def _sql_calculo(self, calculo):
        """The totals of a method, and what the run before had by it."""
        return SQL(
            """
            UPDATE cartera_provision_calculo c
               SET items = s.items, amount_base = s.base, amount = s.amount,
                   previous_amount = COALESCE((SELECT p.amount FROM cartera_provision_calculo p
                                                WHERE p.provision_id = %s AND p.metodo_id = c.metodo_id LIMIT 1), 0)
              FROM (SELECT COUNT(*) AS items, COALESCE(SUM(base), 0) AS base, COALESCE(SUM(amount), 0) AS amount
                      FROM provision_item WHERE calculo_id = %s) s
             WHERE c.id = %s
            """,
            self.provision.anterior_id.id or None,
            calculo.id,
            calculo.id,
        )

    def _sql_lineas(self):
        """A line an item: the posted method, what was changed by hand, the tax method, and the run before."""
        return SQL(
            """
            INSERT INTO cartera_provision_linea (
                   provision_id, company_id, date, move_line_id, partida_id, expediente_id, partner_id, number,
                   partner_name, vat, account_code, currency, date_due, days_overdue, position, etapa, segment,
                   days_from, banda, released, amount_gross, amount_tax, amount_credit, amount_guarantee, amount_base,
                   rate, individual, amount_computed, amount, previous_amount, amount_movement, amount_fiscal,
                   is_manual, reason, changed_by_id)
              WITH fiscal AS (
                SELECT i.linea_id, i.amount FROM provision_item i
                  JOIN cartera_provision_calculo c ON c.id = i.calculo_id AND c.kind IN %(tax)s AND NOT c.is_posted
            )
            SELECT %(run)s, %(company)s, %(date)s, l.move_line_id, l.partida_id, l.expediente_id, l.partner_id,
                   l.number, l.partner_name, l.vat, l.account_code, l.currency, l.date_due, l.days_overdue, l.position,
                   l.etapa, i.segment, i.days_from, r.banda, FALSE, l.amount, i.tax, i.credit, i.guarantee, i.base,
                   100 * i.rate, i.individual, i.amount, x.amount, COALESCE(a.amount, 0),
                   x.amount - COALESCE(a.amount, 0), COALESCE(f.amount, 0), m.id IS NOT NULL, m.reason, m.user_id
              FROM provision_item i
              JOIN cartera_corte_linea l ON l.id = i.linea_id
              JOIN cartera_provision_resumen r ON r.calculo_id = i.calculo_id AND r.segment = i.segment
                                              AND r.days_from = i.days_from
         LEFT JOIN fiscal f ON f.linea_id = i.linea_id
         LEFT JOIN cartera_provision_linea a ON a.provision_id = %(before)s AND a.move_line_id = l.move_line_id
         LEFT JOIN cartera_provision_ajuste m ON m.provision_id = %(run)s AND m.move_line_id = l.move_line_id
        CROSS JOIN LATERAL (SELECT CASE WHEN m.id IS NULL THEN i.amount ELSE LEAST(m.amount, l.amount) END AS amount) x
             WHERE i.metodo_id = %(metodo)s
          ORDER BY i.linea_id
            """,
            tax=TAX,
            run=self.provision.id,
            company=self.company.id,
            date=self.date,
            before=self.provision.anterior_id.id or None,
            metodo=self.provision.metodo_id.id,
        )

    def _sql_liberadas(self):
        """What the run before provided for items that the closing does not have any more: it is released."""
        return SQL(
            """
            INSERT INTO cartera_provision_linea (
                   provision_id, company_id, date, move_line_id, partida_id, expediente_id, partner_id, number,
                   partner_name, vat, account_code, currency, date_due, segment, days_from, banda, released,
                   amount_gross, amount_tax, amount_credit, amount_guarantee, amount_base, rate, amount_computed,
                   amount, previous_amount, amount_movement, amount_fiscal, individual, is_manual)
            SELECT %(run)s, a.company_id, %(date)s, a.move_line_id, a.partida_id, a.expediente_id, a.partner_id,
                   a.number, a.partner_name, a.vat, a.account_code, a.currency, a.date_due, a.segment, a.days_from,
                   a.banda, TRUE, 0, 0, 0, 0, 0, 0, 0, 0, a.amount, -a.amount, 0, FALSE, FALSE
              FROM cartera_provision_linea a
             WHERE a.provision_id = %(before)s AND a.amount != 0
               AND NOT EXISTS (SELECT FROM cartera_provision_linea n
                                WHERE n.provision_id = %(run)s AND n.move_line_id = a.move_line_id)
          ORDER BY a.id
            """,
            run=self.provision.id,
            date=self.date,
            before=self.provision.anterior_id.id or None,
        )

    def _totalizar(self):
        """Totals of the run, from its lines."""
        [totals] = self.env.execute_query_dict(
            SQL(
                """SELECT COUNT(*) FILTER (WHERE NOT released) AS item_count,
                          COALESCE(SUM(amount_gross), 0) AS amount_gross, COALESCE(SUM(amount_base), 0) AS amount_base,
                          COALESCE(SUM(amount), 0) AS amount, COALESCE(SUM(previous_amount), 0) AS previous_amount,
                          COALESCE(SUM(amount_movement), 0) AS amount_movement,
                          COALESCE(SUM(amount_fiscal), 0) AS amount_fiscal
                     FROM cartera_provision_linea WHERE provision_id = %s""",
                self.provision.id,
            )
        )
        [(revaluation,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(l.amount), 0) FROM cartera_corte_linea l WHERE l.corte_id = %s AND %s",
                self.corte.id,
                self.revaluacion,
            )
        )
        self.provision.write(
            {
                **{name: float(value) if name != "item_count" else value for name, value in totals.items()},
                "amount_revaluation": float(revaluation),
                "calculated_on": fields.Datetime.now(),
            }
        )
