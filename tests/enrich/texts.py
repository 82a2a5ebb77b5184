"""Messages and tools for tests of enrichers."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

from core.ports import Passage, Tools
from core.types import Author, Mention

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def tools() -> Tools:
    return Tools(clock=lambda: AT, random=Random(1), cache=Path(), report=lambda _: None)


def mention(text: str, *, title: str | None = None) -> Mention:
    author = Author(id="test:someone")
    return Mention(id="test:1", source="test", author=author, text=text, title=title, created_at=AT, seen_at=AT)


def passage(text: str, vector: bytes = b"") -> Passage:
    return Passage(mention=mention(text), text=text, vector=vector)
