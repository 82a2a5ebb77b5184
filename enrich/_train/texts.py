"""Labelled texts from a folder of JSON lines, normalised as in serving."""

import gzip
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from enrich._normalise import normalise

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")  # some sets spell characters out


class Labelled(msgspec.Struct, frozen=True):
    """One text of a set with the label as the set gives it: a word, a list of words or of numbers."""

    text: str
    label: Any


def read(path: Path) -> list[Labelled]:
    """All texts of one file that are not empty once normalised."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = [Labelled(normalise(_plain(row["text"])), row["label"]) for row in rows]
    return [row for row in found if row.text]


def without(rows: Sequence[Labelled], taken: set[str]) -> list[Labelled]:
    """Rows whose text is not in `taken`, each text once; adds them to it. Compares letters alone, as copies differ in
    case, links and marks.
    """
    kept = []
    for row in rows:
        key = "".join(re.findall(r"\w", row.text.casefold().replace("@user", "").replace("http", ""))) or row.text
        if key not in taken:
            taken.add(key)
            kept.append(row)
    return kept


def _plain(text: str) -> str:
    unescaped = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text.replace('\\"', '"').replace("\\n", " "))
    return html.unescape(unescaped)
