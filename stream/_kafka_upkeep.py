"""Taking records out of Kafka: on request, and when they are old.

Kafka cannot rewrite a record. One that is forgotten is marked in topic `forgotten`, and no read of klankbord gives it
again. Kafka deletes whole files, and goes on with one for half of `forgotten_within`. So retention, once the mark is as old
as `forgotten_within` and every group is past it, drops all that was appended until half of that after the mark, and appends
an empty record, with which a new file begins; Kafka deletes the old one within six minutes.

Topic `dead` would lose letters that wait for a person that way. Its records have a key of their own each in Kafka, under
which a null is appended for one that is forgotten: Kafka's compaction then takes out that one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from core.ports import Record
from stream._kafka_cluster import Cluster, Place
from stream._kafka_forgotten import NEVER, Forgotten, marker
from stream._kafka_index import Index
from stream._kafka_look import Look
from stream._kafka_records import Message, key_bytes, record

Doomed = Callable[[Record], bool]


async def doomed_in(
    index: Index, look: Look, forgotten: Forgotten, keys: Iterable[str], doomed: Doomed
) -> list[tuple[Place, Message]]:
    """The messages with these keys that `doomed` wants gone and that are not."""
    gone = {place: forgotten.of(place) for place in look.places}
    found = index.messages({key_bytes(key) for key in keys}, gone)
    return [
        (place, message)
        async for place, message in found
        if doomed(record(message, place.partition, look.partitions, own=look.own_keys))
    ]


class Cut(NamedTuple):
    """A partition's start, the position up to which its records may go (the start where none may), and its end."""

    start: int
    upto: int
    end: int


class Times(NamedTuple):
    """What is due, in ms: records appended before `old`, those forgotten up to `forgotten`; and the span of a file."""

    old: int
    forgotten: int
    file: int


async def cuts(
    cluster: Cluster, look: Look, forgotten: Forgotten, groups: Sequence[str], times: Times
) -> dict[Place, Cut]:
    """What may go of each partition, which is nothing that one of the groups has yet to do.

    A file goes as a whole, and all in it was appended within the span of a file: with a forgotten record goes what was
    appended within that span after it, and nobody knows better than that it stood there when it was marked.
    """
    starts, ends = await cluster.starts(look.places), await cluster.ends(look.places)
    committed = [await cluster.committed(group) for group in groups]
    before = dict.fromkeys(look.places, times.old)
    for place in () if look.own_keys else look.places:
        due = [marked + times.file for marked in forgotten.marked(place).values() if marked <= times.forgotten]
        before[place] = max([times.old, *due])
    young = await cluster.since(before)
    found = {}
    for place in look.places:
        old = ends[place] if young[place] < 0 else young[place]
        upto = min([old, *(stored.get(place, 0) for stored in committed)])
        found[place] = Cut(starts[place], max(starts[place], upto), ends[place])
    return found


def withdrawn(forgotten: Forgotten, cut: Mapping[Place, Cut]) -> list[tuple[str, bytes]]:
    """The entries of topic `forgotten` that take back the marks of what is dropped."""
    return [
        marker(place, at, value=b"") for place, one in cut.items() for at in forgotten.marked(place) if at < one.upto
    ]


def wants_new_file(
    forgotten: Forgotten, look: Look, cut: Mapping[Place, Cut], *, since: int, before: int
) -> list[Place]:
    """Where Kafka has to begin a new file so that it lets go of the one with what was forgotten.

    That is where such records were just dropped; and, where single ones are taken out, where that was asked for between
    `since` and `before` (ms).
    """
    found = []
    for place, one in cut.items():
        marks = [(at, marked) for at, marked in forgotten.marked(place).items() if marked < NEVER]
        if any(at < one.upto or (look.own_keys and since <= marked <= before) for at, marked in marks):
            found.append(place)
    return found
