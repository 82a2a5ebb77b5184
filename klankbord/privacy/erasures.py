"""What was erased on request, remembered by keyed hash: enough to refuse it when it is heard again, not to name it."""

import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterable
from pathlib import Path

DIGEST = 16


class Erasures:
    """A set of erased mention and author ids in one append-only file of 16-byte keyed hashes (HMAC-SHA256, cut).

    Any number of processes may share the file: each notices what another adds at its next question.
    """

    def __init__(self, path: Path, secret: bytes) -> None:
        self._path, self._secret = path, secret
        self._descriptor: int | None = None
        self._hashes: set[bytes] = set()
        self._read = 0

    def add(self, ids: Iterable[str]) -> None:
        """Remember these ids; durable on return. Raises OSError where the disk is full, and then none is half there."""
        self._refresh()
        new = [digest for digest in map(self._digest, ids) if digest not in self._hashes]
        with self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            whole = file.seek(0, os.SEEK_END) // DIGEST * DIGEST
            file.truncate(whole)  # an addition that was cut short would put every later one out of step
            file.write(b"".join(new))
            file.flush()
            os.fsync(file.fileno())
        _keep_name(self._path)

    def __call__(self, identifier: str) -> bool:
        """Whether that id was erased."""
        self._refresh()
        return bool(self._hashes) and self._digest(identifier) in self._hashes

    def any(self) -> bool:
        """Whether anything was ever erased."""
        self._refresh()
        return bool(self._hashes)

    def version(self) -> int:
        """A number that changes whenever anything is erased."""
        self._refresh()
        return self._read

    def _refresh(self) -> None:
        if self._descriptor is None:
            try:
                self._descriptor = os.open(self._path, os.O_RDONLY)
            except FileNotFoundError:
                return
        size = os.fstat(self._descriptor).st_size  # by descriptor: asked twice a message, a third of the time by name
        read = self._read
        if size - read < DIGEST:
            return
        with self._path.open("rb") as file:
            file.seek(read)
            data = file.read((size - read) // DIGEST * DIGEST)
        self._hashes.update(data[start : start + DIGEST] for start in range(0, len(data), DIGEST))
        self._read = read + len(data)  # never counted on from what another thread has read meanwhile

    def _digest(self, identifier: str) -> bytes:
        return hmac.digest(self._secret, identifier.encode(), hashlib.sha256)[:DIGEST]


def _keep_name(path: Path) -> None:
    """Make the file's name as durable as what stands in it."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
