"""Reporting to credit bureaus: the prior notice by debt, the report signed and exported, payments told at once."""

import base64
import io
from datetime import date, timedelta

import openpyxl
from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.rules.habeas_data import report_window
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY
from .test_castigo import CastigoCase

JUNIO = date(2026, 6, 30)
MARZO_2, MARZO_3 = date(2026, 3, 2), date(2026, 3, 3)
PAPER = base64.b64encode(b"firmado")


class CentralCase(CastigoCase):
    """A bureau of the company, with our generic layout; the end of June is its cut-off, and HOY the day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.analista, cls.tesorero, cls.director = (cls.usuario(r) for r in ("analista", "tesorero", "director"))
        cls.env["tier.definition"].sudo().search([("model", "=", "cartera.central.reporte")]).has_comment = False
        cls.central = cls.env.ref("cartera_cobro.central_generica").sudo().copy({"company_id": cls.company.id})
        cls.central.user_id = cls.analista
        cls.Estado = cls.env["cartera.central.estado"].sudo()
        cls.Reporte = cls.env["cartera.central.reporte"]
        cls.plantilla = cls.env.ref("cartera_cobro.plantilla_aviso_1266").sudo()
        cls.nit = cls.env.ref("l10n_co.rut")

    @classmethod
    def deudor(cls, name, authorised=True):
        partner = cls.env["res.partner"].create(
            {
                "name": name,
                "vat": "52123456",
                "l10n_latam_identification_type_id": cls.env.ref("l10n_co.national_citizen_id").id,
                "property_payment_term_id": False,
            }
        )
        if authorised:
            cls.autorizar_reporte(partner)
        return partner

    @classmethod
    def autorizar_reporte(cls, partner, **extra):
        values = {"partner_id": partner.id, "channel": "bureau", "date_from": "2026-01-01", "source": "Contrato"}
        return cls.env["cartera.autorizacion"].sudo().create({**values, "evidence": PAPER, **extra})

    @classmethod
    def deuda(cls, due, amount=900_000, name=None, authorised=True):
        """The open item of a new debtor's invoice due on that day."""
        partner = cls.deudor(name or f"Deudor {amount} {due}", authorised)
        move = cls.factura((HOY - due).days, amount, partner)
        return cls.Partida.search([("move_id", "=", move.id)])

    @classmethod
    def avisar(cls, partida, *days, **extra):
        """Notices sent on those days, of the item."""
        notices = cls.env["cartera.comunicacion"].sudo()
        for number, day in enumerate(days, start=1):
            values = {"number": f"AV-{partida.id}-{number}-{day}", "address": "Calle 1 2-3, Bogotá", "state": "sent"}
            notices += notices.create(
                {
                    "expediente_id": partida.expediente_id.id,
                    "template_id": cls.plantilla.id,
                    "channel": "letter",
                    "day_sent": day,
                    "pdf_sha256": "ab" * 32,
                    "linea_ids": [
                        Command.create({"partida_id": partida.id, "total": partida.amount_residual, "days": 50})
                    ],
                    **values,
                    **extra,
                }
            )
        return notices

    @classmethod
    def lista(cls, due=date(2026, 1, 10), amount=900_000, name=None):
        """An item that may be reported at the end of June."""
        partida = cls.deuda(due, amount, name)
        cls.avisar(partida, MARZO_2)
        return partida

    def reclamar(self, partida, amount=900_000):
        """A claim filed over so much of the item."""
        claim = (
            self.env["cartera.reclamacion"]
            .with_user(self.tesorero)
            .create(
                {
                    "expediente_id": partida.expediente_id.id,
                    "subject": "No reconozco el cobro",
                    "text": "Ya lo pagué",
                    "filed_by": "Juana",
                    "linea_ids": [Command.create({"partida_id": partida.id, "amount_disputed": amount})],
                }
            )
        )
        claim.action_file()

    def estado(self, partida):
        self.env.flush_all()
        self.Estado.invalidate_model()
        return self.Estado.browse(partida.id)

    # --- reports --------------------------------------------------------------------------------------------------

    def preparar(self, user=None, **extra):
        reporte = self.Reporte.with_user(user or self.analista).create(
            {"central_id": self.central.id, "date_cutoff": JUNIO, **extra}
        )
        reporte.action_prepare()
        return reporte

    def firmar(self, reporte, user=None):
        reporte.action_request()
        reporte.invalidate_recordset()
        reporte.with_user(user or self.tesorero).validate_tier()
        reporte.invalidate_recordset()
        return reporte

    def exportar(self, **extra):
        reporte = self.firmar(self.preparar(**extra))
        reporte.action_export()
        return reporte

    def juzgar(self):
        self.actualizar()
        self.Reporte._juzgar(self.company)
        return self.Reporte.sudo().search([("kind", "=", "update"), ("central_id", "=", self.central.id)])

    def linea(self, reporte, partida):
        return reporte.sudo().linea_ids.filtered(lambda line: line.partida_id == partida)


