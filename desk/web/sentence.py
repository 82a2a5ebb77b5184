"""The sentence of state: what a person needs to know in five seconds, written from the numbers."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from markupsafe import Markup, escape

from desk.web.formats import Formats
from desk.web.pages.asked import Asked
from desk.web.words import Words, said
from picture.collected import Gap
from picture.overview import Overview

_MOST_GAPS = 4
QUIET, BUSY = 0.7, 1.4
"""Times normal below and above which a period is called quieter or busier than usual."""
ALARMING = 2.0
"""Times normal in the last hours from which a longer period that is as usual as a whole is called busy too."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The state in one word (busy, normal, quiet, learning, empty, unknown), its sentence, and what was not collected."""

    state: str
    sentence: Markup
    gaps: tuple[str, ...]


def state_of(picture: Overview) -> str:
    """The one word. Nothing heard is "unknown" unless the range was collected."""
    if not picture.total:
        return "empty" if any(point.count == 0 for point in picture.volume.points) else "unknown"
    recent = picture.volume.recent
    if recent is not None and recent >= ALARMING:
        return "busy"
    ratio = picture.times_normal or recent
    if ratio is None:
        return "learning"
    return "busy" if ratio >= BUSY else "quiet" if ratio < QUIET else "normal"


def tell(picture: Overview, asked: Asked, *, words: Words, form: Formats, name: str) -> Told:
    """The sentence in the reader's language; each number in it links to its messages."""
    state = state_of(picture)
    who = asked.view.monitor or name
    when = _when(asked, words, form)
    if state in {"empty", "unknown"}:
        text = escape(words(f"state.{state}", name=who, when=when))
        return Told(state=state, sentence=text, gaps=gap_lines(picture.volume.gaps, form, words))
    parts = [
        words(
            "state.heard",
            name=Markup("<strong><bdi>{}</bdi></strong>").format(who),
            count=_linked(asked, words("count.mentions", n=picture.total, count=form.number(picture.total))),
            when=when,
        ),
        words("state.copies") if asked.view.once else "",
        _normal(picture, asked, words, form),
        _recent(picture, words, form),
        _negative(picture, asked, words, form),
        _mostly(picture, asked, words),
    ]
    return Told(
        state=state,
        sentence=Markup("").join(escape(part) for part in parts if part) + Markup("."),
        gaps=gap_lines(picture.volume.gaps, form, words),
    )


def _linked(asked: Asked, text: str, **changes: str) -> Markup:
    """A link that does not break inside."""
    return Markup('<a href="{}">{}</a>').format(asked.view.link("/search", **changes), text.replace(" ", "\u00a0"))


def _when(asked: Asked, words: Words, form: Formats) -> str:
    chosen = asked.view.chosen
    if chosen == "custom":
        return words("when.custom", stretch=form.stretch(asked.since, asked.until))
    if chosen == "all":
        return words("when.all", moment=form.day(asked.since))
    return words(f"when.{chosen}")


def _normal(picture: Overview, asked: Asked, words: Words, form: Formats) -> str:
    ratio = picture.times_normal
    if ratio is None:
        return words("state.learning") if picture.volume.recent is None else ""
    kind = "usual" if QUIET <= ratio < BUSY else "ratio"
    of_day = asked.until - asked.since <= timedelta(hours=25) and asked.view.chosen != "24h"
    suffix = "day" if of_day else "period"
    return words(f"state.{kind}.{suffix}", times=form.times(ratio), weekday=form.weekday(asked.since))


def _recent(picture: Overview, words: Words, form: Formats) -> str:
    """The last hours, where they differ from the whole or are all that can be compared."""
    recent = picture.volume.recent
    if recent is None:
        return ""
    if picture.times_normal is None:
        return words("state.recent.alone", times=form.times(recent))
    return words("state.recent", times=form.times(recent)) if recent >= ALARMING else ""


def _negative(picture: Overview, asked: Asked, words: Words, form: Formats) -> str | Markup:
    share, change = picture.sentiment.share("negative"), picture.negative_change
    if share is None:
        return ""
    linked = _linked(asked, words("state.negative.link", share=form.percent(share)), sentiment="negative")
    if change is None:
        return words("state.negative", negative=linked)
    return words("state.negative.change", negative=linked, change=form.points(change))


def _mostly(picture: Overview, asked: Asked, words: Words) -> str | Markup:
    largest = max(picture.moved, key=lambda moved: moved.now, default=None)
    if largest is None or not largest.now or asked.view.topic:
        return ""
    return words("state.mostly", topic=Markup("<em>{}</em>").format(_linked(asked, largest.topic, topic=largest.topic)))


def gap_lines(gaps: Sequence[Gap], form: Formats, words: Words) -> tuple[str, ...]:
    """One line a stretch: sources that were away together stand together. Of many the first, and how many more there are."""
    together: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        sources = together.setdefault((form.stretch(gap.since, gap.until), gap.reason), [])
        sources.append(words.or_plain("source", gap.source))
    told = [
        str(words("state.gap", source=", ".join(sources), stretch=stretch, reason=said.plain(reason, words)))
        for (stretch, reason), sources in list(together.items())[:_MOST_GAPS]
    ]
    if (more := len(together) - _MOST_GAPS) > 0:
        told.append(str(words("state.gap.more", n=more, count=form.number(more))))
    return tuple(told)
