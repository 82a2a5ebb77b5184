"""What is known of the end of a message or an account, as every archive compares it with a version's time. Pure.

A tombstone holds three times: removed for good, hidden (a deactivated account) and lifted. Each only grows, so that
tombstones and versions may come in any order and end the same.
"""

import msgspec

from core.order import within
from core.time import milliseconds
from core.types import Deletion


class Tombstone(msgspec.Struct, frozen=True):
    """Times in ms since 1970; -1 where there is none."""

    removed: int = -1
    hidden: int = -1
    lifted: int = -1

    def removes(self, content: int) -> bool:
        """Whether a version of that time (ms) stays away for good."""
        return content <= self.removed

    def hides(self, content: int) -> bool:
        """Whether a version of that time (ms) is out of sight for now."""
        return self.lifted < self.hidden and content <= self.hidden

    def joined(self, other: "Tombstone") -> "Tombstone":
        """Both together."""
        return Tombstone(
            max(self.removed, other.removed), max(self.hidden, other.hidden), max(self.lifted, other.lifted)
        )


NONE = Tombstone()
FOR_EVER = within(1 << 62)


def raised(deletion: Deletion) -> Tombstone:
    """The tombstone of one deletion alone."""
    at = within(milliseconds(deletion.at))
    if deletion.lifted:
        return Tombstone(lifted=at)
    return Tombstone(hidden=at) if deletion.reversible else Tombstone(removed=at)
