"""What people changed in HubSpot: searches for contacts and notes of ours by when they were modified, oldest first.

Search answers 100 a page and 10,000 a question, and is a little behind (api-reference/2026-03/crm/search-the-crm): each
question goes back a minute before the last answer; what is told twice is told the same. Where more changed than one
question gives, the next begins at the last moment that it gave; and where all of that is of one moment, by id.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from core.errors import Retry
from core.outward import WEBSITE, Told
from core.time import Clock, milliseconds
from sinks._crm_http import Client
from sinks._crm_port import Changes
from sinks._crm_words import accounts

OVERLAP = 60_000
"""Milliseconds."""

PAGE, PAGES = 100, 99

ID = "hs_object_id"

_Filter = Mapping[str, str]


class Position(msgspec.Struct, frozen=True):
    """From when on to ask, in ms since 1970."""

    contacts: int
    notes: int


class Properties(NamedTuple):
    """What the properties are called in this account; see the settings."""

    mention: str
    customer: str
    segment: str
    accounts: str
    website: str


class _Kind(NamedTuple):
    objects: str
    keys: tuple[str, ...]
    modified: str
    more: tuple[str, ...] = ()


class Searches:
    """Asks what changed."""

    def __init__(self, client: Client, version: str, properties: Properties, *, clock: Clock) -> None:
        self._client, self._version, self._properties, self._clock = client, version, properties, clock
        self._owners: dict[str, str] = {}

    async def changes(self, cursor: str | None) -> Changes:
        """See sinks._crm_port.Crm."""
        now = milliseconds(self._clock()) - OVERLAP
        begin = Position(0 if self._properties.accounts else now, now)
        since = begin if cursor is None else msgspec.json.decode(cursor, type=Position)
        ours = (self._properties.customer, *([self._properties.accounts] if self._properties.accounts else []))
        asked = (self._properties.segment, *([self._properties.website] if self._properties.website else []))
        people = _Kind("contacts", ours, "lastmodifieddate", asked)
        notes = _Kind("notes", (self._properties.mention,), "hs_lastmodifieddate")
        told: list[Told] = []
        following, more = [], False
        for kind, start in ((people, since.contacts), (notes, since.notes)):
            found, on, rest = await self._modified(kind, start)
            told += [await self._told(kind, one["id"], one["properties"]) for one in found]
            following.append(on)
            more = more or rest
        return Changes(told=told, cursor=msgspec.json.encode(Position(*following)).decode(), more=more)

    async def _modified(self, kind: _Kind, since: int) -> tuple[list[Any], int, bool]:
        """What was modified since, from when on to ask next, and whether that can be done at once."""
        found, rest = await self._found(kind, [_filter(kind.modified, "GTE", since)], kind.modified)
        if not found:
            return [], since, False
        last = milliseconds(datetime.fromisoformat(found[-1]["properties"][kind.modified]))
        if not rest:
            return found, max(0, last - OVERLAP), False
        if last > since:
            return found, last, True
        return await self._of_moment(kind, since), since + 1, True

    async def _of_moment(self, kind: _Kind, moment: int) -> list[Any]:
        """All that was modified at that very moment."""
        every: list[Any] = []
        rest = True
        while rest:
            later = _filter(ID, "GT", every[-1]["id"] if every else 0)
            found, rest = await self._found(kind, [_filter(kind.modified, "EQ", moment), later], ID)
            every += found
        return every

    async def _found(self, kind: _Kind, filters: Sequence[_Filter], by: str) -> tuple[list[Any], bool]:
        """As much as one question gives of what passes the filters and has one of our keys, and whether there is more."""
        found: list[Any] = []
        body: dict[str, Any] = {
            "filterGroups": [
                {"filters": [*filters, {"propertyName": key, "operator": "HAS_PROPERTY"}]} for key in kind.keys
            ],
            "sorts": [{"propertyName": by, "direction": "ASCENDING"}],
            "properties": [*kind.keys, kind.modified, "hubspot_owner_id", *kind.more],
            "limit": PAGE,
        }
        for _ in range(PAGES):
            answer = await self._client.ask("POST", f"/crm/objects/{self._version}/{kind.objects}/search", body)
            if answer.status >= 400:
                raise Retry(f"{self._client.name} does not say what changed: {self._client.said(answer.value)}")
            found += answer.value["results"]
            after = answer.value.get("paging", {}).get("next", {}).get("after")
            if after is None:
                return found, False
            body["after"] = after
        return found, True

    async def _told(self, kind: _Kind, native: str, properties: Mapping[str, str | None]) -> Told:
        at = datetime.fromisoformat(properties[kind.modified] or "").astimezone(UTC)
        facts: dict[str, str | None] = {"owner": await self._owner(properties.get("hubspot_owner_id") or "")}
        if kind.objects == "notes":
            return Told(system=self._client.name, at=at, mention=properties[self._properties.mention], facts=facts)
        facts["segment"] = properties.get(self._properties.segment) or None
        if self._properties.website:
            facts[WEBSITE] = properties.get(self._properties.website) or None
        joined = accounts(properties.get(self._properties.accounts))
        return Told(system=self._client.name, at=at, customer=native, accounts=joined, facts=facts)

    async def _owner(self, owner: str) -> str | None:
        """An owner's e-mail address, by which colleagues know one another; asked for once a new owner shows."""
        if owner and owner not in self._owners:
            answer = await self._client.ask("GET", f"/crm/owners/{self._version}", query={"limit": "500"})
            known = answer.value["results"] if answer.status < 400 else []
            self._owners = {owner: owner, **{one["id"]: one.get("email") or one["id"] for one in known}}
        return self._owners.get(owner)


def _filter(name: str, operator: str, value: int | str) -> _Filter:
    return {"propertyName": name, "operator": operator, "value": str(value)}
