"""The demo's sources as a part of their own: servers that other containers read, and the configuration that points there.

What was played is remembered in the folder, so that a later start tells the same past and goes on where it was.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from core.time import now
from klankbord import configuration
from klankbord.demo.messages import Timeline
from klankbord.demo.native import hackernews
from klankbord.demo.play import Demo
from klankbord.demo.setting import write
from klankbord.demo.show import arrive
from klankbord.demo.stage import Place, Stage, serve
from klankbord.demo.timeline import SEED, timeline
from klankbord.demo.truth import expected
from klankbord.lending import Report
from klankbord.stores import open_stores

REVIEWS = 8421
KNOCK_EVERY = 1.0
PATIENCE = 1200.0


class Told(msgspec.Struct, frozen=True):
    """What was played: when the past ends, whether it has arrived, and the last message said live."""

    now: datetime
    arrived: bool = False
    last: int = 0


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Names of the other containers, and the page's port."""

    ingest: str
    page: str
    port: int


class Players:
    """The demo's sources for a program that runs elsewhere. `house` says where that keeps what it hears."""

    def __init__(self, folder: Path, place: Place, neighbours: Neighbours, house: Mapping[str, Any]) -> None:
        self._folder, self._place, self._neighbours, self._house = folder, place, neighbours, house
        self._file = folder / "told.json"
        self._told = self._remembered()

    async def play(self, report: Report, tell: str) -> None:
        """Serve the past, tell when it has arrived, and `tell`, and go on live until cancelled."""
        past = timeline(self._told.now, SEED)
        stage = Stage(folder=self._folder, timeline=past)
        async with serve(stage, self._place) as addresses:
            config = write(self._folder, addresses, port=REVIEWS, since=self._told.now, house=self._house)
            self._remember(self._told)
            _go_on(stage, self._told.last)
            report("the demo's sources are there; its 28 days are read as soon as the other parts run")
            await self._until_page()
            demo = self._demo(config, past, stage)
            if not self._told.arrived:
                await self._arrive(demo, report)
            report("new messages come in from now on")
            for line in tell.splitlines():
                report(line)
            await demo.live(after=self._told.last, noted=self._note)

    def _demo(self, config: Path, past: Timeline, stage: Stage) -> Demo:
        return Demo(
            configuration=config,
            timeline=past,
            truth=expected(past),
            stage=stage,
            pushed_to=f"http://{self._neighbours.ingest}:{REVIEWS}/",
        )

    async def _arrive(self, demo: Demo, report: Report) -> None:
        async with open_stores(configuration.read(demo.configuration), report) as stores:
            shown = await arrive(demo, stores, lambda _done, _expected: None, patience=PATIENCE)
        report(f"28 days are there: {shown.archived:,} messages in {shown.seconds:.0f} s")
        for difference in shown.differences or ("nothing: every count equals the ground truth",):
            report(f"differs from the ground truth: {difference}")
        self._remember(msgspec.structs.replace(self._told, arrived=True))

    async def _until_page(self) -> None:
        """Wait until the page answers: then the parts and what they need are there."""
        url = f"http://{self._neighbours.page}:{self._neighbours.port}/healthz"
        async with aiohttp.ClientSession(headers={"Host": "127.0.0.1"}) as session:
            while True:
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(url) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(KNOCK_EVERY)

    def _note(self, number: int) -> None:
        self._remember(msgspec.structs.replace(self._told, last=max(self._told.last, number)))

    def _remembered(self) -> Told:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Told)
        except FileNotFoundError:
            return Told(now())

    def _remember(self, told: Told) -> None:
        self._told = told
        made = self._file.with_suffix(".new")
        made.write_bytes(msgspec.json.encode(told))
        made.replace(self._file)


def _go_on(stage: Stage, last: int) -> None:
    """Ids of items follow one another: those that were given in an earlier play are not given again."""
    if last:
        first = max(stage.said, default=0)
        stage.items[last] = hackernews.FIRST + 2 + len(stage.items) + last - first
