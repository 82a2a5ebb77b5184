"""What the steps of the demo's climb share: the cast, what is said, and what came of it so far."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from core.time import Clock
from desk.ports import Place
from desk.store.cases import Case
from desk.store.practices import Practice
from klankbord.demo.cast import Cast, Halted
from klankbord.demo.dialogues import Dialogue


@dataclass(kw_only=True)
class Climb:
    """One play of it. `cases` are those that ended, by the name of what was said."""

    cast: Cast
    told: Mapping[str, Dialogue]
    clock: Clock
    place: Place
    cases: dict[str, Case] = field(default_factory=dict)
    practice: Practice | None = None

    @property
    def shared(self) -> Practice:
        """The best practice. Raises Halted before there is one."""
        if self.practice is None:
            raise Halted("there is no best practice yet")
        return self.practice


Step = Callable[[Climb, date], Awaitable[None]]
"""What happens on one day."""
