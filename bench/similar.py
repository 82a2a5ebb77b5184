"""Whether what is most like a message is found among the demo's texts, in the other language too, and how long that takes."""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import mean, quantiles
from typing import Any, NamedTuple

import numpy as np

from bench._distributed import row
from bench._said import Speakers
from enrich._corpus import Corpus, load_corpus
from enrich._encoder import Encoder, build_model, pack_all
from enrich._normalise import normalise
from klankbord.caching import cache_folder
from klankbord.demo.material import sections
from klankbord.demo.slots import fill
from klankbord.demo.wording import FILES, SENTIMENTS, TOPICS, Writer
from klankbord.serving.similar import ordinary
from picture.similar import BROAD, LIKELY, WIDTH, Similar, Text

NAMES = (
    "similar_recall_at_5",
    "similar_recall_drawn_anew_at_5",
    "similar_recall_of_other_words_at_5",
    "similar_recall_of_longer_at_5",
    "similar_p95_seconds",
    "similar_p95_cpu_seconds",
)
RECALL, SECONDS = 0.9, 0.05
SHOWN, CASES, ASKED = 5, 100_000, 400
ALIKE, REWORDED = (Path(__file__).with_name(name) for name in ("_alike.txt", "_reworded.txt"))
SEED, ANEW = 20_261, 4_711
LANGUAGES = ("en", "nl")


class Said(NamedTuple):
    """A text, and the pair of sentences that it is written with; None where that has no other."""

    text: str
    language: str
    pair: int | None


Recall = Mapping[tuple[str, str], Sequence[bool]]
"""Whether each was found, by the language of the question and its own."""


def run(rounds: int = 5) -> list[dict[str, Any]]:  # noqa: ARG001 - the same texts every time, and one long round of questions
    """The rows; timed in a process of its own with one thread of linear algebra, as in the program."""
    with Encoder(build_model(cache_folder())) as encoder:
        first, anew = (_recall(encoder, *_held(Random(seed), alone=True)) for seed in (SEED, ANEW))
        worded = _recall(encoder, _held(Random(SEED), alone=True)[0], _reworded(Random(ANEW)))
        longer = _recall(encoder, *_held(Random(SEED), alone=False))
    return [*_found(first, anew, worded, longer), *_timed()]


def _found(first: Recall, anew: Recall, worded: Recall, longer: Recall) -> Iterator[dict[str, Any]]:
    texts, asked = map(len, _held(Random(SEED), alone=True))
    told = (
        f"{asked} questions with a sentence of the demo, among {texts} texts with one each in four languages, of which {asked // 2} "
        "Dutch and English pairs say the same of the same places and times: the share of the two of the pair, each written by "
        f"other hands than the question, among the first {SHOWN}"
    )
    yield _row(NAMES[0], first, told, RECALL)
    yield _row(NAMES[1], anew, "the same with other hands, places and times", RECALL)
    others = f"{len(_reworded(Random(ANEW)))} questions in other words than both of the pair, among the same texts"
    yield _row(NAMES[2], worded, others)
    around = "the first where openings, endings and up to three more sentences stand around each"
    yield _row(NAMES[3], longer, around)


def _row(name: str, found: Recall, told: str, bound: float | None = None) -> dict[str, Any]:
    value = mean(one for each in found.values() for one in each)
    shares = ", ".join(f"{asked} to {held} {mean(each):.3f}" for (asked, held), each in sorted(found.items()))
    least = None if bound is None else f">= {bound}"
    return row(name, value, "ratio", f"{told}; {shares}", least, holds=None if bound is None else value >= bound)


def _timed() -> Iterator[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.similar"],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        check=True,
        text=True,
    )
    told = (
        f"{ASKED} questions among {CASES:,} texts in two languages, {CASES * (WIDTH + BROAD) / 1e6:.0f} MB of vectors, all looked "
        f"through in {BROAD} directions and {LIKELY:,} compared"
    )
    for name, seconds in zip(NAMES[4:], json.loads(done.stdout), strict=True):
        p95 = quantiles(seconds, n=20)[-1]
        among = f"median {sorted(seconds)[len(seconds) // 2]:.4f}, the longest {max(seconds):.3f}"
        yield row(name, p95, "s", f"{told}; {among}", f"<= {SECONDS}", holds=p95 <= SECONDS)


