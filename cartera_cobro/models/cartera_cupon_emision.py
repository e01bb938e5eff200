"""How a coupon is given out: what is due is read from the ledger, and the coupon that says so already is kept."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .cartera_acuerdo import decimal
from .cartera_cupon_lectura import de_la_cuota, del_estado
from .cartera_cupon_numero import reference
from .cartera_deuda import Deudas

SEQUENCE = "cartera.cupon"


class CarteraCupon(models.Model):
    _inherit = "cartera.cupon"

    # --- the calls others rely on ---------------------------------------------------------------------------------

    @api.model
    def _de_estado(self, expedientes):
        """The coupons (in sudo) of what is due of dossiers, or due next; none of those that owe nothing to be paid so.

        Each is the one given out before as long as nothing changes: neither its items, nor their balances, nor the
        interest to the day. UserError: a rate of interest is missing.
        """
        expedientes = expedientes.sudo()
        expedientes._reservar()
        given = self.sudo().browse()
        for company, own in expedientes.grouped("company_id").items():
            deudas = Deudas(self.env, company)
            cobros = del_estado(own, deudas, deudas.leer(own))
            given |= self.sudo()._dar(company, "statement", cobros)
        return given

    @api.model
    def _de_cuota(self, cuotas):
        """The coupons (in sudo) of what is left to pay of instalments of agreements in force."""
        cuotas = cuotas.sudo().filtered(lambda cuota: cuota.agreement_state == "active" and cuota.amount_due > 0)
        cuotas.expediente_id._reservar()
        given = self.sudo().browse()
        for company, own in cuotas.grouped("company_id").items():
            today = company._cartera_hoy()
            given |= self.sudo()._dar(company, "instalment", [de_la_cuota(cuota, today) for cuota in own])
        return given

    # --- given out ------------------------------------------------------------------------------------------------

    @api.model
    def _dar(self, company, kind, cobros):
        """The coupons that say what each Cobro would charge; those that said otherwise are replaced."""
        today = company._cartera_hoy()
        cobros = [cobro for cobro in cobros if cobro.total > 0]
        standing = self._en_pie(kind, cobros)
        # More than one stands where two dossiers became one.
        last = {key: cupones[-1] for key, cupones in standing.items()}
        given = {c.clave: last[c.clave] for c in cobros if c.clave in last and last[c.clave]._dice(c, today)}
        missing = [cobro for cobro in cobros if cobro.clave not in given]
        numbers = self._numeros(company, len(missing))
        fresh = self.create([cobro.valores(number, today) for cobro, number in zip(missing, numbers, strict=True)])
        given |= {cobro.clave: cupon for cobro, cupon in zip(missing, fresh, strict=True)}
        for key, cupones in standing.items():
            (cupones - given[key]).replaced_by_id = given[key]
        return self.union(*(given[cobro.clave] for cobro in cobros))

    @api.model
    def _en_pie(self, kind, cobros):
        """{(dossier, instalment): the coupons of theirs that nothing replaced, the last one last}."""
        domain = [
            ("kind", "=", kind),
            ("replaced_by_id", "=", False),
            ("expediente_id", "in", [cobro.expediente.id for cobro in cobros]),
        ]
        asked = {cobro.clave for cobro in cobros}
        found = self.search(domain, order="id").grouped(lambda cupon: (cupon.expediente_id, cupon.cuota_id))
        return {key: cupones for key, cupones in found.items() if key in asked}

    def _dice(self, cobro, today):
        """Whether it says what would be charged now, and may still be paid."""
        self.ensure_one()
        said = (decimal(self.amount_capital), decimal(self.amount_interest), decimal(self.amount_credit))
        now = (cobro.capital, cobro.interest, cobro.credit)
        return self.date_limit >= today and said == now and set(self.partida_ids.ids) == set(cobro.items)

    @api.model
    def _numeros(self, company, count):
        """The next `count` references ([str]) of a company; what is rolled back leaves gaps, and nobody waits."""
        if not count:
            return []
        Sequence = self.env["ir.sequence"].sudo()
        sequence = Sequence.search([("code", "=", SEQUENCE), ("company_id", "=", company.id)], limit=1)
        if not sequence:
            name = self.env._("Payment coupons (%s)", company.name)
            sequence = Sequence.create({"name": name, "code": SEQUENCE, "company_id": company.id, "padding": 10})
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"ir_sequence_{sequence.id:03d}", count)
        )
        try:
            return [reference(serial) for (serial,) in rows]
        except ValueError as error:
            raise UserError(self.env._("The references of coupons are used up: %s", error)) from error
