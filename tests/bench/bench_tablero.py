"""The data sources of the operating dashboard, over 24 closings of a large portfolio, as the browser asks for them."""

import itertools
import json
import time

import bench_corte
from cartera_grande import analizar, clonar
from dateutil.relativedelta import relativedelta
from odoo.fields import Domain
from odoo.tests import new_test_user
from odoo.tools import file_open

MONTHS = 24
FILE = "cartera_cobro/data/dashboards/cmo_dashboard.json"


def run(env, company, say, timed, day, tag, invoices):
    """One real closing, its aggregate cloned into those of `MONTHS` month ends; a receipt of every invoice."""
    corte = bench_corte.run(env, company, say, timed, day, tag, invoices)
    clonar_cierres(env, corte)
    env["cartera.recaudo"]._actualizar(company)
    env.cr.commit()
    analizar(env)
    for model in ("cartera.corte.resumen", "cartera.recaudo", "cartera.indicador.valor", "cartera.expediente"):
        rows = env[model].search_count([("company_id", "=", company.id)])
        say(f"dashboard: rows of {model}", f"{rows}")
    user = new_test_user(
        env,
        login=f"director_{tag}",
        groups="base.group_user,cartera_cobro.group_cartera_director",
        company_id=company.id,
        company_ids=[(6, 0, company.ids)],
    )
    reader = env(user=user, context={"allowed_company_ids": company.ids, "tz": "America/Bogota", "lang": "en_US"})
    for turn in ("cold", "again"):
        spent = medir(reader, company._cartera_hoy())
        slowest = max(spent, key=spent.get)
        say(f"dashboard, {turn}: {len(spent)} data sources, seconds", f"{sum(spent.values()):.2f}", "under 2")
        say(f"dashboard, {turn}: the slowest ({slowest}), seconds", f"{spent[slowest]:.2f}")


def clonar_cierres(env, corte):
    """The closing, with its aggregate, transitions and indicators, at each of the last month ends."""
    cr, first = env.cr, corte.date.replace(day=1)
    env.flush_all()
    ends = [str(first - relativedelta(months=n, days=1)) for n in range(MONTHS)]
    cr.execute("DELETE FROM cartera_corte WHERE company_id = %s AND id != %s", [corte.company_id.id, corte.id])
    clonar(
        cr,
        "cartera_corte",
        corte.id,
        f"unnest(ARRAY{ends}::date[]) g",
        {"date": "g", "name": "g::text", "previous_id": "NULL"},
    )
    for table in ("cartera_corte_resumen", "cartera_corte_transicion", "cartera_indicador_valor"):
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'", [table]
        )
        columns = [name for (name,) in cr.fetchall()]
        values = ", ".join({"corte_id": "c.id", "date": "c.date"}.get(name, f'r."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        cr.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} r JOIN cartera_corte c "
            f"ON c.company_id = r.company_id AND c.id != r.corte_id WHERE r.corte_id = {corte.id}"
        )
    cr.commit()
    env.invalidate_all()


def medir(env, today):
    """{name of a data source: seconds} of every pivot and chart, with the period that the dashboard opens with."""
    with file_open(FILE) as source:
        book = json.load(source)
    spent = {}
    for pivot in book["pivots"].values():
        spent[pivot["name"]] = _cronometrar(env, lambda pivot=pivot: _pivot(env, pivot, today))
    for figure in book["sheets"][0]["figures"]:
        if figure["data"]["type"].startswith("odoo_"):
            spent[figure["id"]] = _cronometrar(env, lambda data=figure["data"]: _chart(env, data, today))
    return spent


def _cronometrar(env, work):
    env.invalidate_all()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _periodo(matching, today):
    match = matching.get("cartera_periodo")
    if not match:
        return Domain.TRUE
    first = today.replace(day=1) + relativedelta(months=match.get("offset", 0) - 1)
    last = first + relativedelta(months=1, days=-1)
    return Domain(match["chain"], ">=", str(first)) & Domain(match["chain"], "<=", str(last))


def _pivot(env, pivot, today):
    """What the pivot of the web client asks for: every level of rows by every level of columns."""
    rows, columns = (
        [":".join(filter(None, (dim["fieldName"], dim.get("granularity")))) for dim in pivot[axis]]
        for axis in ("rows", "columns")
    )
    sets = [rows[:i] + columns[:j] for i, j in itertools.product(range(len(rows) + 1), range(len(columns) + 1))]
    domain = Domain(pivot["domain"]) & _periodo(pivot["fieldMatching"], today)
    measures = [measure["id"] for measure in pivot["measures"]]
    return env[pivot["model"]].formatted_read_grouping_sets(domain, sets, measures)


def _chart(env, data, today):
    """What the graph of the web client asks for: money with its currencies."""
    model = env[data["metaData"]["resModel"]].with_context(fill_temporal=True)
    name = data["metaData"]["measure"]
    measures = ["__count"]
    if name != "__count":
        field = model._fields[name]
        measures = [f"{name}:{field.aggregator}"]
        if field.type == "monetary":
            measures = [f"{field.get_currency_field(model)}:array_agg_distinct", f"{name}:sum_currency", *measures]
    domain = Domain(data["searchParams"]["domain"]) & _periodo(data["fieldMatching"], today)
    return model.formatted_read_group(domain, data["searchParams"]["groupBy"], measures)
