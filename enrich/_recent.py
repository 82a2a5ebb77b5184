"""What was made of the latest texts, kept in a bounded piece of memory: copies of one message come in waves."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by key, of at most `most` bytes together; what was asked for longest ago leaves first. One thread at a time.

    size  about how many bytes a key and its value take
    """

    def __init__(self, most: int, size: Callable[[Key, Value], int]) -> None:
        self._most, self._size, self._taken = most, size, 0
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def find(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Those that are there, each once."""
        found = {key: self._kept[key][0] for key in keys if key in self._kept}
        for key in found:
            self._kept.move_to_end(key)
        return found

    def keep(self, fresh: Mapping[Key, Value]) -> None:
        """Take these in; a key that is there already stays as it is."""
        for key, value in fresh.items():
            if key not in self._kept:
                size = self._size(key, value)
                self._kept[key] = value, size
                self._taken += size
        while self._taken > self._most:
            _, (_, size) = self._kept.popitem(last=False)
            self._taken -= size
