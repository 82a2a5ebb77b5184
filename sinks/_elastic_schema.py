"""The archive's documents on Elasticsearch and OpenSearch: what each field holds, and how indices are named.

Kinds of document, each found by its id alone:

- a **mention** lies in the index of its id's source under `document_id(mention id)`. Its fields:

      id            "source:native", for sorting and answers (not searchable: get it by document_id)
      state         why it is out of sight: of "hidden" (deactivated account), "irrelevant" (judged), "drill"; absent for most
      created       event time, ms since 1970; every figure over time counts by it
      seen          first sight, ms since 1970: retention, and which reading of an account is the later one
      arrived       when the archive first took it in, ms since 1970
      source, kind, site, language, sentiment, emotion, intent, toxicity, outcome, severity, unit, checked, author   keywords that counts are split by, as
                    core.document.Group says, judgements applied; language is the detected, else the stated one, else "und";
                    author is the account's id
      monitors, topics, tags, aspects, spam, answers   the same, several each
      facts         what queries ask: _elastic_facts.facts of the mention with its judgements applied, and its delay
      words         title and text, one value each, as _elastic_tokens cuts them: every token one term, positions kept,
                    so a term, a phrase and a prefix mean what they do in a query
      exact         the same with case and diacritics, at the same positions
      followers     as read at `followers_at` (ms since 1970); both absent where not known
      engagement    likes, reposts, replies and quotes together, those known; absent where none is
      copy          one number for all mentions of the same text (sinks._copies)
      heard         the configured source it came from (first part of `stream`), which its retention is under
      order         its order key, also its external version
      said          the judgements that count for it, as messages (not searchable)
      body          the Enriched as it came, without vector, no judgement applied (not searchable)
      vector        the encoder's vector in base64 (not searchable)

- a **tombstone** lies where the mention did or would: {"id": its document_id, "state": ["gone"], "order": ..., "noted": ...} and
  nothing else. It has no time; a question leaves it out by its state.

- a **note** lies in the one index `Names.notes` under `note_id(...)`, its `kind` one of Note; see there.

- an **annotation** lies in the one index `Names.annotations` under its own id: `since` and `until` (ms since 1970; `until`
  absent for one moment), `text` as HTML, which is what dashboards show. It has no `created`, so that no panel of mentions
  counts it. Beside them lie the days on which people answered whether they would recommend us, with how many.
- a **customer** lies in the one index `Names.customers_index` under `document_id(customer id)`: CustomerFields, with the whole
  core.customer.CustomerDocument as `body` (not searchable). A field that is none of those is refused.

- a **case** lies in the one index `Names.cases_index` under `document_id(case id)`: CaseFields, with the whole
  core.case.CaseDocument as `body` (not searchable). No text, no name and no account stands in it.

Questions go to the alias `Names.mentions`, which holds the index of every source; where there is none yet it does not
exist. `Names.shown` is the same without what no figure counts and what is not public, for dashboards: see _elastic_shown.
They read the customers by the alias `Names.customers`, the cases by `Names.cases`.
"""

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from core.case import CaseDocument
from core.customer import CustomerDocument
from core.findings import NAMES
from sinks._elastic_tokens import GAP

VERSION = 1
"""Of mapping and layout; part of every index name, and of the mapping's _meta."""

HIDDEN, IRRELEVANT, DRILL, GONE = "hidden", "irrelevant", "drill", "gone"
"""Values of `state`."""

LONGEST = 1000
"""Characters of a keyword that can be searched and counted; the body holds longer ones whole."""

LONGEST_ID = 8000
"""Characters of a mention's or an author's id."""

_IN_URLS = bytes.maketrans(b"+/", b"-_")
_PLAIN_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class Note(StrEnum):
    """What stands in the index of notes.

    ACCOUNT    tombstone of an author or a mention: `target` (its document_id), removed, hidden, lifted (ms; absent: -1)
    JUDGEMENT  the one that counts of a mention and name: `body` the Judgement
    MUTE       the latest word on an author or a word: `subject` "author:ID" or "word:FOLDED", `body` the Mute
    RETENTION  `subject` a configured source, `before` (ms): what it saw earlier stays away
    COVERAGE   `since`, `until` (ms; absent while unknown), `body` the Coverage, `target` its own id, to tell those of one time apart,
               `subject` its source unless it is a gap; what an earlier release stored lacks that
    WIPED      `before` (ms): when the engine's files were last rid of what was overwritten
    """

    ACCOUNT = "account"
    JUDGEMENT = "judgement"
    MUTE = "mute"
    RETENTION = "retention"
    COVERAGE = "coverage"
    WIPED = "wiped"


