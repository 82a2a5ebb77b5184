"""Who was told of a crisis stays in it once a person of the staff is erased: a keyed hash, that reads as somebody who has left."""

import msgspec
import pytest

from desk.crisis import acts, printed, report
from desk.crisis.report import Short
from desk.crisis.telling import tell_person
from desk.drills import score
from desk.store import audit, notice_messages, people
from desk.store.crisis_writing import locked
from desk.store.notice_messages import Over, Parcel, Place, gathered, lend, settle, waiting
from desk.store.notices import Kind, Notice, owe
from desk.web import words
from desk.web.formats import Formats
from tests.desk.cases.book import agent
from tests.desk.corpus import ZONE
from tests.desk.crisis.book import HOUR, LEAD, MINUTE, NOW, alarmed, staff

KEY = b"of this folder"


async def begun(desk, person, *, crisis=None):
    """What waits, but for what is to somebody by name, is under way to that person by e-mail."""
    async with desk.writing() as connection:
        owed = [one for one in await waiting(connection, 9) if one.to_person is None]
        place = Place(channel="email", crisis=crisis, person=person)
        await gathered(
            connection, [Parcel(place=place, due_at=NOW, notices=tuple(one.id for one in owed))], owed, NOW, {}
        )
    return await lend(desk, NOW, lease="mine", until=NOW + MINUTE)


async def told(desk, person, *, crisis=None):
    """That person got it a minute later."""
    done = msgspec.structs.replace(await begun(desk, person, crisis=crisis), due_at=None)
    assert await settle(desk, done, lease="mine", at=NOW + MINUTE)


@pytest.fixture
async def hidden(desk):
    """What stands for a person who was told of a case, and of a crisis, and who was to hear more of it, and is erased."""
    person = await staff(desk, "anna")
    async with desk.writing() as connection:
        await owe(connection, Notice(case="c", event_number=1, kind=Kind.OPENED, at=NOW, to_unit="webcare"))
    await told(desk, person)
    crisis = await alarmed(desk)
    async with desk.writing() as connection:
        await tell_person(connection, await locked(connection, crisis.id), person, Kind.HANDED_OVER, NOW)
    await told(desk, person, crisis=crisis.id)
    assert await people.erase(desk, [person], key=KEY, at=NOW) == 1
    return audit.hashed(person, KEY)


async def test_the_report_still_says_that_somebody_was_told_and_when(desk, hidden):
    found = {one.kind: one for one in (await report.gathered(desk, 1)).told}
    assert (found[Kind.ALARM].person, found[Kind.ALARM].taken_at) == (hidden, NOW + MINUTE)
    assert (found[Kind.HANDED_OVER].to, found[Kind.HANDED_OVER].taken_at) == (hidden, None)


async def test_who_was_told_of_cases_goes(desk, hidden):
    assert [one.crisis is None for one in await notice_messages.latest(desk)] == [False]


async def test_what_was_still_to_be_told_is_to_nobody_who_works_here(desk, hidden):
    async with desk.writing() as connection:
        (owed,) = await waiting(connection, 9)
    assert (owed.kind, owed.to_person) == (Kind.HANDED_OVER, hidden)


@pytest.mark.parametrize(
    ("language", "says"), [("nl", "Iemand die hier niet meer werkt"), ("en", "Somebody who has left")]
)
async def test_it_is_printed_in_words(hidden, language, says):
    catalogue = words.load(language)
    form = Formats(catalogue, ZONE, NOW)
    reader = printed.Reader(catalogue, form, organisation="Noorderlijn", names={}, roles={}, severity="")
    assert (reader.name(hidden), reader.name("klankbord")) == (says, "klankbord")


async def test_who_led_and_is_erased_led(desk):
    crisis = await alarmed(desk)
    person = await staff(desk, "anna")
    taken = (await acts.take(desk, agent(person), crisis.id, saw=crisis.version, at=NOW + MINUTE)).crisis
    await acts.stand_down(desk, LEAD, crisis.id, "trains run", saw=taken.version, at=NOW + 2 * MINUTE)
    await people.erase(desk, [person], key=KEY, at=NOW)
    found = await report.gathered(desk, 1)
    assert (found.crisis.lead, found.times.led) == (None, 60)
    assert Short.NO_LEAD not in {one.short for one in found.short}


@pytest.fixture
async def under_way(desk):
    """The alarm of a drill, which a server does not take yet."""
    crisis = await alarmed(desk, drill="storm")
    person = await staff(desk, "anna")
    return person, await begun(desk, person, crisis=crisis.id)


async def assert_untold(desk, error):
    crisis, when = await score.reached(desk, "storm")
    found = await report.gathered(desk, crisis.id)
    assert (found.told[0].taken_at, found.told[0].error, found.times.told) == (None, error, None)
    assert Short.NOBODY_TOLD in {one.short for one in found.short}
    assert when.notified_at is None


async def test_who_is_erased_before_the_message_was_taken_was_never_told(desk, under_way):
    person, message = under_way
    later = msgspec.structs.replace(message, due_at=NOW + MINUTE, error="it answered 451")
    assert await settle(desk, later, lease="mine", at=NOW)
    await people.erase(desk, [person], key=KEY, at=NOW)
    await assert_untold(desk, Over.NOBODY.value)
    assert await lend(desk, NOW + HOUR, lease="other", until=NOW + HOUR) is None
    (left,) = await notice_messages.latest(desk)
    assert (left.over, left.done_at, left.person) == (Over.NOBODY, NOW, audit.hashed(person, KEY))


async def test_what_is_being_sent_when_somebody_is_erased_is_settled_by_its_sender(desk, under_way):
    person, message = under_way
    await people.erase(desk, [person], key=KEY, at=NOW)
    await assert_untold(desk, None)
    assert await settle(desk, msgspec.structs.replace(message, due_at=None), lease="mine", at=NOW + MINUTE)
    assert (await report.gathered(desk, 1)).times.told == 60
