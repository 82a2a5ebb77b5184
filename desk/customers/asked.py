"""What questions about customers are answered from, and what of a customer whoever asks may see."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.document import Filter
from core.ports import ArchiveReader, CustomerDocuments
from core.time import Clock
from desk.ports import Organisation
from desk.store.database import Database
from picture import portrait
from picture.portrait import Portrait
from playbook.next_best_action import Action


@dataclass(frozen=True, kw_only=True)
class Customers:
    """The desk and the archive together.

    joins  of an author id, whether its account may be part of a customer, as the policies of the sources say now
    names  of an author id, whether who asks may be told of that account
    where  the mentions that count
    documents  what was counted of customers a moment ago, for the order of long lists; None where nothing is, or where it
           tells of accounts that who asks may not be told of
    actions  the playbook's rules of what is best done next
    """

    database: Database
    archive: ArchiveReader
    organisation: Organisation
    clock: Clock
    joins: Callable[[str], bool]
    names: Callable[[str], bool] = lambda _author: True
    where: Filter = field(default_factory=Filter)
    documents: CustomerDocuments | None = None
    actions: Sequence[Action] = ()

    def counts(self, author: str) -> bool:
        """Whether what that account says is counted for who asks."""
        return self.joins(author) and self.names(author)

    def weeks(self) -> list[datetime]:
        """Starts of the weeks of a trend, and its end."""
        return portrait.weeks(self.clock(), self.organisation.zone, self.organisation.week_start)

    async def portraits(
        self, accounts: Mapping[str, Collection[str]], *, starts: Sequence[datetime]
    ) -> Mapping[str, Portrait]:
        """Of the accounts of each customer that count for who asks; nothing for a customer of whom nothing does."""
        shown = {customer: [one for one in theirs if self.counts(one)] for customer, theirs in accounts.items()}
        return await portrait.customers(self.archive, self.where, shown, starts=starts, show_reach=True)


def called(customer: str, name: str | None, said: Portrait | None, accounts: Sequence[str]) -> str:
    """What to call a customer: its name, else as its most heard account calls itself, else an account's id, else its own."""
    first = said.accounts[0] if said else None
    return name or (first and (first.name or first.handle)) or next(iter(accounts), customer)
