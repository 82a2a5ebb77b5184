"""The pages of practices, what is similar, the calendar and audiences, as staff use them."""

import re
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from desk.practices.alike import Alike
from desk.store import planned, practices
from desk.store.practices import State
from desk.web.site import KEPT, SITE
from picture.similar import WIDTH, Ordinary, Similar
from playbook.foundation import Excellence, Role
from tests.desk.cases_rules import RULES as CASES
from tests.desk.corpus import NOW, XSS
from tests.desk.entry.house import house as served
from tests.desk.practices.book import ended, place
from tests.desk.practices.test_alike import MIDDLE
from tests.desk.staffed.conftest import Browser

DAY = timedelta(days=1)
GUIDES = {"excellence": Excellence(members=("guide",)), "roles": {"guide": Role(name="guide")}}
RULES = CASES.model_copy(update=GUIDES)
WRITTEN = {
    "act": "write", "title": "Geld terug", "question_nl": f"Hoe krijg ik geld terug? {XSS}", "answer_nl": "In de app.",
    "unit": "webcare", "topic": "fares",
}  # fmt: skip


def keeping(kept, archive):
    similar = Similar(Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32)))
    return replace(kept, place=place, alike=Alike(kept.database, archive, similar, erased=lambda: 0))


@pytest.fixture
async def house(tmp_path):
    async with served(tmp_path, rules=RULES, keeping=keeping) as made:
        made.anna = await made.person("Anna", "agent@webcare")
        made.bert = await made.person("Bert", "lead@webcare")
        yield made


async def browser(house, person):
    return Browser(await house.enter(person))


async def told(house, person, to):
    """What the page that an act leads to says of it."""
    status, text = await (await browser(house, person)).read(to.partition("#")[0])
    found = re.search(r'<div id="told" class="(\w+)"[^>]*><p>(.*?)</p>', text)
    return status, found and found.groups()


async def written(house, person=None, **fields):
    status, to = await (await browser(house, person or house.anna)).send("/practices", **WRITTEN | fields)
    assert status == 303, to
    return to


async def act(house, person, name, **fields):
    saw = str((await practices.get(house.desk, 1)).version)
    status, to = await (await browser(house, person)).send("/practices", act=name, number="1", **{"saw": saw} | fields)
    assert status == 303, to
    return await told(house, person, to)


async def test_one_is_written_approved_thanked_and_found(house):
    to = await written(house)
    assert await told(house, house.anna, to) == (200, ("done", "It is proposed. A colleague approves it."))
    anna = await browser(house, house.anna)
    assert "There are no approved best practices yet" in (await anna.read("/practices"))[1]
    assert 'value="approve"' not in (await anna.read("/practice?number=1"))[1]
    bert = await browser(house, house.bert)
    text = (await bert.read("/practice?number=1"))[1]
    assert ('value="approve"' in text, XSS in text, "Hoe krijg ik geld terug?" in text) == (True, False, True)
    until = f"{NOW + 90 * DAY:%Y-%m-%d}"
    assert (await act(house, house.bert, "approve", title="Zo krijg je geld terug", until=until))[1][0] == "done"
    assert "Zo krijg je geld terug" in (await anna.read("/practices?q=app"))[1]
    assert "No best practice says that" in (await anna.read("/practices?q=lift"))[1]
    await act(house, house.anna, "thank")
    assert (await act(house, house.anna, "comment", text="Werkt ook in de winkel"))[1][0] == "done"
    text = (await anna.read("/practice?number=1"))[1]
    assert ("1 thank-you" in text, "Werkt ook in de winkel" in text, "You said thanks." in text) == (True, True, True)


async def test_who_wrote_it_is_told_why_they_do_not_approve_it(house):
    await written(house, house.bert)
    assert await act(house, house.bert, "approve") == (
        200,
        ("mistake", "You wrote it yourself; a colleague approves it."),
    )
    assert (await act(house, house.anna, "approve"))[1][0] == "mistake"
    guide = await house.person("Gerda", "guide", "agent@press_office")
    assert (await act(house, guide, "approve"))[1][0] == "done"
    assert (await practices.get(house.desk, 1)).state is State.APPROVED


async def test_a_form_that_cannot_be_kept_comes_back_as_it_was(house):
    anna = await browser(house, house.anna)
    status, text = await anna.send("/practices", **WRITTEN | {"answer_nl": ""})
    assert (status, "Write both a question and an answer." in text, "Hoe krijg ik geld terug?" in text) == (
        200,
        True,
        True,
    )
    assert (await anna.send("/practices", act="fly", number="1"))[0] == 400
    assert (await anna.send("/practices", act="thank", number="9"))[0] == 404
    assert await practices.listed(house.desk) == []


async def test_a_case_that_ended_well_fills_the_form_without_who_asked(house):
    archive = house.app[SITE].archive
    case = await ended(house.desk, archive, "sanne", "Sanne Jansen hier, waar is mijn geld?", closed=NOW - 20 * DAY)
    anna = await browser(house, house.anna)
    _, text = await anna.read(f"/case?number={case.number}")
    assert f"/practice/write?case={case.number}" in text
    _, text = await anna.read(f"/practice/write?case={case.number}")
    assert ("[name] hier, waar is mijn geld?" in text, "Taken out of the texts" in text) == (True, True)
    await written(house, case=str(case.number))
    assert (await practices.get(house.desk, 1)).from_case == case.number
    early = await ended(house.desk, archive, "kim", "Mijn geld?", closed=NOW - DAY)
    assert "It is too early to say" in (await anna.read(f"/practice/write?case={early.number}"))[1]
    assert (await anna.read("/practice/write?case=99"))[0] == 404


