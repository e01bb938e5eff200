"""The nightly classification: the ledger as it is, the procedure as it should look, and only the difference written.

How it works, for one company on one day:

1. *Turn*: a transaction-level advisory lock (the add-on's constant, the company); whoever comes second goes away.
2. *Binding*: items whose journal item was rebuilt by Odoo find their new one by journal entry and due date.
3. *Target*: one query reads the open lines of the chosen accounts (`libro`) beside the items not closed yet
   (`hechos`), measures the staged units (`unidad`) and gives each line its stage, band and reason (`objetivo`),
   keeping only what differs.
4. *Dossiers*: every commercial partner with an open line has one.
5. *Writing*, in one statement: missing items are inserted, the others updated, those that the ledger no longer
   shows open get their closing day, and every change of stage is logged.
6. *Totals* of the dossiers whose items were written. Ages count in them by bands only, so nothing else can differ.

The statements are SQL because rows are many; everything that people do goes through the ORM, whose computed fields
(see `cartera.partida`) give the same values at once.
"""

from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_evidencia import pide_evidencia, sql_cumple
from .cartera_libro import DECISIVE, LEDGER, PLACE, Libro, columnas
from .cartera_politica import TOTALS

# Up to this many dossiers are named one by one when totals are brought up to date; with more, the whole company is.
FEW = 10_000


