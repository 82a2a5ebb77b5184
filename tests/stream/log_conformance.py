"""What every log must do. A log's test class inherits LogConformance and gives the fixture `place`: each call opens
the same, at first empty, log once more, as another process would.

Where the order matters all records have one key: more is not promised by every engine.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import pytest

from core import codec, time
from core.ports import Log, Reader, Record
from core.types import Coverage

Place = Callable[[], AbstractAsyncContextManager[Log]]
LONG = 60.0
TICK = 0.005


def entries(*texts: str, key: str = "k") -> list[tuple[str, bytes]]:
    return [(key, text.encode()) for text in texts]


def texts(records: Sequence[Record]) -> list[str]:
    return [record.value.decode() for record in records]


async def read_out(reader: Reader) -> list[Record]:
    found: list[Record] = []
    while records := await reader.read(50, 0):
        found += records
    return found


async def lag(log: Log, group: str) -> int:
    return next(row.lag for row in await log.state() if row.group == group)


class LogConformance:
    @pytest.fixture
    def place(self) -> Place:
        raise NotImplementedError

    @pytest.fixture
    async def log(self, place: Place) -> AsyncIterator[Log]:
        async with place() as log:
            yield log

    # --- append and read ---

    async def test_what_was_appended_is_read_in_order(self, log: Log) -> None:
        await log.append("t", entries("a", "b"))
        await log.append("t", entries("c"))
        async with log.reader("t", "g") as reader:
            assert texts(await reader.read(10, LONG)) == ["a", "b", "c"]

    async def test_offsets_grow_and_the_last_one_is_returned(self, log: Log) -> None:
        first = await log.append("t", entries("a", "b"))
        second = await log.append("t", entries("c"))
        offsets = [record.offset for record in await log.after("t", 0, 10)]
        assert offsets == sorted(set(offsets))
        assert (offsets[1], offsets[2]) == (first, second)

    async def test_a_value_may_be_any_bytes(self, log: Log) -> None:
        value = bytes(range(256)) * 10
        await log.append("t", [("sleutel:é/\x00\u2028😀", value)])
        (record,) = await log.tail("t", 1)
        assert (record.key, record.value) == ("sleutel:é/\x00\u2028😀", value)

    async def test_a_large_value_passes(self, log: Log) -> None:
        value = b"x" * 600_000
        await log.append("t", [("k", value), ("k", b"small"), ("k", value)])
        assert [record.value for record in await log.after("t", 0, 10)] == [value, b"small", value]

    async def test_nothing_appended_changes_nothing(self, log: Log) -> None:
        last = await log.append("t", entries("a"))
        assert await log.append("t", []) == last
        assert len(await log.tail("t", 10)) == 1

    async def test_topics_do_not_mix(self, log: Log) -> None:
        await log.append("t", entries("a"))
        await log.append("replay.archive", entries("b"))
        assert texts(await log.tail("replay.archive", 10)) == ["b"]

    async def test_appends_at_the_same_time_all_get_in_whole(self, log: Log) -> None:
        await asyncio.gather(*(log.append("t", entries(f"{n}a", f"{n}b")) for n in range(50)))
        found = texts(await log.after("t", 0, 1000))
        assert sorted(found) == sorted(f"{n}{part}" for n in range(50) for part in "ab")
        assert all(found[found.index(f"{n}a") + 1] == f"{n}b" for n in range(50))

    async def test_a_read_gives_no_more_than_asked(self, log: Log) -> None:
        await log.append("t", entries(*map(str, range(1200))))
        async with log.reader("t", "g") as reader:
            parts = [texts(await reader.read(500, LONG)) for _ in range(3)]
        assert [len(part) for part in parts] == [500, 500, 200]
        assert [text for part in parts for text in part] == list(map(str, range(1200)))

    async def test_a_record_knows_when_it_was_appended(self, log: Log) -> None:
        before = time.milliseconds(time.now())
        await log.append("t", entries("a"))
        (record,) = await log.tail("t", 1)
        assert before <= record.at <= time.milliseconds(time.now())

    async def test_what_was_confirmed_is_there_when_opened_again(self, place: Place) -> None:
        async with place() as log:
            await log.append("t", entries("a", "b"))
        async with place() as log:
            assert texts(await log.tail("t", 10)) == ["a", "b"]

    # --- waiting ---

    async def test_a_waiting_reader_wakes_when_something_is_appended(self, log: Log) -> None:
        async with log.reader("t", "g") as reader:
            waiting = asyncio.create_task(reader.read(10, LONG))
            await asyncio.sleep(TICK)
            await log.append("t", entries("a"))
            assert texts(await waiting) == ["a"]

    async def test_a_waiting_reader_notices_what_another_client_appends(self, place: Place, log: Log) -> None:
        async with log.reader("t", "g") as reader, place() as other:
            waiting = asyncio.create_task(reader.read(10, LONG))
            await asyncio.sleep(TICK)
            await other.append("t", entries("a"))
            assert texts(await waiting) == ["a"]

    async def test_a_reader_that_waits_in_vain_gets_nothing(self, log: Log) -> None:
        async with log.reader("t", "g") as reader:
            assert list(await reader.read(10, TICK)) == []

    # --- groups and commits ---

    async def test_groups_read_independently(self, log: Log) -> None:
        await log.append("t", entries("a"))
        async with log.reader("t", "one") as one, log.reader("t", "two") as two:
            assert texts(await one.read(10, LONG)) == texts(await two.read(10, LONG)) == ["a"]

    async def test_reading_goes_on_after_the_last_commit(self, place: Place) -> None:
        async with place() as log, log.reader("t", "g") as reader:
            await log.append("t", entries("a", "b", "c"))
            found = await reader.read(10, LONG)
            await reader.commit(found[1].offset)
        async with place() as log, log.reader("t", "g") as reader:
            assert texts(await reader.read(10, LONG)) == ["c"]

    async def test_what_was_read_and_not_committed_is_read_again(self, log: Log) -> None:
        await log.append("t", entries("a"))
        for _ in range(2):
            async with log.reader("t", "g") as reader:
                assert texts(await reader.read(10, LONG)) == ["a"]

    async def test_a_commit_takes_all_that_was_given_up_to_it(self, place: Place) -> None:
        all_ = [(f"k{n % 20}", str(n).encode()) for n in range(100)]
        async with place() as log, log.reader("t", "g") as reader:
            for start in range(0, 100, 20):
                await log.append("t", all_[start : start + 20])
            given: list[Record] = []
            while len(given) < 50:
                given += await reader.read(7, LONG)
            await reader.commit(given[30].offset)
        async with place() as log, log.reader("t", "g") as reader:
            again = await read_out(reader)
        assert sorted(texts(given[:31]) + texts(again)) == sorted(value.decode() for _, value in all_)

    async def test_what_has_one_key_stays_in_order_among_others(self, log: Log) -> None:
        for start in range(0, 200, 40):
            await log.append("t", [(f"k{n % 7}", str(n).encode()) for n in range(start, start + 40)])
        async with log.reader("t", "g") as reader:
            found = await read_out(reader)
        assert len(found) == 200
        for key in {record.key for record in found}:
            numbers = [int(record.value) for record in found if record.key == key]
            assert numbers == sorted(numbers)

    # --- reading without a group ---

    async def test_since_starts_at_a_time(self, log: Log) -> None:
        await log.append("t", entries("a"))
        await asyncio.sleep(TICK)
        moment = time.now()
        await log.append("t", entries("b", "c"))
        assert texts(await log.since("t", moment, 10)) == ["b", "c"]
        assert texts(await log.since("t", moment, 1)) == ["b"]

    async def test_since_the_future_is_nothing(self, log: Log) -> None:
        await log.append("t", entries("a"))
        await asyncio.sleep(TICK)
        assert list(await log.since("t", time.now(), 10)) == []

    async def test_after_an_offset(self, log: Log) -> None:
        last = await log.append("t", entries("a"))
        await log.append("t", entries("b", "c", "d"))
        assert texts(await log.after("t", last, 2)) == ["b", "c"]

    async def test_going_on_after_the_last_offset_gives_everything_once(self, log: Log) -> None:
        await log.append("t", [(f"k{n}", str(n).encode()) for n in range(300)])
        found: list[Record] = []
        while records := await log.after("t", found[-1].offset if found else 0, 7):
            found += records
        assert [record.offset for record in found] == sorted(record.offset for record in found)
        assert sorted(texts(found)) == sorted(map(str, range(300)))

    async def test_any_record_is_found_by_the_offset_before_it(self, log: Log) -> None:
        await log.append("t", [(f"k{n}", str(n).encode()) for n in range(50)])
        async with log.reader("t", "g") as reader:
            for record in await reader.read(50, LONG):
                assert list(await log.after("t", record.offset - 1, 1)) == [record]

    async def test_the_tail_is_the_newest_oldest_first(self, log: Log) -> None:
        for text in "abcd":
            await log.append("t", entries(text))
        assert texts(await log.tail("t", 2)) == ["c", "d"]

    async def test_an_empty_topic_has_nothing(self, log: Log) -> None:
        assert list(await log.tail("t", 10)) == list(await log.after("t", 0, 10)) == []
        assert list(await log.since("t", time.now(), 10)) == []

    # --- cursors and coverage ---

    async def test_a_cursor_is_remembered_with_its_coverage(self, place: Place) -> None:
        coverage = Coverage(source="bluesky", stream="all", cursor_to="17", seen=3)
        async with place() as log:
            assert await log.cursor("bluesky", "all") is None
            await log.remember(coverage)
        async with place() as log:
            assert await log.cursor("bluesky", "all") == "17"
            assert [codec.decode(record.value) for record in await log.tail("coverage", 10)] == [coverage]

    async def test_the_latest_cursor_counts_and_none_keeps_it(self, log: Log) -> None:
        for cursor in ("1", "2", None):
            await log.remember(Coverage(source="rss", stream="s", cursor_to=cursor))
        await log.remember(Coverage(source="rss", stream="other", cursor_to="9"))
        assert await log.cursor("rss", "s") == "2"
        assert await log.cursors() == {("rss", "s"): "2", ("rss", "other"): "9"}

    # --- state ---

    async def test_the_state_counts_what_is_not_committed(self, log: Log) -> None:
        await log.append("t", entries("a"))
        last = await log.append("t", entries("b", "c"))
        async with log.reader("t", "g") as reader:
            found = await reader.read(10, LONG)
            await reader.commit(found[0].offset)
        (row,) = await log.state()
        assert (row.topic, row.group, row.end, row.lag) == ("t", "g", last, 2)
        assert row.committed == found[0].offset
        assert row.oldest_at == found[1].at

    async def test_who_is_done_has_no_lag(self, log: Log) -> None:
        last = await log.append("t", entries("a"))
        async with log.reader("t", "g") as reader:
            await reader.read(10, LONG)
            await reader.commit(last)
        (row,) = await log.state()
        assert (row.lag, row.oldest_at) == (0, None)

    # --- what a group is past ---

    async def test_a_group_has_passed_what_it_committed(self, log: Log) -> None:
        await log.append("t", entries("a", "b", "c"))
        async with log.reader("t", "g") as reader:
            first, second, third = [record.offset for record in await reader.read(10, LONG)]
            assert not await log.passed("t", "g", [first])
            await reader.commit(second)
        assert await log.passed("t", "g", [first, second])
        assert not await log.passed("t", "g", [first, third])

    async def test_a_group_that_never_came_has_passed_nothing(self, log: Log) -> None:
        last = await log.append("t", entries("a"))
        assert not await log.passed("t", "unborn", [last])
        assert await log.passed("t", "unborn", [])

    async def test_a_group_has_passed_the_records_of_every_key(self, log: Log) -> None:
        await log.append("t", [(f"k{n}", b"x") for n in range(20)])
        async with log.reader("t", "g") as reader:
            found: list[Record] = []
            while len(found) < 20:
                found += await reader.read(10, LONG)
            offsets = [record.offset for record in found]
            await reader.commit(offsets[12])
            assert await log.passed("t", "g", offsets[:13])
            assert not await log.passed("t", "g", offsets)
            await reader.commit(offsets[-1])
        assert await log.passed("t", "g", offsets)

    async def test_a_group_is_past_what_was_forgotten_behind_its_last_record(self, log: Log) -> None:
        await log.append("t", [("a", b"one"), ("b", b"two")])
        (_, forgotten) = await log.after("t", 0, 10)
        await log.forget("t", ["b"])
        async with log.reader("t", "g") as reader:
            (record,) = await reader.read(10, LONG)
            await reader.commit(record.offset)
            await reader.read(10, 0)
        assert await log.passed("t", "g", [forgotten.offset])

    async def test_what_another_client_commits_is_seen(self, place: Place, log: Log) -> None:
        last = await log.append("t", entries("a"))
        async with place() as other, other.reader("t", "g") as reader:
            await reader.read(10, LONG)
            await reader.commit(last)
            assert await log.passed("t", "g", [last])

    # --- forgetting ---

    async def test_counting_leaves_out_what_was_forgotten(self, log: Log) -> None:
        await log.append("t", [("a", b"one"), ("b", b"two"), ("c", b"three")])
        await log.forget("t", ["b"])
        assert (await log.count("t"), await log.count("empty")) == (2, 0)

    async def test_a_forgotten_record_is_not_read_again(self, log: Log) -> None:
        await log.append("t", [("a", b"one"), ("b", b"two"), ("a", b"three")])
        assert await log.forget("t", ["a", "elsewhere"]) == 2
        assert texts(await log.after("t", 0, 10)) == texts(await log.tail("t", 1)) == ["two"]

    async def test_forgetting_twice_counts_once(self, log: Log) -> None:
        await log.append("t", entries("one"))
        assert [await log.forget("t", ["k"]), await log.forget("t", ["k"])] == [1, 0]

    async def test_only_the_doomed_among_a_key_are_forgotten(self, log: Log) -> None:
        await log.append("t", entries("before", "after"))
        assert await log.forget("t", ["k"], doomed=lambda record: record.value == b"before") == 1
        assert texts(await log.after("t", 0, 10)) == ["after"]

    async def test_what_one_client_forgets_no_other_reads(self, place: Place, log: Log) -> None:
        await log.append("t", [("a", b"one"), ("b", b"two")])
        async with place() as other, other.reader("t", "g") as reader:
            await log.forget("t", ["a"])
            assert texts(await other.after("t", 0, 10)) == ["two"]
            assert texts(await reader.read(10, LONG)) == ["two"]

    async def test_offsets_stay_when_records_are_forgotten(self, log: Log) -> None:
        await log.append("t", [("a", b"one"), ("b", b"two")])
        (_, kept) = await log.after("t", 0, 10)
        await log.forget("t", ["a"])
        assert list(await log.after("t", 0, 10)) == [kept]

    async def test_a_reader_passes_over_many_forgotten_records(self, log: Log) -> None:
        for _ in range(5):
            await log.append("t", entries(*map(str, range(300)), key="gone"))
        await log.append("t", entries("here"))
        await log.forget("t", ["gone"])
        async with log.reader("t", "g") as reader:
            assert texts(await reader.read(10, LONG)) == ["here"]

    async def test_forgotten_records_are_no_lag_for_ever(self, log: Log) -> None:
        await log.append("t", [("a", b"one"), ("b", b"two")])
        await log.forget("t", ["b"])
        async with log.reader("t", "g") as reader:
            (record,) = await reader.read(10, LONG)
            await reader.commit(record.offset)
            assert list(await reader.read(10, 0)) == []
        assert await lag(log, "g") == 0

    # --- retention ---

    async def test_retention_drops_what_every_group_has_done(self, log: Log) -> None:
        await log.append("t", entries("a", "b"))
        last = await log.append("t", entries("c"))
        async with log.reader("t", "g") as reader:
            await reader.read(10, LONG)
            await reader.commit(last)
        await asyncio.sleep(TICK)
        assert await log.retain("t", 0, ["g"]) == 3
        assert list(await log.tail("t", 10)) == []

    async def test_retention_never_passes_the_slowest_group(self, log: Log) -> None:
        await log.append("t", entries("a", "b", "c", "d"))
        for group, done in (("quick", 4), ("slow", 2)):
            async with log.reader("t", group) as reader:
                found = await reader.read(10, LONG)
                await reader.commit(found[done - 1].offset)
        await asyncio.sleep(TICK)
        assert await log.retain("t", 0, ["quick", "slow"]) == 2
        async with log.reader("t", "slow") as reader:
            assert texts(await reader.read(10, LONG)) == ["c", "d"]

    async def test_retention_waits_for_a_group_that_never_came(self, log: Log) -> None:
        await log.append("t", entries("a"))
        await asyncio.sleep(TICK)
        assert await log.retain("t", 0, ["unborn"]) == 0

    async def test_retention_keeps_what_is_young(self, log: Log) -> None:
        await log.append("t", entries("a"))
        assert await log.retain("t", 3600, []) == 0
        assert texts(await log.tail("t", 10)) == ["a"]

    async def test_an_offset_is_never_given_twice(self, place: Place) -> None:
        async with place() as log:
            last = await log.append("t", entries("a", "b"))
            await asyncio.sleep(TICK)
            await log.retain("t", 0, [])
        async with place() as log:
            assert await log.append("t", entries("c")) > last

    async def test_retention_leaves_cursors(self, log: Log) -> None:
        await log.remember(Coverage(source="rss", stream="s", cursor_to="1"))
        await asyncio.sleep(TICK)
        assert await log.retain("coverage", 0, []) == 1
        assert await log.cursor("rss", "s") == "1"
