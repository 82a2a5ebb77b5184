"""The log topics in Kafka, declared here and nowhere else: how many partitions, and what happens to old records."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from core import topics
from core.errors import Stop
from core.settings import nearest
from stream._kafka_errors import APPLY
from stream._kafka_settings import Settings

CURSORS = "cursors"
FORGOTTEN = "forgotten"

MOST_RECORD = 8 * 1024 * 1024
"""Bytes of the largest record that a topic takes, its key and frame included: as much as managed Kafkas allow."""

COMPACTED_SEGMENT = 600_000
"""Milliseconds after which the newest part of a compacted topic may be compacted too."""


class Cleanup(StrEnum):
    """KEEP: klankbord's own retention drops records, from the start on and after the slowest group.

    SINGLE  as KEEP; each record has a key of its own in Kafka, so that one can be taken out and all before it stay
    LATEST  Kafka keeps the latest record of a key
    """

    KEEP = "delete"
    SINGLE = "compact,delete"
    LATEST = "compact"


class LogTopic(msgspec.Struct, frozen=True):
    """One declared topic: its name without prefix."""

    name: str
    partitions: int = 1
    cleanup: Cleanup = Cleanup.KEEP


def declared(settings: Settings, sinks: Sequence[str] = ("archive",)) -> tuple[LogTopic, ...]:
    """Every topic that the log of this configuration has; `sinks` are the names of its sinks."""
    several = (topics.MENTIONS, topics.ENRICHED, topics.EVENTS)
    single = (topics.JUDGEMENTS, topics.COVERAGE, topics.REPLAYED, *map(topics.replay, sinks))
    return (
        *(LogTopic(name, settings.partitions) for name in several),
        *(LogTopic(name) for name in single),
        LogTopic(topics.DEAD, 1, Cleanup.SINGLE),  # kept for a month, with nobody who has to be done with it
        *(LogTopic(name, 1, Cleanup.LATEST) for name in (CURSORS, FORGOTTEN)),
    )


def configuration(topic: LogTopic, settings: Settings) -> dict[str, str]:
    """What the topic is to be configured with in Kafka.

    Time is the broker's own (LogAppendTime), one clock for all who write. Kafka drops no record by itself. Half of
    `forgotten_within` after its first record a file is closed, so that retention can delete it whole.
    """
    common = {
        "cleanup.policy": topic.cleanup.value,
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(MOST_RECORD),
        "min.insync.replicas": "2" if settings.replication > 2 else "1",
        "compression.type": "producer",
    }
    if topic.cleanup is Cleanup.LATEST:
        return common | {"segment.ms": str(COMPACTED_SEGMENT), "min.cleanable.dirty.ratio": "0.1"}
    half = file_milliseconds(settings)
    kept = common | {"segment.ms": str(half), "retention.ms": "-1", "retention.bytes": "-1"}
    if topic.cleanup is Cleanup.SINGLE:
        return kept | {"min.cleanable.dirty.ratio": "0.01", "max.compaction.lag.ms": str(2 * half)}
    return kept


def file_milliseconds(settings: Settings) -> int:
    """How long Kafka goes on with one file of a partition: the records in it were appended within that time."""
    return max(1_000, int(settings.forgotten_within.total_seconds() * 500))


def mistakes(wanted: Sequence[LogTopic], found: Mapping[str, int], settings: Settings) -> list[str]:
    """A sentence for those that are missing, and one for each that has another number of partitions.

    `found` is by name in Kafka.
    """
    named = [(topic, settings.topic(topic.name)) for topic in wanted]
    missing = [name for _, name in named if name not in found]
    told = []
    if missing:
        which = f"log topics {', '.join(missing)} are" if len(missing) > 1 else f"log topic {missing[0]} is"
        told.append(f"{which} missing in Kafka at {settings.servers}: {APPLY}")
    wrong = [(topic, name) for topic, name in named if found.get(name, topic.partitions) != topic.partitions]
    return [*told, *(refusal(name, found[name], topic.partitions) for topic, name in wrong)]


def refusal(name: str, found: int, wanted: int) -> str:
    """Why a topic's number of partitions stays as it is, and what to do."""
    instead = (
        f"set partitions: {found}, or another prefix for new topics"
        if wanted > 1
        else "delete it, or set another prefix"
    )
    return (
        f"log topic {name} has {_partitions(found)}, not {wanted}: the number of a topic's partitions never changes, "
        f"for edits and deletions would overtake one another; {instead}, then {APPLY}"
    )


def find(wanted: Mapping[str, LogTopic], name: str) -> LogTopic:
    """The declared topic of that name. Raises Stop where there is none."""
    if name not in wanted:
        raise Stop(f'there is no log topic "{name}"; {nearest(name, sorted(wanted))}')
    return wanted[name]


def _partitions(count: int) -> str:
    return "1 partition" if count == 1 else f"{count} partitions"
