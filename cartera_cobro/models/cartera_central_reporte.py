from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from .cartera_central_archivo import archivo
from .cartera_central_lineas import Lineas
from .cartera_central_revision import problemas
from .cartera_consecutivo import tomar

# Fields that say what is reported: fixed once the lines are computed.
HEADER = {"central_id", "company_id", "kind", "date_cutoff"}
DONE = ("exported", "sent")
# Who may sign, never what they asked to have signed.
SIGNERS = ("cartera_cobro.group_cartera_tesorero", "cartera_cobro.group_cartera_director")


class CarteraCentralReporte(models.Model):
    """A report to a credit bureau: monthly, of all that may be reported at a cut-off; or an update in between.

    draft; prepared: its lines are computed; approval: the signature was asked for; signed; exported: the ledger was
    read again and the files are kept; sent: it was delivered to the bureau, with the record; cancelled.
    """

    _name = "cartera.central.reporte"
    _description = "Report to a Credit Bureau"
    _inherit = ["cartera.firmable", "mail.thread", "mail.activity.mixin"]
    _order = "date_cutoff desc, id desc"
    _check_company_auto = True
    _state_from = ["draft", "prepared", "approval"]
    _state_to = ["signed"]
    _cancel_state = "cancelled"

    number = fields.Char(readonly=True, copy=False, index="trigram")
    central_id = fields.Many2one(
        "cartera.central", string="Bureau", required=True, check_company=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("monthly", "Monthly"), ("update", "Update")],
        required=True,
        default="monthly",
        help="An update tells the bureau at once of payments and of what may not stay any more.",
    )
    date_cutoff = fields.Date(string="Cut-off", required=True, default=lambda self: self._corte_habitual())
    user_id = fields.Many2one("res.users", string="Prepared By", default=lambda self: self.env.user, readonly=True)
    firmante_ids = fields.Many2many(
        "res.users", string="May Sign", compute="_compute_firmante_ids", help="The tier of approval reads it."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "Prepared"),
            ("approval", "To sign"),
            ("signed", "Signed"),
            ("exported", "Exported"),
            ("sent", "Sent"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    linea_ids = fields.One2many("cartera.central.reporte.linea", "reporte_id", string="Debts", readonly=True)
    new_count = fields.Integer(string="First Reported", compute="_compute_conteos")
    owed_count = fields.Integer(string="Still Owed", compute="_compute_conteos")
    paid_count = fields.Integer(string="Paid", compute="_compute_conteos")
    removed_count = fields.Integer(string="To Be Removed", compute="_compute_conteos")
    left_count = fields.Integer(string="Left Out", compute="_compute_conteos")
    amount = fields.Monetary(string="In Arrears", compute="_compute_conteos", currency_field="company_currency_id")
    # --- the files --------------------------------------------------------------------------------------------------
    date_exported = fields.Date(string="Exported On", readonly=True, copy=False)
    exported_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    file_id = fields.Many2one("ir.attachment", readonly=True, copy=False, ondelete="restrict")
    file_sha256 = fields.Char(string="SHA-256 of the File", readonly=True, copy=False)
    xlsx_id = fields.Many2one("ir.attachment", string="XLSX", readonly=True, copy=False, ondelete="restrict")
    # --- the sending ------------------------------------------------------------------------------------------------
    date_sent = fields.Date(string="Sent On", copy=False)
    sent_reference = fields.Char(string="Filing Number of the Bureau", copy=False)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    receipt = fields.Binary(string="Receipt of the Bureau", attachment=True, copy=False)
    receipt_name = fields.Char(copy=False)

    _month_uniq = models.UniqueIndex(
        "(company_id, central_id, date_cutoff) WHERE kind = 'monthly' AND state != 'cancelled'",
        "This bureau has a report of that month already: go on with it, or cancel it first.",
    )

    @api.model
    def _corte_habitual(self):
        """The end of last month."""
        return self.env.company._cartera_hoy().replace(day=1) - timedelta(days=1)

    @api.depends("number", "central_id", "date_cutoff", "kind")
    def _compute_display_name(self):
        for reporte in self:
            day = reporte.date_cutoff and format_date(self.env, reporte.date_cutoff)
            reporte.display_name = " ".join(filter(None, [reporte.number, reporte.central_id.name, day]))

    @api.depends("linea_ids.situation", "linea_ids.outcome")
    def _compute_conteos(self):
        groups = self.env["cartera.central.reporte.linea"]._read_group(
            [("reporte_id", "in", self.ids)], ["reporte_id", "outcome", "situation"], ["__count", "amount:sum"]
        )
        for reporte in self:
            mine = [group for group in groups if group[0] == reporte]
            told = [group for group in mine if group[1] in ("pending", "reported")]
            count = {situation: sum(g[3] for g in told if g[2] == situation) for situation in {g[2] for g in told}}
            reporte.new_count, reporte.paid_count = count.get("new", 0), count.get("paid", 0)
            reporte.owed_count = count.get("owed", 0) + count.get("corrected", 0)
            reporte.removed_count = count.get("removed", 0)
            reporte.left_count = sum(group[3] for group in mine) - sum(count.values())
            reporte.amount = sum(group[4] for group in told)

    @api.depends("company_id")
    def _compute_firmante_ids(self):
        signers = self.env["res.users"].union(*(self.env.ref(group).sudo().all_user_ids for group in SIGNERS))
        for reporte in self:
            company = reporte.company_id
            reporte.firmante_ids = signers.filtered(lambda u: u.active and company in u.company_ids)  # noqa: B023

    def _compute_hide_reviews(self):
        # EXTENDS base_tier_validation: its buttons are for what was proposed.
        for reporte in self:
            reporte.hide_reviews = reporte.state != "approval"

    # --- guards -----------------------------------------------------------------------------------------------------

    @api.constrains("date_cutoff", "kind", "company_id")
    def _check_corte(self):
        for reporte in self.filtered(lambda r: r.kind == "monthly"):
            if (reporte.date_cutoff + timedelta(days=1)).day != 1:
                raise ValidationError(self.env._("The cut-off of a report is the end of a month."))
            if reporte.date_cutoff > reporte.company_id._cartera_hoy():
                raise ValidationError(
                    self.env._("%s has not come yet: report the month that ended.", reporte.date_cutoff)
                )

    def _exigir_escribible(self, vals):
        # EXTENDS cartera.tecleado
        if HEADER & vals.keys() and any(r.state != "draft" for r in self):
            raise UserError(self.env._("What is reported is changed in draft: take the report back first."))

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        if any(reporte.state != "draft" or reporte.number for reporte in self):
            raise UserError(self.env._("Only drafts without a number are deleted: cancel it instead."))

    def _exigir_estado(self, *states):
        # EXTENDS the steps of documents: whoever takes one may write it.
        self.check_access("write")
        return super()._exigir_estado(*states)

    # --- preparing --------------------------------------------------------------------------------------------------

    def action_prepare(self):
        """Compute the lines: what may be reported at the cut-off, and what the bureau knows as it is now."""
        self._exigir_estado("draft", "prepared")
        for reporte in self.sudo():
            if reporte.kind == "monthly":
                self.env["cartera.central.estado"]._exigir_smmlv(reporte.date_cutoff)
            reporte.lock_for_update()
            reporte._lineas().escribir()
            reporte.state = "prepared"
        return True

    def _lineas(self):
        return Lineas(self.central_id, self.company_id, self.date_cutoff, self.kind == "update", self)

    def action_draft(self):
        """Back to draft, to be computed again; the signatures no longer count."""
        self._exigir_estado("prepared", "approval", "signed")
        self._reabrir()
        return True

    def _reabrir(self):
        for reporte in self.sudo():
            reporte.linea_ids.unlink()
            reporte.review_ids.unlink()
            reporte.write({"state": "draft", "proposed_by_id": False, "date_proposed": False})

    def action_cancel(self):
        self._exigir_estado("draft", "prepared", "approval", "signed")
        self.sudo().review_ids.unlink()
        self.sudo().write({"state": "cancelled"})
        return True

    # --- signing ----------------------------------------------------------------------------------------------------

    def _campos_firmados(self):
        return ["number", "central_id", "company_id", "kind", "date_cutoff"]

    def _texto_firmado(self):
        # EXTENDS cartera.firmable: and each debt, with what is said of it.
        self.env.flush_all()
        [(digest,)] = self.env.execute_query(
            SQL(
                """SELECT ENCODE(SHA256(STRING_AGG(CONCAT_WS('|', partida_id, situation, amount, date_paid,
                                                             permanence_until, comunicacion_id, is_disputed), ','
                                                   ORDER BY partida_id)::bytea), 'hex')
                     FROM cartera_central_reporte_linea WHERE reporte_id = %s""",
                self.id,
            )
        )
        return f"{super()._texto_firmado()}{digest}"

    def action_request(self):
        # EXTENDS cartera.firmable
        self._exigir_estado("prepared")
        for reporte in self.sudo():
            if not reporte.linea_ids:
                raise UserError(self.env._("There is nothing to report in %s.", reporte.display_name))
            if not reporte.number:
                today, name = reporte.company_id._cartera_hoy(), self.env._("Reports to Credit Bureaus")
                [reporte.number] = tomar(reporte.env, reporte.company_id, reporte._name, name, 1, today)
            reporte.state = "approval"
        return super().action_request()

    def restart_validation(self):
        # EXTENDS cartera.firmable: who takes the proposal back may compute it again.
        res = super().restart_validation()
        self.sudo().filtered(lambda r: r.state == "approval").state = "prepared"
        return res

    def _al_firmarse(self):
        self.invalidate_recordset(["need_validation"])
        self.state = "signed"

    def _al_devolverse(self):
        self._reabrir()

    # --- exporting and sending --------------------------------------------------------------------------------------

    def action_export(self):
        """Read the ledger again, refuse what may not be reported, and keep the files."""
        self._exigir_estado("signed")
        for reporte in self.sudo():
            reporte.lock_for_update()
            reporte._exigir_firma()
            reporte._lineas().releer()
            reporte._exigir_sin_problemas()
            reporte._guardar_archivos()
            reporte._dejar_dicho()
        return True

    def _exigir_firma(self):
        if not self._firmado():
            raise UserError(
                self.env._(
                    "%s is not signed as it stands: take it back to draft and have it signed.", self.display_name
                )
            )

    def _exigir_sin_problemas(self):
        found = problemas(self)
        if found:
            raise UserError(
                "\n".join(
                    [
                        self.env._("Nothing was exported. Take the report back to draft and prepare it again:"),
                        *found,
                    ]
                )
            )

    def _contadas(self):
        """The lines that go into the files."""
        return self.linea_ids.filtered(lambda line: line.outcome in ("pending", "reported")).sorted("id")

    def _guardar_archivos(self):
        """Keep the bureau's file, with its hash, and the XLSX."""
        name, content, digest = archivo(self)
        sheet = self.env["report.cartera_cobro.central_reporte_xlsx"]._libro(self)
        values = {"res_model": self._name, "res_id": self.id}
        files = self.env["ir.attachment"].create(
            [
                {**values, "name": name, "raw": content, "mimetype": "text/plain"},
                {**values, "name": f"{name.rsplit('.', 1)[0]}.xlsx", "raw": sheet},
            ]
        )
        self.write({"file_id": files[0].id, "file_sha256": digest, "xlsx_id": files[1].id})

    def _dejar_dicho(self):
        """From now on this is what the bureau knows of these debts."""
        lineas = self._contadas()
        today = self.company_id._cartera_hoy()
        self.write({"state": "exported", "date_exported": today, "exported_by_id": self.env.uid})
        before = self.env["cartera.central.reporte.linea"].search(
            [
                ("central_id", "=", self.central_id.id),
                ("company_id", "=", self.company_id.id),
                ("is_current", "=", True),
                ("partida_id", "in", lineas.partida_id.ids),
            ]
        )
        before.is_current = False
        before.flush_recordset()
        lineas.write({"outcome": "reported", "is_current": True})
        lineas.filtered(lambda line: not line.date_first).date_first = today
        told = self.env._("Exported: %(count)s debts, SHA-256 %(hash)s.", count=len(lineas), hash=self.file_sha256)
        self.message_post(body=told, attachment_ids=[self.file_id.id, self.xlsx_id.id])

    def action_sent(self):
        """Record that it was delivered to the bureau: when, and the number that the bureau gave it."""
        self._exigir_estado("exported")
        for reporte in self:
            if not reporte.date_sent or not (reporte.sent_reference or "").strip():
                raise UserError(self.env._("Write first when it was sent and the filing number that the bureau gave."))
            today = reporte.company_id._cartera_hoy()
            if not reporte.date_exported <= reporte.date_sent <= today:
                raise UserError(self.env._("It was sent between its export and today: correct the day."))
        self.sudo().write({"state": "sent", "sent_by_id": self.env.uid})
        return True

    def action_download(self):
        self.ensure_one()
        return self._descargar(self.file_id)

    def action_xlsx(self):
        self.ensure_one()
        return self._descargar(self.xlsx_id)

    def _descargar(self, attachment):
        self.check_access("read")
        if not attachment:
            raise UserError(self.env._("There are no files until it is exported."))
        return {"type": "ir.actions.act_url", "url": f"/web/content/{attachment.sudo().id}?download=true"}

    def action_lineas(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_central_linea_action")
        return dict(action, domain=[("reporte_id", "=", self.id)], context={})

    # --- by night ---------------------------------------------------------------------------------------------------

    @api.model
    def _juzgar(self, company):
        """Propose an update to each bureau that shows as owed what is paid, or what may not stay any more.

        One draft a bureau, computed again while nobody has asked for its signature; nothing new, nothing written.
        """
        todo = (
            self.env["cartera.central.reporte.linea"]
            .sudo()
            ._read_group(
                [("is_current", "=", True), ("situation", "!=", "removed"), ("company_id", "=", company.id)],
                ["central_id"],
            )
        )
        for (central,) in todo:
            self.sudo()._proponer(central, company)

    def _proponer(self, central, company):
        """Bring the open update of a bureau up to date, or open one where there is something to tell."""
        known = [("central_id", "=", central.id), ("company_id", "=", company.id)]
        abierto = self.search([*known, ("kind", "=", "update"), ("state", "not in", (*DONE, "cancelled"))], limit=1)
        if abierto.state in ("approval", "signed"):
            return
        today = company._cartera_hoy()
        pendientes = Lineas(central, company, today, only_news=True).por_decir()
        if pendientes == set(abierto.linea_ids.partida_id.ids):
            return
        values = {"kind": "update", "central_id": central.id, "company_id": company.id, "user_id": False}
        reporte = abierto or self.create({**values, "date_cutoff": today})
        reporte.date_cutoff = today
        reporte._lineas().escribir()
        reporte.state = "prepared" if pendientes else "draft"
        if not abierto:
            reporte._avisar()

    def _avisar(self):
        """Tell the bureau's responsible that there is something to report at once."""
        if self.central_id.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.central_id.user_id.id,
                summary=self.env._("Payments and removals to report to %s", self.central_id.name),
            )
