"""What the worker makes of what is asked of messages at their source, whatever stands in its way."""

from datetime import timedelta

import pytest

from desk.answering import acts
from desk.cases.acting import Done
from desk.store import account_rights, answer_writing, cases, deeds, publisher_turns
from desk.store.account_rights import Given
from desk.store.answer_writing import Deed
from desk.store.answers import State
from klankbord.player.faults import Refusal as Fault
from tests.desk.answers.book import TEXT
from tests.desk.cases.book import owed

on_facebook = pytest.mark.parametrize("stage", ["facebook"], indirect=True)
on_mastodon = pytest.mark.parametrize("stage", ["mastodon"], indirect=True)
NO = Fault(400, body=b'{"error":{"message":"(#100) no","code":100}}')


async def ask(house, deed, mention, **told):
    return await acts.at_source(house.desk, house.anna, house.case.id, deed, mention, **house.told | told)


async def hide(house):
    await ask(house, Deed.HIDE, house.parent.id)


async def failed(house):
    """What is open or came to nothing: (kind, whether it is tried again, why)."""
    return [
        (one.kind, one.due_at is not None, one.error) for one in await deeds.unsettled(house.desk, case=house.case.id)
    ]


@on_mastodon
async def test_an_answer_is_withdrawn_by_the_account_that_gave_it_whatever_the_form_says(house):
    await house.let_out()
    answer = await house.looked()
    await ask(house, Deed.WITHDRAW, answer.mention, publisher="another")
    assert (await house.kinds())[-1] == "unpublished"
    assert (await house.looked()).state is State.WITHDRAWN


@on_mastodon
async def test_who_may_not_answer_on_that_account_withdraws_nothing(house):
    await house.let_out()
    answer = await house.looked()
    await account_rights.take(house.desk, Given(account=house.account, person=house.anna.by), by="page", at=house.at)
    assert (await ask(house, Deed.WITHDRAW, answer.mention)).what is acts.Why.FORBIDDEN


@on_facebook
async def test_what_the_source_refuses_is_told_and_shown(house):
    house.stage.remove(house.parent)
    await hide(house)
    await house.sender.once()
    *_, last = await cases.events(house.desk, house.case.id)
    assert (last.kind, last.detail) == (cases.Happened.NOT_DONE, "hide gone")
    assert ("not_done", "webcare") in await owed(house.desk)
    assert [one[:2] for one in await failed(house)] == [("hide", False)]


@on_facebook
async def test_what_was_asked_again_and_done_is_shown_no_more(house):
    house.stage.faults.answers = [NO]
    await hide(house)
    await house.sender.once()
    assert len(await failed(house)) == 1
    house.ahead += timedelta(minutes=1)
    await hide(house)
    await house.sender.once()
    assert await failed(house) == []


@on_facebook
async def test_who_lost_the_right_before_it_was_done(house):
    await hide(house)
    await account_rights.take(house.desk, Given(account=house.account, person=house.anna.by), by="page", at=house.at)
    await house.sender.once()
    assert (await failed(house), house.stage.player.hidden) == ([("hide", False, "no right")], set())


@on_facebook
async def test_an_author_who_is_being_erased_is_left_alone(house):
    await hide(house)
    house.erased = {house.parent.author}
    await house.sender.once()
    assert (await failed(house), house.stage.player.hidden) == ([("hide", False, "gone")], set())


@on_facebook
async def test_a_source_that_takes_no_more_is_left_alone_and_a_day_later_it_is_not_done(house):
    house.stage.faults.answers = [house.stage.limit()] * 5
    await hide(house)
    await house.sender.once()
    (waits,) = await publisher_turns.waiting(house.desk)
    assert waits.waits_until > house.at
    assert [one[:2] for one in await failed(house)] == [("hide", True)]
    house.ahead += timedelta(hours=25)
    await house.sender.once()
    assert await failed(house) == [("hide", False, "too late")]


async def copied(house):
    """An answer that stands there twice; its copy is not taken away yet."""
    await house.let_out()
    answer = await house.looked()
    copy = house.stage.player.said("1048", TEXT, beneath=house.parent.id.partition(":")[2])
    await stand(house, f"facebook:{copy}")
    return answer


async def stand(house, *copies):
    """These stand there too much."""
    async with house.desk.writing() as connection:
        await answer_writing.put(connection, await house.answer(), copies=copies, due_at=house.at)


@on_facebook
async def test_an_answer_is_withdrawn_with_what_stands_there_too_much(house):
    answer = await copied(house)
    before = len(house.stage.written())
    await ask(house, Deed.WITHDRAW, answer.mention)
    answer = await house.looked()
    assert (answer.state, answer.copies, answer.due_at) == (State.WITHDRAWN, (), None)
    assert len(house.stage.written()) == before - 2
    assert await publisher_turns.idle(house.desk, house.name, house.at)


@on_facebook
async def test_what_stands_there_too_much_waits_for_its_source(house):
    await copied(house)
    house.stage.faults.answers = [Fault(503)] * 9
    answer = await house.looked()
    assert (answer.state, len(answer.copies)) == (State.SENT, 1)
    assert answer.error
    assert answer.due_at > house.at


@on_facebook
async def test_what_is_left_there_too_much_is_withdrawn_by_itself(house):
    answer = await copied(house)
    (copy,) = (await house.answer()).copies
    await ask(house, Deed.WITHDRAW, answer.mention)
    house.stage.faults.skip, house.stage.faults.answers = 1, [NO]
    answer = await house.looked()
    assert len(answer.copies) + (answer.state is State.SENT) == 1
    left = answer.copies[0] if answer.copies else answer.mention
    house.ahead += timedelta(minutes=1)
    assert isinstance(await ask(house, Deed.WITHDRAW, left), Done)
    answer = await house.looked()
    assert (answer.state, answer.copies) == (State.WITHDRAWN, ())
    assert copy.partition(":")[2] not in house.stage.player.comments


@on_facebook
async def test_what_stands_there_too_much_is_taken_away_after_all_where_the_answer_stays(house):
    answer = await copied(house)
    await ask(house, Deed.WITHDRAW, answer.mention)
    await account_rights.take(house.desk, Given(account=house.account, person=house.anna.by), by="page", at=house.at)
    await house.looked()
    answer = await house.looked()
    assert (answer.state, answer.copies, len(house.stage.written())) == (State.SENT, (), 1)


@on_facebook
async def test_a_copy_that_the_source_keeps_is_told_and_holds_up_no_other(house):
    await copied(house)
    (copy,) = (await house.answer()).copies
    await stand(house, "facebook:m_1", copy)
    answer = await house.looked()
    assert (answer.copies, answer.due_at, len(house.stage.written())) == (("facebook:m_1",), None, 1)
    *_, last = await cases.events(house.desk, house.case.id)
    assert (last.kind, last.detail) == (cases.Happened.NOT_DONE, "delete not allowed")
    assert ("not_done", "webcare") in await owed(house.desk)
