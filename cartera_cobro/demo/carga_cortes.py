"""Month ends of the demo: what was collected, the goals of the year, and a closing for every month that was kept."""

from odoo.tools import SQL

# Goals of the year: indicator, goal, and by how much it may be missed and still be yellow.
METAS = (
    ("cei", 20, 4), ("share_current", 22, 3), ("recovery", 12, 4), ("promise_kept", 45, 10), ("agreement_kept", 85, 10),
    ("contact_rate", 50, 10), ("direct_contact_rate", 30, 10), ("pqr_on_time", 95, 5), ("dso", 150, 30),
    ("average_days_delinquent", 110, 20), ("overdue_reduction", 0, 40_000_000), ("suspension_effect", 30, 10),
    ("campaign_effect", 10, 4),
)  # fmt: skip
MESES = 24
# A year's goal asks for a twentieth more than what the twelve months before it brought.
MAS = 1.05


def cerrar(carga):
    """For a `demo.carga.Carga` that is loaded whole."""
    env = carga.env(context={**carga.env.context, "lang": carga.company.partner_id.lang})
    company = carga.company.with_env(env)
    _recordar_desde_cuando(env, company)
    env["cartera.recaudo"]._actualizar(company)
    _fijar_metas(env, company, carga.portafolio.hoy)
    env["cartera.corte"]._generar_meses(company, MESES)


def _recordar_desde_cuando(env, company):
    """The procedure was kept from the first month on: its log of stages says so, and so do the dossiers."""
    env.flush_all()
    env.cr.execute(
        SQL(
            """UPDATE cartera_expediente x
                  SET create_date = (SELECT MIN(p.etapa_date) FROM cartera_partida p WHERE p.company_id = x.company_id)
                WHERE x.company_id = %s""",
            company.id,
        )
    )
    env.invalidate_all(flush=False)


def _fijar_metas(env, company, hoy):
    env["cartera.indicador.meta"].create(
        [
            {
                "indicador_id": env.ref(f"cartera_cobro.indicador_{code}").id,
                "company_id": company.id,
                "year": year,
                "goal": goal,
                "tolerance": tolerance,
            }
            for code, goal, tolerance in METAS
            for year in (hoy.year - 1, hoy.year)
        ]
    )
    collected = env["cartera.recaudo"]._read_group(
        [("company_id", "=", company.id), ("kind", "=", "payment"), ("date", ">", hoy.replace(year=hoy.year - 1))],
        ["etapa_id"],
        ["amount:sum"],
    )
    env["cartera.recaudo.meta"].create(
        [
            {
                "company_id": company.id,
                "year": year,
                "etapa_id": etapa.id,
                "amount": round(amount * MAS, -6),
            }
            for etapa, amount in collected
            if etapa and amount > 1_000_000
            for year in (hoy.year - 1, hoy.year)
        ]
    )
