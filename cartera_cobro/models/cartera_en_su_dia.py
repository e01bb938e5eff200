"""What an item was on a day of the past: its stage, its band, its agreement, its referral, and the words for them.

Closings ask it of one day for all items, collections of the day of each matching. The documents come as the spans in
which they stood (`desde`, `hasta`), so that both can ask.
"""

from odoo.tools import SQL

from .cartera_clasificacion import Clasificacion


class EnSuDia:
    """Pieces of SQL for a reader of the ledger (`env`, `company`, `on_date`); rows of items are `h`, of stages `e`."""

    def preparar(self):
        """The policies whose ladders give stages, and the language of the texts."""
        self.reglas = Clasificacion(self.env, self.company, self.on_date)
        self.reglas.politicas = self.reglas._politicas_en_uso()
        self.lang = self.env["cartera.correo"]._idioma() or self.env.lang or "en_US"

    # --- the procedure --------------------------------------------------------------------------------------------

    def _etapa_vista(self, day):
        """Stage of item `p` at the end of `day`: today's, with the first change since (`h`) undone; NULL: not known."""
        return SQL(
            "CASE WHEN h.partida_id IS NOT NULL THEN h.etapa_from_id WHEN p.etapa_date <= %s THEN p.etapa_id END", day
        )

    def _acuerdos_en_el_tiempo(self):
        """(partida_id, name, date_active, desde, hasta) of every agreement that was in force, to the day it ended."""
        return SQL(
            """
            SELECT l.partida_id, a.number AS name, l.date_active, l.date_active AS desde,
                   COALESCE(l.date_end, 'infinity') AS hasta
              FROM cartera_acuerdo_linea l JOIN cartera_acuerdo a ON a.id = l.acuerdo_id
             WHERE l.company_id = %s AND l.date_active IS NOT NULL
            """,
            self.company.id,
        )

    def _remisiones_en_el_tiempo(self):
        """(partida_id, number, legal, agencia, agencia_id, desde, hasta) of every referral that was sent."""
        return SQL(
            """
            SELECT l.partida_id, r.number, r.destination != 'agency' AS legal, g.name AS agencia, g.id AS agencia_id,
                   r.date_sent AS desde, COALESCE(r.date_end, 'infinity') AS hasta
              FROM cartera_remision_linea l JOIN cartera_remision r ON r.id = l.remision_id
         LEFT JOIN res_partner g ON g.id = r.agent_id AND r.destination = 'agency'
             WHERE l.company_id = %s AND r.date_sent IS NOT NULL
            """,
            self.company.id,
        )

    # --- what the days give ---------------------------------------------------------------------------------------

    def _por_politica(self, build):
        return self.reglas._por_politica(build)

    def _etapa_de_los_dias(self, days):
        """Id of the stage to which the ladder of the policy of `h` leads after `days` (SQL)."""
        return self._por_politica(lambda p: self.reglas._tramo(days, self.reglas._peldanos(p), p._etapa_inicial().id))

    def _banda_de_los_dias(self, days):
        return self._por_politica(lambda p: self.reglas._tramo(days, p.banda_ids, None))

    # --- text -----------------------------------------------------------------------------------------------------

    def _traducido(self, alias):
        name = SQL.identifier(alias, "name")
        return SQL("COALESCE(%s->>%s, %s->>'en_US')", name, self.lang, name)

    def _etiqueta(self, model, field, column):
        """The label of a selection, in the language of the texts."""
        env = self.env(context={"lang": self.lang})
        labels = env[model]._fields[field]._description_selection(env)
        return SQL(
            "CASE %s %s END", column, SQL(" ").join(SQL("WHEN %s THEN %s", code, label) for code, label in labels)
        )
