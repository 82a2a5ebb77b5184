"""What the demo's units wrote down of what worked, and what they are going to publish: there before anybody looks."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from desk.entry.who import Held, Who
from desk.ports import Place
from desk.practices import acts
from desk.practices.acts import Said
from desk.store import planned, practices
from desk.store.database import Database
from desk.store.planned import Kind, Plan
from desk.store.practices import Text
from klankbord.demo.material import parts
from klankbord.demo.rhythm import ZONE
from klankbord.demo.staff import STAFF

Told = Mapping[str, Any]  # Any: plain YAML, lists and mappings of strings and numbers
APPROVED_AFTER = timedelta(days=1)


async def write_down(desk: Database, ids: Mapping[str, str], place: Place, at: datetime) -> None:
    """All of data/practices.yaml, as of that moment, by the staff of these ids; what was written before stays alone."""
    if await practices.listed(desk, most=1):
        return
    staff = {
        one.name: Who(person=ids[one.name], name=one.name, roles=frozenset({Held(one.role, one.within)}))
        for one in STAFF
    }
    written = parts("practices")["practices"]
    known = await _known(place, [said["question"] for told in written for said in told["texts"].values()])
    for told in written:
        await _practice(desk, staff, told, known, at)
    for told in parts("practices")["planned"]:
        await planned.add(desk, _plan(told, ids, at))


async def _known(place: Place, questions: Sequence[str]) -> Place:
    """The places of these, asked for at once."""
    placed = dict(zip(questions, await place(questions), strict=True))

    async def known(texts: Sequence[str]) -> Sequence[bytes]:
        return [placed[one] for one in texts]

    return known


async def _practice(desk: Database, staff: Mapping[str, Who], told: Told, place: Place, at: datetime) -> None:
    writer, written = staff[told["by"]], at - timedelta(days=told["days"])
    texts = tuple(Text(language=language, **said) for language, said in told["texts"].items())
    said = Said(title=told["title"], texts=texts, topics=tuple(told["topics"]), unit=told["unit"], owner=writer.person)
    made = await acts.propose(desk, writer, said, place, at=written)
    if approves := told.get("approved"):
        soon = written + APPROVED_AFTER
        await acts.approve(desk, staff[approves], made.number, title=said.title, members=(), saw=made.version, at=soon)
    for name in told.get("thanks", ()):
        await acts.thank(desk, staff[name], made.number, at=written + 2 * APPROVED_AFTER)
    for one in told.get("comments", ()):
        await acts.comment(desk, staff[one["by"]], made.number, one["text"], at=at - timedelta(days=one["days"]))


def _plan(told: Told, ids: Mapping[str, str], at: datetime) -> Plan:
    kind = Kind(told["kind"])
    since = _begins(at, told["in"], told.get("hour", 0))
    until = since + timedelta(hours=told["hours"]) if kind is Kind.POST else _begins(at, told["in"] + told["days"], 0)
    return Plan(
        kind=kind,
        says=told["says"],
        since=since,
        until=until,
        by=ids[told["by"]],
        at=at,
        unit=told["unit"],
        account=told.get("account"),
    )


def _begins(at: datetime, days: int, hour: int) -> datetime:
    return datetime.combine(at.astimezone(ZONE).date() + timedelta(days=days), time(hour), ZONE)
