"""Messages and tools for tests of enrichers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from core.ports import Passage, Tools
from core.types import Author, Mention
from enrich._encoder import Encoder

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def tools() -> Tools:
    return Tools(clock=lambda: AT, random=Random(1), cache=Path(), report=lambda _: None)


def mention(text: str, *, title: str | None = None) -> Mention:
    author = Author(id="test:someone")
    return Mention(id="test:1", source="test", author=author, text=text, title=title, created_at=AT, seen_at=AT)


def passage(text: str, vector: bytes = b"") -> Passage:
    return Passage(mention=mention(text), text=text, vector=vector)


def read(encoder: Encoder, texts: Sequence[str]) -> list[Passage]:
    """Passages as the chain hands them on: those with text are read by the encoder."""
    vectors, readings = encoder.read(texts)
    return [
        Passage(mention=mention(text), text=text, vector=row.tobytes(), reading=reading) if text else passage(text)
        for text, row, reading in zip(texts, vectors, readings, strict=True)
    ]
