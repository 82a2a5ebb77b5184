"""What emerges, over real stores and vectors of the real encoder: an outage told in Dutch and English among ordinary talk."""

from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from core.time import now
from core.types import Author, Deletion, Enriched, Finding, Judgement, Mark, Mention, Mute, Scope, Visibility
from desk.store import emerging
from enrich._encoder import Encoder, build_model, pack_all
from enrich._normalise import normalise
from klankbord import configuration
from klankbord.caching import cache_folder
from klankbord.demo.timeline import timeline
from klankbord.keeping.emerging import Emerging
from klankbord.privacy.erase import erase
from klankbord.stores import open_stores
from picture.emerged import emerged
from tests.klankbord.program import Program, file_source

OUTAGE = Path(__file__).parents[1] / "data" / "emerging" / "gates.txt"
ORDINARY = 260
MOMENT = now()


def outage() -> list[tuple[str, str]]:
    """Language and text, in an order that mixes both."""
    found, language = [], ""
    for line in OUTAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        else:
            found.append((language, line))
    Random(4).shuffle(found)
    return found


def said(name: str, text: str, language: str, vector: bytes, back: timedelta, **fields) -> Enriched:
    at = now() - back
    author = fields.pop("author", f"file:author-of-{name}")
    mention = Mention(
        id=f"file:{name}", source="file", author=Author(id=author), text=text, created_at=at, seen_at=at, **fields
    )
    return Enriched(mention=mention, findings=(Finding(name="language", model="m", labels=(language,)),), vector=vector)


@pytest.fixture(scope="module")
def talk() -> tuple[list[Enriched], list[Enriched]]:
    """28 ordinary days, marked as history, and the outage as it is heard."""
    told = [one for one in timeline(MOMENT).messages if one.wanted and one.public and not one.crisis and one.final_text]
    past = Random(1).sample([one for one in told if one.at < MOMENT - timedelta(hours=30)], ORDINARY)
    new = outage()
    texts = [normalise(one.final_text) for one in past] + [normalise(text) for _, text in new]
    with Encoder(build_model(cache_folder())) as encoder:
        vectors = pack_all(encoder.encode(texts))
    ordinary = [
        said(f"old{n}", one.final_text, one.wording.language, vectors[n], MOMENT - one.at, marks=(Mark.HISTORY,))
        for n, one in enumerate(past)
    ]
    fresh = [
        said(f"new{n}", text, language, vectors[ORDINARY + n], timedelta(minutes=5))
        for n, (language, text) in enumerate(new)
    ]
    return ordinary, fresh


class House:
    """Stores that heard 28 ordinary days, and what follows what is new."""

    def __init__(self, stores) -> None:
        self.stores = stores
        self.new = Emerging(stores)

    async def hear(self, *items) -> None:
        assert not await self.stores.archive.write(items)
        assert not await self.new.write(items)

    async def found(self):
        """What emerges, with its evidence."""
        await self.new.tell()
        return await emerged(self.stores.archive, await emerging.now(self.stores.desk), most=5)


@pytest.fixture
async def house(tmp_path, talk):
    async with opened(tmp_path) as one:
        await one.hear(*talk[0])
        yield one


@asynccontextmanager
async def opened(folder):
    program = Program(folder, file_source("in.jsonl", keep="36500d"))
    async with open_stores(configuration.read(program.config), lambda _: None) as stores:
        yield House(stores)


async def test_an_outage_in_two_languages_is_one_topic(house, talk):
    assert not await house.found()
    for heard in talk[1][:25]:
        await house.hear(heard)
    assert len(await house.found()) == 1
    await house.hear(*talk[1][25:])
    (topic,) = await house.found()
    assert {share.name for share in topic.languages} == {"nl", "en"}
    assert topic.voices >= 0.6 * len(talk[1])
    told = " ".join([*topic.words["nl"], *topic.words["en"]]).lower()
    assert "poortje" in told
    assert "gate" in told
    assert not {"the", "de", "het", "and", "en"} & set(told.split())


