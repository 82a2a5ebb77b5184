"""What every test shares. A skipped test is a failure: what a test needs, the project installs; so is a thread left behind."""

import faulthandler
import sys
import threading

import pytest

pytest_plugins = ("tests.engines",)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Python waits for a thread that is left behind, for ever: it is said which one, and the run fails."""
    left = [thread for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon]
    for thread in left:
        thread.join(5)
    if names := [thread.name for thread in left if thread.is_alive()]:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line(f"threads that no test ended: {', '.join(names)}", red=True)
        faulthandler.dump_traceback_later(5, exit=True, file=sys.__stderr__)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
