"""Which accounts may become part of a customer: those of sources whose policy says so, and Reddit's never.

Reddit lets nobody use its content to identify its users: its Public Content Policy.
"""

from collections.abc import Callable

from klankbord.configuration import REDDIT, Configuration


def may_join(configuration: Configuration) -> Callable[[str], bool]:
    """Of an author id, whether its account may: every source that gives accounts of that kind has to allow it."""
    allowed: dict[str, bool] = {}
    for source in configuration.sources:
        for name in {source.use, source.name}:
            allowed[name] = source.join and allowed.get(name, True)

    def allows(author: str) -> bool:
        kind = author.partition(":")[0]
        return kind != REDDIT and allowed.get(kind, False)

    return allows
