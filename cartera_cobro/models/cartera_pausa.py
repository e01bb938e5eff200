"""What a debtor's word pauses: items under an agreement in force, or promised for a day that has not passed.

One predicate for all that chases: mass runs, cadence, letters of collection and the calling queue. What is promised
goes on ageing and moving, and the rest of the debt goes on being chased.
"""

from odoo.tools import SQL

PAUSES = ("agreement", "promise")


def sql_pausa(item, day):
    """Expression: why nobody chases the open item `item` (an alias, str) on a day, one of PAUSES, or NULL.

    A credit under an agreement counts for it and for nothing else.
    """
    return SQL(
        """CASE WHEN %s IS NOT NULL THEN 'agreement'
                WHEN EXISTS (SELECT FROM cartera_promesa_linea pausa
                              WHERE pausa.partida_id = %s AND pausa.pending AND pausa.date_promised >= %s)
                THEN 'promise' END""",
        SQL.identifier(item, "acuerdo_id"),
        SQL.identifier(item, "id"),
        day,
    )
