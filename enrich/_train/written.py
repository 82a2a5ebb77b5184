"""Texts written for klankbord, in Dutch and English, that teach and judge: they are shipped with it.

Files in texts/: a line a text, below a line "# label".
"""

import hashlib
from pathlib import Path

from enrich._evaluation.labelled import Labelled
from enrich._normalise import normalise

TEXTS = Path(__file__).parent / "texts"
JUDGING = 5
"""One text in so many judges and never teaches."""


def read(name: str) -> list[Labelled]:
    """All texts of one file, in order; their language ends its name."""
    rows, label, language = [], "", name.rpartition(".")[2]
    for line in (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            label = line.removeprefix("# ")
        elif line:
            rows.append(Labelled(normalise(line), (label,), language))
    return rows


def judges(row: Labelled) -> bool:
    """Whether it is one of those that judge: by the text's hash, so that adding texts moves no other."""
    return hashlib.sha256(row.text.encode()).digest()[0] % JUDGING == 0