class _Hand(Writer):
    """Writes with the sentence that it is given; `alone` with nothing around it."""

    def __init__(self, random: Random, *, alone: bool) -> None:
        super().__init__(random)
        self._alone, self._heading, self._sentence = alone, "", ""

    def write(self, language: str, heading: str, sentence: str, seed: int) -> str:
        """`seed` decides what its slots stand for."""
        self._heading, self._sentence = heading, fill(Random(seed), sentence, language, social=False)
        topic, sentiment = heading.split()
        return self.about(language, topic, sentiment).text

    def _deal(self, file: str, heading: str) -> str:
        return self._sentence if heading == self._heading else super()._deal(file, heading)

    def _around(self, first: str, language: str, topic: str, sentiment: str, *, plain: bool) -> str:
        return first if self._alone else super()._around(first, language, topic, sentiment, plain=plain)


def _pairs() -> dict[tuple[str, str, str], int]:
    """The number of the pair of a sentence, by language, section and sentence. Raises KeyError for one that the demo has no more."""
    found: dict[tuple[str, str, str], int] = {}
    for number, (heading, pair) in enumerate(_lines(ALIKE), start=1):
        for language, sentence in zip(LANGUAGES, pair, strict=True):
            if sentence not in sections(FILES[language])[heading]:
                raise KeyError(sentence)
            found[language, heading, sentence] = number
    return found


def _lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The sentences of each line, with their section."""
    heading = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line[1:-1]
        elif not line.startswith("#"):
            yield heading, line.split(" = ")


def _reworded(random: Random) -> list[Said]:
    """Questions in other words, of the same places and times as their pair."""
    hand, pairs = _Hand(random, alone=True), _pairs()
    return [
        Said(hand.write(language, heading, sentence, pair), language, pair)
        for heading, (known, *new) in _lines(REWORDED)
        for pair in (pairs["en", heading, known],)
        for language, sentence in zip(LANGUAGES, new, strict=True)
    ]


def _held(random: Random, *, alone: bool) -> tuple[list[Said], list[Said]]:
    """Texts that are held, one with each sentence about a topic, and a question with each that has another."""
    hand, pairs = _Hand(random, alone=alone), _pairs()
    held, asked = list[Said](), list[Said]()
    for language, file in FILES.items():
        for heading, sentences in sections(file).items():
            topic, _, sentiment = heading.partition(" ")
            if topic not in TOPICS or sentiment not in SENTIMENTS:
                continue
            for sentence in sentences:
                pair = pairs.get((language, heading, sentence))
                seed = -len(held) if pair is None else pair
                held.append(Said(hand.write(language, heading, sentence, seed), language, pair))
                if pair is not None:
                    asked.append(Said(hand.write(language, heading, sentence, seed), language, pair))
    return held, asked


def _recall(encoder: Encoder, held: Sequence[Said], asked: Sequence[Said]) -> Recall:
    """Of the texts of the pair of each question."""
    similar = Similar(ordinary(load_corpus()))
    vectors = pack_all(encoder.encode([normalise(one.text) for one in held]))
    similar.put(
        Text(str(number), vector, one.language) for number, (one, vector) in enumerate(zip(held, vectors, strict=True))
    )
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one, vector in zip(asked, pack_all(encoder.encode([normalise(one.text) for one in asked])), strict=True):
        near = {int(each.id) for each in similar.nearest(vector, one.language, SHOWN)}
        for number, other in enumerate(held):
            if other.pair == one.pair:
                hits[one.language, other.language].append(number in near)
    return hits


def _seconds() -> tuple[list[float], list[float]]:
    """What each question took, and what of that the processor was at it."""
    similar, asked = _filled(load_corpus())
    passed, worked = list[float](), list[float]()
    for vector, language in asked:
        began, before = time.perf_counter(), time.process_time()
        similar.nearest(vector, language, SHOWN)
        passed.append(time.perf_counter() - began)
        worked.append(time.process_time() - before)
    return passed, worked


def _filled(corpus: Corpus) -> tuple[Similar, list[tuple[bytes, str]]]:
    speakers, random = Speakers(SEED, corpus), Random(SEED)
    subjects = [speakers.subject() for _ in range(500)]
    spoken = [random.choice(("nl", "en")) for _ in range(CASES + ASKED)]
    drawn = np.stack([speakers.vector(random.choice(subjects)[one], one) for one in spoken])
    packed = list(zip(pack_all(drawn), spoken, strict=True))
    similar = Similar(ordinary(corpus))
    similar.put(Text(str(number), vector, one) for number, (vector, one) in enumerate(packed[:CASES]))
    return similar, packed[CASES:]


if __name__ == "__main__":
    print(json.dumps(_seconds()))
