"""Signatures under letters: who may give them, what they fix, and that nobody forges one."""

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .test_comunicacion import ComunicacionCase


@tagged("post_install", "-at_install")
class TestFirma(ComunicacionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plantilla.write({"approval": True, "numbered": True})
        cls.gestor, cls.tesorero = cls.usuario("gestor"), cls.usuario("tesorero")
        cls.tier = cls.env.ref("cartera_cobro.tier_comunicacion_tesorero").sudo()
        cls.tier.has_comment = False

    def carta(self, user=None, **extra):
        """A letter for which the signatures were asked."""
        letter = self.mensaje("letter", approve=False, **extra).with_user(user or self.gestor)
        letter.action_request()
        return letter

    def firmar(self, letter, user=None):
        letter.invalidate_recordset()
        letter.with_user(user or self.tesorero).validate_tier()
        letter.invalidate_recordset()

    def devolver(self, letter, user, comment):
        review = letter.sudo().review_ids
        review.comment = comment
        letter.invalidate_recordset()
        letter.with_user(user)._rejected_tier(review.with_user(user))
        letter.invalidate_recordset()

    def test_the_treasurer_signs_and_the_letter_takes_its_number(self):
        letter = self.carta()
        self.assertEqual((letter.state, letter.number), ("draft", False))
        self.assertIn("Waiting for the signature of Group Treasurer", letter.to_validate_message)
        self.firmar(letter)
        self.assertRecordValues(
            letter, [{"state": "approved", "number": "2026-00001", "approved_by_id": self.tesorero.id}]
        )
        self.assertRecordValues(
            letter.firma_ids, [{"user_id": self.tesorero.id, "nivel_id": self.tier.id, "hash": letter._huella()}]
        )

    def firmar_varias(self, letters, user, comment=False):
        context = {"active_model": letters._name, "active_ids": letters.ids}
        letters.invalidate_recordset()
        dialog = self.env["cartera.firmar"].with_user(user).with_context(**context).create({"comment": comment})
        return dialog, dialog.action_apply

    def test_many_are_signed_at_once(self):
        letters = self.carta() + self.carta(expediente=self.otro(2)) + self.mensaje("letter", approve=False)
        dialog, sign = self.firmar_varias(letters, self.tesorero)
        self.assertEqual((dialog.waiting, dialog.others), (2, 1))
        sign()
        letters.invalidate_recordset()
        self.assertEqual(letters.mapped("state"), ["approved", "approved", "draft"])
        self.assertEqual(letters.firma_ids.user_id, self.tesorero)
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.firmar_varias(letters, self.tesorero)[1]()

    def test_many_are_signed_by_whoever_signs_one_with_its_comment(self):
        letters = self.carta() + self.carta(self.tesorero, expediente=self.otro(2))
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.firmar_varias(letters, self.gestor)[1]()
        self.tier.has_comment = True
        with self.assertRaisesRegex(UserError, "Write the comment"):
            self.firmar_varias(letters, self.tesorero)[1]()
        dialog, sign = self.firmar_varias(letters, self.tesorero, "Conforme")
        self.assertEqual((dialog.waiting, dialog.others), (1, 1))
        sign()
        letters.invalidate_recordset()
        self.assertEqual(letters.mapped("state"), ["approved", "draft"])  # who proposed the other does not sign it
        self.assertEqual(letters[0].sudo().review_ids.comment, "Conforme")

    def test_who_proposed_it_does_not_sign_it(self):
        letter = self.carta(self.tesorero)
        for sign in (letter._validate_tier, lambda: self.firmar(letter)):
            with self.assertRaisesRegex(UserError, "somebody else has to sign"):
                sign()
        self.assertEqual((letter.state, len(letter.firma_ids)), ("draft", 0))

    def test_asking_by_the_way_of_tier_validation_names_the_proposer_too(self):
        letter = self.mensaje("letter", approve=False).with_user(self.tesorero)
        letter.request_validation()
        self.assertEqual(letter.proposed_by_id, self.tesorero)
        with self.assertRaisesRegex(UserError, "somebody else has to sign"):
            letter._validate_tier()
        self.assertNotIn("request_validation", str(letter.get_view(view_type="form")["arch"]))

    def test_without_a_matching_tier_nothing_passes(self):
        self.tier.active = False
        letter = self.mensaje("letter", approve=False).with_user(self.gestor)
        with self.assertRaisesRegex(UserError, "Nobody is named to sign"):
            letter.action_request()
        with self.assertRaises(UserError):
            letter.action_approve()

    def test_officers_do_not_sign(self):
        letter = self.carta()
        other = new_test_user(
            self.env, login="otro_gestor", groups="base.group_user,cartera_cobro.group_cartera_gestor"
        )
        other.sudo().write({"company_ids": [(4, self.company.id)], "company_id": self.company.id})
        self.firmar(letter, other)
        self.assertEqual(letter.state, "draft")
        with self.assertRaisesRegex(UserError, "Only whoever is to sign"):
            letter.with_user(other)._rejected_tier(letter.sudo().review_ids)

    def test_a_text_changed_after_it_was_signed_does_not_execute(self):
        second = self.tier.copy({"name": "Director", "sequence": 10})
        second.reviewer_group_id = self.env.ref("cartera_cobro.group_cartera_director")
        letter = self.carta()
        self.firmar(letter)
        self.assertEqual((letter.state, len(letter.firma_ids)), ("draft", 1))
        self.plantilla.body_html = "<p>Otro texto</p>"
        self.firmar(letter, self.usuario("director"))
        self.assertEqual((letter.state, len(letter.firma_ids)), ("draft", 2))
        self.assertFalse(letter._firmado())

    def test_a_template_changed_after_the_signatures_keeps_the_letter_from_leaving(self):
        letter = self.carta()
        self.firmar(letter)
        self.plantilla.body_html = "<p>Otro texto</p>"
        self.assertDropped("changed", letter.sudo())
        self.assertEqual(letter.number, "2026-00001")

    def test_it_comes_back_with_the_comment_and_may_be_asked_for_again(self):
        letter = self.carta()
        self.devolver(letter, self.tesorero, "Falta la cuenta bancaria")
        self.assertFalse(letter.review_ids)
        self.assertIn("Falta la cuenta bancaria", "".join(letter.message_ids.mapped("body")))
        letter.action_request()
        self.firmar(letter)
        self.assertEqual(letter.state, "approved")

    def test_restarting_keeps_the_signatures_and_they_no_longer_count(self):
        director = self.env.ref("cartera_cobro.group_cartera_director").id
        self.tier.copy({"name": "Director", "sequence": 10, "reviewer_group_id": director})
        letter = self.carta()
        self.firmar(letter)
        kept = letter.firma_ids
        with freeze_time("2026-07-15 18:00:00"):
            letter.restart_validation()
            self.assertFalse(letter.review_ids)
            self.assertTrue(kept.exists())
            letter.action_request()
            self.firmar(letter, self.usuario("director"))
            self.assertEqual(
                (letter.state, letter.firma_ids.user_id.mapped("login")[:1]),
                ("draft", [f"director_{self.company.id}"]),
            )
            self.firmar(letter)
        self.assertEqual(letter.state, "approved")

    def test_the_state_moves_by_its_buttons_only(self):
        letter = self.carta()
        for user in (self.gestor, self.tesorero):
            for context in ({}, {"skip_validation_check": True}):
                with self.assertRaises(UserError):
                    letter.with_user(user).with_context(**context).write({"state": "approved"})
        with self.assertRaises(UserError):
            self.env["cartera.comunicacion"].with_user(self.gestor).create(
                {"expediente_id": self.expediente.id, "template_id": self.plantilla.id, "state": "approved"}
            )
        born = self.env["cartera.comunicacion"].with_user(self.gestor).with_context(default_state="approved")
        letter = born.create({"expediente_id": self.expediente.id, "template_id": self.plantilla.id})
        self.assertEqual(letter.state, "draft")

    def test_what_is_being_signed_is_not_changed(self):
        letter = self.carta()
        with self.assertRaises(ValidationError):
            letter.channel = "email"

    def test_reviews_are_closed_to_outsiders_and_to_who_does_not_sign(self):
        review = self.carta().sudo().review_ids
        portal = new_test_user(self.env, login="portal_firma", groups="base.group_portal")
        stranger = new_test_user(self.env, login="ajeno_firma", groups="base.group_user")
        for user in (portal, stranger):
            with self.subTest(user.login):
                self.assertFalse(review.with_user(user).search([("id", "=", review.id)]))
                with self.assertRaises(AccessError):
                    review.with_user(user).read(["status"])
        for user in (stranger, self.gestor):
            with self.assertRaises(AccessError):
                review.with_user(user).write({"status": "approved"})
        for user in (self.gestor, self.tesorero):
            with self.assertRaises(AccessError):
                review.with_user(user).unlink()

    def ajena(self, user, **extra):
        """A review of another model, filled in by a user who signs nothing."""
        partner = self.env["res.partner"].create({"name": "Ajena"})
        values = {"model": "res.partner", "res_id": partner.id, "definition_id": self.tier.id, "status": "pending"}
        review = self.env["tier.review"].with_user(user).create(values)
        review.write({"reviewer_ids": [Command.set(user.ids)], **extra})
        return review

    def test_a_review_of_something_else_is_not_moved_onto_a_document(self):
        letter = self.mensaje("letter", approve=False)
        review = self.ajena(self.gestor)
        with self.assertRaisesRegex(AccessError, "nobody writes it by hand"):
            review.write({"model": letter._name, "res_id": letter.id})
        genuine = self.carta(expediente=self.otro(2)).sudo().review_ids.with_user(self.tesorero)
        for name, value in (("res_id", letter.id), ("definition_id", False), ("reviewer_ids", [Command.clear()])):
            with self.subTest(name), self.assertRaisesRegex(AccessError, "nobody writes it by hand"):
                genuine.write({name: value})
        genuine.write({"comment": "Conforme"})

    def test_a_review_that_names_somebody_who_does_not_sign_is_no_signature(self):
        letter = self.mensaje("letter", approve=False)
        review = self.ajena(self.gestor)
        review.sudo().write({"model": letter._name, "res_id": letter.id})
        letter.sudo().date_proposed = fields.Datetime.now()
        letter.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "not among those who sign"):
            letter.with_user(self.gestor)._validate_tier(review)
        self.assertFalse(letter.firma_ids)

    def test_what_is_taken_back_is_no_proposal(self):
        letter = self.carta()
        letter.restart_validation()
        self.assertFalse(letter.proposed_by_id or letter.date_proposed)

    def test_a_review_written_by_hand_signs_nothing(self):
        letter = self.carta()
        letter.sudo().review_ids.write({"status": "approved", "done_by": self.tesorero.id})
        self.assertFalse(letter._firmado())
        self.assertEqual(letter.state, "draft")

    def test_signatures_are_neither_changed_nor_deleted_nor_made_by_hand(self):
        letter = self.carta()
        self.firmar(letter)
        signature = letter.firma_ids
        for user in (self.tesorero, self.env.ref("base.user_admin")):
            for change in (lambda s: s.write({"hash": "x"}), lambda s: s.unlink(), lambda s: s.copy()):
                with self.assertRaises(UserError):  # of which AccessError is a kind
                    change(signature.with_user(user))
        with self.assertRaises(UserError):
            signature.sudo().write({"signer_name": "Otro"})
