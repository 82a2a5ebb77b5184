"""Whether what is most like a message is found among the demo's texts, in the other language too, and how long that takes."""

import json
import os
import subprocess
import sys
import time
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
from klankbord.similar import ordinary
from picture.similar import PACKED, Similar, Text

NAMES = ("similar_recall_at_5", "similar_recall_of_longer_at_5", "similar_p95_seconds")
RECALL, SECONDS = 0.9, 0.05
SHOWN, CASES, ASKED = 5, 100_000, 400
ALIKE = Path(__file__).with_name("_alike.txt")
SEED = 20_261


class Said(NamedTuple):
    """A text, and the pair of sentences that it is written with; None where that has no other."""

    text: str
    language: str
    pair: int | None


def run(rounds: int = 5) -> list[dict[str, Any]]:  # noqa: ARG001 - the same texts every time, and one long round of questions
    """The rows; timed in a process of its own with one thread of linear algebra, as in the program."""
    with Encoder(build_model(cache_folder())) as encoder:
        short, whole = (_recall(encoder, alone=alone) for alone in (True, False))
    done = subprocess.run(
        [sys.executable, "-m", "bench.similar"],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        check=True,
        text=True,
    )
    seconds = json.loads(done.stdout)
    p95 = quantiles(seconds, n=20)[-1]
    texts, pairs = len(_held(Random(SEED), alone=True)[0]), len(_pairs()) // 2
    told = (
        f"{2 * pairs} questions with a sentence of the demo, among {texts} texts with one each in four languages, of which {pairs} "
        "Dutch and English pairs say the same of the same places and times: the share of the two of the pair, each written by "
        f"other hands than the question, among the first {SHOWN}"
    )
    found = f"{told}; in the language of the question {short[0]:.3f}, in the other {short[1]:.3f}"
    longer = f"the same where openings, endings and up to three more sentences stand around each; {whole[0]:.3f} and {whole[1]:.3f}"
    timed = (
        f"{ASKED} questions among {CASES:,} texts in two languages, {CASES * PACKED / 1e6:.0f} MB of vectors, every one compared; "
        f"median {sorted(seconds)[len(seconds) // 2]:.3f}, the longest {max(seconds):.3f}"
    )
    return [
        row(NAMES[0], mean(short), "ratio", found, f">= {RECALL}", holds=mean(short) >= RECALL),
        row(NAMES[1], mean(whole), "ratio", longer, None, holds=None),
        row(NAMES[2], p95, "s", timed, f"<= {SECONDS}", holds=p95 <= SECONDS),
    ]


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
    heading, number = "", 0
    for line in ALIKE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line[1:-1]
        elif not line.startswith("#"):
            number += 1
            for language, sentence in zip(("en", "nl"), line.split(" = "), strict=True):
                if sentence not in sections(FILES[language])[heading]:
                    raise KeyError(sentence)
                found[language, heading, sentence] = number
    return found


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


def _recall(encoder: Encoder, *, alone: bool) -> tuple[float, float]:
    """Of the text of the pair in the language of the question, and of that in the other."""
    held, asked = _held(Random(SEED), alone=alone)
    similar = Similar(ordinary(load_corpus()))
    vectors = pack_all(encoder.encode([normalise(one.text) for one in held]))
    similar.put(
        Text(str(number), vector, one.language) for number, (one, vector) in enumerate(zip(held, vectors, strict=True))
    )
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for one, vector in zip(asked, pack_all(encoder.encode([normalise(one.text) for one in asked])), strict=True):
        near = {int(each.id) for each in similar.nearest(vector, one.language, SHOWN)}
        for number, other in enumerate(held):
            if other.pair == one.pair:
                hits[other.language == one.language].append(number in near)
    return mean(hits[True]), mean(hits[False])


def _seconds() -> list[float]:
    corpus = load_corpus()
    similar, asked = _filled(corpus)
    found = []
    for vector, language in asked:
        began = time.perf_counter()
        similar.nearest(vector, language, SHOWN)
        found.append(time.perf_counter() - began)
    return found


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
