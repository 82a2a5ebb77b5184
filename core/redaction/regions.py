"""In which countries a language is spoken: whose telephone numbers its texts hold without a country's code."""

from collections.abc import Iterable

from phonenumbers import SUPPORTED_REGIONS

_SPOKEN = {
    "nl": ("NL", "BE"),
    "en": ("GB", "US"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH"),
    "fy": ("NL",),
    "es": ("ES",),
    "it": ("IT",),
    "pt": ("PT", "BR"),
    "pl": ("PL",),
    "da": ("DK",),
    "sv": ("SE",),
    "nb": ("NO",),
    "no": ("NO",),
    "fi": ("FI",),
    "tr": ("TR",),
    "lb": ("LU",),
}
"""Where the plans of several countries would take too much for a number, the language has none here."""


def regions_of(languages: Iterable[str]) -> tuple[str, ...]:
    """Countries (ISO 3166-1) of these languages (BCP 47): the one a tag names ("nl-BE"), else where it is spoken."""
    found: dict[str, None] = {}
    for tag in languages:
        language, *rest = tag.replace("_", "-").split("-")
        named = [part.upper() for part in rest if part.upper() in SUPPORTED_REGIONS]
        found |= dict.fromkeys(named or _SPOKEN.get(language.lower(), ()))
    return tuple(found)