async def test_who_starts_again_knows_the_same(house, talk):
    await house.hear(*talk[1])
    (before,) = await house.found()
    house.new = Emerging(house.stores)
    (after,) = await house.found()
    await house.hear(*talk[1])  # what was not committed comes once more
    (again,) = await house.found()
    assert after.id == again.id == before.id
    assert abs(after.voices - before.voices) <= 3
    assert abs(again.voices - after.voices) <= 3


def _judged(one: Enriched) -> Judgement:
    return Judgement(mention=one.mention.id, name="irrelevant", labels=("yes",), by="ruth", at=now())


def _deleted(one: Enriched) -> Deletion:
    return Deletion(target=one.mention.id, scope=Scope.MENTION, at=now(), reason="deleted")


def _left(one: Enriched) -> Deletion:
    return Deletion(target=one.mention.author.id, scope=Scope.AUTHOR, at=now(), reason="account gone")


def _muted(one: Enriched) -> Mute:
    return Mute(author=one.mention.author.id, by="ruth", at=now())


def _closed(one: Enriched) -> Enriched:
    return replace(one, mention=replace(one.mention, visibility=Visibility.FOLLOWERS))


@pytest.mark.parametrize("goes", [_judged, _deleted, _left, _muted, _closed])
async def test_what_is_gone_is_no_evidence_no_word_and_in_no_count(house, talk, goes):
    await house.hear(*talk[1])
    (before,) = await house.found()
    gone = [one for one in talk[1] if "poortje" in one.mention.text.lower()]
    await house.hear(*map(goes, gone))
    there = {one.mention.id for one in gone}
    found = await house.found()
    assert not there & {one.enriched.mention.id for topic in found for one in topic.mentions}
    assert all(topic.voices < before.voices for topic in found)
    assert "poortje" not in str([topic.words for topic in found]).lower()


async def test_what_is_erased_on_request_is_told_no_more(house, talk):
    await house.hear(*talk[1])
    assert await house.found()
    name = talk[1][0].mention.id
    _ = [store async for store in erase(house.stores, mentions=[name])]
    await house.new.tell()
    told = await emerging.now(house.stores.desk)
    assert name not in {one.mention for topic in told.topics for one in topic.members}


def _marked(mark: Mark):
    return lambda one: replace(one, mention=replace(one.mention, marks=(mark,)))


def _late(one: Enriched) -> Enriched:
    return replace(one, mention=replace(one.mention, created_at=now() - timedelta(hours=3)))


def _of_one_account(one: Enriched) -> Enriched:
    return replace(one, mention=replace(one.mention, author=Author(id="file:loud")))


@pytest.mark.parametrize("changed", [_marked(Mark.HISTORY), _late, _of_one_account, _closed])
async def test_history_late_talk_one_loud_account_and_what_is_not_public_are_no_news(house, talk, changed):
    await house.hear(*map(changed, talk[1]))
    assert not await house.found()
    house.new = Emerging(house.stores)
    assert not await house.found()


async def test_drills_are_no_news_after_a_start_either(house, talk):
    assert not house.new.takes_drills
    await house.stores.archive.write([_marked(Mark.DRILL)(one) for one in talk[1]])
    house.new = Emerging(house.stores)
    assert not await house.found()


async def test_five_hundred_shares_are_one_voice(house, talk):
    first = talk[1][0]
    shares = [
        replace(first, mention=replace(first.mention, id=f"file:copy{n}", author=Author(id=f"file:sharer{n}")))
        for n in range(500)
    ]
    await house.hear(*shares)
    assert not await house.found()


async def test_a_few_hours_of_talk_are_not_enough_to_know_what_is_new(tmp_path, talk):
    async with opened(tmp_path) as house:
        await house.hear(*talk[1])
        assert not await house.found()
        told = await emerging.now(house.stores.desk)
        assert told.learned < 1
