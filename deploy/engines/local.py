"""Engines in the background for local work: started, looked at and stopped by commands that end in between.

A folder keeps each engine's data and `engines.json`, which remembers ports and process numbers.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.errors import Stop
from core.settings import nearest
from deploy.engines import elasticsearch, kafka, opensearch
from deploy.engines.cache import Report, require_room
from deploy.engines.node import Door
from deploy.engines.ports import free_ports, is_free
from deploy.engines.process import PATIENCE, Engine, last_words

NEEDED = 1 << 30
"""Bytes of disk below which engines are not started: they stop writing on a full disk, or lose what they write."""


@dataclass(frozen=True)
class Kind:
    """What can be started: how, at which ports by preference, and how to ask whether it answers at its first port."""

    prepare: Callable[..., Engine]
    wished: tuple[int, ...]
    answers: Callable[[int], bool]
    address: str


KINDS: Mapping[str, Kind] = {
    "kafka": Kind(kafka.prepare, (9092, 9093), kafka.answers, "127.0.0.1:{}"),
    "elasticsearch": Kind(
        elasticsearch.prepare, (9200, 9300), lambda port: Door(port).healthy(), "http://127.0.0.1:{}"
    ),
    "opensearch": Kind(opensearch.prepare, (9201, 9301), lambda port: Door(port).healthy(), "http://127.0.0.1:{}"),
}


class Remembered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One engine as engines.json knows it; `pid` is 0 after `down`."""

    ports: tuple[int, ...]
    pid: int = 0


@dataclass(frozen=True)
class State:
    """How one engine is: "running", "stopped", "ended by itself" or "does not answer"; resident bytes where it runs."""

    name: str
    address: str
    pid: int
    word: str
    memory: int
    log: Path

    @property
    def well(self) -> bool:
        """Whether nobody need look at it."""
        return self.word in {"running", "stopped"}


def up(folder: Path, names: Sequence[str], *, report: Report, progress: Report) -> list[State]:
    """Start those of `names` that do not run, with the ports they had before; they go on when this program ends.

    `report` takes lines that a person should keep, `progress` those that are true for a while.
    Raises Stop with a sentence where one cannot be started; those it had started by then go on.
    """
    for name in names:
        _require_known(name)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        remembered = _read(folder)
        starting = [name for name in names if not _runs_well(folder, name, remembered)]
        if starting:
            require_room(folder, NEEDED, "the engines need")
        with _kept_or_killed() as started:
            for name in starting:
                ports = _ports(name, remembered.get(name), report)
                engine = KINDS[name].prepare(folder / name, ports, guarded=False, report=progress).launched()
                started[name] = engine
                remembered[name] = Remembered(ports, engine.pid)
                _write(folder, remembered)
            for name, engine in started.items():
                progress(f"starting {name}")
                engine.wait_ready()
    return status(folder)


def status(folder: Path) -> list[State]:
    """How each engine of the folder is."""
    return [_state(folder, name, one) for name, one in _read(folder).items()]


def down(folder: Path, names: Sequence[str], report: Report) -> list[str]:
    """Stop those of `names` that run, all where none is named, and say which did. Their data and ports stay."""
    for name in names:
        _require_known(name)
    if not folder.is_dir():
        return []
    with _alone(folder):
        remembered = _read(folder)
        chosen = [name for name in names or remembered if name in remembered]
        running = [name for name in chosen if _is_ours(remembered[name].pid, folder / name)]
        for name in running:
            report(f"stopping {name}")
            _ask_to_end(remembered[name].pid)
        for name in running:
            _ended(remembered[name].pid, folder / name, name, report)
        _write(folder, remembered | {name: Remembered(remembered[name].ports) for name in chosen})
        return running


def _require_known(name: str) -> None:
    if name not in KINDS:
        raise Stop(f'there is no engine "{name}"; {nearest(name, list(KINDS))}')


def _runs_well(folder: Path, name: str, remembered: Mapping[str, Remembered]) -> bool:
    """Whether it runs and answers. Raises Stop where it runs and does not."""
    if name not in remembered:
        return False
    state = _state(folder, name, remembered[name])
    if state.word == "does not answer":
        raise Stop(f"{name} runs (process {state.pid}) and does not answer; try: klankbord engines down {name}")
    return state.word == "running"


def _ports(name: str, before: Remembered | None, report: Report) -> tuple[int, ...]:
    """Those it had, where they are free."""
    wished = KINDS[name].wished
    if before is None:
        return tuple(free_ports(len(wished), *wished))
    taken = [port for port in before.ports if not is_free(port)]
    if not taken:
        return before.ports
    ports = tuple(free_ports(len(wished), *(port for port in before.ports if port not in taken)))
    report(f"another program listens at port {taken[0]}, where {name} was: {name} moves to {ports[0]}")
    return ports


@contextmanager
def _kept_or_killed() -> Iterator[dict[str, Engine]]:
    """Engines that are starting: the one that fails is killed, and so are all on Ctrl-C; those that answer go on."""
    starting: dict[str, Engine] = {}
    try:
        yield starting
    except BaseException as error:
        for engine in starting.values():
            if not isinstance(error, Stop) or not engine.launch.ready():
                engine.kill()
        raise


def _state(folder: Path, name: str, one: Remembered) -> State:
    kind, place = KINDS[name], folder / name
    address = kind.address.format(one.ports[0])
    if not _is_ours(one.pid, place):
        return State(name, address, 0, "ended by itself" if one.pid else "stopped", 0, place / "engine.log")
    word = "running" if kind.answers(one.ports[0]) else "does not answer"
    return State(name, address, one.pid, word, _memory(one.pid), place / "engine.log")


def _command_line(pid: int) -> str:
    """The command line of a process; "" where there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        if Path("/proc/self").exists() or not shutil.which("ps"):
            return ""
    except ProcessLookupError:
        return ""
    asked = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603 - where there is no /proc


def _is_ours(pid: int, place: Path) -> bool:
    """Whether the process of that number still is the engine of that folder, and not one that got its number later."""
    return pid > 0 and f"{place.absolute()}/" in _command_line(pid)


def _memory(pid: int) -> int:
    """Resident bytes of the engine's processes: those of its group."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            if os.getpgid(int(entry.name)) == pid:
                total += int((entry / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return total


def _ask_to_end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGTERM)


def _ended(pid: int, place: Path, name: str, report: Report) -> None:
    """Wait until it has ended; kill it where it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while _is_ours(pid, place):
        if time.monotonic() > deadline:
            report(f"{name} does not end within {PATIENCE:.0f} s and is killed; {last_words(place / 'engine.log')}")
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            deadline = time.monotonic() + PATIENCE
        time.sleep(0.1)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One command at a time on a folder of engines."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(f"another `klankbord engines` is at work on {folder}; wait until it has ended") from None
        yield


def _read(folder: Path) -> dict[str, Remembered]:
    path = folder / "engines.json"
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, Remembered])
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError as error:
        raise Stop(
            f"{path} cannot be read ({error}); end the engines of that folder if any run, then remove the file: "
            "their data stays"
        ) from None
    return {name: one for name, one in found.items() if name in KINDS and one.ports}


def _write(folder: Path, remembered: Mapping[str, Remembered]) -> None:
    part = folder / "engines.json.part"
    part.write_bytes(msgspec.json.encode(remembered))
    part.replace(folder / "engines.json")
