"""The contact data that a debtor says are theirs now: a request that an officer reviews and applies."""

import re
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .cartera_portal import Rechazado

MOST_A_DAY = 3
REVISAR = "cartera_cobro.mail_activity_type_actualizacion"
# What may be asked to change: the label that the debtor reads and the most letters that it takes.
DATOS = {
    "phone": ("Teléfono", 20),
    "phone_other": ("Otro teléfono", 20),
    "email": ("Correo electrónico", 120),
    "street": ("Dirección", 160),
    "city": ("Ciudad o municipio", 60),
}
# Kind of the rated phone or address that each becomes.
MEDIOS = {"phone": "phone", "phone_other": "phone", "email": "email", "street": "address"}


class CarteraActualizacion(models.Model):
    """What a debtor asked to change of their contact data: what, who, when, from where, and what was done with it.

    The partner's record changes only when it is applied. Never changed nor deleted: it is the evidence.
    """

    _name = "cartera.actualizacion"
    _description = "Change of Contact Data"
    _order = "id desc"
    _check_company_auto = True

    expediente_id = fields.Many2one(
        "cartera.expediente", string="Dossier", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    date = fields.Datetime(string="Requested On", required=True, readonly=True, default=fields.Datetime.now)
    asked_by = fields.Char(string="Asked For By", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Logged In As", readonly=True, help="Empty: by the link.")
    trace = fields.Char(string="From Where", readonly=True, help="IP address and browser.")
    phone = fields.Char(readonly=True)
    phone_other = fields.Char(string="Other Phone", readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    street = fields.Char(string="Address", readonly=True)
    city = fields.Char(readonly=True)
    before = fields.Text(string="Data Until Then", readonly=True, help="As they were when the change was asked for.")
    state = fields.Selection(
        [("received", "To Review"), ("applied", "Applied"), ("rejected", "Not Applied")],
        required=True,
        readonly=True,
        default="received",
        index=True,
    )
    reviewed_by_id = fields.Many2one("res.users", readonly=True)
    date_reviewed = fields.Datetime(string="Reviewed On", readonly=True)

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for change in self:
            change.display_name = f"{change.partner_id.display_name or ''}, {fields.Date.to_string(change.date)}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What the debtor asked to change is kept: it is evidence."))

    # --- reviewed -------------------------------------------------------------------------------------------------

    def action_apply(self):
        """Write the data on the debtor's record, and among the phones and addresses of the dossier."""
        for change in self:
            change._exigir_revisable()
            change.sudo()._aplicar()
        return True

    def action_reject(self):
        """Leave the debtor's record as it is."""
        for change in self:
            change._exigir_revisable()
            change.sudo()._cerrar("rejected")
        return True

    def _exigir_revisable(self):
        self.check_access("read")
        self.expediente_id.check_access("write")
        if self.state != "received":
            raise UserError(self.env._("%s was reviewed already.", self.display_name))

    def _aplicar(self):
        partner = self.partner_id
        partner.write({name: self[name] for name in ("phone", "email", "street", "city") if self[name]})
        if self.street:
            partner.cartera_address_date = self.company_id._cartera_hoy()  # who lives there says so
        self._guardar_medios()
        self._cerrar("applied")

    def _guardar_medios(self):
        """Add what is new to the rated phones and addresses of the debtor; what was there keeps its record."""
        own = self.expediente_id.vinculado_ids.filtered(lambda v: v.role == "debtor")[:1]
        own = own or own.create(
            {"expediente_id": self.expediente_id.id, "partner_id": self.partner_id.id, "name": self.partner_id.name,
             "role": "debtor"}
        )  # fmt: skip
        known = {(medio.kind, medio.value) for medio in own.medio_ids}
        given = {(kind, self[name]) for name, kind in MEDIOS.items() if self[name]}
        own.medio_ids.create([{"vinculado_id": own.id, "kind": k, "value": v} for k, v in sorted(given - known)])

    def _cerrar(self, state):
        self.write({"state": state, "reviewed_by_id": self.env.uid, "date_reviewed": fields.Datetime.now()})
        waiting = self.expediente_id.actualizacion_ids.filtered(lambda c: c.state == "received")
        if not waiting:
            self.expediente_id.activity_feedback([REVISAR])
        labels = dict(self._fields["state"]._description_selection(self.env))
        self.expediente_id._message_log(
            body=self.env._(
                "The contact data that %(who)s gave: %(state)s.", who=self.asked_by, state=labels[state].lower()
            )
        )


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    actualizacion_ids = fields.One2many("cartera.actualizacion", "expediente_id", string="Changes of Contact Data")

    def _secciones_del_portal(self):
        return [*super()._secciones_del_portal(), ("/datos", "Mis datos", "fa-id-card-o")]

    def _pagina_de_contacto(self):
        """What the page shows of the data: what is known, half hidden (a link may reach others), and what is asked."""
        partner = self.partner_id
        known = {"phone": partner.phone, "email": partner.email, "street": partner.street, "city": partner.city}
        asked = self.actualizacion_ids.sorted("id", reverse=True)[:3]
        return {
            "data": [
                {"name": name, "label": label, "most": most, "known": velado(name, known.get(name))}
                for name, (label, most) in DATOS.items()
            ],
            "asked": [
                {
                    "date": fields.Datetime.context_timestamp(change.with_context(tz="America/Bogota"), change.date),
                    "what": ", ".join(label for name, (label, _most) in DATOS.items() if change[name]),
                    "state": {"received": "Por revisar", "applied": "Actualizado"}.get(change.state, "No se aplicó"),
                    "open": change.state == "received",
                }
                for change in asked
            ],
        }

    def _pedir_cambio_de_datos(self, typed, who, trace, user=None):
        """Keep what the debtor asks to change (typed: {name of DATOS: text}); the request. Rechazado: why not.

        user: who has logged in, if anybody. The same data asked for twice, while they wait, are one request.
        """
        self.ensure_one()
        who = (who or "").strip()[:120]
        values = {name: _revisar(name, typed.get(name)) for name in DATOS}
        if not any(values.values()):
            raise Rechazado("Escriba al menos un dato de los que cambian.")
        if not who:
            raise Rechazado("Escriba su nombre completo.")
        waiting = self.actualizacion_ids.filtered(lambda c: c.state == "received")
        same = waiting.filtered(lambda c: all((c[name] or "") == value for name, value in values.items()))
        if same:
            return same[:1]
        since = fields.Datetime.now() - timedelta(days=1)
        if len(self.actualizacion_ids.filtered(lambda c: c.date >= since)) >= MOST_A_DAY:
            raise Rechazado("Ya recibimos varios cambios suyos hoy. Mañana puede enviar otro.")
        return self._guardar_cambio(values, who, trace, user)

    def _guardar_cambio(self, values, who, trace, user):
        partner = self.partner_id
        before = [partner.phone, partner.email, partner.street, partner.city]
        change = self.env["cartera.actualizacion"].with_user(SUPERUSER_ID).create(
            {
                **{name: value or False for name, value in values.items()},
                "expediente_id": self.id,
                "asked_by": who,
                "user_id": user and user.id,
                "trace": trace,
                "before": "\n".join(filter(None, before)),
            }
        )  # fmt: skip
        self._avisar_cambio(change)
        return change

    def _avisar_cambio(self, change):
        officer = self.user_id or self.company_id._cartera_coordinadores()[:1]
        dossier = self.with_user(SUPERUSER_ID).with_context(lang=officer.lang or self.company_id.partner_id.lang)
        if not dossier.activity_search([REVISAR]):
            dossier.activity_schedule(
                REVISAR,
                date_deadline=self.company_id._cartera_hoy(),
                summary=dossier.env._("Review the contact data that the debtor gave"),
                user_id=officer.id,
            )
        dossier._message_log(
            body=dossier.env._(
                "%(who)s asked on their page to change contact data: %(change)s",
                who=change.asked_by,
                change=change._get_html_link(),
            )
        )

    def action_actualizaciones(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_actualizacion_action")
        return dict(action, domain=[("expediente_id", "=", self.id)], context={})


def _revisar(name, text):
    """One of the data as it is kept (str, maybe empty). Rechazado: it is none."""
    label, most = DATOS[name]
    value = re.sub(r"\s+", " ", text or "").strip()
    if len(value) > most:
        raise Rechazado(f"{label}: escriba hasta {most} letras.")
    if value and name.startswith("phone") and not re.fullmatch(r"\+?[\d ().-]{7,20}", value):
        raise Rechazado(f"{label}: escriba solo el número, por ejemplo 310 555 0101.")
    if value and name == "email":
        value = email_normalize(value) or ""
        if not value:
            raise Rechazado("Correo electrónico: revíselo, por ejemplo nombre@correo.com.")
    return value


def velado(name, value):
    """What is known, half hidden: "••• 0101", "j•••@correo.com"; empty stays empty."""
    if not value:
        return ""
    if name == "email":
        user, _at, domain = value.partition("@")
        return f"{user[:1]}•••@{domain}"
    if name == "city":
        return value
    return f"{value[:4]}•••" if name == "street" else f"••• {value[-4:]}"
