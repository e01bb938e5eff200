"""The month end closed by itself: on its day, once, company by company; and who is told of it."""

import calendar
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .avisos import dinero
from .cartera_libro import Libro

REVIEW = "cartera_cobro.mail_activity_type_corte"
BUSY = timedelta(minutes=10)


class CarteraCorte(models.Model):
    _inherit = "cartera.corte"

    is_tied = fields.Boolean(
        string="Ties to the Ledger", compute="_compute_is_tied", help="No account differs: differences do not net out."
    )

    @api.depends("cuadre_ids.amount_difference")
    def _compute_is_tied(self):
        differing = self.env["cartera.corte.cuadre"]._read_group(
            [("corte_id", "in", self.ids), ("amount_difference", "!=", 0)], ["corte_id"]
        )
        differing = {corte.id for (corte,) in differing}
        for corte in self:
            corte.is_tied = corte.id not in differing

    # --- when -------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_programa(self):
        """Daily: close what is due, then e-mail what was confirmed; each company is committed, or fails, by itself."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("cartera_politica_id", "!=", False)])
        cron._commit_progress(remaining=len(companies))
        failed = []
        for company in companies:
            if not self._programa_de(company):
                failed.append(company.name)
            # Also when Odoo's time is over: to stop would begin again from the first company.
            cron._commit_progress(1)
        if failed:
            raise UserError(self.env._("Closings that failed: %s. The log says why.", ", ".join(failed)))

    @api.model
    def _programa_de(self, company):
        """Whether the company's turn went well; what was closed stays although an e-mail fails."""
        ends = self._por_cerrar(company)
        if ends and not Libro(self.env, company, None).tomar_turno():
            self.env.ref("cartera_cobro.ir_cron_cortes").sudo()._trigger(at=fields.Datetime.now() + BUSY)
            return True
        hacer = self.env["cartera.partida"]._hacer_de_noche
        done = True
        for end in ends:
            done = hacer(company, "cartera.corte", "_cerrar_mes", end) and done
            self.env["ir.cron"]._commit_progress()
        return hacer(company, "cartera.corte", "_avisar_pendientes") and done

    @api.model
    def _por_cerrar(self, company):
        """The month ends (dates, the oldest first) that are to be closed by now: the last one, and those left in draft.

        Never one of before the procedure was kept here: that is history, and is asked for. What waits for a person to
        confirm it is not computed again once its month has passed.
        """
        due = self._ultimo_fin(company)
        if not due or due < (since := self._desde(company)):
            return []
        mine = [("company_id", "=", company.id), ("date", ">=", since), ("date", "<=", due)]
        cortes = self.sudo().search([*mine, ("previous_id", "=", False)], order="date")
        drafts = cortes.filtered(lambda corte: corte.state == "draft")
        left = drafts if company.cartera_corte_confirma else self.browse()
        ends = [day for day in left.mapped("date") if day < due and (day + timedelta(days=1)).day == 1]
        return ends if due in (cortes - drafts).mapped("date") else [*ends, due]

    @api.model
    def _ultimo_fin(self, company):
        """The last month end (date) whose day of closing has come; None where the company closes by hand.

        A day on which nothing ran is not lost: it is due until the next one is.
        """
        today, day = company._cartera_hoy(), company.cartera_corte_dia
        if not day:
            return None
        end = today.replace(day=1) - timedelta(days=1)
        come = today.day >= min(day, calendar.monthrange(today.year, today.month)[1])
        return end if come else end.replace(day=1) - timedelta(days=1)

    @api.model
    def _cerrar_mes(self, company, end):
        """Make the closing of a month end: confirmed where it ties, else left for the accountant to see."""
        corte = self.sudo()._generar(company, end)._en_su_idioma()
        if corte.generated_on < self.env.cr.now():
            corte._calcular()
        if not corte.is_tied:
            corte._encargar(
                REVIEW,
                corte.env._("The closing does not tie to the ledger"),
                corte.env._("Difference: %s. See the tie, account by account; when it ties it goes on by itself, or "
                            "confirm it with its difference.", corte._dinero(corte.amount_difference)),
            )  # fmt: skip
        elif company.cartera_corte_confirma:
            corte._confirmar()
        else:
            corte._encargar(REVIEW, corte.env._("Look at the closing and confirm it"))

    def _en_su_idioma(self):
        """Itself, in the language in which its company is written to."""
        return self.with_context(lang=self.env["cartera.correo"]._idioma() or self.env.lang)

    def _encargar(self, kind, summary, note=None):
        """An activity of `kind` (xml id) for an accountant of the company, else its coordinator; one at a time."""
        company = self.company_id
        people = company._cartera_usuarios_del_rol("contador") or company._cartera_coordinadores()
        if people and not self.activity_search([kind]):
            self.activity_schedule(kind, summary=summary, note=note, user_id=people[0].id)

    def _dinero(self, amount):
        return dinero(self, amount)

    def _al_confirmar(self):
        # EXTENDS: last month's is told by e-mail, once; history is not.
        res = super()._al_confirmar()
        self.activity_unlink([REVIEW])
        company = self.company_id
        last_month = self.date == company._cartera_hoy().replace(day=1) - timedelta(days=1)
        history = self.reconstructed or self.env.context.get("cartera_corte_historia")
        if company.cartera_corte_correo and last_month and self.version == 1 and not history:
            self.mail_state = "pending"
            self.env.ref("cartera_cobro.ir_cron_cortes").sudo()._trigger()
        return res


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_corte_dia = fields.Integer(
        string="Day of the Closing",
        default=1,
        help="Day of the month on which last month is closed; its last day where it is shorter. 0: not by itself.",
    )
    cartera_corte_confirma = fields.Boolean(
        string="Confirm the Closing When It Ties",
        default=True,
        help="With no difference to the ledger it is confirmed by itself; else the accountant is asked.",
    )
    cartera_corte_correo = fields.Boolean(
        string="E-mail the Closing",
        default=True,
        help="Once confirmed: to the responsibles of each zone with its figures, to treasurers and directors with all.",
    )

    @api.constrains("cartera_corte_dia")
    def _check_cartera_corte_dia(self):
        for company in self:
            if not 0 <= company.cartera_corte_dia <= 31:
                raise ValidationError(self.env._("The day of the closing is from 1 to 31, or 0 for none."))


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_corte_dia = fields.Integer(related="company_id.cartera_corte_dia", readonly=False)
    cartera_corte_confirma = fields.Boolean(related="company_id.cartera_corte_confirma", readonly=False)
    cartera_corte_correo = fields.Boolean(related="company_id.cartera_corte_correo", readonly=False)
