"""docs/actividades.md, the table of the 61 activities: each has its step, and what it names is there."""

import re
from pathlib import Path

import polib
from lxml import etree
from odoo.tests import BaseCase, tagged

from . import test_almacontact, test_amb, test_caja, test_eaab, test_frv
from .common import pasos_de

ROOT = Path(__file__).parents[2]
ADDON = ROOT / "cartera_cobro"
# Named through their modules: a class imported here would be run here too.
SCENARIOS = (
    test_amb.TestAMB,
    test_caja.TestCaja,
    test_frv.TestFRV,
    test_eaab.TestEAAB,
    test_almacontact.TestAlmacontact,
)
ACTIVITIES = {"AMB": 12, "CC": 7, "FRV": 20, "EAAB": 14, "ALM": 8}
ROW = re.compile(r"^\| ((?:AMB|CC|FRV|EAAB|ALM)\d+) \|(.+)\|$", re.MULTILINE)
MENU = " → "


def tabla():
    """{id: [activity, who, code, screen, test]} of the document."""
    text = (ROOT / "docs" / "actividades.md").read_text(encoding="utf-8")
    return {key: [cell.strip() for cell in cells.split("|")] for key, cells in ROW.findall(text)}


def menus():
    """The menus of the add-on in Spanish, as people read them: {"Pagos → Soportes de pago", …}."""
    spanish = {entry.msgid: entry.msgstr for entry in polib.pofile(ADDON / "i18n" / "es.po")}
    trees = [etree.parse(path) for path in ADDON.glob("views/*.xml")]
    items = {item.get("id"): item for tree in trees for item in tree.iter("menuitem")}
    actions = {
        record.get("id"): record.findtext("field[@name='name']")
        for path in (*ADDON.glob("views/*.xml"), *ADDON.glob("wizards/*.xml"))
        for record in etree.parse(path).iter("record")
        if record.get("model", "").startswith("ir.actions")
    }

    def camino(item):
        name = item.get("name") or actions.get(item.get("action"))
        parent = items.get((item.get("parent") or "").split(".")[-1])
        return [*(camino(parent) if parent is not None else ()), spanish.get(name) or name or ""]

    return {MENU.join(camino(item)[1:]) for item in items.values()}


@tagged("post_install", "-at_install")
class TestActividades(BaseCase):
    def test_the_61_activities_are_in_the_table_and_each_has_a_step(self):
        wanted = [f"{code}{number}" for code, count in ACTIVITIES.items() for number in range(1, count + 1)]
        self.assertEqual(len(wanted), 61)
        self.assertEqual(sorted(tabla()), sorted(wanted))
        steps = {step for scenario in SCENARIOS for step in pasos_de(scenario)}
        self.assertEqual(sorted(steps), sorted(wanted))

    def test_what_the_table_names_exists(self):
        screens, wrong = menus(), []
        for key, (_activity, _who, code, screen, test) in tabla().items():
            for where, folder in ((code, ADDON), (test, Path(__file__).parent)):
                wrong += [f"{key}: {place}" for place in re.findall(r"`(.+?)`", where) if not esta(folder, place)]
            if screens.isdisjoint((screen, screen.rsplit(" (", 1)[0])):
                wrong.append(f"{key}: {screen}")
            if not re.search(rf"::{key}_", test):
                wrong.append(f"{key}: {test}")
        self.assertEqual(wrong, [])


def esta(folder, place):
    """Whether `path::function` is there."""
    path, _colons, function = place.partition("::")
    file = folder / path
    return file.is_file() and (not function or re.search(rf"\bdef {function}\b", file.read_text(encoding="utf-8")))
