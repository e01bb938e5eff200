"""Confirmed closings whose ledger changed since: found by night in one query, and said where people look."""

from odoo import api, fields, models
from odoo.tools import SQL

from .cartera_libro import Libro

CHANGED = "cartera_cobro.mail_activity_type_corte_cambiado"
# Closings in force that are watched, the newest.
WATCHED = 12


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    amount_ledger_now = fields.Monetary(
        string="Ledger Now",
        readonly=True,
        currency_field="company_currency_id",
        help="What the ledger shows at that date since it changed.",
    )
    ledger_changed = fields.Boolean(
        string="Changed Since",
        readonly=True,
        help="An entry of that date, or of before it, was posted, changed or taken out after the closing was made.",
    )

    @api.model
    def _vigilar(self, company):
        """Mark the company's last closings in force whose ledger is not what they froze, and unmark the others."""
        for corte, now, differs in self._libro_de_hoy(company):
            if differs:
                if not corte.ledger_changed or corte.amount_ledger_now != now:
                    corte.write({"ledger_changed": True, "amount_ledger_now": now})
                corte._en_su_idioma()._pedir_version()
            elif corte.ledger_changed:
                corte._olvidar_cambio()

    @api.model
    def _libro_de_hoy(self, company):
        """[(closing, what the ledger shows at its date now, whether it differs)]: one pass over the lines."""
        libro = Libro(self.env, company, None)
        domain = [("company_id", "=", company.id), ("is_current", "=", True)]
        cortes = self.sudo().search(domain, order="date desc", limit=WATCHED)
        if not cortes:
            return []
        self.env["account.move.line"].flush_model(["account_id", "balance", "company_id", "date", "parent_state"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH corte AS (SELECT id, date, amount_ledger + COALESCE(amount_reclassified, 0) AS amount_ledger
                                 FROM cartera_corte WHERE id = ANY(%(ids)s)),
                     tramo AS (SELECT WIDTH_BUCKET(l.date - 1, %(dates)s::date[]) AS n, SUM(l.balance) AS balance
                                 FROM account_move_line l WHERE %(scope)s AND l.date <= %(last)s GROUP BY 1)
                SELECT c.id, COALESCE(SUM(t.balance), 0), COALESCE(SUM(t.balance), 0) != c.amount_ledger
                  FROM corte c LEFT JOIN tramo t ON t.n <= ARRAY_POSITION(%(dates)s::date[], c.date) - 1
              GROUP BY c.id, c.date, c.amount_ledger ORDER BY c.date
                """,
                ids=cortes.ids,
                dates=sorted(cortes.mapped("date")),
                scope=libro._alcance(),
                last=cortes[0].date,
            )
        )
        return [(cortes.browse(corte), float(now), differs) for corte, now, differs in rows]

    def _pedir_version(self):
        self._encargar(
            CHANGED,
            self.env._("The ledger of this date changed since: make version %s", self.version + 1),
            self.env._("It showed %(then)s and shows %(now)s now.",
                       then=self._dinero(self.amount_ledger + self.amount_reclassified),
                       now=self._dinero(self.amount_ledger_now)),
        )  # fmt: skip

    def _olvidar_cambio(self):
        self.filtered("ledger_changed").write({"ledger_changed": False, "amount_ledger_now": False})
        self.activity_unlink([CHANGED])

    def _al_confirmar(self):
        # EXTENDS: the version before is answered by this one.
        res = super()._al_confirmar()
        self.previous_id._olvidar_cambio()
        return res


class CarteraPartida(models.Model):
    _inherit = "cartera.partida"

    @api.model
    def _jobs_de_la_noche(self):
        return [*super()._jobs_de_la_noche(), ("cartera.corte", "_vigilar")]
