"""Fills the braces of a sentence: towns, times, prices, the organisation's name as people write it."""

import re
from dataclasses import dataclass
from random import Random

from klankbord.demo.material import parts

_BRACES = re.compile(r"\{(\w+)\}")
_NUMBERS = {
    "nl": ("twee", "drie"),
    "en": ("two", "three"),
    "de": ("zwei", "drei"),
    "fr": ("deux", "trois"),
}
_HOURS = {
    "nl": ("twee", "drie", "vier", "vijf", "zes"),
    "en": ("two", "three", "four", "five", "six"),
    "de": ("zwei", "drei", "vier", "fünf", "sechs"),
    "fr": ("Deux", "Trois", "Quatre", "Cinq", "Six"),
}
_PLAIN, _HANDLE, _TAG = "Noorderlijn", "@noorderlijn.example", "#noorderlijn"
_SOCIAL = (_PLAIN, _HANDLE, _TAG, "noorderlijn", "Noordelijn", "NOORDERLIJN", "de Noorderlijn")
_SOCIAL_WEIGHTS = (60, 15, 9, 10, 2, 1, 3)
CRISIS_TOWN = "Utrecht"


@dataclass(frozen=True, kw_only=True)
class When:
    """When a sentence is said: the hour of the day there, and how many hours the crisis lasts by then."""

    hour: float = 12.0
    lasts: int = 2


NOON = When()


def fill(
    random: Random, sentence: str, language: str, *, social: bool, utrecht: bool = False, when: When = NOON
) -> str:
    """The sentence with its slots filled, the same slot by the same value; `utrecht` sets one of the towns."""
    values: dict[str, str] = {}
    _towns(random, values, utrecht=utrecht, named=CRISIS_TOWN in sentence)

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            values[name] = _one(random, name, language, social=social, when=when)
        return values[name]

    return _BRACES.sub(value, sentence)


def _towns(random: Random, values: dict[str, str], *, utrecht: bool, named: bool) -> None:
    towns = parts("slots")["station"]["any"]
    if named:
        towns = [town for town in towns if town != CRISIS_TOWN]
    values["from"], values["to"] = random.sample(towns, 2)
    if utrecht and not named and CRISIS_TOWN not in values.values():
        values[random.choice(("from", "to"))] = CRISIS_TOWN


def _one(random: Random, name: str, language: str, *, social: bool, when: When) -> str:
    match name:
        case "b":
            return (
                random.choices(_SOCIAL, _SOCIAL_WEIGHTS)[0] if social and language == "nl" else _brand(random, social)
            )
        case "village":
            return str(random.choice(parts("slots")["station"]["village"]))
        case "min":
            return str(
                random.choice((8, 11, 12, 14, 17, 18, 20, 22, 23, 25, 27, 32, 35, 38, 40, 43, 45, 47, 50, 55, 65, 70))
            )
        case "time":
            return _time(random, language, when)
        case "hours":
            return _HOURS[language][min(max(when.lasts, 2), len(_HOURS[language]) + 1) - 2]
        case "price":
            return _price(random, language)
        case "n":
            return str(random.randint(2, 9))
        case "platform":
            return str(random.randint(1, 9))
        case "train":
            return str(random.randint(3100, 9899))
        case "coaches":
            return random.choice(_NUMBERS[language])
        case "age":
            return str(random.randint(64, 91))
        case "pct":
            return str(random.randint(71, 92))
        case "pctlow":
            return f"{random.randint(2, 6)}{',' if language != 'en' else '.'}{random.randint(1, 9)}"
        case "initial":
            return random.choice(("AB", "JM", "SK", "FT", "RO", "LV", "NB", "EW"))
        case _:
            return str(random.choice(parts("slots")[language][name]))


def _brand(random: Random, social: bool) -> str:
    return random.choices((_PLAIN, _HANDLE, _TAG, "noorderlijn"), (64, 16, 10, 10))[0] if social else _PLAIN


def _time(random: Random, language: str, when: When) -> str:
    """A departure not far from now, as people speak of the train they wait for."""
    times = parts("slots")["times"]
    near = [time for time in times if -2.5 <= int(time.split(":")[0]) + int(time.split(":")[1]) / 60 - when.hour <= 1.2]
    time = random.choice(near or times)
    match language:
        case "fr":
            return str(time.replace(":", "h"))
        case "nl":
            return str(time.replace(":", random.choice((":", ":", ".", "."))))
        case _:
            return str(time)


def _price(random: Random, language: str) -> str:
    price = random.choice(parts("slots")["price"])
    match language:
        case "nl":
            return random.choice(("€ {}", "€{}", "{} euro")).format(price)
        case "en":
            return f"€{price.replace(',', '.')}"
        case _:
            return f"{price} €"
