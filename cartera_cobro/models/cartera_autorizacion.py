from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.contact import CHANNELS, PURPOSES

CHANNEL_LABELS = [
    ("call", "Call"),
    ("sms", "SMS"),
    ("whatsapp", "WhatsApp"),
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("visit", "Visit"),
    ("ivr", "Recorded call"),
    ("in_person", "At the office"),
]
PURPOSE_LABELS = [
    ("collection", "Collection"),
    ("information", "Information asked for"),
    ("legal", "Legal notice"),
    ("reply", "Reply to them"),
]
assert tuple(code for code, _label in CHANNEL_LABELS) == CHANNELS
assert tuple(code for code, _label in PURPOSE_LABELS) == PURPOSES
# Whoever comes to the office needs no authorisation; other hours need one of their own (Ley 2300 art. 3).
# Reporting to credit bureaus is no channel: it is authorised by itself (Ley 1266 art. 8).
AUTHORISABLE = [pair for pair in CHANNEL_LABELS if pair[0] != "in_person"] + [
    ("off_hours", "Other days and hours"),
    ("bureau", "Report to credit bureaus"),
]


class CarteraAutorizacion(models.Model):
    """What a person authorised, with its evidence: a channel, or other days and hours (Ley 2300 de 2023 art. 3)."""

    _name = "cartera.autorizacion"
    _description = "Authorisation to Be Contacted"
    _order = "partner_id, channel, date_from desc"
    _rec_name = "channel"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", help="Empty: given to every company of this database.")
    channel = fields.Selection(AUTHORISABLE, required=True)
    date_from = fields.Date(string="Given On", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="Withdrawn On", help="From this day on it no longer holds.")
    source = fields.Char(
        string="Instrument",
        required=True,
        help="Where it was given: the contract's clause, a form, a recording, the portal.",
    )
    evidence = fields.Binary(attachment=True)
    evidence_name = fields.Char()
    is_current = fields.Boolean(string="Holds Today", compute="_compute_is_current", search="_search_is_current")

    _given_before_withdrawn = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "An authorisation is withdrawn after it was given."
    )
    _person_channel = models.Index("(partner_id, channel, date_from)")

    @api.depends("partner_id", "channel")
    @api.depends_context("lang")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for given in self:
            given.display_name = f"{given.partner_id.display_name or ''}: {channels.get(given.channel, '')}"

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for given in self:
            given.is_current = given.date_from <= today and not (given.date_to and given.date_to <= today)

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("date_from", "<=", today), "|", ("date_to", "=", False), ("date_to", ">", today)]

    @api.constrains("channel", "evidence")
    def _check_off_hours(self):
        for given in self:
            if given.channel == "off_hours" and not given.evidence:
                raise ValidationError(
                    self.env._(
                        "Other days and hours take a separate instrument (Ley 2300 art. 3): "
                        "attach the one that %s signed.",
                        given.partner_id.display_name,
                    )
                )

    def action_withdraw(self):
        """The person withdrew it: it no longer holds from today, nor at all what was given for a later day.

        What was withdrawn before keeps its day: until then contacts were allowed, and from then on they were not.
        """
        self.check_access("write")
        today = fields.Date.context_today(self)
        standing = self.filtered(lambda given: not given.date_to or given.date_to > today)
        for day, rows in standing.grouped(lambda given: max(today, given.date_from)).items():
            rows.write({"date_to": day})


class CarteraFestivo(models.Model):
    """A day without collection beside Colombia's public holidays, which the library `holidays` knows."""

    _name = "cartera.festivo"
    _description = "Extra Holiday"
    _order = "date desc"

    name = fields.Char(required=True)
    date = fields.Date(required=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, help="Empty: every company.")

    _date_uniq = models.UniqueIndex("(date, COALESCE(company_id, 0))", "This day is already a holiday of the company.")
