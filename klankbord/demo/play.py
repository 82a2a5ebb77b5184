"""Plays the demo: the sources on free ports, the past ready to be read, a configuration for the real program."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from core.time import now as wall_clock
from deploy.engines.ports import free_ports
from klankbord.demo import live
from klankbord.demo.messages import Said, Source, Timeline
from klankbord.demo.native import reviews
from klankbord.demo.setting import write
from klankbord.demo.stage import TOKEN, Stage, serve
from klankbord.demo.timeline import SEED, timeline
from klankbord.demo.truth import Truth, expected

A_PUSH = 60
KNOCK_EVERY = 0.3


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo being played.

    configuration  the klankbord.yaml to run
    truth          what must be in the archive once the past has arrived
    chat           where to read what the webcare team was told
    tracker        where to read the issues that rising topics became
    """

    configuration: Path
    timeline: Timeline
    truth: Truth
    stage: Stage
    pushed_to: str
    chat: str = ""
    tracker: str = ""

    async def load(self) -> None:
        """Push the past reviews once the program listens for them; all else it reads by itself. Returns when done."""
        events = reviews.events(self.timeline)
        async with aiohttp.ClientSession() as session:
            for start in range(0, len(events), A_PUSH):
                await self._push(session, events[start : start + A_PUSH])

    async def ask(self, said: Sequence[Said]) -> int:
        """Say these now, after the past and before `live`; how many they are."""
        async with aiohttp.ClientSession() as session:
            for message in said:
                self.stage.introduce(message.author)
                await self._say(session, message, changed=False)
        return len(said)

    async def live(
        self, *, pace: float = live.PACE, after: int = 0, noted: Callable[[int], None] = lambda _: None
    ) -> None:
        """Say new things about every `pace` seconds, until cancelled.

        after  the last number said in an earlier play; `noted` hears each new one
        """
        async with aiohttp.ClientSession() as session:
            async for said, changed in live.messages(self.timeline, wall_clock, pace=pace, after=after):
                noted(said.number)
                await self._say(session, said, changed=changed)

    async def _say(self, session: aiohttp.ClientSession, said: Said, *, changed: bool) -> None:
        if changed:
            self.stage.change(said)
        elif said.source is Source.REVIEWS:
            await self._push(session, list(reviews.of_message(said)))
        else:
            self.stage.say(said)

    async def _push(self, session: aiohttp.ClientSession, events: Sequence[Mapping[str, Any]]) -> None:
        """Deliver the events; as a good sender does, again and again until they are taken."""
        body = json.dumps(list(events), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/cloudevents-batch+json; charset=utf-8",
            "Authorization": f"Bearer {TOKEN}",
        }
        while True:
            try:
                async with session.post(self.pushed_to, data=body, headers=headers) as answer:
                    if answer.status < 500 and answer.status != 429:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(KNOCK_EVERY)


@asynccontextmanager
async def play(folder: Path, *, now: datetime | None = None, seed: int = SEED) -> AsyncIterator[Demo]:
    """Serve the demo's sources as long as this is open, with configuration and playbook written into `folder`.

    now  when the 28 days end; the moment of the call by default
    """
    async with perform(folder, timeline(now or wall_clock(), seed)) as demo:
        yield demo


@asynccontextmanager
async def perform(folder: Path, told: Timeline) -> AsyncIterator[Demo]:
    """As `play`, of a timeline already told."""
    stage = Stage(folder=folder, timeline=told)
    async with serve(stage) as addresses:
        (port,) = free_ports(1)
        yield Demo(
            configuration=write(folder, addresses, port=port, since=told.now),
            timeline=told,
            truth=expected(told),
            stage=stage,
            pushed_to=f"http://127.0.0.1:{port}/",
            chat=addresses.chat,
            tracker=addresses.tracker,
        )
