"""Who of many dossiers gets a message and who does not, and why: judged and written in SQL, however many they are.

What is judged here, on open items as they stand: what is owed, holds, legal stages, agreements and promises, an address
(confirmed, for a letter), whether the rates of the interest are loaded, whether the person authorised the channel on a
day, and Odoo's blacklists. `cartera_envio` judges each message again as it leaves, on the ledger of that instant, and
what only that instant knows: the hours, the rest after a contact, a message already sent that day, a value that the
template lacks.
"""

from odoo.tools import SQL

from ..rules.contact import EXEMPT_PURPOSES
from .cartera_contacto import PHONE_CHANNELS
from .cartera_deuda import RATE_OF, sql_disputado
from .cartera_envio_revision import LIST_ALL
from .cartera_libro import columnas
from .cartera_pausa import sql_pausa
from .cartera_politica import KINDS_OUT_OF_LIST

READ_HERE = (
    "cartera.expediente",
    "cartera.partida",
    "cartera.cuenta",
    "cartera.etapa",
    "cartera.politica",
    "cartera.promesa.linea",
    "cartera.soporte",
    "cartera.autorizacion",
    "mail.blacklist",
    "phone.blacklist",
    "res.partner",
)


class Seleccion:
    """One template through one channel, to dossiers of one company, on a day (date).

    It asks what `cartera_envio` asks, in the same order. In its SQL, `x` is the dossier, `p` the debtor, `y` the policy
    and `d` what is owed: items listed (of the template's kind), those free of lawyers, those not on hold either, and of
    these those that nothing pauses.
    """

    def __init__(self, env, company, template, channel, day):
        self.env, self.company, self.template, self.channel, self.day = env, company, template, channel, day

    def leer(self):
        """What the statements read must be in the database."""
        for model in READ_HERE:
            self.env[model].flush_model()

    def desde(self):
        """FROM of the dossiers, with what `motivo` reads."""
        return SQL(
            """cartera_expediente x
          JOIN res_partner p ON p.id = x.partner_id
     LEFT JOIN cartera_politica y ON y.id = x.politica_id
    CROSS JOIN LATERAL (
               SELECT COUNT(*) FILTER (WHERE o.debt AND o.legal) AS legal,
                      COUNT(*) FILTER (WHERE o.listed) AS listed,
                      COUNT(*) FILTER (WHERE o.listed AND NOT o.legal) AS free,
                      COUNT(*) FILTER (WHERE o.listed AND NOT o.legal AND NOT o.held) AS opened,
                      COUNT(*) FILTER (WHERE o.listed AND NOT o.legal AND NOT o.held AND o.pause IS NULL) AS chased,
                      MIN(o.pause) FILTER (WHERE o.listed AND NOT o.legal AND NOT o.held) AS paused,
                      COALESCE(SUM(o.amount) FILTER (
                          WHERE o.listed AND NOT o.legal AND NOT o.held AND o.pause IS NULL), 0) AS owed,
                      COUNT(*) FILTER (WHERE o.listed AND NOT o.held AND o.unrated) AS unrated,
                      COALESCE(SUM(o.credit), 0) AS credit
                 FROM (SELECT i.amount_residual - %(disputed)s AS amount, i.amount_residual > 0 AS debt,
                              i.amount_residual > 0 AND %(listed)s AS listed,
                              i.hold_reason IS NOT NULL OR %(disputed)s >= i.amount_residual AS held,
                              COALESCE(e.kind IN %(out)s, FALSE) AS legal, %(credit)s AS credit, %(unrated)s AS unrated,
                              %(pause)s AS pause
                         FROM cartera_partida i
                    LEFT JOIN cartera_etapa e ON e.id = i.etapa_id
                    LEFT JOIN cartera_cuenta c ON c.id = i.cuenta_id
                        WHERE i.expediente_id = x.id AND i.is_open) o) d""",
            disputed=self._disputado(),
            listed=self._listada(),
            out=KINDS_OUT_OF_LIST,
            credit=self._credito(),
            unrated=self._sin_tasa(),
            pause=self._pausa(),
        )

    def _pausa(self):
        """Expression: why item `i` is not chased, where the message is to chase."""
        return sql_pausa("i", self.day) if self.template.purpose == "collection" else SQL("NULL::text")

    def _disputado(self):
        """Expression: what a claim disputes of item `i`, where the message is to chase."""
        return sql_disputado("i") if self.template.purpose == "collection" else SQL("0")

    def _listada(self):
        """Condition: a message of the kind lists the item `i`."""
        if self.template.kind in LIST_ALL:
            return SQL("TRUE")
        if self.template.kind == "reminder":
            return SQL("i.date_due BETWEEN %s AND %s::date + %s", self.day, self.day, self.template.days_ahead)
        return SQL("i.date_due < %s", self.day)

    def _credito(self):
        """What the item `i` takes off; before the due date, credits cover first what is overdue already."""
        theirs = SQL("i.acuerdo_id IS NULL") if self.template.purpose == "collection" else SQL("TRUE")
        if self.template.kind == "reminder":
            taken = SQL("(i.amount_residual < 0 AND %s OR i.date_due < %s)", theirs, self.day)
        else:
            taken = SQL("i.amount_residual < 0 AND %s", theirs)
        return SQL("CASE WHEN %s THEN -i.amount_residual END", taken)

    def _sin_tasa(self):
        """Condition: item `i` bears interest at rates that are not loaded as far back as it fell due."""
        parametro = self.env["cartera.parametro"].sudo()
        first = {
            regime: min((day for day, _rate in parametro._tramos(code)), default=None)
            for regime, code in RATE_OF.items()
        }
        return SQL(
            """(i.date_due < %s AND (CASE y.interest_regime %s END)
                AND NOT (COALESCE(c.use, '') = 'residential' AND y.interest_regime_residential = 'civil'))""",
            self.day,
            SQL(" ").join(
                SQL("WHEN %s THEN %s", regime, SQL("i.date_due + 1 < %s", day) if day else SQL("TRUE"))
                for regime, day in first.items()
            ),
        )

    # --- why not ------------------------------------------------------------------------------------------------------

    def motivo(self):
        """Expression: the code of why a dossier gets no message, NULL where it gets one; the first that applies."""
        return SQL(
            """CASE %s
                    WHEN %s THEN 'no_address'
                    WHEN %s THEN 'unconfirmed'
                    WHEN d.unrated > 0 THEN 'rate'
                    WHEN NOT %s THEN 'guard' END""",
            self._sin_deuda(),
            self._sin_direccion(),
            self._sin_confirmar(),
            self._autorizado(),
        )

    def _sin_deuda(self):
        """WHENs of what is not there to be collected; what is no collection needs only something to tell of."""
        if self.template.purpose != "collection":
            return SQL("WHEN d.listed = 0 AND d.credit <= 0 THEN 'paid'")
        return SQL(
            """WHEN x.hold_reason IS NOT NULL THEN 'held'
               WHEN (y.list_excludes_legal AND d.legal > 0) OR (d.listed > 0 AND d.free = 0) THEN 'legal'
               WHEN d.free > 0 AND d.opened = 0 THEN 'held'
               WHEN d.opened > 0 AND d.chased = 0 THEN d.paused
               WHEN d.owed <= GREATEST(d.credit, 0) THEN 'paid'"""
        )

    def _autorizado(self):
        """The channel was authorised and no blacklist takes it away; exempt purposes and debtors need neither."""
        if self.template.purpose in EXEMPT_PURPOSES:
            return SQL("TRUE")
        return SQL(
            """(COALESCE(p.cartera_contact_exempt, FALSE) OR (NOT %s AND EXISTS (
                    SELECT FROM cartera_autorizacion a
                     WHERE a.partner_id = p.id AND a.channel = %s AND (a.company_id IS NULL OR a.company_id = %s)
                       AND a.date_from <= %s AND (a.date_to IS NULL OR a.date_to > %s))))""",
            self._vetado(),
            self.channel,
            self.company.id,
            self.day,
            self.day,
        )

    def _vetado(self):
        if self.channel == "email":
            return SQL("EXISTS (SELECT FROM mail_blacklist b WHERE b.active AND b.email = p.email_normalized)")
        if self.channel in PHONE_CHANNELS:
            return SQL("EXISTS (SELECT FROM phone_blacklist b WHERE b.active AND b.number = p.phone_sanitized)")
        return SQL("FALSE")

    def _sin_direccion(self):
        if self.channel == "email":
            return SQL("COALESCE(p.email_normalized, '') = ''")
        if self.channel == "letter":
            return SQL("COALESCE(p.street, '') = '' OR COALESCE(p.city, '') = ''")
        return SQL("COALESCE(p.phone_sanitized, '') = ''")

    def _sin_confirmar(self):
        if self.channel != "letter":
            return SQL("FALSE")
        return SQL(
            "COALESCE(y.address_days, 0) > 0 AND (p.cartera_address_date IS NULL"
            " OR p.cartera_address_date < %s::date - y.address_days)",
            self.day,
        )

    # --- writing ------------------------------------------------------------------------------------------------------

    def insertar_mensajes(self, source, extra):
        """INSERT of one draft message for each row of `source` (a SELECT of `expediente_id` and the columns `extra`).

        Returns the ids, in the order of the dossiers. What no row decides takes the model's defaults.
        """
        Comunicacion = self.env["cartera.comunicacion"]
        values = self._constantes()
        names = ["expediente_id", "partner_id", "user_id", *extra]
        query = SQL(
            """INSERT INTO cartera_comunicacion (%(names)s, %(fixed)s)
               SELECT s.expediente_id, x.partner_id, COALESCE(x.user_id, %(user)s), %(extra)s, %(constants)s
                 FROM (%(source)s) s JOIN cartera_expediente x ON x.id = s.expediente_id
             ORDER BY x.id
          ON CONFLICT DO NOTHING
            RETURNING id""",
            names=columnas(names),
            fixed=columnas(values),
            user=self.env.uid,
            extra=columnas(extra, "s"),
            constants=SQL(", ").join(SQL("%s", value) for value in values.values()),
            source=source,
        )
        ids = [row[0] for row in self.env.execute_query(query)]
        Comunicacion.invalidate_model(flush=False)
        return ids

    def _constantes(self):
        """{column: value} of what is the same in every message: the model's defaults, then this selection's."""
        Comunicacion = self.env["cartera.comunicacion"]
        stored = [name for name, field in Comunicacion._fields.items() if field.store and field.column_type]
        defaults = Comunicacion.default_get([name for name in stored if name != "id"])
        now = self.env.cr.now()
        values = {
            **defaults,
            "company_id": self.company.id,
            "template_id": self.template.id,
            "kind": self.template.kind,
            "purpose": self.template.purpose,
            "is_demand": self.template.kind == "demand",
            "channel": self.channel,
            "state": "draft",
            "validation_status": "no",
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        return {
            name: Comunicacion._fields[name].convert_to_column_insert(value, Comunicacion)
            for name, value in values.items()
            if name in stored and name not in ("user_id", "partner_id")
        }
