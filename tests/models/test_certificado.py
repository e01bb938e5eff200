"""Certificates: what the ledger lets them say, who signs, the paper that is kept, and how it is taken back."""

import hashlib
import io
import re
from datetime import date

from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_certificado_revision import leer
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.pdf import PdfFileReader

from .common import HOY, CarteraCase
from .test_castigo import CastigoCase


def texto(pdf):
    """The words of a PDF (bytes), a space between them."""
    pages = PdfFileReader(io.BytesIO(pdf), strict=False).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


class CertificadoCase(CarteraCase):
    """Invoices of 600,000 and 400,000 are overdue 60 and 30 days; `cls.gestor` prepares, `cls.tesorero` signs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.politica.interest_regime = "civil"
        cls.gestor, cls.tesorero = cls.usuario("gestor"), cls.usuario("tesorero")
        cls.facturas = cls.factura(60, 600_000) + cls.factura(30, 400_000)
        cls.Partida._actualizar(cls.company)
        cls.expediente = cls.Expediente.search([("partner_id", "=", cls.debtor.id)])
        cls.debtor.vat = "52123456"
        # Odoo's tests otherwise get HTML in the place of PDFs.
        cls.Certificado = cls.env["cartera.certificado"]
        cls.env.ref("cartera_cobro.tier_certificado_tesorero").sudo().has_comment = False

    def preparar(self, kind="debt", moves=None, user=None, **extra):
        items = self.partidas(*moves) if moves else self.Partida
        values = {
            "expediente_id": self.expediente.id,
            "kind": kind,
            "partida_ids": [Command.set(items.ids)],
            **extra,
        }
        return self.Certificado.with_user(user or self.gestor).create(values)

    def firmar(self, certificado, user=None):
        certificado.invalidate_recordset()
        certificado.with_user(user or self.tesorero).validate_tier()
        certificado.invalidate_recordset()

    def emitir(self, kind="debt", moves=None, user=None, expediente=None, pdf=False):
        Certificado = self.Certificado.with_user(user or self.tesorero).with_context(force_report_rendering=pdf)
        return Certificado._emitir(expediente or self.expediente, kind, self.partidas(*moves) if moves else None)

    def reclamar(self, item, amount):
        """A claim, filed, over `amount` of an item."""
        claim = self.env["cartera.reclamacion"].sudo().create(
            {
                "expediente_id": self.expediente.id,
                "subject": "Consumo",
                "text": "No es mío",
                "user_id": self.tesorero.id,
                "linea_ids": [Command.create({"partida_id": item.id, "amount_disputed": amount})],
            }
        )
        claim.action_file()
        return claim

    def pagar_todo(self):
        self.pagar(self.facturas[0])
        self.pagar(self.facturas[1])


@tagged("post_install", "-at_install")
class TestCertificado(CertificadoCase):
    # --- a certificate of debt ------------------------------------------------------------------------------------

    def test_the_treasurer_signs_what_the_officer_prepared_and_it_takes_its_number(self):
        certificado = self.preparar(requested_by="Oficina Asesora Jurídica", request_ref="Memorando 12")
        # 6% a year on 600,000 for 60 days and on 400,000 for 30.
        self.assertEqual((certificado.amount_capital, certificado.amount_interest), (1_000_000, 5917.81 + 1972.60))
        with self.assertRaisesRegex(UserError, "needs signatures"):
            certificado.action_issue()
        certificado.action_request()
        self.assertRecordValues(certificado, [{"state": "approval", "number": False, "code": False}])
        with self.assertRaisesRegex(UserError, "somebody else has to sign"):
            certificado._validate_tier()
        # Signed the next day: interest runs until then.
        with freeze_time("2026-07-16 17:00:00"):
            self.firmar(certificado)
        self.assertRecordValues(
            certificado,
            [{"state": "issued", "number": "2026-00001", "date": date(2026, 7, 16), "debtor_vat": "52123456"}],
        )
        self.assertAlmostEqual(certificado.amount_interest, 6016.44 + 2038.36, 2)
        self.assertRegex(certificado.code, r"^([2-9B-DF-HJKMNP-TV-Z]{4}-){2}[2-9B-DF-HJKMNP-TV-Z]{4}$")
        kept = certificado.sudo().pdf_id
        self.assertEqual(certificado.pdf_sha256, hashlib.sha256(kept.raw).hexdigest())
        self.assertIn(kept, self.expediente.message_ids.attachment_ids)

    def test_for_another_room_a_signer_issues_at_once_and_nobody_else(self):
        self.assertEqual(self.emitir(user=self.tesorero).state, "issued")
        for user in (self.gestor, self.env.ref("base.user_root")):
            certificado = self.emitir(user=user)
            self.assertRecordValues(certificado, [{"state": "approval", "number": False, "pdf_id": False}])
        self.firmar(certificado)
        self.assertEqual((certificado.state, certificado.number), ("issued", "2026-00002"))

    def test_what_changed_after_it_was_asked_for_is_not_signed(self):
        certificado = self.preparar()
        certificado.action_request()
        self.pagar(self.facturas[0], 100_000)
        with self.assertRaisesRegex(UserError, "changed since its signatures were asked for"):
            self.firmar(certificado)
        certificado.with_user(self.gestor).restart_validation()
        certificado.with_user(self.gestor).action_request()
        self.firmar(certificado)
        self.assertEqual(certificado.amount_capital, 900_000)

    def test_it_is_refused_where_nothing_is_owed_or_demandable_and_says_which(self):
        paid, young = self.facturas[1], self.factura(-10, 50_000)
        self.pagar(paid)
        for moves, sentence in ((paid, "Nothing is owed of %s"), (young, "%s is due on")):
            with self.assertRaisesRegex(UserError, re.escape(sentence % moves.name)):
                self.preparar(moves=moves)
        # Asked for everything, what is not due is left out, and shows.
        certificado = self.preparar()
        self.assertEqual(certificado.amount_capital, 600_000)
        self.assertEqual(certificado.linea_ids.filtered("excluded").name, young.name)
        self.pagar(self.facturas[0])
        with self.assertRaisesRegex(UserError, f"{young.name} is due on"):
            self.preparar()
        self.pagar(young)
        with self.assertRaisesRegex(UserError, "owes nothing"):
            self.preparar()

    def test_what_is_disputed_is_not_certified(self):
        items = self.partidas(*self.facturas)
        self.reclamar(items[0], 600_000)
        certificado = self.preparar()
        self.assertEqual(
            (certificado.amount_capital, certificado.linea_ids.mapped("excluded")), (400_000, ["claim", False])
        )
        claim = self.reclamar(items[1], 100_000)
        certificado.action_refresh()
        self.assertEqual(certificado.linea_ids.mapped("disputed"), [600_000, 100_000])
        claim.action_withdraw("Juana", "Se equivocó de valor")
        self.reclamar(items[1], 400_000)
        with self.assertRaisesRegex(UserError, "is disputed by"):
            certificado.action_refresh()

    def test_a_missing_rate_names_the_day(self):
        self.politica.interest_regime = "commercial"
        self.env["cartera.parametro"].sudo().search([("code", "=", "ibc")]).unlink()
        with self.assertRaisesRegex(UserError, r"cannot be liquidated\. .*05/17/2026"):
            self.preparar()

    def test_without_a_tier_nobody_signs_a_debt(self):
        self.env.ref("cartera_cobro.tier_certificado_tesorero").sudo().active = False
        for act in (self.emitir, lambda: self.preparar().action_request()):
            with self.assertRaisesRegex(UserError, "Nobody is named to sign"):
                act()

    # --- a paz y salvo --------------------------------------------------------------------------------------------

    def test_paz_y_salvo_of_an_item_or_of_everything(self):
        self.pagar(self.facturas[0])
        with self.assertRaisesRegex(UserError, f"400.*is owed of {self.facturas[1].name}"):
            self.preparar("paid")
        one = self.preparar("paid", self.facturas[0])
        one.action_issue()
        self.assertEqual(one.linea_ids.mapped("name"), [self.facturas[0].name])
        self.pagar(self.facturas[1], 399_999)
        with self.assertRaisesRegex(UserError, self.facturas[1].name):
            self.preparar("paid", self.facturas[1])
        self.pagar(self.facturas[1])
        whole = self.preparar("paid")
        whole.action_issue()
        self.assertEqual((whole.number, whole.amount_total, len(whole.linea_ids)), ("2026-00002", 0, 2))

    def test_it_says_that_it_is_withdrawn_from_the_bulletin(self):
        self.pagar(self.facturas[0])
        reporte = self.env["cartera.boletin.reporte"].sudo().create(
            {"company_id": self.company.id, "expediente_id": self.expediente.id, "date_since": HOY,
             "move_id": self.facturas[0].id}
        )  # fmt: skip
        certificado = self.preparar("paid", self.facturas[0]).sudo()
        self.assertRegex(certificado._constancias()[0], "presentará de inmediato el retiro del Boletín")
        reporte.date_withdrawn = date(2026, 7, 14)
        self.assertRegex(certificado._constancias()[0], "se presentó el 14 de julio de 2026")
        reporte.move_id = self.facturas[1]
        self.assertEqual(certificado._constancias(), [])

    def test_a_payment_sent_back_to_draft_and_an_entry_taken_back_paid_nothing(self):
        payment = self.pagar(self.facturas[0])
        draft = self.preparar("paid", self.facturas[0])
        payment.move_id.button_draft()
        for act in (lambda: self.preparar("paid", self.facturas[0]), draft.action_issue):
            with self.assertRaisesRegex(UserError, "is not posted"):
                act()
        self.facturas[1].button_draft()
        with self.assertRaisesRegex(UserError, "was not paid: its entry is no longer in the ledger"):
            self.preparar("paid", self.facturas[1])

    # --- an account statement -------------------------------------------------------------------------------------

    def test_a_statement_says_everything_owed_due_or_not_and_the_credits(self):
        self.factura(-10, 50_000)
        self.factura(5, 70_000, move_type="out_refund")
        certificado = self.preparar("statement", user=self.usuario("ventanilla"))
        certificado.action_issue()
        self.assertEqual((certificado.amount_capital, certificado.amount_credit), (1_050_000, 70_000))

    # --- numbers, and what is taken back --------------------------------------------------------------------------

    def test_each_kind_has_its_numbers_and_the_year_starts_again(self):
        numbers = [self.emitir().number, self.emitir("statement").number, self.emitir("statement").number]
        with freeze_time("2027-01-02 17:00:00"):
            numbers.append(self.emitir("statement").number)
        self.assertEqual(numbers, ["2026-00001", "2026-00001", "2026-00002", "2027-00001"])

    def test_a_coordinator_revokes_it_with_the_reason_and_names_what_takes_its_place(self):
        old, new = self.emitir(), self.emitir()
        with self.assertRaises(AccessError):
            old.with_user(self.gestor).action_revoke("Error")
        as_head = old.with_user(self.tesorero)
        with self.assertRaisesRegex(UserError, "Say why"):
            as_head.action_revoke(" ")
        with self.assertRaisesRegex(UserError, "same debtor and kind"):
            as_head.action_revoke("Error", old)
        as_head.action_revoke("Error en la liquidación", new)
        self.assertRecordValues(old, [{"state": "revoked", "revoked_on": HOY, "replaced_by_id": new.id}])
        with self.assertRaisesRegex(UserError, "is Revoked"):
            as_head.action_revoke("Otra vez")
        for certificado in (old, new):
            with self.assertRaisesRegex(UserError, "Only drafts are deleted"):
                certificado.sudo().unlink()

    # --- asked for at the dossier ---------------------------------------------------------------------------------

    def pedir(self, user):
        """The dialog of the dossier, as the user sees it."""
        context = {"active_model": "cartera.expediente", "active_id": self.expediente.id}
        return Form(self.env["cartera.certificado.emitir"].with_user(user).with_context(**context))

    def test_the_dialog_says_what_it_would_certify_or_why_not(self):
        dialog = self.pedir(self.gestor)
        self.assertEqual((dialog.kind, dialog.amount_total, dialog.problem), ("statement", 1_007_890.41, False))
        dialog.kind = "paid"
        self.assertIn(f"is owed of {self.facturas[0].name}", dialog.problem)
        dialog.kind = "debt"
        dialog.partida_ids.add(self.partidas(self.facturas[1]))
        self.assertEqual((dialog.item_count, dialog.amount_capital), (1, 400_000))
        counter = self.pedir(self.usuario("ventanilla"))
        counter.kind = "debt"
        self.assertIn("ask one of them", counter.problem)
        with self.assertRaisesRegex(UserError, "ask one of them"):
            counter.save().action_apply()
        counter.kind = "statement"
        counter.purpose = "Trámite bancario"
        issued = self.Certificado.browse(counter.save().action_apply()["res_id"])
        self.assertRecordValues(issued, [{"state": "issued", "purpose": "Trámite bancario"}])
        self.pagar_todo()
        self.assertEqual(self.pedir(self.gestor).kind, "paid")

    # --- who ------------------------------------------------------------------------------------------------------

    def test_who_prepares_what(self):
        own = self.preparar()
        own.unlink()
        for role, kind in (("ventanilla", "debt"), ("auditor", "statement"), ("analista", "statement"),
                           ("director", "paid"), ("contador", "statement"), ("responsable", "statement")):  # fmt: skip
            with self.subTest(role), self.assertRaises(AccessError):
                self.preparar(kind, user=self.usuario(role))
        self.expediente.user_id = self.tesorero
        with self.assertRaises(AccessError):
            self.preparar("statement")
        self.preparar("statement", user=self.usuario("abogado"))

    def test_who_reads_it_and_who_does_not(self):
        certificado = self.emitir("statement")
        auditor = certificado.with_user(self.usuario("auditor"))
        self.assertEqual(auditor.linea_ids.mapped("capital"), [600_000, 400_000])
        with self.assertRaises(AccessError):
            auditor.purpose = "Nada"
        other = self.env["res.company"].sudo().create({"name": "Otra compañía"})
        strangers = (self.usuario("tesorero", other), self.usuario("responsable"))
        for user in strangers:
            with self.subTest(user.login):
                self.assertFalse(self.Certificado.with_user(user).search([("id", "=", certificado.id)]))
                for record in (certificado, certificado.linea_ids, certificado.sudo().pdf_id):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["company_id"])

    def test_many_obligations_take_as_many_queries_as_a_few(self):
        def consultas(kind):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leer(self.expediente, kind)
            return self.env.cr.sql_log_count - before

        consultas("statement")  # what is read once and kept
        few = {kind: consultas(kind) for kind in ("statement", "debt")}
        for days in range(6):
            self.factura(100 + days)
        self.assertEqual({kind: consultas(kind) for kind in few}, few)
        for move in self.expediente.partida_open_ids.move_id:
            self.pagar(move)
        paid = consultas("paid")
        self.pagar(self.factura(300))
        self.assertEqual(consultas("paid"), paid)

    def test_nobody_types_what_the_ledger_or_a_step_says(self):
        certificado = self.preparar("statement")
        for values in ({"number": "1"}, {"code": "X"}, {"linea_ids": [Command.clear()]}, {"proposed_by_id": False},
                       {"kind": "paid"}, {"amount_total": 0}, {"state": "issued"}):  # fmt: skip
            with self.subTest(values), self.assertRaises(UserError):
                certificado.write(values)
        with self.assertRaises(UserError):
            self.preparar("statement", code="2222-2222-2222")
        certificado.purpose = "Trámite bancario"
        certificado.action_issue()
        with self.assertRaisesRegex(UserError, "is Issued"):
            certificado.purpose = "Otro"

    def test_it_follows_the_dossier_when_debtors_are_joined(self):
        certificado = self.emitir("statement")
        target = self.debtor.copy({"name": "Juana D."})
        self.factura(5, partner=target)
        self.expediente._fusionar(self.Expediente.search([("partner_id", "=", target.id)]))
        self.assertEqual((certificado.partner_id, certificado.debtor_name), (target, "Juana Deudora"))


@tagged("post_install", "-at_install")
class TestCertificadoPapel(CastigoCase, CertificadoCase):
    """What the paper says, and that it is kept; of what was written off, too."""

    def assertDice(self, certificado, *phrases):
        said = texto(certificado.sudo().pdf_id.raw)
        for phrase in phrases:
            self.assertIn(phrase, said)

    def test_a_certificate_of_debt_says_all_that_it_must_and_is_kept(self):
        self.politica.certificate_authority = "la Ley 1066 de 2006."
        certificado = self.emitir(pdf=True)
        self.assertDice(
            certificado, "CERTIFICADO DE DEUDA N.° 2026-00001", "CERTIFICA:", "con fundamento en la Ley 1066 de 2006,",
            "Juana Deudora", "52123456", self.facturas[0].name, "$ 1.007.890,41", "clara",
            "UN MILLÓN SIETE MIL OCHOCIENTOS NOVENTA PESOS CON CUARENTA Y UN CENTAVOS M/CTE", "presta mérito ejecutivo",
            "6 % anual", self.tesorero.name, certificado.code, "/cartera/verificar", certificado._huella(),
        )  # fmt: skip
        kept = certificado.sudo().pdf_id.raw
        self.pagar_todo()
        Report = self.env["ir.actions.report"].sudo().with_context(force_report_rendering=True)
        again = Report._render_qweb_pdf("cartera_cobro.certificado", certificado.ids)[0]
        self.assertEqual(texto(again), texto(kept))
        certificado.with_user(self.gestor).action_download()
        certificado.sudo().pdf_id.raw = b"%PDF otro"
        with self.assertRaisesRegex(UserError, "somebody changed it"):
            certificado.with_user(self.gestor).action_download()

    def test_what_is_disputed_of_it_is_said_with_its_claim_and_its_day(self):
        items = self.partidas(*self.facturas)
        whole, part = self.reclamar(items[0], 600_000), self.reclamar(items[1], 100_000)
        certificado = self.emitir(pdf=True)
        self.assertEqual((certificado.amount_capital, certificado.amount_disputed), (400_000, 100_000))
        self.assertRecordValues(
            certificado.linea_ids,
            [{"reclamacion_id": whole.id, "date_disputed": HOY}, {"reclamacion_id": part.id, "date_disputed": HOY}],
        )
        today = "presentado el 15 de julio de 2026"
        self.assertDice(
            certificado, "$ 401.972,60", "En reclamo: $ 100.000", "salvo la parte que no se exige hoy, se trata de",
            f"no se exige hoy, ni con sus intereses de mora: $ 100.000 de {self.facturas[1].name} (en discusión por el "
            f"reclamo N.° {part.number}, {today}).",
            f"No se incluyen: {self.facturas[0].name} (en reclamo: reclamo N.° {whole.number}, {today}).",
        )  # fmt: skip
        with freeze_time("2026-07-16 17:00:00"):
            part.action_answer("accepted", "Tiene razón.")
            self.assertDice(
                self.emitir("statement", user=self.gestor, pdf=True),
                f"(reconocido al deudor al responder el reclamo N.° {part.number}, {today}, y por acreditar)",
            )

    def test_the_claim_is_signed_and_what_was_signed_before_lines_had_it_still_is(self):
        item = self.partidas(self.facturas[1])
        certificado = self.preparar()
        before = [item.id, item.name, item.date_due, 400_000, 0, False]
        self.assertEqual(certificado.linea_ids[1]._texto_firmado(), before)
        claim = self.reclamar(item, 100_000)
        certificado.action_refresh()
        self.assertEqual(certificado.linea_ids[1]._texto_firmado(), [*before[:4], 100_000, False, claim.number])

    def test_a_paz_y_salvo_says_how_it_was_paid(self):
        self.pagar(self.facturas[0], 200_000, payment_date=date(2026, 7, 1))
        self.pagar(self.facturas[0])
        self.pagar(self.facturas[1])
        certificado = self.emitir("paid", user=self.gestor, pdf=True)
        self.assertDice(
            certificado, "PAZ Y SALVO N.° 2026-00001", "a paz y salvo", "por todo concepto de cartera",
            "01/07/2026 · Pago", "$ 200.000", "$ 400.000", "15/07/2026", "CERO PESOS M/CTE ($ 0)", self.gestor.name,
        )  # fmt: skip

    def test_what_was_written_off_was_not_paid_until_all_of_it_is_recovered(self):
        castigo = self.castigar(self.facturas[0])
        self.pagar(self.facturas[1])
        for moves in (self.facturas[0], None):
            with self.assertRaisesRegex(
                UserError, f"{self.facturas[0].name} was written off, and .*600.*not recovered"
            ):
                self.preparar("paid", moves)
        castigo.action_recover(self.abonar(599_999).ids)
        with self.assertRaisesRegex(UserError, r"1\.00 of it was not recovered"):
            self.preparar("paid")
        castigo.action_recover(self.abonar(1).ids)
        whole = self.emitir("paid", user=self.gestor, pdf=True)
        said = texto(whole.sudo().pdf_id.raw)
        for phrase in ("recuperadas después en su totalidad: " + self.facturas[0].name, "Recuperación", "$ 599.999"):
            self.assertIn(phrase, said)
        self.assertNotIn(castigo.sudo().linea_ids.movimiento_ids[0].move_id.name, said)

    def test_a_statement_of_many_obligations(self):
        for number in range(23):
            self.factura(90 + number, 10_000 + number)
        certificado = self.emitir("statement", user=self.gestor, pdf=True)
        pages = PdfFileReader(io.BytesIO(certificado.sudo().pdf_id.raw), strict=False).pages
        self.assertDice(certificado, "ESTADO DE CUENTA N.°", f"Página {len(pages)} de {len(pages)}", "$ 10.022")
