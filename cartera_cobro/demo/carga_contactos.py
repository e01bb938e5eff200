"""Puts the planned contacts into the database, in a few batches, through the models' own guards."""

from collections import Counter

from ..models.cartera_resultado import RESULTADOS
from .acuerdos import planear as planear_acuerdos
from .contactos import ingenuo, planear
from .portafolio import Abono

OFICIALES = {"norte": "gestor1", "centro": "gestor1", "sur": "gestor2", "rural": "gestor2"}
SIN_AVISOS = {"mail_activity_quick_update": True}
CUMPLIDAS = 3  # promises kept


def contactar(carga):
    """Authorisations, confirmed addresses and the log of contacts of a `demo.carga.Carga` whose dossiers exist."""
    plan = planear(carga.portafolio)
    _autorizar(carga, plan)
    _registrar(carga, plan.historia, _cumplir_promesas(carga, plan.historia))
    _vetar(carga, plan)


def _autorizar(carga, plan):
    carga.env["cartera.autorizacion"].create(
        [
            {
                "partner_id": carga.partners[a.deudor].id,
                "company_id": carga.company.id,
                "channel": a.canal,
                "source": a.fuente,
                "date_from": a.desde,
                "date_to": a.hasta,
            }
            for a in plan.autorizaciones
        ]
    )
    for deudor, day in plan.confirmadas.items():
        carga.partners[deudor].cartera_address_date = day
    for deudor in plan.exentos:
        carga.partners[deudor].cartera_contact_exempt = True


def _cumplir_promesas(carga, historia):
    """{contact: amount promised} of some who paid, on the day promised, half of what was overdue then."""
    hoy, portafolio = carga.portafolio.hoy, carga.portafolio
    otros = {deudor for _trato, deudor, _facturas in planear_acuerdos(portafolio)} | {*portafolio.situaciones}
    promesas = Counter(c.deudor for c in historia if c.resultado == "promise")
    unicas = [c for c in historia if c.resultado == "promise" and c.promesa < hoy and promesas[c.deudor] == 1]
    prometido = {}
    for contacto in unicas:
        deudor = contacto.deudor
        vencidas = (f for f in portafolio.facturas if f.deudor is deudor and f.vence < contacto.instante.date())
        deudas = [f for f in vencidas if carga.facturas[f].amount_residual > 0]
        pago = round(sum(carga.facturas[f].amount_residual for f in deudas) / 2, -3)
        if pago and deudor not in otros and deudor.moneda == "COP" and len(prometido) < CUMPLIDAS:
            prometido[contacto] = pago
            _pagar(carga, deudas, contacto.promesa, pago)
    return prometido


def _pagar(carga, deudas, dia, pago):
    """A payment of `pago` pesos on the invoices `deudas`, oldest first."""
    [entrada] = carga._recibir([Abono(deudas[0], dia, pago)])
    moves = entrada.union(*(carga.facturas[factura] for factura in deudas))
    due = moves.line_ids.filtered(lambda line: line.account_id == carga.por_cobrar and not line.reconciled)
    due.reconcile()


def _registrar(carga, historia, prometido):
    found = carga.env["cartera.expediente"].search([("company_id", "=", carga.company.id)]).grouped("partner_id")
    users = {login: carga.env.ref(f"cartera_cobro.demo_user_{login}") for login in ("gestor1", "gestor2", "tesorero")}
    hechos = [c for c in historia if carga.partners[c.deudor] in found]
    gestiones = (
        carga.env["cartera.gestion"]
        .with_context(lang=carga.company.partner_id.lang, cartera_historia=True, **SIN_AVISOS)
        .create([_valores(c, found[carga.partners[c.deudor]], users, prometido.get(c)) for c in hechos])
    )
    for contacto, gestion in zip(hechos, gestiones, strict=True):
        if contacto.anulado:
            gestion.with_user(gestion.user_id).action_annul(contacto.anulado)


def _valores(contacto, expediente, users, prometido):
    step = RESULTADOS[contacto.resultado].step if contacto.siguiente else "none"
    promised = prometido or (round(float(expediente.amount_overdue) / 2, -3) if contacto.promesa else 0)
    login = "tesorero" if contacto.motivo else OFICIALES[contacto.deudor.cuentas[0].zona]
    return {
        "expediente_id": expediente.id,
        "date": ingenuo(contacto.instante),
        "channel": contacto.canal,
        "direction": "in" if contacto.entrante else "out",
        "purpose": "reply" if contacto.entrante else "collection",
        "result": contacto.resultado,
        "note": contacto.nota,
        "promise_date": contacto.promesa,
        "promise_amount": promised or (contacto.promesa and 1000),
        "next_step": step,
        "next_date": contacto.siguiente,
        "override_reason": contacto.motivo,
        "user_id": users[login].id,
    }


def _vetar(carga, plan):
    """Somebody asked, the other day, for no more e-mails."""
    hablado = next(c.deudor for c in plan.historia if c.resultado == "talked")
    carga.env["mail.blacklist"]._add(hablado.correo)
