"""Files of the secrets' volumes: whole or not there, and readable by the installation's user and group alone."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from core.errors import Stop

MODE = 0o440
SECRET_BYTES = 24


def put(path: Path, content: bytes | str, *, mode: int = MODE) -> bool:
    """Write the file if it holds anything else; whether it did. Raises Stop where the disk refuses."""
    wanted = content.encode() if isinstance(content, str) else content
    try:
        if path.exists() and path.read_bytes() == wanted:
            return False
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.{os.getpid()}")
        made.unlink(missing_ok=True)
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(wanted)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(mode)  # whatever the umask
        made.replace(path)
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror or error}") from None
    return True


def made_once(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(SECRET_BYTES)) -> str:
    """The secret in that file, made at the first call."""
    if not path.exists():
        put(path, make())
    return path.read_text()
