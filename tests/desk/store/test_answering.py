"""Who may answer, asked of the desk in the transaction that would send: what is taken away is gone at the next question."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from desk.answering.permitted import By, Link, Permitted, Refused
from desk.answering.trust import Kind, Lifted, Mark, Needed
from desk.scim import users
from desk.store import account_rights, accounts, answering, audit, consents, people, policies, roles, skills, trust
from desk.store.account_rights import Given
from desk.store.answering_tables import account_rights as rights_table
from desk.store.consents import Consent
from desk.store.every_table import metadata
from desk.store.policies import Policy
from playbook.answers import FourEyes
from tests.desk.answering.staffed import BY, DAY, NOW, RULES, able, account
from tests.desk.crisis.test_freezing import waiting

KEY, YEAR = b"of this folder", timedelta(days=365)


async def may(desk, person, own, at=NOW, **more):
    async with desk.writing() as connection:
        return await answering.may_answer(connection, person.id if person else None, own, RULES, at, **more)


async def lacks(desk, person, own, at=NOW, **more):
    found = await may(desk, person, own, at, **more)
    return [one.link for one in found.missing] if isinstance(found, Refused) else []


async def test_who_has_every_link_may_and_others_may_not(desk):
    own = await account(desk)
    anna, bert = await able(desk, own=own), await able(desk, "Bert")
    assert await may(desk, anna, own, unit="webcare") == Permitted(by=By.PERSON)
    assert await lacks(desk, anna, own, unit="press") == [Link.ROLE]
    assert await lacks(desk, bert, own) == [Link.ACCOUNT]
    assert await lacks(desk, anna, "nowhere") == [Link.ACCOUNT]
    assert await lacks(desk, None, own) == [Link.PERSON]


async def test_each_link_that_is_taken_away_takes_the_right_at_once(desk):
    own = await account(desk)
    anna = await able(desk, own=own)
    await roles.take(desk, anna.id, "agent", "webcare", **BY)
    assert await lacks(desk, anna, own) == [Link.ROLE]
    await policies.publish(desk, Policy(version="2", title={"en": "P"}, text={"en": "T"}), by="ruth", at=NOW + DAY)
    assert await lacks(desk, anna, own) == [Link.POLICY, Link.ROLE]
    assert await account_rights.take(desk, Given(account=own, person=anna.id), **BY)
    assert await lacks(desk, anna, own) == [Link.POLICY, Link.ROLE, Link.ACCOUNT]
    assert not await account_rights.take(desk, Given(account=own, person=anna.id), **BY)


async def test_an_owner_has_the_right_until_somebody_else_owns_it(desk):
    anna = await able(desk)
    own = await account(desk, owner=anna.id)
    assert await may(desk, anna, own) == Permitted(by=By.OWNER)
    await accounts.owned(desk, own, None, anna.id, **BY)
    assert await may(desk, anna, own) == Permitted(by=By.SECOND)
    await accounts.owned(desk, own, None, None, **BY)
    assert await lacks(desk, anna, own) == [Link.ACCOUNT]


async def test_given_again_it_ends_when_it_says_now(desk):
    own = await account(desk)
    anna = await able(desk, own=own)
    await account_rights.give(desk, Given(account=own, person=anna.id, until=NOW + DAY), **BY)
    assert await may(desk, anna, own) == Permitted(by=By.PERSON, until=NOW + DAY)
    assert await lacks(desk, anna, own, NOW + DAY) == [Link.ACCOUNT]
    async with desk.reading() as connection:
        assert len(await account_rights.given_within(connection)) == 1


async def test_a_role_has_it_and_loses_it(desk):
    own = await account(desk)
    anna, given = await able(desk), Given(account=own, role="agent", unit="webcare")
    for _ in range(2):
        await account_rights.give(desk, given, **BY)
    assert await may(desk, anna, own) == Permitted(by=By.ROLE)
    assert await account_rights.take(desk, given, **BY)
    assert await lacks(desk, anna, own) == [Link.ACCOUNT]


async def test_who_gave_and_took_it_stands_in_the_audit(desk):
    own = await account(desk)
    anna = await able(desk, own=own)
    await account_rights.take(desk, Given(account=own, person=anna.id), by="bert", at=NOW)
    told = {(one.did, one.by) for one in await audit.latest(desk, subject=anna.id) if "right" in one.did}
    assert told == {
        (f"gave the right to answer on {own} to", "ruth"),
        (f"took the right to answer on {own} from", "bert"),
    }
    on = {one.did for one in await audit.latest(desk, subject=own)}
    assert {"gave the right to answer there to a person", "took the right to answer there from a person"} <= on


async def test_who_leaves_has_nothing_and_comes_back_with_nothing(desk):
    """As SCIM says it: active is false."""
    own = await account(desk)
    anna = await able(desk, own=own)
    await consents.give(desk, anna.id, Consent.PUBLISH, "I publish", **BY)
    active = users.active_of({"active": "False"}, before=True)
    left = await people.change(desk, anna, anna.details, active=active, keep=YEAR, **BY)
    assert await lacks(desk, anna, own) == [Link.PERSON]
    await people.change(desk, left, left.details, active=True, keep=YEAR, **BY)
    assert await lacks(desk, anna, own) == [Link.ACCOUNT]
    assert await consents.of_person(desk, anna.id) == {}


async def test_a_question_while_somebody_takes_it_away_sees_all_or_nothing_of_it(desk):
    own = await account(desk)
    anna = await able(desk, own=own)
    taking = account_rights.take(desk, Given(account=own, person=anna.id), **BY)
    found = await asyncio.gather(*(may(desk, anna, own) for _ in range(5)), taking)
    assert {type(one) for one in found[:-1]} <= {Permitted, Refused}
    assert await lacks(desk, anna, own) == [Link.ACCOUNT]


async def test_an_account_that_goes_takes_what_was_given_along(desk):
    own = await account(desk)
    anna = await able(desk, own=own)
    await accounts.remove(desk, own, **BY)
    assert await lacks(desk, anna, own) == [Link.ACCOUNT]
    async with desk.reading() as connection:
        assert (await connection.execute(select(rights_table))).first() is None


def marked(person, number, kind=Kind.APPROVED, by="bert", topic="trains"):
    return Mark(person=person.id, topic=topic, answer=f"{number}", kind=kind, at=NOW, by=by)


async def write(desk, *marks):
    async with desk.writing() as connection:
        return [await trust.mark(connection, one) for one in marks]


async def test_a_mark_counts_once_and_of_who_left_there_is_none(desk):
    anna = await able(desk)
    assert await write(desk, marked(anna, 1), marked(anna, 1, by="carla"), marked(anna, 1, Kind.THANKED)) == [
        True,
        False,
        True,
    ]
    await people.change(desk, anna, anna.details, active=False, keep=YEAR, **BY)
    assert await write(desk, marked(anna, 2)) == [False]
    assert sorted((one.answer, one.kind) for one in await trust.of_person(desk, anna.id)) == [
        ("1", "approved"),
        ("1", "thanked"),
    ]


async def test_of_two_approvals_at_once_both_count(desk):
    """Each asks in its own transaction: whoever is second sees what the first wrote."""
    anna, rule, wrote, done = await able(desk), FourEyes(lifts_after=2), asyncio.Event(), asyncio.Event()

    async def approve(number, after):
        async with desk.writing() as connection:
            await trust.mark(connection, marked(anna, number))
            wrote.set()
            await after.wait()
            return type(await trust.needs_approval(connection, anna.id, ["trains"], rule))

    first = asyncio.create_task(approve(1, done))
    await wrote.wait()
    second = asyncio.create_task(approve(2, wrote))
    if desk.dialect == "postgresql":
        await waiting(desk, 1, but=second)
    done.set()
    assert await asyncio.gather(first, second) == [Needed, Lifted]


async def test_whether_somebody_else_approves_is_asked_anew_where_it_is_sent(desk):
    anna, rule = await able(desk), FourEyes(lifts_after=2)

    async def asked(**more):
        async with desk.writing() as connection:
            return type(await trust.needs_approval(connection, anna.id, ["trains"], rule, **more))

    assert await asked() is Needed
    await write(desk, marked(anna, 1), marked(anna, 2))
    assert (await asked(), await asked(severity="serious"), await asked(crisis=True)) == (Lifted, Needed, Needed)
    await write(desk, marked(anna, 1, Kind.COMPLAINED))
    assert await asked() is Needed


async def test_marks_are_read_by_topic_and_by_person(desk):
    anna, bert = await able(desk), await able(desk, "Bert")
    await write(desk, marked(anna, 1), marked(anna, 2, topic="prices"), marked(bert, 3, by=anna.id))
    async with desk.reading() as connection:
        assert [one.answer for one in await trust.marks_within(connection, anna.id, "prices")] == ["2"]
        assert {who: len(marks) for who, marks in (await trust.on_topic(connection, "trains")).items()} == {
            anna.id: 1,
            bert.id: 1,
        }
    assert sorted(len(marks) for marks in (await trust.every(desk)).values()) == [1, 2]


async def test_skills_are_compared_in_small_letters_and_replaced(desk):
    anna = await able(desk)
    assert await skills.put(desk, anna.id, ["Train  Tickets", "prices", " "], by=anna.id, at=NOW)
    assert await skills.of_person(desk, anna.id) == ["prices", "train tickets"]
    await skills.put(desk, anna.id, ["Refunds", "prices"], by=anna.id, at=NOW)
    assert await skills.of_person(desk, anna.id) == ["prices", "refunds"]
    assert not await skills.put(desk, "nobody", ["x"], **BY)
    with pytest.raises(Exception, match="at most 50 skills"):
        await skills.put(desk, anna.id, [f"{number}" for number in range(51)], **BY)


async def test_a_consent_stands_with_its_words_until_it_is_taken_back(desk):
    anna = await able(desk)
    for words in ("I publish for us", "other words"):
        assert await consents.give(desk, anna.id, Consent.PUBLISH, words, by=anna.id, at=NOW)
    assert (await consents.of_person(desk, anna.id))[Consent.PUBLISH].words == "I publish for us"
    async with desk.reading() as connection:
        assert await consents.who_within(connection, Consent.PUBLISH) == {anna.id}
    assert [await consents.withdraw(desk, anna.id, Consent.PUBLISH, **BY) for _ in range(2)] == [True, False]
    assert await consents.of_person(desk, anna.id) == {}
    assert not await consents.give(desk, "nobody", Consent.ASKED, "x", **BY)


async def test_nothing_names_who_was_erased(desk, tmp_path):
    """What the erased had is gone; what they gave to others stays, by a hash."""
    own = await account(desk)
    gone = await able(desk, "Quasimodo", own=own)
    anna = await able(desk, own=own)
    await account_rights.give(desk, Given(account=own, role="lead"), by=gone.id, at=NOW)
    await skills.put(desk, gone.id, ["quasimodology"], by=gone.id, at=NOW)
    await skills.put(desk, anna.id, ["prices"], by=gone.id, at=NOW)
    for person in (gone, anna):
        await consents.give(desk, person.id, Consent.ASKED, "Yes, ask quasimodo me", by=gone.id, at=NOW)
    await consents.withdraw(desk, anna.id, Consent.ASKED, by=gone.id, at=NOW)
    await write(desk, marked(gone, 1), marked(anna, 2, by=gone.id))
    assert await people.erase(desk, [gone.id], key=KEY, at=NOW) == 1
    async with desk.reading() as connection:
        left = [str(tuple(row)) for table in metadata.sorted_tables for row in await connection.execute(select(table))]
        assert {one.role for one in await account_rights.given_within(connection)} == {None, "lead"}
    assert [row for row in left if "quasimodo" in row.lower() or gone.id in row] == []
    assert [one.by for one in await trust.of_person(desk, anna.id)] == [audit.hashed(gone.id, KEY)]
    await desk.wipe()
    assert all(b"quasimodo" not in path.read_bytes().lower() for path in tmp_path.iterdir())
