"""One row of an agency's contact log, read: texts in, values of `cartera.gestion` and reasons against it out.

No Odoo here. A reason is (code, detail); the sentences are in the wizard that imports the log.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from ..rules.contact import BOGOTA
from .cartera_importacion_lectura import Ilegible, fecha, numero, palabras

# What a column can be -> the headers it is known by, as `palabras` writes them.
SINONIMOS = {
    "vat": [
        "nit",
        "numero identificacion",
        "identificacion",
        "cedula",
        "cedula nit",
        "documento deudor",
        "numero documento",
        "documento",
        "id deudor",
        "tax id",
        "vat",
    ],
    "date": [
        "fecha hora",
        "fecha hora gestion",
        "fecha gestion",
        "fecha contacto",
        "fecha llamada",
        "date time",
        "contact date",
        "fecha",
        "date",
    ],
    "time": ["hora gestion", "hora contacto", "hora llamada", "hora", "time"],
    "channel": ["canal", "canal contacto", "medio contacto", "tipo gestion", "medio", "channel"],
    "direction": ["sentido", "sentido llamada", "direction"],
    "result": ["resultado", "resultado gestion", "tipificacion", "efecto", "result", "outcome"],
    "direct": ["contacto directo", "directo", "contacto efectivo", "direct"],
    "address": [
        "numero marcado",
        "telefono marcado",
        "telefono correo",
        "telefono",
        "celular",
        "correo",
        "direccion",
        "address",
        "phone",
        "email",
    ],
    "note": ["observaciones", "observacion", "nota", "notas", "comentario", "comentarios", "note", "notes"],
    "external_ref": ["referencia", "referencia gestion", "id gestion", "consecutivo", "codigo gestion", "reference"],
    "promise_date": ["fecha promesa", "fecha compromiso", "promise date"],
    "promise_amount": ["valor promesa", "valor compromiso", "monto promesa", "promise amount"],
}
OBLIGATORIOS = ("vat", "date", "channel", "result")
CANALES = {
    "call": "call,llamada,llamada telefonica,telefonica,telefono,celular",
    "sms": "sms,mensaje texto,mensaje,texto",
    "whatsapp": "whatsapp,whats app,wpp,wa,chat",
    "email": "email,e mail,correo,correo electronico,mail",
    "letter": "letter,carta,comunicacion escrita,oficio",
    "visit": "visit,visita,visita domiciliaria",
    "ivr": "ivr,llamada automatica,mensaje voz,blaster,voz automatica",
    "in_person": "in person,presencial,oficina,personal",
}
RESULTADOS = {
    "promise": "promise,promises to pay,promesa,promesa pago,compromiso,compromiso pago,acuerdo pago",
    "proposal": "proposal,proposes instalments,propuesta,propuesta pago,propone cuotas,solicita acuerdo",
    "callback": "callback,asks to be called later,volver llamar,llamar despues,pide llamar despues,rellamada",
    "paid": "paid,says it is paid,ya pago,pagado,dice que pago,dice que ya pago,manifiesta pago,pago realizado",
    "claim": "claim,disagrees with debt,reclamo,reclamacion,inconforme,no reconoce deuda,no esta acuerdo,queja",
    "information": "information,asks for information,pide informacion,solicita informacion,informacion",
    "refuses": "refuses,will not pay,no va pagar,no pagara,renuente,se niega,se niega pagar,sin voluntad pago",
    "talked": "talked,talked nothing agreed,contacto,contacto titular,contactado,hablo,se hablo,contacto efectivo",
    "no_answer": "no answer,no contesta,no responde,no contesto,sin respuesta,ocupado,apagado",
    "voicemail": "voicemail,left message,left a message,buzon,buzon voz,mensaje voz,dejo mensaje,se deja mensaje",
    "third_party": "third party,somebody else answered,tercero,contacto tercero,mensaje tercero,contesta tercero",
    "wrong_number": "wrong number,numero equivocado,equivocado,numero errado,telefono errado,fuera servicio",
    "wrong_address": "wrong address,direccion errada,direccion equivocada,correo errado",
    "sent": "sent,enviado,enviada",
    "delivered": "delivered,entregado,entregada,leido",
    "returned": "returned,devuelto,devuelta,rebotado,rechazado",
}
SI, NO = ("si", "s", "yes", "y", "1", "true", "x", "verdadero"), ("no", "n", "0", "false", "falso")
ENTRANTE, SALIENTE = ("in", "entrante", "recibida", "inbound"), ("out", "saliente", "realizada", "outbound")


def _indice(synonyms):
    return {" ".join(palabras(text)): code for code, texts in synonyms.items() for text in (code, *texts.split(","))}


CANAL_POR_NOMBRE, RESULTADO_POR_NOMBRE = _indice(CANALES), _indice(RESULTADOS)


@dataclass
class Contacto:
    """A row: `values` of cartera.gestion (but its dossier), `vat` as written, and the reasons against it."""

    vat: str = ""
    values: dict = field(default_factory=dict)
    reasons: list = field(default_factory=list)


def leer(texts, order):
    """Read {field of SINONIMOS: text} -> Contacto, with every reason. `order` of dates: DMY, MDY or YMD."""
    texts = {name: text.strip() for name, text in texts.items()}
    contacto = Contacto(texts.get("vat", ""))
    if not contacto.vat:
        contacto.reasons.append(("debtor_missing", ""))
    _leer_instante(contacto, texts, order)
    _leer_codigo(contacto, "channel", texts, CANAL_POR_NOMBRE)
    _leer_codigo(contacto, "result", texts, RESULTADO_POR_NOMBRE)
    _leer_opcion(contacto, "direct", texts, {True: SI, False: NO})
    _leer_opcion(contacto, "direction", texts, {"in": ENTRANTE, "out": SALIENTE})
    _leer_promesa(contacto, texts, order)
    contacto.values |= {name: texts[name] for name in ("address", "note", "external_ref") if texts.get(name)}
    return contacto


def instante(date_text, time_text, order):
    """The naive UTC datetime of a date and an hour of Colombia; the hour may come with the date. Raises Ilegible."""
    day = fecha(date_text, order)
    hour = _hora(time_text) or _hora(date_text)
    if hour is None:
        raise Ilegible("time_missing")
    return datetime.combine(day, hour, BOGOTA).astimezone(UTC).replace(tzinfo=None)


def _hora(text):
    """The time that is written somewhere in `text`, on 24 hours or with a. m. and p. m.; None when there is none."""
    found = re.search(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap])?", text.lower())
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4] == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise Ilegible("time_bad", text) from error


def _leer_instante(contacto, texts, order):
    text = texts.get("date")
    if not text:
        contacto.reasons.append(("date_missing", ""))
        return
    try:
        contacto.values["date"] = instante(text, texts.get("time", ""), order)
    except Ilegible as error:
        contacto.reasons.append((error.code or "date_bad", error.detail or text))


def _leer_codigo(contacto, name, texts, codes):
    text = texts.get(name, "")
    code = codes.get(" ".join(palabras(text)))
    if code:
        contacto.values[name] = code
    else:
        contacto.reasons.append((f"{name}_unknown" if text else f"{name}_missing", text))


def _leer_opcion(contacto, name, texts, options):
    """An optional column of few words; what is not one of them is a reason."""
    text = texts.get(name)
    if not text:
        return
    word = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().strip()
    known = [value for value, words in options.items() if word in words]
    if known:
        contacto.values[name] = known[0]
    else:
        contacto.reasons.append((f"{name}_unknown", text))


def _leer_promesa(contacto, texts, order):
    """The day and amount of a promise, which is for the day of the contact or a later one."""
    if contacto.values.get("result") != "promise":
        return
    at = contacto.values.get("date")
    try:
        day = fecha(texts.get("promise_date", ""), order)
        amount = float(numero(texts.get("promise_amount", ""), _decimal(texts)))
    except Ilegible:
        day, amount = None, 0.0
    if amount <= 0 or (at and day < at.replace(tzinfo=UTC).astimezone(BOGOTA).date()):
        contacto.reasons.append(("promise_incomplete", ""))
    contacto.values |= {"promise_date": day, "promise_amount": amount}


def _decimal(texts):
    """The decimal sign of the promise: a comma where what follows it is cents, or points group thousands."""
    text = texts.get("promise_amount", "")
    return "," if re.search(r",\d{1,2}$|\.\d{3}(\D|$)", text) else "."
