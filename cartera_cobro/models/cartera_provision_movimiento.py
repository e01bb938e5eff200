"""What moved the allowance between two runs (NIIF 7, 35H): what was added, what was reversed, what write-offs used."""

from odoo import fields, models
from odoo.tools import SQL


class CarteraProvision(models.Model):
    _inherit = "cartera.provision"

    amount_increase = fields.Monetary(
        string="Increases", readonly=True, copy=False, currency_field="company_currency_id",
        help="What items need more than the run before had for them, and what write-offs took off it beyond that.",
    )  # fmt: skip
    amount_reversal = fields.Monetary(
        string="Reversals", readonly=True, copy=False, currency_field="company_currency_id",
        help="What items need less than the run before had for them, without what write-offs used.",
    )  # fmt: skip

    def write(self, vals):
        # EXTENDS: what was written off until a run is posted counts.
        if vals.get("state") == "posted":
            self.sudo()._rodar()
        return super().write(vals)

    def _calcular(self):
        res = super()._calcular()
        self._rodar()
        return res

    def _sumar_lineas(self):
        res = super()._sumar_lineas()
        self._rodar()
        return res

    def _rodar(self):
        """Write the increases and the reversals of each run; what write-offs used is what is left.

        An item that was written off needs nothing any more: what the run before had for it was used, not reversed.
        """
        self.env.flush_all()
        for provision in self:
            [(more, less)] = self.env.execute_query(
                SQL(
                    """
                    SELECT COALESCE(SUM(GREATEST(m.expense, 0)), 0), COALESCE(SUM(GREATEST(-m.expense, 0)), 0)
                      FROM (SELECT COALESCE(l.amount, 0) + COALESCE(u.amount, 0) AS expense
                              FROM (SELECT partida_id, amount_movement AS amount FROM cartera_provision_linea
                                     WHERE provision_id = %s AND amount_movement != 0) l
                         FULL JOIN (%s) u ON u.partida_id = l.partida_id) m
                    """,
                    provision.id,
                    provision._usado(),
                )
            )
            provision.write({"amount_increase": float(more), "amount_reversal": float(less)})

    def _usado(self):
        """{item: what its write-off took off the allowance since the run before, less what was reversed}, as SQL."""
        return SQL(
            """SELECT m.partida_id, SUM(CASE m.kind WHEN 'write_off' THEN l.amount_allowance
                                                    ELSE -l.amount_allowance END) AS amount
                 FROM cartera_castigo_movimiento m JOIN cartera_castigo_linea l ON l.id = m.linea_id
                WHERE m.company_id = %s AND m.kind IN ('write_off', 'reversal') AND m.date <= %s AND m.date > %s
             GROUP BY 1""",
            self.company_id.id,
            self.date,
            self.anterior_id.date or self.date,
        )