class Names(NamedTuple):
    """Names of aliases, indices and templates, all under one prefix."""

    prefix: str

    @property
    def mentions(self) -> str:
        """The alias that questions go to."""
        return f"{self.prefix}-mentions"

    @property
    def shown(self) -> str:
        """The same, without what is hidden, irrelevant, part of an exercise, muted, gone or not public."""
        return f"{self.prefix}-shown"

    @property
    def notes(self) -> str:
        """The one index of notes."""
        return f"{self.prefix}-notes-v{VERSION}"

    @property
    def annotations(self) -> str:
        """The one index of what people noted beside the charts."""
        return f"{self.prefix}-annotations-v{VERSION}"

    @property
    def customers(self) -> str:
        """The alias that dashboards read the documents of customers by."""
        return f"{self.prefix}-customers"

    @property
    def customers_index(self) -> str:
        """The one index of customers."""
        return f"{self.prefix}-customers-v{VERSION}"

    @property
    def cases(self) -> str:
        """The alias that dashboards read the documents of cases by."""
        return f"{self.prefix}-cases"

    @property
    def cases_index(self) -> str:
        """The one index of cases."""
        return f"{self.prefix}-cases-v{VERSION}"

    @property
    def every(self) -> str:
        """A pattern for all mention indices of this layout."""
        return f"{self.prefix}-mentions.*-v{VERSION}"

    def holding(self, mention: str) -> str:
        """The index of a mention id: by the source in front of it, whoever says it."""
        return _holding(self.prefix, mention.partition(":")[0])


@lru_cache(maxsize=1000)
def _holding(prefix: str, source: str) -> str:
    if not _PLAIN_SOURCE.fullmatch(source):
        source = "x-" + hashlib.blake2b(source.encode(), digest_size=8).hexdigest()
    return f"{prefix}-mentions.{source}-v{VERSION}"


def document_id(mention: str) -> str:
    """`_id` of a mention and of its tombstone: a hash, which takes any id and says nothing of a person."""
    digest = hashlib.blake2b(mention.encode(), digest_size=16).digest()
    return b2a_base64(digest, newline=False)[:22].translate(_IN_URLS).decode()


def note_id(kind: Note, *parts: str) -> str:
    """`_id` of a note."""
    return document_id("\0".join((kind, *parts)))


class Document(msgspec.Struct, omit_defaults=True, kw_only=True, gc=False):
    """A mention's document, to write and to read; the module says what the fields hold."""

    id: str
    order: int
    created: int
    seen: int
    arrived: int
    source: str
    kind: str
    language: str
    author: str
    heard: str
    copy: int
    facts: list[str]
    words: Sequence[str]
    exact: Sequence[str]
    body: msgspec.Raw
    state: list[str] = []
    site: str | None = None
    sentiment: str | None = None
    emotion: str | None = None
    monitors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    intent: str | None = None
    aspects: tuple[str, ...] = ()
    spam: tuple[str, ...] = ()
    toxicity: str | None = None
    outcome: str | None = None
    severity: str | None = None
    unit: str | None = None
    answers: tuple[str, ...] = ()
    checked: str | None = None
    followers: int | None = None
    followers_at: int | None = None
    engagement: int | None = None
    said: tuple[msgspec.Raw, ...] = ()
    vector: bytes = b""


