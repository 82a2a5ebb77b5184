"""What a request may ask: the parameters of each question, as the OpenAPI document tells them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta
from msgspec import UnsetType as Unset

from core.errors import Reject
from core.settings import nearest
from desk.api.asker import within_reason
from desk.web.view import View, read

Name = Annotated[str, Meta(max_length=300)]
Query = Annotated[str, Meta(max_length=10_000, description="The query language of docs/queries.md, fields and all.")]
Moment = Annotated[datetime, Meta(tz=True)]
Size = Annotated[int, Meta(ge=1, le=100)]

By = Literal[
    "source", "language", "kind", "monitor", "sentiment", "emotion", "intent", "topics", "aspects", "spam", "tags",
    "toxicity", "outcome", "severity", "unit", "answers", "checked",
]  # fmt: skip
"""What figures are split by: no field that names an account."""


Range = Annotated[
    Literal["today", "24h", "7d", "28d", "90d", "all"],
    Meta(description="A stretch that ends now, by name; since and until go before it."),
]


class Filtering(msgspec.Struct, frozen=True, kw_only=True):
    """The filter of the page: a range by name, or since and until (half open, both or neither), and what narrows it."""

    range: Range = "7d"
    since: Annotated[Moment, Meta(description="Start, with an offset such as Z; only together with until.")] | Unset = (
        UNSET
    )
    until: Annotated[Moment, Meta(description="End, which is no longer part of it.")] | Unset = UNSET
    monitor: Annotated[Name, Meta(description="The name of a monitor.")] = ""
    source: Annotated[Name, Meta(description="A source, such as bluesky.")] = ""
    language: Annotated[Name, Meta(description="A detected language, such as nl.")] = ""
    q: Query = ""
    sentiment: Literal["", "positive", "neutral", "negative", "uncertain", "unjudged"] = ""
    topic: Annotated[Name, Meta(description="The name of a topic.")] = ""
    intent: Literal[
        "", "complaint", "question", "praise", "suggestion", "purchase", "incident", "other", "uncertain", "unjudged"
    ] = ""
    aspect: Annotated[
        Name, Meta(description="The name of an aspect, or with what is felt about it, such as trein:negative.")
    ] = ""
    spam: Annotated[Literal["", "without"], Meta(description="without leaves out what is marked as spam.")] = ""
    author: Annotated[
        Name, Meta(description="An author's handle, name or id; needs the scope mentions, and source with a policy.")
    ] = ""
    hidden: Annotated[
        Literal["", "1"], Meta(description="1 counts what was judged irrelevant and what is muted too.")
    ] = ""
    copies: Annotated[
        Literal["", "once"], Meta(description="once counts a text that many pass on as one voice: the first of them.")
    ] = ""


class Charting(Filtering, frozen=True, kw_only=True):
    """A chart's filter, and what its buckets are split by."""

    by: By | Unset = UNSET


class Sharing(Filtering, frozen=True, kw_only=True):
    """A filter, and the field whose values share in it."""

    by: By = "source"
    size: Size = 20


class Listing(Filtering, frozen=True, kw_only=True):
    """A filter, and how many are listed."""

    size: Size = 20


class AskedMost(Listing, frozen=True, kw_only=True):
    """The same, of the last 28 days by default."""

    range: Range = "28d"


class Searching(Filtering, frozen=True, kw_only=True):
    """A filter, an order, and where the list goes on."""

    order: Literal["newest", "oldest", "reach", "relevance"] = "newest"
    size: Size = 20
    after: Annotated[
        str, Meta(max_length=8000, description="From the link `next`, which holds the rest of the question too.")
    ] = ""


