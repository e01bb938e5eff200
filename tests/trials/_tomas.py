"""What each picture shows: who is logged in, where they go, what they press, and how much of the screen is kept.

Run by `screenshots.py` as a program: python -m tests.trials._tomas SERVER [NAMES]
"""

import io
import sys
import time
import traceback
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from tests.trials._navegador import Navegador

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs/img"
PAGE = ROOT / "cartera_cobro/static/description"
WIDE, NARROW, NARROW_HEIGHT = 1400, 390, 844
SMALL = 120_000  # bytes that a picture should not exceed
# Those that the add-on's page shows too.
ON_PAGE = ("trabajo", "expediente", "llamada", "planes", "cierre", "deterioro", "tablero", "portal")


class Toma(NamedTuple):
    """A picture: a path (str) or what makes one of a page, and steps (callables of the page) once it is there."""

    user: str
    path: object
    steps: tuple = ()
    height: int = 860
    clip: str = ""  # selector of the only part that is kept
    phones: tuple = ()  # paths after the debtor's link, each the screen of a telephone


def accion(name, model="", domain=(), order="id"):
    """Path of an action of the add-on, or of the first record in it that fits."""
    path = f"/odoo/action-cartera_cobro.{name}"
    return (lambda page: f"{path}/{page.primero(model, domain, order)}") if model else path


def registro(model, domain=(), order="id"):
    return lambda page: f"/odoo/{model}/{page.primero(model, domain, order)}"


def pulsar(selector, text=""):
    return lambda page: page.pulsar(selector, text)


def boton(text):
    return pulsar(".o_action_manager button, .o_dialog button", text)


def pestana(text):
    return pulsar(".o_notebook .nav-link", text)


def elegir(field, text):
    """Choose `text` in a field that lists what there is as one types."""

    def step(page):
        page.pulsar(f".o_dialog .o_field_widget[name={field}] input")
        page.escribir(f".o_dialog .o_field_widget[name={field}] input", text)
        page.pulsar(".o-autocomplete--dropdown-item, .o_select_menu_item", text)

    return step


ABIERTO = [("amount_overdue", ">", 0), ("hold_reason", "=", False), ("user_id.login", "=", "gestor1")]
DIALOGO = ".o_dialog .modal-content"

TOMAS = {
    # --- who collects -----------------------------------------------------------------------------------------------
    "trabajo": Toma("gestor1", accion("cartera_expediente_action_trabajo")),
    "expediente": Toma(
        "gestor1",
        registro("cartera.expediente", [("reclamacion_ids.state", "=", "filed"), *ABIERTO], "priority_score desc"),
        height=1000,
    ),
    "gestion": Toma(
        "gestor1",
        registro("cartera.expediente", ABIERTO, "priority_score desc"),
        (boton("Registrar gestión"), elegir("result", "Promete pagar")),
        clip=DIALOGO,
    ),
    "llamada": Toma("gestor1", accion("cartera_llamada_action_cola"), height=900),
    "oficio": Toma(
        "gestor1",
        registro("cartera.expediente", ABIERTO, "priority_score desc"),
        (boton("Enviar oficio o mensaje"), elegir("template_id", "Primer oficio de cobro")),
        height=1100,
        clip=DIALOGO,
    ),
    "promesas": Toma("gestor1", accion("cartera_promesa_action"), height=640),
    "planes": Toma(
        "gestor1",
        registro("cartera.expediente", [*ABIERTO, ("acuerdo_ids", "=", False)], "priority_score desc"),
        (boton("Proponer acuerdo"),),
        height=1000,
        clip=DIALOGO,
    ),
    "acuerdo": Toma("gestor1", accion("cartera_acuerdo_action", "cartera.acuerdo", [("state", "=", "active")])),
    "reclamo": Toma(
        "tesorero", registro("cartera.reclamacion", [("kind", "=", "claim"), ("state", "=", "filed")]), height=820
    ),
    # --- the counter, the account manager ---------------------------------------------------------------------------
    "buscar": Toma(
        "ventanilla",
        accion("cartera_buscar_action"),
        (lambda page: page.escribir(".o_dialog input", "Palacios"),),
        clip=DIALOGO,
    ),
    "clientes": Toma("responsable", accion("cartera_expediente_action_responsable"), height=560),
    # --- the treasury -----------------------------------------------------------------------------------------------
    "comprobantes": Toma("tesorero", accion("cartera_soporte_action_bandeja"), height=640),
    "consignaciones": Toma("tesorero", accion("cartera_consignacion_action"), height=640),
    "firmas": Toma(
        "tesorero", accion("cartera_acuerdo_action", "cartera.acuerdo", [("state", "=", "approval")]), height=700
    ),
    "suspensiones": Toma("tesorero", registro("cartera.suspension.lote", order="id desc")),
    "flujo": Toma("tesorero", accion("cartera_pronostico_action", "cartera.pronostico", order="id desc")),
    # --- the lawyer and the committees ------------------------------------------------------------------------------
    "caso": Toma(
        "abogado",
        accion("cartera_remision_action", "cartera.remision", [("state", "=", "received")]),
        (pestana("Actuaciones"),),
        height=1060,
    ),
    "prescripcion": Toma("abogado", accion("cartera_prescripcion_action"), height=620),
    "acta": Toma("director", accion("cartera_acta_action", "cartera.acta", order="id desc"), (pestana("Casos"),)),
    "ficha": Toma("director", accion("cartera_acta_caso_action", "cartera.acta.caso", order="id desc")),
    # --- the month's end --------------------------------------------------------------------------------------------
    "cierre": Toma("contador", accion("cartera_corte_action", "cartera.corte", order="date desc"), height=900),
    "deterioro": Toma("contador", accion("cartera_provision_action", "cartera.provision", order="id desc"), height=900),
    "edades": Toma("analista", accion("cartera_edades_informe_action"), clip=DIALOGO),
    "cuadre": Toma("auditor", accion("cartera_cuadre_action"), clip=DIALOGO),
    "informe": Toma("analista", accion("cartera_informe_action", "cartera.informe", order="id"), height=1000),
    "tablero": Toma("director", accion("cartera_tablero_action"), height=1000),
    "indicadores": Toma("director", accion("cartera_indicador_action"), height=700),
    "recaudo": Toma("analista", accion("cartera_recaudo_action"), height=480),
    # --- whoever sets it up -----------------------------------------------------------------------------------------
    "politica": Toma(
        "admin", accion("cartera_politica_action", "cartera.politica", [("name", "in", ("Water utility", "Acueducto"))])
    ),
    "ajustes": Toma("admin", "/odoo/settings", (pulsar(".settings_tab .tab", "Cartera"),), height=900),
    "importacion": Toma("admin", accion("cartera_importacion_action") + "/new", height=620),
    "plantilla": Toma(
        "admin", accion("cartera_plantilla_action", "cartera.plantilla", [("kind", "=", "first_letter")]), height=900
    ),
    # --- the debtor -------------------------------------------------------------------------------------------------
    "portal": Toma(
        "gestor1",
        registro("cartera.expediente", [*ABIERTO, ("acuerdo_ids", "=", False)], "priority_score desc"),
        phones=("", "/acuerdo", "/reclamos"),
    ),
    "portal-datos": Toma(
        "gestor1",
        registro("cartera.expediente", [*ABIERTO, ("soporte_ids.state", "=", "received")], "priority_score desc"),
        phones=("/comprobantes", "/datos"),
    ),
}


