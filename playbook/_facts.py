"""The facts of a message that fields ask for."""

from collections.abc import Callable, Mapping

from core.findings import BY_FIELD
from core.query import Comparison, Field, FieldName
from core.types import Mention

UNDECIDED = {FieldName.LANGUAGE, FieldName.FOLLOWERS, FieldName.ENGAGEMENT, *BY_FIELD}
"""What a later step may still find out about a message that was just heard."""


def engagement(mention: Mention) -> int | None:
    """Likes, reposts, replies and quotes together, those that are known; None where none is."""
    read = mention.engagement
    if read is None:
        return None
    counts = [n for n in (read.likes, read.reposts, read.replies, read.quotes) if n is not None]
    return sum(counts) if counts else None


def language_is(spoken: str | None, asked: str) -> bool | None:
    if spoken is None:
        return None
    spoken = spoken.casefold()
    return spoken == asked or spoken.startswith(asked + "-")


COMPARE: Mapping[Comparison, Callable[[int, int], bool]] = {
    Comparison.IS: int.__eq__,
    Comparison.MORE: int.__gt__,
    Comparison.LESS: int.__lt__,
    Comparison.AT_LEAST: int.__ge__,
    Comparison.AT_MOST: int.__le__,
}

NUMBER: Mapping[FieldName, Callable[[Mention], int | None]] = {
    FieldName.FOLLOWERS: lambda mention: mention.author.followers,
    FieldName.ENGAGEMENT: engagement,
}


def _number_is(mention: Mention, field: Field) -> bool | None:
    known = NUMBER[field.name](mention)
    return None if known is None else COMPARE[field.comparison](known, int(field.value))


def _host_and_above(site: str | None) -> list[str]:
    if site is None:
        return []
    parts = site.casefold().split(".")
    return [".".join(parts[i:]) for i in range(len(parts))]


def _names(mention: Mention) -> list[str]:
    author = mention.author
    names = [author.id.casefold()]
    if author.handle:
        names.append(author.handle.casefold())
    if author.name:
        names.append(author.name.casefold())
    return names


VALUES: Mapping[FieldName, Callable[[Mention], list[str]]] = {
    FieldName.SOURCE: lambda mention: [mention.source.casefold()],
    FieldName.KIND: lambda mention: [mention.kind.value],
    FieldName.VISIBILITY: lambda mention: [mention.visibility.value],
    FieldName.SITE: lambda mention: _host_and_above(mention.site),
    FieldName.COUNTRY: lambda mention: [mention.country.casefold()] if mention.country else [],
    FieldName.AUTHOR: _names,
}
"""Every value for which asking the field is true, where such values can be listed."""


Fact = Callable[[Mention, Field], bool | None]


def _value_is(mention: Mention, field: Field) -> bool:
    return field.value in VALUES[field.name](mention)


OF_MENTION: Mapping[FieldName, Fact] = dict.fromkeys(VALUES, _value_is) | dict.fromkeys(NUMBER, _number_is)
"""Whether the message has that fact; None where it is not known. Language and findings are asked elsewhere."""
