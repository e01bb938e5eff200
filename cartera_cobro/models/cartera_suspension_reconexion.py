"""What is paid, agreed or claimed after an order: it is withdrawn, or the service comes back within its legal term.

Ley 142/1994 art. 142: the service comes back once its cause is gone; D.L. 019/2012 art. 42: within 24 hours. Every hour
and every night `_juzgar` reads what the accounts out of service, and those with an order in the field, still owe of
what was overdue when the order left. All of it is SQL over those accounts only.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.suspension import reconnect_by
from .cartera_contacto import BOGOTA, agrupar, consciente, ingenuo
from .cartera_libro import Libro
from .cartera_mensaje import Sobre, encolar_correos

COUNTS = ("withdrawn", "reconnected", "late")


class CarteraSuspension(models.Model):
    _inherit = "cartera.suspension"

    @api.model
    def _juzgar(self, company, cuentas=None):
        """Withdraw the orders and order the reconnections whose cause is gone, and tell of those past their term.

        cuentas: only these accounts. Idempotent. Counts by name, and `locked`: another transaction is at the company's
        items, and nothing was done.
        """
        orders, company = self.sudo(), company.sudo()
        if not Libro(orders.env, company, None).tomar_turno():
            return dict.fromkeys(COUNTS, 0) | {"locked": True}
        for model in ("cartera.partida", "cartera.cuenta", "cartera.suspension", "cartera.expediente"):
            self.env[model].flush_model()
        only = SQL("s.cuenta_id = ANY(%s)", cuentas.ids) if cuentas is not None else SQL("TRUE")
        return {
            "withdrawn": len(orders._retirar_pagadas(company, only)),
            "reconnected": len(orders._reconectar(company, orders._por_reconectar(company, only))),
            "late": len(orders._avisar_tarde(company)),
            "locked": False,
        }

    @api.model
    def _cron_reconectar(self):
        """Every hour: the companies with a service to give back or an order in the field, each committed by itself."""
        waiting = self._read_group([("state", "=", "sent")], ["company_id"])
        waiting += self.env["cartera.cuenta"]._read_group([("service_state", "!=", "in_service")], ["company_id"])
        companies = self.env["res.company"].union(*(company for (company,) in waiting))
        self.env["cartera.partida"]._por_empresa(companies, self._name, "_juzgar")

    # --- the cause ----------------------------------------------------------------------------------------------------

    @api.model
    def _sql_causa(self):
        """LATERAL of what account of order `s` owes of what was overdue when it left: `settled`, `agreed`, `claimed`,
        `held`; `g` is the rule of the order."""
        return SQL(
            """
            SELECT COALESCE(SUM(i.amount_residual) FILTER (WHERE o.behind AND i.acuerdo_id IS NULL), 0)
                   - COALESCE(-SUM(i.amount_residual) FILTER (
                         WHERE i.amount_residual < 0 AND i.acuerdo_id IS NULL), 0)
                   - COALESCE((SELECT -SUM(f.amount_residual) FROM cartera_partida f
                                WHERE f.expediente_id = s.expediente_id AND f.is_open AND f.amount_residual < 0
                                  AND f.cuenta_id IS NULL AND f.acuerdo_id IS NULL), 0)
                   <= COALESCE(g.reconnect_tolerance, 0) AS settled,
                   COALESCE(BOOL_OR(o.behind AND i.acuerdo_id IS NOT NULL), FALSE) AS agreed,
                   COALESCE(BOOL_OR(i.reclamacion_id IS NOT NULL), FALSE) AS claimed,
                   COALESCE(BOOL_OR(i.hold_reason IS NOT NULL), FALSE) AS held
              FROM cartera_partida i
        CROSS JOIN LATERAL (SELECT i.amount_residual > 0 AND i.date_due < s.date_sent AS behind) o
             WHERE i.cuenta_id = s.cuenta_id AND i.company_id = s.company_id AND i.is_open
            """
        )

    # --- orders in the field ------------------------------------------------------------------------------------------

    @api.model
    def _retirar_pagadas(self, company, only):
        """Orders in the field that must not be executed any more: withdrawn, and their zones told at once."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE cartera_suspension t SET state = 'withdrawn', cause = q.cause, date_withdrawn = %s,
                       write_uid = %s, write_date = %s
                  FROM (SELECT s.id, CASE WHEN d.settled AND d.agreed THEN 'agreement' WHEN d.settled THEN 'settled'
                                          WHEN d.claimed THEN 'claim' WHEN d.held THEN 'held' END AS cause
                          FROM cartera_suspension s
                     LEFT JOIN cartera_suspension_regla g ON g.id = s.regla_id
                    CROSS JOIN LATERAL (%s) d
                         WHERE s.company_id = %s AND s.state = 'sent' AND s.kind != 'reconnection' AND %s) q
                 WHERE t.id = q.id AND q.cause IS NOT NULL
             RETURNING t.id
                """,
                company._cartera_hoy(),
                self.env.uid,
                fields.Datetime.now(),
                self._sql_causa(),
                company.id,
                only,
            )
        )
        self.invalidate_model(flush=False)
        gone = self.browse(row[0] for row in rows)
        gone._avisar_zonas("retiradas", "No ejecutar: {} órdenes retiradas", company)
        return gone

    # --- accounts out of service --------------------------------------------------------------------------------------

    @api.model
    def _por_reconectar(self, company, only):
        """[(order that took the service away, cause)] of accounts whose cause is gone and no order is under way.

        The cause of an order executed although it had been withdrawn was gone before: a claimant's service is not taken
        away while the claim is open (Ley 142 art. 155). One that was executed on an earlier day was in its right.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT s.id, CASE WHEN NOT d.settled THEN s.cause WHEN d.agreed THEN 'agreement' ELSE 'settled' END
                  FROM cartera_cuenta c
            CROSS JOIN LATERAL (SELECT o.* FROM cartera_suspension o
                                 WHERE o.cuenta_id = c.id AND o.state = 'executed' AND o.kind != 'reconnection'
                              ORDER BY o.date_executed DESC, o.id DESC LIMIT 1) s
             LEFT JOIN cartera_suspension_regla g ON g.id = s.regla_id
            CROSS JOIN LATERAL (%s) d
                 WHERE c.company_id = %s AND c.service_state != 'in_service' AND %s
                   AND (d.settled OR s.date_withdrawn <= s.date_executed)
                   AND NOT EXISTS (SELECT FROM cartera_suspension u WHERE u.cuenta_id = c.id AND u.state = 'sent')
                """,
                self._sql_causa(),
                company.id,
                only,
            )
        )

    @api.model
    def _reconectar(self, company, causes):
        """Reconnection orders for [(id of the order undone, cause)], in the day's batch, their lists sent.

        It is charged to whom the suspension was due to (Ley 142 art. 142), once: nobody pays for what was not to be
        executed, nor for what a coordinator gives back, by a ruling or a mistake.
        """
        if not causes:
            return self.browse()
        lote = self._lote_del_dia(company)
        undone = self.browse(row[0] for row in causes)
        source = SQL(
            """
            SELECT s.cuenta_id, s.expediente_id, COALESCE(c.zona_id, s.zona_id) AS zona_id, s.bills, s.days, s.amount,
                   s.id AS causa_id, v.cause,
                   COALESCE((SELECT MIN(f.deadline) FROM cartera_suspension f
                              WHERE f.causa_id = s.id AND f.state = 'failed'), v.deadline) AS deadline,
                   CASE WHEN v.cause IN ('by_hand', 'claim', 'held') OR s.date_withdrawn <= s.date_executed
                          OR EXISTS (SELECT FROM cartera_suspension f WHERE f.causa_id = s.id AND f.fee > 0)
                        THEN 0 ELSE COALESCE(g.reconnect_fee, 0) END AS fee, s.regla_id
              FROM UNNEST(%s::int[], %s::varchar[], %s::timestamp[]) AS v(id, cause, deadline)
              JOIN cartera_suspension s ON s.id = v.id
              JOIN cartera_cuenta c ON c.id = s.cuenta_id
         LEFT JOIN cartera_suspension_regla g ON g.id = s.regla_id
            """,
            undone.ids,
            [row[1] for row in causes],
            self._plazos(lote, undone),
        )
        orders = lote._insertar_ordenes(source, len(undone))
        lote._repartir(orders)
        return orders

    @api.model
    def _plazos(self, lote, undone):
        """When the service of each order undone has to be back, naive UTC: by its rule, from now."""
        now, holidays = consciente(fields.Datetime.now()).astimezone(BOGOTA), lote._festivos()
        terms = {
            rule: ingenuo(reconnect_by(now, rule.reconnect_hours, rule.reconnect_working, holidays))
            for rule in undone.regla_id
        }
        return [terms[order.regla_id] for order in undone]

    @api.model
    def _lote_del_dia(self, company):
        """The batch of today's reconnections, made at the first."""
        Lote = self.env["cartera.suspension.lote"].sudo().with_company(company)
        today = company._cartera_hoy()
        of_today = [("company_id", "=", company.id), ("kind", "=", "reconnection"), ("date", "=", today)]
        values = {"company_id": company.id, "date": today, "state": "dispatched"}
        return Lote.search([*of_today, ("state", "=", "dispatched")], limit=1) or Lote.create(
            {**values, "date_dispatched": fields.Datetime.now()}
        )

    @api.model
    def _reconectar_a_mano(self, cuentas):
        """Reconnection orders that a coordinator asks for, with superuser rights; accounts with an order are left."""
        orders, made = self.sudo(), self.sudo().browse()
        for company, some in cuentas.sudo().grouped("company_id").items():
            last = {}
            for order in orders.search(
                [("cuenta_id", "in", some.ids), ("state", "in", ("sent", "executed"))], order="date_executed, id"
            ):
                last[order.cuenta_id] = order
            free = [order for order in last.values() if order.state == "executed"]
            made |= orders._reconectar(company, [(order.id, "by_hand") for order in free])
        return made.sudo(False)

    # --- telling ------------------------------------------------------------------------------------------------------

    @api.model
    def _avisar_tarde(self, company):
        """Reconnections past their term: told once to the people of their zone and to the coordinators."""
        late = self.search([("company_id", "=", company.id), ("late", "=", True), ("date_told", "=", False)])
        late._avisar_zonas("tarde", "Fuera de plazo: {} reconexiones", company, company._cartera_coordinadores())
        late.write({"date_told": fields.Datetime.now()})
        return late

    def _avisar_zonas(self, which, subject, company, also=None):
        """An e-mail to each person of the zones of these orders (and to the users `also`), with their own orders."""
        for lote, orders in self.grouped("lote_id").items():
            addressed = agrupar(
                (partner, order)
                for zona, some in orders.grouped("zona_id").items()
                for partner in zona._correos_de(company) | self._correos(also)
                for order in some
            )
            sobres = [lote._sobre(partner, subject, which, theirs) for partner, theirs in addressed.items()]
            if sobres:
                encolar_correos(company, sobres)

    @api.model
    def _correos(self, users):
        return (users.partner_id if users else self.env["res.partner"]).filtered("email_normalized")


class CarteraSuspensionLote(models.Model):
    _inherit = "cartera.suspension.lote"

    def _sobre(self, partner, subject, which, orders):
        title = subject.format(len(orders))
        shown = f"{title}. {', '.join(order.number for order in orders)}"
        return Sobre(self, partner, title, shown, None, self._cuerpo(which, ordenes=orders, plazo=_plazo))


def _plazo(order):
    """When the service has to be back, as people of the place read it."""
    return f"{consciente(order.deadline).astimezone(BOGOTA):%d/%m/%Y %H:%M}" if order.deadline else ""


class CarteraAcuerdo(models.Model):
    _inherit = "cartera.acuerdo"

    def _al_entrar_en_vigor(self):
        # EXTENDS: what it covers no longer keeps a service away.
        res = super()._al_entrar_en_vigor()
        self.env.ref("cartera_cobro.ir_cron_reconexiones")._trigger()
        return res
