"""Suspensions and cuts: who is judged, what leaves, what comes back, and when the service does."""

import base64
import csv
import io
from datetime import date, timedelta

import openpyxl
from freezegun import freeze_time
from lxml import etree
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import HOY, CarteraCase

MANANA = date(2026, 7, 16)  # a Thursday
HEAD = "Orden;Cuenta;Resultado;Fecha;Lectura;Observación"


class SuspensionCase(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tesorero, cls.analista = cls.usuario("tesorero"), cls.usuario("analista")
        cls.jefe = cls.usuario("gestor")
        cls.jefe.sudo().email = "zona@example.com"
        cls.norte, cls.sur = (
            cls.env["cartera.zona"]
            .sudo()
            .create([{"name": "Norte", "user_ids": cls.jefe.ids, "company_id": cls.company.id}, {"name": "Sur"}])
        )
        cls.regla = cls.env.ref("cartera_cobro.suspension_regla_suspension").sudo()
        cls.Orden = cls.env["cartera.suspension"].sudo()

    @classmethod
    def cuenta(cls, number, *ages, amount=1000.0, **attributes):
        """An account of a debtor of its own, with one bill for each age, posted; the account."""
        partner = cls.env["res.partner"].create({"name": f"Deudor {number}", "property_payment_term_id": False})
        values = {"name": number, "kind": "account", "partner_id": partner.id, "zona_id": cls.norte.id}
        values |= {"use": "residential", "company_id": cls.company.id, "address": f"Calle {number}", **attributes}
        cuenta = cls.env["cartera.cuenta"].sudo().create(values)
        for days in ages:
            cls.factura(days, amount, partner=partner, cartera_cuenta_id=cuenta.id)
        cuenta.invalidate_recordset()
        return cuenta

    @classmethod
    def lote(cls, user=None, **values):
        return (
            cls.env["cartera.suspension.lote"]
            .with_user(user or cls.tesorero)
            .with_company(cls.company)
            .create({"regla_id": cls.regla.id, "date": MANANA, **values})
        )

    def despachar(self, **values):
        lote = self.lote(**values)
        lote.action_prepare()
        lote.action_dispatch()
        self.env.invalidate_all()
        return lote

    def motivos(self, lote):
        self.env.invalidate_all()
        return {row.cuenta_id.name: row.reason for row in lote.sudo().candidata_ids}

    def reclamar(self, cuenta):
        """A claim is filed over one bill of the account; the claim."""
        values = {
            "expediente_id": cuenta.partida_ids.expediente_id.id,
            "subject": "Consumo que no es suyo",
            "text": "El predio estuvo desocupado",
            "filed_by": cuenta.partner_id.name,
            "linea_ids": [Command.create({"partida_id": cuenta.partida_ids[0].id})],
        }
        claim = self.env["cartera.reclamacion"].with_user(self.tesorero).with_company(self.company).create(values)
        claim.action_file()
        return claim

    def bajo_acuerdo(self, cuenta):
        """Everything that the account owes is under an agreement."""
        values = {"expediente_id": cuenta.partida_ids.expediente_id.id, "first_date": MANANA}
        cuenta.partida_ids.acuerdo_id = self.env["cartera.acuerdo"].sudo().create(values)

    def orden(self, cuenta, **domain):
        self.env.invalidate_all()
        return self.Orden.search([("cuenta_id", "=", cuenta.id), *((k, "=", v) for k, v in domain.items())], limit=1)

    def cargar(self, *rows, user=None, head=HEAD, raw=None, name="norte.csv"):
        raw = raw or "\n".join([head, *rows]).encode()
        env = self.env(user=user or self.analista, su=False, context={"allowed_company_ids": self.company.ids})
        wizard = env["cartera.suspension.resultados"].create({"file": base64.b64encode(raw), "filename": name})
        wizard.action_import()
        self.env.invalidate_all()
        return wizard

    def ejecutar(self, *orders, day="16/07/2026"):
        with freeze_time("2026-07-17 15:00:00"):
            return self.cargar(*(f"{o.number};{o.cuenta_id.name};Ejecutada;{day};120;" for o in orders))

    def correos(self):
        return self.env["mail.mail"].sudo().search([("mail_message_id.model", "=", "cartera.suspension.lote")])


@tagged("post_install", "-at_install")
class TestSalida(SuspensionCase):
    def muestrario(self):
        """Accounts of every kind; {number: why it gets none}."""
        self.cuenta("va", 90, 40)
        self.cuenta("bills", 90)
        self.cuenta("alcorriente", -5)
        ended = self.cuenta("ended", 90, 40)
        ended.state = "ended"
        self.cuenta("no_zone", 90, 40, zona_id=False)
        self.cuenta("service", 90, 40).service_state = "suspended"
        self.cuenta("use", 90, 40, use="special")
        self.cuenta("protected", 90, 40, protection="school", protection_note="Visita de junio")
        self.cuenta("yano", 90, 40, protection="judge", protection_note="Tutela", protection_until="2026-07-14")
        self.reclamar(self.cuenta("claim", 90, 40))
        self.cuenta("held", 90, 40).partida_ids.expediente_id.hold_reason = "insolvency"
        self.cuenta("excluida", 90, 40).partida_ids[:1].move_id.no_followup = True
        promise = self.cuenta("promise", 90, 40)
        self.env["cartera.promesa"].sudo().create(
            {
                "expediente_id": promise.partida_ids.expediente_id.id,
                "date_promised": MANANA,
                "amount": 1000,
                "linea_ids": [(0, 0, {"partida_id": promise.partida_ids[0].id, "balance": 1000, "pending": True})],
                "deadline": MANANA,
                "source": "contact",
                "date": HOY,
            }
        )
        credit = self.cuenta("credit", 90, 40)
        self.env["account.payment"].create(
            {"partner_id": credit.partner_id.id, "amount": 2000, "payment_type": "inbound", "journal_id": self.bank.id}
        ).action_post()
        partly = self.cuenta("conabono", 90, 40)
        self.env["account.payment"].create(
            {"partner_id": partly.partner_id.id, "amount": 500, "payment_type": "inbound", "journal_id": self.bank.id}
        ).action_post()
        none = dict.fromkeys(("va", "yano", "conabono"), False)
        same = "bills ended no_zone service use protected claim held promise credit".split()
        return none | {name: name for name in same} | {"excluida": "held"}

    def test_every_account_with_a_reason_or_none_counted_and_listed(self):
        expected = self.muestrario()
        lote = self.lote()
        lote.action_prepare()
        self.assertEqual(self.motivos(lote), expected)
        counts = {row.reason: row.accounts for row in lote.conteo_ids}
        self.assertEqual((counts[False], counts["held"], counts["bills"]), (3, 2, 1))
        self.assertEqual(sum(row.amount_overdue for row in lote.conteo_ids if not row.reason), 6000)
        action = next(row for row in lote.conteo_ids if row.reason == "held").action_accounts()
        listed = lote.env[action["res_model"]].search(action["domain"])
        self.assertEqual(set(listed.mapped("cuenta_id.name")), {"held", "excluida"})

    def test_an_agreement_in_force_leaves_the_account_out(self):
        cuenta = self.cuenta("A1", 90, 40)
        lote = self.lote()
        self.bajo_acuerdo(cuenta)
        lote.action_prepare()
        self.assertEqual(self.motivos(lote), {"A1": "agreement"})

    def test_what_is_not_overdue_today_does_not_count_although_it_will_be_on_the_day_of_the_visit(self):
        self.cuenta("M1", 90, -1)
        lease = self.cuenta("M2", 90, 40, kind="lease")
        lote = self.lote(date=date(2026, 7, 21))
        lote.action_prepare()
        self.assertEqual(self.motivos(lote), {"M1": "bills"})
        self.assertTrue(lease.amount_open)

    def test_zones_minimum_days_and_the_notice_are_the_rules(self):
        self.cuenta("N1", 90, 40)
        south = self.cuenta("S1", 90, 40, zona_id=self.sur.id)
        lote = self.lote(zona_ids=self.sur.ids)
        lote.action_prepare()
        self.assertEqual(self.motivos(lote), {"S1": False})
        for values, reason in (
            ({"amount_min": 2000.01}, "minimum"),
            ({"days_min": 91}, "days"),
            ({"notice_days": 5, "notice_kind": "second_letter"}, "notice"),
        ):
            before = {name: self.regla[name] for name in values}
            self.regla.write(values)
            lote.action_prepare()
            self.assertEqual(self.motivos(lote), {"S1": reason})
            self.regla.write(before)
        self.regla.write({"notice_days": 5, "notice_kind": "second_letter"})
        template = self.env["cartera.plantilla"].sudo().search([("kind", "=", "second_letter")], limit=1)
        dossier = south.partida_ids.expediente_id
        notice = {"expediente_id": dossier.id, "template_id": template.id, "channel": "letter", "state": "sent"}
        message = self.env["cartera.comunicacion"].sudo().create(notice)
        for sent, reason in ((MANANA - timedelta(days=4), "notice"), (MANANA - timedelta(days=5), False)):
            message.day_sent = sent
            lote.action_prepare()
            self.assertEqual(self.motivos(lote), {"S1": reason})

    def test_a_cut_needs_the_breach_repeated_or_long(self):
        cut = self.env.ref("cartera_cobro.suspension_regla_corte").sudo()
        cuenta = self.cuenta("C1", 150, 90, 40)
        lote = self.lote(regla_id=cut.id)
        self.assertEqual(lote.kind, "cut")
        lote.action_prepare()
        self.assertEqual(self.motivos(lote), {"C1": "repeat"})
        cut.days_long = 150
        lote.action_prepare()
        self.assertEqual(self.motivos(lote), {"C1": False})
        cut.days_long = 0
        past = self.lote()
        for month, number in ((3, "X1"), (5, "X2")):
            self.Orden.create(
                {
                    "number": number, "kind": "suspension", "state": "executed", "lote_id": past.id,
                    "zona_id": self.norte.id,
                    "company_id": self.company.id, "cuenta_id": cuenta.id, "date_sent": date(2026, month, 1),
                    "expediente_id": cuenta.partida_ids[:1].expediente_id.id, "date_executed": date(2026, month, 2),
                }
            )  # fmt: skip
        cuenta.service_state = "suspended"
        lote.action_prepare()
        self.assertEqual(self.motivos(lote), {"C1": False})
        cut.repeat_months = 3
        lote.action_prepare()
        self.assertEqual(self.motivos(lote), {"C1": "repeat"})

    def test_the_number_of_queries_does_not_grow_with_the_accounts(self):
        for number in range(8):
            self.cuenta(f"Q{number}", 90, 40)
        self.cuenta("S1", 90, 40, zona_id=self.sur.id)
        few, many = self.lote(zona_ids=self.sur.ids), self.lote(zona_ids=self.norte.ids)
        self.norte.user_ids = False

        def spend(lote):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lote.action_prepare()
            lote.action_dispatch()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        spend(few)
        one = spend(self.otra_del_sur())
        self.assertLessEqual(spend(many), one)
        self.assertEqual(len(many.orden_ids), 8)

    def otra_del_sur(self):
        """A batch of one account, when everything that is read once was read."""
        self.cuenta("S2", 90, 40, zona_id=self.sur.id)
        return self.lote(zona_ids=self.sur.ids)

    def test_the_ledger_is_read_again_and_orders_leave_numbered_on_the_list_of_their_zone(self):
        stays, pays, shrinks = (self.cuenta(n, 90, 40, meter="M-1", cycle="C7") for n in ("D1", "D2", "D3"))
        south = self.cuenta("D4", 90, 40, zona_id=self.sur.id)
        lote = self.lote()
        lote.action_prepare()
        self.pagar(pays.partida_ids.move_id)
        self.pagar(shrinks.partida_ids[:1].move_id)
        lote.action_dispatch()
        self.assertEqual(self.motivos(lote), {"D1": False, "D2": "paid", "D3": "bills", "D4": False})
        self.assertEqual({r.reason for r in lote.conteo_ids if r.at_dispatch}, {"paid", "bills"})
        orders = lote.orden_ids.sorted("number")
        self.assertEqual(orders.mapped("number"), ["2026-00001", "2026-00002"])
        self.assertEqual(orders.cuenta_id, stays | south)
        self.assertRecordValues(
            orders[:1],
            [{"amount": 2000.0, "bills": 2, "days": 90, "date_sent": HOY, "state": "sent", "zona_id": self.norte.id}],
        )
        self.assertEqual(orders[0].partner_id, stays.partner_id)
        names = sorted(lote.lista_ids.mapped("name"))
        self.assertEqual(len(names), 4)
        mail = self.correos()
        self.assertEqual(mail.recipient_ids, self.jefe.partner_id)
        self.assertTrue(mail.attachment_ids.name.startswith("Suspensiones Norte"))
        self.assertIn("Sur", " ".join(lote.message_ids.mapped("body")))
        self.hoja_de_la_zona(lote, orders[0])

    def hoja_de_la_zona(self, lote, order):
        sheet = lote.lista_ids.filtered(lambda f: f.name.startswith("Suspensiones Norte") and f.name.endswith("xlsx"))
        rows = list(openpyxl.load_workbook(io.BytesIO(sheet.raw))["Órdenes"].iter_rows(values_only=True))
        row = dict(zip(rows[2], rows[3], strict=True))
        self.assertEqual(
            [row[h] for h in ("Orden", "Cuenta", "Dirección", "Ciclo", "Medidor", "Deudor", "Saldo vencido")],
            [order.number, "D1", "Calle D1", "C7", "M-1", "Deudor D1", 2000],
        )
        self.assertEqual([row[h] for h in ("Resultado", "Fecha", "Lectura", "Observación")], [None] * 4)
        text = lote.lista_ids.filtered(lambda f: f.name.startswith("Suspensiones Norte") and f.name.endswith("csv"))
        lines = list(csv.reader(io.StringIO(text.raw.decode("utf-8-sig")), delimiter=";"))
        self.assertEqual((lines[1][0], lines[1][2]), (order.number, "D1"))

    def test_what_somebody_wrote_is_no_formula_in_the_lists(self):
        self.cuenta("F1", 90, 40, address="=HYPERLINK(A1)")
        lote = self.despachar()
        sheet, text = lote.lista_ids.sorted("name", reverse=True)
        cell = openpyxl.load_workbook(io.BytesIO(sheet.raw))["Órdenes"]["D4"]
        self.assertEqual((cell.value, cell.data_type), ("=HYPERLINK(A1)", "s"))
        self.assertIn("'=HYPERLINK", text.raw.decode())

    def test_refusals(self):
        lote = self.lote()
        lote.action_prepare()
        with self.assertRaisesRegex(UserError, "No account of"):
            lote.action_dispatch()
        self.cuenta("R1", 90, 40)
        lote.action_prepare()
        with self.assertRaisesRegex(UserError, "fixed by the preview"):
            lote.date = HOY
        lote.action_draft()
        for day, sentence in (
            (date(2026, 7, 17), "that weekday"),  # Friday
            (date(2026, 7, 20), "holiday"),
            (date(2026, 7, 14), "is past"),
        ):
            lote.date = day
            lote.action_prepare()
            with self.assertRaisesRegex(UserError, sentence):
                lote.action_dispatch()
            lote.action_draft()
        self.env["cartera.festivo"].sudo().create({"name": "Fiesta", "date": "2026-07-17"})
        lote.date = MANANA
        lote.action_prepare()
        with self.assertRaisesRegex(UserError, "next day is a holiday"):
            lote.action_dispatch()
        self.regla.eve_allowed = True
        lote.action_dispatch()
        with self.assertRaisesRegex(UserError, "is Dispatched"):
            lote.action_dispatch()
        with self.assertRaisesRegex(UserError, "it stays"):
            lote.unlink()
        other = self.lote()
        other.action_prepare()
        self.assertEqual(self.motivos(other), {"R1": "order"})
        with self.assertRaisesRegex(UserError, "never deleted"):
            lote.orden_ids.sudo().unlink()

    def test_who_may(self):
        cuenta = self.cuenta("W1", 90, 40)
        lote = self.lote()
        lote.action_prepare()
        for role in ("gestor", "ventanilla", "analista", "auditor"):
            user = self.jefe if role == "gestor" else self.analista if role == "analista" else self.usuario(role)
            self.assertTrue(lote.with_user(user).display_name)
            for act in ("action_dispatch", "action_prepare", "action_draft"):
                with self.assertRaises(AccessError):
                    getattr(lote.with_user(user), act)()
            with self.assertRaises(AccessError):
                self.lote(user=user)
        for user in (self.jefe, self.env.ref("base.user_admin")):
            with self.assertRaisesRegex(UserError, "follows its orders"):
                cuenta.with_user(user).write({"service_state": "cut"})
        with self.assertRaises(AccessError):
            self.cargar(f"1;{cuenta.name};EJE;16/07/2026;1;", user=self.jefe)
        with self.assertRaises(ValidationError):
            cuenta.write({"protection": "health", "protection_note": " "})

    def test_another_company_sees_nothing_and_dispatches_nothing(self):
        self.cuenta("E1", 90, 40)
        lote = self.despachar()
        other = self.setup_other_company()["company"]
        stranger = self.usuario("tesorero", other)
        for model in ("lote", "candidata", "conteo", "efecto"):
            self.assertFalse(self.env[f"cartera.suspension.{model}"].with_user(stranger).search([]))
        self.assertFalse(self.env["cartera.suspension"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            lote.with_user(stranger).action_close()
        raw = base64.b64encode(f"{HEAD}\n{lote.orden_ids.number};E1;EJE;16/07/2026;1;".encode())
        env = self.env(user=stranger, su=False, context={"allowed_company_ids": other.ids})
        wizard = env["cartera.suspension.resultados"].create({"file": raw, "filename": "x.csv"})
        wizard.action_import()
        self.assertIn(f"No order {lote.orden_ids.number} was dispatched by this company", wizard.errors)
        with self.assertRaises(AccessError):
            env["cartera.suspension.resultados"].create(
                {"file": raw, "filename": "x.csv", "company_id": self.company.id}
            )

    def test_closing_withdraws_what_did_not_come_back(self):
        cuenta = self.cuenta("K1", 90, 40)
        lote = self.despachar()
        lote.action_close()
        order = self.orden(cuenta)
        self.assertEqual((lote.state, order.state, order.cause), ("closed", "withdrawn", "closed"))
        self.assertEqual(lote.progress, 100)


@tagged("post_install", "-at_install")
class TestRegreso(SuspensionCase):
    def test_the_list_filled_in_comes_back_once_and_the_service_follows(self):
        accounts = [self.cuenta(f"T{n}", 90, 40) for n in range(3)]
        lote = self.despachar()
        sheet = lote.lista_ids.filtered(lambda f: f.name.endswith("xlsx"))
        book = openpyxl.load_workbook(io.BytesIO(sheet.raw))
        head = [cell.value for cell in book["Órdenes"][3]]
        first = head.index("Resultado") + 1
        for line, values in ((4, ("Executed", date(2026, 7, 16), 345, "Sello 12")), (5, ("AUS", "16/07/2026"))):
            for place, value in enumerate(values):
                book["Órdenes"].cell(line, first + place, value)
        stream = io.BytesIO()
        book.save(stream)
        with freeze_time("2026-07-17 15:00:00"):
            wizard = self.cargar(raw=stream.getvalue(), name="norte.xlsx")
            self.assertEqual(
                (wizard.recorded_count, wizard.executed_count, wizard.empty_count, wizard.rejected_count), (2, 1, 1, 0)
            )
            again = self.cargar(raw=stream.getvalue(), name="norte.xlsx")
            self.assertEqual((again.recorded_count, again.known_count, again.rejected_count), (0, 2, 0))
        done, failed, waiting = (self.orden(cuenta) for cuenta in accounts)
        self.assertRecordValues(
            done | failed | waiting,
            [
                {"state": "executed", "reading": "345", "note": "Sello 12", "date_executed": date(2026, 7, 16)},
                {"state": "failed", "reading": False, "note": False, "date_executed": date(2026, 7, 16)},
                {"state": "sent", "reading": False, "note": False, "date_executed": False},
            ],
        )
        self.assertEqual(failed.resultado_id.code, "AUS")
        self.assertEqual(done.result_user_id, self.analista)
        self.assertEqual(
            [(c.service_state, c.service_date) for c in accounts],
            [("suspended", date(2026, 7, 16)), ("in_service", False), ("in_service", False)],
        )
        dossier = accounts[0].partida_ids.expediente_id
        self.assertEqual(dossier.suspended_count, 1)
        self.assertIn("T0: suspended since", dossier.suspended_text)
        self.assertEqual((lote.executed_count, lote.failed_count, lote.pending_count), (1, 1, 1))
        # Not executed, it may be sent again; the others not.
        other = self.lote(date=date(2026, 7, 21))
        other.action_prepare()
        self.assertEqual(self.motivos(other), {"T0": "service", "T1": False, "T2": "order"})

    def test_bad_rows_are_named_with_their_line_and_nothing_else_is_lost(self):
        good, other = self.cuenta("B1", 90, 40), self.cuenta("B2", 90, 40)
        self.despachar()
        one, two = self.orden(good).number, self.orden(other).number
        rows = [
            (f"{two};B1;Ejecutada;15/07/2026;1;", f"Order {two} is of account B2, not of B1."),
            ("2026-99999;;Ejecutada;15/07/2026;1;", "No order 2026-99999 was dispatched"),
            (";NADIE;Ejecutada;15/07/2026;1;", "Account NADIE has no order in the field"),
            (";;Ejecutada;15/07/2026;1;", "The order and the account are missing"),
            (f"{two};;Volando;15/07/2026;1;", "Unknown result: Volando"),
            (f"{two};;;15/07/2026;1;", "The result is missing"),
            (f"{two};;Ejecutada;;1;", "The date is missing"),
            (f"{two};;Ejecutada;32/07/2026;1;", "This is not a date"),
            (f"{two};;Ejecutada;17/07/2026;1;", "in the future"),
            (f"{two};;Ejecutada;14/07/2026;1;", "before the order left"),
            (f"{two};;Ejecutada;15/07/2026;;", "needs the reading"),
            (f"{two};;Ejecutada;15/07/2026;doce;", "not a reading"),
            (f"{one};B1;perro;15/07/2026;;Bravo", None),
            (f"{one};;EJE;15/07/2026;1;", "in line 14 too"),
        ]
        wizard = self.cargar(*(row for row, _reason in rows))
        self.assertEqual((wizard.recorded_count, wizard.rejected_count), (1, 13))
        lines = wizard.errors.splitlines()
        expected = [(line, reason) for line, (_row, reason) in enumerate(rows, start=2) if reason]
        for (line, reason), told in zip(expected, lines, strict=True):
            self.assertTrue(told.startswith(f"Line {line}: "), told)
            self.assertIn(reason, told)
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.rejected_file)))
        self.assertEqual(book.active.max_row, 14)
        self.assertEqual((self.orden(good).resultado_id.code, self.orden(other).state), ("PER", "sent"))
        changed = self.cargar(f"{one};;EJE;15/07/2026;1;")
        self.assertIn("another result already: Dog or danger", changed.errors)
        self.assertEqual(self.orden(good).state, "failed")
        by_account = self.cargar(";B2;si;15/07/2026;7;")
        self.assertEqual((by_account.recorded_count, self.orden(other).state), (1, "executed"))

    def test_a_file_without_its_columns(self):
        with self.assertRaisesRegex(UserError, "no column for: Order, Result"):
            self.cargar("x;16/07/2026", head="Predio;Fecha")

    def test_executed_on_a_day_that_the_rule_forbids_is_marked(self):
        cuenta = self.cuenta("V1", 90, 40)
        self.despachar()
        with freeze_time("2026-07-21 15:00:00"):
            self.cargar(f"{self.orden(cuenta).number};;EJE;17/07/2026;9;")
        self.assertTrue(self.orden(cuenta).forbidden_day)

    def suspendida(self, number, **values):
        cuenta = self.cuenta(number, 90, 40, **values)
        self.despachar()
        self.ejecutar(self.orden(cuenta))
        return cuenta

    def juzgar(self, at="2026-07-17 16:00:00"):
        with freeze_time(at):
            counts = self.Orden._juzgar(self.company)
        self.env.invalidate_all()
        return {name: counts[name] for name in ("withdrawn", "reconnected", "late")}

    def test_paid_the_service_is_ordered_back_within_its_term_and_told_when_late(self):
        self.regla.reconnect_fee = 45000
        cuenta = self.suspendida("P1")
        self.assertEqual(cuenta.service_state, "suspended")
        self.pagar(cuenta.partida_ids[:1].move_id)
        self.assertEqual(self.juzgar()["reconnected"], 0)
        self.pagar(cuenta.partida_ids.filtered("is_open").move_id)
        # Something newer that falls due meanwhile does not keep the service away.
        self.factura(1, partner=cuenta.partner_id, cartera_cuenta_id=cuenta.id)
        self.correos().unlink()
        self.assertEqual(self.juzgar(), {"withdrawn": 0, "reconnected": 0, "late": 0})
        newest = cuenta.partida_ids.filtered(lambda p: p.date_due == HOY - timedelta(days=1))
        self.pagar(newest.move_id)
        self.factura(-1, partner=cuenta.partner_id, cartera_cuenta_id=cuenta.id)
        self.assertEqual(self.juzgar(), {"withdrawn": 0, "reconnected": 1, "late": 0})
        self.assertEqual(self.juzgar(), {"withdrawn": 0, "reconnected": 0, "late": 0})
        back = self.orden(cuenta, kind="reconnection")
        self.assertEqual((back.cause, back.fee, back.state), ("settled", 45000, "sent"))
        self.assertEqual(str(back.deadline), "2026-07-18 16:00:00")
        self.assertEqual(back.causa_id.kind, "suspension")
        self.assertTrue(self.correos().attachment_ids.name.startswith("Reconexiones Norte"))
        self.correos().unlink()
        self.tesorero.sudo().email = "tesorero@example.com"
        with freeze_time("2026-07-18 16:01:00"):
            self.assertTrue(back.late)
            self.assertEqual(self.Orden.search([("late", "=", True)]), back)
        self.assertEqual(self.juzgar("2026-07-18 16:01:00")["late"], 1)
        self.assertEqual(self.juzgar("2026-07-18 17:01:00")["late"], 0)
        self.assertEqual(set(self.correos().recipient_ids), set((self.jefe | self.tesorero).partner_id))
        # Nobody opened: it is ordered again, and the term is still the first one.
        with freeze_time("2026-07-19 15:00:00"):
            self.cargar(f"{back.number};;ausente;19/07/2026;;")
        self.env.invalidate_all()
        retry = self.orden(cuenta, kind="reconnection", state="sent")
        self.assertNotEqual(retry, back)
        self.assertEqual(retry.deadline, back.deadline)
        with freeze_time("2026-07-19 16:00:00"):
            self.cargar(f"{retry.number};;Reconectado;19/07/2026;130;")
        self.assertEqual((cuenta.service_state, cuenta.service_date), ("in_service", date(2026, 7, 19)))

    def test_an_agreement_in_force_brings_it_back_and_money_not_applied_too(self):
        agreed, credited, owes = (self.cuenta(f"G{n}", 90, 40) for n in range(3))
        self.despachar()
        self.ejecutar(*(self.orden(cuenta) for cuenta in (agreed, credited, owes)))
        self.bajo_acuerdo(agreed)
        self.env["account.payment"].create(
            {
                "partner_id": credited.partner_id.id, "amount": 2000, "payment_type": "inbound",
                "journal_id": self.bank.id,
            }
        ).action_post()  # fmt: skip
        self.assertEqual(self.juzgar()["reconnected"], 2)
        self.assertEqual(self.orden(agreed, kind="reconnection").cause, "agreement")
        self.assertEqual(self.orden(credited, kind="reconnection").cause, "settled")
        self.assertFalse(self.orden(owes, kind="reconnection"))

    def test_the_hourly_job_and_the_night_look(self):
        cuenta = self.suspendida("J1")
        self.pagar(cuenta.partida_ids.move_id)
        with freeze_time("2026-07-17 16:00:00"), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_reconexiones").sudo().method_direct_trigger()
        self.assertTrue(self.orden(cuenta, kind="reconnection"))
        night = self.suspendida("J2")
        self.pagar(night.partida_ids.move_id)
        with freeze_time("2026-07-17 16:00:00"), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_actualizar").sudo().method_direct_trigger()
        self.assertTrue(self.orden(night, kind="reconnection"))

    def test_paid_or_claimed_before_the_crew_arrives_the_order_is_withdrawn_and_undone_if_it_came_late(self):
        pays, claims, owes = (self.cuenta(f"H{n}", 90, 40) for n in range(3))
        self.despachar()
        self.correos().unlink()
        self.pagar(pays.partida_ids.move_id)
        self.reclamar(claims)
        self.assertEqual(self.juzgar("2026-07-16 16:00:00")["withdrawn"], 2)
        self.assertEqual([self.orden(c).state for c in (pays, claims, owes)], ["withdrawn", "withdrawn", "sent"])
        self.assertEqual([self.orden(c).cause for c in (pays, claims)], ["settled", "claim"])
        mail = self.correos()
        self.assertIn("No ejecutar", mail.subject)
        self.assertIn(self.orden(pays).number, mail.body_html)
        self.assertNotIn(self.orden(owes).number, mail.body_html)
        wizard = self.ejecutar(self.orden(pays))
        self.assertEqual((wizard.executed_count, wizard.reconnected_count), (1, 1))
        self.assertEqual(pays.service_state, "suspended")
        self.assertEqual(self.orden(pays, kind="reconnection").state, "sent")

    def test_executed_although_a_claim_withdrew_it_the_service_comes_back_for_nothing(self):
        self.regla.reconnect_fee = 45000
        claims, before = self.cuenta("K1", 90, 40), self.cuenta("K2", 90, 40)
        self.despachar()
        for cuenta in (claims, before):
            self.reclamar(cuenta)
        with freeze_time("2026-07-16 16:00:00"):
            self.Orden._juzgar(self.company)
            self.ejecutar(self.orden(claims), day="16/07/2026")
            self.ejecutar(self.orden(before), day="15/07/2026")
            self.Orden._juzgar(self.company)
        back = self.orden(claims, kind="reconnection")
        self.assertRecordValues(back, [{"cause": "claim", "fee": 0, "state": "sent"}])
        self.assertTrue(back.deadline)
        self.assertEqual(before.service_state, "suspended")
        self.assertFalse(self.orden(before, kind="reconnection"), "it was executed the day before the claim")

    def test_a_reconnection_that_failed_is_charged_once(self):
        self.regla.reconnect_fee = 45000
        cuenta = self.suspendida("K3")
        self.pagar(cuenta.partida_ids.move_id)
        self.Orden._juzgar(self.company)
        first = self.orden(cuenta, kind="reconnection")
        self.cargar(f"{first.number};;perro;15/07/2026;;")
        self.Orden._juzgar(self.company)
        orders = self.Orden.search([("cuenta_id", "=", cuenta.id), ("kind", "=", "reconnection")], order="id")
        self.assertEqual(orders.mapped("fee"), [45000, 0])

    def test_a_coordinator_orders_it_back_by_hand(self):
        self.regla.reconnect_fee = 45000
        cuenta = self.suspendida("L1")
        with self.assertRaisesRegex(AccessError, "coordinator"):
            cuenta.with_user(self.jefe).action_reconnect()
        cuenta.with_user(self.tesorero).action_reconnect()
        self.assertRecordValues(self.orden(cuenta, kind="reconnection"), [{"cause": "by_hand", "fee": 0}])
        with self.assertRaisesRegex(UserError, "under way"):
            cuenta.with_user(self.tesorero).action_reconnect()

    def test_sent_executed_why_not_and_the_money_that_came_after(self):
        pays, quiet, dog, gone = (self.cuenta(f"Z{n}", 90, 40) for n in range(4))
        south = self.cuenta("Z9", 90, 40, zona_id=self.sur.id)
        self.despachar()
        self.ejecutar(*(self.orden(cuenta) for cuenta in (pays, quiet)))
        self.cargar(f"{self.orden(dog).number};;perro;15/07/2026;;")
        self.pagar(gone.partida_ids.move_id)
        self.Orden._juzgar(self.company)
        self.pagar(pays.partida_ids[:1].move_id, payment_date=date(2026, 7, 20))
        self.pagar(quiet.partida_ids[:1].move_id, payment_date=date(2026, 8, 30))
        self.env.flush_all()
        Efecto = self.env["cartera.suspension.efecto"].with_user(self.analista)
        rows = Efecto._read_group(
            [("company_id", "=", self.company.id)],
            ["zona_id"],
            ["sent:sum", "executed:sum", "failed:sum", "withdrawn:sum", "pending:sum", "effectiveness:avg",
             "amount:sum", "amount_collected:sum", "collected_rate:avg"],
        )  # fmt: skip
        self.assertEqual(
            [(zona.name, *figures) for zona, *figures in rows],
            [("Norte", 4, 2, 1, 1, 0, 50.0, 8000.0, 1000.0, 25.0), ("Sur", 1, 0, 0, 0, 1, 0.0, 2000.0, 0.0, 0.0)],
        )
        self.assertEqual(self.orden(south).state, "sent")
        self.anexo(dog)

    def anexo(self, dog):
        wizard = (
            self.env["cartera.suspension.informe"]
            .with_user(self.analista)
            .with_company(self.company)
            .create({"date_from": "2026-07-01", "date_to": "2026-07-31"})
        )
        report = self.env["ir.actions.report"].with_user(self.analista)
        content, kind = report._render_xlsx("cartera_cobro.suspension_informe_xlsx", wizard.ids, {})
        self.assertEqual(kind, "xlsx")
        book = openpyxl.load_workbook(io.BytesIO(content))
        zone = [list(row) for row in book["Por zona"].iter_rows(min_row=5, values_only=True)]
        self.assertEqual(zone[0][:9], ["2026-07", "Norte", "Suspensión", 4, 2, 1, 1, 0, 50])
        self.assertEqual((zone[-1][0], zone[-1][3], zone[-1][8]), ("Total", 5, 40))
        result = {row[0]: row[1:] for row in book["Por resultado"].iter_rows(min_row=5, values_only=True)}
        self.assertEqual(result["Retirada (pago, acuerdo o reclamo)"], (1, 0, 1))
        self.assertEqual(book["Detalle"].max_row, 9)
        with self.assertRaisesRegex(ValidationError, "ends before"):
            wizard.date_to = "2026-06-01"

    def test_last_month_by_default(self):
        wizard = self.env["cartera.suspension.informe"].with_user(self.analista).create({})
        self.assertEqual((wizard.date_from, wizard.date_to), (date(2026, 6, 1), date(2026, 6, 30)))

    def test_each_role_opens_the_forms(self):
        cuenta = self.cuenta("U1", 90, 40)
        lote = self.despachar()
        for record in (lote, self.orden(cuenta), cuenta, cuenta.partida_ids[:1].expediente_id):
            arch = record.with_user(self.analista).get_view(view_type="form")["arch"]
            self.assertTrue(len(etree.fromstring(arch)))
