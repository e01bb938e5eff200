from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .cartera_consecutivo import tomar
from .cartera_contacto import Guardia
from .cartera_libro import Libro, columnas
from .cartera_suspension import KINDS
from .cartera_suspension_seleccion import FACTS, Eleccion

# What decides which accounts are in it: fixed from the preview on.
FILTER = {"company_id", "regla_id", "zona_ids", "date"}


class CarteraSuspensionLote(models.Model):
    """A batch of orders for the field: one rule, on one day, in some zones.

    draft; prepared: every account with anything overdue was judged (`cartera.suspension.candidata`); dispatched: the
    ledger was read again, and those still owing have their numbered order and are on the list of their zone; closed:
    no more is expected of it. Reconnections have a batch each day, without a rule, made by `_juzgar`.
    """

    _name = "cartera.suspension.lote"
    _description = "Batch of Suspensions, Cuts or Reconnections"
    _inherit = ["cartera.tramite", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    regla_id = fields.Many2one("cartera.suspension.regla", string="Rule", check_company=True, ondelete="restrict")
    kind = fields.Selection(KINDS, compute="_compute_kind", store=True)
    zona_ids = fields.Many2many(
        "cartera.zona", string="Zones", check_company=True, help="Empty: every account of the company."
    )
    date = fields.Date(
        string="In the Field From", required=True, default=fields.Date.context_today, copy=False, tracking=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("prepared", "Previewed"), ("dispatched", "Dispatched"), ("closed", "Closed")],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_prepared = fields.Datetime(string="Previewed On", readonly=True, copy=False)
    date_dispatched = fields.Datetime(string="Dispatched On", readonly=True, copy=False)
    dispatched_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    candidata_ids = fields.One2many("cartera.suspension.candidata", "lote_id", string="Accounts Judged")
    conteo_ids = fields.One2many("cartera.suspension.conteo", "lote_id", string="Which Get an Order and Which Not")
    orden_ids = fields.One2many("cartera.suspension", "lote_id", string="Orders")
    lista_ids = fields.Many2many(
        "ir.attachment", "cartera_suspension_lista_rel", string="Lists by Zone", readonly=True, copy=False
    )
    # --- progress -----------------------------------------------------------------------------------------------------
    order_count = fields.Integer(string="Orders Sent", compute="_compute_avance")
    pending_count = fields.Integer(string="In the Field", compute="_compute_avance")
    executed_count = fields.Integer(string="Executed", compute="_compute_avance")
    failed_count = fields.Integer(string="Not Executed", compute="_compute_avance")
    withdrawn_count = fields.Integer(string="Withdrawn", compute="_compute_avance")
    progress = fields.Float(compute="_compute_avance", help="Percent of the orders that came back or were withdrawn.")
    amount = fields.Monetary(string="Overdue Then", compute="_compute_avance", currency_field="company_currency_id")

    # --- computes -----------------------------------------------------------------------------------------------------

    @api.depends("regla_id.kind")
    def _compute_kind(self):
        for lote in self:
            lote.kind = lote.regla_id.kind or "reconnection"

    @api.depends("orden_ids.state")
    def _compute_avance(self):
        groups = self.env["cartera.suspension"]._read_group(
            [("lote_id", "in", self.ids)], ["lote_id", "state"], ["__count", "amount:sum"]
        )
        found = {(lote.id, state): (count, amount) for lote, state, count, amount in groups}
        for lote in self:
            of_state = {state: figures for (owner, state), figures in found.items() if owner == lote.id}
            counts = {state: of_state.get(state, (0, 0))[0] for state in ("sent", "executed", "failed", "withdrawn")}
            total = sum(counts.values())
            lote.order_count, lote.pending_count = total, counts["sent"]
            lote.executed_count, lote.failed_count = counts["executed"], counts["failed"]
            lote.withdrawn_count = counts["withdrawn"]
            lote.amount = sum(amount for _count, amount in of_state.values())
            lote.progress = 100.0 * (total - counts["sent"]) / total if total else 0.0

    @api.depends("kind", "date", "zona_ids")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for lote in self:
            zones = ", ".join(lote.zona_ids.mapped("name"))
            day = format_date(self.env, lote.date) if lote.date else ""
            lote.display_name = " · ".join(filter(None, [kinds.get(lote.kind), day, zones]))

    def _festivos(self):
        return Guardia(self.env, self.company_id[:1])._festivos()

    # --- guards -------------------------------------------------------------------------------------------------------

    def write(self, vals):
        if FILTER & vals.keys() and any(lote.state != "draft" for lote in self):
            raise UserError(self.env._("Its accounts were fixed by the preview: take the batch back to draft."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dispatched(self):
        for lote in self.filtered(lambda batch: batch.state in ("dispatched", "closed")):
            raise UserError(self.env._("%s was dispatched: it stays.", lote.display_name))

    def _exigir_estado(self, *states):
        # EXTENDS the steps of documents: whoever takes one may write it.
        self.check_access("write")
        return super()._exigir_estado(*states)

    def _exigir_turno(self):
        """Nobody else may be at the batch, nor at the company's items: both are held until the transaction ends."""
        lotes = self.sudo()
        mine = len(lotes.try_lock_for_update()) == len(lotes)
        if not mine or not all(Libro(lotes.env, lote.company_id, None).tomar_turno() for lote in lotes):
            raise UserError(self.env._("Somebody else is at these accounts now: try again in a moment."))

    def _exigir_regla(self):
        for lote in self.filtered(lambda batch: not batch.regla_id):
            raise UserError(self.env._("Choose the rule of %s first.", lote.display_name))

    def _exigir_dia(self):
        """The service is taken away on a day to come that the rule allows, so that it can come back the next."""
        for lote in self:
            if lote.date < lote.company_id._cartera_hoy():
                raise UserError(
                    self.env._("%s is past: take the batch back to draft and choose another day.", lote.date)
                )
            sentence = lote.regla_id._vedado(lote.company_id, lote.date)
            if sentence:
                raise UserError(sentence)

    # --- preview ------------------------------------------------------------------------------------------------------

    def action_prepare(self):
        """Judge every account of the zones with anything overdue; nothing leaves yet."""
        self._exigir_estado("draft", "prepared")
        self._exigir_regla()
        for lote in self.sudo():
            lote._exigir_turno()
            lote._deshacer()
            lote._escribir_candidatas()
            lote.write({"state": "prepared", "date_prepared": fields.Datetime.now()})

    def action_draft(self):
        """Back to draft: the preview goes."""
        self._exigir_estado("prepared")
        lotes = self.sudo()
        lotes._deshacer()
        lotes.write({"state": "draft", "date_prepared": False})

    def _eleccion(self):
        eleccion = Eleccion(self.env, self.company_id, self.regla_id, self.date, self.zona_ids)
        eleccion.leer()
        return eleccion

    def _escribir_candidatas(self):
        self.env.cr.execute(
            SQL(
                """INSERT INTO cartera_suspension_candidata (lote_id, company_id, at_dispatch, %(names)s)
                   SELECT %(lote)s, %(company)s, FALSE, %(names)s FROM (%(source)s) q ORDER BY q.cuenta_id""",
                names=columnas(FACTS),
                lote=self.id,
                company=self.company_id.id,
                source=self._eleccion().consulta(),
            )
        )
        self._olvidar()

    def _deshacer(self):
        """Forget the preview."""
        self.env["cartera.suspension.candidata"].flush_model()
        self.env.cr.execute(SQL("DELETE FROM cartera_suspension_candidata WHERE lote_id = ANY(%s)", self.ids))
        self._olvidar()

    def _olvidar(self):
        self.env["cartera.suspension.candidata"].invalidate_model(flush=False)
        self.invalidate_recordset(["candidata_ids", "conteo_ids", "orden_ids"])

    # --- dispatch -----------------------------------------------------------------------------------------------------

    def action_dispatch(self):
        """Read the ledger again, number the orders of those that still owe, write the lists and mail them."""
        self._exigir_estado("prepared")
        self._exigir_dia()
        for lote in self.sudo():
            lote._exigir_turno()
            lote._juzgar_de_nuevo()
            orders = lote._escribir_ordenes()
            now = fields.Datetime.now()
            lote.write({"state": "dispatched", "date_dispatched": now, "dispatched_by_id": self.env.uid})
            lote._repartir(orders)
            lote._contar_despacho(orders)
        return True

    def _juzgar_de_nuevo(self):
        """What the preview chose and no longer qualifies is left out; the others take their figures of now."""
        mine = SQL(
            """i.cuenta_id IN (SELECT k.cuenta_id FROM cartera_suspension_candidata k
                                WHERE k.lote_id = %s AND k.reason IS NULL)""",
            self.id,
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE cartera_suspension_candidata k
                   SET (bills, days, amount_overdue) = ROW(COALESCE(q.bills, 0), COALESCE(q.days, 0),
                                                           COALESCE(q.amount_overdue, 0)),
                       expediente_id = COALESCE(q.expediente_id, k.expediente_id), zona_id = q.zona_id,
                       reason = CASE WHEN q.cuenta_id IS NULL THEN 'paid' ELSE q.reason END,
                       at_dispatch = q.cuenta_id IS NULL OR q.reason IS NOT NULL
                  FROM cartera_suspension_candidata o LEFT JOIN (%s) q ON q.cuenta_id = o.cuenta_id
                 WHERE o.lote_id = %s AND o.reason IS NULL AND k.id = o.id
                """,
                self._eleccion().consulta(mine),
                self.id,
            )
        )
        self._olvidar()

    def _escribir_ordenes(self):
        """A numbered order for each account chosen, by zone and address; a UserError where there is none."""
        chosen = self.env["cartera.suspension.candidata"].search_count(
            [("lote_id", "=", self.id), ("reason", "=", False)]
        )
        if not chosen:
            raise UserError(
                self.env._(
                    "No account of %s is to be sent to the field now: the list by reason says why.", self.display_name
                )
            )
        source = SQL(
            """SELECT k.cuenta_id, k.expediente_id, k.zona_id, k.bills, k.days, k.amount_overdue AS amount,
                      NULL::int AS causa_id, NULL::varchar AS cause, NULL::timestamp AS deadline, 0 AS fee,
                      %s::int AS regla_id
                 FROM cartera_suspension_candidata k WHERE k.lote_id = %s AND k.reason IS NULL""",
            self.regla_id.id,
            self.id,
        )
        return self._insertar_ordenes(source, chosen)

    def _insertar_ordenes(self, source, count):
        """INSERT `count` orders of this batch's kind from `source` (a SELECT); the orders, as the route goes."""
        today = self.company_id._cartera_hoy()
        Orden = self.env["cartera.suspension"]
        numbers = tomar(self.env, self.company_id, Orden._name, self.env._("Orders of Service"), count, today)
        names = (
            "cuenta_id expediente_id zona_id bills days amount causa_id cause deadline fee regla_id partner_id".split()
        )
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO cartera_suspension (%(names)s, number, kind, state, lote_id, company_id, date_sent,
                                                create_uid, create_date, write_uid, write_date)
                SELECT %(values)s, n.number, %(kind)s, 'sent', %(lote)s, %(company)s, %(today)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (SELECT s.*, x.partner_id,
                               ROW_NUMBER() OVER (ORDER BY s.zona_id, c.cycle, c.address, c.name) AS place
                          FROM (%(source)s) s
                          JOIN cartera_cuenta c ON c.id = s.cuenta_id
                          JOIN cartera_expediente x ON x.id = s.expediente_id) q
                  JOIN UNNEST(%(numbers)s::varchar[]) WITH ORDINALITY AS n(number, place) ON n.place = q.place
              ORDER BY q.place
             RETURNING id
                """,
                names=columnas(names),
                values=columnas(names, "q"),
                kind=self.kind,
                lote=self.id,
                company=self.company_id.id,
                today=today,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                source=source,
                numbers=numbers,
            )
        )
        Orden.invalidate_model(flush=False)
        self._olvidar()
        return Orden.browse(row[0] for row in rows)

    def _contar_despacho(self, orders):
        left = self.env["cartera.suspension.candidata"].search_count(
            [("lote_id", "=", self.id), ("at_dispatch", "=", True)]
        )
        numbers = orders.mapped("number")
        self.message_post(
            body=self.env._(
                "Dispatched: %(orders)s orders, %(first)s to %(last)s. Left out since the preview: %(left)s.",
                orders=len(numbers),
                first=numbers[0],
                last=numbers[-1],
                left=left,
            )
        )

    # --- the end ------------------------------------------------------------------------------------------------------

    def action_close(self):
        """No more results are expected: what did not come back is withdrawn."""
        self._exigir_estado("dispatched")
        lotes = self.sudo()
        pending = lotes.orden_ids.filtered(lambda order: order.state == "sent")
        if pending.filtered(lambda order: order.kind == "reconnection"):
            raise UserError(self.env._("A reconnection is never left undone: record the results of the batch first."))
        pending.write({"state": "withdrawn", "cause": "closed"})
        lotes.write({"state": "closed"})

    # --- doors --------------------------------------------------------------------------------------------------------

    def action_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_suspension_action")
        return dict(action, name=self.display_name, domain=[("lote_id", "=", self.id)], context={})

    def action_results(self):
        """The file with what came back from the field."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_suspension_resultados_action")
        return dict(action, context={"default_company_id": self.company_id.id})
