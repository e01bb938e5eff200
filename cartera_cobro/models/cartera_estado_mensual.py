"""The account statement of every month by e-mail, and the link to their page that every e-mail to a debtor carries.

How it works. On the company's day of the month a scheduled action writes a message of the ordinary pipeline to each
debtor who may be written to; it leaves in lawful hours. It informs, and so lists everything, but nobody asked for it:
the guard of Ley 2300 is asked about it as about a collection, for the channel, the hours and the week. It gives out the
coupon of what is due, as reminders of an instalment give out its own, and its PDF stays with the debtor's papers. What
was written for a month is not written again.
"""

from datetime import date

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang, split_every

from .cartera_contacto import Caso, Guardia

WHO = [("all", "Everybody with a balance"), ("overdue", "Only who is overdue")]
# A night that did not run, or a statement that was switched on late: so many days after its day it still leaves.
GRACE = 5
LAST_DAY = 28
# Debtors written to before the transaction is committed.
LOTE = 1000
TEMPLATE = "cartera_cobro.plantilla_estado_mensual"
LINK = Markup(
    '<p style="margin-top: 16px"><a href="%s">Ver mi estado de cuenta</a>: descargue el cupón de pago, díganos cuándo '
    "va a pagar, pida un acuerdo o presente un reclamo. El enlace es personal y vence.</p>"
)


class CarteraComunicacion(models.Model):
    _inherit = "cartera.comunicacion"

    statement_month = fields.Date(
        string="Statement Of", readonly=True, copy=False, help="First day of the month whose monthly statement it is."
    )
    cupon_id = fields.Many2one(
        "cartera.cupon", string="Coupon", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    _statement = models.Index("(expediente_id, statement_month) WHERE statement_month IS NOT NULL")

    # --- written ----------------------------------------------------------------------------------------------------

    @api.model
    def _cron_mandar_estados(self):
        """Every morning, after the classification, which says who is overdue; each lot is committed by itself."""
        companies = self.env["res.company"].search([("cartera_estado_on", "=", True)])
        self.env["cartera.partida"]._por_empresa(companies, self._name, "_mandar_por_lotes")

    @api.model
    def _mandar_por_lotes(self, company):
        return self._mandar_estados(company, commit=self.env["cartera.partida"]._guardar_lote)

    @api.model
    def _mandar_estados(self, company, on_date=None, commit=None):
        """Queue the statements of the month of a company, from its day on; the messages. A second call queues none.

        `commit`: called after each lot with its length; it is stopped when the answer is false, and goes on where it
        was the next time.
        """
        day = on_date or company._cartera_hoy()
        company = company.sudo()
        written = self.sudo().browse()
        if not company.cartera_estado_on or not 0 <= day.day - company.cartera_estado_day <= GRACE:
            return written
        month = day.replace(day=1)
        plantilla = company.cartera_estado_plantilla_id or self.env.ref(TEMPLATE, raise_if_not_found=False)
        if not plantilla:
            return written
        for lot in split_every(LOTE, self._por_informar(company, month)):
            mensajes = self._escribir_estados(company, month, plantilla, lot)
            written |= mensajes
            if commit and not commit(len(mensajes)):
                break
        return written

    @api.model
    def _escribir_estados(self, company, month, plantilla, ids):
        """The messages to those of the dossiers (ids) whom the law lets write to; of the others nothing is kept."""
        expedientes = self._sin_estado(month, ids)
        now = fields.Datetime.now()
        verdicts = Guardia(self.env, company).juzgar([Caso(x.partner_id, now, "email") for x in expedientes])
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True}
        mensajes = self.sudo().with_context(**quiet).create(
            [
                {
                    "expediente_id": expediente.id,
                    "template_id": plantilla.id,
                    "channel": "email",
                    "statement_month": month,
                    "user_id": (expediente.user_id or self.env.user).id,
                }
                for expediente, verdict in zip(expedientes, verdicts, strict=True)
                if verdict.allowed or verdict.next_allowed
            ]
        )  # fmt: skip
        mensajes._aprobar()
        return mensajes

    @api.model
    def _sin_estado(self, month, ids):
        """The dossiers (of ids) whose statement of the month nobody has written meanwhile.

        Who writes theirs at the same time fails, and finds it written when it is tried again.
        """
        self.env["cartera.expediente"].flush_model()
        self.env.cr.execute(SQL("UPDATE cartera_expediente SET write_date = write_date WHERE id = ANY(%s)", list(ids)))
        written = self.sudo().search([("expediente_id", "in", ids), ("statement_month", "=", month)]).expediente_id
        return self.env["cartera.expediente"].sudo().browse(ids) - written

    @api.model
    def _por_informar(self, company, month: date):
        """Ids of the dossiers without the statement of a month that want it: with an address and a balance."""
        for model in ("cartera.expediente", "cartera.comunicacion", "res.partner"):
            self.env[model].flush_model()
        amount = SQL.identifier("x", "amount_overdue" if company.cartera_estado_who == "overdue" else "amount_total")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT x.id
                  FROM cartera_expediente x
                  JOIN res_partner p ON p.id = x.partner_id AND p.active AND p.email_normalized > ''
                 WHERE x.company_id = %s AND %s > 0 AND NOT COALESCE(x.no_statement, FALSE)
                   AND NOT EXISTS (SELECT FROM cartera_comunicacion m
                                    WHERE m.expediente_id = x.id AND m.statement_month = %s)
              ORDER BY x.id
                """,
                company.id,
                amount,
                month,
            )
        )
        return [row[0] for row in rows]

    # --- as it leaves -----------------------------------------------------------------------------------------------

    def _proposito_ante_la_ley(self):
        """The purpose (str) that the guard of Ley 2300 is asked about."""
        return "collection" if self.statement_month else self.purpose

    def _dar_cupones(self):
        """Give out the coupon of each monthly statement, and of each instalment spoken of, that is paid so."""
        Cupon = self.env["cartera.cupon"]
        monthly, instalments = self.filtered("statement_month"), self.filtered("cuota_id")
        if monthly:
            given = {cupon.expediente_id: cupon for cupon in Cupon._de_estado(monthly.expediente_id)}
            for mensaje in monthly:
                mensaje.cupon_id = given.get(mensaje.expediente_id)
        if instalments:
            given = {cupon.cuota_id: cupon for cupon in Cupon._de_cuota(instalments.cuota_id)}
            for mensaje in instalments:
                mensaje.cupon_id = given.get(mensaje.cuota_id)

    def _nombre_del_pdf(self):
        """File name (str) of its PDF."""
        if self.statement_month:
            return f"Estado de cuenta {self.statement_month:%Y-%m}.pdf"
        return f"{self.number or self.kind}.pdf"

    def _cuerpo_del_correo(self):
        """The body of its e-mail (Markup): the letter, and the link to the debtor's page, that the chatter has not."""
        self.ensure_one()
        return Markup(self.body_html) + LINK % self.expediente_id._enlace_completo()


