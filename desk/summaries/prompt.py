"""What a language model is told and given: numbered pieces of texts, without what says whose they are."""

import re
from collections.abc import Callable, Sequence

import msgspec

from core.document import Stored
from desk.assistants.untrusted import fenced
from desk.summaries.protocol import Message

LONGEST = 400
"""Characters of one text that leave, as over the API."""
SOMEBODY = "[name]"
LINK = "[link]"
_SHORTEST_NAME = 3
_ADDRESS = re.compile(
    r"(?:(?:https?://|www\.)\S|(?<![\w.@])(?:[\w\-]+\.)+[a-z]{2,}/\S)\S*(?<![.,;:!?)\]\"'])", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w.@/])@\w[\w.\-]*(?:@[\w.\-]+\w)?")

Redact = Callable[[str], str]
"""The text without personal data: e-mail addresses, telephone and account numbers."""

LANGUAGES = {"nl": "Dutch", "en": "English"}
SYSTEM = (
    "You summarise what people wrote in public about an organisation, for the people who work there. Write at most {most} "
    "short sentences in {language}, each on a line of its own: what it is about, what people want, how they feel, what differs. "
    "End each sentence with the numbers of the messages that it rests on, in square brackets, like [3] or [1, 4]. State "
    "nothing that no message says, name nobody, give no advice, and write nothing else: no heading, no introduction."
)
MOST_SENTENCES = 8


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One message as the model sees it: `n` stands for its id, which may tell whose it is."""

    n: int
    at: str
    text: str


def messages(pieces: Sequence[Piece], language: str) -> list[Message]:
    """The question; what strangers wrote stands between marks that none of them can know."""
    system = SYSTEM.format(most=MOST_SENTENCES, language=LANGUAGES[language])
    return [Message("system", system), Message("user", f"{fenced(pieces)}\nSummarise these messages.")]


def pieces(chosen: Sequence[Stored], redact: Redact) -> list[Piece]:
    """Numbered from 1. Names and accounts of all who wrote them are taken out of every one of them, and links, which may hold some."""
    names = _names(chosen)
    return [
        Piece(
            n=place,
            at=f"{stored.enriched.mention.created_at:%Y-%m-%d %H:%M}",
            text=_without(names, redact(_ADDRESS.sub(LINK, _words(stored))))[:LONGEST],
        )
        for place, stored in enumerate(chosen, 1)
    ]


def _words(stored: Stored) -> str:
    mention = stored.enriched.mention
    return f"{mention.title}\n{mention.text}" if mention.title else mention.text


def _names(chosen: Sequence[Stored]) -> re.Pattern[str] | None:
    """What the authors and those they address are called, the longest first."""
    found: set[str] = set()
    for stored in chosen:
        mention = stored.enriched.mention
        found |= {mention.author.name or "", mention.author.handle or "", *mention.mentions}
    known = sorted((name for name in found if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
    if not known:
        return None
    return re.compile(rf"(?<!\w)@?(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE)


def _without(names: re.Pattern[str] | None, text: str) -> str:
    return _HANDLE.sub(SOMEBODY, names.sub(SOMEBODY, text) if names else text)
