"""An engine's process: started, ready within a deadline, stopped, killed, started again on the same ports and data."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from core.errors import Stop
from deploy.engines import guard

PATIENCE = 60.0
"""Seconds an engine may take to end when asked to."""


@dataclass(frozen=True)
class Launch:
    """How an engine is started: its command line, whether it answers, and the seconds that may take.

    The command line names `folder`, by which the process is known again.
    """

    name: str
    folder: Path
    command: Sequence[str]
    ready: Callable[[], bool]
    within: float = 120.0
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """What the engine says."""
        return self.folder / "engine.log"


class Engine:
    """One engine. `guarded` ones are killed when the process that started them ends, in whatever way it does."""

    asked_to_end_by = signal.SIGTERM

    def __init__(self, launch: Launch, *, guarded: bool = True) -> None:
        self.launch = launch
        self._guarded = guarded
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._said_before = 0

    @property
    def pid(self) -> int:
        """The process number, also that of the group of all its processes; 0 while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def start(self) -> Self:
        """Start it on its ports and data and wait until it answers. Raises Stop with its last words if it does not."""
        if not self.pid:
            try:
                self.launched().wait_ready()
            except BaseException:
                self.kill()
                raise
        return self

    def launched(self) -> Self:
        """Start it without waiting."""
        with self.launch.log.open("ab") as log:
            self._said_before = log.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self.launch.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.launch.folder,
                env=os.environ | dict(self.launch.environment),
                start_new_session=True,
            )
        if self._guarded:
            command = [sys.executable, "-I", "-S", guard.__file__, str(self._process.pid)]
            self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own script
        return self

    def wait_ready(self) -> None:
        """Wait until it answers."""
        name, deadline = self.launch.name, time.monotonic() + self.launch.within
        while not self.launch.ready():
            if not self.pid:
                raise Stop(f"{name} ended while it started; {last_words(self.launch.log, self._said_before)}")
            if time.monotonic() > deadline:
                words = last_words(self.launch.log, self._said_before)
                raise Stop(f"{name} did not answer within {self.launch.within:.0f} s; {words}")
            time.sleep(0.1)

    def stop(self, within: float = PATIENCE) -> None:
        """Ask it to end and wait; one that does not end in time is killed."""
        process = self._process
        if process and process.poll() is None:
            process.send_signal(self.asked_to_end_by)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(within)
        self.kill()

    def kill(self) -> None:
        """End it and every process of its group at once (SIGKILL)."""
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._guard:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    def restart(self) -> None:
        """Stop it, then start it."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Let it hang (SIGSTOP): its connections stand and nothing answers. Returns once every thread of it has stopped."""
        os.killpg(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        os.killpg(self.pid, signal.SIGCONT)

    def lost_its_port(self) -> bool:
        """Whether somebody else listens where it wanted to, of which it died."""
        with self.launch.log.open("rb") as log:
            log.seek(self._said_before)
            return b"address already in use" in log.read().lower()


AnEngine = TypeVar("AnEngine", bound=Engine)


@contextmanager
def kept_running(prepare: Callable[[], AnEngine], tries: int = 3) -> Iterator[AnEngine]:
    """The engine that `prepare` gives, started, and killed when the block ends.

    It is prepared again, with other ports, where somebody took its ports in the meantime.
    """
    engine = prepare()
    try:
        for left in reversed(range(tries)):
            try:
                engine.start()
                break
            except Stop:
                if not left or not engine.lost_its_port():
                    raise
                engine = prepare()
        yield engine
    finally:
        engine.kill()


def last_words(log: Path, since: int = 0, lines: int = 5) -> str:
    """What an engine said last, from `since` on in its log, in one line for a sentence about its failure.

    Lines about errors are preferred; those of a stack are left out.
    """
    try:
        text = log.read_bytes()[since:][-20_000:].decode(errors="replace")
    except OSError:
        return f"it left no log in {log}"
    said = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line for line in said if not line.startswith(("at ", "... "))]
    wrong = [
        line for line in said if any(word in line for word in ("ERROR", "FATAL", "Exception", "Error", "Caused by"))
    ]
    return f"the end of {log}: " + (" | ".join(line[:300] for line in (wrong or said)[-lines:]) or "it is empty")
