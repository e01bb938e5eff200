"""Words the demo portfolio is made of. All people, companies and numbers that come of them are fictitious."""


def _lista(texto, separador=None):
    return tuple(texto.split(separador))


# (first names, second names) of women and of men
NOMBRES = (
    (
        _lista(
            "Adriana Amparo Blanca Carmenza Deisy Dora Elvira Flor Gladys Ingrid Jenny Karina Leticia Luz Marleny "
            "Mireya Nubia Oriana Paola Rocío Sandra Yamile Zoraida"
        ),
        _lista("Alba Aurora Cecilia Esneda Esther Inés Marina Milena Patricia Stella"),
    ),
    (
        _lista(
            "Alejandro Andrés Camilo Cristian Dairo Diego Edilberto Elkin Fabián Gerardo Hernán Iván Jairo Leonel "
            "Libardo Mauricio Nelson Orlando Rigoberto Teófilo Ulises Wilmer Yeison"
        ),
        _lista("Abel Antonio Enrique Ernesto Joaquín José Octavio Ramiro Rubén Tulio"),
    ),
)
APELLIDOS = _lista(
    "Acevedo Agudelo Barragán Bejarano Caicedo Cifuentes Cubillos Daza Echeverry Forero Galindo Guzmán Hoyos Isaza "
    "Jaramillo Linares Lozano Mahecha Montenegro Novoa Ocampo Ospina Palacios Parrado Quiñones Rengifo Rincón Rojas "
    "Saavedra Sabogal Tabares Tovar Urrego Velandia Yepes Zambrano"
)

# (what the company is, its legal form, use of its account)
GIROS = (
    ("Ferretería", "Ltda.", "commercial"),
    ("Arrocera", "S.A.", "industrial"),
    ("Hotel", "S.A.S.", "commercial"),
    ("Institución Educativa", "", "official"),
    ("Lácteos", "S.A.S.", "industrial"),
    ("Conjunto Residencial", "P.H.", "residential"),
    ("Restaurante", "S.A.S.", "commercial"),
    ("Transportes", "S.A.", "commercial"),
    ("Frigorífico", "S.A.", "industrial"),
    ("Clínica", "S.A.S.", "commercial"),
    ("Constructora", "S.A.S.", "commercial"),
    ("Fundación", "", "special"),
    ("Estación de Servicio", "S.A.S.", "commercial"),
    ("Molinos", "S.A.", "industrial"),
    ("Lavandería", "Ltda.", "commercial"),
)
LUGARES = _lista(
    "Alto Grande|Brisas del Ariari|Caño Hondo|El Alcaraván|El Garcero|El Moriche|El Samán|El Yopo|Flor Amarillo|"
    "La Ceiba|La Macarena|La Mata de Monte|La Palmera|La Sabana|La Vorágine|Las Garzas|Las Toninas|Llano Claro|"
    "Los Araguatos|Los Gabanes|Los Guaduales|Monte Adentro|Morichal|Ocarro|Palma Real|Puerto Sereno|Río Manso|"
    "Sol del Llano|Tierra Alta|Vega del Río|Agua Viva|Bella Suiza|Cerro Azul|El Merey|El Tigre Pintado|La Guaratara|"
    "La Lindosa|Los Alcatraces|Los Trompillos|Mata Redonda|Pie de Monte|Piedra Gorda|Rancho Grande|"
    "San Isidro Viejo|Tres Esquinas",
    "|",
)

MUNICIPIOS = ("Villavicencio", "Villavicencio", "Villavicencio", "Acacías", "Restrepo", "Cumaral", "Granada")
ZONAS = {"norte": 0.30, "centro": 0.30, "sur": 0.25, "rural": 0.15}
VIAS = ("Calle", "Carrera", "Diagonal", "Transversal")

# What is billed for each kind of account, and the share of each service in the bill.
SERVICIOS = {
    "account": (("acueducto", 0.42), ("alcantarillado", 0.36), ("aseo", 0.22)),
    "contract": (("bloque", 1.0),),
    "lease": (("arriendo", 1.0),),
}
TARIFA_ESTRATO = {1: 60_000, 2: 85_000, 3: 130_000, 4: 190_000, 5: 280_000, 6: 380_000}  # pesos a bimonthly bill

# How debtors pay, and how many of them do so.
COMPORTAMIENTOS = {"puntual": 41, "tardio": 34, "parcial": 25, "perdido": 20}

# What was done with each kind of debtor, oldest first: (channel, result, whether they contacted us).
GUIONES = {
    "puntual": (
        (("email", "sent", False), ("call", "talked", False)),
        (("sms", "delivered", False), ("call", "paid", True)),
        (("whatsapp", "information", True),),
    ),
    "tardio": (
        (("email", "sent", False), ("call", "no_answer", False), ("call", "promise", False)),
        (("sms", "delivered", False), ("call", "voicemail", False), ("call", "promise", False)),
        (("call", "callback", False), ("call", "paid", False)),
        (("in_person", "information", True), ("call", "promise", False)),
        (("whatsapp", "sent", False), ("call", "no_answer", False), ("call", "talked", False)),
    ),
    "parcial": (
        (("call", "no_answer", False), ("email", "delivered", False), ("call", "promise", False),
         ("call", "no_answer", False), ("call", "promise", False)),
        (("sms", "delivered", False), ("call", "talked", False), ("in_person", "proposal", True)),
        (("call", "voicemail", False), ("call", "claim", False), ("email", "delivered", False)),
        (("call", "promise", False), ("sms", "sent", False), ("call", "no_answer", False), ("call", "proposal", False)),
    ),
    "perdido": (
        (("call", "no_answer", False), ("sms", "sent", False), ("call", "voicemail", False),
         ("call", "third_party", False), ("call", "no_answer", False), ("call", "no_answer", False)),
        (("call", "no_answer", False), ("call", "wrong_number", False), ("email", "returned", False),
         ("letter", "sent", False)),
        (("call", "no_answer", False), ("call", "promise", False), ("sms", "sent", False), ("call", "no_answer", False),
         ("call", "refuses", False)),
        (("email", "sent", False), ("letter", "wrong_address", False), ("call", "no_answer", False),
         ("call", "third_party", False)),
    ),
}  # fmt: skip
NOTAS = {
    "promise": (
        "Paga cuando le consignen la quincena.",
        "Confirma que transfiere por PSE y envía el soporte.",
        "Espera el pago de un cliente para ponerse al día.",
    ),
    "proposal": (
        "Ofrece una cuota inicial del 30 % y el saldo en seis meses.",
        "Pide pagar en cuatro cuotas iguales desde el mes entrante.",
    ),
    "callback": ("Está en una reunión: pide que la llamen mañana.",),
    "paid": ("Dice que pagó en el banco y que envía el soporte.",),
    "claim": ("No reconoce el consumo del último periodo: pide revisión del medidor.",),
    "information": ("Pide el estado de cuenta detallado y los medios de pago.",),
    "refuses": ("Manifiesta que no va a pagar.",),
    "talked": ("Se le informa el saldo y los medios de pago.", "Queda de revisar el estado de cuenta."),
    "voicemail": ("Se deja mensaje sin dar detalles de la obligación.",),
    "third_party": ("Contesta otra persona: se deja razón de llamar, sin decir para qué.",),
    "wrong_number": ("El número no es de esta persona.",),
    "wrong_address": ("El mensajero informa que la dirección no existe.",),
    "returned": ("El correo rebotó: buzón inexistente.",),
}
