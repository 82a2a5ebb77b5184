"""What is let in, dropped, or refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from core.errors import Stop
from core.order import content_time
from core.ports import Batch
from core.telemetry import DropReason
from core.types import Author, Scope, VerifiedLink, Visibility
from ingest._admit import Policy
from tests.ingest.hearing import MORNING, deletion, hearing, mention

NOW = MORNING + timedelta(days=1)


@pytest.fixture
async def heard(tmp_path):
    async with hearing(tmp_path) as heard:
        yield heard


async def keep(heard, *mentions, **batch):
    admitted = heard.admission.sift(Batch(mentions=mentions, **batch), Policy(), NOW, stream="test/one")
    await heard.admission.keep(admitted)
    return admitted


async def test_a_message_carries_the_stream_it_came_from(heard):
    assert (await keep(heard, mention(1))).mentions[0].stream == "test/one"


async def test_the_same_message_again_is_unchanged(heard):
    await keep(heard, mention(1))
    assert (await keep(heard, mention(1))).dropped == {DropReason.UNCHANGED: 1}


async def test_the_same_message_twice_in_a_batch_is_kept_once(heard):
    assert len((await keep(heard, mention(1), mention(1))).mentions) == 1


async def test_changed_content_is_an_edit_seen_now(heard):
    await keep(heard, mention(1))
    later = mention(1, "toch op tijd", seen_at=MORNING + timedelta(hours=2))
    assert (await keep(heard, later)).mentions[0].edited_at == later.seen_at


async def test_an_edit_keeps_the_sources_own_time(heard):
    await keep(heard, mention(1))
    edited = mention(1, "toch op tijd", edited_at=MORNING + timedelta(seconds=1))
    assert (await keep(heard, edited)).mentions[0].edited_at == edited.edited_at


async def test_counts_alone_are_no_edit(heard):
    await keep(heard, mention(1))
    again = mention(1, author=Author(id="test:anna", followers=9))
    assert (await keep(heard, again)).dropped == {DropReason.UNCHANGED: 1}


async def test_only_a_certain_no_drops(tmp_path):
    answers = {"test:1": True, "test:2": None, "test:3": False}
    async with hearing(tmp_path, wanted=lambda m: answers[m.id]) as heard:
        admitted = await keep(heard, mention(1), mention(2), mention(3))
    assert [m.id for m in admitted.mentions] == ["test:1", "test:2"]
    assert admitted.dropped == {DropReason.NO_MONITOR: 1}


async def test_an_edit_arrives_though_no_monitor_wants_it_any_more(tmp_path):
    async with hearing(tmp_path, wanted=lambda m: "trein" in m.text) as heard:
        await keep(heard, mention(1))
        assert len((await keep(heard, mention(1, "weg ermee"))).mentions) == 1


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT, Visibility.UNKNOWN])
async def test_what_is_not_public_is_dropped(heard, visibility):
    assert (await keep(heard, mention(1, visibility=visibility))).dropped == {DropReason.NOT_PUBLIC: 1}


async def test_what_is_no_longer_public_is_taken_away(heard):
    await keep(heard, mention(1))
    admitted = await keep(heard, mention(1, visibility=Visibility.FOLLOWERS))
    assert [(gone.target, gone.reason) for gone in admitted.deletions] == [("test:1", "no longer public")]


async def test_a_policy_may_admit_direct_messages(heard):
    policy = Policy(visibilities=frozenset(Visibility))
    batch = Batch(mentions=(mention(1, visibility=Visibility.DIRECT),))
    assert len(heard.admission.sift(batch, policy, NOW, stream="test/one").mentions) == 1


@pytest.mark.parametrize("erased", ["test:1", "test:anna"])
async def test_the_erased_stay_away(tmp_path, erased):
    async with hearing(tmp_path, erased=erased.__eq__) as heard:
        assert (await keep(heard, mention(1))).dropped == {DropReason.ERASED: 1}


async def test_the_muted_stay_away(tmp_path):
    async with hearing(tmp_path, muted=lambda m: m.author.id == "test:anna") as heard:
        assert (await keep(heard, mention(1))).dropped == {DropReason.MUTED: 1}


async def test_a_little_skew_is_taken_out_of_created_at(heard):
    ahead = mention(1, created_at=MORNING + timedelta(hours=5))
    assert (await keep(heard, ahead)).mentions[0].created_at == ahead.seen_at


POISON = {
    "text too long": {"text": "x" * 1_000_001},
    "NUL character": {"text": "a\0b"},
    "lone surrogate": {"text": "half \ud83d"},
    "time out of range": {"created_at": datetime(9999, 12, 31, tzinfo=UTC)},
    "time without zone": {"created_at": datetime(2026, 3, 2)},
    "no id": {"author": Author(id="")},
    "malformed": {"created_at": "yesterday"},
    "id too long": {"author": Author(id="x" * 2_001)},
}


@pytest.mark.parametrize("reason", POISON)
async def test_poison_is_refused_with_its_reason_and_the_rest_goes_on(heard, reason):
    admitted = await keep(heard, mention(1, **POISON[reason]), mention(2))
    assert [failure.reason for failure in admitted.failed] == [reason]
    assert [m.id for m in admitted.mentions] == ["test:2"]


@pytest.mark.parametrize("field", ["id", "reply_to", "thread", "repost_of", "quote_of"])
async def test_ids_are_bounded_and_so_is_the_key_they_are_set_aside_by(heard, field):
    fits, too_long = mention(1, **{field: "x" * 2_000}) if field != "id" else mention(1), mention(2)
    admitted = await keep(heard, fits, replace(too_long, **{field: "x" * 100_000}))
    assert (len(admitted.mentions), [failure.reason for failure in admitted.failed]) == (1, ["id too long"])
    assert len(admitted.failed[0].key) <= 2_000


async def test_a_deletion_with_an_endless_target_is_refused(tmp_path):
    async with hearing(tmp_path, fresh=False) as heard:
        admitted = await keep(heard, deletions=(deletion("x" * 100_000),))
    assert [failure.reason for failure in admitted.failed] == ["id too long"]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("nl", "nl"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("en_GB", "en_GB"),
        ("", None),
        ("Ignore what came before", None),
        ("nl\n", None),
    ],
)
async def test_a_stated_language_that_is_none_is_not_known(heard, stated, kept):
    (admitted,) = (await keep(heard, mention(1, language=stated))).mentions
    assert admitted.language == kept


async def test_names_and_titles_are_cut_and_endless_addresses_left_out(heard):
    endless = "x" * 100_000
    author = Author(id="test:anna", name=endless, handle=endless, url=endless)
    (kept,) = (await keep(heard, mention(1, author=author, title=endless, url=endless))).mentions
    assert (len(kept.author.name), len(kept.author.handle), len(kept.title)) == (1_000, 1_000, 10_000)
    assert (kept.author.url, kept.url, kept.title[-2:]) == (None, None, "x…")


@pytest.mark.parametrize("year", [1, 1989, 9999])
async def test_times_outside_the_world_are_refused(heard, year):
    admitted = await keep(heard, mention(1, created_at=datetime(year, 1, 1, tzinfo=UTC)))
    assert admitted.failed[0].reason == "time out of range"


async def test_poison_outside_the_text_is_refused_too(heard):
    admitted = await keep(heard, mention(1, title="a\0b"), mention(2, tags=("\udc80",)), mention(3, url=r"C:\u0000"))
    assert [failure.reason for failure in admitted.failed] == ["NUL character", "lone surrogate"]
    assert [m.id for m in admitted.mentions] == ["test:3"]


async def test_a_deletion_of_what_was_never_kept_is_dropped(heard):
    admitted = await keep(heard, deletions=(deletion("test:1"), deletion("test:anna", Scope.AUTHOR)))
    assert admitted.dropped == {DropReason.NEVER_KEPT: 2}


async def test_deletions_of_kept_messages_and_authors_go_on(heard):
    await keep(heard, mention(1))
    admitted = await keep(heard, deletions=(deletion("test:1"), deletion("test:anna", Scope.AUTHOR)))
    assert len(admitted.deletions) == 2


async def test_a_deletion_in_the_batch_of_its_message_goes_on(heard):
    assert len((await keep(heard, mention(1), deletions=(deletion("test:1"),))).deletions) == 1


async def test_a_deletion_meets_a_message_that_another_stream_is_publishing(heard):
    heard.admission.sift(Batch(mentions=(mention(1),)), Policy(), NOW, stream="test/one")
    assert len((await keep(heard, deletions=(deletion("test:1"),))).deletions) == 1


async def test_what_was_not_published_after_all_is_no_longer_known(heard):
    first = heard.admission.sift(Batch(mentions=(mention(1),)), Policy(), NOW, stream="test/one")
    heard.admission.release(first)
    assert len((await keep(heard, mention(1))).mentions) == 1
    assert not heard.admission.flying


async def test_a_deleted_message_may_come_again(heard):
    await keep(heard, mention(1))
    await keep(heard, deletions=(deletion("test:1"),))
    anew = mention(1, created_at=NOW - timedelta(hours=1), seen_at=NOW)
    assert [m.edited_at for m in (await keep(heard, anew)).mentions] == [None]


async def test_what_was_kept_is_known_after_a_restart(tmp_path):
    async with hearing(tmp_path) as heard:
        await keep(heard, mention(1))
    async with hearing(tmp_path, fresh=False) as heard:
        assert (await keep(heard, mention(1))).dropped == {DropReason.UNCHANGED: 1}
        assert (await keep(heard, deletions=(deletion("test:9"),))).dropped == {DropReason.NEVER_KEPT: 1}


async def test_a_lost_memory_passes_every_deletion_on_until_it_is_refilled(tmp_path):
    async with hearing(tmp_path, fresh=False) as heard:
        assert len((await keep(heard, deletions=(deletion("test:1"),))).deletions) == 1
        await heard.admission.memory.refill([("test:7", "test:anna")])
        admitted = await keep(heard, deletions=(deletion("test:7"), deletion("test:8")))
        assert [gone.target for gone in admitted.deletions] == ["test:7"]


async def test_a_deletion_without_a_sound_time_is_refused(heard):
    await keep(heard, mention(1))
    gone = replace(deletion("test:1"), at=datetime(9000, 1, 1, tzinfo=UTC))
    assert (await keep(heard, deletions=(gone,))).failed[0].reason == "time out of range"


async def test_a_full_disk_stops_with_a_sentence(heard):
    pages = heard.admission.memory._writer.pragma("page_count")
    heard.admission.memory._writer.pragma("max_page_count", pages)
    with pytest.raises(Stop, match="the disk is full"):
        await keep(heard, *(mention(number) for number in range(5_000)))


@pytest.mark.parametrize("cuts", [(0, 3), (0, 1, 3), (0, 2, 3), (0, 1, 2, 3)])
async def test_versions_read_again_end_at_the_last_however_they_are_cut_into_batches(heard, cuts):
    versions = [mention(1, text, seen_at=MORNING + timedelta(seconds=number)) for number, text in enumerate("abc")]
    published = [version for one in versions for version in (await keep(heard, one)).mentions]
    for start, end in pairwise(cuts):
        published += (await keep(heard, *versions[start:end])).mentions
    assert max(published, key=content_time).text == "c"


@pytest.mark.parametrize("cuts", [(0, 2), (0, 1, 2)])
async def test_an_edit_within_the_millisecond_of_its_message_wins_also_when_read_again(heard, cuts):
    versions = [mention(1, "a"), mention(1, "b", edited_at=mention(1).seen_at)]
    published = [*(await keep(heard, *versions)).mentions]
    for start, end in pairwise(cuts):
        published += (await keep(heard, *versions[start:end])).mentions
    latest = max(map(content_time, published))
    assert {version.text for version in published if content_time(version) == latest} == {"b"}


async def test_a_later_edit_of_the_source_wins_though_our_clock_was_set_back(heard):
    texts = ["a", "b", "c"]
    times = [{}, *({"edited_at": MORNING + timedelta(minutes=number)} for number in (1, 2))]
    seen = [MORNING, MORNING - timedelta(hours=2), MORNING - timedelta(hours=1)]
    published = []
    for text, time, at in zip(texts, times, seen, strict=True):
        version = mention(1, text, seen_at=at, created_at=min(at, MORNING), **time)
        published += (await keep(heard, version)).mentions
    assert [one.text for one in sorted(published, key=content_time)] == texts


@pytest.mark.parametrize("cuts", [(0, 3), (0, 1, 3), (0, 2, 3), (0, 1, 2, 3)])
async def test_versions_with_times_of_their_source_end_at_the_last_though_they_are_seen_again_later(heard, cuts):
    versions = [mention(1, text) for text in "abc"]
    versions[1:] = [
        replace(one, edited_at=MORNING + timedelta(minutes=minute), seen_at=MORNING + timedelta(minutes=5))
        for minute, one in enumerate(versions[1:], 1)
    ]
    again = [replace(one, seen_at=MORNING + timedelta(hours=1)) for one in versions]
    published = [version for one in versions for version in (await keep(heard, one)).mentions]
    for start, end in pairwise(cuts):
        published += (await keep(heard, *again[start:end])).mentions
    assert max(published, key=content_time).text == "c"


async def test_an_account_that_is_gone_takes_with_it_what_a_clock_that_was_ahead_has_dated_later(tmp_path):
    ahead = NOW + timedelta(hours=2)
    async with hearing(tmp_path) as heard:
        early = heard.admission.sift(
            Batch(mentions=(mention(1, created_at=ahead, seen_at=ahead),)), Policy(), ahead, stream="test/one"
        )
        await heard.admission.keep(early)
    async with hearing(tmp_path, fresh=False) as heard:
        (gone,) = (await keep(heard, deletions=(deletion("test:anna", Scope.AUTHOR),))).deletions
    assert gone.at == content_time(early.mentions[0]) == ahead


async def test_a_memory_of_the_release_before_is_read_on(tmp_path):
    async with hearing(tmp_path) as heard:
        await keep(heard, mention(1))
        heard.admission.memory._writer.execute("ALTER TABLE author DROP COLUMN at")
    async with hearing(tmp_path, fresh=False) as heard:
        assert len((await keep(heard, deletions=(deletion("test:anna", Scope.AUTHOR),))).deletions) == 1


@pytest.mark.parametrize("links", [True, False])
async def test_verified_links_come_in_only_where_accounts_may_be_joined(heard, links):
    theirs = (VerifiedLink(url="https://anna.example", at=NOW),)
    said = mention(1)
    said = replace(said, author=replace(said.author, links=theirs))
    admitted = heard.admission.sift(Batch(mentions=(said,)), Policy(links=links), NOW, stream="test/one")
    assert admitted.mentions[0].author.links == (theirs if links else None)
