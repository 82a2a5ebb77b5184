"""The running program tells what emerges, and tells the same after it was killed: all of it is made again from the archive."""

import os
import signal
from datetime import timedelta
from random import Random

from core.time import now
from desk.store import emerging
from klankbord.demo.timeline import timeline
from tests.desk.outage import outage
from tests.klankbord.program import Program, Run, children, file_source, line, until

ORDINARY = 260


def written(number, text, at):
    return line(number, text, author=f"account{number}", created_at=at.isoformat())


def ordinary():
    moment = now()
    told = [one for one in timeline(moment).messages if one.wanted and one.public and not one.crisis and one.final_text]
    past = Random(1).sample([one for one in told if one.at < moment - timedelta(hours=30)], ORDINARY)
    return [written(number, one.final_text, one.at) for number, one in enumerate(past)]


def heard(program):
    """What emerges, once it is known what is normal: (id, mentions) of each topic."""

    async def asked(stores):
        found = await emerging.now(stores.desk)
        return None if found is None or found.learned < 1 else found.topics

    return [(one.id, {member.mention for member in one.members}) for one in program.ask(asked) or ()]


def heard_of(program, least):
    """What emerges, once one topic of it has so many mentions: a topic may be told before all of it was heard."""
    found = heard(program)
    return any(len(mentions) >= least for _, mentions in found) and found


def test_what_emerges_is_the_same_after_a_kill_and_goes_on(tmp_path):
    source = file_source("in.jsonl", keep="400d")
    program = Program(tmp_path, source, monitors={"all": "source:file"}, enrich=("language", "sentiment"))
    program.add("in.jsonl", *ordinary())
    texts = [one.mention.text for one in outage(now())]
    with Run(program) as run:
        run.ready()
        until(lambda: len(program.stored()) == ORDINARY)
        program.add("in.jsonl", *[written(1000 + n, text, now()) for n, text in enumerate(texts[::2])])
        ((before, mentions),) = until(lambda: heard_of(program, len(texts[::2]) / 2))
        for number in [*children(run.process.pid).values(), run.process.pid]:
            os.kill(number, signal.SIGKILL)
    program.add("in.jsonl", *[written(2000 + n, text, now()) for n, text in enumerate(texts[1::2])])
    with program.running():
        ((after, more),) = until(lambda: [one for one in heard(program) if len(one[1]) > len(texts[::2])])
    assert after == before
    assert len(more & mentions) >= len(mentions) / 2
