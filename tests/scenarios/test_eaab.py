"""Water utility: the mission portfolio by contract account, stage and age."""

import base64
import zipfile
from datetime import date, timedelta
from io import BytesIO

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from openpyxl import load_workbook

from tests.models.common import HOY, CarteraCase
from tests.models.test_acuerdo import AcuerdoCase
from tests.models.test_acuerdo_reportes import ReportesCase
from tests.models.test_acuerdo_vigilancia import DUE, VigilanciaCase
from tests.models.test_campana import CampanaCase
from tests.models.test_comunicacion import ComunicacionCase
from tests.models.test_corte_programa import ProgramaCase
from tests.models.test_indicador import MAYO, IndicadorCase
from tests.models.test_provision import ProvisionCase
from tests.models.test_suspension import SuspensionCase
from tests.models.test_tablero import Tablero


@tagged("post_install", "-at_install")
class TestEAAB(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def cuenta(self, number, *ages, **attributes):
        cuenta = (
            self.env["cartera.cuenta"]
            .sudo()
            .create(
                {
                    "name": number,
                    "kind": "account",
                    "partner_id": self.debtor.id,
                    "company_id": self.company.id,
                    **attributes,
                }
            )
        )
        for days in ages:
            move = self.factura(days, post=False)
            move.sudo().cartera_cuenta_id = cuenta
            move.action_post()
        return cuenta

    def test_EAAB1_EAAB3_accounts_by_stage_and_over_360_days_hard_to_collect(self):
        zona = self.env["cartera.zona"].sudo().create({"name": "Zona 2"})
        self.cuenta("10001", -5, 20, use="residential", estrato="2", zona_id=zona.id)
        self.cuenta("10002", 20, 75, use="commercial")
        self.cuenta("10003", 400, use="official")
        self.actualizar()
        rows = self.Partida._read_group(
            [("company_id", "=", self.company.id), ("is_open", "=", True)],
            ["etapa_id"],
            ["cuenta_id:count_distinct", "amount_residual:sum"],
        )
        by_stage = {etapa.code: (accounts, amount) for etapa, accounts, amount in rows}
        self.assertEqual(by_stage, {"PRE": (1, 2000.0), "PER": (2, 3000.0)})
        ddr = self.Partida.search([("company_id", "=", self.company.id), ("banda_id.is_ddr", "=", True)])
        self.assertEqual(ddr.cuenta_id.mapped("name"), ["10003"])
        self.assertEqual(self.Expediente.search([("partner_id", "=", self.debtor.id)]).zona_id, zona)

    def test_EAAB3_blocked_items_stay_and_age(self):
        self.cuenta("10004", 50)
        partida = self.Partida.search([("cuenta_id.name", "=", "10004")])
        self.actualizar()
        partida.move_id.no_followup = True
        self.actualizar()
        self.assertEqual((partida.etapa_id.code, partida.etapa_reason), ("PRE", "hold"))
        self.assertEqual(partida.banda_id.name, "31 to 60 days")

    def test_EAAB3_the_portfolio_of_a_closing_against_earlier_ones_by_stage_estrato_and_use(self):
        desk, analista = self.usuario("gestor"), self.usuario("analista")
        self.cuenta("10011", 35, 100, use="residential", estrato="2")
        self.cuenta("10012", 60, use="commercial")
        blocked = self.cuenta("10013", 120, use="residential", estrato="3")
        self.actualizar()
        self.reclamar(desk, blocked.partida_ids, "written", date_filed="2026-06-10")
        Corte = self.env["cartera.corte"].sudo()
        for end in (date(2026, 5, 31), date(2026, 6, 30)):
            Corte._generar(self.company, end)._confirmar()
        Comparacion = self.env["cartera.corte.comparacion"].with_user(analista)

        def compare(by, domain=()):
            measures = ["accounts:sum", "amount:sum", "amount_before:sum", "change_rate:avg"]
            rows = Comparacion._read_group([("is_last", "=", True), *domain], [by], measures)
            return {row[0]: row[1:] for row in rows}

        # The bill of 35 days is of June: the others were owed in May already.
        by_stratum = {"2": (1, 2000, 1000, 100), "3": (1, 1000, 1000, 0), False: (1, 1000, 1000, 0)}
        self.assertEqual(compare("estrato"), by_stratum)
        by_use = compare("use")
        self.assertEqual(sorted(by_use.values()), [(1, 1000, 1000, 0), (2, 3000, 2000, 50)])
        stages = compare("etapa")
        self.assertEqual(sum(amount for _accounts, amount, *_rest in stages.values()), 4000)
        self.assertEqual(sum(accounts for accounts, *_rest in stages.values()), 3, "each account once")
        # Blocked at the end of June and not of May, by who answers.
        held = compare("responsable", [("hold_reason", "=", "claim")])
        self.assertEqual(held, {desk.name: (1, 1000, 0, False)})
        # From which stage to which: two month ends, read by the director.
        screen = self.env["cartera.corte.transicion"].with_user(self.usuario("director")).matriz("stage")
        self.assertEqual((screen["before"], sum(screen["totals"].values())), (3000, 4000))

    def reclamar(self, user, partida, channel, **extra):
        """A claim on an item, filed by `user` through a channel."""
        values = {
            "expediente_id": partida.expediente_id.id,
            "channel": channel,
            "subject": "Consumo que no reconoce",
            "text": "Solicita revisar la lectura",
            "filed_by": "Juana Deudora",
            "linea_ids": [Command.create({"partida_id": partida.id})],
            **extra,
        }
        claim = self.env["cartera.reclamacion"].with_user(user).create(values)
        claim.action_file()
        return claim

    def test_EAAB3_the_portfolio_blocked_by_claims_by_responsible_zone_and_age(self):
        gestor, other = self.usuario("gestor"), self.usuario("abogado")
        zonas = self.env["cartera.zona"].sudo().create([{"name": "Zona 1"}, {"name": "Zona 2"}])
        for number, zona in (("10005", zonas[0]), ("10006", zonas[1]), ("10007", zonas[1])):
            self.cuenta(number, 50, zona_id=zona.id)
        items = self.Partida.search([("cuenta_id.name", "in", ("10005", "10006", "10007"))], order="name")
        self.actualizar()
        self.reclamar(gestor, items[0], "written", date_filed="2026-05-04")
        self.reclamar(gestor, items[1], "virtual", user_id=other.id)
        self.actualizar()
        self.assertEqual(items.mapped("etapa_reason"), ["hold", "hold", "age"])
        self.assertEqual(set(items.mapped("banda_id.name")), {"31 to 60 days"}, "they go on ageing")
        rows = self.env["cartera.bloqueo"].with_user(self.usuario("analista"))._read_group(
            [], ["user_id", "zona_id", "age"], ["amount_blocked:sum", "cuenta_id:count_distinct"]
        )  # fmt: skip
        self.assertCountEqual(rows, [(gestor, zonas[0], "90", 1000.0, 1), (other, zonas[1], "15", 1000.0, 1)])

    def test_EAAB6_collections_by_stage_mailed_every_morning_and_held_against_the_goal(self):
        """The day's and the month's money by stage against the APA, by e-mail; the pivot says the same; a service's."""
        self.cuenta("10001", 20, use="residential", estrato="2")
        self.cuenta("10002", 75, use="commercial")
        young, old = self.Partida.search([("company_id", "=", self.company.id)], order="date_due desc").move_id
        director = self.usuario("director")
        director.email = "director@example.com"
        self.company.sudo().cartera_recaudo_user_ids = director
        stages = {code: self.etapa(code) for code in ("PRE", "PER")}
        goals = self.env["cartera.recaudo.meta"].with_user(director)
        goals.create({"year": 2026, "month": "00", "etapa_id": stages["PER"].id, "amount": 12_000})
        self.pagar(young, 400.0, payment_date=HOY - timedelta(days=1))
        self.pagar(old, 250.0, payment_date=HOY - timedelta(days=1))
        self.pagar(old, 100.0, payment_date=HOY - timedelta(days=8))
        self.env.flush_all()
        digest = self.env["cartera.recaudo.diario"].sudo()._enviar(self.company)
        self.assertEqual((digest.amount, digest.amount_month, digest.user_id), (650, 750, director))
        rows = self.env["cartera.recaudo"].with_user(director)._read_group(
            [("kind", "=", "payment")], ["etapa_id"], ["amount:sum", "accounts:count_distinct"]
        )
        self.assertEqual({etapa: (amount, accounts) for etapa, amount, accounts in rows},
                         {stages["PRE"]: (400, 1), stages["PER"]: (350, 1)})  # fmt: skip
        against = self.env["cartera.recaudo.cumplimiento"].with_user(director).search(
            [("date", "=", HOY.replace(day=1)), ("etapa_id", "=", stages["PER"].id)]
        )
        self.assertEqual((against.amount, against.goal, against.missing, against.rate), (350, 1000, 650, 35))
        by_service = self.env["cartera.recaudo.servicio"].with_user(director)._read_group(
            [("kind", "=", "payment")], [], ["amount:sum"]
        )
        self.assertEqual(by_service, [(750,)])

    def test_EAAB5_requests_by_three_channels_are_answered_in_term_and_traced(self):
        self.cuenta("10008", 50, 60, 70)
        items = self.Partida.search([("cuenta_id.name", "=", "10008")], order="date_due")
        desk = self.usuario("ventanilla")
        claims = self.env["cartera.reclamacion"].with_user(desk)
        for item, channel in zip(items, ("written", "virtual", "in_person"), strict=True):
            claims |= self.reclamar(desk, item, channel, user_id=desk.id)
        self.assertEqual(claims.mapped("number"), ["2026-00001", "2026-00002", "2026-00003"])
        claims[0].action_answer("rejected", "La lectura es correcta.")
        with freeze_time("2026-08-12 17:00:00"):
            claims[1].action_answer("rejected", "La lectura es correcta.")
            wizard = self.env["cartera.reclamacion.informe"].with_user(self.usuario("analista")).create(
                {"date_from": "2026-07-01", "date_to": "2026-08-31"}
            )  # fmt: skip
            report = self.env.ref("cartera_cobro.report_cartera_reclamacion_informe").with_user(wizard.env.user)
            content, _kind = report._render_xlsx(report.report_name, wizard.ids, {})
        sheet = load_workbook(BytesIO(content)).active
        self.assertIn("MPFD0206F02", sheet["A1"].value)
        head = [cell.value for cell in sheet[5]]
        columns = [head.index(name) for name in ("Número", "Canal", "Cuenta o contrato", "Días hábiles", "Oportuna")]
        rows = [[row[n] for n in columns] for row in sheet.iter_rows(min_row=6, values_only=True)]
        self.assertEqual(
            rows,
            [
                ["2026-00001", "Escrito", "10008", 0, "Sí"],
                ["2026-00002", "Virtual", "10008", 18, "No"],
                ["2026-00003", "Presencial", "10008", None, "Vencida"],
            ],
        )

    def test_EAAB5_the_virtual_channel_is_the_users_own_page(self):
        """A request, a claim and a change of data, each with its number or its evidence, and its officer."""
        self.cuenta("10009", 50, 60)
        items = self.Partida.search([("cuenta_id.name", "=", "10009")], order="date_due")
        dossier, officer = items.expediente_id, self.usuario("gestor")
        dossier.user_id = officer
        claim = dossier._reclamar_en_portal("claim", "Usuaria", "No es mi lectura", {items[0].id: ""}, [])
        request = dossier._reclamar_en_portal("request", "Usuaria", "Pido visita técnica", {}, [])
        self.assertRecordValues(
            claim | request,
            [
                {"channel": "virtual", "number": "2026-00001", "user_id": officer.id, "state": "filed"},
                {"channel": "virtual", "number": "2026-00002", "user_id": officer.id, "state": "filed"},
            ],
        )
        self.assertEqual(items.mapped("hold_reason"), ["claim", False])
        change = dossier._pedir_cambio_de_datos({"phone": "310 555 0101"}, "Usuaria", "IP 10.0.0.1")
        change.with_user(officer).action_apply()
        self.assertEqual(dossier.partner_id.phone, "310 555 0101")
        claim.with_user(officer).action_answer("rejected", "La lectura es correcta.")
        shown = {one["number"]: one["state"] for one in dossier._pagina_de_reclamos()["claims"]}
        self.assertEqual(shown, {"2026-00001": "Respondido", "2026-00002": "En estudio"})


@tagged("post_install", "-at_install")
class TestEAABMensajes(ComunicacionCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def test_EAAB4_an_account_gets_one_message_with_what_it_owes_and_none_once_it_paid(self):
        self.factura(30, 400)
        sms = self.mensaje("sms")
        self.assertEqual(self.enviar(sms), {"sent": 1})
        self.assertEqual(sms.amount_capital, 1400.0)
        self.assertIn("desde hace 60 días", sms.text)
        self.assertEqual(self.env["sms.sms"].sudo().search_count([("partner_id", "=", self.debtor.id)]), 1)
        call = self.mensaje("ivr")
        self.pagar(self.expediente.partida_ids.move_id)
        self.assertDropped("paid", call)


@tagged("post_install", "-at_install")
class TestEAABMasivo(CampanaCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def usuario_de(self, name, estrato, use="residential", days=20, **values):
        """A user of the water service with one account, overdue since `days`; the dossier."""
        expediente = self.deudor(name, days, phone="+57 310 555 0199", **values)
        cuenta = {"name": f"C-{name}", "kind": "account", "use": use, "estrato": estrato}
        expediente.partida_ids.move_id.sudo().cartera_cuenta_id = (
            self.env["cartera.cuenta"]
            .sudo()
            .create({**cuenta, "partner_id": expediente.partner_id.id, "company_id": self.company.id})
        )
        return expediente

    def test_EAAB4_a_mass_run_with_its_checklist_approved_by_another_and_what_it_brought(self):
        self.politica.interest_regime = "civil"
        pays, owes, early, silent, court = (
            self.usuario_de(*who)
            for who in (("Paga", "2"), ("Debe", "2"), ("Antes", "3"), ("Sinpermiso", "2"), ("Coactivo", "4"))
        )
        silent.partner_id.sudo().cartera_autorizacion_ids.action_withdraw()
        court.partida_ids.sudo()._mover(self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[:1], "Coactivo")
        self.actualizar()
        campana = self.campana(name="SMS de julio", channel="sms", domain="[('days_overdue', '>', 0)]", effect_days=15)
        campana.action_prepare()
        self.assertEqual(
            self.motivos(campana),
            {"Paga": False, "Debe": False, "Antes": False, "Sinpermiso": "guard", "Coactivo": "legal"},
        )
        # The check list of the month: each line with who verified it and when.
        with self.assertRaisesRegex(UserError, "Verify first"):
            campana.action_request()
        campana.verificacion_ids.write({"done": True, "note": "Revisado"})
        self.assertEqual(campana.verificacion_ids.done_by_id, self.gestor)
        campana.action_request()
        campana.with_user(self.tesorero).validate_tier()
        self.assertEqual(campana.firma_ids.user_id, self.tesorero)

        self.pagar(early.partida_ids.move_id)
        self.enviar()
        self.assertEqual(campana.state, "done")
        self.assertEqual(self.conteos(campana), {"sent": 2, "paid": 1, "guard": 1, "legal": 1})
        numbers = self.env["sms.sms"].sudo().search([]).mapped("partner_id.name")
        self.assertEqual(sorted(numbers), ["Debe", "Paga"])

        self.pagar(pays.partida_ids.move_id, payment_date=HOY + timedelta(days=9))
        self.env.invalidate_all()
        rows = (
            self.env["cartera.campana.efecto"]
            .with_user(self.usuario("analista"))
            ._read_group(
                [("campana_id", "=", campana.id), ("etapa_id.code", "!=", False)],
                ["group", "estrato", "use"],
                ["sent:sum", "paid:sum", "amount_collected:sum", "collected_rate:avg"],
            )
        )
        self.assertIn(("contacted", "2", "residential", 2, 1, 1000.0, 50.0), rows)
        self.assertIn(("others", "2", "residential", 0, 0, 0.0, 0.0), rows)
        # Each channel of the month beside the others, by stage, stratum and use.
        channels = (
            self.env["cartera.campana.efecto"]
            .with_user(self.usuario("director"))
            ._read_group(
                [("group", "=", "contacted")],
                ["channel", "date_from:month", "etapa_id", "estrato", "use"],
                ["sent:sum", "amount_collected:sum", "collected_rate:avg"],
            )
        )
        self.assertEqual(
            [(channel, month, etapa.code, *rest) for channel, month, etapa, *rest in channels],
            [("sms", HOY.replace(day=1), "PRE", "2", "residential", 2, 1000.0, 50.0)],
        )
        self.assertEqual(owes.amount_overdue, 1000.0)


@tagged("post_install", "-at_install")
class TestEAABEntregables(AcuerdoCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def correos(self, at):
        """Subjects of the e-mails of missing documents that leave at an instant."""
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        with freeze_time(at), self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_documentos_faltantes").sudo().method_direct_trigger()
        self.env.invalidate_all()
        return {mail.recipient_ids.name: mail for mail in Mail.search([]) - before}

    def test_EAAB7_agreements_without_their_deliverables_are_told_every_fortnight_and_month(self):
        for user in (self.gestor, self.tesorero):
            user.sudo().email = f"{user.login}@example.com"
        self.expediente.user_id = self.gestor
        acuerdo = self.vigente()
        self.env.invalidate_all()
        missing = self.env["cartera.documento.faltante"].with_user(self.gestor).search([("acuerdo_id", "!=", False)])
        self.assertIn("cedula_firmante", missing.tipo_id.mapped("code"))
        self.assertEqual(missing.acuerdo_id, acuerdo)
        mails = self.correos("2026-07-16 12:00")
        self.assertEqual(set(mails), {self.gestor.name, self.tesorero.name})
        self.assertIn(f"Documento de identidad de quien firma · {acuerdo.number}", mails[self.gestor.name].body_html)
        self.assertTrue(mails[self.tesorero.name].attachment_ids.name.endswith(".xlsx"))
        self.assertIn("mensual", self.correos("2026-08-03 12:00")[self.gestor.name].subject)
        # Everything digitised: nobody is told any more.
        for row in self.env["cartera.documento.faltante"].with_user(self.gestor).search([]):
            self.env["cartera.documento"].with_user(self.gestor).create(
                {
                    "expediente_id": row.expediente_id.id,
                    "acuerdo_id": row.acuerdo_id.id,
                    "cuenta_id": row.cuenta_id.id,
                    "tipo_id": row.tipo_id.id,
                    "file": base64.b64encode(b"digitalizado"),
                    "file_name": "digitalizado.pdf",
                    "date_issued": HOY,
                }
            )
        self.assertEqual(self.correos("2026-08-18 12:00"), {})


@tagged("post_install", "-at_install")
class TestEAABAcuerdos(ReportesCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def cuenta_de(self, moves, **attributes):
        values = {"partner_id": self.debtor.id, "company_id": self.company.id, "kind": "account", **attributes}
        moves.sudo().cartera_cuenta_id = self.env["cartera.cuenta"].sudo().create(values)

    def test_EAAB3_EAAB7_agreements_of_the_day_and_those_in_force_by_stage_use_and_estrato(self):
        analista = self.usuario("analista")
        late = self.factura(120, 800_000)
        self.cuenta_de(late, name="10009", use="residential", estrato="2")
        self.cuenta_de(self.facturas[1], name="10010", use="commercial")
        self.actualizar()
        financed = self.vigente(moves=late)
        small = self.vigente(moves=self.facturas[1], count=1)
        day = self.sucesos(HOY, analista)
        self.assertEqual({acuerdo for event, acuerdo, _amount in day if event == "active"}, {financed, small})
        with freeze_time("2026-08-31 17:00:00"):
            small.sudo()._cumplir()
        self.assertEqual([event for event, *_rest in self.sucesos(date(2026, 8, 31), analista)], ["fulfilled"])
        # At the end of July two were in force, by stage and by use; at the end of August one.
        Vigencia = self.env["cartera.acuerdo.vigencia"].with_user(analista)
        rows = Vigencia._read_group(
            Vigencia._vigentes(date(2026, 7, 31)),
            ["etapa_id", "use", "estrato"],
            ["acuerdo_id:count_distinct", "capital:sum"],
        )
        self.assertEqual(
            {(etapa.code, *rest) for etapa, *rest in rows},
            {("PER", "residential", "2", 1, 800_000.0), ("PRE", "commercial", False, 1, 400_000.0)},
        )
        book = self.hojas(self.informe(analista, kind="in_force", date=date(2026, 8, 31)))
        self.assertEqual(book["Por etapa"][-1][:4], ["Total", 1, 1, 800_000])
        self.assertEqual(len(book["Detalle"]), 6)


@tagged("post_install", "-at_install")
class TestEAABConsolidacion(VigilanciaCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def test_EAAB14_consolidated_for_breach_by_itself_or_on_request(self):
        self.politica.agreement_breach = "declare"
        broken, asked = self.vigente(moves=self.facturas[0]), self.vigente(moves=self.facturas[1])
        day = DUE[1] + timedelta(days=1)
        asked.with_user(self.tesorero).action_consolidate("Lo pide el suscriptor: quiere uno nuevo")
        self.noche(day)
        self.assertRecordValues(
            broken + asked,
            [
                {"state": "breached", "date_end": day, "date_accelerated": day, "bdme_breach": True},
                {"state": "cancelled", "date_end": HOY, "date_accelerated": False, "bdme_breach": False},
            ],
        )
        # Both debts are again what they are: true age, no agreement, and the ledger ties.
        self.actualizar(day)
        items = self.partidas(*self.facturas)
        self.assertFalse(items.acuerdo_id)
        self.assertEqual(set(items.mapped("etapa_reason")) & {"agreement"}, set())
        self.assertEqual([row for row in self.company._cartera_cuadre() if row["difference"]], [])


@tagged("post_install", "-at_install")
class TestEAABSuspensiones(SuspensionCase):
    def test_eaab4_suspensions_by_zone_their_results_and_how_effective_they_were(self):
        owes, pays, absent, claims = (self.cuenta(f"2000{n}", 95, 35, estrato="2") for n in range(4))
        south = self.cuenta("30001", 95, 35, zona_id=self.sur.id)
        self.reclamar(claims)
        lote = self.lote()
        lote.action_prepare()
        self.assertEqual(self.motivos(lote)["20003"], "claim")
        lote.action_dispatch()
        # The zone of the north gets its list by mail, with the columns that its crew fills.
        self.assertEqual(self.correos().recipient_ids, self.jefe.partner_id)
        self.assertEqual(lote.order_count, 4)
        with freeze_time("2026-07-17 20:00:00"):
            wizard = self.cargar(
                f"{self.orden(owes).number};20000;Ejecutada;16/07/2026;310;Sello 7",
                f"{self.orden(pays).number};20001;Ejecutada;16/07/2026;88;",
                f"{self.orden(absent).number};20002;ausente;16/07/2026;;",
                f"{self.orden(absent).number};30001;Ejecutada;16/07/2026;9;",
            )
        self.assertEqual((wizard.executed_count, wizard.rejected_count), (2, 1))
        self.assertIn("Line 5: ", wizard.errors)
        self.assertEqual((owes.service_state, south.service_state), ("suspended", "in_service"))
        # One pays, and the service is back within its term.
        with freeze_time("2026-07-18 15:00:00"):
            self.pagar(pays.partida_ids.move_id, payment_date=date(2026, 7, 18))
            self.Orden._juzgar(self.company)
            back = self.orden(pays, kind="reconnection")
            self.cargar(f"{back.number};20001;Reconectado;18/07/2026;88;")
        self.assertEqual((pays.service_state, owes.service_state), ("in_service", "suspended"))
        # On the 15th of August the month is read, by zone.
        with freeze_time("2026-08-15 15:00:00"):
            informe = self.env["cartera.suspension.informe"].with_user(self.analista).create({})
            self.assertEqual((informe.date_from, informe.date_to), (date(2026, 7, 1), date(2026, 7, 31)))
        self.env.flush_all()
        measures = ["sent:sum", "executed:sum", "effectiveness:avg", "amount_collected:sum"]
        rows = informe.env["cartera.suspension.efecto"]._read_group(informe._dominio(), ["zona_id"], measures)
        self.assertEqual(
            [(zona.name, sent, executed, round(rate, 1), collected) for zona, sent, executed, rate, collected in rows],
            [("Norte", 3, 2, 66.7, 2000.0), ("Sur", 1, 0, 0.0, 0.0)],
        )
        self.se_informa_a_los_15_dias()

    def se_informa_a_los_15_dias(self):
        """Operating policy 6. The 15th of August is a Saturday and the 17th a holiday: it leaves on the 18th, once."""
        Aviso = self.env["cartera.suspension.aviso"].sudo()
        for day in ("2026-08-14", "2026-08-15", "2026-08-17"):
            with freeze_time(f"{day} 15:00:00"):
                self.assertFalse(Aviso._toca(self.company), day)
        cron = self.env.ref("cartera_cobro.ir_cron_suspensiones_aviso").sudo()
        with freeze_time("2026-08-18 12:10:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        sent = Aviso.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {row.user_id: (row.zonas, row.orders, row.executed) for row in sent},
            {self.tesorero: (False, 4, 2), self.jefe: ("Norte", 3, 2)},
        )
        mails = self.env["mail.mail"].sudo().search([("model", "=", sent._name), ("res_id", "in", sent.ids)])
        self.assertEqual(mails.recipient_ids, (self.tesorero | self.jefe).partner_id)
        own = sent.filtered(lambda row: row.user_id == self.jefe)
        body, sheet = own.message_ids.body, own.message_ids.attachment_ids
        self.assertIn("Norte", body)
        self.assertNotIn("Sur", body)
        zones = [row[1] for row in load_workbook(BytesIO(sheet.raw))["Por zona"].iter_rows(min_row=5, values_only=True)]
        self.assertEqual(zones, ["Norte", None])

    def test_EAAB10_EAAB12_the_report_of_suspensions_is_written_on_the_15th_approved_and_published(self):
        Informe = self.env["cartera.informe"].sudo()
        tipo = self.env.ref("cartera_cobro.informe_tipo_suspensiones").sudo().with_company(self.company)
        control = self.env["res.partner"].create({"name": "Control Interno y Gestión", "email": "control@example.com"})
        tipo.destinatario_ids = [Command.create({"partner_id": control.id, "company_id": self.company.id})]
        tipo.write({"automatic": True, "author_id": self.analista.id})
        professional, director = self.usuario_mas("profesional", "analista"), self.usuario("director")
        paid, absent = self.cuenta("40001", 95, 35, estrato="2"), self.cuenta("40002", 95, 35, estrato="3")
        self.despachar()
        with freeze_time("2026-07-17 20:00:00"):
            self.cargar(
                f"{self.orden(paid).number};40001;Ejecutada;16/07/2026;310;",
                f"{self.orden(absent).number};40002;ausente;16/07/2026;;",
            )
        with freeze_time("2026-07-20 15:00:00"):
            self.pagar(paid.partida_ids.move_id, payment_date=date(2026, 7, 20))
        with freeze_time("2026-08-05 15:00:00"):
            # EAAB2 came first: without July's closing there is nothing to report.
            self.assertEqual(Informe._preparar_del_mes(self.company), 0)
            self.env["cartera.corte"].sudo()._generar(self.company, date(2026, 7, 31))._confirmar()
            self.assertEqual(Informe._preparar_del_mes(self.company), 1)
        informe = Informe.search([("tipo_id", "=", tipo.id)]).with_user(self.analista).sudo(False)
        self.assertEqual(informe.activity_ids.date_deadline, date(2026, 8, 15))
        [by_zone, _by_kind, why_not] = informe.content["sections"][1]["tables"]
        # Zone, sent, executed, not executed, withdrawn, without result, percent, debt of the executed, collected after.
        self.assertEqual(by_zone["rows"], [["Norte", 2, 1, 1, 0, 0, 50.0, 2000.0, 2000.0]])
        self.assertEqual([row[1:] for row in why_not["rows"]], [[1, 2000.0]])
        with freeze_time("2026-08-15 15:00:00"):
            informe.write({"conclusions": "<p>Se ejecutó la mitad.</p>", "recommendations": "<p>Volver a ir.</p>"})
            informe.action_request()
            self.assertFalse(informe.activity_ids)
            # EAAB11: the professional and the specialist review it, the director approves it.
            self.env["tier.definition"].sudo().search([("model", "=", "cartera.informe")]).has_comment = False
            for user in (professional, self.tesorero, director):
                informe.invalidate_recordset()
                informe.with_user(user).validate_tier()
            informe.invalidate_recordset()
            self.assertEqual((informe.state, informe.number), ("approved", "2026-00001"))
            # EAAB12: published to the document list, and sent with its mandatory recipients.
            informe.action_publish()
        mails = self.env["mail.mail"].sudo().search([("model", "=", "cartera.informe"), ("res_id", "=", informe.id)])
        self.assertIn(control, mails.recipient_ids)
        published = self.env["cartera.informe"].with_user(self.usuario("auditor")).search([("state", "=", "published")])
        self.assertEqual(published, informe)

    def usuario_mas(self, login, role):
        return new_test_user(
            self.env,
            login=login,
            groups=f"base.group_user,cartera_cobro.group_cartera_{role}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_EAAB8_the_operating_dashboard_has_what_the_follow_ups_of_the_month_found(self):
        owes, pays = (self.cuenta(f"2000{n}", 95, 35, estrato="2") for n in range(2))
        lote = self.lote()
        lote.action_prepare()
        lote.action_dispatch()
        with freeze_time("2026-07-17 20:00:00"):
            self.cargar(*(f"{self.orden(c).number};{c.name};Ejecutada;16/07/2026;1;" for c in (owes, pays)))
        with freeze_time("2026-07-18 15:00:00"):
            self.pagar(pays.partida_ids.move_id, payment_date=date(2026, 7, 18))
        # On the third of August the director reads July: portfolio, collections, suspensions.
        with freeze_time("2026-08-03 15:00:00"):
            self.env["cartera.corte"].sudo()._generar(self.company, date(2026, 7, 31))._confirmar()
            self.env["cartera.recaudo"].sudo()._actualizar(self.company)
            self.env.flush_all()
            tablero = Tablero(self.env(user=self.usuario("director"), su=False))
            cards = "vencida cuentas recaudo recaudo_vencida pagaron suspensiones suspensiones_recaudo".split()
            july = {card: tablero.value(f"cmo_{card}", month=date(2026, 7, 31)) for card in cards}
        self.assertEqual(july, dict(zip(cards, (2000, 1, 2000, 2000, 1, 2, 2000), strict=True)))


@tagged("post_install", "-at_install")
class TestEAABExportacion(CarteraCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def test_EAAB1_EAAB2_the_flat_file_and_the_two_testigos_of_a_closing(self):
        """cartera.txt with every open item and its account; one book of what is overdue, one of what is not."""
        zona = self.env["cartera.zona"].sudo().create({"name": "Zona 2"})
        cuenta = (
            self.env["cartera.cuenta"]
            .sudo()
            .create(
                {
                    "name": "10001",
                    "kind": "account",
                    "partner_id": self.debtor.id,
                    "company_id": self.company.id,
                    "use": "residential",
                    "estrato": "2",
                    "cycle": "C07",
                    "zona_id": zona.id,
                }
            )
        )
        for days, amount in ((75, 300), (20, 200), (-5, 100)):
            move = self.factura(days, amount, post=False)
            move.sudo().cartera_cuenta_id = cuenta
            move.action_post()
        self.env.flush_all()
        corte = self.env["cartera.corte"].sudo()._generar(self.company, HOY)
        corte._confirmar()
        analista = self.usuario("analista")
        Exportacion = self.env["cartera.exportacion"].with_user(analista)
        self.env["cartera.exportacion.plano"].with_user(analista).create({"corte_ids": corte.ids}).action_export()
        lines = Exportacion.search([], limit=1).attachment_id.raw.decode().splitlines()
        rows = [dict(zip(lines[0].split("|"), line.split("|"), strict=True)) for line in lines[1:]]
        self.assertEqual(sum(float(row["saldo"]) for row in rows), corte.amount_ledger)
        attributes = {(row["cuenta"], row["estrato"], row["ciclo"], row["zona"]) for row in rows}
        self.assertEqual(attributes, {("10001", "2", "C07", "Zona 2")})
        corte.with_user(analista).action_testigos()
        testigos = Exportacion.search([], limit=1).attachment_id.raw
        days = {}
        with zipfile.ZipFile(BytesIO(testigos)) as both:
            for name in ("Vencida", "Vigente"):
                book = load_workbook(BytesIO(both.read(f"Testigo Cartera {name} 2026-07-15.xlsx")))
                rows = book[f"Cartera {name.lower()}"].iter_rows(min_row=6, values_only=True)
                days[name] = [row[10] for row in rows]
        self.assertEqual(days, {"Vencida": [75, 20], "Vigente": [0]})


class TestEAABCierre(ProgramaCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def test_EAAB1_EAAB2_overdue_and_current_bases_at_month_end_mailed_to_the_zones(self):
        """July is closed on the 2nd of August: each item is in one of two bases, and each zone is told of its own."""
        with freeze_time("2026-07-20 12:00"):
            self.actualizar()
            self.pagar(self.moves["sur"], 500_000, payment_date=date(2026, 7, 20))
        self.correr("2026-08-02")
        corte = self.corte().with_user(self.director)
        self.assertEqual((corte.state, corte.amount_difference), ("confirmed", 0))
        bases = {
            position: corte.line_ids.filtered(lambda line, position=position: line.position == position)
            for position in ("overdue", "current")
        }
        self.assertEqual(
            [(line.cuenta, line.zona, line.days_overdue, line.amount) for line in bases["overdue"]],
            [("Norte60", "Norte", 76, 1_000_000), ("Sur100", "Sur", 116, 1_500_000)],
        )
        self.assertEqual([(line.cuenta, line.days_overdue) for line in bases["current"]], [("Norte-40", 0)])
        rows = corte.resumen_ids._read_group(
            [("corte_id", "=", corte.id)], ["position", "etapa"], ["accounts:sum", "amount:sum"]
        )
        stages = {e.code: e.with_context(lang=self.idioma()).name for e in self.politica.etapa_ids}
        self.assertEqual(
            {(position, etapa, accounts, amount) for position, etapa, accounts, amount in rows},
            {("overdue", stages["PER"], 2, 2_500_000), ("current", stages["COR"], 1, 300_000)},
        )
        # On demand, on any day: today's open items, without waiting for the month's end.
        with freeze_time("2026-08-10 12:00"):
            wizard = self.env["cartera.corte.nuevo"].with_user(self.contador).create({"moment": "today"})
            today = self.Corte.browse(wizard.action_generate()["res_id"])
        self.assertEqual((today.date, today.state, today.item_count), (date(2026, 8, 10), "draft", 3))
        # By e-mail: the commercial offices of the zones, and inside the direction.
        mails = self.correos()
        self.assertEqual(set(mails), {"tesorero", "director", "ventanilla", "responsable"})
        self.assertIn("$ 1.500.000", self.texto(mails["responsable"]))

    def idioma(self):
        return self.env["cartera.correo"]._idioma() or "en_US"


@tagged("post_install", "-at_install")
class TestEAABIndicadores(IndicadorCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def test_EAAB9_indicators_against_the_goals_of_the_year_in_the_management_agreement(self):
        paid = self.factura(80, 800)
        self.factura(75, 200)
        self.pagar(paid, 600, payment_date=date(2026, 6, 10))
        self.confirmar(MAYO)
        self.confirmar()
        tesorero, analista = self.usuario("tesorero"), self.usuario("analista")
        recovery = self.indicador("recovery").with_user(tesorero).sudo(False).with_company(self.company)
        recovery.meta_ids = [Command.create({"year": 2026, "goal": 55, "tolerance": 5})]
        self.assertEqual((recovery.value_text, recovery.light), ("60.0 %", "green"))
        apa = self.env["cartera.indicador.apa"].with_user(analista).with_company(self.company).create({"year": 2026})
        report = self.env["ir.actions.report"].with_user(analista)
        self.assertEqual(apa.action_export()["report_name"], "cartera_cobro.indicador_apa_xlsx")
        content, _kind = report._render_xlsx("cartera_cobro.indicador_apa_xlsx", apa.ids, {})
        book = load_workbook(BytesIO(content))
        self.assertEqual(book.sheetnames, ["Indicadores", "Por partes", "Definiciones"])
        head, *rows = (row for row in book["Indicadores"].iter_rows(min_row=4, values_only=True))
        table = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
        shown = table[recovery.with_context(lang=self.env["cartera.correo"]._idioma()).name]
        self.assertEqual([shown[name] for name in ("Meta", "Tolerancia", "May", "Jun", "Jul")], [55, 5, None, 60, None])
        # Every indicator has its row, measured or not, and its words; the goal's row its colours.
        self.assertEqual(len(table), self.env["cartera.indicador"].sudo().search_count([]))
        self.assertEqual(book["Definiciones"].max_row - 4, len(table))
        [coloured] = book["Indicadores"].conditional_formatting
        place = 5 + list(table).index(shown["Indicador"])
        self.assertEqual(str(coloured.sqref), f"F{place}:Q{place}")
        limits = [(rule.operator, float(rule.formula[0])) for rule in coloured.rules if rule.type == "cellIs"]
        self.assertEqual(limits, [("greaterThanOrEqual", 55), ("greaterThanOrEqual", 50)])
        parts = [row for row in book["Por partes"].iter_rows(values_only=True) if row[0] == shown["Indicador"]]
        self.assertEqual({row[10] for row in parts}, {60})
        self.assertEqual({row[3] for row in parts}, {55})


@tagged("post_install", "-at_install")
class TestEAABDificilRecaudo(ProvisionCase):
    politica_xmlid = "cartera_cobro.politica_acueducto"

    def test_EAAB13_over_360_days_is_shown_as_hard_to_collect_and_impaired_while_it_goes_on_being_collected(self):
        contador, analista = self.usuario("contador"), self.usuario("analista")
        old, recent = self.factura(400), self.factura(100)
        corte = self.cerrado(date(2026, 6, 30))
        provision = self.Provision._generar(corte).sudo(False).with_user(analista)
        over = provision.line_ids.filtered_domain([("days_overdue", ">", 360)])
        self.assertEqual((over.number, over.amount, provision.amount), (old.name, 1000, 1100))
        apart = self.env["cartera.reclasificacion"].with_user(contador)._generar(corte)
        self.assertEqual((apart.line_ids.number, apart.amount), (old.name, 1000))
        apart.action_post()
        account = self.company.sudo().cartera_ddr_account_id
        held = {
            line.date: line.balance for line in apart.sudo().move_ids.line_ids if line.account_id == account
        }  # fmt: skip
        self.assertEqual(held, {date(2026, 6, 30): 1000, date(2026, 7, 1): -1000})
        # The item stays where the invoice put it, is collected as before, and is paid as any other.
        self.assertEqual(self.partidas(old, recent).mapped("amount_residual"), [1000, 1000])
        self.assertCuadra()
        self.pagar(old)
        self.assertEqual((old.amount_residual, self.partidas(old).is_open), (0, False))
        self.assertCuadra()
