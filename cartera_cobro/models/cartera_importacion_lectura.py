"""One row of another system's list, read and judged: texts in, typed values and reasons out.

No Odoo here. What needs the database (currencies, locked periods, what is there already) is judged in
`cartera_importacion_revision`. A reason is (code, detail); the sentences are in `cartera_importacion_fila`.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from stdnum.co import nit

# What a column can be: field of `cartera.importacion.fila` -> the headers it is known by, as `palabras` writes them.
# The last ones of a list are the weakest: they give way when another column asks for the same with better words.
SINONIMOS = {
    "id_type": ["tipo identificacion", "tipo documento", "tipo id", "tipo doc", "id type", "clase documento"],
    "vat": ["nit", "numero identificacion", "identificacion", "nit tercero", "cedula", "cedula nit", "tax id", "vat",
            "id numero", "identification", "rut", "stcd1", "numero documento", "documento", "id"],
    "vat_dv": ["dv", "digito verificacion", "digito verificador", "check digit"],
    "partner_code": ["customer id", "codigo cliente", "codigo tercero", "id cliente", "customer code",
                     "customer numero", "kunnr", "codigo", "customer"],
    "name": ["razon social", "nombre", "nombre tercero", "nombre cliente", "customer name", "name", "name1",
             "tercero", "cliente", "deudor"],
    "email": ["correo electronico", "correo", "email", "e mail", "mail"],
    "phone": ["telefono", "celular", "phone", "movil", "mobile"],
    "street": ["direccion", "address", "street", "domicilio"],
    "city": ["ciudad", "municipio", "city"],
    "ref": ["numero factura", "factura", "invoice numero", "documento cruce", "invoice", "xblnr", "comprobante",
            "consecutivo", "referencia", "numero", "documento"],
    "date": ["fecha factura", "fecha emision", "fecha expedicion", "fecha elaboracion", "fecha documento",
             "invoice date", "issue date", "bldat", "fecha", "date"],
    "date_due": ["fecha vencimiento", "vencimiento", "due date", "fecha limite pago", "fecha limite",
                 "fecha pago oportuno", "netdt", "due"],
    "date_paid": ["fecha pago", "settled date", "payment date", "paid date", "fecha recaudo", "fecha cancelacion"],
    "amount_total": ["valor total", "valor factura", "total factura", "valor original", "invoice amount", "importe",
                     "monto", "wrbtr", "dmbtr", "total", "valor", "amount"],
    "amount_balance": ["saldo pendiente", "saldo actual", "saldo", "balance", "open amount", "amount due",
                       "outstanding", "pendiente"],
    "currency": ["moneda", "currency", "divisa", "waers"],
    "cuenta": ["cuenta contrato", "contract account", "numero contrato", "contrato", "contract", "vkont", "matricula",
               "suscriptor", "poliza", "cuenta"],
}
OBLIGATORIOS = ("ref", "date", "date_due")
ABREVIATURAS = {
    "nro": "numero", "no": "numero", "num": "numero", "number": "numero", "fec": "fecha", "fch": "fecha",
    "vcto": "vencimiento", "vto": "vencimiento", "venc": "vencimiento", "vence": "vencimiento", "vlr": "valor",
    "tel": "telefono", "cel": "celular", "fact": "factura", "cta": "cuenta", "cod": "codigo", "dir": "direccion",
    "ident": "identificacion", "cc": "cedula",
}
PALABRAS_VACIAS = {"de", "del", "la", "el", "y", "o", "the", "of"}

# Identification types by name, abbreviation and the tax authority's code -> external id.
NIT = "l10n_co.rut"
CEDULA = "l10n_co.national_citizen_id"
EXTRANJERO = "l10n_latam_base.it_fid"
TIPOS = {
    NIT: "nit,rut,31,n",
    CEDULA: "cc,c,cedula,cedula ciudadania,13",
    "l10n_co.civil_registration": "rc,registro civil,11",
    "l10n_co.id_card": "ti,tarjeta identidad,12",
    "l10n_co.foreign_colombian_card": "te,tarjeta extranjeria,21",
    "l10n_co.foreign_resident_card": "ce,cedula extranjeria,22",
    "l10n_latam_base.it_pass": "pa,pas,pasaporte,passport,41",
    EXTRANJERO: "de,die,documento extranjero,documento identificacion extranjero,cedula extranjera,42",
    "l10n_co.residence_document": "pep,permiso especial permanencia,47",
    "l10n_co.48": "ppt,permiso proteccion temporal,48",
    "l10n_co.external_id": "nit otro pais,50",
    "l10n_co.niup_id": "niup,91",
}
TIPO_POR_NOMBRE = {name: xmlid for xmlid, names in TIPOS.items() for name in names.split(",")}

ORDENES = ("DMY", "MDY", "YMD")
MESES = {name: number for number, name in enumerate("ene feb mar abr may jun jul ago sep oct nov dic".split(), 1)}
MESES |= {"jan": 1, "apr": 4, "aug": 8, "dec": 12}
FIRST_YEAR, LAST_YEAR = 1950, 2100
LONGEST = 30  # signs of an amount or of a part of a date: more is no such thing


class Ilegible(ValueError):
    """A text that is not the date, number or identification it should be; `code` and `detail` make the reason."""

    def __init__(self, code="", detail=""):
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Formato:
    """How a file writes: `fecha` one of ORDENES, `decimal` "." or ","."""

    fecha: str = "DMY"
    decimal: str = "."


@dataclass
class Lectura:
    """A row: `values` by field (absent where empty or unreadable) and the reasons against it."""

    values: dict = field(default_factory=dict)
    reasons: list = field(default_factory=list)

    def against(self, code, detail=""):
        self.reasons.append((code, str(detail)))


# --- headers ------------------------------------------------------------------------------------------------------


def palabras(text):
    """The words of a header: without accents, capitals, signs, articles or abbreviations."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", str(text))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = (ABREVIATURAS.get(word, word) for word in re.findall(r"[a-z0-9]+", plain))
    return [word for word in words if word not in PALABRAS_VACIAS]