async def test_what_is_similar_comes_with_what_was_answered_and_can_be_used(house):
    archive, alike = house.app[SITE].archive, house.app[KEPT].alike
    first = await ended(house.desk, archive, "sanne", "Waar blijft mijn geld?", closed=NOW - 20 * DAY)
    case = await ended(house.desk, archive, "kim", "Krijg ik mijn geld?", closed=NOW - DAY)
    anna = await browser(house, house.anna)
    path = f"/similar?case={case.number}"
    assert "is being gathered" in (await anna.read(path))[1]
    await written(house)
    await act(house, house.bert, "approve")
    await alike.follow(NOW)
    status, text = await anna.read(f"{path}&part=1")
    assert (status, "<html" in text, "We storten het terug." in text) == (200, False, True)
    assert text.index("/practice?number=1") < text.index(f"/case?number={first.number}")
    assert "solved, and it stayed closed" in text
    status, to = await anna.send("/practices", act="use", number="1", case=str(case.number))
    assert (status, to) == (303, f"/case?number={case.number}#similar")
    (use,) = await practices.uses(house.desk, case=case.id)
    assert (use.unit, use.by) == ("webcare", house.anna.id)
    stranger = await browser(house, await house.person("Piet", "agent@press_office"))
    assert (await stranger.read(path))[0] == 404


async def test_whoever_reads_has_their_language_first_and_beside_a_case_stands_that_of_who_asked(house):
    archive, alike = house.app[SITE].archive, house.app[KEPT].alike
    case = await ended(house.desk, archive, "kim", "Krijg ik mijn geld?", closed=NOW - DAY)
    german = {"question_de": "Geld, bitte?", "answer_de": "Nach drei Tagen."}
    await written(house, question_en="Where is my refund?", answer_en="Within three days.", **german)
    await act(house, house.bert, "approve")
    await alike.follow(NOW)
    anna = await browser(house, house.anna)
    text = (await anna.read("/practice?number=1"))[1]
    assert text.index("Within three days.") < text.index("Nach drei Tagen.") < text.index("In de app.")
    text = (await anna.read(f"/similar?case={case.number}&part=1"))[1]
    assert ("In de app." in text, "Within three days." in text) == (True, False)


async def test_plans_of_all_units_stand_in_one_calendar_and_a_file(house):
    anna, bert = await browser(house, house.anna), await browser(house, house.bert)
    assert "Nothing is planned" in (await anna.read("/planning"))[1]
    day = f"{NOW + 2 * DAY:%Y-%m-%d}"
    post = {"act": "plan", "kind": "post", "says": f"Actie; nu, {XSS}", "unit": "webcare", "since": f"{day}T10:00"}
    assert (await anna.send("/planning", **post))[1] == "/planning?done=planned"
    campaign = post | {"kind": "campaign", "says": "Week van het spoor", "until": f"{day}T00:00"}
    assert (await anna.send("/planning", **campaign))[0] == 303
    text = (await bert.read("/planning"))[1]
    assert (XSS in text, text.count("at the same time as 1 other")) == (False, 2)
    status, text = await anna.read("/planning.ics")
    assert (status, text.count("BEGIN:VEVENT"), "SUMMARY:Actie\\; nu\\," in text) == (200, 2, True)
    assert f"DTSTART;VALUE=DATE:{day.replace('-', '')}" in text
    made = await planned.between(house.desk, NOW, NOW + 9 * DAY)
    stranger = await browser(house, await house.person("Piet", "agent@press_office"))
    assert (await stranger.send("/planning", act="remove", plan=made[0].id))[0] == 400
    assert (await bert.send("/planning", act="remove", plan=made[0].id))[1] == "/planning?done=removed"
    assert len(await planned.between(house.desk, NOW, NOW + 9 * DAY)) == 1


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"says": ""}, "Say what it is"),
        ({"kind": "film"}, "Choose a post or a campaign"),
        ({"since": "morgen"}, "Give the moment"),
        ({"since": "2020-01-01T10:00"}, "That is over already"),
        ({"unit": "press_office"}, "Choose a team"),
        ({"kind": "campaign", "until": ""}, "It has to end after it begins"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_with_a_sentence(house, what, sentence):
    anna = await browser(house, house.anna)
    told_of = {
        "act": "plan",
        "kind": "post",
        "says": "Actie",
        "unit": "webcare",
        "since": f"{NOW + DAY:%Y-%m-%d}T10:00",
    }
    status, text = await anna.send("/planning", **told_of | what)
    assert (status, sentence in text) == (200, True)


async def test_audiences_are_counted_and_nobody_is_named(house):
    archive = house.app[SITE].archive
    for number in range(6):
        await ended(house.desk, archive, f"reiziger{number}", "Geld", closed=NOW - DAY)
    text = (await (await browser(house, house.anna)).read("/audience"))[1]
    assert (">6<" in text, "reiziger" in text, "No own account has answered" in text) == (True, False, True)


async def test_who_works_on_no_cases_sees_none_of_it(house):
    analyst = await browser(house, await house.person("Karim", "analyst"))
    for path in ("/practices", "/practice?number=1", "/practice/write", "/similar?case=1", "/planning", "/audience"):
        assert (await analyst.read(path))[0] == 403
