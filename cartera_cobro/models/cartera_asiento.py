"""What journal entries change in the portfolio, at once, whoever posts, rebuilds or deletes them.

The hooks of `account.move` and `account.move.line` call it with superuser rights. Amounts, debtor and dates of an item
that exists follow its journal item by the ORM; what is left is to open items, and to bind again those whose line Odoo
rebuilt. The place in the procedure is left to the night, but for the first stage.
"""

from odoo.tools import SQL

from .cartera_libro import LEDGER, PLACE, Libro, columnas

READ_HERE = {
    "account.move": ["cartera_cuenta_id"],
    "account.move.line": None,
    "account.partial.reconcile": None,
    "cartera.partida": None,
    "cartera.expediente": ["politica_id", "hold_reason", "user_id"],
    "res.partner": ["commercial_partner_id"],
}


class Asiento(Libro):
    """One set of posted entries of one company."""

    def asentar(self, moves):
        """Open the items of posted `moves` in the first stage, and bind rebuilt ones again."""
        touched = self._soltar_y_enlazar(moves)
        self._vaciar()
        rows = self.env.execute_query(self._sql_asentar(moves))
        if rows:
            moves.invalidate_recordset(["cartera_partida_ids"], flush=False)
            moves.line_ids.invalidate_recordset(["cartera_partida_ids"], flush=False)
        opened = self.env["cartera.expediente"].browse({expediente for (expediente,) in rows if expediente})
        opened.invalidate_recordset(["partida_ids", "partida_open_ids"], flush=False)
        (touched | opened)._recalcular()

    def _vaciar(self):
        """Flush what the statements here read."""
        for model, names in READ_HERE.items():
            self.env[model].flush_model(names)

    def _soltar_y_enlazar(self, moves):
        """Rebind the items of `moves` whose instalments Odoo rebuilt or shuffled; the dossiers touched."""
        partidas = moves.cartera_partida_ids
        if not partidas:
            return partidas.expediente_id
        touched = partidas.expediente_id
        self._barajadas(partidas).move_line_id = False
        if any(not partida.move_line_id for partida in partidas):
            self._vaciar()
            rows = self.env.execute_query(self._sql_enlazar(SQL("p.id IN %s", tuple(partidas.ids))))
            partidas.invalidate_recordset(["move_line_id"], flush=False)
            moves.line_ids.invalidate_recordset(["cartera_partida_ids"], flush=False)
            self.env["cartera.partida"].browse([partida for (partida,) in rows]).modified(["move_line_id"])
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

    def _sql_asentar(self, moves):
        return SQL(
            """
            WITH libro AS (%(lines)s), nuevo AS (
                %(dossiers)s RETURNING id, partner_id, politica_id, user_id, hold_reason
            ), expediente AS (
                SELECT * FROM nuevo
                 UNION ALL
                SELECT id, partner_id, politica_id, user_id, hold_reason FROM cartera_expediente
                 WHERE company_id = %(company)s AND partner_id IN (SELECT partner_id FROM libro)
            )
            INSERT INTO cartera_partida (%(names)s, company_id, date_bound, etapa_date)
            SELECT b.move_line_id, b.name, b.move_id, b.currency_id, b.partner_id, b.date, b.date_due,
                   b.parent_state, b.reconciled, b.amount, b.amount_residual, b.amount_residual_currency, b.is_open,
                   b.cuenta_id, c.zona_id, x.id, x.user_id,
                   COALESCE(x.hold_reason, CASE WHEN b.excluida THEN 'no_followup' END),
                   s.id, CASE WHEN s.id IS NULL THEN NULL
                              WHEN x.hold_reason IS NOT NULL OR b.excluida THEN 'hold' ELSE 'age' END, n.id,
                   %(company)s, b.date_due, %(on_date)s
              FROM libro b
         LEFT JOIN expediente x ON x.partner_id = b.partner_id
         LEFT JOIN cartera_cuenta c ON c.id = b.cuenta_id
         LEFT JOIN cartera_etapa s ON s.politica_id = COALESCE(x.politica_id, %(politica)s) AND s.kind = 'current'
                                  AND b.amount_residual > 0
         LEFT JOIN cartera_banda n ON n.politica_id = s.politica_id AND %(on_date)s - b.date_due >= n.days_from
                                  AND (n.is_last OR %(on_date)s - b.date_due <= n.days_to)
       ON CONFLICT (move_line_id) DO NOTHING
         RETURNING expediente_id
            """,
            dossiers=self._sql_abrir_expedientes(SQL("SELECT partner_id FROM libro")),
            lines=self._lineas(SQL("l.move_id IN %s", tuple(moves.ids)), self._espera_de(moves)),
            names=columnas(LEDGER + PLACE),
            company=self.company.id,
            politica=self.company.cartera_politica_id.id,
            on_date=self.on_date,
        )

    def _espera_de(self, moves):
        matched = moves.line_ids.filtered("matching_number")
        return matched and self._leer_espera(SQL("d.line_id IN %s", tuple(matched.ids)))
