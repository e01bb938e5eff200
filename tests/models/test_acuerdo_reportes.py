"""Agreements of the day, in force at a date by stage, the sheets; ended with a reason."""

from datetime import date
from io import BytesIO

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from openpyxl import load_workbook

from .common import HOY
from .test_acuerdo import AcuerdoCase


class ReportesCase(AcuerdoCase):
    def informe(self, user, **values):
        return self.env["cartera.acuerdo.informe"].with_user(user).create(values)

    def hojas(self, informe):
        """{sheet: [row]} of the XLSX that the wizard gives."""
        action = informe.action_export()
        report = self.env.ref("cartera_cobro.report_cartera_acuerdo_informe").with_user(informe.env.user)
        self.assertEqual(action["report_name"], report.report_name)
        content, kind = report._render_xlsx(report.report_name, informe.ids, {})
        self.assertEqual(kind, "xlsx")
        book = load_workbook(BytesIO(content))
        return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}

    def sucesos(self, day, user):
        self.env.flush_all()
        rows = self.informe(user, kind="day", date=day)._filas()
        return [(row.event, row.acuerdo_id, row.amount_total) for row in rows]

    def vigentes(self, day, user):
        self.env.flush_all()
        return self.informe(user, kind="in_force", date=day)._filas()


@tagged("post_install", "-at_install")
class TestReportes(ReportesCase):
    def test_the_agreements_of_a_day(self):
        auditor = self.usuario("auditor")
        done = self.vigente(moves=self.facturas[0])
        waiting = self.proponer(moves=self.facturas[1])
        total, other = done.amount_total, waiting.amount_total
        self.assertCountEqual(
            self.sucesos(HOY, auditor),
            [
                ("proposed", done, total),
                ("accepted", done, total),
                ("signed", done, total),
                ("active", done, total),
                ("proposed", waiting, other),
            ],
        )
        with freeze_time("2026-07-20 17:00:00"):
            done.with_user(self.tesorero).action_breach("Dos cuotas")
            waiting.action_cancel("No aceptó")
        self.assertCountEqual(
            self.sucesos(date(2026, 7, 20), auditor), [("breached", done, total), ("cancelled", waiting, other)]
        )
        with freeze_time("2026-07-21 17:00:00"):
            done.with_user(self.tesorero).action_cure("Pagó")
        self.assertEqual(self.sucesos(date(2026, 7, 21), auditor), [("cured", done, total)])
        self.assertFalse(self.sucesos(date(2026, 7, 22), auditor))

    def test_what_was_taken_back_was_not_signed(self):
        acuerdo = self.por_firmar()
        acuerdo.action_reopen()
        self.assertFalse(self.sucesos(HOY, self.tesorero))
        acuerdo.action_propose()
        self.assertEqual([event for event, *_rest in self.sucesos(HOY, self.tesorero)], ["proposed"])

    def test_by_night_in_london_it_is_still_the_day_in_colombia(self):
        acuerdo = self.proponer()
        with freeze_time("2026-07-16 03:00:00"):
            acuerdo._aceptar("email", "Juana")
        self.assertIn("accepted", [event for event, *_rest in self.sucesos(HOY, self.tesorero)])

    def test_in_force_at_any_date_by_stage(self):
        analista = self.usuario("analista")
        first, second = self.partidas(*self.facturas)
        stages = first.etapa_id, second.etapa_id
        kept = self.vigente(moves=self.facturas[0])
        with freeze_time("2026-08-01 17:00:00"):
            ended = self.vigente(moves=self.facturas[1])
        with freeze_time("2026-09-10 17:00:00"):
            ended.with_user(self.tesorero).action_consolidate("Lo pide")
        for day, expected in (
            (date(2026, 7, 14), []),
            (HOY, [kept]),
            (date(2026, 8, 1), [kept, ended]),
            (date(2026, 9, 9), [kept, ended]),
            (date(2026, 9, 10), [kept]),
        ):
            with self.subTest(day=day):
                self.assertEqual(set(self.vigentes(day, analista).mapped("acuerdo_id")), set(expected))
        groups = (
            self.env["cartera.acuerdo.vigencia"]
            .with_user(analista)
            ._read_group(
                [("acuerdo_id", "in", (kept | ended).ids)],
                ["etapa_id"],
                ["acuerdo_id:count_distinct", "capital:sum", "interest:sum"],
            )
        )
        expected = {}
        for etapa, acuerdo in zip(stages, (kept, ended), strict=True):
            n, capital, interest = expected.get(etapa, (0, 0, 0))
            expected[etapa] = (n + 1, capital + acuerdo.amount_capital, round(interest + acuerdo.amount_interest, 2))
        self.assertEqual({etapa: tuple(values) for etapa, *values in groups}, expected)
        # Later ageing changes nothing of it.
        self.actualizar(date(2027, 6, 1))
        self.assertEqual(self.vigentes(HOY, analista).etapa_id, stages[0])

    def test_account_policy_and_officer_of_each(self):
        zona = self.env["cartera.zona"].sudo().create({"name": "Norte"})
        cuenta = self.env["cartera.cuenta"].sudo().create(
            {"name": "10001", "partner_id": self.debtor.id, "company_id": self.company.id, "use": "residential",
             "estrato": "2", "zona_id": zona.id}
        )  # fmt: skip
        self.facturas[0].sudo().cartera_cuenta_id = cuenta
        self.vigente(moves=self.facturas[0])
        row = self.vigentes(HOY, self.tesorero)
        self.assertRecordValues(
            row,
            [
                {
                    "use": "residential", "estrato": "2", "zona_id": zona.id, "politica_id": self.politica.id,
                    "user_id": self.gestor.id, "capital": 600_000, "interest": 5917.81, "days": 60,
                    "amount_residual": 600_000,
                }
            ],
        )  # fmt: skip
        self.pagar(self.facturas[0], 200_000)
        self.env.flush_all()
        row.invalidate_recordset()
        self.assertEqual((row.capital, row.amount_residual), (600_000, 400_000))

    def test_the_sheets_say_what_the_screen_says(self):
        acuerdo = self.vigente()
        auditor = self.usuario("auditor")
        day = self.hojas(self.informe(auditor, kind="day", date=HOY))["Acuerdos del día"]
        headings = day[4]
        events = [dict(zip(headings, row, strict=True)) for row in day[5:]]
        self.assertEqual({row["Deuda acordada"] for row in events}, {acuerdo.amount_total})
        self.assertEqual(len(events), 4)
        sheets = self.hojas(self.informe(auditor, kind="in_force", date=HOY))
        stages, detail = sheets["Por etapa"], sheets["Detalle"]
        self.assertEqual(stages[-1][:4], ["Total", 1, 2, 1_000_000])
        self.assertEqual(sum(row[2] for row in stages[5:-1]), 2)
        rows = [dict(zip(detail[4], row, strict=True)) for row in detail[5:]]
        self.assertEqual({row["Obligación"] for row in rows}, set(self.facturas.mapped("name")))
        self.assertEqual(sum(row["Intereses de mora"] for row in rows), acuerdo.amount_interest)
        empty = self.hojas(self.informe(auditor, kind="in_force", date=date(2026, 7, 1)))
        self.assertEqual(empty["Por etapa"][-1][:3], ["Total", 0, 0])

    def test_the_screen_opens_on_the_same_rows(self):
        self.vigente()
        for kind, model in (("day", "suceso"), ("in_force", "vigencia")):
            informe = self.informe(self.tesorero, kind=kind, date=HOY)
            action = informe.action_show()
            self.assertEqual(action["res_model"], f"cartera.acuerdo.{model}")
            found = self.env[action["res_model"]].with_user(self.tesorero).search(action["domain"])
            self.assertEqual(found.sorted("id"), informe._filas().sorted("id"))
            self.assertEqual(found[0].action_open_acuerdo()["res_model"], "cartera.acuerdo")

    def test_each_sees_what_is_theirs(self):
        acuerdo = self.vigente()
        owner, other = self.usuario("responsable"), self.usuario("ventanilla")
        self.assertFalse(self.vigentes(HOY, owner))
        self.expediente.responsible_id = owner
        self.assertEqual(self.vigentes(HOY, owner).acuerdo_id, acuerdo)
        self.assertTrue(self.sucesos(HOY, owner))
        self.assertEqual(self.vigentes(HOY, other).acuerdo_id, acuerdo)
        stranger = self.usuario("tesorero", company=self.setup_other_company()["company"])
        self.assertFalse(self.env["cartera.acuerdo.vigencia"].with_user(stranger).search([]))
        self.assertFalse(self.env["cartera.acuerdo.suceso"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.env["cartera.acuerdo.vigencia"].with_user(self.tesorero).search([], limit=1).write({"capital": 1})


@tagged("post_install", "-at_install")
class TestMotivo(ReportesCase):
    def motivo(self, acuerdo, user, step, reason="Porque sí"):
        Motivo = self.env["cartera.acuerdo.motivo"].with_user(user)
        context = {"active_model": "cartera.acuerdo", "active_id": acuerdo.id, "default_step": step}
        return Motivo.with_context(**context).create({"reason": reason}).action_apply()

    def test_each_way_with_its_reason(self):
        for step, make, state in (
            ("cancel", self.proponer, "cancelled"),
            ("consolidate", self.vigente, "cancelled"),
            ("breach", self.vigente, "breached"),
        ):
            acuerdo = make(moves=self.facturas[0])
            with self.subTest(step=step):
                self.motivo(acuerdo, self.tesorero, step, f"Motivo de {step}")
                self.assertRecordValues(acuerdo, [{"state": state, "end_reason": f"Motivo de {step}"}])
        self.motivo(acuerdo, self.tesorero, "cure", "Pagó todo")
        self.assertEqual(acuerdo.date_cured, HOY)
        self.assertIn("Pagó todo", acuerdo.sudo().message_ids[0].body)

    def test_refusals_change_nothing(self):
        acuerdo = self.vigente()
        with self.assertRaises(AccessError):
            self.motivo(acuerdo, self.gestor, "breach")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.motivo(acuerdo, self.tesorero, "breach", "   ")
        with self.assertRaisesRegex(UserError, "this is done while"):
            self.motivo(acuerdo, self.tesorero, "cure")
        self.assertEqual(acuerdo.state, "active")
        with self.assertRaises(AccessError):
            self.motivo(acuerdo, self.usuario("auditor"), "cancel")