def main(server, *names):
    """0 where every picture that was asked for was taken."""
    unknown = sorted(set(names) - TOMAS.keys())
    if unknown:
        print(f"No such pictures: {', '.join(unknown)}. There are: {', '.join(TOMAS)}.")
        return 2
    MANUAL.mkdir(parents=True, exist_ok=True)
    failed, pages, total = [], {}, 0
    with Navegador() as browser:
        for name in names or TOMAS:
            started, toma = time.monotonic(), TOMAS[name]
            try:
                if toma.user not in pages:
                    pages[toma.user] = browser.pagina(server)
                    pages[toma.user].entrar(toma.user)
                size = guardar(name, retratar(browser, pages[toma.user], toma))
            except RuntimeError:
                failed.append(name)
                print(f"{name:16} not taken: {traceback.format_exc().strip().splitlines()[-1]}", flush=True)
                continue
            total += size
            print(f"{name:16} {size / 1000:6.0f} KB  {time.monotonic() - started:5.1f} s", flush=True)
    print(
        f"{len(names or TOMAS) - len(failed)} pictures, {total / 1e6:.2f} MB; not taken: {', '.join(failed) or 'none'}"
    )
    return 1 if failed else 0


def retratar(browser, page, toma):
    """The picture (PIL image) of one entry of TOMAS."""
    page.medir(WIDE, toma.height)
    if callable(toma.path) and not page.evaluar("location.pathname.startsWith('/odoo')"):
        page.abrir("/odoo")
    page.abrir(toma.path(page) if callable(toma.path) else toma.path)
    page.esperar("document.querySelector('.o_action_manager > *, .o_dialog')", "a screen")
    page.quieta()
    for step in toma.steps:
        step(page)
    page.evaluar("document.querySelectorAll('.o_notification_close').forEach((button) => button.click())")
    page.evaluar("document.activeElement.blur()")
    page.quieta(6)
    if toma.phones:
        return telefonos(browser, page, toma.phones)
    return imagen(page.foto(page.caja(toma.clip) if toma.clip else None))


def telefonos(browser, page, paths):
    """The debtor's pages of the dossier that is open, as a stranger with its link sees them, side by side."""
    dossier = int(page.evaluar("location.pathname").rsplit("/", 1)[1])
    link = page.llamar("cartera.expediente", "action_statement_link", [dossier])["url"]
    phone = browser.pagina(page.server)
    phone.medir(NARROW, NARROW_HEIGHT)
    gap = 40
    whole = Image.new("RGB", ((NARROW + gap) * len(paths) + gap, NARROW_HEIGHT + 2 * gap), "#e9ecef")
    for n, path in enumerate(paths):
        phone.abrir(link + path)
        if path == "/reclamos":
            phone.evaluar("document.querySelector('details')?.setAttribute('open', '')")
        whole.paste(imagen(phone.foto()), (gap + n * (NARROW + gap), gap))
    return whole


def imagen(png):
    return Image.open(io.BytesIO(png)).convert("RGB")


def guardar(name, image):
    """Write the picture with as many colours as make it small enough; bytes."""
    for colours in (256, 128, 64, 32):
        data = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
        if data.tell() <= SMALL:
            break
    for folder in (MANUAL, PAGE) if name in ON_PAGE else (MANUAL,):
        (folder / f"{name}.png").write_bytes(data.getvalue())
    return data.tell()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
