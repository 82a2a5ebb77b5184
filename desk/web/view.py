"""What a URL asks for: range, monitor, source, language, query and the rest, read from and written back to its parameters."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter, Order
from core.errors import Reject
from core.findings import BY_FIELD, UNCERTAIN
from core.query import And, AnyNode, Everything, Field, FieldName, Not, Or
from desk.ports import ParseQuery
from picture.buckets import local_midnight, starts, width_for
from picture.sentiment import UNJUDGED

PERIODS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "28d": timedelta(days=28), "90d": timedelta(days=90)}
CHOICES = ("today", *PERIODS)
DEFAULT = "7d"
ONCE = "once"
"""What `copies` is where all who pass on one text are one voice."""
_MOST_TEXT = 10_000


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state that the URL holds. `since` and `until` stand only where a range was dragged or linked to."""

    range: str = DEFAULT
    since: datetime | None = None
    until: datetime | None = None
    monitor: str = ""
    source: str = ""
    language: str = ""
    q: str = ""
    sentiment: str = ""
    topic: str = ""
    intent: str = ""
    aspect: str = ""
    spam: str = ""
    author: str = ""
    order: str = Order.NEWEST.value
    hidden: str = ""
    copies: str = ""
    after: str = ""

    def link(self, path: str, **changes: object) -> str:
        """The URL of that path with this view, some of it changed. Following a page is never carried along."""
        changed = msgspec.structs.replace(self, **{"after": "", **changes})
        filled = {key: value for key, value in msgspec.to_builtins(changed).items() if value not in ("", None)}
        return f"{path}?{urlencode(filled)}" if filled else path

    def fields(self, *without: str) -> list[tuple[str, str]]:
        """The same as names and values of a form, but for those left out."""
        return [(name, str(value)) for name, value in msgspec.to_builtins(self).items() if name not in without]

    @property
    def told(self) -> dict[str, str]:
        """What of it an alert or a link can be about, by the names that people write there: no range and no account."""
        names = ("monitor", "source", "language", "sentiment", "topic", "copies")
        told = {name: value for name in names if (value := getattr(self, name))}
        return told | ({"query": query} if (query := self._query) else {})

    @property
    def _query(self) -> str:
        """As one query what is asked in words, and what no part of an alert or a link is there for."""
        asked = [f'{name}:"{_unquoted(value)}"' for name in ("intent", "aspect") if (value := getattr(self, name))]
        asked += ["-spam:any"] if self.spam else []
        return " ".join([f"({self.q})" if self.q and asked else self.q, *asked]).strip()

    @property
    def once(self) -> bool:
        """Whether all who pass on one text are one voice."""
        return self.copies == ONCE

    @property
    def chosen(self) -> str:
        """The name of the range: one of the choices, "all", or "custom"."""
        return "custom" if self.since is not None else self.range


def read(parameters: Mapping[str, str]) -> View:
    """The view of a URL's parameters. Raises Reject with a sentence where one of them cannot be read."""
    known = {
        name: value.strip() for name, value in parameters.items() if name in View.__struct_fields__ and value.strip()
    }
    if len(known.get("q", "")) > _MOST_TEXT:
        raise Reject(f"the query is longer than {_MOST_TEXT} characters", reason="query")
    try:
        view = msgspec.convert(known, View, strict=False)
    except msgspec.ValidationError as error:
        raise Reject(f"the address cannot be read: {error}", reason="address") from error
    if (view.since is None) != (view.until is None):
        raise Reject("the address names one end of a time range, not both", reason="address")
    if view.since and view.until and (not view.since.tzinfo or not view.until.tzinfo or view.since >= view.until):
        raise Reject("the time range needs a start before its end, both with an offset such as Z", reason="address")
    if view.range not in (*CHOICES, "all") or view.order not in [order.value for order in Order]:
        raise Reject(
            f"the address asks for something unknown; ranges are {', '.join((*CHOICES, 'all'))}", reason="address"
        )
    return view


def resolve(view: View, *, now: datetime, zone: ZoneInfo, oldest: datetime | None = None) -> tuple[datetime, datetime]:
    """The half-open range of event time. A relative one begins at a bucket's start, so that no first bucket is cut.

    `oldest` is where "all" begins.
    """
    if view.since is not None and view.until is not None:
        return view.since, view.until
    until = (now + timedelta(minutes=1)).replace(second=0, microsecond=0)
    if view.range == "today":
        return local_midnight(now.astimezone(zone).date(), zone), until
    if view.range == "all":
        return min(oldest or now, now), until
    earliest = until - PERIODS[view.range]
    edges = starts(earliest, until, width=width_for(until - earliest), zone=zone)
    return next(start for start in edges if start >= earliest), until


def filter_of(view: View, span: tuple[datetime, datetime], parse: ParseQuery) -> Filter:
    """The filter that the whole page shares. Raises what `parse` raises."""
    parts: list[AnyNode] = []
    if view.q:
        parts.append(parse(view.q))
    if view.sentiment:
        parts.append(_one_label(FieldName.SENTIMENT, view.sentiment))
    if view.intent:
        parts.append(_one_label(FieldName.INTENT, view.intent))
    if view.aspect:
        parts.append(Field(name=FieldName.ASPECT, value=view.aspect.casefold()))
    if view.topic:
        parts.append(Field(name=FieldName.TOPIC, value=view.topic.casefold()))
    if view.author:
        parts.append(Field(name=FieldName.AUTHOR, value=view.author.casefold()))
    parts = [part for part in parts if not isinstance(part, Everything)]
    query: AnyNode | None = And(parts=tuple(parts)) if len(parts) > 1 else next(iter(parts), None)
    return Filter(
        since=span[0],
        until=span[1],
        monitors=(view.monitor,) if view.monitor else (),
        sources=(view.source,) if view.source else (),
        languages=(view.language,) if view.language else (),
        query=query,
        spam=not view.spam,
        irrelevant=bool(view.hidden),
        muted=bool(view.hidden),
        copies=not view.once,
    )


def _one_label(field: FieldName, label: str) -> AnyNode:
    if label == UNJUDGED:
        told = (*BY_FIELD[field].labels, UNCERTAIN)
        return Not(part=Or(parts=tuple(Field(name=field, value=one) for one in told)))
    return Field(name=field, value=label.casefold())


def _unquoted(value: str) -> str:
    return value.replace('"', " ")
