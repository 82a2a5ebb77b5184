"""What the worker makes of answers that were let out, whatever goes wrong: each fault has one outcome, and nothing stands there twice."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.errors import Retry
from core.types import Mark, Published
from desk.answering import acts, settling
from desk.answering.calling import LEASE, WAITS, soonest
from desk.answering.trust import Kind
from desk.answering.trust import Mark as Told
from desk.cases import thanking
from desk.cases.acting import Done, Refused, Why
from desk.cases.acts import Reason, claim, close
from desk.store import (
    account_rights,
    answer_writing,
    answers,
    case_erasing,
    case_writing,
    cases,
    people,
    publisher_turns,
    roles,
    trust,
)
from desk.store.account_rights import Given
from desk.store.answer_writing import Deed
from desk.store.answers import State, under_way
from klankbord.player.faults import Refusal as Fault
from tests.desk.answers.book import TEXT
from tests.desk.cases.book import agent, hear, owed, reply, withdraw
from tests.desk.crisis.test_freezing import waiting

LATER = timedelta(minutes=10)
on_mastodon = pytest.mark.parametrize("stage", ["mastodon"], indirect=True)
in_messenger = pytest.mark.parametrize("stage", ["messenger"], indirect=True)
on_facebook = pytest.mark.parametrize("stage", ["facebook"], indirect=True)


async def test_it_stands_there_once_and_the_clock_stops(house):
    await house.let_out()
    answer = await house.looked()
    assert (answer.state, answer.tries, len(house.stage.written())) == (State.SENT, 1, 1)
    assert (await house.kinds())[-2:] == ["sent", "answered"]
    assert (await cases.get(house.desk, house.case.id)).answered_at is not None
    await house.looked(later=LATER)
    assert len(house.stage.written()) == 1


@on_mastodon
async def test_that_it_is_heard_later_changes_nothing(house):
    await house.let_out()
    answer = await house.looked()
    before = await house.kinds()
    known = reply(
        mention=answer.mention, author="mastodon:1", thread=house.parent.id, reply_to=house.parent.id, at=house.at
    )
    await hear(house.desk, known)
    assert await house.kinds() == before


async def test_a_source_that_takes_it_and_breaks_off_has_it_once(house):
    house.stage.faults.done = [None]
    await house.let_out()
    await house.looked()
    answer = await house.looked(later=LATER)
    assert (answer.state, len(house.stage.written())) == (State.SENT, 1)


async def test_a_source_that_takes_it_and_never_answers_has_it_once(house):
    await house.let_out()
    async with house.stage.open(patience="5s") as hasty:
        await hasty.meet()
        house.stage.faults.mute = 1
        await house.worker(hasty).once()
    house.ahead += LATER
    await house.sender.once()
    answer = await house.answer()
    assert (answer.state, len(house.stage.written())) == (State.SENT, 1)


@on_facebook
async def test_of_what_stands_there_twice_one_is_kept_and_the_other_named_as_it_is_taken_away(house):
    house.stage.faults.twice, house.stage.faults.done = 1, [Fault(500)]
    await house.let_out()
    await house.looked()
    await house.looked(later=LATER)
    await house.sender.once()
    answer = await house.answer()
    assert (answer.copies, len(house.stage.written())) == ((), 1)
    *_, taken = await cases.events(house.desk, house.case.id)
    assert taken.kind is cases.Happened.DELETED
    assert taken.detail.startswith("facebook:")
    assert taken.detail != answer.mention


async def test_what_it_answers_was_deleted_there(house):
    await house.let_out()
    house.stage.remove(house.parent)
    answer = await house.looked()
    assert (answer.state, answer.reason, house.stage.written()) == (State.REFUSED, "gone", [])
    assert ("refused", "webcare") in await owed(house.desk)


@on_mastodon
async def test_what_was_deleted_and_heard_to_be_is_not_answered(house):
    await house.let_out()
    house.gone = True
    assert (await house.looked()).reason == "gone"


@on_mastodon
async def test_a_message_that_left_the_case_is_not_answered(house):
    await house.let_out()
    await withdraw(house.desk, house.parent.id, at=house.at)
    assert (await house.looked()).state is State.REFUSED
    assert house.stage.written() == []


@in_messenger
async def test_the_window_closes_between_draft_and_send(house):
    house.parent = replace(house.parent, created_at=house.at - timedelta(hours=23))
    await house.let_out()
    answer = await house.looked(later=timedelta(hours=2))
    assert (answer.state, answer.reason, house.stage.written()) == (State.REFUSED, "window closed", [])


@on_mastodon
async def test_who_lost_the_right_between_draft_and_send(house):
    await house.let_out()
    await roles.take(house.desk, house.anna.by, "agent", "webcare", by="page", at=house.at)
    assert (await house.looked()).reason == "no right"


@on_mastodon
async def test_who_lost_the_right_on_the_account_between_draft_and_send(house):
    await house.let_out()
    given = Given(account=house.account, person=house.anna.by)
    assert await account_rights.take(house.desk, given, by="page", at=house.at)
    answer = await house.looked()
    assert (answer.state, answer.reason, house.stage.written()) == (State.REFUSED, "no right", [])


@on_mastodon
async def test_who_approved_it_and_lost_the_right_before_it_went(house):
    await house.let_out()
    await roles.take(house.desk, house.bert.by, "lead", "webcare", by="page", at=house.at)
    assert (await house.looked()).reason == "no right"


@on_mastodon
async def test_who_drafted_it_may_lose_the_right_once_others_stand_for_it(house):
    await house.write()
    await house.approve()
    await house.send(who=house.bert)
    await roles.take(house.desk, house.anna.by, "agent", "webcare", by="page", at=house.at)
    assert (await house.looked()).state is State.SENT


@on_mastodon
async def test_who_left_between_draft_and_send(house):
    await house.let_out()
    await people.erase(house.desk, [house.anna.by], key=b"key", at=house.at)
    assert (await house.looked()).reason == "no right"


@on_mastodon
async def test_a_case_that_was_closed_meanwhile(house):
    await house.let_out()
    await close(house.desk, house.bert, house.case.id, Reason.SOLVED, saw=await house.saw(), at=house.at)
    assert (await house.looked()).reason == "case closed"
    assert house.stage.written() == []


@on_mastodon
@pytest.mark.parametrize("mark", [Mark.DRILL, Mark.HISTORY])
async def test_exercises_and_history_are_answered_nowhere(house, mark):
    await house.let_out()
    house.marks = (mark,)
    assert (await house.looked()).reason == "drill"
    assert house.stage.written() == []


@on_mastodon
async def test_an_author_who_is_being_erased_is_not_answered(house):
    await house.let_out()
    house.erased = {house.parent.author}
    assert (await house.looked()).reason == "gone"


@on_mastodon
async def test_an_author_who_was_erased_takes_the_answer_along(house):
    await house.let_out()
    async with house.desk.writing() as connection:
        await case_erasing.erase(connection, [], [house.parent.author], b"key")
    await house.sender.once()
    assert await answers.listed(house.desk) == []
    assert house.stage.written() == []


async def test_a_source_that_wants_to_be_left_alone_is(house):
    await house.let_out()
    house.stage.faults.answers = [house.stage.limit()] * 5
    answer = await house.looked()
    assert (answer.state, house.stage.written()) == (State.QUEUED, [])
    (waits,) = await publisher_turns.waiting(house.desk)
    assert waits.waits_until > house.at
    house.stage.faults.answers = []
    assert (await house.looked(later=timedelta(hours=1))).state is State.SENT


async def test_a_source_that_lets_us_in_no_more(house):
    await house.let_out()
    house.stage.turn_away()
    answer = await house.looked()
    assert (answer.state, house.stage.written()) == (State.QUEUED, [])
    assert answer.error


@on_mastodon
async def test_a_source_that_was_away_for_a_day(house):
    await house.let_out()
    house.stage.faults.answers = [Fault(503)] * 9
    await house.looked()
    answer = await house.looked(later=timedelta(hours=25))
    assert (answer.state, answer.reason) == (State.REFUSED, "too late")


@on_mastodon
@pytest.mark.parametrize(("done", "reason"), [([], "too late"), ([None], "unknown")])
async def test_an_answer_of_a_publisher_that_is_configured_no_more_waits_for_a_day(house, done, reason):
    house.stage.faults.done = [*done]
    await house.let_out()
    if done:
        await house.looked()
    house.name = "another"
    await house.worker().once()
    assert (await house.answer()).reason is None
    house.ahead += timedelta(hours=25)
    await house.worker().once()
    answer = await house.answer()
    assert (answer.state, answer.reason) == (State.REFUSED, reason)
    assert ("refused", "webcare") in await owed(house.desk)


@on_mastodon
async def test_what_breaks_off_is_asked_for_each_time_later(house):
    house.stage.faults.done = [None]
    await house.let_out()
    await house.looked()
    house.stage.faults.answers = [Fault(503)] * 9
    answer = await house.looked(later=LATER)
    assert answer.state is State.SENDING
    assert answer.due_at >= house.at + WAITS[1] - timedelta(minutes=1)
    house.stage.faults.answers = []
    assert (await house.looked(later=LATER)).state is State.SENT
    assert len(house.stage.written()) == 1


@in_messenger
async def test_a_source_that_will_not_say_whether_it_has_it_holds_up_no_other(house):
    house.stage.faults.done = [None]
    await house.let_out()
    await house.looked()
    house.stage.faults.answers = [Fault(400, body=b'{"error":{"message":"Invalid parameter","code":100}}')] * 9
    answer = await house.looked(later=LATER)
    assert (answer.state, await publisher_turns.waiting(house.desk)) == (State.SENDING, [await one_waits(house)])
    answer = await house.looked(later=timedelta(hours=25))
    assert (answer.state, answer.reason, len(house.stage.written())) == (State.REFUSED, "unknown", 1)


@in_messenger
async def test_of_what_may_stand_there_the_source_is_asked_once_more_before_it_is_let_out_again(house):
    house.stage.faults.done = [None]
    await house.let_out()
    await house.looked()
    house.stage.faults.answers = [Fault(400, body=b'{"error":{"message":"Invalid parameter","code":100}}')] * 9
    answer = await house.looked(later=timedelta(hours=25))
    assert answer.reason == "unknown"
    house.stage.faults.answers = []
    assert isinstance(await acts.again(house.desk, house.anna, answer, at=house.at), Done)
    assert ((await house.looked()).state, len(house.stage.written())) == (State.SENT, 1)


@in_messenger
async def test_what_may_stand_there_and_surely_does_not_can_be_let_out_again_after_it_was_asked_for(house):
    house.stage.faults.skip, house.stage.faults.answers = 1, [Fault(500)]
    await house.let_out()
    await house.looked()
    house.stage.faults.answers = [Fault(400, body=b'{"error":{"message":"Invalid parameter","code":100}}')] * 9
    answer = await house.looked(later=timedelta(hours=25))
    assert answer.reason == "unknown"
    house.stage.faults.answers = []
    await acts.again(house.desk, house.anna, answer, at=house.at)
    assert (await house.looked()).reason == "too late"


async def one_waits(house):
    """One answer waits at a source that is not left alone."""
    since = (await house.answer()).ready_at
    return publisher_turns.Waiting(publisher=house.name, answers=1, since=since)


@on_mastodon
async def test_a_source_is_left_alone_each_time_longer_until_it_answers(house):
    await house.let_out()
    waited = []
    for _ in range(3):
        house.stage.faults.answers = [Fault(503)] * 9
        await house.looked(later=timedelta(minutes=40))
        (waits,) = await publisher_turns.waiting(house.desk)
        waited.append(waits.waits_until - house.at)
    assert waited == sorted(waited)
    assert waited[2] > WAITS[2] - timedelta(minutes=1)


@on_mastodon
async def test_what_is_away_here_is_not_called_the_sources(house):
    await house.let_out()

    async def away(mention):
        raise Retry("the archive is away")

    house.looks = away
    with pytest.raises(Retry, match="the archive is away"):
        await house.worker().once()
    (waits,) = await publisher_turns.waiting(house.desk)
    assert (waits.waits_until, waits.error) == (None, None)


@on_mastodon
async def test_what_waits_for_its_source_is_hurried(house):
    await house.let_out()
    house.stage.faults.answers = [Fault(503)] * 9
    answer = await house.looked()
    house.stage.faults.answers = []
    assert await publisher_turns.hurry(house.desk, answer, soonest(answer, house.at))
    assert (await house.looked()).state is State.SENT
    assert not await publisher_turns.hurry(house.desk, answer, soonest(answer, house.at))


@on_mastodon
async def test_what_may_stand_there_is_hurried_once_its_source_surely_knows(house):
    house.stage.faults.done = [None]
    await house.let_out()
    due = (await house.looked()).due_at
    answer = await house.answer()
    assert not await publisher_turns.hurry(house.desk, answer, soonest(answer, house.at))
    assert (await house.answer()).due_at == due
    house.stage.faults.answers = [Fault(503)] * 9
    answer = await house.looked(later=LATER)
    house.stage.faults.answers = []
    assert await publisher_turns.hurry(house.desk, answer, soonest(answer, house.at))
    assert (await house.looked()).state is State.SENT


@on_mastodon
async def test_what_stood_there_before_the_clock_began_anew_does_not_stop_that(house):
    await house.let_out()
    async with house.desk.writing() as connection:
        case = await case_writing.locked(connection, house.case.id)
        later = case.since + timedelta(hours=2)
        asked = case_writing.Happening(kind=cases.Happened.REOPENED, detail=house.parent.id)
        case = await case_writing.happen(connection, case, asked, by="klankbord", at=later, since=later)
        stands = Published(id="mastodon:1/9", at=later - timedelta(hours=1))
        await settling.stands(connection, case, await under_way(connection, case.id), stands, later)
    assert ((await house.answer()).state, (await cases.get(house.desk, house.case.id)).answered_at) == (
        State.SENT,
        None,
    )


@on_mastodon
@pytest.mark.parametrize("opened", ["postgresql"], indirect=True)
async def test_a_mark_and_the_erasure_of_that_person_wait_for_one_another_and_never_both(house):
    async with house.desk.writing() as connection:
        case = await case_writing.locked(connection, house.case.id)
        claimed = case_writing.Happening(kind=cases.Happened.CLAIMED)
        await case_writing.happen(connection, case, claimed, by=house.anna.by, at=house.at, assignee=house.anna.by)
    async with house.desk.writing() as connection:
        await case_writing.locked(connection, house.case.id)
        erasing = asyncio.create_task(people.erase(house.desk, [house.anna.by], key=b"key", at=house.at))
        await waiting(house.desk, 1, but=erasing)
        one = {"person": house.anna.by, "topic": "", "answer": "1", "by": house.bert.by, "at": house.at}
        assert await trust.mark(connection, Told(kind=Kind.APPROVED, **one))
    assert await erasing == 1


@on_mastodon
async def test_of_two_workers_one_sends(house):
    await house.let_out()
    async with house.stage.open() as another:
        await asyncio.gather(house.sender.once(), house.worker(another).once())
    await house.stage.settled()
    assert ((await house.answer()).state, len(house.stage.written())) == (State.SENT, 1)


@on_mastodon
async def test_a_worker_that_lost_its_turn_sends_nothing(house):
    await house.let_out()
    looks = house.looks

    async def slept(mention):
        house.ahead += 2 * LEASE
        turn = publisher_turns.Turn(publisher=house.name, lease="another", until=house.at + LEASE)
        assert await publisher_turns.take(house.desk, turn, house.at)
        return await looks(mention)

    house.looks = slept
    await house.worker().once()
    assert ((await house.answer()).state, house.stage.written()) == (State.QUEUED, [])


@on_mastodon
async def test_an_answer_is_withdrawn_at_its_source_and_the_clock_runs_on(house):
    await house.let_out()
    answer = await house.looked()
    await acts.at_source(house.desk, house.anna, house.case.id, Deed.WITHDRAW, answer.mention, **house.told)
    answer = await house.looked()
    assert (answer.state, house.stage.written()) == (State.WITHDRAWN, [])
    assert (await cases.get(house.desk, house.case.id)).answered_at is None
    assert "unanswered" in await house.kinds()


@on_facebook
async def test_a_comment_is_hidden_at_its_source(house):
    await acts.at_source(house.desk, house.anna, house.case.id, Deed.HIDE, house.parent.id, **house.told)
    await house.sender.once()
    assert await publisher_turns.idle(house.desk, house.name, house.at + LATER)
    assert (await house.kinds())[-1] == "hidden"
    assert house.stage.player.hidden == {house.parent.id.partition(":")[2]}


@on_mastodon
async def test_approved_as_they_stood_in_a_row_answers_need_nobody_else_until_one_is_taken_away(house):
    house.four_eyes, house.topics = {"lifts_after": 2}, ("delay",)
    for text in ("Een.", "Twee."):
        await house.let_out(text)
        answer = await house.looked()
        assert answer.state is State.SENT
    await house.write("Drie.")
    assert isinstance(await house.send(), Done)
    assert (await house.looked()).state is State.SENT
    await acts.at_source(house.desk, house.bert, house.case.id, Deed.WITHDRAW, answer.mention, **house.told)
    await house.sender.once()
    await house.write("Vier.")
    assert (await house.send()).what is Why.NOT_APPROVED
    assert kinds(await trust.of_person(house.desk, house.anna.by)) == ["approved", "approved", "deleted"]


@on_mastodon
async def test_withdrawn_at_its_source_it_counts_against_who_began_it(house):
    await house.write("Een.")
    await house.write("Anders.", who=house.bert, version=1)
    await house.approve(who=house.anna, version=2)
    await house.send(version=2)
    answer = await house.looked()
    await acts.at_source(house.desk, house.bert, house.case.id, Deed.WITHDRAW, answer.mention, **house.told)
    await house.looked()
    assert kinds(await trust.of_person(house.desk, house.anna.by)) == ["changed", "deleted"]
    assert kinds(await trust.of_person(house.desk, house.bert.by)) == []


@on_mastodon
async def test_trust_that_ended_between_draft_and_send(house):
    house.four_eyes = {"lifts_after": 1}
    await house.let_out("Een.")
    await house.looked()
    await house.write("Twee.")
    await house.send()
    assert isinstance(await thanking.complain(house.desk, lead(house.bert), house.case.id, at=house.at), Done)
    answer = await house.looked()
    assert (answer.state, answer.reason, len(house.stage.written())) == (State.REFUSED, "not approved", 1)


@on_mastodon
async def test_what_somebody_else_changed_before_counts_against_who_began_it(house):
    await house.write("Een.")
    await house.write("Anders.", who=house.bert, version=1)
    await house.approve(who=house.anna, version=2)
    await house.send(version=2)
    assert (await house.looked()).state is State.SENT
    assert kinds(await trust.of_person(house.desk, house.anna.by)) == ["changed"]
    assert kinds(await trust.of_person(house.desk, house.bert.by)) == []


@on_mastodon
async def test_that_it_was_wrong_says_whoever_leads_and_thanks_anybody_but_who_wrote_it(house):
    house.topics = ("delay",)
    await claim(house.desk, house.bert, house.case.id, saw=await house.saw(), at=house.at)
    await house.let_out()
    answer = await house.looked()
    said = [
        await act(house.desk, who, house.case.id, at=house.at)
        for act, who in (
            (thanking.put_right, house.anna), (thanking.thank, house.anna), (thanking.thank, house.bert), (thanking.put_right, lead(house.bert)),
        )
    ]  # fmt: skip
    assert [one.what if isinstance(one, Refused) else "done" for one in said] == [
        Why.FORBIDDEN, Why.NO_ANSWER, "done", "done",
    ]  # fmt: skip
    marks = await trust.of_person(house.desk, house.anna.by)
    assert kinds(marks) == ["approved", "corrected", "thanked"]
    assert {(one.topic, one.answer) for one in marks} == {("delay", answer.id)}


@on_mastodon
async def test_a_statement_of_a_crisis_that_is_withdrawn_at_its_source_counts_against_nobody(house):
    await house.let_out()
    answer = await house.looked()
    async with house.desk.writing() as connection:
        await answer_writing.put(connection, answer, crisis="c")
    await acts.at_source(house.desk, house.bert, house.case.id, Deed.WITHDRAW, answer.mention, **house.told)
    assert (await house.looked()).state is State.WITHDRAWN
    assert "deleted" not in kinds(await trust.of_person(house.desk, house.anna.by))


def kinds(marks):
    return sorted(one.kind.value for one in marks)


def lead(who):
    return agent(who.person, role="lead")


@on_mastodon
async def test_a_second_answer_with_the_same_words_is_another(house):
    await house.let_out()
    first = await house.looked()
    house.stage.faults.done = [None]
    await house.let_out(TEXT)
    await house.looked()
    second = await house.looked(later=LATER)
    assert second.mention != first.mention
    assert len(house.stage.written()) == 2


@in_messenger
async def test_the_same_words_to_that_author_in_another_case_are_another_answer(house):
    await house.let_out()
    first = await house.looked()
    house.parent = house.stage.parent("en nu valt hij uit")
    house.case = await house.opened(house.parent)
    house.stage.faults.answers = [Fault(500)]
    await house.let_out(TEXT)
    assert (await house.looked()).state is State.SENDING
    second = await house.looked(later=LATER)
    assert second.mention != first.mention
    assert len(house.stage.written()) == 2
