"""A plan, alarms and people of which crises are made in tests."""

from datetime import timedelta

from sqlalchemy import select

from desk.crisis import ringing, timing
from desk.crisis.evidence import Figures
from desk.crisis.planned import Plan
from desk.store import crises, people
from desk.store.notice_tables import notices
from desk.store.people import Details
from playbook.sections import Playbook
from tests.desk.cases.book import HOUR, MINUTE, NOW, agent, heard

STEPS = {
    "verify": {"says": {"nl": "Ga na", "en": "Verify"}, "owner": "lead", "within": "20m"},
    "inform": {"says": "Inform", "owner": "agent", "within": "1h", "from": 2},
    "thank": {"says": "Thank"},
}
PLAYBOOK = Playbook.model_validate(
    {
        "triage": {"version": "1"},
        "monitors": {"trein": {"query": "trein"}, "bus": {"query": "bus"}},
        "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {}, "press": {}}},
        "ladders": {"up": [{"to": "agent", "within": "10m"}, {"to": "lead", "within": "10m"}, {"to": "duty_manager"}]},
        "roles": {"duty_manager": {"name": "duty manager"}},
        "crisis": {"ladder": "up", "steps": STEPS, "a_minute": 2},
    }
)
PLAN = Plan(PLAYBOOK)
WATCHED = ("trein", "bus")
ANNA, LEAD = agent("anna"), agent("lena", role="lead")


def rings(monitor="trein", at=NOW, since=None, seen=90):
    return Figures(monitor=monitor, at=at, since=since or at - 5 * MINUTE, window=15, seen=seen, expected=6.0, odds=1e6)


async def alarmed(desk, *figures, at=None, drill=None):
    figures = figures or (rings(at=at or NOW),)
    return await ringing.alarmed(desk, figures, PLAN, at or max(one.at for one in figures), drill=drill)


async def quiet(desk, at, *monitors, watched=WATCHED, drill=None):
    return await ringing.quiet(desk, monitors or WATCHED, PLAN, at, watched=watched, drill=drill)


async def lulled(desk, since):
    """Its monitors are quiet from a minute after that on, for six hours."""
    await quiet(desk, since + MINUTE)
    return await quiet(desk, since + 6 * HOUR + MINUTE)


async def fired(desk, at):
    """Let happen what is due by then, until nothing is."""
    while await timing.fire(desk, lambda: PLAN, at):
        pass


async def kinds(desk, crisis):
    return [one.kind.value for one in await crises.events(desk, crisis.id)]


async def owed(desk, crisis):
    """(kind, whom) of what is owed about it, in order."""
    async with desk.reading() as connection:
        rows = (await connection.execute(select(notices).where(notices.c.crisis == crisis.id))).all()
    told = [(row.event_number, row.kind, row.to_person or row.to_role or row.to_unit) for row in rows]
    return [(kind, whom) for _, kind, whom in sorted(told)]


async def staff(desk, name):
    """The id of somebody who works here."""
    return (await people.add(desk, Details(name=name, email=f"{name}@example.org"), by="page", at=NOW)).id


def complaint(number, monitor="trein", at=NOW, **more):
    """A message of somebody else each time."""
    who = {"author": f"mastodon:a{number}", "thread": f"mastodon:{number}"}
    return heard(number, at, monitors=(monitor,), arrived=at, **who | more)


__all__ = ["ANNA", "HOUR", "LEAD", "MINUTE", "NOW", "PLAN", "alarmed", "complaint", "fired", "timedelta"]
