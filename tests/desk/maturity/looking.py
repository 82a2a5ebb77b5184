"""What the evidence of some needs comes to, and marks of answers that are some of it."""

from dataclasses import replace
from datetime import timedelta

from desk.answering.trust import Kind, Mark
from desk.maturity.evidence import matured
from desk.store import trust
from tests.desk.corpus import NOW


async def told(looked, *names, playbook=None):
    """(answer, some, all) of these needs."""
    with_rules = replace(looked, playbook=playbook or looked.playbook)
    found = {one.name: one.evidence for stand in (await matured(with_rules, NOW)).levels for one in stand.needs}
    return [(found[name].answer.value, found[name].some, found[name].all) for name in names]


async def marked(looked, staff, number=1, *, by="carla"):
    async with looked.database.writing() as connection:
        for one in staff:
            at = NOW - timedelta(days=9 - number)
            mark = Mark(person=one.id, topic="", answer=f"{number}", kind=Kind.APPROVED, at=at, by=by)
            await trust.mark(connection, mark)
