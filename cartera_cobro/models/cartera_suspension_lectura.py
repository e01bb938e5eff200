"""One row of a list that came back from the field, read: texts in, values and reasons out. No Odoo here.

A reason is (code, detail); the sentences are in the wizard that takes the file.
"""

from dataclasses import dataclass, field

from .cartera_importacion_lectura import Ilegible, fecha, palabras

# What a column can be -> the headers it is known by, as `palabras` writes them.
SINONIMOS = {
    "number": ["orden", "numero orden", "orden numero", "order", "order numero", "orden servicio", "order number"],
    "account": ["cuenta", "cuenta contrato", "numero cuenta", "contract account", "account", "contrato"],
    "result": ["resultado", "result", "resultado visita", "codigo resultado", "novedad"],
    "date": ["fecha", "fecha ejecucion", "fecha visita", "date", "execution date"],
    "reading": ["lectura", "lectura medidor", "reading"],
    "note": ["observacion", "observaciones", "nota", "note", "observation"],
}
FILLED = ("result", "date", "reading")


@dataclass
class Visita:
    """A row: where it is in the file, its texts, its day, and the reasons against it."""

    line: int
    texts: dict = field(default_factory=dict)
    day: object = None
    reasons: list = field(default_factory=list)

    @property
    def empty(self):
        """Not visited yet: nothing was filled in."""
        return not any(self.texts.get(name) for name in FILLED)


def leer(line, texts, order):
    """Read {field of SINONIMOS: text} -> Visita. `order` of dates: DMY, MDY or YMD."""
    visita = Visita(line, {name: text.strip() for name, text in texts.items()})
    if visita.empty:
        return visita
    if not visita.texts.get("number") and not visita.texts.get("account"):
        visita.reasons.append(("order_missing", ""))
    if not visita.texts.get("result"):
        visita.reasons.append(("result_missing", ""))
    text = visita.texts.get("date")
    if not text:
        visita.reasons.append(("date_missing", ""))
        return visita
    try:
        visita.day = fecha(text, order)
    except Ilegible:
        visita.reasons.append(("date_bad", text))
    return visita


def clave(text):
    """A result's name or code as it is compared: words without accents, capitals or signs."""
    return " ".join(palabras(text))
