"""How many messages a CPU-second a thousand monitors look at."""

import gc
from datetime import UTC, datetime
from random import Random
from statistics import median
from time import process_time
from typing import Any

from core.types import Author, Mention
from playbook.monitors import Monitors
from playbook.queries import parse

NAMES = ("monitors_1000_per_cpu_second", "monitors_1000_possible_per_cpu_second")
MONITORS = 1_000
MESSAGES = 40_000
BOUND = 50_000
SEED = 20_241

_NAMES = 400


def _words(text: str) -> list[str]:
    return text.split()


_ONSETS = _words("""
    b br d dr f g gr h j k kl kr l m n p pr r s sch sp st t tr v vl w z
""")
_VOWELS = _words("""
    a aa e ee i ie o oe oo u uu ei ou
""")
_CODAS = _words("""
    k l ls m n ns nt p r rd rk s st t x
""")
_SMALL = _words("""
    de het een en van ik is dat niet op in voor met zijn ook maar er aan om nog dan wel naar bij je wat we weer
    al was the a and to of it is that in for on with my was not so just this but they have at you me all out get
""")
_SUBJECTS = _words("""
    trein bus reis station kaartje app wachtrij winkel bestelling pakket levering klantenservice medewerker
    prijs tarief abonnement rekening factuur storing vertraging uitval internet netwerk telefoon router
    wachtwoord account betaling korting actie kwaliteit garantie reparatie monteur afspraak website formulier
    verzekering schade uitkering premie huur hypotheek energie stroom gas warmte water afval parkeren fiets auto
    laadpaal vlucht bagage hotel kamer maaltijd restaurant koffie brood delivery order refund ticket queue
    driver train platform outage login password invoice discount warranty repair staff service cancellation
    booking flight luggage room dinner coffee battery screen update crash signup checkout voucher parcel
    financiële coördinatie geïnd categorie ideeën reünie café privé crèche zo'n foto's e-mail OV-chipkaart
    klantcontact
""")
_JUDGING = _words("""
    slecht traag duur kapot vies druk vol kwijt onbereikbaar belachelijk schandalig waardeloos prima top snel
    vriendelijk netjes handig goedkoop heerlijk slow broken rude dirty late awful great friendly cheap lovely
    helpful useless expensive missing
""")
_PLAIN = _words("""
    morgen gisteren vanavond straks eindelijk gewoon weekend vakantie werk school kinderen buurman moeder
    collega vriend stad dorp straat regen zon wind voetbal film muziek boek krant nieuws gemeente kabinet
    minister verkiezing economie boodschappen koken slapen lopen wachten kijken zoeken vinden lezen schrijven
    bellen vragen zeggen denken proberen kopen verkopen beginnen morning yesterday tonight finally weekend
    holiday office school kids mother friend city street rain football movie music reading writing waiting
    looking trying buying starting walking sleeping cooking garden kitchen window market village
""")
_ENDINGS = ("!", ".", "...", "?", " 😡", " 😂😂", " 🙏", " ❤️", " #fail", " #fyp", "!!", "")


def names(random: Random) -> list[str]:
    """Invented brand names."""
    made: set[str] = set()
    while len(made) < _NAMES:
        made.add("".join(random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(2)) + random.choice(_CODAS))
    return sorted(made)


def queries(random: Random, brands: list[str]) -> dict[str, str]:
    """A thousand queries: each third one with phrases or NEAR, each third one with NOT, each fourth one with fields."""
    made = {}
    for i in range(MONITORS):
        brand, other = random.sample(brands, 2)
        subjects = random.sample(_said_of(brand), 4)
        query = f"({brand} OR @{brand} OR #{brand}) AND ({' OR '.join(subjects[:3])} OR {_stem(subjects[3])}*)"
        if i % 3 == 0:
            near = f"({brand} OR {other}) NEAR/{random.randint(3, 8)} ({' OR '.join(random.sample(_JUDGING, 4))})"
            phrase = (
                f'("{brand} {subjects[0]}" OR "{random.choice(_SMALL)} {subjects[1]} {random.choice(_SMALL)} {brand}")'
            )
            query = near if i % 2 else f"{phrase} OR ({query})"
        if i % 3 == 1:
            query = f"({query}) NOT ({' OR '.join(random.sample(_PLAIN, 4))} OR {{{other.upper()}}})"
        if i % 4 == 0:
            query = f"({query}) AND {_field(random)}"
        made[f"monitor {i}"] = query
    return {**made, **_without_anchor()}


def _said_of(brand: str) -> list[str]:
    """What people talk about when they name the brand."""
    return Random(brand).sample(_SUBJECTS, 8)


