"""Says what is planned: a file that grows, a webhook that is pushed to, a Jetstream, and people's words into the log."""

import asyncio
import json

import aiohttp

from core.codec import encode
from core.errors import Retry
from core.tasks import end
from core.time import MILLISECOND, milliseconds, now
from core.topics import JUDGEMENTS
from core.types import Judgement
from tests.chaos.naming import author_of, did, mention_of
from tests.chaos.plan import Delete, Judge, Leave, Poison, Say

AGAIN_AFTER = 0.2
AT_ONCE = 50
POST = "app.bsky.feed.post"
DURABLE = (202, 400)
"""Answers after which the sender may forget: stored, or set aside because nothing in it could be used."""


class Feeding:
    """Gives each act to where it belongs, in order there, and sends again until it was taken."""

    def __init__(self, *, file, webhook, player, log):
        self._file, self._webhook, self._player, self._log = file, webhook, player, log
        self._pushes, self._appends = asyncio.Queue(), asyncio.Queue()
        self._tasks = [asyncio.create_task(self._push()), asyncio.create_task(self._append())]

    def give(self, batch):
        """One batch of the plan."""
        for act in batch:
            match act:
                case Judge():
                    self._judge(act)
                case Poison(where="file" | "webhook" | "bluesky") | Say() | Delete() | Leave():
                    self._say(act, act.where if isinstance(act, Poison) else act.connector)
                case Poison():
                    self._appends.put_nowait((act.where, act.token, b"\xff\xfe " + act.token.encode()))

    def waiting(self):
        """How many acts were not taken yet by the webhook or the log."""
        return self._pushes.qsize() + self._appends.qsize() + self._pushing + self._appending

    async def close(self):
        await end(self._tasks)

    def failed(self):
        """The error that ended a part of this, if one did."""
        return next((task.exception() for task in self._tasks if task.done() and not task.cancelled()), None)

    _pushing = _appending = 0

    def _say(self, act, connector):
        match connector:
            case "file":
                with self._file.open("ab") as file:
                    file.write(line(act))
            case "webhook":
                self._pushes.put_nowait(line(act))
            case "bluesky":
                self._player.push(event(act))

    def _judge(self, act):
        said = Judgement(mention=mention_of(act), name=act.name, labels=act.labels, by="ruth", at=_times.next())
        self._appends.put_nowait((JUDGEMENTS, said.mention, encode(said)))

    async def _push(self):
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            while True:
                lines = [await self._pushes.get()]
                while not self._pushes.empty() and len(lines) < AT_ONCE:
                    lines.append(self._pushes.get_nowait())
                self._pushing = len(lines)
                await again(self._pushed, session, b"".join(lines))
                self._pushing = 0

    async def _pushed(self, session, body):
        try:
            headers = {"Content-Type": "application/x-ndjson"}
            async with session.post(self._webhook, data=body, headers=headers) as answer:
                return answer.status in DURABLE
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _append(self):
        while True:
            topic, key, value = await self._appends.get()
            self._appending = 1
            await again(self._appended, topic, key, value)
            self._appending = 0

    async def _appended(self, topic, key, value):
        try:
            await self._log.append(topic, [(key, value)])
        except Retry:
            return False
        return True


async def again(send, *what):
    """Send until it was taken."""
    while not await send(*what):  # noqa: ASYNC110 - whom it is sent to is another program
        await asyncio.sleep(AGAIN_AFTER)


def words(act):
    return f"de klank klinkt {'breekpunt ' if act.breaks else ''}{act.mark} vandaag"


class _Times:
    """The time at the sources: no two things happen in one millisecond."""

    def __init__(self):
        self._last = now()

    def next(self):
        self._last = max(now(), self._last + MILLISECOND)
        return self._last


_times = _Times()


def stamp():
    return _times.next().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(act):
    """An act as a line of JSON, for the file and the webhook alike."""
    match act:
        case Say():
            said = {"id": str(act.number), "text": words(act), "author_id": f"a{act.author}"}
            times = {"created_at": stamp()} if act.version == 1 else {"edited_at": stamp()}
            said |= times if act.timed else {}
        case Delete(connector="webhook"):
            said = {"id": str(act.number), "deleted": True} | ({"deleted_at": stamp()} if act.timed else {})
        case Delete():
            said = _gone(mention_of(act), "mention", "deleted")
        case Leave():
            said = _gone(author_of(act.connector, act.author), "author", "account gone")
        case Poison():
            return b'{"id": "' + act.token.encode() + b'", "text": "klank \n'
    return json.dumps(said).encode() + b"\n"


def _gone(target, scope, reason):
    return {"type": "deletion", "target": target, "scope": scope, "at": stamp(), "reason": reason}


def event(act):
    """An act as an event of a Jetstream."""
    match act:
        case Say():
            record = {"$type": POST, "text": words(act), "createdAt": stamp()}
            return _commit(act, "create" if act.version == 1 else "update", {"record": record})
        case Delete():
            return _commit(act, "delete", {})
        case Leave():
            account = {"active": False, "status": "deleted"}
            return {"did": did(act.author), "kind": "account", "account": account, "time_us": _micros()}
        case Poison():
            commit = {"operation": "create", "collection": POST, "rkey": act.token, "rev": "r"}
            return {"did": "did:plc:nobody", "kind": "commit", "commit": commit, "time_us": _micros()}


def _commit(act, operation, more):
    commit = {"operation": operation, "collection": POST, "rkey": str(act.number), "rev": "r"}
    return {"did": did(act.author), "kind": "commit", "commit": commit | more, "time_us": _micros()}


def _micros():
    return milliseconds(_times.next()) * 1000
