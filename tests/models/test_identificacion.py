"""Whose a deposit is: by what its text names, by its amount, by both; who says so, and what becomes of it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HOY, CarteraCase
from .test_acuerdo_vigilancia import VigilanciaCase
from .test_consignacion import Consignaciones


class IdentificacionCase(Consignaciones, CarteraCase):
    """Debtors of the tests' company, each with what tells them apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Proposal = cls.env["cartera.identificacion"].sudo()
        nit, cc = cls.env.ref("l10n_co.rut"), cls.env.ref("l10n_co.national_citizen_id")
        cls.andina = cls.deudor("Comercial Andina S.A.S.", vat="900123456-8", l10n_latam_identification_type_id=nit.id)
        cls.pedro = cls.deudor("Pedro Muñoz Gil", vat="1023456789", l10n_latam_identification_type_id=cc.id)
        cls.twin = cls.deudor("Pedro Muñoz Gil")
        cls.one, cls.two = cls.factura(90, 1000.0, cls.andina), cls.factura(40, 700.5, cls.andina)
        cls.factura(30, 333.0, cls.pedro), cls.factura(-10, 77.0, cls.pedro)
        cls.factura(30, 4444.0, cls.twin)
        cls.cuenta = (
            cls.env["cartera.cuenta"]
            .sudo()
            .create({"name": "10-204-7781", "partner_id": cls.pedro.id, "company_id": cls.company.id})
        )
        cls.env["res.partner.bank"].create({"acc_number": "456-0001234-7", "partner_id": cls.andina.id})
        cls.env["cartera.partida"].sudo()._actualizar(cls.company)

    @classmethod
    def deudor(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, "property_payment_term_id": False, **values})

    def proponer(self, lines=None):
        return self.Proposal._proponer(self.company, lines)

    def propuestas(self, line):
        return self.Proposal.search([("statement_line_id", "=", line.id), ("state", "=", "proposed")])


