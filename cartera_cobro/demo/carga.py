"""Loads the demo portfolio month by month, so that items, stages and their log have the history of a real company.

Each month is posted, paid, matched and classified as of its last day, in batches: a few statements a month, whatever
the number of debtors.
"""

from datetime import timedelta

from odoo import Command

from .carga_acuerdos import acordar
from .carga_contactos import contactar
from .carga_cortes import cerrar
from .carga_deudor import recibir
from .carga_informes import informar
from .carga_papeles import archivar
from .carga_provision import provisionar
from .carga_saldos import abrir_saldos
from .carga_tramites import tramitar
from .empresa import diario, recibir_usuarios
from .portafolio import generar

SIN_AVISOS = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    # The entries come with all their lines: looking for more to add takes half of the time.
    "skip_invoice_sync": True,
    "skip_invoice_line_sync": True,
}
CONTACTO = "Pagaduría"
CUENTAS_INGRESO = {
    "acueducto": "412500", "alcantarillado": "412500", "aseo": "412500", "bloque": "412500", "arriendo": "422000",
}


class Carga:
    """One load, into one company without journal entries."""

    def __init__(self, env, company):
        self.env = env(context={**env.context, **SIN_AVISOS, "allowed_company_ids": company.ids})
        self.company = company.with_env(self.env)
        self.portafolio = generar(company._cartera_hoy())
        self.monedas = {"COP": self.company.currency_id, "USD": self.env.ref("base.USD")}
        self.ventas, self.banco = diario(self.env, company, "sale"), diario(self.env, company, "bank")
        self.por_cobrar = None  # account.account of receivables
        self.productos = {}  # service: product.product
        self.partners = {}  # Deudor: res.partner
        self.cuentas = {}  # Cuenta: cartera.cuenta
        self.facturas = {}  # Factura: account.move

    def ejecutar(self):
        recibir_usuarios(self.env, self.company)
        self._cargar_tasas()
        self._preparar_productos()
        self._crear_deudores()
        self._crear_cuentas()
        abrir_saldos(self)
        for hasta, facturas, abonos in self.portafolio.meses():
            self._facturar(facturas)
            self._acreditar(abonos)
            self._clasificar(hasta)
            self._medir()
        contactar(self)
        self._completar_expedientes()
        self._clasificar(self.portafolio.hoy)
        self.env["cartera.asignacion"]._asignar(self.company)
        acordar(self)
        archivar(self)
        tramitar(self)
        recibir(self)
        self._clasificar(self.portafolio.hoy)
        cerrar(self)
        provisionar(self)
        informar(self)

    def _clasificar(self, hasta):
        self.env["cartera.partida"]._actualizar(self.company, hasta)

    def _medir(self):
        """Tell the database how large its tables have become: in one long transaction nobody else does."""
        self.env.flush_all()
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment, cartera_partida"
        )

    # --- what exists before the first invoice ---------------------------------------------------------------------

    def _cargar_tasas(self):
        self.monedas["USD"].active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "name": dia,
                    "currency_id": self.monedas["USD"].id,
                    "company_id": self.company.id,
                    "inverse_company_rate": pesos,
                }
                for dia, pesos in self.portafolio.tasas
            ]
        )

    def _preparar_productos(self):
        chart = self.env["account.chart.template"].with_company(self.company)
        self.por_cobrar = chart.ref("co_puc_130500")
        for servicio, cuenta in CUENTAS_INGRESO.items():
            product = self.env.ref(f"cartera_cobro.demo_producto_{servicio}")
            product.property_account_income_id = chart.ref(f"co_puc_{cuenta}")
            self.productos[servicio] = product

    def _crear_deudores(self):
        deudores = self.portafolio.deudores
        partners = self.env["res.partner"].create([self._valores_deudor(d) for d in deudores])
        self.partners = dict(zip(deudores, partners, strict=True))
        self.env["res.partner"].create(
            [
                {"name": CONTACTO, "parent_id": self.partners[d].id, "type": "invoice", "email": f"pagos.{d.correo}"}
                for d in deudores
                if d.empresa and d.vinculados
            ]
        )

    def _valores_deudor(self, deudor):
        kind = "l10n_co.rut" if deudor.empresa else "l10n_co.national_citizen_id"
        plazo = "account.account_payment_term_30days" if deudor.empresa else "account.account_payment_term_15days"
        return {
            "name": deudor.nombre,
            "is_company": deudor.empresa,
            "company_id": self.company.id,
            "vat": deudor.identificacion,
            "l10n_latam_identification_type_id": self.env.ref(kind).id,
            "phone": deudor.telefono,
            "email": deudor.correo,
            "street": deudor.direccion,
            "city": deudor.municipio,
            "state_id": self.company.state_id.id,
            "country_id": self.company.country_id.id,
            "lang": self.company.partner_id.lang,
            "tz": self.company.partner_id.tz,
            "property_payment_term_id": self.env.ref(plazo).id,
        }

    def _crear_cuentas(self):
        pares = [(deudor, cuenta) for deudor in self.portafolio.deudores for cuenta in deudor.cuentas]
        records = self.env["cartera.cuenta"].create([self._valores_cuenta(d, c) for d, c in pares])
        self.cuentas = dict(zip((c for _d, c in pares), records, strict=True))

    def _valores_cuenta(self, deudor, cuenta):
        return {
            "name": cuenta.numero,
            "kind": cuenta.clase,
            "company_id": self.company.id,
            "partner_id": self.partners[deudor].id,
            "state": "ended" if cuenta.fin else "in_force",
            "date_start": cuenta.inicio,
            "date_end": cuenta.fin,
            "use": cuenta.uso,
            "estrato": cuenta.estrato and str(cuenta.estrato),
            "zona_id": self.env.ref(f"cartera_cobro.demo_zona_{cuenta.zona}").id,
            "cycle": cuenta.ciclo,
            "municipality": cuenta.municipio,
            "address": cuenta.direccion,
        }

    # --- a month --------------------------------------------------------------------------------------------------

    def _facturar(self, facturas):
        moves = self._asentar([self._valores_factura(factura) for factura in facturas])
        self.facturas.update(zip(facturas, moves, strict=True))

    def _asentar(self, values):
        return self.env["account.move"].create(values)._post(soft=False)

    def _valores_factura(self, factura):
        return {
            **self._valores_documento("out_invoice", factura, factura.fecha, factura.vence, factura.lineas),
            "invoice_payment_term_id": self.partners[factura.deudor].property_payment_term_id.id,
        }

    def _valores_documento(self, kind, factura, fecha, vence, lineas):
        currency = self.monedas[factura.deudor.moneda]
        return {
            "move_type": kind,
            "company_id": self.company.id,
            "partner_id": self.partners[factura.deudor].id,
            "currency_id": currency.id,
            "journal_id": self.ventas.id,
            "fiscal_position_id": False,
            "invoice_date": fecha,
            "date": fecha,
            "cartera_cuenta_id": self.cuentas[factura.cuenta].id,
            "line_ids": self._valores_lineas(currency, 1 if kind == "out_invoice" else -1, fecha, vence, lineas),
        }

    def _valores_lineas(self, currency, sign, fecha, vence, lineas):
        """Every line of the entry, the receivable one too: what Odoo would add to it, without its looking for it."""
        values, saldo = [], 0.0
        for servicio, valor in lineas:
            pesos = currency._convert(valor, self.company.currency_id, self.company, fecha)
            saldo += pesos
            values.append(self._valores_linea(servicio, valor, -sign * valor, -sign * pesos))
        total = sign * round(sum(valor for _servicio, valor in lineas), 2)
        values.append(
            {
                "display_type": "payment_term",
                "analytic_distribution": False,
                "account_id": self.por_cobrar.id,
                "amount_currency": total,
                "balance": sign * saldo,
                "date_maturity": vence,
            }
        )
        return [Command.create({**line, "currency_id": currency.id}) for line in values]

    def _valores_linea(self, servicio, valor, amount_currency, balance):
        product = self.productos[servicio]
        return {
            "display_type": "product",
            "analytic_distribution": False,
            "product_id": product.id,
            "account_id": product.property_account_income_id.id,
            "quantity": 1,
            "price_unit": valor,
            "tax_ids": [Command.clear()],
            "amount_currency": amount_currency,
            "balance": balance,
        }

    def _acreditar(self, abonos):
        """Post credit notes and payments, and match those that are for an invoice."""
        notas = [abono for abono in abonos if abono.nota]
        pagos = [abono for abono in abonos if not abono.nota]
        moves = self._asentar([self._valores_nota(nota) for nota in notas])
        pares = [*zip(notas, moves, strict=True), *zip(pagos, self._recibir(pagos), strict=True)]
        self._cruzar((abono.factura, move) for abono, move in pares if abono.aplicado)

    def _recibir(self, pagos):
        """Post the payments; their journal entries, which Odoo would make and link one by one, in their order."""
        payments = self.env["account.payment"].create([self._valores_pago(pago) for pago in pagos])
        moves = self.env["account.move"].create([payment._generate_move_vals() for payment in payments])
        with self.env.protecting([payments._fields["move_id"]], payments):
            for payment, move in zip(payments, moves, strict=True):
                payment.move_id = move
        payments.modified(["move_id"])
        payments.action_post()
        return moves

    def _valores_nota(self, nota):
        servicio = nota.factura.lineas[0][0]
        return {
            **self._valores_documento("out_refund", nota.factura, nota.fecha, nota.fecha, ((servicio, nota.valor),)),
            "invoice_payment_term_id": False,
            "reversed_entry_id": self.facturas[nota.factura].id,
            "ref": f"Ajuste de lectura de {self.facturas[nota.factura].name}",
        }

    def _valores_pago(self, pago):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "company_id": self.company.id,
            "partner_id": self.partners[pago.factura.deudor].id,
            "journal_id": self.banco.id,
            "amount": pago.valor,
            "currency_id": self.monedas[pago.factura.deudor.moneda].id,
            "date": pago.fecha,
            "memo": self.facturas[pago.factura].name if pago.aplicado else "Consignación sin identificar",
        }

    def _cruzar(self, pares):
        """Match each credit with its invoice, in one plan."""
        plan = [
            (self.facturas[factura] | move).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
            )
            for factura, move in pares
        ]
        self.env["account.move.line"]._reconcile_plan(plan)

    # --- dossiers -------------------------------------------------------------------------------------------------

    def _completar_expedientes(self):
        found = self.env["cartera.expediente"].search([("company_id", "=", self.company.id)]).grouped("partner_id")
        for deudor, partner in self.partners.items():
            expediente = found.get(partner)
            if expediente:
                self._vincular(deudor, expediente)
                self._situar(deudor, expediente)
        self._fechar_etapas()

    def _vincular(self, deudor, expediente):
        if deudor.empresa:
            expediente.responsible_id = self.env.ref("cartera_cobro.demo_user_responsable")
        self.env["cartera.vinculado"].create(
            [
                {
                    "expediente_id": expediente.id,
                    "name": vinculado.nombre,
                    "vat": vinculado.identificacion,
                    "role": vinculado.rol,
                    "medio_ids": [
                        Command.create({"kind": kind, "value": value, "used_ok": ok, "used_failed": failed})
                        for kind, value, ok, failed in vinculado.medios
                    ],
                }
                for vinculado in deudor.vinculados
            ]
        )

    def _situar(self, deudor, expediente):
        """What people decided about this debtor."""
        match self.portafolio.situaciones.get(deudor):
            case "legal":
                self._mover(expediente, "COA", "Agotado el cobro persuasivo: pasa a cobro coactivo.")
            case "committee":
                self._mover(expediente, "COM", "Sin bienes conocidos: se lleva al comité de cartera.")
            case "insolvency":
                law = "Ley 1116 de 2006" if deudor.empresa else "C.G.P. art. 531"
                expediente.write({"hold_reason": "insolvency", "hold_note": f"Admitido a insolvencia ({law})."})
            case "pause":
                until = self.portafolio.hoy + timedelta(days=20)
                note = "Calamidad doméstica: llamar de nuevo después de esta fecha."
                expediente.write({"hold_reason": "pause", "hold_until": until, "hold_note": note})
            case "no_followup":
                expediente.partida_open_ids.filtered("days_overdue")[:1].move_id.no_followup = True

    def _mover(self, expediente, code, note):
        etapa = self.company.cartera_politica_id.etapa_ids.filtered(lambda e: e.code == code)
        expediente.partida_open_ids.filtered("days_overdue")._mover(etapa, note)

    def _fechar_etapas(self):
        """Items that never changed stage are in it since their invoice, not since this load."""
        for partida in self.env["cartera.partida"].search(
            [("company_id", "=", self.company.id), ("cambio_ids", "=", False), ("etapa_id", "!=", False)]
        ):
            partida.etapa_date = partida.date
