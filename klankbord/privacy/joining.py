"""Which accounts may become part of a customer: those of sources whose policy says so, and Reddit's never.

Reddit lets nobody use its content to identify its users: its Public Content Policy.
"""

from collections.abc import Callable, Mapping, Sequence

from core.redaction import Redactor
from core.redaction.regions import regions_of
from ingest._admit import Policy
from klankbord.configuration import REDDIT, Configuration, Source


def may_join(configuration: Configuration) -> Callable[[str], bool]:
    """Of an author id, whether its account may: every source that gives accounts of that kind has to allow it."""
    allowed = by_kind(configuration.sources, lambda source: source.join)

    def allows(author: str) -> bool:
        kind = author.partition(":")[0]
        return kind != REDDIT and allowed.get(kind, False)

    return allows


def any_may_join(configuration: Configuration) -> bool:
    """Whether any account may: else nobody reads what is heard for the customers' sake."""
    return any(source.join for source in configuration.sources)


def policy_of(source: Source, languages: Sequence[str]) -> Policy:
    """What is let in of that source; `languages` are those that the organisation listens to."""
    return Policy(
        visibilities=frozenset(source.visibility),
        links=source.join and source.use != REDDIT,
        redactor=Redactor(source.redact, regions_of(languages)) if source.redact else None,
    )


def by_kind(sources: Sequence[Source], lets: Callable[[Source], bool]) -> Mapping[str, bool]:
    """Whether every source that gives accounts of a kind lets them; by kind, which is what an author id begins with."""
    allowed: dict[str, bool] = {}
    for source in sources:
        for name in {source.use, source.name}:
            allowed[name] = lets(source) and allowed.get(name, True)
    return allowed
