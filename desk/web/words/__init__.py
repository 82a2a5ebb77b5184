"""The page's words: one catalogue file a language, and the choice among them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup, escape

LANGUAGES = ("nl", "en")
_FOLDER = Path(__file__).parent


class Words:
    """One language's catalogue. A key that is not there is a mistake of ours and raises KeyError."""

    def __init__(self, language: str, entries: Mapping[str, str]) -> None:
        self.language, self.entries = language, entries

    def __call__(self, key: str, /, **values: object) -> str | Markup:
        """The text with its {places} filled. With `n` given, "key.one" is taken for 1 and "key.other" for the rest.

        Where a value is markup the text is markup too, and everything else in it is escaped.
        """
        if "n" in values and key not in self.entries:
            key = f"{key}.one" if values["n"] in (1, "1") else f"{key}.other"
        text = self.entries[key]
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(escape(text)).format(**values)  # noqa: S704 - escaped on this line
        return text.format(**values) if values else text

    def or_plain(self, prefix: str, name: str) -> str:
        """The word for a label where the catalogue knows it, else the label itself."""
        return self.entries.get(f"{prefix}.{name}", name)


def load(language: str) -> Words:
    """The catalogue of that language."""
    return Words(language, json.loads((_FOLDER / f"{language}.json").read_text("utf-8")))


def first_of(languages: Sequence[str]) -> str:
    """The first of these that there is a catalogue of; English where there is none."""
    return next((one for one in languages if one in LANGUAGES), "en")


def choose(accepted: str, chosen: str | None, *, first: str = "en") -> str:
    """The language for a reader: what they chose, else the best of an Accept-Language header, else `first`."""
    if chosen in LANGUAGES:
        return chosen
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        ranked.append((-weight, place, name.lower().partition("-")[0]))
    return next((name for weight, _, name in sorted(ranked) if name in LANGUAGES and weight < 0), first)
