"""What the sources' policies let leave the page, for the API and for assistants."""

from core.document import Stored
from core.types import Mention, Visibility
from klankbord.configuration import Configuration

_OPEN = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})


class Policies:
    """desk.ports.Leaving over the sources of a configuration. What a source that is not configured any more gave stays inside."""

    def __init__(self, configuration: Configuration) -> None:
        sources = configuration.sources
        self._texts = frozenset(source.name for source in sources if source.excerpts)
        self._authors = frozenset(source.name for source in sources if source.authors)
        self._accounts: dict[str, bool] = {}
        for source in sources:
            for name in {source.use, source.name}:
                self._accounts[name] = source.authors and self._accounts.get(name, True)
        self._admits_closed = any(set(source.visibility) - _OPEN for source in sources)

    def texts(self, stored: Stored) -> bool:
        return _heard_by(stored.enriched.mention) in self._texts

    def authors(self, stored: Stored) -> bool:
        return _heard_by(stored.enriched.mention) in self._authors

    def accounts_of(self, source: str) -> bool:
        return self._accounts.get(source, False)

    @property
    def admits_closed(self) -> bool:
        return self._admits_closed


def _heard_by(mention: Mention) -> str:
    """The configured source that gave it: the first part of its stream."""
    return mention.stream.partition("/")[0] or mention.source
