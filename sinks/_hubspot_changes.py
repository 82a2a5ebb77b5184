"""What people changed in HubSpot: searches for contacts and notes of ours by when they were modified, oldest first.

Search answers 100 a page and 10,000 a question, and is a little behind (api-reference/2026-03/crm/search-the-crm): each
question goes back a minute before the last answer; what is told twice is told the same.
"""

from collections.abc import Mapping
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


class Position(msgspec.Struct, frozen=True):
    """When what was seen last was modified, in ms since 1970."""

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
        now = milliseconds(self._clock())
        begin = Position(0 if self._properties.accounts else now, now)
        since = begin if cursor is None else msgspec.json.decode(cursor, type=Position)
        ours = (self._properties.customer, *([self._properties.accounts] if self._properties.accounts else []))
        asked = (self._properties.segment, *([self._properties.website] if self._properties.website else []))
        people = _Kind("contacts", ours, "lastmodifieddate", asked)
        notes = _Kind("notes", (self._properties.mention,), "hs_lastmodifieddate")
        told: list[Told] = []
        seen = [since.contacts, since.notes]
        for place, kind in enumerate((people, notes)):
            for found in await self._modified(kind, max(0, seen[place] - OVERLAP)):
                one = await self._told(kind, found["id"], found["properties"])
                told.append(one)
                seen[place] = max(seen[place], milliseconds(one.at))
        return Changes(told=told, cursor=msgspec.json.encode(Position(*seen)).decode())

    async def _modified(self, kind: _Kind, since: int) -> list[Any]:
        found: list[Any] = []
        lately = {"propertyName": kind.modified, "operator": "GTE", "value": str(since)}
        groups = [{"filters": [lately, {"propertyName": key, "operator": "HAS_PROPERTY"}]} for key in kind.keys]
        body: dict[str, Any] = {
            "filterGroups": groups,
            "sorts": [{"propertyName": kind.modified, "direction": "ASCENDING"}],
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
                break
            body["after"] = after
        return found

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
