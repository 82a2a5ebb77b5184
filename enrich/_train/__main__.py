"""python -m enrich._train --labelled FOLDER [--cache FOLDER]: trains, writes the models with scores and the card.

With `--only intent` in place of the folder it fits `intent` alone, from the texts shipped with it; with `--only tables` it
fits nothing, and judges the shipped models on the shipped texts again.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from core.findings import INTENTS
from enrich._encoder import Encoder, build_model
from enrich._train import card, intent
from enrich._train.keep import write
from enrich._train.topics import judge


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m enrich._train")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--labelled", type=Path, help="folder of labelled texts")
    what.add_argument("--only", choices=("intent", "tables"))
    parser.add_argument("--cache", type=Path, default=Path(".cache/klankbord"), help="where the encoder is built")
    given = parser.parse_args()
    if given.labelled:
        from enrich._train.teach import teach  # noqa: PLC0415 - needs jax, which the rest does without

        _remember(teach(given.labelled, given.cache, progress=_told))
    with Encoder(build_model(given.cache)) as encoder:
        if given.only != "tables":
            (weights, bias), told = intent.teach(encoder)
            write("intent", {"weights": weights, "bias": bias}, INTENTS)
            _remember({"intent": told, "topics": judge(encoder)})
        card.judge(encoder)
    card.write()


def _remember(report: Mapping[str, object]) -> None:
    """Put these scores in the place of those of the training before."""
    known = json.loads(card.SCORES.read_text(encoding="utf-8"))
    card.SCORES.write_text(json.dumps(known | report, indent=1) + "\n", encoding="utf-8")


def _told(step: int, told: Mapping[str, float]) -> None:
    if step % 50 == 0:
        Console(stderr=True).print(step, {name: round(float(value), 3) for name, value in told.items()})


if __name__ == "__main__":
    main()
