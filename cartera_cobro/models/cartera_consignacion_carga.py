import base64
import hashlib
from datetime import date
from decimal import Decimal

import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .account_move import READERS
from .cartera_consignacion_lectura import huellas

LOT = 500  # bank lines that are booked at once
AT_ONCE = 1000  # rows of a file that are booked while the person waits; more wait for the scheduled action
# Failures of a load; anything else (a lost connection, a fault in the code) stops the scheduled action.
FAILURES = (UserError, ValueError, psycopg2.IntegrityError, psycopg2.DataError)


class CarteraConsignacionCarga(models.Model):
    """A bank's file that was loaded: what came of it, and what of it is still to be booked.

    Booking an entry for each of thousands of lines takes minutes: a scheduled action does it lot by lot, each
    committed, and one that was killed goes on where it was. What a closed period would move to another day waits for it
    to be opened, and says so.
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
    waiting_reason = fields.Text(string="Why They Wait", readonly=True)
    doubtful = fields.Json(readonly=True, help="Lines like those of another file, of a day of which each has a part.")
    doubtful_count = fields.Integer(string="Perhaps Not There", readonly=True)
    statement_line_ids = fields.One2many("account.bank.statement.line", "cartera_carga_id", string="Lines")

    _once = models.UniqueIndex("(journal_id, sha256)", "This file was loaded already.")

    # --- taking a file in -------------------------------------------------------------------------------------------

    @api.model
    def _tomar(self, journal, name, raw, kind, movimientos):
        """The load of a file (bytes) whose movements were read; those that are there already are given that reason.

        Those with reasons are not booked; the others are at once, if they are few. UserError: the file was loaded.
        """
        self._exigir_nueva(journal, raw)
        good = [movimiento for movimiento in movimientos if not movimiento.reasons]
        fresh, doubtful = self._nuevos(journal, good)
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
                "doubtful": [valores(movimiento, huella) for movimiento, huella in doubtful],
                "doubtful_count": len(doubtful),
            }
        )
        load._empezar()
        return load

    def _empezar(self):
        """Book a few lines at once; many wait for the scheduled action."""
        if self.pending_count <= AT_ONCE:
            self._asentar()
        else:
            self.env.ref("cartera_cobro.ir_cron_consignaciones").sudo()._trigger()

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
        """([(movement, fingerprint)] of those that are not among the journal's lines, the same of those in doubt)."""
        if not movimientos:
            return [], []
        days = [movimiento.day for movimiento in movimientos]
        keys = [(m.day, m.amount, m.text, m.extra) for m in movimientos]
        prints, bare = huellas(keys), huellas([(*key[:3], "") for key in keys])
        known, loose = self._conocidas(journal, min(days), max(days), prints)
        fresh, there = [], []
        for movimiento, print_, plain in zip(movimientos, prints, bare, strict=True):
            if print_ in known or plain in loose:
                movimiento.reasons.append(("known", ""))
                there.append((movimiento, print_))
            else:
                fresh.append((movimiento, print_))
        return fresh, self._en_duda(there, known, set(prints))

    @api.model
    def _en_duda(self, there, known, prints):
        """[(movement, a fingerprint that nothing has)] of those of `there` that another file may not have had.

        It has no number, and is like a line of a file that has lines of that day which this one (`prints`) has not:
        this one may begin where that one ended.
        """
        parted = {day for print_, day in known.items() if print_ not in prints}
        found = [m for m, print_ in there if print_ in known and m.day in parted and not m.numbered]
        keys = [(m.day, m.amount, m.text, m.extra) for m in found]
        return list(zip(found, huellas(keys, known.keys() | prints), strict=True))

    @api.model
    def _conocidas(self, journal, first, last, prints):
        """({fingerprint: day} of the journal's lines of these days, what those of lines that came otherwise would be).

        Those of `prints` that lines of other days have are there too, without a day. Of lines that came otherwise only
        day, amount and words count: who keeps them by hand writes no more.
        """
        self.env["account.bank.statement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT l.id, l.cartera_huella, m.date, l.amount, l.payment_ref FROM account_bank_statement_line l
                     JOIN account_move m ON m.id = l.move_id
                    WHERE l.journal_id = %(journal)s AND m.date BETWEEN %(first)s AND %(last)s
                UNION
                   SELECT l.id, l.cartera_huella, NULL, NULL, NULL FROM account_bank_statement_line l
                    WHERE l.journal_id = %(journal)s AND l.cartera_huella = ANY(%(prints)s)
                 ORDER BY id""",
                journal=journal.id,
                first=first,
                last=last,
                prints=prints,
            )
        )
        other = [(day, Decimal(str(amount)), text, "") for _id, print_, day, amount, text in rows if not print_]
        waiting = self.search([("journal_id", "=", journal.id), ("state", "=", "running")])
        pending = {
            values["cartera_huella"]: fields.Date.to_date(values["date"])
            for load in waiting
            for values in load.pending or []
        }
        return pending | {row[1]: row[2] for row in rows if row[1]}, set(huellas(other))

    # --- booking ----------------------------------------------------------------------------------------------------

    def _asentar(self, commit=None):
        """Book what is still to be booked, and propose whose it is; `commit` is told the size of each lot.

        Lines of closed days stay: Odoo would book them on another day without a word.
        """
        self.ensure_one()
        before = self.pending_count
        left, closed = self._separar_cerradas(self.pending or [])
        while left:
            some, left = left[:LOT], left[LOT:]
            closed += self._asentar_lote(some)
            self.write({"pending": left + closed, "pending_count": len(left + closed)})
            if commit and not commit(len(some)):
                return
        with self.env.cr.savepoint():
            self.state = "running" if closed else "done"
            self._decir_espera(self._frase_de_cierre(closed) if closed else False)
            if len(closed) < before or not closed:
                self.env["cartera.identificacion"]._proponer(self.company_id, self.statement_line_ids)

    def _como_quien_cargo(self):
        """The load as who loaded it, to whom alone a day may be open."""
        load = self.with_user(self.user_id).sudo().with_company(self.company_id)
        return load.with_context(allowed_company_ids=self.company_id.ids, lang=self.user_id.lang)

    def _separar_cerradas(self, pending):
        """(those of `pending` whose days are open, those whose days are closed), as accounting has them now."""
        load = self._como_quien_cargo()
        load.company_id.invalidate_model()
        days = {values["date"] for values in pending}
        closed = {day for day in days if load.company_id._cartera_cierres(date.fromisoformat(day), load.journal_id)}
        some = [values for values in pending if values["date"] not in closed]
        return some, [values for values in pending if values["date"] in closed]

    def _asentar_lote(self, pending):
        """Book those of `pending` that may be booked, in the name of who loaded them; those of closed days."""
        # Accounting may have closed a period since the last lot.
        some, closed = self._separar_cerradas(pending)
        load = self._como_quien_cargo()
        with self.env.cr.savepoint():
            lines = load.env["account.bank.statement.line"].create(
                [{**values, "journal_id": self.journal_id.id, "cartera_carga_id": self.id} for values in some]
            )
            for line, values in zip(lines, some, strict=True):
                if line.date.isoformat() != values["date"]:
                    raise UserError(load.env._("Odoo would book a line of %s on another day.", values["date"]))
        return closed

    def _frase_de_cierre(self, pending):
        env = self.with_context(lang=self.user_id.lang).env
        days = [date.fromisoformat(values["date"]) for values in pending]
        return env._(
            "%(count)s lines from %(first)s to %(last)s are of a closed period: ask accounting to open it. They are "
            "booked by themselves within the hour.",
            count=len(pending),
            first=format_date(env, min(days)),
            last=format_date(env, max(days)),
        )

    def _decir_espera(self, why):
        """Why what is left of it waits; who loaded it is told once."""
        if why == self.waiting_reason:
            return
        self.waiting_reason = why
        if why:
            env = self.with_context(lang=self.user_id.lang, mail_notify_force_send=False).env
            subject = env._("The bank file %s is not booked whole", self.name)
            env["mail.thread"].message_notify(partner_ids=self.user_id.partner_id.ids, body=why, subject=subject)

    @api.model
    def _cron_asentar(self):
        """Book the files that wait, the oldest first; one that cannot be booked says why, and stops no other."""
        cron = self.env["ir.cron"]
        waiting = self.search([("state", "=", "running")], order="id")
        cron._commit_progress(remaining=sum(waiting.mapped("pending_count")))
        for load in waiting:
            try:
                load._asentar(commit=cron._commit_progress)
            except FAILURES as error:
                load._decir_espera(str(error).strip())
            # What still waits, waits for somebody: this run has done with it.
            if not cron._commit_progress(load.pending_count):
                return

    def action_load_doubtful(self):
        """Book what only looked like lines of another file: that one ended, within a day, where this one begins."""
        self.ensure_one()
        self.check_access("read")
        self.env["cartera.identificacion"]._exigir_rol()
        load = self.sudo()
        load.lock_for_update()
        load.invalidate_recordset()
        rows = load.doubtful or []
        if not rows:
            raise UserError(self.env._("Nothing of this file is in doubt: everything of it is booked, or was there."))
        load._sumar(rows)
        load._empezar()
        return True

    def _sumar(self, rows):
        """Put values of lines that were left out with those that are to be booked."""
        days = {fields.Date.to_date(row["date"]) for row in rows}
        amounts = [row["amount"] for row in rows]
        self.write(
            {
                "state": "running",
                "doubtful": False,
                "doubtful_count": 0,
                "pending": [*(self.pending or []), *rows],
                "pending_count": self.pending_count + len(rows),
                "line_count": self.line_count + len(rows),
                "known_count": self.known_count - len(rows),
                "date_from": min(days | {self.date_from or min(days)}),
                "date_to": max(days | {self.date_to or max(days)}),
                "amount_in": self.amount_in + sum(amount for amount in amounts if amount > 0),
                "amount_out": self.amount_out - sum(amount for amount in amounts if amount < 0),
            }
        )

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
