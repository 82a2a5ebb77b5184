"""The pages of crises as staff use them: who sees and does what, and who is told that somebody was first."""

import re

import msgspec
import pytest

from core.errors import Retry
from desk.crisis import acts, saying
from desk.crisis.telling import tell_person
from desk.store import crises, notice_messages, people
from desk.store.crises import State
from desk.store.crisis_writing import locked
from desk.store.notice_messages import Over, Parcel, Place
from desk.store.notices import Kind
from desk.web.site import SITE
from tests.desk import crises_filled as filled
from tests.desk.corpus import NOW
from tests.desk.entry.house import house as served
from tests.desk.staffed.conftest import Browser


@pytest.fixture
async def house(tmp_path):
    async with served(tmp_path, rules=filled.RULES) as made:
        made.crisis = await filled.opened(made.desk)
        made.anna = await made.person("Anna", "agent@webcare")
        made.bert = await made.person("Bert", "lead@webcare")
        yield made


async def browser(house, person):
    made = Browser(await house.enter(person))
    made.client.session.headers["Accept"] = "text/html"
    return made


async def now(house):
    return await crises.get(house.desk, house.crisis.id)


async def send(house, person, act, **fields):
    """Where the act leads, by a page that is up to date."""
    saw = fields.pop("saw", (await now(house)).version)
    status, to = await (await browser(house, person)).send("/crisis", number=1, saw=saw, act=act, **fields)
    assert status == 303, to
    return to


async def told(house, person, to):
    """What the page says of an act."""
    _, text = await (await browser(house, person)).read(to.partition("#")[0])
    found = re.search(r'<div id="told" class="(\w+)"[^>]*><p>(.*?)</p>', text)
    return found.groups() if found else None


async def test_an_agent_sees_it_and_says_what_is_done_and_no_more(house):
    anna = await browser(house, house.anna)
    status, text = await anna.read("/crisis?number=1")
    assert (status, "Find out what happened" in text, "done verify" in text) == (200, True, True)
    assert ("Set severity" in text, 'value="stand_down"' in text, 'value="approve' in text) == (False, False, False)
    to = await send(house, house.anna, "done verify")
    assert await told(house, house.anna, to) == ("done", "The step is done.")
    refused = await send(house, house.anna, "stand_down", text="voorbij")
    assert (await told(house, house.anna, refused))[0] == "mistake"
    assert (await now(house)).state is State.OPEN


@pytest.mark.parametrize("path", ["/crises", "/crisis?number=1", "/crisis/room?number=1"])
async def test_whoever_works_on_no_cases_is_refused(house, path):
    analyst = await browser(house, await house.person("Karim", "analyst"))
    assert (await analyst.read(path))[0] == 403


@pytest.mark.parametrize("path", ["/crisis?number=1", "/crisis/room?number=1"])
async def test_while_the_archive_is_away_the_plan_and_the_people_are_there(house, monkeypatch, path):
    async def away(*_, **__):
        raise Retry("the archive does not answer")

    archive = type(house.app[SITE].archive)
    for question in ("count", "histogram", "coverage", "several", "profiles", "search", "terms"):
        monkeypatch.setattr(archive, question, away)
    status, text = await (await browser(house, house.bert)).read(path)
    assert (status, "Find out what happened" in text, "is not known now" in text) == (200, True, True)
    assert "or its time to be kept is over" not in text


async def test_a_crisis_is_handed_to_who_may_work_in_its_unit(house):
    await house.person("Petra", "agent@press")
    _, text = await (await browser(house, house.bert)).read("/crisis?number=1")
    offered = text.partition('id="hand-to"')[2].partition("</select>")[0]
    assert ("Anna" in offered, "Petra" in offered) == (True, False)


async def test_whoever_works_on_no_cases_sees_that_one_runs_all_the_same(house):
    analyst = await browser(house, await house.person("Karim", "analyst"))
    _, text = await analyst.read("/glossary")
    bar = text.partition('class="crisis-bar')[2].partition("</aside>")[0]
    assert ("Crisis 1" in bar, "href" in bar) == (True, False)


