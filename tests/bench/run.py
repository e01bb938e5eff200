"""The figures of the add-on, each beside its peer or beside the bare SQL, in one run.

    ./dev bench                      100,000 invoices of 20,000 debtors
    ./dev bench --large              the same at 1,000,000 and 200,000 as well
    ./dev bench --peer               OCA account_credit_control on the same portfolio (minutes)
    ./dev bench --runs               only the mass runs, over 100,000 dossiers
    ./dev bench --analysis           only what closings are analysed with: transitions, services, comparisons
    ./dev bench --closings           only the closings, of a portfolio whose items all have a matching
    ./dev bench --collections        only the collections (--large: of 1,000,000 matchings)
    ./dev bench --tablero            only the operating dashboard, over 24 closings (--large: of 1,000,000 items)
    ./dev bench --pronostico         only the cash forecast, and who keeps the terms (--large: over 1,000,000 items)
    ./dev bench --files              only the files of closings and aged balances (--peer: beside OCA's report;
                                     --large: of 1,000,000 rows)
    ./dev bench --provision          only the impairment by flow rates, over 24 closings (--large: of 1,000,000 items)
    ./dev bench --deposits           only 10,000 deposits proposed against the open items
    ./dev bench --promises           only the judging of 100,000 promises and 20,000 agreements (two minutes)

Every line says what was measured, the figure, and the bound that it is held to. Absolute times change from machine to
machine: read the ratios.
"""

import argparse
import contextlib
import gc
import importlib
import resource
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import odoo
from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import new_test_user
from odoo.tools import SQL, config

sys.path.insert(0, str(Path(__file__).parent))
import bench_analisis
from cartera_grande import analizar, empresa, olvidar, sembrar
from copia import copiar

DAY = date(2026, 11, 21)


def say(what, figure, bound=""):
    print(f"{what:<78} {figure:>22}   {bound}", flush=True)


def timed(work):
    """(seconds, result) of one call."""
    gc.collect()
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def best(work, times=3):
    """Least seconds of a few calls: what the machine can do when it is not disturbed."""
    return min(timed(work)[0] for _ in range(times))


def rss_mb():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 2**20


