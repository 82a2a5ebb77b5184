"""Values that several parts of playbook.yaml are written with."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

LONGEST_NAME = 80


class Severity(StrEnum):
    """How bad it is, in the words of the record; in rising order."""

    MINOR = "minor"
    SERIOUS = "serious"
    CRITICAL = "critical"


SEVERITY_WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {"minor": "hinder", "serious": "ernstig", "critical": "kritiek"},
    "en": {one.value: one.value for one in Severity},
}
RANK: Mapping[str, int] = {one.value: rank for rank, one in enumerate(Severity)}


def _name(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise ValueError(f"a name has 1 to {LONGEST_NAME} characters on one line")
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", text):
        raise ValueError(f"{text!r} is not a language; write its two letters, as in nl:")
    return text


def _said(value: Any) -> Any:  # Any: whatever stands in the YAML
    texts = value.values() if isinstance(value, dict) else [value]
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError("give a text, or a text for each language, as in {nl: ..., en: ...}")
    return value


def _nothing_is_none(value: Any) -> Any:  # Any: whatever stands in the YAML
    """A key whose lines are all commented out holds nothing, which is no mistake."""
    return {} if value is None else value


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", text):
        raise ValueError(f"{text!r} is not an id; write small letters, digits and _, as in own_step")
    return text


Name = Annotated[str, AfterValidator(_name)]
Id = Annotated[str, AfterValidator(_id)]
"""What is stored with a mention: it stays while words around it change."""
Language = Annotated[str, AfterValidator(_language)]
Said = Annotated[str | dict[Language, str], BeforeValidator(_said)]
"""Words for people: one text, or one a language."""
Nothing = BeforeValidator(_nothing_is_none)


def told(said: str | Mapping[str, str], language: str) -> str:
    """The words in that language, else in English, else in the first there is."""
    if isinstance(said, str):
        return said
    return said.get(language) or said.get("en") or next(iter(said.values()))
