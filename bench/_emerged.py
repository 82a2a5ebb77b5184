"""How soon bursts are told among real texts, and how often something else is: `python -m bench._emerged FOLDER`.

FOLDER holds texts as JSON lines with a `text`, gzipped or not, in any languages; they are said in an order of chance at the
real hours of klankbord/demo/data/rhythm.csv. Among them the messages of each file in tests/data/emerging are said within an
hour or a few. Texts and bursts are parted in two: thresholds were chosen on the first part, and the second is reported beside.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from bench._said import HOUR, Said
from bench._weeks import Week
from core.ports import Passage
from core.types import Author, Mention
from enrich._encoder import Encoder, build_model
from enrich._encoder.vector import Floats
from enrich._normalise import normalise
from enrich.language import Language, Settings
from klankbord.caching import cache_folder
from klankbord.demo import rhythm

BURSTS = Path(__file__).parents[1] / "tests" / "data" / "emerging"
LANGUAGES = ("nl", "en", "de", "fr", "es")
MOST = 33_000
A_WEEK = 7 * 24


class Scene(NamedTuple):
    """Messages a day, days heard before, and minutes within which a burst is said."""

    a_day: int
    before: int
    minutes: int


SCENES = (
    Scene(150, 21, 90),
    Scene(300, 21, 180),
    Scene(300, 14, 45),
    Scene(600, 14, 60),
    Scene(600, 14, 240),
    Scene(1_500, 4, 60),
    Scene(1_500, 4, 120),
)
NOW = datetime(2026, 3, 30, tzinfo=UTC)
SOON, SEEDS = 10, 3


_NOBODYS = Mention(id="bench:1", source="bench", author=Author(id="bench:a"), text="", created_at=NOW, seen_at=NOW)


class Placed(NamedTuple):
    vector: Floats
    language: str


class Outcome(NamedTuple):
    """`delays` how many messages of each burst were heard when it was told; None where it never was."""

    delays: list[int | None]
    false: int


def texts(folder: Path) -> list[str]:
    """Those of the folder, each once, in an order of chance."""
    found: dict[str, str] = {}
    for path in sorted([*folder.rglob("*.jsonl"), *folder.rglob("*.jsonl.gz")]):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in content.decode().splitlines():
            text = json.loads(line)["text"].strip()
            found.setdefault(text.lower(), text)
    return Random(5).sample(list(found.values()), min(MOST, len(found)))


def placed(encoder: Encoder, language: Language, said: list[str]) -> list[Placed]:
    vectors = encoder.encode([normalise(text) for text in said])
    found = language.find([Passage(mention=_NOBODYS, text=text) for text in said])
    return [Placed(vector, one.labels[0] if one else "und") for vector, one in zip(vectors, found, strict=True)]


def messages_of(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("[")]


def ordinary(random: Random, known: list[Placed], a_day: int, days: int) -> Iterator[Said]:
    """Those days, the last of them ends at NOW; a text comes again once all were said."""
    since = NOW - timedelta(days=days)
    moments = [one for one in rhythm.arrivals(random, NOW, a_day * rhythm.DAYS) if one >= since]
    order = random.sample(known, len(known))
    for place, moment in enumerate(moments):
        one = order[place % len(order)]
        author = f"a{int(random.paretovariate(1.2) * 60) % 4000}"
        yield Said((moment - since).total_seconds(), author, one.vector, one.language)


def week(seed: int, known: list[Placed], bursts: list[list[Placed]], scene: Scene) -> Outcome:
    """One week after so many days, in which each of these bursts is said once, hours apart."""
    random = Random(seed)
    said = list(ordinary(random, known, scene.a_day, scene.before + 7))
    for number, messages in enumerate(bursts):
        at = (scene.before * 24 + (number + 1) * A_WEEK / (len(bursts) + 1) + random.uniform(-6, 6)) * HOUR
        moments = sorted(random.uniform(0, scene.minutes * 60) for _ in messages)
        for place, (moment, one) in enumerate(zip(moments, random.sample(messages, len(messages)), strict=True)):
            said.append(Said(at + moment, f"burst{number}-{place}", one.vector, one.language, number))
    followed = Week(said, scene.before * 24)
    return Outcome([followed.found.get(number) for number in range(len(bursts))], len(followed.false))


def row(part: str, scene: Scene, outcomes: list[Outcome]) -> str:
    delays = [delay for outcome in outcomes for delay in outcome.delays]
    told = [delay for delay in delays if delay is not None]
    soon = sum(delay <= SOON for delay in told)
    false = ", ".join(str(outcome.false) for outcome in outcomes)
    within = f"{scene.a_day:,} | {scene.minutes} min"
    return f"| {part} | {within} | {soon} of {len(delays)} | {median(told):.0f} | {max(told)} | {len(delays) - len(told)} | {false} |"


def main(folder: Path) -> None:
    with Encoder(build_model(cache_folder())) as encoder:
        language = Language(Settings(languages=LANGUAGES))
        known = placed(encoder, language, texts(folder))
        bursts = [placed(encoder, language, messages_of(path)) for path in sorted(BURSTS.glob("*.txt"))]
    print("| part | messages a day | a burst within | told within 10 | median | latest | never | false, by week |")
    print("|---|---|---|---|---|---|---|---|")
    for part, name in enumerate(("chosen on", "held out")):
        for number, scene in enumerate(SCENES):
            seeds = [1_000 * part + 100 * number + one for one in range(SEEDS)]
            outcomes = [week(seed, known[part::2], bursts[part::2], scene) for seed in seeds]
            print(row(name, scene, outcomes), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
