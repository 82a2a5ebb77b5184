"""Zendesk's API as a Crm: 100 tickets a call where it takes many; made one by one, for that alone is idempotent.

A ticket's first comment can never be changed, so the author's words stand in a field, and the comment holds a link.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from core.errors import Denied, Reject, Retry
from core.time import Clock
from sinks._crm_http import Answer, Client, by_size
from sinks._crm_port import Changes, Contact, Done, Matter
from sinks._zendesk_changes import Exports, Fields

TOGETHER = 4
"""Requests under way at once, where there is one a ticket."""

LOOK_EVERY = 0.25
"""Seconds between looks whether a job is done."""

P = ParamSpec("P")
Answered = TypeVar("Answered")


class Zendesk:
    """core of sinks/zendesk.py: see sinks._crm_port.Crm."""

    most = 100

    def __init__(self, client: Client, fields: Fields, patience: timedelta, clock: Clock) -> None:
        self._client, self._fields, self._patience = client, fields, patience.total_seconds()
        self._exports = Exports(client, fields, clock=clock)
        self._turns = asyncio.Semaphore(TOGETHER)
        self._me: int | None = None

    async def find(self, mentions: Sequence[str]) -> Mapping[str, str]:
        """By external id, which Zendesk lets several tickets share: the oldest."""
        found = await asyncio.gather(*(self._turn(self._oldest, mention) for mention in mentions))
        return {mention: native for mention, native in zip(mentions, found, strict=True) if native}

    async def contacts(self, contacts: Sequence[Contact]) -> Sequence[Done]:
        """Users whose native id is known get our id in a field; the others are found by external id, or made."""
        there = await self._users([one.customer for one in contacts if not one.native and "," not in one.customer])
        return await asyncio.gather(*(self._turn(self._contact, one, there) for one in contacts))

    async def put(self, matters: Sequence[Matter]) -> Sequence[Done]:
        """Those that are there are changed together, the others made."""
        there = await self._present([one.native for one in matters if one.native])
        missing = [one.mention for one in matters if one.native not in there]
        natives = {one.mention: one.native for one in matters if one.native in there}
        natives |= await self.find(missing)
        old = [one for one in matters if natives.get(one.mention)]
        changed = [{"id": int(natives[one.mention] or 0), **await self._changed(one)} for one in old]
        done = dict(zip((one.mention for one in old), await self._update(changed), strict=True))
        new = [one for one in matters if one.mention not in done]
        made = await asyncio.gather(*(self._turn(self._make, one) for one in new))
        done |= zip((one.mention for one in new), made, strict=True)
        return [done[one.mention] for one in matters]

    async def remove(self, natives: Sequence[str]) -> Sequence[Done]:
        """Deleted, then deleted for good: a ticket that is only deleted can be restored for 30 days."""
        if there := await self._present(natives):
            await self._job("DELETE", "/api/v2/tickets/destroy_many", ids=",".join(sorted(there)))
        await self._job("DELETE", "/api/v2/deleted_tickets/destroy_many", ids=",".join(natives))
        left = await self._present(natives)
        refused = f"{self._client.name} says that the ticket was deleted, and it is there"
        return [Done(refused=refused) if native in left else Done(native=native) for native in natives]

    async def changes(self, cursor: str | None) -> Changes:
        return await self._exports.changes(cursor)

    async def _turn(self, act: Callable[P, Awaitable[Answered]], *given: P.args, **named: P.kwargs) -> Answered:
        async with self._turns:
            return await act(*given, **named)

    async def _oldest(self, mention: str) -> str | None:
        answer = await self._client.ask("GET", "/api/v2/tickets", query={"external_id": mention})
        self._well(answer)
        same = [one["id"] for one in answer.value["tickets"] if one["external_id"] == mention]
        return str(min(same)) if same else None

    async def _present(self, natives: Sequence[str]) -> set[str]:
        """Those of these tickets that are there."""
        if not natives:
            return set()
        answer = await self._client.ask("GET", "/api/v2/tickets/show_many", query={"ids": ",".join(natives)})
        self._well(answer)
        return {str(one["id"]) for one in answer.value["tickets"]}

    async def _make(self, matter: Matter) -> Done:
        key = hashlib.sha256(matter.key.encode()).hexdigest()
        link = matter.facts.rpartition("\n")[2]
        ticket = {
            **await self._changed(matter),
            "external_id": matter.mention,
            "comment": {"body": f"Heard by klankbord: {link}", "public": False},
            "tags": ["klankbord"],
        }
        answer = await self._client.ask("POST", "/api/v2/tickets", {"ticket": ticket}, headers={"Idempotency-Key": key})
        if answer.status >= 400:
            return Done(refused=self._client.said(answer.value or answer.text))
        return Done(native=str(answer.value["ticket"]["id"]))

    async def _changed(self, matter: Matter) -> dict[str, Any]:
        """What a ticket is to say. One that belongs to nobody belongs to our own user, as one of Zendesk's rules."""
        ticket: dict[str, Any] = {"subject": matter.subject}
        if self._fields.text is not None:
            ticket["custom_fields"] = [{"id": self._fields.text, "value": matter.text}]
        if matter.contact or matter.left:
            ticket["requester_id"] = int(matter.contact) if matter.contact else await self._myself()
        return ticket

    async def _myself(self) -> int:
        if self._me is None:
            answer = await self._client.ask("GET", "/api/v2/users/me")
            self._well(answer)
            self._me = int(answer.value["user"]["id"])
        return self._me

    async def _update(self, tickets: Sequence[dict[str, Any]]) -> Sequence[Done]:
        """One at once where it is one; as a job where they are more."""
        if len(tickets) > 1:
            results = {
                str(one.get("id")): one for one in await self._job("PUT", "/api/v2/tickets/update_many", tickets)
            }
            return [self._result(str(ticket["id"]), results) for ticket in tickets]
        return [await self._alone(ticket) for ticket in tickets]

    async def _alone(self, ticket: Mapping[str, Any]) -> Done:
        native = str(ticket["id"])
        said = {name: value for name, value in ticket.items() if name != "id"}
        answer = await self._client.ask("PUT", f"/api/v2/tickets/{native}", {"ticket": said})
        return Done(refused=self._client.said(answer.value)) if answer.status >= 400 else Done(native=native)

    def _result(self, native: str, results: Mapping[str, Mapping[str, Any]]) -> Done:
        one = results.get(native)
        if one is None:
            raise Retry(f"{self._client.name} did not say what became of a ticket")
        if one.get("success") is True:
            return Done(native=native)
        return Done(refused=self._client.said(f"{one.get('error', '')}: {one.get('details', '')}"))

    async def _job(
        self, method: str, path: str, tickets: Sequence[dict[str, Any]] | None = None, **query: str
    ) -> Sequence[Mapping[str, Any]]:
        """Begin a job and wait until it is done, as long as an answer may take; its results, one a ticket or one for all."""
        body = None if tickets is None else {"tickets": list(tickets)}
        answer = await self._client.ask(method, path, body, query=query)
        if answer.status == 404:
            return []
        if answer.status >= 400:
            raise Reject(f"{self._client.name} refuses: {self._client.said(answer.value)}", reason="refused")
        job, waited = answer.value["job_status"], 0.0
        while job["status"] in {"queued", "working"}:
            if waited > self._patience:
                raise Retry(f"{self._client.name}: a job does not end")
            await asyncio.sleep(LOOK_EVERY)
            waited += LOOK_EVERY
            answer = await self._client.ask("GET", f"/api/v2/job_statuses/{job['id']}")
            self._well(answer)
            job = answer.value["job_status"]
        if job["status"] != "completed":
            raise Retry(f"{self._client.name}: a job {job['status']}: {self._client.said(job.get('message') or '')}")
        results = job.get("results") or []
        return results if isinstance(results, list) else [results]

    async def _users(self, customers: Sequence[str]) -> dict[str, str]:
        """Native ids of the users with these external ids."""
        found: dict[str, str] = {}
        for some in by_size(customers):
            answer = await self._client.ask("GET", "/api/v2/users/show_many", query={"external_ids": ",".join(some)})
            self._well(answer)
            found |= {one["external_id"]: str(one["id"]) for one in answer.value["users"]}
        return found

    async def _contact(self, contact: Contact, there: Mapping[str, str]) -> Done:
        ours = {self._fields.customer: contact.customer}
        if contact.customer in there:
            return Done(native=there[contact.customer])
        if contact.native:
            user: dict[str, Any] = {"user_fields": ours}
            answer = await self._client.ask("PUT", f"/api/v2/users/{contact.native}", {"user": user})
        else:
            user = {
                "name": contact.name,
                "external_id": contact.customer,
                "user_fields": ours,
                "skip_verify_email": True,
            }
            answer = await self._client.ask("POST", "/api/v2/users/create_or_update", {"user": user})
        if answer.status >= 400:
            return Done(refused=self._client.said(answer.value or answer.text))
        return Done(native=str(answer.value["user"]["id"]))

    def _well(self, answer: Answer) -> None:
        """What only asks is never refused but for a mistake in our settings."""
        if answer.status >= 400:
            raise Denied(f"{self._client.name} does not answer: {self._client.said(answer.value or answer.text)}")
