"""What every test shares. A skipped test is a failure: what a test needs, the project installs."""

import pytest

pytest_plugins = ("tests.engines",)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
