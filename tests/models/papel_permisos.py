"""docs/permisos.md: the table of who may do what, between its two marks; what is around it is written by people."""

import os
import re
from pathlib import Path

PAPER = Path(__file__).parents[2] / "docs" / "permisos.md"
BEGIN, END = "<!-- tabla: inicio -->", "<!-- tabla: fin -->"
COLUMNS = {
    "Sin grupo": ("empleado", "facturacion"), "Comité": ("comite",), "Responsable": ("responsable",),
    "Ventanilla": ("ventanilla",), "Analista": ("analista",), "Gestor": ("gestor",), "Abogado": ("abogado",),
    "Contador": ("contador",), "Tesorero": ("tesorero",), "Director": ("director",), "Auditor": ("auditor",),
    "Administrador": ("admin",),
}  # fmt: skip
ODOO_COLUMNS = {"Portal": ("portal",), "Empleado": ("empleado",), "Facturación": ("facturacion",), **COLUMNS}
del ODOO_COLUMNS["Sin grupo"]
# Where the models of each room go: the longest beginning that fits wins.
ROOMS = {
    "Expedientes, partidas y cuentas": "expediente partida cuenta vinculado medio etapa.cambio asignacion zona "
    "actualizacion bloqueo prescripcion programado",
    "Contactos, mensajes y campañas": "gestion comunicacion campana llamada contactabilidad autorizacion plantilla "
    "agencia cadencia novedad resumen",
    "Promesas y acuerdos": "promesa acuerdo cumplimiento documento",
    "Reclamos": "reclamacion",
    "Cobro jurídico, comités y castigo": "remision actuacion comite acta castigo firma",
    "Certificados, boletín y centrales": "certificado boletin central",
    "Suspensiones y cortes del servicio": "suspension",
    "Cierres, recaudo, indicadores e informes": "corte edades recaudo indicador informe exportacion pronostico",
    "Deterioro": "provision evaluacion garantia reclasificacion",
    "Soportes, consignaciones e importación": "soporte consignacion identificacion cupon importacion conciliacion",
    "Política y parámetros": "politica etapa banda parametro festivo",
}


def sala(name):
    """The room of a model of the add-on; a new beginning has to be given one."""
    short = name.removeprefix("cartera.")
    fits = [
        (len(p), room) for room, prefixes in ROOMS.items() for p in prefixes.split() if f"{short}.".startswith(f"{p}.")
    ]
    return max(fits)[1] if fits else None


def celda(row, roles):
    """What all those roles may do; different answers stand one after another."""
    return " / ".join(dict.fromkeys(row[role] for role in roles))


def tabla(names, table, columns):
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for model, label in names:
        cells = [celda(table[model], roles) for roles in columns.values()]
        lines.append(f"| {label} `{model}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def escribir(env, table, dialogs):
    """The text between the marks: one table a room, one of Odoo's own models, one of the dialogs."""
    label = {model: env["ir.model"]._get(model).with_context(lang="es_CO").name.replace("|", "/") for model in table}
    ours = [model for model in table if model.startswith("cartera.") and model not in dialogs]
    parts = []
    for room in ROOMS:
        names = sorted(((model, label[model]) for model in ours if sala(model) == room), key=lambda one: one[1])
        parts.append(f"### {room}\n\n{tabla(names, table, COLUMNS)}")
    theirs = [(model, label[model]) for model in table if not model.startswith("cartera.")]
    parts.append(f"### Modelos de Odoo que tocan la cartera\n\n{tabla(theirs, table, ODOO_COLUMNS)}")
    names = sorted(((model, label[model]) for model in dialogs), key=lambda one: one[1])
    parts.append(f"### Diálogos: quién puede abrirlos\n\n{tabla(names, table, COLUMNS)}")
    return "\n\n".join(parts)


def leer(text):
    """{(model, column): cell} of the tables of a text: names may be said otherwise without asking anybody again."""
    found, columns = {}, []
    for line in text.splitlines():
        if line.startswith("| |"):
            columns = [cell.strip() for cell in line.strip("| ").split("|")]
        elif model := re.search(r"^\|[^|]*`([a-z.]+)` \|", line):
            cells = [cell.strip() for cell in line[model.end() :].rstrip("| ").split("|")]
            found.update({(model[1], column): cell for column, cell in zip(columns, cells, strict=True)})
    return found


def diferencias(text):
    """What the paper says otherwise than `text`: [str]; written anew first where CARTERA_ESCRIBIR is set."""
    before, _begin, rest = PAPER.read_text().partition(BEGIN)
    old, _end, after = rest.partition(END)
    if os.environ.get("CARTERA_ESCRIBIR"):
        PAPER.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
        old = text
    said, found = leer(old), leer(text)
    return [
        f"{model}, {column}: {said.get((model, column))} -> {found.get((model, column))}"
        for model, column in sorted(said.keys() | found.keys())
        if said.get((model, column)) != found.get((model, column))
    ]