def _parecidos(header, sinonimos):
    """[(score, field)] of a header: its whole text over a part of it, long phrases over short ones."""
    text = f" {' '.join(palabras(header))} "
    for name, phrases in sinonimos.items():
        fits = [(100 * (f" {phrase} " == text) + 10 * len(phrase.split()) - rank / 100)
                for rank, phrase in enumerate(phrases) if f" {phrase} " in text]
        if fits:
            yield max(fits), name


def adivinar(headers, sinonimos=None):
    """{column index: field} for the headers that say what they are; each field goes to one column."""
    scored = sorted(
        ((score, -index, name) for index, header in enumerate(headers) for score, name in
         _parecidos(header, sinonimos or SINONIMOS)),
        reverse=True,
    )
    taken = {}
    for _score, index, name in scored:
        if -index not in taken and name not in taken.values():
            taken[-index] = name
    return taken


def fila_de_titulos(rows, look=30, sinonimos=None):
    """Index of the row that looks most like headers (reports put a title above them); 0 when none does."""
    known = [len(adivinar(row, sinonimos)) for row in rows[:look]]
    return known.index(max(known)) if known else 0


# --- dates, numbers -----------------------------------------------------------------------------------------------


def fecha(text, order):
    """The date that `text` writes in `order` (DMY, MDY, YMD; ISO is always understood). Raises Ilegible."""
    text = re.split(r"[T ](?=\d\d?:)", text.strip())[0]
    parts = re.findall(r"[0-9]+|[^\W\d_]+", re.sub(r"^((?:19|20)\d\d)(\d\d)(\d\d)$", r"\1-\2-\3", text))
    if len(parts) != 3 or any(len(part) > LONGEST for part in parts):
        raise Ilegible
    numbers = [int(part) if part.isascii() and part.isdecimal() else MESES.get(part[:3].lower(), 0) for part in parts]
    if len(parts[0]) == 4:
        order = "YMD"
    elif parts[1].isalpha():
        order = "DMY"
    if len(parts[order.index("Y")]) == 2:
        numbers[order.index("Y")] += 2000
    found = dict(zip(order, numbers, strict=True))
    try:
        day = date(found["Y"], found["M"], found["D"])
    except (ValueError, OverflowError) as error:
        raise Ilegible from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Ilegible
    return day


