"""What people changed in Tryton: opportunities, and the parties of ours, by when they were written.

Times are the server's, UTC, as its JSON spells them. A transaction that is committed late carries the time at which it
began: each question goes back a minute before the last answer.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from core.errors import Retry
from core.outward import Told
from core.time import Clock
from sinks._crm_http import Client
from sinks._crm_port import Changes
from sinks._crm_words import accounts

OVERLAP = timedelta(minutes=1)
PAGE = 500
EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before anything there."""

OPPORTUNITIES = "reference", "state", "employee.rec_name", "write_date"
MECHANISMS = "value", "party.id", "write_date", "create_date"
PARTIES = "party.write_date", "party.categories.rec_name"


class Searches:
    """Asks what changed."""

    def __init__(self, client: Client, *, accounts: bool, clock: Clock) -> None:
        self._client, self._accounts, self._clock = client, accounts, clock

    async def changes(self, cursor: str | None) -> Changes:
        """See sinks._crm_port.Crm. Of parties, those that an opportunity with a reference belongs to."""
        since = self._clock() if cursor is None else datetime.fromisoformat(cursor)
        told = [self._opportunity(row) for row in await self._lately("write_date", OPPORTUNITIES, since)]
        told += [self._party(row["party"]) for row in await self._lately("party.write_date", PARTIES, since)]
        if self._accounts:
            told += await self._joined(EVER if cursor is None else since)
        seen = max((one.at for one in told), default=since)
        return Changes(told=told, cursor=max(seen, since).isoformat())

    async def _lately(self, field: str, fields: tuple[str, ...], since: datetime) -> list[Any]:
        """Opportunities with a reference whose field holds a moment not before that. Any: JSON of these fields."""
        domain = [["reference", "!=", None], [field, ">=", _spelled_moment(since - OVERLAP)]]
        return await self._rows("sale.opportunity", domain, field, fields)

    async def _joined(self, since: datetime) -> list[Told]:
        """Parties in one of whose contact mechanisms an account was written."""
        moment = _spelled_moment(since - OVERLAP)
        lately = ["OR", ["write_date", ">=", moment], ["create_date", ">=", moment]]
        domain = [["type", "=", "other"], ["value", "like", "%:%"], lately]
        rows = await self._rows("party.contact_mechanism", domain, "id", MECHANISMS)
        return [
            Told(
                system=self._client.name,
                at=_moment(row["write_date"] or row["create_date"]),
                customer=str(row["party"]["id"]),
                accounts=accounts(row["value"]),
            )
            for row in rows
        ]

    async def _rows(self, model: str, domain: list[Any], first: str, fields: tuple[str, ...]) -> list[Any]:
        """All rows, page by page, in the order of that field. Any: JSON of these fields."""
        rows: list[Any] = []
        while True:
            query = [("d", spelled(domain)), ("o", spelled([[first, "ASC"], ["id", "ASC"]])), ("s", str(PAGE))]
            query += [("p", str(len(rows))), *(("f", name) for name in fields)]
            answer = await self._client.ask("GET", f"/rest/model/{model}", query=query)
            if answer.status >= 400:
                raise Retry(f"{self._client.name} does not say what changed: {self._client.said(answer.value)}")
            rows += answer.value
            if len(answer.value) < PAGE:
                return rows

    def _opportunity(self, row: Mapping[str, Any]) -> Told:
        facts = {"status": row["state"], "owner": (row.get("employee") or {}).get("rec_name")}
        return Told(system=self._client.name, at=_moment(row["write_date"]), mention=row["reference"], facts=facts)

    def _party(self, party: Mapping[str, Any]) -> Told:
        named = sorted(one["rec_name"] for one in party.get("categories") or ())
        facts = {"segment": ", ".join(named) or None}
        return Told(system=self._client.name, at=_moment(party["write_date"]), customer=str(party["id"]), facts=facts)


def spelled(value: Any) -> str:  # Any: a domain or an order, which are lists of lists
    """A domain or an order as the address holds it."""
    return urlsafe_b64encode(msgspec.json.encode(value)).decode()


def _spelled_moment(moment: datetime) -> dict[str, Any]:
    utc = moment.astimezone(UTC)
    date = {"year": utc.year, "month": utc.month, "day": utc.day}
    return {
        "__class__": "datetime",
        **date,
        "hour": utc.hour,
        "minute": utc.minute,
        "second": utc.second,
        "microsecond": 0,
    }


_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


def _moment(value: Mapping[str, Any]) -> datetime:
    year, month, day, hour, minute, second, micro = (int(value[name]) for name in _PARTS)
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
