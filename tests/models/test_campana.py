"""Mass runs: who gets a message and who not, approval, sending, and what they bring."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import HOY, CarteraCase

AHORA = datetime(2026, 7, 15, 17)


class CampanaCase(CarteraCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Campana = cls.env["cartera.campana"].sudo()
        cls.Comunicacion = cls.env["cartera.comunicacion"].sudo()
        cls.gestor, cls.tesorero = cls.usuario("gestor"), cls.usuario("tesorero")
        cls.plantilla = (
            cls.env["cartera.plantilla"]
            .sudo()
            .create(
                {
                    "name": "Aviso",
                    "kind": "first_letter",
                    "subject": "Saldo de {{ object.partner_id.name }}",
                    "body_html": '<p>Debe <t t-out="pesos(object.amount_total)"/>.</p>',
                    "text": "Debe {{ pesos(object.amount_total) }}.",
                    "with_pdf": False,
                    "numbered": True,
                }
            )
        )

    @classmethod
    def deudor(cls, name, days=60, amount=1000.0, channels=("email", "sms"), **values):
        """A debtor with one invoice due `days` ago; the dossier."""
        partner = cls.env["res.partner"].create(
            {"name": name, "email": f"{name.lower()}@example.com", "property_payment_term_id": False, **values}
        )
        cls.env["cartera.autorizacion"].sudo().create(
            [
                {"partner_id": partner.id, "channel": channel, "date_from": "2026-01-01", "source": "Contrato"}
                for channel in channels
            ]
        )
        cls.factura(days, amount, partner=partner)
        return cls.Expediente.search([("partner_id", "=", partner.id)])

    @classmethod
    def campana(cls, expedientes=None, user=None, **values):
        domain = repr([("id", "in", expedientes.ids)]) if expedientes is not None else "[]"
        return (
            cls.Campana.with_user(user or cls.gestor)
            .sudo(False)
            .with_company(cls.company)
            .create(
                {
                    "name": "Primera carta",
                    "template_id": cls.plantilla.id,
                    "channel": "email",
                    "domain": domain,
                    "user_id": (user or cls.gestor).id,
                    **values,
                }
            )
        )

    def preparar(self, *args, **values):
        campana = self.campana(*args, **values)
        campana.action_prepare()
        return campana

    def aprobar(self, campana):
        campana.verificacion_ids.done = True
        campana.action_request()
        campana.with_user(self.tesorero).validate_tier()
        return campana

    def motivos(self, campana):
        lines = self.env["cartera.campana.linea"].sudo().search([("campana_id", "=", campana.id)])
        return {line.expediente_id.partner_id.name: line.reason for line in lines}

    def conteos(self, campana):
        self.env.flush_all()
        campana.invalidate_recordset()
        return {row.outcome: row.count for row in campana.sudo().conteo_ids}

    def enviar(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("cartera_cobro.ir_cron_enviar").sudo().method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPreparar(CampanaCase):
    def muestrario(self):
        """Debtors of every kind; (dossiers, {name: why none})."""
        self.actualizar()
        held = self.deudor("Enespera")
        held.write({"hold_reason": "insolvency"})
        paid = self.deudor("Pagado")
        self.pagar(paid.partida_ids.move_id)
        credit = self.deudor("Concredito")
        self.env["account.payment"].create(
            {"partner_id": credit.partner_id.id, "amount": 1000, "payment_type": "inbound", "journal_id": self.bank.id}
        ).action_post()
        legal = self.deudor("Enlegal")
        legal.partida_ids.write({"etapa_id": self.politica.etapa_ids.filtered(lambda e: e.kind == "legal")[:1].id})
        blacklisted = self.deudor("Vetado")
        self.env["mail.blacklist"].sudo()._add(blacklisted.partner_id.email)
        withdrawn = self.deudor("Retirado")
        withdrawn.partner_id.sudo().cartera_autorizacion_ids.write({"date_to": HOY})
        exempt = self.deudor("Exento", channels=())
        exempt.partner_id.sudo().cartera_contact_exempt = True
        disputed = self.deudor("Disputado")
        disputed.partida_ids.move_id.no_followup = True
        everyone = held | paid | credit | legal | blacklisted | withdrawn | exempt | disputed
        everyone |= self.deudor("Alcorriente", days=-5) | self.deudor("Sincorreo", email=False)
        everyone |= self.deudor("Sinpermiso", channels=("sms",)) | self.deudor("Buena")
        # Its interest runs from before the first rate that is loaded.
        self.politica.interest_regime = "commercial"
        first = self.env["cartera.parametro"].sudo()._tramos("ibc")[0][0]
        everyone |= self.deudor("Antigua", days=(HOY - first).days + 40)
        return everyone, {
            "Antigua": "rate",
            "Enespera": "held",
            "Pagado": "paid",
            "Concredito": "paid",
            "Enlegal": "legal",
            "Vetado": "guard",
            "Retirado": "guard",
            "Exento": False,
            "Disputado": "held",
            "Alcorriente": "paid",
            "Sincorreo": "no_address",
            "Sinpermiso": "guard",
            "Buena": False,
        }

    def test_who_gets_it_and_who_not_and_why(self):
        everyone, expected = self.muestrario()
        campana = self.preparar(everyone)
        self.assertEqual(self.motivos(campana), expected)
        self.assertEqual(
            self.conteos(campana),
            {"draft": 2, "guard": 3, "held": 2, "paid": 3, "legal": 1, "no_address": 1, "rate": 1},
        )
        self.assertEqual(set(campana.comunicacion_ids.partner_id.mapped("name")), {"Exento", "Buena"})
        self.assertEqual(campana.state, "prepared")

    def test_the_preview_says_what_sending_does(self):
        """The engine, given the same debtors, drops for the very reason that the preview gives."""
        everyone, expected = self.muestrario()
        messages = self.Comunicacion.create(
            [{"expediente_id": e.id, "template_id": self.plantilla.id, "channel": "email"} for e in everyone]
        )
        messages._aprobar()
        self.enviar()
        self.assertEqual({m.partner_id.name: m.drop_reason for m in messages}, expected)

    def test_letters_take_a_confirmed_address(self):
        here = {"street": "Calle 1", "city": "Bogotá", "channels": ("letter",)}
        known, moved = self.deudor("Conocida", **here), self.deudor("Mudada", **here)
        known.partner_id.sudo().cartera_address_date = HOY - timedelta(days=30)
        moved.partner_id.sudo().cartera_address_date = HOY - timedelta(days=400)
        nowhere = self.deudor("Sincalle", **{**here, "street": False})
        campana = self.preparar(known | moved | nowhere, channel="letter")
        self.assertEqual(self.motivos(campana), {"Conocida": False, "Mudada": "unconfirmed", "Sincalle": "no_address"})

    def test_a_reminder_lists_what_falls_due_soon(self):
        self.plantilla.write({"kind": "reminder", "days_ahead": 5})
        soon, late, far = self.deudor("Pronto", days=-3), self.deudor("Tarde", days=3), self.deudor("Lejos", days=-20)
        self.assertEqual(
            self.motivos(self.preparar(soon | late | far)), {"Pronto": False, "Tarde": "paid", "Lejos": "paid"}
        )

    def test_what_is_no_collection_needs_no_authorisation(self):
        self.plantilla.purpose = "legal"
        silent = self.deudor("Notificado", channels=())
        silent.write({"hold_reason": "insolvency"})
        self.assertEqual(self.motivos(self.preparar(silent)), {"Notificado": False})

    def test_the_authorisation_counts_on_the_planned_day(self):
        leaving = self.deudor("Saliente")
        leaving.partner_id.sudo().cartera_autorizacion_ids.write({"date_to": HOY + timedelta(days=2)})
        self.assertFalse(self.motivos(self.preparar(leaving))["Saliente"])
        later = self.preparar(leaving, date_planned=AHORA + timedelta(days=2))
        self.assertEqual(self.motivos(later)["Saliente"], "guard")

    def test_a_planned_day_that_went_by_is_not_the_day_of_the_debt(self):
        recent = self.deudor("Reciente", days=12)
        recent.partner_id.sudo().cartera_autorizacion_ids.write({"date_from": HOY - timedelta(days=9)})
        campana = self.preparar(recent, date_planned=AHORA - timedelta(days=14))
        self.assertEqual(self.motivos(campana), {"Reciente": False})

    def test_the_filter_is_of_the_company_and_the_stage(self):
        self.actualizar()
        mine, current = self.deudor("Mia"), self.deudor("Corriente", days=-5)
        self.actualizar()
        other = self.env["res.company"].sudo().create({"name": "Otra"})
        foreign = self.Expediente.create({"partner_id": self.debtor.id, "company_id": other.id})
        campana = self.preparar(mine | current | foreign, etapa_id=mine.etapa_id.id)
        self.assertEqual(list(self.motivos(campana)), ["Mia"])

    def test_a_filter_that_cannot_be_read_is_refused(self):
        for domain in ("[('nada', '=', 1)]", "[(", "__import__('os')"):
            with self.assertRaises(ValidationError), mute_logger("odoo.models"):
                self.campana(domain=domain)

    def test_a_template_without_words_for_the_channel_is_refused(self):
        self.plantilla.text = False
        with self.assertRaisesRegex(ValidationError, "Short Text"):
            self.campana(channel="sms")

    def test_previewing_again_starts_anew_and_draft_takes_it_back(self):
        one, two = self.deudor("Una"), self.deudor("Dos")
        campana = self.preparar(one | two)
        campana.comunicacion_ids[0].message_post(body="Revisada")
        self.pagar(one.partida_ids.move_id)
        campana.action_prepare()
        self.assertEqual(self.motivos(campana), {"Una": "paid", "Dos": False})
        self.assertEqual(len(campana.comunicacion_ids), 1)
        with self.assertRaisesRegex(UserError, "back to draft"):
            campana.domain = "[]"
        campana.action_draft()
        self.assertFalse(campana.linea_ids or campana.comunicacion_ids)
        campana.domain = repr([("id", "=", two.id)])

    def test_a_part_is_left_out_to_compare_with(self):
        debtors = self.Expediente.union(*(self.deudor(f"D{n}") for n in range(30)))
        campana = self.preparar(debtors, control_percent=50)
        counts = self.conteos(campana)
        self.assertEqual(sum(counts.values()), 30)
        self.assertTrue(5 <= counts["control"] <= 25, counts)
        self.assertEqual(len(campana.comunicacion_ids), counts["draft"])

    def test_the_numbers_open_their_dossiers(self):
        campana = self.preparar(self.deudor("Conella") | self.deudor("Sinella", email=False))
        self.env.flush_all()
        for count in campana.conteo_ids:
            lines = self.env["cartera.campana.linea"].sudo().search(count.action_dossiers()["domain"])
            expected = {"draft": "Conella", "no_address": "Sinella"}[count.outcome]
            self.assertEqual(lines.partner_id.mapped("name"), [expected])

    def test_the_number_of_queries_does_not_grow_with_the_dossiers(self):
        debtors = self.Expediente.union(*(self.deudor(f"D{n}") for n in range(25)))
        few, many = self.campana(debtors[:1]), self.campana(debtors)
        self.env.flush_all()
        before = self.cr.sql_log_count
        few.action_prepare()
        self.env.flush_all()
        spent = self.cr.sql_log_count - before
        many.invalidate_recordset()
        with self.assertQueryCount(spent):
            many.action_prepare()
            self.env.flush_all()
        self.assertEqual(len(many.comunicacion_ids), 25)

    def test_messages_are_as_if_written_by_hand(self):
        expediente = self.deudor("Igual")
        expediente.user_id = self.gestor
        by_hand = self.Comunicacion.with_user(self.gestor).create(
            {"expediente_id": expediente.id, "template_id": self.plantilla.id, "channel": "email"}
        )
        self.env.flush_all()
        built = self.preparar(expediente).comunicacion_ids
        own = {"id", "create_date", "write_date", "write_uid", "campana_id", "campana_linea_id"}
        stored = [name for name, field in built._fields.items() if field.store and field.column_type]
        names = [name for name in stored if name not in own]
        values = [message.sudo().read(names, load=None)[0] | {"id": 0} for message in (built, by_hand)]
        self.assertEqual(*values)


@tagged("post_install", "-at_install")
class TestAprobar(CampanaCase):
    def test_nobody_approves_what_they_proposed_and_the_checklist_comes_first(self):
        campana = self.preparar(self.deudor("Una"), user=self.tesorero)
        with self.assertRaisesRegex(UserError, "Verify first"):
            campana.action_request()
        campana.verificacion_ids[0].done = True
        self.assertEqual(campana.verificacion_ids[0].done_by_id, self.tesorero)
        self.assertTrue(campana.verificacion_ids[0].date_done)
        campana.verificacion_ids.done = True
        campana.action_request()
        self.assertEqual(campana.state, "approval")
        with self.assertRaises(UserError):
            campana.verificacion_ids[0].done = False
        with self.assertRaisesRegex(UserError, "somebody else"):
            campana._validate_tier()
        with self.assertRaises(UserError):
            campana.state = "running"
        director = self.usuario("director")
        campana.with_user(director).validate_tier()
        self.assertEqual(campana.state, "approval")

    def test_it_is_numbered_once_when_somebody_else_approves(self):
        debtors = self.Expediente.union(*(self.deudor(f"D{n}") for n in range(3)))
        campana = self.preparar(debtors)
        self.assertFalse(any(campana.comunicacion_ids.mapped("number")))
        self.aprobar(campana)
        self.assertEqual(campana.state, "running")
        self.assertEqual(set(campana.comunicacion_ids.mapped("state")), {"approved"})
        numbers = sorted(campana.comunicacion_ids.mapped("number"))
        self.assertEqual([int(n.rpartition("-")[2]) for n in numbers], [1, 2, 3])
        from odoo.addons.cartera_cobro.reports.carta import firmas

        letter = campana.comunicacion_ids[0]
        self.assertEqual([signer for signer, _role, _when in firmas(letter)], [self.tesorero.name])

    def test_sent_back_it_is_mended_and_proposed_again(self):
        campana = self.preparar(self.deudor("Una"))
        campana.verificacion_ids.done = True
        campana.action_request()
        campana.with_user(self.tesorero).reject_tier()
        self.assertEqual(campana.state, "prepared")
        campana.action_prepare()
        campana.action_request()
        campana.with_user(self.tesorero).validate_tier()
        self.assertEqual(campana.state, "running")

    def test_no_way_of_asking_for_approval_skips_the_checklist_and_it_may_be_taken_back(self):
        campana = self.preparar(self.deudor("Una"))
        with self.assertRaisesRegex(UserError, "Verify first"):
            campana.request_validation()
        campana.verificacion_ids.done = True
        campana.action_request()
        campana.restart_validation()
        self.assertEqual((campana.state, len(campana.review_ids)), ("prepared", 0))
        campana.action_request()
        campana.action_cancel()
        self.assertEqual((campana.state, campana.comunicacion_ids.drop_reason), ("cancelled", "cancelled"))
        with self.assertRaisesRegex(UserError, "stays"):
            campana.unlink()

    def test_its_messages_are_not_approved_one_by_one(self):
        campana = self.preparar(self.deudor("Una"))
        for act in ("action_approve", "action_request"):
            with self.assertRaisesRegex(UserError, "approved with it"):
                getattr(campana.comunicacion_ids.with_user(self.tesorero), act)()

    def test_an_empty_run_is_not_proposed(self):
        campana = self.preparar(self.deudor("Una", email=False))
        campana.verificacion_ids.done = True
        with self.assertRaisesRegex(UserError, "Nobody gets"):
            campana.action_request()

    def test_who_may(self):
        campana = self.preparar(self.deudor("Una"))
        other = self.usuario("abogado")
        with self.assertRaises(AccessError):
            campana.with_user(other).action_draft()
        with self.assertRaises(AccessError):
            self.campana(user=self.usuario("auditor"))
        self.aprobar(campana)
        with self.assertRaises(UserError):
            campana.unlink()
        campana.with_user(self.tesorero).action_pause()


@tagged("post_install", "-at_install")
class TestEnviar(CampanaCase):
    def enviados(self, campana):
        return campana.comunicacion_ids.filtered(lambda c: c.state == "sent").partner_id.mapped("name")

    def test_messages_wait_for_approval_the_planned_instant_and_while_it_is_paused(self):
        campana = self.preparar(self.deudor("Una"), date_planned=AHORA + timedelta(hours=1))
        self.enviar()
        self.aprobar(campana)
        self.enviar()
        self.assertEqual(self.enviados(campana), [])
        with freeze_time(AHORA + timedelta(hours=2)):
            campana.action_pause()
            self.enviar()
            self.assertEqual(self.enviados(campana), [])
            campana.action_resume()
            self.enviar()
        self.assertEqual(self.enviados(campana), ["Una"])
        self.assertEqual((campana.state, campana.progress), ("done", 100.0))

    def test_who_paid_between_preview_and_sending_gets_nothing(self):
        debtors = self.Expediente.union(*(self.deudor(f"D{n}") for n in range(10)))
        campana = self.aprobar(self.preparar(debtors))
        self.pagar(debtors[:2].partida_ids.move_id)
        self.enviar()
        self.assertEqual(self.conteos(campana), {"sent": 8, "paid": 2})
        self.assertNotIn(debtors[0].partner_id.name, self.enviados(campana))
        self.assertEqual((campana.sent_count, campana.dropped_count, campana.pending_count), (8, 2, 0))

    def test_a_bad_one_does_not_stop_the_others(self):
        self.plantilla.body_html = '<p>NIT <t t-out="object.partner_id.vat"/></p>'
        good, bad = self.deudor("Buena", vat="52123456"), self.deudor("Mala")
        campana = self.aprobar(self.preparar(good | bad))
        self.enviar()
        self.assertEqual(self.conteos(campana), {"sent": 1, "template": 1})

    def test_out_of_hours_they_are_put_off(self):
        campana = self.preparar(self.deudor("Una"))
        self.aprobar(campana)
        with freeze_time("2026-07-16 02:00:00"):
            self.enviar()
            self.assertEqual(campana.state, "running")
        campana.comunicacion_ids.sudo().not_before = datetime(2030, 1, 1)
        self.assertEqual(self.conteos(campana), {"postponed": 1})
        campana.comunicacion_ids.sudo().not_before = False
        with freeze_time("2026-07-16 15:00:00"):
            self.enviar()
        self.assertEqual(self.enviados(campana), ["Una"])

    def test_cancelled_half_way_the_rest_does_not_leave(self):
        debtors = self.Expediente.union(*(self.deudor(f"D{n}") for n in range(4)))
        campana = self.aprobar(self.preparar(debtors))
        from odoo.addons.cartera_cobro.models.cartera_envio import Envio

        Envio(self.env, self.company).enviar(campana.comunicacion_ids[:1])
        campana.action_cancel()
        self.enviar()
        self.assertEqual(self.conteos(campana), {"sent": 1, "cancelled": 3})
        self.assertEqual(campana.state, "cancelled")

    def test_debtors_joined_meanwhile_get_one(self):
        one, two = self.deudor("Una"), self.deudor("Otra")
        campana = self.aprobar(self.preparar(one | two))
        one._fusionar(two)
        self.enviar()
        self.assertEqual(self.conteos(campana), {"sent": 1, "duplicate": 1})


@tagged("post_install", "-at_install")
class TestEfecto(CampanaCase):
    def filas(self, campana):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["cartera.campana.efecto"].sudo().search([("campana_id", "=", campana.id)])
        return {row.expediente_id.partner_id.name: row for row in rows}

    def test_money_within_the_days_against_those_not_contacted(self):
        names = ("Paga", "Parte", "Tarde", "Nota", "Nada", "Sincorreo")
        dossiers = {
            name: self.deudor(name, email=f"{name}@example.com" if name != "Sincorreo" else False) for name in names
        }
        campana = self.aprobar(self.preparar(self.Expediente.union(*dossiers.values()), effect_days=10))
        self.enviar()
        pay = {name: dossier.partida_ids.move_id for name, dossier in dossiers.items()}
        self.pagar(pay["Paga"], payment_date=HOY + timedelta(days=10))
        self.pagar(pay["Parte"], amount=300, payment_date=HOY + timedelta(days=1))
        self.pagar(pay["Tarde"], payment_date=HOY + timedelta(days=11))
        self.pagar(pay["Sincorreo"], amount=100, payment_date=HOY + timedelta(days=2))
        refund = pay["Nota"]._reverse_moves(
            [{"invoice_date": HOY + timedelta(days=1), "date": HOY + timedelta(days=1)}], cancel=True
        )
        self.assertEqual(refund.state, "posted")
        rows = self.filas(campana)
        self.assertEqual(
            {name: row.amount_collected for name, row in rows.items()},
            {"Paga": 1000, "Parte": 300, "Tarde": 0, "Nota": 0, "Nada": 0, "Sincorreo": 100},
        )
        groups = (
            self.env["cartera.campana.efecto"]
            .sudo()
            ._read_group(
                [("campana_id", "=", campana.id)],
                ["group"],
                ["debtors:sum", "sent:sum", "paid:sum", "amount_collected:sum", "collected_rate:avg"],
            )
        )
        self.assertEqual(sorted(groups), [("contacted", 5, 5, 2, 1300.0, 26.0), ("others", 1, 0, 1, 100.0, 10.0)])

    def test_a_payment_sent_back_to_draft_collected_nothing(self):
        expediente = self.deudor("Una")
        campana = self.aprobar(self.preparar(expediente))
        self.enviar()
        payment = self.pagar(expediente.partida_ids.move_id)
        self.assertEqual(self.filas(campana)["Una"].amount_collected, 1000)
        payment.action_draft()
        self.assertEqual(self.filas(campana)["Una"].amount_collected, 0)

    def test_by_use_and_estrato_what_was_sent_received_and_answered(self):
        expediente = self.deudor("Una")
        cuenta = (
            self.env["cartera.cuenta"]
            .sudo()
            .create(
                {
                    "name": "10001",
                    "partner_id": expediente.partner_id.id,
                    "company_id": self.company.id,
                    "use": "residential",
                    "estrato": "2",
                }
            )
        )
        expediente.partida_ids.move_id.sudo().cartera_cuenta_id = cuenta
        campana = self.aprobar(self.preparar(expediente))
        self.enviar()
        campana.comunicacion_ids.sudo()._recibir()
        self.assertEqual(self.filas(campana)["Una"].answered, 0)
        self.env["cartera.gestion"].sudo().create(
            {
                "expediente_id": expediente.id,
                "channel": "call",
                "direction": "in",
                "result": "information",
                "date": AHORA,
            }
        )
        groups = (
            self.env["cartera.campana.efecto"]
            .sudo()
            ._read_group(
                [("campana_id", "=", campana.id)],
                ["etapa_id", "channel", "use", "estrato"],
                ["sent:sum", "delivered:sum", "returned:sum", "answered:sum"],
            )
        )
        self.assertEqual(groups, [(expediente.etapa_id, "email", "residential", "2", 1, 1, 0, 1)])
