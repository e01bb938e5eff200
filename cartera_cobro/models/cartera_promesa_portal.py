"""What the debtor promises on the page of their account statement; it speaks Spanish whatever the site does."""

from datetime import timedelta

from odoo import models
from psycopg2.errors import UniqueViolation

from .cartera_promesa_pedido import Pedido, PromesaRechazada
from .cartera_textos import fecha, leer_dia, leer_pesos, pesos

RECHAZOS = {
    "amount": "Escriba cuánto va a pagar: una cifra mayor que cero.",
    "day": "Escriba el día en que va a pagar.",
    "past": "El día debe ser hoy o uno posterior.",
    "far": "Recibimos compromisos hasta el {last}. Si necesita más plazo, escríbanos y lo acordamos.",
    "over": "Puede comprometerse hasta por {owed}, que es lo que debe sin otro compromiso.",
    "standing": "Ya se comprometió a pagar lo que debe. Si cambió el día, escríbanos o llámenos.",
    "nothing": "No hay saldos por pagar en esta cuenta.",
}


def frase_del_portal(why):
    """The Spanish sentence of a PromesaRechazada."""
    figures = {
        "last": fecha(why.figures.get("last")),
        "owed": pesos(why.figures.get("owed") or 0),
    }
    return RECHAZOS[why.code].format(**figures)


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def _estado_de_cuenta(self):
        # EXTENDS: the promises that stand, and what may still be promised, up to which day.
        values = super()._estado_de_cuenta()
        today = values["today"]
        free = {p: p._sin_disputa() for p in self.partida_open_ids if not p.date_promised and not p.acuerdo_id}
        promisable = sum(free.values())
        return {
            **values,
            "promises": [
                {"amount": p.amount, "paid": p.amount_paid, "day": p.date_promised}
                for p in self.promesa_ids.filtered(lambda p: p.state == "pending").sorted("date_promised")
            ],
            "promisable": promisable,
            "promise_default": pesos(sum(left for p, left in free.items() if p.date_due < today) or promisable),
            "promise_until": today + timedelta(days=self.politica_id.promise_max_days),
        }

    def _prometer_en_portal(self, amount, day):
        """The promise that the debtor types: an amount and a day (ISO), as texts. PromesaRechazada says what is wrong.

        It is over the oldest items, due or not, that have no promise yet. The officer, or who coordinates, gets an
        activity for that day.
        """
        self.ensure_one()
        pedido = self._pedido_del_portal(leer_pesos(amount), leer_dia(day))
        lang = self.company_id.partner_id.lang
        try:
            with self.env.cr.savepoint():
                promesa = self.env["cartera.promesa"].with_context(lang=lang)._prometer([pedido])
        except UniqueViolation as twice:
            raise PromesaRechazada("standing", self.env._("It was promised a moment ago.")) from twice
        promesa._citar()
        return promesa

    def _pedido_del_portal(self, amount, day):
        if not amount:
            raise PromesaRechazada("amount", self.env._("A promise is for more than zero."))
        if not day:
            raise PromesaRechazada("day", self.env._("A promise needs its day."))
        return Pedido(
            expediente=self,
            made=self.company_id._cartera_hoy(),
            day=day,
            amount=float(amount),
            partidas=self.env["cartera.partida"],
            overdue=False,
            source="portal",
            gestion=self.env["cartera.gestion"],
            user=self.user_id,
        )


class CarteraPromesa(models.Model):
    _inherit = "cartera.promesa"

    def _citar(self):
        """An activity on the day promised, for the officer of the dossier or who coordinates."""
        self.ensure_one()
        user = self.user_id or self.company_id._cartera_coordinadores()[:1]
        env = self.with_context(lang=user.lang or self.company_id.partner_id.lang).env
        self.expediente_id.with_env(env).activity_schedule(
            "cartera_cobro.mail_activity_type_promesa",
            date_deadline=self.date_promised,
            summary=env._("Check the promise made on the debtor's page"),
            note=env._("Promised %s.", self.company_currency_id.format(self.amount)),
            user_id=user.id,
        )
