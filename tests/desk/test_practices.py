"""The pages of best practices in a real browser: what is similar comes after the page of a case, and nothing is unclean."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from desk.practices import acts
from desk.practices.alike import Alike
from desk.store import planned
from desk.store.planned import Kind, Plan
from desk.web.site import KEPT
from picture.similar import WIDTH, Ordinary, Similar
from tests.desk.axe import unclean
from tests.desk.cases_rules import RULES
from tests.desk.conftest import Visitor
from tests.desk.corpus import NOW, XSS
from tests.desk.keys import go
from tests.desk.practices.book import approved, ended, said, who
from tests.desk.practices.book import place as placed
from tests.desk.practices.test_alike import MIDDLE
from tests.desk.serving import serving

DAY = timedelta(days=1)
PAGES = (
    "/practices", "/practice?number=1", "/practices?state=proposed", "/practice?number=2", "/practice/write",
    "/practice/write?case=1", "/planning", "/audience", "/similar?case=2", "/case?number=2",
)  # fmt: skip
EMPTY = ("/practices", "/practices?state=retired", "/practice/write", "/planning", "/audience")


def keeping(kept, archive):
    similar = Similar(Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32)))
    return replace(kept, place=placed, alike=Alike(kept.database, archive, similar, erased=lambda: 0))


@pytest.fixture
def guest(chromium, tmp_path):
    """The operator, at a desk without anything."""
    with serving(tmp_path / "archive.db", [], rules=RULES, keeping=keeping) as served:
        one = Visitor(chromium, served)
        yield one
        one.close()


async def fill(served):
    """One practice that is approved and one that waits, two cases that ended, and plans."""
    desk, archive = served.desk, served.archive
    await ended(desk, archive, "sanne", f"Waar blijft mijn geld? {XSS}", closed=NOW - 20 * DAY)
    await ended(desk, archive, "kim", "Krijg ik mijn geld?", closed=NOW - DAY)
    await ended(desk, archive, "olaf", "Mijn geld is zoek", closed=NOW - 30 * DAY)
    made = await approved(desk, title=f"Geld terug {XSS}", answer=f"In de app. {'x' * 300}", at=NOW)
    await acts.comment(desk, who(), made.number, f"Werkt {XSS}", at=NOW)
    await acts.propose(desk, who(), said(title="Wacht nog"), placed, at=NOW)
    plan = {"since": NOW + DAY, "until": NOW + 2 * DAY, "by": "anna", "at": NOW, "unit": "webcare"}
    for kind in Kind:
        await planned.add(desk, Plan(kind=kind, says=f"Actie {XSS}", **plan))
    await served.app[KEPT].alike.follow(NOW)


def test_pages_without_anything_say_what_to_do_and_are_clean(guest):
    page = guest.enter("/practices", width=390, bypass=True)
    assert unclean(guest, page, EMPTY) == dict.fromkeys(EMPTY, (0, []))
    assert guest.wrong == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_that_are_full_are_clean(guest, language):
    guest.served.do(fill(guest.served))
    page = guest.enter("/practices", language=language, width=390, bypass=True)
    assert unclean(guest, page, PAGES) == dict.fromkeys(PAGES, (0, []))
    assert guest.wrong == []


def test_what_is_similar_comes_after_the_page_and_is_used_by_a_button(guest):
    guest.served.do(fill(guest.served))
    page = guest.enter("/case?number=2")
    page.wait_for_selector("#similar .alike")
    first = page.locator("#similar li").first
    assert "Best practice" in first.inner_text()
    assert page.locator("#similar li").count() == 3
    with page.expect_navigation():
        first.get_by_role("button").click()
    page.wait_for_selector("#similar .alike")
    assert page.url.endswith("/case?number=2#similar")
    go(page, "p")
    page.wait_for_url("**/practices")
    assert "used 1 time" in page.locator("main").inner_text()
    assert guest.wrong == []
