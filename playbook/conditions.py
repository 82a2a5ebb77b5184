"""What a rule asks of a message before it holds: the query language, and the few facts that no query can ask."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core.findings import ROUTED
from core.query import AnyNode, Or, asks
from core.redaction.kinds import Kind
from core.settings import Settings, nearest
from playbook._values import Id, Language, Name
from playbook.errors import QueryError
from playbook.queries import parse

WordLists = Mapping[str, Mapping[str, Sequence[str]]]
"""Name of a list -> language -> words and phrases, each a term of the query language."""


def _asked(text: str) -> str:
    try:
        asked = parse(text, search=True)
    except QueryError as error:
        raise ValueError(str(error)) from None
    for name in sorted(ROUTED):
        if asks(asked, {name}):
            raise ValueError(f"asks {name}:, which is known once a message was routed; leave it out here")
    if not text.strip():
        raise ValueError("the query is empty; write at least one word")
    return text


def _kind(value: Any) -> Any:  # Any: whatever stands in the YAML
    if value not in tuple(Kind):
        raise ValueError(f"{value!r} is no kind of personal data; {nearest(str(value), tuple(Kind))}")
    return value


def _any_of(value: Any) -> Any:  # Any: whatever stands in the YAML
    """One condition or several; a plain text is a query."""
    several = value if isinstance(value, list | tuple) else [value]
    return tuple({"query": one} if isinstance(one, str) else one for one in several)


Query = Annotated[str, AfterValidator(_asked)]
Words = dict[Language, tuple[Query, ...]]


class When(Settings):
    """What has to be true of a message, all that is given.

    query      a query, findings included, as in search
    words      names of word lists: a word of any of them stands in it, in whatever language
    findings   labels by finding: one of them was found; also of findings that queries do not know, like toxicity
    monitors   one of them matched
    account    whether it reached an account of ours; `accounts` one of these
    personal   one of these kinds of personal data stands in it, or was taken out of it
    rating_at_least, rating_at_most  as the source gives it; where it gives none, neither is true
    """

    query: Query | None = None
    words: tuple[Id, ...] = ()
    findings: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = {}
    monitors: tuple[Name, ...] = ()
    account: bool | None = None
    accounts: tuple[Name, ...] = ()
    personal: tuple[Annotated[Kind, BeforeValidator(_kind)], ...] = ()
    rating_at_least: float | None = None
    rating_at_most: float | None = None

    @model_validator(mode="after")
    def _asks(self) -> "When":
        if self == When.model_construct():
            raise ValueError(f"asks nothing; give one of {', '.join(sorted(When.model_fields))}")
        return self

    def nodes(self, lists: WordLists) -> tuple[AnyNode, ...]:
        """The queries it stands on: its own, and one of all words of its lists."""
        own = (parse(self.query, search=True),) if self.query else ()
        terms = [parse(term) for name in self.words for words in lists[name].values() for term in words]
        return (*own, Or(parts=tuple(terms))) if self.words else own


AnyOf = Annotated[
    tuple[When, ...],
    BeforeValidator(_any_of, json_schema_input_type=str | When | list[str | When]),
    Field(min_length=1),
]
"""Any of these; written as one, as a list, or as a plain query."""
