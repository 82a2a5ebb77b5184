"""The query language's parsed form: what a monitor or a search asks, without saying how it is answered.

The playbook parses text into these nodes and matches messages with them; an archive translates them to its engine.

Tokens: text is compared after NFKC and casefold, cut at everything that is not a letter, a digit, "_", or an
apostrophe or hyphen between two of them. A Word matches one whole token; "*" stands for any run of characters in a
token, "?" for one. `exact` compares case too.
"""

from enum import StrEnum

import msgspec


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
    """One token of text or title; `pattern` is casefolded unless `exact`; may hold "*" and "?"."""

    pattern: str
    exact: bool = False


class Phrase(Node, frozen=True):
    """Tokens that follow one another directly, in text or title."""

    words: tuple[Word, ...]


class Near(Node, frozen=True):
    """Left and right at most `distance` tokens apart, in either order. Each side is an Or of words and phrases, or one."""

    left: "AnyNode"
    right: "AnyNode"
    distance: int


class Handle(Node, frozen=True):
    """@name: the message addresses that account, or the text names it. Casefolded, without "@"."""

    name: str


class Tag(Node, frozen=True):
    """#name: the message carries that hashtag. Casefolded, without "#"; may end in "*"."""

    name: str


class FieldName(StrEnum):
    """Fields a query may ask. The last three are known only after enrichment: searches may use them, monitors not."""

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


class Comparison(StrEnum):
    IS = ":"
    MORE = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


class Field(Node, frozen=True):
    """A fact about the message. `value` is casefolded; numbers (followers, engagement) compare with `comparison`."""

    name: FieldName
    value: str
    comparison: Comparison = Comparison.IS


AnyNode = Everything | And | Or | Not | Word | Phrase | Near | Handle | Tag | Field
