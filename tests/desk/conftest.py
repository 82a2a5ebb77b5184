"""A browser, and the page over a month of invented talk, once for all page tests."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.desk.serving import Served, everything, serving

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 120_000
"""Milliseconds that a page may take on a slow machine; one that comes sooner is waited for no longer."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A module's own, closed after it: while it is open no other event loop can run in this thread."""
    path = which("chromium") or which("chromium-browser") or which("google-chrome")
    if path is None:
        pytest.fail("the page tests need Chromium; on Debian: apt-get install chromium", pytrace=False)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Read by many tests: whoever changes something takes `own`."""
    with serving(tmp_path_factory.mktemp("month") / "archive.db", everything()) as served:
        yield served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A page of the test's own with the hostile message and the last day's talk."""
    with serving(tmp_path / "archive.db", everything()[-700:]) as served:
        yield served


class Visitor:
    """Opens pages as one reader: a language, a colour scheme, a width; every request is noted."""

    def __init__(self, browser: Browser, served: Served) -> None:
        self._browser, self.served = browser, served
        self.asked: list[str] = []
        self.wrong: list[str] = []

    def enter(
        self, path: str = "/", *, language: str = "en", theme: str = "light", width: int = 1280, bypass: bool = False
    ) -> Page:
        context = self._browser.new_context(
            locale=language, color_scheme=theme, viewport={"width": width, "height": 900}, bypass_csp=bypass,
            timezone_id="Europe/Amsterdam", reduced_motion="reduce",
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.goto(f"{self.served.link()}&{urlencode({'to': path})}")
        page.wait_for_url(f"{self.served.url}{path}")
        return page

    def close(self) -> None:
        for context in list(self._browser.contexts):
            context.close()


@pytest.fixture
def visitor(chromium: Browser, month: Served) -> Iterator[Visitor]:
    one = Visitor(chromium, month)
    yield one
    one.close()


@pytest.fixture
def guest(chromium: Browser, own: Served) -> Iterator[Visitor]:
    one = Visitor(chromium, own)
    yield one
    one.close()


@pytest.fixture
def reader(chromium: Browser, house: Served) -> Iterator[Visitor]:
    """A visitor of the module's own `house`."""
    one = Visitor(chromium, house)
    yield one
    one.close()
