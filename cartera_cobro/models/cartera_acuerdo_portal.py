"""What the debtor sees of an agreement, by a link or by login, and how they get there."""

import base64
import re
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.image import binary_to_image

from ..rules.contact import BOGOTA
from .cartera_acuerdo_documento import AGREEMENT, PROPOSAL, STATEMENT
from .cartera_contacto import consciente
from .cartera_portal import Rechazado

# What a debtor may see: what was proposed to them once.
SHOWN = Domain([("number", "!=", False), ("state", "!=", "draft")])
BEFORE_FORCE = ("proposed", "approval", "signed")
DARK, LIGHT = "#212529", "#FFFFFF"


def colores(company):
    """(background, text), as CSS: the company's own colour, under the text that reads better on it."""
    colour = company.primary_color or company.email_secondary_color or ""
    if not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
        return DARK, LIGHT
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    # Relative brightness of television (ITU-R BT.601), of 255.
    return colour, LIGHT if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else DARK


class CarteraAcuerdo(models.Model):
    _name = "cartera.acuerdo"
    _inherit = ["cartera.acuerdo", "cartera.enlazable"]
    _enlace_ambito = "cartera_cobro.acuerdo"
    _enlace_ruta = "/cartera/acuerdo/"

    # --- links ----------------------------------------------------------------------------------------------------

    def _enlace_horas(self):
        """Until the end of the proposal's last day; once it is in force, or that day is over, the policy's days."""
        days = (self.politica_id.link_days or 1) * 24
        if self.state not in BEFORE_FORCE or not self.valid_until:
            return days
        ends = datetime.combine(self.valid_until + timedelta(days=1), time(), BOGOTA)
        left = ends - consciente(fields.Datetime.now())
        return -(-left // timedelta(hours=1)) if left > timedelta() else days

    def action_open_as_debtor(self):
        """Open the page as the debtor sees it: an internal user looks, and neither accepts nor signs."""
        self._exigir_que_de_enlaces()
        return {"type": "ir.actions.act_url", "url": self._enlace(), "target": "new"}

    def action_link(self):
        """Show the address of the debtor's page, to be copied."""
        self._exigir_que_de_enlaces()
        until = fields.Datetime.now() + timedelta(hours=self._enlace_horas())
        wizard = self.env["cartera.acuerdo.enlace"].create(
            {"acuerdo_id": self.id, "url": self._enlace_completo(), "until": until}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link for the Debtor"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _exigir_que_de_enlaces(self):
        self.ensure_one()
        self.check_access("write")
        if self.state == "draft":
            raise UserError(self.env._("The debtor sees an agreement once it is proposed."))
        groups = ("cartera_cobro.group_cartera_gestor", "cartera_cobro.group_cartera_abogado")
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(self.env._("Only officers and lawyers give out links to an agreement."))

    def action_revoke_links(self):
        """No link given out before opens anything any more."""
        self.check_access("write")
        self._revocar_enlaces()
        for acuerdo in self.sudo():
            acuerdo._message_log(body=acuerdo.env._("The links to the agreement were revoked."))
        return True

    # --- whose they are -------------------------------------------------------------------------------------------

    def _dominio_deudor(self, user):
        """Domain of what a user who logs in may see as the debtor."""
        return SHOWN & Domain("partner_id", "=", user.partner_id.commercial_partner_id.id)

    @api.model
    def _del_deudor(self, user, acuerdo):
        """The agreement (an id; in sudo) where a user who logged in sees it as the debtor; else none."""
        if user._is_public():
            return self.sudo().browse()
        return self.sudo().search(self._dominio_deudor(user) & Domain("id", "=", acuerdo))

    # --- what the page shows --------------------------------------------------------------------------------------

    def _pagina(self):
        """What the debtor's page shows and nothing else: plain values, amounts in company currency.

        step: draft, accept, expired, accepted, sign, changed, active, fulfilled, breached or cancelled.
        """
        self.ensure_one()
        step = self._paso()
        values = {
            "step": step,
            "title": "Compromiso de pago" if self.kind == "commitment" else "Acuerdo de pago",
            "number": self.number,
            "debtor": self.partner_id.name,
            # A company is signed for by somebody, who writes their name.
            "signer": "" if self.partner_id.is_company else self.partner_id.name,
            "officer": self.user_id.name or "",
        }
        return (
            values if step == "draft" else values | self._pagina_montos() | self._pagina_plan() | self._pagina_pasos()
        )

    def _paso(self):
        if self.state == "proposed" and not self.date_accepted:
            return "expired" if self._vencida() else "accept"
        if self.state == "signed":
            return "expired" if self._vencida() else "sign" if self._firmado() else "changed"
        return {"proposed": "accepted", "approval": "accepted"}.get(self.state, self.state)

    def _pagina_montos(self):
        return {
            "date": self.date,
            "capital": self.amount_capital,
            "interest": self.amount_interest,
            "forgiven": self.amount_forgiven,
            "forgiven_authority": self.forgiven_authority or "",
            "total": self.amount_total,
            "financing": self.amount_financing,
            "rate": self.annual_rate,
            "plan_total": self.amount_plan,
            "paid": self.amount_paid,
            "due": self.amount_due,
            "missed": self.amount_missed,
            "accelerated": self.amount_accelerated,
            # What was paid stands still once it has ended; what is owed does not.
            "owed": self.amount_owed if self._termino_sin_pago() else None,
            "obligations": [
                {"name": o.name, "due": o.date_due, "total": o.total} for o in self.linea_ids
            ],
        }  # fmt: skip

    def _termino_sin_pago(self):
        """Whether it was in force and ended, broken or consolidated, before all of it was paid."""
        return bool(self.date_active) and self.state in ("breached", "cancelled")

    def _pagina_plan(self):
        cuotas = self.cuota_ids.sorted("number")
        upcoming = cuotas.filtered(lambda c: c.amount_due and c.state != "missed")[:1]
        return {
            "instalments": [
                {
                    "id": c.id,
                    "name": f"Cuota {c.number} de {self.count}" if c.number else "Cuota inicial",
                    "due": c.date_due,
                    "amount": c.amount,
                    "paid": c.amount_paid,
                    "left": c.amount_due,
                    "state": c.state,
                }
                for c in cuotas
            ],
            "next": {"due": upcoming.date_due, "amount": upcoming.amount_due} if upcoming else None,
        }

    def _pagina_pasos(self):
        return {
            "valid_until": self.valid_until,
            "accepted_by": self.accepted_by or "",
            "accepted_on": self.date_accepted,
            "signed_by": self.debtor_signed_by or "",
            "signed_on": self.debtor_signed_on,
            "active_since": self.date_active,
            "end": self.date_end,
            "cured": self.date_cured,
            "digest": self._huella(),
            "documents": [kind for kind in ("propuesta", "acuerdo", "estado") if self._tiene_documento(kind)],
        }

    def _tiene_documento(self, kind):
        """Whether the debtor gets a document: propuesta, acuerdo or estado."""
        if kind == "propuesta":
            return self.state in ("proposed", "approval")
        if kind == "acuerdo":
            return self.state == "signed" or bool(self.pdf_id)
        return kind == "estado" and bool(self.date_active)

    def _documento_deudor(self, kind):
        """(file name, content (bytes), MIME type) of a document of theirs; None when there is none."""
        self.ensure_one()
        if not self._tiene_documento(kind):
            return None
        if kind == "acuerdo" and self.pdf_id:
            return self.pdf_id.name, self.pdf_id.raw, self.pdf_id.mimetype
        report = {"propuesta": PROPOSAL, "acuerdo": AGREEMENT, "estado": STATEMENT}[kind]
        return self._nombre_documento(report), self._pdf(report), "application/pdf"

    # --- what the debtor does -------------------------------------------------------------------------------------

    def _exigir_imagen(self, signature):
        try:
            binary_to_image(base64.b64decode(signature, validate=True))
        except (TypeError, ValueError, UserError) as error:
            raise Rechazado("No se pudo leer la firma. Dibújela de nuevo.") from error

    def _exigir_leido(self, digest):
        """What the debtor agrees to is what they were shown."""
        if digest != self._huella():
            raise Rechazado("El texto cambió mientras usted lo leía. Revíselo de nuevo antes de continuar.")

    def _aceptar_en_portal(self, who, digest, trace):
        """The debtor accepts on their page; trace: IP and browser (str), kept with it."""
        if self._paso() == "expired":
            raise Rechazado("La propuesta venció. Pídanos una nueva, con la liquidación al día.")
        if self.state != "proposed" or self.date_accepted:
            raise Rechazado("Esta propuesta ya no está pendiente de aceptación.")
        if not (who or "").strip():
            raise Rechazado("Escriba su nombre completo.")
        self._exigir_leido(digest)
        self._aceptar("portal", who, note=trace)

    def _firmar_en_portal(self, name, signature, digest, trace, user=None):
        """The debtor signs on their page; user: who has logged in, if anybody."""
        if self.state == "active":
            raise Rechazado("Este acuerdo ya fue firmado.")
        step = self._paso()
        if step == "expired":
            raise Rechazado("El plazo para firmar venció. Pídanos una nueva liquidación.")
        if step == "changed":
            raise Rechazado("El texto de este acuerdo cambió después de firmado por nosotros: debe firmarse de nuevo.")
        if step != "sign":
            raise Rechazado("Este acuerdo no está pendiente de su firma.")
        if not (name or "").strip():
            raise Rechazado("Escriba su nombre completo.")
        if not signature:
            raise Rechazado("Falta la firma: dibújela en el recuadro.")
        self._exigir_imagen(signature)
        self._exigir_leido(digest)
        self._firmar_deudor(name, signature=signature, user=user)
        self._message_log(body=self.env._("The debtor signed on the portal. %s", trace))