@tagged("post_install", "-at_install")
class TestProponer(IdentificacionCase):
    def test_signs_and_amounts_and_their_reasons(self):
        cases = [
            # text and other values of the line, amount, debtor, rule, amount, items
            ("CONSIG NIT 900.123.456-8", {}, 5.0, self.andina, "vat", False, ""),
            ("ABONO 9001234568 OF 12", {}, 1700.5, self.andina, "vat", "overdue", "one two"),
            (f"Pago {self.one.name.replace('/', ' ')}", {}, 1000.0, self.andina, "invoice", "item", "one"),
            (f"Pago {self.two.name.lower()}", {}, 50.0, self.andina, "invoice", False, "two"),
            (f"{self.two.name} {self.one.name}", {}, 1700.5, self.andina, "invoice", "named", "one two"),
            ("RECAUDO 0000102047781", {}, 410.0, self.pedro, "account", "total", "both"),
            ("Consignación", {"partner_id": self.andina.id}, 700.5, self.andina, "partner", "item", "two"),
            ("Transf", {"account_number": "45600012347"}, 9.0, self.andina, "bank_account", False, ""),
            ("TRANSF DE COMERCIAL ANDINA SAS", {}, 3.0, self.andina, "name", False, ""),
            ("Consignación", {"partner_name": "comercial andina sas"}, 1000.0, self.andina, "name", "item", "one"),
            ("Efectivo", {}, 4444.0, self.twin, "amount", "item", "any"),
        ]
        lines = [self.consignar(amount, text, **extra) for text, extra, amount, *_rest in cases]
        self.assertEqual(self.proponer()["deposits"], len(cases))
        items = {"one": self.partidas(self.one), "two": self.partidas(self.two)}
        for line, (text, _extra, _amount, debtor, rule, kind, names) in zip(lines, cases, strict=True):
            with self.subTest(text):
                found = self.propuestas(line)
                self.assertEqual((found.partner_id, found.rule, found.amount_kind), (debtor, rule, kind))
                self.assertTrue(found.reason)
                self.assertEqual(line.sudo().cartera_propuesta_id, found)
                if set(names.split()) <= {"one", "two"}:
                    wanted = [items[name].id for name in names.split()]
                    self.assertEqual(sorted(found.partida_ids.ids), sorted(wanted))
        self.assertIn("900123456", self.propuestas(lines[0]).reason)

    def test_rivals_share_the_trust_and_an_amount_that_many_owe_says_nothing(self):
        line = self.consignar(1.0, "TRANSF PEDRO MUNOZ GIL")
        many = [self.deudor(f"Vecino {n}") for n in range(4)]
        for neighbour in many:
            self.factura(10, 2222.0, neighbour)
        crowd = self.consignar(2222.0, "Efectivo")
        self.proponer()
        found = self.propuestas(line)
        self.assertEqual(found.partner_id, self.pedro | self.twin)
        self.assertEqual((found.mapped("rivals"), set(found.mapped("confidence"))), ([1, 1], {27}))
        self.assertFalse(self.propuestas(crowd))
        self.assertFalse(crowd.sudo().cartera_propuesta_id)

    def test_who_turns_out_to_be_one_debtor_keeps_one_proposal_of_a_deposit(self):
        line = self.consignar(1.0, "TRANSF PEDRO MUNOZ GIL")
        self.proponer()
        self.assertEqual(self.propuestas(line).partner_id, self.pedro | self.twin)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((self.pedro | self.twin).ids, self.pedro)
        self.env.invalidate_all()
        found = self.propuestas(line)
        self.assertEqual(found.partner_id, self.pedro)
        self.assertEqual(line.sudo().cartera_propuesta_id, found)
        self.proponer()
        self.assertEqual(self.propuestas(line).rivals, 0)

    def test_more_signs_are_trusted_more_and_the_best_comes_first(self):
        line = self.consignar(1000.0, f"{self.one.name} NIT 900123456 COMERCIAL ANDINA SAS", partner_id=self.pedro.id)
        self.proponer()
        best, other = self.propuestas(line)
        self.assertEqual((best.partner_id, best.rule, best.confidence), (self.andina, "invoice", 99))
        self.assertEqual((other.partner_id, other.rule, other.confidence), (self.pedro, "partner", 75))

    def test_a_second_look_writes_nothing_and_a_changed_ledger_changes_what_is_proposed(self):
        line = self.consignar(1000.0, "NIT 900123456")
        self.assertEqual(self.proponer()["created"], 1)
        self.assertEqual(self.propuestas(line).amount_kind, "item")
        counts = self.proponer()
        self.assertEqual((counts["created"], counts["removed"], counts["unchanged"]), (0, 0, 1))
        self.pagar(self.one)
        counts = self.proponer()
        self.assertEqual((counts["created"], counts["removed"]), (1, 1))
        self.assertEqual(self.propuestas(line).rule, "payment")

    def test_what_is_discarded_is_not_proposed_again(self):
        line = self.consignar(3.0, "NIT 900123456 PEDRO MUNOZ GIL")
        self.proponer()
        wrong = self.propuestas(line).filtered(lambda p: p.partner_id == self.andina)
        wrong.with_user(self.usuario("tesorero")).action_descartar()
        self.proponer()
        self.assertEqual(self.propuestas(line).partner_id, self.pedro | self.twin)
        self.assertEqual((wrong.state, wrong.decided_by.login), ("discarded", f"tesorero_{self.company.id}"))

    def test_a_rule_of_the_company_that_is_off_puts_the_shared_one_out(self):
        rule = self.env.ref("cartera_cobro.identificacion_vat").sudo()
        line = self.consignar(3.0, "NIT 900123456")
        rule.copy({"company_id": self.company.id, "active": False})
        self.proponer()
        self.assertFalse(self.propuestas(line))

    def test_another_companys_debtors_and_deposits_are_not_looked_at(self):
        other = (
            self.env["cartera.expediente"]
            .sudo()
            .create({"partner_id": self.andina.id, "company_id": self._create_company(name="Ajena").id})
        )
        line = self.consignar(3.0, "NIT 900123456")
        self.proponer()
        self.assertEqual(self.propuestas(line).expediente_id, self.expediente(self.andina))
        self.assertEqual(self.Proposal._proponer(other.company_id)["deposits"], 0)

    def test_statements_do_not_grow_with_the_lines(self):
        for n in range(3):
            self.consignar(100.0 + n, f"NIT 900123456 {n}")
        self.proponer()
        few = self.contar()
        for n in range(30):
            self.consignar(200.0 + n, f"NIT 900123456 {n}")
        self.assertEqual(self.contar(), few)

    def contar(self):
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.proponer()
        return self.cr.sql_log_count - before

    # --- what becomes of it -----------------------------------------------------------------------------------------

    def test_accepted_it_pays_what_it_named_and_undone_it_is_not_proposed_again(self):
        line = self.consignar(700.5, f"{self.two.name} PEDRO MUNOZ GIL")
        self.proponer()
        tesorero = self.usuario("tesorero")
        line.with_user(tesorero).action_cartera_aceptar()
        self.assertEqual((self.one.amount_residual, self.two.amount_residual), (1000.0, 0.0))
        accepted = self.Proposal.search([("statement_line_id", "=", line.id)])
        self.assertEqual((accepted.state, accepted.decided_by), ("accepted", tesorero))
        self.assertCuadra()
        line.with_user(tesorero).action_cartera_deshacer()
        self.assertEqual(self.two.amount_residual, 700.5)
        self.assertEqual(accepted.state, "discarded")
        self.assertNotIn(self.andina, self.propuestas(line).partner_id)
        self.assertTrue(line.sudo().cartera_propuesta_id)
        self.assertCuadra()

    def test_what_was_paid_in_the_meantime_is_refused(self):
        line = self.consignar(700.5, self.two.name)
        self.proponer()
        self.pagar(self.two)
        with self.assertRaisesRegex(UserError, "Nothing is owed any more"):
            line.with_user(self.usuario("tesorero")).action_cartera_aceptar()

    def test_a_payment_registered_before_is_matched_and_not_counted_twice(self):
        outstanding = self.receivable.copy(
            {"code": "11200599", "name": "Por acreditar", "account_type": "asset_current", "reconcile": True}
        )
        self.bank.inbound_payment_method_line_ids.payment_account_id = outstanding
        payment = self.pagar(self.one)
        line = self.consignar(1000.0, "NIT 900123456")
        self.proponer()
        best = self.propuestas(line)
        self.assertEqual((best.rule, best.amount_kind), ("payment", "payment"))
        best.with_user(self.usuario("contador")).action_aceptar()
        self.assertEqual((payment.state, self.two.amount_residual), ("paid", 700.5))
        self.assertFalse(self.expediente(self.andina).amount_credit)
        self.assertCuadra()
        with self.assertRaisesRegex(UserError, "does not wait"):
            self.consignar(1000.0)._cartera_casar(best.payment_line_id, self.expediente(self.andina))

    def test_only_rules_that_may_apply_alone_and_only_with_enough_trust(self):
        sure, doubtful = self.consignar(1000.0, self.one.name), self.consignar(1.0, self.two.name)
        rule = self.env.ref("cartera_cobro.identificacion_invoice").sudo()
        self.assertEqual(self.Proposal._de_noche(self.company)["applied"], 0)
        rule.automatic = True
        self.assertEqual(self.Proposal._de_noche(self.company)["applied"], 1)
        self.assertEqual((sure.is_reconciled, doubtful.is_reconciled), (True, False))
        self.assertTrue(self.Proposal.search([("statement_line_id", "=", sure.id)]).automatic)

    def test_an_automatic_one_that_cannot_be_applied_keeps_the_reason_and_waits(self):
        line, good = self.consignar(1000.0, self.one.name), self.consignar(333.0, "1023456789")
        for code in ("invoice", "vat"):
            self.env.ref(f"cartera_cobro.identificacion_{code}").sudo().write({"automatic": True, "automatic_from": 50})
        self.proponer()
        self.pagar(self.one)
        self.assertEqual(self.Proposal._aplicar_automaticas(self.company), 1)
        self.assertTrue(good.is_reconciled)
        self.assertIn("Nothing is owed", line.sudo().cartera_error)
        self.assertFalse(line.is_reconciled)

    def test_who_may(self):
        line = self.consignar(1000.0, self.one.name)
        self.proponer()
        for role in ("gestor", "auditor", "analista", "ventanilla", "abogado", "director"):
            user = self.usuario(role)
            self.assertTrue(line.with_user(user).cartera_reason, role)
            for action in ("aceptar", "proponer", "deshacer", "elegir_deudor", "buscar"):
                with self.assertRaises(AccessError, msg=f"{role} {action}"):
                    getattr(line.with_user(user), f"action_cartera_{action}")()
            for action in ("action_aceptar", "action_descartar"):
                with self.assertRaises(AccessError, msg=f"{role} {action}"):
                    getattr(self.propuestas(line).with_user(user), action)()
        with self.assertRaises(AccessError):
            self.propuestas(line).with_user(self.usuario("responsable")).read(["reason"])

    def test_what_waits_is_listed_by_age_with_what_is_left_of_it(self):
        ages = {2: "1", 6: "2", 45: "3", 90: "4", 180: "5", 181: "6"}
        lines = {days: self.consignar(10.0 + days, "Efectivo", date=self.dia(days)) for days in ages}
        applied, out = self.consignar(5.0, "Efectivo"), self.consignar(-5.0, "Retiro")
        applied._cartera_aplicar(self.expediente(self.andina))
        Waiting = self.env["cartera.consignacion.pendiente"].with_user(self.usuario("auditor"))
        rows = {row.statement_line_id: row for row in Waiting.search([("company_id", "=", self.company.id)])}
        self.assertEqual(rows.keys(), set(lines.values()))
        for days, band in ages.items():
            row = rows[lines[days]]
            self.assertEqual((row.days, row.band, row.amount), (days, band, 10.0 + days))
        self.assertNotIn(out, rows)
        old = self.env["account.bank.statement.line"].search([("cartera_days", ">", 90), ("is_reconciled", "=", False)])
        self.assertEqual(old & self.env["account.bank.statement.line"].union(*lines.values()), lines[180] | lines[181])

    def test_a_person_says_whose_it_is_and_who_looks_for_it(self):
        line = self.consignar(500.0, "Efectivo")
        env = self.env(user=self.usuario("tesorero"))
        buscar = env["cartera.consignacion.buscar"].create(
            {"statement_line_ids": line.ids, "note": "Llamó de la sucursal 12"}
        )
        buscar.action_apply()
        self.assertEqual((line.sudo().cartera_user_id, line.sudo().cartera_note), (env.user, "Llamó de la sucursal 12"))
        asignar = env["cartera.consignacion.asignar"].create(
            {
                "statement_line_id": line.id,
                "expediente_id": self.expediente(self.andina).id,
                "partida_ids": self.partidas(self.two).ids,
            }
        )
        asignar.action_apply()
        self.assertEqual((self.one.amount_residual, self.two.amount_residual), (1000.0, 200.5))
        self.assertFalse(line.sudo().cartera_user_id)


