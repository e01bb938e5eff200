"""The guard of Ley 2300 de 2023: what the rule needs to know of many persons at once, and its answer in words."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import holidays
from odoo import fields, models
from odoo.tools import SQL, format_datetime

from ..rules.contact import BOGOTA, CLOSED, Contact, Limits
from .cartera_deuda import sql_disputado, sql_retenida

# Contacts older than this weigh in no rule: the longest looks one week back.
HISTORY_DAYS = 8
PHONE_CHANNELS = ("call", "sms", "whatsapp", "ivr")
READ_HERE = (
    "cartera.autorizacion",
    "cartera.gestion",
    "cartera.expediente",
    "cartera.partida",
    "cartera.reclamacion",
    "mail.blacklist",
    "phone.blacklist",
)
# Who owes the same debt beside the debtor: the debtor's insolvency does not protect them (Ley 1116 de 2006 art. 70).
SOLIDARY = ("codebtor", "guarantor")


def consciente(naive):
    """A naive UTC datetime of Odoo as an aware one."""
    return naive.replace(tzinfo=UTC)


def ingenuo(aware):
    """An aware datetime as Odoo stores it: naive UTC; None stays None."""
    return aware and aware.astimezone(UTC).replace(tzinfo=None)


def hora(hours):
    """7.5 as 07:30 (datetime.time)."""
    minutes = round(hours * 60)
    return time(minutes // 60, minutes % 60)


class Caso(NamedTuple):
    """A contact to judge. at: naive UTC; gestion_id: its own row in the log, where it is recorded already; expediente:
    the dossier that is collected, by default the person's own."""

    partner: models.BaseModel
    at: datetime
    channel: str
    purpose: str = "collection"
    role: str = "debtor"
    gestion_id: int = 0
    expediente: models.BaseModel | None = None


