"""How a procedure is walked: its calendar, its people, the buttons they press, and the debtor at their page.

A scenario is one class: a portfolio of its own, the steps as methods named by the activity's id, and one test that
says on which day each is done. Between two days every night's jobs run, as the scheduled actions run them.
"""

import json
import re
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from io import BytesIO
from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command
from odoo.addons.base.models import ir_actions_report
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, new_test_user
from openpyxl import load_workbook

from tests.models.common import CarteraCase
from tests.models.test_acuerdo import FIRMA

IMPRIMIR = ir_actions_report._run_wkhtmltopdf
PASO = re.compile(r"(?:AMB|CC|FRV|EAAB|ALM)\d+(?=_)")


def pasos_de(cls):
    """The ids of the activities that have a step in a scenario, in the order in which they are written."""
    return [PASO.match(name)[0] for name in vars(cls) if PASO.match(name)]


class Procedimiento(CarteraCase, HttpCase):
    """`cls.gente[role]` is the user of a role; `self.hasta(day)` is that day at nine in Bogota."""

    roles = ("gestor", "tesorero", "director", "auditor")
    noches = ("ir_cron_actualizar", "ir_cron_acuerdos")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gente = {role: cls.usuario(role) for role in cls.roles}
        for role, user in cls.gente.items():
            user.sudo().email = f"{role}@entidad.example.com"
        cls.company.sudo().email = "cartera@entidad.example.com"

    def setUp(self):
        super().setUp()
        # Papers are printed by threads that ask the test's server nothing: they need no turn at it.
        self.startPatcher(patch.object(ir_actions_report, "_run_wkhtmltopdf", IMPRIMIR))

    # --- time -----------------------------------------------------------------------------------------------------

    def recorrer(self, inicio, *calendario):
        """Walk the procedure. calendario: (day, step, step…), in order; a step of the class left out is a failure."""
        reloj = freeze_time(datetime(inicio.year, inicio.month, inicio.day, 14))
        self.reloj, self.hoy, dados = reloj.start(), inicio, []
        self.addCleanup(reloj.stop)
        self.env.invalidate_all()
        for day, *steps in calendario:
            self.hasta(date.fromisoformat(day))
            for step in steps:
                dados.append(PASO.match(step.__name__)[0])
                self.dar(step)
        self.assertLessEqual(set(pasos_de(type(self))), set(dados))

    def dar(self, step):
        try:
            step()
            self.env.flush_all()
        except Exception as why:
            why.add_note(f"{step.__name__}, on {self.hoy}")
            raise

    def hasta(self, day):
        """Go on to a day, through the jobs of each night on the way."""
        self.assertGreaterEqual(day, self.hoy, "time goes forward")
        while self.hoy < day:
            self.hoy += timedelta(days=1)
            self.mover(6)
            for cron in self.noches:
                self.correr(cron)
        self.mover(14)

    def mover(self, hour):
        self.env.flush_all()
        self.reloj.move_to(datetime(self.hoy.year, self.hoy.month, self.hoy.day, hour))
        self.env.invalidate_all()

    def correr(self, cron):
        """Run a scheduled action, as its own user."""
        self.env.flush_all()
        self.env.ref(f"cartera_cobro.{cron}").sudo().method_direct_trigger()
        self.env.invalidate_all()

    # --- people ---------------------------------------------------------------------------------------------------

    def como(self, role, what=None):
        """The environment of a role; or a record, or a model by its name, in it."""
        env = self.env(user=self.gente[role], su=False, context={"allowed_company_ids": self.company.ids})
        if what is None:
            return env
        return env[what] if isinstance(what, str) else what.with_env(env)

    def abrir(self, role, action):
        """The record on the screen that an action opens."""
        return self.como(role, action["res_model"]).browse(action["res_id"])

    def asistente(self, role, model, records=None, **values):
        """A dialogue as a button opens it on records, filled in by a role."""
        context = {}
        if records is not None:
            context = {"active_model": records._name, "active_id": records[:1].id, "active_ids": records.ids}
        return self.como(role, model).with_context(**context).create(values)

    def formulario(self, role, action, **values):
        """The form that an action opens, filled in and saved."""
        model = self.como(role, action["res_model"]).with_context(**action.get("context", {}))
        form = Form(model, view=(action.get("view_id") or [None])[0])
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    @contextmanager
    def no_puede(self, sentence="", kind=AccessError):
        """What the role may not do: refused with a sentence, and nothing of it stays."""
        with self.assertRaises(kind) as caught:
            yield
        self.assertIn(sentence, str(caught.exception))

    def firmar(self, document, *roles):
        """Each role validates what waits for it, in the dialogue where the tier asks for a comment."""
        for role in roles:
            document.invalidate_recordset()
            mine = self.como(role, document)
            action = mine.validate_tier()
            if isinstance(action, dict) and action.get("res_model") == "comment.wizard":
                wizard = mine.env["comment.wizard"].with_context(**action["context"])
                wizard.create({"comment": "Revisado"}).add_comment()
            document.invalidate_recordset()

    def no_firma(self, document, role):
        """Whoever is not asked validates nothing."""
        before = len(document.sudo().firma_ids)
        document.invalidate_recordset()
        self.assertFalse(self.como(role, document).can_review)
        self.assertEqual(len(document.sudo().firma_ids), before)

    def expediente_de(self, partner):
        return self.Expediente.search([("partner_id", "=", partner.id), ("company_id", "=", self.company.id)])

    @classmethod
    def usuario_mas(cls, role, login):
        """Another user of a role."""
        return new_test_user(
            cls.env, login=login, email=f"{login}@entidad.example.com",
            groups=f"base.group_user,cartera_cobro.group_cartera_{role}",
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)],
        )  # fmt: skip

    def libro(self, action, record, role, sheet=None):
        """The rows of the workbook that a button prints, of its first sheet or of the one named."""
        report = self.env["ir.actions.report"]._get_report(action["report_name"])
        content, _kind = self.como(role, report)._render_xlsx(report.report_name, record.ids, {})
        book = load_workbook(BytesIO(content))
        return list((book[sheet] if sheet else book.active).iter_rows(values_only=True))

    # --- the portfolio --------------------------------------------------------------------------------------------

    @classmethod
    def deudor(cls, name, *debts, autoriza=("call", "sms", "email", "letter"), vencidas=None, **values):
        """A debtor who owes (days overdue on HOY, amount) each, and may be contacted by `autoriza`; its dossier."""
        values = {"email": f"{name.split()[0].lower()}@deudor.example.com", "phone": "+57 310 555 0101", **values}
        partner = cls.env["res.partner"].create({"name": name, "property_payment_term_id": False, **values})
        consent = {"partner_id": partner.id, "date_from": "2026-01-01", "source": "Contrato"}
        cls.env["cartera.autorizacion"].sudo().create([{**consent, "channel": channel} for channel in autoriza])
        for days, amount in debts:
            cls.factura(days, amount, partner=partner)
        return cls.Expediente.search([("partner_id", "=", partner.id), ("company_id", "=", cls.company.id)])

    def abonar(self, moves, amount=None, **extra):
        """The debtor's money, registered today through Odoo's own dialogue."""
        return self.pagar(moves, amount, payment_date=self.hoy, **extra)

    def correos(self, records):
        """The e-mails that were written from records, the newest first."""
        return self.env["mail.mail"].sudo().search([("model", "=", records._name), ("res_id", "in", records.ids)])

    # --- the debtor, at a page ------------------------------------------------------------------------------------

    def pagina(self, url):
        """A page by its link, as somebody who has not logged in."""
        self.env.flush_all()
        self.authenticate(None, None)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return response

    def enviar(self, page_url, post_url, files=None, **values):
        """Fill in the form of a page and send it."""
        page = self.pagina(page_url)
        hidden = dict(re.findall(r'name="(csrf_token|huella)" value="([^"]+)"', page.text))
        response = self.url_open(post_url, data={**hidden, **values}, files=files)
        self.env.invalidate_all()
        return response

    def firmar_en_su_pagina(self, acuerdo, role):
        """The debtor signs on the page whose link `role` gives out."""
        url = self.como(role, acuerdo).action_open_as_debtor()["url"]
        page = self.pagina(url).text
        [digest] = set(re.findall(r"/firmar/([0-9a-f]+)", page))
        params = {"name": acuerdo.partner_id.name, "signature": FIRMA}
        payload = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        answer = self.url_open(f"{url}/firmar/{digest}", data=payload, headers={"Content-Type": "application/json"})
        self.env.invalidate_all()
        return answer.json()["result"]
