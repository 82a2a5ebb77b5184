"""That anything of a crisis changed is seen in one question, however many were told of it."""

from contextlib import contextmanager

from msgspec.structs import replace
from sqlalchemy import event

from desk.cases import acts as case_acts
from desk.crisis.spreading import spread
from desk.store import crises, crisis_evidence
from desk.store.crisis_pulse import pulse
from desk.store.notice_messages import Parcel, Place, gathered, lend, settle, waiting
from desk.web.pages.crisis_live import stamp
from tests.desk.cases.book import EVERYBODY, hear, last
from tests.desk.crisis.book import MINUTE, NOW, alarmed, complaint
from tests.desk.crisis.test_cases import apply, languages, said


@contextmanager
def questions(desk):
    """What is asked of that database meanwhile."""
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    engine = desk._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


async def gather(desk, crisis, *channels):
    """All that is owed goes there."""
    async with desk.writing() as connection:
        owed = await waiting(connection, 100)
        ids = tuple(one.id for one in owed)
        places = [Place(channel=one, crisis=crisis.id) for one in channels]
        await gathered(connection, [Parcel(place=one, due_at=NOW, notices=ids) for one in places], owed, NOW, {})


async def tried(desk, at, **fields):
    """A message is tried, and stands like this afterwards."""
    message = await lend(desk, at, lease="x", until=at + MINUTE)
    await settle(desk, replace(message, due_at=None, **fields), lease="x", at=at)


async def test_it_is_one_question_however_many_were_told(desk):
    crisis = await alarmed(desk)
    await said(desk, crisis, "nl")
    await apply(desk, crisis)
    await gather(desk, crisis, "slack", "teams", "webhook")
    with questions(desk) as asked:
        await stamp(desk, crisis)
    assert sum(one.startswith("SELECT") for one in asked) == 1


async def test_it_differs_after_all_that_a_page_shows_and_after_nothing_else(desk):
    crisis = await alarmed(desk)
    seen = [await pulse(desk, crisis.id)]

    async def changes():
        seen.append(await pulse(desk, crisis.id))
        return len(set(seen)) == len(seen)

    await gather(desk, crisis, "slack", "teams")
    assert await changes()
    await tried(desk, NOW)
    assert await changes()
    await tried(desk, NOW, error="it answered 500")
    assert await changes()
    (wanted,) = await crisis_evidence.waiting(desk)
    await crisis_evidence.frozen(desk, wanted, str, at=NOW)
    assert await changes()
    await hear(desk, complaint(1, at=NOW + MINUTE), complaint(2, at=NOW + MINUTE))
    assert await changes()
    await said(desk, crisis, "nl")
    await apply(desk, crisis)
    assert await changes()
    await spread(desk, languages, "nl", NOW + MINUTE)
    assert await changes()
    case = await last(desk)
    await case_acts.close(desk, EVERYBODY, case.id, case_acts.Reason.SPAM, saw=case.version, at=NOW + MINUTE)
    assert await changes()
    await alarmed(desk, drill="d1", at=NOW)
    assert await pulse(desk, crisis.id) == seen[-1]
    two = [one.case for one in await crises.attached(desk, crisis.id, most=2)]
    closed, other = sorted(two, key=lambda one: one.id != case.id)
    await case_acts.reopen(desk, EVERYBODY, closed.id, saw=closed.version, at=NOW + MINUTE)
    await case_acts.close(desk, EVERYBODY, other.id, case_acts.Reason.SPAM, saw=other.version, at=NOW + MINUTE)
    assert await changes()
