"""What every publisher keeps, at every source; tests/publish/test_conformance.py runs it."""

import asyncio
import contextlib
import logging

import pytest

from core.errors import Denied, Reject, Retry, Unsure
from core.types import Refusal
from klankbord.player.faults import Refusal as Answer
from tests.publish.stages import TOLD, reply

SAID = "Wat vervelend! We zoeken het uit: https://noorderlijn.example/storing"


class PublisherConformance:
    """Of each stage: `stage` has its server, `publisher` is open for it."""

    async def test_it_stands_there_once_it_is_sent(self, stage, publisher):
        answer = reply(stage.parent())
        published = await publisher.send(answer)
        assert len(stage.written()) == 1
        assert stage.written()[0].endswith(SAID)
        assert await publisher.find(answer) is not None
        assert (await publisher.find(answer)).id == published.id

    async def test_it_says_whose_answers_they_are(self, stage, publisher):
        assert publisher.account.partition("@")[0] == stage.settings()["account"]

    async def test_there_is_nothing_to_find_before(self, stage, publisher):
        assert await publisher.find(reply(stage.parent())) is None

    async def test_sent_and_lost_it_is_found(self, stage, publisher):
        """It is taken in, and the connection breaks before that is said."""
        answer = reply(stage.parent())
        stage.faults.done.append(None)
        published = await sent(publisher, answer)
        assert len(stage.written()) == 1
        assert published == await publisher.find(answer)

    async def test_sent_and_never_answered_it_is_found(self, stage, publisher):
        answer = reply(stage.parent())
        async with stage.open(patience="5s") as hasty:
            await hasty.meet()
            stage.faults.mute = 1
            with contextlib.suppress(Unsure):
                await hasty.send(answer)
        assert await publisher.find(answer)
        assert len(stage.written()) == 1

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    async def test_sent_and_answered_with_a_fault_it_is_found(self, stage, publisher, status):
        answer = reply(stage.parent())
        stage.faults.done.append(Answer(status))
        assert await sent(publisher, answer)
        assert len(stage.written()) == 1

    async def test_half_an_answer_is_no_answer(self, stage, publisher):
        answer = reply(stage.parent())
        stage.faults.done.append(Answer(200, body=b'{"id": "17'))
        assert await sent(publisher, answer)
        assert len(stage.written()) == 1

    async def test_what_comes_twice_stands_there_once_or_is_told(self, stage, publisher):
        answer = reply(stage.parent())
        stage.faults.twice = 1
        published = await sent(publisher, answer)
        found = await publisher.find(answer)
        assert published.id in {found.id, *found.copies}
        assert len(stage.written()) == 1 + len(found.copies) == (1 if stage.once_by_itself else 2)

    async def test_what_nobody_took_in_is_not_there(self, stage, publisher):
        await publisher.meet()
        answer = reply(stage.parent())
        stage.faults.answers.append(stage.limit())
        with pytest.raises(Retry) as caught:
            await publisher.send(answer)
        assert 0 < caught.value.after <= 60
        assert (stage.written(), await publisher.find(answer)) == ([], None)

    async def test_a_source_that_is_away_is_a_matter_of_waiting(self, stage, publisher):
        answer = reply(stage.parent())
        stage.player.faults.answers += [Answer(503)] * 3
        with pytest.raises(Retry):
            await publisher.find(answer)

    async def test_anothers_answer_is_not_taken_for_ours(self, stage, publisher):
        parent = stage.parent()
        stage.other_says(parent, SAID)
        assert await publisher.find(reply(parent)) is None

    async def test_the_same_words_to_two_people_are_two_answers(self, stage, publisher):
        one, other = reply(stage.parent("te laat"), seed=1), reply(stage.parent("en vol ook"), seed=2)
        first = await publisher.send(one)
        if not stage.one_conversation:
            assert await publisher.find(other) is None
        second = await publisher.send(other)
        assert first.id != second.id
        assert len(stage.written()) == 2

    async def test_the_same_words_twice_to_one_person_are_two_answers_where_the_source_lets_them(
        self, stage, publisher
    ):
        parent = stage.parent()
        first = await publisher.send(reply(parent, seed=1))
        other = reply(parent, seed=2, taken=(first.id,))
        assert await publisher.find(other) is None
        if stage.repeats:
            second = await publisher.send(other)
            assert (first.id != second.id, len(stage.written())) == (True, 2)
            return
        with pytest.raises(Reject) as caught:
            await publisher.send(other)
        assert (caught.value.reason, len(stage.written())) == (Refusal.REPEATED, 1)

    async def test_what_was_answered_is_gone(self, stage, publisher):
        answer = reply(stage.parent())
        stage.remove(answer.parent)
        with pytest.raises(Reject) as caught:
            await publisher.send(answer)
        assert (caught.value.reason, stage.written()) == (Refusal.GONE, [])
        assert await publisher.find(answer) is None

    async def test_what_is_too_long_does_not_go_out(self, stage, publisher):
        parent = stage.parent()
        await publisher.meet()
        most = publisher.most(parent)
        text = "a" * (most - publisher.length("", parent))
        asked = len(stage.player.requests)
        with pytest.raises(Reject) as caught:
            await publisher.send(reply(parent, text + "a"))
        assert caught.value.reason == Refusal.LONG
        assert str(most) in str(caught.value)
        assert len(stage.player.requests) == asked
        assert await publisher.send(reply(parent, text))

    async def test_no_words_are_no_answer(self, stage, publisher):
        with pytest.raises(Reject):
            await publisher.send(reply(stage.parent(), " \n"))
        assert stage.written() == []

    async def test_whom_the_source_does_not_know_it_lets_not_in(self, stage, publisher):
        answer = reply(stage.parent())
        stage.turn_away()
        with pytest.raises(Denied):
            await publisher.send(answer)
        assert stage.written() == []

    async def test_a_token_of_another_account_is_refused(self, stage):
        async with stage.open(account="777") as publisher:
            with pytest.raises(Denied):
                await publisher.send(reply(stage.parent()))
        assert stage.written() == []

    async def test_an_answer_can_be_withdrawn_and_again(self, stage, publisher):
        answer = reply(stage.parent())
        published = await publisher.send(answer)
        if not stage.withdraws:
            with pytest.raises(Reject):
                await publisher.delete(published.id)
            assert len(stage.written()) == 1
            return
        await publisher.delete(published.id)
        await publisher.delete(published.id)
        assert stage.written() == []
        assert await publisher.find(answer) is None

    async def test_a_message_of_another_source_is_none_of_its(self, stage, publisher):
        for mention in ("elsewhere:17", f"{stage.parent().id.partition(':')[0]}:../17?", "17"):
            with pytest.raises(Reject) as caught:
                await publisher.delete(mention)
            assert caught.value.reason == Refusal.FORBIDDEN

    async def test_it_is_met_by_its_name(self, publisher):
        assert (await publisher.meet()).startswith("noorderlijn")

    @pytest.mark.parametrize(
        "nonsense", [b"[]", b"{}", b'"x"', b"null", b'{"data": 17}', b'{"id": [1]}', b'[{"id": "1"}]']
    )
    async def test_nonsense_is_no_answer_whatever_it_answers(self, stage, nonsense):
        """At each request in turn: what it means is told as any failing is, and the answer stands there once in the end."""
        for turn in range(6):
            answer = reply(stage.parent(), f"Wat vervelend, nummer {turn}.", seed=turn)
            async with stage.open() as publisher:
                stage.faults.skip = turn
                stage.faults.answers.append(Answer(200, body=nonsense))
                with contextlib.suppress(Retry, Reject, Unsure):
                    await publisher.send(answer)
                stage.faults.answers.clear()
                stage.faults.skip = 0
                if not await publisher.find(answer):
                    await publisher.send(answer)
            assert sum(answer.text in text for text in stage.written()) == 1

    async def test_no_secret_is_ever_said(self, stage, caplog):
        """By a source that says back all it was told, in every way of failing, in any log at any level."""
        caplog.set_level(logging.DEBUG)
        told = []
        back = b'{"error":"' + " ".join(stage.secrets()).encode() + b'"}'
        for status in (400, 401, 403, 404, 409, 422, 429, 500, 302):
            async with stage.open() as publisher:
                stage.faults.answers.append(Answer(status, body=back))
                told.append(repr(publisher))
                with pytest.raises((Retry, Reject, Unsure)) as caught:
                    await publisher.send(reply(stage.parent()))
                told += [str(caught.value), repr(caught.value), repr(caught.value.__cause__)]
        told += [repr(stage.module.Settings(**stage.settings())), caplog.text, *TOLD]
        assert [secret for secret in stage.secrets() if any(secret in one for one in told)] == []


async def sent(publisher, answer):
    """As whoever calls it does: where nobody knows, the source is asked first, until the answer stands there."""
    for _ in range(5):
        try:
            return await publisher.send(answer)
        except Unsure:
            await asyncio.sleep(0)
        if found := await publisher.find(answer):
            return found
    raise AssertionError("it never came to stand there")
