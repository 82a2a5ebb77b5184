"""The organisation's topics as the page sees them: named in the playbook, where what understands finds a new one."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.errors import Misconfigured
from playbook.playbook import add_topic, drop_topic, load


class TopicDesk:
    """desk.ports.Topics over a playbook file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> Sequence[str]:
        """In the playbook's order; none while it cannot be read."""
        try:
            return list(load(self._path).topics)
        except Misconfigured:
            return []

    def add(self, name: str, description: Mapping[str, str], keywords: Mapping[str, Sequence[str]]) -> None:
        add_topic(self._path, name, description, keywords)

    def drop(self, name: str) -> None:
        drop_topic(self._path, name)
