"""How people type: lower case, capitals, slips, short forms, a bit of Gronings, a letter's politeness, emoji."""

import re
from collections.abc import Callable
from random import Random

from klankbord.demo.material import parts

_SHORT = {
    "nl": {"mijn": "mn", "het": "t", "een": "n", "gewoon": "gwn", "minuten": "min", "niet": "nie", "omdat": "omd", "want": "wnt",
           "vandaag": "vdg", "morgen": "mrgn", "natuurlijk": "ntuurlijk", "alsjeblieft": "aub", "eigenlijk": "eigelijk",
           "echt": "egt", "weer": "wr", "bedankt": "bdnkt", "dat": "da", "altijd": "altyd", "jullie": "jllie"},
    "en": {"you": "u", "are": "r", "because": "bc", "please": "pls", "minutes": "mins", "thanks": "thx", "people": "ppl", "with": "w/",
           "and": "&", "honestly": "tbh", "tomorrow": "tmrw", "about": "abt", "seriously": "srsly", "again": "agn"},
}  # fmt: skip
_GRONINGS = {"niet": "nait", "goed": "goud", "maar": "moar", "daar": "doar", "jaar": "joar", "naar": "noar", "staan": "stoan",
             "gaan": "goan", "mijn": "mien", "tijd": "tied", "altijd": "aaltied", "kijk": "kiek", "vandaag": "vandoag",
             "moeten": "mouten", "moet": "mout", "wij": "wie", "ook": "ok", "meer": "meer", "blijft": "blift", "uur": "uur",
             "huis": "hoes", "hoe": "hou", "geen": "gain", "alleen": "allain", "een": "n", "buiten": "boeten", "zie": "zai"}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_KEEP = re.compile(r"[@#]\S+|https?://\S+|\S*\.example\S*|\w*(?:noorder?lijn|zuidlijn|utrecht)\w*", re.IGNORECASE)
_STYLES = ("neat", "lower", "slips", "short", "loud", "dialect", "bare")
_WEIGHTS = (46, 20, 12, 8, 5, 3, 6)


def typed(random: Random, text: str, language: str, *, sentiment: str) -> str:
    """The text as one of many hands would type it. Names, handles, tags and links keep their letters."""
    match random.choices(_STYLES, _WEIGHTS)[0]:
        case "lower":
            return text.lower().rstrip(".")
        case "slips":
            return _slips(random, text)
        case "short" if language in _SHORT:
            return _replaced(text.lower(), _SHORT[language])
        case "loud" if sentiment != "neutral":
            return _loud(random, text)
        case "dialect" if language == "nl":
            return _replaced(text, _GRONINGS)
        case "bare":
            return text.rstrip(".!")
        case _:
            return text


def with_emoji(random: Random, text: str, sentiment: str) -> str:
    emoji = random.choice(parts("slots")["emoji"][sentiment])
    repeat = random.choices((1, 2, 3), (80, 13, 7))[0]
    return f"{text} {emoji * repeat}"


def capital(text: str) -> str:
    """The text with a capital at its start, where it starts with a letter."""
    return text[:1].upper() + text[1:]


def _replaced(text: str, words: dict[str, str]) -> str:
    return _per_word(text, lambda word: words.get(word, words.get(word.lower(), word)))


def _slips(random: Random, text: str) -> str:
    words = [found for found in _WORD.finditer(text) if len(found[0]) > 4 and not _kept(text, found.start())]
    for found in sorted(
        random.sample(words, min(len(words), random.choice((1, 1, 2)))), key=lambda word: -word.start()
    ):
        text = text[: found.start()] + _slip(random, found[0]) + text[found.end() :]
    return text


def _slip(random: Random, word: str) -> str:
    at = random.randrange(1, len(word) - 2)
    match random.randrange(3):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case _:
            return word[:at] + word[at] + word[at:]


def _loud(random: Random, text: str) -> str:
    if random.random() < 0.4:
        return _per_word(text.rstrip(".!"), str.upper) + "!!"
    words = [found[0] for found in _WORD.finditer(text) if len(found[0]) > 3 and not _kept(text, found.start())]
    chosen = random.choice(words) if words else ""
    return _per_word(text.rstrip("."), lambda word: word.upper() if word == chosen else word) + random.choice(
        ("!!!", "!!", "!")
    )


def _per_word(text: str, change: Callable[[str], str]) -> str:
    pieces, at = [], 0
    for kept in [*_KEEP.finditer(text), None]:
        until = len(text) if kept is None else kept.start()
        pieces.append(_WORD.sub(lambda found: change(found[0]), text[at:until]))
        if kept is not None:
            pieces.append(kept[0])
            at = kept.end()
    return "".join(pieces)


def _kept(text: str, position: int) -> bool:
    return any(found.start() <= position < found.end() for found in _KEEP.finditer(text))
