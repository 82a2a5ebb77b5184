"""The pages of who may answer in a real browser: nothing for axe, nothing over the edge, and a consent given and taken back."""

from datetime import timedelta

import pytest

from desk.answering.trust import Kind, Mark
from desk.cases import acts
from desk.store import account_rights, people, trust
from desk.store.account_rights import Given
from desk.store.accounts import every
from desk.store.sessions import Way
from desk.web.access import COOKIE
from desk.web.entering import ENTRY
from tests.desk.axe import unclean
from tests.desk.cases.book import agent, hear, heard, reply
from tests.desk.conftest import Visitor
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import full
from tests.desk.serving import everything, serving
from tests.desk.staffed.conftest import STAFFED


async def filled(desk):
    """The staff of `full`; Anna and an account on which rights were given, and what became of her answers."""
    await full(desk)
    anna, other, *_ = await people.every(desk, left=False)
    account = next(one for one in await every(desk) if one.source == "bluesky")
    for given in (
        Given(account=account.id, person=anna.id, until=NOW + timedelta(days=3)),
        Given(account=account.id, person=other.id, until=NOW - timedelta(days=3)),
        Given(account=account.id, role="agent", unit="webcare"),
    ):
        await account_rights.give(desk, given, by="ruth", at=NOW - timedelta(days=9))
    async with desk.writing() as connection:
        for number, kind in enumerate((Kind.APPROVED, Kind.COMPLAINED, Kind.THANKED)):
            told = {"person": anna.id, "topic": "", "answer": str(number), "by": other.id}
            await trust.mark(connection, Mark(kind=kind, at=NOW - timedelta(days=3 - number), **told))
    case = await hear(desk, heard(at=NOW, unit=None))
    await acts.answering(desk, agent(other.id, unit=""), case.id, at=NOW)
    await hear(desk, reply(at=NOW))
    return anna.id, account.id


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("answering") / "archive.db", everything()[-50:], rules=STAFFED) as served:
        served.anna, served.account = served.do(filled(served.desk))
        yield served


@pytest.fixture
def reader(chromium, town):
    one = Visitor(chromium, town)
    yield one
    one.close()


def entered(reader, **how):
    """Anna's page."""
    page = reader.enter("/glossary", **how)
    secret = reader.served.do(
        reader.served.app[ENTRY].begin(reader.served.anna, way=Way.PASSWORD, strong=True, agent="")
    )
    page.context.clear_cookies()
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": reader.served.url}])
    return page


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_they_are_clean_for_axe_and_nothing_hangs_over(reader, language, width):
    page = entered(reader, language=language, width=width, bypass=True)
    paths = ("/may", f"/own-account?id={reader.served.account}", "/foundation", "/case?number=1")
    assert unclean(reader, page, paths) == dict.fromkeys(paths, (0, []))
    assert reader.wrong == []


def test_a_consent_is_given_and_taken_back_by_one_button(reader):
    page = entered(reader)
    page.goto(f"{reader.served.url}/may")
    page.get_by_role("button", name="Yes: publish for the organisation").click()
    page.wait_for_url("**/may?done=yes")
    page.get_by_role("button", name="Take back: publish for the organisation").click()
    page.wait_for_url("**/may?done=no")
    assert page.get_by_role("button", name="Yes: publish for the organisation").count() == 1


def test_the_right_is_given_on_the_page_of_the_account(reader):
    page = entered(reader)
    page.goto(f"{reader.served.url}/foundation")
    page.get_by_role("link", name="Who may answer").first.click()
    page.wait_for_url("**/own-account?id=**")
    page.select_option("#to", label="analyst")
    page.get_by_role("button", name="Give").click()
    page.wait_for_url("**done=give")
    assert page.locator("section[aria-labelledby=given-title]").get_by_text("analyst").count() >= 1


def test_a_colleague_is_thanked_and_an_error_is_marked_by_two_buttons(reader):
    page = entered(reader)
    page.goto(f"{reader.served.url}/case?number=1")
    page.get_by_role("button", name="Thank").click()
    page.get_by_text("You gave thanks for it.").wait_for()
    page.get_by_text("There was an error in it").click()
    page.get_by_role("button", name="Mark as an error").click()
    page.get_by_text("An error in it is marked.").wait_for()
    assert reader.wrong == []
