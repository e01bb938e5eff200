"""What keeps a report to a bureau from being exported: sentences that name the debt and the reason."""

from odoo.tools import SQL

from .cartera_central_archivo import defecto, filas, texto

SHOWN = 20  # of each kind of reason


def problemas(reporte):
    """[sentence] of what may not be reported, and of what the bureau would reject; empty: it may leave."""
    lineas = reporte._contadas()
    if not lineas:
        return [reporte.env._("There is nothing left to report: what it had was paid, or told already.")]
    return _no_reportables(reporte, lineas) + _rechazos(reporte, lineas)


def _no_reportables(reporte, lineas):
    """Debts never reported that may not be at this moment: a notice that came back, a claim filed since…"""
    env = reporte.env
    nuevas = lineas.filtered(lambda line: line.situation == "new")
    if not nuevas:
        return []
    Estado = env["cartera.central.estado"]
    Estado._exigir_smmlv(reporte.date_cutoff)
    today = reporte.company_id._cartera_hoy()
    states = Estado._leer(reporte.date_cutoff, today, SQL("p.id = ANY(%s)", nuevas.partida_id.ids))
    labels = dict(Estado._fields["state"]._description_selection(env))
    found = [(line, states.get(line.partida_id.id)) for line in nuevas]
    return _pocas(
        env, [f"{_deuda(line)}: {labels[state]}" for line, state in found if state in labels.keys() - {"reportable"}]
    )


def _rechazos(reporte, lineas):
    """Values that the layout requires and a line lacks, or that do not fit."""
    env, columnas = reporte.env, reporte.central_id.columna_ids
    say = {
        "missing": lambda line, c: env._("%(debt)s: %(column)s is missing", debt=_deuda(line), column=c.name),
        "long": lambda line, c: env._(
            "%(debt)s: %(column)s is longer than %(width)s", debt=_deuda(line), column=c.name, width=c.width
        ),
    }
    return _pocas(
        env,
        [
            say[why](linea, columna)
            for linea, row in zip(lineas, filas(reporte), strict=True)
            for columna, value in zip(columnas, row, strict=True)
            if (why := defecto(columna, texto(columna, value)))
        ],
    )


def _deuda(linea):
    return f"{linea.debtor_name} {linea.name or ''}".strip()


def _pocas(env, sentences):
    more = len(sentences) - SHOWN
    return sentences[:SHOWN] + ([env._("and %s more", more)] if more > 0 else [])
