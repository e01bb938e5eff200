"""Who can be contacted, by which channels, and why not: it must say what the guard says."""

import itertools
from datetime import datetime, timedelta

from odoo.addons.cartera_cobro.models.cartera_contacto import Caso, Guardia
from odoo.tests import tagged

from .common import HOY
from .test_gestion import GestionCase

CHANNELS = ("call", "sms", "whatsapp", "ivr", "email", "letter")
MANANA = datetime(2026, 7, 15, 15)


@tagged("post_install", "-at_install")
class TestContactabilidad(GestionCase):
    def fila(self, expediente=None):
        self.env.flush_all()
        self.env["cartera.contactabilidad"].invalidate_model()
        return self.env["cartera.contactabilidad"].sudo().browse((expediente or self.expediente).id)

    def assertMotivo(self, **expected):
        row = self.fila()
        self.assertEqual({name: row[name] for name in expected}, expected)

    def test_each_reason(self):
        self.debtor.write({"email": "juana@example.com", "street": "Calle 1", "city": "Cúcuta"})
        self.assertMotivo(call="ok", sms="ok", email="ok", letter="unauthorised", ivr="unauthorised", channel_count=4)
        self.debtor.email = "no es un correo"
        self.assertMotivo(email="missing", reachable=True, situation="ok")
        self.debtor.write({"email": "juana@example.com", "phone": False})
        self.assertMotivo(call="missing", sms="missing", email="ok", channel_count=1)
        self.env["mail.blacklist"].sudo()._add("juana@example.com")
        self.assertMotivo(email="blacklisted", situation="blacklisted", reachable=False)
        self.autorizar(self.debtor, "letter")
        self.assertMotivo(letter="unconfirmed", situation="unconfirmed")
        self.debtor.sudo().cartera_address_date = HOY
        self.assertMotivo(letter="ok", situation="ok")
        self.debtor.sudo().cartera_address_date = HOY - timedelta(days=366)
        self.assertMotivo(letter="unconfirmed")
        self.politica.address_days = 0
        self.assertMotivo(letter="ok")
        self.debtor.city = False
        self.assertMotivo(letter="missing")
        self.debtor.city = "Cúcuta"
        self.debtor.sudo().cartera_autorizacion_ids.action_withdraw()
        self.assertMotivo(call="withdrawn", letter="withdrawn", ivr="unauthorised", situation="withdrawn")
        self.debtor.sudo().cartera_contact_exempt = True
        self.assertMotivo(call="missing", letter="exempt", ivr="missing", email="exempt", situation="exempt")
        self.expediente.write({"hold_reason": "insolvency"})
        self.assertMotivo(call="hold", letter="hold", situation="hold", reachable=False, channel_count=0)

    def test_a_rated_phone_of_the_debtor_serves_to_call(self):
        self.debtor.phone = False
        person = {"expediente_id": self.expediente.id, "name": "Juana", "role": "guarantor"}
        linked = self.env["cartera.vinculado"].sudo().create(person)
        self.env["cartera.medio"].sudo().create({"vinculado_id": linked.id, "kind": "phone", "value": "300 1"})
        self.assertMotivo(call="missing")
        linked.role = "debtor"
        self.assertMotivo(call="ok", sms="missing")

    def test_a_barred_phone_bars_its_channels(self):
        self.env["phone.blacklist"].sudo().add(self.debtor.sudo().phone_sanitized)
        self.assertMotivo(call="blacklisted", sms="blacklisted", whatsapp="blacklisted", ivr="unauthorised")

    def test_what_another_company_was_given_does_not_serve(self):
        self.debtor.sudo().cartera_autorizacion_ids.company_id = self.env["res.company"].sudo().create({"name": "Otra"})
        self.assertMotivo(call="unauthorised", situation="unauthorised")

    def test_a_row_for_each_dossier_overdue(self):
        future = self.factura(-20, partner=self.debtor.copy({"name": "Al día"})).sudo().cartera_expediente_id
        seen = self.env["cartera.contactabilidad"].sudo().search([("company_id", "=", self.company.id)])
        self.assertIn(self.expediente.id, seen.ids)
        self.assertNotIn(future.id, seen.ids)
        self.assertEqual(seen.expediente_id.ids, seen.ids)

    def test_it_agrees_with_the_guard(self):
        """Every mixture of consent, blacklist, exemption and hold, all with their data, against the guard itself."""
        partners = self.env["res.partner"].sudo()
        for n, (given, barred, exempt, held) in enumerate(itertools.product((None, True, False), *[(0, 1)] * 3)):
            partner = self.debtor.sudo().copy(
                {
                    "name": f"M{n}",
                    "phone": f"+57 310 555 1{n:03d}",
                    "email": f"m{n}@example.com",
                    "street": "Calle 1",
                    "city": "Cúcuta",
                }
            )
            partner.write({"cartera_contact_exempt": exempt, "cartera_address_date": HOY})
            if given is not None:
                self.autorizar(partner, *CHANNELS, date_to=False if given else HOY)
            if barred:
                self.env["mail.blacklist"].sudo()._add(partner.email)
                self.env["phone.blacklist"].sudo().add(partner.phone_sanitized)
            self.factura(40, partner=partner)
            if held:
                self.Expediente.search([("partner_id", "=", partner.id)]).hold_reason = "insolvency"
            partners |= partner
        self.assertEqual(len(partners), 24)
        self.env.flush_all()
        rows = self.env["cartera.contactabilidad"].sudo().search([("partner_id", "in", partners.ids)])
        casos = [Caso(row.partner_id, MANANA, channel) for row in rows for channel in CHANNELS]
        verdicts = Guardia(self.env, self.company).juzgar(casos)
        said = [row[channel] in ("ok", "exempt") for row in rows for channel in CHANNELS]
        self.assertEqual(said, [verdict.allowed for verdict in verdicts])
        self.assertEqual({True, False}, set(said))

    def test_who_sees(self):
        mine = self.expediente
        strange = self.factura(40, partner=self.debtor.copy({"name": "Ajeno"})).sudo().cartera_expediente_id
        users = {role: self.usuario(role) for role in ("responsable", "gestor", "auditor", "ventanilla")}
        mine.responsible_id = users["responsable"]
        self.env.flush_all()
        Model = self.env["cartera.contactabilidad"]
        for role, user in users.items():
            found = Model.with_user(user).search([("id", "in", (mine | strange).ids)])
            self.assertEqual(set(found.ids), set((mine if role == "responsable" else mine | strange).ids), role)
        other = self.env["res.company"].sudo().create({"name": "Otra"})
        self.assertFalse(Model.with_user(self.usuario("director", other)).search([("id", "in", mine.ids)]))

    def test_a_row_opens_its_dossier(self):
        self.assertEqual(self.fila().action_open_expediente()["res_id"], self.expediente.id)