class Guardia:
    """Verdicts on many contacts of one company at once; each kind of fact is read once, whatever their number."""

    def __init__(self, env, company):
        self.env = env(su=True)
        self.company = company.sudo()

    def juzgar(self, casos):
        """[Verdict] of rules.contact, one for each `Caso`, in their order."""
        if casos:
            self._leer_de(casos)
        return [self._juzgar(caso) for caso in casos]

    def horario(self, casos):
        """[Verdict] on days and hours alone: of what was judged whole, and has waited in a queue since."""
        if casos:
            self._leer_de(casos)
        return [self._horario(caso) for caso in casos]

    def uno(self, partner, channel, at=None, purpose="collection", role="debtor", expediente=None):
        """The verdict on one contact; `at` (naive UTC) defaults to now."""
        return self.juzgar([Caso(partner, at or fields.Datetime.now(), channel, purpose, role, 0, expediente)])[0]

    def _juzgar(self, caso):
        partner, at = caso.partner.id, consciente(caso.at)
        politica = self._politica(caso)
        given = self._vigentes(partner, at.astimezone(BOGOTA).date())
        return self.limites[politica].check(
            at,
            caso.channel,
            role=caso.role,
            purpose=caso.purpose,
            consents=frozenset() if caso.channel in self.vetados[partner] else given,
            off_hours="off_hours" in given,
            history=[
                contact
                for gestion, contact in self.contactos[partner]
                if (contact.at, gestion) < (at, caso.gestion_id or gestion + 1)
            ],
            holidays=self.festivos,
            on_hold=self._en_espera(caso, at.astimezone(BOGOTA).date()),
            exempt=partner in self.exentos,
            strict=politica.contact_strict,
        )

    def _horario(self, caso):
        partner, at = caso.partner.id, consciente(caso.at)
        given = self._vigentes(partner, at.astimezone(BOGOTA).date())
        return self.limites[self._politica(caso)].check(
            at,
            caso.channel,
            purpose=caso.purpose,
            consents={caso.channel},
            off_hours="off_hours" in given,
            holidays=self.festivos,
            exempt=partner in self.exentos,
        )

    def _vigentes(self, partner, day):
        """What the person had authorised on that day: channels, and off_hours."""
        return {
            channel for channel, start, end in self.autorizado[partner] if start <= day and not (end and end <= day)
        }

    def _cobrado(self, caso):
        """The dossier that the contact collects."""
        return caso.expediente.sudo() if caso.expediente else self.propios[caso.partner.id]

    def _politica(self, caso):
        """The policy of the dossier that is collected, else the company's."""
        return self._cobrado(caso).politica_id or self.company.cartera_politica_id

    def _en_espera(self, caso, day):
        """The person's own dossier is on hold, or the one that is collected, or nothing that it owes may be collected.

        An insolvency holds back the debtor, and not who answers beside them.
        """
        collected, solidary = self._cobrado(caso), caso.role in SOLIDARY
        if self.propios[caso.partner.id].hold_reason:
            return True
        if collected.hold_reason and not (solidary and collected.hold_reason == "insolvency"):
            return True
        since = self.retenidos[solidary].get(collected.id)
        return bool(since) and since <= day

    # --- facts ------------------------------------------------------------------------------------------------------

    def _leer_de(self, casos):
        partners = self.env["res.partner"].union(*(caso.partner for caso in casos)).sudo()
        expedientes = self.env["cartera.expediente"].union(*(caso.expediente for caso in casos if caso.expediente))
        self._leer(partners, expedientes.sudo(), {caso.channel for caso in casos}, [caso.at for caso in casos])

    def _leer(self, partners, expedientes, channels, instants):
        for model in READ_HERE:
            self.env[model].flush_model()
        self.env["res.partner"].flush_model(
            ["email_normalized", "phone_sanitized", "vat", "commercial_partner_id", "cartera_contact_exempt"]
        )
        ids = partners.ids
        self.autorizado = self._autorizado(ids)
        self.contactos = self._contactos(ids, min(instants) - timedelta(days=HISTORY_DAYS), max(instants))
        self.vetados = self._vetados(ids, channels)
        self.exentos = set(partners.filtered("commercial_partner_id.cartera_contact_exempt").ids)
        self.festivos = self._festivos()
        self.propios = self._propios(partners)
        expedientes |= expedientes.union(*self.propios.values())
        self.retenidos = self._retenidos(expedientes.ids)
        self.limites = {p: limites(p) for p in {*expedientes.politica_id, self.company.cartera_politica_id}}

    def _propios(self, partners):
        """{partner id: the dossier of who answers for it in the company, or none}."""
        Expediente = self.env["cartera.expediente"]
        domain = [("partner_id", "in", partners.commercial_partner_id.ids), ("company_id", "=", self.company.id)]
        found = Expediente.search_fetch(domain, ["partner_id", "politica_id", "hold_reason"]).grouped("partner_id")
        return {p.id: found.get(p.commercial_partner_id, Expediente) for p in partners}

    def _autorizado(self, ids):
        """{partner id: [(channel, from, to)]}: the person's own authorisations and those of who answers for it."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, a.channel, a.date_from, a.date_to
                  FROM res_partner p
                  JOIN cartera_autorizacion a ON a.partner_id IN (p.id, p.commercial_partner_id)
                 WHERE p.id = ANY(%s) AND (a.company_id IS NULL OR a.company_id = %s)
                """,
                ids,
                self.company.id,
            )
        )
        return agrupar((partner, given) for partner, *given in rows)

    def _contactos(self, ids, since, until):
        """{partner id: [(row of the log, Contact)]}: two-way contacts with the person, whoever collected, for whatever.

        Companies of the database and records with the same identification count as one person. One sign or figure over
        and over identifies nobody: "/" is how Odoo says that there is none, 222222222222 the DIAN's for any consumer.
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH persona AS (
                    SELECT p.id, p.id AS mismo FROM res_partner p WHERE p.id = ANY(%(ids)s)
                     UNION
                    SELECT p.id, p.commercial_partner_id FROM res_partner p WHERE p.id = ANY(%(ids)s)
                     UNION
                    SELECT p.id, q.id FROM res_partner p JOIN res_partner q ON q.vat = p.vat
                     WHERE p.id = ANY(%(ids)s) AND SPLIT_PART(p.vat, '-', 1) !~ %(nobody)s
                )
                SELECT persona.id, g.id, g.date, g.channel, g.direction
                  FROM persona JOIN cartera_gestion g ON g.person_id = persona.mismo
                 WHERE g.direct AND g.date_annulled IS NULL AND g.date > %(since)s AND g.date <= %(until)s
                """,
                ids=ids,
                nobody=r"^(.?)\1*$",
                since=since,
                until=until,
            )
        )
        return agrupar(
            (partner, (gestion, Contact(consciente(date), channel, direction, True)))
            for partner, gestion, date, channel, direction in rows
        )

    def _vetados(self, ids, channels):
        """{partner id: {channel}} from which Odoo's own blacklists take the person out."""
        phones = [channel for channel in PHONE_CHANNELS if channel in channels]
        lists = [("mail_blacklist", "email", "email_normalized", ["email"] if "email" in channels else [])]
        lists.append(("phone_blacklist", "number", "phone_sanitized", phones))
        found = []
        for table, column, value, barred in lists:
            query = SQL(
                "SELECT p.id FROM res_partner p JOIN %s b ON b.%s = p.%s AND b.active WHERE p.id = ANY(%s)",
                *(SQL.identifier(name) for name in (table, column, value)),
                ids,
            )
            found += [(partner, channel) for (partner,) in self.env.execute_query(query) for channel in barred]
        return agrupar(found)

    def _retenidos(self, ids):
        """{False: {dossier id: since which day}, True: the same for who answers beside the debtor}: the dossiers of
        whose debts, overdue or not, none may be collected; since the last claim on them, or always."""
        solidary = SQL(
            "COALESCE(i.hold_reason, 'insolvency') != 'insolvency' OR %s >= i.amount_residual", sql_disputado("i")
        )
        query = SQL(
            """SELECT i.expediente_id, MAX(r.date_filed), BOOL_AND(%s), BOOL_AND(%s)
                 FROM cartera_partida i LEFT JOIN cartera_reclamacion r ON r.id = i.reclamacion_id
                WHERE i.expediente_id = ANY(%s) AND i.is_open AND i.amount_residual > 0
             GROUP BY i.expediente_id""",
            sql_retenida("i"),
            solidary,
            ids,
        )
        rows = self.env.execute_query(query)
        return {
            role: {expediente: since or date.min for expediente, since, *held in rows if held[role]}
            for role in (False, True)
        }

    def _festivos(self):
        """Colombia's public holidays (Ley 51/1983 and later) and the company's own days."""
        calendar = holidays.country_holidays("CO")
        extra = self.env["cartera.festivo"].search([("company_id", "in", (False, self.company.id))])
        calendar.update({festivo.date: festivo.name for festivo in extra})
        return calendar


