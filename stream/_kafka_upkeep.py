"""Taking records out of Kafka: on request, and when they are old.

Kafka cannot rewrite a record. One that is forgotten is marked in topic `forgotten`, and no read of klankbord gives it
again; retention then drops all that stands before it as soon as every group is past it and it has been marked for
`forgotten_within`. Kafka deletes the file that held it once its newest record is as old as half of that again, and
something is appended behind it: retention appends an empty record where nothing else would.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from core.ports import Record
from stream._kafka_cluster import Cluster, Place
from stream._kafka_forgotten import Forgotten, marker
from stream._kafka_look import Look
from stream._kafka_records import key_bytes, partition_of, record

Doomed = Callable[[Record], bool]
Append = Callable[[Sequence[tuple[str, bytes]]], object]


async def doomed_in(look: Look, forgotten: Forgotten, keys: Iterable[str], doomed: Doomed) -> dict[Place, list[int]]:
    """The Kafka offsets of records with these keys that `doomed` wants gone and that are not."""
    wanted = {key_bytes(key) for key in keys}
    places = {look.places[partition_of(key, look.partitions)] for key in wanted}
    found: dict[Place, list[int]] = {}
    async for place, fetched in look.all(sorted(places)):
        gone = forgotten.of(place)
        for message in fetched.messages:
            if message.key not in wanted or not message.value or message.offset in gone:
                continue
            if doomed(record(message, place.partition, look.partitions)):
                found.setdefault(place, []).append(message.offset)
    return found


def markers(found: Mapping[Place, Iterable[int]]) -> list[tuple[str, bytes]]:
    """The entries of topic `forgotten` that mark them."""
    return [marker(place, position) for place, positions in found.items() for position in positions]


async def droppable(
    cluster: Cluster,
    look: Look,
    forgotten: Forgotten,
    groups: Sequence[str],
    *,
    before: int,
    forgotten_before: int,
) -> dict[Place, tuple[int, int]]:
    """For each place the first position, and the one up to which records may go, where there are any.

    Those older than `before` (ms) may, and those up to one that was forgotten before `forgotten_before`, but none that
    one of the groups has yet to do.
    """
    starts, ends = await cluster.starts(look.places), await cluster.ends(look.places)
    young = await cluster.since(look.places, before)
    committed = [await cluster.committed(group) for group in groups]
    found = {}
    for place in look.places:
        gone = [at + 1 for at, marked in forgotten.marked(place).items() if marked <= forgotten_before]
        old = ends[place] if young[place] < 0 else young[place]
        upto = min([max([old, *gone]), *(stored.get(place, 0) for stored in committed)])
        if upto > starts[place]:
            found[place] = (starts[place], upto)
    return found


def withdrawn(forgotten: Forgotten, dropped: Mapping[Place, tuple[int, int]]) -> list[tuple[str, bytes]]:
    """The entries of topic `forgotten` that take back the marks of what is dropped."""
    gone = chain.from_iterable(
        [marker(place, at, value=b"") for at in forgotten.marked(place) if at < upto]
        for place, (_, upto) in dropped.items()
    )
    return list(gone)
