"""The archive on an engine of the test session, empty at the start of each test."""

from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

from core.ports import Tools
from core.time import now
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks import elasticsearch
from sinks._elastic_client import Engine
from sinks._elastic_schema import Names


@asynccontextmanager
async def opened(
    url, folder, erased=frozenset(), *, prefix="test", clock=now, report=print, lets_go=timedelta(0), **settings
):
    tools = Tools(clock=clock, random=Random(1), cache=folder, report=report)
    chosen = elasticsearch.Settings(url=url, prefix=prefix, at_once=True, lets_go=lets_go, **settings)
    build = elasticsearch.build(chosen, tools, erased=erased.__contains__, matches=matches, spans=highlights)
    async with build as archive:
        yield archive


async def emptied(url, prefix="test"):
    """Take away all indices under the prefix."""
    names = Names(prefix)
    engine = Engine(elasticsearch.Settings(url=url))
    try:
        found = await engine.ask("GET", "/_cat/indices", h="index", format="txt")
        mine = [name for name in found.decode().split() if name.startswith(f"{names.prefix}-")]
        if mine:
            await engine.ask("DELETE", "/" + ",".join(mine))
    finally:
        await engine.close()
