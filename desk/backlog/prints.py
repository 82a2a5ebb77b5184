"""Digests of the title and the text of an item: by them is known what of it people changed. Pure."""

import hashlib
from typing import NamedTuple

from core.backlog import Item, Seen, Tracker
from desk.store.backlog import Kept


class Print(NamedTuple):
    """Both as one text is how it is kept."""

    title: str
    text: str

    @property
    def kept(self) -> str:
        return f"{self.title}.{self.text}"


def wanted(item: Item, tracker: Tracker) -> Print:
    return _print(item.title, tracker.spelled(item))


def there(seen: Seen) -> Print:
    return _print(seen.title, seen.spelled)


def ours(one: Kept) -> tuple[Print, Print]:
    """What was written there, and what was being written: after something was cut short it may be either."""
    written, writing = (Print(*text.partition(".")[::2]) for text in (one.written, one.writing))
    return written, writing


def _print(title: str, spelled: str) -> Print:
    return Print(_digest(" ".join(title.split())), _digest(spelled))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
