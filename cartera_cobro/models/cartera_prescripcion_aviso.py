"""Before obligations prescribe, people are told: each night, of those that came to one more of the policy's warnings.

1. *Terms* with events are counted again: a suspension that lasts, or a policy that changed, moves their last day.
2. *Warnings*: one statement gives each open debt the last warning that its days left reach (PRESCRIBED after it), and
   takes it back where an event moved the day. What it wrote is what people have not been told.
3. *Digests*: one e-mail a person (officers, lawyers of the cases, whoever keeps the committees that write off), by
   warning, with the largest obligations. Where they are few, an activity on each dossier, too.

Nothing is ever written off by this: a committee decides.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .cartera_correo import dia, pesos

# Obligations named in an e-mail: the others are counted, and are one click away.
ROWS = 30
# Up to this many dossiers of a person become activities; more are a list to work through.
FEW = 25
# The warning of what prescribed already.
PRESCRIBED = -1
EVENTS = "cartera_cobro.mail_activity_type_prescripcion"


class CarteraPrescripcionAviso(models.Model):
    """The e-mail that told a person which obligations are about to prescribe, or did."""

    _name = "cartera.prescripcion.aviso"
    _description = "E-mail of Obligations About to Prescribe"
    _inherit = ["cartera.correo"]
    _order = "date desc, id desc"
    _rec_name = "user_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Person", required=True, readonly=True, index=True)
    date = fields.Date(required=True, readonly=True)
    items = fields.Integer(readonly=True)
    amount = fields.Monetary(readonly=True, currency_field="company_currency_id")

    def _asunto(self):
        quantity = "1 obligación" if self.items == 1 else f"{self.items} obligaciones"
        return f"{quantity} por prescribir ({dia(self.date)})"

    # --- the night --------------------------------------------------------------------------------------------------

    @api.model
    def _juzgar(self, company, on_date=None):
        """Bring terms and warnings up to date, and tell people; how many items came to a warning. Idempotent."""
        today = on_date or company._cartera_hoy()
        self.env.flush_all()
        self._recontar(company)
        self.env.flush_all()
        reached = self._anotar_avisos(company, today)
        if reached:
            self._avisar(company, today)
        return reached

    @api.model
    def _recontar(self, company, batch=1000):
        """The last days that something else than an event moved: suspensions that last, a policy that changed."""
        Evento = self.env["cartera.prescripcion.evento"].sudo()
        lasting = Evento.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "suspend"),
                ("date_end", "=", False),
                ("date_annulled", "=", False),
                ("partida_id.is_open", "=", True),
            ]
        ).partida_id
        items = lasting | self._de_otra_politica(company)
        for start in range(0, len(items), batch):
            items[start : start + batch]._contar_prescripcion()

    @api.model
    def _de_otra_politica(self, company):
        """Open items with events whose policy, or its years, changed after their last day was counted."""
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM cartera_partida p
                     JOIN cartera_expediente x ON x.id = p.expediente_id
                     JOIN cartera_politica y ON y.id = x.politica_id
                    WHERE p.company_id = %s AND p.is_open AND p.prescription_until IS NOT NULL
                      AND p.prescription_term IS DISTINCT FROM y.prescription_years""",
                company.id,
            )
        )
        return self.env["cartera.partida"].sudo().browse(item for (item,) in rows)

    @api.model
    def _anotar_avisos(self, company, today):
        """Write the warnings that differ, and keep those reached in a temporary table; how many they are."""
        cr = self.env.cr
        cr.execute(SQL("DROP TABLE IF EXISTS cartera_por_prescribir"))
        cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE cartera_por_prescribir ON COMMIT DROP AS
                   SELECT p.id, p.expediente_id, p.remision_id, p.user_id, p.amount_residual, k.last_day, v.warning
                     FROM cartera_partida p
                     JOIN cartera_expediente x ON x.id = p.expediente_id
                     JOIN cartera_politica y ON y.id = x.politica_id
               CROSS JOIN LATERAL (SELECT (p.date_due + MAKE_INTERVAL(years => y.prescription_years))::date AS plain) d
               CROSS JOIN LATERAL (SELECT COALESCE(p.prescription_until, d.plain) AS last_day) k
               CROSS JOIN LATERAL (SELECT %(warning)s AS warning) v
                    WHERE p.company_id = %(company)s AND p.is_open AND p.amount_residual > 0
                      AND p.prescription_alert IS DISTINCT FROM v.warning""",
                warning=self._sql_aviso(company, today),
                company=company.id,
            )
        )
        cr.execute(
            SQL(
                "UPDATE cartera_partida p SET prescription_alert = n.warning FROM cartera_por_prescribir n "
                "WHERE p.id = n.id"
            )
        )
        self.env["cartera.partida"].invalidate_model(["prescription_alert"], flush=False)
        cr.execute(SQL("DELETE FROM cartera_por_prescribir WHERE warning IS NULL"))
        [(reached,)] = self.env.execute_query(SQL("SELECT COUNT(*) FROM cartera_por_prescribir"))
        return reached

    @api.model
    def _sql_aviso(self, company, today):
        """Expression: the warning (days; PRESCRIBED once it did) that `k.last_day` has come to, or NULL."""
        shared_or_ours = [("company_id", "in", (False, company.id))]
        politicas = self.env["cartera.politica"].sudo().with_context(active_test=False).search(shared_or_ours)
        cases = SQL(" ").join(
            SQL(
                "WHEN %s THEN (SELECT MIN(n) FROM UNNEST(%s::int[]) n WHERE n >= k.last_day - %s)",
                politica.id,
                politica._avisos_de_prescripcion(),
                today,
            )
            for politica in politicas
        )
        return SQL("CASE WHEN k.last_day < %s THEN %s ELSE CASE y.id %s END END", today, PRESCRIBED, cases)

    # --- people -----------------------------------------------------------------------------------------------------

    @api.model
    def _avisar(self, company, today):
        """Write and queue the digest of each person, and their activities."""
        self._repartir(company)
        Aviso = self._para_escribir(company)
        figures = Aviso._cifras()
        users = self.env["res.users"].sudo().browse({user for user, *_rest in figures})
        totals = {user.id: [row[1:] for row in figures if row[0] == user.id] for user in users}
        avisos = Aviso.create(
            [
                {
                    "company_id": company.id,
                    "user_id": user.id,
                    "date": today,
                    "items": sum(items for _warning, items, _amount in totals[user.id]),
                    "amount": sum(amount for _warning, _items, amount in totals[user.id]),
                    "state": self._estado_para(user),
                }
                for user in users
            ]
        )
        sent = avisos.filtered(lambda a: a.state == "sent")
        rows = Aviso._filas(users)
        sent._encolar({a: a._cuerpo(totals[a.user_id.id], rows[a.user_id.id]) for a in sent}, users.browse())
        self._planear(company, today)

    @api.model
    def _repartir(self, company):
        """Who is told of each item, in a temporary table: its officer, its lawyer, those who keep the committees."""
        cr = self.env.cr
        cr.execute(SQL("DROP TABLE IF EXISTS cartera_prescripcion_para"))
        cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE cartera_prescripcion_para ON COMMIT DROP AS
                   SELECT n.user_id, n.id FROM cartera_por_prescribir n
                     JOIN res_users u ON u.id = n.user_id AND u.active
                    UNION SELECT l.user_id, n.id FROM cartera_por_prescribir n
                     JOIN UNNEST(%s::int[], %s::int[]) l (remision_id, user_id) ON l.remision_id = n.remision_id
                    UNION SELECT c.user_id, n.id FROM cartera_por_prescribir n
                    CROSS JOIN UNNEST(%s::int[]) c (user_id)""",
                *self._abogados(),
                self._del_comite(company).ids,
            )
        )

    @api.model
    def _abogados(self):
        """Referrals and their lawyers, as two lists of ids."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT remision_id FROM cartera_por_prescribir WHERE remision_id IS NOT NULL")
        )
        cases = self.env["cartera.remision"].sudo().browse(case for (case,) in rows).filtered("abogado_id.active")
        return cases.ids, [case.abogado_id.id for case in cases]

    @api.model
    def _del_comite(self, company):
        """Users who keep the committees that write off; without any, the coordinators."""
        found = (
            self.env["cartera.comite"].sudo().search([("company_id", "=", company.id), ("can_write_off", "=", True)])
        )
        return found.secretary_id.filtered("active") or company._cartera_coordinadores()

    @api.model
    def _cifras(self):
        """[(user id, warning, items, amount)], the most pressing first."""
        return self.env.execute_query(
            SQL(
                """SELECT q.user_id, n.warning, COUNT(*), SUM(n.amount_residual)
                     FROM cartera_prescripcion_para q JOIN cartera_por_prescribir n ON n.id = q.id
                 GROUP BY 1, 2 ORDER BY 1, 2"""
            )
        )

    @api.model
    def _filas(self, users):
        """{user id: [item]}: the largest of each person, the most pressing first."""
        rows = self.env.execute_query(
            SQL(
                """SELECT user_id, id FROM (
                       SELECT q.user_id, n.id, n.last_day, ROW_NUMBER() OVER (
                                  PARTITION BY q.user_id ORDER BY n.warning, n.amount_residual DESC, n.id) AS place
                         FROM cartera_prescripcion_para q JOIN cartera_por_prescribir n ON n.id = q.id) r
                    WHERE place <= %s ORDER BY user_id, last_day, id""",
                ROWS,
            )
        )
        items = self.env["cartera.partida"].sudo().browse({item for _user, item in rows})
        known = {item.id: item for item in items}
        return {user.id: [known[item] for owner, item in rows if owner == user.id] for user in users}

    def _cuerpo(self, totals, items):
        values = {"aviso": self, "totales": totals, "partidas": items, "mas": self.items - len(items)}
        helpers = {"pesos": pesos, "dia": dia, "base": self.get_base_url()}
        return self.env["ir.qweb"]._render("cartera_cobro.prescripcion_aviso", {**values, **helpers})

    @api.model
    def _planear(self, company, today):
        """An activity for the officer on each dossier, where they are few: by the first of its last days."""
        rows = self.env.execute_query(
            SQL(
                """SELECT n.expediente_id, n.user_id, GREATEST(MIN(n.last_day), %s), COUNT(*)
                     FROM cartera_por_prescribir n JOIN res_users u ON u.id = n.user_id AND u.active
                    WHERE n.user_id IN (SELECT user_id FROM cartera_por_prescribir
                                      GROUP BY 1 HAVING COUNT(DISTINCT expediente_id) <= %s)
                 GROUP BY 1, 2""",
                today,
                FEW,
            )
        )
        model, kind = self.env["ir.model"]._get_id("cartera.expediente"), self.env.ref(EVENTS)
        spanish = self.with_context(lang=self.env["cartera.correo"]._idioma() or self.env.lang).env
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "automated": True,
                    "res_model_id": model,
                    "res_id": dossier,
                    "user_id": user,
                    "date_deadline": deadline,
                    "summary": spanish._("Obligations that prescribe from this day on: %s", items),
                }
                for dossier, user, deadline, items in rows
            ]
        )
