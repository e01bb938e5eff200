"""Puts the planned contacts into the database, in a few batches, through the models' own guards."""

from ..models.cartera_resultado import RESULTADOS
from .contactos import ingenuo, planear

OFICIALES = {"norte": "gestor1", "centro": "gestor1", "sur": "gestor2", "rural": "gestor2"}
SIN_AVISOS = {"mail_activity_quick_update": True}


def contactar(carga):
    """Authorisations, confirmed addresses and the log of contacts of a `demo.carga.Carga` whose dossiers exist."""
    plan = planear(carga.portafolio)
    _autorizar(carga, plan)
    _registrar(carga, plan.historia)
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


def _registrar(carga, historia):
    found = carga.env["cartera.expediente"].search([("company_id", "=", carga.company.id)]).grouped("partner_id")
    users = {login: carga.env.ref(f"cartera_cobro.demo_user_{login}") for login in ("gestor1", "gestor2", "tesorero")}
    hechos = [c for c in historia if carga.partners[c.deudor] in found]
    gestiones = (
        carga.env["cartera.gestion"]
        .with_context(lang=carga.company.partner_id.lang, cartera_historia=True, **SIN_AVISOS)
        .create([_valores(c, found[carga.partners[c.deudor]], users) for c in hechos])
    )
    for contacto, gestion in zip(hechos, gestiones, strict=True):
        if contacto.anulado:
            gestion.with_user(gestion.user_id).action_annul(contacto.anulado)


def _valores(contacto, expediente, users):
    step = RESULTADOS[contacto.resultado].step if contacto.siguiente else "none"
    promised = round(float(expediente.amount_overdue) / 2, -3) if contacto.promesa else 0
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
