"""What every archive must do, whatever its engine: subclass ArchiveConformance and give it a fixture `archive`.

The fixture `erased` is the set of ids that count as erased; `archive` must be built with `erased.__contains__`.
"""

from asyncio import gather
from collections import Counter
from datetime import timedelta
from itertools import pairwise, permutations

import pytest
from msgspec.structs import replace

from core.document import Filter, Group, Order
from core.errors import Reject
from core.findings import ANY, ONE_LABEL, UNCERTAIN
from core.query import And, Comparison, Field, FieldName, Not, Or, Phrase, Word
from core.time import bucket_of, now
from core.types import Coverage, Engagement, Kind, Mark, Mute
from picture.divided import aspects, divided
from picture.sentiment import UNJUDGED
from tests.sinks.messages import EVERYTHING, START, at, deletion, enriched, gone, judgement

DAY = 24 * 60
DAYS = timedelta(days=2)
PROMPT = Filter(prompt=timedelta(hours=1))


def _minutes_to_now(seconds: float) -> float:
    """That long from now, as `enriched` says when a message was published."""
    return (now() + timedelta(seconds=seconds) - START) / timedelta(minutes=1)


async def ids(archive, where: Filter = EVERYTHING) -> list[str]:
    return sorted([stored.enriched.mention.id async for chunk in archive.scan(where) for stored in chunk])


async def paged(archive, where: Filter, order: Order, size: int = 3) -> list[str]:
    found, after = [], None
    while True:
        page = await archive.search(where, order=order, size=size, after=after)
        found += [stored.enriched.mention.id for stored in page.mentions]
        after = page.after
        if after is None:
            return found


async def agreed(archive, where: Filter) -> int:
    """The figure that every question gives for this filter."""
    number = await archive.count(where)
    assert len(await paged(archive, where, Order.NEWEST)) == number
    assert (await archive.search(where, order=Order.OLDEST, size=1)).total == number
    assert len(await ids(archive, where)) == number
    starts = [at(minute) for minute in (-DAY, 0, 7, 60, 9 * DAY)]
    assert sum(bucket.counts[""] for bucket in await archive.histogram(where, starts=starts)) == number
    assert sum(count for _, count in await archive.terms(where, by=Group.SOURCE, size=99)) == number
    assert sum(author.mentions for author in await archive.authors(where, size=99)) == number
    return number


class Versions:
    """Every pair of order keys, in both orders of arrival."""

    PAIRS = (
        (enriched("1", "oud"), enriched("1", "nieuw", edited=5)),
        (enriched("1", "oud", edited=4), enriched("1", "nieuw", edited=5)),
        (enriched("1", "oud"), enriched("1", "nieuw", generation=1)),
        (enriched("1", "oud", generation=3), enriched("1", "nieuw", edited=5)),
        (deletion("file:1", 1), enriched("1", "nieuw", edited=5)),
    )

    @pytest.mark.parametrize("lower", range(len(PAIRS)))
    @pytest.mark.parametrize("backwards", [False, True])
    @pytest.mark.parametrize("together", [False, True])
    async def test_greater_key_wins(self, archive, lower, backwards, together):
        pair = list(reversed(self.PAIRS[lower])) if backwards else list(self.PAIRS[lower])
        for batch in [pair] if together else [[item] for item in pair]:
            assert not await archive.write(batch)
        assert (await archive.get("file:1")).enriched.mention.text == "nieuw"
        assert await agreed(archive, EVERYTHING) == 1

    KEYS = (
        lambda native: enriched(native, "0"),
        lambda native: enriched(native, "1", generation=1),
        lambda native: deletion(f"file:{native}", 0),
        lambda native: enriched(native, "3", edited=4),
        lambda native: enriched(native, "4", edited=4, generation=2),
        lambda native: deletion(f"file:{native}", 4),
        lambda native: enriched(native, "6", edited=5),
    )
    """Ways to say something of a mention, each with a greater order key than those before it."""

    @pytest.mark.parametrize("judged", [False, True])
    async def test_every_pair_of_order_keys_in_both_orders(self, archive, judged):
        pairs = {f"{one}-{other}": (one, other) for one, other in permutations(range(len(self.KEYS)), 2)}
        await archive.write([self.KEYS[one](native) for native, (one, _) in pairs.items()])
        if judged:  # which changes what is stored between the two
            await archive.write([judgement(f"file:{native}", "tags", ("vip",), 1) for native in pairs])
        await archive.write([self.KEYS[other](native) for native, (_, other) in pairs.items()])
        for native, pair in pairs.items():
            stored = await archive.get(f"file:{native}")
            expected = None if max(pair) in (2, 5) else str(max(pair))
            assert (stored.enriched.mention.text if stored else None) == expected, native
            assert stored is None or bool(stored.judgements) is judged

    async def test_late_replay_after_a_tombstone_stays_away(self, archive):
        said = judgement("file:1", "tags", ("vip",), 9)
        log = [enriched("1", "a"), enriched("1", "b", edited=3), said, enriched("1", "b", edited=3, generation=7)]
        await archive.write([*log, deletion("file:1", 4)])
        for item in log:
            await archive.write([item])
        assert await archive.get("file:1") is None
        assert await agreed(archive, EVERYTHING) == 0

    async def test_an_edit_keeps_when_the_first_version_arrived(self, archive):
        await archive.write([enriched("1", "a")])
        arrived = (await archive.get("file:1")).arrived_at
        await archive.write([enriched("1", "b", edited=3)])
        await archive.write([enriched("1", "b", edited=3, generation=1)])
        assert (await archive.get("file:1")).arrived_at == arrived

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    async def test_deletion_beats_every_version_up_to_its_time(self, archive, order):
        items = [enriched("1", "oud"), enriched("1", "nieuwer", edited=5, generation=9), deletion("file:1", 5)]
        for place in order:
            await archive.write([items[place]])
        assert await archive.get("file:1") is None
        assert await agreed(archive, EVERYTHING) == 0

    async def test_equal_key_changes_nothing(self, archive):
        await archive.write([enriched("1", "eerste")])
        await archive.write([enriched("1", "tweede")])
        assert (await archive.get("file:1")).enriched.mention.text == "eerste"

    async def test_late_replay_of_a_whole_log_changes_nothing(self, archive):
        log = [enriched("1", "a"), enriched("2", "b"), enriched("1", "c", edited=3), deletion("file:2", 4)]
        await archive.write(log)
        before = [stored async for chunk in archive.scan(EVERYTHING) for stored in chunk]
        await archive.write(log)
        await archive.write(list(reversed(log)))
        assert [stored async for chunk in archive.scan(EVERYTHING) for stored in chunk] == before

    async def test_a_large_batch_with_edits_reprocessing_and_deletions_ends_like_small_ones(self, archive):
        numbers = range(1500)
        said = [
            *(enriched(f"{one}", "oud") for one in numbers),
            *(enriched(f"{one}", "nieuw", edited=5) for one in numbers if one % 2),
            *(enriched(f"{one}", "nieuw", edited=5, generation=1) for one in numbers if one % 4 == 1),
            *(deletion(f"file:{one}", 6) for one in numbers if one % 10 == 3),
        ]
        assert not await archive.write([*said[1::2], *said[::2]])
        kept = [one for one in numbers if one % 10 != 3]
        assert await ids(archive) == sorted(f"file:{one}" for one in kept)
        edited = sum(one % 2 for one in kept)
        assert await archive.count(Filter(query=Word("nieuw"))) == edited
        assert await archive.count(Filter(query=Word("oud"))) == len(kept) - edited
        assert (await archive.get("file:5")).enriched.generation == 1

    async def test_edited_text_is_found_by_its_new_words_only(self, archive):
        await archive.write([enriched("1", "appel")])
        await archive.write([enriched("1", "peer", edited=3)])
        assert await ids(archive, Filter(query=Word(pattern="peer"))) == ["file:1"]
        assert await ids(archive, Filter(query=Word(pattern="appel"))) == []

    async def test_absurd_dates_are_held(self, archive):
        old, new = enriched("1"), enriched("2")
        far = at(0).replace(year=9999)
        old = replace(old, mention=replace(old.mention, created_at=at(0).replace(year=1)))
        new = replace(new, mention=replace(new.mention, created_at=far, seen_at=far))
        assert not await archive.write([old, new, enriched("3")])
        assert await ids(archive) == ["file:1", "file:2", "file:3"]


