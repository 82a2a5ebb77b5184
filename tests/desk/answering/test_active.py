"""Departments in which somebody takes part, and who publishes: counted by hand, and nobody told apart in a small one."""

from datetime import timedelta

import pytest

from desk.answering.active import LATELY, activity
from desk.answering.trust import Kind, Mark
from desk.cases import acts
from desk.store import accounts, consents, people, trust
from desk.store.accounts import Account
from desk.store.case_writing import Happening, happen, locked
from desk.store.cases import Happened
from desk.store.consents import Consent
from desk.store.people import Details
from desk.store.taking_part import Act
from playbook.answers import Publishing
from tests.desk.answering.staffed import BY, DAY, NOW, account
from tests.desk.cases.book import HOUR, MINUTE, agent, hear, heard, reply


async def person(desk, name, department):
    return await people.add(desk, Details(name=name, department=department), **BY)


async def noted(desk, who, at):
    case = await hear(desk, heard(at=NOW - 3 * LATELY))
    await acts.note(desk, agent(who.id), case.id, "ask the driver", at=at)


async def test_a_department_is_active_where_somebody_did_something_lately(desk):
    service = [await person(desk, f"S{number}", "Service") for number in range(5)]
    sales, board = await person(desk, "Sam", "Sales"), await person(desk, "Bo", "Board")
    await noted(desk, service[0], NOW - DAY)
    await noted(desk, sales, NOW - LATELY - DAY)  # too long ago
    told = await activity(desk, None, NOW)
    assert (told.active, told.all, dict(told.acts)) == (1, 3, {Act.COMMENTED: 1})
    async with desk.writing() as connection:
        mark = Mark(person=board.id, topic="", answer="1", kind=Kind.APPROVED, at=NOW - DAY, by=sales.id)
        await trust.mark(connection, mark)
    told = await activity(desk, None, NOW)
    assert (told.active, told.all) == (3, 3)
    assert dict(told.acts) == {Act.COMMENTED: 1, Act.ANSWERED: 1, Act.APPROVED: 1}
    assert [(one.name, one.people, one.active) for one in told.departments] == [
        (None, 7, 3)
    ]  # two alone would stand out


async def test_who_went_to_answer_took_part_once_an_answer_was_seen(desk):
    anna, bert = await person(desk, "Anna", "Service"), await person(desk, "Bert", "Sales")
    case = await hear(desk, heard(at=NOW - DAY))
    await acts.answering(desk, agent(anna.id), case.id, at=NOW - DAY)
    assert (await activity(desk, None, NOW)).active == 0
    await hear(desk, reply(at=NOW - HOUR))
    await acts.answering(desk, agent(bert.id), case.id, at=NOW - MINUTE)  # to no avail yet
    told = await activity(desk, None, NOW)
    assert (told.active, dict(told.acts)) == (1, {Act.ANSWERED: 1})


async def test_who_writes_approves_and_lets_out_an_answer_takes_part(desk):
    anna, bert = await person(desk, "Anna", "Service"), await person(desk, "Bert", "Sales")
    case = await hear(desk, heard(at=NOW - DAY))
    for kind, who in ((Happened.DRAFTED, anna), (Happened.APPROVED, bert), (Happened.QUEUED, anna)):
        async with desk.writing() as connection:
            now = await locked(connection, case.id)
            await happen(connection, now, Happening(kind=kind, detail="1"), by=who.id, at=NOW - HOUR)
    found = await activity(desk, None, NOW)
    assert (found.active, dict(found.acts)) == (2, {Act.DRAFTED: 1, Act.APPROVED: 1, Act.ANSWERED: 1})


async def test_who_changed_an_answer_before_it_was_approved_approved_none(desk):
    anna, bert = await person(desk, "Anna", "Service"), await person(desk, "Bert", "Sales")
    async with desk.writing() as connection:
        changed = Mark(person=anna.id, topic="", answer="1", kind=Kind.CHANGED, at=NOW - DAY, by=bert.id)
        await trust.mark(connection, changed)
    found = await activity(desk, None, NOW)
    assert dict(found.acts) == {Act.ANSWERED: 1}


async def test_who_left_takes_no_part(desk):
    anna = await person(desk, "Anna", "Service")
    await person(desk, "Bert", "Service")
    await noted(desk, anna, NOW - DAY)
    await people.change(desk, anna, anna.details, active=False, keep=timedelta(days=365), **BY)
    told = await activity(desk, None, NOW)
    assert (told.active, told.all) == (0, 1)


@pytest.mark.parametrize(("one_in", "wanted"), [(3, 3), (4, 2), (7, 1), (330, 1)])
async def test_publishers_are_counted_against_the_organisations_own_goal(desk, one_in, wanted):
    staff = [await person(desk, f"P{number}", "Service") for number in range(7)]
    await consents.give(desk, staff[0].id, Consent.PUBLISH, "yes", **BY)
    await consents.give(desk, staff[1].id, Consent.ASKED, "yes", **BY)
    told = await activity(desk, Publishing(one_in=one_in), NOW)
    assert (told.publishers, told.people, told.wanted) == (1, 7, wanted)
    assert [(one.name, one.publishers, one.one_in) for one in told.departments] == [("Service", 1, 7)]
    await consents.withdraw(desk, staff[0].id, Consent.PUBLISH, **BY)
    assert (await activity(desk, None, NOW)).publishers == 0
    assert (await activity(desk, None, NOW)).wanted is None


async def test_accounts_are_counted_where_their_owner_works_and_those_of_staff_apart(desk):
    staff = [await person(desk, f"P{number}", "Service") for number in range(5)]
    await account(desk, owner=staff[0].id)
    await account(desk, "nobodys")
    theirs = Account(id="", source="mastodon", handle="p1", official=False, owner=staff[1].id)
    await accounts.add(desk, theirs, **BY)
    told = await activity(desk, None, NOW)
    assert (told.accounts, told.theirs) == (2, 1)
    assert [(one.name, one.accounts, one.one_in) for one in told.departments] == [("Service", 1, None)]
