"""What a message says of cases, before it has the form of a channel: counts and links, and excerpts where they may leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from desk.notices.still import still
from desk.store.case_news import News
from desk.store.cases import Case
from desk.store.crises import Crisis
from desk.store.notice_messages import Message
from desk.store.notices import Kind, Notice
from desk.web.formats import Formats
from desk.web.words import Words

SHOWN = 5
"""Cases that a message names one by one; of more it gives the number."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One case: what happened to it, how it is called, where it is; its words where they may leave."""

    case: str
    number: int
    kinds: tuple[Kind, ...]
    severity: str
    source: str
    says: str
    link: str
    unit: str | None = None
    due: datetime | None = None
    excerpt: str | None = None


@dataclass(frozen=True)
class Reader:
    """Who it is written to: a language, its formats, and the address that links begin with."""

    words: Words
    form: Formats
    page: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A message before it has a form.

    counts  how many cases of each kind, those that are not shown too; `more` says how many those are, "" where none is
    repeat  whether it may have arrived before
    crisis  the one that it tells of, where it tells of none of cases
    """

    subject: str
    sentences: tuple[str, ...]
    counts: Mapping[Kind, int]
    lines: tuple[Line, ...]
    more: str
    link: str
    all: str
    language: str
    repeat: bool
    crisis: Crisis | None = None


def true_still(owed: Sequence[Notice], cases: Mapping[str, Case], news: News) -> Mapping[str, tuple[Kind, ...]]:
    """By case what of these notices somebody still has to know, the oldest first."""
    found: dict[str, tuple[Kind, ...]] = {}
    for notice in owed:
        case = cases.get(notice.case or "")
        if case is not None and still(notice, case, news):
            found[case.id] = tuple(dict.fromkeys((*found.get(case.id, ()), notice.kind)))
    return found


def tell(
    message: Message,
    kinds: Mapping[str, tuple[Kind, ...]],
    cases: Mapping[str, Case],
    reader: Reader,
    excerpts: Mapping[str, str],
) -> Told:
    """The message of these cases. `excerpts` are the words that may leave, by the id of a case's first message."""
    words, number = reader.words, reader.form.number
    counts = {kind: sum(kind in mine for mine in kinds.values()) for kind in Kind}
    counts = {kind: many for kind, many in counts.items() if many}
    said = [str(words(f"notice.{kind}", n=many, count=number(many))) for kind, many in counts.items()]
    shown = list(kinds)[:SHOWN]
    more = len(kinds) - len(shown)
    return Told(
        subject=again(", ".join(said), words, repeat=message.unsure),
        sentences=(*(f"{one}." for one in said), *aside(message, words)),
        counts=counts,
        lines=tuple(_line(cases[one], kinds[one], reader, excerpts) for one in shown),
        more=str(words("notice.more", n=more, count=number(more))) if more else "",
        link=f"{reader.page}/cases",
        all=str(words("notice.all")),
        language=words.language,
        repeat=message.unsure,
    )


def aside(message: Message, words: Words) -> list[str]:
    """What is to be known of the message itself."""
    said = [str(words("notice.repeat"))] if message.unsure else []
    return said + ([str(words("notice.instead", channel=message.instead))] if message.instead else [])


def again(subject: str, words: Words, *, repeat: bool) -> str:
    """The subject of a message that may have arrived before says so."""
    return str(words("notice.again", subject=subject)) if repeat else subject


def _line(case: Case, kinds: tuple[Kind, ...], reader: Reader, excerpts: Mapping[str, str]) -> Line:
    due = None if case.answered_at else case.first_due
    words = reader.words
    parts = [f"#{case.number}", words.or_plain("severity", case.severity), words.or_plain("source", case.source)]
    parts += [case.unit] if case.unit else []
    parts += [str(words("notice.due", moment=reader.form.moment(due)))] if due else []
    return Line(
        case=case.id,
        number=case.number,
        kinds=kinds,
        severity=case.severity,
        source=case.source,
        says=" · ".join(parts),
        link=f"{reader.page}/case?number={case.number}",
        unit=case.unit,
        due=due,
        excerpt=excerpts.get(case.first_message),
    )
