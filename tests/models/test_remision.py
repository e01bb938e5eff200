"""Referrals: what they have to have, sent with their file, received, returned, closed; lists that leave them out."""

import base64
import hashlib
import io
import zipfile
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command
from odoo.addons.cartera_cobro.models.cartera_castigo_revision import avisos_del_castigo
from odoo.addons.cartera_cobro.models.cartera_cola import Cola
from odoo.addons.cartera_cobro.models.cartera_envio import Envio
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import HOY
from .test_acuerdo import FIRMA, AcuerdoCase
from .test_acuerdo_documentos import texto
from .test_castigo import CastigoCase

PATH = "odoo.addons.cartera_cobro.models.cartera_remision_carpeta.CarteraRemision"


def falso(remision, report, data=None):
    """In the place of a PDF, which has tests of its own."""
    return f"%PDF {report} {remision.id}".encode()


class RemisionCase(AcuerdoCase):
    """Invoices of 600,000 (60 days) and 400,000 (30 days) that the buyer accepted, and all else that is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.papel = patch(f"{PATH}._papel", falso)
        cls.facturas_falsas = patch(f"{PATH}._piezas_facturas", lambda self: iter(()))
        for patched in (cls.papel, cls.facturas_falsas):
            patched.start()
            cls.addClassCleanup(patched.stop)
        cls.abogado, cls.auditor = cls.usuario("abogado"), cls.usuario("auditor")
        cls.abogado.email = "abogado@example.com"
        cls.company.email = "cartera@example.com"
        cls.debtor.write({"vat": "52123456", "street": "Calle 1 # 2-3", "city": "Bogotá"})
        cls.debtor.sudo().cartera_address_date = HOY
        cls.legal = cls.politica.etapa_ids.filtered(lambda e: e.kind == "legal")
        cls.legal.write({"attempts_min": 0, "rounds_min": 0, "letters_min": 0})
        cls.politica.referral_signed = False
        for move in cls.facturas.sudo():
            move.cartera_received_date = move.invoice_date
        cls.Remision = cls.env["cartera.remision"]
        cls.agencia = cls.env["res.partner"].create(
            {"name": "Cobranzas S.A.S.", "is_company": True, "email": "agencia@example.com"}
        )

    @classmethod
    def borrador(cls, user=None, expediente=None, partidas=None, **vals):
        Remision = cls.Remision.with_user(user or cls.gestor)
        expediente = (expediente or cls.expediente).with_user(user or cls.gestor)
        return Remision._preparar(expediente, partidas, **vals)

    def enviada(self, **vals):
        remision = self.borrador(**vals)
        remision.action_send()
        return remision

    def recibida(self, **vals):
        remision = self.enviada(**vals)
        remision.with_user(self.abogado)._recibir("Abogado", HOY)
        return remision

    def assertRefuses(self, pattern, act, *args, **kwargs):
        with self.assertRaisesRegex((UserError, ValidationError, AccessError), pattern), self.cr.savepoint():
            act(*args, **kwargs)
        self.env.invalidate_all()

    def nombres(self, remision):
        with zipfile.ZipFile(io.BytesIO(remision.sudo().carpeta_id.raw)) as folder:
            return folder.namelist()


@tagged("post_install", "-at_install")
class TestRemision(RemisionCase):
    def test_the_whole_way_to_the_lawyer(self):
        remision = self.borrador()
        self.assertRecordValues(
            remision,
            [
                {
                    "destination": "legal",
                    "etapa_id": self.legal.id,
                    "abogado_id": self.abogado.id,
                    "date": HOY,
                    "amount_capital": 1_000_000,
                    "amount_interest": 5917.81 + 1972.60,
                    "is_missing": False,
                }
            ],
        )
        remision.action_send()
        items = self.partidas(*self.facturas)
        self.assertRecordValues(
            items, [{"etapa_id": self.legal.id, "etapa_reason": "referral", "remision_id": remision.id}] * 2
        )
        self.assertRecordValues(remision, [{"state": "sent", "number": "2026-00001", "sent_by_id": self.gestor.id}])
        self.assertEqual(items.cambio_ids[:1].document, remision)
        self.assertIn("2026-00001", items[0].stage_explanation)
        # The night leaves it there, and it goes on ageing.
        with freeze_time("2026-09-30 17:00:00"):
            self.actualizar()
            self.env.invalidate_all()
            self.assertEqual(set(items.mapped("etapa_reason")), {"referral"})
            self.assertEqual(items.etapa_id, self.legal)
        remision.with_user(self.abogado)._recibir("Laura Abogada", HOY, "RAD-77")
        self.assertRecordValues(
            remision, [{"state": "received", "received_by": "Laura Abogada", "filing_number": "RAD-77"}]
        )
        self.assertIn("2026-00001", remision.expediente_id.message_ids.mapped("body")[0] + str(remision.display_name))

    def test_each_missing_piece_is_named_before_and_in_the_refusal(self):
        self.legal.write({"attempts_min": 3, "rounds_min": 2, "letters_min": 1})
        self.politica.referral_papers = True
        self.facturas[0].sudo().cartera_received_date = False
        self.facturas[1].sudo().cartera_received_date = HOY - timedelta(days=1)
        self.debtor.sudo().cartera_address_date = False
        self.env["cartera.documento.tipo"].sudo().create(
            {"name": "Contrato X", "code": "x", "politica_id": self.politica.id, "applies_to": "dossier"}
        )
        late = self.factura(1200, 10_000)
        late.sudo().cartera_accepted_date = late.invoice_date
        remision = self.borrador(abogado_id=False)
        asked = {
            "Choose the lawyer",
            f"The acceptance of {self.facturas[0].name} is missing",
            f"{self.facturas[1].name} may still be claimed until",
            "needs 2 rounds of 3 attempts, and 0 are complete",
            "needs 1 letters with their receipt, and there are 0",
            "The address of Juana Deudora was not confirmed",
            "Contrato X",
            f"{late.name} prescribed on",
        }
        self.assertTrue(remision.is_missing)
        with self.assertRaises(UserError) as refusal:
            remision.action_send()
        for sentence in asked:
            self.assertIn(sentence, str(refusal.exception))
            self.assertIn(sentence, remision.checklist)
        self.assertEqual((remision.state, remision.number), ("draft", False))
        self.assertFalse(self.partidas(*self.facturas).remision_id)
        # A coordinator says where older evidence is kept; officers do not.
        self.assertRefuses("Only a coordinator says", remision.write, {"evidence_note": "Carpeta 114"})
        remision.with_user(self.tesorero).write({"evidence_note": "Carpeta 114", "prescription_note": "Renunció"})
        self.assertNotIn("rounds of 3", remision.checklist)
        self.assertNotIn("prescribed on", remision.checklist)

    def test_items_that_are_not_to_be_referred(self):
        Reclamacion = self.env["cartera.reclamacion"].sudo()
        items = self.partidas(*self.facturas)
        remision = self.borrador()
        items[0].hold_reason = "claim"
        self.assertRefuses("on hold .Claim or appeal.", remision.action_send)
        items[0].hold_reason = False
        self.assertFalse(Reclamacion.search([("expediente_id", "=", self.expediente.id)]))
        self.pagar(self.facturas[1])
        self.assertRefuses(f"Nothing is owed of {self.facturas[1].name}", remision.action_send)
        remision.linea_ids[1].unlink()
        remision.action_send()
        again = self.borrador(partidas=items[0])
        self.assertRefuses("was referred already: Referral 2026-00001", again.action_send)
        self.assertRefuses("has nothing overdue to refer", self.borrador)

    def test_an_agreement_in_force_is_not_referred_and_a_broken_one_is_evidence_by_itself(self):
        self.legal.write({"attempts_min": 3, "rounds_min": 2, "letters_min": 1})
        acuerdo = self.vigente()
        remision = self.borrador(partidas=self.partidas(*self.facturas))
        self.assertRefuses("is under Payment Agreement 2026-00001", remision.action_send)
        self.assertRefuses("is not broken", acuerdo.action_refer)
        remision.unlink()
        acuerdo.with_user(self.tesorero).action_breach("Dos cuotas")
        action = acuerdo.action_refer()
        remision = self.Remision.with_user(self.gestor).browse(action["res_id"])
        self.assertEqual(acuerdo.action_refer()["res_id"], remision.id, "one draft of a breach")
        self.assertFalse(remision.is_missing, remision.checklist)
        # The policy may ask for rounds and letters all the same.
        self.politica.referral_breach = False
        remision.invalidate_recordset()
        self.assertTrue(remision.is_missing)
        self.politica.referral_breach = True
        acuerdo.with_user(self.tesorero).action_cure("Pagó")
        self.assertRefuses("is not broken any more", remision.action_send)

    def test_the_debt_is_read_again_as_it_is_sent(self):
        remision = self.borrador()
        self.pagar(self.facturas[0], 100_000)
        remision.action_send()
        self.assertEqual(remision.amount_capital, 900_000)
        self.assertTrue(remision.message_ids.filtered(lambda m: "Liquidated again" in m.body))
        self.pagar(self.facturas[0], 50_000)
        self.assertRecordValues(
            remision, [{"amount_capital": 900_000, "amount_residual": 850_000, "amount_collected": 50_000}]
        )
        self.assertRefuses("Draft", remision.action_liquidate)
        self.assertRefuses("fixed once it is sent", remision.linea_ids[0].unlink)
        self.assertRefuses("what was referred is fixed", remision.write, {"note": "Otra"})
        self.assertRefuses("Only a coordinator gives a case", remision.write, {"abogado_id": False})
        self.assertRefuses("by its buttons", remision.write, {"number": "9"})
        self.assertRefuses("is kept", remision.unlink)

    def test_receipt_return_and_close_each_at_its_time(self):
        remision = self.borrador()
        mine = remision.with_user(self.abogado)
        self.assertRefuses("is Draft", mine._recibir, "Laura", HOY)
        remision.action_send()
        self.assertRefuses("Say who received", mine._recibir, " ", HOY)
        self.assertRefuses("cannot be before", mine._recibir, "Laura", HOY - timedelta(days=1))
        self.assertRefuses("not after today", mine._recibir, "Laura", HOY + timedelta(days=1))
        self.assertRefuses("filing number or the stamped copy", remision._recibir, "Laura", HOY)
        self.assertRefuses("Choose why", mine._devolver, False)
        self.assertRefuses("which other reason", mine._devolver, "other")
        self.assertRefuses("Only the lawyer", remision._devolver, "evidence")
        self.assertRefuses("is still owed", mine._cerrar, "paid")
        self.assertRefuses("under an agreement in force", mine._cerrar, "agreement")
        self.assertRefuses("Name the ruling", mine._cerrar, "ruling")
        mine._devolver("evidence", "Falta la guía de la carta")
        items = self.partidas(*self.facturas)
        self.assertEqual([p.etapa_id.code for p in items], [self.por_edad(60), self.por_edad(30)])
        self.assertFalse(items.remision_id)
        self.assertIn("Falta la guía", items[0].cambio_ids[:1].note)
        self.assertEqual(self.actualizar()["moved"], 0, "age asks for the same stages")
        self.assertRecordValues(remision, [{"state": "returned", "return_reason": "evidence"}])
        self.assertFalse(remision.activity_ids)
        self.assertEqual(self.enviada().number, "2026-00002", "what came back may be referred again")

    def por_edad(self, days):
        ladder = self.politica.etapa_ids.filtered(lambda e: e.automatic and e.days_from <= days)
        return ladder.sorted("days_from")[-1].code

    def test_paid_in_full_it_closes_by_night_and_the_lawyer_ends_the_process(self):
        remision = self.recibida()
        self.pagar(self.facturas)
        self.assertEqual(self.env["cartera.remision"]._juzgar(self.company), 1)
        self.assertRecordValues(remision, [{"state": "closed", "end_kind": "paid", "date_end": HOY}])
        self.assertRecordValues(
            remision.activity_ids,
            [{"user_id": self.abogado.id, "activity_type_id": self.tipo("terminar"), "date_deadline": HOY}],
        )
        self.assertEqual(self.env["cartera.remision"]._juzgar(self.company), 0)

    def tipo(self, name):
        return self.env.ref(f"cartera_cobro.mail_activity_type_{name}").id

    def test_an_agency_chases_and_we_do_not(self):
        self.debtor.write({"phone": "+57 310 555 0101", "email": "juana@example.com"})
        self.env["cartera.autorizacion"].sudo().create(
            [
                {"partner_id": self.debtor.id, "channel": channel, "date_from": "2026-01-01", "source": "Contrato"}
                for channel in ("call", "email")
            ]
        )
        self.assertTrue(self.expediente.in_list)
        stages = self.partidas(*self.facturas).mapped("etapa_id.code")
        self.assertRefuses("Choose the agency", self.borrador(destination="agency").action_send)
        remision = self.Remision.with_user(self.gestor).search([("state", "=", "draft")])
        remision.agent_id = self.agencia
        self.assertFalse(remision.etapa_id)
        remision.action_send()
        items = self.partidas(*self.facturas)
        self.assertEqual(items.mapped("etapa_id.code"), stages, "they stay where they were")
        self.assertEqual(set(items.mapped("etapa_reason")), {"referral"})
        self.assertFalse(self.expediente.in_list)
        self.actualizar()
        self.env.invalidate_all()
        self.assertFalse(self.expediente.in_list)
        env = self.env(user=self.gestor, context={"allowed_company_ids": self.company.ids})
        self.assertFalse(env["cartera.llamada"]._tomar(Cola(env, self.company, self.gestor)))
        letter = self.mensaje_de_cobro()
        self.assertEqual((letter.state, letter.drop_reason), ("cancelled", "referral"))
        # What falls due later is ours to chase.
        self.factura(20, 5_000)
        self.assertTrue(self.expediente.in_list)

    def mensaje_de_cobro(self):
        plantilla = self.env["cartera.plantilla"].sudo().create(
            {"name": "Aviso", "subject": "Saldo", "body_html": "<p>Hola</p>", "text": "Debe", "with_pdf": False}
        )  # fmt: skip
        letter = self.env["cartera.comunicacion"].sudo().create(
            {"expediente_id": self.expediente.id, "template_id": plantilla.id, "channel": "email"}
        )  # fmt: skip
        letter._aprobar()
        Envio(self.env, self.company).enviar(letter)
        return letter

    def test_signed_by_the_treasurer_where_the_policy_asks(self):
        self.politica.referral_signed = True
        tier = self.env.ref("cartera_cobro.tier_remision_tesorero").sudo()
        tier.has_comment = False
        remision = self.borrador()
        self.assertRefuses("is signed before it leaves", remision.action_send)
        remision.action_request()
        self.assertRefuses("signature was asked for", remision.linea_ids[0].unlink)
        self.assertRefuses("is signed before it leaves", remision.action_send)
        self.firmar(remision, self.tesorero)
        self.assertEqual(remision.state, "draft")
        remision.action_send()
        self.assertEqual((remision.state, remision.firma_ids.mapped("user_id")), ("sent", self.tesorero))

    def test_who_sees_and_who_works(self):
        other = self.usuario("analista")
        remision = self.enviada()
        self.assertEqual(self.Remision.with_user(self.abogado).search([]), remision)
        for reader in (self.auditor, other, self.director):
            self.assertTrue(remision.with_user(reader).number)
            self.assertRefuses(r"modify|write|modificar", remision.with_user(reader).write, {"court": "X"})
            self.assertRefuses(r"modify|create|crear|not allowed", self.borrador, user=reader)
            self.assertRefuses(r"modify|access|acceder", remision.with_user(reader)._recibir, "Y", HOY, "1")
        remision.sudo().abogado_id = False
        self.assertFalse(self.Remision.with_user(self.abogado).search([]), "only their own")
        remision.sudo().expediente_id.user_id = self.tesorero
        self.env.invalidate_all()
        self.assertRefuses("modify|access", remision.with_user(self.gestor).write, {"court": "X"})
        remision.with_user(self.tesorero).court = "Juzgado 1"

    def test_a_referral_and_its_lawyer_are_of_one_company(self):
        other = self.company_data_2 = self.setup_other_company()
        company = other["company"]
        company.sudo().cartera_politica_id = self.politica
        lawyer = self.usuario("abogado", company)
        self.assertRefuses("does not work in", self.borrador, abogado_id=lawyer.id)
        remision = self.enviada()
        self.assertFalse(self.Remision.with_user(self.usuario("tesorero", company)).search([]))
        stranger = self.Partida.create({"partner_id": self.debtor.id, "company_id": company.id})
        self.assertRefuses(
            "another company", self.env["cartera.remision.linea"].sudo().create,
            {"remision_id": self.borrador(partidas=self.nueva()).id, "partida_id": stranger.id},
        )  # fmt: skip
        self.assertEqual(remision.company_id, self.company)

    def test_a_dossier_that_joins_another_takes_its_cases_along(self):
        remision = self.recibida()
        event = self.env["cartera.actuacion"].with_user(self.abogado).create(
            {"remision_id": remision.id, "kind": "filing"}
        )  # fmt: skip
        heir = self.debtor.copy({"name": "Heredera"})
        self.factura(10, partner=heir)
        target = self.Expediente.search([("partner_id", "=", heir.id)])
        self.expediente._fusionar(target)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertRecordValues(remision, [{"expediente_id": target.id, "partner_id": heir.id, "state": "received"}])
        self.assertEqual((event.expediente_id, event.partner_id), (target, heir))
        self.assertEqual(target.remision_ids, remision)

    def nueva(self):
        return self.partidas(self.factura(15, 1_000))

    def test_the_file_gathers_the_dossiers_papers_once_each_with_hashes(self):
        self.facturas_falsas.stop()
        self.addCleanup(self.facturas_falsas.start)
        kept = self.env["ir.attachment"].sudo().create(
            {"name": "FV.pdf", "raw": b"%PDF factura", "res_model": "account.move", "res_id": self.facturas[0].id,
             "res_field": "invoice_pdf_report_file"}
        )  # fmt: skip
        self.facturas[0].invalidate_recordset()
        proof = self.env["ir.attachment"].sudo().create({"name": "Recibido 1.pdf", "raw": b"%PDF recibido"})
        self.facturas[0].sudo().cartera_acceptance_ids = proof
        letter = self.carta_entregada()
        acuerdo = self.roto()
        self.archivar("Contrato.pdf", b"%PDF contrato")
        self.archivar("Repetido.pdf", b"%PDF recibido")
        remision = self.enviada(acuerdo_id=acuerdo.id)
        names = self.nombres(remision)
        self.assertEqual(names[0], "00 Índice.pdf")
        self.assertEqual([name[:2] for name in names[1:]], [f"{n:02d}" for n in range(1, len(names))])
        said = " ".join(names)
        invoices = [f"Factura {move.name.replace('/', ' ')}." for move in self.facturas]
        for piece in (
            "Comunicado interno", "Liquidación", *invoices, "Recibido 1", f"Oficio {letter.number}",
            "Control de contacto", "Contrato",
        ):  # fmt: skip
            self.assertIn(piece, said)
        self.assertNotIn("Repetido", said)
        self.assertTrue(kept)
        self.assertTrue(any("acuerdo" in name.lower() for name in names), names)
        raw = remision.sudo().carpeta_id.raw
        self.assertEqual(remision.carpeta_sha256, hashlib.sha256(raw).hexdigest())

    def carta_entregada(self):
        plantilla = self.env["cartera.plantilla"].sudo().create(
            {"name": "Oficio", "kind": "first_letter", "subject": "S", "body_html": "<p>H</p>", "text": "T"}
        )  # fmt: skip
        letter = self.env["cartera.comunicacion"].sudo().create(
            {"expediente_id": self.expediente.id, "template_id": plantilla.id, "channel": "letter"}
        )  # fmt: skip
        Attachment = self.env["ir.attachment"].sudo()
        pdf, guide = (Attachment.create({"name": f"{n}.pdf", "raw": b"%PDF " + n.encode()}) for n in ("carta", "guia"))
        letter.write(
            {"state": "delivered", "number": "2026-00007", "day_sent": HOY, "pdf_id": pdf.id, "receipt_id": guide.id}
        )
        return letter

    def roto(self):
        acuerdo = self.por_firmar()
        with patch.object(type(acuerdo), "_pdf", lambda self, report: b"%PDF acuerdo"):
            acuerdo._firmar_deudor("Juana Deudora", signature=FIRMA)
        acuerdo.with_user(self.tesorero).action_breach("Dos cuotas")
        return acuerdo

    def archivar(self, name, content):
        tipo = self.env["cartera.documento.tipo"].sudo().search(
            [("politica_id", "=", self.politica.id), ("applies_to", "=", "dossier"), ("days_valid", "=", 0)], limit=1
        ) or self.env["cartera.documento.tipo"].sudo().create(
            {"name": "Contrato", "code": "c", "politica_id": self.politica.id, "applies_to": "dossier"}
        )  # fmt: skip
        tipo.several = True
        return self.env["cartera.documento"].sudo().create(
            {"expediente_id": self.expediente.id, "tipo_id": tipo.id, "file": base64.b64encode(content),
             "file_name": name}
        )  # fmt: skip

    def test_the_memo_and_the_index_say_what_was_referred(self):
        self.papel.stop()
        self.addCleanup(self.papel.start)
        remision = self.enviada(note="No atendió las llamadas.")
        memo = texto(remision.sudo().memo_id.raw)
        for phrase in ("Comunicado interno N.° 2026-00001", "Juana Deudora", "52123456", "$ 1.007.890,41",
                       "UN MILLÓN SIETE MIL OCHOCIENTOS NOVENTA PESOS", "No atendió", "Recibido",
                       "prescribe el 16 de mayo de 2029"):  # fmt: skip
            self.assertIn(phrase, memo)
        with zipfile.ZipFile(io.BytesIO(remision.sudo().carpeta_id.raw)) as folder:
            index = texto(folder.read("00 Índice.pdf"))
            first = folder.read(folder.namelist()[1])
        self.assertIn("Índice de la carpeta", index)
        self.assertIn(hashlib.sha256(first).hexdigest(), index.replace(" ", ""))
        self.assertIn("1 página", index)

    def test_the_lawyer_and_the_legal_office_get_it_by_email(self):
        office = self.env["res.partner"].create({"name": "Oficina Jurídica", "email": "juridica@example.com"})
        self.company.sudo().cartera_legal_ids = office
        remision = self.enviada(agent_id=self.agencia.id)
        mails = self.env["mail.mail"].sudo().search([("model", "=", "cartera.remision"), ("res_id", "=", remision.id)])
        self.assertEqual(mails.recipient_ids, office | self.abogado.partner_id | self.agencia)
        self.assertEqual(mails.attachment_ids, remision.sudo().carpeta_id)
        linked = mails.filtered(lambda m: "cartera-remisiones" in m.body_html)
        self.assertEqual(linked.recipient_ids, self.abogado.partner_id, "who has no user here has no link")
        self.assertIn("Remisión 2026-00001", mails[0].subject)
        self.assertEqual(remision.activity_ids.user_id, self.abogado)
        # Too large for the mail: the memo goes, and says where the rest is.
        self.facturas += self.factura(10, 1_000)
        self.facturas[-1:].sudo().cartera_accepted_date = self.facturas[-1:].invoice_date
        with patch("odoo.addons.cartera_cobro.models.cartera_remision_correo.MOST", 1):
            other = self.enviada()
        mail = self.env["mail.mail"].sudo().search([("model", "=", "cartera.remision"), ("res_id", "=", other.id)])
        self.assertEqual(mail.attachment_ids, other.sudo().memo_id)
        self.assertIn("muy grande", mail[0].body_html)

    def test_the_debt_certificate_goes_in(self):
        Certificado = type(self.env["cartera.certificado"])
        pdf = self.env["ir.attachment"].sudo().create({"name": "Certificado 1.pdf", "raw": b"%PDF certificado"})

        def emitir(self, expediente, kind, partidas=None, purpose=None):
            return self.create({"kind": kind, "expediente_id": expediente.id, "pdf_id": pdf.id, "number": "C-1"})

        with patch.object(Certificado, "_emitir", emitir):
            remision = self.enviada()
        self.assertEqual(remision.sudo().certificado_id.kind, "debt")
        self.assertTrue(any("Certificado 1" in name for name in self.nombres(remision)))

    def test_a_certificate_signed_later_follows_by_email_and_a_refused_one_stops_nothing(self):
        Certificado = type(self.env["cartera.certificado"])
        remision = self.enviada()
        certificado = remision.sudo().certificado_id
        self.assertEqual((certificado.state, bool(certificado.pdf_id)), ("approval", False))
        self.assertFalse(any("Certificado" in name for name in self.nombres(remision)))
        self.env.ref("cartera_cobro.tier_certificado_tesorero").sudo().has_comment = False
        self.firmar(certificado, self.tesorero)
        mail = self.env["mail.mail"].sudo().search([("attachment_ids", "in", certificado.pdf_id.ids)])
        self.assertEqual((certificado.state, mail.recipient_ids), ("issued", self.abogado.partner_id))

        def refused(certificados, *args, **kwargs):
            raise UserError("Nadie firma")

        remision.with_user(self.abogado)._devolver("evidence")
        with patch.object(Certificado, "_emitir", refused):
            again = self.enviada()
        self.assertEqual(again.state, "sent")
        self.assertTrue(again.message_ids.filtered(lambda m: "Nadie firma" in m.body))

    def test_three_working_days_after_receipt_or_expressly(self):
        move = self.factura(20).sudo()
        self.assertEqual(move.cartera_acceptance, "none")
        # Received on Thursday 9 July 2026; the 13th is a holiday: the third working day is Wednesday 15.
        move.cartera_received_date = "2026-07-09"
        self.assertRecordValues(move, [{"cartera_acceptance": "waiting", "cartera_tacit_date": HOY}])
        with freeze_time("2026-07-16 17:00:00"):
            move.invalidate_recordset()
            self.assertEqual(move.cartera_acceptance, "tacit")
        move.cartera_accepted_date = HOY
        self.assertEqual(move.cartera_acceptance, "express")
        self.assertRefuses("after today", move.write, {"cartera_received_date": "2026-07-16"})
        self.assertRefuses("before it was issued", move.write, {"cartera_received_date": "2026-01-01"})

    def test_the_officer_records_it_on_the_invoices_of_the_referral_only(self):
        self.facturas.sudo().cartera_received_date = False
        remision = self.borrador()
        stranger = self.factura(20)
        Wizard = self.env["cartera.aceptar.factura"].with_user(self.gestor).with_context(active_id=remision.id)
        wizard = Wizard.create({"received_date": "2026-06-20", "accepted_ref": "Guía 1"})
        self.assertEqual(wizard.move_ids, self.facturas)
        wizard.action_apply()
        self.assertEqual(set(self.facturas.sudo().mapped("cartera_acceptance")), {"tacit"})
        self.assertFalse(remision.is_missing)
        wizard.move_ids = [Command.link(stranger.id)]
        self.assertRefuses("Only invoices of this referral", wizard.action_apply)
        self.assertRefuses("Say when", Wizard.create({}).action_apply)


@tagged("post_install", "-at_install")
class TestRemisionCastigada(CastigoCase, RemisionCase):
    def test_a_write_off_pays_nothing_and_the_process_goes_on(self):
        remision = self.recibida()
        self.pagar(self.facturas[1])
        castigo = self.autorizar(self.facturas[0])
        self.assertIn(f"Referral {remision.number} goes on", "".join(avisos_del_castigo(castigo)))
        castigo.action_post()
        Remision = self.env["cartera.remision"]
        self.assertEqual(Remision._juzgar(self.company), 0)
        self.assertRecordValues(remision, [{"state": "received", "amount_collected": 400_000}])
        wizard = self.env["cartera.informe.juridico"].sudo().create({"month": HOY, "company_id": self.company.id})
        self.assertEqual([caso.collected for caso in wizard._casos()], [400_000])
        self.assertFalse(remision.activity_ids.filtered(lambda a: a.activity_type_id.id == self.tipo("terminar")))
        self.assertRefuses("was written off", remision.with_user(self.abogado)._cerrar, "paid")
        castigo.action_reverse("Se castigó por error")
        self.pagar(self.facturas[0])
        self.assertEqual(Remision._juzgar(self.company), 1)
        self.assertRecordValues(remision, [{"state": "closed", "end_kind": "paid", "amount_collected": 1_000_000}])

    def tipo(self, name):
        return self.env.ref(f"cartera_cobro.mail_activity_type_{name}").id
