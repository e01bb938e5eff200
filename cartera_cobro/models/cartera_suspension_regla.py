from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..rules.suspension import closed_day
from .cartera_contacto import Guardia
from .cartera_plantilla import KINDS as NOTICES

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TAKES_AWAY = [("suspension", "Suspension"), ("cut", "Cut")]


class CarteraSuspensionRegla(models.Model):
    """When an account is suspended or cut, on which days, and how its service comes back (Ley 142 art. 140-142)."""

    _name = "cartera.suspension.regla"
    _description = "Rule of Suspensions and Cuts"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Leave empty to share the rule among companies.")
    kind = fields.Selection(TAKES_AWAY, required=True, default="suspension")
    # --- which accounts -----------------------------------------------------------------------------------------------
    bills_min = fields.Integer(
        string="Unpaid Bills From",
        default=2,
        help="Bills past due. Ley 142 art. 140: the contract says how many, at most two of two months or three of one.",
    )
    days_min = fields.Integer(string="Days Overdue From", default=1, help="Of its oldest unpaid bill.")
    amount_min = fields.Float(string="Minimum Balance", digits=(16, 2), help="Overdue, below which nobody is sent.")
    uso_ids = fields.One2many("cartera.suspension.uso", "regla_id", string="Uses Left Out", copy=True)
    repeat_min = fields.Integer(
        string="Suspended Before (times)",
        help="Ley 142 art. 141: a cut needs the breach to be repeated. 0 does not ask for it.",
    )
    repeat_months = fields.Integer(string="Within (months)", default=24)
    days_long = fields.Integer(
        string="Or Overdue For (days)", help="So many days overdue stand for the suspensions before; 0: they never do."
    )
    # --- notice -------------------------------------------------------------------------------------------------------
    notice_days = fields.Integer(
        string="Notice Before (days)", help="A message sent so many days before, since its oldest bill; 0: none."
    )
    notice_kind = fields.Selection(NOTICES, string="Kind of Notice", help="Empty: any message that was sent.")
    # --- days ---------------------------------------------------------------------------------------------------------
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean(default=True)
    wednesday = fields.Boolean(default=True)
    thursday = fields.Boolean(default=True)
    friday = fields.Boolean()
    saturday = fields.Boolean()
    sunday = fields.Boolean()
    eve_allowed = fields.Boolean(string="Also the Eve of a Holiday")
    # --- coming back --------------------------------------------------------------------------------------------------
    reconnect_hours = fields.Integer(
        string="Reconnected Within (hours)",
        default=24,
        help="From the moment its cause is gone (D.L. 019/2012 art. 42: 24 hours).",
    )
    reconnect_working = fields.Boolean(string="Only Hours of Working Days")
    reconnect_tolerance = fields.Float(
        string="Balance Forgotten", digits=(16, 2), help="What may be left unpaid of it for the service to come back."
    )
    reconnect_fee = fields.Float(
        string="Reconnection Charge", digits=(16, 2), help="Noted on the order, to be billed (Ley 142 art. 96 and 142)."
    )
    effect_days = fields.Integer(
        string="Effect Within (days)", default=30, help="Money that came so many days after the service was taken away."
    )

    _limits = models.Constraint(
        "CHECK (bills_min >= 0 AND days_min >= 0 AND amount_min >= 0 AND repeat_min >= 0 AND repeat_months > 0 "
        "AND days_long >= 0 AND notice_days >= 0 AND reconnect_hours > 0 AND reconnect_tolerance >= 0 "
        "AND reconnect_fee >= 0 AND effect_days > 0)",
        "Limits of a rule are not negative; months, hours of reconnection and days of the effect are at least one.",
    )

    @api.constrains(*WEEKDAYS)
    def _check_weekdays(self):
        for regla in self:
            if not regla._dias():
                raise ValidationError(self.env._("Choose at least one weekday in %s.", regla.name))

    @api.constrains("bills_min", "days_min")
    def _check_mora(self):
        for regla in self:
            if not regla.bills_min and not regla.days_min:
                raise ValidationError(
                    self.env._("%s would reach accounts that are up to date: ask for a bill or a day.", regla.name)
                )

    def _dias(self):
        """The weekdays (set, Monday is 0) on which the rule lets the service be taken away."""
        return {number for number, name in enumerate(WEEKDAYS) if self[name]}

    def _vedado(self, company, day):
        """Why nothing is suspended on a day, as a sentence; empty where it may be done."""
        self.ensure_one()
        reason = self._dia_vedado(company, day)
        if not reason:
            return ""
        sentences = {
            "weekday": self.env._("%(rule)s allows nothing on %(day)s: that weekday is not one of its own."),
            "holiday": self.env._("%(rule)s allows nothing on %(day)s: it is a holiday."),
            "eve": self.env._(
                "%(rule)s allows nothing on %(day)s: the next day is a holiday, and the service could not come back."
            ),
        }
        return sentences[reason] % {"rule": self.name, "day": format_date(self.env, day, date_format="EEEE d MMMM y")}

    def _dia_vedado(self, company, day, holidays=None):
        """A code of `rules.suspension.closed_day`, or None."""
        holidays = holidays if holidays is not None else Guardia(self.env, company)._festivos()
        return closed_day(day, self._dias(), self.eve_allowed, holidays)


class CarteraSuspensionUso(models.Model):
    """A use of accounts that a rule leaves out."""

    _name = "cartera.suspension.uso"
    _description = "Use Left Out of Suspensions"
    _rec_name = "use"

    regla_id = fields.Many2one("cartera.suspension.regla", string="Rule", required=True, ondelete="cascade", index=True)
    use = fields.Selection(lambda self: self.env["cartera.cuenta"]._fields["use"].selection, required=True)

    _use_uniq = models.Constraint("UNIQUE (regla_id, use)", "The use is in the list already.")


class CarteraSuspensionResultado(models.Model):
    """What the crew found: the order was executed, or why it was not."""

    _name = "cartera.suspension.resultado"
    _description = "Result in the Field"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="What lists and files from the field may say instead of its name.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    executed = fields.Boolean(help="The order was carried out: the service follows it.")
    needs_reading = fields.Boolean(string="With Reading", help="The reading of the meter must come with it.")
    synonyms = fields.Char(string="Also Written", help="Other ways in which files say it, separated by commas.")

    _code_uniq = models.Constraint("UNIQUE (code)", "There is already a result with that code.")
