"""Committees and their minutes: convened, held, voted, closed, signed by all, carried out once."""

import base64
import hashlib
import io
from contextlib import contextmanager
from datetime import date, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from .common import HOY, CarteraCase


class ActaCase(CarteraCase):
    """A committee of three who vote (a director in the chair, the treasurer, the accountant); its secretary, a lawyer,
    speaks. The debtor owes 600,000 of 400 days ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.interest_regime = "civil"
        cls.director, cls.tesorero, cls.contador = (cls.usuario(r) for r in ("director", "tesorero", "contador"))
        cls.secretario = cls.usuario("abogado")
        cls.quienes = (cls.director, cls.tesorero, cls.contador)
        cls.Comite, cls.Acta = cls.env["cartera.comite"].sudo(), cls.env["cartera.acta"]
        cls.comite = cls.crear_comite()
        cls.invoice = cls.factura(400, 600_000)
        cls.Partida._actualizar(cls.company)
        cls.expediente = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])

    @classmethod
    def crear_comite(cls, name="Comité de Cartera", code="CC", **extra):
        roles = [(cls.director, "Director"), (cls.tesorero, "Tesorera"), (cls.contador, "Contador")]
        seats = [{"user_id": user.id, "role": role} for user, role in roles]
        seats.append({"user_id": cls.secretario.id, "role": "Abogado", "kind": "invited", "has_vote": False})
        values = {
            "name": name,
            "code": code,
            "company_id": cls.company.id,
            "can_write_off": True,
            "quorum_rule": "majority",
            "authority": "Resolución 045 de 2024",
            "secretary_id": cls.secretario.id,
            "miembro_ids": [Command.create(seat) for seat in seats],
        }
        comite = cls.Comite.create(values | extra)
        comite.chair_id = comite.miembro_ids.filtered(lambda m: m.user_id == cls.director)
        return comite

    @classmethod
    def acta(cls, comite=None, user=None, **extra):
        values = {"comite_id": (comite or cls.comite).id, "date": HOY, "place": "Sala de juntas", **extra}
        return cls.Acta.with_user(user or cls.secretario).create(values)

    @classmethod
    def caso(cls, acta, expediente=None, **extra):
        return acta.caso_ids.create({"acta_id": acta.id, "expediente_id": (expediente or cls.expediente).id, **extra})

    @classmethod
    def otro(cls, name="Otra deudora", days=200, amount=100_000):
        partner = cls.debtor.copy({"name": name})
        cls.factura(days, amount, partner=partner)
        return cls.Expediente.search([("partner_id", "=", partner.id)])

    @classmethod
    def sesion(cls, proposed="write_off", comite=None, **extra):
        """(minutes in session, their case, proposed so)."""
        acta = cls.acta(comite)
        if proposed in ("write_off", "cleanse"):
            extra["cause"] = "prescription"
        caso = cls.caso(acta, proposed=proposed, **extra)
        acta.action_open()
        return acta, caso

    @classmethod
    def compromiso(cls, acta, caso=None, name="Llamar al deudor", user=None, deadline=date(2026, 8, 15)):
        return acta.compromiso_ids.create(
            {
                "acta_id": acta.id,
                "caso_id": caso.id if caso else False,
                "name": name,
                "user_id": (user or cls.tesorero).id,
                "deadline": deadline,
            }
        )

    @classmethod
    def cerrada(cls, proposed="write_off", comite=None, **extra):
        acta, caso = cls.sesion(proposed, comite, **extra)
        cls.compromiso(acta, caso)
        caso.action_unanimous()
        acta.action_close()
        return acta, caso

    @classmethod
    def firmar(cls, acta, *users):
        for user in users or cls.quienes:
            acta.with_user(user).action_sign()

    @classmethod
    def firmada(cls, proposed="write_off", comite=None, **extra):
        acta, caso = cls.cerrada(proposed, comite, **extra)
        cls.firmar(acta)
        return acta, caso

    @contextmanager
    def assertRechaza(self, kind, sentence):
        """What is refused says why, and is undone as a request would be."""
        with self.assertRaises(kind) as caught:
            yield
        self.assertRegex(str(caught.exception), sentence)

    def castigos(self):
        """The write-offs of the company."""
        return self.env["cartera.castigo"].sudo().search([("company_id", "=", self.company.id)])

    def asiento(self, acta, user):
        return acta.asistente_ids.filtered(lambda a: a.miembro_id.user_id == user)

    def forzar(self, record, **values):
        """Change it from below, as no user can."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(f'UPDATE {record._table} SET "{name}" = %s WHERE id = %s', [value, record.id])
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestActa(ActaCase):
    # --- the whole way --------------------------------------------------------------------------------------------

    def test_from_the_call_to_the_write_off(self):
        self.contador.email = False
        committee_stage = self.etapa("COM")
        before = self.expediente.etapa_id
        acta = self.acta()
        caso = self.caso(acta, proposed="write_off", cause="prescription", reason="Prescrito")
        answer = acta.action_convene()
        self.assertIn(self.contador.name, answer["params"]["message"], "who has no e-mail is named")
        mails = self.env["mail.mail"].sudo().search([("model", "=", "cartera.acta"), ("res_id", "=", acta.id)])
        self.assertEqual(mails.recipient_ids, (self.director | self.tesorero | self.secretario).partner_id)
        self.assertIn("Sala de juntas", mails[0].body_html)
        self.assertEqual(mails[0].attachment_ids.mimetype, "application/pdf")
        self.assertEqual(self.expediente.etapa_id, committee_stage)
        self.assertEqual(caso.partida_ids.cambio_ids[0].document, acta)
        acta.action_open()
        self.assertEqual(len(caso.voto_ids), 3, "who only speaks has no vote")
        caso.with_user(self.director).action_vote_yes()
        self.assertEqual(caso.state, "pending")
        caso.with_user(self.tesorero).action_vote_yes()
        self.assertRecordValues(caso, [{"state": "decided", "decision": "write_off", "yes_count": 2}])
        self.compromiso(acta)
        acta.action_close()
        self.assertRecordValues(acta, [{"state": "approval", "number": "CC-2026-00001"}])
        self.assertFalse(acta._en_firme())
        self.firmar(acta, self.tesorero, self.director)
        self.assertEqual((acta.state, acta.missing_signatures), ("approval", self.contador.name))
        self.firmar(acta, self.contador)
        self.assertEqual(acta.state, "signed")
        self.assertTrue(acta._en_firme())
        self.assertEqual(acta.pdf_sha256, hashlib.sha256(acta.pdf_id.raw).hexdigest())
        self.assertEqual(
            acta.sudo().firma_ids.mapped("user_id"), self.director | self.tesorero | self.contador | self.secretario
        )
        self.assertEqual(set(acta.sudo().firma_ids.mapped("hash")), {acta._huella()})
        acta.action_execute()
        self.assertEqual(self.castigos().caso_id, caso)
        self.assertEqual(caso.document, self.castigos())
        self.assertEqual(caso.state, "executed")
        self.assertEqual(self.expediente.etapa_id, committee_stage, "until the accountant posts")
        self.assertNotEqual(before, committee_stage)
        self.assertTrue(acta._en_firme(), "what was carried out does not change the text")

    # --- committees -----------------------------------------------------------------------------------------------

    def test_numbers_have_no_gaps_by_committee_and_year(self):
        other = self.crear_comite("Sostenibilidad", "CSC")
        dates = [(self.comite, HOY), (other, HOY), (self.comite, date(2025, 12, 30)), (self.comite, HOY)]
        numbers = []
        for comite, day in dates:
            acta = self.acta(comite, date=day)
            acta.action_open()
            with self.assertRaises(UserError):
                self.asiento(acta, self.director).attendance = "absent"
                acta.action_close()
            self.asiento(acta, self.director).attendance = "present"
            acta.action_close()
            numbers.append(acta.number)
        self.assertEqual(numbers, ["CC-2026-00001", "CSC-2026-00001", "CC-2025-00001", "CC-2026-00002"])

    def test_the_usual_committees_are_made_once_by_who_sets_them_up(self):
        with self.assertRaises(AccessError):
            self.env["cartera.comite"].with_user(self.tesorero).action_create_usual()
        Comite = self.env["cartera.comite"].with_user(self.director)
        Comite.action_create_usual()
        made = Comite.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(made.mapped("code")), {"CC", "CTSC"})
        cleansing = made.filtered("can_cleanse")
        self.assertRecordValues(cleansing, [{"needs_act": True, "quorum_rule": "all", "can_write_off": False}])
        with self.assertRechaza(UserError, "usual committees already"):
            Comite.action_create_usual()

    def test_a_committee_without_members_does_not_meet(self):
        empty = self.Comite.create({"name": "Vacío", "code": "V", "company_id": self.company.id})
        acta = self.acta(empty, user=self.tesorero)
        for step in (acta.action_convene, acta.action_open):
            with self.assertRechaza(UserError, "no permanent member with a vote"):
                step()
        self.comite.miembro_ids.date_to = date(2026, 7, 14)
        with self.assertRechaza(UserError, "no permanent member with a vote"):
            self.acta().action_open()

    # --- attendance and quorum ------------------------------------------------------------------------------------

    def test_quorum_is_counted_live_and_said(self):
        acta, _caso = self.sesion()
        self.assertTrue(acta.quorum_met)
        (self.asiento(acta, self.tesorero) | self.asiento(acta, self.contador)).attendance = "excused"
        self.assertFalse(acta.quorum_met)
        self.assertIn("1 of 3 permanent members with a vote are present, and 2 are needed", acta.quorum_text)

    def test_a_substitute_counts_votes_and_signs_in_the_place_of_the_member(self):
        substitute = self.usuario("analista")
        seat = self.comite.miembro_ids.filtered(lambda m: m.user_id == self.contador)
        stand_in = self.comite.miembro_ids.create(
            {"comite_id": self.comite.id, "user_id": substitute.id, "role": "Suplente", "substitute_for_id": seat.id}
        )
        acta, caso = self.sesion()
        row = self.asiento(acta, self.contador)
        with self.assertRechaza(ValidationError, "Say who came in the place"):
            row.attendance = "substitute"
        other = self.asiento(acta, self.tesorero)
        with self.assertRechaza(ValidationError, "does not stand in for"):
            other.write({"attendance": "substitute", "substitute_id": stand_in.id})
        row.write({"attendance": "substitute", "substitute_id": stand_in.id})
        caso.with_user(substitute).action_vote_no()
        with self.assertRechaza(UserError, "is not at this session"):
            caso.with_user(self.contador).action_vote_yes()
        self.assertEqual(caso.no_count, 1)
        caso.with_user(self.director).action_vote_yes()
        caso.with_user(self.tesorero).action_vote_yes()
        acta.action_close()
        with self.assertRaises(AccessError):
            self.firmar(acta, self.contador)
        self.firmar(acta, self.director, self.tesorero, substitute)
        self.assertEqual(acta.state, "signed")

    def test_a_guest_speaks_and_counts_for_nothing(self):
        acta, caso = self.sesion()
        acta.asistente_ids.create({"acta_id": acta.id, "name": "Pedro Invitado", "role": "Revisor fiscal"})
        guest = acta.asistente_ids.filtered(lambda a: a.name == "Pedro Invitado")
        self.assertRecordValues(guest, [{"has_voice": True, "has_vote": False, "kind": "invited", "votes": False}])
        self.assertEqual(len(caso.voto_ids), 3)

    def test_who_signs_and_who_votes_is_not_written_by_who_keeps_the_minutes(self):
        acta, _caso = self.sesion()
        seat = self.asiento(acta, self.tesorero)
        for values in (
            {"user_id": self.contador.id},
            {"has_vote": False},
            {"votes": True},
            {"kind": "invited"},
            {"person_name": "Otra"},
            {"miembro_id": False},
            {"name": "Otra"},
        ):
            for user in (self.contador, self.secretario):
                with self.subTest(values), self.assertRechaza(UserError, "comes from the committee"):
                    seat.with_user(user).write(values)
        guest = {"acta_id": acta.id, "name": "Pedro Invitado"}
        with self.assertRechaza(UserError, "comes from the committee"):
            acta.asistente_ids.create({**guest, "has_vote": True})
        made = acta.asistente_ids.with_context(default_has_vote=True, default_user_id=self.contador.id).create(guest)
        self.assertRecordValues(made, [{"has_vote": False, "votes": False, "user_id": False}])
        made.name = "Pedro Pérez"
        seat.attendance = "excused"
        self.assertFalse(seat.votes)

    def test_nobody_is_at_two_seats(self):
        substitute = self.usuario("analista")
        members = self.comite.miembro_ids.filtered(lambda m: m.user_id in (self.contador, self.tesorero))
        acta, caso = self.sesion()
        for member in members:
            seat = self.asiento(acta, member.user_id)
            values = {"comite_id": self.comite.id, "user_id": substitute.id, "role": "Suplente"}
            stand_in = self.comite.miembro_ids.create({**values, "substitute_for_id": member.id})
            seat.write({"attendance": "substitute", "substitute_id": stand_in.id})
        caso.action_postpone()
        with self.assertRechaza(UserError, "is at two seats"):
            acta.action_close()
        self.asiento(acta, self.contador).attendance = "excused"
        acta.action_close()

    # --- cases ----------------------------------------------------------------------------------------------------

    def test_a_case_is_once_in_a_session(self):
        acta, _caso = self.sesion()
        with self.assertRechaza(ValidationError, "in this session already"):
            self.caso(acta)

    def test_two_bodies_do_not_decide_the_same_at_a_time(self):
        other = self.crear_comite("Comité Alterno", "CA")
        _acta, caso = self.sesion()
        with self.assertRechaza(ValidationError, "before Comité de Cartera for the same decision"):
            self.caso(self.acta(other), proposed="write_off", cause="prescription")
        self.caso(self.acta(other), proposed="sue")
        caso.action_postpone()
        self.caso(self.acta(other), proposed="write_off", cause="prescription")

    def test_powers_and_their_maximum(self):
        weak = self.crear_comite("Comité de Apoyo", "CAP", can_write_off=False)
        small = self.crear_comite("Comité Menor", "CM", max_write_off=500_000)
        with self.assertRechaza(ValidationError, "Comité de Apoyo has no power for this decision"):
            self.caso(self.acta(weak), proposed="write_off", cause="prescription")
        with self.assertRechaza(ValidationError, "Comité Menor decides up to"):
            self.caso(self.acta(small), proposed="write_off", cause="prescription")
        with self.assertRechaza(ValidationError, "has no power for this decision"):
            self.caso(self.acta(), proposed="cleanse", cause="prescription")
        # The power is looked at again when it is closed, and when it is carried out.
        acta, caso = self.sesion()
        caso.action_unanimous()
        self.comite.can_write_off = False
        with self.assertRechaza(ValidationError, "has no power"):
            acta.action_close()
        self.comite.can_write_off = True
        acta.action_close()
        self.firmar(acta)
        self.comite.max_write_off = 1
        with self.assertRechaza(ValidationError, "decides up to"):
            acta.action_execute()

    def test_a_paid_item_is_not_decided_and_leaves_with_a_note(self):
        second = self.factura(300, 50_000)
        acta, caso = self.sesion()
        self.pagar(self.invoice)
        with self.assertRechaza(UserError, "Nothing is owed any more of"):
            caso.action_unanimous()
        caso.action_refresh()
        self.assertEqual(caso.partida_ids.move_id, second)
        self.assertIn(self.invoice.name, caso.drop_note)
        caso.action_unanimous()
        self.pagar(second)
        acta.action_close()
        self.assertRecordValues(caso, [{"state": "dropped", "decision": False}])
        self.assertFalse(caso.voto_ids)

    def test_what_is_paid_after_the_signatures_is_left_alone(self):
        acta, caso = self.firmada()
        self.pagar(self.invoice)
        acta.action_execute()
        self.assertFalse(self.castigos())
        self.assertEqual(caso.state, "executed")
        self.assertIn("Paid meanwhile", caso.execution_note)

    def test_what_grew_since_the_minutes_is_not_authorised_by_them(self):
        self.comite.max_write_off = 300_000
        self.pagar(self.invoice, 360_000)
        acta, _caso = self.firmada()
        self.invoice.line_ids.remove_move_reconcile()
        acta.action_execute()
        castigo = self.castigos()
        self.assertEqual((castigo.amount_authorized, castigo.linea_ids.partida_id.amount_residual), (240_000, 600_000))
        with self.assertRechaza(UserError, "more than the .* authorised: the committee decides again"):
            castigo.with_user(self.contador).sudo(False).action_post()

    def test_the_sheet_says_what_is_owed_and_what_was_done_and_stays_once_closed(self):
        Gestion = self.env["cartera.gestion"].with_user(self.tesorero)
        for result, hour in (("no_answer", 14), ("talked", 15)):
            with freeze_time(f"2026-07-14 {hour}:00:00"):
                Gestion.create(
                    {
                        "expediente_id": self.expediente.id,
                        "channel": "call",
                        "result": result,
                        "override_reason": "Autorizó en persona",
                    }
                )
        self.politica.collection_cost = 250_000
        acta, caso = self.sesion(recovery_percent=10)
        self.assertRecordValues(
            caso,
            [
                {
                    "debtor_name": "Juana Deudora",
                    "amount_capital": 600_000,
                    # 6% a year on 600,000 for 400 days.
                    "amount_interest": 39_452.05,
                    "days": 400,
                    "attempts": 2,
                    "direct_contacts": 1,
                    "oldest_due": self.dia(400),
                    "prescription_date": date(2028, 6, 10),
                    "collection_cost": 250_000,
                    "amount_expected": 63_945.21,
                    "costs_more": True,
                    "authority": "Resolución 045 de 2024",
                }
            ],
        )
        self.assertEqual(len(caso.last_events.splitlines()), 2)
        self.assertIn(self.invoice.name, caso.obligations_table)
        caso.action_unanimous()
        acta.action_close()
        self.pagar(self.invoice, 100_000)
        self.assertEqual(caso.amount_capital, 600_000)
        with self.assertRechaza(UserError, "closed"):
            caso.action_refresh()

    def test_a_missing_rate_is_said_and_keeps_no_case_from_being_decided(self):
        self.politica.interest_regime = "commercial"
        _acta, caso = self.sesion()
        self.assertIn("No hay tasa vigente el 11/06/2025", caso.interest_note, "in the language of the minutes")
        self.assertEqual((caso.amount_capital, caso.amount_interest, caso.days), (600_000, 0, 400))

    def test_sheets_of_many_cases_cost_the_same_few_queries(self):
        acta = self.acta()
        first = self.caso(acta)
        others = [self.otro(f"Deudora {n}") for n in range(8)]
        self.Partida._actualizar(self.company)
        casos = acta.caso_ids.create([{"acta_id": acta.id, "expediente_id": e.id} for e in others])

        def queries(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.sudo()._refrescar()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(queries(first | casos), queries(first) + 4)

    def test_who_is_proposed_and_why(self):
        last = self.otro("En la última etapa", 500, 900_000)
        cheap = self.otro("Deuda pequeña", 40, 5_000)
        broke = self.otro("Insolvente", 40, 300_000)
        broke.write({"hold_reason": "insolvency"})
        gone = self.otro("Liquidada", 40, 300_000)
        gone.partner_id.active = False
        old = self.otro("Prescrita", 1_200, 300_000)
        fine = self.otro("Al día casi", 3, 300_000)
        self.politica.collection_cost = 10_000
        self.Partida._actualizar(self.company)
        taken = self.acta(self.crear_comite("Otro", "OT"))
        self.caso(taken, old, proposed="continue")
        acta = self.acta()
        wizard = self.env["cartera.acta.proponer"].with_user(self.secretario).create({"acta_id": acta.id})
        found = {linea.expediente_id: linea.rules for linea in wizard.linea_ids}
        self.assertIn("Every stage", found[last])
        self.assertEqual(found[cheap], "Collecting costs more than is owed")
        self.assertIn("Insolvent", found[broke])
        self.assertIn("no longer exists", found[gone])
        self.assertNotIn(fine, found)
        self.assertNotIn(old, found, "another body has it")
        taken.caso_ids.unlink()
        wizard = self.env["cartera.acta.proponer"].with_user(self.secretario).create({"acta_id": acta.id})
        self.assertIn("Prescribed", {li.expediente_id: li.rules for li in wizard.linea_ids}[old])
        with self.assertRechaza(UserError, "Choose the cases"):
            wizard.action_apply()
        wizard.linea_ids.filtered(lambda li: li.expediente_id in (old | cheap)).chosen = True
        self.assertEqual((wizard.count, wizard.amount), (2, 305_000))
        wizard.action_apply()
        self.assertEqual(acta.caso_ids.expediente_id, old | cheap)
        self.assertIn("Prescribed", acta.caso_ids.filtered(lambda c: c.expediente_id == old).reason)

    # --- votes ----------------------------------------------------------------------------------------------------

    def test_who_may_not_vote(self):
        acta, caso = self.sesion()
        stranger = self.usuario("gestor")
        with self.assertRechaza(UserError, "is not a member of Comité de Cartera"):
            caso.with_user(stranger).action_vote_yes()
        with self.assertRechaza(UserError, "speaks in Comité de Cartera, and has no vote"):
            caso.with_user(self.secretario).action_vote_yes()
        self.asiento(acta, self.contador).attendance = "absent"
        with self.assertRechaza(UserError, "who is absent does not vote"):
            caso.with_user(self.contador).action_vote_yes()
        with self.assertRechaza(UserError, "by its buttons"):
            caso.voto_ids[0].vote = "yes"
        with self.assertRaises(UserError):
            caso.voto_ids.create({"caso_id": caso.id, "asistente_id": acta.asistente_ids[0].id})
        self.assertFalse(caso.yes_count)

    def test_nobody_votes_for_another_but_who_keeps_the_minutes_records(self):
        plain = new_test_user(self.env, login="miembro_externo", groups="base.group_user")
        plain.write({"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]})
        self.comite.miembro_ids = [Command.create({"user_id": plain.id, "role": "Planeación"})]
        acta, caso = self.sesion()
        votes = caso.voto_ids.with_user(plain)
        with self.assertRechaza(AccessError, "nobody votes for another"):
            votes.filtered(lambda v: v.user_id == self.director).action_yes()
        votes.filtered(lambda v: v.user_id == plain).action_no()
        caso.voto_ids.filtered(lambda v: v.user_id == self.director).action_yes()
        self.assertEqual((caso.yes_count, caso.no_count), (1, 1))
        self.assertEqual(caso.voto_ids.filtered(lambda v: v.vote == "yes").recorded_by_id, self.secretario)

    def test_without_quorum_proposal_or_cause_nothing_is_voted(self):
        acta = self.acta()
        caso = self.caso(acta)
        with self.assertRechaza(UserError, "while it is In Session"):
            caso.action_unanimous()
        acta.action_open()
        with self.assertRechaza(UserError, "Say what is proposed"):
            caso.action_unanimous()
        caso.proposed = "write_off"
        with self.assertRechaza(UserError, "Say the cause"):
            caso.action_unanimous()
        caso.proposed = "sue"
        with self.assertRechaza(UserError, "Name the lawyer"):
            caso.action_unanimous()
        caso.proposed = "continue"
        (self.asiento(acta, self.tesorero) | self.asiento(acta, self.contador)).attendance = "absent"
        with self.assertRechaza(UserError, "there is no quorum"):
            caso.action_unanimous()

    def test_what_was_voted_does_not_become_something_else(self):
        acta, caso = self.sesion()
        caso.with_user(self.director).action_vote_yes()
        with self.assertRechaza(UserError, "Votes were cast"):
            caso.proposed = "continue"
        with self.assertRechaza(UserError, "has voted in the case of"):
            self.asiento(acta, self.director).attendance = "absent"
        caso.action_clear_votes()
        caso.proposed = "continue"
        self.assertEqual((caso.state, caso.yes_count), ("pending", 0))

    def test_a_majority_against_and_a_tie_that_the_chair_breaks(self):
        acta, caso = self.sesion()
        caso.with_user(self.tesorero).action_vote_no()
        caso.with_user(self.contador).action_vote_no()
        self.assertRecordValues(caso, [{"state": "rejected", "decision": False}])
        caso.action_clear_votes()
        self.asiento(acta, self.contador).attendance = "excused"
        caso.with_user(self.tesorero).action_vote_no()
        caso.with_user(self.director).action_vote_yes()
        self.assertEqual(caso.state, "rejected")
        self.comite.chair_breaks_ties = True
        caso.with_user(self.director).action_vote_yes()
        self.assertEqual((caso.state, caso.decision), ("decided", "write_off"))

    # --- closing --------------------------------------------------------------------------------------------------

    def test_what_keeps_the_minutes_from_closing(self):
        acta, caso = self.sesion()
        with self.assertRechaza(UserError, "is not decided: vote it, or postpone it"):
            acta.action_close()
        caso.action_unanimous()
        acta.date = date(2026, 7, 16)
        with self.assertRechaza(UserError, "on a day to come"):
            acta.action_close()
        acta.date = HOY
        with self.assertRechaza(UserError, "somebody else, as the secretary, closes"):
            acta.with_user(self.director).action_close()
        caso.action_clear_votes()
        (self.asiento(acta, self.tesorero) | self.asiento(acta, self.contador)).attendance = "absent"
        with self.assertRechaza(UserError, "there is no quorum"):
            acta.action_close()
        self.assertRecordValues(acta, [{"state": "session", "number": False}])

    def test_going_on_with_collection_leaves_a_commitment(self):
        acta, caso = self.sesion("continue")
        caso.action_unanimous()
        with self.assertRechaza(UserError, "leave a commitment"):
            acta.action_close()

    def test_closed_minutes_do_not_change(self):
        acta, caso = self.cerrada()
        changes = [
            lambda: acta.write({"development": "<p>Otra cosa</p>"}),
            lambda: acta.write({"date": date(2026, 7, 1)}),
            lambda: acta.write({"state": "signed"}),
            lambda: acta.write({"number": "CC-1"}),
            lambda: acta.write({"pdf_sha256": "x"}),
            lambda: caso.write({"authority": "Otra"}),
            lambda: caso.write({"decision": "continue"}),
            lambda: caso.unlink(),
            lambda: self.caso(acta, self.otro()),
            lambda: acta.asistente_ids[0].write({"attendance": "absent"}),
            lambda: acta.asistente_ids.create({"acta_id": acta.id, "name": "Otro"}),
            lambda: acta.compromiso_ids.write({"name": "Otra cosa"}),
            lambda: self.compromiso(acta),
            lambda: caso.voto_ids[0].write({"note": "Otra"}),
            lambda: acta.action_cancel("No"),
            lambda: acta.unlink(),
        ]
        for number, change in enumerate(changes):
            with self.subTest(number), self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.firmar(acta)
        with self.assertRechaza(UserError, "while it is For Signature"):
            acta.action_reopen()

    # --- signatures -----------------------------------------------------------------------------------------------

    def test_who_was_not_there_with_a_vote_does_not_sign(self):
        acta, _caso = self.cerrada()
        for user in (self.usuario("gestor"), self.secretario):
            with self.subTest(user.login), self.assertRechaza(AccessError, "each with their own name"):
                self.firmar(acta, user)
        self.firmar(acta, self.tesorero)
        with self.assertRechaza(UserError, "signed these minutes already"):
            self.firmar(acta, self.tesorero)
        seat = self.asiento(acta, self.contador)
        page = self.env["ir.attachment"].create({"name": "firma.pdf", "raw": b"%PDF"})
        with self.assertRechaza(UserError, "nobody signs for another"):
            acta._firmar_en_papel(seat, page)

    def test_a_member_without_a_user_signs_on_paper(self):
        person = self.debtor.copy({"name": "Delegado de Planeación"})
        self.comite.miembro_ids = [Command.create({"partner_id": person.id, "role": "Planeación"})]
        acta, _caso = self.cerrada()
        self.firmar(acta)
        self.assertEqual((acta.state, acta.missing_signatures), ("approval", person.name))
        seat = acta.asistente_ids.filtered(lambda a: a.name == person.name)
        wizard = (
            self.env["cartera.acta.motivo"]
            .with_user(self.secretario)
            .with_context(active_model="cartera.acta.asistente", active_id=seat.id)
        )
        with self.assertRechaza(UserError, "Attach the page"):
            wizard.create({"step": "paper"}).action_apply()
        wizard.create({"step": "paper", "paper": base64.b64encode(b"firma"), "paper_name": "firma.pdf"}).action_apply()
        self.assertEqual(acta.state, "signed")
        self.assertEqual(seat.paper_id.raw, b"firma")

    def test_a_member_whose_user_was_archived_signs_on_paper(self):
        acta, _caso = self.cerrada()
        self.firmar(acta, self.director, self.tesorero)
        seat = self.asiento(acta, self.contador)
        self.assertFalse(seat.on_paper)
        self.contador.sudo().active = False
        self.assertEqual((acta.missing_signatures, seat.on_paper), (self.contador.name, True))
        page = self.env["ir.attachment"].create({"name": "firma.pdf", "raw": b"%PDF"})
        acta._firmar_en_papel(seat, page)
        self.assertEqual((acta.state, seat.firma_id.signer_name), ("signed", self.contador.name))

    def test_a_text_changed_from_below_is_signed_by_nobody(self):
        acta, caso = self.firmada()
        self.forzar(caso, amount_capital=1)
        self.assertFalse(acta._en_firme())
        with self.assertRechaza(UserError, "unsigned minutes decide nothing"):
            acta.action_execute()
        self.forzar(caso, amount_capital=600_000)
        self.assertTrue(acta._en_firme())
        self.forzar(caso.voto_ids[0], vote="no")
        self.assertFalse(acta._en_firme())
        self.assertFalse(self.castigos())

    def test_back_to_the_session_the_signatures_no_longer_count_and_the_number_stays(self):
        acta, _caso = self.cerrada()
        self.firmar(acta, self.tesorero, self.director)
        with freeze_time("2026-07-15 18:00:00"):
            acta.action_reopen()
            acta.development = "<p>Se aclara lo dicho</p>"
            with self.assertRechaza(UserError, "numbers have no gaps"):
                acta.action_cancel("No")
            acta.action_close()
            self.firmar(acta, self.contador)
            self.assertEqual((acta.state, acta.number), ("approval", "CC-2026-00001"))
            self.firmar(acta, self.tesorero, self.director)
        self.assertEqual(acta.state, "signed")

    def test_the_chair_returns_it_with_a_comment(self):
        acta, _caso = self.cerrada()
        review = acta.sudo().review_ids
        review.comment = "Falta el anexo"
        acta.with_user(self.director)._rejected_tier(review.with_user(self.director))
        self.assertEqual(acta.state, "session")
        self.assertIn("Falta el anexo", "".join(acta.sudo().message_ids.mapped("body")))

    # --- carrying out ---------------------------------------------------------------------------------------------

    def test_unsigned_minutes_are_not_carried_out_nor_signed_ones_twice(self):
        acta, _caso = self.cerrada()
        with self.assertRechaza(UserError, "unsigned minutes decide nothing"):
            acta.action_execute()
        self.firmar(acta)
        with self.assertRechaza(AccessError, "The secretary of the session, or a coordinator"):
            acta.with_user(self.contador).action_execute()
        acta.with_user(self.tesorero).action_execute()
        with self.assertRechaza(UserError, "nothing is done twice"):
            acta.action_execute()
        self.assertEqual(len(self.castigos()), 1)
        self.assertEqual(acta.executed_by_id, self.tesorero)

    def test_a_recommendation_waits_for_the_act_of_the_legal_representative(self):
        self.comite.needs_act = True
        acta, _caso = self.firmada()
        with self.assertRechaza(UserError, "the legal representative decides by act"):
            acta.action_execute()
        act = self.env["ir.attachment"].with_user(self.secretario).create({"name": "resolucion.pdf", "raw": b"%PDF"})
        for day, sentence in ((HOY + timedelta(days=1), "has not come"), (HOY - timedelta(days=1), "met on")):
            with self.subTest(day), self.assertRechaza(ValidationError, sentence):
                acta.act_date = day
        acta.write({"act_number": "Resolución 12", "act_date": HOY, "act_file_ids": [Command.link(act.id)]})
        acta.action_execute()
        self.assertEqual(len(self.castigos()), 1)
        with self.assertRechaza(UserError, "closed"):
            acta.act_number = "Resolución 13"

    def test_an_agreement_is_opened_and_the_items_go_back_to_their_stage(self):
        before = self.expediente.etapa_id
        acta, caso = self.firmada("agree")
        self.assertEqual(self.expediente.etapa_id, self.etapa("COM"))
        acta.action_execute()
        self.assertRecordValues(caso.document, [{"state": "draft", "expediente_id": self.expediente.id}])
        self.assertEqual(caso.document.linea_ids.partida_id, caso.partida_ids)
        self.assertEqual(self.expediente.etapa_id, before)
        self.assertIn("CC-2026-00001", self.expediente.message_ids[0].body)

    def test_a_referral_is_opened_for_the_lawyer_whom_the_session_named(self):
        acta, caso = self.firmada("sue", lawyer_id=self.secretario.id)
        acta.action_execute()
        self.assertEqual(caso.document._name, "cartera.remision")
        self.assertRecordValues(caso.document, [{"state": "draft", "abogado_id": self.secretario.id}])
        self.assertEqual(caso.document.linea_ids.partida_id, caso.partida_ids)

    def test_what_is_not_decided_goes_back_to_its_stage(self):
        before = self.expediente.etapa_id
        acta, caso = self.sesion()
        self.assertEqual(self.expediente.etapa_id, self.etapa("COM"))
        caso.action_postpone()
        acta.action_close()
        self.firmar(acta)
        acta.action_execute()
        self.assertRecordValues(caso, [{"state": "postponed"}])
        self.assertEqual(self.expediente.etapa_id, before)
        second = self.acta()
        self.caso(second)
        second.action_open()
        self.assertEqual(self.expediente.etapa_id, self.etapa("COM"))
        second.action_cancel("No hubo quórum")
        self.assertEqual(self.expediente.etapa_id, before)

    # --- commitments ----------------------------------------------------------------------------------------------

    def test_commitments_become_activities_and_come_into_the_next_session_until_they_end(self):
        acta, _caso = self.firmada("continue")
        acta.action_execute()
        mine = acta.compromiso_ids
        activity = mine.activity_ids
        self.assertRecordValues(activity, [{"user_id": self.tesorero.id, "date_deadline": date(2026, 8, 15)}])
        second = self.acta()
        second.action_open()
        self.assertEqual(second.previo_ids, mine)
        with self.assertRechaza(AccessError, "for .* to do"):
            mine.with_user(self.usuario("gestor")).action_done("Hecho")
        with self.assertRechaza(UserError, "Say what was done"):
            mine.with_user(self.tesorero).action_done(" ")
        activity.with_user(self.tesorero).action_feedback(feedback="El deudor no contesta")
        self.assertRecordValues(
            mine, [{"state": "done", "done_note": "El deudor no contesta", "done_by_id": self.tesorero.id}]
        )
        second.action_close()
        self.assertEqual(second.previos[0][0], "CC-2026-00001")
        self.assertEqual(second.previos[0][4:], ["done", "El deudor no contesta"])
        third = self.acta()
        third.action_open()
        self.assertFalse(third.previo_ids)

    # --- who may what ---------------------------------------------------------------------------------------------

    def test_who_prepares_reads_and_writes_nothing(self):
        acta, caso = self.sesion()
        for role in ("analista", "gestor", "auditor"):
            user = self.usuario(role)
            with self.subTest(role):
                self.assertEqual(acta.with_user(user).caso_ids.debtor_name, "Juana Deudora")
                for act in (
                    lambda u=user: acta.with_user(u).write({"place": "Otra"}),
                    lambda u=user: acta.with_user(u).action_close(),
                    lambda u=user: caso.with_user(u).action_unanimous(),
                    lambda u=user: caso.with_user(u).action_refresh(),
                    lambda u=user: self.acta(user=u),
                ):
                    with self.assertRaises(AccessError):
                        act()
        for role in ("responsable", "ventanilla"):
            with self.subTest(role), self.assertRaises(AccessError):
                acta.with_user(self.usuario(role)).read(["place"])

    def test_a_member_without_a_role_reads_their_committee_alone(self):
        plain = new_test_user(self.env, login="vocal", groups="base.group_user")
        plain.write({"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]})
        self.comite.miembro_ids = [Command.create({"user_id": plain.id, "role": "Vocal"})]
        acta, caso = self.sesion()
        foreign = self.acta(self.crear_comite("Otro", "OT"))
        theirs = self.Acta.with_user(plain)
        self.assertEqual(theirs.search([]), acta)
        with self.assertRaises(AccessError):
            foreign.with_user(plain).read(["place"])
        form = self.env["cartera.acta.caso"].with_user(plain).get_view(view_type="form")
        self.assertIn("action_vote_yes", form["arch"])
        self.assertNotIn("action_open_dossier", form["arch"])
        self.assertEqual(
            caso.with_user(plain).web_read({"expediente_id": {"fields": {"display_name": {}}}})[0]["id"], caso.id
        )
        with self.assertRaises(AccessError):
            acta.with_user(plain).write({"place": "Otra"})
        caso.with_user(plain).action_vote_no()
        for user in (self.director, self.tesorero, self.contador):
            caso.with_user(user).action_vote_yes()
        acta.action_close()
        self.firmar(acta, *self.quienes, plain)
        self.assertEqual(acta.state, "signed")

    def test_companies_keep_to_themselves(self):
        other = self.setup_other_company()["company"]
        stranger = self.usuario("tesorero", other)
        acta, _caso = self.sesion()
        self.assertFalse(self.Acta.with_user(stranger).search([]))
        theirs = self.Expediente.create({"partner_id": self.debtor.id, "company_id": other.id})
        with self.assertRechaza(ValidationError, "its own company's debtors"):
            self.caso(acta.sudo(), theirs)

    def test_a_dossier_joined_to_another_takes_its_cases_along(self):
        acta, caso = self.firmada()
        target = self.otro("Casa matriz")
        self.expediente._fusionar(target)
        self.assertEqual(caso.expediente_id, target)
        self.assertTrue(acta._en_firme(), "the minutes say what they said")


@tagged("post_install", "-at_install")
class TestActaPapel(ActaCase):
    def test_the_minutes_on_paper(self):
        """What they say, and that what was kept is what is printed later."""
        report = self.env["ir.attachment"].with_user(self.secretario).create({"name": "Informe jurídico.pdf"})
        acta, caso = self.sesion(recovery_percent=5, legal_opinion="Prescribió la acción cambiaria.")
        acta.write({"anexo_ids": [Command.link(report.id)], "development": "<p>El comité revisó la cartera.</p>"})
        self.compromiso(acta, caso)
        caso.action_unanimous()
        acta.action_close()
        self.firmar(acta, self.tesorero, self.contador)
        drawn = acta.with_context(force_report_rendering=True)
        self.firmar(drawn, self.director)
        Report = drawn.env["ir.actions.report"].sudo()
        printed = Report._render_qweb_pdf("cartera_cobro.acta_comite", acta.ids)[0]
        kept, again = (PdfFileReader(io.BytesIO(pdf)) for pdf in (acta.pdf_id.raw, printed))
        self.assertEqual(len(kept.pages), len(again.pages))
        text = " ".join("".join(page.extract_text() for page in kept.pages).split())
        for words in (
            "Resolución 045 de 2024", "asisten 3 de 3", "Verificación del quórum", "El comité revisó la cartera",
            "No hay compromisos pendientes de actas anteriores", "Juana Deudora", "Castigar la cartera", "Prescripción",
            "Prescribió la acción cambiaria", "a favor", "Llamar al deudor", "Informe jurídico.pdf", acta._huella(),
            "15/07/2026 12:00", "Acta N.° CC-2026-00001 · Página 1 de 3",
        ):  # fmt: skip
            self.assertIn(words, text)
