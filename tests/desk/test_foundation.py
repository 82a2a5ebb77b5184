"""The foundation in a real browser: readiness, accounts, and what a person says of those that look like one."""

import pytest

from desk.store import audit, letters
from desk.store.accounts import State, listed
from tests.desk.axe import faults, overhang
from tests.desk.conftest import Visitor
from tests.desk.foundation.organised import RULES, full
from tests.desk.serving import everything, serving


@pytest.fixture
def house(tmp_path):
    with serving(tmp_path / "archive.db", everything()[-50:], rules=RULES) as served:
        served.do(full(served.desk))
        yield served


@pytest.fixture
def reader(chromium, house):
    one = Visitor(chromium, house)
    yield one
    one.close()


def did(served):
    async def entries():
        return {(one.did, one.what, one.by.partition(":")[0]) for one in await audit.latest(served.desk)}

    return served.do(entries())


def test_it_tells_how_far_the_staff_is_and_no_small_department_apart(reader):
    page = reader.enter("/foundation")
    assert "4 of 12 people acknowledged version 2026-1" in page.locator(".sentence").inner_text()
    rows = page.locator("section[aria-labelledby=departments-title] tbody tr").all_inner_texts()
    assert [row.split("\t")[:3] for row in rows] == [
        ["Service", "5", "4 / 5"],
        ["Small departments together", "7", "0 / 7"],
    ]
    assert "Shops" not in page.locator("main").inner_text()


def test_an_account_whose_owner_left_says_so(reader):
    page = reader.enter("/foundation", language="nl")
    first, second = page.locator(".accounts li").all_inner_texts()
    assert "tweede eigenaar Person 5 is weg" in " ".join(first.split())
    assert second.count("niemand") == 2


def test_people_are_reminded_now_and_not_twice_a_day(reader):
    page = reader.enter("/foundation")
    page.get_by_role("button", name="Remind now").click()
    page.wait_for_selector(".done")
    assert "8 letters go out." in page.locator(".done").inner_text()
    assert len(reader.served.do(letters.latest(reader.served.desk))) == 8
    page.get_by_role("button", name="Remind now").click()
    page.wait_for_url("**count=0")
    assert "8 letters to 8 people" in page.locator("main").inner_text()
    assert ("reminded 8 people of", "policy", "desk") in did(reader.served)


def test_what_looks_like_an_own_account_is_decided_and_taken_back(reader):
    page = reader.enter("/foundation")
    page.get_by_role("button", name="It pretends: n00rderlijn").click()
    page.wait_for_selector(".done")
    assert "2 accounts" not in page.locator("#alike-title").inner_text()
    (confirmed,) = reader.served.do(listed(reader.served.desk, State.CONFIRMED))
    assert confirmed.handle == "n00rderlijn"
    page.get_by_role("button", name="Look again: n00rderlijn").click()
    page.wait_for_url("**done=open**")
    assert len(reader.served.do(listed(reader.served.desk))) == 2
    assert {("confirmed", "lookalike", "desk"), ("open", "lookalike", "desk")} <= did(reader.served)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_clean_for_axe_and_nothing_hangs_over(reader, language, width):
    page = reader.enter("/foundation", language=language, width=width, bypass=True)
    assert overhang(page) == 0
    assert faults(page) == []
    assert (reader.wrong, "broken" in page.title()) == ([], False)


def test_where_nothing_is_known_nothing_is_green(visitor):
    page = visitor.enter("/foundation")
    assert "There is no policy in force." in page.locator(".sentence").inner_text()
    assert "Nobody is known yet." in page.locator("main").inner_text()


def test_what_people_have_to_mend_stands_there_and_on_the_status_page(reader):
    for path in ("/foundation", "/status"):
        page = reader.enter(path, language="nl")
        said = page.locator("section[aria-labelledby=missing-title]").inner_text()
        assert "noorderlijn on mastodon heeft geen eigenaar" in said
        assert "Niemand heeft de rol duty_manager, waar goals.heard op rekent" in said
