"""One chaos run: says the plan at a pace, lets the faults come, waits for calm, and compares."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from core.errors import KlankbordError
from klankbord import configuration
from klankbord.logs import open_log
from klankbord.stores import open_stores
from tests.chaos.checker import check
from tests.chaos.feeding import Feeding
from tests.chaos.holding import held, listed
from tests.chaos.ledger import ledger_of
from tests.chaos.plan import BATCH, plan
from tests.chaos.schedule import schedule

AWAY = (KlankbordError, OSError)


@dataclass(frozen=True, kw_only=True)
class Form:
    """How long and how hard.

    rate          acts a second
    rounds        how often each fault comes
    poison_every  so many batches
    calm          seconds to wait at most until everything has arrived
    """

    seed: int
    messages: int
    rate: float
    rounds: int
    poison_every: int
    calm: float


LONG = Form(seed=20261125, messages=20_000, rate=70, rounds=3, poison_every=100, calm=180)
SHORT = Form(seed=20261125, messages=700, rate=60, rounds=1, poison_every=8, calm=600)


async def play(stage, form, report):
    """The verdict, and sentences on what else went wrong."""
    batches = plan(form.seed, form.messages, poison_every=form.poison_every)
    ledger = ledger_of(batches)
    async with stage.open():
        read = configuration.read(stage.config)
        async with open_log(read, report, patience=60) as log:
            await stage.listens()
            feeding = Feeding(file=stage.file, webhook=stage.webhook, player=stage.player, log=log)
            try:
                await _say(stage, feeding, batches, form)
                report("everything is said, all faults are over")
                await _calm(stage, feeding, ledger, form)
            finally:
                await feeding.close()
        badly = [f"{name} ended with code {code}" for name, code in (await stage.stop()).items()]
        badly += [f"{name} said a stack trace" for name in stage.traces()]
        async with open_stores(read, report, patience=60) as stores:
            verdict = check(ledger, await held(stores, ledger, files=stage.private))
    return verdict, badly


async def _say(stage, feeding, batches, form):
    """The plan, with each fault at its time; returns when all faults are over."""
    coming, running = schedule(form.seed, stage.faults, rounds=form.rounds), []
    started = monotonic()
    for place, batch in enumerate(batches):
        feeding.give(batch)
        while coming and coming[0][0] <= place / len(batches):
            _, kind = coming.pop(0)
            stage.report(f"{place / len(batches):4.0%} {kind}")
            fault = stage.faults.get(kind) or getattr(stage, kind)
            running.append(asyncio.create_task(fault()))
        for task in (task for task in running if task.done()):
            task.result()
        if feeding.failed():
            raise feeding.failed()
        await asyncio.sleep(max(0.0, started + (place + 1) * BATCH / form.rate - monotonic()))
    await asyncio.gather(*running)


async def _calm(stage, feeding, ledger, form):
    """Returns when everything arrived that should, or after a while; then the checker says what did not."""
    deadline = monotonic() + form.calm
    replays = 3
    async with open_stores(configuration.read(stage.config), stage.report, patience=form.calm) as stores:
        while monotonic() < deadline:
            with suppress(*AWAY):
                quiet = not feeding.waiting() and not any(row.lag for row in await stores.log.state())
                shown = await listed(stores.archive) if quiet else None
                if shown and check(ledger, shown).arrived:
                    return
                if shown and replays:
                    stage.report(f"{shown.count} of {len(ledger.standing)} are archived; what was set aside goes back")
                    replays -= 1
                    await stage.succeeds("dead", "replay", "--stage", "stream")
            await asyncio.sleep(1)
    stage.report(f"no calm within {form.calm:.0f} seconds")
