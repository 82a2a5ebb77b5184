"""A playbook, messages and people of which cases are made in tests."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from desk.cases import keeping, timing
from desk.cases.deciding import Heard
from desk.cases.promised import Promised
from desk.entry.who import Held, Who
from desk.store import cases
from desk.store.cases import Asked
from desk.store.notice_tables import notices
from desk.store.own_replies import Reply
from playbook.sections import Playbook
from tests.desk.store.filled import not_erased

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday, ten o'clock in Amsterdam
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ALWAYS = {"zone": "Europe/Amsterdam", "week": {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday")}}
PLAYBOOK = Playbook.model_validate(
    {
        "triage": {"version": "1"},
        "organisation": {
            "model": "centralized",
            "centre": "webcare",
            "units": {
                "webcare": {"hours": "office", "service": "promised", "ladder": "up", "accounts": ["Noorderlijn"]},
                "press": {},
            },
        },
        "service": {
            "promised": {
                "minor": {"first_response": "4h", "resolution": "16h"},
                "serious": {"first_response": "1h", "resolution": "8h"},
            }
        },
        "hours": {"office": ALWAYS},
        "ladders": {"up": [{"to": "agent", "within": "10m"}, {"to": "lead", "within": "30m"}, {"to": "duty_manager"}]},
        "roles": {"duty_manager": {"name": "duty manager"}},
        "cases": {"reopened_within": "3d"},
    }
)
PROMISED = Promised(PLAYBOOK)
EVERYBODY = Who()  # the operator


def promising(*, days, **promise):
    """The promise of a unit that works all of these days."""
    hours = {"zone": "Europe/Amsterdam", "week": {day: ["00:00-24:00"] for day in days}}
    units = {"webcare": {"hours": "office", "service": "promised"}}
    told = {"hours": {"office": hours}, "service": {"promised": {"minor": promise}}}
    told |= {"organisation": {"model": "centralized", "centre": "webcare", "units": units}}
    return Promised(Playbook.model_validate(told))


def agent(person="anna", unit="webcare", role="agent"):
    return Who(person=person, name=person, roles=frozenset({Held(role, unit)}))


def heard(number=1, at=NOW, **more):
    told = {"author": "mastodon:anna", "thread": "mastodon:1", "source": "mastodon", "outcome": "restore"}
    told |= {"mention": f"mastodon:{number}", "answers": True, "unit": "webcare", "order": 1, "at": at}
    return Heard(**told | more)


def reply(number="own", at=NOW + HOUR, **more):
    told = {"author": "mastodon:noorderlijn", "thread": "mastodon:1", "order": 1}
    return Reply(**told | {"mention": f"mastodon:{number}", "at": at} | more)


async def hear(desk, *told, at=None):
    """Take these in as the sink does, and give the last case."""
    for one in told:
        if isinstance(one, Reply):
            await keeping.answer(desk, one, at=at or one.at, erased=not_erased)
        else:
            await keeping.hear(desk, one, PROMISED, at=at or one.at, erased=not_erased)
    return await last(desk)


async def withdraw(desk, mention, *, at=NOW, order=9):
    await keeping.withdraw(desk, mention, order, at=at)


async def last(desk):
    every = await cases.listed(desk, Asked(states=()))
    return max(every, key=lambda case: case.number, default=None)


async def fired(desk, at):
    """Let happen what is due by then, until nothing is."""
    while await timing.fire(desk, lambda: PROMISED, at):
        pass


async def kinds(desk, case):
    return [event.kind.value for event in await cases.events(desk, case.id)]


async def owed(desk):
    async with desk.reading() as connection:
        rows = (await connection.execute(select(notices))).all()
    told = [(row.event_number, row.kind, row.to_person or row.to_role or row.to_unit) for row in rows]
    return [(kind, whom) for _, kind, whom in sorted(told)]
