"""With OCA's account_financial_report, installed before and after it: same sums, and either leaves the other whole."""

from tests.trials import _censo

PEER = "account_financial_report"
ORDERS = {"beside_after": (PEER, "cartera_cobro"), "beside_before": ("cartera_cobro", PEER)}

SEED = """
import sys
from datetime import date
sys.path.insert(0, %(bench)r)
from cartera_grande import empresa, sembrar
company = empresa(env)
sembrar(env, company, date(2026, 11, 21), %(invoices)d, %(invoices)d // 5)
company.cartera_politica_id = env.ref("cartera_cobro.politica_acueducto")
env["cartera.partida"]._actualizar(company)
env.cr.commit()
"""

MODELS = ["account.move", "account.move.line", "res.partner", "account.account", "res.config.settings"]
# In the same prompt: the company, and every view of the models on which both stand.
COMMON = """
import sys
from datetime import date
sys.path[:0] = %(paths)r
day = date(2026, 11, 21)
company = env["res.company"].search([("name", "=", "Cartera grande")])
env = env(context={"allowed_company_ids": company.ids, "lang": "en_US"})
env.user.company_id = company
company = company.with_env(env)
"""

THEIRS = """
accounts = env["account.account"].search(
    [("account_type", "=", "asset_receivable"), ("company_ids", "in", company.ids)]).ids
def report(name, **more):
    wizard = env[f"{name}.report.wizard"].create({"company_id": company.id, "target_move": "posted", **more})
    data = {**wizard._prepare_report_data(), **{key: str(value) for key, value in more.items() if key[:4] == "date"}}
    return env[f"report.account_financial_report.{name.replace('.', '_')}"]._get_report_values(wizard, data)
aged = report("aged.partner.balance", date_at=day, account_ids=[(6, 0, accounts)], show_move_line_details=True)
assert report("open.items", date_at=day, account_ids=[(6, 0, accounts)])["Open_Items"]
assert report("trial.balance", date_from=date(2026, 1, 1), date_to=day)["trial_balance"]
"""

OURS = """
company.cartera_politica_id = company.cartera_politica_id or env.ref("cartera_cobro.politica_acueducto")
env["cartera.partida"]._actualizar(company, day)
apart = [row for row in company._cartera_cuadre() if row["difference"]]
assert not apart, apart
assert env["cartera.partida"].search_count([("company_id", "=", company.id), ("is_open", "=", True)])
"""

COMPARE = """
from bench_exportar import compare, leer
said = []
lines, debtors = leer(env, company, day)
compare(lambda *words: said.append(": ".join(words[:2])), aged["aged_partner_balance"], lines, debtors)
env["ir.config_parameter"].set_param("trial.said", "; ".join(said))
assert all(one.endswith(": 0") for one in said), said
env.cr.commit()
"""

LEAVE = """
env["ir.module.module"].search([("name", "=", %r)]).button_immediate_uninstall()
"""


def main(dev, arguments):
    invoices = int(arguments[0]) if arguments else 5000
    places = (dev.bench_libraries(),)
    bench = str(dev.TESTS / "bench")
    rows = [("order", "same as OCA's", "without the first", "without the second")]
    for name, order in ORDERS.items():
        with dev.trial_database(name) as database:
            shell = dev.odoo(dev.write_config(database, log_level="warn"), "--no-http", command="shell")

            def run(title, script, shell=shell, name=name):
                dev.run_odoo(title, name, shell, script, places)

            for module in order:
                dev.install(database, [module], f"Installing {module}", name, places=places)
            run(f"Making {invoices} invoices", SEED % {"bench": bench, "invoices": invoices})
            common = COMMON % {"paths": [bench, str(dev.ROOT)]} + _censo.VIEWS % [("model", "in", MODELS)]
            run("Asking both", common + OURS + THEIRS + COMPARE)
            [(said,)] = _censo.asker(dev, database)("SELECT value FROM ir_config_parameter WHERE key = 'trial.said'")
            # The one that was there first leaves, comes back, and the other leaves.
            for gone, stays in (order, order[::-1]):
                run(f"Uninstalling {gone}", LEAVE % gone)
                run(f"Asking {stays}", common + (THEIRS if stays == PEER else OURS))
                if (gone, stays) == order:
                    dev.install(database, [gone], f"Installing {gone} again", name, places=places)
            rows.append((" then ".join(order), said, "works", "works"))
    _censo.table(dev, rows)
    return 0
