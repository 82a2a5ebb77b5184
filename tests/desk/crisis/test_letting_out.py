"""Statements of a crisis that are let out to attached cases: not after it ended, and without holding up who writes an answer."""

import asyncio

import pytest

from core.types import Parent
from desk.answering.allowing import ByChain
from desk.answering.barred import Answered, Bar, barred
from desk.crisis import acts
from desk.crisis.spreading import spread
from desk.entry.rights import RIGHTS
from desk.store import answer_writing, answers, case_writing, cases, crisis_writing
from desk.store.answers import State
from desk.store.cases import Asked
from tests.desk.cases.book import hear
from tests.desk.crisis.book import LEAD, MINUTE, NOW, PLAYBOOK, alarmed, complaint
from tests.desk.crisis.test_cases import apply, languages, said
from tests.desk.crisis.test_freezing import waiting

PUBLISHERS = {"mastodon": "mastodon"}
NOBODY = ByChain({}, lambda: PLAYBOOK, RIGHTS)


async def applied(desk, number):
    """A crisis with so many cases, and a statement that is applied to them."""
    crisis = await alarmed(desk)
    await hear(desk, *(complaint(one, at=NOW + MINUTE) for one in range(1, number + 1)))
    await said(desk, crisis, "nl", "en")
    await apply(desk, crisis)
    return crisis


async def looked(desk):
    """What stands in the way of the statement that was let out."""
    (answer,) = await answers.listed(desk, states=[State.QUEUED])
    parent = Parent(id=answer.answers, author="mastodon:a1", created_at=NOW)
    async with desk.writing() as connection:
        case = await case_writing.locked(connection, answer.case)
        told = {"answered": Answered(parent=parent), "allowing": NOBODY, "at": NOW}
        return await barred(connection, answer, case, None, **told)


@pytest.mark.parametrize("over", ["ended", "detached"])
async def test_a_statement_goes_out_no_more_once_its_crisis_is_over_for_the_case(desk, over):
    crisis = await applied(desk, 1)
    await spread(desk, languages, "nl", NOW + MINUTE, publishers=PUBLISHERS)
    assert await looked(desk) is Bar.NO_RIGHT
    if over == "ended":
        await acts.stand_down(desk, LEAD, crisis.id, "x", saw=99, at=NOW + 2 * MINUTE)
    else:
        (case,) = await cases.listed(desk, Asked())
        async with desk.writing() as connection:
            await crisis_writing.detach(connection, crisis, case.id, at=NOW + 2 * MINUTE)
    assert await looked(desk) is Bar.CRISIS_OVER


@pytest.mark.parametrize("opened", ["postgresql"], indirect=True)
async def test_letting_out_and_writing_an_answer_wait_for_one_another_and_never_both(desk):
    await applied(desk, 2)
    ids = sorted(one.id for one in await cases.listed(desk, Asked()))
    async with desk.writing() as connection:
        case = await case_writing.locked(connection, ids[1])
        spreading = asyncio.create_task(spread(desk, languages, "nl", NOW + MINUTE, publishers=PUBLISHERS))
        await waiting(desk, 1, but=spreading)
        words = answers.Version(number=1, text="Sorry", by="anna", at=NOW)
        draft = answer_writing.Draft(case=case.id, answers=case.first_message, publisher="mastodon", words=words)
        await answer_writing.add(connection, draft)
    assert await spreading == 2
    assert sorted(one.state for one in await answers.listed(desk)) == [State.DRAFT, State.QUEUED]
