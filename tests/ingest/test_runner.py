"""The listening loop: what is durable when, and what happens when something fails in between."""

import asyncio

import pytest

from core.codec import MOST_PAYLOAD
from core.errors import Reject, Retry, Stop
from core.ports import Batch
from core.telemetry import Count, DropReason, Gauge
from core.types import DeadLetter, Failure, Mark, Scope
from ingest._runner import MOST_UNWRITTEN
from tests.ingest.hearing import MORNING, Dialled, Scripted, deletion, hearing, mention


@pytest.fixture
async def heard(tmp_path):
    async with hearing(tmp_path) as heard:
        yield heard


async def ids(heard):
    return [message.id for message in await heard.mentions()]


async def test_a_batch_is_published_remembered_and_confirmed(heard):
    connector = Scripted(Batch(mentions=(mention(1), mention(2)), cursor="2", since=MORNING))
    await heard.run(connector)
    (coverage,) = await heard.coverage()
    assert await ids(heard) == ["test:1", "test:2"]
    assert (coverage.cursor_to, coverage.seen, coverage.kept, coverage.since) == ("2", 2, 2, MORNING)
    assert len(connector.confirmed) == 1


async def test_it_goes_on_from_the_stored_cursor(heard):
    await heard.run(Scripted(Batch(mentions=(mention(1),), cursor="1")))
    later = Scripted(Batch(mentions=(mention(2),), cursor="2"))
    await heard.run(later)
    assert later.asked == ["1"]
    assert [coverage.cursor_from for coverage in await heard.coverage()] == [None, "1"]


async def test_records_are_keyed_by_what_they_are_about(heard):
    gone = (deletion("test:1"), deletion("test:anna", Scope.AUTHOR))
    await heard.run(Scripted(Batch(mentions=(mention(1),)), Batch(deletions=gone)))
    assert [record.key for record in await heard.log.after("mentions", 0, 9)] == ["test:1", "test:1", "test:anna"]


async def test_streams_that_come_later_are_read_as_well(heard):
    class Growing(Scripted):
        def streams(self):
            return ["one", "two"] if self.asked else ["one"]

        async def batches(self, stream, cursor):
            self.asked.append(stream)
            while "two" not in self.asked:
                yield Batch()
                await asyncio.sleep(0.001)

    connector = Growing()
    await heard.run(connector)
    assert connector.asked == ["one", "two"]


CRASHES = {
    "before the append": {"append": [Retry("disk busy")]},
    "between append and dead letters": {"append": [None, Retry("disk busy")]},
    "between append and cursor": {"remember": [Retry("disk busy")]},
    "something unexpected": {"remember": [ZeroDivisionError("by zero")]},
}


@pytest.mark.parametrize("crash", CRASHES)
async def test_a_failure_anywhere_publishes_the_batch_again_and_loses_nothing(heard, crash):
    batch = Batch(mentions=(mention(1),), failed=(Failure("not JSON", "x", b"{"),), cursor="1")
    connector = Scripted(batch)
    await heard.run(connector, log=Dialled(heard.log, **CRASHES[crash]))
    assert set(await ids(heard)) == {"test:1"}
    assert await heard.dead()
    assert await heard.log.cursor("test", "one") == "1"
    assert connector.asked == [None, None]


async def test_what_fails_is_told_once_with_class_and_message(heard):
    await heard.run(Scripted(KeyError("teaspoon"), KeyError("teaspoon"), Batch(mentions=(mention(1),))))
    assert heard.said[0].startswith("test/one is away, trying again: unexpected KeyError in ")
    assert "teaspoon" not in heard.said[0]  # the words of an error may be a message's
    assert heard.said[1:] == ["test/one is back"]
    assert heard.count(Count.RETRIED, "ingest", "test") == 2


async def test_the_disk_being_full_stops_with_a_sentence_and_keeps_the_cursor(heard):
    connector = Scripted(Batch(mentions=(mention(1),), cursor="1"))
    with pytest.raises(Stop, match="the disk is full"):
        await heard.run(connector, log=Dialled(heard.log, append=[Stop("the disk is full")]))
    assert await heard.log.cursor("test", "one") is None
    assert connector.confirmed == []


async def test_a_stream_that_needs_a_person_ends_and_the_others_go_on(heard):
    class Two(Scripted):
        async def batches(self, stream, cursor):
            if stream == "refused":
                raise Stop("the token was refused")
            yield Batch(mentions=(mention(1),))
            await asyncio.sleep(0.01)
            yield Batch(mentions=(mention(2),))

    with pytest.raises(Stop, match="the token was refused"):
        await heard.run(Two(streams=("refused", "fine")))
    assert await ids(heard) == ["test:1", "test:2"]
    assert heard.said == ["test/refused ends: the token was refused"]


async def test_the_time_away_is_a_gap_where_there_is_no_cursor_to_go_on_from(heard):
    steps = (Batch(mentions=(mention(1),)), Retry("gone fishing"), Batch(mentions=(mention(2),)))
    await heard.run(Scripted(*steps))
    assert [coverage.gap for coverage in await heard.coverage()] == [None, "gone fishing", None]


