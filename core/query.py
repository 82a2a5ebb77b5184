"""The query language's parsed form: what a monitor or a search asks, without saying how it is answered.

The playbook parses text into these nodes and matches messages with them; an archive translates them to its engine.

Tokens (core/words.py): text is compared folded (NFKC, case folded, without diacritics) and cut at everything that is not
a letter, a digit or "_"; hyphens and apostrophes separate, so `e-mail` and `foto's` arrive here as phrases of two words,
and `noorderlijn` finds "Noorderlijn-app". A Word matches one whole token; "*" stands for any run of characters in a
token, "?" for one. `exact` compares NFKC text with its case and diacritics. Phrases and Near stay within the text or
within the title. An index over unicode61 tokens is a superset when it is fed folded text.

A fact that is not known (no followers read, no country, no finding) makes its Field false in a search and in the
stream's decision, so NOT of it is true.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from enum import StrEnum

import msgspec

from core.types import OPEN


class Node(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of every node; `column` is where it starts in the query text, counted from 1, for messages."""

    column: int = 0


class Everything(Node, frozen=True):
    """Matches each message: the empty query."""


class And(Node, frozen=True):
    parts: tuple["AnyNode", ...]


class Or(Node, frozen=True):
    parts: tuple["AnyNode", ...]


class Not(Node, frozen=True):
    part: "AnyNode"


class Word(Node, frozen=True):
    """One token of text or title; `pattern` is folded unless `exact`; may hold "*" and "?" beside letters or digits."""

    pattern: str
    exact: bool = False


class Phrase(Node, frozen=True):
    """Tokens that follow one another directly, in text or title."""

    words: tuple[Word, ...]


class Near(Node, frozen=True):
    """Left and right at most `distance` (1-100) tokens apart, in either order; neighbours are 1 apart.

    Each side is an Or of words and phrases, or one. A phrase's nearest word counts, and the two never overlap.
    """

    left: "AnyNode"
    right: "AnyNode"
    distance: int


class Handle(Node, frozen=True):
    """@name: the message addresses that account (Mention.mentions), or the text or title names it.

    Casefolded, without "@". A name without a second "@" also stands for that name at any host: noorderlijn is
    noorderlijn@mastodon.example, and is not noorderlijn.example.
    """

    name: str


class Tag(Node, frozen=True):
    """#name: the message carries that hashtag (Mention.tags), or the text or title does. Folded, without "#"; may end in "*"."""

    name: str


class FieldName(StrEnum):
    """Fields a query may ask. Those of core.findings are known only after enrichment: searches may use them, monitors not."""

    LANGUAGE = "lang"
    SOURCE = "source"
    SITE = "site"
    AUTHOR = "author"
    FOLLOWERS = "followers"
    ENGAGEMENT = "engagement"
    KIND = "kind"
    COUNTRY = "country"
    VISIBILITY = "visibility"
    SENTIMENT = "sentiment"
    EMOTION = "emotion"
    TOPIC = "topic"
    PERSON_TAG = "tag"
    INTENT = "intent"
    ASPECT = "aspect"
    SPAM = "spam"
    TOXICITY = "toxicity"
    OUTCOME = "outcome"
    SEVERITY = "severity"
    UNIT = "unit"
    ANSWER = "answer"
    CHECKED = "checked"


class Comparison(StrEnum):
    IS = ":"
    MORE = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


class Field(Node, frozen=True):
    """A fact about the message, compared casefolded.

    lang        the detected language, else the stated one; `nl` also stands for nl-BE
    source, kind, country, visibility  equal
    site        equal, or a part of it: nu.nl stands for www.nu.nl
    author      the account's handle, display name or id
    followers, engagement  whole numbers compared with `comparison`; engagement is likes + reposts + replies + quotes, those known
    sentiment, emotion, intent, toxicity  the first label of that finding, "uncertain" where it has none
    topic, tag, aspect, spam    any label of findings "topics", "tags", "aspects", "spam"; an aspect's also without what is
                felt about it (trein stands for trein:negative); "any" stands for each kind of spam
    outcome, severity, unit  what triage came to, or a person said instead; how bad it is; whose it is
    answer      an answer on its way through triage, as "legal/to_legal": the question, and where its answer led
    checked     what a person said of the outcome: "agreed", "otherwise", or "any" of these
    """

    name: FieldName
    value: str
    comparison: Comparison = Comparison.IS


AnyNode = Everything | And | Or | Not | Word | Phrase | Near | Handle | Tag | Field


def open_alone() -> Or:
    """What everybody could read at its source."""
    return Or(parts=tuple(Field(name=FieldName.VISIBILITY, value=one.value) for one in sorted(OPEN)))


def by_accounts(authors: Iterable[str]) -> Or:
    """What these accounts wrote, by their ids; that of somebody who goes by such an id as well."""
    return Or(parts=tuple(Field(name=FieldName.AUTHOR, value=author.casefold()) for author in authors))


def asks(node: AnyNode, fields: AbstractSet[FieldName]) -> bool:
    """Whether the query asks one of these facts anywhere."""
    match node:
        case Field(name=name):
            return name in fields
        case And(parts=parts) | Or(parts=parts):
            return any(asks(part, fields) for part in parts)
        case Not(part=part):
            return asks(part, fields)
        case Near(left=left, right=right):
            return asks(left, fields) or asks(right, fields)
        case _:
            return False
