"""What may come out of a contact, and what each result leads to."""

from typing import NamedTuple


class Resultado(NamedTuple):
    """direct: it was two-way; worked: the number or address answers (None says nothing of it); step: what follows,
    one of STEPS; days: until then."""

    label: str
    direct: bool
    worked: bool | None
    step: str = "none"
    days: int = 0


RESULTADOS = {
    # Somebody answered, and it was the person.
    "promise": Resultado("Promises to pay", True, True, "promise"),
    "proposal": Resultado("Proposes instalments", True, True, "agreement", 2),
    "callback": Resultado("Asks to be called later", True, True, "call", 1),
    "paid": Resultado("Says it is paid", True, True, "verify", 1),
    "claim": Resultado("Disagrees with the debt", True, True, "claim", 5),
    "information": Resultado("Asks for information", True, True, "answer", 1),
    "refuses": Resultado("Will not pay", True, True, "call", 15),
    "talked": Resultado("Talked, nothing agreed", True, True, "call", 7),
    # Nobody, or somebody else.
    "no_answer": Resultado("No answer", False, False, "call", 1),
    "voicemail": Resultado("Left a message", False, True, "call", 2),
    "third_party": Resultado("Somebody else answered", False, True, "call", 2),
    "wrong_number": Resultado("Wrong number", False, False, "locate", 1),
    "wrong_address": Resultado("Wrong address", False, False, "locate", 1),
    # Messages.
    "sent": Resultado("Sent", False, None),
    "delivered": Resultado("Delivered", False, True),
    "returned": Resultado("Returned", False, False, "locate", 1),
}
# Those that say that the money will come, and those that say that it will not.
INTENDS = {"promise": "yes", "proposal": "yes", "paid": "yes", "refuses": "no", "claim": "no"}
# Step → (external id of the activity type, label).
STEPS = {
    "none": (None, "Nothing"),
    "call": ("mail.mail_activity_data_call", "Call again"),
    "promise": ("cartera_cobro.mail_activity_type_promesa", "Check the promise"),
    "agreement": ("cartera_cobro.mail_activity_type_acuerdo", "Prepare the payment proposal"),
    "verify": ("mail.mail_activity_data_todo", "Ask for the proof of payment and pass it to the treasury"),
    "claim": ("mail.mail_activity_data_todo", "Follow the complaint"),
    "novedad": ("cartera_cobro.mail_activity_type_novedad_preguntar", "Ask whoever sold"),
    "answer": ("mail.mail_activity_data_todo", "Send the information asked for"),
    "letter": ("mail.mail_activity_data_todo", "Send a letter"),
    "locate": ("mail.mail_activity_data_todo", "Find a phone or address that answers"),
}
