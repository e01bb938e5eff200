"""What a month end brings the demo: the reports of the last month, written or to be written, and two forecasts."""

from dateutil.relativedelta import relativedelta

WRITTEN = "cartera_cobro.informe_tipo_cartera"
ASKED = "cartera_cobro.informe_tipo_prejuridico"
CONCLUSIONES = (
    "<ul><li>La cartera vencida se concentra en las edades de más de 360 días: allí está la decisión del comité.</li>"
    "<li>El recaudo del mes vino sobre todo de las etapas tempranas, donde se cumple la mayoría de las promesas.</li>"
    "</ul>"
)
RECOMENDACIONES = (
    "<ul><li>Llevar al comité los expedientes sin movimiento en doce meses y con título por prescribir.</li>"
    "<li>Confirmar direcciones antes del próximo envío masivo: las devoluciones encarecen la gestión.</li></ul>"
)
SEMANAS = 9  # ago that the first forecast was made: as many weeks have something to stand beside it


def informar(carga):
    """For a `demo.carga.Carga` whose months are closed."""
    env, company, hoy = carga.env, carga.company, carga.portafolio.hoy
    for day in (hoy - relativedelta(weeks=SEMANAS), hoy):
        env["cartera.pronostico"]._generar(company, day).action_confirmar()
    end = hoy.replace(day=1) - relativedelta(days=1)
    for kind in (WRITTEN, ASKED):
        informe = env["cartera.informe"]._preparar(company, env.ref(kind), end)
        if kind == WRITTEN:
            informe.write({"conclusions": CONCLUSIONES, "recommendations": RECOMENDACIONES})
