"""How a certificate is prepared, signed, issued and revoked: each step guards, does, and says what happened."""

import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from .cartera_certificado_revision import leer
from .cartera_consecutivo import tomar

ISSUERS = ("group_cartera_gestor", "group_cartera_ventanilla", "group_cartera_abogado")


class CarteraCertificado(models.Model):
    _inherit = "cartera.certificado"

    needs_signature = fields.Boolean(compute="_compute_needs_signature")

    @api.depends("kind", "company_id")
    def _compute_needs_signature(self):
        for certificado in self:
            certificado.needs_signature = bool(certificado.kind) and certificado._pide_firma()

    def _pide_firma(self):
        """A certificate of debt always does; the others, where a tier of approval names who signs them."""
        return self.kind == "debt" or bool(self._niveles())

    # --- the call others rely on ----------------------------------------------------------------------------------

    @api.model
    def _emitir(self, expediente, kind, partidas=None, purpose=None):
        """Issue a certificate of `kind` on a dossier, or on some of its items, as of now; the record, with its PDF.

        For other rooms, with superuser rights. What needs signatures is issued at once only when the current user is
        whom every tier names, and bears their signature; else it comes back waiting for them (`state` "approval",
        without number nor PDF). purpose: for what it is asked (str). UserError: a paz y salvo where something is owed
        or was written off, a certificate of debt where nothing is owed, or a rate of interest is missing.
        """
        certificado = self.sudo().create(
            {
                "expediente_id": expediente.id,
                "kind": kind,
                "partida_ids": [fields.Command.set(partidas.ids if partidas else [])],
                "purpose": purpose,
            }
        )
        if certificado._pide_firma():
            certificado._pedir_y_firmar()
        else:
            certificado._expedir()
        return certificado

    def _pedir_y_firmar(self):
        """Ask for the signatures, and give those of the current user if all are theirs to give.

        It is the system that asks, in the course of the user's act: nobody signs what they proposed.
        """
        self._exigir_firmantes()
        self.write({"state": "approval", "date_proposed": fields.Datetime.now()})
        reviews = self.with_user(SUPERUSER_ID).request_validation().sudo()
        signer = self.env.user
        if self.env.uid != SUPERUSER_ID and all(signer in review.reviewer_ids for review in reviews):
            for _review in reviews:
                self._validate_tier()

    def _exigir_firmantes(self):
        if not self._niveles():
            raise UserError(
                self.env._(
                    "Nobody is named to sign certificates of debt. Ask an administrator to define the tiers of "
                    "approval (Settings, Tier Validations) for them."
                )
            )

    @api.model
    def _estado_de_hoy(self, expediente):
        """The account statement of today of a dossier, for its debtor: the one issued already while nothing changes.

        A record in sudo; empty where a statement needs signatures. UserError: a rate of interest is missing.
        """
        expediente = expediente.sudo()
        expediente._reservar()
        today = expediente.company_id._cartera_hoy()
        nothing_asked = [("partida_ids", "=", False), ("purpose", "=", False), ("requested_by", "=", False)]
        last = self.sudo().search(
            [("expediente_id", "=", expediente.id), ("kind", "=", "statement"), ("state", "=", "issued"),
             ("date", "=", today), *nothing_asked],
            limit=1,
        )  # fmt: skip
        if last and last._dice(leer(expediente, "statement")):
            return last
        if self.sudo().new({"expediente_id": expediente.id, "kind": "statement"})._pide_firma():
            return last
        return self._emitir(expediente, "statement")

    def _dice(self, lectura):
        """Whether it says just what the ledger does."""
        said = {linea.partida_id.id: (linea.capital, linea.interest) for linea in self.linea_ids}
        now = {values["partida_id"]: (values["capital"], values["interest"]) for values in lectura.lineas}
        figures = (self.amount_credit, self.amount_agreed, self.amount_written_off)
        return (said, *figures) == (now, lectura.credito, lectura.acordado, lectura.castigado)

    # --- prepared -------------------------------------------------------------------------------------------------

    def _liquidar(self):
        """Write on the lines what the ledger says now. UserError: what keeps it from being issued."""
        for certificado in self.sudo():
            lectura = leer(certificado.expediente_id, certificado.kind, certificado.partida_ids)
            certificado.linea_ids.unlink()
            certificado.write(
                {
                    "date": certificado.company_id._cartera_hoy(),
                    "amount_credit": lectura.credito,
                    "amount_agreed": lectura.acordado,
                    "amount_written_off": lectura.castigado,
                    "linea_ids": [fields.Command.create(values) for values in lectura.lineas],
                }
            )

    def action_refresh(self):
        """Read the ledger again."""
        self.check_access("write")
        self._exigir_estado("draft")
        self._liquidar()
        return True

    # --- signed ---------------------------------------------------------------------------------------------------

    def _campos_firmados(self):
        return ["kind", "expediente_id", "purpose", "requested_by", "request_ref"]

    def _texto_firmado(self):
        # EXTENDS cartera.firmable: how much of what, by which authority. Interest grows by its rule until the issue.
        certificado = self.sudo()
        lineas = [
            linea._texto_firmado() for linea in certificado.linea_ids.sorted(lambda line: line.partida_id.id)
        ]  # fmt: skip
        text = [lineas, certificado.politica_id.certificate_authority or ""]
        return super()._texto_firmado() + json.dumps(text, default=str, ensure_ascii=False)

    def action_request(self):
        # EXTENDS cartera.firmable: what is signed is what the ledger says now.
        self._exigir_estado("draft")
        for certificado in self:
            certificado.check_access("write")
            certificado._exigir_firmantes()
        self._liquidar()
        super().action_request()
        self.sudo().state = "approval"
        return True

    def _al_firmarse(self):
        if self.state == "approval":
            self._expedir()

    def _al_devolverse(self):
        self._devolver()

    def restart_validation(self):
        # EXTENDS cartera.firmable: who takes it back may mend it.
        res = super().restart_validation()
        self.sudo().filtered(lambda c: c.state == "approval")._devolver()
        return res

    def _devolver(self):
        self.review_ids.unlink()
        self.write({"state": "draft", "proposed_by_id": False, "date_proposed": False})

    # --- issued ---------------------------------------------------------------------------------------------------

    def action_issue(self):
        """Issue what needs no signature."""
        for certificado in self:
            certificado.check_access("write")
            certificado._exigir_estado("draft")
            if certificado._pide_firma():
                raise UserError(
                    self.env._(
                        "%s needs signatures: ask for them, and the last one issues it.", certificado.display_name
                    )
                )
            certificado.sudo()._expedir()
        return True

    def _expedir(self):
        """Read the ledger for the last time, take the number, draw the paper and keep it; with superuser rights."""
        self.ensure_one()
        self.expediente_id._reservar()
        self._liquidar()
        if self._pide_firma() and not self._firmado():
            raise UserError(
                self.env._(
                    "What is owed, or what the certificate says, changed since its signatures were asked for: take %s "
                    "back to draft and ask for them again.",
                    self.display_name,
                )
            )
        partner = self.partner_id
        self.write(
            {
                "state": "issued",
                "number": self._tomar_numero(),
                "code": self._nuevo_codigo(),
                "issued_on": fields.Datetime.now(),
                "issued_by_id": self.env.uid,
                "debtor_name": partner.name,
                "debtor_vat": partner.vat,
            }
        )
        self._guardar_documento()

    def _tomar_numero(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        code = f"{self._name}.{self.kind}"
        [number] = tomar(self.env, self.company_id, code, kinds[self.kind], 1, self.company_id._cartera_hoy())
        return number

    # --- revoked --------------------------------------------------------------------------------------------------

    def action_revoke(self, reason, replaced_by=None):
        """Take back what was issued. replaced_by: the certificate of the same debtor and kind that takes its place."""
        self.ensure_one()
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group("cartera_cobro.group_cartera_tesorero")):
            raise AccessError(self.env._("Only a coordinator revokes a certificate."))
        self._exigir_estado("issued")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is revoked: it stays with the certificate."))
        self._exigir_reemplazo(replaced_by)
        certificado = self.sudo()
        certificado.write(
            {
                "state": "revoked",
                "revoked_on": self.company_id._cartera_hoy(),
                "revoked_reason": reason.strip(),
                "replaced_by_id": replaced_by.id if replaced_by else False,
            }
        )
        certificado.message_post(body=self.env._("Revoked. %s", reason.strip()))
        return True

    def _exigir_reemplazo(self, other):
        if other and (
            other == self
            or other.state != "issued"
            or (other.expediente_id, other.kind) != (self.expediente_id, self.kind)
        ):
            raise UserError(
                self.env._("What takes its place is another certificate of the same debtor and kind, already issued.")
            )


class CarteraCertificadoLinea(models.Model):
    _inherit = "cartera.certificado.linea"

    def _texto_firmado(self):
        """What is signed of it (list): its claim only where it has one, so that older signatures still count."""
        text = [self.partida_id.id, self.name, self.date_due, self.capital, self.disputed, self.excluded]
        return [*text, self.reclamacion_id.number] if self.reclamacion_id else text
