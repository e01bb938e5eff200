"""The documents of an agreement: what the PDFs say, which signatures they bear, what is kept, and who is told."""

import base64
import hashlib
import io
import re
from datetime import date
from unittest.mock import patch

from odoo.addons.cartera_cobro.models.cartera_acuerdo_documento import AGREEMENT, PROPOSAL, STATEMENT
from odoo.addons.cartera_cobro.models.cartera_textos import letras, pesos
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader
from PIL import Image, ImageDraw

from .common import HOY
from .test_acuerdo import FIRMA, AcuerdoCase

LETTER = (612, 792)  # points


def trazo():
    """A drawn signature (base64 PNG)."""
    image = Image.new("RGBA", (300, 100))
    ImageDraw.Draw(image).line([(10, 80), (80, 15), (120, 85), (200, 20), (290, 70)], fill="black", width=4)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def texto(pdf):
    """The words of a PDF (bytes), a space between them."""
    pages = PdfFileReader(io.BytesIO(pdf), strict=False).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


class DocumentoCase(AcuerdoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's tests otherwise get HTML in the place of PDFs.
        cls.Acuerdo = cls.Acuerdo.with_context(force_report_rendering=True)
        cls.debtor.write({"vat": "52123456", "street": "Calle 1 # 2-3", "city": "Bogotá", "email": "juana@example.com"})

    def texto(self, acuerdo, report=AGREEMENT):
        return texto(acuerdo.sudo()._pdf(report))

    def assertDice(self, text, *phrases):
        for phrase in phrases:
            self.assertIn(phrase, text)


@tagged("post_install", "-at_install")
class TestDocumentos(DocumentoCase):
    def test_amounts_in_words(self):
        cases = {
            0: "CERO PESOS M/CTE",
            1: "UN PESO M/CTE",
            21: "VEINTIÚN PESOS M/CTE",
            0.5: "CERO PESOS CON CINCUENTA CENTAVOS M/CTE",
            1000000: "UN MILLÓN DE PESOS M/CTE",
            1000000.2: "UN MILLÓN DE PESOS CON VEINTE CENTAVOS M/CTE",
            1007890.41: "UN MILLÓN SIETE MIL OCHOCIENTOS NOVENTA PESOS CON CUARENTA Y UN CENTAVOS M/CTE",
            31000000.01: "TREINTA Y UN MILLONES DE PESOS CON UN CENTAVO M/CTE",
            101021: "CIENTO UN MIL VEINTIÚN PESOS M/CTE",
        }
        for amount, words in cases.items():
            with self.subTest(amount=amount):
                self.assertEqual(letras(amount), words)

    def test_the_proposal_says_what_the_debtor_needs_to_decide(self):
        acuerdo = self.proponer(down_payment=100_000, down_date=date(2026, 7, 25))
        said = self.texto(acuerdo, PROPOSAL)
        self.assertDice(
            said, "PROPUESTA DE PAGO N.° 2026-00001", "Juana Deudora", "52123456", self.facturas[0].name,
            "UN MILLÓN SIETE MIL OCHOCIENTOS NOVENTA PESOS CON CUARENTA Y UN CENTAVOS M/CTE", "$ 1.007.890,41",
            "Cuota inicial. CIEN MIL PESOS M/CTE", "4 de 4", "15/11/2026", "se mantiene hasta el 25 de julio de 2026",
            "Para aceptarla", "usted firma de último",
        )  # fmt: skip

    def test_the_agreement_says_all_that_it_must(self):
        self.politica.agreement_forgive_percent = 100
        acuerdo = self.por_firmar(
            annual_rate=12, amount_forgiven=7000.25, forgiven_authority="Acuerdo 12 de 2025",
            down_payment=200_000, down_date=HOY,
        )  # fmt: skip
        said = self.texto(acuerdo)
        total = acuerdo.amount_total
        self.assertDice(
            said, "ACUERDO DE PAGO N.° 2026-00001", "Acreedor", "Antecedentes", "Reconocimiento de la deuda",
            letras(total), "Liquidación", "condonados, con fundamento en Acuerdo 12 de 2025", "7.000,25",
            "DOSCIENTOS MIL PESOS M/CTE", "Cuatro (4) cuotas mensuales", "12 % efectivo anual", "Garantía",
            "Imputación de los pagos", "Cláusula aceleratoria", "Interrupción de la prescripción", "No hay novación",
            "presta mérito ejecutivo", acuerdo._huella(), letras(acuerdo.amount_plan),
        )  # fmt: skip
        where = [said.rindex(name) for name in (self.tesorero.name, self.director.name, "EL DEUDOR: Juana Deudora")]
        self.assertEqual(where, sorted(where), "in the order of signing, the debtor last")
        self.assertNotIn("en trámite", said)

    def test_only_signatures_under_the_present_text_show(self):
        acuerdo = self.por_firmar()
        acuerdo.action_reopen()
        acuerdo.count = 6
        self.proponer(acuerdo)
        said = self.texto(acuerdo)
        self.assertNotIn(self.tesorero.name, said)
        self.assertIn("en trámite", said)

    def test_a_commitment_is_called_so(self):
        said = self.texto(self.por_firmar(count=1))
        self.assertDice(said, "COMPROMISO DE PAGO N.°", "Pago único.", "presente compromiso")

    def test_pages_of_letter_size_numbered_with_one_ten_and_sixty_instalments(self):
        for count in (1, 10, 60):
            with self.subTest(count=count):
                acuerdo = self.acuerdo(count=count)
                for report in (PROPOSAL, AGREEMENT, STATEMENT):
                    pdf = acuerdo.sudo()._pdf(report)
                    pages = PdfFileReader(io.BytesIO(pdf), strict=False).pages
                    sizes = {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages}
                    self.assertEqual(sizes, {LETTER})
                    said = texto(pdf)
                    self.assertIn(f"Página {len(pages)} de {len(pages)}", said)
                    for cuota in acuerdo.cuota_ids:
                        self.assertIn(f"{cuota.number} de {count} {cuota.date_due:%d/%m/%Y}", said)

    def test_long_clauses_stay_whole(self):
        clauses = "".join(f"<p>Cláusula {n}. {'Texto largo de la cláusula. ' * 30}</p>" for n in range(1, 41))
        said = self.texto(self.acuerdo(clauses=clauses))
        for number in range(1, 41):
            self.assertIn(f"Cláusula {number}.", said)

    def test_the_statement_says_what_was_paid_what_is_next_and_what_is_missed(self):
        acuerdo = self.vigente()
        self.pagar(self.facturas[0], 300_000)
        said = self.texto(acuerdo, STATEMENT)
        self.assertDice(
            said, "ESTADO DEL ACUERDO", "300.000", "Pagada en parte", "Próximo pago", "15 de septiembre de 2026"
        )
        acuerdo.cuota_ids[1].sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE cartera_acuerdo_cuota SET state = 'missed' WHERE id = %s", [acuerdo.cuota_ids[1].id]
        )
        self.env.invalidate_all()
        self.assertDice(self.texto(acuerdo, STATEMENT), "Cuotas vencidas: 1", "Vencida")

    def test_the_statement_of_a_broken_one_says_until_when_and_what_is_owed_today(self):
        self.politica.agreement_rate = 12
        acuerdo = self.vigente()
        self.pagar(self.facturas[0], 200_000)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE cartera_acuerdo_cuota SET state = 'missed' WHERE id = %s", [acuerdo.cuota_ids[1].id]
        )
        self.env.invalidate_all()
        acuerdo.with_user(self.tesorero).action_breach("Dos cuotas")
        self.pagar(self.facturas[0], 300_000)
        self.env.invalidate_all()
        self.assertRecordValues(acuerdo, [{"amount_paid": 200_000, "amount_owed": 500_000}])
        self.assertLess(acuerdo.amount_accelerated, acuerdo.amount_due, "no financing of months that will not run")
        said, page = self.texto(acuerdo, STATEMENT), acuerdo._pagina()
        self.assertDice(
            said, "Pagado hasta el 15/07/2026", "Exigible al 15/07/2026", pesos(acuerdo.amount_accelerated),
            "500.000 Saldo de hoy",
        )  # fmt: skip
        self.assertNotIn("Póngase al día", said)
        self.assertEqual((page["paid"], page["owed"], page["accelerated"]),
                         (200_000, 500_000, acuerdo.amount_accelerated))  # fmt: skip
        acuerdo.with_user(self.tesorero).action_cure("Se puso al día")
        self.assertIn("Al día desde el 15 de julio de 2026", self.texto(acuerdo, STATEMENT))

    def test_in_force_the_signed_pdf_is_kept_once(self):
        acuerdo = self.por_firmar()
        acuerdo._firmar_deudor("Juana Deudora", signature=trazo())
        kept = acuerdo.pdf_id
        self.assertEqual(kept, acuerdo.document_id)
        self.assertEqual(acuerdo.pdf_sha256, hashlib.sha256(kept.raw).hexdigest())
        said = texto(kept.raw)
        self.assertDice(
            said, self.tesorero.name, self.director.name, "EL DEUDOR: Juana Deudora", "Firmado electrónicamente"
        )
        images = [i for page in PdfFileReader(io.BytesIO(kept.raw), strict=False).pages for i in page.images]
        self.assertTrue(images, "the debtor's drawn signature")
        self.assertIn(kept, self.expediente.message_ids.attachment_ids)
        self.company.sudo().name = "Otro nombre"
        printed = acuerdo.with_user(self.gestor)
        again = printed.env["ir.actions.report"]._render_qweb_pdf(AGREEMENT, printed.ids)[0]
        self.assertEqual(texto(again), said, "printed from what was kept")

    def test_a_copy_signed_by_hand_is_what_holds(self):
        acuerdo = self.por_firmar()
        scan = acuerdo.sudo()._pdf(PROPOSAL)
        wizard = acuerdo.env["cartera.acuerdo.copia"].with_context(active_id=acuerdo.id)
        wizard.create({"file": base64.b64encode(scan), "file_name": "firmado.pdf"}).action_apply()
        self.assertEqual((acuerdo.state, acuerdo.debtor_signed_by), ("active", "Juana Deudora"))
        self.assertEqual(acuerdo.pdf_id.raw, scan)
        self.assertEqual(acuerdo.pdf_sha256, hashlib.sha256(scan).hexdigest())
        self.assertEqual((acuerdo.pdf_id.res_model, acuerdo.pdf_id.res_id), ("cartera.acuerdo", acuerdo.id))
        self.assertIn("Firmado en papel", texto(acuerdo.document_id.raw))

    def test_a_copy_is_a_pdf_or_a_photo(self):
        acuerdo = self.por_firmar()
        wizard = acuerdo.env["cartera.acuerdo.copia"].with_context(active_id=acuerdo.id)
        with self.assertRaisesRegex(UserError, "PDF, JPG or PNG"):
            wizard.create({"file": base64.b64encode(b"hola"), "file_name": "nota.txt"}).action_apply()
        self.assertEqual(acuerdo.state, "signed")

    def test_accepted_by_mail_with_its_evidence(self):
        acuerdo = self.proponer()
        wizard = acuerdo.env["cartera.acuerdo.aceptar"].with_context(active_id=acuerdo.id)
        wizard.create(
            {"channel": "email", "note": "Correo del 12", "file": base64.b64encode(b"eml"), "file_name": "m.eml"}
        ).action_apply()
        self.assertRecordValues(acuerdo, [{"accepted_by": "Juana Deudora", "accepted_channel": "email"}])
        message = acuerdo.message_ids[0]
        self.assertIn("Correo del 12", message.body)
        self.assertEqual(message.attachment_ids.name, "m.eml")
        with self.assertRaises(AccessError):
            self.env["cartera.acuerdo.aceptar"].with_user(self.usuario("auditor")).create({"acuerdo_id": acuerdo.id})

    # --- mails ----------------------------------------------------------------------------------------------------

    def correos(self, acuerdo):
        return self.env["mail.mail"].sudo().search(
            [("model", "=", "cartera.acuerdo"), ("res_id", "=", acuerdo.id)], order="id"
        )  # fmt: skip

    def gestiones(self):
        return self.env["cartera.gestion"].sudo().search([("expediente_id", "=", self.expediente.id)], order="id")

    def test_the_proposal_goes_by_mail_with_the_link_and_is_logged(self):
        acuerdo = self.proponer()
        acuerdo.action_send_proposal()
        mail = self.correos(acuerdo)
        self.assertEqual(mail.recipient_ids, self.debtor)
        self.assertIn("Propuesta de pago N.° 2026-00001", mail.subject)
        token = re.search(r"/cartera/acuerdo/([\w-]+)", mail.body_html)[1]
        self.assertEqual(self.Acuerdo._de_enlace(token).id, acuerdo.id)
        self.assertIn("PROPUESTA DE PAGO", texto(mail.attachment_ids.raw))
        self.assertNotIn(token, "".join(acuerdo.message_ids.mapped("body")), "the chatter has no link to sign with")
        self.assertRecordValues(
            self.gestiones(),
            [{"purpose": "information", "channel": "email", "result": "sent", "address": "juana@example.com",
              "verdict": "OK", "direct": False}],
        )  # fmt: skip

    def test_without_an_address_nothing_goes(self):
        self.debtor.email = False
        acuerdo = self.proponer()
        with self.assertRaisesRegex(UserError, "has no e-mail"):
            acuerdo.action_send_proposal()
        acuerdo = self.por_firmar_esta(acuerdo)
        self.assertEqual(acuerdo.state, "signed")
        self.assertFalse(self.correos(acuerdo))
        self.assertIn("has no e-mail", "".join(acuerdo.message_ids.mapped("body")))

    def por_firmar_esta(self, acuerdo):
        acuerdo._aceptar("in_person", "Juana Deudora")
        acuerdo.action_request()
        self.firmar(acuerdo, self.tesorero)
        self.firmar(acuerdo, self.director)
        return acuerdo

    def test_signed_by_our_side_the_debtor_gets_the_link_and_in_force_the_copy(self):
        acuerdo = self.por_firmar()
        [to_sign] = self.correos(acuerdo)
        self.assertIn("Falta su firma", to_sign.subject)
        self.assertIn("/cartera/acuerdo/", to_sign.body_html)
        acuerdo._firmar_deudor("Juana Deudora", signature=FIRMA)
        copy = self.correos(acuerdo)[-1]
        self.assertIn("firmado y vigente", copy.subject)
        self.assertEqual(copy.attachment_ids, acuerdo.pdf_id)
        self.assertEqual(set(self.gestiones().mapped("purpose")), {"information"})

    def test_a_mail_that_fails_does_not_keep_it_from_being_signed(self):
        broken = patch.object(type(self.Acuerdo), "_escribir_al_deudor", side_effect=ValueError("roto"))
        with broken, self.assertLogs("odoo.addons.cartera_cobro.models.cartera_acuerdo_correo", "ERROR"):
            acuerdo = self.por_firmar()
        self.assertEqual(acuerdo.state, "signed")
        self.assertIn("roto", "".join(acuerdo.message_ids.mapped("body")))

    # --- clauses --------------------------------------------------------------------------------------------------

    def test_each_ready_policy_has_its_clauses(self):
        common = ("Objeto", "Reconocimiento", "Imputación", "Financiación", "aceleratoria", "incumplimiento",
                  "Notificaciones", "novación", "Mérito ejecutivo")  # fmt: skip
        own = {
            "autoridad": ("artículo 804", "artículo 818", "Boletín de Deudores Morosos", "coactivo"),
            "fondo": ("artículo 1653", "2539", "Boletín de Deudores Morosos", "jurisdicción ordinaria"),
            "acueducto": ("artículo 1653", "2539", "Boletín de Deudores Morosos", "Ley 142 de 1994"),
            "caja": ("artículo 1653", "2539", "Ley 45 de 1990"),
            "servicios": ("artículo 1653", "2539", "Ley 45 de 1990"),
        }
        for name, phrases in own.items():
            politica = self.env.ref(f"cartera_cobro.politica_{name}").sudo()
            for phrase in common + phrases:
                with self.subTest(politica=name, phrase=phrase):
                    self.assertIn(phrase, politica.agreement_clauses)
            order = "proporcional" if politica.allocation_order == "proportional" else "primero a intereses"
            self.assertIn(order, politica.agreement_clauses)
            if name in ("caja", "servicios"):
                self.assertNotIn("Morosos del Estado", politica.agreement_clauses)
        self.assertEqual(self.env.ref("cartera_cobro.politica_fondo").sudo().agreement_signers, "legal")

    def test_a_draft_starts_with_the_clauses_of_its_policy(self):
        self.assertEqual(self.acuerdo().clauses, self.politica.agreement_clauses)
        self.assertEqual(self.acuerdo(first_date=date(2026, 9, 1), clauses="<p>Otra</p>").clauses, "<p>Otra</p>")
