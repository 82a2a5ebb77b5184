"""How a question is told to others: one sentence of somebody who asked it, without accounts and names. Pure."""

import re
from collections.abc import Sequence

import msgspec

from core.document import Stored
from desk.nameless import ASKED, WORD, Written, gapped, names_of, without_capitals, without_names, written
from desk.practices.cleaning import Cleaner

LONGEST = 240
_TAGS = re.compile(r"(?:\s*#[\w-]+)+\s*$|^\s*(?:#[\w-]+\s*)+")
_SENTENCE = re.compile(r"[^.!?]*[.!?]+|[^.!?]+$")


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    language: str


def worded(
    asked: Sequence[Stored], cleaner: Cleaner, staff: Sequence[str], *, ours: Sequence[str] = ()
) -> Wording | None:
    """The sentence of them that lost least, then a question, then that says least that no other says; None where each is empty without what was taken out.

    asked  who asked it, the most usual wording first, with texts that may be told
    staff  names of colleagues: they are taken out too
    ours   names of the organisation, which stay
    """
    known = written(asked, ours)
    best: tuple[tuple[int, bool, int], Wording] | None = None
    for one in asked:
        text, lost = _told(one, cleaner, staff, known)
        words = WORD.findall(text)
        rank = (lost, not text.endswith("?"), sum(not known.shared(word) for word in words))
        if len(words) > 1 and (best is None or rank < best[0]):
            best = (rank, Wording(text=text, language=one.enriched.language))
    return best[1] if best else None


def answered(stored: Stored, cleaner: Cleaner, names: Sequence[str]) -> str:
    """What an own account wrote, without these names and whom it addresses."""
    mention = stored.enriched.mention
    return gapped(without_names(mention.text, cleaner, [*mention.mentions, *names]), 2 * LONGEST)


def _told(one: Stored, cleaner: Cleaner, staff: Sequence[str], known: Written) -> tuple[str, int]:
    """Its question without what is somebody's, and how much that was."""
    cleaned = without_names(one.enriched.mention.text, cleaner, [*names_of(one), *staff])
    text, lost = without_capitals(_question(_TAGS.sub("", cleaned)), known.everybodys, ASKED)
    return gapped(text, LONGEST), lost


def _question(text: str) -> str:
    """The first sentence with a question mark and more than a word, else the first with more than a word."""
    sentences = [one.strip() for one in _SENTENCE.findall(text) if len(WORD.findall(one)) > 1]
    return next((one for one in sentences if one.endswith("?")), sentences[0] if sentences else "")
