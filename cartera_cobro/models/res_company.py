from datetime import datetime, time

import pytz
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

COLOMBIA = "America/Bogota"


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_politica_id = fields.Many2one(
        "cartera.politica",
        string="Collection Policy",
        domain="[('company_id', 'in', (False, id))]",
        help="A company collects from the moment it has a policy.",
    )
    cartera_account_ids = fields.Many2many(
        "account.account",
        "cartera_company_account_rel",
        "company_id",
        "account_id",
        string="Receivable Accounts to Collect",
        help="Empty: every receivable account but point of sale and non-trade ones.",
    )

    def _cartera_hoy(self):
        """Today's date where the company is."""
        return datetime.now(pytz.timezone(self._cartera_zona())).date()

    def _cartera_medianoche(self):
        """When today began where the company is, as Odoo stores it (naive UTC)."""
        midnight = datetime.combine(self._cartera_hoy(), time.min)
        return pytz.timezone(self._cartera_zona()).localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)

    @ormcache("self.id")
    def _cartera_zona(self):
        """Name of the time zone of the company's address, else Colombia's."""
        return self.sudo().partner_id.tz or COLOMBIA

    @ormcache("self.id")
    def _cartera_cuentas_ids(self):
        """Ids (tuple) of the receivable accounts whose lines are open items of this company."""
        self.ensure_one()
        company = self.sudo()
        if company.cartera_account_ids:
            return tuple(company.cartera_account_ids.ids)
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        domain = Domain(Account._check_company_domain(company)) & Domain(
            [
                ("account_type", "=", "asset_receivable"),
                ("non_trade", "=", False),
                ("id", "not in", self._cartera_cuentas_pos()),
            ]
        )
        return tuple(Account.search(domain).ids)

    def _cartera_cuentas_pos(self):
        """Ids of the company's point-of-sale receivable accounts, default or of a payment method."""
        ids = self.sudo().account_default_pos_receivable_account_id.ids
        if "pos.payment.method" in self.env:
            methods = self.env["pos.payment.method"].sudo().search([("company_id", "=", self.id)])
            ids += methods.receivable_account_id.ids
        return ids

    def _cartera_cuadre(self):
        """The tie of open items to the ledger: [{"account", "ledger", "items", "difference"}], one row an account.

        `ledger` is the balance of the posted lines of the account, `items` the sum of the open items.
        """
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, COALESCE(l.balance, 0), COALESCE(p.balance, 0)
                  FROM account_account a
             LEFT JOIN (SELECT account_id, SUM(balance) AS balance FROM account_move_line
                         WHERE company_id = %(company)s AND account_id IN %(accounts)s AND parent_state = 'posted'
                           AND cartera_reclasificacion_id IS NULL
                      GROUP BY account_id) l ON l.account_id = a.id
             LEFT JOIN (SELECT m.account_id, SUM(i.amount_residual) AS balance
                          FROM cartera_partida i JOIN account_move_line m ON m.id = i.move_line_id
                         WHERE i.company_id = %(company)s AND i.is_open GROUP BY m.account_id) p ON p.account_id = a.id
                 WHERE a.id IN %(accounts)s OR p.balance IS NOT NULL
              ORDER BY a.id
                """,
                company=self.id,
                accounts=self._cartera_cuentas_ids() or (0,),
            )
        )
        Account = self.env["account.account"].with_company(self)
        return [
            {
                "account": Account.browse(account),
                "ledger": float(ledger),
                "items": float(items),
                "difference": self.currency_id.round(float(ledger - items)),
            }
            for account, ledger, items in rows
        ]

    def write(self, vals):
        res = super().write(vals)
        if {"cartera_account_ids", "account_default_pos_receivable_account_id", "partner_id"} & vals.keys():
            self.env.registry.clear_cache()
        if vals.get("cartera_politica_id"):
            # The first classification should not wait for the night.
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo()._trigger()
        return res


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self.env.registry.clear_cache()
        return accounts

    def write(self, vals):
        res = super().write(vals)
        if {"account_type", "non_trade", "company_ids"} & vals.keys():
            self.env.registry.clear_cache()
        return res