class Beside:
    """Writes that are begun before the last one has ended: they end as they would have one after another."""

    async def test_an_account_that_goes_takes_what_is_on_its_way(self, archive):
        before = [enriched(f"{one}", author=("anna", "bert")[one % 2]) for one in range(1200)]
        after = [enriched(f"{one}", author=("anna", "bert")[one % 2]) for one in range(1200, 1800)]
        assert not any(await gather(*(archive.write(one) for one in (before, [gone("file:anna", 10)], after))))
        assert await ids(archive) == sorted(f"file:{one}" for one in range(1800) if one % 2)

    async def test_what_is_said_and_removed_meets_what_is_on_its_way(self, archive):
        first = [enriched(f"{one}", "oud") for one in range(1200)]
        edits = [enriched(f"{one}", "nieuw", edited=5) for one in range(0, 1200, 3)]
        removed = [deletion(f"file:{one}", 6) for one in range(0, 1200, 4)]
        said = [judgement(f"file:{one}", "tags", ("vip",), 1) for one in range(1, 1200, 4)]
        assert not any(await gather(*(archive.write(one) for one in (first, edits, [*removed, *said], first, edits))))
        assert await ids(archive) == sorted(f"file:{one}" for one in range(1200) if one % 4)
        assert await archive.count(Filter(query=Word("nieuw"))) == sum(one % 4 > 0 for one in range(0, 1200, 3))
        assert (await archive.get("file:5")).judgements

    async def test_an_edit_keeps_when_the_version_on_its_way_arrived(self, archive):
        first = [enriched(f"{one}", "oud") for one in range(1200)]
        assert not any(await gather(archive.write(first), archive.write([enriched("1199", "nieuw", edited=5)])))
        edited, sibling = await archive.get("file:1199"), await archive.get("file:1198")
        assert edited.enriched.mention.text == "nieuw"
        assert edited.arrived_at == sibling.arrived_at

    async def test_each_write_tells_what_it_refused_itself(self, archive):
        unfit = enriched("un\0fit")
        batches = [[enriched(f"{one}{two}") for two in range(300)] for one in "abc"]
        batches[1][7] = unfit
        told = await gather(*(archive.write(one) for one in batches))
        assert [[place for place, _ in one] for one in told] == [[], [7], []]
        assert await archive.count(EVERYTHING) == 899


