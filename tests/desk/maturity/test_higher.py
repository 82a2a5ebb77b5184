"""The evidence of levels 3 to 5, and of what a drill asked of the rota."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.outward import ACCOUNT, FOLLOWS, Kept, Told
from core.types import Coverage
from desk.drills.score import Reached, Score, score, written
from desk.practices import acts
from desk.store import backlog, case_writing, consents, drills, facts, happenings, people
from desk.store.case_writing import Opening, open_case
from desk.store.cases import Happened, Message
from desk.store.drills import State
from desk.store.happenings import Happening, Kind
from desk.store.people import Details
from desk.store.shelf import DeskShelf
from playbook.crisis import Drill as Targets
from playbook.sections import Playbook
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import AGO, full
from tests.desk.maturity.looking import marked, told
from tests.desk.practices.book import approved, place, said, who
from tests.desk.serving import fill

UNITS = Playbook.model_validate(
    {
        "triage": {"version": "1"},
        "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {}, "press": {}, "shops": {}}},
        "crisis": {"drill": {"every": "13w"}},
    }
)  # fmt: skip
MINUTE = timedelta(minutes=1)


async def opened_case(desk, number, unit="webcare"):
    opening = Opening(
        author=f"bluesky:{number}", thread=f"bluesky:m{number}", source="bluesky", severity="minor", outcome="restore",
        since=NOW - timedelta(days=2), unit=unit,
    )  # fmt: skip
    async with desk.writing() as connection:
        first = Message(mention=f"bluesky:m{number}", at=opening.since, own=False, order=1)
        return await open_case(connection, opening, first, at=opening.since)


async def did(desk, case, *staff, at=NOW - timedelta(days=1)):
    for one in staff:
        async with desk.writing() as connection:
            now = await case_writing.locked(connection, case.id)
            note = case_writing.Happening(kind=Happened.NOTED, detail="seen")
            await case_writing.happen(connection, now, note, by=one.id, at=at)


async def hired(desk, **units):
    return {
        name: await people.add(desk, Details(name=name, unit=unit), by="ruth", at=AGO) for name, unit in units.items()
    }


async def test_a_unit_gathers_once_it_wrote_an_approved_practice(looked):
    assert await told(looked, "gathered") == [("unknown", None, None)]
    assert await told(looked, "gathered", playbook=UNITS) == [("unmet", 0, 3)]
    await approved(looked.database)
    assert await told(looked, "gathered", playbook=UNITS) == [("unmet", 1, 3)]
    lower = UNITS.model_copy(
        update={"maturity": Playbook.model_validate({"maturity": {"at_least": {"gathered": 30}}}).maturity}
    )
    assert await told(looked, "gathered", playbook=lower) == [("met", 1, 3)]


async def test_units_are_connected_once_people_of_two_worked_on_one_case(looked):
    desk = looked.database
    staff = await hired(desk, Ann="webcare", Bo="press", Cas="shops", Dee=None)
    case, other, old = [await opened_case(desk, number) for number in range(3)]
    await did(desk, case, staff["Ann"], staff["Dee"])
    await did(desk, other, staff["Bo"])
    await did(desk, old, staff["Ann"], staff["Cas"], at=NOW - timedelta(weeks=14))
    assert await told(looked, "connected", playbook=UNITS) == [("unmet", 0, 3)]
    await did(desk, case, staff["Bo"])
    assert await told(looked, "connected", playbook=UNITS) == [("unmet", 2, 3)]
    await did(desk, other, staff["Cas"])
    assert await told(looked, "connected", playbook=UNITS) == [("met", 3, 3)]
    assert await told(looked, "connected") == [("unknown", None, None)]  # without units nothing can be connected


async def test_knowledge_is_passed_on_once_who_answers_uses_what_another_wrote(looked):
    desk = looked.database
    made = await approved(desk)
    assert await told(looked, "passed_on") == [("unknown", None, None)]
    staff = await hired(desk, Ann="webcare", Bo="webcare")
    await marked(looked, staff.values())
    assert await told(looked, "passed_on") == [("unmet", 0, 2)]
    case = await opened_case(desk, 1)
    await acts.use(desk, who(staff["Ann"].id, unit="webcare"), made.number, case.number, at=NOW - timedelta(days=1))
    assert await told(looked, "passed_on") == [("met", 1, 2)]
    me = who(staff["Ann"].id, unit="webcare")
    await acts.rewrite(desk, me, made.number, said("Better"), place, saw=made.version, at=NOW)
    assert await told(looked, "passed_on") == [("met", 1, 2)]  # who wrote it anew learned it from another still


async def test_nearly_everyone_takes_part_or_publishes(looked):
    await full(looked.database)
    staff = await people.every(looked.database, left=False)
    assert await told(looked, "taking_part") == [("unmet", 0, 12)]
    await marked(looked, staff[:5], by=staff[5].id)
    for one in staff[5:9]:
        await consents.give(looked.database, one.id, consents.Consent.PUBLISH, "yes", by=one.id, at=AGO)
    assert await told(looked, "taking_part") == [("unmet", 9, 12)]
    await consents.give(looked.database, staff[9].id, consents.Consent.PUBLISH, "yes", by="ruth", at=AGO)
    assert await told(looked, "taking_part") == [("met", 10, 12)]


async def test_a_source_that_stands_still_is_no_picture_of_now(looked):
    def listened(source, until, gap=None, stream="s"):
        return Coverage(
            source=source, stream=stream, cursor_to=source, since=NOW - timedelta(days=1), until=until, gap=gap
        )

    late = NOW - timedelta(hours=2)
    before = (await told(looked, "hearing"))[0]
    await fill(
        looked.archive, [listened("early", NOW - MINUTE), listened("late", late), listened("late", NOW, gap="down")]
    )
    ((answer, some, every),) = await told(looked, "hearing")
    assert answer == "unmet"
    assert (some - (before[1] or 0), every - (before[2] or 0)) == (1, 2)
    await fill(looked.archive, [listened("dead", None, gap="down"), listened("dead", NOW, gap="down")])
    assert await told(looked, "hearing") == [("unmet", some, every + 1)]
    half = [listened("half", NOW - MINUTE), listened("half", late, stream="other")]
    torn = [listened("torn", NOW), listened("torn", NOW - MINUTE, gap="down")]
    await fill(looked.archive, [*half, *torn])
    assert await told(looked, "hearing") == [("unmet", some, every + 3)]


async def test_what_is_said_flows_once_a_system_has_a_message_of_it(looked):
    desk = looked.database
    assert await told(looked, "flowing") == [("unknown", None, None)]
    looked = replace(looked, systems=frozenset({"hubspot", "github noorderlijn"}))
    own = Kept(mention="bluesky:1", author="bluesky:anna", value=b"")
    await DeskShelf(desk, "customers", erased=lambda _: False).put([own])
    crm = DeskShelf(desk, "hubspot", erased=lambda _: False)
    await crm.put(
        [
            Kept(mention=FOLLOWS, author="", value=b""),
            Kept(mention=f"{ACCOUNT}bluesky:anna", author="bluesky:anna", value=b""),
        ]
    )
    waits = backlog.Kept(
        topic="t", system="github noorderlijn", first_at=AGO, last_at=NOW, voices=3, usual=0.1, hours=2
    )
    await backlog.add(desk, waits)
    assert await told(looked, "flowing") == [("unmet", 0, None)]  # our own documents, no message, no item yet
    await crm.put([own])
    assert await told(looked, "flowing") == [("met", 1, None)]
    await backlog.note(desk, "t", native="7")
    assert await told(looked, "flowing") == [("met", 2, None)]


async def test_systems_tell_back_as_long_as_they_did_so_lately(looked):
    desk, long_ago = looked.database, NOW - timedelta(weeks=5)
    order = Happening(source="shop", key="1", kind=Kind.ORDER, since=long_ago, title="order")
    await happenings.put(desk, [order], by="ruth", at=NOW)
    assert await told(looked, "returning") == [("unknown", None, None)]  # a file of somebody is no system
    assert await told(replace(looked, systems=frozenset({"hubspot"})), "returning") == [("unmet", 0, None)]
    await happenings.put(desk, [order], by="token shop", at=long_ago)
    assert await told(looked, "returning") == [("unmet", 0, None)]
    await happenings.put(desk, [order], by="token shop", at=NOW)
    assert await told(looked, "returning") == [("met", 1, None)]
    known = Told(system="hubspot", customer="7", accounts=("bluesky:anna",), facts={"segment": "gold"}, at=NOW)
    await facts.tell(desk, [known], may_join=lambda _: True, erased=lambda _: False)
    assert await told(looked, "returning") == [("met", 2, None)]


@pytest.mark.parametrize(("claimed", "answer"), [(3, ("met", 3, 3)), (99, ("unmet", 2, 3))])
async def test_the_rota_held_where_the_last_drill_was_told_acknowledged_and_claimed_in_time(looked, claimed, answer):
    assert await told(looked, "rota_held", playbook=UNITS) == [("unknown", None, None)]
    at = NOW - timedelta(weeks=1)
    drill = await drills.begin(looked.database, scenario="own", monitor="brand", by="eva", at=at, until=at)
    when = Reached(
        detected_at=at, notified_at=at + MINUTE, acknowledged_at=at + 2 * MINUTE, claimed_at=at + claimed * MINUTE
    )
    lines = score(when, Targets(), began_at=at, at=at + timedelta(hours=3))
    await drills.seen(looked.database, drill.id, at=at, document=written(Score(lines=lines)))
    await drills.end(looked.database, drill.id, State.FINISHED, at=at)
    assert await told(looked, "rota_held", playbook=UNITS) == [answer]
