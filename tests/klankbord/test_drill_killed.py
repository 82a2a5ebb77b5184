"""A drill whose player is killed in the middle, beside the real program."""

import os
import signal
from functools import partial

from sqlalchemy import update

from core.time import now
from desk.store import crises, drills
from desk.store.crises import State as Stands
from desk.store.crisis_tables import drills as drill_rows
from desk.store.drills import State
from klankbord.drills.ending import UNSEEN
from tests.klankbord.program import Run, until
from tests.klankbord.test_crises_watch import ordinary
from tests.klankbord.test_drill import PATIENCE, made, nothing_real, played


async def latest(stores):
    """Its last drill and that drill's crisis, once it has one."""
    drill = next(iter(await drills.listed(stores.desk)), None)
    return drill, next(iter(await crises.of_drill(stores.desk, drill.id)), None) if drill else None


def rings(program, number):
    """Whether the drill of that number has a crisis."""
    drill, crisis = program.ask(latest)
    return drill.number == number and crisis is not None


async def longer_ago(drill, stores):
    """Its player was seen last so much earlier that it is missed."""
    earlier = update(drill_rows).where(drill_rows.c.id == drill.id).values(seen_at=drill.seen_at - 2 * UNSEEN)
    async with stores.desk.writing() as connection:
        await connection.execute(earlier)


async def kept(drill, stores):
    """Whether anything that was said in it is still archived."""
    identifiers = [f"drill:{drill.id}-{number}" for number in range(50)]
    return await stores.archive.several(identifiers)


def test_a_player_that_is_killed_leaves_nothing_live_and_the_next_drill_is_played(tmp_path):
    program = made(tmp_path, sinks=[{"use": "sqlite"}, {"use": "events"}])
    program.ask(lambda stores: stores.archive.restore(ordinary(now())))
    with Run(program) as run:
        until(lambda: "the page: http" in run.said(), within=PATIENCE)
        with played(program) as player:
            until(lambda: program.ask(latest)[1] or player.poll() is not None, within=PATIENCE)
            os.kill(player.pid, signal.SIGKILL)
            assert player.wait() == -signal.SIGKILL
        drill, crisis = program.ask(latest)
        assert (drill.state, crisis.running) == (State.PLAYING, True)
        nothing_real(program, ())
        program.ask(partial(longer_ago, drill))
        until(lambda: not program.ask(latest)[1].running, within=PATIENCE)
        ended, stood = program.ask(latest)
        assert (ended.id, ended.state, ended.reason) == (drill.id, State.CALLED_OFF, "its player stopped")
        assert (stood.state, stood.reason) == (Stands.ENDED, "the drill was called off: its player stopped")
        assert "its player stopped" in program.command("drill report").output
        with played(program) as player:
            until(lambda: rings(program, drill.number + 1) or player.poll() is not None, within=PATIENCE)
            again, another = program.ask(latest)
        assert (again.number, again.state, another.drill) == (drill.number + 1, State.PLAYING, again.id)
        assert not program.ask(partial(kept, drill))