class Clasificacion(Libro):
    """One run for one company and day; see the module's docstring."""

    def __init__(self, env, company, on_date):
        super().__init__(env, company, on_date)
        self.politicas = env["cartera.politica"]

    def ejecutar(self):
        """Run and return the counts {"created", "moved", "closed", "unchanged", "locked"}."""
        if not self.company.cartera_politica_id:
            raise UserError(
                self.env._("Choose a collection policy for %s in the settings first.", self.company.display_name)
            )
        if not self.tomar_turno():
            return dict.fromkeys(("created", "moved", "closed", "unchanged"), 0) | {"locked": True}
        self.env.flush_all()
        self._enlazar()
        self.politicas = self._politicas_en_uso()
        created, moved, closed, touched = self._escribir()
        self._totalizar(touched)
        self.env.invalidate_all(flush=False)
        return {
            "created": created,
            "moved": moved,
            "closed": closed,
            "unchanged": self._contar_abiertas() - created - moved,
            "locked": False,
        }

    # --- binding, policies --------------------------------------------------------------------------------

    def _enlazar(self):
        """Bind orphans (their journal item was deleted) to a free line of the same entry and due date."""
        self.env.execute_query(self._sql_enlazar(SQL("p.company_id = %s", self.company.id)))

    def _politicas_en_uso(self):
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT politica_id FROM cartera_expediente WHERE company_id = %s", self.company.id)
        )
        ids = {politica for (politica,) in rows if politica} | {self.company.cartera_politica_id.id}
        return self.env["cartera.politica"].sudo().browse(ids)

    # --- the ledger ---------------------------------------------------------------------------------------------

    def _libro(self):
        espera = self._leer_espera(SQL("TRUE"))
        alive = SQL("(l.reconciled IS NOT TRUE OR l.id = ANY(%s))", [line for line, *_amounts in espera])
        return self._lineas(alive if espera else SQL("l.reconciled IS NOT TRUE"), espera)

    # --- the procedure ------------------------------------------------------------------------------------------

    def _hechos(self):
        """Each open line with its item, dossier, policy, hold, days overdue and staged unit.

        Items without an open line come too, with the line's columns empty: they are to be closed.
        """
        politica = SQL("COALESCE(x.politica_id, %s)", self.company.cartera_politica_id.id)
        return SQL(
            """
            SELECT b.*, c.zona_id, x.id AS expediente_id, x.user_id, k.hold_reason,
                   %(politica)s AS politica_id, %(on_date)s - b.date_due AS days, %(unit)s AS unidad,
                   p.id AS partida_id, p.expediente_id AS expediente_old, p.etapa_id AS etapa_old,
                   p.etapa_reason AS reason_old, p.banda_id AS banda_old, p.acuerdo_id,
                   p.remision_id,
                   (%(stored)s) IS DISTINCT FROM (%(wanted)s) AS difiere
              FROM libro b
         FULL JOIN (SELECT * FROM cartera_partida WHERE company_id = %(company)s AND date_closed IS NULL) p
                ON p.move_line_id = b.move_line_id
         LEFT JOIN cartera_expediente x ON x.partner_id = b.partner_id AND x.company_id = %(company)s
         LEFT JOIN cartera_cuenta c ON c.id = b.cuenta_id
        CROSS JOIN LATERAL (
                SELECT COALESCE(x.hold_reason,
                                CASE WHEN p.reclamacion_id IS NOT NULL AND p.amount_disputed >= b.amount_residual
                                     THEN 'claim' WHEN b.excluida THEN 'no_followup' END) AS hold_reason) k
            """,
            politica=politica,
            company=self.company.id,
            on_date=self.on_date,
            unit=self._por_politica(
                lambda p: {"account": SQL("'c' || b.cuenta_id"), "debtor": SQL("'d' || b.partner_id")}.get(
                    p.unit, SQL("NULL")
                ),
                politica,
            ),
            stored=columnas(DECISIVE, "p"),
            wanted=SQL("%s, c.zona_id, x.id, x.user_id, k.hold_reason", columnas(DECISIVE[:-4], "b")),
        )

    def _unidad(self):
        """Oldest age and overdue balance of each unit of more than one item; not of what is on hold or agreed on."""
        return SQL(
            """
            SELECT politica_id, unidad, MAX(days) AS days, SUM(amount_residual) FILTER (WHERE days > 0) AS overdue
              FROM hechos
             WHERE unidad IS NOT NULL AND amount_residual > 0 AND hold_reason IS NULL
               AND acuerdo_id IS NULL
          GROUP BY politica_id, unidad
            """
        )

    def _hay_unidades(self):
        return any(politica.unit != "item" for politica in self.politicas)

    def _objetivo(self):
        """Each line with its stage, reason and band; only lines whose item is missing, differs or is to be closed."""
        return SQL(
            """
            SELECT t.*, t.expediente_id IS NULL AS es_nuevo FROM (
                SELECT h.*, h.is_open IS NULL AS cerrar, e.etapa_id, e.etapa_reason, e.banda_id
                  FROM hechos h
             LEFT JOIN unidad u ON %(units)s AND u.politica_id = h.politica_id AND u.unidad = h.unidad
             LEFT JOIN cartera_etapa o ON o.id = h.etapa_old
            CROSS JOIN LATERAL (SELECT COALESCE(u.days, h.days) AS dias,
                                       COALESCE(u.overdue, h.amount_residual) AS mora) k
            CROSS JOIN LATERAL (SELECT %(etapa)s AS etapa_id, %(reason)s AS etapa_reason, %(banda)s AS banda_id) e
                 ) t
             WHERE t.difiere OR (t.partner_id IS NOT NULL AND t.expediente_id IS NULL)
                OR (t.etapa_old, t.reason_old, t.banda_old)
                   IS DISTINCT FROM (t.etapa_id, t.etapa_reason, t.banda_id)
            """,
            units=self._hay_unidades(),
            etapa=self._sql_etapa(),
            reason=self._sql_motivo(),
            banda=self._sql_banda(),
        )

    def _por_politica(self, build, politica=None):
        """CASE over the policies in use: `build(policy)` gives each branch as SQL."""
        branches = SQL(" ").join(SQL("WHEN %s THEN %s", p.id, build(p)) for p in self.politicas)
        return SQL("CASE %s %s END", politica or SQL("h.politica_id"), branches)

    def _sql_etapa(self):
        return SQL(
            """CASE WHEN h.amount_residual <= 0 THEN NULL
                    WHEN o.id IS NOT NULL
                         AND (h.hold_reason IS NOT NULL OR h.acuerdo_id IS NOT NULL OR h.remision_id IS NOT NULL
                              OR NOT o.automatic) THEN %(same)s
                    WHEN h.hold_reason IS NOT NULL THEN %(initial)s
                    ELSE %(ladder)s END""",
            same=self._sql_misma_etapa(),
            initial=self._por_politica(lambda politica: SQL("%s", politica._etapa_inicial().id)),
            ladder=self._por_politica(self._escalera),
        )

    def _sql_misma_etapa(self):
        """The stage kept: after a change of policy, the new policy's first stage of the same kind."""
        return SQL(
            "CASE WHEN o.politica_id = h.politica_id THEN o.id ELSE %s END", self._por_politica(self._etapa_de_su_clase)
        )

    def _etapa_de_su_clase(self, politica):
        first = {etapa.kind: etapa.id for etapa in politica.etapa_ids.sorted("sequence", reverse=True)}
        branches = SQL(" ").join(SQL("WHEN %s THEN %s", kind, etapa) for kind, etapa in first.items())
        return SQL("CASE o.kind %s ELSE %s END", branches, politica._etapa_inicial().id)

    def _sql_motivo(self):
        return SQL(
            """CASE WHEN h.amount_residual <= 0 THEN NULL
                    WHEN h.hold_reason IS NOT NULL THEN 'hold'
                    WHEN h.acuerdo_id IS NOT NULL THEN 'agreement'
                    WHEN h.remision_id IS NOT NULL THEN 'referral'
                    WHEN NOT o.automatic THEN 'manual'
                    ELSE %s END""",
            self._por_politica(self._motivos),
        )

    def _sql_banda(self):
        """Bands follow the item's own age, whatever stages its unit; under an agreement in force they stand still."""
        bands = self._por_politica(
            lambda politica: SQL(
                "CASE WHEN h.acuerdo_id IS NOT NULL AND h.banda_old = ANY(%s::int[]) THEN h.banda_old ELSE %s END",
                politica.banda_ids.ids,
                self._tramo(SQL("h.days"), politica.banda_ids, None),
            )
        )
        return SQL("CASE WHEN h.amount_residual > 0 THEN %s END", bands)

    def _tramo(self, days, records, below):
        """Id of the record of `records` with the greatest `days_from` that `days` (SQL) reaches; else `below`."""
        ordered = records.sorted("days_from")
        if not ordered:
            return SQL("%s::int", below)
        return SQL(
            "(%s::int[])[WIDTH_BUCKET(%s, %s::int[]) + 1]", [below, *ordered.ids], days, ordered.mapped("days_from")
        )

    def _peldanos(self, politica):
        """Automatic stages above *current*, the highest first."""
        ladder = politica.etapa_ids.filtered(lambda e: e.automatic and e.kind != "current")
        return ladder.sorted("days_from", reverse=True)

    def _sin_requisitos(self, politica):
        return not any(e.amount_min or pide_evidencia(e) for e in self._peldanos(politica))

    def _escalera(self, politica):
        """Id of the stage that the unit's days reach and whose requirements it meets."""
        initial = politica._etapa_inicial().id
        if self._sin_requisitos(politica):
            return self._tramo(SQL("k.dias"), self._peldanos(politica), initial)
        steps = [
            SQL("WHEN k.dias >= %s AND %s THEN %s", etapa.days_from, self._requisitos(etapa), etapa.id)
            for etapa in self._peldanos(politica)
        ]
        return SQL("CASE %s ELSE %s END", SQL(" ").join(steps), initial)

    def _motivos(self, politica):
        """Why that stage: the greatest one that the days reach, or what keeps the unit out of it."""
        if self._sin_requisitos(politica):
            return SQL("'age'")
        steps = [
            SQL(
                "WHEN k.dias >= %s THEN CASE WHEN NOT %s THEN 'minimum' WHEN NOT %s THEN 'evidence' ELSE 'age' END",
                etapa.days_from,
                self._alcanza_minimo(etapa),
                self._tiene_evidencia(etapa),
            )
            for etapa in self._peldanos(politica)
        ]
        return SQL("CASE %s ELSE 'age' END", SQL(" ").join(steps))

    def _requisitos(self, etapa):
        return SQL("%s AND %s", self._alcanza_minimo(etapa), self._tiene_evidencia(etapa))

    def _alcanza_minimo(self, etapa):
        return SQL("(COALESCE(k.mora, 0) >= %s)", etapa.amount_min) if etapa.amount_min else SQL("TRUE")

    def _tiene_evidencia(self, etapa):
        """Whether the dossier has the evidence that the stage asks for, since the unit's oldest debt fell due."""
        return sql_cumple(etapa, SQL("h.expediente_id"), SQL("%s - k.dias", self.on_date))

    # --- writing ------------------------------------------------------------------------------------------------

    def _sql_objetivo(self):
        """The whole of step 3 as one query."""
        return SQL(
            "WITH libro AS NOT MATERIALIZED (%s), hechos AS %s MATERIALIZED (%s), unidad AS %s MATERIALIZED (%s) %s",
            self._libro(),
            # Only a policy that stages by account or debtor reads the facts twice; else nothing stands in the way of
            # several processes.
            SQL() if self._hay_unidades() else SQL("NOT"),
            self._hechos(),
            SQL() if self._hay_unidades() else SQL("NOT"),
            self._unidad(),
            self._objetivo(),
        )

    def _escribir(self):
        """Insert, update, close and log: (created, moved, closed, ids of the dossiers touched).

        The target goes to a temporary table first: PostgreSQL reads for it with several processes, as it would not
        inside a statement that writes. It expects every row to differ, and would not trust processes with so many.
        """
        cr = self.env.cr
        cr.execute(SQL("DROP TABLE IF EXISTS cartera_objetivo"))
        cr.execute(SQL("SET LOCAL parallel_tuple_cost = 0"))
        cr.execute(SQL("CREATE TEMPORARY TABLE cartera_objetivo ON COMMIT DROP AS %s", self._sql_objetivo()))
        cr.execute(SQL("SET LOCAL parallel_tuple_cost TO DEFAULT"))
        self._abrir_expedientes()
        query = SQL(
            """WITH creada AS (%(insert)s RETURNING 1), cambiada AS (%(update)s), cerrada AS (%(close)s RETURNING 1),
                    movida AS (%(log)s RETURNING 1)
             SELECT (SELECT COUNT(*) FROM creada), (SELECT COUNT(*) FROM movida), (SELECT COUNT(*) FROM cerrada),
                    ARRAY(SELECT expediente_id FROM cartera_objetivo WHERE NOT es_nuevo
                           UNION SELECT expediente_old FROM cartera_objetivo)""",
            insert=self._sql_insertar(),
            update=self._sql_cambiar(),
            close=self._sql_cerrar(),
            log=self._sql_bitacora(),
        )
        created, moved, closed, touched = self.env.execute_query(query)[0]
        return created, moved, closed, [expediente for expediente in touched if expediente]

    def _abrir_expedientes(self):
        """A dossier, with its totals, for every debtor of the target that has none: all its open lines are there."""
        cr = self.env.cr
        cr.execute(
            SQL(
                """UPDATE cartera_objetivo o SET expediente_id = n.id
                     FROM (SELECT partner_id, NEXTVAL('cartera_expediente_id_seq')::int AS id
                             FROM (SELECT DISTINCT partner_id FROM cartera_objetivo
                                    WHERE es_nuevo AND partner_id IS NOT NULL) d) n
                    WHERE o.partner_id = n.partner_id"""
            )
        )
        if not cr.rowcount:
            return
        fresh = SQL("SELECT * FROM cartera_objetivo WHERE es_nuevo AND expediente_id IS NOT NULL")
        cr.execute(self._sql_expedientes_con_totales(fresh))
        # Somebody else opened the dossier meanwhile: the items wait without one for the next run.
        cr.execute(
            SQL(
                """UPDATE cartera_objetivo o SET expediente_id = NULL
                    WHERE es_nuevo AND NOT EXISTS (SELECT FROM cartera_expediente x WHERE x.id = o.expediente_id)"""
            )
        )

    def _sql_expedientes_con_totales(self, fresh):
        return SQL(
            """
            INSERT INTO cartera_expediente (id, partner_id, company_id, politica_id, create_uid, create_date, write_uid,
                                            write_date, %(names)s)
            SELECT t.id, d.partner_id, %(company)s, %(politica)s, %(uid)s, %(now)s, %(uid)s, %(now)s, %(values)s
              FROM (%(totals)s) t
              JOIN (SELECT DISTINCT expediente_id, partner_id FROM (%(fresh)s) q) d ON d.expediente_id = t.id
          ORDER BY d.partner_id
       ON CONFLICT (partner_id, company_id) DO NOTHING
            """,
            names=columnas(TOTALS),
            values=columnas(TOTALS, "t"),
            company=self.company.id,
            politica=self.company.cartera_politica_id.id,
            uid=self.env.uid,
            now=self.env.cr.now(),
            fresh=fresh,
            totals=self.env["cartera.expediente"]._sql_totales(
                SQL("SELECT DISTINCT expediente_id AS id, politica_id FROM (%s) f", fresh), fresh, self.on_date
            ),
        )

    def _sql_insertar(self):
        """A line whose item was closed without the ORM knowing better takes that item again.

        In the order of the journal items: the keys are then checked against neighbouring rows, not all over the disk.
        """
        names = LEDGER + PLACE
        return SQL(
            """
            INSERT INTO cartera_partida (%(names)s, company_id, date_bound, etapa_date)
            SELECT %(values)s, %(company)s, o.date_due, %(on_date)s
              FROM cartera_objetivo o
             WHERE o.partida_id IS NULL
          ORDER BY o.move_line_id
       ON CONFLICT (move_line_id) DO UPDATE SET (%(names)s, date_closed) = ROW(%(excluded)s, NULL)
            """,
            names=columnas(names),
            values=columnas(names, "o"),
            excluded=columnas(names, "excluded"),
            company=self.company.id,
            on_date=self.on_date,
        )

    def _sql_cambiar(self):
        names = LEDGER + PLACE
        return SQL(
            """
            UPDATE cartera_partida p
               SET (%(names)s) = ROW(%(values)s), date_bound = o.date_due,
                   etapa_date = CASE WHEN p.etapa_id IS DISTINCT FROM o.etapa_id THEN %(on_date)s ELSE p.etapa_date END
              FROM cartera_objetivo o
             WHERE p.id = o.partida_id AND NOT o.cerrar
            """,
            names=columnas(names),
            values=columnas(names, "o"),
            on_date=self.on_date,
        )

    def _sql_cerrar(self):
        return SQL(
            """
            UPDATE cartera_partida p
               SET is_open = FALSE, amount_residual = 0, amount_residual_currency = 0, date_closed = %(on_date)s,
                   reconciled = q.reconciled, parent_state = q.parent_state
              FROM (SELECT o.partida_id, l.reconciled, l.parent_state
                      FROM cartera_objetivo o
                      JOIN cartera_partida i ON i.id = o.partida_id
                 LEFT JOIN account_move_line l ON l.id = i.move_line_id
                     WHERE o.cerrar) q
             WHERE p.id = q.partida_id
            """,
            on_date=self.on_date,
        )

    def _sql_bitacora(self):
        return SQL(
            """
            INSERT INTO cartera_etapa_cambio (partida_id, expediente_id, company_id, etapa_from_id, etapa_to_id, date,
                                              reason, create_uid, create_date, write_uid, write_date)
            SELECT o.partida_id, o.expediente_id, %(company)s, o.etapa_old, o.etapa_id, %(on_date)s, o.etapa_reason,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM cartera_objetivo o
             WHERE o.partida_id IS NOT NULL AND NOT o.cerrar AND o.etapa_id IS NOT NULL
               AND o.etapa_old IS DISTINCT FROM o.etapa_id
            """,
            company=self.company.id,
            on_date=self.on_date,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _totalizar(self, touched):
        few = (
            SQL("x.id IN %s", tuple(touched)) if 0 < len(touched) <= FEW else SQL("x.company_id = %s", self.company.id)
        )
        if touched:
            self.env["cartera.expediente"]._totalizar(few, self.on_date)

    def _contar_abiertas(self):
        query = SQL(
            "SELECT COUNT(*) FROM cartera_partida WHERE company_id = %s AND date_closed IS NULL", self.company.id
        )
        return self.env.execute_query(query)[0][0]
