"""Votes on the cases of a session, and the decision that a majority of them takes."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..rules.committee import verdict
from .cartera_acta import WRITING_OFF

VOTES = [("yes", "In favour"), ("no", "Against"), ("abstain", "Abstains")]


class CarteraActaVoto(models.Model):
    """The vote of a seat on what is proposed for a case; empty until it is cast. Seats that vote have one a case."""

    _name = "cartera.acta.voto"
    _description = "Vote on a Case"
    _order = "caso_id, asistente_id"

    caso_id = fields.Many2one("cartera.acta.caso", string="Case", required=True, index=True, ondelete="cascade")
    acta_id = fields.Many2one(related="caso_id.acta_id", store=True, index=True)
    company_id = fields.Many2one(related="caso_id.company_id", store=True, index=True)
    asistente_id = fields.Many2one(
        "cartera.acta.asistente", string="Seat", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(related="asistente_id.person_name", string="Member")
    role = fields.Char(related="asistente_id.role", string="Office")
    user_id = fields.Many2one(related="asistente_id.user_id", string="User")
    vote = fields.Selection(VOTES, readonly=True)
    note = fields.Char(string="Reason", help="What the member wants the minutes to say of this vote.")
    recorded_by_id = fields.Many2one("res.users", readonly=True)

    _seat_uniq = models.UniqueIndex("(caso_id, asistente_id)", "The seat votes once in a case.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Who has a vote in a case comes from the attendance of its session."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self.acta_id._exigir_abierta()
            if vals.keys() - {"note"}:
                raise UserError(self.env._("A vote is cast by its buttons."))
        return super().write(vals)

    # --- casting --------------------------------------------------------------------------------------------------

    def action_yes(self):
        return self._votar("yes")

    def action_no(self):
        return self._votar("no")

    def action_abstain(self):
        return self._votar("abstain")

    def _votar(self, vote):
        """Cast it: by whoever has the seat, or by who keeps the minutes, as it was said in the session."""
        self.check_access("read")
        others = self.filtered(lambda v: v.user_id != self.env.user)
        if others and not others.acta_id.has_access("write"):
            raise AccessError(
                self.env._("%s votes, or who keeps the minutes records it: nobody votes for another.", others[0].name)
            )
        self.caso_id._exigir_votable()
        self.sudo().write({"vote": vote, "recorded_by_id": self.env.uid})
        self.caso_id._contar_votos()
        return True


class CarteraActaCaso(models.Model):
    _inherit = "cartera.acta.caso"

    def _preparar_votos(self):
        """One empty vote for each seat that votes, in cases of sessions that go on; others' empty ones leave."""
        Voto = self.env["cartera.acta.voto"].sudo()
        fresh = []
        for acta, casos in self.sudo().filtered(lambda c: c.acta_state == "session").grouped("acta_id").items():
            seats = acta.asistente_ids.filtered(lambda a: a.votes and a.miembro_id)
            casos.voto_ids.filtered(lambda v, keep=seats: not v.vote and v.asistente_id not in keep).unlink()
            fresh += [
                {"caso_id": caso.id, "asistente_id": seat.id}
                for caso in casos
                for seat in seats - caso.voto_ids.asistente_id
            ]
        Voto.create(fresh)

    def _exigir_votable(self):
        """What is wrong with voting on these cases now, as a sentence."""
        for acta in self.acta_id:
            acta._exigir_estado("session")
            if not acta.quorum_met:
                raise UserError(acta.quorum_text)
        for caso in self:
            if caso.state in ("postponed", "dropped"):
                raise UserError(self.env._("%s is not before this session any more.", caso.display_name))
            if not caso.proposed:
                raise UserError(self.env._("Say what is proposed for %s: that is what is voted.", caso.display_name))
            if caso.proposed in WRITING_OFF and not caso.cause:
                raise UserError(self.env._("Say the cause for which %s leaves the accounts.", caso.display_name))
            if caso.proposed == "sue" and not caso.lawyer_id:
                raise UserError(self.env._("Name the lawyer who is to take %s.", caso.display_name))
        self._exigir_deuda()
        self._exigir_poder()

    def _exigir_deuda(self):
        for caso in self.sudo():
            paid = caso.partida_ids.filtered(lambda p: not p.is_open or p.amount_residual <= 0)
            if paid or not caso.partida_ids:
                raise UserError(
                    self.env._(
                        "Nothing is owed any more of %(items)s (%(debtor)s): refresh the sheet, which leaves out what "
                        "was paid.",
                        items=", ".join(paid.mapped("display_name")) or self.env._("this case"),
                        debtor=caso.display_name,
                    )
                )

    # --- votes as people cast them --------------------------------------------------------------------------------

    def action_unanimous(self):
        """Everybody is in favour of what is proposed."""
        self.check_access("write")
        self._exigir_votable()
        return self.voto_ids._votar("yes")

    def action_vote_yes(self):
        return self._propio()._votar("yes")

    def action_vote_no(self):
        return self._propio()._votar("no")

    def action_vote_abstain(self):
        return self._propio()._votar("abstain")

    def _propio(self):
        """The user's own votes in these cases, one each."""
        self.check_access("read")
        self.acta_id._exigir_estado("session")
        mine = self.voto_ids.filtered(lambda v: v.user_id == self.env.user)
        for caso in self - mine.caso_id:
            raise UserError(self._por_que_no_vota(caso.acta_id))
        return mine

    def _por_que_no_vota(self, acta):
        """The sentence that says why the user has no vote in a session."""
        user = self.env.user
        seats = acta.sudo().asistente_ids
        seat = seats.filtered(lambda a: user in (a.user_id, a.miembro_id.user_id))[:1]
        facts = {"who": user.name, "body": acta.comite_id.name}
        if not seat.miembro_id:
            return self.env._("%(who)s is not a member of %(body)s, so has no vote in it.", **facts)
        if not seat.has_vote:
            return self.env._("%(who)s speaks in %(body)s, and has no vote.", **facts)
        return self.env._("%(who)s is not at this session of %(body)s: who is absent does not vote.", **facts)

    # --- what they decide -----------------------------------------------------------------------------------------

    def _contar_votos(self):
        """Decide each case whose majority is reached, or cannot be reached any more."""
        for caso in self.sudo().filtered(lambda c: c.state in ("pending", "decided", "rejected")):
            result = caso._veredicto()
            state = {"approved": "decided", "rejected": "rejected", "open": "pending"}[result]
            caso.write({"state": state, "decision": caso.proposed if result == "approved" else False})

    def _veredicto(self):
        comite, chair = self.comite_id, self.acta_id.chair_id
        at_chair = self.voto_ids.filtered(lambda v: chair and v.asistente_id._quien() == chair)
        return verdict(
            comite.majority_rule,
            self.yes_count,
            self.no_count,
            self.abstain_count,
            len(self.voto_ids),
            breaks=comite.chair_breaks_ties and bool(at_chair),
            chair=at_chair.vote or None,
        )
