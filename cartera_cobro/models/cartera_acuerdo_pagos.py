"""What money pays of agreements, told daily to accounting and the legal office (FRV10), and the job of each morning."""

from odoo import api, fields, models
from odoo.tools import SQL

from .cartera_textos import fecha, pesos


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    amount_told = fields.Monetary(
        string="Paid, as Told",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="What accounting and the legal office know that was paid.",
    )

    def _partidas_por_pagar(self):
        """What is owed in the ledger of what it covers.

        Its interest may be in the plan alone: none is owed any more, and the last instalments are paid on account.
        """
        return self.partida_ids.filtered(lambda item: item.is_open and item.amount_residual > 0)

    def _tomar_a_cuenta(self, lines):
        """Credits (journal items) that came as an instalment of it count for it, not for an older one."""
        credits = lines.cartera_partida_ids.filtered(lambda item: item.amount_residual < 0)
        if self and credits:
            credits.filtered(lambda item: item.date >= self.date).acuerdo_id = self

    @api.model
    def _cron_vigilar(self):
        """Every morning, after the night has judged: interest is posted, instalments are reminded, payments are told.

        Each company and each lot of entries is committed by itself; whatever is killed is done the next time.
        """
        companies = self.env["res.company"].search([("cartera_politica_id", "!=", False)])
        steps = ("_asentar_por_lotes", "_recordar_cuotas", "_pedir_soportes", "_informar_pagos")
        self.env["cartera.partida"]._por_empresa(companies, self._name, *steps)

    @api.model
    def _asentar_por_lotes(self, company):
        return self._asentar_intereses(company, commit=self.env["cartera.partida"]._guardar_lote)

    @api.model
    def _informar_pagos(self, company):
        """Queue the report of what was paid of the company's agreements since the last one; the mails, or none.

        Once a day; what was undone shows as such. Where nothing was paid, or nobody is to be told, there is no mail.
        """
        company, today = company.sudo(), company._cartera_hoy()
        people = company._cartera_informados_de_pagos()
        if not people or company.cartera_pagos_told == today:
            return self.env["mail.mail"]
        acuerdos = self._con_pagos(company)
        if not acuerdos:
            return self.env["mail.mail"]
        mails = self._escribir_informe(company, people, acuerdos, today)
        for acuerdo in acuerdos:
            acuerdo.amount_told = acuerdo.amount_paid
        company.cartera_pagos_told = today
        return mails

    @api.model
    def _con_pagos(self, company):
        """Agreements, in force or ended, of which something was paid, or undone, since it was last told."""
        self.env["cartera.acuerdo"].flush_model(["amount_paid", "amount_told", "date_active", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM cartera_acuerdo
                    WHERE company_id = %s AND date_active IS NOT NULL
                      AND COALESCE(amount_paid, 0) != COALESCE(amount_told, 0) ORDER BY number, id""",
                company.id,
            )
        )
        return self.sudo().browse(row[0] for row in rows)

    @api.model
    def _escribir_informe(self, company, people, acuerdos, today):
        values = {"company": company, "acuerdos": acuerdos, "today": today, "fecha": fecha, "pesos": pesos}
        paid = sum(acuerdos.mapped("amount_paid")) - sum(acuerdos.mapped("amount_told"))
        subject = f"Pagos de acuerdos de pago al {fecha(today)}: {pesos(company.currency_id.round(paid))}"
        return company._cartera_informar_de_pagos(people, subject, "cartera_cobro.informe_pagos_acuerdos", values)


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_accounting_ids = fields.Many2many(
        "res.partner",
        "cartera_company_accounting_rel",
        "company_id",
        "partner_id",
        string="Accounting",
        help="Told daily of what is paid of agreements, beside the legal office. Empty: everybody with that role.",
    )
    cartera_pagos_told = fields.Date(string="Payments of Agreements Told On", readonly=True, copy=False)

    def _cartera_informados_de_pagos(self):
        """Partners with an e-mail in accounting and the legal office."""
        self.ensure_one()
        accounting = self.sudo().cartera_accounting_ids or self._cartera_usuarios_del_rol("contador").partner_id
        return (accounting | self._cartera_juridica()).filtered("email_normalized")

    def _cartera_informar_de_pagos(self, people, subject, template, values):
        """The mails, queued and kept, one each, that tell `people` (partners) what a template says of `values`."""
        mail = {
            "subject": subject,
            "body_html": self.env["ir.qweb"]._render(template, values),
            "email_from": self.email_formatted or self.env.user.email_formatted,
            "author_id": self.partner_id.id,
            "auto_delete": False,
            "cartera_insist": True,
        }
        return self.env["mail.mail"].sudo().create([{**mail, "recipient_ids": person.ids} for person in people])


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_accounting_ids = fields.Many2many(related="company_id.cartera_accounting_ids", readonly=False)