class Bench:
    def __init__(self, env, company):
        self.env, self.company = env, company

    def actualizar(self, day=DAY):
        counts = self.env["cartera.partida"]._actualizar(self.company, day)
        self.env.cr.commit()
        return counts

    # --- classification -----------------------------------------------------------------------------------------------

    def first_run(self, label):
        """Seconds an item of the first classification, and against a bare INSERT of the same rows."""
        olvidar(self.env)
        self.actualizar()  # prepared plans, caches
        olvidar(self.env)
        analizar(self.env)
        before = rss_mb()
        seconds, counts = timed(self.actualizar)
        say(f"{label}: first classification, seconds", f"{seconds:.2f}", f"{counts}")
        say(f"{label}: memory added to the process, MB", f"{max(rss_mb() - before, 0):.1f}", "at most 60")
        bare = copiar(self.env, timed, "cartera_partida")
        say(f"{label}: first classification / bare INSERT of the same rows", f"{seconds / bare:.2f}", "at most 4")
        analizar(self.env)
        return seconds, counts["created"]

    def second_run(self, label):
        self.env.cr.execute("SELECT pg_current_wal_insert_lsn()")
        versions = self.written()
        seconds, counts = timed(self.actualizar)
        say(f"{label}: unchanged second run, seconds", f"{seconds:.2f}")
        say(f"{label}: unchanged second run, rows written", str(self.written() - versions), "0")
        assert not (counts["created"] or counts["moved"] or counts["closed"]), counts
        return seconds

    def written(self):
        self.env.cr.execute("SELECT pg_stat_force_next_flush()")
        self.env.cr.commit()
        self.env.cr.execute(
            "SELECT SUM(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname LIKE 'cartera_%'"
        )
        return int(self.env.cr.fetchone()[0])

    def ordinary_day(self, label):
        """A day on which about one item in a hundred changes, against a bare UPDATE of those rows and one scan."""
        scan = best(lambda: self.env.execute_query(self.scan_sql()))
        day = DAY + timedelta(days=1)
        seconds, counts = timed(lambda: self.actualizar(day))
        written = SQL(
            "SELECT id FROM cartera_partida "
            "WHERE xmin = (SELECT xmin FROM cartera_etapa_cambio ORDER BY id DESC LIMIT 1)"
        )
        ids = [row[0] for row in self.env.execute_query(written)]

        def update():
            self.env.cr.execute(
                "UPDATE cartera_partida SET etapa_date = etapa_date + 1, etapa_id = etapa_id, banda_id = banda_id "
                "WHERE id = ANY(%s)",
                [ids],
            )
            self.env.cr.commit()

        bare = timed(update)[0]
        say(f"{label}: a day that changes {len(ids)} items ({counts['moved']} of stage), seconds", f"{seconds:.3f}")
        say(
            f"{label}: that day / (bare UPDATE {bare:.3f} s + one scan {scan:.3f} s)",
            f"{seconds / (bare + scan):.2f}",
            "at most 2",
        )

    def scan_sql(self):
        """One pass over the open lines of the ledger beside their items: what any honest classification must read."""
        return SQL(
            """SELECT COUNT(*), SUM(l.amount_residual - p.amount_residual), MAX(%s - l.date_maturity),
                      COUNT(x.politica_id)
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN res_partner rp ON rp.id = l.partner_id
            LEFT JOIN cartera_partida p ON p.move_line_id = l.id
            LEFT JOIN cartera_expediente x ON x.partner_id = rp.commercial_partner_id AND x.company_id = l.company_id
                WHERE l.account_id IN %s AND l.company_id = %s AND l.parent_state = 'posted'
                  AND l.reconciled IS NOT TRUE""",
            DAY,
            self.company._cartera_cuentas_ids(),
            self.company.id,
        )

    # --- screens ------------------------------------------------------------------------------------------------------

    def screens(self, label):
        """What an officer waits for, under record rules."""
        officer = self.env["res.users"].search([("login", "=", "bench_gestor")]) or new_test_user(
            self.env,
            login="bench_gestor",
            groups="base.group_user,cartera_cobro.group_cartera_gestor",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        officer.write({"company_ids": [(4, self.company.id)], "company_id": self.company.id})
        self.env.cr.commit()
        env = api.Environment(self.env.cr, officer.id, {"allowed_company_ids": self.company.ids, "lang": "en_US"})
        spec = {
            name: {} for name in "amount_overdue amount_net oldest_date_due priority_score next_action_date".split()
        }
        spec |= {name: {"fields": {"display_name": {}}} for name in ("partner_id", "etapa_id", "user_id")}

        def worklist():
            env.invalidate_all()
            env["cartera.expediente"].web_search_read(
                ["|", ("user_id", "=", officer.id), ("user_id", "=", False), ("amount_overdue", ">", 0)],
                spec,
                limit=80,
                count_limit=10001,
            )

        def pivot():
            """What the web client asks for: each sum with its currencies."""
            env.invalidate_all()
            env["cartera.partida"].formatted_read_grouping_sets(
                [("is_open", "=", True)],
                [["etapa_id", "banda_id"], ["etapa_id"], ["banda_id"], []],
                ["amount_residual:sum", "company_currency_id:array_agg_distinct", "amount_residual:sum_currency"]
                + ["__count"],
            )

        say(f"{label}: worklist as an officer, seconds", f"{best(worklist):.3f}", "at most 1")
        say(f"{label}: pivot by stage and band as an officer, seconds", f"{best(pivot):.3f}", "at most 1")


def importing(env, company, rows):
    """Speed of an import of `rows` rows over bare create-and-post of the same values."""
    import bench_import  # it imports the add-on, which the configuration has put on the path by now

    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    env.user.company_id = company
    figures = bench_import.run(env, rows)
    env.cr.rollback()
    say(f"import of {rows} rows / bare create and post, speed", f"{figures['ratio']:.2f}", "at least 0.8")
    say("import, rows a second", f"{figures['rows_per_s']}")


def bench_mensajes():
    import bench_mensajes  # it imports the add-on, which the configuration has put on the path by now

    return bench_mensajes


def peer(env, company):
    """Seconds an item of OCA account_credit_control's run over the same portfolio, and seconds an e-mail."""
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    env.user.company_id = company
    env.user.group_ids |= env.ref("account_credit_control.group_account_credit_control_manager")
    policy = env.ref("account_credit_control.credit_control_3_time")
    policy.write({"account_ids": [(6, 0, company._cartera_cuentas_ids())], "company_id": company.id})
    company.credit_policy_id = policy
    env.cr.commit()
    run = env["credit.control.run"].create({"date": DAY, "policy_ids": [(6, 0, policy.ids)], "company_id": company.id})

    def generate():
        run.generate_credit_lines()
        env.flush_all()

    before = rss_mb()
    seconds, _nothing = timed(generate)
    lines = len(run.line_ids)
    say(f"OCA account_credit_control: {lines} lines, seconds", f"{seconds:.1f}", f"{rss_mb() - before:.0f} MB")
    each_email = bench_mensajes().peer(env, run, say)
    env.cr.rollback()
    return seconds / lines, each_email


def runs(env, args):
    """A mass run over many dossiers; one that is killed, while a fifth of its debtors pays."""
    import bench_campana

    figures = bench_campana.run(env, args.config, args.invoices)
    label = f"mass run over {figures['dossiers']} dossiers"
    say(f"{label}: built, {figures['messages']} draft messages, seconds", f"{figures['build_s']:.1f}", "at most 60")
    say(f"{label}: memory added to the process at its peak, MB", f"{figures['build_peak_mb']:.1f}", "at most 60")
    say(f"{label}: numbered and approved, seconds", f"{figures['approve_s']:.1f}")
    say(f"{label}: memory added by that at its peak, MB", f"{figures['approve_peak_mb']:.1f}")
    say(f"{label}: progress and counts on screen, seconds", f"{figures['screen_s']:.2f}", "at most 1")
    say(f"killed {figures['killed']} times in a lot, then two workers {figures['lots_of_the_two']}", figures["state"])
    say("debtors with exactly one e-mail", f"{figures['exactly_one']} of {figures['expected']}", "all")
    say("e-mails to the fifth that paid after the preview", f"{figures['to_payers']}", "0")


def posting(args):
    """What the add-on adds to posting and paying, request by request: a round on each database in turn, in pairs."""
    names = (args.bare, args.config)
    rounds = {name: [] for name in names}
    with contextlib.ExitStack() as stack:
        workers = {name: stack.enter_context(cashier(name)) for name in names}
        for turn in range(args.turns):
            for name in names if turn % 2 else reversed(names):
                print(file=workers[name].stdin, flush=True)
                rounds[name].append([float(seconds) for seconds in workers[name].stdout.readline().split()])
    without, having = ([statistics.median(column) for column in zip(*rounds[name], strict=True)] for name in names)
    for what, bare, ours in zip(
        ("a batch posted", "one invoice posted", "one invoice paid"), without, having, strict=True
    ):
        say(
            f"{what}: with the add-on {ours * 1000:.0f} ms, without {bare * 1000:.0f} ms",
            f"{ours / bare:.2f}",
            "at most 1.15",
        )


@contextlib.contextmanager
def cashier(conf):
    """A process that posts and pays on the database of `conf`, a round for every line that it gets."""
    command = [sys.executable, Path(__file__).parent / "asentar.py", conf]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", help="configuration of a database with the add-on")
    parser.add_argument("bare", help="configuration of a database without it")
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=20, help="rounds of posting and paying on each database")
    parser.add_argument("--rows", type=int, default=300, help="rows of the import")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--peer", action="store_true")
    for part, (only, _work) in PARTS.items():
        parser.add_argument(f"--{part}", action="store_true", help=f"only {only}")
    args = parser.parse_args()
    parts = [work for part, (_only, work) in PARTS.items() if getattr(args, part)]
    if not parts:
        posting(args)
    config.parse_config(["-c", args.config, "--log-level=warn"])
    database = config["db_name"][0]
    if args.peer:
        peers = ["account_financial_report"] if args.files else ["account_credit_control"]
        Registry.new(database, install_modules=peers, update_module=True)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        for work in parts or (run, runs):
            work(env, args)


