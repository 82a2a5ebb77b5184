"""Sentences with made personal data in the ways people write it, and with numbers that look like it."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

from core.redaction import Kind

Make = Callable[[Random], str]

_AROUND = (
    "Bel mij op {} graag vandaag nog",
    "mijn gegevens: {}",
    "{} en nu al drie weken niks gehoord",
    "Ik heb {} doorgegeven aan de balie!",
    "Hoezo staat {}, gewoon online??",
    "Stuur het naar {}. Dank!",
    "please use {} from now on",
    "They asked for {} twice :(",
    "({}) is what I gave them",
    "😀 {} 😀",
)
_OTHERWISE = (
    "Bestelnummer {} is nog niet binnen",
    "order {} never arrived",
    "Ticketnummer: {} al weken open",
    "factuur {} klopt niet",
    "€ {} afgeschreven, wat?!",
    "al {} views in een dag",
    "kijk op https://voorbeeld.example/{} voor meer",
    "#{} trending",
    "reference {} please",
    "barcode {} geeft een fout",
)
_PLAIN = (
    "De trein van {h}.{m} en die van {h}:{m} vielen uit",
    "Sinds {d}-{o}-20{y} wacht ik, en het is nu {d}/{o}/20{y}",
    "Uitslag {h}-{d}, na {m} minuten nog {o}-{o}",
    "versie {o}.{d}.{m}.{h} crasht op Android {o}",
    "Postcode 1{m}{h} AB, huisnummer {d}, {m} jaar gewoond",
    "coördinaten 52.{m}{h}{d}, 4.{d}{m}{h}",
)

_NAMES = ["jan", "sanne", "m.devries", "peter_k", "lotte.bakker", "info", "a.b.vandijk", "tom1985", "k-smit", "hello"]
_HOSTS = [
    "gmail.com",
    "hotmail.com",
    "voorbeeld.nl",
    "bedrijf.example.com",
    "ziggo.nl",
    "post.co.uk",
    "kpnmail.nl",
    "startup.io",
]


def made(random: Random, number: int) -> Iterator[str]:
    """Lines as in personal.txt: two in three hold personal data, as many of each kind."""
    kinds = list(_WAYS)
    for place in range(number):
        if place % 3 == 2:
            yield _without(random)
            continue
        kind = kinds[place // 3 % len(kinds)]
        written = random.choice(_WAYS[kind])(random)
        yield random.choice(_AROUND).replace("{}", f"{{{kind}|{_hidden(written, random)}}}")


def _without(random: Random) -> str:
    if random.random() < 0.5:
        number = "".join(random.choices("0123456789", k=random.choice((8, 9, 10, 12, 16))))
        return random.choice(_OTHERWISE).replace("{}", number)
    fields = {"h": 24, "m": 60, "d": 28, "o": 12, "y": 27}
    line = random.choice(_PLAIN)
    for name, most in fields.items():
        line = line.replace(f"{{{name}}}", f"{random.randrange(1, most):02d}")
    return line


def _hidden(written: str, random: Random) -> str:
    """One in ten with signs nobody sees between, one in ten in full-width letters."""
    chance = random.random()
    if chance < 0.1:
        middle = random.randrange(1, len(written))
        return f"{written[:middle]}\u200b{written[middle:]}"
    if chance < 0.2:
        return "".join(chr(ord(one) + 0xFEE0) if one.isalnum() or one == "@" else one for one in written)
    return written


def _digits(random: Random, number: int) -> str:
    return "".join(random.choices("0123456789", k=number))


def _grouped(digits: str, shape: Sequence[int], between: str) -> str:
    parts, start = [], 0
    for length in shape:
        parts.append(digits[start : start + length])
        start += length
    return between.join(part for part in parts if part)


def _mobile(random: Random) -> str:
    rest = str(random.randrange(1, 6)) + _digits(random, 7)
    ways = (
        f"06{rest}",
        f"06-{rest}",
        f"06 {_grouped(rest, (2, 2, 2, 2), ' ')}",
        f"06 {_grouped(rest, (4, 4), ' ')}",
        f"+31 6 {rest}",
        f"+316{rest}",
        f"+31 (0)6 {_grouped(rest, (4, 4), ' ')}",
        f"00316{rest}",
        f"06.{_grouped(rest, (2, 2, 2, 2), '.')}",
    )
    return random.choice(ways)


def _landline(random: Random) -> str:
    area = random.choice(("10", "20", "30", "40", "50", "70"))
    rest = random.choice("23456789") + _digits(random, 6)
    ways = (
        f"0{area}-{rest}",
        f"0{area} {_grouped(rest, (3, 2, 2), ' ')}",
        f"(0{area}) {rest}",
        f"+31 {area} {rest}",
        f"+31(0){area}-{rest}",
    )
    return random.choice(ways)


def _abroad(random: Random) -> str:
    ways = (
        f"+32 47{random.randrange(10)} {_grouped(_digits(random, 6), (2, 2, 2), ' ')}",
        f"+44 7400 {_digits(random, 6)}",
        f"+1 415 {random.randrange(200, 999)} {_digits(random, 4)}",
        f"+49 30 {random.randrange(2, 9)}{_digits(random, 6)}",
    )
    return random.choice(ways)


def _email(random: Random) -> str:
    name, host = random.choice(_NAMES), random.choice(_HOSTS)
    return random.choice((f"{name}@{host}", f"{name.upper()}@{host}", f"{name}+nieuws@{host}", f"{name}(at){host}"))


def _iban(random: Random) -> str:
    country, account = random.choice(
        (
            ("NL", random.choice(("INGB", "RABO", "ABNA", "BUNQ")) + _digits(random, 10)),
            ("BE", _digits(random, 12)),
            ("DE", _digits(random, 18)),
            ("GB", "WEST" + _digits(random, 14)),
        )
    )
    check = 98 - int("".join(str(int(one, 36)) for one in f"{account}{country}00")) % 97
    number = f"{country}{check:02d}{account}"
    return random.choice((number, number.lower(), _grouped(number, (4,) * 9, " ")))


def _bsn(random: Random) -> str:
    while True:
        first = str(random.randrange(1, 10)) + _digits(random, 7)
        check = sum(weight * int(one) for weight, one in zip(range(9, 1, -1), first, strict=True)) % 11
        if check < 10:
            number = f"{first}{check}"
            return random.choice((number, _grouped(number, (3, 3, 3), "."), _grouped(number, (4, 2, 3), " ")))


def _card(random: Random) -> str:
    prefix, length, shape = random.choice(
        (
            ("4", 16, (4, 4, 4, 4)),
            ("53", 16, (4, 4, 4, 4)),
            ("2223", 16, (4, 4, 4, 4)),
            ("37", 15, (4, 6, 5)),
            ("6703", 16, (4, 4, 4, 4)),
        )
    )
    body = prefix + _digits(random, length - len(prefix) - 1)
    doubled = sum(sum(divmod(2 * int(one), 10)) for one in body[::-2])
    number = f"{body}{-(doubled + sum(map(int, body[-2::-2]))) % 10}"
    return random.choice((number, _grouped(number, shape, " "), _grouped(number, shape, "-")))


_WAYS: dict[Kind, Sequence[Make]] = {
    Kind.EMAIL: (_email,),
    Kind.PHONE: (_mobile, _mobile, _landline, _abroad),
    Kind.IBAN: (_iban,),
    Kind.BSN: (_bsn,),
    Kind.CARD: (_card,),
}
