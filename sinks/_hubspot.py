"""HubSpot's CRM API as a Crm: batches of 100, upserts by a property with unique values, partial answers (207).

An input's `objectWriteTraceId` comes back in the error about it (api-reference/latest/error-handling, multi-status errors).
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from core.errors import Denied, Reject, Retry
from core.time import Clock
from sinks._crm_http import Answer, Client
from sinks._crm_port import Changes, Contact, Done, Matter
from sinks._hubspot_changes import Properties, Searches

NOTE_TO_CONTACT = 202
"""HubSpot's own association type (docs/api-reference/crm-associations-v4/guide, association type id values)."""

WAITS = {"DAILY": 900.0, "TEN_SECONDLY_ROLLING": 10.0, "SECONDLY": 1.0}
"""Seconds to wait by the policy that a 429 names, where it has no Retry-After; a day's limit is asked again now and then."""

MISSING = "OBJECT_NOT_FOUND"


class HubSpot:
    """core of sinks/hubspot.py: see sinks._crm_port.Crm."""

    most = 100

    def __init__(self, client: Client, version: str, properties: Properties, *, clock: Clock) -> None:
        self._client, self._properties = client, properties
        self._objects, self._associations = f"/crm/objects/{version}", f"/crm/associations/{version}/notes/contacts"
        self._searches = Searches(client, version, properties, clock=clock)

    async def find(self, mentions: Sequence[str]) -> Mapping[str, str]:
        return await self._find("notes", self._properties.mention, mentions)

    async def contacts(self, contacts: Sequence[Contact]) -> Sequence[Done]:
        """Those whose native id is known get our id; the others are found by it, and made where they are not there."""
        key = self._properties.customer
        known = {one.customer: one.native for one in contacts if one.native}
        there = await self._find("contacts", key, [one.customer for one in contacts if not one.native])
        new = [one for one in contacts if not one.native and one.customer not in there]
        marked = [_input(native, {key: customer}) for customer, native in known.items()]
        made = [_input(one.customer, {key: one.customer, "lastname": one.name}, key) for one in new]
        done = dict(zip(known, await self._batch("contacts", "update", marked), strict=True))
        done |= zip((one.customer for one in new), await self._batch("contacts", "upsert", made, key), strict=True)
        done |= {customer: Done(native=native) for customer, native in there.items()}
        return [done[one.customer] for one in contacts]

    async def put(self, matters: Sequence[Matter]) -> Sequence[Done]:
        """The note first, then whose it is: both can be done again."""
        key = self._properties.mention
        inputs = [
            _input(
                one.mention,
                {key: one.mention, "hs_timestamp": f"{one.at:%Y-%m-%dT%H:%M:%S}Z", "hs_note_body": _html(one.text)},
                key,
            )
            for one in matters
        ]
        done = list(await self._batch("notes", "upsert", inputs, key))
        await self._belong("archive", [(one.native, matter.left) for one, matter in zip(done, matters, strict=True)])
        refused = await self._belong(
            "create", [(one.native, matter.contact) for one, matter in zip(done, matters, strict=True)]
        )
        return [Done(refused=refused[one.native]) if one.native in refused else one for one in done]

    async def remove(self, natives: Sequence[str]) -> Sequence[Done]:
        """Words first: what is archived can be restored for 90 days."""
        blank = [_input(native, {"hs_note_body": ""}) for native in natives]
        done = await self._batch("notes", "update", blank)
        inputs = {"inputs": [{"id": native} for native in natives]}
        answer = await self._client.ask("POST", f"{self._objects}/notes/batch/archive", inputs)
        if answer.status >= 400:
            raise Reject(self._said(answer), reason="refused")
        return [Done(refused=None if MISSING in (one.refused or MISSING) else one.refused) for one in done]

    async def changes(self, cursor: str | None) -> Changes:
        return await self._searches.changes(cursor)

    async def _find(self, kind: str, key: str, values: Sequence[str]) -> dict[str, str]:
        if not values:
            return {}
        body = {"idProperty": key, "properties": [key], "inputs": [{"id": value} for value in values]}
        answer = await self._client.ask("POST", f"{self._objects}/{kind}/batch/read", body)
        if answer.status >= 400:
            raise Denied(f"{self._said(answer)}; {key} has to be a property of {kind} with unique values")
        return {one["properties"][key]: one["id"] for one in answer.value["results"]}

    async def _batch(self, kind: str, act: str, inputs: Sequence[dict[str, Any]], key: str = "id") -> list[Done]:
        """What became of each input: by its id where it is native, else by the property that holds it."""
        if not inputs:
            return []
        answer = await self._client.ask("POST", f"{self._objects}/{kind}/batch/{act}", {"inputs": list(inputs)})
        if answer.status >= 400:
            raise Reject(self._said(answer), reason="refused")
        taken = {_named(one, key): one["id"] for one in answer.value["results"]}
        wrong = {name: error for error in answer.value.get("errors", ()) for name in _about(error)}
        return [self._done(one["id"], taken, wrong) for one in inputs]

    def _done(self, name: str, taken: Mapping[str, str], wrong: Mapping[str, Any]) -> Done:
        if name in taken:
            return Done(native=taken[name])
        if name in wrong:
            error = wrong[name]
            return Done(refused=f"{error.get('category', '')}: {self._client.said(error.get('message', error))}")
        raise Retry(f"{self._client.name} did not say what became of a record")

    async def _belong(self, act: str, pairs: Sequence[tuple[str, str | None]]) -> Mapping[str, str]:
        """Make or end what these notes have to do with these contacts; why it was refused, by note."""
        wanted = [(note, contact) for note, contact in pairs if note and contact]
        if not wanted:
            return {}
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": NOTE_TO_CONTACT}]
        inputs: list[dict[str, Any]] = [
            {"from": {"id": note}, "to": {"id": contact}, "types": types}
            if act == "create"
            else {"from": {"id": note}, "to": [{"id": contact}]}
            for note, contact in wanted
        ]
        answer = await self._client.ask("POST", f"{self._associations}/batch/{act}", {"inputs": inputs})
        if answer.status >= 400:
            raise Reject(self._said(answer), reason="refused")
        errors = (answer.value or {}).get("errors", ())
        return {note: self._client.said(error.get("message", error)) for error in errors for note in _about(error)}

    def _said(self, answer: Answer) -> str:
        return f"{self._client.name} refuses ({answer.status}): {self._client.said(_message(answer))}"


