"""What the sources' policies let leave the page, for the API and for assistants."""

from core.document import Stored
from core.types import OPEN
from klankbord.configuration import Configuration
from klankbord.privacy.joining import by_kind
from sinks._stored import heard_by


class Policies:
    """desk.ports.Leaving over the sources of a configuration. What a source that is not configured any more gave stays inside."""

    def __init__(self, configuration: Configuration) -> None:
        sources = configuration.sources
        self._texts = frozenset(source.name for source in sources if source.excerpts)
        self._authors = frozenset(source.name for source in sources if source.authors)
        self._accounts = by_kind(sources, lambda source: source.authors)
        self._admits_closed = any(set(source.visibility) - OPEN for source in sources)

    def texts(self, stored: Stored) -> bool:
        return _leaves(stored, self._texts)

    def authors(self, stored: Stored) -> bool:
        return _leaves(stored, self._authors)

    def accounts_of(self, source: str) -> bool:
        return self._accounts.get(source, False)

    @property
    def admits_closed(self) -> bool:
        return self._admits_closed


def _leaves(stored: Stored, sources: frozenset[str]) -> bool:
    mention = stored.enriched.mention
    return mention.visibility in OPEN and heard_by(mention) in sources
