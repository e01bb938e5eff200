"""By which channels a person may be contacted now, and why not: on the person and, in short, on the dossier."""

from odoo import api, fields, models

from .account_move import READERS
from .cartera_contacto import Caso, Guardia, explicar

# Those that somebody starts from here; who comes to the office needs no verdict, and visits are on the policy.
SHOWN = ("call", "sms", "whatsapp", "email", "letter")


def veredictos(partners, company):
    """{partner: [(channel label, Verdict, sentence)]} of contacts made now for the company, each fact read once."""
    env = partners.env
    now = fields.Datetime.now()
    casos = [Caso(partner, now, channel) for partner in partners for channel in SHOWN]
    labels = dict(env["cartera.autorizacion"]._fields["channel"]._description_selection(env))
    result = {partner: [] for partner in partners}
    for caso, verdict in zip(casos, Guardia(env, company).juzgar(casos), strict=True):
        result[caso.partner].append((labels[caso.channel], verdict, explicar(env, verdict)))
    return result


class ResPartner(models.Model):
    _inherit = "res.partner"

    cartera_veredictos = fields.Html(
        string="Today", compute="_compute_cartera_veredictos", sanitize=False, groups=READERS
    )

    @api.depends("cartera_autorizacion_ids", "cartera_contact_exempt")
    @api.depends_context("lang", "company")
    def _compute_cartera_veredictos(self):
        saved = self.filtered("id")
        (self - saved).cartera_veredictos = False
        for partner, rows in veredictos(saved, self.env.company).items():
            partner.cartera_veredictos = self.env["ir.qweb"]._render("cartera_cobro.veredictos", {"rows": rows})


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    address_date = fields.Date(related="partner_id.cartera_address_date", string="Address Confirmed On")
    veredictos = fields.Html(string="May Be Contacted By", compute="_compute_veredictos", sanitize=False)

    @api.depends("partner_id", "hold_reason", "gestion_ids")
    @api.depends_context("lang")
    def _compute_veredictos(self):
        self.veredictos = False
        for company, expedientes in self.filtered("partner_id").grouped("company_id").items():
            found = veredictos(expedientes.partner_id, company)
            for expediente in expedientes:
                rows = {"rows": found[expediente.partner_id]}
                expediente.veredictos = self.env["ir.qweb"]._render("cartera_cobro.veredictos_corto", rows)

    def action_confirm_address(self):
        """Somebody made sure that letters arrive at the debtor's address (AMB6)."""
        self.check_access("read")
        self.partner_id.action_cartera_confirm_address()
