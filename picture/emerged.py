"""What emerges, with its evidence: what of it still stands in the archive, who says it where, and the words that tell it."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from core.document import Filter, Group, Order, Stored
from core.emerging import Emergence, Risen
from core.ports import ArchiveReader
from core.types import OPEN
from picture.mention import is_irrelevant, labels_of
from picture.shares import Share
from picture.telling import telling

LEAST = 5
"""Voices that have to be left of a topic."""
COMPARED = 300
"""Earlier messages that its words are compared with."""
WORDS = 8
NAMED = 3
LEAST_OF_LANGUAGE = 2


class Emerging(msgspec.Struct, frozen=True, kw_only=True):
    """One emerging topic as it stands now.

    mentions   its latest messages, newest first; copies among them
    voices     those that count in the last `hours`: one an account, one a text; `usual` of them would be normal
    words      what tells it from what was said before, best first, by language; of those texts that may be told
    authors    how many accounts
    topics     which of the organisation's topics its messages were given, with how many
    trend      voices in each of the last hours, the running one last
    """

    id: str
    mentions: tuple[Stored, ...]
    voices: int
    usual: float
    hours: int
    words: dict[str, tuple[str, ...]]
    authors: int
    languages: tuple[Share, ...]
    sources: tuple[Share, ...]
    topics: tuple[tuple[str, int], ...]
    trend: tuple[int, ...]

    @property
    def growth(self) -> float:
        return self.voices / self.usual

    @property
    def first(self) -> Stored:
        return min(self.mentions, key=_created)

    @property
    def sample(self) -> Stored:
        """The message with most reach, else the first."""
        return max(
            self.mentions, key=lambda one: (one.enriched.mention.author.followers or -1, -_created(one).timestamp())
        )

    @property
    def name(self) -> str:
        """A few words of the language it is mostly told in, "" where none tell it."""
        spoken = [share.name for share in self.languages if share.name in self.words]
        return " ".join(self.words[spoken[0]][:NAMED]) if spoken else ""


async def emerged(
    archive: ArchiveReader, found: Emergence, *, most: int, tells: Callable[[Stored], bool] = lambda _: True
) -> list[Emerging]:
    """The first `most` of what emerges, as far as enough of it still stands. Only texts of which `tells` is true give words."""
    standing = [(risen, await _standing(archive, risen)) for risen in found.topics]
    alive = [(risen, mentions) for risen, mentions in standing if mentions and _voices(risen, mentions) >= LEAST][:most]
    if not alive:
        return []
    ordinary = await _before(archive, min(_created(one) for _, mentions in alive for one in mentions))
    told = [[one for one in mentions if tells(one)] for _, mentions in alive]
    return [
        _emerging(risen, mentions, _words(here, [ordinary, *(other for other in told if other is not here)]))
        for (risen, mentions), here in zip(alive, told, strict=True)
    ]


async def _standing(archive: ArchiveReader, risen: Risen) -> list[Stored]:
    there = await archive.several([one.mention for one in risen.members])
    found = [there[one.mention] for one in risen.members if one.mention in there]
    return sorted((one for one in found if _counts(one)), key=_created, reverse=True)


async def _before(archive: ArchiveReader, until: datetime) -> Sequence[Stored]:
    """What was said before all of it began."""
    return (await archive.search(Filter(until=until), order=Order.NEWEST, size=COMPARED)).mentions


def _counts(stored: Stored) -> bool:
    """Whether everybody could read it, and nobody judged it irrelevant."""
    return stored.enriched.mention.visibility in OPEN and not is_irrelevant(stored)


def _voices(risen: Risen, mentions: Sequence[Stored]) -> int:
    """Those told, without those that are gone since."""
    there = {one.enriched.mention.id for one in mentions}
    return risen.voices - sum(one.voice and one.mention not in there for one in risen.members)


def _words(mentions: Sequence[Stored], others: Sequence[Sequence[Stored]]) -> dict[str, tuple[str, ...]]:
    """The telling words in each language that at least two speak, the most spoken first; told from others of that language."""
    spoken = Counter(_language(one) for one in mentions)
    found = {
        language: telling(_texts(mentions, language), [_texts(group, language) for group in others], WORDS)
        for language, count in spoken.most_common()
        if count >= LEAST_OF_LANGUAGE
    }
    return {language: words for language, words in found.items() if words}


def _texts(mentions: Sequence[Stored], language: str) -> list[str]:
    return [_text(one) for one in mentions if _language(one) == language]


def _emerging(risen: Risen, mentions: Sequence[Stored], words: dict[str, tuple[str, ...]]) -> Emerging:
    topics = Counter(label for one in mentions for label in labels_of(one, Group.TOPIC))
    return Emerging(
        id=risen.id,
        mentions=tuple(mentions),
        voices=_voices(risen, mentions),
        usual=risen.usual,
        hours=risen.hours,
        words=words,
        authors=len({one.enriched.mention.author.id for one in mentions}),
        languages=_shares([_language(one) for one in mentions]),
        sources=_shares([one.enriched.mention.source for one in mentions]),
        topics=tuple(topics.most_common()),
        trend=risen.trend,
    )


def _shares(values: Sequence[str]) -> tuple[Share, ...]:
    return tuple(
        Share(name=name, mentions=count, share=count / len(values)) for name, count in Counter(values).most_common()
    )


def _language(stored: Stored) -> str:
    return stored.enriched.language


def _text(stored: Stored) -> str:
    mention = stored.enriched.mention
    return f"{mention.title} {mention.text}" if mention.title else mention.text


def _created(stored: Stored) -> datetime:
    return stored.enriched.mention.created_at
