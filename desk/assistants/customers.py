"""What an assistant may ask of customers: numbers and links as they are, and whatever people wrote marked as strangers' words.

Names come from CRM systems and from the accounts themselves, facts from fields that others fill in: none of it is ours.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from core.errors import Reject
from desk.api import customers, parameters
from desk.api.answers import Listed
from desk.api.asker import Asker
from desk.assistants.subject import Text
from desk.assistants.untrusted import fenced, visible

_WRITTEN = ("name", "facts", "keys", "websites", "accounts", "mentions_page", "next_action")
"""What of a customer's answer others wrote, or holds what they wrote."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Customers by a name, in an order, and where the list goes on."""

    name: Annotated[
        Text, Meta(description="A part of a customer's name or of an account's id, or an account's handle.")
    ] = ""
    order: Annotated[
        Literal["activity", "volume"], Meta(description="Who was heard last first, or who was heard most.")
    ] = "activity"
    size: Annotated[int, Meta(ge=1, le=20)] = 10
    after: Annotated[
        str, Meta(max_length=8000, description="From next of the answer before, with all else as it was.")
    ] = ""


class One(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One customer."""

    customer: Annotated[str, Meta(min_length=1, max_length=100, description="The id that find_customers gives.")]


async def find(asker: Asker, asked: Finding) -> str:
    """Figures and links by id, then the names that belong to the ids."""
    question = parameters.Finding(q=asked.name, order=asked.order, size=asked.size, after=asked.after)
    found = await customers.search(asker, question)
    told = {
        "total": found.total,
        "order": found.order,
        "customers": [_figures(one) for one in found.customers],
        "next": None if found.next is None else {"after": found.next.rpartition("after=")[2]},
    }
    return _parted(told, {one.id: one.name for one in found.customers})


async def show(asker: Asker, asked: One) -> str:
    """Figures and links, then what others wrote. Raises Reject where there is no such customer."""
    found = await customers.customer(asker, asked.customer)
    if found is None:
        raise Reject("there is no such customer; find_customers has them with their ids", reason="customer")
    told = msgspec.to_builtins(found)
    written = {name: told.pop(name) for name in _WRITTEN}
    return _parted(told | {"linked_accounts": len(found.accounts)}, written)


def _figures(one: Listed) -> dict[str, object]:
    told: dict[str, object] = msgspec.to_builtins(one)
    return {name: value for name, value in told.items() if name not in ("name", "customer")}


def _parted(told: object, written: object) -> str:
    return f"{msgspec.json.encode(visible(told)).decode()}\n\n{fenced(written)}"
