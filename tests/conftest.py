"""What holds for every test, with and without a database."""

import os


def pytest_sessionfinish(session, exitstatus):
    """Fail a full run in which a test was skipped: a browser or PDF test that did not run has shown nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CARTERA_NO_SKIPS") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        reporter.write_line("\nSkipped tests fail a full run; the reasons are listed below.", red=True)
        session.exitstatus = 1
