"""Labelled texts as people hand them over: JSON lines {"text", "label"}, gzipped or not.

A label is a string, compared without case and outer spaces; a list of strings where several are true. A whole number is
a label of sentiment as the public sets number them (TweetEval, XLM-T): 0 negative, 1 neutral, 2 positive. `language` may
say the text's. Other keys are left alone.
"""

import gzip
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.errors import Misconfigured
from core.settings import nearest

NUMBERED = ("negative", "neutral", "positive")
MOST_MISTAKES = 10
_GZIP = b"\x1f\x8b"


class Labelled(msgspec.Struct, frozen=True):
    """A text with what is true of it; `language` where it is said, `line` where it stands in its file."""

    text: str
    labels: tuple[str, ...]
    language: str | None = None
    line: int = 0


def read(path: Path) -> list[Labelled]:
    """All lines that are not empty. Raises Misconfigured with a sentence a mistake, and where there are no lines."""
    content, mistakes = _content(path), []
    rows: list[Labelled] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(line, number))
        except ValueError as error:
            mistakes.append(f"{path}, line {number}: {error}")
    if not rows and not mistakes:
        mistakes = [f'{path}: holds no lines; each should be like {{"text": "...", "label": "neutral"}}']
    _raise(mistakes)
    return rows


def known(rows: Sequence[Labelled], labels: Sequence[str], finer: Mapping[str, str], *, where: str) -> list[Labelled]:
    """The rows with their labels as the model spells them, a finer label as the one it is part of.

    Raises Misconfigured naming each line whose label the model does not have, with the nearest it has.
    """
    spelt = {folded(label): label for label in labels}
    wider = {folded(name): label for name, label in finer.items() if label in labels}
    mistakes, found = [], []
    for row in rows:
        unknown = [label for label in row.labels if label not in spelt and label not in wider]
        mistakes += [
            f'{where}, line {row.line}: there is no label "{label[:40]}"; {nearest(label, labels)}' for label in unknown
        ]
        own = dict.fromkeys(spelt.get(label) or wider.get(label) or label for label in row.labels)
        found.append(msgspec.structs.replace(row, labels=tuple(own)))
    _raise(mistakes)
    return found


def fitting(rows: Sequence[Labelled], labels: Sequence[str], finer: Mapping[str, str]) -> int:
    """How many of the rows a model with these labels could be right about."""
    spelt = {folded(name) for name in (*labels, *(name for name, label in finer.items() if label in labels))}
    return sum(spelt.issuperset(row.labels) for row in rows)


def folded(label: str) -> str:
    """A label as it is compared."""
    return label.strip().casefold()


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except FileNotFoundError:
        raise Misconfigured([f"{path}: no such file"]) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Misconfigured([f"{path}: is not whole: the gzip data is damaged or cut short"]) from None
    except OSError as error:
        raise Misconfigured([f"{path}: cannot be read: {error.strerror}"]) from None


def _row(line: bytes, number: int) -> Labelled:
    """Raises ValueError with what is wrong with the line."""
    try:
        found = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"is not JSON: {error}") from None
    fields = found if isinstance(found, dict) else {}
    text, language = fields.get("text"), fields.get("language")
    if isinstance(text, str) and isinstance(language, str | None):
        return Labelled(text, _labels(fields.get("label")), _primary(language), number)
    raise ValueError('should be like {"text": "...", "label": "neutral"}; "language" may be a string too')


def _primary(language: str | None) -> str | None:
    """The language without region or script: "nl" of "nl-BE"."""
    return (language or "").strip().lower().replace("_", "-").split("-")[0] or None


def _labels(label: Any) -> tuple[str, ...]:  # Any: whatever stands in the line
    each = label if isinstance(label, list) else [label]
    if not each or not all(isinstance(one, str | int) and not isinstance(one, bool) for one in each):
        raise ValueError('"label" is missing, or no string, number or list of them')
    return tuple(_label(one) for one in each)


def _label(one: str | int) -> str:
    word = folded(str(one))
    if not word.lstrip("-").isdigit():
        return word
    if not word.isascii() or not 0 <= int(word) < len(NUMBERED):
        raise ValueError(f"{word[:20]} is no label; as numbers there are 0 negative, 1 neutral and 2 positive")
    return NUMBERED[int(word)]


def _raise(mistakes: Sequence[str]) -> None:
    if mistakes:
        more = len(mistakes) - MOST_MISTAKES
        raise Misconfigured([*mistakes[:MOST_MISTAKES], *([f"and {more:,} more like these"] if more > 0 else [])])
