"""What an assistant asks about, read into the page's view: the subject's name, and its stretch in days as people say them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from core.document import Filter, Group
from core.errors import Reject
from core.settings import nearest
from desk.api.asker import Asker, within_reason
from desk.assistants.moments import stretch_of
from desk.web.view import View
from picture.moved import period_before

Text = Annotated[str, Meta(max_length=300)]
Said = Annotated[
    str,
    Meta(
        max_length=60,
        description="monday, last monday, yesterday, last week, this month, 3 days ago, 12h, 2026-03-23, 2026-03-23T14:00",
    ),
]
_MOST_TOPICS = 1000
_MOST_NAMES = 1000
_LISTENED = timedelta(days=90)
"""How far back a silent source is known by what was collected of it."""


class Subject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is about; nothing narrows where nothing is said. Days are the organisation's, an until that names a day is its end."""

    about: Annotated[
        Text, Meta(description="A topic's or a monitor's name, else words to find. The answer says how it was read.")
    ] = ""
    topic: Annotated[Text, Meta(description="A topic by its exact name.")] = ""
    monitor: Annotated[Text, Meta(description="A monitor by its exact name; list_monitors has them.")] = ""
    query: Annotated[
        str,
        Meta(
            max_length=2000, description='Words AND OR NOT "phrases" wild* lang:nl source:bluesky sentiment:negative.'
        ),
    ] = ""
    source: Annotated[Text, Meta(description="One source, such as bluesky.")] = ""
    language: Annotated[Text, Meta(description="One language, such as nl.")] = ""
    since: Said = "7 days ago"
    until: Said = "now"


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """How the subject was read: `read_as` says what `about` was taken for, the two ends stand in the organisation's time zone."""

    about: str
    read_as: Literal["everything", "topic", "monitor", "words", "as given"]
    since: str
    until: str
    time_zone: str


async def view_of(asker: Asker, subject: Subject) -> tuple[View, Read]:
    """The view and how it came to be. Raises Reject for a name that is not there, and for days that name no stretch."""
    since, until = stretch(asker, subject.since, subject.until)
    topics, monitors = await _topics(asker, since, until), asker.monitors.names()
    view = View(
        since=since,
        until=until,
        topic=_exact("topic", subject.topic.strip(), topics),
        monitor=_exact("monitor", subject.monitor.strip(), monitors),
        source=await _heard(asker, "source", subject.source.strip()),
        language=await _heard(asker, "language", subject.language.strip()),
        q=subject.query.strip(),
    )
    changed, read_as = _about(asker, subject.about.strip(), view, topics)
    zone = asker.organisation.zone
    return changed, Read(
        about=subject.about,
        read_as=read_as,
        since=_local(since.astimezone(zone)),
        until=_local(until.astimezone(zone)),
        time_zone=zone.key,
    )


def stretch(asker: Asker, since: str, until: str) -> tuple[datetime, datetime]:
    """Both ends. An end that is now, or lies ahead, is the next full minute, as on the page."""
    now, zone, first = asker.clock(), asker.organisation.zone, asker.organisation.week_start
    start = stretch_of(since, now=now, zone=zone, week_start=first)[0]
    end = stretch_of(until, now=now, zone=zone, week_start=first)[1]
    latest = (now + timedelta(minutes=1)).replace(second=0, microsecond=0)
    if end == now or end > latest:
        end = latest
    within_reason(start)
    within_reason(end)
    if start >= end:
        raise Reject(
            f'"{since}" begins at {_local(start.astimezone(zone))}, which is not before "{until}", '
            f"which ends at {_local(end.astimezone(zone))}",
            reason="stretch",
        )
    return start, end


def _about(
    asker: Asker, about: str, view: View, topics: list[str]
) -> tuple[View, Literal["everything", "topic", "monitor", "words", "as given"]]:
    if not about:
        return view, "as given" if view.topic or view.monitor or view.q else "everything"
    if view.topic or view.monitor or view.q:
        raise Reject("give about, or topic, monitor and query; not both", reason="about")
    topic = next((name for name in topics if name.casefold() == about.casefold()), None)
    if topic is not None:
        return msgspec.structs.replace(view, topic=topic), "topic"
    monitor = next((name for name in asker.monitors.names() if name.casefold() == about.casefold()), None)
    if monitor is not None:
        return msgspec.structs.replace(view, monitor=monitor), "monitor"
    return msgspec.structs.replace(view, q=about), "words"


async def _topics(asker: Asker, since: datetime, until: datetime) -> list[str]:
    """Every topic of the playbook, and what the stretch and the one it is held against know beside them."""
    wide = Filter(since=period_before(since, until)[0], until=until)
    found = await asker.archive.terms(wide, by=Group.TOPIC, size=_MOST_TOPICS)
    return list(dict.fromkeys([*asker.topics, *(name for name, _ in found)]))


async def _heard(asker: Asker, kind: Literal["source", "language"], name: str) -> str:
    """A source or language by the name that it was ever heard under; a source that was listened to counts though it was silent."""
    if not name:
        return ""
    names = [one for one, _ in await asker.archive.terms(Filter(), by=Group(kind), size=_MOST_NAMES)]
    if kind == "source":
        now = asker.clock()
        names += [one.source for one in await asker.archive.coverage(now - _LISTENED, now)]
    else:
        names += asker.organisation.languages
    return _exact(kind, name, list(dict.fromkeys(names)))


def _exact(kind: str, name: str, names: Sequence[str]) -> str:
    """The name as it is written there, whatever its capitals."""
    if not name:
        return ""
    found = next((one for one in names if one.casefold() == name.casefold()), None)
    if found is None:
        raise Reject(f'there is no {kind} "{name}"; {nearest(name, names) if names else "there is none"}', reason=kind)
    return found


def _local(moment: datetime) -> str:
    return f"{moment:%A} {moment.isoformat(timespec='minutes')}"