def numero(text, decimal):
    """The Decimal that `text` writes, with its currency sign, thousands and sign before, after or in brackets.

    Thousands must be in threes: `12.34` is no number where the comma is the decimal sign. Raises Ilegible.
    """
    plain = re.sub(r"US\$|COP|USD|EUR|[$€\s'’]", "", text.upper())
    body = plain.strip("()-+")
    group = "," if decimal == "." else "."
    if len(body) > LONGEST or not re.fullmatch(
        rf"([0-9]+|[0-9]{{1,3}}(\{group}[0-9]{{3}})+)(\{decimal}[0-9]*)?", body
    ):
        raise Ilegible
    value = Decimal(body.replace(group, "").replace(decimal, "."))
    return -value if "-" in plain or plain.startswith("(") else value


def _legibles(texts, read):
    count = 0
    for text in texts:
        try:
            read(text)
            count += 1
        except Ilegible:
            continue
    return count


def detectar_fecha(texts, first="DMY"):
    """The order that reads most of the dates; `first` where several read as many."""
    orders = sorted(ORDENES, key=lambda order: order != first)
    return max(orders, key=lambda order: _legibles(texts, lambda text: fecha(text, order)))


def detectar_decimal(texts, first="."):
    """The decimal sign that reads most of the amounts with no more than two decimals; `first` on a tie."""
    def read(text, sign):
        if abs(numero(text, sign).as_tuple().exponent) > 2:
            raise Ilegible
    signs = sorted(".,", key=lambda sign: sign != first)
    return max(signs, key=lambda sign: _legibles(texts, lambda text: read(text, sign)))


# --- identification -----------------------------------------------------------------------------------------------


def separar_nit(text):
    """(number, check digit or "") of a NIT as people write it: 900.123.456-8, 9001234568, 900123456.

    Without a dash, ten digits from 8 or 9 (a company's nine) and eleven (a citizen's ten) end in the check digit.
    """
    clean = nit.clean(text, ". ,").upper()
    if "-" in clean:
        number, _dash, digit = clean.rpartition("-")
        return number.replace("-", ""), digit
    glued = (len(clean) == 10 and clean[0] in "89") or len(clean) == 11
    return (clean[:-1], clean[-1]) if glued else (clean, "")


def base_identificacion(text, is_nit):
    """What two writings of one identification have in common: capitals and digits, no check digit."""
    if is_nit or re.fullmatch(r"[\d.\s]+-\d", text.strip()):
        return separar_nit(text)[0]
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def _tipo(text, number, digit):
    """External id of the type; where the file names none, what the number looks like."""
    if text:
        words = palabras(text)
        # "Cédula de ciudadanía", "C.C.", "13 - Cédula"
        names = [" ".join(words), "".join(words), *(word for word in words[:1] if word.isdigit())]
        known = [TIPO_POR_NOMBRE[name] for name in names if name in TIPO_POR_NOMBRE]
        if not known:
            raise Ilegible("id_type", text)
        return known[0]
    if digit or re.fullmatch(r"[\d.\s]+-\d|[89]\d{8}", number.strip()):
        return NIT
    return CEDULA if re.fullmatch(r"[\d.\s]+", number.strip()) else EXTRANJERO


