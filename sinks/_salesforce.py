"""Salesforce's REST API as a Crm: collections of 200 records, each done or refused on its own (allOrNone false)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from core.errors import Reject, Retry
from core.outward import WEBSITE, Told
from core.time import Clock
from sinks._crm_http import by_size
from sinks._crm_port import Changes, Contact, Done, Matter
from sinks._crm_words import accounts
from sinks._salesforce_door import Door, problem

GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"})
LOCKED = "UNABLE_TO_LOCK_ROW"
OVERLAP = timedelta(minutes=1)
"""How far before the last answer it is asked again: what was committed late carries the time at which it began."""


EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before anything there."""


class Names(NamedTuple):
    """What fields are called in this organisation; see the settings."""

    mention: str
    customer: str
    segment: str
    accounts: str
    website: str
    origin: str


class Salesforce:
    """core of sinks/salesforce.py: see sinks._crm_port.Crm."""

    most = 200

    def __init__(self, door: Door, version: str, names: Names, *, clock: Clock) -> None:
        self._door, self._names, self._clock = door, names, clock
        self._data = f"/services/data/v{version}"
        self._collections = f"{self._data}/composite/sobjects"

    async def find(self, mentions: Sequence[str]) -> Mapping[str, str]:
        return await self._find("Case", self._names.mention, mentions)

    async def contacts(self, contacts: Sequence[Contact]) -> Sequence[Done]:
        """Those whose native id is known get our id; the others are found by it, and made where they are not there."""
        key = self._names.customer
        there = await self._find("Contact", key, [one.customer for one in contacts if not one.native])
        known = [one for one in contacts if one.native]
        new = [one for one in contacts if not one.native and one.customer not in there]
        marked = [_record("Contact", id=one.native, **{key: one.customer}) for one in known]
        made = [_record("Contact", LastName=one.name, **{key: one.customer}) for one in new]
        done = {customer: Done(native=native) for customer, native in there.items()}
        done |= zip((one.customer for one in known), await self._send("", marked), strict=True)
        done |= zip((one.customer for one in new), await self._send(f"/Contact/{key}", made), strict=True)
        return [done[one.customer] for one in contacts]

    async def put(self, matters: Sequence[Matter]) -> Sequence[Done]:
        """An upsert by the external id: Salesforce itself asks whether it is there."""
        key, origin = self._names.mention, {"Origin": self._names.origin} if self._names.origin else {}
        records = [
            _record(
                "Case",
                Subject=one.subject,
                Description=one.text,
                ContactId=one.contact,
                **{key: one.mention},
                **({} if one.native else origin),
            )
            for one in matters
        ]
        return await self._send(f"/Case/{key}", records)

    async def remove(self, natives: Sequence[str]) -> Sequence[Done]:
        """Words first: what is deleted lies in the recycle bin for 15 days. What keeps its words is not deleted."""
        nothing = {"Subject": None, "Description": None, self._names.mention: None}
        answers = await self._answers("", [_record("Case", id=native, **nothing) for native in natives])
        done = {native: self._gone(native, one) for native, one in zip(natives, answers, strict=True)}
        if blank := [native for native, one in zip(natives, answers, strict=True) if one["success"]]:
            ids = {"ids": ",".join(blank), "allOrNone": "false"}
            answer = await self._door.ask("DELETE", self._collections, query=ids)
            if answer.status >= 400:
                raise Reject(f"{self._door.name} refuses: {self._door.said(answer.value)}", reason="refused")
            done |= {native: self._gone(native, one) for native, one in zip(blank, answer.value, strict=True)}
        return [done[native] for native in natives]

    async def changes(self, cursor: str | None) -> Changes:
        begin = EVER if self._names.accounts else self._clock()
        since = begin if cursor is None else datetime.fromisoformat(cursor)
        theirs = [self._names.accounts] if self._names.accounts else []
        asked = [self._names.segment, *([self._names.website] if self._names.website else [])]
        told, seen = [], since if cursor else self._clock()
        for kind, keys, fields in (
            ("Case", [self._names.mention], ["Status"]),
            ("Contact", [self._names.customer, *theirs], asked),
        ):
            for row in await self._query(_changed(kind, keys, fields, since - OVERLAP)):
                one = self._told(kind, row)
                told.append(one)
                seen = max(seen, one.at)
        return Changes(told=told, cursor=seen.isoformat())

    def _told(self, kind: str, row: Mapping[str, Any]) -> Told:
        at = datetime.fromisoformat(row["SystemModstamp"]).astimezone(UTC)
        owner = _at(row, "Owner.Name")
        if kind == "Case":
            facts = {"status": _at(row, "Status"), "owner": owner}
            return Told(system=self._door.name, at=at, mention=row[self._names.mention], facts=facts)
        facts = {"segment": _at(row, self._names.segment), "owner": owner}
        if self._names.website:
            facts[WEBSITE] = _at(row, self._names.website)
        joined = accounts(row.get(self._names.accounts))
        return Told(system=self._door.name, at=at, customer=row["Id"], accounts=joined, facts=facts)

    async def _find(self, kind: str, key: str, values: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for some in by_size(values):
            among = ", ".join(f"'{_escaped(value)}'" for value in some)
            asked = f"SELECT Id, {key} FROM {kind} WHERE {key} IN ({among})"  # noqa: S608 - the values are escaped
            for row in await self._query(asked):
                found[row[key]] = row["Id"]
        return found

    async def _query(self, asked: str) -> list[Any]:
        """All rows of a SOQL query, page by page."""
        answer = await self._door.ask("GET", f"{self._data}/query", query={"q": asked})
        rows: list[Any] = []
        while True:
            if answer.status >= 400:
                raise Retry(f"{self._door.name} does not answer a query: {self._door.said(answer.value)}")
            rows += answer.value["records"]
            following = answer.value.get("nextRecordsUrl", "")
            if not following.startswith(f"{self._data}/query/"):
                return rows
            answer = await self._door.ask("GET", following)

    async def _send(self, path: str, records: Sequence[dict[str, Any]]) -> list[Done]:
        """Create or update these; what became of each, in order."""
        return [self._done(one) for one in await self._answers(path, records)]

    async def _answers(self, path: str, records: Sequence[dict[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """As `_send`, in Salesforce's own words."""
        if not records:
            return []
        body = {"allOrNone": False, "records": list(records)}
        answer = await self._door.ask("PATCH", self._collections + path, body)
        if answer.status >= 400:
            code, message = problem(answer)
            raise Reject(f"{self._door.name} refuses: {self._door.said(f'{code}: {message}')}", reason="refused")
        if len(answer.value) != len(records):
            raise Retry(f"{self._door.name} did not say what became of each record")
        return list(answer.value)

    def _gone(self, native: str, one: Mapping[str, Any]) -> Done:
        """What became of one that is to go: one that is gone already has gone."""
        return Done(native=native) if _is_gone(one) else self._done(one)

    def _done(self, one: Mapping[str, Any]) -> Done:
        if one["success"]:
            return Done(native=one["id"])
        first = one["errors"][0]
        if first["statusCode"] == LOCKED:
            raise Retry(f"{self._door.name}: somebody else changes the same record ({LOCKED})")
        return Done(refused=self._door.said(f"{first['statusCode']}: {first['message']}"))


def _changed(kind: str, keys: Sequence[str], fields: Sequence[str], since: datetime) -> str:
    """SOQL for what has one of these keys and was written since. Names come from settings that letters alone make up."""
    wanted = ", ".join(["Id", *keys, "SystemModstamp", *fields, "Owner.Name"])
    ours = " OR ".join(f"{key} != null" for key in keys)
    moment = f"{since:%Y-%m-%dT%H:%M:%SZ}"
    return f"SELECT {wanted} FROM {kind} WHERE ({ours}) AND SystemModstamp >= {moment} ORDER BY SystemModstamp"  # noqa: S608 - see above


def _record(kind: str, **fields: Any) -> dict[str, Any]:  # Any: JSON values
    return {"attributes": {"type": kind}, **fields}


def _is_gone(one: Mapping[str, Any]) -> bool:
    return not one["success"] and one["errors"][0]["statusCode"] in GONE


def _at(row: Mapping[str, Any], path: str) -> str | None:
    """The value at a path like Account.Type, as text."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return None if value is None else str(value)


def _escaped(value: str) -> str:
    """Within quotes of SOQL (quoted string escape sequences)."""
    escapes = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return "".join(escapes.get(letter, letter) for letter in value)
