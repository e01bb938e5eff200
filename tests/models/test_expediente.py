"""Dossiers: one a debtor and company, joined when debtors are, held, covered and assigned."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import HOY, CarteraCase


@tagged("post_install", "-at_install")
class TestExpediente(CarteraCase):
    def nuevo(self, name, **values):
        return self.env["res.partner"].create({"name": name, **values})

    def expediente(self, partner):
        return self.Expediente.search([("partner_id", "=", partner.id), ("company_id", "=", self.company.id)])

    def test_contacts_share_the_dossier_of_their_company(self):
        company = self.nuevo("Empresa", is_company=True)
        contact = self.nuevo("Contacto", parent_id=company.id)
        self.factura(40, partner=company)
        self.factura(50, partner=contact)
        self.assertEqual(self.expediente(company).amount_overdue, 2000.0)
        self.assertFalse(self.expediente(contact))

    def test_merged_debtors_share_one_dossier_with_everything(self):
        kept, gone = self.nuevo("Queda", email="x@example.com"), self.nuevo("Se va", email="x@example.com")
        moves = self.factura(40, partner=kept) | self.factura(100, partner=gone)
        self.actualizar()
        target, source = self.expediente(kept), self.expediente(gone)
        message = source.message_post(body="Prometió pagar el viernes")
        activity = source.activity_schedule("mail.mail_activity_data_todo", date_deadline=HOY, summary="Llamar")
        person = self.env["cartera.vinculado"].sudo().create({"expediente_id": source.id, "name": "Fiador"})
        changes = source.cambio_ids
        self.assertTrue(changes)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((kept | gone).ids, kept)
        self.assertFalse(gone.exists() or source.exists())
        self.assertEqual(self.partidas(*moves).expediente_id, target)
        self.assertEqual(self.partidas(*moves).partner_id, kept)
        self.assertEqual((message.res_id, activity.res_id, person.expediente_id), (target.id, target.id, target))
        self.assertTrue(changes <= target.cambio_ids)
        self.assertEqual(target.amount_overdue, 2000.0)
        self.assertEqual(target.etapa_id, self.etapa("PER"))
        self.assertEqual(self.actualizar()["moved"], 0)
        self.assertCuadra()

    def test_merge_into_a_debtor_without_dossier(self):
        kept, gone = self.nuevo("Queda"), self.nuevo("Se va")
        move = self.factura(40, partner=gone)
        source = self.expediente(gone)
        self.env["base.partner.merge.automatic.wizard"].sudo().create({})._merge((kept | gone).ids, kept)
        self.assertEqual(source.partner_id, kept)
        self.assertEqual(self.partidas(move).expediente_id, source)
        self.assertCuadra()

    def test_reparented_debtor_gives_its_dossier_to_the_parent(self):
        parent, child = self.nuevo("Matriz", is_company=True), self.nuevo("Filial")
        moves = self.factura(40, partner=parent) | self.factura(100, partner=child)
        self.actualizar()
        source = self.expediente(child)
        source.message_post(body="Nota")
        contact = self.env["cartera.gestion"].sudo().create(
            {"expediente_id": source.id, "direction": "in", "result": "talked", "channel": "in_person"}
        )
        child.parent_id = parent
        self.assertFalse(source.exists())
        self.assertEqual(contact.partner_id | contact.person_id, parent)
        self.assertEqual(self.partidas(*moves).expediente_id, self.expediente(parent))
        self.assertEqual(self.expediente(parent).amount_overdue, 2000.0)
        self.assertCuadra()
        self.assertEqual(self.actualizar()["moved"], 0)
        child.parent_id = False
        self.actualizar()
        self.assertCuadra()

    def test_reparented_under_a_debtor_without_dossier(self):
        parent, child = self.nuevo("Matriz", is_company=True), self.nuevo("Filial")
        self.factura(40, partner=child)
        source = self.expediente(child)
        child.parent_id = parent
        self.assertEqual(source.partner_id, parent)
        self.assertEqual(source.amount_overdue, 1000.0)

    def test_hold_of_the_dossier_stops_its_stages_and_ends_by_itself(self):
        move = self.factura(40)
        self.actualizar()
        expediente = self.expediente(self.debtor)
        expediente.write({"hold_reason": "pause", "hold_until": HOY + timedelta(days=5), "hold_note": "Viaje"})
        self.assertEqual(self.partidas(move).hold_reason, "pause")
        self.actualizar(HOY + timedelta(days=60))
        self.assertEqual(self.partidas(move).etapa_id, self.etapa("MOR"))
        self.assertEqual(self.partidas(move).banda_id.name, "91 to 180 days", "it goes on ageing")
        self.Expediente._terminar_esperas(self.company)
        self.assertEqual(expediente.hold_reason, "pause")
        with freeze_time("2026-07-21 17:00:00"):
            self.Expediente._terminar_esperas(self.company)
        self.assertFalse(expediente.hold_reason or self.partidas(move).hold_reason)
        self.actualizar(HOY + timedelta(days=60))
        self.assertEqual(self.partidas(move).etapa_id, self.etapa("PER"))

    @mute_logger("odoo.sql_db")
    def test_a_pause_needs_its_end(self):
        self.factura(40)
        with self.assertRaises(IntegrityError):
            self.expediente(self.debtor).write({"hold_reason": "pause"})
            self.env.flush_all()

    def test_next_action_follows_the_activities(self):
        self.factura(40)
        expediente = self.expediente(self.debtor)
        self.assertFalse(expediente.next_action_date)
        late = expediente.activity_schedule("mail.mail_activity_data_call", date_deadline=HOY + timedelta(days=9))
        soon = expediente.activity_schedule("mail.mail_activity_data_call", date_deadline=HOY + timedelta(days=2))
        self.assertEqual(expediente.next_action_date, HOY + timedelta(days=2))
        soon.date_deadline = HOY + timedelta(days=20)
        self.assertEqual(expediente.next_action_date, HOY + timedelta(days=9))
        late.action_done()
        self.assertEqual(expediente.next_action_date, HOY + timedelta(days=20))

    def test_search_by_days_overdue(self):
        self.factura(40)
        expediente = self.expediente(self.debtor)
        for operator, days, found in (
            (">", 40, False),
            (">=", 40, True),
            ("<", 41, True),
            ("=", 40, True),
            ("<=", 39, False),
        ):
            hits = self.Expediente.with_company(self.company).search([("days_overdue", operator, days)])
            self.assertEqual(expediente in hits, found, (operator, days))

    def test_a_dossier_with_items_is_never_deleted(self):
        self.factura(40)
        with self.assertRaises(UserError):
            self.expediente(self.debtor).unlink()

    def test_assignment_rules_in_order_and_in_turn(self):
        zones = self.env["cartera.zona"].sudo().create([{"name": "Norte"}, {"name": "Sur"}])
        officers = self.usuario("gestor") | self.usuario("tesorero") | self.usuario("admin")
        Rule = self.env["cartera.asignacion"].sudo()
        Rule.create(
            {
                "name": "Norte",
                "sequence": 1,
                "company_id": self.company.id,
                "zona_ids": [Command.set(zones[0].ids)],
                "user_ids": [Command.set(officers[0].ids)],
            }
        )
        Rule.create(
            {
                "name": "Resto",
                "sequence": 2,
                "company_id": self.company.id,
                "amount_from": 500.0,
                "user_ids": [Command.set(officers[1:].ids)],
            }
        )
        expected = {}
        for n, (zone, amount) in enumerate([(0, 100), (0, 1000), (1, 1000), (1, 900), (1, 100)]):
            partner = self.nuevo(f"D{n}")
            cuenta = (
                self.env["cartera.cuenta"]
                .sudo()
                .create(
                    {
                        "name": f"C{n}",
                        "partner_id": partner.id,
                        "company_id": self.company.id,
                        "zona_id": zones[zone].id,
                    }
                )
            )
            move = self.factura(40, amount, partner=partner, post=False)
            move.sudo().cartera_cuenta_id = cuenta
            move.action_post()
            expected[n] = self.expediente(partner)
        self.assertEqual(expected[0].zona_id, zones[0])
        self.assertEqual(Rule._asignar(self.company), 4)
        self.assertEqual((expected[0] | expected[1]).user_id, officers[0])
        self.assertEqual((expected[2] | expected[3]).user_id, officers[1:])
        self.assertFalse(expected[4].user_id)
        self.assertEqual(self.partidas(move).expediente_id.user_id, self.partidas(move).user_id)
        self.assertEqual(Rule._asignar(self.company), 0)

    def test_the_turn_goes_on_from_one_night_to_the_next(self):
        officers = self.usuario("gestor") | self.usuario("tesorero") | self.usuario("admin")
        Rule = self.env["cartera.asignacion"].sudo()
        rule = Rule.create({"name": "Todo", "company_id": self.company.id, "user_ids": [Command.set(officers.ids)]})
        given = []
        for night in (1, 1, 2, 1):
            fresh = self.Expediente
            for n in range(night):
                partner = self.nuevo(f"N{len(given)}{n}")
                self.factura(40, 1000 - n, partner=partner)
                fresh |= self.expediente(partner)
            self.assertEqual(Rule._asignar(self.company), night)
            given += fresh.sorted("amount_overdue", reverse=True).mapped("user_id.id")
        turn = rule.user_ids.ids
        self.assertEqual(given, [turn[n % 3] for n in range(5)])

    def test_a_rule_whose_officers_are_gone_gives_nothing(self):
        officer = self.usuario("gestor")
        Rule = self.env["cartera.asignacion"].sudo()
        Rule.create({"name": "Todo", "company_id": self.company.id, "user_ids": [Command.set(officer.ids)]})
        officer.sudo().active = False
        self.factura(40)
        self.assertEqual(Rule._asignar(self.company), 0)
        self.assertFalse(self.expediente(self.debtor).user_id)

    def test_cover_returns_by_itself(self):
        officer, substitute = self.usuario("gestor"), self.usuario("tesorero")
        self.factura(40)
        expediente = self.expediente(self.debtor)
        expediente.user_id = officer
        wizard = (
            self.env["cartera.traspaso"]
            .with_user(substitute)
            .create(
                {
                    "from_user_id": officer.id,
                    "to_user_ids": [Command.set(substitute.ids)],
                    "date_until": HOY + timedelta(days=7),
                }
            )
        )
        wizard.action_apply()
        self.assertEqual((expediente.user_id, expediente.cover_for_id), (substitute, officer))
        self.Expediente._terminar_esperas(self.company)
        self.assertEqual(expediente.user_id, substitute)
        with freeze_time("2026-07-23 17:00:00"):
            self.Expediente._terminar_esperas(self.company)
        self.assertEqual(expediente.user_id, officer)
        self.assertFalse(expediente.cover_for_id or expediente.cover_until)
        wizard.date_until = HOY - timedelta(days=1)
        with self.assertRaises(UserError):
            wizard.action_apply()
