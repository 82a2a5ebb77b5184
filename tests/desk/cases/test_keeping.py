"""Which messages open a case, belong to it and open it again; which answers stop its clock; what is deleted."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis.strategies import lists, permutations, sampled_from

from desk.cases.deciding import Does, decide
from desk.store import cases
from desk.store.cases import Asked, State
from tests.desk.cases.book import DAY, HOUR, MINUTE, NOW, fired, hear, heard, kinds, last, owed, reply, withdraw
from tests.desk.store.made import opened_desk
from tests.desk.store.test_cases import closed


async def test_a_message_that_has_to_be_answered_opens_a_case_with_what_is_promised(desk):
    case = await hear(desk, heard(tells=("duty_manager",)))
    assert (case.unit, case.severity, case.since) == ("webcare", "minor", NOW)
    assert (case.first_due, case.first_soon) == (NOW + 4 * HOUR, NOW + 3 * HOUR)
    assert case.resolution_due == NOW + 2 * DAY
    assert await owed(desk) == [("opened", "duty_manager"), ("opened", "webcare")]


async def test_one_that_nobody_has_to_answer_opens_none(desk):
    assert await hear(desk, heard(answers=False)) is None


async def test_the_same_again_changes_nothing(desk):
    case = await hear(desk, heard(), reply())
    again = await hear(desk, heard(), reply(), heard())
    assert again == case
    assert await kinds(desk, case) == ["opened", "answered"]
    assert await owed(desk) == [("opened", "webcare")]


async def test_what_its_author_writes_in_the_conversation_belongs_to_it(desk):
    case = await hear(desk, heard(), heard(2, NOW + HOUR, answers=False))
    assert [one.mention for one in await cases.messages(desk, case.id)] == ["mastodon:1", "mastodon:2"]
    assert await kinds(desk, case) == ["opened", "attached"]
    assert case.since == NOW
    assert await owed(desk) == [("opened", "webcare"), ("attached", "webcare")]


async def test_somebody_else_in_the_conversation_has_a_case_of_their_own(desk):
    await hear(desk, heard(), heard(2, author="mastodon:bert"))
    assert await cases.count(desk, Asked()) == 2


async def test_one_that_nobody_owns_is_told_to_whoever_leads(desk):
    case = await hear(desk, heard(unit=None))
    assert case.unit is None
    assert await owed(desk) == [("opened", "lead")]


async def test_what_comes_within_some_days_opens_it_again_with_a_clock_of_its_own(desk):
    await closed(desk, await hear(desk, heard(), reply()))
    case = await hear(desk, heard(2, NOW + DAY, answers=False))
    assert (case.number, case.state, case.answered_at, case.closed_at) == (1, State.OPEN, None, None)
    assert (case.since, case.first_due) == (NOW + DAY, NOW + DAY + 4 * HOUR)
    assert await kinds(desk, case) == ["opened", "answered", "closed", "attached", "reopened"]
    assert (await owed(desk))[-1] == ("reopened", "webcare")


async def test_later_it_is_another_case(desk):
    await closed(desk, await hear(desk, heard()))
    assert (await hear(desk, heard(2, NOW + 3 * DAY + MINUTE))).number == 2


@pytest.mark.parametrize(("answers", "does"), [(True, Does.OPENS), (False, Does.NOTHING)])
async def test_what_was_spam_is_not_opened_again_by_its_author(desk, answers, does):
    case = await closed(desk, await hear(desk, heard()))
    spam = type(case)(**{name: getattr(case, name) for name in case.__struct_fields__} | {"reason": "spam"})
    assert decide(heard(2, answers=answers), None, spam, DAY) is does


@pytest.mark.parametrize(
    "older",
    [
        heard(2, NOW - HOUR, answers=False, arrived=NOW - HOUR),  # judged later
        heard(2, NOW - HOUR, answers=False, arrived=NOW + HOUR, edited_at=NOW + HOUR, order=2),
        heard(2, NOW + HOUR, answers=False, arrived=NOW + HOUR, live=False),
    ],
)
async def test_what_was_there_before_it_was_closed_opens_it_no_more_and_neither_does_history(desk, older):
    case = await closed(desk, await hear(desk, heard()))
    assert await hear(desk, older, at=NOW + HOUR) == case


async def test_what_was_published_before_it_was_closed_and_seen_after_opens_it_again(desk):
    await closed(desk, await hear(desk, heard()))
    case = await hear(desk, heard(2, NOW - MINUTE, answers=False, arrived=NOW + MINUTE), at=NOW + MINUTE)
    assert (case.number, case.state, case.since) == (1, State.OPEN, NOW - MINUTE)


async def test_an_edit_may_make_it_more_severe_and_never_less(desk):
    case = await hear(desk, heard(), heard(order=2, severity="serious", edited_at=NOW + HOUR), at=NOW)
    assert (case.severity, case.first_due) == ("serious", NOW + HOUR)
    assert await kinds(desk, case) == ["opened", "edited", "risen"]
    milder = await hear(desk, heard(order=3, severity="minor"), heard(order=2, severity="critical"), at=NOW)
    assert (milder.severity, milder.first_due, milder.version) == ("serious", NOW + HOUR, 3)
    (kept,) = await cases.messages(desk, case.id)
    assert (kept.order, kept.severity) == (3, "minor")


async def test_who_has_it_and_the_roles_of_what_made_it_more_severe_are_told(desk):
    await hear(desk, heard(), heard(2, severity="serious"), heard(3, severity="critical", tells=("privacy",)))
    told = [one for one in await owed(desk) if one[0] != "attached"]
    assert told == [("opened", "webcare"), ("risen", "webcare"), ("risen", "privacy"), ("risen", "webcare")]


async def test_what_is_promised_never_comes_later_when_it_rises(desk):
    case = await hear(desk, heard(), heard(2, severity="critical"))
    assert (case.severity, case.first_due) == ("critical", NOW + 4 * HOUR)


async def test_an_answer_of_ours_stops_the_clock_and_shows(desk):
    case = await hear(desk, heard(), reply())
    assert case.answered_at == NOW + HOUR
    assert [(one.mention, one.own) for one in await cases.messages(desk, case.id)][1] == ("mastodon:own", True)
    await fired(desk, NOW + 5 * HOUR)
    assert await kinds(desk, case) == ["opened", "answered"]


async def test_it_may_come_before_the_message_that_it_answers(desk):
    case = await hear(desk, reply(), heard(), at=NOW + 2 * HOUR)
    assert case.answered_at == NOW + HOUR


async def test_what_we_said_before_is_no_answer(desk):
    case = await hear(desk, reply(at=NOW - HOUR), heard())
    assert case.answered_at is None
    assert len(await cases.messages(desk, case.id)) == 1


async def test_an_answer_to_somebody_else_stops_their_clock_alone(desk):
    bert = heard(2, author="mastodon:bert")
    await hear(desk, heard(), bert, reply(reply_to="mastodon:2"), reply("later", to_author="mastodon:carl"))
    first, second = sorted(await cases.listed(desk, Asked()), key=lambda case: case.number)
    assert (first.answered_at, second.answered_at) == (None, NOW + HOUR)


async def test_an_answer_finds_its_message_where_the_conversation_is_not_known(desk):
    case = await hear(desk, heard(5, thread="mastodon:1"), reply(thread="mastodon:5", reply_to="mastodon:5"))
    assert case.answered_at == NOW + HOUR


async def test_one_that_is_deleted_was_none_and_the_clock_runs(desk):
    case = await hear(desk, heard(), reply())
    await withdraw(desk, "mastodon:own", at=NOW + 5 * HOUR)
    assert (await last(desk)).answered_at is None
    await fired(desk, NOW + 5 * HOUR)
    happened = await kinds(desk, case)
    assert happened[:4] == ["opened", "answered", "withdrawn", "unanswered"]
    assert "overdue" in happened


async def test_the_next_answer_counts_where_the_first_is_deleted(desk):
    await hear(desk, heard(), reply(), reply("second", NOW + 2 * HOUR))
    await withdraw(desk, "mastodon:own")
    assert (await last(desk)).answered_at == NOW + 2 * HOUR


async def test_a_message_that_is_deleted_leaves_its_case(desk):
    case = await hear(desk, heard(), heard(2, NOW + HOUR))
    await withdraw(desk, "mastodon:1")
    assert [one.mention for one in await cases.messages(desk, case.id)] == ["mastodon:2"]
    assert (await last(desk)).first_message == "mastodon:2"
    await withdraw(desk, "mastodon:2", at=NOW + HOUR)
    gone = await last(desk)
    assert (gone.state, gone.reason, gone.closed_at) == (State.CLOSED, "withdrawn", NOW + HOUR)
    await withdraw(desk, "mastodon:2", at=NOW + HOUR)
    assert await last(desk) == gone


async def test_a_version_after_the_deletion_stays(desk):
    await hear(desk, heard(order=5))
    await withdraw(desk, "mastodon:1", order=4)
    assert (await last(desk)).state is State.OPEN


async def test_the_clock_runs_from_the_earliest_message_whatever_is_heard_first(desk):
    case = await hear(desk, heard(2, NOW + HOUR), reply(at=NOW + 30 * MINUTE), heard(), at=NOW + 2 * HOUR)
    assert (case.since, case.first_message, case.first_due) == (NOW, "mastodon:1", NOW + 4 * HOUR)
    assert case.answered_at == NOW + 30 * MINUTE
    thanks = await hear(desk, heard(3, NOW - HOUR, answers=False), at=NOW + 2 * HOUR)
    assert thanks.since == NOW


async def test_it_runs_on_where_that_message_is_gone_and_an_earlier_one_still_counts(desk):
    await hear(desk, heard(2, NOW + HOUR), heard(3, NOW + 2 * HOUR))
    await withdraw(desk, "mastodon:2", at=NOW + 2 * HOUR)
    assert (await last(desk)).since == NOW + HOUR
    case = await hear(desk, heard(), at=NOW + 3 * HOUR)
    assert (case.since, case.first_message, case.first_due) == (NOW, "mastodon:1", NOW + 4 * HOUR)


async def test_none_from_before_counts_once_it_runs_anew(desk):
    await closed(desk, await hear(desk, heard()))
    case = await hear(desk, heard(2, NOW + DAY), heard(3, NOW + HOUR), at=NOW + DAY)
    assert (case.state, case.since) == (State.OPEN, NOW + DAY)


@settings(max_examples=40, deadline=None)
@given(order=permutations((0, 1, 2, 3)), again=lists(sampled_from((0, 1, 2, 3)), max_size=4))
def test_in_whatever_order_and_however_often_it_is_heard_the_clock_is_the_same(order, again):
    told = (heard(), heard(2, NOW + HOUR), reply(at=NOW + HOUR), reply("later", NOW + 2 * HOUR))

    async def kept():
        with TemporaryDirectory() as folder:
            async with opened_desk(Path(folder)) as desk:
                case = await hear(desk, *(told[place] for place in (*order, *again)), at=NOW + 3 * HOUR)
                return case, len(await cases.messages(desk, case.id)), await kinds(desk, case)

    case, count, happened = asyncio.run(kept())
    assert (case.number, case.since, case.answered_at, count) == (1, NOW, NOW + HOUR, 4)
    assert sorted(happened) == ["answered", "answered", "attached", "opened"]
