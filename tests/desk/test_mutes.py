"""Who and what is muted: seen, lifted, and muted again by undoing that."""

from datetime import timedelta
from itertools import count

import pytest

from core.document import Filter
from core.query import Field, FieldName, Word
from core.types import Mute
from desk.web.site import SITE
from tests.desk import corpus
from tests.desk.conftest import Visitor
from tests.desk.serving import everything, serving

A_SECOND = timedelta(seconds=1)
STORING = Filter(query=Word(pattern="storing"))


@pytest.fixture
def guest(chromium, tmp_path):
    """Somebody on a page whose clock goes on: of two words said of the same the later one counts."""
    seconds = count()
    with serving(
        tmp_path / "archive.db", everything()[-700:], now=lambda: corpus.NOW + next(seconds) * A_SECOND
    ) as own:
        one = Visitor(chromium, own)
        yield one
        one.close()


def muted(guest, **what):
    """A mute as the page says one; then the page that lists it."""
    judged = guest.served.app
    guest.served.do(judged[SITE].judge([Mute(by="desk:a", at=corpus.NOW - A_SECOND, **what)]))
    return guest.enter("/mutes")


def test_a_muted_word_is_lifted_and_muted_again(guest):
    everything = guest.served.do(guest.served.archive.count(STORING))
    page = muted(guest, word="storing")
    assert everything
    assert guest.served.do(guest.served.archive.count(STORING)) == 0
    page.click("button[aria-label='Count again: storing']")
    page.wait_for_selector(".done")
    assert page.locator(".monitors li").count() == 0
    assert guest.served.do(guest.served.archive.count(STORING)) == everything
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector(".monitors li")
    assert guest.served.do(guest.served.archive.count(STORING)) == 0
    assert guest.wrong == []


def test_a_muted_account_goes_by_its_name_and_says_how_much_it_takes_away(guest):
    (found, *_) = guest.served.do(guest.served.archive.authors(Filter(), size=1))
    author = Filter(query=Field(name=FieldName.AUTHOR, value=found.id), muted=True)
    heard = guest.served.do(guest.served.archive.count(author))
    said = muted(guest, author=found.id).locator(".monitors li").inner_text()
    assert (found.name or found.handle) in said
    assert f"{heard} message" in said


def test_a_mute_is_found_from_the_status_page(guest):
    page = guest.enter("/status", language="nl")
    page.get_by_role("link", name="Gedempte accounts en woorden").click()
    page.wait_for_url("**/mutes")
    assert "Er is geen woord gedempt." in page.locator("main").inner_text()
