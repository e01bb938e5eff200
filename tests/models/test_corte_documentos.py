"""What documents said of an item on the day of a closing."""

from datetime import date, timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged

from .common import HOY
from .test_reclamacion import ReclamacionCase
from .test_remision import RemisionCase


@tagged("post_install", "-at_install")
class TestCorteDocumentos(RemisionCase):
    """Claims, agreements and referrals of a day are those whose own dates say so, whatever became of them."""

    def linea(self, move, day):
        self.env.flush_all()
        corte = self.env["cartera.corte"].sudo()._generar(self.company, day)
        linea = corte.line_ids.filtered(lambda found: found.move_id == move)
        result = {
            name: linea[name] for name in ("hold_reason", "acuerdo", "remision", "legal", "agencia", "banda_orden")
        }
        corte.unlink()
        return result

    def test_by_their_dates(self):
        agreed, sent = self.facturas
        claimed, consigned = self.factura(40, 100), self.factura(50, 100)
        self.actualizar()
        acuerdo = self.vigente(moves=agreed)
        remision = self.enviada(partidas=self.partidas(sent))
        agencia = self.enviada(partidas=self.partidas(consigned), destination="agency", agent_id=self.agencia.id)
        claim = self.env["cartera.reclamacion"].with_user(self.gestor).create(
            {
                "expediente_id": self.expediente.id,
                "subject": "Consumo",
                "text": "No lo reconozco",
                "filed_by": "Juana Deudora",
                "linea_ids": [Command.create({"partida_id": self.partidas(claimed).id, "amount_disputed": 100})],
            }
        )  # fmt: skip
        claim.action_file()
        end, later = HOY + timedelta(days=40), HOY + timedelta(days=50)
        with freeze_time(f"{later} 17:00:00"):
            self.cr.execute("UPDATE cartera_reclamacion SET date_answered = %s WHERE id = %s", [end, claim.id])
            self.cr.execute("UPDATE cartera_acuerdo_linea SET date_end = %s WHERE acuerdo_id = %s", [end, acuerdo.id])
            self.cr.execute(
                "UPDATE cartera_remision SET date_end = %s WHERE id = ANY(%s)",
                [end, (remision | agencia).ids],
            )
            self.env.invalidate_all()
            for day, during in (
                (HOY - timedelta(days=1), False),
                (HOY, True),
                (end - timedelta(days=1), True),
                (end, False),
            ):
                with self.subTest(day=day):
                    self.assertEqual(self.linea(claimed, day)["hold_reason"], "claim" if during else False)
                    self.assertEqual(self.linea(agreed, day)["acuerdo"], acuerdo.number if during else False)
                    referred = self.linea(sent, day)
                    self.assertEqual(
                        (referred["remision"], referred["legal"]), (remision.number, True) if during else (False, False)
                    )
                    handed = self.linea(consigned, day)
                    self.assertEqual(
                        (handed["agencia"], handed["legal"]), (self.agencia.name if during else False, False)
                    )
            # 60 days old when the agreement began: it stands still in its band while it lasts.
            self.assertEqual(self.linea(agreed, end - timedelta(days=1))["banda_orden"], 31)
            self.assertEqual(self.linea(agreed, end)["banda_orden"], 91)


@tagged("post_install", "-at_install")
class TestCorteRetenciones(ReclamacionCase):
    """What held an item on a day: a claim until what was accepted is credited, a court from first day to last."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The procedure is kept here since then: a closing of a day before is reconstructed.
        cls.env.cr.execute("UPDATE cartera_expediente SET create_date = '2026-06-20 12:00:00'")

    def retenido(self, day, today, item=None):
        """(hold, who answers for it) of an item in a closing of `day` that is computed `today`."""
        item = item or self.old
        with freeze_time(f"{today} 17:00:00"):
            self.env.flush_all()
            corte = self.env["cartera.corte"].sudo()._generar(self.company, day)
            linea = corte.line_ids.filtered(lambda found: found.partida_id == item)
            result = linea.hold_reason, linea.responsable
            corte.unlink()
        return result

    def dias(self, *days):
        return [HOY + timedelta(days=n) for n in days]

    def test_what_was_accepted_is_held_until_its_credit_note_is_posted(self):
        before, answered, during, posted, later = self.dias(1, 2, 10, 20, 30)
        claim = self.radicada()
        with freeze_time(f"{answered} 17:00:00"):
            claim.action_answer("accepted", "Tiene razón.", attachment=self.adjunto())
        held = "claim", self.gestor.name
        for day in (before, answered, during):
            self.assertEqual(self.retenido(day, during), held, day)
        self.assertEqual((self.old.hold_reason, self.old.amount_disputed), ("claim", 1000.0), "as the item says")
        note = claim.sudo().linea_ids.credit_move_id
        note.write({"invoice_date": posted, "date": posted})
        with freeze_time(f"{posted} 17:00:00"):
            note.action_post()
        self.assertEqual(self.retenido(during, later), held, "it had not been credited then")
        self.assertEqual(self.retenido(posted, later), (False, False), "paid by its note")

    def test_what_has_no_invoice_is_held_until_the_claim_is_closed(self):
        claim = self.radicada()
        claim.action_answer("accepted", "Tiene razón.", attachment=self.adjunto())
        claim.sudo().linea_ids.credit_move_id.unlink()
        closed, later = self.dias(20, 30)
        with freeze_time(f"{closed} 17:00:00"):
            claim.action_close()
        self.assertEqual(self.retenido(closed - timedelta(days=1), later)[0], "claim")
        self.assertEqual(self.retenido(closed, later)[0], False)

    def test_a_part_accepted_holds_no_more_than_it_is(self):
        claim = self.radicada()
        claim.action_answer("partial", "En parte.", {claim.linea_ids: 400.0}, attachment=self.adjunto())
        self.assertEqual(self.retenido(HOY, HOY)[0], False)
        self.assertEqual(self.old.hold_reason, False)

    def test_a_court_holds_the_debtor_from_its_first_day_to_its_last(self):
        opened, during, ended, later = self.dias(10, 20, 40, 60)
        claim = self.insolvencia(date_filed=opened, date_notice=opened)
        with freeze_time(f"{opened} 17:00:00"):
            claim.action_file()
        court, nobody = ("insolvency", self.abogado.name), (False, False)
        for item in (self.old, self.recent):
            self.assertEqual(self.retenido(opened - timedelta(days=1), during, item), nobody)
            self.assertEqual(self.retenido(opened, during, item), court)
        with freeze_time(f"{ended} 17:00:00"):
            claim.action_end(ended, "Acuerdo de reorganización cumplido")
        for day, wanted in ((opened, court), (ended - timedelta(days=1), court), (ended, nobody), (later, nobody)):
            self.assertEqual(self.retenido(day, later), wanted, day)

    def test_a_court_is_read_in_months_of_before_the_procedure_too(self):
        claim = self.insolvencia(date_filed=date(2026, 3, 10), date_notice=HOY)
        claim.action_file()
        self.assertEqual(self.retenido(date(2026, 5, 31), HOY)[0], "insolvency")

    def test_by_hand_is_as_it_stands(self):
        self.expediente.hold_reason = "insolvency"
        self.assertEqual(self.retenido(HOY, HOY)[0], "insolvency")

    def test_a_draft_put_aside_never_held_anything(self):
        claim = self.borrador()
        with freeze_time(f"{HOY + timedelta(days=10)} 17:00:00"):
            claim.action_withdraw("Juana Deudora", "Era de otra persona")
        self.assertEqual(self.retenido(HOY, HOY + timedelta(days=10))[0], False)
