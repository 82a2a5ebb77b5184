"""A record of klankbord inside Kafka: its key, its headers, and the one number that says where it stands.

An offset of the log is one number for all partitions of a topic, 1 or more: with P partitions, the record at Kafka
offset k of partition p has k * P + p + 1. So it grows within a partition, and says which one it is.
"""

from collections.abc import Container, Iterable
from hashlib import blake2b
from typing import Protocol
from zlib import crc32

from core.codec import SCHEMA
from core.ports import Record

Headers = list[tuple[str, bytes]]

_SCHEMA = str(SCHEMA).encode()


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


def key_bytes(key: str) -> bytes:
    return key.encode(errors="surrogatepass")


def partition_of(key: bytes, partitions: int) -> int:
    """Where all records with that key go. Whatever writes into the log has to use this."""
    return crc32(key) % partitions if partitions > 1 else 0


def headers(key: bytes) -> Headers:
    """schema: the version of the messages (core.codec); trace: 16 bytes in hexadecimal, as in W3C's traceparent.

    The trace follows from the key, so that it is the same for whatever is made of one mention, and nothing carries it.
    """
    return [("schema", _SCHEMA), ("trace", blake2b(key, digest_size=16).hexdigest().encode())]


def record(message: Message, partition: int, partitions: int) -> Record:
    """The message as a record of the log; its value is empty where it was forgotten in Kafka itself."""
    return Record(
        message.offset * partitions + partition + 1,
        message.timestamp,
        (message.key or b"").decode(errors="surrogatepass"),
        message.value or b"",
    )


def kept(messages: Iterable[Message], partition: int, partitions: int, gone: Container[int]) -> list[Record]:
    """Those of the messages, all of one partition, that were not forgotten; `gone` holds Kafka offsets."""
    return [
        record(message, partition, partitions) for message in messages if message.value and message.offset not in gone
    ]
