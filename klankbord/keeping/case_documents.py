"""Keeps one document a case, for dashboards: what changes a case marks it, and whoever has a mark is written anew.

1. Each event of a case leaves a mark in its transaction, that it is overdue, that it belongs to a crisis and an erasure too; time by `look_again`. 2. The cases with a mark are read
and their documents stored, or dropped where there is no such case any more. 3. Only then the marks go, but for those set since. A
crash anywhere writes again, and all of it can be written again at any time: nothing is added up.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import timedelta

from core.time import Clock, now
from desk.cases.document import document
from desk.cases.promised import Promised
from desk.store import cases, crises
from desk.store.touched import CASES as MARKS
from klankbord.keeping.persisting import now_and_then, persist
from klankbord.lending import Report
from klankbord.stores import Stores

NAME = "documents of cases"
AT_ONCE = 500
"""Cases written at a time."""
EVERY = 1.0
"""Seconds between looks for marks."""
AGAIN_EVERY = 600.0
"""Seconds between looks for what only time changes."""
COUNTED_FOR = timedelta(hours=6)
"""How long the document of a case that is not closed stands: it is found as open for longer than that after it was counted."""


class CaseDocuments:
    """The documents of this data folder's cases. `promised` says what the playbook in force promises; it raises Retry where there is none."""

    def __init__(self, stores: Stores, promised: Callable[[], Promised], *, clock: Clock = now) -> None:
        self._stores, self._promised, self._clock = stores, promised, clock
        self._began = clock()
        """What was counted before may be by another configuration: other hours."""

    async def write_touched(self) -> int:
        """Write whoever has a mark; how many. Raises Retry where an engine is away: what is not written keeps its mark."""
        number = 0
        while marks := await MARKS.waiting(self._stores.desk, AT_ONCE):
            await self._write(marks)
            await MARKS.done(self._stores.desk, marks)
            number += len(marks)
        return number

    async def look_again(self) -> None:
        """Mark whose document is missing, left over or of an earlier start, and those not closed whose document is old."""
        counted = await self._stores.archive.cases.counted()
        standing = await cases.every_state(self._stores.desk)
        old = self._clock() - COUNTED_FOR
        due = {
            one
            for one, state in standing.items()
            if one not in counted
            or counted[one] < self._began
            or (state is not cases.State.CLOSED and counted[one] < old)
        }
        await MARKS.add(self._stores.desk, {*due, *(counted.keys() - standing.keys())})

    async def _write(self, ids: Collection[str]) -> None:
        there = await cases.several(self._stores.desk, ids)
        promised, at = self._promised(), self._clock()
        kept = [one for one in there.values() if not self._stores.erased(one.author)]
        documents = self._stores.archive.cases
        belongs = await crises.of_cases(self._stores.desk, [one.id for one in kept])
        made = [
            document(
                one,
                promised.calendar(one.unit, one.severity),
                at,
                crisis=belongs[one.id].number if one.id in belongs else None,
            )
            for one in kept
        ]
        if made:
            await documents.put(made)
        gone = set(ids) - {one.id for one in kept}
        # Asked after they are written: whoever is erased from now on takes the document along.
        gone |= {one.id for one in kept if self._stores.erased(one.author)}
        await documents.drop(gone)


async def keep_case_documents(
    stores: Stores, promised: Callable[[], Promised], stop: asyncio.Event, report: Report
) -> None:
    """Until `stop` is set (klankbord.keeping.persisting). The archive beside it goes on."""
    keeping = CaseDocuments(stores, promised)
    work = now_and_then(keeping.look_again, keeping.write_touched, every=AGAIN_EVERY)
    await persist(work, stop, report, name=NAME, broken="they wait", every=EVERY)
