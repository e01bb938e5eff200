"""How a proof of payment goes on: whoever sent it does not check it, and nothing is money before it is registered.

Verified (the treasury has looked at it), registered (its money is in the ledger), confirmed (whoever collects has seen
it there, after): three steps, of different people where the policy asks for it. Or turned down, with the reason.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..rules.proofs import WAITING

TREASURY = "cartera_cobro.group_cartera_tesorero,cartera_cobro.group_cartera_contador"
COLLECTORS = "cartera_cobro.group_cartera_gestor,cartera_cobro.group_cartera_abogado"
CONFIRM = "cartera_cobro.mail_activity_type_confirmar_pago"
CHECK = "cartera_cobro.mail_activity_type_revisar_comprobante"
# What registering writes, and reopening takes back.
UNDONE = (
    "verified_by", "verified_on", "registered_by", "registered_on", "confirmed_by", "confirmed_on", "payment_id",
    "statement_line_id", "move_id", "told_on",
)  # fmt: skip


class CarteraSoporte(models.Model):
    _inherit = "cartera.soporte"

    # --- who may -----------------------------------------------------------------------------------------------------

    def _exigir_tesoreria(self):
        """Whoever acts is of the treasury or accounting, and sent none of these."""
        self.check_access("write")
        if not self.env.user.has_groups(TREASURY):
            raise AccessError(self.env._("A treasurer or an accountant checks and registers proofs of payment."))
        own = self.filtered(lambda s: s.sent_user_id == self.env.user)
        if own:
            raise AccessError(
                self.env._("You sent %s yourself: somebody else of the treasury checks it.", own[0].display_name)
            )

    def _exigir_otra_mano(self):
        """Where the policy asks for two people, whoever registers is not who verified."""
        for soporte in self.filtered("expediente_id.politica_id.proof_two_people"):
            soporte._exigir_estado("verified")
            if soporte.verified_by == self.env.user:
                raise AccessError(
                    self.env._(
                        "You verified %s: the policy asks that somebody else registers it.", soporte.display_name
                    )
                )

    def _exigir_completo(self):
        """What a step needs to know is there, it can be true, and it is not the same as another."""
        for soporte in self:
            if found := list(soporte.sudo()._faltas()):
                raise UserError("\n".join(found))

    def _faltas(self):
        """Yield a sentence for each thing that keeps it from being verified."""
        if not self.expediente_id:
            yield self.env._("Say whose it is: choose the dossier.")
            return
        code = self._objecion(self.expediente_id, self.amount, self.currency_id, self.date)
        # Of a debt that was paid meanwhile it is money all the same: the debtor's credit.
        if code and code not in ("paid", "huge"):
            yield self._frase(code, self.expediente_id)
        twin = self._repetido()
        if twin:
            yield self.env._("It is the same as %s: turn down the one that is not right.", twin.display_name)

    def _repetido(self):
        """The other proof that says the same, as long as it was not turned down."""
        vals = {"company_id": self.company_id.id, "file_hash": self.file_hash, "reference": self.reference}
        vals |= {"amount": self.amount, "date": self.date, "currency_id": self.currency_id.id}
        return self._gemelo(vals, self.ids)

    # --- the steps ---------------------------------------------------------------------------------------------------

    def action_verify(self):
        """The treasury has looked at it: it is of this debtor, and says what is written here."""
        self._exigir_tesoreria()
        self._exigir_estado("received")
        self._exigir_completo()
        self.sudo().write({"state": "verified", "verified_by": self.env.uid, "verified_on": fields.Datetime.now()})
        return True

    @api.private
    def action_register(self, how, journal=None, day=None, payment=None, line=None, partidas=None):
        """Its money is in the ledger from now on, on the items chosen (default: the oldest debts).

        how: "new" (a payment in `journal` on `day`), "payment" (an existing one, `payment`), or "line" (`line`, of a
        bank statement).
        """
        self.ensure_one()
        self._exigir_tesoreria()
        self._exigir_estado(*WAITING)
        self._exigir_otra_mano()
        self._exigir_completo()
        soporte = self.sudo().with_company(self.company_id)
        acuerdo = soporte._acuerdo_a_pagar(partidas)
        partidas = soporte._partidas_a_pagar(partidas)
        match how:
            case "new":
                done = soporte._registrar_pago(journal, day, partidas, acuerdo)
            case "payment":
                done = soporte._tomar_pago(payment, partidas, acuerdo)
            case "line":
                done = soporte._tomar_linea(line, partidas, acuerdo)
            case _:
                raise UserError(self.env._("Say how its money came: a new payment, an existing one, or a bank line."))
        now = fields.Datetime.now()
        verified = {} if soporte.verified_by else {"verified_by": self.env.uid, "verified_on": now}
        soporte.write({**done, **verified, "state": "registered", "registered_by": self.env.uid, "registered_on": now})
        soporte._al_registrarse()
        return True

    def action_reject(self, reason):
        """It is not what it says: the debtor is told why, on their page and by e-mail."""
        self._exigir_tesoreria()
        self._exigir_estado(*WAITING)
        reason = self._exigir_motivo(reason)
        for soporte in self.sudo():
            soporte.write(
                {
                    "state": "rejected",
                    "reject_reason": reason,
                    "rejected_by": self.env.uid,
                    "rejected_on": fields.Datetime.now(),
                }
            )
            soporte._al_rechazarse()
        return True

    def action_confirm(self):
        """Whoever collects has seen the money in the ledger, after it was registered (CC4)."""
        self._exigir_quien_cobra()
        self._exigir_estado("registered")
        for soporte in self:
            if soporte.confirmed_on:
                raise UserError(self.env._("%s was confirmed already.", soporte.display_name))
            if soporte.registered_by == self.env.user:
                raise AccessError(self.env._("You registered %s: whoever collects confirms it.", soporte.display_name))
            if soporte.sudo().is_undone:
                raise UserError(
                    self.env._(
                        "Its payment was undone in accounting: %s goes back to the treasury.", soporte.display_name
                    )  # fmt: skip
                )
        self.sudo().write({"confirmed_by": self.env.uid, "confirmed_on": fields.Datetime.now()})
        self.sudo().activity_feedback([CONFIRM])
        return True

    def _exigir_quien_cobra(self):
        self.check_access("write")
        user = self.env.user
        if not user.has_groups(COLLECTORS):
            raise AccessError(self.env._("Whoever collects confirms that a payment was registered."))
        if user.has_groups("cartera_cobro.group_cartera_tesorero,cartera_cobro.group_cartera_abogado"):
            return
        for soporte in self.filtered(lambda s: s.user_id and s.user_id != user and s.sent_user_id != user):
            raise AccessError(
                self.env._(
                    "%(proof)s is of %(officer)s: they or a coordinator confirm it.",
                    proof=soporte.display_name,
                    officer=soporte.user_id.name,
                )
            )

    def action_reopen(self):
        """Its payment was undone in accounting: it waits again for the treasury."""
        self._exigir_tesoreria()
        self._exigir_estado("registered")
        for soporte in self.sudo():
            if not soporte.is_undone:
                raise UserError(
                    self.env._("The payment of %s stands: undo it in accounting first.", soporte.display_name)
                )
            soporte.message_post(body=self.env._("Its payment was undone in accounting: it waits again."))
            soporte.write({**dict.fromkeys(UNDONE, False), "state": "received", "amount_registered": 0})
            soporte.activity_unlink([CONFIRM, CHECK])
        return True

    # --- what is told, and to whom: see cartera_soporte_aviso --------------------------------------------------------

    def _al_registrarse(self):
        """What follows when its money is in the ledger."""

    def _al_rechazarse(self):
        """What follows when it was turned down."""