def agrupar(pairs):
    """{key: [values]} of (key, value) pairs; a missing key is an empty list."""
    result = defaultdict(list)
    for key, value in pairs:
        result[key].append(value)
    return result


def limites(politica):
    """What a policy fixes of Ley 2300 as `rules.contact.Limits`; no policy is the law as it stands."""
    if not politica:
        return Limits()
    week = (hora(politica.contact_week_from), hora(politica.contact_week_to))
    saturday = (hora(politica.contact_saturday_from), hora(politica.contact_saturday_to))
    return Limits(
        hours=(week,) * 5 + (saturday if politica.contact_saturday_to else CLOSED, CLOSED),
        week_start=int(politica.contact_week_start),
        visits=politica.contact_visits,
    )


def primer_dia(env, company, day, partner, expediente=None):
    """The first day (date) from `day` on when the person may be called to collect the dossier (by default, their own);
    `day` where no waiting helps."""
    opening = ingenuo(datetime.combine(day, time(7), BOGOTA))
    later = Guardia(env, company).uno(partner, "call", opening, expediente=expediente).next_allowed
    return later.astimezone(BOGOTA).date() if later else day


def explicar(env, verdict):
    """A Verdict of rules.contact as a sentence in the user's language."""
    sentence = {
        "OK": env._("May be contacted now."),
        "BLOCKED": env._("On hold: the debtor is not to be contacted to collect."),
        "REFERENCE": env._("References are never contacted (Ley 2300)."),
        "NO_CONSENT": env._("This channel is not authorised by the person, or was withdrawn."),
        "VISIT": env._("The law forbids visits to collect."),
        "SUNDAY": env._("No collection on Sundays."),
        "HOLIDAY": env._("No collection on holidays."),
        "WINDOW": env._("Outside the hours of collection."),
        "ONCE_PER_DAY": env._("There was already a direct contact with this person today."),
        "OTHER_CHANNEL_WEEK": env._("There was already a direct contact this week through another channel."),
    }[verdict.reason]
    if not verdict.next_allowed:
        return sentence
    when = format_datetime(env, ingenuo(verdict.next_allowed), tz=BOGOTA.key, dt_format="EEEE d MMMM, HH:mm")
    return env._("%(sentence)s Next time: %(when)s.", sentence=sentence, when=when)
