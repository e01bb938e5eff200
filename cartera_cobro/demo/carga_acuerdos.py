"""Makes the demo's agreements as people made them: by the models' own steps, each user their own, each on its day."""

import base64
import io
import math
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tools import SQL
from PIL import Image, ImageDraw

from ..rules.contact import BOGOTA
from .acuerdos import planear
from .carga_contactos import OFICIALES
from .contactos import ingenuo
from .portafolio import Abono

# How far each one has come, in the order of the way.
CAMINO = ("draft", "proposed", "approval", "signed", "active")
# Where those that ended stopped.
FINALES = {"fulfilled": "active", "breached": "active", "consolidated": "active", "cancelled": "proposed"}
COMENTARIO = "Revisado: de acuerdo con el reglamento de cartera."


def acordar(carga):
    """The agreements of a `demo.carga.Carga` whose dossiers are assigned."""
    obra = _Obra(carga)
    for trato, deudor, facturas in planear(carga.portafolio):
        obra.hacer(trato, deudor, facturas)
    obra.refrescar()


class _Obra:
    def __init__(self, carga):
        # What is written on the way is in the company's language.
        self.env = carga.env(context={**carga.env.context, "lang": carga.company.partner_id.lang})
        self.carga, self.company = carga, carga.company
        self.hoy = carga.portafolio.hoy
        self.logins = {u: self.env.ref(f"cartera_cobro.demo_user_{u}") for u in
                       ("gestor1", "gestor2", "tesorero", "director")}  # fmt: skip
        self.expedientes = self.env["cartera.expediente"].search([("company_id", "=", self.company.id)])
        self.acuerdos = self.env["cartera.acuerdo"]

    # --- the way --------------------------------------------------------------------------------------------------

    def hacer(self, trato, deudor, facturas):
        """Draft it and take it as far as it has come, each step some days after the one before."""
        hasta = FINALES.get(trato.hasta, trato.hasta)
        dia = self.hoy - timedelta(days=trato.hace)
        with self._en(dia, "draft") as paso:
            paso.acuerdo = acuerdo = self._redactar(trato, deudor, facturas, dia)
        self.acuerdos |= acuerdo
        for n, etapa in enumerate(CAMINO[1 : CAMINO.index(hasta) + 1]):
            # The whole way takes four days: proposed, accepted, signed by us, signed by the debtor.
            dia = min(dia + timedelta(days=1 if n else 0), self.hoy)
            with self._en(dia, etapa, acuerdo):
                getattr(self, f"_{etapa}")(acuerdo, deudor)
        self._pagar(acuerdo, trato, deudor)
        self._terminar(acuerdo, trato)

    @contextmanager
    def _en(self, dia, que, acuerdo=None):
        """While it lasts the company's today is `dia`: what was done then is done now by the models' own methods."""
        [[last]] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM mail_message"))
        paso = _Paso(que, dia, last, acuerdo)
        with patch.object(type(self.company), "_cartera_hoy", lambda company: dia):
            yield paso
            self.env.flush_all()
        if dia < self.hoy:
            self._fechar(paso)
            self.env.invalidate_all()

    def _redactar(self, trato, deudor, facturas, dia):
        partner = self.carga.partners[deudor]
        expediente = self.expedientes.filtered(lambda e: e.partner_id == partner)
        gestor = expediente.user_id or self.logins[OFICIALES[deudor.cuentas[0].zona]]
        moves = self.env["account.move"].union(*(self.carga.facturas[f] for f in facturas))
        partidas = expediente.partida_open_ids.filtered(lambda p: p.move_id in moves)
        debt = sum(partidas.mapped("amount_residual"))
        # Of the older ones, the mails went in their time.
        Acuerdo = self.env["cartera.acuerdo"].with_user(gestor).with_context(cartera_historia=trato.hace > 10)
        return Acuerdo.create(
            {
                "expediente_id": expediente.id,
                "user_id": gestor.id,
                "gestion_id": expediente._ultima_propuesta().filtered(lambda g: g.day <= dia).id,
                "date": dia,
                "count": trato.cuotas,
                "first_date": dia + timedelta(days=trato.primera),
                "down_payment": round(debt * trato.inicial / 100, -3),
                # Soon after it is signed; until then, when the proposal ends.
                "down_date": trato.inicial and dia + timedelta(days=5 if trato.fin or trato.hasta == "active" else 15),
                "linea_ids": [Command.create({"partida_id": p.id}) for p in partidas],
            }
        )  # fmt: skip

    def _proposed(self, acuerdo, _deudor):
        acuerdo.action_propose()

    def _approval(self, acuerdo, deudor):
        acuerdo._aceptar("in_person", _firmante(deudor), "Firmó el formato de propuesta de pago.")
        acuerdo.action_request()

    def _signed(self, acuerdo, _deudor):
        for login in ("tesorero", "director") if acuerdo.upper_signature else ("tesorero",):
            acuerdo.invalidate_recordset()
            action = acuerdo.with_user(self.logins[login]).validate_tier()
            wizard = self.env["comment.wizard"].with_user(self.logins[login]).with_context(**action["context"])
            wizard.create({"comment": COMENTARIO}).add_comment()
            acuerdo.invalidate_recordset()

    def _active(self, acuerdo, deudor):
        acuerdo.sudo()._firmar_deudor(_firmante(deudor), signature=_rubrica(deudor))

    # --- money ----------------------------------------------------------------------------------------------------

    def _pagar(self, acuerdo, trato, deudor):
        """The instalments that were paid, each on its day, on the oldest of what it covers."""
        in_force = acuerdo.state == "active"
        cuotas = acuerdo.cuota_ids.filtered(lambda c: in_force and c.number <= trato.pagadas).sorted("number")
        por_move = {move: factura for factura, move in self.carga.facturas.items() if factura.deudor is deudor}
        lineas = acuerdo.with_env(self.env).linea_ids.partida_id.sorted("date_due").move_line_id
        pagos = [Abono(por_move[lineas[0].move_id], min(c.date_due, self.hoy), c.amount) for c in cuotas]
        entradas = self.carga._recibir(pagos) if pagos else []
        for entrada in entradas:
            debe = lineas.filtered(lambda line: not line.reconciled)
            abono = entrada.line_ids.filtered(lambda line: line.account_id == self.carga.por_cobrar)
            if debe:
                (debe | abono).reconcile()

    def _terminar(self, acuerdo, trato):
        tesorero = self.logins["tesorero"]
        with self._en(self.hoy - timedelta(days=trato.fin), "end", acuerdo):
            match trato.hasta:
                case "fulfilled":
                    acuerdo.sudo()._cumplir()
                case "breached":
                    acuerdo.with_user(tesorero).action_breach(trato.motivo)
                case "consolidated":
                    acuerdo.with_user(tesorero).action_consolidate(trato.motivo)
                case "cancelled":
                    acuerdo.action_cancel(trato.motivo)

    # --- when it happened -----------------------------------------------------------------------------------------

    def _fechar(self, paso):
        """Give what carries an instant (acceptance, signatures, messages) that of its day instead of the load's."""
        instant, record = ingenuo(datetime.combine(paso.dia, time(10, 15), BOGOTA)), paso.acuerdo.id
        names = {"approval": ("date_accepted", "date_proposed"), "active": ("debtor_signed_on",)}.get(paso.que, ())
        for name in names:
            self._sql("UPDATE cartera_acuerdo SET %s = %s WHERE id = %s", SQL.identifier(name), instant, record)
        if paso.que in ("signed", "active"):
            ours = SQL("nivel_id IS NOT NULL") if paso.que == "signed" else SQL("nivel_id IS NULL")
            self._sql("UPDATE cartera_firma SET date = %s WHERE res_model = 'cartera.acuerdo' AND res_id = %s AND %s",
                      instant, record, ours)  # fmt: skip
        self._sql("UPDATE mail_message SET date = %s WHERE model = 'cartera.acuerdo' AND res_id = %s AND id > %s",
                  instant, record, paso.desde)  # fmt: skip

    def _sql(self, code, *args):
        self.env.cr.execute(SQL(code, *args))

    def refrescar(self):
        """Which instalments are missed is a matter of today."""
        cuotas = self.acuerdos.cuota_ids
        self.env.add_to_compute(cuotas._fields["state"], cuotas)
        self.env.flush_all()


class _Paso:
    """A step of an agreement: its day, and the last message before it."""

    def __init__(self, que, dia, desde, acuerdo):
        self.que, self.dia, self.desde, self.acuerdo = que, dia, desde, acuerdo


def _firmante(deudor):
    """A company signs by its attorney."""
    return next((v.nombre for v in deudor.vinculados if v.rol == "attorney"), deudor.nombre)


def _rubrica(deudor):
    """A signature drawn by hand (PNG, base64), the debtor's own."""
    image = Image.new("RGBA", (420, 140), (255, 255, 255, 0))
    seed = sum(map(ord, deudor.nombre))
    points = [
        (20 + 2 * x, 70 + 38 * math.sin(x / (5 + seed % 7)) * math.cos(x / (17 + seed % 5)) - x / 12)
        for x in range(190)
    ]
    ImageDraw.Draw(image).line(points, fill=(20, 30, 90, 255), width=3, joint="curve")
    data = io.BytesIO()
    image.save(data, "PNG")
    return base64.b64encode(data.getvalue())
