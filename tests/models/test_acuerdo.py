"""Payment agreements: drafted, proposed, accepted, signed in tiers, signed by the debtor, paid, ended."""

from datetime import date

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import HOY, CarteraCase

FIRMA = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


class AcuerdoCase(CarteraCase):
    """`cls.gestor` proposes, `cls.tesorero` and `cls.director` sign; invoices of 600,000 and 400,000 are overdue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.write(
            {"interest_regime": "civil", "agreement_down_percent": 0, "agreement_rate": 0, "agreement_max_count": 60}
        )
        cls.gestor, cls.tesorero, cls.director = (cls.usuario(r) for r in ("gestor", "tesorero", "director"))
        cls.facturas = cls.factura(60, 600_000) + cls.factura(30, 400_000)
        cls.Partida._actualizar(cls.company)
        cls.expediente = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.Acuerdo = cls.env["cartera.acuerdo"]
        cls.env["tier.definition"].sudo().search([("model", "=", "cartera.acuerdo")]).has_comment = False

    @classmethod
    def acuerdo(cls, moves=None, user=None, **extra):
        items = cls.Partida.search([("move_id", "in", (moves or cls.facturas).ids)])
        values = {
            "expediente_id": cls.expediente.id,
            "count": 4,
            "first_date": date(2026, 8, 15),
            "linea_ids": [Command.create({"partida_id": item.id}) for item in items],
            **extra,
        }
        return cls.Acuerdo.with_user(user or cls.gestor).create(values)

    def firmar(self, acuerdo, user):
        acuerdo.invalidate_recordset()
        acuerdo.with_user(user).validate_tier()
        acuerdo.invalidate_recordset()

    def proponer(self, acuerdo=None, **extra):
        acuerdo = acuerdo or self.acuerdo(**extra)
        acuerdo.action_propose()
        return acuerdo

    def por_firmar(self, **extra):
        """One that our side has signed."""
        acuerdo = self.proponer(**extra)
        acuerdo._aceptar("in_person", "Juana Deudora")
        acuerdo.action_request()
        self.firmar(acuerdo, self.tesorero)
        self.firmar(acuerdo, self.director)
        return acuerdo

    def forzar(self, acuerdo, state):
        """Put it in a state from below, as no user can."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE cartera_acuerdo SET state = %s WHERE id = %s", [state, acuerdo.id])
        self.env.invalidate_all()

    def vigente(self, **extra):
        acuerdo = self.por_firmar(**extra)
        acuerdo._firmar_deudor("Juana Deudora", signature=FIRMA)
        return acuerdo


