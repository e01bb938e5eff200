"""What of many messages may leave now: judged on the ledger, the debtor's address and the guard of Ley 2300."""

from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from .cartera_contacto import Caso, Guardia, explicar, ingenuo
from .cartera_deuda import Deudas, fuera_de_lista, sin_disputa
from .cartera_pausa import PAUSES
from .cartera_textos import fecha

# What a letter of these kinds lists: everything that is owed, due or not.
LIST_ALL = ("statement", "agreement")


class Descarte(Exception):
    """A message is not sent: a code of DROPS and a sentence that says what is missing."""

    def __init__(self, reason, note=False):
        super().__init__(reason, note)
        self.reason, self.note = reason, note


class Revision:
    """Judges messages of one company. What it drops is cancelled, and kept in `self.dropped`; of the others it keeps
    the obligations in `self.listas` and the credits in `self.creditos`, both by message id."""

    def __init__(self, env, company):
        context = clean_context(env.context)
        if not context.get("lang"):
            # The scheduled action has none, and why something did not leave is kept in words.
            context["lang"] = company.sudo().partner_id.lang
        self.env = env(su=True, context=context)
        self.company = company.with_env(self.env)
        self.now = fields.Datetime.now()
        self.today = company._cartera_hoy()

    def _descartar(self, mensaje, reason, note=False):
        mensaje._descartar(reason, note)
        self.dropped |= mensaje

    def _revisar(self, lote):
        """Drop what there is no reason, or no way, to send; keep in `self.listas` the obligations of the others."""
        deudas = Deudas(self.env, self.company, self.today)
        partidas = deudas.leer(lote.expediente_id)
        self.listas, self.creditos = {}, {}
        repeated = self._repetidos(lote)
        ready = lote.browse()
        for mensaje in lote:
            try:
                if mensaje in repeated:
                    raise Descarte("duplicate")
                self._revisar_plantilla(mensaje)
                listed, self.creditos[mensaje.id] = self._elegir(mensaje, partidas[mensaje.expediente_id.id])
                self._revisar_direccion(mensaje)
                self.listas[mensaje.id] = self._liquidar(deudas, mensaje, listed)
                ready |= mensaje
            except Descarte as why:
                self._descartar(mensaje, why.reason, why.note)
        return ready

    def _repetidos(self, lote):
        """Those whose debtor got the same message today, or has it waiting to be dispatched, or twice in the lot."""
        rows = self.env.execute_query(
            SQL(
                """SELECT expediente_id, template_id, channel FROM cartera_comunicacion
                    WHERE expediente_id = ANY(%s) AND id != ALL(%s)
                      AND ((state IN ('sent', 'delivered') AND day_sent = %s)
                           OR (state = 'approved' AND date_prepared IS NOT NULL))""",
                lote.expediente_id.ids,
                lote.ids,
                self.today,
            )
        )
        seen, repeated = set(rows), lote.browse()
        for mensaje in lote.sorted("id").filtered(lambda m: not m.acuerdo_id):
            key = (mensaje.expediente_id.id, mensaje.template_id.id, mensaje.channel)
            repeated |= mensaje if key in seen else lote.browse()
            seen.add(key)
        return repeated

    def _revisar_plantilla(self, mensaje):
        plantilla = mensaje.template_id
        if plantilla.approval and mensaje.template_hash != plantilla._huella():
            raise Descarte("changed", self.env._("Write it again and have it signed: its words are not those signed."))
        for why in self._sin_texto(plantilla, mensaje.channel):
            raise Descarte("template", why)

    def _sin_texto(self, plantilla, channel):
        """Sentences that name the parts that the channel says and the template lacks."""
        lacking = [plantilla._fields[part] for part in plantilla._partes(channel) if not plantilla[part]]
        return [self.env._("The template has no %s.", field._description_string(self.env)) for field in lacking]

    def _elegir(self, mensaje, partidas):
        """([Partida] that the message lists, credits (Decimal) that it takes off); Descarte when it has no reason."""
        if mensaje.acuerdo_id:
            # Of an agreement, not of what it covers: its instalments are what is spoken of.
            if why := mensaje._motivo_del_acuerdo():
                raise Descarte(why)
            return [], Decimal(0)
        debts, collects = [p for p in partidas if p.capital > 0], mensaje.purpose == "collection"
        listed = self._del_tipo(mensaje, debts)
        if collects:
            listed = self._cobrables(mensaje.expediente_id, debts, listed)
        credits = self._creditos(partidas, collects)
        if mensaje.kind == "reminder":
            # Credits cover first what is overdue already.
            credits = max(credits - sum((p.capital for p in debts if p.date_due < self.today), Decimal(0)), Decimal(0))
        if (not listed and not credits) or (collects and _capital(listed) <= credits):
            raise Descarte("paid")
        return listed, credits

    def vencido(self, expediente, partidas):
        """([Partida] overdue that may be collected, credits (Decimal) to take off); Descarte if there is no reason."""
        debts = [p for p in partidas if p.capital > 0]
        listed = self._cobrables(expediente, debts, [p for p in debts if p.date_due < self.today])
        credits = self._creditos(partidas, collects=True)
        if _capital(listed) <= credits:
            raise Descarte("paid")
        return listed, credits

    @staticmethod
    def _creditos(partidas, collects):
        return -_capital(p for p in partidas if p.capital < 0 and not (collects and p.pause == "agreement"))

    def _del_tipo(self, mensaje, debts):
        if mensaje.kind in LIST_ALL:
            return debts
        if mensaje.kind == "reminder":
            until = self.today + timedelta(days=mensaje.template_id.days_ahead)
            return [p for p in debts if self.today <= p.date_due <= until]
        return [p for p in debts if p.date_due < self.today]

    def _cobrables(self, expediente, debts, listed):
        """What may be collected of `listed`: not before a lawyer (nor the debtor's others), disputed, held, paused."""
        if expediente.hold_reason:
            raise Descarte("held", expediente.hold_note)
        legal = fuera_de_lista(debts)
        if legal and expediente.politica_id.list_excludes_legal:
            raise Descarte("legal", ", ".join(p.name or "" for p in legal[:5]))
        free = [sin_disputa(p) for p in listed if p not in legal]
        if listed and not free:
            raise Descarte("legal")
        open_ = [p for p in free if not p.hold]
        if free and not open_:
            raise Descarte("held", ", ".join(p.name or "" for p in free[:5]))
        chased = [p for p in open_ if not p.pause]
        if open_ and not chased:
            why = next(pause for pause in PAUSES if any(p.pause == pause for p in open_))
            raise Descarte(why, ", ".join(p.name or "" for p in open_[:5]))
        return chased

    def _liquidar(self, deudas, mensaje, listed):
        try:
            return deudas.liquidar(listed, mensaje.expediente_id.politica_id)
        except ValueError as error:
            raise Descarte("rate", str(error)) from error

    def _revisar_direccion(self, mensaje):
        partner = mensaje.partner_id
        if not direccion(partner, mensaje.channel):
            raise Descarte("no_address", SIN_DIRECCION[mensaje.channel](self.env))
        days = mensaje.expediente_id.politica_id.address_days
        if mensaje.channel == "letter" and days:
            confirmed = partner.cartera_address_date
            if not confirmed or confirmed < self.today - timedelta(days=days):
                last = self.env._("Last confirmed on %s.", fecha(confirmed)) if confirmed else ""
                raise Descarte(
                    "unconfirmed",
                    self.env._("Confirm the address of %(who)s. %(last)s", who=partner.display_name, last=last).strip(),
                )

    def _preguntar(self, ready):
        """(allowed, postponed) by the guard of Ley 2300; what no waiting helps is dropped."""
        casos = [Caso(m.partner_id, self.now, m.channel, m._proposito_ante_la_ley()) for m in ready]
        verdicts = Guardia(self.env, self.company).juzgar(casos)
        allowed, postponed = ready.browse(), ready.browse()
        for mensaje, verdict in zip(ready, verdicts, strict=True):
            if verdict.allowed:
                mensaje.write({"verdict": verdict.reason, "not_before": False})
                allowed |= mensaje
            elif verdict.next_allowed:
                mensaje.write({"verdict": verdict.reason, "not_before": ingenuo(verdict.next_allowed)})
                postponed |= mensaje
            else:
                mensaje.verdict = verdict.reason
                self._descartar(mensaje, "guard", explicar(self.env, verdict))
        return allowed, postponed


