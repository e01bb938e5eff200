"""The paper of a coupon, what its barcode holds, and the buttons of the dossier and the agreement that give it out."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..rules.coupon import elements, readable, symbols
from .cartera_acuerdo import decimal
from .cartera_textos import fecha

REPORT = "cartera_cobro.cupon"
GIVERS = ("group_cartera_gestor", "group_cartera_ventanilla")


class CarteraCupon(models.Model):
    _inherit = "cartera.cupon"

    def _elementos(self):
        """[Element] of its barcode; none where the company has no GLN."""
        gln = self.company_id.sudo().cartera_gln
        return elements(gln, self.number, decimal(self.amount), self.date_limit) if gln else []

    def _simbolos(self):
        """What the barcode encodes (str): GS1-128, else the reference alone."""
        parts = self._elementos()
        return symbols(parts) if parts else self.number

    def _leyenda(self):
        """What people read under the bars (str)."""
        return readable(self._elementos()) or self.number

    def _concepto(self):
        """What it pays (str), in Spanish."""
        self.ensure_one()
        if not self.cuota_id:
            return f"Estado de cuenta al {fecha(self.date)}"
        cuota, acuerdo = self.cuota_id, self.acuerdo_id
        which = f"Cuota {cuota.number} de {acuerdo.count}" if cuota.number else "Cuota inicial"
        kind = "compromiso" if acuerdo.kind == "commitment" else "acuerdo"
        return f"{which} del {kind} de pago {acuerdo.number}, con vencimiento el {fecha(cuota.date_due)}"

    def _nombre_documento(self):
        """File name (str) of its PDF."""
        self.ensure_one()
        return f"Cupon de pago {self.number}.pdf"

    def _pdf(self):
        """Its PDF (bytes), with superuser rights: whoever calls has checked that it may be seen."""
        return self.env["ir.actions.report"].sudo()._render_qweb_pdf(REPORT, self.ids)[0]

    def action_print(self):
        self.check_access("read")
        return self.env.ref("cartera_cobro.report_cupon").report_action(self)

    def action_open_dossier(self):
        self.ensure_one()
        return self.expediente_id._get_records_action()

    def _exigir_que_de(self):
        """Whoever works dossiers, or attends at the counter, gives out coupons."""
        if not any(self.env.user.has_group(f"cartera_cobro.{group}") for group in GIVERS):
            raise AccessError(self.env._("Only officers and the counter give out coupons."))


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def action_coupon(self):
        """Print the coupon of what is due now."""
        self.ensure_one()
        self.check_access("read")
        self.env["cartera.cupon"]._exigir_que_de()
        cupon = self.env["cartera.cupon"]._de_estado(self)
        if not cupon:
            raise UserError(
                self.env._(
                    "%s owes nothing that a coupon pays: what an agreement covers is paid by its instalments, and "
                    "neither what is disputed nor what is under insolvency is charged.",
                    self.partner_id.display_name,
                )
            )
        return cupon.with_env(self.env).action_print()


class CarteraAcuerdoCuota(models.Model):
    _inherit = "cartera.acuerdo.cuota"

    def action_coupon(self):
        """Print the coupon of what is left of an instalment."""
        self.ensure_one()
        self.check_access("read")
        self.env["cartera.cupon"]._exigir_que_de()
        cupon = self.env["cartera.cupon"]._de_cuota(self)
        if not cupon:
            raise UserError(
                self.env._("%s has no coupon: it is paid, or its agreement is not in force.", self.display_name)
            )
        return cupon.with_env(self.env).action_print()


class CarteraCertificado(models.Model):
    _inherit = "cartera.certificado"

    cupon_id = fields.Many2one(
        "cartera.cupon", string="Coupon", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    def _guardar_documento(self):
        # EXTENDS: the statement of everything that a debtor owes bears the coupon of what is due of it.
        if self.kind == "statement" and not self.partida_ids:
            self.cupon_id = self.env["cartera.cupon"]._de_estado(self.expediente_id)
        return super()._guardar_documento()
