"""One document a case: it follows whatever changes the case, and goes with it."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from core.case import Kept
from core.errors import Retry
from core.types import Author, Enriched, Mention
from desk.crisis import acts
from desk.entry.who import Who
from desk.store import case_writing, cases
from desk.store.case_writing import PROGRAM, Happening, Opening
from desk.store.cases import Happened, Message, State
from klankbord import configuration
from klankbord.keeping.case_documents import COUNTED_FOR, CaseDocuments
from klankbord.keeping.cases import Cases
from klankbord.privacy.erase import erase
from klankbord.stores import open_stores
from tests.desk.crisis.book import alarmed
from tests.klankbord.program import Program, file_source
from tests.sinks.messages import START

HOUR = timedelta(hours=1)


class House:
    """The stores of a folder, with what keeps the documents, at a clock that the test turns."""

    def __init__(self, read, stores):
        self.read, self.stores, self.now, self.number = read, stores, START, 0
        self.keeping = self.started()

    def started(self):
        return CaseDocuments(self.stores, Cases(self.read, self.stores).promised, clock=lambda: self.now)

    async def case(self, author="file:anna"):
        self.number += 1
        mention = f"file:{self.number}"
        said = Mention(
            id=mention,
            source="file",
            author=Author(id=author),
            text="stil",
            created_at=START,
            seen_at=START,
            stream="file/in",
        )
        await self.stores.archive.write([Enriched(mention=said)])
        opening = Opening(
            author=author,
            thread=mention,
            source="file",
            severity="minor",
            outcome="restore",
            since=START,
            first_due=START + HOUR,
        )
        async with self.stores.desk.writing() as connection:
            first = Message(mention=mention, at=START, own=False, order=1)
            return await case_writing.open_case(connection, opening, first, at=START)

    async def happens(self, case, kind=Happened.CLOSED, **values):
        async with self.stores.desk.writing() as connection:
            locked = await case_writing.locked(connection, case.id)
            await case_writing.happen(connection, locked, Happening(kind=kind), by=PROGRAM, at=self.now, **values)

    async def documents(self):
        await self.keeping.write_touched()
        return await self.stores.archive.cases.get(await self.stores.archive.cases.counted())


@pytest.fixture
async def house(tmp_path):
    async with opened(tmp_path) as house:
        yield house


@asynccontextmanager
async def opened(folder):
    read = configuration.read(Program(folder, file_source("in.jsonl", name="file")).config)
    async with open_stores(read, lambda _: None) as stores:
        yield House(read, stores)


async def test_a_document_follows_its_case(house):
    case = await house.case()
    assert [(one.state, one.in_sla) for one in (await house.documents()).values()] == [("open", Kept.UNKNOWN)]
    house.now += HOUR / 2
    await house.happens(case, Happened.ANSWERED, answered_at=house.now)
    house.now += HOUR
    await house.happens(case, state=State.CLOSED, closed_at=house.now, reason="answered")
    (found,) = (await house.documents()).values()
    assert (found.state, found.reason, found.in_sla) == ("closed", "answered", Kept.YES)
    assert (found.answer_clock, found.handling, found.answer_open) == (1800, 5400, None)


async def test_it_says_which_crisis_a_case_belongs_to_as_long_as_it_does(house):
    case, desk = await house.case(), house.stores.desk
    crisis = await alarmed(desk, at=START)
    (found,) = (await house.documents()).values()
    assert found.crisis is None
    for act, number in ((acts.attach, crisis.number), (acts.take_out, None), (acts.attach, crisis.number)):
        await act(desk, Who(), crisis.id, case.number, at=START)
        (found,) = (await house.documents()).values()
        assert found.crisis == number


async def test_a_case_that_an_alarm_attaches_by_itself_is_written_anew(house):
    case, desk = await house.case(), house.stores.desk
    await house.happens(case, monitors=("trein",))
    await house.documents()
    crisis = await alarmed(desk, at=START)
    assert [one.crisis for one in (await house.documents()).values()] == [crisis.number]


async def test_nothing_of_a_text_or_an_account_stands_in_it(house):
    await house.case(author="file:quasimodo")
    assert "quasimodo" not in repr(await house.documents())


async def test_nothing_is_written_where_nothing_changed(house):
    await house.case()
    assert await house.keeping.write_touched() == 1
    assert await house.keeping.write_touched() == 0
    await house.keeping.look_again()
    assert await house.keeping.write_touched() == 0


async def test_an_open_case_is_written_anew_in_time_and_a_closed_one_is_not(house):
    first, _ = await house.case(), await house.case()
    await house.happens(first, state=State.CLOSED, closed_at=house.now)
    await house.documents()
    house.now += COUNTED_FOR + HOUR
    await house.keeping.look_again()
    assert await house.keeping.write_touched() == 1
    assert {one.state: one.in_sla for one in (await house.documents()).values()} == {
        "open": Kept.NO,
        "closed": Kept.YES,
    }


async def test_all_of_it_can_be_made_again(house):
    await house.case()
    await house.documents()
    await house.stores.archive.cases.drop(await house.stores.archive.cases.counted())
    await house.keeping.look_again()
    assert len(await house.documents()) == 1
    house.now += HOUR
    house.keeping = house.started()
    await house.keeping.look_again()
    assert [one.counted_at for one in (await house.documents()).values()] == [house.now]


async def test_a_document_goes_with_its_case(house):
    await house.case("file:anna")
    kept = await house.case("file:bert")
    await house.documents()
    done = {one.store: one.removed async for one in erase(house.stores, authors=["file:anna"])}
    assert done["cases"] == 1
    assert set(await house.stores.archive.cases.counted()) == {kept.id}
    assert set(await house.documents()) == {kept.id}


async def test_what_is_left_over_goes(house):
    case = await house.case()
    (document,) = (await house.documents()).values()
    async with house.stores.desk.writing() as connection:
        await connection.execute(cases.cases.delete().where(cases.cases.c.id == case.id))
    assert document.id in await house.stores.archive.cases.counted()
    await house.keeping.look_again()
    assert await house.documents() == {}


async def test_what_is_touched_while_it_is_written_stays_marked(house, monkeypatch):
    case = await house.case()
    documents = house.stores.archive.cases
    put = documents.put

    async def meanwhile(made):
        await put(made)
        monkeypatch.setattr(documents, "put", put)
        await house.happens(case, state=State.CLOSED, closed_at=house.now)

    monkeypatch.setattr(documents, "put", meanwhile)
    assert [one.state for one in (await house.documents()).values()] == ["closed"]


async def test_without_rules_nothing_is_written_and_nothing_is_lost(house):
    await house.case()
    rules = house.read.playbook.read_text()
    house.read.playbook.write_text("monitors: [")
    with pytest.raises(Retry, match="the playbook cannot be used"):
        await house.keeping.write_touched()
    house.read.playbook.write_text(rules)
    assert len(await house.documents()) == 1