async def test_a_lead_sets_the_severity_and_stands_it_down_with_what_was_learnt(house):
    await send(house, house.bert, "take")
    await send(house, house.bert, "severity", level=2, text="De pers belt")
    to = await send(house, house.bert, "stand_down", text="Het is stil", lesson="Eerder bellen")
    assert await told(house, house.bert, to) == ("done", "The crisis was stood down.")
    ended = await now(house)
    assert (ended.state, ended.severity, ended.reason, ended.lesson) == (State.ENDED, 2, "Het is stil", "Eerder bellen")
    _, text = await (await browser(house, house.bert)).read("/glossary")
    assert "crisis-bar" not in text


async def test_who_drafted_a_statement_does_not_approve_it(house):
    await send(house, house.bert, "draft en", text="We know.")
    to = await send(house, house.bert, "approve en", draft=1)
    kind, sentence = await told(house, house.bert, to)
    assert (kind, sentence.startswith("It was not approved: You drafted it")) == ("mistake", True)
    other = await house.person("Lena", "lead@webcare")
    await send(house, other, "approve en", draft=1)
    (statement,) = await crises.statements(house.desk, house.crisis.id)
    assert statement.approved_by == other.id


async def test_whoever_was_erased_has_left_wherever_the_page_names_somebody(house):
    await send(house, house.anna, "acknowledge")
    await send(house, house.anna, "done verify")
    await send(house, house.anna, "draft en", text="We know.")
    await people.erase(house.desk, [house.anna.id], key=b"k" * 32, at=NOW)
    bert = await browser(house, house.bert)
    pages = [(await bert.read(path))[1] for path in ("/crisis?number=1", "/crisis/room?number=1")]
    named = [re.findall(r"<bdi>(somebody [^<]*)</bdi>", page, re.IGNORECASE) for page in pages]
    assert {one.lower() for page in named for one in page} == {"somebody who has left"}
    assert (len(named[0]), len(named[1])) == (6, 1)


async def test_whoever_comes_too_late_is_told_who_was_first(house):
    before = (await now(house)).version
    await send(house, house.anna, "take")
    to = await send(house, await house.person("Lena", "lead@webcare"), "take", saw=before)
    kind, sentence = await told(house, house.bert, to)
    assert (kind, "<bdi>Anna</bdi> took the lead." in sentence) == ("mistake", True)


async def test_an_approved_answer_goes_to_the_attached_cases(house):
    ids = await filled.fill(house.desk)
    await filled.with_cases(house.desk, house.crisis, *(one.number for one in ids.values()))
    who = filled.person(house.anna.id, "Anna")
    saw = (await now(house)).version
    await saying.draft(house.desk, who, house.crisis.id, "nl", "We weten het.", approves="lead", saw=saw, at=NOW)
    late = await send(house, house.bert, "apply")
    assert "no statement is approved" in (await told(house, house.bert, late))[1]
    await send(house, house.bert, "approve nl", draft=1)
    await send(house, house.bert, "apply")
    _, text = await (await browser(house, house.bert)).read("/crisis?number=1")
    assert "0 / 5" in text


async def test_a_form_without_an_act_or_a_version_does_nothing(house):
    anna = await browser(house, house.anna)
    for fields in ({"act": "explode", "saw": 1}, {"act": "take", "saw": "x"}):
        assert (await anna.send("/crisis", number=1, **fields))[0] == 400
    for number in ("9", "x", "9" * 40):
        assert (await anna.send("/crisis", number=number, act="take", saw=1))[0] == 404
    assert (await now(house)).lead is None


async def test_a_drill_is_marked_and_listed_apart(house):
    drill = await filled.opened(house.desk, drill="d1")
    anna = await browser(house, house.anna)
    _, text = await anna.read(f"/crisis?number={drill.number}")
    assert ("DRILL: this is an exercise." in text, "A drill has no cases." in text) == (True, True)
    await acts.stand_down(
        house.desk, filled.person(house.bert.id, "Bert", "lead"), drill.id, "klaar", saw=drill.version, at=NOW
    )
    _, text = await anna.read("/crises")
    real, _, drills = text.partition('id="drills-title"')
    assert (f"/crisis?number={drill.number}" in real, f"/crisis?number={drill.number}" in drills) == (False, True)


