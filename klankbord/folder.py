"""The data folder: where everything klankbord keeps lives, and the lock that lets one `run` at a time use it."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from core.errors import Stop

ORPHAN_LIVES = 120.0
"""Seconds a process may hold the lock after the one that took it is gone."""


class Taken(Stop):
    """Another program holds the data folder."""

    code = 3


@dataclass(frozen=True)
class Folder:
    """Paths below the data folder."""

    root: Path

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def archive(self) -> Path:
        return self.root / "archive.db"

    @property
    def desk(self) -> Path:
        return self.root / "desk.db"

    @property
    def memory(self) -> Path:
        return self.root / "ingest.db"

    @property
    def erased(self) -> Path:
        return self.root / "erased"

    @property
    def heads(self) -> Path:
        """Own heads that are in use: a file a finding, named after it."""
        return self.root / "heads"

    def head(self, finding: str) -> Path:
        return self.heads / f"{finding}.npz"

    @property
    def cases(self) -> Path:
        """From when on what was first seen may open a case."""
        return self.root / "cases"

    @property
    def page(self) -> Path:
        """Where the page's address stands while it is served."""
        return self.root / "page"

    @property
    def metrics(self) -> Path:
        """Where each running process says at which address it can be scraped."""
        return self.root / "metrics"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def make(self) -> None:
        """Create the folder, readable by its owner alone. Raises Stop where that fails."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in (self.log, self.exports, self.cache):
                part.mkdir(exist_ok=True)
        except OSError as error:
            raise Stop(f"the data folder {self.root} cannot be made: {error.strerror}") from None

    def secret(self) -> bytes:
        """The folder's own random key, made at first use and readable by its owner alone.

        It is there whole or not at all, also where several processes make it at once or the disk is full.
        """
        path = self.root / "secret"
        if path.exists():
            return path.read_bytes()
        made = self.root / f"secret.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(made)
        finally:
            made.unlink(missing_ok=True)
        return path.read_bytes()

    def runs(self) -> bool:
        """Whether a program that does all the work here holds the folder."""
        try:
            descriptor = os.open(self.root / "lock", os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    @contextmanager
    def locked(self, part: str = "", *, shared: bool = False) -> Iterator[int]:
        """Hold the folder, or that part of the work on it; gives the lock's file descriptor, which a child process keeps by inheriting it.

        Raises Taken where another process holds it, but for one that shares it as this one does. A keeper whose parent was killed is
        waited for: it ends by itself.
        """
        self.make()
        descriptor = os.open(self.root / (f"lock.{part}" if part else "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(descriptor, shared=shared)
        except BlockingIOError:
            os.close(descriptor)
            raise Taken(
                f"another klankbord{part and f' {part}'} runs on {self.root}; stop that one first, or use another data folder"
            ) from None
        try:
            os.set_inheritable(descriptor, True)
            yield descriptor
        finally:
            os.close(descriptor)


def _take(descriptor: int, *, shared: bool) -> None:
    """Lock the file and write into it who did, where that is one. Raises BlockingIOError where whoever did that before still runs."""
    deadline = monotonic() + ORPHAN_LIVES
    while True:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if monotonic() > deadline or _runs(os.pread(descriptor, 20, 0)):
                raise
        sleep(0.05)
    os.ftruncate(descriptor, 0)
    if not shared:
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)


def _runs(written: bytes) -> bool:
    """Whether the process of that number runs; yes, where no number is written yet."""
    try:
        os.kill(int(written), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True
