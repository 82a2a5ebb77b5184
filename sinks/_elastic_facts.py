"""What a stored mention answers to, as one list of keywords: "lang:nl", "site:nu.nl", "author:anna", "@name", "#tag";
tokens too long for the text's own index as well.

How long after it was published it arrived stands there too, in seconds ("delay:0000000042"); "delay:history" where it was
no live traffic, which sorts behind every number. What an earlier release stored lacks it.

The writer puts them into the field `facts`, a query asks for one of them: that is all there is to a field that is no
number, a handle or a hashtag, and it is exact.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from core import names
from core.findings import KNOWN
from core.query import Field, Handle, Tag
from core.types import Enriched
from sinks._stored import Labels, history

MOST = 8000
"""Characters of a keyword; what is longer is cut on both sides of the comparison."""

HISTORY = "delay:history"

_LONGEST_DELAY = 9_999_999_999


def facts(enriched: Enriched, counted: Labels, long: Sequence[str] = ()) -> list[str]:
    """All that is true of the mention, what it is counted by, and its `long` words; its judgements are applied."""
    mention, author = enriched.mention, enriched.mention.author
    found = [*_sort(mention.source, mention.kind, mention.visibility), *_called(author.id, author.handle, author.name)]
    found += long
    if mention.country:
        found.append(f"country:{mention.country.casefold()}")
    if mention.site is not None:
        found += [f"site:{host}" for host in _ends(mention.site.casefold(), ".")]
    found += ["@" + handle for handle in names.handles(mention)]
    found += ["#" + tag for tag in names.hashtags(mention)]
    if counted.spoken:
        found += _spoken(counted.spoken)
    found += labelled(counted.found).facts
    return found if len("".join(found)) <= MOST else [one[:MOST] for one in found]


def delay(enriched: Enriched, late: int) -> str:
    """The fact of how late it arrived: `late` in ms since it was published."""
    if enriched.mention.marks and history(enriched):
        return HISTORY
    return _delayed(-(-late // 1000))


def slower(prompt: timedelta) -> dict[str, str]:
    """The range of facts of all that arrived later than that, and of what was no live traffic."""
    return {"gt": _delayed(prompt // timedelta(seconds=1)), "lte": HISTORY}


@lru_cache(maxsize=1000)
def _delayed(seconds: int) -> str:
    if not 0 <= seconds <= _LONGEST_DELAY:
        seconds = 0 if seconds < 0 else _LONGEST_DELAY
    return f"delay:{seconds:010}"


def asked(node: Field | Handle | Tag) -> str:
    """The fact that the node asks for: a whole one, or where a Tag ends in "*" (which is left out) the start of one."""
    match node:
        case Handle(name=name):
            return f"@{name}"[:MOST]
        case Tag(name=name):
            return f"#{name.removesuffix('*')}"[:MOST]
        case Field(name=name, value=value):
            return f"{name.value}:{value}"[:MOST]


@lru_cache(maxsize=1000)
def _sort(source: str, kind: str, visibility: str) -> list[str]:
    return [f"source:{source.casefold()}", f"kind:{kind}", f"visibility:{visibility}"]


@lru_cache(maxsize=10_000)
def _called(*names: str | None) -> list[str]:
    return [f"author:{name.casefold()}" for name in names if name]


@lru_cache(maxsize=1000)
def _spoken(language: str) -> list[str]:
    return [f"lang:{spoken}" for spoken in _starts(language.casefold(), "-")]


class Labelled(NamedTuple):
    """What findings are asked by, and their fields in the document: one label or several. Any: that differs by field."""

    facts: list[str]
    fields: dict[str, Any]


@lru_cache(maxsize=10_000)
def labelled(findings: tuple[tuple[str, ...] | None, ...]) -> Labelled:
    """Of labels of the findings in KNOWN, in its order."""
    counted = [
        (known, labels) for known, given in zip(KNOWN, findings, strict=True) if (labels := known.counted(given))
    ]
    asked = (
        f"{known.field.value}:{value}" for known, labels in counted for one in labels for value in known.asked(one)
    )
    fields = {known.name: labels if known.several else labels[0] for known, labels in counted}
    return Labelled(list(dict.fromkeys(asked)), fields)


def _starts(value: str, mark: str) -> Iterator[str]:
    """The value, and what stands before each of its marks: zh-hant-tw, zh-hant, zh."""
    yield value
    yield from (value[:place] for place, sign in enumerate(value) if sign == mark)


def _ends(value: str, mark: str) -> Iterator[str]:
    """The value, and what stands behind each of its marks: www.nu.nl, nu.nl, nl."""
    yield value
    yield from (value[place + 1 :] for place, sign in enumerate(value) if sign == mark)
