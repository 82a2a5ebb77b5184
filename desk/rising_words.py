"""The words that tell a rising topic, without those that may be somebody's name. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import msgspec

from core.words import fold
from desk.nameless import names_of
from picture.emerged import Emerging
from playbook.sections import Playbook

_WORD = re.compile(r"[^\W\d_]+")


def own_words(playbook: Playbook, organisation: str) -> AbstractSet[str]:
    """The organisation's name, its topics and their keywords, word for word: they tell of nobody, however they are written."""
    said = [organisation, *playbook.topics]
    for topic in playbook.topics.values():
        said += [word for words in topic.keywords.values() for word in words]
    return _parts(said)


def nameless(topic: Emerging, staff: Iterable[str], ours: AbstractSet[str]) -> Emerging:
    """The topic told by words that are no part of the name of an author, of whom its messages name, or of the staff, and that
    are written in small letters more often than with a capital; those of `ours` stay however they are written.
    """
    mentions = [one.enriched.mention for one in topic.mentions]
    named = {name for one in topic.mentions for name in (one.enriched.mention.author.id, *names_of(one))}
    names = _parts([*staff, *named])
    spelled = Counter(word for one in mentions for word in _WORD.findall(f"{one.title or ''} {one.text}"))
    capitals = Counter[str]()
    for word, count in spelled.items():
        capitals[fold(word)] += -count if word[0].islower() else count

    def stays(word: str) -> bool:
        parts = _parts([word])
        return names.isdisjoint(parts) and all(part in ours or capitals[part] < 0 for part in parts)

    kept = {language: tuple(word for word in words if stays(word)) for language, words in topic.words.items()}
    return msgspec.structs.replace(topic, words={language: words for language, words in kept.items() if words})


def _parts(names: Iterable[str]) -> AbstractSet[str]:
    return {fold(part) for name in names for part in _WORD.findall(name)}
