"""The saved queries as the page and the command line see them: try one out, save it, give it its history."""

from collections.abc import Sequence
from pathlib import Path

from core.ports import Archive
from core.time import now
from desk.ports import Saved
from picture.trial import Trial, collected_since, try_out
from playbook.playbook import add_monitor, load
from playbook.queries import parse


class MonitorDesk:
    """desk.ports.Monitors over a playbook file and an archive."""

    def __init__(self, path: Path, archive: Archive) -> None:
        self._path, self._archive = path, archive

    def names(self) -> Sequence[str]:
        """In the playbook's order."""
        return list(load(self._path).monitors)

    def query(self, name: str) -> str:
        """The text of that monitor's query; "" for one that is not there."""
        found = load(self._path).monitors.get(name)
        return found.query if found else ""

    async def try_out(self, query: str) -> Trial:
        """What the query would have heard in the last archived days. Raises QueryError with the column of a mistake."""
        return await try_out(self._archive, parse(query), now=now())

    async def save(self, name: str, query: str) -> Saved:
        """Write the monitor into the playbook, where the listener finds it, and give it the archived past."""
        node = parse(query)
        add_monitor(self._path, name, query)
        tagged = await self._archive.assign(name, node)
        return Saved(tagged=tagged, collected_since=await collected_since(self._archive, until=now()))
