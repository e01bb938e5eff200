"""Work for every scheduled action, on a copy of the demo portfolio, at an instant at which letters may leave."""

import base64
import contextlib
import importlib
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import Command, api, sql_db
from odoo.addons.cartera_cobro.models import cartera_consignacion_carga
from odoo.modules.registry import Registry

from tests.trials._faults_actions import ACTIONS

EVENING, MORNING = "faults_evening", "faults_morning"
WORK = "faults_work"


def working_instant(today):
    """The first Tuesday to Thursday of the next month, at 10 in the morning in Colombia: the month is just closed."""
    day = (today.replace(day=1) + timedelta(days=32)).replace(day=1, hour=15, minute=0, second=0, microsecond=0)
    while day.weekday() not in (1, 2, 3):
        day += timedelta(days=1)
    return day


@contextlib.contextmanager
def stopped_clock(day):
    """Time stands still at `day` (naive UTC), in the database too, so that every run writes the same."""
    original = sql_db.BaseCursor.now
    sql_db.Cursor.now = sql_db.BaseCursor.now = lambda _cursor: datetime.utcnow()
    try:
        with freeze_time(day):
            yield
    finally:
        sql_db.BaseCursor.now = original


def small_lots(action):
    for module, values in action.lots.items():
        found = importlib.import_module(f"odoo.addons.cartera_cobro.models.{module}")
        for name, value in values.items():
            assert hasattr(found, name), f"{module} has no {name}"
            setattr(found, name, value)


def build(trial, source, day):
    """The two beginnings: with work for all, and the same after the night."""
    for name, origin, task in ((EVENING, source, plant), (MORNING, EVENING, night)):
        trial.restore(origin)
        [code] = trial.run(lambda task=task: in_database(task))
        if code:
            raise SystemExit(f"{name} could not be made: see {trial.log}")
        trial.alone()
        sql_db.close_all()
        trial.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        trial.sql(f'ALTER DATABASE "{WORK}" RENAME TO "{name}"')


def in_database(task):
    with Registry(WORK).cursor() as cr:
        task(api.Environment(cr, api.SUPERUSER_ID, {"lang": "es_CO", "tz": "America/Bogota"}))
    return 0


def night(env):
    env["cartera.partida"]._cron_actualizar()
    seed = of_the_demo(env)
    seed.paid_in_the_morning()
    env.flush_all()
    due(env)


def due(env):
    """Every action is to run now."""
    env.flush_all()
    env.cr.execute("DELETE FROM ir_cron_trigger")
    env.cr.execute("DELETE FROM ir_cron_progress")
    env.cr.execute("UPDATE ir_cron SET nextcall = %s, failure_count = 0", [datetime.utcnow() - timedelta(minutes=5)])


def once_more(env):
    """What people and the scheduler do after a failure: files are asked for again, and every action is due."""
    exports = env["cartera.exportacion"].search([("state", "=", "failed")])
    assert all(exports.mapped("error")), "a file failed and does not say why"
    exports.action_retry()
    due(env)


def check(env):
    """Every action of the add-on is tried, and none is that it has not."""
    data = env["ir.model.data"].search([("model", "=", "ir.cron"), ("module", "=", "cartera_cobro")])
    there, tried = set(data.mapped("complete_name")), {action.name for action in ACTIONS}
    assert there == tried, f"not tried: {sorted(there - tried)}; gone: {sorted(tried - there)}"


def plant(env):
    check(env)
    seed = of_the_demo(env)
    for step in (seed.settings, seed.cadence, seed.letters, seed.portfolio, seed.bank, seed.files, seed.history,
                 seed.matters, seed.suspended, seed.written_off, seed.agreements):  # fmt: skip
        step()
        env.flush_all()
    due(env)


def of_the_demo(env):
    company = env.ref("cartera_cobro.demo_company")
    return _Seed(env(context={**env.context, "allowed_company_ids": company.ids}), company)


