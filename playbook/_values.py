"""Values that several parts of playbook.yaml are written with."""

import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from string import Formatter
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from core.settings import nearest

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


def template(variables: Collection[str]) -> Callable[[str], str]:
    """A validator of a text in which any of these stands as {name} alone, so that filling it in never fails."""

    def checked(text: str) -> str:
        try:
            fields = [field for _, *field in Formatter().parse(text) if field[0] is not None]
        except ValueError as error:
            raise ValueError(f"cannot be read: {error}; write {{{{ and }}}} for braces") from None
        for name, form, conversion in fields:
            if name not in variables:
                raise ValueError(f"there is no {{{name}}}; {nearest(str(name), list(variables))}")
            if form or conversion:
                raise ValueError(f"{{{name}}} stands alone, without a form; leave what follows its name out")
        if not text.strip():
            raise ValueError("says nothing")
        return text

    return checked


def told(said: str | Mapping[str, str], language: str) -> str:
    """The words in that language, else in English, else in the first there is."""
    if isinstance(said, str):
        return said
    return said.get(language) or said.get("en") or next(iter(said.values()))