class Gone:
    """Tombstones of messages and accounts."""

    async def test_account_gone_takes_all_it_said(self, archive):
        await archive.write([enriched("1"), enriched("2"), enriched("3", author="bert")])
        await archive.write([gone("file:anna", 10)])
        assert await ids(archive) == ["file:3"]

    async def test_account_gone_is_checked_at_each_write(self, archive):
        await archive.write([gone("file:anna", 10)])
        await archive.write([enriched("1", minute=9), enriched("2", minute=11)])
        assert await ids(archive) == ["file:2"]

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    async def test_deactivated_account_hides_until_it_returns(self, archive, order):
        items = [enriched("1"), gone("file:anna", 5, reversible=True), gone("file:anna", 9, lifted=True)]
        for place in order:
            await archive.write([items[place]])
        assert await agreed(archive, EVERYTHING) == 1
        await archive.write([gone("file:anna", 12, reversible=True)])
        assert await agreed(archive, EVERYTHING) == 0
        assert await archive.get("file:1") is None

    async def test_hidden_mention_shows_again_when_lifted(self, archive):
        await archive.write([enriched("1"), enriched("2"), deletion("file:1", 5, reversible=True)])
        assert await agreed(archive, EVERYTHING) == 1
        await archive.write([deletion("file:1", 6, lifted=True)])
        assert await agreed(archive, EVERYTHING) == 2

    async def test_what_is_removed_for_good_does_not_return_with_the_account(self, archive):
        await archive.write([enriched("1"), deletion("file:1", 3), gone("file:anna", 5, reversible=True)])
        await archive.write([gone("file:anna", 9, lifted=True), enriched("1")])
        assert await ids(archive) == []

    async def test_erased_mention_does_not_come_back(self, archive, erased):
        await archive.write([enriched("1"), enriched("2"), judgement("file:1", "sentiment", ("positive",), 3)])
        erased.add("file:1")
        assert await archive.erase(mentions=["file:1"]) == 1
        await archive.write([enriched("1", edited=99, generation=5), judgement("file:1", "tags", ("x",), 9)])
        assert await ids(archive) == ["file:2"]

    async def test_erased_author_does_not_come_back(self, archive, erased):
        await archive.write([enriched("1"), enriched("2", author="bert")])
        erased.add("file:anna")
        assert await archive.erase(authors=["file:anna"]) == 1
        await archive.write([enriched("9", minute=99)])
        assert await ids(archive) == ["file:2"]
        assert [author.id for author in await archive.authors(EVERYTHING, size=9)] == ["file:bert"]

    async def test_retention_takes_one_source_up_to_a_time(self, archive):
        early, other = enriched("1"), enriched("1", source="rss")
        await archive.write([early, enriched("2", minute=10), other])
        assert await archive.expire("file", at(5)) == 1
        await archive.write([early])
        assert await ids(archive) == ["file:2", "rss:1"]

    async def test_retention_tells_sources_of_one_connector_apart(self, archive):
        await archive.write([enriched("1", stream="surveys/a.csv"), enriched("2", stream="reviews/b.csv")])
        assert await archive.expire("surveys", at(5)) == 1
        assert await ids(archive) == ["file:2"]


class Said:
    """Judgements and mutes."""

    async def feelings(self, archive, where: Filter = EVERYTHING):
        return await archive.terms(where, by=Group.SENTIMENT, size=9)

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    async def test_judgement_survives_edit_and_reprocessing_in_any_order(self, archive, order):
        items = [
            enriched("1"),
            judgement("file:1", "sentiment", ("positive",), 2),
            enriched("1", "anders", edited=5, generation=1),
        ]
        for place in order:
            await archive.write([items[place]])
        stored = await archive.get("file:1")
        assert stored.enriched.finding("sentiment").labels == ("positive",)
        assert [said.by for said in stored.judgements] == ["ruth"]
        assert await self.feelings(archive) == [("positive", 1)]
        positive = Field(name=FieldName.SENTIMENT, value="positive")
        assert await agreed(archive, Filter(query=positive)) == 1

    async def test_latest_judgement_counts_whatever_comes_last(self, archive):
        later, earlier = (judgement("file:1", "sentiment", (label,), minute) for label, minute in (("a", 9), ("b", 2)))
        await archive.write([enriched("1"), later])
        await archive.write([earlier])
        assert await self.feelings(archive) == [("a", 1)]

    async def test_undone_judgement_shows_the_model_again(self, archive):
        await archive.write([enriched("1"), judgement("file:1", "sentiment", ("positive",), 2)])
        await archive.write([judgement("file:1", "sentiment", None, 3)])
        assert await self.feelings(archive) == [("negative", 1)]

    async def test_corrected_topics_and_tags_are_counted(self, archive):
        await archive.write([enriched("1", topics=("prijs", "dienst"))])
        await archive.write([judgement("file:1", "topics", ("app",), 2), judgement("file:1", "tags", ("vip",), 2)])
        assert await archive.terms(EVERYTHING, by=Group.TOPIC, size=9) == [("app", 1)]
        assert await archive.terms(EVERYTHING, by=Group.TAG, size=9) == [("vip", 1)]
        assert await agreed(archive, Filter(query=Field(name=FieldName.PERSON_TAG, value="vip"))) == 1

    async def test_irrelevant_leaves_the_counts_unless_asked_for(self, archive):
        await archive.write([judgement("file:1", "irrelevant", ("yes",), 2), enriched("1"), enriched("2")])
        assert await agreed(archive, Filter()) == 1
        assert await agreed(archive, Filter(irrelevant=True)) == 2
        await archive.write([judgement("file:1", "irrelevant", None, 3)])
        assert await agreed(archive, Filter()) == 2

    async def test_muted_author_leaves_the_counts(self, archive):
        await archive.write([enriched("1"), enriched("2", author="bert")])
        await archive.write([Mute(by="ruth", at=at(1), author="file:anna"), enriched("3", minute=9)])
        assert await ids(archive, Filter()) == ["file:2"]
        assert await agreed(archive, Filter(muted=True)) == 3
        await archive.write([Mute(by="ruth", at=at(2), author="file:anna", lifted=True)])
        assert await agreed(archive, Filter()) == 3

    @pytest.mark.parametrize("word", ["Loterij", "win een*", "l*j"])
    async def test_muted_word_leaves_the_counts(self, archive, word):
        texts = ["Win een auto in de loterij!", "treinloterijen", "de trein"]
        await archive.write([enriched(str(place), text) for place, text in enumerate(texts)])
        await archive.write([Mute(by="ruth", at=at(1), word=word)])
        assert await ids(archive, Filter()) == ["file:1", "file:2"]
        assert await agreed(archive, Filter()) == 2


