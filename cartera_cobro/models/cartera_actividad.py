"""What is planned with a debtor is planned for a day on which Ley 2300 lets them be contacted."""

from datetime import datetime, time

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import format_date

from ..rules.contact import BOGOTA
from .cartera_autorizacion import CHANNEL_LABELS
from .cartera_contacto import Caso, Guardia, agrupar, ingenuo

DOSSIER = "cartera.expediente"
# What says whether an activity contacts a debtor, and when.
DECIDES = ["res_model_id", "res_id", "activity_type_id", "date_deadline"]


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    cartera_channel = fields.Selection(
        CHANNEL_LABELS,
        string="Contacts the Debtor By",
        compute="_compute_cartera_channel",
        store=True,
        readonly=False,
        help="On a dossier, activities of this type are planned only for days on which the debtor may be contacted "
        "this way (Ley 2300 art. 3). Empty: it contacts nobody.",
    )

    @api.depends("category")
    def _compute_cartera_channel(self):
        for kind in self:
            kind.cartera_channel = kind.cartera_channel or (kind.category == "phonecall" and "call")


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS mail: before it, since it tells the assigned person the deadline.
        return super().create(self._cartera_en_dia_permitido(vals_list))

    def write(self, vals):
        # EXTENDS mail
        res = super().write(vals)
        if vals.keys() & set(DECIDES):
            self._cartera_reprogramar()
        return res

    @api.model
    def _cartera_en_dia_permitido(self, vals_list):
        """The values of new activities, those that contact a debtor moved to a day on which they may be."""
        complete = [self._cartera_completar(vals) for vals in vals_list]
        moved = self._cartera_dias(
            [(vals["res_id"], vals["activity_type_id"], vals["date_deadline"]) if vals else None for vals in complete]
        )
        return [
            {**vals, "date_deadline": day, "note": self._cartera_nota(vals.get("note"), own["date_deadline"], day)}
            if day
            else vals
            for vals, own, day in zip(vals_list, complete, moved, strict=True)
        ]

    @api.model
    def _cartera_completar(self, vals):
        """DECIDES of a new activity with what defaults add to them; empty where it is of no dossier."""
        ours = self.env["ir.model"]._get_id(DOSSIER)
        if vals.get("res_model_id", ours) != ours:
            return {}
        missing = [name for name in DECIDES if name not in vals]
        known = {**(self.default_get([*missing, "res_model"]) if missing else {}), **vals}
        if known.get("res_model_id") != ours or not all(known.get(name) for name in DECIDES):
            return {}
        return {name: known.get(name) for name in DECIDES}

    def _cartera_reprogramar(self):  # pylint: disable=missing-return
        activities = self.filtered(lambda a: a.active and a.res_model == DOSSIER and a.activity_type_id)
        moved = self._cartera_dias([(a.res_id, a.activity_type_id.id, a.date_deadline) for a in activities])
        for activity, day in zip(activities, moved, strict=True):
            if day:
                note = self._cartera_nota(activity.note, activity.date_deadline, day)
                values = {"date_deadline": day, "note": note}
                super(MailActivity, activity).write(values)  # pylint: disable=super-method-mismatch

    @api.model
    def _cartera_dias(self, planned):
        """[date or None]: the day to which each (dossier id, activity type id, day) moves; None: it stays.

        It stays where it contacts nobody, is past, may be done that day, or no waiting helps (a hold, no
        authorisation): that is for the officer to solve. Whatever the number, each kind of fact is read once.
        """
        cases = {n: self._cartera_caso(*plan) for n, plan in enumerate(planned) if plan}
        by_company = agrupar((company, n) for n, (company, caso) in cases.items() if caso)
        result = [None] * len(planned)
        for company, numbers in by_company.items():
            verdicts = Guardia(self.env, company).juzgar([cases[n][1] for n in numbers])
            for n, verdict in zip(numbers, verdicts, strict=True):
                day = verdict.next_allowed and verdict.next_allowed.astimezone(BOGOTA).date()
                result[n] = day if day != fields.Date.to_date(planned[n][2]) else None
        return result

    @api.model
    def _cartera_caso(self, expediente_id, type_id, day):
        """(company, Caso): what the guard is asked of a planned activity; no Caso where there is nothing to ask."""
        channel = self.env["mail.activity.type"].sudo().browse(type_id).cartera_channel
        expediente = self.env[DOSSIER].sudo().browse(expediente_id)
        day, now = fields.Date.to_date(day), fields.Datetime.now()
        closing = ingenuo(datetime.combine(day, time.max, BOGOTA))
        if not channel or closing < now:
            return expediente.company_id, None
        opening = ingenuo(datetime.combine(day, time(7), BOGOTA))
        return expediente.company_id, Caso(expediente.partner_id, max(opening, now), channel)

    @api.model
    def _cartera_nota(self, note, asked, day):
        """The activity's note, and why it is not for the day that was asked."""
        line = self.env._(
            "Planned for %(asked)s, on which Ley 2300 does not let the debtor be contacted: moved to %(day)s.",
            asked=format_date(self.env, asked),
            day=format_date(self.env, day),
        )
        said = Markup("<p>%s</p>") % line
        return note if note and said in Markup(note) else Markup(note or "") + said
