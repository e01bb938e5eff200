"""The kinds of events of a case, and what each does."""

from typing import NamedTuple

LEGAL_STATES = [
    ("filed", "Claim filed"),
    ("ordered", "Order to pay issued"),
    ("notified", "Order to pay notified"),
    ("defence", "Exceptions under study"),
    ("ruled", "Collection goes on"),
    ("liquidated", "Credit liquidated"),
    ("auction", "Auction set"),
    ("suspended", "Auction suspended"),
    ("sold", "Sold at auction"),
    ("terminated", "Terminated"),
]


class Clase(NamedTuple):
    """label: of the kind; state: of the case from then on (of LEGAL_STATES; None leaves it as it was); effect: on the
    term of its items, a kind of `cartera.prescripcion.evento`, or "resume": it ends the last suspension."""

    label: str
    state: str | None = None
    effect: str | None = None


CLASES = {
    "filing": Clase("Filing of the claim", "filed"),
    "order": Clase("Admission or order to pay", "ordered"),
    # E.T. 818; C.C. 2539 and C.G.P. 94: the term starts anew, of a claim filed with a judge from its filing.
    "notification": Clase("Notification of the order to pay", "notified", "interrupt"),
    "embargo": Clase("Embargo or precautionary measure"),
    "exceptions": Clase("Exceptions", "defence"),
    "ruling": Clase("Ruling, or order to go on", "ruled"),
    "liquidation": Clase("Liquidation of the credit", "liquidated"),
    "auction": Clase("Auction set", "auction"),
    # E.T. 818: the term stands still while the auction is suspended.
    "suspension": Clase("Act suspending the auction", "suspended", "suspend"),
    "resumption": Clase("Suspension lifted", "auction", "resume"),
    "sale": Clase("Auction held (remate)", "sold"),
    "termination": Clase("Termination of the process", "terminated"),
    "other": Clase("Another event"),
}
KINDS = [(code, clase.label) for code, clase in CLASES.items()]
# What may still happen in the process once the referral is closed.
AFTER_THE_END = ("liquidation", "termination", "other")