class Figures:
    """Every question counts the same mentions."""

    async def filled(self, archive):
        items = [
            enriched(
                str(place),
                text,
                minute=place * 3,
                author=("anna", "bert", "cees")[place % 3],
                sentiment=("negative", "positive", None)[place % 3],
                topics=(("prijs",), ("prijs", "app"), ())[place % 3],
                monitors=(("merk",), ("merk", "crisis"))[place % 2],
                language=("nl", "en", None)[place % 3],
                source=("file", "rss")[place % 2],
                followers=(10, None, 5000)[place % 3],
                site="www.nu.nl" if place % 2 else None,
            )
            for place, text in enumerate(
                ["Trein te laat", "app werkt niet", "trein te laat", "de prijs", "fijne trein", "Café 'de trein'"] * 2
            )
        ]
        assert not await archive.write(items)

    @pytest.mark.parametrize(
        ("where", "number"),
        [
            (Filter(), 12),
            (Filter(copies=False), 5),
            (Filter(monitors=("crisis",)), 6),
            (Filter(monitors=("merk", "crisis", "geen")), 12),
            (Filter(monitors=("geen",)), 0),
            (Filter(sources=("rss",), since=at(7), until=at(30)), 4),
            (Filter(languages=("en", "und")), 8),
            (Filter(query=Word(pattern="trein")), 8),
            (Filter(query=Word(pattern="trein"), copies=False), 3),
            (Filter(query=Word(pattern="Trein", exact=True)), 2),
            (Filter(query=Word(pattern="c?fe")), 2),
            (Filter(query=Phrase(words=(Word(pattern="te"), Word(pattern="laat")))), 4),
            (Filter(query=And(parts=(Word(pattern="trein"), Not(part=Word(pattern="fijn*"))))), 6),
            (Filter(query=Or(parts=(Word(pattern="*ijs"), Field(name=FieldName.AUTHOR, value="bert")))), 6),
            (Filter(query=Field(name=FieldName.SITE, value="nu.nl")), 6),
        ],
    )
    async def test_all_questions_agree(self, archive, where, number):
        await self.filled(archive)
        assert await agreed(archive, where) == number

    @pytest.mark.parametrize(
        ("texts", "voices"),
        [
            (
                (
                    "De trein naar Hoorn is te laat https://a.example/1",
                    "RT @anna: De trein naar Hoorn is te laat https://b.example/2",
                    "de trein  naar hoorn is te laat! \U0001f621 #ns #vertraging \U0001f621",
                    "@bert @cees@server.example De trein naar Hoorn is te laat via @anna",
                    "De trein naar Ho\u200born is te laat www.c.example",
                ),
                1,
            ),
            (("bedankt @anna", "bedankt @bert", "lees dit: https://a.example", "lees dit: https://b.example"), 4),
            (("De #trein naar Hoorn is te laat", "De #bus naar Hoorn is te laat"), 2),
            (("\U0001f600", "\U0001f600", "\U0001f621", "", ""), 4),
            (
                (
                    "\u0627\u0644\u0642\u0637\u0627\u0631 \u0645\u062a\u0623\u062e\u0631 \u0647\u0630\u0627 \u0627\u0644\u0635\u0628\u0627\u062d #a",
                    "RT @x: \u0627\u0644\u0642\u0637\u0627\u0631 \u0645\u062a\u0623\u062e\u0631 \u0647\u0630\u0627 \u0627\u0644\u0635\u0628\u0627\u062d",
                ),
                1,
            ),
            (("@a " * 16_000 + "trein " * 300, "trein " * 300 + "#a " * 16_000), 1),
        ],
        ids=["passed on", "short", "hashtags within", "no words", "right to left", "long"],
    )
    async def test_a_text_that_is_passed_on_is_one_voice(self, archive, texts, voices):
        await archive.write([enriched(str(place), text) for place, text in enumerate(texts)])
        assert await agreed(archive, Filter(copies=False)) == voices

    async def test_many_shares_are_one_voice(self, archive):
        shares = [
            enriched(str(place), f"RT @anna: de trein naar Hoorn is te laat {place * '!'}") for place in range(500)
        ]
        await archive.write([enriched("own", "De trein naar Hoorn is te laat"), *shares])
        silent = [enriched(f"silent{place}", "") for place in range(9)]
        await archive.write(
            [replace(one, mention=replace(one.mention, kind=Kind.REPOST, repost_of="file:own")) for one in silent]
        )
        assert await agreed(archive, Filter()) == 510
        assert await agreed(archive, Filter(copies=False)) == 2

    @pytest.mark.parametrize("where", [Filter(copies=False), Filter(query=Word(pattern="Trein", exact=True))])
    async def test_an_answer_is_never_older_than_the_last_write(self, archive, where):
        for place in range(3):
            assert await agreed(archive, where) == place
            await archive.write([enriched(str(place), f"Trein {place}")])

    async def test_histogram_by_label_has_the_whole_beside_it(self, archive):
        await self.filled(archive)
        one, two = await archive.histogram(Filter(), starts=[at(0), at(9), at(99)], by=Group.SENTIMENT)
        assert one.counts == {"": 3, "negative": 1, "positive": 1}
        assert (two.start, two.counts) == (at(9), {"": 9, "negative": 3, "positive": 3})

    async def test_histogram_by_many_labels_counts_each(self, archive):
        await self.filled(archive)
        (bucket,) = await archive.histogram(Filter(), starts=[at(0), at(99)], by=Group.TOPIC)
        assert bucket.counts == {"": 12, "prijs": 8, "app": 4}

    async def test_terms_come_most_first_and_then_by_name(self, archive):
        await self.filled(archive)
        assert await archive.terms(Filter(), by=Group.MONITOR, size=9) == [("merk", 12), ("crisis", 6)]
        assert await archive.terms(Filter(), by=Group.LANGUAGE, size=2) == [("en", 4), ("nl", 4)]

    async def test_authors_come_by_followers_then_volume(self, archive):
        await self.filled(archive)
        await archive.write([enriched("9", author="dirk")])
        heard = await archive.authors(Filter(), size=9)
        assert [(author.handle, author.followers) for author in heard[:2]] == [("cees", 5000), ("cees", 5000)]
        assert heard[2].counts == {"negative": 2}
        assert [author.followers for author in heard[4:]] == [None, None, None]

    async def test_a_profile_counts_all_that_an_account_wrote(self, archive):
        await self.filled(archive)
        starts = [at(0), at(9), at(99)]
        names = ["file:anna", "rss:bert", "file:nobody"]
        found = await archive.profiles(Filter(), authors=names, starts=starts)
        for one in found:
            theirs = [
                s.enriched async for c in archive.scan(Filter()) for s in c if s.enriched.mention.author.id == one.id
            ]
            times = sorted(item.mention.created_at for item in theirs)
            assert (one.mentions, one.first_at, one.last_at) == (len(theirs), times[0], times[-1])
            labels = [item.finding("topics").labels for item in theirs if item.finding("topics")]
            assert one.topics == Counter(label for some in labels for label in some)
            assert one.channels == Counter(item.mention.source for item in theirs)
            halves = [[t for t in theirs if since <= t.mention.created_at < until] for since, until in pairwise(starts)]
            felt = [
                Counter(i.finding("sentiment").labels[0] for i in half if i.finding("sentiment")) for half in halves
            ]
            assert [bucket.start for bucket in one.trend] == starts[:-1]
            assert [bucket.counts for bucket in one.trend] == [
                {"": len(half), **counts} for half, counts in zip(halves, felt, strict=True)
            ]
        assert [one.id for one in found] == ["file:anna", "rss:bert"]

    async def test_a_profile_is_of_what_is_asked_for_and_of_who_has_any(self, archive):
        await archive.write([enriched("1", followers=7), enriched("2", minute=5), deletion("file:2", 9)])
        await archive.write([enriched("3", author="bert"), gone("file:bert", 9)])
        (one,) = await archive.profiles(Filter(), authors=["file:anna", "file:bert"], starts=[])
        assert (one.id, one.mentions, one.followers, one.trend) == ("file:anna", 1, 7, ())
        assert await archive.profiles(Filter(sources=("rss",)), authors=["file:anna"], starts=[]) == []
        assert await archive.profiles(Filter(), authors=[], starts=[]) == []

    async def test_a_profile_of_many_accounts_has_each_once(self, archive):
        await archive.write([enriched(str(n), author=f"a{n % 300:03}", minute=n) for n in range(600)])
        names = [f"file:a{n:03}" for n in range(300)]
        found = await archive.profiles(Filter(), authors=names * 2, starts=[at(0), at(300), at(600)])
        assert [(one.id, one.mentions) for one in found] == [(name, 2) for name in names]
        assert all([bucket.counts[""] for bucket in one.trend] == [1, 1] for one in found)

    @pytest.mark.parametrize("order", list(Order))
    async def test_paging_meets_each_mention_once(self, archive, order):
        await self.filled(archive)
        query = Or(parts=(Word(pattern="trein"), Field(name=FieldName.LANGUAGE, value="nl")))
        found = await paged(archive, Filter(query=query), order, size=2)
        assert len(found) == len(set(found)) == await archive.count(Filter(query=query)) == 10

    async def test_orders(self, archive):
        await archive.write(
            [
                enriched("1", "trein trein", minute=1, followers=5),
                enriched("2", "een trein met een lange staart", minute=2),
            ]
        )
        where = Filter(query=Word(pattern="trein"))
        assert await paged(archive, where, Order.NEWEST) == ["file:2", "file:1"]
        for order in (Order.OLDEST, Order.REACH, Order.RELEVANCE):
            assert await paged(archive, where, order) == ["file:1", "file:2"]

    async def test_continuing_from_nonsense_is_refused(self, archive):
        with pytest.raises(Reject):
            await archive.search(Filter(), order=Order.NEWEST, size=1, after="nonsense")

    async def test_search_marks_what_matched(self, archive):
        await archive.write([enriched("1", "De trein is laat")])
        page = await archive.search(Filter(query=Word(pattern="trein")), order=Order.NEWEST, size=1)
        assert page.mentions[0].highlights == ((3, 8),)

    async def test_drills_count_only_when_asked_for_and_history_always(self, archive):
        await archive.write([enriched("1", marks=(Mark.DRILL,)), enriched("2", marks=(Mark.HISTORY,))])
        assert await ids(archive, Filter()) == ["file:2"]
        assert await agreed(archive, Filter(drills=True)) == 2

    @pytest.mark.parametrize("late", [600, 3600])
    async def test_what_arrived_is_told_by_when_and_how_late(self, archive, late):
        published = {"ahead": 5, "edge": -500, "late": -1800, "soon": 0}
        items = [enriched(name, minute=_minutes_to_now(seconds)) for name, seconds in published.items()]
        await archive.write([*items, enriched("past", minute=_minutes_to_now(0), marks=(Mark.HISTORY,))])
        lately = (now() - DAYS, now() + DAYS)
        prompt = Filter(arrived=lately, prompt=timedelta(seconds=late))
        expected = [f"file:{name}" for name in published if name != "late" or late > 1800]
        assert (await archive.count(prompt), await ids(archive, prompt)) == (len(expected), expected)
        assert await archive.count(Filter(arrived=lately)) == 5

    async def test_a_later_version_arrives_no_second_time(self, archive):
        minute = _minutes_to_now(0)
        await archive.write([enriched("1", minute=minute)])
        first = (await archive.get("file:1")).arrived_at
        for generation in (0, 1):
            await archive.write([enriched("1", "anders", minute=minute, edited=minute + 1, generation=generation)])
        assert (await archive.get("file:1")).enriched.mention.text == "anders"
        assert await archive.count(Filter(arrived=(first, first + DAYS))) == 0
        assert await archive.count(Filter(arrived=(first - DAYS, first), prompt=DAYS)) == 1

    async def arrivals(self, archive, where: Filter = PROMPT, **asked):
        """(seen, negative, reach, behind) by monitor and bucket."""
        found = await archive.arrivals(where, since=now() - DAYS, until=now() + timedelta(seconds=1), **asked)
        return {(one.monitor, one.bucket): (one.seen, one.negative, one.reach, one.behind) for one in found}

    async def test_arrivals_are_counted_of_each_monitor_by_when_they_came(self, archive):
        minute, both = _minutes_to_now(-20), ("merk", "crisis")
        await archive.write(
            [
                enriched("1", minute=minute, monitors=both, followers=10),
                enriched("2", minute=_minutes_to_now(-400), monitors=("merk",), sentiment="positive", followers=5),
                enriched("3", minute=minute, monitors=("merk",), sentiment=None),
                enriched("late", minute=_minutes_to_now(-4000), monitors=both),
                enriched("drill", minute=minute, monitors=both, marks=(Mark.DRILL,)),
                enriched("past", minute=minute, monitors=both, marks=(Mark.HISTORY,)),
                enriched("nobody's", minute=minute),
            ]
        )
        bucket = bucket_of((await archive.get("file:1")).arrived_at)
        found = await self.arrivals(archive)
        assert found == {("merk", bucket): (3, 1, 15, 1), ("crisis", bucket): (1, 1, 10, 0)}
        assert await self.arrivals(archive, replace(PROMPT, monitors=("crisis", "geen"))) == {
            ("crisis", bucket): (1, 1, 10, 0)
        }
        assert (await self.arrivals(archive, replace(PROMPT, drills=True)))["crisis", bucket][0] == 2
        assert not await archive.arrivals(PROMPT, since=now() - DAYS, until=now() - timedelta(hours=1))

    async def test_history_is_counted_apart_and_by_when_it_was_published(self, archive):
        day = _minutes_to_now(-24 * 3600)
        past = [enriched(name, minute=day, monitors=("merk",), marks=(Mark.HISTORY,)) for name in "ab"]
        await archive.write([*past, enriched("live", minute=_minutes_to_now(0), monitors=("merk",))])
        bucket = bucket_of(past[0].mention.created_at)
        assert await self.arrivals(archive, history=True) == {("merk", bucket): (2, 2, 0, 0)}

    async def test_arrivals_leave_out_what_no_figure_counts(self, archive):
        minute = _minutes_to_now(0)
        named = {name: name for name in ("anna", "bert", "cees", "dora")}
        await archive.write([enriched(one, one, minute=minute, author=one, monitors=("merk",)) for one in named])
        await archive.write([Mute(author="file:anna", by="ruth", at=at(0)), Mute(word="bert", by="ruth", at=at(0))])
        await archive.write([judgement("file:cees", "irrelevant", ("yes",), 1), deletion("file:dora", minute + 1)])
        assert not await self.arrivals(archive)
        asked = replace(PROMPT, muted=True, irrelevant=True)
        assert [seen for seen, *_ in (await self.arrivals(archive, asked)).values()] == [3]

    async def test_unknown_numbers_are_neither_more_nor_less(self, archive):
        read = Engagement(read_at=at(0), likes=2, replies=1)
        await archive.write([enriched("1", followers=10, engagement=read), enriched("2")])
        for name, sign, value in (("followers", "<", "99"), ("followers", ">", "1"), ("engagement", ">=", "3")):
            field = Field(name=FieldName(name), comparison=Comparison(sign), value=value)
            assert await ids(archive, Filter(query=field)) == ["file:1"]


