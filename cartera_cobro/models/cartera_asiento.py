"""What journal entries change in the portfolio, at once, whoever posts, rebuilds or deletes them.

The hooks of `account.move` and `account.move.line` call it with superuser rights. Amounts, debtor and dates of an item
that exists follow its journal item by the ORM; what is left is to open items, and to bind again those whose line Odoo
rebuilt. The place in the procedure is left to the night, but for the first stage.
"""

import json

from odoo.tools import SQL

from .cartera_libro import Libro, columnas
from .cartera_politica import TOTALS

# What a new item takes from its journal item; the rest comes from its dossier and its policy.
FROM_LINE = (
    "move_line_id name move_id company_id currency_id partner_id date date_due parent_state reconciled amount "
    "amount_residual amount_residual_currency is_open cuenta_id zona_id"
).split()

# Opens the items `filas` (JSON: FROM_LINE, and `hold_reason` where the item has one of its own) of one company in the
# first stage, the dossiers that `deudores` lack, and answers with the dossiers, retotalled, and with the agreements in
# force for which new money on account counts: that of days since their liquidation. PostgreSQL takes longer to plan
# these statements than to run them on one entry; a function's are planned once, by this setting, until Odoo hands the
# connection to the next request.
FUNCTION = SQL(
    """
    CREATE OR REPLACE FUNCTION cartera_abrir(
        filas jsonb, deudores int[], empresa int, politica int, usuario int, hoy date,
        OUT expedientes int[], OUT acuerdos int[]
    ) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
        ahora timestamp := NOW() AT TIME ZONE 'UTC';
    BEGIN
        INSERT INTO cartera_expediente (partner_id, company_id, politica_id, create_uid, create_date, write_uid,
                                        write_date, amount_total, amount_overdue, amount_credit, amount_net,
                                        overdue_count, priority_score, in_list)
        SELECT d.id, empresa, politica, usuario, ahora, usuario, ahora, 0, 0, 0, 0, 0, 0, FALSE
          FROM UNNEST(deudores) d (id)
         WHERE NOT EXISTS (SELECT FROM cartera_expediente x WHERE x.partner_id = d.id AND x.company_id = empresa)
   ON CONFLICT (partner_id, company_id) DO NOTHING;

        WITH abierta AS (
            INSERT INTO cartera_partida (%(names)s, expediente_id, user_id, acuerdo_id, hold_reason, etapa_id,
                                         etapa_reason, banda_id, date_bound, etapa_date)
            SELECT %(values)s, x.id, x.user_id, CASE WHEN b.amount_residual < 0 AND b.date >= a.date THEN a.id END,
                   COALESCE(x.hold_reason, b.hold_reason),
                   s.id, CASE WHEN s.id IS NULL THEN NULL
                              WHEN x.hold_reason IS NOT NULL OR b.hold_reason IS NOT NULL THEN 'hold' ELSE 'age' END,
                   n.id, b.date_due, hoy
              FROM jsonb_populate_recordset(NULL::cartera_partida, filas) b
         LEFT JOIN cartera_expediente x ON x.partner_id = b.partner_id AND x.company_id = empresa
         LEFT JOIN cartera_acuerdo a ON a.id = x.acuerdo_id
         LEFT JOIN cartera_etapa s ON s.politica_id = COALESCE(x.politica_id, politica) AND s.kind = 'current'
                                  AND b.amount_residual > 0
         LEFT JOIN cartera_banda n ON n.politica_id = s.politica_id AND hoy - b.date_due >= n.days_from
                                  AND (n.is_last OR hoy - b.date_due <= n.days_to)
       ON CONFLICT (move_line_id) DO NOTHING
         RETURNING expediente_id, acuerdo_id
        )
        SELECT ARRAY_AGG(DISTINCT expediente_id), ARRAY_AGG(DISTINCT acuerdo_id) FILTER (WHERE acuerdo_id IS NOT NULL)
          INTO expedientes, acuerdos FROM abierta WHERE expediente_id IS NOT NULL;

        PERFORM cartera_totalizar(expedientes, hoy);
    END $$
    """,
    names=columnas(FROM_LINE),
    values=columnas(FROM_LINE, "b"),
)


