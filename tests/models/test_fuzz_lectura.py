"""Whatever a cell of a file says, it is read or refused with a reason: nothing else comes out of the readers."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.addons.cartera_cobro.models import cartera_agencia_lectura as agencia
from odoo.addons.cartera_cobro.models import cartera_consignacion_lectura as bank
from odoo.addons.cartera_cobro.models import cartera_importacion_lectura as lectura
from odoo.addons.cartera_cobro.models import cartera_suspension_lectura as suspension
from odoo.tests import BaseCase, tagged

from .azar import ODD, celdas, veces
from .test_consignacion_archivo import recaudo


@tagged("post_install", "-at_install")
class TestLecturas(BaseCase):
    def leido(self, read, *arguments):
        """What was read, or None where it was refused as unreadable."""
        try:
            return read(*arguments)
        except lectura.Ilegible as error:
            self.assertIsInstance(error.code, str)
            return None

    def test_what_breaks_programs_breaks_no_reader(self):
        for text in ODD:
            with self.subTest(text=text[:30]):
                for order in lectura.ORDENES:
                    self.leido(lectura.fecha, text, order)
                for decimal in ".,":
                    self.leido(lectura.numero, text, decimal)
                self.leido(lectura.identificacion, text)
                self.leido(lectura.identificacion, text, "", "NIT")
                self.leido(agencia.instante, text, text, "DMY")

    @veces(150)
    @given(celdas(), st.sampled_from(lectura.ORDENES), st.sampled_from(".,"))
    def test_dates_and_numbers(self, text, order, decimal):
        day, number = self.leido(lectura.fecha, text, order), self.leido(lectura.numero, text, decimal)
        if day:
            self.assertTrue(date(lectura.FIRST_YEAR, 1, 1) <= day <= date(lectura.LAST_YEAR, 12, 31))
        if number is not None:
            self.assertTrue(isinstance(number, Decimal) and number.is_finite())
        self.assertIn(lectura.detectar_fecha([text]), lectura.ORDENES)
        self.assertIn(lectura.detectar_decimal([text]), ".,")

    @veces(150)
    @given(celdas(), celdas(), celdas())
    def test_identifications(self, number, digit, kind):
        found = self.leido(lectura.identificacion, number, digit, kind)
        if found and found[0] == lectura.NIT:
            self.assertRegex(found[1], r"^[0-9]{6,15}-[0-9]$")

    @veces(100)
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(lectura.SINONIMOS, celdas())), st.sampled_from(".,"))
    def test_a_row_of_a_portfolio_has_values_or_reasons(self, texts, decimal):
        found = lectura.leer(texts, lectura.Formato("DMY", decimal))
        self.assertTrue(found.reasons or {"ref", "date", "date_due", "amount_total"} <= found.values.keys())
        self.assertIsInstance(lectura.clave(found.values), str)

    @veces(100)
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(bank.SINONIMOS, celdas())), st.sampled_from(".,"))
    def test_a_movement_of_a_bank_is_whole_or_has_reasons(self, texts, decimal):
        found = bank.leer_fila(1, [], texts, "DMY", decimal)
        self.assertTrue(found.reasons or (found.day and found.amount))
        if not found.reasons:
            self.assertEqual(len(bank.huellas([(found.day, found.amount, found.text, "")])), 1)

    @veces(150)
    @given(st.data())
    def test_a_damaged_collection_file_is_refused_or_ties(self, data):
        raw = bytearray(recaudo([("910000000017", 1050025), ("88", 100)]))
        for _change in range(data.draw(st.integers(0, 3))):
            where = data.draw(st.integers(0, len(raw) - 1))
            raw[where : where + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
        found = self.leido(bank.leer_recaudo, bytes(raw))
        if found:
            self.assertTrue(all(m.reasons or (m.day and m.amount) for m in found.movimientos))
        self.assertIn(bank.es_recaudo(bytes(raw)), (True, False))

    @veces(60)
    @given(st.binary(max_size=400))
    def test_any_bytes_are_no_collection_file(self, raw):
        bank.es_recaudo(raw)
        self.assertIsNone(self.leido(bank.leer_recaudo, raw))

    @veces(60)
    @given(st.lists(celdas(), max_size=12))
    def test_headers_are_guessed_without_repeating_a_field(self, headers):
        for words in (None, bank.SINONIMOS):
            found = lectura.adivinar(headers, words)
            self.assertEqual(len(set(found.values())), len(found))
            self.assertIn(lectura.fila_de_titulos([headers, headers], sinonimos=words), (0, 1))

    @veces(80)
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(agencia.SINONIMOS, celdas())))
    def test_a_contact_of_an_agency_is_read_or_has_reasons(self, texts):
        self.assertIsNotNone(agencia.leer(texts, "DMY"))

    @veces(80)
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(suspension.SINONIMOS, celdas())))
    def test_a_visit_of_a_crew_is_read_or_has_reasons(self, texts):
        self.assertIsNotNone(suspension.leer(1, texts, "DMY"))
        self.assertIsInstance(suspension.clave(texts.get("cuenta", "")), str)
