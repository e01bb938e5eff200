from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.avisos import aviso
from ..models.cartera_autorizacion import AUTHORISABLE

LABELS = dict(AUTHORISABLE)


class CarteraAutorizar(models.TransientModel):
    """Record what many persons authorised by the same instrument: a contract's clause, a form, a campaign."""

    _name = "cartera.autorizar"
    _description = "Record Authorisations"

    partner_ids = fields.Many2many("res.partner", string="Persons", required=True)
    partner_count = fields.Integer(compute="_compute_partner_count")
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, help="Empty: given to every company of this database."
    )
    by_call = fields.Boolean(LABELS["call"])
    by_sms = fields.Boolean(LABELS["sms"])
    by_whatsapp = fields.Boolean(LABELS["whatsapp"])
    by_email = fields.Boolean(LABELS["email"])
    by_letter = fields.Boolean(LABELS["letter"])
    by_visit = fields.Boolean(LABELS["visit"])
    by_ivr = fields.Boolean(LABELS["ivr"])
    by_off_hours = fields.Boolean(LABELS["off_hours"])
    by_bureau = fields.Boolean(LABELS["bureau"])
    date_from = fields.Date(string="Given On", required=True, default=fields.Date.context_today)
    source = fields.Char(string="Instrument", required=True)
    evidence = fields.Binary()
    evidence_name = fields.Char()

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        values["partner_ids"] = values.get("partner_ids") or [fields.Command.set(self._elegidos().ids)]
        return values

    @api.model
    def _elegidos(self):
        """The persons of the selection: contacts themselves, or the debtors of dossiers."""
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids", [])
        if model == "res.partner":
            return self.env["res.partner"].browse(ids)
        if model in ("cartera.expediente", "cartera.contactabilidad"):
            return self.env["cartera.expediente"].browse(ids).partner_id
        return self.env["res.partner"]

    @api.depends("partner_ids")
    def _compute_partner_count(self):
        for wizard in self:
            wizard.partner_count = len(wizard.partner_ids)

    def action_apply(self):
        """Record what does not hold yet; answers with a notification that counts it."""
        self.ensure_one()
        missing = self._faltantes(self._canales())
        values = {
            "company_id": self.company_id.id,
            "date_from": self.date_from,
            "source": self.source,
            "evidence": self.evidence,
            "evidence_name": self.evidence_name,
        }
        self.env["cartera.autorizacion"].create(
            [{**values, "partner_id": partner.id, "channel": channel} for partner, channel in missing]
        )
        return aviso(
            self.env._(
                "%(new)s authorisations recorded; %(old)s held already.",
                new=len(missing),
                old=len(self.partner_ids) * len(self._canales()) - len(missing),
            )
        )

    def _canales(self):
        channels = [channel for channel in LABELS if self[f"by_{channel}"]]
        if not channels:
            raise UserError(self.env._("Choose at least one channel that was authorised."))
        if not self.partner_ids:
            raise UserError(self.env._("Choose the persons who authorised it."))
        if self.date_from > fields.Date.context_today(self):
            raise UserError(self.env._("An authorisation is recorded once it was given: choose a day up to today."))
        return channels

    def _faltantes(self, channels):
        """[(person, channel)] that do not hold today."""
        holding = self.env["cartera.autorizacion"]._read_group(
            [
                ("partner_id", "in", self.partner_ids.ids),
                ("channel", "in", channels),
                ("company_id", "in", (False, self.company_id.id)),
                ("is_current", "=", True),
            ],
            ["partner_id", "channel"],
        )
        held = set(holding)
        return [(p, channel) for p in self.partner_ids for channel in channels if (p, channel) not in held]
