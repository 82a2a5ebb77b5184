"""The next batch of a live stream, as it grows."""

from datetime import datetime

from core.ports import Batch
from core.types import Deletion, Failure, Mention


class Pending:
    """Takes what a stream says, in order. Within one batch a deletion counts last, see core.ports.Connector."""

    def __init__(self) -> None:
        self._mentions: list[Mention] = []
        self._deletions: list[Deletion] = []
        self._failed: list[Failure] = []
        self._deleted: set[str] = set()

    def __len__(self) -> int:
        return len(self._mentions) + len(self._deletions) + len(self._failed)

    def takes(self, parsed: Mention | Deletion | Failure) -> bool:
        """False for a mention that this batch already deletes: it belongs into the next."""
        return not isinstance(parsed, Mention) or parsed.id not in self._deleted

    def add(self, parsed: Mention | Deletion | Failure) -> None:
        match parsed:
            case Mention():
                self._mentions.append(parsed)
            case Deletion():
                self._deletions.append(parsed)
                self._deleted.add(parsed.target)
            case Failure():
                self._failed.append(parsed)

    def batch(self, *, cursor: str | None, since: datetime | None, until: datetime | None) -> Batch:
        return Batch(
            mentions=tuple(self._mentions),
            deletions=tuple(self._deletions),
            failed=tuple(self._failed),
            cursor=cursor,
            since=since,
            until=until,
        )
