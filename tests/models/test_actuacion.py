"""Events of a case: what they do to it and to the term of the debt, what is refused; the monthly report; idle cases."""

import io
from datetime import date, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from openpyxl import load_workbook

from .common import HOY
from .test_acuerdo_documentos import texto
from .test_remision import RemisionCase

MES = date(2026, 7, 1)


class ActuacionCase(RemisionCase):
    def actuacion(self, remision, kind, day=HOY, user=None, **vals):
        values = {"remision_id": remision.id, "kind": kind, "date": day, **vals}
        return self.env["cartera.actuacion"].with_user(user or self.abogado).create(values)

    def tipo(self, name):
        return self.env.ref(f"cartera_cobro.mail_activity_type_{name}")


@tagged("post_install", "-at_install")
class TestActuacion(ActuacionCase):
    def test_the_case_follows_its_last_event(self):
        remision = self.recibida()
        Attachment = self.env["ir.attachment"].with_user(self.abogado)
        paper = Attachment.create({"name": "Demanda.pdf", "raw": b"%PDF demanda"})
        with freeze_time("2026-08-20 17:00:00"):
            self.actuacion(
                remision, "filing", date(2026, 7, 20), process_number="11001400300320260012300", court="Juzgado 3",
                amount_cost=80_000, document_ids=[Command.set(paper.ids)], next_step="Auto", next_date=date(2026, 8, 3),
            )  # fmt: skip
            self.assertRecordValues(
                remision,
                [
                    {
                        "legal_state": "filed",
                        "last_date": date(2026, 7, 20),
                        "next_date": date(2026, 8, 3),
                        "process_number": "11001400300320260012300",
                        "court": "Juzgado 3",
                        "amount_cost": 80_000,
                    }
                ],
            )
            step = remision.activity_ids.filtered(lambda a: a.activity_type_id == self.tipo("actuacion"))
            self.assertRecordValues(step, [{"user_id": self.abogado.id, "date_deadline": date(2026, 8, 3)}])
            order = self.actuacion(remision, "order", date(2026, 8, 5), amount_cost=20_000)
            self.assertFalse(remision.activity_ids.filtered(lambda a: a.activity_type_id == self.tipo("actuacion")))
            # What is recorded late takes its place by its day; what says nothing of the state leaves it.
            self.actuacion(remision, "embargo", date(2026, 8, 1), note="Cuenta en el Banco X")
            self.actuacion(remision, "other", date(2026, 8, 6))
            self.assertRecordValues(
                remision, [{"legal_state": "ordered", "last_date": date(2026, 8, 6), "amount_cost": 100_000}]
            )
            order._anular("Era de otro proceso")
            self.assertRecordValues(remision, [{"legal_state": "filed", "amount_cost": 80_000}])
        self.assertIn("Demanda.pdf: ", remision.actuacion_ids.filtered("document_ids").document_hashes)

    def test_the_order_notified_interrupts_and_an_annulled_one_does_not(self):
        remision = self.recibida()
        item = self.partidas(self.facturas[0])
        before = item.prescription_date
        event = self.actuacion(remision, "notification")
        self.env.invalidate_all()
        self.assertEqual(item.prescription_date, date(2029, 7, 15))
        self.assertEqual(remision.prescription_date, date(2029, 7, 15))
        self.assertEqual(item.prescripcion_evento_ids.document, event)
        event._anular("La notificación fue nula")
        self.env.invalidate_all()
        self.assertEqual(item.prescription_date, before)

    def demandada(self, destination="legal", order=date(2027, 5, 2), notified=date(2027, 6, 20)):
        """(its item, of which the term ended on 16 May 2027; the notification) of a case filed on 10 April."""
        self.politica.prescription_years = 1
        remision = self.recibida(destination=destination)
        with freeze_time("2028-12-01 17:00:00"):
            self.actuacion(remision, "filing", date(2027, 4, 10))
            if order:
                self.actuacion(remision, "order", order)
            event = self.actuacion(remision, "notification", notified)
        self.env.invalidate_all()
        return self.partidas(self.facturas[0]), event

    def test_filed_in_time_and_notified_within_the_year_it_interrupts_from_the_filing(self):
        item, event = self.demandada()
        self.assertEqual(item.prescription_date, date(2028, 4, 10))
        self.assertRecordValues(item.prescripcion_evento_ids, [{"document": event, "is_late": False}])

    def test_notified_after_the_year_the_notification_alone_interrupts(self):
        item, _event = self.demandada(notified=date(2028, 5, 3))
        self.assertEqual(item.prescription_date, date(2027, 5, 16))
        self.assertRecordValues(item.prescripcion_evento_ids, [{"date": date(2028, 5, 3), "is_late": True}])

    def test_in_coactive_collection_it_is_the_notification_that_interrupts(self):
        item, _event = self.demandada(destination="coactive")
        self.assertEqual(item.prescription_date, date(2027, 5, 16))

    def test_a_filing_annulled_or_recorded_late_moves_what_its_notification_did(self):
        item, event = self.demandada()
        filing = event.remision_id.actuacion_ids.filtered(lambda a: a.kind == "filing")
        with freeze_time("2028-12-01 17:00:00"):
            filing._anular("Era de otro proceso")
            self.assertEqual(item.prescription_date, date(2027, 5, 16))
            self.actuacion(event.remision_id, "filing", date(2027, 4, 20))
            self.assertEqual(item.prescription_date, date(2028, 4, 20))

    def test_an_auction_suspended_holds_the_term_until_it_is_lifted(self):
        remision, item = self.recibida(), self.partidas(self.facturas[0])
        before = item.prescription_date
        self.assertRefuses("Nothing of this case is suspended", self.actuacion, remision, "resumption")
        suspension = self.actuacion(remision, "suspension")
        self.assertEqual(remision.legal_state, "suspended")
        with freeze_time("2026-08-14 17:00:00"):
            lifted = self.actuacion(remision, "resumption", date(2026, 8, 14))
            self.env.invalidate_all()
            self.assertEqual(suspension.date_until, date(2026, 8, 14))
            self.assertGreaterEqual(item.prescription_date - before, timedelta(days=30))
            self.assertRefuses("Annul the suspension", lifted._anular, "No")

    def test_what_happened_before_the_case_was_referred_interrupts_with_its_document(self):
        """A process that went on before the add-on did: the debt did not prescribe on 15 May 2024."""
        old = self.factura((HOY - date(2021, 5, 15)).days, 300_000)
        old.sudo().cartera_received_date = old.invoice_date
        self.politica.prescription_regime = "invoice"
        item = self.partidas(old)
        self.assertTrue(item.is_prescribed)
        remision = self.borrador(partidas=item, prescription_note="El proceso la interrumpió")
        remision.action_send()
        remision.with_user(self.abogado)._recibir("Abogado", HOY)
        Attachment = self.env["ir.attachment"].with_user(self.abogado)
        days = {"filing": date(2023, 8, 1), "order": date(2023, 10, 3), "notification": date(2024, 2, 10)}
        for kind, day in days.items():
            paper = Attachment.create({"name": f"{kind}.pdf", "raw": b"%PDF auto"})
            self.actuacion(remision, kind, day, document_ids=[Command.set(paper.ids)])
        self.env.invalidate_all()
        self.assertEqual(item.prescription_date, date(2026, 8, 1))
        self.assertFalse(item.is_prescribed)

    def test_a_suspension_ends_with_its_case(self):
        remision, item = self.recibida(), self.partidas(self.facturas[0])
        suspension = self.actuacion(remision, "suspension")
        with freeze_time("2026-09-01 17:00:00"):
            remision.with_user(self.abogado)._devolver("cost")
        self.env.invalidate_all()
        self.assertEqual(suspension.date_until, date(2026, 9, 1))
        until = item.prescription_date
        with freeze_time("2027-09-01 17:00:00"):
            self.env["cartera.prescripcion.aviso"].sudo()._juzgar(self.company)
            self.env.invalidate_all()
            self.assertEqual(item.prescription_date, until)

    def test_a_suspension_is_lifted_also_of_what_was_paid_meanwhile(self):
        remision, item = self.recibida(), self.partidas(self.facturas[0])
        self.actuacion(remision, "suspension")
        payment = self.pagar(self.facturas[0])
        with freeze_time("2026-08-14 17:00:00"):
            self.actuacion(remision, "resumption", date(2026, 8, 14))
        payment.action_draft()
        self.env.invalidate_all()
        self.assertTrue(item.is_open)
        self.assertRecordValues(item.prescripcion_evento_ids, [{"kind": "suspend", "date_end": date(2026, 8, 14)}])

    def test_what_cannot_have_happened_is_refused_and_nothing_is_changed(self):
        sent = self.enviada()
        self.assertRefuses("not in the hands of its lawyer", self.actuacion, sent, "filing")
        sent.with_user(self.abogado)._recibir("Abogado", HOY)
        self.assertRefuses("its day is after today", self.actuacion, sent, "filing", HOY + timedelta(days=1))
        self.assertRefuses("attach the document", self.actuacion, sent, "filing", HOY - timedelta(days=1))
        self.assertRefuses("before anything of the case was due", self.actuacion, sent, "filing", date(2026, 5, 15))
        self.assertRefuses("next date is before", self.actuacion, sent, "filing", next_date=HOY - timedelta(days=1))
        self.assertRefuses("Only a suspension has an end", self.actuacion, sent, "filing", date_until=HOY)
        event = self.actuacion(sent, "filing", user_id=self.gestor.id, annulled_reason="x")
        self.assertRecordValues(event, [{"user_id": self.abogado.id, "annulled_reason": False}])
        self.assertRefuses("is not changed", event.sudo().write, {"note": "Otra"})
        self.assertRefuses("never deleted", event.sudo().unlink)
        self.assertRefuses("Say why it is annulled", event._anular, " ")
        self.assertRefuses("by whoever recorded it", event.with_user(self.gestor)._anular, "No")
        event.with_user(self.tesorero)._anular("Repetida")
        self.assertRefuses("annulled already", event._anular, "Otra vez")
        for reader in (self.auditor, self.director):
            with self.assertRaises(AccessError):
                self.actuacion(sent, "filing", user=reader)
        sent.with_user(self.abogado)._devolver("cost")
        self.assertRefuses("not in the hands", self.actuacion, sent, "termination")

    def test_a_closed_case_still_terminates_its_process(self):
        remision = self.recibida()
        self.pagar(self.facturas)
        self.env["cartera.remision"]._juzgar(self.company)
        self.assertRefuses("not in the hands", self.actuacion, remision, "embargo")
        self.actuacion(remision, "termination")
        self.assertEqual(remision.legal_state, "terminated")

    # --- watched ----------------------------------------------------------------------------------------------------

    def test_a_case_without_events_is_flagged_and_its_lawyer_told_weekly(self):
        remision = self.recibida()
        idle = [("is_idle", "=", True)]
        Remision = self.env["cartera.remision"].sudo().with_company(self.company)
        self.politica.referral_idle_days = 60
        Remision._recordar(self.company)
        self.assertFalse(remision.is_idle or Remision.search(idle))
        with freeze_time("2026-09-13 17:00:00"):
            self.env.invalidate_all()
            self.assertEqual(Remision.search(idle), remision)
            self.assertTrue(remision.is_idle)
            Remision._juzgar(self.company)
            Remision._juzgar(self.company)
            told = remision.activity_ids.filtered(lambda a: a.activity_type_id == self.tipo("sin_actuacion"))
            self.assertRecordValues(told, [{"user_id": self.abogado.id, "date_deadline": date(2026, 9, 13)}])
            told.unlink()
            Remision._juzgar(self.company)
            self.assertFalse(remision.activity_ids.filtered(lambda a: a.activity_type_id == self.tipo("sin_actuacion")))
        with freeze_time("2026-09-20 17:00:00"):
            Remision._juzgar(self.company)
            self.assertIn(self.tipo("sin_actuacion"), remision.activity_ids.activity_type_id)
            self.actuacion(remision, "filing", date(2026, 9, 19))
            self.env.invalidate_all()
            self.assertFalse(remision.is_idle)
            self.assertNotIn(self.tipo("sin_actuacion"), remision.activity_ids.activity_type_id)

    def informe(self, user, **values):
        return self.env["cartera.informe.juridico"].with_user(user).create({"month": MES, **values})

    def test_the_report_of_a_month(self):
        remision = self.recibida()
        self.actuacion(remision, "filing", amount_cost=80_000, process_number="=2+2", next_step="Auto", next_date=HOY)
        with freeze_time("2026-08-10 17:00:00"):
            self.actuacion(remision, "order", date(2026, 8, 5))
            self.pagar(self.facturas[0], 250_000)
            [caso] = self.informe(self.auditor)._casos()
            figures = (caso.capital, caso.capital_now, caso.collected, caso.costs, caso.event_date, caso.debtor)
            self.assertEqual(figures, (1_000_000, 750_000, 250_000, 80_000, HOY, "Juana Deudora"))
            self.assertGreater(caso.interest_now, 0)
            self.assertFalse(self.informe(self.auditor, month=date(2026, 6, 1))._casos(), "not referred yet")
            mine = self.informe(self.tesorero, abogado_id=self.abogado.id)
            text = texto(mine._pdf())
            for phrase in ("Estado de los procesos jurídicos", "Juana Deudora", "$ 750.000", "julio de 2026"):
                self.assertIn(phrase, text)
            sheet = load_workbook(io.BytesIO(mine._xlsx())).active
            rows = [dict(zip([c.value for c in sheet[5]], [c.value for c in row], strict=True)) for row in [sheet[6]]]
            self.assertEqual((rows[0]["Capital hoy"], rows[0]["N.° de proceso"]), (750_000, "=2+2"))
            self.assertEqual(sheet.cell(6, 5).data_type, "s", "what somebody typed is no formula")
        with freeze_time("2026-10-10 17:00:00"):
            remision.with_user(self.abogado)._devolver("cost")
            self.assertFalse(self.informe(self.auditor, month=date(2026, 11, 1))._casos())

    def test_the_report_is_sent_once_a_month_to_coordinators_and_lawyers(self):
        Aviso = self.env["cartera.remision.aviso"].sudo()
        self.company.sudo().cartera_coordinador_id = self.tesorero
        self.tesorero.email = "tesorera@example.com"
        with freeze_time("2026-07-31 12:00:00"):
            self.assertEqual(Aviso._toca(self.company), None, "June: its days passed")
        self.recibida()
        with freeze_time("2026-08-02 12:00:00"):
            self.assertIsNone(Aviso._toca(self.company), "a Sunday")
        with freeze_time("2026-08-03 12:00:00"), self.enter_registry_test_mode():
            self.assertEqual(Aviso._toca(self.company), MES)
            cron = self.env.ref("cartera_cobro.ir_cron_informe_juridico")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        sent = Aviso.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {(row.user_id, row.scope, row.cases, row.state) for row in sent},
            {(self.tesorero, "all", 1, "sent"), (self.abogado, "own", 1, "sent")},
        )
        mails = self.env["mail.mail"].sudo().search([("model", "=", Aviso._name), ("res_id", "in", sent.ids)])
        self.assertEqual(mails.recipient_ids, (self.tesorero | self.abogado).partner_id)
        names = mails[0].attachment_ids.mapped("name")
        self.assertCountEqual(names, ["Procesos jurídicos 2026-07.pdf", "Procesos jurídicos 2026-07.xlsx"])
        self.assertEqual(Aviso.with_user(self.gestor).search([]), Aviso)

    def test_the_report_reads_the_debts_of_all_cases_at_once(self):
        def queries():
            informe = self.informe(self.tesorero)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            informe._casos()
            return self.cr.sql_log_count - before

        self.recibida()
        one = queries()
        for number in range(4):
            partner = self.debtor.copy({"name": f"Deudor {number}", "street": "Calle 1", "city": "Bogotá"})
            partner.sudo().cartera_address_date = HOY
            move = self.factura(60, partner=partner)
            move.sudo().cartera_accepted_date = move.invoice_date
            self.recibida(expediente=self.Expediente.search([("partner_id", "=", partner.id)]))
        self.assertLessEqual(queries(), one + 3)
