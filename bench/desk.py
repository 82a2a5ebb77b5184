"""Agents who work on cases at once, over HTTP: how long each of what they do takes, from the request to the whole answer."""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from random import Random
from statistics import quantiles
from typing import Any

from aiohttp import ClientSession, CookieJar

from bench._distributed import row

NAMES = ("desk_actions_p95_seconds",)
AGENTS, CASES, SECONDS, PAUSE = 50, 500, 25.0, 5.0
ACTS = ("look", "look", "open", "open", "open", "claim", "claim", "note", "tag", "close")
_FORM, _CASE = re.compile(r'name="csrf" value="([^"]+)"'), re.compile(r'name="case" value="(\d+ \d+)"')


def run(rounds: int = 5) -> list[dict[str, Any]]:  # noqa: ARG001 - one long round says more of the slowest than five short ones
    """Everything that fifty agents do in a while."""
    with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder:
        command = [sys.executable, "-m", "bench._desk_served", folder, str(CASES), str(AGENTS)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as serving:
            assert serving.stdout is not None
            url, *links = serving.stdout.readline().split()
            seconds, refused = asyncio.run(_measured(url, links))
            serving.communicate("")
    p95 = quantiles(seconds, n=20)[-1]
    workload = (
        f"{AGENTS} agents with a browser session each and a pause of {PAUSE:.0f} s on average between actions, for {SECONDS:.0f} s "
        f"on {CASES} open cases: the inbox, a case with its thread, claim, note, tag, close; page, archive and desk database in "
        f"one process on files, the agents in another; {len(seconds):,} actions, {refused} of them too late, the longest "
        f"{max(seconds):.2f}"
    )
    return [row(NAMES[0], p95, "s", workload, "<= 0.2", holds=p95 <= 0.2)]


async def _measured(url: str, links: list[str]) -> tuple[list[float], int]:
    seconds: list[float] = []
    ends = time.monotonic() + SECONDS
    async with asyncio.TaskGroup() as group:
        agents = [group.create_task(_Agent(url, link, number, seconds).work(ends)) for number, link in enumerate(links)]
    return seconds, sum(agent.result() for agent in agents)


class _Agent:
    """One agent in a browser of their own."""

    def __init__(self, url: str, link: str, number: int, seconds: list[float]) -> None:
        self._url, self._link, self._random, self._seconds = url, link, Random(number), seconds
        self._form, self._cases = "", list[str]()

    async def work(self, ends: float) -> int:
        """Until that time; how often somebody else was first."""
        refused = 0
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
            await asyncio.sleep(self._random.uniform(0, PAUSE))
            async with browser.get(self._link) as answer:
                assert answer.ok
            await self._look(browser)
            while time.monotonic() < ends:
                await asyncio.sleep(self._random.uniform(0, 2 * PAUSE))
                act = self._random.choice(ACTS)
                began = time.perf_counter()
                refused += await self._do(browser, act)
                self._seconds.append(time.perf_counter() - began)
        return refused

    async def _do(self, browser: ClientSession, act: str) -> bool:
        case = self._random.choice(self._cases)
        if act == "look":
            await self._look(browser)
            return False
        if act == "open":
            async with browser.get(f"{self._url}/case", params={"number": case.split()[0]}) as answer:
                assert answer.ok
                await answer.read()
            return False
        told = {"csrf": self._form, "case": case, "act": act, "text": "called back", "tag": "lift", "reason": "solved"}
        headers = {"Origin": self._url, "Accept": "application/json"}
        async with browser.post(f"{self._url}/cases", data=told, headers=headers) as answer:
            assert answer.ok, await answer.text()
            return bool((await answer.json())["refused"])

    async def _look(self, browser: ClientSession) -> None:
        async with browser.get(f"{self._url}/cases") as answer:
            assert answer.ok
            page = await answer.text()
        (self._form, *_), self._cases = _FORM.findall(page), _CASE.findall(page)
