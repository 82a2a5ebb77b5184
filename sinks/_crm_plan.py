"""What is to be done there about one mention: decided from what is true here and what was sent. Pure."""

from enum import Enum

import msgspec

from core.document import Stored
from core.outward import Kept, Linked, version
from sinks._crm_settings import Sending


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What the sink remembers of a mention, in its row.

    native    its id there; "" while that is not known: it was about to be sent, or was taken away
    version   the version that the other side took last
    customer  whose contact it belongs to, and that contact's native id
    hidden    it was taken away and may come back: its author's account is away for now
    begun     when it was first about to be made, in ms since 1970: tells one making from a later one
    """

    native: str = ""
    version: str = ""
    customer: str | None = None
    contact: str | None = None
    hidden: bool = False
    begun: int = 0


class Act(Enum):
    """What is to be done."""

    NOTHING = "nothing"
    PUT = "put"
    REMOVE = "remove"


def sent(row: Kept | None) -> Sent | None:
    """What a row says."""
    return None if row is None else msgspec.json.decode(row.value, type=Sent)


def begin(before: Sent | None, now: int) -> Sent:
    """What is remembered while it is sent: as it stands, or that it is about to be made, at `now` in ms since 1970."""
    return Sent(begun=now) if before is None or before.hidden else before


def decide(
    stored: Stored | None, before: Sent | None, owner: Linked | None, settings: Sending, *, name: str, over: bool
) -> Act:
    """`owner` is the customer that its author belongs to there; `over` whether its keep time has ended."""
    if stored is None or over or not _wanted(stored, before, owner, settings):
        return Act.NOTHING if before is None or before.hidden else Act.REMOVE
    if before is None or not before.native or before.version != version(stored):
        return Act.PUT
    native = owner.keys.get(name) if owner else None
    same = before.customer == (owner.customer if owner else None) and native in (None, before.contact)
    return Act.NOTHING if same else Act.PUT


def owner(stored: Stored, linked: Linked | None, settings: Sending) -> Linked | None:
    """The customer behind its author, or one made of the account itself where contacts are to be created."""
    if linked is not None or not settings.create_contacts:
        return linked
    author = stored.enriched.mention.author
    return Linked(customer=author.id, name=author.name or author.handle)


def _wanted(stored: Stored, before: Sent | None, owner: Linked | None, settings: Sending) -> bool:
    """Monitors, marks and people decide what is begun; what is there stays true until it is gone, or its author nobody's."""
    if owner is None and not settings.everyone:
        return False
    if before is not None and before.native:
        return True
    matched = stored.enriched.routing.monitors
    irrelevant = any(judged.name == "irrelevant" and judged.labels for judged in stored.judgements)
    ordinary = not stored.enriched.mention.marks and not irrelevant
    return ordinary and (not settings.monitors or any(name in settings.monitors for name in matched))