def _stem(word: str) -> str:
    return word[:5] if word[:5].isalpha() else word[-5:]


def _field(random: Random) -> str:
    asked = "lang:nl|lang:(nl OR en)|followers>500|engagement>=10|kind:(post OR reply)|country:nl|source:bluesky"
    return random.choice([*asked.split("|"), "NOT source:rss", "visibility:public", "site:nieuws.example"])


def _without_anchor() -> dict[str, str]:
    """The last five of the thousand ask no word: they have to be looked at for every message."""
    asked = (
        "kind:review country:nl",
        "author:dekrant",
        "site:nieuws.example kind:article",
        "source:webhook",
        "NOT source:(bluesky OR mastodon OR rss)",
    )
    return {f"monitor {MONITORS - 1 - i}": query for i, query in enumerate(asked)}


def messages(random: Random, brands: list[str], count: int) -> list[Mention]:
    """Short texts of 15 to 25 words, 60 % Dutch words; three in ten name a brand and what is said about it, one in ten names two."""
    return [_message(random, brands, i) for i in range(count)]


def _message(random: Random, brands: list[str], i: int) -> Mention:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Mention(
        id=f"bluesky:{i}",
        source=random.choice(["bluesky", "mastodon", "rss"]),
        author=Author(
            id=f"bluesky:{i % 997}", handle=f"lezer{i % 997}.example", followers=random.choice([None, 12, 340, 9000])
        ),
        text=_text(random, brands),
        language=random.choice([None, "nl", "nl", "en"]),
        created_at=at,
        seen_at=at,
    )


def _text(random: Random, brands: list[str]) -> str:
    words = [
        random.choice(random.choices((_SMALL, _PLAIN, _SUBJECTS, _JUDGING), (9, 6, 2, 1))[0])
        for _ in range(random.randint(15, 25))
    ]
    chance = random.random()
    for brand in random.sample(brands, 2)[: (chance < 0.3) + (chance < 0.1)]:
        place = random.randrange(2, len(words))
        words[place] = random.choice(["", "", "", "@", "#"]) + random.choice([brand, brand.title()])
        words[place - random.randint(1, 2)] = random.choice([*_said_of(brand), random.choice(_JUDGING)])
    if random.random() < 0.2:
        words.append(f"https://kort.example/{random.randrange(36**6):x}")
    if random.random() < 0.2:
        words.insert(0, f"@lezer{random.randrange(100_000)}.example")
    if random.random() < 0.3:
        words[random.randrange(len(words))] = str(random.randrange(3_000))
    words[0] = words[0].title()
    return " ".join(words) + random.choice(_ENDINGS)


def prepared() -> tuple[Monitors, list[Mention]]:
    """The thousand monitors and the messages, the same on each call."""
    random = Random(SEED)
    brands = names(random)
    monitors = Monitors({name: parse(query) for name, query in queries(random, brands).items()})
    return monitors, messages(random, brands, MESSAGES)


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """Rows of name, value, unit, bound, holds, workload. Each round looks at other messages, so that words are new to it."""
    monitors, heard = prepared()
    stream, ingest, matched = [], [], 0
    share = len(heard) // rounds
    gc.collect()
    gc.freeze()  # the prepared messages stand for a stream: they would not be there to be collected
    for n in range(rounds):
        part = heard[n * share : (n + 1) * share]
        stream.append(_rate(lambda mention: bool(monitors.match(mention, "nl")), part))
        ingest.append(_rate(monitors.possible, part))
        matched += sum(bool(monitors.match(mention, "nl")) for mention in part)
    gc.unfreeze()
    workload = (
        f"{MONITORS} monitors (a third with phrases or NEAR, a third with NOT, fields in a quarter), {share * rounds:,} distinct "
        f"texts of 15-25 Dutch and English words, {100 * matched / (share * rounds):.0f} % of which some monitor wants; "
        f"tokenising included; median of {rounds} rounds, words new in each"
    )
    return [
        _row(NAMES[0], median(stream), BOUND, workload),
        _row(
            "monitors_1000_possible_per_cpu_second",
            median(ingest),
            None,
            "the same, asked at ingest; words seen before",
        ),
    ]


def _rate(look: Any, part: list[Mention]) -> float:
    started = process_time()
    for mention in part:
        look(mention)
    return len(part) / (process_time() - started)


def _row(name: str, value: float, bound: float | None, workload: str) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value),
        "unit": "messages per CPU-second",
        "bound": bound,
        "holds": None if bound is None else value >= bound,
        "workload": workload,
    }


if __name__ == "__main__":
    for row in run():
        print(row)
