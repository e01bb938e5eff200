"""Every version that was released is updated to this one, with its data: nothing is lost, and nothing breaks."""

import importlib.machinery
import importlib.util
import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest

from tests.upgrade import census

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DUMPS = sorted((ROOT / "tests" / "data").glob("cartera_*.sql.xz"))

# A company's own words in one of the two templates that 19.0.1.1.0 has changed.
OWN_WORDS = """
UPDATE cartera_plantilla SET body_html = '<p>Propio</p>', write_date = create_date + interval '1 day'
 WHERE id = (SELECT res_id FROM ir_model_data WHERE module = 'cartera_cobro' AND name = 'plantilla_cuota_vencida')
"""
# What an update changes on purpose.
MEANT = {
    "cartera_plantilla.body_html",
    # An insolvency stops the terms of what it holds.
    "cartera_partida.prescription_until",
    "cartera_partida.prescription_term",
}


def script():
    """./dev as a module."""
    loader = importlib.machinery.SourceFileLoader("dev", str(ROOT / "dev"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("dev", loader))
    sys.modules["dev"] = module  # dataclasses and pickles look it up
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def dev():
    module = script()
    with module.ON_EXIT:
        yield module


@pytest.fixture(scope="module", params=DUMPS, ids=lambda path: path.name.removesuffix(".sql.xz"))
def upgraded(request, dev, tmp_path_factory):
    """What updating.py says of a restored dump, with `before`, `after` and the dump's own `facts`."""
    database, result = f"cartera_test_{dev.CLONE}_upgrade", tmp_path_factory.mktemp("upgrade") / "result.json"
    dev.drop(database)
    try:
        restore(dev, request.param, database)

        def ask(statement, *values):
            return dev.sql(statement, *values, database=database)

        dev.sql(OWN_WORDS, database=database)
        [(facts,)] = ask("SELECT value FROM ir_config_parameter WHERE key = 'cartera_cobro.dump'")
        facts, wanted = json.loads(facts), census.tables(ask)
        before = census.contents(ask, wanted)
        result.write_text(json.dumps({"wanted": wanted, "before": before}))
        config = dev.write_config(database)
        command = dev.python(HERE / "updating.py", config, result, facts["night"])
        done = subprocess.run(
            list(map(str, command)), env=dev.environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-6000:]
        yield json.loads(result.read_text()) | {"facts": facts, "before": before}
    finally:
        dev.drop(database)


def restore(dev, dump, database):
    dev.sql(f'CREATE DATABASE "{database}" TEMPLATE template0')
    # Odoo makes this function immutable for its indexes, which is nothing that a dump keeps.
    dev.sql("CREATE EXTENSION unaccent; ALTER FUNCTION unaccent(text) IMMUTABLE", database=database)
    command = [dev.postgres_programs() / "psql", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-d", database]
    process = dev.start(command, stdin=subprocess.PIPE, env=dev.environment())
    with lzma.open(dump) as source, process.stdin as sink:
        while part := source.read(1 << 20):
            sink.write(part)
    assert process.wait() == 0, "psql refuses the dump"
    dev.sql("ANALYZE", database=database)


def test_a_dump_is_kept():
    assert DUMPS


def test_the_update_has_no_complaint(upgraded):
    assert upgraded["version"] != upgraded["facts"]["version"]
    assert upgraded["complaints"] == []


def test_every_row_is_kept(upgraded):
    assert sum(columns["rows"] for columns in upgraded["before"].values()) > 10_000
    assert set(census.differences(upgraded["before"], upgraded["contents"])) == MEANT


def test_words_that_a_company_wrote_stay(upgraded):
    assert "cupon_id" in upgraded["templates"]["plantilla_cuota"]
    assert upgraded["templates"]["plantilla_cuota_vencida"] == "<p>Propio</p>"


def test_signatures_and_files_hold(upgraded):
    assert upgraded["signatures"] and upgraded["files"]
    assert upgraded["signatures"] == upgraded["facts"]["signatures"]
    assert [document for document, same in upgraded["files"].items() if not same] == []


def test_what_is_new_is_there(upgraded):
    assert upgraded["absent"] == []


def test_views_are_whole(upgraded):
    assert upgraded["views"] == []


def test_a_night_of_the_same_day_changes_nothing(upgraded):
    assert upgraded["night"] == []
