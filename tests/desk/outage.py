"""Messages about one invented outage, in Dutch and English, as the archive holds them."""

from datetime import datetime, timedelta
from pathlib import Path

from core.types import Author, Enriched, Finding, Mention

GATES = Path(__file__).parents[1] / "data" / "emerging" / "gates.txt"
EACH = 10
"""Of each language."""


def outage(now: datetime) -> list[Enriched]:
    """The last of them a minute before `now`."""
    sections: dict[str, list[str]] = {}
    for line in GATES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            said = sections.setdefault(line.strip("[]"), [])
        else:
            said.append(line)
    return [
        _made(f"{language}{number}", text, language, now - timedelta(minutes=1 + number))
        for language, texts in sections.items()
        for number, text in enumerate(texts[:EACH])
    ]


def _made(name: str, text: str, language: str, at: datetime) -> Enriched:
    author = Author(id=f"bluesky:of-{name}", handle=name)
    mention = Mention(
        id=f"bluesky:{name}", source="bluesky", author=author, text=text, language=language, created_at=at, seen_at=at
    )
    return Enriched(mention=mention, findings=(Finding(name="language", model="test", labels=(language,)),))
