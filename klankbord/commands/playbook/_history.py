"""What was archived of the last days, lent to a command that looks through it."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from core.document import Filter
from core.time import now
from core.types import Enriched
from klankbord.configuration import Configuration
from klankbord.options import hush
from klankbord.stores import open_stores


async def look_through(read: Configuration, days: int, look: Callable[[Iterable[Enriched]], None]) -> None:
    """Lend `look` all that was archived of the last days, in chunks."""
    where = Filter(since=now() - timedelta(days=days))
    async with open_stores(read, hush) as stores:
        async for chunk in stores.archive.scan(where):
            look(stored.enriched for stored in chunk)
