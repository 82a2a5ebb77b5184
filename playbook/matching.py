"""Whether one message matches one query, exactly as written: the reference that faster paths must equal."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from core import names
from core.findings import BY_FIELD, known_of
from core.query import And, AnyNode, Everything, Field, FieldName, Handle, Near, Not, Or, Phrase, Tag, Word
from core.types import Enriched, Finding, Mention
from playbook import _facts
from playbook._text import Text


class Subject:
    """One message as queries see it.

    language  as far as known; findings  by name, None before enrichment
    final     True when nothing more will be found out: what is not known then is false
    """

    def __init__(
        self,
        mention: Mention,
        *,
        language: str | None = None,
        findings: Mapping[str, Finding] | None = None,
        final: bool = False,
    ) -> None:
        self.mention = mention
        self.language = language
        self.findings = findings
        self.final = final

    @cached_property
    def text(self) -> Text:
        return Text(self.mention.text, self.mention.title)

    @cached_property
    def handles(self) -> set[str]:
        return names.handles(self.mention)

    @cached_property
    def hashtags(self) -> set[str]:
        return names.hashtags(self.mention)

    def fact(self, field: Field) -> bool | None:
        """Whether the field holds; None where it is not known yet, False where it will never be known."""
        known = self._known(field)
        if known is None and (self.final or field.name not in _facts.UNDECIDED):
            return False
        return known

    def _known(self, field: Field) -> bool | None:
        if field.name is FieldName.LANGUAGE:
            return _facts.language_is(self.language, field.value)
        if field.name in _facts.OF_MENTION:
            return _facts.OF_MENTION[field.name](self.mention, field)
        known = BY_FIELD[field.name]
        finding = (self.findings or {}).get(known.name)
        if finding is None:
            return None
        return any(field.value in known.asked(label) for label in known.counted(finding.labels))


def heard(mention: Mention) -> Subject:
    """The message as it was just heard: its language, followers, engagement may still come."""
    return Subject(mention)


def detected(mention: Mention, language: str | None) -> Subject:
    """The message in the stream, its language detected, or as the source states it where that failed."""
    return Subject(mention, language=language or mention.language, final=True)


def enriched(record: Enriched) -> Subject:
    """The message with all that was found and judged about it."""
    return Subject(record.mention, language=record.known_language, findings=known_of(record), final=True)


def evaluate(node: AnyNode, subject: Subject) -> bool | None:
    """True, False, or None where that depends on what is not known yet (never None for a final subject)."""
    match node:
        case And(parts=parts):
            return _all(evaluate(part, subject) for part in parts)
        case Or(parts=parts):
            return _any(evaluate(part, subject) for part in parts)
        case Not(part=part):
            value = evaluate(part, subject)
            return None if value is None else not value
        case Word() | Phrase():
            return bool(subject.text.runs(node))
        case Near():
            return bool(subject.text.near(node))
        case Handle(name=name):
            return name in subject.handles
        case Tag(name=name):
            return has_tag(name, subject.hashtags)
        case Field():
            return subject.fact(node)
        case Everything():
            return True


def matches(node: AnyNode, record: Enriched) -> bool:
    """Whether the processed message matches: each query, findings included, has an answer here."""
    return evaluate(node, enriched(record)) is True


def has_tag(name: str, carried: Iterable[str]) -> bool:
    """Whether one of the folded hashtags is `name`, or starts with it where it ends in "*"."""
    stem = name.removesuffix("*")
    return any(tag.startswith(stem) if stem != name else tag == name for tag in carried)


def _all(values: Iterable[bool | None]) -> bool | None:
    unknown = False
    for value in values:
        if value is False:
            return False
        unknown = unknown or value is None
    return None if unknown else True


def _any(values: Iterable[bool | None]) -> bool | None:
    unknown = False
    for value in values:
        if value is True:
            return True
        unknown = unknown or value is None
    return None if unknown else False