def judge(name: str) -> Callable[[Answer], None]:
    """What HubSpot means by an error, where it is its own."""

    def judged(answer: Answer) -> None:
        value = answer.value if isinstance(answer.value, dict) else {}
        policy = value.get("policyName")
        if answer.status == 429 and "retry-after" not in answer.headers and policy in WAITS:
            raise Retry(f"{name}: HubSpot's limit {policy} is reached", after=WAITS[policy])
        if answer.status == 400 and "PROPERTY_DOESNT_EXIST" in str(value):
            raise Denied(f"{name}: a property that docs/crm.md names is not there: {str(value.get('message'))[:200]}")

    return judged


def _input(name: str, properties: Mapping[str, str], key: str | None = None) -> dict[str, Any]:
    by = {} if key is None else {"idProperty": key}
    return {"id": name, "properties": dict(properties), "objectWriteTraceId": name, **by}


def _named(result: Mapping[str, Any], key: str) -> str:
    """Which input a result is of: by our trace id where it is given back, else by the id or the property that held it."""
    given = result.get("objectWriteTraceId") or (result["id"] if key == "id" else result["properties"].get(key))
    return str(given)


def _about(error: Mapping[str, Any]) -> Sequence[str]:
    """Which inputs an error is about: by our trace id, else by the ids it names."""
    context = error.get("context", {})
    return [*context.get("objectWriteTraceId", ()), *context.get("ids", ()), *context.get("fromObjectId", ())]


def _message(answer: Answer) -> Any:  # Any: whatever its JSON holds
    return answer.value.get("message", answer.value) if isinstance(answer.value, dict) else answer.text


def _html(text: str) -> str:
    """A note's body is HTML."""
    return escape(text, quote=False).replace("\n", "<br>")
