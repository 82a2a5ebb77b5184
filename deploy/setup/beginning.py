"""Which configuration the parts read: the organisation's own, or the demo's while its players are there."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

from core.errors import Stop
from deploy.setup.files import put
from klankbord import first

OWN = Path("/etc/klankbord")
PLAYERS = ("players", 8431)


def plays() -> bool:
    """Whether the demo's players answer."""
    try:
        with socket.create_connection(PLAYERS, timeout=2):
            return True
    except OSError:
        return False


def begin(home: Path, own: Path, *, demo: bool, say: Callable[[str], None]) -> Path:
    """Point `home/organisation` to the folder whose klankbord.yaml is read; returns that file.

    The two are never mixed: raises Stop where this installation was begun with the other one.
    """
    kind = "demo" if demo else "own"
    begun = home / "begun"
    if begun.exists() and begun.read_text() != kind:
        raise Stop(_MIXED[kind])
    put(begun, kind)
    link, target = home / "organisation", home / "demo" if demo else own
    if not link.is_symlink() or link.readlink() != target:
        made = home / f".organisation.{os.getpid()}"
        made.unlink(missing_ok=True)
        made.symlink_to(target)
        made.replace(link)
    if not demo and not (home / "playbook.yaml").exists():
        _start_playbook(home, own, say)
    return link / "klankbord.yaml"


def _start_playbook(home: Path, own: Path, say: Callable[[str], None]) -> None:
    given = own / "playbook.yaml"
    text = given.read_text(encoding="utf-8") if given.exists() else first.playbook("klankbord", [])
    (home / "playbook.yaml").write_text(text, encoding="utf-8")
    say("began with a first playbook; the page changes it, under Monitors")


_MIXED = {
    "own": (
        "this installation holds the demo's invented messages: go on with it by `docker compose --profile demo up -d`, or "
        "remove it by `docker compose --profile demo down --volumes` and begin with your own"
    ),
    "demo": (
        "this installation holds messages of your own, and the demo's invented ones are not mixed with them: show the "
        "demo beside it, under another name and port: KLANKBORD_PORT=8421 docker compose --project-name klankbord-demo "
        "--profile demo up"
    ),
}
