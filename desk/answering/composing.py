"""What helps whoever writes an answer: canned ones with their variables, how the account sounds, who signs. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from core.ports import Publisher
from playbook.answers import Answering, Register, Voice, missing

_OTHER: Mapping[Register, re.Pattern[str]] = {
    "u": re.compile(r"\b(?:je|jij|jou|jouw|jezelf)\b", re.IGNORECASE),
    "je": re.compile(r"\b(?:u|uw|uzelf)\b", re.IGNORECASE),
}
"""The words of the other form."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A canned answer filled in. `missing` are variables without a value: they stand in the text as they are, and it is not sent so."""

    name: str
    language: str
    text: str
    missing: tuple[str, ...] = ()


def offered(section: Answering, language: str, values: Mapping[str, str | None]) -> Sequence[Offer]:
    """Each canned answer in that language, else in the first it has."""
    return [_offer(name, *one.text(language), values) for name, one in section.canned.items()]


def _offer(name: str, language: str, text: str, values: Mapping[str, str | None]) -> Offer:
    without = missing(text, values)
    known = {key: value for key, value in values.items() if value and key not in without}
    filled = text.format_map(known | {key: f"{{{key}}}" for key in without})
    return Offer(name=name, language=language, text=filled, missing=tuple(without))


def unfilled(text: str, variables: Sequence[str]) -> list[str]:
    """Variables that still stand in what somebody wrote."""
    return [name for name in variables if f"{{{name}}}" in text]


def signed(text: str, voice: Voice, name: str, *, before: Iterable[str] = ()) -> str:
    """The answer with who wrote it, as the account signs; as it is where it is signed already, or nobody's name is known.

    before  names of those who wrote earlier versions: their signatures give way
    """
    ends = _signature(voice, name)
    if not ends:
        return text
    text = text.rstrip()
    for other in before:
        theirs = _signature(voice, other).strip()
        if theirs and theirs != ends.strip():
            text = text.removesuffix(theirs).rstrip()
    return text if text.endswith(ends.strip()) else text + ends


def _signature(voice: Voice, name: str) -> str:
    initials = initials_of(name)
    return voice.initials.format(initials=initials) if voice.initials and initials else ""


def initials_of(name: str) -> str:
    """Of the words that begin with a capital: AV of Anna de Vries."""
    return "".join(word[0] for word in name.split() if word[0].isupper())


def other_form(text: str, language: str | None, voice: Voice) -> Sequence[str]:
    """Words of a Dutch answer in the other form than the account says, each once as it stands; () where it says nothing."""
    register = voice.register_.get("nl")
    if register is None or (language or "").partition("-")[0] != "nl":
        return ()
    return tuple(dict.fromkeys(_OTHER[register].findall(text)))


def channels(publishers: Mapping[str, Publisher], source: str) -> Sequence[str]:
    """Names of those that answer at that source, as they are configured."""
    return [name for name, one in publishers.items() if one.source == source]
