"""The playbook in force, for whoever shows or asks it: read again when its file changed; a bad one is told, and the one before stays."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import Misconfigured
from playbook.playbook import load
from playbook.sections import Playbook


class FileRules:
    """desk.ports.Rulebook over a playbook file; without a file there are no rules."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._playbook, self._mistakes = Playbook(), list[str]()

    @property
    def playbook(self) -> Playbook:
        self._refresh()
        return self._playbook

    @property
    def mistakes(self) -> Sequence[str]:
        self._refresh()
        return self._mistakes

    def _refresh(self) -> None:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return
        stamp = (state.st_mtime_ns, state.st_size)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._playbook, self._mistakes = load(self._path), []
        except Misconfigured as error:
            self._mistakes = list(error.mistakes)
