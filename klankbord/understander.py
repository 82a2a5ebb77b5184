"""The understanding part, a process of its own: the stream runner with the enrichers and the one encoder pass.

It appends to the log what it made of each mention, and remembers nothing that a kill -9 may not take.
"""

import asyncio
from contextlib import AsyncExitStack

from core.errors import Misconfigured
from core.tasks import happens
from core.time import now
from core.topics import DEAD, MENTIONS
from klankbord.configuration import Configuration
from klankbord.failing import telling
from klankbord.folder import Folder
from klankbord.health.watched import LOG, Watched, looking
from klankbord.lending import Report, tools
from klankbord.logs import PATIENCE, open_log, runner
from klankbord.options import hush
from klankbord.privacy.erasures import Erasures
from klankbord.rules import RULES_EVERY, Rules, current
from klankbord.understanding import Understanding, understanding
from stream.step import make_step

GROUP = "stream"
MODEL = "model"
AT_ONCE = 512


async def work(configuration: Configuration, stop: asyncio.Event, report: Report, watched: Watched) -> None:
    """Understand what is heard until `stop` is set, then finish what is in flight."""
    folder = Folder(configuration.data)
    rules = Rules(configuration.playbook, hush)  # the listener tells of changes
    erased = Erasures(folder.erased, folder.secret())
    measured = watched.measured
    watched.awaits(LOG)
    watched.needs(MODEL)
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(configuration, report, patience=PATIENCE))
        given = tools(folder.cache, report, measured)
        chain = await stack.enter_async_context(understanding(configuration, rules, given))
        watched.has(MODEL)
        await stack.enter_async_context(looking(watched, {LOG: lambda: log.count(DEAD)}))
        step = current(make_step(chain, rules.route, clock=now, measured=measured), rules)
        run = runner(configuration)
        running = run(log, step, topic=MENTIONS, group=GROUP, stop=stop, measured=measured, report=report, most=AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(running)
                group.create_task(_follow(rules, chain, erased, stop, report))
        except BaseExceptionGroup as failures:
            failure = telling(failures)
            raise failure from failure.__cause__


async def _follow(rules: Rules, chain: Understanding, erased: Erasures, stop: asyncio.Event, report: Report) -> None:
    """Take a changed playbook in force, topics and aspects included; drop what the chain remembers of texts that were erased."""
    known, told = erased.version(), _told(rules)
    while not stop.is_set():
        rules.refresh()
        if told != _told(rules) or known != erased.version():
            known, told = erased.version(), _told(rules)
            try:
                await chain.renew()
            except Misconfigured as error:
                report(f"the enrichers stay as they were: {error}")
        await happens(stop, within=RULES_EVERY)


def _told(rules: Rules) -> tuple[object, object]:
    """What of the playbook the enrichers are built from."""
    return rules.playbook.topics, rules.playbook.aspects