async def test_the_time_away_is_no_gap_where_the_connector_goes_on_from_its_cursor(heard):
    steps = (Batch(mentions=(mention(1),), cursor="1"), Retry("away"), Batch(mentions=(mention(2),), cursor="2"))
    connector = Scripted(*steps)
    await heard.run(connector)
    assert connector.asked == [None, "1"]
    assert [coverage.gap for coverage in await heard.coverage()] == [None, None]


async def test_a_gap_that_the_connector_tells_is_recorded(heard):
    await heard.run(Scripted(Batch(since=MORNING, until=MORNING, gap="the cursor expired", cursor="9")))
    assert [(c.gap, c.cursor_to) for c in await heard.coverage()] == [("the cursor expired", "9")]


async def test_quiet_batches_write_no_record_each_and_the_last_cursor_at_the_end(heard):
    await heard.run(Scripted(*(Batch(cursor=str(number)) for number in range(50))))
    assert [coverage.cursor_to for coverage in await heard.coverage()] == ["0", "49"]


async def test_much_that_is_dropped_writes_the_cursor_earlier(tmp_path):
    half = tuple(mention(number) for number in range(MOST_UNWRITTEN // 2))
    async with hearing(tmp_path, wanted=lambda _: False) as heard:
        await heard.run(Scripted(*(Batch(mentions=half, cursor=str(number)) for number in range(4))))
        assert [c.seen for c in await heard.coverage()] == [len(half), 2 * len(half), len(half)]


async def test_a_heartbeat_is_an_answer_and_no_message(heard):
    await heard.run(Scripted(Batch()))
    assert heard.count(Gauge.ANSWERED, "test") > 0
    assert heard.count(Gauge.LAST_SEEN, "test") == 0
    await heard.run(Scripted(Batch(mentions=(mention(1),))))
    assert heard.count(Gauge.LAST_SEEN, "test") > 0


async def test_what_came_is_counted(tmp_path):
    async with hearing(tmp_path, wanted=lambda m: m.id != "test:2") as heard:
        failed = (Failure("not JSON", "x", b"{"),)
        await heard.run(Scripted(Batch(mentions=(mention(1), mention(2)), failed=failed)))
        assert heard.count(Count.SEEN, "test") == 2
        assert heard.count(Count.KEPT, "test") == 1
        assert heard.count(Count.DROPPED, "ingest", "test", DropReason.NO_MONITOR) == 1
        assert heard.count(Count.DEAD, "ingest", "not JSON") == 1


async def test_ten_megabytes_become_a_dead_letter_of_64_kilobytes_with_size_and_hash(heard):
    await heard.run(Scripted(Batch(mentions=(mention(1, "x" * 10_000_000), mention(2)))))
    (letter,) = await heard.dead()
    assert isinstance(letter, DeadLetter)
    assert (letter.origin, letter.stage, letter.error) == ("test/one", "ingest", "text too long")
    assert len(letter.payload) == MOST_PAYLOAD < 10_000_000 < letter.size
    assert await ids(heard) == ["test:2"]


async def test_a_failure_whose_words_are_no_text_is_set_aside_all_the_same(heard):
    await heard.run(Scripted(Batch(failed=(Failure("not JSON", "half \ud83d", b"x", "\udc80"),))))
    assert [letter.detail for letter in await heard.dead()] == ["half \\ud83d"]


async def test_history_stays_marked(heard):
    await heard.run(Scripted(Batch(mentions=(mention(1, marks=(Mark.HISTORY,)),))))
    assert [message.marks for message in await heard.mentions()] == [(Mark.HISTORY,)]


async def test_kept_mentions_are_looked_up_in_one_go_before_they_are_published(tmp_path):
    class Knowing(Scripted):
        looked_up = ()

        async def lookup(self, mentions):
            self.looked_up = [m.id for m in mentions]
            return [mention(int(m.id[5:]), m.text, language="nl") for m in mentions]

    async with hearing(tmp_path, wanted=lambda m: m.id != "test:2") as heard:
        connector = Knowing(Batch(mentions=(mention(1), mention(2))))
        await heard.run(connector)
        assert connector.looked_up == ["test:1"]
        assert [message.language for message in await heard.mentions()] == ["nl"]


async def test_stopping_confirms_what_is_durable_and_closes_the_connector(heard):
    class Endless(Scripted):
        closed, resumed = False, asyncio.Event()

        async def batches(self, stream, cursor):
            try:
                yield Batch(mentions=(mention(1),), cursor="1")
                self.resumed.set()
                await asyncio.sleep(60)
            finally:
                self.closed = True

    connector = Endless()
    running = asyncio.create_task(heard.run(connector))
    await connector.resumed.wait()
    heard.stop.set()
    await running
    assert connector.closed
    assert await heard.log.cursor("test", "one") == "1"


async def test_stopping_does_not_wait_for_a_back_off(heard):
    class Tomorrow(Scripted):
        async def batches(self, stream, cursor):
            asyncio.get_running_loop().call_later(0.01, heard.stop.set)
            raise Retry("come back tomorrow", after=86_400)
            yield Batch()

    async with asyncio.timeout(30):
        await heard.run(Tomorrow())
    assert len(heard.said) == 1


async def test_a_reject_that_a_connector_lets_escape_is_no_silent_loss(heard):
    await heard.run(Scripted(Reject("cannot be", reason="odd"), Batch(mentions=(mention(1),))))
    assert "unexpected Reject: cannot be" in heard.said[0]
    assert await ids(heard) == ["test:1"]
