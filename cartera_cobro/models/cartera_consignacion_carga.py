import base64
import hashlib
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .account_move import READERS
from .cartera_consignacion_lectura import huellas

LOT = 500  # bank lines that are booked at once
AT_ONCE = 1000  # rows of a file that are booked while the person waits; more wait for the scheduled action


class CarteraConsignacionCarga(models.Model):
    """A bank's file that was loaded: what came of it, and what of it is still to be booked.

    Booking an entry for each of thousands of lines takes minutes: a scheduled action does it lot by lot, each
    committed, and one that was killed goes on where it was.
    """

    _name = "cartera.consignacion.carga"
    _description = "Loaded Bank File"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="File", required=True, readonly=True)
    file = fields.Binary(string="Content", attachment=True, readonly=True)
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    kind = fields.Selection(
        [("table", "Bank statement"), ("collection", "Collection file (Asobancaria 2001)")],
        required=True,
        readonly=True,
    )
    journal_id = fields.Many2one(
        "account.journal", string="Bank", required=True, readonly=True, index=True, check_company=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Loaded By", required=True, readonly=True)
    state = fields.Selection([("running", "Being Booked"), ("done", "Booked")], required=True, readonly=True)
    date_from = fields.Date(string="First Day", readonly=True)
    date_to = fields.Date(string="Last Day", readonly=True)
    line_count = fields.Integer(string="New Lines", readonly=True)
    known_count = fields.Integer(string="There Already", readonly=True)
    rejected_count = fields.Integer(string="Rejected", readonly=True)
    amount_in = fields.Monetary(string="Money In", readonly=True)
    amount_out = fields.Monetary(string="Money Out", readonly=True)
    pending = fields.Json(readonly=True, help="Lines that are still to be booked.")
    pending_count = fields.Integer(string="To Be Booked", readonly=True)
    statement_line_ids = fields.One2many("account.bank.statement.line", "cartera_carga_id", string="Lines")

    _once = models.UniqueIndex("(journal_id, sha256)", "This file was loaded already.")

    # --- taking a file in -------------------------------------------------------------------------------------------

    @api.model
    def _tomar(self, journal, name, raw, kind, movimientos):
        """The load of a file (bytes) whose movements were read; those that are there already are left out.

        Those with reasons are not booked; the others are at once, if they are few. UserError: the file was loaded.
        """
        self._exigir_nueva(journal, raw)
        good = [movimiento for movimiento in movimientos if not movimiento.reasons]
        fresh = self._nuevos(journal, good)
        days = [movimiento.day for movimiento, _print in fresh]
        amounts = [movimiento.amount for movimiento, _print in fresh]
        load = self.create(
            {
                "name": name,
                "file": base64.b64encode(raw),
                "sha256": hashlib.sha256(raw).hexdigest(),
                "kind": kind,
                "journal_id": journal.id,
                "company_id": journal.company_id.id,
                "currency_id": (journal.currency_id or journal.company_id.currency_id).id,
                "user_id": self.env.uid,
                "state": "running",
                "date_from": min(days, default=False),
                "date_to": max(days, default=False),
                "line_count": len(fresh),
                "known_count": len(good) - len(fresh),
                "rejected_count": len(movimientos) - len(good),
                "amount_in": float(sum(amount for amount in amounts if amount > 0)),
                "amount_out": float(-sum(amount for amount in amounts if amount < 0)),
                "pending": [valores(movimiento, huella) for movimiento, huella in fresh],
                "pending_count": len(fresh),
            }
        )
        if len(fresh) <= AT_ONCE:
            load._asentar()
        else:
            self.env.ref("cartera_cobro.ir_cron_consignaciones").sudo()._trigger()
        return load

    @api.model
    def _exigir_nueva(self, journal, raw):
        """UserError: the file (bytes) was loaded for that bank before."""
        digest = hashlib.sha256(raw).hexdigest()
        known = self.search([("journal_id", "=", journal.id), ("sha256", "=", digest)], limit=1)
        if known:
            raise UserError(
                self.env._(
                    "This file was loaded already: %(file)s, on %(day)s, by %(who)s.",
                    file=known.name,
                    day=format_date(self.env, known.create_date),
                    who=known.user_id.name,
                )
            )

    @api.model
    def _nuevos(self, journal, movimientos):
        """[(movement, fingerprint)] of those that are not among the journal's lines."""
        if not movimientos:
            return []
        days = [movimiento.day for movimiento in movimientos]
        known = self._conocidas(journal, min(days), max(days))
        prints = huellas([(m.day, m.amount, m.text, m.extra) for m in movimientos])
        return [(m, p) for m, p in zip(movimientos, prints, strict=True) if p not in known]

    @api.model
    def _conocidas(self, journal, first, last):
        """Fingerprints of the journal's lines of these days; of lines that came another way, what theirs would be."""
        self.env["account.bank.statement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT l.cartera_huella, m.date, l.amount, l.payment_ref FROM account_bank_statement_line l
                     JOIN account_move m ON m.id = l.move_id
                    WHERE l.journal_id = %s AND m.date BETWEEN %s AND %s ORDER BY l.id""",
                journal.id,
                first,
                last,
            )
        )
        other = [(day, Decimal(str(amount)), text, "") for print_, day, amount, text in rows if not print_]
        waiting = self.search([("journal_id", "=", journal.id), ("state", "=", "running")])
        pending = {values["cartera_huella"] for load in waiting for values in load.pending or []}
        return {row[0] for row in rows if row[0]} | set(huellas(other)) | pending

    # --- booking ----------------------------------------------------------------------------------------------------

    def _asentar(self, commit=None):
        """Book what is still to be booked, and propose whose it is; `commit` is told the size of each lot."""
        self.ensure_one()
        Line = self.env["account.bank.statement.line"].sudo().with_company(self.company_id)
        left = self.pending or []
        while left:
            some, left = left[:LOT], left[LOT:]
            Line.create([{**values, "journal_id": self.journal_id.id, "cartera_carga_id": self.id} for values in some])
            self.write({"pending": left, "pending_count": len(left)})
            if commit and not commit(len(some)):
                return
        self.state = "done"
        self.env["cartera.identificacion"]._proponer(self.company_id, self.statement_line_ids)

    @api.model
    def _cron_asentar(self):
        """Book the files that wait, the oldest first."""
        cron = self.env["ir.cron"]
        waiting = self.search([("state", "=", "running")], order="id")
        cron._commit_progress(remaining=sum(waiting.mapped("pending_count")))
        for load in waiting:
            load._asentar(commit=lambda done: cron._commit_progress(done))
            if not cron._commit_progress(0):
                return

    def action_lines(self):
        """Its lines, as deposits."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_consignacion_action")
        return {**action, "domain": [("cartera_carga_id", "=", self.id)], "context": {}}


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    cartera_carga_id = fields.Many2one(
        "cartera.consignacion.carga", string="Bank File", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null", groups=READERS,
    )  # fmt: skip
    cartera_huella = fields.Char(string="Fingerprint", readonly=True, copy=False, groups=READERS)

    _cartera_huella_uniq = models.UniqueIndex(
        "(journal_id, cartera_huella) WHERE cartera_huella IS NOT NULL", "This bank line is there already."
    )


def valores(movimiento, huella):
    """Values (JSON) of the bank line of a movement."""
    return {
        "date": date.isoformat(movimiento.day),
        "amount": float(movimiento.amount),
        "payment_ref": movimiento.text or movimiento.reference or "/",
        "ref": movimiento.reference or False,
        "partner_name": movimiento.name or False,
        "account_number": movimiento.account or False,
        "transaction_type": movimiento.means or False,
        "cartera_huella": huella,
    }
