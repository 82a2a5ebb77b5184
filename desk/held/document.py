"""All that is held of somebody as one document: versioned, so that who reads it by a program knows what to expect."""

from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from desk.store.held_masks import Value

FORMAT = "klankbord-held-1"
"""New fields may come; one that is there keeps its name and its meaning until the number grows."""

Json = dict[str, Any]  # Any: JSON


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One archived message as it stands: its words, what was found in it, where it was routed, and what people said of it.

    vector  bytes of the numbers by which the encoder places it, which nobody can read; 0 where there are none
    """

    stored: Json
    vector: int


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the log of the pipeline that is about them; `value` as it was written, a text where it is no JSON."""

    topic: str
    offset: int
    key: str
    value: Json | str


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the export folder with rows of theirs: copies of what is archived."""

    name: str
    rows: int


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of some accounts and messages, in every store.

    accounts, messages, customers, cases  the ids that were asked for, and those that they lead to
    archive    messages, those that are out of sight too
    summaries  documents that were counted of customers and of cases, by kind
    desk       rows of the desk database, by table; docs/privacy.md says what each table is
    log        records of the pipeline, oldest first by topic
    files      in the export folder
    told       names of the sinks that were sent something of theirs
    keep_days  how long messages are kept, by source
    erased     whether one of the ids was erased on request: kept as a keyed hash, so that it does not come back
    """

    format: str = FORMAT
    made_at: datetime
    organisation: str
    accounts: tuple[str, ...]
    messages: tuple[str, ...]
    customers: tuple[str, ...]
    cases: tuple[str, ...]
    archive: tuple[Message, ...]
    summaries: dict[str, tuple[Json, ...]]
    desk: dict[str, tuple[Mapping[str, Value], ...]]
    log: tuple[Logged, ...]
    files: tuple[File, ...]
    told: tuple[str, ...]
    keep_days: dict[str, float]
    erased: bool

    @property
    def nothing(self) -> bool:
        """Whether nothing is held."""
        return not (self.archive or any(self.summaries.values()) or self.desk or self.log or self.files)


class Asking(Protocol):
    """Gathers what is held: of a customer with all its accounts, of accounts, of messages."""

    def __call__(
        self, *, customer: str | None = None, accounts: tuple[str, ...] = (), messages: tuple[str, ...] = ()
    ) -> Awaitable[Held]: ...


def as_json(held: Held) -> bytes:
    """The file: UTF-8, indented."""
    return msgspec.json.format(msgspec.json.encode(held), indent=2) + b"\n"
