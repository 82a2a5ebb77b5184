"""Short ways to say a message in the tests of sinks."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from core.document import Filter
from core.types import Author, Deletion, Enriched, Finding, Judgement, Mention, Routing, Scope

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def enriched(
    native: str,
    text: str = "trein vertraagd",
    *,
    minute: float = 0,
    edited: float | None = None,
    author: str = "anna",
    sentiment: str | None = "negative",
    topics: tuple[str, ...] = (),
    monitors: tuple[str, ...] = (),
    language: str | None = "nl",
    generation: int = 0,
    followers: int | None = None,
    vector: bytes = b"",
    found: Mapping[str, tuple[str, ...]] | None = None,
    path: tuple[str, ...] = (),
    severity: str | None = None,
    unit: str | None = None,
    **fields,
) -> Enriched:
    findings = [Finding(name="language", model="m", labels=(language,))] if language else []
    findings += [Finding(name="sentiment", model="m", labels=(sentiment,), confidence=0.9)] if sentiment else []
    findings += [Finding(name="topics", model="m", labels=topics)] if topics else []
    findings += [Finding(name=name, model="m", labels=labels) for name, labels in (found or {}).items()]
    created = at(minute)
    source = fields.pop("source", "file")
    mention = Mention(
        id=f"{source}:{native}",
        source=source,
        author=Author(id=f"{source}:{author}", handle=author, name=author.title(), followers=followers),
        text=text,
        created_at=created,
        edited_at=None if edited is None else at(edited),
        seen_at=max(created, at(edited)) if edited is not None else created,
        **fields,
    )
    outcome = path[-1] if path else None
    routing = Routing(monitors=monitors, outcome=outcome, path=path, severity=severity, team=unit)
    return Enriched(mention=mention, findings=tuple(findings), routing=routing, generation=generation, vector=vector)


def deletion(target: str, minute: float, *, scope: Scope = Scope.MENTION, **fields) -> Deletion:
    return Deletion(target=target, scope=scope, at=at(minute), reason="deleted", **fields)


def gone(author: str, minute: float, **fields) -> Deletion:
    return deletion(author, minute, scope=Scope.AUTHOR, **fields)


def judgement(mention: str, name: str, labels: tuple[str, ...] | None, minute: float) -> Judgement:
    return Judgement(mention=mention, name=name, labels=labels, by="ruth", at=at(minute))


EVERYTHING = Filter(irrelevant=True, muted=True, drills=True)
