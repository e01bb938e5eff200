"""Update the add-on in a database as `odoo -u cartera_cobro` does, and write what was seen afterwards to a file.

    python updating.py CONFIGURATION RESULT NIGHT

RESULT holds the columns to look at and what they held before, and then the answer: what the log complained of, what
stands of rows, signatures, files and views, and what the nightly jobs change a minute after NIGHT (ISO, UTC), when they
ran last. It says; test_upgrade.py judges.
"""

import hashlib
import json
import logging
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from freezegun import freeze_time
from lxml import etree
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.module import Manifest, initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config, file_path

sys.path.insert(0, str(Path(__file__).parent))
import census


class Complaints(logging.Handler):
    """What the log says of errors."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said = []

    def emit(self, record):
        self.said.append(f"{record.levelname} {record.name}: {record.getMessage()[:1000]}")


def signatures(env):
    """{id: whether it is of the text that its document has now} of every signature."""
    return {
        str(firma.id): env[firma.res_model].browse(firma.res_id)._huella() == firma.hash
        for firma in env["cartera.firma"].search([], order="id")
    }


def files(env):
    """{document: whether its PDF is the one of which it kept the SHA-256} of every document that kept one."""
    held = {}
    for model in env.registry.values():
        if model._auto and {"pdf_id", "pdf_sha256"} <= set(model._fields):
            for document in env[model._name].search([("pdf_sha256", "!=", False)]):
                digest = hashlib.sha256(document.pdf_id.raw or b"").hexdigest()
                held[f"{document._name},{document.id}"] = digest == document.pdf_sha256
    return held


def absent(env):
    """[id] of the records that the add-on's files make and that are not there."""
    made = set()
    for path in Manifest.for_addon("cartera_cobro")["data"]:
        if path.endswith(".xml"):
            root = etree.parse(file_path(f"cartera_cobro/{path}"))
            made |= {node.get("id") for node in root.iter("record", "template", "menuitem")} - {None}
    names = env["ir.model.data"].search([("module", "=", "cartera_cobro")]).mapped("name")
    return sorted(name for name in made - set(names) if "." not in name)


def broken_views(env):
    """[name and reason] of the views of the add-on, and of those that it extends, which Odoo refuses."""
    data = env["ir.model.data"].search([("module", "=", "cartera_cobro"), ("model", "=", "ir.ui.view")])
    ours = env["ir.ui.view"].browse(data.mapped("res_id"))
    broken = []
    for view in ours | ours.inherit_id:
        try:
            with env.cr.savepoint():
                view._check_xml()
        except Exception as error:
            broken.append(f"{view.xml_id}: {error}")
    return broken


def night(env, ask, instant):
    """What the nightly jobs change, a minute after the last ones: ["table.column"]."""
    everything = census.tables(ask)
    before = census.contents(ask, everything)
    with freeze_time(instant + timedelta(minutes=1)):
        env.ref("cartera_cobro.ir_cron_actualizar").method_direct_trigger()
    return census.differences(before, census.contents(ask, everything))


def main(configuration, result, instant):
    config.parse_config(["-c", configuration, "--no-http", "--log-level=error"], setup_logging=True)
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    initialize_sys_path()
    started = time.monotonic()
    registry = Registry.new(config["db_name"][0], update_module=True, upgrade_modules=["cartera_cobro"])
    said = {"seconds": time.monotonic() - started, "complaints": list(complaints.said)}
    with closing(registry.cursor()) as cr:

        def ask(statement, *values):
            cr.execute(statement, values)
            return cr.fetchall()

        env = Environment(cr, SUPERUSER_ID, {})
        said["version"] = env.ref("base.module_cartera_cobro").latest_version
        said |= {"signatures": signatures(env), "files": files(env), "views": broken_views(env)}
        said["templates"] = {
            name: env.ref(f"cartera_cobro.{name}").body_html for name in ("plantilla_cuota", "plantilla_cuota_vencida")
        }
        said["absent"] = absent(env)
        given = json.loads(Path(result).read_text())
        said["contents"] = census.contents(ask, given["wanted"], given["before"])
        said["night"] = night(env, ask, datetime.fromisoformat(instant))
        cr.commit()
    Path(result).write_text(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