class _Seed:
    def __init__(self, env, company):
        self.env, self.company, self.today = env, company.with_env(env), company._cartera_hoy()
        self.users = {user.login: user for user in env["res.users"].search([("share", "=", False)])}
        own = [("company_id", "=", company.id), ("amount_overdue", ">", 0)]
        self.overdue = env["cartera.expediente"].search(own, order="id")

    def settings(self):
        people, weekday = self.users["tesorero"] | self.users["director"] | self.users["contador"], self.today.weekday()
        for login, user in self.users.items():
            user.partner_id.email = user.email or f"{login}@example.com"
        self.company.write(
            {
                "cartera_bdme": True,
                "cartera_bdme_user_id": self.users["analista"].id,
                "cartera_resumen_weekday": str(weekday),
                "cartera_pronostico_weekday": str(weekday),
                "cartera_pronostico_user_ids": [Command.set(people.ids)],
                "cartera_recaudo_user_ids": [Command.set(people.ids)],
                "cartera_documentos_aviso": "fortnight",
                "cartera_reclamos_aviso": True,
                "cartera_informe_juridico": True,
                "cartera_suspension_aviso": True,
                "cartera_estado_on": True,
                "cartera_estado_day": self.today.day,
                "cartera_estado_who": "all",
                "cartera_corte_dia": 1,
            }
        )

    def cadence(self):
        """A step that is proposed and one that leaves by itself."""
        template = self.env["cartera.plantilla"].create(
            {"name": "Aviso de la cadencia", "subject": "Su saldo", "body_html": "<p>Pague.</p>", "with_pdf": False}
        )
        stages = self.company.cartera_politica_id.etapa_ids
        for code, mode in (("PRE", "send"), ("PER", "propose")):
            stage = stages.filtered(lambda e, code=code: e.code == code)
            self.env["cartera.cadencia"].create(
                {"etapa_id": stage.id, "days": 1, "base": "due", "channel": "email", "mode": mode,
                 "template_id": template.id}
            )  # fmt: skip

    def letters(self):
        """Runs by e-mail, by letter and by SMS, approved."""
        for channel, with_pdf in (("email", True), ("sms", False), ("letter", False)):
            template = self.env["cartera.plantilla"].create(
                {"name": f"Aviso {channel}", "subject": "Su saldo", "body_html": "<p>Pague.</p>", "text": "Pague.",
                 "with_pdf": with_pdf}
            )  # fmt: skip
            run = self.env["cartera.campana"].create(
                {"name": f"Aviso {channel}", "template_id": template.id, "channel": channel,
                 "domain": repr([("id", "in", self.overdue[:25].ids)])}
            )  # fmt: skip
            run.action_prepare()
            run.comunicacion_ids._aprobar()
            run.flush_recordset()
            # Signatures are another matter's.
            self.env.cr.execute("UPDATE cartera_campana SET state = 'running' WHERE id = %s", [run.id])
            run.invalidate_recordset()

    def portfolio(self):
        head = "Tipo Id;NIT;Razón Social;Nro. Factura;Fecha;Fecha de Vencimiento;Valor Total;Saldo\n"
        rows = (
            f"CC;{90000000 + n % 9};Importada {n % 9};IMP-{n};15/01/2026;14/02/2026;{n}500000,50;{n}000000,50\n"
            for n in range(1, 41)
        )
        load = self.env["cartera.importacion"].create(
            {"file": base64.b64encode((head + "".join(rows)).encode()), "filename": "cartera.csv"}
        )
        load.action_check()
        load.action_import()

    def bank(self):
        lines = "".join(
            f"{self.today - timedelta(days=n % 9)};CONSIGNACION {n};R-{n};{n}000,50\n" for n in range(1, 41)
        )
        raw = ("Fecha;Descripción;Referencia;Valor\n" + lines).encode()
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        wizard = self.env["cartera.consignacion.archivo"].create(
            {"journal_id": journal.id, "filename": "banco.csv", "file": base64.b64encode(raw)}
        )
        wizard.action_read()
        with _value(cartera_consignacion_carga, "AT_ONCE", 0):
            wizard.action_load()

    def files(self):
        last = self.env["cartera.corte"].search([("is_current", "=", True)], order="date desc", limit=1)
        Exportacion = self.env["cartera.exportacion"]
        plain = {"separator": ";", "decimal": ",", "bom": True}
        for kind, parameters in (("testigo_overdue", {}), ("both", {}), ("flat", plain)):
            Exportacion._pedir(kind, self.company, last, parameters, wait=False)
        Exportacion._pedir("ageing_xlsx", self.company, None, {"date": str(self.today)}, wait=False)

    def history(self):
        """A history of months before the oldest closing."""
        with _value(importlib.import_module("odoo.addons.cartera_cobro.models.cartera_corte_historia"), "AT_ONCE", -1):
            self.env["cartera.corte.historia"]._pedir(self.company, 28)

    def matters(self):
        for expediente in self.overdue[:8]:
            matter = self.env["cartera.novedad"].create(
                {"expediente_id": expediente.id, "kind": "price", "description": "Discute el precio",
                 "sent_to": self.users["responsable"].id}
            )  # fmt: skip
            matter._enviar()
            matter.flush_recordset()
            self.env.cr.execute(
                "UPDATE cartera_novedad SET deadline = %s WHERE id = %s", [self.today - timedelta(days=2), matter.id]
            )
        self.env.invalidate_all()

    def suspended(self):
        """Orders that were executed last month, of which some accounts have paid since."""
        rule = self.env.ref("cartera_cobro.suspension_regla_suspension")
        lot = self.env["cartera.suspension.lote"].search([("state", "=", "draft")], limit=1)
        if not lot:
            lot = self.env["cartera.suspension.lote"].create(
                {"company_id": self.company.id, "regla_id": rule.id, "date": self.today + timedelta(days=1)}
            )
        lot.date = self.today + timedelta(days=1)
        lot.action_prepare()
        lot.action_dispatch()
        orders = self.env["cartera.suspension"].search([("state", "=", "sent")])
        assert len(orders) > 5, "too few orders of suspension"
        self.env.flush_all()
        before = self.today.replace(day=1) - timedelta(days=10)
        self.env.cr.execute(
            "UPDATE cartera_suspension SET state = 'executed', date_executed = %s, date_sent = %s WHERE id = ANY(%s)",
            [before, before - timedelta(days=2), orders[::2].ids],
        )
        self.env.cr.execute(
            "UPDATE cartera_cuenta SET service_state = 'suspended' WHERE id = ANY(%s)", [orders[::2].cuenta_id.ids]
        )
        self.env.cr.execute(
            "UPDATE cartera_suspension SET date_sent = %s WHERE id = ANY(%s)", [before, orders[1::2].ids]
        )
        self.env.invalidate_all()
        self.pay_accounts(orders[:6])

    def paid_in_the_morning(self):
        """Payments after the night, of accounts out of service and of others with an order in the field."""
        orders = self.env["cartera.suspension"].search([("state", "in", ("executed", "sent"))])
        coming_back = orders.filtered(lambda order: order.kind == "reconnection").cuenta_id
        for some in (orders - orders.filtered(lambda o: o.cuenta_id in coming_back)).grouped("state").values():
            self.pay_accounts(some[:3])

    def pay_accounts(self, orders):
        for account in orders.cuenta_id:
            self.pay(account.partida_ids.filtered("is_open").move_id)

    def pay(self, moves):
        for move in moves.filtered(lambda m: m.state == "posted" and m.amount_residual):
            self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids).create(
                {"payment_date": self.today}
            )._create_payments()

    def written_off(self):
        """Debtors with a write-off who paid something since."""
        for case in self.env["cartera.acta.caso"].search([]):
            castigo = self.env["cartera.castigo"].create({"caso_id": case.id, "kind": "write_off"})
            castigo.flush_recordset()
            self.env.cr.execute(
                "UPDATE cartera_castigo SET state = 'posted', amount_pending = 1000000, number = 'C-' || id "
                "WHERE id = %s", [castigo.id],
            )  # fmt: skip
            self.credit(castigo.partner_id)
        self.env.invalidate_all()

    def credit(self, partner):
        self.env["account.payment"].create(
            {"partner_id": partner.id, "amount": 250000, "payment_type": "inbound", "partner_type": "customer",
             "date": self.today}
        ).action_post()  # fmt: skip

    def agreements(self):
        """Money for the agreements in force, and days on which instalments fall due and interest is posted."""
        for agreement in self.env["cartera.acuerdo"].search([("state", "=", "active")], limit=3):
            self.credit(agreement.partner_id)


@contextlib.contextmanager
def _value(module, name, value):
    original = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, original)