class Summarising(Filtering, frozen=True, kw_only=True):
    """A filter, which of its mentions are read first, and the language to write in."""

    order: Literal["newest", "oldest", "relevance"] = "newest"
    written_in: Literal["nl", "en"] = "en"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Customers by words, in an order, and where the list goes on."""

    q: Annotated[
        Name, Meta(description="A part of a customer's name or of an account's id, or an account's handle.")
    ] = ""
    order: Annotated[
        Literal["activity", "volume"], Meta(description="Who was heard last first, or who was heard most.")
    ] = "activity"
    size: Size = 20
    after: Annotated[
        str, Meta(max_length=8000, description="From the link `next`, which holds the rest of the question too.")
    ] = ""


class Working(msgspec.Struct, frozen=True, kw_only=True):
    """Cases, the most urgent first, in pages."""

    unit: Annotated[Name, Meta(description="That owns them; - is of none.")] = ""
    state: Literal["open", "snoozed", "closed", "any"] = "open"
    severity: Literal["", "minor", "serious", "critical"] = ""
    assignee: Annotated[Name, Meta(description="The id of who has them; - is of nobody.")] = ""
    due_before: Annotated[Moment, Meta(description="What has to be done next is due before that.")] | Unset = UNSET
    order: Literal["urgent", "newest"] = "urgent"
    size: Size = 20
    skip: Annotated[int, Meta(ge=0, le=100_000, description="How many to leave out, from the first on.")] = 0


class Crises(msgspec.Struct, frozen=True, kw_only=True):
    """Crises, those that run first, in pages."""

    state: Literal["running", "ended", "any"] = "running"
    drills: Annotated[bool, Meta(description="Drills alone; without it real ones alone.")] = False
    size: Size = 20
    skip: Annotated[int, Meta(ge=0, le=100_000, description="How many to leave out, from the first on.")] = 0


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that were written at the desk, the latest first, in pages."""

    state: Literal["draft", "waiting", "approved", "queued", "sending", "sent", "refused", "withdrawn", "any"] = "any"
    size: Size = 20
    skip: Annotated[int, Meta(ge=0, le=100_000, description="How many to leave out, from the first on.")] = 0


class Forecasting(msgspec.Struct, frozen=True, kw_only=True):
    """One monitor by its name."""

    monitor: Annotated[str, Meta(min_length=1, max_length=300, description="The name of a monitor.")]


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """One case or crisis by its number."""

    number: Annotated[int, Meta(ge=1, le=2_000_000_000)]


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """One of the staff and one of the organisation's own accounts."""

    person: Annotated[
        str,
        Meta(pattern="^[0-9A-Za-z_-]{1,200}$", description="The id of who would answer, as in the assignee of a case."),
    ]
    source: Annotated[str, Meta(min_length=1, max_length=200, description="Where the account is.")]
    handle: Annotated[str, Meta(min_length=1, max_length=200)]
    unit: Annotated[Name, Meta(description="The unit of the case, in which the role has to hold; any without.")] = ""


class OfCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case by its number."""

    case: Annotated[int, Meta(ge=1, le=2_000_000_000)]


class One(msgspec.Struct, frozen=True, kw_only=True):
    """One thing by its id."""

    id: Annotated[str, Meta(min_length=1, max_length=2000)]


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Since and until, half open; the last 28 days by default."""

    since: Moment | Unset = UNSET
    until: Moment | Unset = UNSET


class Happened(Stretch, frozen=True, kw_only=True):
    """A stretch, and one kind of business events."""

    kind: Literal["", "outage", "order", "campaign", "nps", "other"] = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The language that the answer is written in."""

    written_in: Literal["nl", "en"] = "en"


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """No parameters."""


Parameters = TypeVar("Parameters", bound=msgspec.Struct)


_TIMES = ("since", "until", "due_before")


def taken(given: Sequence[tuple[str, str]], wanted: type[Parameters]) -> Parameters:
    """The parameters of a request. Raises Reject for one that is unknown, given twice or cannot be read, or a time of no year that
    can be meant.
    """
    names = wanted.__struct_fields__
    found: dict[str, str] = {}
    for name, value in given:
        if name not in names:
            hint = nearest(name, names) if names else "this question takes none"
            raise Reject(f'there is no parameter "{name[:60]}"; {hint}', reason="parameter")
        if name in found:
            raise Reject(f"the parameter {name} is given more than once", reason="parameter")
        if name in _TIMES and ":" not in value:  # a number would be taken for seconds since 1970
            raise Reject(f"{name}: a time is written as in 2026-11-02T09:00:00Z", reason="parameter")
        found[name] = value
    try:
        asked = msgspec.convert(found, wanted, strict=False)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$.")
        raise Reject(f"{place.strip('`') or 'a parameter'}: {message}", reason="parameter") from None
    for name in _TIMES:
        if isinstance(moment := getattr(asked, name, None), datetime):
            within_reason(moment)
    return asked


def view_of(parameters: Filtering) -> View:
    """The page's view of the same question. Raises Reject where its parts do not go together."""
    told: dict[str, Any] = msgspec.to_builtins(parameters)  # Any: builtins of text
    return read({name: str(value) for name, value in told.items() if value != ""})