class Placing:
    """Where the encoder placed mentions."""

    VECTOR = b"\x00\x00\x80\x3f" + bytes(range(256)) + bytes(128)

    async def placed(self, archive, where: Filter = EVERYTHING) -> dict:
        return {one.mention: one async for chunk in archive.placed(where) for one in chunk}

    async def test_a_place_is_told_without_a_word(self, archive):
        said = [enriched("1", vector=self.VECTOR, marks=(Mark.HISTORY,)), enriched("2"), enriched("3", vector=b"12345")]
        await archive.write(said)
        found = await self.placed(archive)
        assert found.keys() == {"file:1", "file:3"}
        one, stored = found["file:1"], await archive.get("file:1")
        assert (one.vector, one.author, one.language, one.history) == (self.VECTOR, "file:anna", "nl", True)
        assert (one.created_at, one.arrived_at) == (at(0), stored.arrived_at)
        assert not found["file:3"].history

    async def test_what_is_out_of_sight_has_no_place(self, archive):
        said = [enriched(f"{n}", f"woord{n}", author=f"a{n}", vector=self.VECTOR) for n in range(1, 7)]
        said[5] = enriched("6", vector=self.VECTOR, marks=(Mark.DRILL,))
        mutes = [Mute(by="ruth", at=at(9), author="file:a3"), Mute(by="ruth", at=at(9), word="woord4")]
        after = [deletion("file:1", 5), judgement("file:2", "irrelevant", ("yes",), 6), *mutes]
        await archive.write([*said, *after])
        assert (await self.placed(archive, Filter())).keys() == {"file:5"}

    async def test_places_are_told_by_id_as_far_as_they_are_there(self, archive):
        said = [enriched("1", vector=self.VECTOR), enriched("2"), enriched("3", vector=self.VECTOR)]
        await archive.write([*said, deletion("file:3", 5)])
        found = await archive.places(["file:1", "file:2", "file:3", "file:4", "file:1"])
        assert found == {"file:1": (await self.placed(archive))["file:1"]}
        assert await archive.places([]) == {}


