"""Sentences that the program says in English, in the reader's language: mistakes in forms and queries, why something was
not collected or not delivered.

Where they arise nobody knows who reads them, and logs and commands have them in English. So the catalogue holds each as it
is said (`said.` and a name, its places in braces), and what fills a place is looked up once more by itself.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from markupsafe import Markup

from desk.web.words import Words, load

_BEGINS = "said."
_PLACE = re.compile(r"\\{(\w+)\\}")
_NUMBERS = {"n", "most", "found"}
"""Places that hold a number alone."""

FIELDS = {
    "name": "alerts.name", "monitor": "scope.monitor", "source": "scope.source", "language": "scope.language",
    "query": "alerts.query", "sentiment": "sentiment.title", "topic": "alerts.topic", "copies": "alerts.copies", "when": "alerts.on",
    "number": "alerts.number", "within": "alerts.within", "group": "alerts.group", "pause": "alerts.pause",
    "quiet": "alerts.quiet", "late": "alerts.late", "to": "alerts.to", "webhook": "alerts.webhook",
    "written_in": "alerts.written_in", "view": "links.view", "form": "reports.form", "every": "reports.every",
    "at": "reports.at", "on": "reports.on", "title": "links.name", "days": "links.days",
}  # fmt: skip
"""Fields of forms, by what the form calls them."""


def said(sentence: str, words: Words) -> str | None:
    """The sentence in that language; None where the catalogue has no such sentence."""
    for key, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            places = {name: said(value, words) or value for name, value in found.groupdict().items()}
            return str(words(key, **places))
    return None


def shown(sentence: str, words: Words) -> str | Markup:
    """The same for a page: one that the catalogue has not stands there in English, and is marked so."""
    return said(sentence, words) or Markup('<span lang="en">{}</span>').format(sentence)


def plain(sentence: str, words: Words) -> str:
    """The same for plain text, as it is where the catalogue has not got it."""
    return said(sentence, words) or sentence


def mistake(sentence: str, words: Words) -> str | Markup:
    """A mistake in a form, "field: what is wrong with it", with the field as the form calls it."""
    field, colon, rest = sentence.partition("\n")[0].partition(": ")
    label = FIELDS.get(re.sub(r"\[\d+\]", "", field))
    whole = said(sentence.partition("\n")[0], words)
    if whole is not None or not colon or label is None:
        return whole or shown(sentence, words)
    return Markup("{}: {}").format(words(label), shown(rest, words))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What each sentence looks like in English, those with the most of their own first."""
    return tuple(sorted(_read(load("en").entries), key=lambda pair: -len(_PLACE.sub("", pair[1].pattern))))


def _read(entries: Mapping[str, str]) -> Iterator[tuple[str, re.Pattern[str]]]:
    for key, text in entries.items():
        if key.startswith(_BEGINS):
            yield key, re.compile(_PLACE.sub(_place, re.escape(text)), re.DOTALL)


def _place(found: re.Match[str]) -> str:
    filled = r"[\d.,]+" if found[1] in _NUMBERS else ".*?"
    return f"(?P<{found[1]}>{filled})"
