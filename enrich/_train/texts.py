"""Labelled texts from a folder of JSON lines, normalised as in serving, each with its vector."""

import gzip
import hashlib
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from enrich._encoder import DIMENSIONS, Encoder
from enrich._encoder.weights import Floats
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


class Vectors:
    """Vectors of texts, kept in one file so that a second run costs seconds."""

    def __init__(self, encoder: Encoder, kept: Path) -> None:
        self._encoder, self._kept = encoder, kept
        self._known: dict[bytes, Floats] = {}
        if kept.is_file():
            with np.load(kept) as stored:
                if str(stored["model"]) == encoder.name:
                    self._known = dict(zip(map(bytes, stored["keys"]), stored["vectors"], strict=True))

    def of(self, texts: Sequence[str]) -> Floats:
        """float32 (n, 384); what is new is encoded and kept."""
        keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            self._known |= dict(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
            self._store()
        if not keys:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([self._known[key] for key in keys])

    def _store(self) -> None:
        keys = np.frombuffer(b"".join(self._known), dtype=np.uint8).reshape(-1, 16)
        np.savez(self._kept, model=self._encoder.name, keys=keys, vectors=np.stack(list(self._known.values())))
