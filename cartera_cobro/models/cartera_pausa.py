"""What pauses an item: an agreement in force, a referral under way (somebody else chases it), a promise not yet due, a
proof of payment that the treasury has not answered.

One predicate for all that chases: mass runs, cadence, letters of collection and the calling queue. What is promised
goes on ageing and moving, and the rest of the debt goes on being chased.
"""

from odoo.tools import SQL

from ..rules.proofs import WAITING

# By name, as SQL tells the first of several.
PAUSES = ("agreement", "promise", "proof", "referral")


def sql_pausa(item, day):
    """Expression: why nobody chases the open item `item` (an alias, str) on a day, one of PAUSES, or NULL.

    A credit under an agreement counts for it and for nothing else.
    """
    return SQL(
        """CASE WHEN %s IS NOT NULL THEN 'agreement'
                WHEN %s IS NOT NULL THEN 'referral'
                WHEN EXISTS (SELECT FROM cartera_promesa_linea pausa
                              WHERE pausa.partida_id = %s AND pausa.pending AND pausa.date_promised >= %s)
                THEN 'promise'
                WHEN EXISTS (SELECT FROM cartera_soporte_partida_rel pagada
                               JOIN cartera_soporte soporte ON soporte.id = pagada.soporte_id
                              WHERE pagada.partida_id = %s AND soporte.state IN %s AND soporte.pause_until >= %s)
                THEN 'proof' END""",
        SQL.identifier(item, "acuerdo_id"),
        SQL.identifier(item, "remision_id"),
        SQL.identifier(item, "id"),
        day,
        SQL.identifier(item, "id"),
        WAITING,
        day,
    )
