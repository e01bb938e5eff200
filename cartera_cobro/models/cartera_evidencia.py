"""The evidence that the gates of stages ask for, counted in SQL for the classification and named for people.

Only what was done since the debt in question fell due counts: a new debt is chased on its own account.
"""

from odoo.tools import SQL

LETTERS = ("first_letter", "second_letter", "notice_1266", "demand")


def sql_rondas(expediente, since, minimum):
    """How many rounds of at least `minimum` attempts the dossier (SQL) has since a day (SQL)."""
    return SQL(
        """(SELECT COUNT(*) FROM (
                SELECT FROM cartera_gestion i
                 WHERE i.expediente_id = %s AND i.round > 0 AND i.direction = 'out' AND i.date_annulled IS NULL
                   AND i.day > %s
              GROUP BY i.round HAVING COUNT(*) >= %s) r)""",
        expediente,
        since,
        minimum,
    )


def sql_cartas(expediente, since):
    """How many letters of the dossier (SQL), sent since a day (SQL), were received."""
    return SQL(
        """(SELECT COUNT(*) FROM cartera_comunicacion i
             WHERE i.expediente_id = %s AND i.state = 'delivered' AND i.kind IN %s AND i.day_sent > %s)""",
        expediente,
        LETTERS,
        since,
    )


def pide_evidencia(etapa):
    """Whether entering the stage takes evidence."""
    return bool((etapa.attempts_min and etapa.rounds_min) or etapa.letters_min)


def sql_cumple(etapa, expediente, since):
    """Condition: the dossier has the evidence that the stage asks for."""
    conditions = []
    if etapa.attempts_min and etapa.rounds_min:
        conditions.append(SQL("%s >= %s", sql_rondas(expediente, since, etapa.attempts_min), etapa.rounds_min))
    if etapa.letters_min:
        conditions.append(SQL("%s >= %s", sql_cartas(expediente, since), etapa.letters_min))
    return SQL("(%s)", SQL(" AND ").join(conditions)) if conditions else SQL("TRUE")


def faltantes(partidas, etapa):
    """{item: [sentence]} of the open items that lack evidence to enter `etapa`, each piece named."""
    return {item: list(pieces.values()) for item, pieces in piezas_faltantes(partidas, etapa).items()}


def piezas_faltantes(partidas, etapa):
    """{item: {piece: sentence}}, as `faltantes`; a piece is "attempts" or "letters"."""
    if not partidas or not pide_evidencia(etapa):
        return {}
    env = partidas.env
    env["cartera.gestion"].flush_model()
    env["cartera.comunicacion"].flush_model()
    partidas.flush_model()
    since = _sql_desde(etapa.politica_id.unit)
    rows = env.execute_query(
        SQL(
            "SELECT p.id, %s, %s FROM cartera_partida p WHERE p.id IN %s",
            sql_rondas(SQL("p.expediente_id"), since, etapa.attempts_min),
            sql_cartas(SQL("p.expediente_id"), since),
            tuple(partidas.ids),
        )
    )
    named = {env["cartera.partida"].browse(item): _nombrar(env, etapa, *counts) for item, *counts in rows}
    return {item: missing for item, missing in named.items() if missing}


def _sql_desde(unit):
    """The day since which evidence counts for item `p`: when the oldest debt of its staged unit fell due."""
    same = {"account": SQL("o.cuenta_id = p.cuenta_id"), "debtor": SQL("o.expediente_id = p.expediente_id")}.get(unit)
    if not same:
        return SQL("p.date_due")
    return SQL(
        "LEAST(p.date_due, (SELECT MIN(o.date_due) FROM cartera_partida o "
        "WHERE %s AND o.is_open AND o.amount_residual > 0 AND o.hold_reason IS NULL))",
        same,
    )


def _nombrar(env, etapa, rounds, letters):
    missing = {}
    if etapa.attempts_min and rounds < etapa.rounds_min:
        missing["attempts"] = env._(
            "%(stage)s needs %(rounds)s rounds of %(attempts)s attempts, and %(done)s are complete",
            stage=etapa.name,
            rounds=etapa.rounds_min,
            attempts=etapa.attempts_min,
            done=rounds,
        )
    if letters < etapa.letters_min:
        missing["letters"] = env._(
            "%(stage)s needs %(needed)s letters with their receipt, and there are %(done)s",
            stage=etapa.name,
            needed=etapa.letters_min,
            done=letters,
        )
    return missing
