"""Indicators of the work: promises, agreements, contacts, answers, suspensions and mass messages of a month."""

from datetime import date, datetime, timedelta

from odoo.tests import tagged

from .test_corte import FIN
from .test_indicador import MAYO, IndicadorCase

JUNIO = date(2026, 6, 15)  # a day of the month that is measured


@tagged("post_install", "-at_install")
class TestIndicadorGestion(IndicadorCase):
    """The work of June, worked out by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.factura(75, 1000)
        cls.expediente = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.ana, cls.luis = cls.gestor("Ana"), cls.gestor("Luis")
        cls.promesas()
        cls.acuerdos()
        cls.contactos()
        cls.solicitudes()
        cls.env.flush_all()
        cls.junio = cls.Corte._generar(cls.company, FIN)
        cls.junio._confirmar()

    @classmethod
    def promesas(cls):
        def promesa(user, state, deadline=JUNIO):
            rates = {"kept": 1, "partial": 0.5}
            return {
                "expediente_id": cls.expediente.id, "source": "contact", "date": date(2026, 5, 20), "amount": 100,
                "date_promised": deadline, "deadline": deadline, "user_id": user.id, "state": state,
                "kept_rate": rates.get(state, 0),
            }  # fmt: skip

        cls.env["cartera.promesa"].sudo().create(
            [
                *(promesa(cls.ana, state) for state in ("kept", "kept", "partial", "broken", "cancelled")),
                promesa(cls.luis, "broken", FIN),
                promesa(cls.luis, "kept", FIN + timedelta(days=1)),
                promesa(cls.luis, "kept", MAYO),
            ]
        )

    @classmethod
    def acuerdos(cls):
        """In force in June: two that go on, one breached in it, one in July; what ended on request does not count."""
        rows = [
            ("active", date(2026, 5, 1), None, cls.ana),
            ("active", date(2026, 6, 30), None, cls.ana),
            ("breached", date(2026, 5, 1), JUNIO, cls.ana),
            ("breached", date(2026, 5, 1), date(2026, 7, 2), cls.luis),
            ("cancelled", date(2026, 5, 1), JUNIO, cls.luis),
            ("breached", date(2026, 4, 1), MAYO, cls.luis),
            ("active", date(2026, 7, 1), None, cls.luis),
        ]
        for state, since, until, user in rows:
            acuerdo = (
                cls.env["cartera.acuerdo"]
                .sudo()
                .create({"expediente_id": cls.expediente.id, "first_date": date(2026, 8, 15), "user_id": user.id})
            )
            cls.env.flush_all()
            cls.env.cr.execute(
                "UPDATE cartera_acuerdo SET state = %s, date_active = %s, date_end = %s, user_id = %s WHERE id = %s",
                [state, since, until, user.id, acuerdo.id],
            )
        cls.env.invalidate_all()

    @classmethod
    def contactos(cls):
        """Ana: three attempts, the debtor answered one and somebody else another. Luis: one, in vain."""
        agency = cls.env["res.partner"].create({"name": "Agencia"})

        def contacto(user, result, day=10, **extra):
            return {"expediente_id": cls.expediente.id, "channel": "call", "date": datetime(2026, 6, day, 15),
                    "result": result, "user_id": user.id, "override_reason": "Prueba", **extra}  # fmt: skip

        cls.env["cartera.gestion"].sudo().create(
            [
                contacto(cls.ana, "talked"),
                contacto(cls.ana, "third_party", 11),
                contacto(cls.ana, "no_answer", 12),
                contacto(cls.luis, "no_answer", 16),
                contacto(cls.luis, "sent", 17, channel="sms"),
                contacto(cls.luis, "talked", 17, direction="in"),
                contacto(cls.luis, "talked", 18, purpose="information"),
                contacto(cls.luis, "talked", 18, agency_id=agency.id, external_ref="1"),
                contacto(cls.luis, "talked", 19, date_annulled=datetime(2026, 6, 20)),
                contacto(cls.luis, "talked", day=1, date=datetime(2026, 5, 31, 15)),
            ]
        )

    @classmethod
    def solicitudes(cls):
        """Terms that ended in June: two answered in time, one late, one not yet."""
        rows = [
            ("written", "claim", "answered", JUNIO, JUNIO),
            ("written", "request", "closed", FIN, JUNIO),
            ("written", "appeal", "answered", JUNIO, FIN),
            ("virtual", "claim", "filed", JUNIO, None),
            ("virtual", "claim", "cancelled", JUNIO, None),
            ("virtual", "claim", "filed", date(2026, 7, 1), None),
            ("in_person", "insolvency", "filed", JUNIO, None),
        ]
        for channel, kind, state, deadline, answered in rows:
            claim = cls.env["cartera.reclamacion"].sudo().create(
                {"expediente_id": cls.expediente.id, "channel": channel, "kind": kind, "subject": "x",
                 "date_filed": date(2026, 5, 20), "user_id": cls.ana.id, "filed_by": "Juana"}
            )  # fmt: skip
            claim.write({"state": state, "deadline": deadline, "date_answered": answered})

    def test_promesas_cumplidas(self):
        # Two and a half of five judged in June.
        self.assertEqual(self.medido(self.junio, "promise_kept"), 50)
        self.assertEqual(self.medido(self.junio, "promise_kept", "officer"), {"Ana": 62.5, "Luis": 0})

    def test_acuerdos_cumplidos(self):
        self.assertEqual(self.medido(self.junio, "agreement_kept"), 75)
        self.assertEqual(self.medido(self.junio, "agreement_kept", "officer"), {"Ana": 66.67, "Luis": 100})

    def test_contacto(self):
        self.assertEqual(self.medido(self.junio, "contact_rate"), 50)
        self.assertEqual(self.medido(self.junio, "contact_rate", "officer"), {"Ana": 66.67, "Luis": 0})
        self.assertEqual(self.medido(self.junio, "direct_contact_rate"), 25)
        self.assertEqual(self.medido(self.junio, "direct_contact_rate", "officer"), {"Ana": 33.33, "Luis": 0})

    def test_respuestas_a_tiempo(self):
        self.assertEqual(self.medido(self.junio, "pqr_on_time"), 50)
        by_channel = self.valor(self.junio, "pqr_on_time", "channel")
        self.assertEqual([(valor.value, valor.denominator) for valor in by_channel], [(66.67, 3), (0, 1)])

    def test_suspensiones(self):
        """Ten days after the service was taken away: those that ended in June, whenever it was taken."""
        zona = self.env["cartera.zona"].sudo().create({"name": "Norte"})
        regla = self.env.ref("cartera_cobro.suspension_regla_suspension").sudo()
        regla.effect_days = 10
        cuenta = self.env["cartera.cuenta"].sudo().create(
            {"name": "1001", "kind": "account", "partner_id": self.debtor.id, "company_id": self.company.id,
             "zona_id": zona.id}
        )  # fmt: skip
        bill = self.factura(75, 400, cartera_cuenta_id=cuenta.id)
        self.pagar(bill, 100, payment_date=date(2026, 6, 5))
        self.pagar(bill, 50, payment_date=date(2026, 6, 20))
        lote = self.env["cartera.suspension.lote"].sudo().create({"regla_id": regla.id, "company_id": self.company.id})
        for executed, amount in ((date(2026, 5, 28), 400), (date(2026, 6, 25), 1000), (date(2026, 5, 15), 1000)):
            values = {
                "number": f"S{executed}", "lote_id": lote.id, "regla_id": regla.id, "company_id": self.company.id,
                "cuenta_id": cuenta.id, "expediente_id": self.expediente.id, "zona_id": zona.id, "kind": "suspension",
                "state": "executed", "date_sent": executed, "date_executed": executed, "amount": amount,
            }  # fmt: skip
            self.env["cartera.suspension"].sudo().create(values)
        self.env["cartera.indicador"]._medir(self.junio)
        self.assertEqual(self.medido(self.junio, "suspension_effect"), 25)
        self.assertEqual(self.medido(self.junio, "suspension_effect", "zone"), {"Norte": 25})

    def test_campanas(self):
        """By channel: what the dossiers that got a message paid within its days, of what they owed then."""
        template = self.env["cartera.plantilla"].sudo().search([], limit=1)
        self.pagar(self.invoice, 300, payment_date=date(2026, 6, 8))
        for channel, day, owed in (("sms", 5, 1000), ("email", 9, 1000), ("sms", 28, 1000)):
            run = self.env["cartera.campana"].sudo().create(
                {"name": channel, "template_id": template.id, "channel": channel, "effect_days": 5,
                 "company_id": self.company.id}
            )  # fmt: skip
            run.date_started = datetime(2026, 6, day, 15)
            line = self.env["cartera.campana.linea"].sudo().create(
                {"campana_id": run.id, "expediente_id": self.expediente.id, "amount_overdue": owed,
                 "company_id": self.company.id}
            )  # fmt: skip
            message = self.env["cartera.comunicacion"].sudo().create(
                {"expediente_id": self.expediente.id, "channel": channel, "template_id": template.id,
                 "campana_linea_id": line.id}
            )  # fmt: skip
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE cartera_comunicacion SET day_sent = %s WHERE id = %s", [date(2026, 6, day), message.id]
            )
        self.env.invalidate_all()
        self.env["cartera.indicador"]._medir(self.junio)
        self.assertEqual(self.medido(self.junio, "campaign_effect"), 15)
        self.assertEqual(self.medido(self.junio, "campaign_effect", "channel"), {"SMS": 30, "E-mail": 0})
