"""Ids as the archive's indices hold them: hashes, which are small, say nothing of a person, and take any character."""

import hashlib
from array import array
from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=4096)
def target(identifier: str) -> bytes:
    """What a tombstone is known by: 16 bytes."""
    return hashlib.blake2b(identifier.encode(), digest_size=16).digest()


def digest(identifier: str) -> int:
    """What a row is found by: 64 bits. Who looks a row up compares the id itself as well."""
    return shortened(target(identifier))


def shortened(of: bytes) -> int:
    """The same from a `target`."""
    return int.from_bytes(of[:8], "big", signed=True)


def digests(identifiers: Iterable[str]) -> "array[int]":
    """Each of these ids once, as `digest`."""
    return array("q", {digest(identifier) for identifier in identifiers})