class Asiento(Libro):
    """One set of posted entries of one company."""

    def asentar(self, moves):
        """Open the items of posted `moves` in the first stage, and bind rebuilt ones again."""
        self._soltar_y_enlazar(moves)._recalcular()
        lines = self._sin_partida(moves)
        if lines:
            self._abrir(lines)
            moves.invalidate_recordset(["cartera_partida_ids"], flush=False)
            lines.invalidate_recordset(["cartera_partida_ids"], flush=False)

    def _sin_partida(self, moves):
        """The lines of `moves` that are to be open items and have none."""
        accounts = set(self._cuentas())
        return (moves.line_ids - moves.cartera_partida_ids.move_line_id).filtered(
            lambda line: line.account_id.id in accounts and any(line._cartera_saldo())
        )

    def _abrir(self, lines):
        """Insert the items of `lines`, and the dossiers that their debtors lack.

        The values are those of the ORM, so that nothing of the ledger has to be flushed before its time.
        """
        self.env["cartera.partida"].flush_model(["move_line_id"])
        self.env["cartera.expediente"].flush_model(["politica_id", "user_id", "hold_reason", "acuerdo_id"])
        self.env["cartera.acuerdo"].flush_model(["date"])
        query = SQL(
            "SELECT expedientes, acuerdos FROM cartera_abrir(%s::jsonb, %s, %s, %s, %s, %s)",
            json.dumps([self._fila(line) for line in lines], default=str),
            lines.partner_id.commercial_partner_id.ids,
            self.company.id,
            self.company.cartera_politica_id.id,
            self.env.uid,
            self.on_date,
        )
        expedientes, acuerdos = self.env.execute_query(query)[0]
        opened = self.env["cartera.expediente"].browse(expedientes or [])
        opened.invalidate_recordset()
        opened.modified(TOTALS)
        self.env["cartera.acuerdo"].browse(acuerdos or [])._recibir()

    def _soltar_y_enlazar(self, moves):
        """Rebind the items of `moves` whose instalments Odoo rebuilt or shuffled; the dossiers touched."""
        partidas = moves.cartera_partida_ids
        if not partidas:
            return partidas.expediente_id
        touched = partidas.expediente_id
        shuffled = self._barajadas(partidas)
        rows_before = {partida: partida.move_line_id for partida in shuffled}
        shuffled.move_line_id = False
        if any(not partida.move_line_id for partida in partidas):
            self.env["account.move.line"].flush_model()
            self.env["cartera.partida"].flush_model()
            rows = self.env.execute_query(self._sql_enlazar(SQL("p.id IN %s", tuple(partidas.ids))))
            partidas.invalidate_recordset(["move_line_id"], flush=False)
            moves.line_ids.invalidate_recordset(["cartera_partida_ids"], flush=False)
            self.env["cartera.partida"].browse([partida for (partida,) in rows]).modified(["move_line_id"])
        for partida, row in rows_before.items():
            # Nobody else took its row, so its instalment was given another day.
            if not partida.move_line_id and not row.cartera_partida_ids:
                partida.move_line_id = row
        for partida in partidas.filtered("move_line_id"):
            if partida.date_bound != partida.date_due:
                partida.date_bound = partida.date_due
        partidas._reasignar()
        return (touched | partidas.expediente_id).exists()

    def _barajadas(self, partidas):
        """Items of entries with several instalments whose journal item now stands for another due date.

        Odoo reuses the row of an instalment for a different one. When no due date of the entry is a known one, the
        whole schedule moved, and each item goes on with its row.
        """
        result = partidas.browse()
        for items in partidas.grouped("move_id").values():
            lines = items.move_id.line_ids.filtered(lambda line: line.account_id.id in self._cuentas())
            dues = {line.date_maturity or line.date for line in lines}
            if len(lines) > 1 and dues & set(items.mapped("date_bound")):
                result |= items.filtered(lambda p: p.move_line_id and p.date_due != p.date_bound)
        return result

    def _fila(self, line):
        residual, currency = line._cartera_saldo()
        return line._cartera_libro() | {
            "move_line_id": line.id,
            "reconciled": line.reconciled,
            "amount_residual": residual,
            "amount_residual_currency": currency,
            "is_open": True,
            "zona_id": line.move_id.cartera_cuenta_id.zona_id.id or None,
            "hold_reason": "no_followup" if line._cartera_excluida() else None,
        }
