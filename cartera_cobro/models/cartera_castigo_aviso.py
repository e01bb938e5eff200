"""An accountant is told when a debtor with a live write-off has money that could be its recovery."""

from odoo import api, models
from odoo.tools import SQL

RECOVERY = "cartera_cobro.mail_activity_type_recuperacion"


class CarteraCastigo(models.Model):
    _inherit = "cartera.castigo"

    def _creditos(self):
        """Open credits of the debtor."""
        return self.expediente_id.partida_open_ids.filtered(lambda p: p.amount_residual < 0)

    @api.model
    def _avisar_creditos(self, company):
        """Tell of new credits, once each; how many write-offs have one. Nothing is applied by itself."""
        told = 0
        for castigo_id, amount, last in self._creditos_nuevos(company):
            castigo = self.sudo().with_context(lang=company.sudo().partner_id.lang).browse(castigo_id)
            why = castigo.env._(
                "%(debtor)s has %(amount)s in credits not applied, and %(pending)s written off and not recovered.",
                debtor=castigo.partner_id.display_name,
                amount=castigo._dinero(float(amount)),
                pending=castigo._dinero(castigo.amount_pending),
            )
            castigo.activity_unlink([RECOVERY])
            castigo._encargar(RECOVERY, castigo.env._("Apply it as a recovery?"), why)
            castigo.credit_told_id = last
            told += 1
        return told

    @api.model
    def _creditos_nuevos(self, company):
        """[(id of the write-off, open credits of its debtor, id of the last one)] where the last was not told yet.

        A debtor's oldest write-off stands for all of them; credits of an agreement are its own.
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT c.id, k.amount, k.last
                  FROM (SELECT DISTINCT ON (expediente_id) id, expediente_id, credit_told_id
                          FROM cartera_castigo
                         WHERE company_id = %s AND state = 'posted' AND amount_pending > 0
                      ORDER BY expediente_id, id) c
                  JOIN (SELECT expediente_id, -SUM(amount_residual) AS amount, MAX(id) AS last
                          FROM cartera_partida
                         WHERE company_id = %s AND is_open AND amount_residual < 0 AND acuerdo_id IS NULL
                      GROUP BY expediente_id) k ON k.expediente_id = c.expediente_id
                 WHERE k.last > COALESCE(c.credit_told_id, 0)
              ORDER BY c.id
                """,
                company.id,
                company.id,
            )
        )

    @api.model
    def _cron_avisar(self):
        """Nightly, company by company."""
        companies = self.env["res.company"].search([("cartera_politica_id", "!=", False)])
        self.env["cartera.partida"]._por_empresa(companies, self._name, "_avisar_creditos")
