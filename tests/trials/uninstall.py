"""The add-on leaves: the ledger as it was, nothing of its own behind; and it comes back.

The demo portfolio (every kind of document; its people and products are the company's from then on) is loaded, the
add-on uninstalled by the button's method, and the database compared: the ledger's rows before and after, the schema
with that of a database that never had it, and every text in every table searched for its names. Then invoices are
posted and paid, shown on screen and portal, every view is checked, and the add-on is installed again.
"""

import socket
import urllib.request

from tests.trials import _censo

# Texts that stay: {"table.column": in how many rows at most}. The module itself may be installed again; what browsers
# were told, Odoo deletes after a day.
KEPT = {
    "ir_module_module.name": 1,
    "ir_module_module.author": 1,
    "ir_module_module.icon": 1,
    "ir_model_data.name": 1,  # base.module_cartera_cobro
    "bus_bus.channel": 10**6,
    "bus_bus.message": 10**6,
}

AS_PEOPLE_WOULD = """
# Records of the demo count as made by people: an uninstallation takes away what a module's files brought.
env.cr.execute("DELETE FROM ir_model_data WHERE module = 'cartera_cobro' AND name LIKE 'demo%'")
dossier = env["cartera.expediente"].search([], limit=1)
env["ir.filters"].create({"name": "Suyos", "model_id": "cartera.expediente", "user_ids": False, "domain": "[]"})
env["ir.default"].set("cartera.gestion", "channel", "call")
env["ir.exports"].create({"name": "Lista", "resource": "cartera.expediente"})
env["ir.attachment"].create({"name": "a.txt", "raw": b"a", "res_model": "cartera.expediente", "res_id": dossier.id})
env.cr.commit()
"""

LEAVE = """
env["ir.module.module"].search([("name", "=", "cartera_cobro")]).button_immediate_uninstall()
"""

WORK = (
    _censo.VIEWS % "[]"
    + """
from odoo.tests import new_test_user
from odoo import Command
assert not [name for name in env.registry if name.startswith("cartera.")]
company = env["account.move"].search([("move_type", "=", "out_invoice")], limit=1).company_id
user = new_test_user(env, login="factura", groups="account.group_account_invoice", company_id=company.id,
                     company_ids=[Command.set(company.ids)])
env = env(user=user, context={"allowed_company_ids": company.ids})
partner = env["res.partner"].sudo().create({"name": "Quien compra"})
move = env["account.move"].create({"move_type": "out_invoice", "partner_id": partner.id, "invoice_line_ids": [
    Command.create({"name": "Servicio", "price_unit": 1000, "tax_ids": [Command.clear()]})]})
move.action_post()
pay = env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
pay.create({})._create_payments()
assert move.payment_state in ("paid", "in_payment"), move.payment_state
old = env["account.move"].search([("move_type", "=", "out_invoice"), ("payment_state", "=", "not_paid")], limit=1)
old.button_draft()
old.action_post()
for model in ("account.move", "res.partner", "account.payment", "account.bank.statement.line", "res.company"):
    env[model].sudo().get_views([(False, "list"), (False, "form"), (False, "search")])
env["ir.config_parameter"].sudo().set_param("trial.page", f"{move.get_portal_url()} {move.name}")
env.cr.commit()
"""
)

AGAIN = """
company = env["account.move"].search([("move_type", "=", "out_invoice")], limit=1).company_id
company.cartera_politica_id = env.ref("cartera_cobro.politica_acueducto")
counts = env["cartera.partida"]._actualizar(company)
apart = [row for row in company._cartera_cuadre() if row["difference"]]
assert counts["created"] > 100 and not apart, (counts, apart)
env.cr.commit()
"""


def main(dev, _arguments):
    with dev.trial_database("uninstall") as database:
        ask = _censo.asker(dev, database)
        never, columns = _censo.schema(ask), _censo.ledger_columns(ask)
        shell = dev.odoo(dev.write_config(database, log_level="warn"), "--no-http", command="shell")
        dev.install(database, ["cartera_cobro"], "Installing the add-on", "uninstall-install")
        dev.run_odoo("Loading the demo portfolio", "uninstall-demo", shell, dev.SPANISH + dev.DEMO)
        dev.run_odoo("Running the nightly job", "uninstall-night", shell, dev.NIGHTLY + AS_PEOPLE_WOULD)
        before = _censo.ledger(ask, columns)
        dev.run_odoo("Uninstalling the add-on", "uninstall", shell, LEAVE)
        lost = judge(dev, ask, never, columns, before)
        dev.run_odoo("Invoicing without it", "uninstall-work", shell, WORK)
        show(dev, database, ask)
        dev.install(database, ["cartera_cobro"], "Installing it again", "uninstall-again")
        dev.run_odoo("Classifying again", "uninstall-classify", shell, AGAIN)
    return 1 if lost else 0


def judge(dev, ask, never, columns, before):
    """Say what changed and what is left; how much of it should not be."""
    changed = _censo.census.differences(before, _censo.ledger(ask, columns))
    schema = _censo.schema(ask)
    left = sorted(f"{kind} {name}" for kind, name in schema - never)
    gone = sorted(f"{kind} {name}" for kind, name in never - schema)
    said = {place: count for place, count in _censo.words(ask).items() if count > KEPT.get(place, 0)}
    _censo.table(
        dev,
        [
            ("rows of the ledger before", sum(each["rows"] for each in before.values())),
            ("values of the ledger that changed", ", ".join(changed) or "none"),
            ("left in the schema", "\n  ".join(left) or "nothing"),
            ("gone from the schema", "\n  ".join(gone) or "nothing"),
            ("texts that name it", ", ".join(f"{place} ({count})" for place, count in said.items()) or "none"),
        ],
    )
    return len(changed) + len(left) + len(gone) + len(said)


def show(dev, database, ask):
    """Serve the database and open the invoice's page as its customer does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    [(page,)] = ask("SELECT value FROM ir_config_parameter WHERE key = 'trial.page'")
    page, name = page.split(" ")
    address, log = f"http://127.0.0.1:{port}", dev.LOGS / "uninstall-serve.log"
    with open(log, "w") as out, dev.Step("Opening an invoice on the portal"):
        process = dev.start(
            dev.odoo(dev.write_config(database, http_port=port)), stdout=out, stderr=out, env=dev.environment()
        )
        try:
            dev.await_page(process, f"{address}/web/login", log)
            with urllib.request.urlopen(f"{address}{page}", timeout=60) as answer:
                if name not in answer.read().decode():
                    raise dev.Stop(f"The page {page} does not show the invoice.")
        finally:
            dev.end(process)
