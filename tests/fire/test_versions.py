"""Versions and deletions of one message in the order in which they happened, whatever order they are heard in."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.order import content_time
from core.ports import Batch
from core.telemetry import DropReason
from core.types import Failure, Scope
from ingest._admit import Policy
from tests.ingest.hearing import MORNING, deletion, hearing, mention

NOON = MORNING + timedelta(hours=4)
HOUR = timedelta(hours=1)


@pytest.fixture
async def heard(tmp_path):
    async with hearing(tmp_path) as heard:
        yield heard


def sift(heard, *mentions, now=NOON, **batch):
    return heard.admission.sift(Batch(mentions=mentions, **batch), Policy(), now, stream="test/one")


async def keep(heard, *mentions, now=NOON, **batch):
    admitted = sift(heard, *mentions, now=now, **batch)
    await heard.admission.keep(admitted)
    return admitted


def versions(number, *texts, seen):
    return [mention(number, text, seen_at=seen) for text in texts]


async def test_each_version_in_one_batch_wins_over_the_one_before(heard):
    admitted = await keep(heard, *versions(1, "een", "twee", "drie", "vier", seen=NOON))
    times = [content_time(one) for one in admitted.mentions]
    assert times == sorted(set(times))
    assert len(times) == 4


async def test_versions_that_are_read_again_end_with_the_last(heard):
    await keep(heard, *versions(1, "een", "twee", "drie", seen=NOON))
    again = await keep(heard, *versions(1, "een", "twee", "drie", seen=NOON), now=NOON)
    last = max(again.mentions, key=content_time)
    assert last.text == "drie"
    assert [content_time(one) for one in again.mentions].count(content_time(last)) == 1


async def test_a_deletion_in_the_batch_of_several_versions_comes_after_them(heard):
    gone = replace(deletion("test:1"), at=NOON)
    admitted = await keep(heard, *versions(1, "een", "twee", "drie", seen=NOON), deletions=(gone,))
    assert admitted.deletions[0].at >= max(map(content_time, admitted.mentions))


async def test_a_deletion_in_the_batch_of_what_was_written_after_it_takes_only_what_was_before(heard):
    after = mention(1, "opnieuw", created_at=NOON, seen_at=NOON)
    admitted = await keep(heard, mention(1), after, deletions=(deletion("test:1"),))
    assert content_time(mention(1)) < admitted.deletions[0].at < content_time(after)


async def test_a_clock_that_was_set_back_keeps_edits_in_order(heard):
    await keep(heard, *versions(1, "een", seen=NOON - HOUR))
    [before] = (await keep(heard, *versions(1, "twee", seen=NOON))).mentions
    [after] = (await keep(heard, *versions(1, "drie", seen=NOON - HOUR), now=NOON - HOUR)).mentions
    assert content_time(after) > content_time(before)


async def test_a_clock_that_was_set_back_keeps_a_deletion_after_what_it_deletes(heard):
    await keep(heard, *versions(1, "een", seen=NOON - HOUR))
    [edit] = (await keep(heard, *versions(1, "twee", seen=NOON))).mentions
    gone = replace(deletion("test:1"), at=NOON - HOUR)
    [passed] = (await keep(heard, deletions=(gone,), now=NOON - HOUR)).deletions
    assert passed.at >= content_time(edit)


async def test_what_a_source_with_times_of_its_own_said_before_an_edit_is_not_passed_on_again(heard):
    await keep(heard, mention(1, "een", seen_at=MORNING))
    await keep(heard, mention(1, "twee", seen_at=NOON, edited_at=NOON))
    again = await keep(heard, mention(1, "een", seen_at=MORNING), now=NOON + HOUR)
    assert (again.mentions, again.dropped) == ([], {DropReason.UNCHANGED: 1})


async def test_an_earlier_edit_by_the_source_s_own_times_loses(heard):
    await keep(heard, mention(1, "een", seen_at=MORNING))
    [newer] = (await keep(heard, mention(1, "drie", seen_at=NOON, edited_at=NOON))).mentions
    older = mention(1, "twee", seen_at=NOON, edited_at=NOON - HOUR)
    assert all(content_time(one) < content_time(newer) for one in (await keep(heard, older)).mentions)


async def test_an_edit_while_another_stream_publishes_the_first_version_wins(heard):
    [first] = sift(heard, mention(1, "een")).mentions
    [edit] = sift(heard, mention(1, "twee", seen_at=NOON)).mentions
    assert content_time(edit) > content_time(first)


async def test_what_is_read_again_after_its_deletion_stays_out_of_the_log(heard):
    await keep(heard, mention(1))
    await keep(heard, deletions=(deletion("test:1"),))
    again = await keep(heard, mention(1), mention(1, "anders geschreven"), deletions=(deletion("test:1"),))
    assert (again.mentions, again.dropped) == ([], {DropReason.DELETED: 2})
    assert len(again.deletions) == 1


async def test_a_deletion_that_is_read_again_takes_nothing_that_came_after_it(heard):
    await keep(heard, mention(1))
    await keep(heard, deletions=(deletion("test:1"),))
    anew = mention(1, "opnieuw geplaatst", created_at=NOON, seen_at=NOON)
    await keep(heard, anew)
    [passed] = (await keep(heard, deletions=(deletion("test:1"),))).deletions
    assert passed.at < content_time(anew)
    assert len((await keep(heard, anew)).mentions) == 1


async def test_hiding_and_showing_again_is_no_deletion(heard):
    await keep(heard, mention(1))
    hidden = replace(deletion("test:1"), reversible=True)
    await keep(heard, deletions=(hidden, replace(hidden, lifted=True)))
    assert (await keep(heard, mention(1))).dropped == {DropReason.UNCHANGED: 1}


@pytest.mark.parametrize("made_by", ["connector", "admission"])
async def test_the_deletion_of_what_was_set_aside_goes_on(heard, made_by):
    bad = {"failed": (Failure("bad time", "no time", b"...", "test:1"),)} if made_by == "connector" else {}
    await keep(heard, *(() if bad else (mention(1, "half \ud83d"),)), **bad)
    assert len((await keep(heard, deletions=(deletion("test:1"),))).deletions) == 1


async def test_what_was_set_aside_was_not_kept(tmp_path):
    async with hearing(tmp_path, wanted=lambda _: False) as heard:
        await keep(heard, mention(1, "half \ud83d"))
        assert (await keep(heard, mention(1))).dropped == {DropReason.NO_MONITOR: 1}


async def test_trouble_on_our_side_is_no_fault_of_the_message(tmp_path):
    def unreadable(_):
        raise OSError(5, "the disk does not answer")

    async with hearing(tmp_path, erased=unreadable) as heard:
        with pytest.raises(OSError, match="does not answer"):
            await keep(heard, mention(1))


async def test_what_a_crash_published_without_remembering_it_can_be_deleted(heard):
    published = sift(heard, mention(1)).mentions
    heard.admission.flying.clear()
    await heard.admission.recall(published)
    gone = (deletion("test:1"), deletion("test:anna", Scope.AUTHOR))
    assert len((await keep(heard, deletions=gone)).deletions) == 2


async def test_edits_that_their_source_dates_in_one_millisecond_end_at_the_last(heard):
    said = [mention(1, text, seen_at=NOON, edited_at=NOON) for text in ("een", "twee", "drie", "vier")]
    times = [content_time(one) for one in (await keep(heard, *said)).mentions]
    assert (len(times), times) == (4, sorted(set(times)))
