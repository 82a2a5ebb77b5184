"""The pages of staff in a real browser: nothing for axe, nothing over the edge, and a day's work done by hand."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from desk.store import people, rota
from playbook.rota import Absence, Shift
from tests.desk.axe import faults, overhang
from tests.desk.conftest import Visitor
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import full
from tests.desk.serving import everything, serving
from tests.desk.staffed.conftest import STAFFED
from tests.desk.staffed.test_rota_ahead import ASKED, OWED, TRIAGE
from tests.desk.talk import talk


async def filled(desk):
    """The staff of `full`, with a week's rota, somebody away, and a night."""
    await full(desk)
    anna, *others = await people.every(desk, left=False)
    made = [Shift(person=anna.id, unit="webcare", starts=9 * 60, ends=13 * 60, weekday=day) for day in range(5)]
    made += [Shift(person=others[0].id, unit="webcare", starts=22 * 60, ends=6 * 60, day=NOW.date())]
    await rota.add_shifts(desk, made, by="ruth", at=NOW)
    await rota.add_absence(desk, Absence(person=anna.id, since=NOW, until=NOW + timedelta(days=1)), by="ruth", at=NOW)
    return anna.id


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    rules = STAFFED.model_copy(update={"triage": TRIAGE})
    said = [*everything()[-50:], *talk(NOW, outcome=OWED)]
    with serving(tmp_path_factory.mktemp("staffed") / "archive.db", said, rules=rules) as served:
        served.anna = served.do(filled(served.desk))
        yield served


@pytest.fixture
def reader(chromium, town):
    one = Visitor(chromium, town)
    yield one
    one.close()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_they_are_clean_for_axe_and_nothing_hangs_over(reader, language, width):
    page = reader.enter("/people", language=language, width=width, bypass=True)
    for path in ("/people", f"/person?id={reader.served.anna}", "/rota", f"{ASKED}2"):
        page.goto(reader.served.url + path)
        assert overhang(page) == 0, path
        assert faults(page) == [], path
    assert reader.wrong == []


def test_somebody_is_added_put_on_the_rota_and_a_file_is_shown_first(reader, tmp_path):
    page = reader.enter("/people")
    page.fill("#name", "Zoë van den Berg")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/person?id=**done=added")
    assert page.locator("h1").inner_text() == "Zoë van den Berg"
    page.get_by_role("link", name="Rota").first.click()
    page.select_option("#person", label="Zoë van den Berg")
    page.get_by_role("checkbox", name="Saturday").check()
    page.get_by_role("button", name="Put on the rota").click()
    page.wait_for_selector(".done")
    expect(page.locator(".week .block", has_text="Zoë van den Berg")).to_have_count(1)
    file = tmp_path / "staff.csv"
    file.write_text("name,number\nZoë,77\n", encoding="utf-8")
    page.goto(f"{reader.served.url}/people")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Show what would change").click()
    page.wait_for_selector("text=1 new person")
    page.get_by_role("button", name="Take it over").click()
    page.wait_for_url("**/people?done=taken")
    assert page.get_by_role("link", name="Zoë", exact=True).count() == 1