def _capital(partidas):
    return sum((p.capital for p in partidas), Decimal(0))


def motivo(env, why):
    """A Descarte as a sentence in the user's language."""
    label = dict(env["cartera.comunicacion"]._fields["drop_reason"]._description_selection(env))[why.reason]
    return f"{label}. {why.note}" if why.note else f"{label}."


SIN_DIRECCION = {
    "email": lambda env: env._("The debtor has no valid e-mail."),
    "sms": lambda env: env._("The debtor has no valid phone."),
    "whatsapp": lambda env: env._("The debtor has no valid phone."),
    "ivr": lambda env: env._("The debtor has no valid phone."),
    "letter": lambda env: env._("The debtor's address lacks the street or the city."),
}


def direccion(partner, channel):
    """Where a message through `channel` reaches the partner (str); False when nowhere."""
    if channel == "email":
        return partner.email_normalized
    if channel == "letter":
        return partner.street and partner.city and partner.contact_address_inline
    return telefono(partner.phone_sanitized)


def telefono(value):
    """A number as gateways take it (+573105550101); False when it is none.

    Ten digits that begin as Colombia's do (mobile 3, fixed 60) are of Colombia.
    """
    digits = "".join(character for character in value or "" if character.isdigit())
    if len(digits) == 10 and digits.startswith(("3", "60")):
        digits = f"57{digits}"
    return f"+{digits}" if 8 <= len(digits) <= 15 else False