def of_large(name):
    """The part whose module is `name`, over ten times the portfolio with --large."""

    def work(env, args):
        args.invoices *= 10 if args.large else 1
        importlib.import_module(name).run(env, portfolio(env, args), say, timed, DAY, "b", args.invoices)

    return work


def files(env, args):
    """Files of a closing and an aged balance of a year before; with --large, also files of 1,000,000 rows."""
    import bench_exportar

    day = DAY - timedelta(days=365)
    company = portfolio(env, args, day)
    bench_exportar.run(env, company, say, timed, best, (day, DAY), args.peer, args.large)


def impairment(env, args):
    """A run of impairment over closings whose items are all issued by the month end that it is of."""
    import bench_provision

    args.invoices *= 10 if args.large else 1
    company = portfolio(env, args, bench_provision.cierre(DAY) - timedelta(days=30))
    bench_provision.run(env, company, say, timed, DAY)


def deposits(env, args, lines=10_000):
    """A bank's file of so many lines, proposed against the portfolio."""
    import bench_consignacion

    company = portfolio(env, args)
    Bench(env, company).actualizar()
    analizar(env)
    bench_consignacion.run(env, company, say, timed, lines)


# Option: what it is only of, and the work, which takes the environment and the options.
PARTS = {
    "runs": ("the mass runs", runs),
    "promises": (
        "the judging of promises and agreements",
        lambda env, args: promises(env, portfolio(env, args), args.invoices),
    ),
    "closings": ("the closings", of_large("bench_corte")),
    "collections": ("the collections", of_large("bench_recaudo")),
    "analysis": (
        "the transitions and comparisons of closings",
        lambda env, args: bench_analisis.medir(env, portfolio(env, args), say, DAY),
    ),
    "deposits": ("the identification of deposits", deposits),
    "pronostico": ("the cash forecast, and who keeps the terms", of_large("bench_pronostico")),
    "files": ("the files of closings, and aged balances", files),
    "provision": ("the impairment by flow rates", impairment),
    "tablero": ("the operating dashboard, over 24 closings", of_large("bench_tablero")),
}


