"""Pictures of the manual and of the add-on's page, taken anew from the demo (NAMES: only those).

    ./dev trial screenshots                    all of them, from a copy of the demo database that it serves by itself
    ./dev trial screenshots acta expediente    only these
    ./dev trial screenshots --server http://127.0.0.1:8069 acta    from an Odoo with the demo that runs already

What they show is in `_tomas.py`; they land in docs/img/, and the few of the add-on's page in static/description/ too.
"""

import argparse
import contextlib
import socket
import sys

SIN_CORREO = """
env["ir.mail_server"].search([]).active = False
env["ir.cron"].search([]).active = False
env.cr.commit()
"""


def main(dev, arguments):
    parser = argparse.ArgumentParser(prog="./dev trial screenshots")
    parser.add_argument("--server", help="address of an Odoo with the demo that runs already")
    parser.add_argument("names", nargs="*", help="only these pictures")
    options = parser.parse_args(arguments)
    dev.system_packages(dev.FOR_BROWSER, "pictures")
    with contextlib.nullcontext(options.server) if options.server else _served(dev) as address:
        command = dev.python("-m", "tests.trials._tomas", address, *options.names)
        return dev.call(command, cwd=dev.ROOT, env=dev.environment(), stdout=sys.stdout)


@contextlib.contextmanager
def _served(dev):
    """The address of an Odoo on a copy of the demo, where nothing runs by itself."""
    with dev.own_lock("run", "./dev run has the demo open in this clone: stop it, or name its address with --server"):
        dev.demo()
        with dev.trial_database("screenshots", source=dev.RUN) as database:
            shell = dev.odoo(dev.write_config(database), "--no-http", command="shell")
            dev.run_odoo("Stopping its scheduled actions", "screenshots-prepare", shell, SIN_CORREO)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            config = dev.write_config(database, http_port=port)
            log = dev.folder(dev.LOGS) / "screenshots-odoo.log"
            with open(log, "w") as out:
                command = dev.python("-m", "tests.trials._servidor", "-c", config)
                process = dev.start(command, stdout=out, stderr=out, cwd=dev.ROOT, env=dev.environment())
            try:
                address = f"http://127.0.0.1:{port}"
                with dev.Step("Starting Odoo"):
                    dev.await_page(process, f"{address}/web/login", log)
                yield address
            finally:
                dev.end(process)
