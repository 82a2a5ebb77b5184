"""Whether an account looks like one of the organisation's own: by handle, by display name.

Compared are words without case, marks and parts that separate, and with signs that look alike made one. Those are an excerpt of
what Unicode calls confusable (UTS #39, confusables.txt), with what people take for one another in Latin handles.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

import msgspec

NEAR_FROM, TWO_FROM = 6, 10
"""Letters from which one other letter, and two, may differ: in shorter words that would be another word."""
SHORTEST = 3
"""Letters of a name that anything can look like."""
ADDED = (
    "help", "helpdesk", "support", "official", "officieel", "officiele", "service", "servicedesk", "klantenservice",
    "customerservice", "customercare", "care", "webcare", "team", "desk", "info", "news", "nieuws", "real", "the", "hq",
    "contact", "refund", "refunds", "nl", "be", "eu", "en", "nederland", "netherlands", "online",
)  # fmt: skip
"""Words that whoever pretends to be an organisation puts beside its name."""
_ALIKE = str.maketrans(
    "0134578$|ıіӏаеорсхуѕјһкмтвнԁԛԝαορτνικε",
    "oleastbsliilaeopcxysjhkmtbhdqwaoptvike",
)
"""Digits, and letters of Cyrillic and Greek, as the Latin ones they are taken for."""
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_WORDS = "|".join(sorted(ADDED, key=len, reverse=True))
_BESIDE = re.compile(rf"(?:{_WORDS}|\d{{1,4}})*")


class Why(StrEnum):
    """What makes an account look like another."""

    SAME = "same"  # the same name at another place
    ALIKE = "alike"  # other signs that look the same
    ADDED = "added"  # a word like help or official beside it
    NEAR = "near"  # a letter or two differ


class Official(msgspec.Struct, frozen=True, kw_only=True):
    """One of the organisation's own accounts, as it is compared."""

    id: str
    source: str
    handle: str
    name: str | None = None


def resembles(source: str, handle: str | None, name: str | None, own: Iterable[Official]) -> tuple[str, Why] | None:
    """The own account that it looks like most, and why; None where it looks like none. The own accounts themselves never do.

    A display name counts only where it is the same, or the same with a word beside it: names of people are near one another.
    """
    officials = tuple(own)
    if any(one.source == source and plain(one.handle) == plain(handle or "") for one in officials):
        return None
    found = [(why, one.id) for one in officials if (why := _why(handle, name, one)) is not None]
    return min(((one, why) for why, one in found), key=lambda pair: list(Why).index(pair[1]), default=None)


def plain(handle: str) -> str:
    """A handle without what marks it, in lower case: what tells two accounts of one source apart."""
    return handle.strip().removeprefix("@").lower()


def _why(handle: str | None, name: str | None, own: Official) -> Why | None:
    word = _core(own.handle)
    reasons = [_compared(_core(handle), word, near=True)] if handle else []
    if name:
        reasons += [_compared(_letters(name), one, near=False) for one in {word, _letters(own.name or "")}]
    known = [one for one in reasons if one is not None]
    return min(known, key=list(Why).index, default=None)


def _compared(word: str, own: str, *, near: bool) -> Why | None:
    if len(own) < SHORTEST or not word:
        return None
    if word == own:
        return Why.SAME
    seen, shown = _skeleton(word), _skeleton(own)
    if seen == shown:
        return Why.ALIKE
    for text, inside in ((word, own), (seen, shown)):
        before, found, after = text.partition(inside)
        if found and _BESIDE.fullmatch(before) and _BESIDE.fullmatch(after):
            return Why.ADDED
    allowed = 2 if len(shown) >= TWO_FROM else 1 if len(shown) >= NEAR_FROM else 0
    return Why.NEAR if near and allowed and _distance(seen, shown, allowed) <= allowed else None


def _core(handle: str | None) -> str:
    """The part of a handle that is a name: before the instance, and of a domain its first label."""
    return _letters(plain(handle or "").partition("@")[0].partition(".")[0])


def _letters(text: str) -> str:
    """Letters and digits alone, without case and marks."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in apart if sign.isalnum())


def _skeleton(word: str) -> str:
    alike = word.translate(_ALIKE).replace("i", "l")
    for pair, one in _PAIRS:
        alike = alike.replace(pair, one)
    return alike


def _distance(one: str, other: str, most: int) -> int:
    """How many letters were put in, left out, changed or swapped with the next (Damerau, 1964); above `most` any number."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    rows = [list(range(len(other) + 1))]
    for place, sign in enumerate(one, start=1):
        row = [place]
        for column, against in enumerate(other, start=1):
            cost = min(rows[-1][column] + 1, row[-1] + 1, rows[-1][column - 1] + (sign != against))
            if place > 1 and column > 1 and sign == other[column - 2] and one[place - 2] == against:
                cost = min(cost, rows[-2][column - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
