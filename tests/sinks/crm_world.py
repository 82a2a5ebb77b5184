"""What the suite of CRMs needs of each system: how to open its sink, and how to see and do there what people can."""

from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import ClassVar, NamedTuple

from sinks._crm import CrmSink
from tests.sinks.doubles.between import Between
from tests.sinks.lending import SINK, House


class There(NamedTuple):
    """A matter as people see it: its native id, whose it is (native), and all its words."""

    native: str
    contact: str | None
    words: str


class Limit(NamedTuple):
    """How the system says that it was asked too often, and the seconds to wait that are to be read from it."""

    status: int
    headers: dict[str, str]
    body: str
    seconds: float


@dataclass
class World(ABC):
    """One system behind a proxy, and our side of it. `name` is what its sink is called."""

    url: str
    between: Between
    house: House
    folder: Path
    name: str = SINK

    module: ClassVar[ModuleType]
    limit: ClassVar[Limit]
    accounts: ClassVar[str | bool]

    def open(self, **more: object) -> AbstractAsyncContextManager[CrmSink]:
        """The sink, built anew on the same shelf."""
        settings = self.module.Settings(**self.settings() | more)
        return self.module.build(settings, self.house.tools(self.folder), outward=self.house.outward())

    @abstractmethod
    def settings(self) -> dict[str, object]: ...

    @abstractmethod
    def secrets(self) -> list[str]: ...

    @abstractmethod
    async def matters(self) -> dict[str, There]:
        """By mention id; two of one mention fail."""

    @abstractmethod
    async def contacts(self) -> dict[str, tuple[str | None, str]]:
        """Our id and the name, by native id."""

    @abstractmethod
    async def made_by_people(self, name: str) -> str:
        """A contact that people there made; its native id."""

    @abstractmethod
    async def works_on(self, native: str) -> dict[str, str]:
        """Somebody there takes a matter up; the facts that are to come back."""

    @abstractmethod
    async def classifies(self, contact: str) -> dict[str, str]:
        """Somebody there says who looks after a customer, in which segment; the facts that are to come back."""

    @abstractmethod
    async def writes_accounts(self, contact: str, text: str) -> None:
        """Somebody there notes a customer's accounts."""

    @abstractmethod
    async def throws_away(self, native: str) -> None:
        """Somebody there deletes a matter."""

    @abstractmethod
    async def refuse_token(self) -> None: ...

    @abstractmethod
    async def accept_token(self) -> None: ...

    @abstractmethod
    def refused(self) -> str:
        """Part of an id after "file:", of a mention that the system refuses."""


def once_each(pairs: list[tuple[str, There]]) -> dict[str, There]:
    """By mention id, where there are no two of one mention."""
    found = dict(pairs)
    assert len(found) == len(pairs), f"a mention is there twice: {sorted(mention for mention, _ in pairs)}"
    return found
