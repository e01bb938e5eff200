"""Documents for people say what is there: links and pictures exist, menus and words of the screen read as shown."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "cartera_cobro"
STORE = ADDON / "static/description/index.html"
PAGES = [ROOT / "README.md", STORE, *sorted((ROOT / "docs").rglob("*.md"))]
MANUAL = [ROOT / "docs/manual.md", *sorted((ROOT / "docs/manual").glob("*.md"))]
# What Odoo and its tier validation say by themselves.
FROM_ODOO = {"Acciones planificadas", "Nuevo", "Rechazar", "Técnico", "Usuarios", "Validaciones de Nivel", "Validar"}
LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*src=\"([^\"]+)\"")


def spanish():
    """{English: Spanish} of the add-on."""
    found, field, entry = {}, None, {}
    for line in (ADDON / "i18n/es.po").read_text(encoding="utf-8").splitlines():
        if match := re.match(r'(msgid|msgstr) "(.*)"$', line):
            if match[1] == "msgid":
                entry = {"msgid": "", "msgstr": ""}
            field = match[1]
            entry[field] = match[2]
        elif line.startswith('"') and field:
            entry[field] += line[1:-1]
        elif not line.strip() and entry:
            found[plain(entry["msgid"])] = plain(entry["msgstr"])
    return found


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\\n", " ").replace('\\"', '"')).strip()


def menus():
    """Every path of the app's menus in Spanish, as «Cartera ▸ Gestiones ▸ Promesas»."""
    words, items, actions = spanish(), {}, {}
    for path in [*ADDON.glob("views/*.xml"), *ADDON.glob("wizards/*.xml"), *ADDON.glob("data/*.xml")]:
        tree = ElementTree.parse(path)
        for record in tree.iter("record"):
            if (record.get("model") or "").startswith("ir.actions."):
                actions[record.get("id")] = record.findtext("field[@name='name']")
        collect(tree.getroot(), None, items)

    def path_of(key):
        name, parent, action = items[key]
        name = name or actions[action]
        here = words.get(name) or name
        return f"{path_of(parent)} ▸ {here}" if parent in items else here

    return {path_of(key) for key in items}


def collect(node, parent, items):
    for child in node:
        if child.tag == "menuitem":
            items[child.get("id")] = (child.get("name"), child.get("parent") or parent, child.get("action"))
            collect(child, child.get("id"), items)
        elif child.tag in ("odoo", "data"):
            collect(child, parent, items)


def anchors(page):
    """The anchors that a code host gives to the titles of a page."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def numbered(page, pattern):
    """(line number, what the pattern finds) of a page, whose texts may go over the end of a line."""
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(pattern, text):
        yield text.count("\n", 0, match.start()) + 1, plain(match[1])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_are_there(page):
    broken = []
    for match in LINK.finditer(page.read_text(encoding="utf-8")):
        target = match[1] or match[2]
        if re.match(r"https?:|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert not broken


def test_the_readme_of_the_add_on_says_what_its_fragments_say():
    whole = plain((ADDON / "README.rst").read_text(encoding="utf-8").replace("``", "`"))
    for fragment in (ADDON / "readme").glob("*.md"):
        assert plain(fragment.read_text(encoding="utf-8")) in whole, fragment.name


def test_menus_that_the_manual_names_are_those_of_the_app():
    known = menus()
    assert "Cartera ▸ Lista de trabajo" in known
    wrong = [
        f"{page.name}:{line} {path}"
        for page in MANUAL
        for line, path in numbered(page, r"\*\*([^*]*▸[^*]*)\*\*")
        if path.startswith("Cartera ▸") and path not in known
    ]
    assert not wrong


def test_words_of_the_screen_in_the_manual_read_as_on_the_screen():
    texts = spanish().values()
    known = {form.rstrip(":") for text in texts for form in (text, plain(re.sub(r"<[^>]*>", " ", text)))} | FROM_ODOO
    wrong = [
        f"{page.name}:{line} «{words}»"
        for page in MANUAL
        for line, words in numbered(page, r"«([^»]+)»")
        if words not in known
    ]
    assert not wrong


def test_code_that_the_architecture_names_is_there():
    text = (ROOT / "docs/arquitectura.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in ADDON.rglob("*.py"))
    named = re.findall(r"`(?:cartera_cobro\.)?((?:\w+/)*\*?_?[a-z]\w*\*?(?:\.\w+)*)(?:\([^`]*\))?`", text)
    files = {str(path.relative_to(ADDON)) for path in ADDON.rglob("*.*")}
    wrong = {
        name
        for name in (each.strip("*") for each in named)
        if not (any(name in file for file in files) or (ROOT / name).exists() or name.split(".")[-1] in sources)
    }
    assert not wrong


def test_every_picture_is_shown_and_can_be_taken_anew():
    shown = {Path(match[1] or match[2]).name for page in PAGES for match in LINK.finditer(page.read_text("utf-8"))}
    source = (ROOT / "tests/trials/_tomas.py").read_text(encoding="utf-8")
    taken = {f"{name}.png" for name in re.findall(r'^    "([\w-]+)": Toma\(', source, flags=re.MULTILINE)}
    there = {path.name for path in (ROOT / "docs/img").glob("*.png")}
    assert there == taken
    assert not there - shown
