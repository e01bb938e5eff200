"""The demo portfolio: as large and as mixed as promised, the same on any day, and true to the ledger."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.addons.cartera_cobro.demo import acuerdos, contactos, portafolio
from odoo.addons.cartera_cobro.demo.empresa import preparar_empresa
from odoo.addons.cartera_cobro.rules.contact import BOGOTA
from odoo.fields import Command, Domain
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.convert import convert_file
from stdnum.co import nit

from . import papel_permisos
from .common import ROLES
from .matriz import WHO, Matriz
from .test_puertas import es_inocente, llamar, publicos, uno_de_cada

# Views of what agencies did, and of what came of forecasts: the demo has none, so they are asked of the rights only.
NO_ROWS = {"cartera.agencia.resultado", "cartera.pronostico.contraste"}
BANDAS = (0, 30, 60, 90, 180, 360)


def edades(p):
    """Days overdue of what is still owed."""
    return [(p.hoy - f.vence).days for f in p.facturas if p.saldo(f) > 0]


@tagged("post_install", "-at_install")
class TestPortafolio(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.p = portafolio.generar(date(2026, 7, 15))

    def test_same_day_same_portfolio(self):
        self.assertEqual(portafolio.generar(date(2026, 7, 15)), self.p)

    def test_another_day_moves_dates_only(self):
        other = portafolio.generar(date(2028, 2, 29))
        self.assertEqual(edades(other), edades(self.p))
        self.assertEqual([f.lineas for f in other.facturas], [f.lineas for f in self.p.facturas])

    def test_size(self):
        self.assertEqual(len(self.p.deudores), 120)
        self.assertEqual(sum(d.empresa for d in self.p.deudores), 45)
        self.assertTrue(770 <= len(self.p.facturas) <= 830, len(self.p.facturas))
        first, last = min(f.fecha for f in self.p.facturas), max(f.fecha for f in self.p.facturas)
        self.assertTrue(timedelta(690) < self.p.hoy - first <= timedelta(731), first)
        self.assertLessEqual(last, self.p.hoy)

    def test_identifications(self):
        for deudor in self.p.deudores:
            if deudor.empresa:
                self.assertTrue(nit.is_valid(deudor.identificacion), deudor.identificacion)
            else:
                self.assertRegex(deudor.identificacion, r"^\d{10}$")
        self.assertEqual(len({d.identificacion for d in self.p.deudores}), 120)
        self.assertEqual(len({d.nombre for d in self.p.deudores}), 120)

    def test_something_in_every_band(self):
        ages = edades(self.p)
        for low, high in zip((-(10**4), *BANDAS), (*BANDAS, 10**4), strict=True):
            self.assertGreaterEqual(sum(low < age <= high for age in ages), 10, (low, high))

    def test_mix(self):
        n = len(self.p.facturas)
        balances = [self.p.saldo(f) for f in self.p.facturas]
        self.assertGreaterEqual(min(balances), 0)
        paid = sum(b == 0 for b in balances) / n
        partial = sum(0 < b < f.total for b, f in zip(balances, self.p.facturas, strict=True)) / n
        dollars = sum(f.deudor.moneda == "USD" for f in self.p.facturas) / n
        self.assertTrue(0.55 < paid < 0.7, paid)
        self.assertTrue(0.08 < partial < 0.2, partial)
        self.assertTrue(0.03 < dollars < 0.08, dollars)
        self.assertEqual(sum(a.nota for a in self.p.abonos), 26)
        self.assertEqual(sum(not a.aplicado for a in self.p.abonos), 14)

    def test_who_left_the_ladder_owes_for_long(self):
        for deudor, situacion in self.p.situaciones.items():
            owed = [f.vence for f in self.p.facturas if f.deudor == deudor and self.p.saldo(f) > 0]
            least = 90 if situacion in ("legal", "committee") else 0
            self.assertGreater((self.p.hoy - min(owed)).days, least, deudor.nombre)

    def test_some_older_debts_prescribed_and_some_are_about_to(self):
        ages = [(self.p.hoy - saldo.vence).days for saldo in self.p.saldos]
        self.assertTrue(min(ages) < 5 * 365 < max(ages), ages)
        self.assertTrue(all(saldo.valor > 0 for saldo in self.p.saldos))

    def test_months_hold_everything_once(self):
        months = list(self.p.meses())
        self.assertEqual([f for _m, facturas, _a in months for f in facturas], self.p.facturas)
        self.assertEqual([a for _m, _f, abonos in months for a in abonos], self.p.abonos)
        self.assertEqual(months[-1][0], self.p.hoy)


@tagged("post_install", "-at_install")
class TestContactos(TransactionCase):
    def test_same_portfolio_same_contacts(self):
        p = portafolio.generar(date(2026, 7, 15))
        self.assertEqual(contactos.planear(p), contactos.planear(portafolio.generar(date(2026, 7, 15))))

    def test_a_believable_history_whatever_today_is(self):
        """Sundays, the days around holidays, the turn of the year, 29 February: each seventh or so day of a year."""
        for n in range(0, 400, 9):
            hoy = date(2027, 2, 20) + timedelta(days=n)
            plan = contactos.planear(portafolio.generar(hoy))
            with self.subTest(hoy=hoy):
                self.assertTrue(120 < len(plan.historia) < 350, len(plan.historia))
                days = [contacto.instante.astimezone(BOGOTA).date() for contacto in plan.historia]
                self.assertLess(max(days), hoy)
                self.assertLess(hoy - min(days), timedelta(days=62))
                self.assertEqual(sum(bool(c.motivo) for c in plan.historia), 1)
                self.assertEqual(sum(bool(c.anulado) for c in plan.historia), 3)


@tagged("post_install", "-at_install")
class TestAcuerdosDemo(TransactionCase):
    def test_same_portfolio_same_agreements_whatever_today_is(self):
        plans = [acuerdos.planear(portafolio.generar(hoy)) for hoy in (date(2026, 7, 15), date(2028, 2, 29))]
        names = [[(trato, deudor.nombre, len(facturas)) for trato, deudor, facturas in plan] for plan in plans]
        self.assertEqual(*names)
        self.assertEqual(len({name for _trato, name, _count in names[0]}), len(acuerdos.TRATOS))


@tagged("post_install", "-at_install")
class TestCargaDemo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cargar()
        cls.company = cls.env.ref("cartera_cobro.demo_company")
        cls.moves = cls.env["account.move"].search([("company_id", "=", cls.company.id)])
        cls.partidas = cls.env["cartera.partida"].search([("company_id", "=", cls.company.id)])

    @classmethod
    def cargar(cls, mode="init"):
        convert_file(cls.env, "cartera_cobro", "demo/cartera_demo.xml", {}, mode, noupdate=True)

    def test_some_papers_are_filed_some_have_expired_and_some_are_missing(self):
        filed = self.env["cartera.documento"].search([("company_id", "=", self.company.id)])
        self.assertGreater(len(filed), 10)
        self.assertEqual(set(filed.mapped("state")), {"valid", "expired"})
        self.assertTrue(self.env["cartera.documento.faltante"].search_count([("company_id", "=", self.company.id)]))

    def test_lands_in_its_company(self):
        admin = self.env.ref("base.user_admin")
        self.assertEqual(self.company, self.env.ref("base.main_company"))
        self.assertEqual((admin.company_id, admin.company_ids), (self.company, self.company))
        self.assertEqual(self.company.currency_id.name, "COP")
        self.assertEqual(admin.lang, "es_CO")
        self.assertEqual(admin.action_id.id, self.env.ref("cartera_cobro.cartera_expediente_action_trabajo").id)
        self.assertTrue(self.env["cartera.expediente"].search([("user_id", "=", False), ("amount_overdue", ">", 0)]))

    def test_ledger(self):
        p = portafolio.generar(self.company._cartera_hoy())
        self.assertEqual(set(self.moves.mapped("state")), {"posted"})
        self.assertEqual(len(self.moves.filtered(lambda m: m.move_type == "out_invoice")), len(p.facturas))
        paid = sum(linea.capital - linea.partida_id.amount_residual for linea in self.lineas())
        self.assertGreater(paid, 0)
        paid += sum(self.promesas().filtered(lambda p: p.state == "kept").mapped("amount"))
        registered = [("company_id", "=", self.company.id), ("state", "=", "registered")]
        proofs = self.env["cartera.soporte"].search(registered)
        deposits = self.env["account.bank.statement.line"].search([("cartera_expediente_id", "!=", False)])
        # What came in, but for what of it is a credit still, or was late interest.
        left = (proofs.move_id | deposits.move_id).cartera_partida_ids.filtered(lambda i: i.amount_residual < 0)
        paid += sum(proofs.mapped("amount_registered")) + sum(deposits.mapped("amount"))
        paid += sum(left.mapped("amount_residual")) - sum(deposits.mapped("cartera_interest"))
        owed = sum(p.saldo(f) for f in p.facturas if f.deudor.moneda == "COP") + sum(s.valor for s in p.saldos) - paid
        items = self.partidas.filtered(lambda i: i.amount_residual > 0 and i.currency_id == self.company.currency_id)
        self.assertAlmostEqual(sum(items.mapped("amount_residual")), owed, 2)
        self.assertFalse([row for row in self.company._cartera_cuadre() if row["difference"]])

    def test_claims_cases_a_session_and_a_batch_wait_for_somebody(self):
        mine = [("company_id", "=", self.company.id)]
        claims = self.env["cartera.reclamacion"].search(mine)
        self.assertLessEqual({"claim", "request", "insolvency"}, set(claims.mapped("kind")))
        self.assertTrue(any(claims.mapped("late")) and not all(claims.mapped("late")))
        cases = self.env["cartera.remision"].search(mine)
        self.assertLessEqual({"draft", "received"}, set(cases.mapped("state")))
        self.assertTrue(cases.actuacion_ids)
        session = self.env["cartera.acta"].search([*mine, ("state", "=", "session")])
        self.assertIn("write_off", session.caso_ids.mapped("proposed"))
        self.assertTrue(self.env["cartera.suspension.lote"].search(mine).candidata_ids)

    def lineas(self):
        """What the demo's agreements cover, all in pesos."""
        return self.env["cartera.acuerdo.linea"].search([("company_id", "=", self.company.id)])

    def promesas(self):
        return self.env["cartera.promesa"].search([("company_id", "=", self.company.id)])

    def test_promises_kept_in_part_broken_and_pending(self):
        self.assertLessEqual({"kept", "partial", "broken", "pending"}, set(self.promesas().mapped("state")))

    def test_agreements_of_every_state(self):
        acuerdos = self.env["cartera.acuerdo"].search([("company_id", "=", self.company.id)])
        today = self.company._cartera_hoy()
        states = {state: len(found) for state, found in acuerdos.grouped("state").items()}
        self.assertEqual(
            states,
            {"draft": 1, "proposed": 1, "approval": 1, "signed": 1, "active": 5, "fulfilled": 1, "breached": 1,
             "cancelled": 2},
        )  # fmt: skip
        self.assertEqual(len(acuerdos.filtered(lambda a: a.kind == "commitment" and a.state == "active")), 1)
        active = acuerdos.filtered(lambda a: a.state == "active")
        self.assertEqual(sorted(active.mapped("missed_count")), [0, 0, 0, 0, 1])
        self.assertGreaterEqual(len(active.filtered("amount_paid")), 4)
        for acuerdo in acuerdos.filtered("date_active"):
            signers = ["tesorero", "director"] if acuerdo.upper_signature else ["tesorero"]
            self.assertEqual(acuerdo.firma_ids.sorted("id").mapped("user_id.login"), signers)
            self.assertEqual(set(acuerdo.firma_ids.mapped("hash")), {acuerdo._huella()}, "the text is the one signed")
            self.assertLessEqual(max(acuerdo.firma_ids.mapped("date")).date(), today)
            self.assertEqual(acuerdo.debtor_signed_on.date(), acuerdo.date_active)
        self.assertEqual(set(acuerdos.mapped("upper_signature")), {True, False})
        done = acuerdos.filtered(lambda a: a.state == "fulfilled")
        self.assertEqual((done.amount_due, set(done.cuota_ids.mapped("state"))), (0, {"paid"}))
        [broken] = acuerdos.filtered(lambda a: a.state == "breached")
        self.assertGreater(broken.missed_count, 1)
        self.assertFalse(broken.partida_ids)
        self.assertTrue(active.linea_ids.partida_id.filtered(lambda p: p.etapa_reason == "agreement"))

    def test_agreements_at_a_date(self):
        self.env.flush_all()
        Vigencia = self.env["cartera.acuerdo.vigencia"]
        today = self.company._cartera_hoy()
        ours = [("company_id", "=", self.company.id)]
        self.assertEqual(len(Vigencia.search(Vigencia._vigentes(today) & Domain(ours)).acuerdo_id), 5)
        before = Vigencia.search(Vigencia._vigentes(today - timedelta(days=60)) & Domain(ours))
        self.assertEqual(len(before.acuerdo_id), 6)
        self.assertGreaterEqual(len(self.env["cartera.acuerdo.suceso"].search(ours)), 30)

    def test_invoices_are_as_odoo_makes_them(self):
        invoices = self.moves.filtered(lambda m: m.move_type == "out_invoice" and m.payment_state == "not_paid")
        for currency in ("COP", "USD"):
            move = invoices.filtered(lambda m, name=currency: m.currency_id.name == name)[0]
            names = ["account_id", "balance", "amount_currency", "date_maturity", "price_subtotal", "display_type"]
            before = move.line_ids.read(names)
            move.button_draft()
            move.invoice_line_ids[0].price_unit += 1
            move.invoice_line_ids[0].price_unit -= 1
            move.action_post()
            self.assertEqual(move.line_ids.read(names), before)

    def test_payments_and_entries_know_each_other(self):
        payments = self.env["account.payment"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(payments.mapped("state")), {"paid"})
        self.assertEqual(payments.move_id.origin_payment_id, payments)
        invoice = payments[-1].reconciled_invoice_ids
        self.assertIn(payments[-1], invoice._get_reconciled_payments())

    def test_every_situation(self):
        found = self.partidas.filtered("is_open")
        self.assertEqual({"claim", "insolvency", "pause", "no_followup"}, set(found.mapped("hold_reason")) - {False})
        codes = set(found.etapa_id.mapped("code"))
        self.assertEqual(codes, {"COR", "PRE", "PER", "COA", "COM"})
        self.assertGreater(len(set(self.partidas.cambio_ids.mapped("date"))), 12)
        again = self.env["cartera.partida"]._actualizar(self.company)
        self.assertEqual((again["created"], again["moved"], again["closed"]), (0, 0, 0))

    def test_contacts_are_lawful_but_the_one_that_a_coordinator_answers_for(self):
        log = self.env["cartera.gestion"].search([("company_id", "=", self.company.id)])
        self.assertGreater(len(log), 120)
        unlawful = log.filtered("unlawful")
        self.assertEqual((len(unlawful), unlawful.verdict), (1, "SUNDAY"))
        self.assertEqual((bool(unlawful.override_reason), unlawful.user_id.login), (True, "tesorero"))
        self.assertEqual(len(log.filtered("date_annulled")), 3)
        for result in ("promise", "proposal", "paid", "claim", "no_answer", "voicemail", "wrong_number"):
            self.assertIn(result, log.mapped("result"))
        self.assertGreater(len(log.filtered(lambda g: g.round > 2)), 3)

    def test_what_follows_is_planned_for_people(self):
        dossiers = self.env["cartera.expediente"].search([("company_id", "=", self.company.id)])
        self.assertGreater(len(dossiers.activity_ids), 25)
        today = self.company._cartera_hoy()
        self.assertTrue(dossiers.filtered(lambda e: e.next_action_date == today))
        self.assertTrue(dossiers.filtered(lambda e: e.next_action_date and e.next_action_date < today))
        self.assertLessEqual(set(dossiers.activity_ids.user_id.mapped("login")), {"gestor1", "gestor2", "tesorero"})

    def test_one_in_ten_lacks_something(self):
        self.env.flush_all()
        rows = self.env["cartera.contactabilidad"].search([("company_id", "=", self.company.id)])
        lacking = rows.filtered(lambda r: not {"ok", "exempt"} & {r.call} or not {"ok", "exempt"} & {r.email})
        share = len(lacking) / len(rows)
        self.assertTrue(0.06 < share < 0.25, share)
        self.assertLessEqual({"ok", "exempt", "unauthorised", "unconfirmed", "hold"}, set(rows.mapped("situation")))
        self.assertLessEqual({"ok", "unconfirmed", "unauthorised"}, set(rows.mapped("letter")))
        self.assertLessEqual({"withdrawn", "missing", "blacklisted"}, set(rows.mapped("call") + rows.mapped("email")))

    def test_assigned_by_zone(self):
        for login, zones in {"gestor1": {"norte", "centro"}, "gestor2": {"sur", "rural"}}.items():
            mine = self.env["cartera.expediente"].search([("user_id.login", "=", login)])
            names = {self.env.ref(f"cartera_cobro.demo_zona_{zone}") for zone in zones}
            self.assertTrue(mine)
            self.assertEqual(set(mine.zona_id), names)

    def test_an_auditor_writes_nothing_whatever_they_call(self):
        """One record of each state of each model, every method that can be called from outside."""
        auditor = self.env.ref("cartera_cobro.demo_user_auditor")
        env = self.env(user=auditor, context={"allowed_company_ids": self.company.ids, "lang": "en_US"})
        written = []
        for model, name in sorted(publicos(env)):
            if model.startswith("cartera.") and not env[model]._transient:
                written += [f"{model}.{name}: {sql}" for sql in self.escrito(env, model, name)]
        self.assertFalse(written, "\n" + "\n".join(written))

    def escrito(self, env, model, name):
        """Yield the statements (str) that a method makes and that change something, when it does not refuse."""
        own_files = ("cartera_exportacion", "ir_attachment", "ir_cron_trigger")  # what they asked to have as a file
        Cursor = type(self.env.cr)
        for record in uno_de_cada(env[model]):
            with patch.object(Cursor, "execute", autospec=True, side_effect=Cursor.execute) as execute:
                answer = llamar(record, name)
            texts = [getattr(call.args[1], "code", call.args[1]).strip() for call in execute.call_args_list]
            for text in texts if not isinstance(answer, Exception) else []:
                if text.startswith(("INSERT", "UPDATE", "DELETE")) and not any(t in text[:60] for t in own_files):
                    yield " ".join(text.split())[:100]

    def test_who_has_every_role_in_another_company_reaches_nothing(self):
        groups = ",".join(f"cartera_cobro.group_cartera_{role}" for role in ROLES)
        other = self.env["res.company"].create({"name": "Vecina"})
        user = new_test_user(self.env, "vecino", groups=f"base.group_user,account.group_account_manager,{groups}",
                             company_id=other.id, company_ids=[Command.set(other.ids)])  # fmt: skip
        reached = []
        for model, name in sorted(publicos(self.env)):
            Model = self.env[model].with_user(user).with_context(allowed_company_ids=other.ids, lang="en_US")
            if getattr(getattr(type(Model), name), "_api_model", False):
                continue  # of no record
            if model.startswith("cartera.") and not Model._transient and "company_id" in Model._fields:
                for record in uno_de_cada(self.env[model].with_context(active_test=False), self.company):
                    answer = llamar(Model.browse(record.id), name)
                    if not es_inocente(Model, answer) and other.name not in str(answer):
                        reached.append(f"{model}.{name}: {type(answer).__name__} {str(answer)[:120]}")
        self.assertFalse(reached, "\n" + "\n".join(reached))

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models.unlink")
    def test_who_may_do_what_with_which_rows_is_as_the_paper_says(self):
        """Every model, every role, on their own rows, those of others and those of another company."""
        matriz = Matriz(self.env, self.company, self.env["res.company"].create({"name": "Vecina"}))
        ours = {model: row for model, row in matriz.table.items() if model.startswith("cartera.")}
        for role in ("publico", "portal"):
            self.assertEqual({row[role] for row in ours.values()}, {"–"}, role)
        lacking = [name for name, rows in matriz.filas.rows.items() if not rows and name not in NO_ROWS]
        self.assertFalse(lacking, "there is no row to ask about")
        dialogs = {Model._name for Model in matriz.filas.dialogs}
        self.assertFalse(
            [name for name in ours if name not in dialogs and not papel_permisos.sala(name)], "which room?"
        )
        self.assertEqual(set().union(*(row.keys() for row in ours.values())), set(WHO))
        # What no role may have, whatever the paper says.
        self.assertFalse(
            [m for m, row in ours.items() if set("CMBcmb") & set(row["auditor"]) and row["auditor"] != "sí"]
        )
        text = papel_permisos.escribir(self.env, matriz.table, dialogs)
        self.assertEqual(papel_permisos.diferencias(text), [], "write it anew with CARTERA_ESCRIBIR=1, and read it")

    def test_a_bank_file_was_loaded_and_some_of_its_deposits_say_whose_they_are(self):
        load = self.env["cartera.consignacion.carga"].search([("company_id", "=", self.company.id)])
        lines = load.statement_line_ids
        self.assertRecordValues(load, [{"state": "done", "line_count": 12, "rejected_count": 0}])
        self.assertEqual(len(lines.filtered("cartera_expediente_id")), 2)
        self.assertGreaterEqual(len(lines.filtered(lambda line: line.cartera_confidence >= 90)), 3)
        self.assertGreaterEqual(len(lines.filtered(lambda line: not line.cartera_propuesta_id)), 4)

    def test_a_second_load_adds_nothing(self):
        def count():
            models = "account.move res.partner res.users cartera.cuenta cartera.expediente cartera.vinculado".split()
            return [self.env[model].search_count([]) for model in models]

        before = count()
        self.cargar("update")
        self.cargar("init")
        self.assertEqual(count(), before)


@tagged("post_install", "-at_install")
class TestCompaniaDemo(TransactionCase):
    def test_a_main_company_in_use_is_left_alone(self):
        main = self.env.ref("base.main_company")
        main.name = "Ferretería de verdad"
        company = preparar_empresa(self.env)
        self.assertNotEqual(company, main)
        self.assertEqual(main.name, "Ferretería de verdad")
        self.assertEqual((company.chart_template, company.currency_id.name), ("co", "COP"))
        self.assertEqual(preparar_empresa(self.env), company)
