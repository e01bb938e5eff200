"""The debtors' side in the demo: coupons, proofs of payment in every state, deposits of which some say whose they are.

By the models' own steps and by people of the right role, so that the treasury's trays have something in each column.
"""

import io
from datetime import timedelta
from typing import NamedTuple

from PIL import Image, ImageDraw

from ..models.cartera_consignacion_lectura import leer_fila
from ..models.cartera_textos import pesos

PAY_INFO = """Banco de los Llanos, cuenta de ahorros 400-123456-7, a nombre de Aguas de Llano Claro S.A. E.S.P.
Corresponsales y puntos de pago con el cupón. Escriba como referencia el número del cupón o de la factura."""


class Comprobante(NamedTuple):
    """A proof: how it came, how many days ago it was paid, by what means, and what became of it."""

    via: str  # portal | mail | officer
    hace: int
    medio: str
    destino: str = "received"  # verified | registered | confirmed | rejected
    motivo: str = ""


COMPROBANTES = (
    Comprobante("portal", 1, "Bancolombia"),
    Comprobante("portal", 2, "PSE"),
    Comprobante("officer", 1, "Efecty"),
    Comprobante("mail", 3, "Davivienda"),
    Comprobante("portal", 2, "Nequi", "verified"),
    Comprobante("portal", 6, "Bancolombia", "registered"),
    Comprobante("officer", 12, "Banco de Bogotá", "confirmed"),
    Comprobante("portal", 9, "PSE", "rejected", "El soporte es de otra empresa: revise a quién le pagó."),
)


class Deposito(NamedTuple):
    """A line of the bank: what it says ({} is filled with the sign of a debtor), what it is of, how many days ago."""

    texto: str
    sena: str  # coupon | invoice | vat | name | none: what of the debtor the text brings
    de: str  # item | overdue | other: what of their debt the amount is
    hace: int


DEPOSITOS = (
    Deposito("RECAUDO CONVENIO REF {}", "coupon", "overdue", 1),
    Deposito("RECAUDO CONVENIO REF {}", "coupon", "overdue", 2),
    Deposito("PAGO FACTURA {}", "invoice", "item", 1),
    Deposito("TRANSFERENCIA {} PAGO AGUA", "invoice", "item", 3),
    Deposito("CONSIG NAL EFECTIVO NIT {}", "vat", "overdue", 2),
    Deposito("PAGO PROVEEDOR NIT {}", "vat", "other", 5),
    Deposito("TRANSF INTERBANCARIA {}", "name", "item", 4),
    Deposito("CONSIGNACION CORRESPONSAL", "none", "item", 3),
    Deposito("CONSIGNACION EFECTIVO OFICINA CENTRO", "none", "other", 8),
    Deposito("ABONO ACH", "none", "other", 23),
    Deposito("CONSIGNACION EN CHEQUE LOCAL", "none", "other", 48),
    Deposito("TRANSFERENCIA SIN REFERENCIA", "none", "other", 96),
)
# What the columns of the bank's file are, and their titles.
COLUMNAS = {"date": "Fecha", "text": "Descripción", "amount": "Valor"}
ACCEPTED = 2  # of the deposits that name a coupon, those that the treasurer has applied


def recibir(carga):
    """For a `demo.carga.Carga` that has its agreements, claims and cases."""
    obra = _Deudores(carga)
    obra.dar_cupones()
    obra.recibir_comprobantes()
    obra.recibir_depositos()


