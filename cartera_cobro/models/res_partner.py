from odoo import api, fields, models
from odoo.exceptions import AccessError

from .account_move import READERS
from .cartera_contacto import Guardia, ingenuo

ADDRESS = {"street", "street2", "city", "zip", "state_id", "country_id"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    cartera_expediente_ids = fields.One2many(
        "cartera.expediente", "partner_id", string="Collection Dossiers", groups=READERS
    )
    cartera_expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", compute="_compute_cartera", groups=READERS
    )
    cartera_etapa_id = fields.Many2one(
        "cartera.etapa", string="Collection Stage", compute="_compute_cartera", groups=READERS
    )
    cartera_days_overdue = fields.Integer(string="Days Overdue", compute="_compute_cartera", groups=READERS)

    cartera_autorizacion_ids = fields.One2many(
        "cartera.autorizacion", "partner_id", string="Authorisations to Be Contacted", groups=READERS
    )
    cartera_contact_exempt = fields.Boolean(
        string="Exempt from Ley 2300",
        groups=READERS,
        copy=False,
        help="A company that is no consumer (Ley 1480): hours and frequency do not bind. Decided one by one.",
    )
    cartera_related_party = fields.Boolean(
        string="Related Party",
        groups=READERS,
        copy=False,
        help="Economically linked with the company: what it owes is not deducted by a tax provision (E.T. 145).",
    )
    cartera_address_date = fields.Date(
        string="Address Confirmed On",
        groups=READERS,
        copy=False,
        help="When somebody last made sure that letters arrive here.",
    )

    @api.depends("commercial_partner_id.cartera_expediente_ids")
    @api.depends_context("company")
    def _compute_cartera(self):
        found = self.env["cartera.expediente"].search(
            [("partner_id", "in", self.commercial_partner_id.ids), ("company_id", "=", self.env.company.id)]
        )
        by_partner = found.grouped("partner_id")
        for partner in self:
            expediente = by_partner.get(partner.commercial_partner_id, found.browse())
            partner.cartera_expediente_id = expediente
            partner.cartera_etapa_id = expediente.etapa_id
            partner.cartera_days_overdue = expediente.days_overdue

    def cartera_check_contact(self, channel, at=None, purpose="collection", role="debtor"):
        """Whether Ley 2300 de 2023 allows contacting this person (rules.contact), for the current company.

        channel, purpose, role: codes of rules.contact; at: naive UTC datetime, default now. Returns {"allowed": bool,
        "reason": a code of rules.contact.REASONS, "next_allowed": naive UTC datetime or None}. AccessError for
        portal users and for who may not read the partner; ValueError for a code that is not known.
        """
        self.ensure_one()
        if self.env.user.share and not self.env.su:
            raise AccessError(self.env._("Only the staff may ask when a person may be contacted."))
        self.check_access("read")
        at = fields.Datetime.to_datetime(at) if at else None
        verdict = Guardia(self.env, self.env.company).uno(self, channel, at, purpose, role)
        return {**verdict._asdict(), "next_allowed": ingenuo(verdict.next_allowed)}

    def action_cartera_confirm_address(self):
        """Somebody made sure today that letters arrive at this address (AMB6)."""
        if not self.env.user.has_groups("cartera_cobro.group_cartera_gestor,cartera_cobro.group_cartera_ventanilla"):
            self.check_access("write")
        self.check_access("read")
        self.sudo().write({"cartera_address_date": fields.Date.context_today(self)})

    def _cartera_mudados(self, vals):
        """Those (in sudo: whoever writes) whose confirmed address `vals` changes: nobody has confirmed the new one."""
        changed = set() if "cartera_address_date" in vals else ADDRESS & vals.keys()
        confirmed = self.sudo().filtered("cartera_address_date") if changed else self.sudo().browse()
        return confirmed.filtered(
            lambda p: any(p._fields[f].convert_to_write(p[f], p) != (vals[f] or False) for f in changed)
        )

    def write(self, vals):
        # EXTENDS base: a debtor that becomes part of another gives its dossiers to it.
        moved = self._cartera_mudados(vals)
        res = super().write(vals)
        moved.cartera_address_date = False
        if {"parent_id", "is_company"} & vals.keys():
            self._cartera_trasladar()
        if "tz" in vals and self.env["res.company"].sudo().search_count([("partner_id", "in", self.ids)], limit=1):
            self.env.registry.clear_cache()  # see res.company._cartera_zona
        return res

    def _cartera_trasladar(self):
        """Bring dossiers and items to the commercial partners that now answer for these partners."""
        family = self.sudo().with_context(active_test=False).search([("id", "child_of", self.ids)])
        Expediente = self.env["cartera.expediente"].sudo()
        Expediente._trasladar(Expediente.search([("partner_id", "in", family.ids)]))
        items = self.env["cartera.partida"].sudo().search([("move_line_id.partner_id", "in", family.ids)])
        items._reasignar()

    def action_cartera_expediente(self):
        self.ensure_one()
        return self.cartera_expediente_id._get_records_action()