class Rest:
    """Coverage, a new monitor's history, and items that do not fit."""

    async def test_coverage_gives_what_touches_the_time_once(self, archive):
        heard = Coverage(source="file", stream="a", cursor_to="1", since=at(0), until=at(10), seen=5, kept=2)
        gap = Coverage(source="file", stream="a", cursor_to="2", since=at(10), until=at(20), gap="away")
        later = Coverage(source="file", stream="a", cursor_to="3", since=at(20), until=at(30))
        await archive.write([heard, gap, later])
        await archive.write([gap])
        assert await archive.coverage(at(9), at(20)) == [heard, gap]

    async def test_last_that_each_source_covered(self, archive):
        def row(source, since, until, *, stream="a", gap=None):
            return Coverage(source=source, stream=stream, cursor_to="1", since=at(since), until=at(until), gap=gap)

        shop, news, press = row("shop", 10, 20), row("news", 0, 30), row("pers \u00e9", 4, 6, stream="b")
        rest = [row("shop", 12, 20), row("shop", 20, 28, gap="away"), row("news", 20, 30), row("old", 0, 3)]
        nowhen = Coverage(source="file", stream="a", cursor_to="2", seen=3)
        await archive.write([*rest, shop, news, press, row("shop", 0, 10), row("later", 40, 50), nowhen])
        assert await archive.last_covered(at(3), at(40)) == [news, press, shop]
        assert await archive.last_covered(at(0), at(10)) == [news, row("old", 0, 3), press, row("shop", 0, 10)]
        assert await archive.last_covered(at(60), at(70)) == []

    async def test_new_monitor_gets_its_history(self, archive):
        await archive.write([enriched("1", "de app"), enriched("2", "App", monitors=("app",)), enriched("3", "trein")])
        assert await archive.assign("app", Word(pattern="app")) == 1
        assert await ids(archive, Filter(monitors=("app",))) == ["file:1", "file:2"]
        assert (await archive.get("file:1")).enriched.routing.monitors == ("app",)

    async def test_one_that_does_not_fit_keeps_nobody_back(self, archive):
        bad = enriched("2", "half een teken: \ud800")
        ((index, failure),) = await archive.write([enriched("1"), bad, enriched("3")])
        assert (index, failure.reason) == (1, "unwritable")
        assert await ids(archive) == ["file:1", "file:3"]

    async def test_nul_and_huge_numbers_are_kept(self, archive):
        await archive.write([enriched("1", "een\0twee", followers=1 << 70)])
        assert await ids(archive, Filter(query=Word(pattern="twee"))) == ["file:1"]

    async def test_several_are_found_at_once_but_not_what_is_gone_or_hidden(self, archive):
        items = [enriched(str(place), f"tekst {place}", author=f"a{place % 3}") for place in range(1100)]
        await archive.write([*items, enriched("x", "bij de ander", source="rss")])
        ends = [deletion("file:2", 5), gone("file:a1", 5, reversible=True), judgement("file:3", "tags", ("vip",), 6)]
        await archive.write(ends)
        asked = [*(one.mention.id for one in items), "rss:x", "file:nowhere", "elders:1", "file:3"]
        found = await archive.several(asked)
        there = {f"file:{place}" for place in range(1100) if place % 3 != 1 and place != 2} | {"rss:x"}
        assert found.keys() == there
        assert all(stored.enriched.mention.id == mention for mention, stored in found.items())
        assert [said.labels for said in found["file:3"].judgements] == [("vip",)]
        assert found["file:3"] == await archive.get("file:3")

    async def test_what_is_hidden_is_told_where_it_is_asked_for_alone(self, archive):
        items = [
            enriched("1", author="anna", vector=b"x" * 388),
            enriched("2", author="bob"),
            enriched("3", author="anna"),
        ]
        await archive.write([*items, gone("file:anna", 5, reversible=True), deletion("file:3", 6)])
        assert await ids(archive) == ["file:2"]
        told = [one.enriched.mention.id async for some in archive.scan(Filter(hidden=True)) for one in some]
        assert sorted(told) == ["file:1", "file:2"]
        assert [one.mention async for some in archive.placed(Filter(hidden=True)) for one in some] == ["file:1"]

    async def test_nobody_asked_for_is_nobody(self, archive):
        assert await archive.several([]) == {}

    async def test_vectors_are_not_in_answers(self, archive):
        await archive.write([enriched("1", vector=b"x" * 388)])
        assert (await archive.get("file:1")).enriched.vector == b""


