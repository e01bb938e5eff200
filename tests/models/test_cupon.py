"""Payment coupons: what they charge, how long the same one holds, and what became of it as the ledger says."""

from datetime import date

from odoo.tests import tagged

from .common import HOY
from .test_acuerdo_vigilancia import VigilanciaCase


class CuponCase(VigilanciaCase):
    """Invoices of 600,000 and 400,000, overdue 60 and 30 days, with interest at 6% a year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Cupon = cls.env["cartera.cupon"]

    def estado(self):
        self.env.flush_all()
        cupon = self.Cupon._de_estado(self.expediente)
        self.env.invalidate_all()
        return cupon


@tagged("post_install", "-at_install")
class TestCupon(CuponCase):
    def test_it_charges_what_is_due_with_interest_and_stays_the_same_while_nothing_changes(self):
        self.factura(-5, 50_000)  # not due: not charged
        cupon = self.estado()
        self.assertRecordValues(
            cupon,
            [
                {
                    "kind": "statement",
                    "state": "active",
                    "amount_capital": 1_000_000,
                    "amount_interest": 5917.81 + 1972.60,
                    "amount": 1_007_890.41,
                    "date": HOY,
                    "date_limit": date(2026, 7, 25),
                    "partner_id": self.debtor.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(cupon.partida_ids, self.partidas(*self.facturas))
        self.assertEqual(self.estado(), cupon)
        # Another day, more interest: another one takes its place.
        with self.dia_de("2026-07-16"):
            other = self.estado()
        self.assertEqual((cupon.replaced_by_id, cupon.state, other.amount), (other, "replaced", 1_008_054.80))
        self.assertNotEqual(cupon.number, other.number)
