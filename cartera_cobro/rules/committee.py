"""Bodies that decide: how many must be there, and what their votes decide."""

QUORUMS = ("all", "majority", "number")
MAJORITIES = ("simple", "absolute", "two_thirds", "unanimous")


def quorum(rule: str, seats: int, number: int = 0) -> int:
    """How many of `seats` (permanent members with vote) must be present for the body to decide.

    all: every one (D. 445/2017, unless the body's own rules say otherwise); majority: more than half; number: so many.
    ValueError: nobody votes, or the number is not between one and the seats.
    """
    if seats < 1:
        raise ValueError("The body has no permanent member with a vote: name its members.")
    if rule == "number":
        if not 1 <= number <= seats:
            raise ValueError(f"The quorum is {number}, and {seats} permanent members have a vote: set one to {seats}.")
        return number
    return seats if rule == "all" else seats // 2 + 1


def verdict(
    rule: str, yes: int, no: int, abstain: int, present: int, breaks: bool = False, chair: str | None = None
) -> str:
    """What the votes cast so far decide of a proposal: approved, rejected, or open while those missing may turn it.

    - present: those who may vote, whether they did yet or not; they are at least those who did (ValueError).
    - breaks: at a tie the vote of the chair decides; chair: yes, no, abstain, None when it has not voted.

    simple: more in favour than against; absolute: more than half of those present; two_thirds of them; unanimous: all.
    An abstention is in favour of nothing.
    """
    pending = present - yes - no - abstain
    if pending < 0 or min(yes, no, abstain) < 0:
        raise ValueError("There are more votes than people who may vote.")
    if not present:
        return "open"
    if _passes(rule, yes, no + pending, present, breaks and chair == "yes"):
        return "approved"
    return "open" if _passes(rule, yes + pending, no, present, breaks and chair in ("yes", None)) else "rejected"


def _passes(rule, yes, no, present, casting):
    """Whether a finished vote approves; casting: at a tie, the chair is in favour."""
    if rule == "simple":
        return yes > no or (casting and yes == no)
    if rule == "absolute":
        return 2 * yes > present or (casting and 2 * yes == present)
    return yes == present if rule == "unanimous" else 3 * yes >= 2 * present
