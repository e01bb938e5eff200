"""Make the database that the test of upgrades starts from: ./dev trial dump COMMIT

The add-on as it stood at COMMIT is installed in a database with its demo portfolio, its files inside the database, and
after one nightly job; what any Odoo makes again (web assets, sessions, logs) is taken away, and the rest is written as
compressed SQL to tests/data/cartera_VERSION.sql.xz. The test restores every
dump that it finds.
"""

import ast
import io
import lzma
import subprocess
import tarfile
import tempfile
from pathlib import Path

# Files go into the database, which is all that a dump has.
IN_DATABASE = """
env["ir.config_parameter"].set_param("ir_attachment.location", "db")
env.cr.commit()
"""

SLIM = """
import json, sys
sys.path.insert(0, %(tools)r)
from updating import signatures
from odoo.fields import Datetime

facts = {"version": %(version)r, "night": Datetime.now().isoformat(), "signatures": signatures(env)}
env["ir.config_parameter"].set_param("cartera_cobro.dump", json.dumps(facts))
assets = env["ir.attachment"].search([("url", "=like", "/web/assets/%%")])
assets.unlink()
env["ir.attachment"].force_storage()
env.cr.execute("TRUNCATE ir_logging, bus_bus, res_users_log")
env.cr.commit()
"""


def main(dev, arguments):
    if len(arguments) != 1:
        raise dev.Stop("Name the commit of the release: ./dev trial dump COMMIT")
    with tempfile.TemporaryDirectory() as place, dev.trial_database("dump") as database:
        version = unpack(dev, arguments[0], Path(place))
        build(dev, database, Path(place), version)
        target = dev.TESTS / "data" / f"cartera_{version}.sql.xz"
        size = write(dev, database, target)
    dev.say(f"{target.relative_to(dev.ROOT)}: {size / 1e6:.1f} MB of SQL in {target.stat().st_size / 1e6:.2f} MB")
    return 0


def unpack(dev, commit, place):
    """Put the add-on of a commit there; its version."""
    archive = subprocess.run(["git", "-C", str(dev.ROOT), "archive", commit, "cartera_cobro"], capture_output=True)
    if archive.returncode:
        raise dev.Stop(f"git has no add-on at {commit}: {archive.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(place, filter="data")
    return ast.literal_eval((place / "cartera_cobro/__manifest__.py").read_text())["version"]


def build(dev, database, place, version):
    """Install that add-on, with its demo portfolio and one night; what the test compares with is a parameter."""
    facts = {"tools": str(dev.TESTS / "upgrade"), "version": version}
    addons = ",".join(str(each) for each in (place, dev.odoo_source() / "addons") if each.exists())
    config = dev.write_config(database, addons_path=addons)
    shell = dev.odoo(config, "--no-http", command="shell")
    dev.run_odoo("Keeping files in the database", "dump-files", shell, IN_DATABASE)
    dev.run_odoo(
        "Installing that version",
        "dump-install",
        dev.odoo(config, "-i", "cartera_cobro", "--stop-after-init", "--no-http"),
    )
    dev.run_odoo("Loading its demo portfolio", "dump-demo", shell, dev.SPANISH + dev.DEMO)
    dev.run_odoo("Running its nightly job", "dump-nightly", shell, dev.NIGHTLY)
    dev.run_odoo("Taking away what is made again", "dump-slim", shell, SLIM % facts)


def write(dev, database, target):
    """Write the dump; how many bytes of SQL it is."""
    command = [dev.postgres_programs() / "pg_dump", "--no-owner", "--no-privileges", "-d", database]
    process = dev.start(command, stdout=subprocess.PIPE, env=dev.environment())
    size = 0
    with dev.Step("Writing the dump"), lzma.open(target, "wb", preset=9 | lzma.PRESET_EXTREME) as out:
        while part := process.stdout.read(1 << 20):
            size += out.write(part)
    if dev.wait(process):
        raise dev.Stop("pg_dump failed.")
    return size
