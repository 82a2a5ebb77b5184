"""A mention in the words of a matter: one line, the facts, the author's own words. Plain text, the same for every system. Pure."""

import re
from collections.abc import Callable

from core.document import Stored
from core.findings import counted
from core.types import Enriched
from sinks._crm_port import MOST_SUBJECT, MOST_TEXT

MOST_ACCOUNTS = 50
"""Accounts that one field is read for."""


def subject(enriched: Enriched) -> str:
    """Where it was said and how it begins."""
    mention = enriched.mention
    return cut(f"[{mention.source}] {' '.join((mention.title or mention.text).split())}", MOST_SUBJECT)


def facts(stored: Stored, link: Callable[[str], str]) -> str:
    """What is known of it, a line each, without the author's words; the link to the page last."""
    mention = stored.enriched.mention
    lines = [
        f"Source: {mention.source}",
        f"Said: {mention.created_at:%Y-%m-%d %H:%M} UTC",
        *(
            f"{finding.name.capitalize()}: {', '.join(labels)}"
            for finding in stored.enriched.findings
            if (labels := counted(finding))
        ),
        *(f"Judged {judged.name}: {', '.join(judged.labels)}" for judged in stored.judgements if judged.labels),
        *([f"Monitors: {', '.join(stored.enriched.routing.monitors)}"] if stored.enriched.routing.monitors else []),
        link(mention.id),
    ]
    return cut("\n".join(lines), MOST_TEXT // 2)


def text(stored: Stored, about: str) -> str:
    """Who said it and what, then the facts."""
    mention = stored.enriched.mention
    author = mention.author.name or mention.author.handle or mention.author.id
    words = "\n\n".join(part for part in (mention.title, mention.content_warning, mention.text) if part)
    return (
        f"{cut(author, MOST_SUBJECT)}:\n{cut(words, MOST_TEXT // 2 - 2000)}\n\n{cut(mention.url or '', 1000)}\n{about}"
    )


def accounts(field: object) -> tuple[str, ...]:
    """The author ids ("source:native") in a field where people wrote them, apart by spaces, commas, semicolons or lines."""
    words = re.split(r"[\s,;]+", field)[:MOST_ACCOUNTS] if isinstance(field, str) else []
    return tuple(word for word in words if re.fullmatch(r"[a-z][a-z0-9_-]*:\S{1,500}", word))


def cut(words: str, most: int) -> str:
    """The words, or their beginning where they are longer."""
    return words if len(words) <= most else words[: most - 1] + "…"
