"""Takes out of a text who it is from and who it names, before anybody approves it for others; says what was taken out."""

import re
from collections.abc import Collection, Sequence

import msgspec

from core.redaction import Kind, Redactor
from core.redaction.regions import regions_of

ACCOUNT, NAME = "[account]", "[name]"
SHORTEST = 3
"""Letters of a part of a name that is looked for by itself."""
_HANDLE = re.compile(r"(?<![\w.@/])@\w+(?:[.\-]\w+)*(?:@\w+(?:[.\-]\w+)*)?")
_SIGNED = re.compile(r"\s*\^\w{1,12}\b\.?\s*$")
_TAKEN = re.compile(r"\[[A-Za-z\-]+\]")


class Cleaned(msgspec.Struct, frozen=True, kw_only=True):
    """A text without them, and what stood in their place, in order and each once."""

    text: str
    taken: tuple[str, ...] = ()


class Cleaner:
    """For an organisation of these languages. Pure."""

    def __init__(self, languages: Collection[str]) -> None:
        self._redactor = Redactor(tuple(Kind), regions_of(languages))

    def clean(self, text: str, names: Sequence[str]) -> Cleaned:
        """Without handles, these names and each of their parts, who signed it, and personal data (docs/redaction.md)."""
        taken: dict[str, None] = {}

        def put(found: re.Match[str], place: str) -> str:
            taken[found.group().strip()] = None
            return place

        left = _SIGNED.sub(lambda found: put(found, ""), text.strip())
        left = _HANDLE.sub(lambda found: put(found, ACCOUNT), left)
        for word in _parts(names):
            pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
            left = pattern.sub(lambda found: put(found, NAME), left)
        redacted = self._redactor.redact(left)
        if redacted != left:
            taken |= dict.fromkeys(_personal(left, redacted))
        return Cleaned(text=_plain(redacted), taken=tuple(taken))


def _parts(names: Sequence[str]) -> list[str]:
    """Whole names before their parts, the longest first."""
    whole = [name.strip() for name in names if len(name.strip()) >= SHORTEST]
    parts = [part for name in whole for part in re.findall(r"\w+", name) if len(part) >= SHORTEST]
    return sorted({word.casefold(): word for word in (*whole, *parts)}.values(), key=len, reverse=True)


def _personal(before: str, after: str) -> list[str]:
    """The words for what was personal, as they stand in its place."""
    return [word for word in _TAKEN.findall(after) if after.count(word) > before.count(word)]


def _plain(text: str) -> str:
    """Without accounts that were only addressed at its beginning or end."""
    spaced = re.sub(rf"^(?:{re.escape(ACCOUNT)}[\s:,]*)+|(?:\s*{re.escape(ACCOUNT)})+$", "", text)
    return " ".join(spaced.split())
