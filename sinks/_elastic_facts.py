"""What a stored mention answers to, as one list of keywords: "lang:nl", "site:nu.nl", "author:anna", "@name", "#tag";
tokens too long for the text's own index as well.

The writer puts them into the field `facts`, a query asks for one of them: that is all there is to a field that is no
number, a handle or a hashtag, and it is exact.
"""

from collections.abc import Iterator

from core import names
from core.query import Field, FieldName, Handle, Tag
from core.types import Enriched, Finding, Mention
from sinks._elastic_tokens import long_words

MOST = 8000
"""Characters of a keyword; what is longer is cut on both sides of the comparison."""

_LABELLED = {FieldName.TOPIC: "topics", FieldName.PERSON_TAG: "tags"}
_ONE_LABEL = (FieldName.SENTIMENT, FieldName.EMOTION)


def facts(enriched: Enriched) -> list[str]:
    """All that is true of the mention; `enriched` has its judgements applied. In no order, each once."""
    found = {finding.name: finding for finding in reversed(enriched.findings)}
    return list({one[:MOST] for part in (_heard(enriched.mention), _found(enriched.mention, found)) for one in part})


def asked(node: Field | Handle | Tag) -> str:
    """The fact that the node asks for: a whole one, or where a Tag ends in "*" (which is left out) the start of one."""
    match node:
        case Handle(name=name):
            return f"@{name}"[:MOST]
        case Tag(name=name):
            return f"#{name.removesuffix('*')}"[:MOST]
        case Field(name=name, value=value):
            return f"{name.value}:{value}"[:MOST]


def _heard(mention: Mention) -> Iterator[str]:
    author = mention.author
    yield f"source:{mention.source.casefold()}"
    yield f"kind:{mention.kind.value}"
    yield f"visibility:{mention.visibility.value}"
    yield f"author:{author.id.casefold()}"
    for name in (author.handle, author.name):
        if name:
            yield f"author:{name.casefold()}"
    if mention.country:
        yield f"country:{mention.country.casefold()}"
    if mention.site is not None:
        yield from (f"site:{host}" for host in _ends(mention.site.casefold(), "."))
    yield from (f"@{handle}" for handle in names.handles(mention))
    yield from (f"#{tag}" for tag in names.hashtags(mention))
    yield from long_words(mention)


def _found(mention: Mention, found: dict[str, Finding]) -> Iterator[str]:
    detected = found.get("language")
    language = detected.labels[0] if detected and detected.labels else mention.language
    if language is not None:
        yield from (f"lang:{spoken}" for spoken in _starts(language.casefold(), "-"))
    for name in _ONE_LABEL:
        if name in found:
            yield from (f"{name.value}:{label.casefold()}" for label in found[name].labels[:1])
    for name, finding in _LABELLED.items():
        if finding in found:
            yield from (f"{name.value}:{label.casefold()}" for label in found[finding].labels)


def _starts(value: str, mark: str) -> Iterator[str]:
    """The value, and what stands before each of its marks: zh-hant-tw, zh-hant, zh."""
    yield value
    yield from (value[:place] for place, sign in enumerate(value) if sign == mark)


def _ends(value: str, mark: str) -> Iterator[str]:
    """The value, and what stands behind each of its marks: www.nu.nl, nu.nl, nl."""
    yield value
    yield from (value[place + 1 :] for place, sign in enumerate(value) if sign == mark)
