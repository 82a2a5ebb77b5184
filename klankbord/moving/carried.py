"""What lies in the data folder itself and goes along to another one: key, erased ids, memory of what was heard, own heads, exports."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw

from core.errors import Stop
from klankbord.folder import Folder
from klankbord.moving.tally import Row
from klankbord.privacy.erasures import DIGEST


def carry_key(here: Folder, there: Folder) -> None:
    """The key under which ids are hashed. Raises Stop where the other folder remembers erasures under a key of its own."""
    key = here.secret()
    path = there.root / "secret"
    there.make()
    if path.exists() and path.read_bytes() == key:
        return
    if path.exists() and _digests(there.erased):
        raise Stop(
            f"{there.root} remembers erasures of its own, under another key; "
            "give the new configuration a data folder that was never used, or the one it moves from"
        )
    _write(path, key)


def carry(here: Folder, there: Folder) -> list[Row]:
    """Everything else; what is carried already stays, but for a head that was fitted anew. Nobody else may use either folder."""
    erased, known = _digests(here.erased), _digests(there.erased)
    if missing := {*erased} - {*known}:
        _write(there.erased, b"".join([*known, *sorted(missing)]))
    exports = list(_files(here.exports))
    for name in exports:
        _copy(here.exports / name, there.exports / name)
    heard = _copy_memory(here.memory, there.memory)
    heads = _copy_heads(here, there)
    return [
        Row.of("erased ids", len(set(erased)), len({*erased} & {*_digests(there.erased)})),
        Row.of("messages heard before", *heard),
        Row.of("own heads in use", *heads),
        Row.of("exports", len(exports), len({*exports} & {*_files(there.exports)})),
    ]


def _digests(path: Path) -> list[bytes]:
    data = path.read_bytes() if path.exists() else b""
    return [data[start : start + DIGEST] for start in range(0, len(data) // DIGEST * DIGEST, DIGEST)]


def _files(folder: Path) -> Iterator[Path]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".part", ".erasing"))
    return (path.relative_to(folder) for path in sorted(found))


def _write(path: Path, content: bytes) -> None:
    """The file, whole or not at all, readable by its owner alone."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _copy(here: Path, there: Path) -> None:
    if there.exists():
        return
    there.parent.mkdir(parents=True, exist_ok=True)
    part = there.with_name(there.name + ".part")
    part.touch(mode=0o600)
    shutil.copyfile(here, part)
    part.replace(there)


def _copy_heads(here: Folder, there: Folder) -> tuple[int, int]:
    """How many are in use here, and how many of them there as well."""
    heads = _heads(here)
    for name, content in heads.items() - _heads(there).items():
        there.heads.mkdir(exist_ok=True)
        _write(there.heads / name, content)
    return len(heads), len(heads.items() & _heads(there).items())


def _heads(folder: Folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.heads.glob("*.npz")}


def _copy_memory(here: Path, there: Path) -> tuple[int, int]:
    """SQLite copies its own file, in one transaction of the copy; how many messages stand in either."""
    with closing(apsw.Connection(str(here))) as one, closing(apsw.Connection(str(there))) as other:
        with other.backup("main", one, "main") as copying:
            while not copying.done:
                copying.step(10_000)
        counts = [connection.execute("SELECT count(*) FROM kept").get for connection in (one, other)]
    return int(counts[0]), int(counts[1])
