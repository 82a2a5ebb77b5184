"""An engine's process: started, ready within a deadline, stopped, killed, started again on the same ports and data."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import Stop

from . import guard


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
    """One engine. `guarded` ones are killed when the process that started them ends in whatever way."""

    def __init__(self, launch: Launch, *, guarded: bool = True) -> None:
        self.launch = launch
        self._guarded = guarded
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process number; 0 while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def start(self) -> None:
        """Start it on its ports and data and wait until it answers. Raises Stop with its last words if it does not."""
        if self.pid:
            return
        self.launch_only()
        try:
            self.wait_ready()
        except BaseException:
            self.kill()
            raise

    def launch_only(self) -> None:
        """Start it without waiting."""
        with self.launch.log.open("ab") as log:
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

    def wait_ready(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + self.launch.within
        while not self.launch.ready():
            if not self.pid:
                raise Stop(f"{self.launch.name} ended while it started; {last_words(self.launch.log)}")
            if time.monotonic() > deadline:
                raise Stop(
                    f"{self.launch.name} did not answer within {self.launch.within:.0f} s; {last_words(self.launch.log)}"
                )
            time.sleep(0.1)

    def stop(self, within: float = 60.0) -> None:
        """Ask it to end (SIGTERM) and wait; one that does not end in time is killed."""
        process = self._process
        if process and process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(within)
        self.kill()

    def kill(self) -> None:
        """End it and every process of its group at once (SIGKILL)."""
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._dismiss()

    def restart(self) -> None:
        """Stop it, then start it."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Let it hang: connections stand, nothing answers."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGCONT)

    def _dismiss(self) -> None:
        if self._guard:
            self._guard.kill()
            self._guard.wait()
            assert self._guard.stdin  # noqa: S101 - it is a pipe
            self._guard.stdin.close()
            self._guard = None


def last_words(log: Path, lines: int = 6) -> str:
    """The end of an engine's log in one line, for a sentence about its failure."""
    try:
        text = log.read_bytes()[-8000:].decode(errors="replace")
    except OSError:
        return f"it left no log in {log}"
    said = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    return f"the end of {log}: " + " | ".join(line[:300] for line in said[-lines:])
