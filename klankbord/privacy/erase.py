"""Erasure on request: out of every store, remembered so that it does not come back, told with count and time.

The order matters: first it is remembered, so that nothing comes in again behind us; then it is taken out, last of the
archive, which knows what an author wrote: an erasure that is cut short finds all of it again.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from core.errors import Retry
from core.ports import Documents, Log
from desk.store import cases, erasing, touched
from klankbord.privacy.about import About, topics
from klankbord.privacy.archived import written_by
from klankbord.stores import Stores

CHUNK = 5_000
TRIES = 4


@dataclass(frozen=True)
class Erased:
    """What was taken out of one store, and how long that took."""

    store: str
    removed: int
    seconds: float


async def erase(
    stores: Stores, *, mentions: Sequence[str] = (), authors: Sequence[str] = (), customers: Sequence[str] = ()
) -> AsyncIterator[Erased]:
    """Erase these mention and author ids, store by store. Idempotent: a second call finds nothing left.

    customers  with all that they stand for, and their accounts among `authors`
    """
    stores.erased.add([*mentions, *authors, *await erasing.names_of(stores.desk, customers)])
    about = About(frozenset(mentions) | await _written_by(stores, authors), frozenset(authors), (*mentions, *authors))
    for topic in topics(stores.sinks):
        yield await _timed(f"log topic {topic}", partial(_out_of_log, stores.log, topic, about))
    started = monotonic()
    paths = [path for path in sorted(stores.folder.exports.rglob("*")) if path.is_file()]
    yield Erased("exports", sum(_out_of_export(path, about) for path in paths), monotonic() - started)
    theirs = {*await _customers_of(stores, about), *customers}
    known = await _cases_of(stores, about)
    pictures, reports = stores.archive.customers, stores.archive.cases
    before = (await pictures.get(theirs)).keys() | (await reports.get(known)).keys()
    yield await _timed("desk", partial(_out_of_desk, stores, about, customers))
    went = known - (await cases.several(stores.desk, known)).keys()
    yield await _timed("cases", partial(_documents_out, reports, went, before))
    yield await _timed("customers", partial(_documents_out, pictures, theirs, before))
    yield await _timed("archive", partial(stores.archive.erase, mentions=mentions, authors=authors))
    await touched.add(stores.desk, theirs)  # what is left of them is counted anew


async def _timed(store: str, work: Callable[[], Awaitable[int]]) -> Erased:
    """Done even where a running program has the file locked for long: tried again a few times, then Retry is raised."""
    started = monotonic()
    for _ in range(TRIES):
        with suppress(Retry):
            return Erased(store, await work(), monotonic() - started)
        await asyncio.sleep(1)
    return Erased(store, await work(), monotonic() - started)


async def _written_by(stores: Stores, authors: Sequence[str]) -> frozenset[str]:
    return frozenset(
        [mention for author in authors for mention in await written_by(stores.archive, author, hidden=True)]
    )


async def _customers_of(stores: Stores, about: About) -> Sequence[str]:
    """Customers whose documents tell of these authors, or count what is erased of others."""
    stored = await stores.archive.several(sorted(about.mentions))
    authors = about.authors | {one.enriched.mention.author.id for one in stored.values()}
    return await stores.archive.customers.holding(authors)


async def _cases_of(stores: Stores, about: About) -> set[str]:
    """Cases that may go with these."""
    found = {one.id for several in (await cases.of_mentions(stores.desk, about.mentions)).values() for one in several}
    for author in about.authors:
        asked = cases.Asked(author=author, states=tuple(cases.State))
        found |= {one.id for one in await cases.listed(stores.desk, asked, most=CHUNK)}
    return found


async def _documents_out(documents: Documents[Any], ids: set[str], before: Collection[str]) -> int:
    """How many there were, whoever took them out: a running program that sees the desk change drops them too."""
    await documents.drop(ids)
    return len(ids & set(before))


async def _out_of_desk(stores: Stores, about: About, customers: Sequence[str]) -> int:
    """What sinks sent they take back themselves: see desk/store/erasing.py."""
    key = stores.folder.secret()
    return await erasing.erase(
        stores.desk,
        mentions=about.mentions,
        authors=about.authors,
        customers=customers,
        sinks=stores.sending,
        key=key,
    )


async def _out_of_log(log: Log, topic: str, about: About) -> int:
    keys: set[str] = set()
    offset = 0
    while records := await log.after(topic, offset, CHUNK):
        keys.update(record.key for record in records if about.record(record))
        offset = records[-1].offset
    # Also where nothing is left: an earlier try may have been cut short before it cleared the write-ahead log.
    return await log.forget(topic, sorted(keys), doomed=about.record)


def _out_of_export(path: Path, about: About) -> int:
    """Rewrite an export without the rows of the erased; returns how many rows went."""
    rewrite: Callable[[Path, About], int] | None = {".jsonl": _jsonl, ".csv": _csv, ".parquet": _parquet}.get(
        path.suffix
    )
    return rewrite(path, about) if rewrite else 0


def _jsonl(path: Path, about: About) -> int:
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if not about.line(line)]
    return _replaced(path, b"".join(kept), len(lines) - len(kept))


def _csv(path: Path, about: About) -> int:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    kept = [row for row in rows if not about.row(row.get("id"), row.get("author_id"))]
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    return _replaced(path, text.getvalue().encode("utf-8-sig"), len(rows) - len(kept))


def _parquet(path: Path, about: About) -> int:
    from pyarrow import parquet  # noqa: PLC0415 - an extra, there where a Parquet export was made

    table = parquet.read_table(path)
    pairs = zip(table["id"].to_pylist(), table["author_id"].to_pylist(), strict=True)
    kept = [not about.row(mention, author) for mention, author in pairs]
    if not all(kept):
        part = _part(path)
        parquet.write_table(table.filter(kept), part)
        part.replace(path)
    return len(kept) - sum(kept)


def _replaced(path: Path, content: bytes, removed: int) -> int:
    if removed:
        part = _part(path)
        part.write_bytes(content)
        part.replace(path)
    return removed


def _part(path: Path) -> Path:
    """Where a file is written before it takes the place of another: whole, and readable by its owner alone."""
    part = path.with_name(path.name + ".erasing")
    part.touch(mode=0o600)
    return part
