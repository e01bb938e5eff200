"""A bank's file of movements, read: texts in, movements and reasons out. No Odoo here.

Two kinds: a table with headers (CSV or spreadsheet), and the collection file that Colombian banks agreed on in 2001
(Asobancaria, "Especificaciones técnicas para reportar la información del recaudo"): records of 162 signs, 01 header, 05
lot, 06 payment, 08 totals of the lot, 09 totals of the file. A reason is (code, detail); the sentences are in the
wizard that takes the file.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ..rules.deposits import clave
from .cartera_importacion_lectura import Ilegible, fecha, numero

# What a column can be -> the headers it is known by, as `palabras` writes them.
SINONIMOS = {
    "date": ["fecha", "fecha movimiento", "fecha transaccion", "fecha operacion", "date", "fecha pago"],
    "text": ["descripcion", "concepto", "detalle", "transaccion", "movimiento", "description", "label",
             "descripcion movimiento", "observaciones"],
    "reference": ["referencia", "referencia 1", "reference", "numero referencia", "ref", "numero documento",
                  "documento"],
    "vat": ["nit", "nit originador", "identificacion", "cedula", "nit pagador", "identificacion originador",
            "numero identificacion", "nit ordenante"],
    "name": ["nombre", "originador", "nombre originador", "pagador", "ordenante", "nombre ordenante", "tercero"],
    "number": ["numero movimiento", "id movimiento", "numero transaccion", "id transaccion", "numero operacion",
               "id operacion"],
    "account": ["cuenta origen", "cuenta originador", "numero cuenta", "cuenta ordenante", "cuenta"],
    "amount": ["valor", "monto", "importe", "amount", "valor movimiento", "valor transaccion"],
    "credit": ["credito", "creditos", "abono", "abonos", "valor credito", "credit", "consignacion", "ingreso",
               "entrada"],
    "debit": ["debito", "debitos", "cargo", "cargos", "valor debito", "debit", "retiro", "egreso", "salida"],
}  # fmt: skip
# What tells a row from another of the same day, amount and words.
TELLING = ("number", "name", "account")
MOST = Decimal(10) ** 13  # more than this is no deposit, but two numbers in one cell

# --- collection files ---
WIDTH = 162
NEEDED = {"01": 40, "05": 19, "06": 64, "08": 29, "09": 29}  # signs that each record must have; banks cut blanks off
MEANS = {
    "1": "Ventanilla, efectivo",
    "2": "Ventanilla, cheque",
    "3": "Buzón de autoservicio",
    "11": "Débito por audiorrespuesta",
    "12": "Débito por cajero electrónico",
    "13": "Débito por datáfono",
    "14": "Débito por domiciliación",
    "15": "Débito por internet",
    "21": "Tarjeta por audiorrespuesta",
    "22": "Tarjeta por cajero electrónico",
    "23": "Tarjeta por datáfono",
    "24": "Tarjeta por domiciliación",
    "25": "Tarjeta por internet",
}


@dataclass
class Movimiento:
    """A movement of the bank. amount (Decimal): above zero came in; extra: what else tells it from its like, which
    nothing else has where it is `numbered`."""

    line: int
    row: list = field(default_factory=list)
    day: date | None = None
    amount: Decimal | None = None
    text: str = ""
    reference: str = ""
    name: str = ""
    account: str = ""
    means: str = ""
    extra: str = ""
    numbered: bool = False
    reasons: list = field(default_factory=list)


@dataclass
class Recaudo:
    """A collection file: whose it is (NIT, no zeros before it), the account it went to, and its payments."""

    nit: str
    account: str
    movimientos: list


# --- tables -------------------------------------------------------------------------------------------------------


def leer_fila(line, row, texts, order, decimal):
    """Read {field of SINONIMOS: text} of a row (list of texts) -> Movimiento. order, decimal: how the file writes."""
    texts = {name: text.strip() for name, text in texts.items()}
    pieces = [texts.get(name) for name in ("text", "reference", "vat")]
    telling = [clave(texts.get(name)) for name in TELLING]
    movimiento = Movimiento(
        line,
        row,
        text=" ".join(dict.fromkeys(filter(None, pieces))),
        reference=texts.get("reference", ""),
        name=texts.get("name", ""),
        account=texts.get("account", ""),
        extra="|".join(telling) if any(telling) else "",
        numbered=bool(telling[0]),
    )
    _leer_dia(movimiento, texts.get("date"), order)
    _leer_valor(movimiento, texts, decimal)
    return movimiento


def _leer_dia(movimiento, text, order):
    if not text:
        movimiento.reasons.append(("date_missing", ""))
        return
    try:
        movimiento.day = fecha(text, order)
    except Ilegible:
        movimiento.reasons.append(("date_bad", text))


def _leer_valor(movimiento, texts, decimal):
    """The signed amount, or what came in less what went out."""
    found = [(name, texts[name]) for name in ("amount", "credit", "debit") if texts.get(name)]
    try:
        total = sum((_valor(name, text, decimal) for name, text in found), Decimal())
    except Ilegible as error:
        movimiento.reasons.append(("amount_bad", error.detail))
        return
    if not total:
        movimiento.reasons.append(("amount_zero" if found else "amount_missing", ""))
    elif abs(total) >= MOST:
        movimiento.reasons.append(("amount_absurd", str(total)))
    else:
        movimiento.amount = total


def _valor(name, text, decimal):
    try:
        value = numero(text, decimal)
    except Ilegible as error:
        raise Ilegible("amount_bad", text) from error
    # Some banks write what went out below zero in its own column, too.
    return value if name == "amount" else -abs(value) if name == "debit" else abs(value)


# --- collection files ---------------------------------------------------------------------------------------------


def es_recaudo(raw):
    """Whether the file (bytes) is, by its first two records, a collection file."""
    first, second = (raw.replace(b"\r", b"").split(b"\n", 2) + [b"", b""])[:2]
    return first[:2] == b"01" and second[:2] == b"05" and first[2:23].isdigit()


def leer_recaudo(raw):
    """The Recaudo that a file (bytes) writes. Raises Ilegible: a record or a total is not what it must be."""
    records = [
        (number, text)
        for number, text in enumerate(raw.decode("latin-1").replace("\r", "").split("\n"), start=1)
        if text.strip("\x1a ")
    ]
    for number, text in records:
        _revisar_registro(number, text)
    _revisar_orden(records)
    header = records[0][1]
    day = _dia(records[0][0], header[12:20])
    movimientos = [_pago(number, text, day) for number, text in records if text[:2] == "06"]
    _revisar_totales(records)
    return Recaudo(header[2:12].strip().lstrip("0"), header[23:40].strip().lstrip("0"), movimientos)


def _revisar_registro(number, text):
    kind, width = text[:2], len(text.rstrip())
    if kind not in NEEDED:
        raise Ilegible("record_unknown", f"{number}|{kind}")
    if not NEEDED[kind] <= width <= WIDTH:
        raise Ilegible("record_width", f"{number}|{width}|{WIDTH}")


def _revisar_orden(records):
    """One header, lots that open and close, one end: anything else is a file cut off, or two in one."""
    inside = False
    for index, (number, text) in enumerate(records):
        kind = text[:2]
        right = {
            "01": index == 0,
            "05": index > 0 and not inside,
            "06": inside,
            "08": inside,
            "09": not inside and index == len(records) - 1,
        }[kind]
        if not right:
            raise Ilegible("record_order", f"{number}|{kind}")
        inside = kind in ("05", "06")
    if not records or records[-1][1][:2] != "09":
        raise Ilegible("file_cut", "")


def _pago(number, text, day):
    text = text.ljust(WIDTH)
    amount = Decimal(_cifras(number, text[50:64])) / 100
    reference = text[2:50].strip().lstrip("0")
    means = text[66:68].strip().lstrip("0")
    movimiento = Movimiento(
        number,
        [text.rstrip()],
        day,
        amount,
        text=f"Recaudo {reference}".strip(),
        reference=reference,
        means=MEANS.get(means, means),
        extra=text[68:80] + text[83:94],
        numbered=True,
    )
    if text[94:97].strip("0 "):
        movimiento.reasons.append(("returned", text[94:97].strip()))
    if not amount:
        movimiento.reasons.append(("amount_zero", ""))
    return movimiento


def _revisar_totales(records):
    """Counts and sums of the lots and of the file are those of their payments."""
    lot, whole, name = [], [], ""
    for number, text in records:
        kind = text[:2]
        if kind == "05":
            lot, name = [], text[15:19]
        elif kind == "06":
            lot.append(_cifras(number, text[50:64]))
        elif kind == "08":
            _cotejar("lot_totals", number, text, lot)
            if text[29:33].strip() and text[29:33] != name:
                raise Ilegible("lot_other", f"{number}|{text[29:33]}|{name}")
            whole += lot
        elif kind == "09":
            _cotejar("file_totals", number, text, whole)


def _cotejar(code, number, text, amounts):
    said = (_cifras(number, text[2:11]), _cifras(number, text[11:29]))
    found = (len(amounts), sum(amounts))
    if said != found:
        cents = [Decimal(value) / 100 for value in (said[1], found[1])]
        raise Ilegible(code, f"{number}|{said[0]}|{cents[0]}|{found[0]}|{cents[1]}")


def _cifras(number, text):
    if not (text.isascii() and text.isdigit()):
        raise Ilegible("number_bad", f"{number}|{text.strip()}")
    return int(text)


def _dia(number, text):
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError as error:
        raise Ilegible("day_bad", f"{number}|{text}") from error


# --- the same twice -----------------------------------------------------------------------------------------------


def huellas(keys, taken=frozenset()):
    """[fingerprint (str)] of `keys` [(day, amount, text, extra)], in order; none of them is one of `taken`.

    What is the same in everything is told apart by how often it came before: two deposits alike of one day are two, in
    this file and in the next one that overlaps it.
    """
    seen, prints = Counter(), []
    for day, amount, text, extra in keys:
        base = f"{day:%Y%m%d}|{Decimal(amount).quantize(Decimal('0.01'))}|{clave(text)}|{extra}"
        fresh = None
        while fresh is None or fresh in taken:
            seen[base] += 1
            fresh = hashlib.sha256(f"{base}|{seen[base]}".encode()).hexdigest()[:32]
        prints.append(fresh)
    return prints
