"""What the debtor is told of an agreement: reminders of instalments, its breach, and thanks.

Each is a message of the ordinary pipeline (`cartera.comunicacion`): what it says comes from a template of its kind, and
when it is sent the agreement is read again and the guard of Ley 2300 asked, so that an instalment paid meanwhile is not
reminded. An instalment is reminded once before it falls due and once after it was missed.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .cartera_envio_revision import direccion

KINDS = [
    ("instalment", "Reminder of an instalment"),
    ("instalment_missed", "Instalment missed"),
    ("breach", "Breach of an agreement"),
    ("fulfilled", "Thanks for an agreement fulfilled"),
]
# Through the first of these by which the debtor can be reached.
CHANNELS = {"breach": ("email", "letter"), "fulfilled": ("email",)}
SHORT = ("email", "sms")
# In which state an agreement is when a message of the kind is true.
STATES_TOLD = {"breach": "breached", "fulfilled": "fulfilled"}
# A missed instalment is spoken of in the days after it, not months later, when the job was switched on late.
GRACE = 5
PROOF = "cartera_cobro.mail_activity_type_soporte"


class CarteraPlantilla(models.Model):
    _inherit = "cartera.plantilla"

    kind = fields.Selection(
        selection_add=KINDS,
        ondelete={key: "set other" for key, _label in KINDS},
    )

    @api.model
    def _de_la_clase(self, kind, company):
        """The first template of a kind that the company may use; its own before the shared ones."""
        return self.sudo().search(
            [("kind", "=", kind), ("company_id", "in", (company.id, False)), ("approval", "=", False)],
            order="company_id, sequence, id",
            limit=1,
        )


class CarteraComunicacion(models.Model):
    _inherit = "cartera.comunicacion"

    acuerdo_id = fields.Many2one(
        "cartera.acuerdo", string="Agreement", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    cuota_id = fields.Many2one(
        "cartera.acuerdo.cuota", string="Instalment", readonly=True, copy=False, ondelete="restrict"
    )
    drop_reason = fields.Selection(
        selection_add=[("agreement_over", "The agreement does not stand as it says")],
    )

    _cuota_uniq = models.UniqueIndex(
        "(cuota_id, kind) WHERE cuota_id IS NOT NULL", "The debtor was told of this instalment already."
    )

    def _motivo_del_acuerdo(self):
        """Why a message of an agreement is not sent (a code of DROPS), or None."""
        self.ensure_one()
        acuerdo, cuota = self.acuerdo_id, self.cuota_id
        if self.expediente_id.hold_reason:
            return "held"
        if not cuota:
            stands = acuerdo.state == STATES_TOLD.get(self.kind, acuerdo.state) and not acuerdo.date_cured
            return None if stands else "agreement_over"
        if cuota.amount_due <= 0:
            return "paid"
        late = cuota.date_due < self.company_id._cartera_hoy()
        return "agreement_over" if acuerdo.state != "active" or (late and self.kind == "instalment") else None

    def _montos_del_acuerdo(self):
        """What is left of the instalment, or of the agreement: the amounts of the message."""
        self.ensure_one()
        rows = self.cuota_id or self.acuerdo_id.cuota_ids
        interest = sum(c.interest - c.paid_interest + c.financing - c.paid_financing for c in rows)
        capital = sum(c.capital - c.paid_capital for c in rows)
        if self.acuerdo_id.date_accelerated:
            interest = self.acuerdo_id.amount_accelerated - capital
        capital, interest = (self.company_currency_id.round(amount) for amount in (capital, interest))
        return {
            "amount_capital": capital,
            "amount_interest": interest,
            "amount_credit": 0.0,
            "amount_total": self.company_currency_id.round(capital + interest),
        }


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    comunicacion_ids = fields.One2many("cartera.comunicacion", "acuerdo_id", string="Messages")
    proof_asked = fields.Date(string="Proof Asked For On", readonly=True, copy=False)

    def _mandar_al_deudor(self, kind):
        """Queue the message of a kind (of KINDS) to the debtor of each, where a template and an address are there."""
        for company, acuerdos in self.grouped("company_id").items():
            acuerdos._encolar_mensajes(company, kind, [(acuerdo, False) for acuerdo in acuerdos])

    @api.model
    def _encolar_mensajes(self, company, kind, rows):
        """Write and approve a message for each (agreement, instalment or False); the messages."""
        Comunicacion = self.env["cartera.comunicacion"].sudo().with_context(
            tracking_disable=True, mail_create_nosubscribe=True, mail_create_nolog=True
        )  # fmt: skip
        plantilla = self.env["cartera.plantilla"]._de_la_clase(kind, company)
        if not plantilla:
            return Comunicacion
        mensajes = Comunicacion.create(
            [
                {
                    "expediente_id": acuerdo.expediente_id.id,
                    "acuerdo_id": acuerdo.id,
                    "cuota_id": cuota and cuota.id,
                    "template_id": plantilla.id,
                    "channel": channel,
                    "user_id": (acuerdo.expediente_id.user_id or acuerdo.user_id or self.env.user).id,
                }
                for acuerdo, cuota in rows
                if (channel := self._canal(acuerdo.partner_id, CHANNELS.get(kind, SHORT)))
            ]
        )
        mensajes._aprobar()
        return mensajes

    @api.model
    def _canal(self, partner, channels):
        return next((channel for channel in channels if direccion(partner, channel)), None)

    # --- instalments ----------------------------------------------------------------------------------------------

    @api.model
    def _recordar_cuotas(self, company, on_date=None):
        """Queue the reminders of instalments of the company due soon, or missed, by `on_date`: {kind: messages}.

        A debtor gets one of each kind a day, of the latest instalment; a second call the same day writes none.
        """
        day = on_date or company._cartera_hoy()
        result = {}
        for kind, condition in self._sql_por_recordar(day).items():
            cuotas = self.env["cartera.acuerdo.cuota"].sudo().browse(self._cuotas_de(company, kind, condition))
            rows = [(cuota.acuerdo_id, cuota) for cuota in cuotas]
            result[kind] = self._encolar_mensajes(company, kind, rows) if rows else cuotas.browse()
        return result

    def _sql_por_recordar(self, day):
        """{kind: condition on `c` (instalment) and `k` (policy)}."""
        return {
            "instalment": SQL(
                "c.date_due >= %(day)s AND k.agreement_reminder_days > 0 "
                "AND c.date_due - k.agreement_reminder_days <= %(day)s",
                day=day,
            ),
            "instalment_missed": SQL(
                "c.date_due < %s AND c.date_due >= %s AND c.state = 'missed'", day, day - timedelta(days=GRACE)
            ),
        }

    def _cuotas_de(self, company, kind, condition):
        """Ids of the instalments to remind of: one a dossier."""
        for model in ("cartera.acuerdo.cuota", "cartera.acuerdo", "cartera.comunicacion", "cartera.politica"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (c.expediente_id) c.id
                  FROM cartera_acuerdo_cuota c
                  JOIN cartera_expediente x ON x.id = c.expediente_id
                  JOIN cartera_politica k ON k.id = x.politica_id
                 WHERE c.company_id = %s AND c.agreement_state = 'active' AND c.state != 'paid' AND c.amount_due > 0
                   AND x.hold_reason IS NULL AND %s
                   AND NOT EXISTS (SELECT FROM cartera_comunicacion m WHERE m.cuota_id = c.id AND m.kind = %s)
              ORDER BY c.expediente_id, c.date_due DESC, c.id
                """,
                company.id,
                condition,
                kind,
            )
        )
        return [row[0] for row in rows]

    # --- proofs of payment (FRV8) ---------------------------------------------------------------------------------

    @api.model
    def _pedir_soportes(self, company, on_date=None):
        """The officers of missed instalments ask for the proof of payment; who has paid is not asked any more.

        One activity an agreement: (how many were planned, how many taken away).
        """
        day = on_date or company._cartera_hoy()
        quick = self.sudo().with_context(
            mail_activity_quick_update=True, lang=company.sudo().partner_id.lang, active_test=True
        )
        asked = quick.search([("company_id", "=", company.id), ("proof_asked", "!=", False)])
        late = quick.search(
            [("company_id", "=", company.id), ("state", "=", "active"), ("missed_count", ">", 0)], order="id"
        )
        over = asked - late
        if over:
            over.activity_unlink([PROOF])
            over.proof_asked = False
        fresh = late.filtered(lambda a: not a.proof_asked)
        for acuerdo in fresh:
            acuerdo.activity_schedule(
                PROOF,
                date_deadline=day,
                note=acuerdo._frase_de_atraso(),
                user_id=(acuerdo.expediente_id.user_id or acuerdo.user_id or self.env.user).id,
            )
        fresh.proof_asked = day
        return len(fresh), len(over)


class CarteraPolitica(models.Model):
    _inherit = "cartera.politica"

    agreement_reminder_days = fields.Integer(
        string="Reminded Before (days)",
        default=3,
        help="An instalment is reminded so many days before it falls due; 0: only once it was missed.",
    )

    _agreement_reminder = models.Constraint(
        "CHECK (agreement_reminder_days >= 0)", "The days before an instalment are not negative."
    )