@tagged("post_install", "-at_install")
class TestCentral(CentralCase):
    # --- the prior notice, by debt ----------------------------------------------------------------------------------

    def test_each_debt_says_why_it_may_or_may_not_be_reported(self):
        due = date(2026, 1, 10)
        partidas = {state: self.deuda(due, name=state) for state in ("no_notice", "waiting", "reportable", "held")}
        partidas["not_due"] = self.deuda(date(2026, 8, 1))
        partidas["too_late"] = self.deuda(date(2025, 1, 14))
        partidas["second_notice"] = self.deuda(due, 250_000)
        partidas["no_authorisation"] = self.deuda(due, authorised=False)
        partidas["disputed"] = self.deuda(due, name="disputed")
        self.avisar(partidas["waiting"], HOY - timedelta(days=20))
        for state in ("reportable", "held", "no_authorisation", "disputed", "too_late"):
            self.avisar(partidas[state], HOY - timedelta(days=21))
        self.avisar(partidas["second_notice"], MARZO_2, MARZO_2)
        partidas["held"].expediente_id.hold_reason = "insolvency"
        self.reclamar(partidas["disputed"])
        self.actualizar()
        found = {state: self.estado(partida).state for state, partida in partidas.items()}
        self.assertEqual(found, {state: state for state in partidas})
        self.politica.bureau_dispute = "flag"
        self.assertRecordValues(self.estado(partidas["disputed"]), [{"state": "reportable", "is_disputed": True}])
        self.politica.bureau_authorisation = False
        self.assertEqual(self.estado(partidas["no_authorisation"]).state, "reportable")
        with freeze_time("2027-01-05 17:00:00"):
            self.assertEqual(self.estado(partidas["waiting"]).state, "no_wage", "2027's is not known yet")

    def test_a_small_debt_takes_notices_on_two_days(self):
        """LEGAL: 250,000 in 2026, notices of 2 and 3 March: from 24 March."""
        partida = self.deuda(date(2026, 1, 10), 250_000)
        self.avisar(partida, MARZO_2, MARZO_2)
        self.assertRecordValues(self.estado(partida), [{"report_from": False, "notice_count": 1, "is_small": True}])
        second = self.avisar(partida, MARZO_3)
        self.assertRecordValues(
            self.estado(partida), [{"report_from": date(2026, 3, 24), "state": "reportable", "notice_last": MARZO_3}]
        )
        second._devolver("No existe")
        self.assertEqual(self.estado(partida).state, "second_notice", "what came back was no notice")

    def test_the_query_counts_as_the_rule_does(self):
        wage = 1_750_905
        for number, (due, amount, days) in enumerate(
            [
                (date(2025, 8, 31), 900_000, [date(2026, 6, 1)]),
                (date(2025, 8, 31), 262_635.75, [date(2026, 6, 1), date(2026, 6, 2)]),
                (date(2025, 8, 31), 262_635.76, [date(2026, 6, 2), date(2026, 6, 1)]),
                (date(2025, 2, 28), 262_635.75, [date(2026, 6, 1)]),
                (date(2025, 12, 31), 100_000, [date(2026, 6, 2), date(2026, 6, 1), date(2026, 6, 2)]),
            ]
        ):
            partida = self.deuda(due, amount, f"R{number}")
            self.avisar(partida, *days)
            estado = self.estado(partida)
            with self.subTest(due=due, amount=amount):
                window = report_window(amount, wage, days, due)
                self.assertEqual(estado.report_from and (estado.report_from, estado.report_until), window or False)

    def test_a_notice_of_before_the_default_announces_another(self):
        partida = self.deuda(date(2026, 6, 1))
        self.avisar(partida, date(2026, 5, 30), date(2026, 6, 1))
        self.assertRecordValues(self.estado(partida), [{"state": "no_notice", "notice_count": 0}])

    def test_one_click_writes_the_notice_to_one_debtor_or_to_all(self):
        one, other, done = self.deuda(date(2026, 1, 10)), self.deuda(date(2026, 1, 11)), self.lista()
        estados = self.Estado.with_user(self.tesorero).browse([one.id, other.id, done.id])
        action = estados[0].action_notify()
        wizard = self.env[action["res_model"]].with_user(self.tesorero).with_context(**action["context"]).create({})
        self.assertEqual((wizard.expediente_ids, wizard.template_id.kind), (one.expediente_id, "notice_1266"))
        action = estados.action_notify()
        run = self.env[action["res_model"]].with_user(self.tesorero).with_context(**action["context"]).create({})
        run.action_prepare()
        self.assertEqual(run.sudo().linea_ids.expediente_id, (one + other).expediente_id)
        with self.assertRaisesRegex(UserError, "None of these"):
            estados[2].action_notify()

    def test_an_authorisation_to_report_has_its_paper(self):
        with self.assertRaisesRegex(ValidationError, "attach the one"):
            self.autorizar_reporte(self.debtor, evidence=False)

    # --- the report -------------------------------------------------------------------------------------------------

    def test_the_whole_way(self):
        partida = self.lista(name='=cmd|"x";Ñuñez')
        notice = self.env["cartera.comunicacion"].sudo().search([("expediente_id", "=", partida.expediente_id.id)])
        self.deuda(date(2026, 1, 12), name="Sin aviso")
        reporte = self.preparar()
        linea = self.linea(reporte, partida)
        self.assertRecordValues(
            linea,
            [
                {
                    "situation": "new",
                    "amount": 900_000,
                    "days": 171,
                    "comunicacion_id": notice.id,
                    "notice_number": notice.number,
                    "notice_day": MARZO_2,
                    "notice_address": "Calle 1 2-3, Bogotá",
                    "notice_sha256": "ab" * 32,
                    "notice_amount": 900_000,
                    "notice_overdue": 50,
                    "authorised_on": date(2026, 1, 1),
                    "authorised_by": "Contrato",
                    "permanence_until": date(2034, 1, 10),
                    "debtor_id_type": "national_citizen_id",
                }
            ],
        )
        self.assertEqual(reporte.linea_ids, linea)
        with self.assertRaisesRegex(UserError, "Signed"):
            reporte.action_export()
        self.firmar(reporte)
        self.assertEqual(reporte.firma_ids.user_id, self.tesorero)
        reporte.action_export()
        self.assertRecordValues(reporte, [{"state": "exported", "number": "2026-00001", "date_exported": HOY}])
        self.assertRecordValues(linea, [{"outcome": "reported", "is_current": True, "date_first": HOY}])
        header, row = reporte.sudo().file_id.raw.decode().splitlines()
        cells = dict(zip(header.split(";"), row.split(";"), strict=True))
        self.assertEqual(cells["Nombre o razón social"], 'cmd|"x" Ñuñez', "no formula, and no separator")
        self.assertEqual(cells["Tipo de identificación"], "CC")
        self.assertEqual((cells["Novedad"], cells["Saldo en mora"]), ("MORA", "900000"))
        self.assertEqual((cells["En mora desde"], cells["En disputa"]), ("2026-01-10", "NO"))
        book = openpyxl.load_workbook(io.BytesIO(reporte.sudo().xlsx_id.raw))
        evidence = [cell.value for cell in book["Evidencia"][5]]
        self.assertIn(notice.number, evidence)
        name = next(cell for cell in book["Reporte"][5] if str(cell.value).startswith("=cmd"))
        self.assertEqual(name.data_type, "s")
        with self.assertRaisesRegex(UserError, "when it was sent"):
            reporte.action_sent()
        reporte.write({"date_sent": HOY, "sent_reference": "R-77"})
        reporte.action_sent()
        self.assertRecordValues(reporte, [{"state": "sent", "sent_by_id": self.analista.id}])
        expediente = partida.expediente_id.with_user(self.analista)
        self.assertEqual(expediente.central_linea_count, 1)
        Linea = self.env["cartera.central.reporte.linea"].with_user(self.analista)
        self.assertEqual(Linea.search(expediente.action_central_lineas()["domain"]), linea)

    def test_which_month(self):
        for cutoff, why in ((date(2026, 6, 29), "end of a month"), (date(2026, 7, 31), "not come yet")):
            with self.subTest(cutoff=cutoff), self.assertRaisesRegex(ValidationError, why):
                self.preparar(date_cutoff=cutoff)
        first = self.preparar()
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(IntegrityError, "month_uniq"), self.env.cr.savepoint():
            self.preparar()
        first.action_cancel()
        self.env.flush_all()
        self.assertTrue(self.preparar())
        self.env["cartera.parametro"].sudo().search([("code", "=", "smmlv"), ("date_from", "=", "2026-01-01")]).unlink()
        with self.assertRaisesRegex(UserError, "SMMLV.*2026"):
            self.preparar(date_cutoff=date(2026, 5, 31))

    def test_only_what_may_be_reported_at_the_cutoff_enters(self):
        late = self.deuda(date(2025, 1, 14))
        self.avisar(late, MARZO_2)
        twenty = self.deuda(date(2026, 1, 10), name="Veinte")
        self.avisar(twenty, JUNIO - timedelta(days=20))
        whole = self.deuda(date(2026, 1, 10), name="Veintiuno")
        self.avisar(whole, JUNIO - timedelta(days=21))
        small = self.deuda(date(2026, 1, 10), 250_000)
        self.avisar(small, MARZO_2, MARZO_2)
        alone = self.deuda(date(2026, 1, 10), authorised=False)
        self.avisar(alone, MARZO_2)
        self.assertEqual(self.preparar().sudo().linea_ids.partida_id, whole)

    def test_what_changed_since_it_was_signed_is_refused_each_reason_named(self):
        returned, claimed, withdrawn, fine = (self.lista(name=n) for n in ("Devuelto", "Reclama", "Retira", "Igual"))
        reporte = self.firmar(self.preparar())
        self.env["cartera.comunicacion"].sudo().search([("expediente_id", "=", returned.expediente_id.id)])._devolver(
            "X"
        )
        self.reclamar(claimed, 1)
        withdrawn.partner_id.sudo().cartera_autorizacion_ids.date_to = HOY
        with self.assertRaises(UserError) as refused:
            reporte.action_export()
        said = str(refused.exception)
        for name, why in (("Devuelto", "No notice"), ("Reclama", "Disputed"), ("Retira", "No authorisation")):
            self.assertRegex(said, f"{name}.*: {why}")
        self.assertNotIn("Igual", said)
        self.assertEqual(reporte.state, "signed")
        reporte.action_draft()
        reporte.action_prepare()
        self.assertEqual(reporte.sudo().linea_ids.partida_id, fine)
        with self.assertRaisesRegex(UserError, "while it is Signed"):
            reporte.action_export()

    def test_what_was_paid_in_between_is_left_out_or_told_as_paid(self):
        old, new, part = self.lista(name="Vieja"), self.lista(name="Nueva"), self.lista(name="Parcial")
        new_notice = self.env["cartera.comunicacion"].sudo().search([("expediente_id", "=", new.expediente_id.id)])
        new_notice.day_sent = date(2026, 5, 25)
        self.exportar(date_cutoff=date(2026, 5, 31))
        reporte = self.firmar(self.preparar())
        self.assertEqual([self.linea(reporte, p).situation for p in (old, new, part)], ["owed", "new", "owed"])
        self.pagar(old.move_id + new.move_id, group_payment=False)
        self.pagar(part.move_id, 300_000)
        reporte.action_export()
        self.assertRecordValues(
            self.linea(reporte, old) + self.linea(reporte, new) + self.linea(reporte, part),
            [
                {"situation": "paid", "outcome": "reported", "amount": 0, "date_paid": HOY},
                {"situation": "new", "outcome": "paid", "amount": 900_000, "date_paid": False},
                {"situation": "owed", "outcome": "reported", "amount": 600_000, "date_paid": False},
            ],
        )
        # 186 days late, 372 more after the payment.
        self.assertEqual(self.linea(reporte, old).permanence_until, HOY + timedelta(days=2 * 186))
        self.assertEqual(len(reporte.sudo().file_id.raw.decode().splitlines()), 3)

    def test_a_payment_is_proposed_at_once_and_once(self):
        partida, other = self.lista(), self.lista(name="Otra")
        self.exportar()
        self.assertFalse(self.juzgar())
        self.pagar(partida.move_id)
        update = self.juzgar()
        self.assertRecordValues(update, [{"state": "prepared", "date_cutoff": HOY}])
        self.assertRecordValues(update.linea_ids, [{"partida_id": partida.id, "situation": "paid", "date_paid": HOY}])
        self.assertEqual(update.activity_ids.user_id, self.analista)
        before = update.linea_ids
        self.assertEqual(self.juzgar().linea_ids, before, "a second night writes nothing")
        self.firmar(update.with_user(self.analista))
        update.with_user(self.analista).action_export()
        self.assertEqual(self.juzgar(), update, "told: nothing else to propose")
        current = self.env["cartera.central.reporte.linea"].sudo().search([("is_current", "=", True)])
        self.assertEqual(current.partida_id, partida + other)

    def test_nothing_stays_longer_than_it_may(self):
        partida = self.lista()
        self.exportar()
        self.pagar(partida.move_id)
        update = self.firmar(self.juzgar().with_user(self.analista))
        update.action_export()
        until = self.linea(update, partida).permanence_until
        with freeze_time(f"{until} 17:00:00"):
            self.assertEqual(self.juzgar(), update.sudo())
        with freeze_time(f"{until + timedelta(days=1)} 17:00:00"):
            removal = self.juzgar() - update.sudo()
            self.assertRecordValues(
                removal.linea_ids, [{"situation": "removed", "reason": "lapsed", "permanence_until": until}]
            )
            self.firmar(removal.with_user(self.analista)).action_export()
            self.assertFalse(self.juzgar() - update.sudo() - removal, "removed once")

    def test_what_was_not_owed_is_removed_and_a_returned_payment_corrected(self):
        credited, bounced = self.lista(), self.lista(name="Devuelta")
        self.exportar(date_cutoff=date(2026, 5, 31))
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=credited.move_id.ids
        )
        wizard.create({"journal_id": credited.move_id.journal_id.id}).modify_moves()
        payment = self.pagar(bounced.move_id)
        reporte = self.firmar(self.juzgar().with_user(self.analista))
        reporte.action_export()
        self.assertRecordValues(
            self.linea(reporte, credited) + self.linea(reporte, bounced),
            [{"situation": "removed", "reason": "annulled"}, {"situation": "paid", "reason": False}],
        )
        payment.action_draft()
        again = self.juzgar() - reporte.sudo()
        self.assertRecordValues(
            again.linea_ids,
            [{"partida_id": bounced.id, "situation": "corrected", "reason": "owed_again", "amount": 900_000}],
        )

    def test_what_was_written_off_is_still_owed_until_it_is_recovered(self):
        partida = self.lista()
        self.exportar(date_cutoff=date(2026, 5, 31))
        castigo = self.castigar(partida.move_id)
        self.assertFalse(partida.is_open)
        self.assertFalse(self.juzgar(), "written off is not paid")
        self.assertRecordValues(self.linea(self.preparar(), partida), [{"situation": "owed", "amount": 900_000}])
        credit = self.abonar(900_000, partner_id=partida.partner_id.id)
        castigo.action_recover(credit.ids)
        self.assertRecordValues(self.juzgar().linea_ids, [{"situation": "paid", "date_paid": HOY}])

    def test_a_debt_reported_is_told_as_disputed_while_the_claim_lasts(self):
        partida = self.lista()
        self.exportar(date_cutoff=date(2026, 5, 31))
        self.reclamar(partida)
        self.assertRecordValues(
            self.linea(self.preparar(), partida), [{"situation": "owed", "is_disputed": True, "amount": 900_000}]
        )

    def test_nobody_signs_what_they_prepared_and_only_two_roles_sign(self):
        self.lista()
        reporte = self.preparar(user=self.tesorero)
        reporte.action_request()
        reporte.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "somebody else"):
            reporte.with_user(self.tesorero).validate_tier()
        reporte.with_user(self.analista).validate_tier()
        reporte.invalidate_recordset()
        self.assertEqual(reporte.state, "approval")
        reporte.with_user(self.director).validate_tier()
        reporte.invalidate_recordset()
        self.assertEqual(reporte.state, "signed")

    def test_who_may_do_what(self):
        self.lista()
        reporte = self.preparar()
        auditor, gestor = self.usuario("auditor"), self.usuario("gestor")
        self.assertEqual(reporte.with_user(auditor).new_count, 1)
        for user in (auditor, gestor):
            for step in ("action_prepare", "action_request", "action_export", "action_cancel", "action_draft"):
                with self.subTest(user=user.login, step=step), self.assertRaises(AccessError):
                    getattr(reporte.with_user(user), step)()
        for values in ({"state": "exported"}, {"date_exported": HOY}, {"date_cutoff": date(2026, 5, 31)}):
            with self.subTest(values=values), self.assertRaises(UserError):
                reporte.write(values)
        with self.assertRaises(UserError):
            self.Reporte.with_user(self.analista).create({"central_id": self.central.id, "date_exported": HOY})
        with self.assertRaises(AccessError):
            reporte.linea_ids.write({"amount": 1})
        other = self.setup_other_company()["company"]
        stranger = self.usuario("tesorero", other)
        self.env.flush_all()
        for model in ("reporte", "reporte.linea", "estado"):
            Model = self.env[f"cartera.central.{model}"]
            self.assertFalse(Model.with_user(stranger).with_company(other).search([]))
            self.assertTrue(Model.with_user(self.analista).search([]))

    def test_what_the_bureau_would_reject_is_named(self):
        self.lista(name="Sin cédula").partner_id.vat = False
        reporte = self.firmar(self.preparar())
        with self.assertRaisesRegex(UserError, "Sin cédula.*Identificación is missing"):
            reporte.action_export()
        self.central.columna_ids.filtered(lambda c: c.source == "obligation").width = 3
        with self.assertRaisesRegex(UserError, "Obligación is longer than 3"):
            reporte.action_export()

    def test_fixed_widths_are_the_layouts_data(self):
        self.central.write({"file_format": "fixed", "encoding": "ascii", "date_format": "%Y%m%d", "with_cents": True})
        self.lista(name="Peña " * 20)
        content = self.exportar().sudo().file_id.raw
        [line] = content.decode("ascii").splitlines()
        self.assertEqual(len(line), sum(self.central.columna_ids.mapped("width")))
        self.assertIn("Pena Pena", line)
        self.assertIn("00000000000000900000.00"[-15:], line)
        with self.assertRaisesRegex(ValidationError, "every column has a width"):
            self.central.columna_ids[0].width = 0
            self.central.file_format = "fixed"
        with self.assertRaisesRegex(ValidationError, "value=code"):
            self.central.columna_ids[0].codes = "new"

    def test_many_debts_take_as_many_queries_as_few(self):
        def queries():
            reporte = self.Reporte.sudo().create({"central_id": self.central.id, "date_cutoff": JUNIO})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            reporte.action_prepare()
            count = self.env.cr.sql_log_count - before
            reporte.action_cancel()
            self.env.flush_all()
            return count

        self.lista()
        queries()
        few = queries()
        for number in range(8):
            self.lista(name=f"D{number}")
        self.assertLessEqual(queries(), few)
