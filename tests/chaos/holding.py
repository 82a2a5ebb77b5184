"""Reads what archive, log and files hold in the end, for the checker."""

from core.document import Filter
from core.query import Word
from core.topics import DEAD, ENRICHED, MENTIONS, replay
from stream.replay import select
from tests.chaos.checker import MARK, Archived, Held

EVERYTHING = Filter(irrelevant=True, muted=True, drills=True)
GIVEN = "judgement"
ASKED = 60
"""Marks of old and deleted versions that the archive is searched for."""


async def listed(archive):
    """The archive's list, and its count."""
    found = []
    async for chunk in archive.scan(EVERYTHING):
        for stored in chunk:
            enriched = stored.enriched
            judged = {one.name: one.labels for one in enriched.findings if one.model == GIVEN}
            found.append(Archived(id=enriched.mention.id, text=enriched.mention.text, judged=judged))
    return Held(archived=found, count=await archive.count(EVERYTHING))


async def held(stores, ledger, *, files=None):
    """All of it; `files` is a folder none of whose files may hold deleted text."""
    shown = await listed(stores.archive)
    letters = [letter.payload async for _, letter in select(stores.log)]
    traces = {mark: "a dead letter" for payload in letters for mark in marks(payload)}
    for topic in (MENTIONS, ENRICHED, DEAD, replay("archive")):
        traces |= dict.fromkeys(await _in_log(stores.log, topic), f"log topic {topic}")
    if files:
        for path in sorted(path for path in files.rglob("*") if path.is_file()):
            traces |= dict.fromkeys(marks(path.read_bytes()), path.name)
    found = {mark: await _count(stores.archive, mark) for mark in _old(ledger)[:ASKED]}
    return Held(archived=shown.archived, count=shown.count, letters=letters, traces=traces, found=found)


def marks(content):
    return {found[0].decode() for found in MARK.finditer(content)}


async def _in_log(log, topic):
    there, offset = set(), 0
    while records := await log.after(topic, offset, 2_000):
        offset = records[-1].offset
        for record in records:
            there |= marks(record.value)
    return there


async def _count(archive, mark):
    return await archive.count(Filter(query=Word(pattern=mark), irrelevant=True, muted=True, drills=True))


def _old(ledger):
    """Marks that no search may find, of deleted and of replaced versions by turns."""
    gone = sorted(ledger.gone_marks)
    replaced = [mark for one in ledger.standing.values() for mark in one.marks[:-1]]
    return [mark for pair in zip(gone, replaced, strict=False) for mark in pair]
