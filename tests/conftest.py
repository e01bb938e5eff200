"""What holds for every test, with and without a database."""

import os

import pytest

BUNDLES = ("web.assets_web", "web.assets_frontend", "web.assets_tests")


def pytest_sessionfinish(session, exitstatus):
    """Fail a full run in which a test was skipped: a browser or PDF test that did not run has shown nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CARTERA_NO_SKIPS") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        reporter.write_line("\nSkipped tests fail a full run; the reasons are listed below.", red=True)
        session.exitstatus = 1


@pytest.fixture(scope="session", autouse=True)
def web_assets(request):
    """Make the web assets once where browser tests will run: made inside a test, they are rolled back with it."""
    if not request.config.pluginmanager.has_plugin("odoo"):
        return
    from odoo.tests import common
    from odoo.tests.common import HttpCase

    common.CHECK_BROWSER_ITERATIONS = 600  # a busy machine may take a minute to start a browser
    if any(issubclass(item.cls, HttpCase) for item in request.session.items if getattr(item, "cls", None)):
        request.getfixturevalue("load_registry")
        make_bundles()


@pytest.fixture(scope="session", autouse=True)
def companies(request):
    """Two Colombian companies with their charts of accounts, which test classes take instead of making their own."""
    if not request.config.pluginmanager.has_plugin("odoo") or not request.session.items:
        return
    request.getfixturevalue("load_registry")
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    from tests.models.common import READY_COMPANIES

    with Registry(get_db_name()).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        for name in READY_COMPANIES:
            if not env["res.company"].search_count([("name", "=", name)]):
                company = env["res.company"].create({"name": name})
                env["account.chart.template"].try_loading("co", company=company, install_demo=False)


def make_bundles():
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    with Registry(get_db_name()).cursor() as cr:
        qweb = Environment(cr, SUPERUSER_ID, {})["ir.qweb"]
        for name in BUNDLES:
            bundle = qweb._get_asset_bundle(name, css=True, js=True)
            bundle.css()
            bundle.js()


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(request):
    """Every test is the first to ask: a day that stands still never forgets who asked too often."""
    if request.config.pluginmanager.has_plugin("odoo"):
        from odoo.addons.cartera_cobro.controllers import deudor

        deudor._counter.storage.reset()
