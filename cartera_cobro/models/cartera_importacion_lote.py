"""The run: good rows become posted entries, a batch at a time.

How it works: what the rows name is looked up, or created, for the whole batch (debtors, accounts); invoices and opening
payments are created, posted and matched together; the rows are marked in the same transaction. When a batch fails,
its rows are imported one by one, each in a savepoint, and those that fail are rejected with Odoo's own words.
"""

import psycopg2
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from .cartera_importacion_lectura import NIT, TIPOS, base_identificacion

LOTE = 200
# Nobody follows or is told of what an import creates; identifications were judged in the dry run.
CONTEXTO = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "no_vat_validation": True,
}
# Failures of a row; anything else (a lost connection, a fault in the code) stops the run, which goes on later.
RECHAZOS = (UserError, ValueError, psycopg2.IntegrityError, psycopg2.DataError)
CONTACTO = ("email", "phone", "street", "city")
DE_OTRO_PAIS = ("l10n_latam_base.it_pass", "l10n_latam_base.it_fid", "l10n_co.external_id")


class Lote:
    """The next rows of one import."""

    def __init__(self, importacion):
        self.importacion = importacion
        self.env = importacion.env
        self.company = importacion.company_id

    def importar(self):
        """Import the next rows; how many were dealt with, 0 when none is left."""
        filas = self.env["cartera.importacion.fila"].search(
            [("importacion_id", "=", self.importacion.id), ("state", "=", "pending")], limit=LOTE
        )
        nuevas = self._saltar_importadas(filas)
        try:
            with self.env.cr.savepoint():
                self.asentar(nuevas)
        except RECHAZOS:
            for fila in nuevas:
                self._una(fila)
        return len(filas)

    def _una(self, fila):
        try:
            with self.env.cr.savepoint():
                self.asentar(fila)
        except RECHAZOS as error:
            fila._rechazar(str(error).strip())

    def _saltar_importadas(self, filas):
        """Rows that another import brought in since the dry run are skipped; the others."""
        found = filas._importadas(self.company, filas.mapped("key"))
        for fila in filas.filtered(lambda fila: fila.key in found):
            fila.write({"state": "skipped", "reason": fila._motivo("already", found[fila.key])})
        return filas.filtered(lambda fila: fila.key not in found)

    def asentar(self, filas):
        """Entries of `filas`, posted and matched, and the rows marked. Raises what Odoo raises."""
        if not filas:
            return
        facturas = self.env["account.move"].create(self.valores_facturas(filas))
        pagadas = [(fila, factura, day) for fila, factura in zip(filas, facturas, strict=True)
                   if (day := self._dia_de_pago(fila))]
        pagos = self.env["account.move"].create([self._valores_pago(*pagada) for pagada in pagadas])
        wanted = {move: move.date for move in facturas | pagos}
        self._actualizar_estadisticas()
        (facturas | pagos).action_post()
        self._exigir_fechas(wanted)
        self._cruzar([factura for _fila, factura, _day in pagadas], pagos)
        for fila, factura in zip(filas, facturas, strict=True):
            fila.write({"state": "done", "move_id": factura.id, "reason": False})
        for (fila, _factura, _day), pago in zip(pagadas, pagos, strict=True):
            fila.payment_move_id = pago

    def _actualizar_estadisticas(self):
        """Tell the database how large the ledger has become: at the first batches, then at 32, 64, 128…

        A young database believes its tables empty until it looks; by then Odoo's queries on matched items take minutes.
        """
        batch = self.importacion.done_count // LOTE + 1
        if batch <= 16 or batch & (batch - 1) == 0:
            self.env.flush_all()
            self.env.cr.execute(
                "ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment"
            )

    # --- entries ----------------------------------------------------------------------------------------------------

    def valores_facturas(self, filas):
        """[values for account.move] of the opening invoices: one line on the opening account, never a tax."""
        debtors = self._deudores(filas)
        cuentas = self._cuentas(filas, debtors)
        return [self._valores_factura(fila, debtors[fila.partner_key], cuentas.get(fila.cuenta)) for fila in filas]

    def _valores_factura(self, fila, debtor, cuenta):
        line = {"name": fila.ref, "account_id": self.importacion.account_id.id, "quantity": 1,
                "price_unit": fila.amount_total, "tax_ids": [Command.set([])]}
        return {
            "move_type": "out_invoice",
            "journal_id": self.importacion.journal_id.id,
            "partner_id": debtor,
            "ref": fila.ref,
            "invoice_date": fila.date,
            "date": self.importacion._fecha_contable(fila.date),
            "invoice_date_due": fila.date_due,
            "invoice_payment_term_id": False,
            "currency_id": fila.currency_id.id,
            "cartera_cuenta_id": cuenta,
            "invoice_origin": self.importacion.filename,
            "invoice_line_ids": [Command.create(line)],
        }

    def _dia_de_pago(self, fila):
        day = self.importacion._fecha_pago(fila.amount_total, fila.amount_balance, fila.date_paid)
        return day and self.importacion._fecha_contable(day)

    def _valores_pago(self, fila, factura, day):
        """Values of the entry that takes off what was paid, at the invoice's rate: openings have no exchange gain."""
        deuda = self._por_cobrar(factura)
        paid = fila.currency_id.round(fila.amount_total - fila.amount_balance)
        balance = self.company.currency_id.round(deuda.balance * paid / deuda.amount_currency)
        line = {"name": fila.ref, "partner_id": deuda.partner_id.id, "currency_id": fila.currency_id.id}
        return {
            "move_type": "entry",
            "journal_id": self.importacion.payment_journal_id.id,
            "date": day,
            "ref": fila.ref,
            "line_ids": [
                Command.create({**line, "account_id": deuda.account_id.id, "amount_currency": -paid,
                                "balance": -balance}),
                Command.create({**line, "account_id": self.importacion.account_id.id, "amount_currency": paid,
                                "balance": balance, "tax_ids": [Command.set([])]}),
            ],
        }

    @staticmethod
    def _por_cobrar(move):
        return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _exigir_fechas(self, wanted):
        """Odoo moves an entry out of a locked period without a word: then nothing is imported."""
        for move, day in wanted.items():
            if move.date != day:
                raise UserError(self.env["cartera.importacion.fila"]._motivo("moved", f"{move.date}|{day}"))

    def _cruzar(self, facturas, pagos):
        """Match each invoice with its opening payment, all in one plan."""
        pairs = zip(facturas, pagos, strict=True)
        plan = [self._por_cobrar(factura) | self._por_cobrar(pago) for factura, pago in pairs]
        if plan:
            self.env["account.move.line"].with_context(no_exchange_difference=True)._reconcile_plan(plan)

    # --- debtors ----------------------------------------------------------------------------------------------------

    def _deudores(self, filas):
        """{debtor key: partner id}: found by identification or code, else created; blanks of known ones are filled."""
        by_key = filas.grouped("partner_key")
        known = self._conocidos(filas)
        for key, partner in known.items():
            self._completar(partner, by_key[key])
        missing = [key for key in by_key if key not in known]
        created = self.env["res.partner"].create([self._valores_deudor(by_key[key]) for key in missing])
        return {key: partner.id for key, partner in known.items()} | dict(zip(missing, created.ids, strict=True))

    def _conocidos(self, filas):
        """{debtor key: partner} of the debtors that are there, the company's own and the oldest first."""
        keys = set(filas.mapped("partner_key"))
        found = {}
        for partner in self._parecidos(filas):
            own_keys = (f"#{partner.ref}", partner.vat and base_identificacion(
                partner.vat, partner.l10n_latam_identification_type_id == self.env.ref(NIT)
            ))
            for key in keys.intersection(own_keys):
                found.setdefault(key, partner)
        return found

    def _parecidos(self, filas):
        """Partners whose identification or code is one of the rows', in the order of preference."""
        self.env["res.partner"].flush_model(["vat", "ref", "company_id", "parent_id", "active"])
        numbers = {text for fila in filas if fila.vat
                   for text in (base_identificacion(fila.vat, fila.id_type == NIT), _solo_signos(fila.vat))}
        query = SQL(
            """SELECT id FROM res_partner
                WHERE active AND (company_id IS NULL OR company_id = %s)
                  AND (regexp_replace(upper(vat), '[^0-9A-Z]', '', 'g') = ANY(%s) OR ref = ANY(%s))
             ORDER BY parent_id IS NOT NULL, company_id IS NULL, id""",
            self.company.id,
            list(numbers),
            [code for code in filas.mapped("partner_code") if code],
        )
        return self.env["res.partner"].browse([partner for (partner,) in self.env.execute_query(query)])

    def _completar(self, partner, filas):
        blanks = {name: value for name in CONTACTO if not partner[name] and (value := _primero(filas, name))}
        if blanks:
            partner.write(blanks)

    def _valores_deudor(self, filas):
        kind = _primero(filas, "id_type")
        vat = _primero(filas, "vat")
        return {
            "name": _primero(filas, "name") or vat or _primero(filas, "partner_code"),
            "ref": _primero(filas, "partner_code"),
            "vat": vat,
            "l10n_latam_identification_type_id": self.env.ref(kind).id if kind in TIPOS else False,
            "country_id": False if kind in DE_OTRO_PAIS else self.company.country_id.id,
            "is_company": kind == NIT,
            **{name: _primero(filas, name) for name in CONTACTO},
        }

    def _cuentas(self, filas, debtors):
        """{number: id} of the contract accounts that the rows name; the missing ones are opened for their debtor."""
        holders = {fila.cuenta: debtors[fila.partner_key] for fila in filas if fila.cuenta}
        if not holders:
            return {}
        Cuenta = self.env["cartera.cuenta"]
        known = Cuenta.search_fetch([("company_id", "=", self.company.id), ("name", "in", list(holders))], ["name"])
        found = {cuenta.name: cuenta.id for cuenta in known}
        missing = [number for number in holders if number not in found]
        created = Cuenta.create(
            [{"name": number, "partner_id": holders[number], "company_id": self.company.id} for number in missing]
        )
        return found | dict(zip(missing, created.ids, strict=True))


def _primero(filas, name):
    """The first value that a row of the debtor gives, in the file's order."""
    return next((fila[name] for fila in filas if fila[name]), False)


def _solo_signos(vat):
    return "".join(sign for sign in vat.upper() if sign.isalnum())
