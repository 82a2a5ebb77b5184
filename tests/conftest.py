"""What every test shares. A skipped test is a failure: what a test needs, the project installs; so is a thread left behind."""

import faulthandler
import sys
import threading

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine, and nothing of the program; which ones are drawn follows from the test alone.
settings.register_profile("anywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("anywhere")

pytest_plugins = ("tests.engines",)

LEFT = "threads left"
TOLD = pytest.StashKey[list[str]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Python waits for a thread that is left behind, for ever: it is said which one, and the run fails.

    Where test files run at the same time each process tells the one that reports.
    """
    names = _left()
    if names:
        faulthandler.dump_traceback_later(5, exit=True, file=sys.__stderr__)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[LEFT] = names
    elif names := [*names, *session.config.stash.get(TOLD, [])]:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line(f"threads that no test ended: {', '.join(names)}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    output = getattr(node, "workeroutput", {})
    node.config.stash.setdefault(TOLD, []).extend(output.get(LEFT, []))


def _left():
    threads = [
        thread for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon
    ]
    for thread in threads:
        thread.join(5)
    return [thread.name for thread in threads if thread.is_alive()]
