"""Tryton's REST API as a Crm: searches for many at once, one record a request otherwise.

An opportunity's `reference` is the mention's id; Tryton does not keep it unique, so it is asked for first. A party's
`code` is unique by Tryton itself: a refusal of a code that is there means that somebody made it a moment ago.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import Denied
from core.time import Clock
from sinks._crm_http import Answer, Client, by_size
from sinks._crm_port import Changes, Contact, Done, Matter
from sinks._tryton_changes import Searches, spelled

OPPORTUNITY, PARTY = "sale.opportunity", "party.party"
MOST_CODES = 1_000
"""Letters of a search's values: as base64 within an address of 4,096."""


class Tryton:
    """core of sinks/tryton.py: see sinks._crm_port.Crm."""

    most = 50

    def __init__(self, client: Client, *, prefix: str, text: bool, accounts: bool, clock: Clock) -> None:
        self._client, self._prefix, self._text = client, prefix, text
        self._searches = Searches(client, accounts=accounts, clock=clock)

    async def find(self, mentions: Sequence[str]) -> Mapping[str, str]:
        """The oldest of each reference."""
        return await self._find(OPPORTUNITY, "reference", mentions)

    async def contacts(self, contacts: Sequence[Contact]) -> Sequence[Done]:
        """Parties that are known by their native id stay as they are: their codes are the organisation's own."""
        codes = [self._prefix + one.customer for one in contacts if not one.native]
        there = await self._find(PARTY, "code", codes)
        return [await self._contact(one, there.get(self._prefix + one.customer)) for one in contacts]

    async def put(self, matters: Sequence[Matter]) -> Sequence[Done]:
        there = await self.find([one.mention for one in matters])
        return [await self._matter(one, there.get(one.mention)) for one in matters]

    async def remove(self, natives: Sequence[str]) -> Sequence[Done]:
        return [await self._removed(native) for native in natives]

    async def changes(self, cursor: str | None) -> Changes:
        return await self._searches.changes(cursor)

    async def _find(self, model: str, field: str, values: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for some in by_size(values, MOST_CODES):
            query = {"d": spelled([[field, "in", list(some)]]), "o": spelled([["id", "DESC"]]), "f": field}
            answer = await self._client.ask("GET", f"/rest/model/{model}", query=query)
            if answer.status >= 400:
                raise Denied(f"{self._client.name} does not answer: {self._words(answer)}")
            found |= {one[field]: str(one["id"]) for one in answer.value}
        return found

    async def _contact(self, contact: Contact, there: str | None) -> Done:
        if native := contact.native or there:
            return Done(native=native)
        code = self._prefix + contact.customer
        body = {"name": _line(contact.name), "code": code}
        answer = await self._client.ask("POST", f"/rest/model/{PARTY}", body)
        if answer.status == 400 and (made := (await self._find(PARTY, "code", [code])).get(code)):
            return Done(native=made)
        return self._done(answer)

    async def _matter(self, matter: Matter, there: str | None) -> Done:
        values: dict[str, Any] = {
            "description": _line(matter.subject if self._text else matter.facts.partition("\n")[0]),
            "comment": matter.text if self._text else matter.facts,
            "party": int(matter.contact) if matter.contact else None,
        }
        if there is not None:
            answer = await self._client.ask("PUT", f"/rest/model/{OPPORTUNITY}/{there}", values)
            if answer.status != 404:
                return self._done(answer)
        values |= {"reference": matter.mention}
        return self._done(await self._client.ask("POST", f"/rest/model/{OPPORTUNITY}", values))

    async def _removed(self, native: str) -> Done:
        """Emptied, then cancelled, for only that may be deleted; what was lost becomes a lead again first."""
        place = f"/rest/model/{OPPORTUNITY}/{native}"
        await self._client.ask("PUT", place, {"description": None, "comment": None})
        answer = await self._ended(place, "cancel")
        if answer.status == 400:
            answer = await self._ended(place, "lead", "cancel")
        return Done(native=native) if answer.status == 404 else self._done(answer)

    async def _ended(self, place: str, *acts: str) -> Answer:
        for act in acts:
            await self._client.ask("POST", f"{place}/{act}", {})
        return await self._client.ask("DELETE", place)

    def _done(self, answer: Answer) -> Done:
        if answer.status >= 400:
            return Done(refused=self._words(answer))
        return Done(native=str(answer.value["id"]) if answer.value else "")

    def _words(self, answer: Answer) -> str:
        value = answer.value
        if not isinstance(value, dict):
            return self._client.said(answer.text)
        return self._client.said(f"{value.get('message', '')} {value.get('description', '')}")


def _line(text: str) -> str:
    """One line without what Tryton takes in no line (trytond/model/fields/char.py): breaks, tabs, other controls."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
