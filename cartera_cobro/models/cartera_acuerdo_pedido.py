"""The agreement that a debtor asks for on their page; it speaks Spanish whatever the site does.

What is asked for is a draft of the officer's: it binds nobody until it is proposed, accepted and signed like any other.
"""

import hashlib

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Command
from psycopg2.errors import UniqueViolation

from ..rules.contact import BOGOTA
from .cartera_acuerdo import ALIVE
from .cartera_acuerdo_revision import pide_garantia
from .cartera_acuerdo_simulador import CALLENOS, Simulador
from .cartera_contacto import consciente
from .cartera_politica import KINDS_OUT_OF_LIST
from .cartera_portal import Rechazado

MOST_A_DAY = 3
MOST_NOTE = 1000
REVISAR = "cartera_cobro.mail_activity_type_acuerdo_pedido"
ESTADOS = {
    "draft": "En estudio",
    "proposed": "Por aceptar",
    "approval": "Lo estamos firmando",
    "signed": "Falta su firma",
    "active": "Vigente",
}
TERMS = "expediente_id date first_date count annual_rate down_payment down_date".split()


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def _secciones_del_portal(self):
        return [*super()._secciones_del_portal(), ("/acuerdo", "Acuerdo de pago", "fa-handshake-o")]

    def _pagina_de_acuerdo(self, asked):
        """What the page shows: agreements under way, the debts, the limits of the policy, and the plan asked about.

        asked: arguments of `Simulador.entrada`, as typed; what cannot be comes as `plan_error`, a sentence.
        """
        self.ensure_one()
        simulador = Simulador(self)
        typed = simulador.entrada(**asked)
        values = {
            "under_way": [a._en_la_pagina() for a in self.acuerdo_ids.filtered(lambda a: a._se_muestra()).sorted("id")],
            "rows": [{**row, "chosen": row["partida"].id in typed.partidas} for row in simulador.rows],
            "limits": simulador.limites(),
            "typed": typed,
            "obstacle": self._obstaculo_de_acuerdo(simulador),
            "plan": None,
            "plans": [],
            "plan_error": "",
        }
        if values["obstacle"]:
            return values
        plans = [plan._plan_en_la_pagina() for plan in simulador.comparar(typed)]
        try:
            return {**values, "plans": plans, "plan": simulador.planear(typed)._plan_en_la_pagina()}
        except Rechazado as why:
            return {**values, "plans": plans, "plan_error": str(why)}

    def _obstaculo_de_acuerdo(self, simulador):
        """Why no agreement can be asked for (str); empty where one can."""
        if any(a.from_page and a.state == "draft" for a in self.acuerdo_ids):
            return "Ya recibimos su solicitud y la estamos estudiando. Si quiere cambiarla, escríbanos o llámenos."
        if any(a.state == "breached" and not a.date_cured for a in self.acuerdo_ids):
            return f"Tiene un acuerdo incumplido: primero hay que ponerlo al día. {CALLENOS}"
        if not simulador.libres():
            return "No tiene saldos por acordar."
        if not simulador.owed:
            return f"Hoy no podemos calcular los intereses de lo que debe. {CALLENOS}"
        return ""

    # --- asking for it --------------------------------------------------------------------------------------------

    def _pedir_acuerdo(self, asked, seen, who, note, trace):
        """Draft the agreement of the plan that the debtor saw (`seen`: its digest), for the officer to study.

        asked: as `_pagina_de_acuerdo`; who, note: as typed; trace: IP and browser (str). The same plan asked for twice
        is one. Rechazado: why not.
        """
        self.ensure_one()
        known = self.acuerdo_ids.filtered(lambda a: seen and a.page_key == seen)[:1]
        if known:
            return known
        simulador = Simulador(self)
        obstacle = self._obstaculo_de_acuerdo(simulador)
        if obstacle:
            raise Rechazado(obstacle)
        who = (who or "").strip()[:120]
        if not who:
            raise Rechazado("Escriba su nombre completo.")
        self._exigir_cupo(
            "cartera.acuerdo",
            [("from_page", "=", True)],
            MOST_A_DAY,
            "Ya recibimos varias solicitudes suyas hoy. Mañana puede enviar otra.",
        )
        plan = simulador.planear(simulador.entrada(**asked))
        if seen != plan._huella_del_plan():
            raise Rechazado("El plan cambió desde que lo vio. Revíselo de nuevo antes de enviarlo.")
        return self._redactar_pedido(plan, who, (note or "").strip()[:MOST_NOTE], trace)

    def _redactar_pedido(self, plan, who, note, trace):
        user = self._quien_estudia(plan)
        # Not in the name of the site's public user: the notices of the activity have an author.
        Acuerdo = self.env["cartera.acuerdo"].with_user(SUPERUSER_ID).with_company(self.company_id)
        Acuerdo = Acuerdo.with_context(lang=user.lang or self.company_id.partner_id.lang, mail_create_nosubscribe=True)
        values = {
            **{name: plan._fields[name].convert_to_write(plan[name], plan) for name in TERMS},
            "linea_ids": [Command.create({"partida_id": line.partida_id.id}) for line in plan.linea_ids],
            "user_id": user.id,
            "from_page": True,
            "asked_by": who,
            "page_key": plan._huella_del_plan(),
        }
        try:
            with self.env.cr.savepoint():
                acuerdo = Acuerdo.create(values)
        except UniqueViolation as twice:
            raise Rechazado("Ya recibimos su solicitud y la estamos estudiando.") from twice
        acuerdo._anunciar_pedido(user, note, trace)
        return acuerdo

    def _quien_estudia(self, plan):
        """The officer; who coordinates, where nobody has the dossier, or the items are out of the officers' list."""
        legal = any(line.partida_id.etapa_id.kind in KINDS_OUT_OF_LIST for line in plan.linea_ids)
        coordinator = self.company_id._cartera_coordinadores()[:1]
        return coordinator if legal or not self.user_id else self.user_id


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    from_page = fields.Boolean(
        string="Asked For on Their Page", readonly=True, copy=False, help="The debtor worked it out on their own page."
    )
    asked_by = fields.Char(string="Asked For By", readonly=True, copy=False)
    page_key = fields.Char(
        string="Plan Seen", readonly=True, copy=False, help="What the debtor saw: a form that is sent twice asks once."
    )

    _asked_once = models.UniqueIndex(
        "(expediente_id, page_key) WHERE page_key IS NOT NULL AND state = 'draft'",
        "The debtor asked for this very agreement already.",
    )

    def _anunciar_pedido(self, user, note, trace):
        """Who studies it gets an activity; what the debtor wrote, and from where, stays with the draft."""
        body = self.env._("%(who)s asked for this agreement on their page. %(trace)s", who=self.asked_by, trace=trace)
        self.message_post(body=body, author_id=self.partner_id.id)
        if note:
            self.message_post(body=note, author_id=self.partner_id.id)
        self.activity_schedule(
            REVISAR,
            date_deadline=self.company_id._cartera_hoy(),
            summary=self.env._("Study the agreement that the debtor asks for"),
            user_id=user.id,
        )
        self.expediente_id._message_log(
            body=self.env._("An agreement was asked for on the debtor's page: %s", self._get_html_link())
        )

    def action_propose(self):
        # EXTENDS: what was asked for is answered.
        res = super().action_propose()
        self.sudo().activity_feedback([REVISAR])
        return res

    def action_cancel(self, reason):
        # EXTENDS: what was asked for is answered.
        res = super().action_cancel(reason)
        self.sudo().activity_feedback([REVISAR])
        return res

    # --- what the debtor sees -------------------------------------------------------------------------------------

    def _se_muestra(self):
        """Whether the page of requests shows it: under way, or asked for there and not granted."""
        return self.state in ALIVE or (self.from_page and self.state in ("draft", "cancelled") and not self.date_active)

    def _en_la_pagina(self):
        alive = self.state in ALIVE
        return {
            "id": self.id,
            "title": "Compromiso de pago" if self.kind == "commitment" else "Acuerdo de pago",
            "number": self.number if alive else "",
            "asked": consciente(self.create_date).astimezone(BOGOTA).date(),
            "state": ESTADOS.get(self.state, "No se concedió"),
            "alive": alive,
            "in_force": self.state == "active",
            "refused": self.state == "cancelled",
            "count": self.count,
            "total": self.amount_plan,
        }

    def _plan_en_la_pagina(self):
        """A plan in memory as the page shows it; amounts in company currency."""
        cuotas = self.cuota_ids
        return {
            "count": self.count,
            "each": cuotas.filtered("number")[:1].amount,
            "down": self.down_payment,
            "down_date": self.down_date,
            "capital": self.amount_capital,
            "interest": self.amount_interest,
            "financing": sum(cuotas.mapped("financing")),
            "rate": self.annual_rate,
            "total": sum(cuotas.mapped("amount")),
            "last": cuotas[-1:].date_due,
            "guarantee": pide_garantia(self),
            "instalments": [
                {"name": f"Cuota {c.number} de {self.count}" if c.number else "Cuota inicial",
                 "due": c.date_due, "amount": c.amount}
                for c in cuotas
            ],
            "digest": self._huella_del_plan(),
        }  # fmt: skip

    def _huella_del_plan(self):
        """SHA-256 (hex) of what the plan covers and of every payment in it, on its day."""
        lines = sorted((line.partida_id.id, line.capital, line.interest) for line in self.linea_ids)
        cuotas = [(c.number, c.date_due, c.amount) for c in self.cuota_ids]
        text = repr((self.expediente_id.id, self.date, lines, cuotas))
        return hashlib.sha256(text.encode()).hexdigest()
