"""Who may do what with an answer: first one wins, words that changed are approved anew, no variable without value goes out."""

import asyncio

import pytest

from desk.answering import acts
from desk.answering.permitted import Link
from desk.cases.acting import Done, Why
from desk.cases.acts import Reason, close
from desk.entry.who import Who
from desk.notices.told import true_still
from desk.store import accounts, answers, cases, roles
from desk.store.answer_writing import Deed
from desk.store.answers import State
from desk.store.case_news import news
from desk.store.cases import Happened
from desk.store.notice_messages import waiting
from desk.store.notices import Kind
from tests.desk.answers.book import TEXT
from tests.desk.cases.book import agent, hear, heard, owed

pytestmark = pytest.mark.parametrize("stage", ["mastodon"], indirect=True)
OPERATOR = Who(session="7")


async def test_it_is_written_approved_by_another_and_let_out(house):
    await house.let_out()
    answer = await house.answer()
    assert (answer.state, answer.words.by, answer.words.approved_by) == (
        State.QUEUED, house.anna.by, house.bert.by,
    )  # fmt: skip
    assert len(answer.key) == 32
    assert await house.kinds() == ["opened", "drafted", "approved", "queued"]


@pytest.mark.parametrize("text", [" ", "x" * 10_001, "a\0b"])
async def test_it_says_something_that_can_be_kept(house, text):
    assert (await house.write(text)).what is Why.WRONG


async def test_whoever_wrote_it_does_not_approve_it(house):
    await house.write()
    assert (await house.approve(who=house.anna)).what is Why.SAME_PERSON
    assert (await house.send()).what is Why.NOT_APPROVED


async def test_nobody_approves_what_an_operator_wrote_until_one_of_the_staff_makes_it_theirs(house):
    await house.write(who=OPERATOR)
    assert (await house.approve()).what is Why.UNNAMED
    await house.write(who=house.anna, version=1)
    assert isinstance(await house.approve(version=2), Done)


async def test_an_operator_is_nobody_who_may_answer(house):
    await house.write()
    outcome = await house.approve(who=OPERATOR)
    assert (outcome.what, [one.link for one in outcome.lacks.missing]) == (Why.FORBIDDEN, [Link.PERSON])


async def test_where_the_account_is_in_no_list_nobody_may_answer(house):
    await accounts.remove(house.desk, house.account, by="page", at=house.at)
    await house.write()
    assert (await house.approve()).what is Why.NO_ACCOUNT


async def test_without_four_eyes_it_goes_out_as_it_is(house):
    house.four_eyes = {"asked": False}
    await house.write()
    assert isinstance(await house.send(), Done)


async def test_without_four_eyes_an_operators_words_go_out_once_one_of_the_staff_makes_them_theirs(house):
    house.four_eyes = {"asked": False}
    await house.write(who=OPERATOR)
    assert (await house.send()).what is Why.UNNAMED
    await house.write(who=house.anna, version=1)
    assert isinstance(await house.send(version=2), Done)


async def test_who_wrote_it_alone_has_to_have_the_right_still_as_another_lets_it_out(house):
    house.four_eyes = {"asked": False}
    await house.write()
    await roles.take(house.desk, house.anna.by, "agent", "webcare", by="page", at=house.at)
    assert (await house.send(who=house.bert)).what is Why.FORBIDDEN


async def test_words_that_changed_are_approved_anew(house):
    await house.write()
    await house.approve()
    await house.write("Anders.", version=1)
    assert (await house.answer()).state is State.DRAFT
    assert (await house.send(version=2)).what is Why.NOT_APPROVED
    assert (await house.approve(version=1)).what is Happened.CORRECTED
    assert [one.text for one in await answers.versions(house.desk, (await house.answer()).id)] == [TEXT, "Anders."]


async def test_of_two_who_begin_one_is_first_and_the_other_is_told(house):
    saw = await house.saw()
    outcomes = await asyncio.gather(house.write("A", saw=saw), house.write("B", who=house.bert, saw=saw))
    late = next(one for one in outcomes if not isinstance(one, Done))
    assert [isinstance(one, Done) for one in outcomes].count(True) == 1
    assert late.what is Happened.DRAFTED
    assert late.by in (house.anna.by, house.bert.by)
    assert len(await answers.of_case(house.desk, house.case.id)) == 1


async def test_whoever_lets_it_out_has_to_have_seen_what_its_author_wrote(house):
    await house.write()
    await house.approve()
    saw = await house.saw()
    more = heard(mention="mastodon:more", author=house.parent.author, thread=house.parent.id, at=house.at)
    await hear(house.desk, more)
    assert (await house.send(saw=saw)).what is Happened.ATTACHED
    assert isinstance(await house.send(), Done)


async def test_a_variable_without_value_is_not_let_out(house):
    await house.write("Beste {author_first_name}, wat vervelend.")
    assert (await house.approve()).what is Why.UNFILLED
    told = {"saw": await house.saw(), "at": house.at}
    assert (await acts.propose(house.desk, house.anna, house.case.id, **told)).what is Why.UNFILLED


async def test_whoever_leads_is_told_that_it_waits(house):
    await house.write()
    await acts.propose(house.desk, house.anna, house.case.id, saw=await house.saw(), at=house.at)
    assert ("proposed", "lead") in await owed(house.desk)
    assert (await house.answer()).state is State.WAITING
    assert Kind.PROPOSED in await still_told(house)
    await house.approve()
    assert Kind.PROPOSED not in await still_told(house)


async def still_told(house):
    """What of the case's notices somebody still has to know."""
    async with house.desk.writing() as connection:
        told = await waiting(connection, 100)
    known = await cases.several(house.desk, [house.case.id])
    return true_still(told, known, await news(house.desk, known)).get(house.case.id, ())


async def test_who_lost_the_right_lets_nothing_out(house):
    await house.write()
    await house.approve()
    await roles.take(house.desk, house.anna.by, "agent", "webcare", by="page", at=house.at)
    outcome = await house.send()
    assert (outcome.what, [one.link for one in outcome.lacks.missing]) == (Why.FORBIDDEN, [Link.ROLE])


async def test_who_may_not_answer_does_not_approve(house):
    await house.write()
    assert (await house.approve(who=agent("nobody"))).what is Why.FORBIDDEN


async def test_it_is_taken_back_until_a_try_has_begun(house):
    await house.let_out()
    assert isinstance(await house.withdraw(), Done)
    assert (await house.answer()).state is State.WITHDRAWN
    assert (await house.looked()).tries == 0
    assert house.stage.written() == []


async def test_a_closed_case_is_not_answered(house):
    await house.write()
    await close(house.desk, house.anna, house.case.id, Reason.SOLVED, saw=await house.saw(), at=house.at)
    assert (await house.send()).what is Why.STATE
    assert (await house.write("Anders", version=1)).what is Why.STATE


async def test_another_message_than_the_authors_is_not_answered(house):
    house.parent = type(house.parent)(id="mastodon:9", author="mastodon:x", created_at=house.at)
    assert (await house.write()).what is Why.NO_MESSAGE


async def test_what_the_channel_does_not_allow_is_refused(house):
    done = await acts.at_source(house.desk, house.anna, house.case.id, Deed.HIDE, house.parent.id, **house.told)
    assert done.what is Why.NOT_THERE
