"""Indicators of the work: promises, agreements, contacts, answers to debtors, and what mass measures brought in.

Each counts what came to its end within the period, so that a closing's figure is final: a promise when its last day has
passed, a request when its term has, a message or a suspension when the days of its rule have.
"""

from odoo.fields import Domain

from .cartera_indicador_medicion import Medicion, Parte

# Results that are of a message: nobody could answer.
MESSAGES = ("sent", "delivered", "returned")


class DeGestion(Medicion):
    """See the module's docstring."""

    def filas(self):
        return [
            *self._promesas(),
            *self._acuerdos(),
            *self._contactos(),
            *self._respuestas(),
            *self._suspensiones(),
            *self._campanas(),
        ]

    def _en_el_periodo(self, field):
        return Domain(field, ">=", self.desde) & Domain(field, "<=", self.on_date)

    def _leer(self, model, domain, by, aggregates):
        """Rows of `_read_group` on the company's records."""
        return self.env[model]._read_group(Domain("company_id", "=", self.company.id) & domain, by, aggregates)

    def _canal(self, model, channel):
        labels = dict(self.env[model]._fields["channel"]._description_selection(self.env))
        return Parte("channel", None, labels.get(channel, channel), list(labels).index(channel))

    # --- promises and agreements ----------------------------------------------------------------------------------

    def _promesas(self):
        domain = self._en_el_periodo("deadline") & Domain("state", "in", ("kept", "partial", "broken"))
        rows = self._leer("cartera.promesa", domain, ["user_id"], ["kept_rate:sum", "__count"])
        return self._porcentajes(
            "promise_kept", [([self._parte("officer", user)], kept, judged) for user, kept, judged in rows]
        )

    def _acuerdos(self):
        """In force at some time of the period; ended on request within it, neither kept nor broken."""
        ended = self._en_el_periodo("date_end")
        in_force = Domain("date_active", "<=", self.on_date) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", self.desde)
        )
        judged = in_force & ~(Domain("state", "=", "cancelled") & ended)
        counts = self._leer("cartera.acuerdo", judged, ["user_id"], ["__count"])
        broken = dict(
            self._leer("cartera.acuerdo", judged & Domain("state", "=", "breached") & ended, ["user_id"], ["__count"])
        )
        return self._porcentajes(
            "agreement_kept",
            [([self._parte("officer", user)], count - broken.get(user, 0), count) for user, count in counts],
        )

    # --- contacts and answers -------------------------------------------------------------------------------------

    def _contactos(self):
        """Attempts in which somebody answered, and those in which the person sought did."""
        attempts = self._en_el_periodo("day") & Domain(
            [
                ("direction", "=", "out"),
                ("purpose", "=", "collection"),
                ("date_annulled", "=", False),
                ("agency_id", "=", False),
                ("result", "not in", MESSAGES),
            ]
        )
        rows = self._leer("cartera.gestion", attempts, ["user_id", "direct", "result"], ["__count"])
        answered, direct = [], []
        for user, is_direct, result, count in rows:
            parte = [self._parte("officer", user)]
            answered.append((parte, count if is_direct or result == "third_party" else 0, count))
            direct.append((parte, count if is_direct else 0, count))
        return [*self._porcentajes("contact_rate", answered), *self._porcentajes("direct_contact_rate", direct)]

    def _respuestas(self):
        domain = self._en_el_periodo("deadline") & Domain(
            [("kind", "in", ("request", "claim", "appeal")), ("state", "in", ("filed", "answered", "closed"))]
        )
        rows = self._leer("cartera.reclamacion", domain, ["channel", "user_id", "on_time"], ["__count"])
        return self._porcentajes(
            "pqr_on_time",
            [
                (
                    [self._canal("cartera.reclamacion", channel), self._parte("officer", user)],
                    count if on_time else 0,
                    count,
                )
                for channel, user, on_time, count in rows
            ],
        )

    # --- mass measures --------------------------------------------------------------------------------------------

    def _suspensiones(self):
        rows = self._leer(
            "cartera.suspension.efecto",
            self._en_el_periodo("date_to") & Domain("state", "=", "executed"),
            ["zona_id"],
            ["amount_collected:sum", "amount_executed:sum"],
        )
        return self._porcentajes(
            "suspension_effect", [([self._parte("zone", zona)], paid, owed) for zona, paid, owed in rows]
        )

    def _campanas(self):
        rows = self._leer(
            "cartera.campana.efecto",
            self._en_el_periodo("date_to") & Domain("group", "=", "contacted"),
            ["channel"],
            ["amount_collected:sum", "amount_overdue:sum"],
        )
        return self._porcentajes(
            "campaign_effect",
            [([self._canal("cartera.campana.efecto", channel)], paid, owed) for channel, paid, owed in rows],
        )