@tagged("post_install", "-at_install")
class TestProponerAcuerdos(Consignaciones, VigilanciaCase):
    def test_agreements_by_number_and_instalment_and_coupons_by_reference(self):
        acuerdo = self.vigente()
        cuota = acuerdo.cuota_ids.sorted("number")[0]
        Proposal = self.env["cartera.identificacion"].sudo()
        cupon = self.env["cartera.cupon"].sudo()._de_cuota(cuota)
        number = self.consignar(cuota.amount_due, f"Cuota {acuerdo.number}")
        alone = self.consignar(cuota.amount_due, "Efectivo")
        coupon = self.consignar(cupon.amount, cupon.number.zfill(48))
        wrong = self.consignar(1.0, f"REF {cupon.number}")
        Proposal._proponer(self.company)
        found = {
            line: Proposal.search([("statement_line_id", "=", line.id)]) for line in (number, alone, coupon, wrong)
        }
        self.assertEqual((found[number].rule, found[number].cuota_id), ("agreement", cuota))
        self.assertEqual((found[alone].rule, found[alone].amount_kind), ("amount", "instalment"))
        self.assertEqual((found[coupon].rule, found[coupon].amount_kind), ("coupon", "coupon"))
        self.assertEqual((found[coupon].cupon_id, found[coupon].confidence), (cupon, 99))
        self.assertEqual((found[wrong].cupon_id, found[wrong].amount_kind), (cupon, False))
        found[coupon].with_user(self.tesorero).action_aceptar()
        self.assertEqual(cuota.state, "paid")
        self.assertEqual(cupon.state, "paid")

    def sin_capital(self):
        """An agreement whose items are all paid, but not the financing of its last instalments; and a new invoice."""
        self.politica.agreement_rate = 24
        acuerdo = self.vigente()
        self.abonar(acuerdo.amount_capital)
        newer = self.factura(1, 90_000)
        self.Partida._actualizar(self.company)
        self.assertFalse(acuerdo._partidas_por_pagar())
        left = acuerdo.cuota_ids.filtered("amount_due").sorted("number")
        self.assertTrue(left)
        return acuerdo.sudo(), left, self.partidas(newer)

    def test_the_last_instalments_are_paid_on_account_when_nothing_else_of_the_agreement_is_owed(self):
        acuerdo, left, newer = self.sin_capital()
        self.aceptar(self.consignar(left[0].amount_due, "Efectivo"), "amount", left[0])
        self.assertEqual((newer.amount_residual, acuerdo.amount_due), (90_000, 0))
        self.assertEqual(self.noche(HOY)["fulfilled"], 1)

    def test_so_are_those_of_a_coupon(self):
        acuerdo, left, newer = self.sin_capital()
        cupon = self.env["cartera.cupon"].sudo()._de_cuota(left[0])
        self.aceptar(self.consignar(cupon.amount, cupon.number), "coupon", left[0])
        self.assertEqual((newer.amount_residual, acuerdo.amount_due, cupon.state), (90_000, 0, "paid"))

    def aceptar(self, line, rule, cuota):
        Proposal = self.env["cartera.identificacion"].sudo()
        Proposal._proponer(self.company)
        found = Proposal.search([("statement_line_id", "=", line.id)])
        self.assertEqual((found.rule, found.cuota_id), (rule, cuota))
        found.with_user(self.tesorero).action_aceptar()

    def test_a_person_says_that_it_is_of_an_agreement(self):
        acuerdo, left, newer = self.sin_capital()
        Asignar = self.env["cartera.consignacion.asignar"].with_user(self.tesorero)
        values = {"expediente_id": self.expediente.id, "acuerdo_id": acuerdo.id}
        line = self.consignar(left.mapped("amount_due")[0], "Efectivo")
        Asignar.create({**values, "statement_line_id": line.id}).action_apply()
        self.assertEqual((newer.amount_residual, left[0].state), (90_000, "paid"))
        acuerdo._terminar("cancelled", "Otro")
        with self.assertRaisesRegex(UserError, "not in force"):
            Asignar.create({**values, "statement_line_id": self.consignar(5.0).id}).action_apply()
