"""What people changed in Zendesk: its incremental exports of tickets and users, by cursor.

An export begins at a start time at least a minute ago and gives what changed up to a minute ago; ten requests a minute
(ticket-management/incremental_exports). Ours ask for two a round.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from core.errors import Retry
from core.outward import WEBSITE, Told
from core.time import Clock
from sinks._crm_http import Client
from sinks._crm_port import Changes
from sinks._crm_words import accounts

BEGIN = timedelta(minutes=2)
"""How long ago the first export begins."""


class Fields(NamedTuple):
    """Which fields are used; see the settings."""

    text: int | None
    customer: str
    segment: str
    accounts: str
    website: str


class Position(msgspec.Struct, frozen=True):
    """Cursors of the two exports; seconds since 1970 where one has not begun."""

    tickets: str | int
    users: str | int


class Exports:
    """Asks what changed."""

    def __init__(self, client: Client, fields: Fields, *, clock: Clock) -> None:
        self._client, self._fields, self._clock = client, fields, clock

    async def changes(self, cursor: str | None) -> Changes:
        """See sinks._crm_port.Crm. Of users, those alone who are customers of ours."""
        begin = int((self._clock() - BEGIN).timestamp())
        first = Position(begin, 1 if self._fields.accounts else begin)
        since = first if cursor is None else msgspec.json.decode(cursor, type=Position)
        tickets = await self._page("tickets", since.tickets, include="users")
        users = await self._page("users", since.users)
        names = {one["id"]: one["name"] for one in tickets.get("users", ())}
        told = [self._ticket(one, names) for one in tickets["tickets"] if one.get("external_id")]
        told += [self._user(one) for one in users["users"] if self._is_ours(one.get("user_fields") or {})]
        position = Position(tickets["after_cursor"] or since.tickets, users["after_cursor"] or since.users)
        more = not (tickets["end_of_stream"] and users["end_of_stream"])
        return Changes(told=told, cursor=msgspec.json.encode(position).decode(), more=more)

    async def _page(self, kind: str, since: str | int, **query: str) -> Any:  # Any: JSON of that export
        place = {"start_time": str(since)} if isinstance(since, int) else {"cursor": since}
        answer = await self._client.ask("GET", f"/api/v2/incremental/{kind}/cursor", query={**place, **query})
        if answer.status >= 400:
            raise Retry(f"{self._client.name} does not say what changed: {self._client.said(answer.value)}")
        return answer.value

    def _ticket(self, ticket: Mapping[str, Any], names: Mapping[int, str]) -> Told:
        owner = names.get(ticket.get("assignee_id") or 0)
        facts = {"status": ticket["status"], "owner": owner}
        return Told(system=self._client.name, at=_at(ticket), mention=ticket["external_id"], facts=facts)

    def _user(self, user: Mapping[str, Any]) -> Told:
        asked = {"segment": self._fields.segment, WEBSITE: self._fields.website}
        facts = {fact: user["user_fields"].get(field) or None for fact, field in asked.items() if field}
        joined = accounts(user["user_fields"].get(self._fields.accounts))
        return Told(system=self._client.name, at=_at(user), customer=str(user["id"]), accounts=joined, facts=facts)

    def _is_ours(self, fields: Mapping[str, Any]) -> bool:
        """Any: a field's value is what its kind says."""
        return bool(fields.get(self._fields.customer) or fields.get(self._fields.accounts))


def _at(one: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(one["updated_at"]).astimezone(UTC)
