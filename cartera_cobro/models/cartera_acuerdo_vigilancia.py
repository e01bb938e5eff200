"""Agreements watched: fulfilled, broken or cured by themselves, and what follows from each (EAAB14, FRV8, FRV12)."""

import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from psycopg2 import OperationalError

from ..rules.agreements import breached
from .avisos import dinero
from .cartera_acuerdo_juicio import Juicio, sql_debido

_logger = logging.getLogger(__name__)

BREACH = "cartera_cobro.mail_activity_type_incumplimiento"
COUNTS = ("items", "instalments", "agreements", "fulfilled", "breached", "proposed", "cured", "alerts")


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    date_breach_proposed = fields.Date(
        string="Breach Proposed On", readonly=True, copy=False, help="To a coordinator, by what the policy says."
    )
    date_accelerated = fields.Date(
        string="Due at Once Since", readonly=True, copy=False, help="The breach makes the rest due (D. 4473/2006)."
    )
    amount_accelerated = fields.Monetary(
        string="Due at Once",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="What was left to pay at the breach, without the financing of months that had not run.",
    )
    amount_owed = fields.Monetary(
        string="Owed Today",
        compute="_compute_amount_owed",
        compute_sudo=True,
        currency_field="company_currency_id",
        help="In the ledger, of its items and of the interest posted for it; and what of them was written off.",
    )
    bdme_breach = fields.Boolean(
        string="Breach for the BDME",
        compute="_compute_bdme_breach",
        search="_search_bdme_breach",
        help="Broken and not cured, of an entity that reports to the bulletin of debtors (Ley 901/2004).",
    )

    def _compute_amount_owed(self):
        """Read from the items also once it has ended, when what was paid of it stands still."""
        for model in ("cartera.acuerdo.linea", "cartera.partida", "cartera.castigo.movimiento", "account.move"):
            self.env[model].flush_model()
        query = SQL("SELECT a.id, %s FROM cartera_acuerdo a WHERE a.id IN %s",
                    sql_debido(SQL("a.id")), tuple(self._origin.ids) or (0,))  # fmt: skip
        owed = dict(self.env.execute_query(query))
        for acuerdo in self:
            acuerdo.amount_owed = owed.get(acuerdo._origin.id, 0.0)

    @api.depends("state", "date_cured", "company_id.cartera_bdme")
    def _compute_bdme_breach(self):
        for acuerdo in self:
            broken = acuerdo.state == "breached" and not acuerdo.date_cured
            acuerdo.bdme_breach = broken and acuerdo.company_id.sudo().cartera_bdme

    def _search_bdme_breach(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        broken = Domain(
            [("state", "=", "breached"), ("date_cured", "=", False), ("company_id.cartera_bdme", "=", True)]
        )
        wanted = {bool(one) for one in value} if operator == "in" else {True, False} - {bool(one) for one in value}
        return {
            (True,): broken,
            (False,): ~broken,
            (False, True): Domain.TRUE,
        }.get(tuple(sorted(wanted)), Domain.FALSE)

    # --- the night ----------------------------------------------------------------------------------------------------

    @api.model
    def _juzgar(self, company, on_date=None):
        """Judge the company's agreements as of `on_date` (date, default today in the company's zone).

        Set-based and idempotent: what was paid of each instalment, what was missed; then those paid in full are
        fulfilled, those that the policy calls broken are broken or proposed to a coordinator, breaches that owe nothing
        any more are cured, and dossiers alerted. Counts of what was written, by name, and `locked`: another
        transaction works on the company, and nothing was done.
        """
        on_date = on_date or company._cartera_hoy()
        acuerdos = self.sudo().with_context(lang=company.sudo().partner_id.lang, mail_notify_force_send=False)
        juicio = Juicio(acuerdos.env, company.sudo(), on_date)
        if not juicio.tomar_turno():
            return dict.fromkeys(COUNTS, 0) | {"locked": True}
        counts = juicio.anotar()
        counts["fulfilled"] = acuerdos.browse(juicio.pagados())._con_red(lambda a: a._cumplir())
        counts |= acuerdos._juzgar_atrasos(juicio, on_date)
        counts["cured"] = acuerdos.browse(juicio.saneados())._con_red(lambda a: a._sanear(on_date))
        counts["alerts"] = juicio.avisar_expedientes()
        return counts | {"locked": False}

    def _con_red(self, act):
        """Do `act` on all at once; should it fail, one by one, leaving what fails. How many were done."""
        if not self:
            return 0
        try:
            with self.env.cr.savepoint():
                act(self)
            return len(self)
        except OperationalError:
            raise  # a concurrent update: the whole transaction is tried again
        except Exception:
            _logger.exception("%s agreements could not be judged", len(self))
        return sum(acuerdo._con_red(act) for acuerdo in self) if len(self) > 1 else 0

    @api.model
    def _juzgar_atrasos(self, juicio, on_date):
        """What the policy calls broken, by `rules.agreements.breached`: declared, or proposed once."""
        broken = {"declare": self.browse(), "propose": self.browse()}
        for key, count, oldest, most, days, how in juicio.atrasados():
            if breached(count, oldest, on_date, most, days):
                broken[how] |= self.browse(key)
        # Paid up meanwhile, by money or by a milder policy: there is nothing to decide.
        over = self.search(
            [
                ("company_id", "=", juicio.company.id),
                ("date_breach_proposed", "!=", False),
                ("id", "not in", broken["propose"].ids),
            ]
        )
        over._retirar_propuesta()
        fresh = broken["propose"].filtered(lambda a: not a.date_breach_proposed)
        fresh._proponer_incumplimiento(on_date)
        declared = sum(a._con_red(lambda one: one._incumplir(one._frase_de_atraso())) for a in broken["declare"])
        return {"breached": declared, "proposed": len(fresh)}

    def _frase_de_atraso(self):
        """What was missed, in a sentence."""
        self.ensure_one()
        oldest = min(self.cuota_ids.filtered(lambda c: c.state == "missed").mapped("date_due"), default=None)
        return self.env._(
            "Missed instalments: %(count)s, for %(amount)s; the oldest fell due on %(day)s.",
            count=self.missed_count,
            amount=dinero(self, self.amount_missed),
            day=format_date(self.env, oldest) if oldest else "",
        )

    def _proponer_incumplimiento(self, on_date):
        """An activity for a coordinator of the company, with what was missed."""
        if not self:
            return
        plan = {
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(BREACH),
            "automated": True,
            "date_deadline": on_date,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
        }
        coordinator = {company: company._cartera_coordinadores()[:1] for company in self.company_id}
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    **plan,
                    "res_id": acuerdo.id,
                    "note": acuerdo._frase_de_atraso(),
                    "user_id": (coordinator[acuerdo.company_id] or acuerdo.user_id or self.env.user).id,
                }
                for acuerdo in self
            ]
        )
        self.date_breach_proposed = on_date

    def _retirar_propuesta(self):
        if self:
            self.date_breach_proposed = False
            self.activity_unlink([BREACH])

    def _sanear(self, on_date):
        """Breaches of which nothing is owed any more are cured by themselves."""
        self.date_cured = on_date
        for acuerdo in self:
            acuerdo.message_post(body=self.env._("The breach is cured: nothing is owed any more of what it covered."))
            acuerdo.expediente_id._message_log(
                body=self.env._("The breach of %s is cured: everything was paid.", acuerdo._get_html_link())
            )

    # --- what follows -------------------------------------------------------------------------------------------------

    def _terminar(self, state, reason):
        # EXTENDS: whatever ends it, there is no breach to propose any more.
        res = super()._terminar(state, reason)
        self.filtered("date_breach_proposed")._retirar_propuesta()
        return res

    def _al_incumplirse(self):
        # EXTENDS: the rest is due at once, and whoever has to know is told.
        res = super()._al_incumplirse()
        for acuerdo in self:
            acuerdo._acelerar()
            acuerdo._contar_incumplimiento()
        return res

    def _acelerar(self):
        """What is due at once: all that is left, without the financing of months that have not run."""
        day = self.date_end
        left = sum(
            (c.capital - c.paid_capital)
            + (c.interest - c.paid_interest)
            + (c.financing - c.paid_financing if c.date_due <= day else 0.0)
            for c in self.cuota_ids
        )
        self.write({"date_accelerated": day, "amount_accelerated": self.company_currency_id.round(left)})

    def _contar_incumplimiento(self):
        """On the dossier, to the officer and the legal office, and to the debtor."""
        body = self.env._(
            "%(agreement)s of %(debtor)s was broken on %(day)s. %(why)s Due at once: %(amount)s. The items go back to "
            "their true age. %(marked)s",
            agreement=self._get_html_link(),
            debtor=self.partner_id.display_name,
            day=format_date(self.env, self.date_end),
            why=f"{self.end_reason.rstrip('. ')}." if self.end_reason else "",
            amount=dinero(self, self.amount_accelerated),
            marked=self.env._("It is marked for the BDME.") if self.bdme_breach else "",
        )
        self.expediente_id._message_log(body=body)
        officer = self.expediente_id.user_id or self.user_id
        self.message_notify(
            partner_ids=(officer.partner_id | self.company_id._cartera_juridica()).ids,
            subject=self.env._("Breached: %s", self.display_name),
            body=body,
        )
        self._mandar_al_deudor("breach")

    def _al_cumplirse(self):
        # EXTENDS: a word of thanks, and the dossier says so.
        res = super()._al_cumplirse()
        for acuerdo in self:
            acuerdo.expediente_id._message_log(
                body=self.env._("%s was fulfilled: everything was paid.", acuerdo._get_html_link())
            )
        self._mandar_al_deudor("fulfilled")
        return res


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_legal_ids = fields.Many2many(
        "res.partner",
        "cartera_company_legal_rel",
        "company_id",
        "partner_id",
        string="Legal Office",
        help="Told of breaches and of what is paid of agreements. Empty: everybody with the role of lawyer.",
    )

    def _cartera_juridica(self):
        """Partners of the legal office."""
        self.ensure_one()
        return self.sudo().cartera_legal_ids or self._cartera_usuarios_del_rol("abogado").partner_id

    def _cartera_usuarios_del_rol(self, role):
        """Users of the company whose role is just this one (not those who may do it as coordinators)."""
        company = self.sudo()
        users = self.env.ref(f"cartera_cobro.group_cartera_{role}").sudo().user_ids
        return users.filtered(lambda u: u.active and not u.share and company in u.company_ids)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_legal_ids = fields.Many2many(related="company_id.cartera_legal_ids", readonly=False)