def promises(env, company, count):
    """A night on which so many promises come due, over a portfolio of as many items; an agreement of each debtor."""
    import bench_acuerdos
    import bench_promesas

    Bench(env, company).actualizar()
    analizar(env)
    prescribing(env, company)
    bench_promesas.run(env, company, say, DAY, count)
    bench_acuerdos.run(env, company, say, DAY, count // 5)


def prescribing(env, company):
    """The first night that looks at prescription, when everything old is told of at once, and the one after."""
    Aviso = env["cartera.prescripcion.aviso"]
    for night in ("first", "second"):
        seconds, reached = timed(lambda: Aviso._juzgar(company, DAY))
        say(f"prescription, {night} night: {reached} items came to a warning, seconds", f"{seconds:.2f}")
    env.cr.rollback()


def portfolio(env, args, day=DAY):
    company = empresa(env)
    seconds, _nothing = timed(lambda: sembrar(env, company, day, args.invoices, args.invoices // 5))
    company.cartera_politica_id = env.ref("cartera_cobro.politica_servicios")
    env.cr.commit()
    say(f"{args.invoices} invoices seeded, seconds", f"{seconds:.1f}")
    return company


def run(env, args):
    company = portfolio(env, args)
    bench = Bench(env, company)
    first, created = bench.first_run(f"{args.invoices}")
    bench.second_run(f"{args.invoices}")
    bench.ordinary_day(f"{args.invoices}")
    bench.screens(f"{args.invoices}")
    promises(env, company, args.invoices)
    importing(env, company, args.rows)
    email = bench_mensajes().run(env, company, say)
    if args.peer:
        each, peer_email = peer(env, company)
        say("e-mails with PDF, speed / account_credit_control", f"{peer_email / email:.0f}", "at least 40")
        say("account_credit_control / first classification, per item", f"{each / (first / created):.0f}", "at least 30")
    if args.large:
        large = args.invoices * 10
        other = empresa(env, "Cartera muy grande")
        sembrar(env, other, DAY, large, large // 5, tag="c")
        other.cartera_politica_id = env.ref("cartera_cobro.politica_servicios")
        env.cr.commit()
        bench = Bench(env, other)
        ten, _created = bench.first_run(f"{large}")
        say(f"first classification, {large} / {args.invoices}", f"{ten / first:.1f}", "at most 12")
        bench.second_run(f"{large}")
        bench.ordinary_day(f"{large}")
        bench.screens(f"{large}")
        bench_analisis.medir(env, other, say, DAY)
        import bench_tablero

        bench_tablero.run(env, other, say, timed, DAY, "c", large)


if __name__ == "__main__":
    odoo.tools.config["db_maxconn"] = 8
    main()
