"""How an agreement goes on: each step guards, does, and says in the chatter what happened."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .cartera_acuerdo_revision import de_lo_juridico, del_deudor, problemas
from .cartera_consecutivo import tomar

BEFORE_FORCE = ("draft", "proposed", "approval", "signed")


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    def _exigir_sin_problemas(self):
        self._exigir_que_no(problemas)

    def _exigir_que_no(self, reading):
        """UserError with the sentences that `reading`, of `cartera_acuerdo_revision`, yields of these agreements."""
        found = [sentence for acuerdo in self for sentence in reading(acuerdo)]
        if found:
            raise UserError("\n".join(found))

    # --- proposed and accepted ------------------------------------------------------------------------------------

    def action_propose(self):
        """Liquidate to its date, number it and fix its terms: what the debtor is shown."""
        self.check_access("write")
        self._exigir_estado("draft")
        self.expediente_id._reservar()
        self._liquidar()
        self._exigir_sin_problemas()
        for acuerdo in self.sudo():
            today = acuerdo.company_id._cartera_hoy()
            acuerdo.write(
                {
                    "state": "proposed",
                    "number": acuerdo.number or acuerdo._tomar_numero(today),
                    "proposed_on": today,
                    "valid_until": acuerdo._vigencia(today),
                }
            )
        return True

    def _vigencia(self, today):
        """The last day to accept and sign it: the policy's, and never after something of the plan is due."""
        days = timedelta(days=self.politica_id.agreement_valid_days)
        return min(today + days, *self.cuota_ids.mapped("date_due"))

    def _tomar_numero(self, today):
        [number] = tomar(self.env, self.company_id, self._name, self.env._("Payment Agreements"), 1, today)
        return number

    def _aceptar(self, channel, who, note=None, attachments=None):
        """The debtor (`who`, a name) accepts the proposal by `channel`; attachments: ids of the evidence."""
        self.ensure_one()
        self._exigir_estado("proposed")
        if self.date_accepted:
            raise UserError(self.env._("%s was accepted already.", self.display_name))
        if not (who or "").strip():
            raise UserError(self.env._("Say who accepted the proposal."))
        self._exigir_vigencia()
        acuerdo = self.sudo()
        acuerdo.write({"date_accepted": fields.Datetime.now(), "accepted_by": who.strip(), "accepted_channel": channel})
        channels = dict(self._fields["accepted_channel"]._description_selection(self.env))
        body = self.env._("%(who)s accepted the proposal (%(how)s).", who=who.strip(), how=channels[channel])
        acuerdo.message_post(body=" ".join(filter(None, (body, note))), attachment_ids=attachments or [])

    def _vencida(self):
        return bool(self.valid_until and self.valid_until < self.company_id._cartera_hoy())

    def _exigir_vigencia(self):
        """A proposal stands until its day; then it is liquidated again."""
        if self._vencida():
            raise UserError(
                self.env._(
                    "The proposal stood until %s: take it back to draft and liquidate it again.", self.valid_until
                )
            )

    def action_reopen(self):
        """Back to draft, to be changed: what the debtor accepted and who signed no longer count."""
        self.check_access("write")
        self._exigir_estado("proposed", "approval", "signed")
        self._reabrir()
        return True

    def _reabrir(self):
        for acuerdo in self.sudo():
            acuerdo.write({"state": "draft", **dict.fromkeys(self._del_camino(), False)})
            acuerdo.review_ids.unlink()
            acuerdo.message_post(
                body=self.env._("Taken back to draft: it is accepted and signed again from the start.")
            )

    def _del_camino(self):
        """Fields that the steps after the draft fill."""
        return [
            "proposed_on", "valid_until", "date_accepted", "accepted_by", "accepted_channel", "proposed_by_id",
            "date_proposed",
        ]  # fmt: skip

    # --- signed by our side ---------------------------------------------------------------------------------------

    def _campos_firmados(self):
        return [
            "number", "expediente_id", "date", "amount_forgiven", "forgiven_authority", "down_payment", "down_date",
            "count", "annual_rate", "first_date", "guarantee_type", "guarantee_value", "guarantee_note",
            "guarantee_ids", "clauses",
        ]  # fmt: skip

    def _texto_firmado(self):
        # EXTENDS cartera.firmable: what is owed and the plan, too.
        acuerdo = self.sudo()
        lineas = [
            (item.partida_id.id, item.name, item.date_due, item.capital, item.interest)
            for item in acuerdo.linea_ids.sorted("id")
        ]
        cuotas = [
            (c.number, c.date_due, c.capital, c.interest, c.financing) for c in acuerdo.cuota_ids.sorted("number")
        ]
        return super()._texto_firmado() + json.dumps([lineas, cuotas], default=str, ensure_ascii=False)

    def action_request(self):
        # EXTENDS cartera.firmable: the debtor accepts before anybody signs.
        self._exigir_estado("proposed")
        for acuerdo in self.filtered(lambda a: not a.date_accepted):
            raise UserError(
                self.env._("The debtor has not accepted %s yet: that comes before any signature.", acuerdo.display_name)
            )
        self._exigir_sin_problemas_de_firma()
        self._exigir_que_no(de_lo_juridico)
        super().action_request()
        self.sudo().state = "approval"
        return True

    def restart_validation(self):
        # EXTENDS cartera.firmable: what the debtor accepted stands, and the signatures are asked for again.
        res = super().restart_validation()
        self.sudo().filtered(lambda a: a.state == "approval").state = "proposed"
        return res

    def _exigir_sin_problemas_de_firma(self):
        """What may have changed since it was proposed: the debtor, the items; the terms are fixed."""
        self._exigir_que_no(del_deudor)
        for acuerdo in self:
            acuerdo._exigir_vigencia()
            gone = acuerdo.sudo().linea_ids.filtered(lambda line: not line.partida_id.is_open)
            if gone and gone == acuerdo.sudo().linea_ids:
                raise UserError(self.env._("Everything that %s covers was paid meanwhile.", acuerdo.display_name))
            more = acuerdo.sudo().linea_ids.filtered(lambda line: line.partida_id.amount_residual > line.capital)
            if more:
                raise UserError(
                    self.env._(
                        "More is owed of %s than was liquidated: take it back to draft and liquidate it again.",
                        ", ".join(more.mapped("name")),
                    )
                )

    def _al_firmarse(self):
        """Signed by our side: the debtor's turn."""
        if self.state == "approval":
            self.state = "signed"

    def _al_devolverse(self):
        self._reabrir()

    # --- signed by the debtor -------------------------------------------------------------------------------------

    def _firmar_deudor(self, name, signature=None, attachment=None, user=None):
        """The debtor (or who signs for them, `name`) signs last, and the agreement is in force.

        signature: image (base64) drawn on the portal; attachment: the scanned copy, signed by hand; one of them.
        """
        self.ensure_one()
        self._exigir_estado("signed")
        if not (name or "").strip():
            raise UserError(self.env._("Say who signs."))
        if not signature and not attachment:
            raise UserError(self.env._("The signature is missing."))
        if not self._firmado():
            raise UserError(
                self.env._("The text of %s is not the one that was signed: it is signed again.", self.display_name)
            )
        self._exigir_sin_problemas_de_firma()
        acuerdo = self.sudo()
        acuerdo.expediente_id._reservar()
        acuerdo.write(
            {"debtor_signed_on": fields.Datetime.now(), "debtor_signed_by": name.strip(), "debtor_signature": signature}
        )
        acuerdo._anotar_firma_deudor(name.strip(), user)
        acuerdo._activar()

    def _anotar_firma_deudor(self, name, user):
        self.env["cartera.firma"].create(
            {
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
                "user_id": user.id if user else False,
                "signer_name": name,
                "role": self.with_context(lang=self.company_id.partner_id.lang).env._("Debtor"),
                "hash": self._huella(),
            }
        )

    # --- in force -------------------------------------------------------------------------------------------------

    def _activar(self):
        """Put it in force, with superuser rights: its items keep their stage, and money on account counts for it."""
        self.ensure_one()
        today = self.company_id._cartera_hoy()
        covered = self.linea_ids.partida_id
        for linea in self.linea_ids:
            linea.etapa_id = linea.partida_id.etapa_id
        covered.filtered("etapa_id").etapa_reason = "agreement"
        credits = self.expediente_id.partida_open_ids.filtered(
            lambda p: p.amount_residual < 0 and p.date >= self.date and not p.acuerdo_id
        )
        self._relevar_promesas(covered)
        self.write({"state": "active", "date_active": today})
        (covered | credits).acuerdo_id = self
        self._al_entrar_en_vigor()
        self.message_post(body=self.env._("In force: signed by %s.", self.debtor_signed_by))

    def _relevar_promesas(self, covered):
        """Promises over what is agreed on now are the agreement's instalments."""
        promised = self.env["cartera.promesa.linea"].search([("partida_id", "in", covered.ids), ("pending", "=", True)])
        promised.promesa_id._retirar(self.env._("%s covers it.", self.display_name))

    def _al_entrar_en_vigor(self):
        """What follows from being in force, in other rooms: documents, entries, mails."""

    def _soltar(self):
        """Let its items go back to what their true age asks for, and money on account to whoever comes next."""
        self.flush_recordset()
        items = self.partida_ids
        items.filtered(lambda p: p.etapa_reason == "agreement").etapa_reason = "age"
        items.acuerdo_id = False
        self.env.ref("cartera_cobro.ir_cron_actualizar")._trigger()

    def _terminar(self, state, reason):
        """End agreements in force, with superuser rights: (state, why) stays with what was paid until now."""
        self.mapped("amount_paid")  # read from the items for the last time
        for acuerdo in self:
            acuerdo.write({"state": state, "date_end": acuerdo.company_id._cartera_hoy(), "end_reason": reason})
            acuerdo._soltar()

    # --- how it ends ----------------------------------------------------------------------------------------------

    def _exigir_coordinador(self):
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group("cartera_cobro.group_cartera_tesorero")):
            raise AccessError(self.env._("Only a coordinator ends an agreement, or says that a breach was cured."))

    def action_cancel(self, reason):
        """Give up an agreement that is not in force."""
        self.check_access("write")
        self._exigir_estado(*BEFORE_FORCE)
        reason = self._exigir_motivo(reason)
        for acuerdo in self.sudo():
            acuerdo.write({"state": "cancelled", "date_end": acuerdo.company_id._cartera_hoy(), "end_reason": reason})
            acuerdo.message_post(body=self.env._("Cancelled. %s", reason))
        return True

    def action_consolidate(self, reason):
        """End an agreement in force in good order, on the debtor's request: the debt goes back as it is (EAAB14)."""
        self._exigir_coordinador()
        self._exigir_estado("active")
        reason = self._exigir_motivo(reason)
        self.sudo()._terminar("cancelled", reason)
        for acuerdo in self.sudo():
            acuerdo.message_post(body=self.env._("Consolidated on request. %s", reason))
        return True

    def action_breach(self, reason):
        """Declare the breach: the rest is due at once (D. 4473/2006), and no other agreement until it is cured."""
        self._exigir_coordinador()
        self._exigir_estado("active")
        self.sudo()._incumplir(self._exigir_motivo(reason))
        return True

    def _incumplir(self, reason):
        self._terminar("breached", reason)
        for acuerdo in self:
            acuerdo.message_post(body=self.env._("Breached: the rest is due at once. %s", reason))
        self._al_incumplirse()

    def _al_incumplirse(self):
        """What follows from a breach, in other rooms: mails to the debtor, the officer and the legal office."""

    def action_cure(self, reason):
        """Record that the debtor made a breach good."""
        self._exigir_coordinador()
        self._exigir_estado("breached")
        reason = self._exigir_motivo(reason)
        for acuerdo in self.sudo():
            acuerdo.date_cured = acuerdo.company_id._cartera_hoy()
            acuerdo.message_post(body=self.env._("The breach was cured. %s", reason))
        return True

    def _cumplir(self):
        """Close what was paid in full."""
        self._terminar("fulfilled", self.env._("Paid in full."))
        for acuerdo in self:
            acuerdo.message_post(body=self.env._("Fulfilled: everything was paid."))
        self._al_cumplirse()

    def _al_cumplirse(self):
        """What follows from an agreement fulfilled, in other rooms: a word of thanks."""


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    acuerdo_ids = fields.One2many("cartera.acuerdo", "expediente_id", string="Agreements")
    acuerdo_id = fields.Many2one(
        "cartera.acuerdo",
        string="Agreement in Force",
        compute="_compute_acuerdo_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The oldest one: money on account counts for it.",
    )
    agreement_count = fields.Integer(compute="_compute_agreement_count")

    @api.depends("acuerdo_ids.state")
    def _compute_acuerdo_id(self):
        in_force = self._acuerdo_vigente()
        for expediente in self:
            expediente.acuerdo_id = in_force.get(expediente)

    def _fusionar(self, target):
        # EXTENDS: the agreements came along by SQL.
        res = super()._fusionar(target)
        self.env.add_to_compute(self._fields["acuerdo_id"], target)
        return res

    def _compute_agreement_count(self):
        counts = dict(self.env["cartera.acuerdo"]._read_group(
            [("expediente_id", "in", self.ids), ("state", "!=", "cancelled")], ["expediente_id"], ["__count"]
        ))  # fmt: skip
        for expediente in self:
            expediente.agreement_count = counts.get(expediente, 0)

    def action_agreements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_acuerdo_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], view_mode="list,kanban,form")

    def _acuerdo_vigente(self):
        """{dossier: agreement} of those with one in force."""
        found = self.env["cartera.acuerdo"].sudo().search(
            [("expediente_id", "in", self.ids), ("state", "=", "active")], order="date_active desc, id desc"
        )  # fmt: skip
        return {acuerdo.expediente_id: acuerdo for acuerdo in found}
