"""What the desk holds of somebody is told whole, and nothing of anybody else."""

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert, select

from desk.store import customers, erasing, identities
from desk.store.case_tables import own_replies
from desk.store.every_table import metadata
from desk.store.held_masks import OTHER, PEOPLE, STAFF
from desk.store.held_tables import EXCERPTS, HOLDS, NOTHING_OF
from desk.store.holding import accounts_of, hold
from desk.store.identities import Evidence
from desk.web.words import LANGUAGES, load
from tests.desk.store.filled import ANNA, BERT, HERS, HIS, NOW, rows

KEY = b"of this folder"
TOLD = {table.name for table in (*HOLDS, *EXCERPTS)}
STAYS = {
    "audit": "with a hash in the place of the id",
    "notices": "of a case that is gone, with its id alone, until they are as old as notices are kept",
    "practice_uses": "without the case",
    "crisis_evidence": "without the entries",
    "touched": "marks by which documents go that were made of them",
    "touched_cases": "marks by which documents go that were made of them",
}
"""What an erasure leaves a row of, and in which form."""


async def held(desk, *, authors=(ANNA,), mentions=(HERS,), customer=None):
    return await hold(desk, authors=authors, mentions=mentions, customer=customer)


def test_every_table_is_told_or_has_a_reason_why_not():
    every = {table.name for table in metadata.sorted_tables}
    assert TOLD | NOTHING_OF.keys() == every
    assert TOLD.isdisjoint(NOTHING_OF)
    assert all(NOTHING_OF.values())


def test_the_page_of_privacy_and_the_paper_have_words_for_every_table_that_is_told():
    page = (Path(__file__).parents[3] / "docs/privacy.md").read_text(encoding="utf-8")
    assert [name for name in TOLD if f"| `{name}` |" not in page] == []
    assert [name for name in TOLD for language in LANGUAGES if f"held.table.{name}" not in load(language).entries] == []


async def test_every_row_that_names_them_is_told(full):
    found = await held(full)
    async with full.reading() as connection:
        for table in metadata.sorted_tables:
            every = (await connection.execute(select(table))).all()
            named = [row for row in every if "quasimodo" in str(tuple(row))]
            assert len(named) <= len(found.tables.get(table.name, ())), table.name
    assert {table.name for table in HOLDS} == found.tables.keys() - {"crisis_evidence"}  # each is filled


async def test_what_an_erasure_takes_is_what_was_told(full):
    before, _ = await rows(full)
    found = await held(full)
    await erasing.erase(full, mentions=[HERS], authors=[ANNA], sinks=[], key=KEY)
    after, _ = await rows(full)
    gone = {name: before[name] - count for name, count in after.items() if count != before[name]}
    assert {name: len(told) for name, told in found.tables.items() if name not in STAYS} == {
        name: number for name, number in gone.items() if name not in STAYS
    }


async def test_nothing_of_anybody_else_is_told(full):
    text = msgspec.json.encode(await held(full)).decode()
    assert not [
        name for name in (BERT, f'"{HIS}"', "8.example", "own-2", "ruth", "anna") if name in text.replace(ANNA, "")
    ]
    assert "quasimodo-7.example" in text


async def test_who_of_the_staff_did_it_is_not_told_but_which_system_was(full):
    tables = (await held(full)).tables
    assert {row["by"] for row in tables["audit"]} <= {STAFF, "hubspot", "klankbord"}
    assert {row["by"] for row in tables["judgements"]} == {STAFF}
    assert {row["by"] for row in tables["identities"]} == {"hubspot"}


async def test_after_an_erasure_nothing_is_held(full):
    await erasing.erase(full, mentions=[HERS], authors=[ANNA], sinks=[], key=KEY)
    found = await held(full)
    assert (found.tables, found.customers, found.cases) == ({}, (), ())


async def test_an_answer_to_somebody_else_in_their_thread_does_not_name_them(full):
    found = await held(full, authors=(), mentions=(HERS,))
    assert [row["to_author"] for row in found.tables["own_replies"]] == [OTHER]


async def test_an_answer_to_them_does_not_say_in_whose_thread_or_to_which_message_of_another_it_stands(full):
    more = {"mention": "bluesky:own-3", "author": "bluesky:own", "at": NOW, "order": 3}
    async with full.writing() as connection:
        await connection.execute(insert(own_replies), more | {"thread": HERS, "reply_to": HIS, "to_author": None})
        toher = more | {"mention": "bluesky:own-4", "thread": HIS, "reply_to": "bluesky:quasimodo-gone"}
        await connection.execute(insert(own_replies), toher | {"to_author": ANNA})
    told = {row["mention"]: row for row in (await held(full)).tables["own_replies"]}
    assert {row["reply_to"] for row in told.values()} == {HERS, OTHER, "bluesky:quasimodo-gone"}
    assert (told["bluesky:own-3"]["reply_to"], told["bluesky:own-4"]["thread"]) == (OTHER, OTHER)


async def test_a_customer_leads_to_its_accounts_and_to_none_that_was_taken_away(full):
    root = (await identities.of_authors(full, [ANNA]))[ANNA].customer
    member = (await customers.get(full, root)).members[1]
    assert await accounts_of(full, member) == [ANNA]
    assert set((await held(full, customer=member)).customers) == {root, member}
    await identities.withdraw(full, ANNA, by="ruth", at=NOW)
    assert await accounts_of(full, member) == []


async def test_a_link_by_mistake_that_was_taken_away_tells_neither_of_the_other(full):
    hers, his = [(await identities.of_authors(full, [one]))[one].customer for one in (ANNA, BERT)]
    await identities.withdraw(full, BERT, by="ruth", at=NOW)
    await identities.link(full, author=BERT, customer=hers, evidence=Evidence.PERSON, by="ruth", at=NOW)
    await identities.withdraw(full, BERT, by="ruth", at=NOW)
    await identities.link(full, author=BERT, customer=his, evidence=Evidence.FIELD, by="hubspot", at=NOW)
    assert await accounts_of(full, hers) == [ANNA]
    found = await held(full, customer=hers)
    assert [row["author"] for row in found.tables["identities"] if row["withdrawn_at"]] == [OTHER]
    assert BERT not in msgspec.json.encode(found).decode()
    other = await held(full, authors=(BERT,), mentions=(HIS,))
    assert {row["customer"] for row in other.tables["identities"]} == {his, OTHER}
    assert "quasimodo" not in msgspec.json.encode(other).decode()
    assert hers not in msgspec.json.encode(other).decode()


async def test_of_a_merge_that_was_undone_the_other_is_not_told(full):
    hers, his = [(await identities.of_authors(full, [one]))[one].customer for one in (ANNA, BERT)]
    await customers.merge(full, his, hers, by="ruth", at=NOW)
    await customers.unmerge(full, his, by="ruth", at=NOW)
    found = await held(full)
    assert OTHER in {row["customer"] for row in found.tables["merges"]}
    assert his not in msgspec.json.encode(found).decode()


@pytest.mark.parametrize(
    "asked", [{"authors": [], "mentions": []}, {"authors": ["bluesky:nobody"], "mentions": ["bluesky:0"]}]
)
async def test_of_nobody_nothing_is_held(full, asked):
    assert (await held(full, **asked)).tables == {}


def test_whoever_acts_by_a_column_is_masked():
    """A column that names one of the staff and is added later is to be added there too."""
    acting = {
        column.name
        for table in HOLDS
        for column in table.columns
        if column.name.endswith("by") or column.name == "to_person"
    }
    assert acting <= PEOPLE