@tagged("post_install", "-at_install")
class TestAcuerdo(AcuerdoCase):
    def test_it_liquidates_capital_and_interest_and_plans_to_the_cent(self):
        acuerdo = self.acuerdo()
        # 6% a year on 600,000 for 60 days and on 400,000 for 30.
        self.assertEqual(acuerdo.amount_capital, 1_000_000)
        self.assertEqual(acuerdo.amount_interest, 5917.81 + 1972.60)
        self.assertEqual(sum(acuerdo.cuota_ids.mapped("amount")), acuerdo.amount_total)
        self.assertEqual(acuerdo.cuota_ids.mapped("date_due")[-1], date(2026, 11, 15))
        self.assertEqual(acuerdo.kind, "agreement")

    def test_only_the_days_until_the_first_instalment_are_financed(self):
        acuerdo = self.acuerdo(count=1, annual_rate=12)
        self.assertAlmostEqual(acuerdo.amount_financing, 1_000_000 * (1.12 ** (1 / 12) - 1), 2)
        acuerdo.first_date = HOY
        self.assertEqual(acuerdo.amount_financing, 0)
        acuerdo.first_date = date(2026, 7, 20)
        self.assertAlmostEqual(acuerdo.amount_financing, 1_000_000 * (1.12 ** (5 / 365) - 1), 2)
        # Liquidated later, fewer days run.
        acuerdo.date = date(2026, 7, 18)
        self.assertAlmostEqual(acuerdo.amount_financing, 1_000_000 * (1.12 ** (2 / 365) - 1), 2)

    def test_the_whole_way(self):
        acuerdo = self.proponer()
        self.assertRecordValues(acuerdo, [{"state": "proposed", "number": "2026-00001"}])
        acuerdo._aceptar("in_person", "Juana Deudora")
        acuerdo.action_request()
        self.assertEqual(acuerdo.state, "approval")
        self.firmar(acuerdo, self.director)
        self.assertFalse(acuerdo.firma_ids, "the treasurer signs first")
        self.firmar(acuerdo, self.tesorero)
        self.assertEqual(acuerdo.state, "approval")
        self.firmar(acuerdo, self.director)
        self.assertEqual(acuerdo.state, "signed")
        acuerdo._firmar_deudor("Juana Deudora", signature=FIRMA)
        self.assertRecordValues(acuerdo, [{"state": "active", "date_active": HOY, "debtor_signed_by": "Juana Deudora"}])
        self.assertEqual(acuerdo.firma_ids.sorted("id").mapped("role"), ["Treasurer", "Director", "Debtor"])
        self.assertEqual(set(acuerdo.firma_ids.mapped("hash")), {acuerdo._huella()})
        self.assertEqual(self.partidas(*self.facturas).acuerdo_id, acuerdo)
        self.assertEqual(self.expediente.acuerdo_id, acuerdo)
        events = self.partidas(*self.facturas).prescripcion_evento_ids
        self.assertEqual({(e.kind, e.date, e.document) for e in events}, {("interrupt", HOY, acuerdo)}, "acknowledged")

    def test_each_step_only_from_the_one_before(self):
        steps = {
            "propose": lambda a: a.action_propose(),
            "accept": lambda a: a._aceptar("email", "Juana"),
            "request": lambda a: a.action_request(),
            "sign": lambda a: a._firmar_deudor("Juana", signature=FIRMA),
            "reopen": lambda a: a.action_reopen(),
            "cancel": lambda a: a.action_cancel("No"),
            "consolidate": lambda a: a.with_user(self.tesorero).action_consolidate("Pide"),
            "breach": lambda a: a.with_user(self.tesorero).action_breach("No paga"),
            "cure": lambda a: a.with_user(self.tesorero).action_cure("Pagó"),
        }
        may = {
            "draft": {"propose", "cancel"},
            "proposed": {"accept", "reopen", "cancel"},
            "approval": {"reopen", "cancel"},
            "signed": {"sign", "reopen", "cancel"},
            "active": {"consolidate", "breach"},
            "fulfilled": set(),
            "breached": {"cure"},
            "cancelled": set(),
        }
        acuerdo = self.acuerdo()
        for state, allowed in may.items():
            self.forzar(acuerdo, state)
            for step in steps.keys() - allowed:
                act = steps[step]
                with self.subTest(state=state, step=step):
                    with self.assertRaises(UserError):
                        act(acuerdo)
                    self.assertEqual(acuerdo.state, state)

    def test_nobody_approves_what_they_proposed(self):
        acuerdo = self.proponer(user=self.tesorero)
        acuerdo._aceptar("email", "Juana")
        acuerdo.action_request()
        with self.assertRaisesRegex(UserError, "somebody else has to sign"):
            self.firmar(acuerdo, self.tesorero)

    def test_before_the_debtor_accepts_nobody_signs(self):
        with self.assertRaisesRegex(UserError, "has not accepted"):
            self.proponer().action_request()

    def test_back_to_draft_it_starts_again(self):
        acuerdo = self.por_firmar()
        with self.assertRaisesRegex(UserError, "not a draft any more"):
            acuerdo.count = 6
        given = acuerdo.firma_ids
        acuerdo.action_reopen()
        self.assertRecordValues(acuerdo, [{"state": "draft", "date_accepted": False, "date_proposed": False}])
        self.assertFalse(acuerdo.sudo().review_ids)
        self.assertEqual(acuerdo.firma_ids, given, "signatures stay for good")
        acuerdo.count = 6
        self.assertEqual(len(acuerdo.cuota_ids), 6)
        self.assertFalse(acuerdo._firmado())

    def test_it_comes_back_with_comments(self):
        acuerdo = self.proponer()
        acuerdo._aceptar("email", "Juana")
        acuerdo.action_request()
        review = acuerdo.sudo().review_ids.sorted("sequence")[0]
        review.comment = "Muy largo"
        acuerdo.invalidate_recordset()
        acuerdo.with_user(self.tesorero)._rejected_tier(review.with_user(self.tesorero))
        self.assertEqual(acuerdo.state, "draft")
        self.assertIn("Muy largo", "".join(acuerdo.sudo().message_ids.mapped("body")))

    def test_restarting_the_signatures_keeps_what_was_given_and_asks_again(self):
        acuerdo = self.proponer()
        acuerdo._aceptar("email", "Juana")
        acuerdo.action_request()
        self.firmar(acuerdo, self.tesorero)
        given = acuerdo.firma_ids
        acuerdo.restart_validation()
        self.assertEqual((acuerdo.state, acuerdo.firma_ids), ("proposed", given))
        with freeze_time("2026-07-15 18:00:00"):
            acuerdo.action_request()
            self.firmar(acuerdo, self.director)
            self.firmar(acuerdo, self.tesorero)
            self.assertEqual(acuerdo.state, "approval", "the treasurer's earlier signature does not count")
            self.firmar(acuerdo, self.director)
        self.assertEqual((acuerdo.state, len(acuerdo.firma_ids)), ("signed", 3))

    def test_dollars_are_agreed_on_in_company_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": usd.id, "company_id": self.company.id, "name": "2026-01-01", "inverse_company_rate": 4000}
        )
        move = self.factura(30, 100, currency_id=usd.id)
        acuerdo = self.vigente(moves=move, count=2)
        self.assertEqual(acuerdo.amount_capital, 400_000)
        self.pagar(move, 50, currency_id=usd.id)
        self.assertEqual(acuerdo.amount_paid, 200_000)

    def test_items_of_another_company(self):
        other = self.setup_other_company()["company"]
        other.sudo().cartera_politica_id = self.politica
        foreign = self.Expediente.create({"company_id": other.id, "partner_id": self.debtor.id})
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.Acuerdo.sudo().create(
                {
                    "expediente_id": foreign.id,
                    "first_date": date(2026, 8, 15),
                    "linea_ids": [Command.create({"partida_id": self.partidas(self.facturas[0]).id})],
                }
            )

    def test_merging_dossiers_takes_the_agreements_along(self):
        acuerdo = self.vigente()
        target = self.env["res.partner"].create({"name": "Juana D."})
        self.factura(10, partner=target)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge((self.debtor + target).ids, target)
        self.env.invalidate_all()
        self.assertEqual(acuerdo.partner_id, target)
        self.assertEqual(acuerdo.expediente_id.acuerdo_id, acuerdo)

    def test_a_second_signature_is_refused(self):
        acuerdo = self.vigente()
        with self.assertRaises(UserError):
            acuerdo._firmar_deudor("Otra", signature=FIRMA)
        self.assertEqual(acuerdo.debtor_signed_by, "Juana Deudora")

    def test_a_text_changed_by_force_is_not_signed(self):
        acuerdo = self.por_firmar()
        acuerdo.sudo().guarantee_note = "Otra cosa"
        with self.assertRaisesRegex(UserError, "not the one that was signed"):
            acuerdo._firmar_deudor("Juana", signature=FIRMA)
        self.assertEqual(acuerdo.state, "signed")

    def test_wrong_terms_are_refused(self):
        cases = [
            ({"count": 0}, "one or more"),
            ({"count": -3}, "one or more"),
            ({"count": 61}, "60 instalments at most"),
            ({"annual_rate": -1}, "negative"),
            ({"down_payment": -1}, "cannot be negative"),
            ({"down_payment": 2_000_000, "down_date": HOY}, "more than the debt"),
            ({"down_payment": 1000}, "when the down payment"),
            ({"first_date": date(2026, 7, 1)}, "has passed"),
            ({"date": date(2026, 7, 1)}, "has passed"),
            ({"amount_forgiven": -1}, "goes from zero"),
            ({"amount_forgiven": 900_000}, "goes from zero"),
            ({"amount_forgiven": 100}, "at most"),
        ]
        for extra, sentence in cases:
            with self.subTest(extra=extra), self.assertRaisesRegex(ValidationError, sentence):
                self.acuerdo(**extra)

    def test_forgiving_takes_an_authority_and_the_last_signature(self):
        self.politica.write({"agreement_forgive_percent": 100, "agreement_upper_from": 10_000_000})
        with self.assertRaisesRegex(ValidationError, "which authority"):
            self.acuerdo(amount_forgiven=1000)
        self.assertFalse(self.acuerdo().upper_signature)
        acuerdo = self.acuerdo(amount_forgiven=1000, forgiven_authority="Acuerdo 12 de 2025")
        self.assertTrue(acuerdo.upper_signature)
        self.assertEqual(acuerdo.amount_total, 1_000_000 + 7890.41 - 1000)
        self.assertEqual(acuerdo.amount_plan, acuerdo.amount_total)

    def test_wrong_items_are_refused(self):
        other = self.factura(40, partner=self.env["res.partner"].create({"name": "Otro"}))
        with self.assertRaisesRegex(ValidationError, "another debtor"):
            self.acuerdo(moves=self.facturas + other)
        self.proponer(moves=self.facturas[0])
        with self.assertRaisesRegex(UserError, "another agreement already"):
            self.proponer()
        paid = self.factura(20)
        draft = self.acuerdo(moves=paid)
        self.pagar(paid)
        with self.assertRaisesRegex(UserError, "Nothing is owed"):
            draft.action_propose()
        with self.assertRaisesRegex(UserError, "Choose the items"):
            self.acuerdo(linea_ids=[]).action_propose()

    def test_in_legal_stage_a_lawyer_or_a_coordinator_proposes(self):
        legal = self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[:1]
        self.partidas(*self.facturas)._mover(legal, "Demanda")
        with self.assertRaisesRegex(UserError, "a lawyer or a coordinator"):
            self.proponer()
        self.assertEqual(self.proponer(user=self.usuario("abogado")).state, "proposed")

    def test_a_guarantee_from_the_policys_amount_on(self):
        self.politica.write({"agreement_guarantee_from": 500_000, "agreement_guarantee_free_count": 3})
        with self.assertRaisesRegex(UserError, "asks for a guarantee"):
            self.proponer()
        self.proponer(count=3)

    def test_not_for_a_debtor_in_breach(self):
        broken = self.vigente(moves=self.facturas[0])
        broken.with_user(self.tesorero).action_breach("Dos cuotas")
        other = self.acuerdo(moves=self.facturas[1])
        with self.assertRaisesRegex(UserError, "the breach was not cured"):
            other.action_propose()
        broken.with_user(self.tesorero).action_cure("Pagó lo vencido")
        other.action_propose()
        self.assertEqual(other.state, "proposed")

    def test_a_breach_meanwhile_keeps_another_from_being_signed(self):
        first = self.vigente(moves=self.facturas[0])
        accepted = self.proponer(moves=self.facturas[1])
        accepted._aceptar("in_person", "Juana Deudora")
        signed = self.por_firmar(moves=self.factura(20))
        first.with_user(self.tesorero).action_breach("Dos cuotas")
        with self.assertRaisesRegex(UserError, "the breach was not cured"):
            accepted.action_request()
        with self.assertRaisesRegex(UserError, "the breach was not cured"):
            signed._firmar_deudor("Juana Deudora", signature=FIRMA)
        first.with_user(self.tesorero).action_cure("Pagó lo vencido")
        signed._firmar_deudor("Juana Deudora", signature=FIRMA)
        self.assertEqual((accepted.action_request(), signed.state), (True, "active"))

    def test_what_went_to_the_lawyer_meanwhile_an_officer_does_not_take_on(self):
        acuerdo = self.proponer()
        acuerdo._aceptar("in_person", "Juana Deudora")
        legal = self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[:1]
        self.partidas(*self.facturas)._mover(legal, "Demanda")
        with self.assertRaisesRegex(UserError, "a lawyer or a coordinator"):
            acuerdo.action_request()
        acuerdo.with_user(self.usuario("abogado")).action_request()
        self.assertEqual(acuerdo.state, "approval")

    def test_a_proposal_stands_until_its_day(self):
        acuerdo = self.proponer()
        acuerdo.sudo().valid_until = date(2026, 7, 14)
        with self.assertRaisesRegex(UserError, "stood until"):
            acuerdo._aceptar("email", "Juana")

    def test_under_it_stage_and_band_stand_still_and_afterwards_true_age_rules(self):
        acuerdo = self.vigente(moves=self.facturas[0])
        item = self.partidas(self.facturas[0])
        before = item.etapa_id, item.banda_id
        self.actualizar(date(2027, 6, 1))
        self.assertEqual((item.etapa_id, item.banda_id, item.etapa_reason), (*before, "agreement"))
        self.assertIn(acuerdo.display_name, item.stage_explanation)
        self.assertEqual(self.actualizar(date(2027, 6, 1))["moved"], 0)
        acuerdo.with_user(self.tesorero).action_consolidate("Lo pide")
        self.assertFalse(item.acuerdo_id)
        self.actualizar(date(2027, 6, 1))
        self.assertNotEqual((item.etapa_id, item.banda_id), before)
        self.assertEqual(acuerdo.state, "cancelled")

    def test_payments_fill_the_instalments_also_when_undone(self):
        acuerdo = self.vigente()
        first = acuerdo.cuota_ids[0]
        self.assertEqual(first.amount, 251_972.60)
        payment = self.pagar(self.facturas[0], 300_000)
        self.assertEqual(acuerdo.amount_paid, 300_000)
        self.assertEqual(acuerdo.cuota_ids.mapped("state"), ["paid", "partial", "pending", "pending"])
        self.assertEqual(first.paid_interest, first.interest)
        payment.action_draft()
        self.assertEqual(acuerdo.amount_paid, 0)
        self.assertEqual(set(acuerdo.cuota_ids.mapped("state")), {"pending"})

    def test_it_takes_the_place_of_the_promises_over_its_items(self):
        gestion = (
            self.env["cartera.gestion"]
            .sudo()
            .create(
                {
                    "expediente_id": self.expediente.id,
                    "channel": "call",
                    "direction": "in",
                    "result": "promise",
                    "promise_date": date(2026, 7, 20),
                    "promise_amount": 100_000,
                    "user_id": self.gestor.id,
                }
            )
        )
        self.assertEqual(gestion.promesa_ids.state, "pending")
        acuerdo = self.vigente()
        self.assertEqual(gestion.promesa_ids.state, "cancelled")
        self.assertIn(acuerdo.number, gestion.promesa_ids.cancel_reason)

    def test_an_invoice_taken_back_to_draft_was_not_paid(self):
        acuerdo = self.vigente()
        self.facturas[0].button_draft()
        self.assertEqual((acuerdo.amount_paid, acuerdo.state), (0, "active"))
        self.facturas[0].action_post()
        self.pagar(self.facturas[0], 100_000)
        self.assertEqual(acuerdo.amount_paid, 100_000)

    def test_money_on_account_counts_too_and_goes_on_counting_once_it_is_matched(self):
        acuerdo = self.vigente(moves=self.facturas[0])
        payment = self.env["account.payment"].create(
            {"partner_id": self.debtor.id, "amount": 100_000, "payment_type": "inbound", "partner_type": "customer",
             "journal_id": self.bank.id, "date": HOY}
        )  # fmt: skip
        payment.action_post()
        credit = self.Partida.search([("move_id", "=", payment.move_id.id)])
        self.assertEqual((credit.acuerdo_id, acuerdo.amount_paid), (acuerdo, 100_000))
        lines = payment.move_id.line_ids + self.facturas[0].line_ids
        lines.filtered(lambda line: line.account_id == self.receivable).reconcile()
        self.assertEqual(acuerdo.amount_paid, 100_000)
        payment.action_draft()
        self.assertEqual(acuerdo.amount_paid, 0)

    def test_money_on_account_from_before_the_signature_counts_since_the_liquidation(self):
        acuerdo = self.por_firmar(down_payment=50_000, down_date=HOY)
        for day in (HOY, date(2026, 7, 1)):
            payment = self.env["account.payment"].create(
                {"partner_id": self.debtor.id, "amount": 50_000, "payment_type": "inbound", "partner_type": "customer",
                 "journal_id": self.bank.id, "date": day}
            )  # fmt: skip
            payment.action_post()
        acuerdo._firmar_deudor("Juana", signature=FIRMA)
        self.assertEqual(acuerdo.amount_paid, 50_000)
        self.assertEqual(acuerdo.cuota_ids[0].state, "paid")

    def test_the_state_and_the_signatures_are_written_by_methods_only(self):
        acuerdo = self.proponer()
        for values in (
            {"state": "active"},
            {"date_accepted": "2026-07-15 12:00:00"},
            {"debtor_signed_by": "Yo"},
            {"amount_total": 1},
            {"amount_paid": 1_000_000},
            {"proposed_by_id": self.director.id},
            {"link_nonce": "mine"},
            {"gestion_id": False},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                acuerdo.write(values)
        with self.assertRaises(UserError):
            acuerdo.linea_ids.with_user(self.gestor).unlink()
        with self.assertRaises(UserError):
            acuerdo.cuota_ids.with_user(self.gestor).write({"capital": 1})
        with self.assertRaises(AccessError):
            acuerdo.cuota_ids.with_user(self.gestor).write({"amount_paid": 1})

    def test_a_draft_is_born_with_its_terms_only(self):
        other = self.env["ir.attachment"].sudo().create({"name": "nomina.pdf", "raw": b"%PDF"})
        for values in (
            {"state": "active"},
            {"document_id": other.id},
            {"pdf_id": other.id},
            {"signed_copy_id": other.id},
            {"date_accepted": "2026-07-15 12:00:00", "accepted_by": "Juana", "accepted_channel": "email"},
            {"debtor_signed_on": "2026-07-15 12:00:00", "debtor_signed_by": "Juana"},
            {"date_active": date(2026, 1, 1)},
            {"date_interest": HOY},
            {"amount_total": 1},
            {"number": "2026-99999"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.acuerdo(**values)
        values = {"expediente_id": self.expediente.id, "first_date": date(2026, 8, 15)}
        for name, value in {"document_id": other.id, "date_active": HOY, "accepted_by": "Juana"}.items():
            with self.subTest(default=name):
                born = self.Acuerdo.with_user(self.gestor).with_context(**{f"default_{name}": value}).create(values)
                self.assertFalse(born[name])

    def test_what_is_owed_of_its_items_is_not_typed(self):
        acuerdo, proposed = self.acuerdo(moves=self.facturas[0]), self.proponer(moves=self.facturas[1])
        lines = acuerdo.linea_ids.with_user(self.gestor)
        third = self.partidas(self.factura(20))
        for values in ({"capital": 1}, {"date_due": HOY}, {"state": "cancelled"}, {"date_active": HOY}):
            with self.subTest(values=values):
                with self.assertRaisesRegex(UserError, "read from the ledger"):
                    lines.write(values)
                with self.assertRaisesRegex(UserError, "read from the ledger"):
                    lines.create({"acuerdo_id": acuerdo.id, "partida_id": third.id, **values})
        with self.assertRaisesRegex(UserError, "fixed once it is proposed"), self.env.cr.savepoint():
            lines.write({"acuerdo_id": proposed.id})
        with Form(acuerdo) as form, form.linea_ids.new() as line:
            line.partida_id = third
        self.assertEqual(acuerdo.amount_capital, 601_000, "the form sends what was chosen")

    def test_who_may_work_them(self):
        acuerdo = self.proponer()
        self.expediente.user_id = self.tesorero
        with self.assertRaises(AccessError):
            acuerdo.action_reopen()
        auditor = self.usuario("auditor")
        self.assertEqual(acuerdo.with_user(auditor).state, "proposed")
        for user in (auditor, self.usuario("contador")):
            with self.assertRaises(AccessError):
                acuerdo.with_user(user).action_reopen()
        with self.assertRaises(AccessError):
            self.vigente_de_tesorero(acuerdo).with_user(self.gestor).action_breach("No paga")

    def vigente_de_tesorero(self, acuerdo):
        self.forzar(acuerdo, "active")
        self.expediente.user_id = self.gestor
        return acuerdo
