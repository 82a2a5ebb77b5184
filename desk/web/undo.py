"""What takes a person's last acts back: kept in memory under a name that only their page knows."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.types import Judgement, Mute
from picture.mention import latest_judgement

_MOST = 50

Said = Judgement | Mute


class Undo:
    """The last fifty acts and what undoes each."""

    def __init__(self) -> None:
        self._acts: OrderedDict[str, tuple[Said, ...]] = OrderedDict()

    def keep(self, back: Sequence[Said]) -> str:
        """A name for the messages that undo an act."""
        name = secrets.token_urlsafe(9)
        self._acts[name] = tuple(back)
        while len(self._acts) > _MOST:
            self._acts.popitem(last=False)
        return name

    def knows(self, name: str) -> bool:
        return name in self._acts

    def take(self, name: str, *, at: datetime) -> tuple[Said, ...]:
        """The messages that undo that act, said at `at`; () where it is not known any more. Only once."""
        return tuple(msgspec.structs.replace(one, at=at) for one in self._acts.pop(name, ()))


def reverse(said: Said, before: Sequence[Judgement]) -> Said:
    """What takes `said` back, given the mention's judgements before it: the earlier word again, or its withdrawal."""
    if isinstance(said, Mute):
        return msgspec.structs.replace(said, lifted=not said.lifted)
    earlier = latest_judgement(before, said.name)
    return msgspec.structs.replace(said, labels=earlier.labels if earlier else None)
