"""What documents said of an item on the day of a closing."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged

from .common import HOY
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
