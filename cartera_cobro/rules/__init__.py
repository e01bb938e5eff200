"""The law and the arithmetic of collection, without a database.

Nothing here imports Odoo or anything outside the standard library. Money is `Decimal`, rounded once, half up to
the cent, at the end; instants are aware datetimes; days are dates. What is refused is a ValueError whose sentence
says what is missing.
"""

from . import attempts, bulletin, contact, impairment, instalments, interest, prescription

__all__ = ["attempts", "bulletin", "contact", "impairment", "instalments", "interest", "prescription"]