def identificacion(number, digit="", kind=""):
    """(external id of the type, number as Odoo keeps it, number to compare by). A missing check digit is computed.

    Raises Ilegible: unknown type, not a NIT, wrong check digit.
    """
    xmlid = _tipo(kind, number, digit)
    if xmlid != NIT:
        compact = re.sub(r"[.\s,]", "", number) if xmlid == CEDULA else number.strip()
        return xmlid, compact, base_identificacion(number, is_nit=False)
    base, glued = separar_nit(number)
    if digit and glued and "-" not in number:
        base, glued = nit.compact(number), ""
    if not (base.isascii() and base.isdigit()) or not 6 <= len(base) <= 15:
        raise Ilegible("nit_format", number)
    right = nit.calc_check_digit(base)
    given = [sign for sign in (glued, digit.strip()) if sign]
    if any(sign != right for sign in given):
        raise Ilegible("nit_digit", f"{base}-{given[0]}|{right}")
    if not nit.is_valid(base + right):
        raise Ilegible("nit_format", number)
    return xmlid, f"{base}-{right}", base


# --- the row ------------------------------------------------------------------------------------------------------


def leer(texts, formato):
    """Read a row, {field: text as in the file} -> Lectura, with every reason against it, not only the first."""
    texts = {name: text.strip() for name, text in texts.items()}
    lectura = Lectura({name: text for name, text in texts.items() if text and name in TEXTOS})
    _leer_deudor(lectura, texts)
    if not texts.get("ref"):
        lectura.against("ref_missing")
    _leer_fechas(lectura, texts, formato)
    _leer_importes(lectura, texts, formato)
    return lectura


TEXTOS = ("partner_code", "name", "email", "phone", "street", "city", "ref", "currency", "cuenta")


def _leer_deudor(lectura, texts):
    number = texts.get("vat")
    if not number:
        if texts.get("partner_code"):
            lectura.values["partner_key"] = f"#{texts['partner_code']}"
        else:
            lectura.against("debtor_missing")
        return
    try:
        kind, vat, base = identificacion(number, texts.get("vat_dv", ""), texts.get("id_type", ""))
        lectura.values.update(id_type=kind, vat=vat, partner_key=base)
    except Ilegible as error:
        lectura.against(error.code, error.detail)


def _leer_fechas(lectura, texts, formato):
    for name, missing in (("date", True), ("date_due", True), ("date_paid", False)):
        text = texts.get(name)
        if text:
            try:
                lectura.values[name] = fecha(text, formato.fecha)
            except Ilegible:
                lectura.against(f"{name}_bad", text)
        elif missing:
            lectura.against(f"{name}_missing")
    issued, due = lectura.values.get("date"), lectura.values.get("date_due")
    if issued and due and due < issued:
        lectura.against("due_before_issue", f"{due} < {issued}")


def _leer_importes(lectura, texts, formato):
    """Total and balance: each stands for the other where the file has only one; a paid row owes nothing."""
    values = lectura.values
    for name in ("amount_total", "amount_balance"):
        _leer_importe(lectura, name, texts.get(name), formato)
    if any(code.startswith("amount_") for code, _detail in lectura.reasons):
        return
    if "amount_total" not in values and "amount_balance" not in values:
        lectura.against("amount_missing")
        return
    values.setdefault("amount_total", values.get("amount_balance"))
    values.setdefault("amount_balance", Decimal() if texts.get("date_paid") else values["amount_total"])
    if values["amount_total"] < Decimal("0.005"):
        lectura.against("amount_zero")
    elif values["amount_balance"] > values["amount_total"]:
        lectura.against("balance_over", f"{values['amount_balance']} > {values['amount_total']}")


def _leer_importe(lectura, name, text, formato):
    if not text:
        return
    try:
        value = numero(text, formato.decimal)
    except Ilegible:
        lectura.against(f"{name}_bad", text)
        return
    if value < 0:
        lectura.against(f"{name}_negative", text)
    lectura.values[name] = value


def clave(values):
    """What makes a row one and the same invoice: debtor, contract account and number."""
    return "|".join((values.get("partner_key", ""), values.get("cuenta", ""), values.get("ref", "")))


def repetidas(keys):
    """{index: index of the first one} for the keys that are there before; empty keys never repeat."""
    first = {}
    for index, key in enumerate(keys):
        first.setdefault(key, index)
    return {index: first[key] for index, key in enumerate(keys) if key and first[key] != index}