async def test_the_big_screen_has_no_control_and_names_no_author(house):
    _, text = await (await browser(house, house.anna)).read("/crisis/room?number=1")
    assert re.findall(r"<(form|button|input|a)\b", text) == []
    assert ("Loud" in text, "loud" in text, "Find out what happened" in text) == (False, False, True)


async def test_the_report_of_one_that_ended_is_a_file_in_either_language(house):
    await send(house, house.bert, "stand_down", text="voorbij")
    anna = await browser(house, house.anna)
    _, text = await anna.read("/crisis?number=1")
    links = re.findall(r'href="(/crisis/report[^"]+)"', text)
    assert [link.rpartition("=")[2] for link in links] == ["nl", "en"]
    for link in links:
        answer = await anna.client.get(link.replace("&amp;", "&"))
        assert (answer.content_type, (await answer.read())[:5]) == ("application/pdf", b"%PDF-")


async def test_a_channel_that_is_down_and_the_one_instead_of_it_show(house):
    failed = Place(channel="slack", crisis=house.crisis.id, then=("email",))
    instead = Place(channel="email", crisis=house.crisis.id, person=house.bert.id, instead="slack")
    async with house.desk.writing() as connection:
        (owed,) = await notice_messages.waiting(connection, 9)
        parcels = [Parcel(place=failed, due_at=NOW, notices=(owed.id,))]
        await notice_messages.gathered(connection, parcels, [owed], NOW, {})
    first = await notice_messages.lend(house.desk, NOW, lease="mine", until=NOW)
    down = msgspec.structs.replace(first, due_at=None, error="it answered 503")
    parcel = Parcel(place=instead, due_at=NOW, notices=(owed.id,))
    await notice_messages.settle(house.desk, down, lease="mine", at=NOW, parcels=[parcel])
    then = await notice_messages.lend(house.desk, NOW, lease="mine", until=NOW)
    await notice_messages.settle(house.desk, msgspec.structs.replace(then, due_at=None), lease="mine", at=NOW)
    _, text = await (await browser(house, house.anna)).read("/crisis?number=1")
    assert '<span class="late">slack: failed</span>' in text
    assert "Alarm · <bdi>Bert</bdi>" in text
    assert "instead of slack" in text


@pytest.mark.parametrize(
    ("over", "says"),
    [(Over.NOBODY, "not told, does not work here any more"), (Over.NOTHING, "not told, nothing was left to tell")],
)
async def test_a_message_that_was_over_before_it_was_taken_shows(house, over, says):
    place = Place(channel="email", crisis=house.crisis.id, person=house.bert.id)
    async with house.desk.writing() as connection:
        (owed,) = await notice_messages.waiting(connection, 9)
        parcels = [Parcel(place=place, due_at=NOW, notices=(owed.id,))]
        await notice_messages.gathered(connection, parcels, [owed], NOW, {})
    message = await notice_messages.lend(house.desk, NOW, lease="mine", until=NOW)
    ended = msgspec.structs.replace(message, due_at=None, error=over.value)
    await notice_messages.settle(house.desk, ended, lease="mine", at=NOW)
    _, text = await (await browser(house, house.anna)).read("/crisis?number=1")
    assert f"email: {says} " in text


async def test_who_was_told_and_did_something_stays_as_somebody_who_has_left(house):
    async with house.desk.writing() as connection:
        crisis = await locked(connection, house.crisis.id)
        await tell_person(connection, crisis, house.anna.id, Kind.HANDED_OVER, NOW)
    await send(house, house.anna, "acknowledge")
    await people.erase(house.desk, [house.anna.id], key=b"of this folder", at=NOW)
    _, text = await (await browser(house, house.bert)).read("/crisis?number=1")
    assert "<bdi>Somebody who has left</bdi> acknowledged it." in text
    assert "Hand-over · <bdi>Somebody who has left</bdi>" in text
    assert "erased:" not in text