class CarteraPlantilla(models.Model):
    _inherit = "cartera.plantilla"

    @api.model
    def _render_eval_context(self):
        # EXTENDS: what the monthly statement says to who speaks another language.
        return super()._render_eval_context() | {"otro_idioma": self._otro_idioma}

    @api.model
    def _otro_idioma(self, mensaje):
        """The statement in a sentence in the debtor's language (Markup); empty where that is Spanish."""
        lang = mensaje.partner_id.lang
        if not lang or lang.startswith("es"):
            return Markup()
        env = self.with_context(lang=lang).env
        total = formatLang(env, mensaje.amount_total, currency_obj=mensaje.company_currency_id)
        facts = {"company": mensaje.company_id.name, "total": total, "day": format_date(env, mensaje.date)}
        text = env._("Your balance with %(company)s on %(day)s, with late interest, is %(total)s.", **facts)
        cupon = mensaje.cupon_id
        if cupon:
            text += " " + env._(
                "To pay what is due, %(amount)s, by %(day)s, use the reference %(reference)s.",
                amount=formatLang(env, cupon.amount, currency_obj=cupon.company_currency_id),
                day=format_date(env, cupon.date_limit),
                reference=cupon.number,
            )
        return Markup("<p><em>%s</em></p>") % text


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    no_statement = fields.Boolean(string="No Monthly Statement", help="The debtor does not want it.")


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_estado_on = fields.Boolean(
        string="Monthly Statement", help="By e-mail, in lawful hours, to debtors who authorised that channel."
    )
    cartera_estado_day = fields.Integer(string="Statement On Day", default=5)
    cartera_estado_who = fields.Selection(WHO, string="Statement For", required=True, default="all")
    cartera_estado_plantilla_id = fields.Many2one(
        "cartera.plantilla",
        string="Template of the Statement",
        domain="[('kind', '=', 'statement'), ('approval', '=', False), ('company_id', 'in', (False, id))]",
        help="Empty: the add-on's own.",
    )

    _cartera_estado_day_range = models.Constraint(
        f"CHECK (cartera_estado_day BETWEEN 1 AND {LAST_DAY})", f"The day of the statement is one from 1 to {LAST_DAY}."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_estado_on = fields.Boolean(related="company_id.cartera_estado_on", readonly=False)
    cartera_estado_day = fields.Integer(related="company_id.cartera_estado_day", readonly=False)
    cartera_estado_who = fields.Selection(related="company_id.cartera_estado_who", readonly=False, required=False)
    cartera_estado_plantilla_id = fields.Many2one(related="company_id.cartera_estado_plantilla_id", readonly=False)
