"""The account statement as its debtor sees it: read from the ledger now, with interest to the day and ways to pay."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from .cartera_cupon_lectura import del_estado
from .cartera_deuda import Deudas, Obligacion, a_favor
from .cartera_portal import Rechazado

# What else the debtor may do, where a room offers it: the path of its section, and the words of the button.
ACCIONES = {
    "/comprobantes": "Ya pagué: enviar el soporte",
    "/acuerdo": "Quiero pagar por cuotas",
    "/reclamos": "No estoy de acuerdo",
}
PENDING = ("proposed", "signed")


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def _estado_de_cuenta(self):
        """What the debtor's page shows and nothing else: plain values, amounts in company currency."""
        self.ensure_one()
        deudas = Deudas(self.env, self.company_id)
        read = deudas.leer(self)
        owed, known = self._liquidado(deudas, read[self.id])
        debts = self._renglones(owed)
        late = [debt for debt in debts if debt["days"] and not debt["agreed"]]
        credits = [(p.name, p.date_due, float(-p.capital)) for p in a_favor(self.env, read[self.id])]
        agreements, written_off = self._acuerdos_del_portal(), self._castigado() > 0
        return {
            "debtor": self.partner_id.name,
            "today": deudas.on_date,
            "debts": debts,
            "late": late,
            "coming": [debt for debt in debts if not debt["agreed"] and not debt["days"]],
            "agreed": [debt for debt in debts if debt["agreed"]],
            "overdue": sum(debt["balance"] for debt in late),
            "total": sum(debt["balance"] for debt in debts),
            "interest": sum(debt["interest"] for debt in debts),
            "interest_known": known,
            "credits": credits,
            "credit": sum(amount for _name, _day, amount in credits),
            "charge": self._por_cobrar(deudas, read) if known else None,
            "agreements": agreements,
            "written_off": written_off,
            # The last instalments may be interest of the plan alone, and what is written off has no open item.
            "owes": bool(debts) or written_off or any(acuerdo["left"] for acuerdo in agreements),
            "proposals": [acuerdo.number for acuerdo in self.acuerdo_ids if acuerdo.state in PENDING],
            "pay_info": self.company_id.cartera_pay_info,
            "actions": self._acciones_del_portal(debts),
        }

    def _acciones_del_portal(self, debts):
        """[(path, words, icon)] of what other rooms offer about these debts, in the order of ACCIONES."""
        icons = {path: icon for path, _name, icon in self._secciones_del_portal()}
        if all(debt["agreed"] for debt in debts):
            icons.pop("/acuerdo", None)
        return [(path, words, icons[path]) for path, words in ACCIONES.items() if path in icons]

    def _liquidado(self, deudas, partidas):
        """([Obligacion], whether interest is known): where a rate is missing, what is owed shows without it."""
        try:
            return deudas.liquidar(partidas, self.politica_id), True
        except ValueError:
            days = {p: max((deudas.on_date - p.date_due).days, 0) for p in partidas if p.capital > 0}
            return [Obligacion(p, late, Decimal(0)) for p, late in days.items()], False

    def _renglones(self, owed):
        items = self.env["cartera.partida"].browse([o.partida.id for o in owed])
        online = self._pagables_en_linea(items)
        return [
            {
                "id": item.id,
                "number": o.partida.name,
                "account": item.cuenta_id.name or "",
                "due": o.partida.date_due,
                "days": o.days,
                "balance": float(o.partida.capital),
                # Of what is under an agreement, its instalments say the interest.
                "interest": 0.0 if item.acuerdo_id else float(o.interest),
                "promised": item.date_promised,
                "agreed": bool(item.acuerdo_id),
                "disputed": float(min(o.partida.disputed, o.partida.capital)),
                "online": item in online,
            }
            for item, o in zip(items, owed, strict=True)
        ]

    def _por_cobrar(self, deudas, read):
        """What a coupon would charge today; None where it would charge nothing."""
        [cobro] = del_estado(self, deudas, read)
        if cobro.total <= 0:
            return None
        return {
            "total": float(cobro.total),
            "capital": float(cobro.capital),
            "interest": float(cobro.interest),
            "credit": float(cobro.credit),
            "limit": cobro.limit,
            "late": min(p.date_due for p in read[self.id] if p.id in cobro.items) < deudas.on_date,
        }

    def _acuerdos_del_portal(self):
        in_force = self.acuerdo_ids.filtered(lambda acuerdo: acuerdo.state == "active").sorted("id")
        return [
            {
                "id": acuerdo.id,
                "title": "Compromiso de pago" if acuerdo.kind == "commitment" else "Acuerdo de pago",
                "number": acuerdo.number,
                "paid": acuerdo.amount_paid,
                "left": acuerdo.amount_due,
                "missed": acuerdo.amount_missed,
                "percent": round(100 * acuerdo.amount_paid / (acuerdo.amount_plan or 1)),
                **acuerdo._pagina_plan(),
            }
            for acuerdo in in_force
        ]

    # --- coupons --------------------------------------------------------------------------------------------------

    def _cupon_del_portal(self, cuota=""):
        """(file name, PDF) of the coupon of the statement, or of an instalment of theirs (its id as text).

        Rechazado: there is nothing to pay so.
        """
        self.ensure_one()
        Cupon = self.env["cartera.cupon"]
        if cuota:
            own = self.acuerdo_ids.cuota_ids.filtered(lambda c: str(c.id) == cuota)
            cupon = Cupon._de_cuota(own)
        else:
            try:
                cupon = Cupon._de_estado(self)
            except UserError as error:  # a rate of interest is missing: an officer's matter
                raise Rechazado(
                    "No es posible liquidar los intereses en este momento. Escríbanos o llámenos."
                ) from error
        if not cupon:
            raise Rechazado("No hay nada por pagar con un cupón.")
        return cupon._nombre_documento(), cupon._pdf()

    # --- online: Odoo's own page of the invoice, where a provider of payments is set up ----------------------------

    def _pagables_en_linea(self, items):
        """Those of `items` that are paid on Odoo's page of their invoice: none without a provider for it."""
        invoices = self._con_proveedor(items.move_id)
        return items.filtered(lambda item: item.move_id in invoices)

    def _con_proveedor(self, moves):
        """The invoices among `moves` that some provider, seen by the public, takes payments of (account_payment)."""
        found = moves.browse()
        if not hasattr(moves, "_has_to_be_paid"):
            return found
        payable = moves.filtered(lambda move: move._has_to_be_paid())
        for currency, own in payable.grouped("currency_id").items():
            smallest = min(own.mapped("amount_residual"))
            providers = (
                self.env["payment.provider"]
                .sudo()
                ._get_compatible_providers(self.company_id.id, self.partner_id.id, smallest, currency_id=currency.id)
            )
            if providers.filtered("is_published"):
                found |= own
        return found

    def _pagina_de_pago(self, item, logged_in):
        """Path of Odoo's page of the invoice of an open item of theirs (an id); None where it is not paid online."""
        mine = self.partida_open_ids.filtered(lambda p: p.id == item)
        if not mine or not self._pagables_en_linea(mine):
            return None
        return f"{mine.move_id.access_url}?payment=True" if logged_in else mine.move_id.get_portal_url(
            query_string="&payment=True"
        )  # fmt: skip

    def _pagina_del_acuerdo(self, agreement, logged_in):
        """Path of the page of an agreement of theirs in force (an id); None for any other.

        Only of those in force: a proposal is accepted by the link that was mailed for it, or logged in.
        """
        mine = self.acuerdo_ids.filtered(lambda a: a.id == agreement and a.state == "active")
        return mine and (f"/my/acuerdos/{mine.id}" if logged_in else mine._enlace()) or None
