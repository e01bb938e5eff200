"""Who signs minutes: everyone who was there with a vote, and the chair through tier validation; and what is kept."""

import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .cartera_impreso import escribir, guardado
from .cartera_textos import fecha

MINUTES = "cartera_cobro.acta_comite"


class CarteraActa(models.Model):
    _inherit = "cartera.acta"

    may_sign = fields.Boolean(compute="_compute_may_sign")
    missing_signatures = fields.Char(string="Still to Sign", compute="_compute_may_sign")

    @api.depends("state", "asistente_ids.firma_id", "date_proposed")
    @api.depends_context("uid")
    def _compute_may_sign(self):
        for acta in self:
            missing = acta._faltan_por_firmar() if acta.state == "approval" else acta.asistente_ids.browse()
            acta.may_sign = self.env.user in missing.user_id or bool(acta._mis_revisiones())
            acta.missing_signatures = ", ".join(missing.mapped("person_name"))

    # --- who has to sign ------------------------------------------------------------------------------------------

    def _firmas_validas(self):
        """Signatures under the text as it is, given since it was closed."""
        acta = self.sudo()
        if not acta.date_proposed:
            return acta.firma_ids.browse()
        text = acta._huella()
        return acta.firma_ids.filtered(lambda f: f.hash == text and f.date >= acta.date_proposed)

    def _faltan_por_firmar(self):
        """Seats that voted, or could, whose signature is not under the text as it is."""
        valid = self._firmas_validas()
        return self.sudo().asistente_ids.filtered(lambda a: a.votes and a.firma_id not in valid)

    def _firmado(self):
        # EXTENDS cartera.firmable: the chair by its tier, and every member who was there with a vote.
        return super()._firmado() and not self._faltan_por_firmar()

    def _mis_revisiones(self):
        """The pending reviews of the chair's tier, where the user is in the chair."""
        pending = self.sudo().review_ids.filtered(lambda r: r.status in ("waiting", "pending"))
        return pending.filtered(lambda r: self.env.user in r.reviewer_ids)

    # --- signing --------------------------------------------------------------------------------------------------

    def action_sign(self):
        """Sign the minutes with the user's own name: in the chair, or at the seat from which they voted."""
        self.ensure_one()
        self.check_access("read")
        self._exigir_estado("approval")
        self.sudo().lock_for_update()
        seats = self.sudo().asistente_ids.filtered(lambda a: a.votes and a.user_id == self.env.user)
        reviews = self._mis_revisiones()
        if not seats and not reviews:
            raise AccessError(
                self.env._(
                    "%s does not sign these minutes: those who were there with a vote do, each with their own name.",
                    self.env.user.name,
                )
            )
        if not reviews and not seats & self._faltan_por_firmar():
            raise UserError(self.env._("You have signed these minutes already."))
        if reviews:
            self._validate_tier(reviews.sudo(False))
        else:
            self._firmar_en(seats, self.env.user, seats[0].role)
        return True

    def _firmar(self, reviews):
        # EXTENDS cartera.firmable: the chair's signature is also that of the seat.
        before = self.sudo().firma_ids
        res = super()._firmar(reviews)
        given = self.sudo().firma_ids - before
        mine = self.sudo().asistente_ids.filtered(lambda a: a.votes and a.user_id == self.env.user)
        mine.firma_id = given[:1]
        return res

    def _firmar_en(self, seats, user, role, name=None):
        """Keep a signature, and which seats it is of; the last one makes the minutes firm."""
        acta = self.sudo()
        firma = acta.env["cartera.firma"].create(
            {
                "res_model": acta._name,
                "res_id": acta.id,
                "company_id": acta.company_id.id,
                "user_id": user.id if user else False,
                "signer_name": name or user.name,
                "role": role,
                "hash": acta._huella(),
            }
        )
        seats.sudo().firma_id = firma
        acta.message_post(
            body=self.env._("Signed by %(who)s as %(role)s.", who=firma.signer_name, role=role or ""),
            author_id=self.env.user.partner_id.id,
        )
        if acta.state == "approval" and acta._firmado():
            acta._al_firmarse()
        return firma

    def _firmar_como_secretario(self):
        """Whoever closes the minutes signs them so, and at their own seat if they have one with a vote."""
        spanish = self.with_context(lang=self.company_id.partner_id.lang or self.env.lang)
        seats = self.sudo().asistente_ids.filtered(lambda a: a.votes and a.user_id == self.env.user)
        self._firmar_en(seats, self.env.user, spanish.env._("Secretary"))

    def _firmar_en_papel(self, seat, attachment):
        """Record that a member who has no user, or no longer has one, signed the paper: `attachment` is its scan."""
        self.ensure_one()
        self.check_access("write")
        self._exigir_estado("approval")
        if seat.acta_id != self or not seat.votes:
            raise UserError(self.env._("%s has no vote in this session, so does not sign.", seat.name))
        if not seat.on_paper:
            raise UserError(self.env._("%s signs here, with their own user: nobody signs for another.", seat.name))
        if not attachment:
            raise UserError(self.env._("Attach the page that %s signed.", seat.person_name))
        seat.sudo().paper_id = attachment
        self._firmar_en(seat, None, seat.role, name=seat.person_name)

    @api.model
    def _add_tier_validation_buttons(self, node, params):
        # EXTENDS cartera.firmable: one button signs, in the chair and at a seat; returning stays.
        buttons = super()._add_tier_validation_buttons(node, params)
        for button in buttons.xpath("//button[@name='validate_tier' or @name='restart_validation']"):
            button.getparent().remove(button)
        return buttons

    # --- signed ---------------------------------------------------------------------------------------------------

    def _al_firmarse(self):
        """Everybody signed: the PDF with the signatures is drawn once and kept."""
        if self.state != "approval":
            return
        self.write({"state": "signed", "signed_on": fields.Datetime.now()})
        document = self._adjuntar(MINUTES)
        self.write({"pdf_id": document.id, "pdf_sha256": hashlib.sha256(document.raw).hexdigest()})
        self.message_post(
            body=self.env._("Signed by everybody: the minutes are firm, and may be carried out."),
            attachment_ids=document.ids,
            partner_ids=self.secretary_id.partner_id.ids,
        )

    # --- documents ------------------------------------------------------------------------------------------------

    def _fecha(self, day):
        return fecha(day)

    def _nombre_documento(self, report=MINUTES):
        self.ensure_one()
        if report == MINUTES:
            return f"Acta {self.number or self._fecha(self.date)}.pdf"
        return f"Fichas {self.number or self._fecha(self.date)}.pdf"

    def action_print(self):
        """The minutes as PDF: what was kept once they are signed."""
        self.ensure_one()
        return self.env.ref("cartera_cobro.report_acta_comite").report_action(self)


# Imported after ir_actions_report.py, whose method it extends.
class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _cartera_pdf(self, report, res_ids, data):
        # EXTENDS the add-on's own paper: signed minutes are printed from what was kept of them.
        if report.report_name != MINUTES:
            return super()._cartera_pdf(report, res_ids, data)
        actas = self.env[report.model].browse(res_ids)
        kept = [guardado(acta.sudo().pdf_id) for acta in actas if acta.pdf_id]
        fresh = actas.filtered(lambda a: not a.pdf_id)
        if not fresh:
            return escribir(kept)
        drawn = super()._cartera_pdf(report, fresh.ids, data)
        if not kept:
            return drawn
        raise UserError(self.env._("Print signed minutes and those that are not by themselves."))
