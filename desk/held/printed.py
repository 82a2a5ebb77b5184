"""What is held of somebody on paper, for themselves: in the words of one language, every row in sentences as far as it has some."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from desk.held.document import Held, Json
from desk.reports.paper import Paper
from desk.store.held_masks import OTHER, STAFF, Value
from desk.web.formats import Formats
from desk.web.words import Words

_OTHERS: Mapping[Value, str] = {STAFF: "held.staff", OTHER: "held.else"}


def pdf(held: Held, *, words: Words, form: Formats) -> bytes:
    """The whole file. Takes CPU: not for the loop of a server."""
    title = str(words("held.title"))
    paper = Paper(title, held.organisation, words=words, form=form, at=held.made_at)
    paper.say(title, size=18, bold=True, gap=0)
    paper.say(f"{held.organisation} · {form.absolute(held.made_at)}", soft=True, gap=3)
    for line in _in_short(held, words, form):
        paper.say(line)
    if not held.nothing:
        _section(paper, words("held.archive"), [_message(one.stored, words, form) for one in held.archive])
        for name, rows in held.desk.items():
            _section(paper, words(f"held.table.{name}"), [_row(row, words, form) for row in rows])
        for name, documents in held.summaries.items():
            _section(paper, words(f"held.summary.{name}"), [_row(_flat(one), words, form) for one in documents])
        counts = Counter(one.topic for one in held.log)
        _section(paper, words("held.log"), [f"{topic}: {form.number(count)}" for topic, count in counts.items()])
        _section(paper, words("held.files"), [f"{one.name}: {form.number(one.rows)}" for one in held.files])
    _section(paper, words("held.kept"), [_kept(source, days, words, form) for source, days in held.keep_days.items()])
    _section(paper, words("held.rights"), [str(words("held.rights.are"))])
    return bytes(paper.output())


def _in_short(held: Held, words: Words, form: Formats) -> list[str]:
    lines = [str(words("held.accounts", accounts=", ".join(held.accounts) or "–"))]
    if held.nothing:
        lines.append(str(words("held.nothing")))
    else:
        counts = {name: form.number(len(getattr(held, name))) for name in ("archive", "cases", "customers")}
        lines.append(str(words("held.counts", **counts)))
        lines.append(str(words("held.json")))
    if held.told:
        lines.append(str(words("held.told", systems=", ".join(held.told))))
    if held.erased:
        lines.append(str(words("held.erased")))
    return lines


def _message(stored: Json, words: Words, form: Formats) -> str:
    """When and where it was said, its words, and what was made of it."""
    enriched = stored["enriched"]
    mention = enriched["mention"]
    when = form.absolute(datetime.fromisoformat(mention["created_at"]))
    found = [
        f"{words.or_plain('finding', one['name'])}: {', '.join(words.or_plain(one['name'], each) for each in one['labels'])}"
        for one in enriched.get("findings", ())
        if one.get("labels")
    ]
    head = f"{when} · {words.or_plain('source', mention['source'])} · {mention['id']}"
    return "\n".join(one for one in (head, mention.get("title") or "", mention["text"], "; ".join(found)) if one)


def _row(row: Mapping[str, Value], words: Words, form: Formats) -> str:
    """Each column that says something, by its word."""
    return " · ".join(
        f"{words.or_plain('held.column', name)}: {_value(name, value, words, form)}"
        for name, value in row.items()
        if value not in (None, "", "[]")
    )


def _flat(document: Json) -> dict[str, Value]:
    """A document as a row: what is nested is left to the file."""
    return {name: value for name, value in document.items() if isinstance(value, str | int | float)}


def _value(name: str, value: Value, words: Words, form: Formats) -> str:
    if isinstance(value, bool):
        return str(words("yes" if value else "no"))
    if isinstance(value, float):
        return form.number(value, decimals=0 if value.is_integer() else 2)
    if value in _OTHERS:
        return str(words(_OTHERS[value]))
    if name in ("source", "severity") and isinstance(value, str):
        return words.or_plain(name, value)
    if isinstance(value, str) and value[:2] in ("19", "20") and "T" in value:
        try:
            return form.absolute(datetime.fromisoformat(value))
        except ValueError:
            return value
    return str(value)


def _kept(source: str, days: float, words: Words, form: Formats) -> str:
    return str(words("held.kept.days", source=words.or_plain("source", source), days=form.number(round(days))))


def _section(paper: Paper, title: object, lines: Sequence[str]) -> None:
    if not lines:
        return
    paper.together(20)
    paper.ln(3)
    paper.say(str(title), size=11, bold=True)
    for line in lines:
        paper.say(line, size=9, gap=1.5)
