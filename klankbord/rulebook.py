"""The playbook in force, for whoever shows or asks it: read again when its file changed; a bad one is told, and the one before stays."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import Misconfigured, Retry
from playbook.playbook import load
from playbook.sections import Playbook
from playbook.sound import worse


def changed(path: Path, before: Playbook | None) -> Playbook:
    """The playbook in that file, to be put in the place of `before`; None is of a start at which there was no good one. Raises
    Misconfigured where it has a mistake, or is less sound: an answer that no message gets, a ladder that ends nowhere.
    """
    after = load(path)
    less = worse(before, after) if before is not None else []
    mistakes = [f"{path}: {at}: {sentence}" for at, sentence in less]
    if mistakes:
        raise Misconfigured(mistakes)
    return after


class FileRules:
    """desk.ports.Rulebook over a playbook file; without a file there are no rules."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._playbook: Playbook | None = None
        self._mistakes = list[str]()

    @property
    def playbook(self) -> Playbook:
        self._refresh()
        return self._playbook or Playbook()

    @property
    def mistakes(self) -> Sequence[str]:
        self._refresh()
        return self._mistakes

    def in_force(self) -> Playbook:
        """The one that is used. Raises Retry where none could be read since the start: nothing is decided without."""
        self._refresh()
        if self._playbook is None:
            wrong = self._mistakes or [f"{self._path}: there is no such file"]
            raise Retry(f"the playbook cannot be used: {Misconfigured(wrong)}")
        return self._playbook

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
            self._playbook, self._mistakes = changed(self._path, self._playbook), []
        except Misconfigured as error:
            self._mistakes = list(error.mistakes)
