"""A record of klankbord inside Kafka: its key, its headers, and the one number that says where it stands.

An offset of the log is one number for all partitions of a topic, 1 or more: with P partitions, the record at Kafka
offset k of partition p has k * P + p + 1. So it grows within a partition, and says which one it is.
"""

from collections.abc import Container, Iterable
from secrets import token_hex
from typing import NamedTuple, Protocol
from zlib import crc32

from core.codec import EVENT, SCHEMA
from core.ports import Record
from core.trace import trace

Headers = list[tuple[str, bytes]]

OWN_BYTES = 8
"""Random bytes that make a record's key one of a kind."""

_SCHEMA = str(SCHEMA).encode()
_CLOUD_EVENT = ("content-type", b"application/cloudevents+json; charset=utf-8")


class Entry(NamedTuple):
    """A record to append: its key in Kafka, its partition, and the key that its trace follows from.

    value  None takes back what stands under that key in a compacted topic
    """

    key: bytes
    value: bytes | None
    partition: int
    traced: bytes


class Message(Protocol):
    """A record as aiokafka gives it, to Faust as well."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


def offset_of(partition: int, position: int, partitions: int) -> int:
    """The log's offset of the record at that Kafka offset (`position`) of that partition."""
    return position * partitions + partition + 1


def place_of(offset: int, partitions: int) -> tuple[int, int]:
    """Partition and Kafka offset of the record with that offset in the log."""
    position, partition = divmod(offset - 1, partitions)
    return partition, position


def entry(key: str, value: bytes, partitions: int, *, own: bool) -> Entry:
    """As it goes into a topic of so many partitions; with `own` it has a key in Kafka that no other record has."""
    plain = key.encode(errors="surrogatepass")
    in_kafka = plain + b"\0" + token_hex(OWN_BYTES).encode() if own else plain
    return Entry(in_kafka, value or None, partition_of(plain, partitions), plain)


def plain_key(message: Message, *, own: bool) -> bytes:
    """The key as it was appended, without what made it one of a kind."""
    key = message.key or b""
    return key[: -2 * OWN_BYTES - 1] if own else key


def key_bytes(key: str) -> bytes:
    return key.encode(errors="surrogatepass")


def partition_of(key: bytes, partitions: int) -> int:
    """Where all records with that key go. Whatever writes into the log has to use this."""
    return crc32(key) % partitions if partitions > 1 else 0


def headers(key: bytes, value: bytes | None) -> Headers:
    """schema: the version of the messages (core.codec); trace: see core.trace; content-type of what is a CloudEvent.

    That header makes it one for others: https://github.com/cloudevents/spec, kafka-protocol-binding, structured mode.
    """
    common = [("schema", _SCHEMA), ("trace", trace(key).encode())]
    return [*common, _CLOUD_EVENT] if value is not None and value.startswith(EVENT) else common


def record(message: Message, partition: int, partitions: int, *, own: bool = False) -> Record:
    """The message as a record of the log; its value is empty where it was forgotten in Kafka itself."""
    return Record(
        message.offset * partitions + partition + 1,
        message.timestamp,
        plain_key(message, own=own).decode(errors="surrogatepass"),
        message.value or b"",
    )


def kept(
    messages: Iterable[Message], partition: int, partitions: int, gone: Container[int], *, own: bool = False
) -> list[Record]:
    """Those of the messages, all of one partition, that were not forgotten; `gone` holds Kafka offsets."""
    return [
        record(message, partition, partitions, own=own)
        for message in messages
        if message.value and message.offset not in gone
    ]
