"""What evidence is looked for in, and how it is counted against what the organisation asks of itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from core.ports import ArchiveReader
from desk.answering.active import LATELY
from desk.ports import Organisation
from desk.store.database import Database
from playbook.maturity import Answer, Evidence, Level, Need, counted, levels_of, numbered
from playbook.sections import Playbook
from playbook.sound import unsound

MONTH = LATELY
"""How far back it is looked how things go, as of who takes part: first responses, departments, systems."""
QUARTER = timedelta(weeks=13)
"""How far back it is looked for what does not happen every week: best practices, working together, a drill."""

Found = Mapping[str, Evidence]
"""Evidence by need; what is left out is unknown."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What evidence is looked for in.

    keep     how long mentions of every source stay in the archive
    systems  names of the sinks and of the tracker that are configured
    """

    database: Database
    archive: ArchiveReader
    playbook: Playbook
    organisation: Organisation
    keep: timedelta
    systems: frozenset[str] = frozenset()

    @cached_property
    def levels(self) -> Sequence[Level]:
        """With the organisation's own thresholds."""
        return levels_of(self.playbook.maturity)

    @cached_property
    def needs(self) -> Mapping[str, Need]:
        return {name: need for level in self.levels for name, need in level.needs.items()}

    @cached_property
    def wrong(self) -> frozenset[str]:
        """Sections of the playbook that are not sound. Slow to tell: about a second of a large flow."""
        return frozenset(path.partition(".")[0] for path, _ in unsound(self.playbook))

    @property
    def units(self) -> Sequence[str]:
        """The playbook's, in its order."""
        return tuple(self.playbook.organisation.units) if self.playbook.organisation else ()

    def share(self, name: str, some: int, all_: int) -> Evidence:
        """Evidence of that need: so many of all; unknown where there is nothing to count."""
        return counted(self.needs[name], some, all_)

    def of(self, name: str, true: Iterable[bool]) -> Evidence:
        """The same of what is true or not."""
        each = list(true)
        return self.share(name, sum(each), len(each))

    def number(self, name: str, some: int, all_: int | None = None) -> Evidence:
        """Evidence of that need: a number that is enough by itself, of `all_` where there is such a thing."""
        return numbered(self.needs[name], some, all_)


def either(met: bool) -> Evidence:
    """Evidence of what is or is not."""
    return Evidence(answer=Answer.MET if met else Answer.UNMET)