class _Deudores:
    def __init__(self, carga):
        self.env = carga.env(context={**carga.env.context, "lang": carga.company.partner_id.lang})
        self.company, self.banco, self.hoy = carga.company.with_env(self.env), carga.banco, carga.portafolio.hoy
        self.company.cartera_pay_info = self.company.cartera_pay_info or PAY_INFO
        owing = self.env["cartera.expediente"].search(
            [("company_id", "=", self.company.id), ("amount_overdue", ">", 0)], order="amount_overdue, id"
        )
        # Who pays: in pesos, in no special situation, with something that is neither agreed, promised nor disputed.
        self.pagadores = iter(owing.filtered(self._paga))

    def _paga(self, expediente):
        return (
            expediente.etapa_id.kind in ("prejudicial", "persuasive")
            and not expediente.hold_reason
            and len(self._deudas(expediente)) > 1
        )

    def _deudas(self, expediente):
        free = expediente.partida_open_ids.filtered(
            lambda p: p.date_due < self.hoy and p.amount_residual > 0 and p.currency_id == self.company.currency_id
            and not (p.acuerdo_id or p.date_promised or p.hold_reason or p.remision_id)
        )  # fmt: skip
        return free.sorted(lambda p: (p.date_due, p.id))

    def _usuario(self, login):
        return self.env.ref(f"cartera_cobro.demo_user_{login}")

    # --- coupons ----------------------------------------------------------------------------------------------------

    def dar_cupones(self):
        self.con_cupon = [next(self.pagadores) for _n in range(4)]
        for expediente in self.con_cupon:
            self.env["cartera.cupon"]._de_estado(expediente)
        active = self.env["cartera.acuerdo"].search([("company_id", "=", self.company.id), ("state", "=", "active")])
        cuotas = active.cuota_ids.filtered(lambda cuota: cuota.amount_due > 0)
        self.env["cartera.cupon"]._de_cuota(cuotas.sorted("date_due")[:5])

    # --- proofs of payment ------------------------------------------------------------------------------------------

    def recibir_comprobantes(self):
        for comprobante in COMPROBANTES:
            self._recibir(comprobante, next(self.pagadores))

    def _recibir(self, comprobante, expediente):
        deuda = self._deudas(expediente)[0]
        officer = expediente.user_id or self._usuario("gestor1")
        reference = f"{770000 + deuda.id * 37 % 99999:06d}"
        day = self.hoy - timedelta(days=comprobante.hace)
        who = {"sent_user_id": officer.id} if comprobante.via == "officer" else {"sent_by": expediente.partner_id.name}
        soporte = self.env["cartera.soporte"]._recibir(
            self.company,
            comprobante.via,
            document={
                "name": f"comprobante-{reference}.png",
                "raw": recibo(comprobante.medio, reference, day, deuda.amount_residual),
                "mimetype": "image/png",
            },
            partidas=deuda,
            expediente_id=expediente.id,
            amount=deuda.amount_residual,
            date=day,
            bank=comprobante.medio,
            reference=reference,
            **who,
        )
        self._seguir(soporte, comprobante, officer)

    def _seguir(self, soporte, comprobante, officer):
        tesorero, contador = self._usuario("tesorero"), self._usuario("contador")
        match comprobante.destino:
            case "verified":
                soporte.with_user(tesorero).action_verify()
            case "registered" | "confirmed":
                soporte.with_user(tesorero).action_verify()
                soporte.with_user(contador).action_register("new", journal=self.banco, day=soporte.date)
            case "rejected":
                soporte.with_user(tesorero).action_reject(comprobante.motivo)
        if comprobante.destino == "confirmed":
            soporte.with_user(officer).action_confirm()

    # --- deposits ---------------------------------------------------------------------------------------------------

    def recibir_depositos(self):
        con_cupon = iter(self.con_cupon)
        rows = [self._movimiento(d, next(con_cupon) if d.sena == "coupon" else next(self.pagadores)) for d in DEPOSITOS]
        raw = "\n".join(map(";".join, [COLUMNAS.values(), *rows])).encode()
        movimientos = [
            leer_fila(line, row, dict(zip(COLUMNAS, row, strict=True)), "YMD", ".")
            for line, row in enumerate(rows, start=2)
        ]
        load = self.env["cartera.consignacion.carga"]._tomar(
            self.banco, f"extracto-{self.hoy:%Y-%m}.csv", raw, "table", movimientos
        )
        self.env["cartera.identificacion"]._proponer(self.company)
        named = load.statement_line_ids.cartera_propuesta_id.filtered("cupon_id")[:ACCEPTED]
        named.with_user(self._usuario("tesorero")).action_aceptar()

    def _movimiento(self, deposito, expediente):
        """[date, text, amount] of a line, as the bank's file writes them."""
        deudas = self._deudas(expediente)
        cupon = self.env["cartera.cupon"]._de_estado(expediente) if deposito.sena == "coupon" else None
        sena = {
            "coupon": cupon and cupon.number,
            "invoice": deudas[:1].name,
            "vat": (expediente.partner_id.vat or "").split("-")[0],
            "name": (expediente.partner_id.name or "").upper(),
        }.get(deposito.sena, "")
        amounts = {"item": deudas[:1].amount_residual, "overdue": cupon and cupon.amount or expediente.amount_overdue}
        amount = amounts.get(deposito.de) or 100000 + expediente.id % 9 * 50000
        day = self.hoy - timedelta(days=deposito.hace)
        return [day.isoformat(), deposito.texto.format(sena), f"{amount:.2f}"]


def recibo(medio, reference, day, amount):
    """PNG (bytes) of what a bank's telephone application shows after a payment."""
    image = Image.new("RGB", (420, 560), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 420, 90), fill="#1f6f8b")
    draw.text((24, 34), medio, fill="white", font_size=26)
    draw.ellipse((180, 120, 240, 180), fill="#2e9e5b")
    draw.line((196, 150, 207, 163, 226, 138), fill="white", width=6)
    draw.text((120, 200), "Pago exitoso", fill="#222222", font_size=28)
    rows = (("Valor", pesos(amount)), ("Fecha", f"{day:%d/%m/%Y}"), ("Comprobante", reference),
            ("Destino", "Aguas de Llano Claro"))  # fmt: skip
    for place, (label, text) in enumerate(rows):
        draw.text((40, 270 + place * 64), label, fill="#777777", font_size=18)
        draw.text((40, 292 + place * 64), text, fill="#222222", font_size=22)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()
