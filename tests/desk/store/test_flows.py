"""Which systems have of what was said, which tell back, which units work together and answer in time: on each database."""

from datetime import timedelta

import msgspec
from sqlalchemy import update

from core.outward import ACCOUNT, FOLLOWS, Kept, Told
from desk.store import backlog, case_writing, facts, happenings, maturity, people
from desk.store.case_tables import cases
from desk.store.case_writing import Opening, open_case
from desk.store.cases import Happened, Message
from desk.store.flows import sent_to, told_by
from desk.store.happenings import Happening, Kind
from desk.store.people import Details
from desk.store.shelf import DeskShelf
from desk.store.together import working_together
from tests.desk.store.test_people import NOW

HOUR = timedelta(hours=1)


async def test_a_sink_has_of_what_was_said_once_it_sent_a_message(desk):
    crm = DeskShelf(desk, "hubspot", erased=lambda _: False)
    await crm.put([Kept(mention=FOLLOWS, author="", value=b""), Kept(mention=f"{ACCOUNT}x:1", author="x:1", value=b"")])
    assert await sent_to(desk, {"hubspot"}, NOW) == set()
    await crm.put([Kept(mention="x:7", author="x:1", value=b"")])
    assert await sent_to(desk, {"hubspot"}, NOW) == {"hubspot"}
    assert await sent_to(desk, {"webhook"}, NOW) == set()  # it is configured no more


async def test_a_tracker_has_of_it_as_long_as_a_topic_of_its_rises(desk):
    name = "github klank/webcare"
    known = {"topic": "t", "system": name, "native": "7", "first_at": NOW, "last_at": NOW}
    await backlog.add(desk, backlog.Kept(**known, voices=2, usual=0.1, hours=2))
    assert [await sent_to(desk, {name}, since) for since in (NOW, NOW + HOUR)] == [{name}, set()]


async def test_a_system_tells_back_when_it_last_did_and_people_are_no_system(desk):
    order = Happening(source="shop", key="1", kind=Kind.ORDER, since=NOW, title="order")
    await happenings.put(desk, [order], by="token shop", at=NOW)
    by_hand = msgspec.structs.replace(order, source="file.csv")
    await happenings.put(desk, [by_hand], by="ruth", at=NOW)
    told = Told(system="hubspot", customer="7", accounts=("x:1",), facts={"segment": "gold"}, at=NOW)
    await facts.tell(
        desk, [told, msgspec.structs.replace(told, at=NOW + HOUR)], may_join=lambda _: True, erased=lambda _: False
    )
    assert await told_by(desk) == {"shop": NOW, "hubspot": NOW + HOUR}


async def opened(desk, number, unit):
    opening = Opening(
        author=f"x:{number}", thread=f"x:{number}", source="x", severity="minor", outcome="restore", since=NOW,
        first_due=NOW + HOUR, unit=unit,
    )  # fmt: skip
    async with desk.writing() as connection:
        first = Message(mention=f"x:m{number}", at=NOW, own=False, order=1)
        return await open_case(connection, opening, first, at=NOW)


async def test_units_work_together_in_a_case_that_people_of_both_did_something_in(desk):
    first, second = await opened(desk, 1, "webcare"), await opened(desk, 2, "webcare")
    staff = [await people.add(desk, Details(name=unit, unit=unit), by="ruth", at=NOW) for unit in ("a", "b", "c")]
    for case, one in ((first, staff[0]), (first, staff[1]), (second, staff[2])):
        async with desk.writing() as connection:
            now = await case_writing.locked(connection, case.id)
            note = case_writing.Happening(kind=Happened.NOTED, detail="seen")
            await case_writing.happen(connection, now, note, by=one.id, at=NOW)
    assert await working_together(desk, NOW, NOW + HOUR) == {"a": {"b"}, "b": {"a"}}
    assert await working_together(desk, NOW + HOUR, NOW + 2 * HOUR) == {}


async def test_first_responses_are_counted_by_the_unit_that_owns_the_case(desk):
    for number, unit in enumerate(("webcare", "webcare", "shops", None)):
        await opened(desk, number, unit)
    async with desk.writing() as connection:
        await connection.execute(update(cases).where(cases.c.author == "x:0").values(answered_at=NOW))
    day = (NOW, NOW + timedelta(days=1))
    assert await maturity.answered_in_time_by_unit(desk, *day) == {"webcare": (1, 2), "shops": (0, 1)}
    assert await maturity.answered_in_time(desk, *day) == (1, 4)
