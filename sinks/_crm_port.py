"""What a CRM or ticket system is to the sink that keeps it true: the same few acts, whatever its own objects are called.

A mention is a *matter* there (a note, a case, a ticket, an opportunity), found by its external key: the mention's id. A
customer is a *contact*. The other side's own ids are called native here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from core.outward import Told

MOST_TEXT = 30_000
"""Characters of a matter's text: below what each of them takes (Salesforce 32,000; HubSpot and Zendesk 65,535)."""

MOST_SUBJECT = 140
"""Characters of its first line: below what each of them takes (Zendesk 150; Salesforce and Tryton 255)."""


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as it is to be there.

    customer  our id of it: the external key there
    name      how it is called where it is not there yet
    native    its id there, where that is known: then nothing but the external key is written to it
    """

    customer: str
    name: str
    native: str | None = None


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """What a mention is to be there.

    mention  its id: the external key there
    key      the delivery key of this version of it: the same when it is sent again, another after it was taken away
    subject  one line; `text` plain text of several, the author's words included
    facts    plain text of several lines without the author's words
    at       when it was said
    native   its own id there, where that is known
    contact  native id of the contact it belongs to; `left` of the one it belonged to before, if that was another
    """

    mention: str
    key: str
    subject: str
    text: str
    facts: str
    at: datetime
    native: str | None = None
    contact: str | None = None
    left: str | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one record of a batch: its native id, or why it was refused, with the other side's own words."""

    native: str = ""
    refused: str | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What changed there, in the order it did, and from where to ask next; `more` where that can be done at once."""

    told: Sequence[Told]
    cursor: str
    more: bool = False


class Crm(Protocol):
    """One system. Every act raises Retry where it is away or busy and Denied where a person must act there.

    What answers for a batch may raise Reject instead, where the other side refuses it whole: the caller then asks in
    smaller batches. `most` is the greatest batch of each act. An act that was cut short can be done again.
    """

    most: int

    async def find(self, mentions: Sequence[str]) -> Mapping[str, str]:
        """Native ids of the matters that are there, by mention id, asked of the other side now."""
        ...

    async def contacts(self, contacts: Sequence[Contact]) -> Sequence[Done]:
        """Bring these contacts there, made where they are not; same order."""
        ...

    async def put(self, matters: Sequence[Matter]) -> Sequence[Done]:
        """Bring these matters there, made where they are not; same order.

        The other side is asked by the external key first, in one act or two, so that none is ever there twice.
        """
        ...

    async def remove(self, natives: Sequence[str]) -> Sequence[Done]:
        """Take these matters away, their words first where the other side has a bin; one that is not there is done."""
        ...

    async def changes(self, cursor: str | None) -> Changes:
        """What people changed there since; from now on where there is no cursor."""
        ...