class CustomerFields(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A customer's document, to write and to read: what dashboards find it by and show of it, and all of it as `body`.

    label   what a person picks it by: "name (id)"
    days    times that a range finds it by, ms: one each day from first to last mention, and when it was counted
    first, last, counted  ms; `net` of the weeks of its trend
    """

    id: str
    label: str
    counted: int
    days: list[int]
    mentions: int
    body: CustomerDocument
    accounts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    name: str | None = None
    segment: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    net: float | None = None
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class Stretch(msgspec.Struct):
    """From the one to the other, both in it, ms."""

    gte: int
    lte: int


class CaseFields(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A case's document, to write and to read: what dashboards find it by and show of it, and all of it as `body`.

    open    when it was not closed; of one that is not closed, up to some time after it was counted
    opened, answered, closed, due, counted  ms; `due` of the first response
    answer_clock, answer_open, handling     seconds
    """

    id: str
    number: int
    counted: int
    opened: int
    open: Stretch
    source: str
    severity: str
    outcome: str
    state: str
    in_sla: str
    body: CaseDocument
    unit: str | None = None
    crisis: str | None = None
    reason: str | None = None
    answered: int | None = None
    closed: int | None = None
    due: int | None = None
    answer_clock: float | None = None
    answer_open: float | None = None
    handling: float | None = None


_KEYWORD = {"type": "keyword", "ignore_above": LONGEST}
_TIME = {"type": "date", "format": "epoch_millis"}
_STORED = {"type": "object", "enabled": False}
_NUMBER = {"type": "long"}
_REAL = {"type": "double"}
_TEXT = {"type": "text", "analyzer": "whitespace", "index_options": "positions", "position_increment_gap": GAP}

MENTION: Mapping[str, Mapping[str, Any]] = {  # Any: the engine's mapping language
    "id": {"type": "keyword", "index": False, "ignore_above": LONGEST_ID},
    "author": {"type": "keyword", "ignore_above": LONGEST_ID},
    "state": _KEYWORD,
    "created": _TIME,
    "seen": _TIME,
    "arrived": _TIME,
    **dict.fromkeys(("source", "kind", "site", "language", "monitors", "heard", *NAMES), _KEYWORD),
    "facts": {"type": "keyword", "doc_values": False, "ignore_above": LONGEST_ID},
    "words": _TEXT,
    "exact": _TEXT | {"norms": False},
    "followers": _NUMBER,
    "followers_at": _TIME,
    "engagement": _NUMBER,
    "copy": _NUMBER,
    "order": {"type": "long", "index": False},
    "said": _STORED,
    "body": _STORED,
    "vector": {"type": "binary"},
}
"""One field each of `Document`."""

NOTE: Mapping[str, Mapping[str, Any]] = {
    "kind": _KEYWORD,
    "subject": {"type": "keyword", "ignore_above": LONGEST_ID},
    "target": _KEYWORD,
    "removed": _NUMBER,
    "hidden": _NUMBER,
    "lifted": _NUMBER,
    "before": _NUMBER,
    "since": _TIME,
    "until": _TIME,
    "body": _STORED,
}

CUSTOMER: Mapping[str, Mapping[str, Any]] = {
    "id": _KEYWORD,
    "label": _KEYWORD,
    "accounts": {"type": "keyword", "ignore_above": LONGEST_ID},
    **dict.fromkeys(("name", "sources", "segment", "owner", "topics", "channels"), _KEYWORD),
    **dict.fromkeys(("counted", "days", "first", "last"), _TIME),
    "mentions": _NUMBER,
    "net": _REAL,
    "body": _STORED,
}
"""One field each of `CustomerFields`."""

CASE: Mapping[str, Mapping[str, Any]] = {
    **dict.fromkeys(("id", "source", "unit", "severity", "outcome", "reason", "state", "in_sla", "crisis"), _KEYWORD),
    **dict.fromkeys(("counted", "opened", "answered", "closed", "due"), _TIME),
    **dict.fromkeys(("answer_clock", "answer_open", "handling"), _REAL),
    "number": _NUMBER,
    "open": {"type": "date_range", "format": "epoch_millis"},
    "body": _STORED,
}
"""One field each of `CaseFields`."""

ANNOTATION: Mapping[str, Mapping[str, Any]] = {
    "since": _TIME,
    "until": _TIME,
    "text": {"type": "keyword", "index": False, "doc_values": False},
    **dict.fromkeys(("graded", "promoters", "detractors"), _NUMBER),
}
"""`text` is of a note; the others are of a day on which people answered."""


def mapping(fields: Mapping[str, Mapping[str, Any]], *, strict: bool = False) -> dict[str, Any]:
    """The mapping of an index: these fields, and nothing that turns up beside them, which is refused where `strict`."""
    return {"dynamic": "strict" if strict else False, "_meta": {"klankbord": VERSION}, "properties": dict(fields)}


def settings(shards: int, replicas: str) -> dict[str, Any]:
    """An index's settings: what is acknowledged is on disk, and found within a second."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": replicas,
        "refresh_interval": "1s",
        "translog": {"durability": "request"},
        "merge": {"policy": {"expunge_deletes_allowed": 0}},
    }


def templates(names: Names, *, shards: int = 1, replicas: str = "0-1") -> dict[str, dict[str, Any]]:
    """Name to index template: every index of the archive is made by one of these. Another `_meta` puts it anew."""
    seen = {"bool": {"must_not": [{"exists": {"field": "state"}}]}}
    aliases: dict[str, Any] = {names.mentions: {}, names.shown: {"filter": seen}}
    mentions = {"settings": settings(shards, replicas), "mappings": mapping(MENTION), "aliases": aliases}
    notes = {"settings": settings(1, replicas), "mappings": mapping(NOTE)}
    customers = {
        "settings": settings(1, replicas),
        "mappings": mapping(CUSTOMER, strict=True),
        "aliases": {names.customers: {}},
    }
    cases = {
        "settings": settings(1, replicas),
        "mappings": mapping(CASE, strict=True),
        "aliases": {names.cases: {}},
    }
    meta = {"klankbord": VERSION, "shards": shards, "replicas": replicas, "fields": len(MENTION)}
    return {
        f"{names.prefix}-mentions-v{VERSION}": {
            "index_patterns": [names.every],
            "template": mentions,
            "priority": 500,
            "_meta": meta,
        },
        f"{names.prefix}-notes-v{VERSION}": {
            "index_patterns": [names.notes],
            "template": notes,
            "priority": 500,
            "_meta": meta,
        },
        f"{names.prefix}-customers-v{VERSION}": {
            "index_patterns": [names.customers_index],
            "template": customers,
            "priority": 500,
            "_meta": meta,
        },
        f"{names.prefix}-cases-v{VERSION}": {
            "index_patterns": [names.cases_index],
            "template": cases,
            "priority": 500,
            "_meta": meta | {"fields": len(CASE)},
        },
    }