class Found:
    """What the findings of core.findings are counted and asked by."""

    @pytest.mark.parametrize("known", ONE_LABEL, ids=lambda known: known.name)
    async def test_the_undecided_are_a_share_of_their_own_and_those_nobody_looked_at_are_none(self, archive, known):
        given = [{known.name: ("a",)}, {known.name: ("a",)}, {known.name: ("b", "a")}, {known.name: ()}, {}]
        await archive.write([enriched(str(place), sentiment=None, found=one) for place, one in enumerate(given)])
        expected = {"a": 2, "b": 1, UNCERTAIN: 1}
        assert dict(await archive.terms(EVERYTHING, by=known.group, size=9)) == expected
        (bucket,) = await archive.histogram(EVERYTHING, starts=[at(0), at(9)], by=known.group)
        assert bucket.counts == {"": 5} | expected
        for label, number in expected.items():
            assert await agreed(archive, Filter(query=Field(name=known.field, value=label))) == number
        shown = await divided(archive, Filter(since=at(0), until=at(9)), by=known.group)
        assert [(one.name, one.mentions) for one in shown] == [*expected.items(), (UNJUDGED, 1)]
        assert sum(one.share for one in shown) == pytest.approx(1)

    async def test_an_aspect_is_asked_with_and_without_what_is_felt_about_it(self, archive):
        late = ("Trein:negative", "conducteur:positive")
        given = [late, ("trein:positive",), ("treinkaart:negative",), ()]
        await archive.write([enriched(str(place), found={"aspects": one}) for place, one in enumerate(given)])
        for value, number in (("trein", 2), ("trein:negative", 1), ("conducteur", 1), ("negative", 0)):
            assert await agreed(archive, Filter(query=Field(name=FieldName.ASPECT, value=value))) == number
        assert dict(await archive.terms(EVERYTHING, by=Group.ASPECT, size=9))["trein:positive"] == 1
        told = {one.name: one.felt for one in await aspects(archive, EVERYTHING, size=9, total=4)}
        assert told["conducteur"].positive == told["treinkaart"].negative == 1

    async def test_spam_counts_unless_told_otherwise(self, archive):
        given = [{"spam": ("links", "repeated")}, {"spam": ("links",)}, {"spam": ()}, {}]
        await archive.write([enriched(str(place), found=one) for place, one in enumerate(given)])
        spam = Field(name=FieldName.SPAM, value=ANY)
        assert await agreed(archive, Filter()) == 4
        assert await agreed(archive, Filter(spam=False)) == await agreed(archive, Filter(query=Not(part=spam))) == 2
        assert await agreed(archive, Filter(query=Field(name=FieldName.SPAM, value="repeated"))) == 1
        await archive.write([judgement("file:1", "spam", (), 5)])
        assert await agreed(archive, Filter(spam=False)) == 3

    async def test_a_corrected_intent_is_counted_and_the_model_shows_again_when_it_is_undone(self, archive):
        await archive.write([enriched("1", found={"intent": ("question",)})])
        await archive.write([judgement("file:1", "intent", ("complaint",), 2)])
        assert await archive.terms(EVERYTHING, by=Group.INTENT, size=9) == [("complaint", 1)]
        await archive.write([judgement("file:1", "intent", None, 3)])
        assert await archive.terms(EVERYTHING, by=Group.INTENT, size=9) == [("question", 1)]

    async def test_what_triage_came_to_is_counted_and_asked_and_a_persons_word_goes_before_it(self, archive):
        legal = enriched("1", path=("threat", "legal", "to_legal"), severity="serious", unit="law")
        await archive.write([legal, enriched("2", path=("threat", "legal", "share")), enriched("3")])
        await archive.write(
            [judgement("file:1", "outcome", ("restore",), 2), judgement("file:2", "outcome", ("share",), 2)]
        )
        expected = {
            Group.OUTCOME: {"restore": 1, "share": 1},
            Group.SEVERITY: {"serious": 1},
            Group.UNIT: {"law": 1},
            Group.ANSWER: {"threat/legal": 2, "legal/to_legal": 1, "legal/share": 1},
            Group.CHECKED: {"otherwise": 1, "agreed": 1},
        }
        for group, counts in expected.items():
            assert dict(await archive.terms(EVERYTHING, by=group, size=9)) == counts
        for name, value, number in (("outcome", "restore", 1), ("answer", "threat/legal", 2), ("checked", "any", 2)):
            assert await agreed(archive, Filter(query=Field(name=FieldName(name), value=value))) == number
        await archive.write([judgement("file:1", "outcome", None, 3)])
        assert dict(await archive.terms(EVERYTHING, by=Group.OUTCOME, size=9)) == {"to_legal": 1, "share": 1}

    async def test_what_was_not_looked_at_is_found_when_it_is_processed_again(self, archive):
        await archive.write([enriched("1"), enriched("2")])
        assert await archive.terms(EVERYTHING, by=Group.INTENT, size=9) == []
        await archive.write([enriched("1", generation=1, found={"intent": (), "aspects": ("trein:uncertain",)})])
        assert await archive.terms(EVERYTHING, by=Group.INTENT, size=9) == [(UNCERTAIN, 1)]
        assert await archive.terms(EVERYTHING, by=Group.ASPECT, size=9) == [("trein:uncertain", 1)]


class ArchiveConformance(Versions, Beside, Gone, Said, Figures, Found, Placing, Rest):
    """All of it."""
