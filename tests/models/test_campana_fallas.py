"""The job that sends, killed in the middle and run by two workers at once: real processes on committed data."""

import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL, config

WORKER = Path(__file__).parents[1] / "bench" / "enviar.py"
DEBTORS, LOT = 30, 4
# What the test commits, in the order in which it goes again.
LEFT_BEHIND = (
    ("mail_notification", "mail_message_id IN (SELECT id FROM mail_message WHERE model = 'cartera.expediente')"),
    ("mail_mail", "TRUE"),
    ("cartera_gestion", "TRUE"),
    ("cartera_comunicacion", "TRUE"),
    ("cartera_campana", "TRUE"),
    ("cartera_etapa_cambio", "TRUE"),
    ("cartera_partida", "TRUE"),
    ("cartera_expediente", "TRUE"),
    ("mail_message", "model LIKE 'cartera.%%' OR model IN ('account.move', 'account.journal', 'account.account')"),
    ("account_move", "journal_id IN (SELECT id FROM account_journal WHERE code = 'FALLA')"),
    ("account_journal", "code = 'FALLA'"),
    ("res_partner", "name LIKE 'Interrumpida %%'"),
)


@tagged("post_install", "-at_install")
class TestFallas(BaseCase):
    """Every debtor gets exactly one message, whatever happens to the processes that send them."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.limpiar)
        with self.entorno() as env:
            self.sembrar(env)

    @contextmanager
    def entorno(self):
        with Registry(get_db_name()).cursor() as cr:
            yield api.Environment(cr, api.SUPERUSER_ID, {})

    def sembrar(self, env):
        """Debtors with an overdue invoice each, and a run to them that is approved; all committed."""
        company = env.company
        self.politica = env.ref("cartera_cobro.politica_servicios").copy({"interest_regime": "none"}).id
        company.cartera_politica_id = self.politica
        account = env["account.account"].create(
            [
                {"name": "Clientes", "code": "139977", "account_type": "asset_receivable"},
                {"name": "Ingresos", "code": "419977", "account_type": "income"},
            ]
        )
        self.accounts = account.ids
        journal = env["account.journal"].create({"name": "Fallas", "code": "FALLA", "type": "sale"})
        partners = env["res.partner"].create(
            [
                {
                    "name": f"Interrumpida {n}",
                    "email": f"interrumpida{n}@example.com",
                    "property_account_receivable_id": account[0].id,
                    # At whatever hour the test runs.
                    "cartera_contact_exempt": True,
                }
                for n in range(DEBTORS)
            ]
        )
        due = company._cartera_hoy() - timedelta(days=40)
        line = {"name": "Servicio", "price_unit": 1000, "account_id": account[1].id, "tax_ids": [Command.clear()]}
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "journal_id": journal.id,
                    "invoice_date": due,
                    "invoice_date_due": due,
                    "invoice_line_ids": [Command.create(line)],
                }
                for partner in partners
            ]
        )
        moves.action_post()
        self.plantilla = env["cartera.plantilla"].create(
            {"name": "Aviso", "subject": "Su saldo", "body_html": "<p>Pague.</p>", "with_pdf": False}
        )
        run = env["cartera.campana"].create(
            {
                "name": "Interrumpida",
                "template_id": self.plantilla.id,
                "channel": "email",
                "domain": repr([("partner_id", "in", partners.ids)]),
            }
        )
        run.action_prepare()
        run.comunicacion_ids._aprobar()
        env.flush_all()
        # Without signatures, which are another test's matter.
        env.cr.execute("UPDATE cartera_campana SET state = 'running' WHERE id = %s", [run.id])
        self.run_id = run.id

    def limpiar(self):
        with self.entorno() as env:
            env["ir.cron.trigger"].search([]).unlink()
            for table, condition in LEFT_BEHIND:
                env.cr.execute(SQL("DELETE FROM %s WHERE " + condition, SQL.identifier(table)))
            env.invalidate_all(flush=False)
            env.company.cartera_politica_id = False
            env["ir.cron.trigger"].search([]).unlink()
            env["cartera.politica"].browse(getattr(self, "politica", ())).unlink()
            env["account.account"].browse(getattr(self, "accounts", ())).unlink()
            getattr(self, "plantilla", env["cartera.plantilla"]).with_env(env).unlink()

    def obrero(self, wait=0.0):
        command = [sys.executable, WORKER, config["config"], "--lot", str(LOT), "--wait", str(wait)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def matar_en_el_lote(self, number):
        """A worker killed (SIGKILL) when the e-mails of its lot of that number are written and not committed."""
        process = self.obrero(wait=1.0)
        lots = 0
        for line in process.stdout:
            lots += line.startswith("lot")
            if lots == number:
                process.kill()
                break
        process.wait()
        process.stdout.close()
        self.assertEqual((lots, process.returncode), (number, -9))

    def correos(self):
        """({e-mails queued to a debtor: debtors}, state of the run, contacts logged)."""
        with self.entorno() as env:
            rows = env.execute_query(
                SQL(
                    """SELECT n, COUNT(*) FROM (
                           SELECT p.id, COUNT(r.mail_mail_id) AS n FROM res_partner p
                        LEFT JOIN mail_mail_res_partner_rel r ON r.res_partner_id = p.id
                            WHERE p.name LIKE 'Interrumpida %%' GROUP BY p.id) q GROUP BY n"""
                )
            )
            run = env["cartera.campana"].browse(self.run_id)
            return dict(rows), run.state, env["cartera.gestion"].search_count([])

    def test_killed_three_times_then_two_workers_at_once(self):
        self.assertEqual(self.correos(), ({0: DEBTORS}, "running", 0))
        for _turn in range(3):
            self.matar_en_el_lote(2)
        # Each had committed its first lot, and of the second nothing is left.
        self.assertEqual(self.correos(), ({0: DEBTORS - 3 * LOT, 1: 3 * LOT}, "running", 3 * LOT))
        pair = [self.obrero(wait=0.3) for _number in range(2)]
        done = [process.communicate(timeout=120)[0].split() for process in pair]
        self.assertTrue(all(said[-1] == "end" and "lot" in said for said in done), done)
        self.assertEqual(self.correos(), ({1: DEBTORS}, "done", DEBTORS))
