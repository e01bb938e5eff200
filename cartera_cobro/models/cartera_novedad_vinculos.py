"""Where a matter for whoever sold begins and shows: dossier, invoice, contact, activity and incoming mail."""

from collections import Counter, defaultdict

from odoo import api, fields, models

from .account_move import READERS
from .cartera_novedad import ANSWER
from .cartera_novedad_correo import es_automatica


def dialogo(env, **defaults):
    """The dialogue that asks whoever sold, with these values in it."""
    action = env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_novedad_action_new")
    return dict(action, context={f"default_{name}": value for name, value in defaults.items()})


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    novedad_ids = fields.One2many("cartera.novedad", "expediente_id", string="Matters for Sales")
    novedad_count = fields.Integer(string="Matter Count", compute="_compute_novedad_count")
    novedad_open_count = fields.Integer(string="Matters Waiting", compute="_compute_novedad_count")

    @api.depends("novedad_ids.state")
    def _compute_novedad_count(self):
        sent = Counter()
        for expediente, state, count in self.env["cartera.novedad"]._read_group(
            [("expediente_id", "in", self.ids), ("state", "!=", "cancelled")], ["expediente_id", "state"], ["__count"]
        ):
            sent[expediente.id, "all"] += count
            sent[expediente.id, state] += count
        for expediente in self:
            expediente.novedad_count = sent[expediente.id, "all"]
            expediente.novedad_open_count = sent[expediente.id, "open"]

    def action_novedad(self):
        self.ensure_one()
        return dialogo(self.env, expediente_id=self.id)

    def action_novedades(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_novedad_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={"default_expediente_id": self.id})

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # EXTENDS mail: who runs the account speaks on the dossiers of their customers, which they do not write.
        res = super()._mail_get_operation_for_mail_message_operation(message_operation)
        if message_operation == "create" and not self.env.user.has_group("cartera_cobro.group_cartera_auditor"):
            own = self.sudo().filtered(lambda expediente: expediente.responsible_id == self.env.user)
            res.update(dict.fromkeys(self.browse(own.ids), "read"))
        return res


class CarteraGestion(models.Model):
    _inherit = "cartera.gestion"

    novedad_ids = fields.One2many("cartera.novedad", "gestion_id", string="Matters for Sales")

    def action_novedad(self):
        """Ask whoever sold about what the debtor said in this contact."""
        self.ensure_one()
        said = "\n".join(filter(None, [self.note, self.proposal]))
        return dialogo(
            self.env,
            expediente_id=self.expediente_id.id,
            gestion_id=self.id,
            partida_ids=self.partida_ids.ids,
            description=said,
        )

    def action_record(self):
        # The next step was to ask: the dialogue comes at once. Left aside, its activity stays.
        res = super().action_record()
        return self.action_novedad() if len(self) == 1 and self.next_step == "novedad" else res


class AccountMove(models.Model):
    _inherit = "account.move"

    cartera_novedad_count = fields.Integer(
        string="Matter Count", compute="_compute_cartera_novedad_count", groups=READERS
    )

    @api.depends("cartera_partida_ids")
    def _compute_cartera_novedad_count(self):
        Novedad = self.env["cartera.novedad"].sudo()
        found = defaultdict(Novedad.browse)
        groups = Novedad._read_group(
            [("partida_ids.move_id", "in", self.ids), ("state", "!=", "cancelled")], ["partida_ids"], ["id:recordset"]
        )
        for item, novedades in groups:
            found[item.move_id] |= novedades
        for move in self:
            move.cartera_novedad_count = len(found[move])

    def action_cartera_novedad(self):
        """Ask whoever sold this invoice about what the debtor says of it."""
        self.ensure_one()
        items = self.cartera_partida_ids.filtered("is_open").ids
        return dialogo(self.env, expediente_id=self.cartera_expediente_id.id, partida_ids=items, kind="invoice")

    def action_cartera_novedades(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_novedad_action")
        return dict(action, domain=[("partida_ids.move_id", "=", self.id)], context={})


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        # EXTENDS mail: "done" with some words, by the recipient of a matter, is its answer.
        answer = self.env.ref(ANSWER)
        asked = self.filtered(lambda a: a.res_model == "cartera.novedad" and a.activity_type_id == answer)
        ids = asked.filtered(lambda a: a.user_id == self.env.user).mapped("res_id")
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if feedback and feedback.strip():
            for novedad in self.env["cartera.novedad"].sudo().browse(ids).exists():
                if novedad.state == "open" and novedad.sent_to == self.env.user:
                    novedad._responder(feedback.strip(), self.env.user)
        return res


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        # EXTENDS mail: an out-of-office notice is kept in the conversation, and answers no matter.
        thread = self.with_context(cartera_automatica=True) if es_automatica(message) else self
        return super(MailThread, thread)._message_route_process(message, message_dict, routes)


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_novedad_days = fields.Integer(
        string="Working Days to Answer", default=5, help="Deadline of what is asked of whoever sold."
    )
    cartera_coordinador_id = fields.Many2one(
        "res.users",
        string="Collections Coordinator",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Told of what is late, and whom replies to the weekly digest reach. Empty: everybody with that role.",
    )

    _novedad_days = models.Constraint("CHECK (cartera_novedad_days >= 0)", "Working days to answer are not under zero.")

    def _cartera_coordinadores(self):
        """Users who coordinate collection in the company: the one of the settings, else those with the role."""
        self.ensure_one()
        company = self.sudo()
        if company.cartera_coordinador_id.active:
            return company.cartera_coordinador_id
        for group in ("group_cartera_tesorero", "group_cartera_admin"):
            users = self.env.ref(f"cartera_cobro.{group}").sudo().user_ids
            people = users.filtered(lambda u: u.active and not u.share and company in u.company_ids)
            if people:
                return people
        return self.env["res.users"].sudo()


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_novedad_days = fields.Integer(related="company_id.cartera_novedad_days", readonly=False)
    cartera_coordinador_id = fields.Many2one(related="company_id.cartera_coordinador_id", readonly=False)
