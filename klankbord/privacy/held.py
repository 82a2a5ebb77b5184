"""Gathers all that is held of somebody, store by store: what `klankbord erase` would take, told instead."""

import asyncio
import base64
import csv
import io
import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from core.document import Filter, Stored
from core.errors import Stop
from core.ports import ArchiveReader, Record
from core.query import by_accounts
from core.time import now
from core.types import DeadLetter
from desk.held.document import File, Held, Json, Logged, Message
from desk.held.printed import pdf
from desk.store import holding
from desk.store.held_masks import without_staff
from desk.web.formats import Formats
from desk.web.words import load
from klankbord.configuration import Configuration
from klankbord.privacy.about import About, topics
from klankbord.stores import Stores

CHUNK = 5_000
_DAY = 86_400


class HeldOf:
    """desk.held.document.Asking over the stores of one data folder."""

    def __init__(self, configuration: Configuration, stores: Stores) -> None:
        self._configuration, self._stores = configuration, stores

    async def __call__(
        self, *, customer: str | None = None, accounts: tuple[str, ...] = (), messages: tuple[str, ...] = ()
    ) -> Held:
        stores, read = self._stores, self._configuration
        linked = await holding.accounts_of(stores.desk, customer) if customer is not None else ()
        authors = sorted({*accounts, *linked})
        archived = await _archived(stores.archive, authors, messages)
        ids = frozenset(messages) | {one.stored["enriched"]["mention"]["id"] for one in archived}
        found = await holding.hold(stores.desk, authors=authors, mentions=ids, customer=customer)
        about = About(ids, frozenset(authors), (*authors, *messages))
        return Held(
            made_at=now(),
            organisation=read.organisation.name,
            accounts=tuple(authors),
            messages=tuple(sorted(ids)),
            customers=found.customers,
            cases=found.cases,
            archive=tuple(
                msgspec.structs.replace(one, stored=without_staff(one.stored, found.systems)) for one in archived
            ),
            summaries=await _summaries(stores, found),
            desk={name: tuple(rows) for name, rows in found.tables.items()},
            log=tuple(
                [one for topic in topics(stores.sinks) for one in await _logged(stores, topic, about, found.systems)]
            ),
            files=tuple(await asyncio.to_thread(_files, stores.folder.exports, about)),
            told=tuple(sorted({str(row["sink"]) for row in found.tables.get("deliveries", ())})),
            keep_days={source.name: source.keep.total_seconds() / _DAY for source in read.sources},
            erased=any(map(stores.erased, (*authors, *messages))),
        )


def paper_of(held: Held, language: str, configuration: Configuration) -> bytes:
    """The PDF, in that language."""
    words = load(language)
    return pdf(held, words=words, form=Formats(words, configuration.organisation.zone, held.made_at))


def keep(path: Path, content: bytes) -> None:
    """Write it where its owner alone can read it. Raises Stop where it cannot be written, or something is there."""
    try:
        with open(path, "xb", opener=partial(os.open, mode=0o600)) as file:
            file.write(content)
    except FileExistsError:
        raise Stop(f"{path} is there already: name another file") from None
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}") from None


async def _archived(archive: ArchiveReader, authors: Sequence[str], messages: Sequence[str]) -> list[Message]:
    """All that these accounts wrote and these messages, out of sight or not, the oldest first."""
    where = Filter(query=by_accounts(authors), irrelevant=True, muted=True, drills=True, hidden=True)
    theirs = frozenset(authors)
    found: dict[str, Stored] = dict(await archive.several(messages))
    vectors: dict[str, int] = {}
    if authors:
        async for some in archive.scan(where):
            found |= {one.enriched.mention.id: one for one in some if one.enriched.mention.author.id in theirs}
        async for placed in archive.placed(where):
            vectors |= {one.mention: len(one.vector) for one in placed}
    vectors |= {name: len(one.vector) for name, one in (await archive.places(messages)).items()}
    oldest = sorted(found.values(), key=lambda one: (one.enriched.mention.created_at, one.enriched.mention.id))
    return [Message(stored=msgspec.to_builtins(one), vector=vectors.get(one.enriched.mention.id, 0)) for one in oldest]


async def _summaries(stores: Stores, found: holding.Held) -> dict[str, tuple[Json, ...]]:
    customers = await stores.archive.customers.get(found.customers)
    cases = await stores.archive.cases.get(found.cases)
    return {
        name: tuple(msgspec.to_builtins(one) for _, one in sorted(documents.items()))
        for name, documents in (("customers", customers), ("cases", cases))
    }


async def _logged(stores: Stores, topic: str, about: About, systems: frozenset[str]) -> list[Logged]:
    found: list[Logged] = []
    offset = 0
    while records := await stores.log.after(topic, offset, CHUNK):
        theirs = await asyncio.to_thread(lambda some: [one for one in some if about.record(one)], records)
        found += [
            Logged(topic=topic, offset=one.offset, key=_key(one, about), value=_value(one, about, systems))
            for one in theirs
        ]
        offset = records[-1].offset
    return [one for one in found if one.value]


def _key(record: Record, about: About) -> str:
    return record.key if about.row(record.key, record.key) else ""


def _value(record: Record, about: About, systems: frozenset[str]) -> Json | str:
    """As it was written, without who of the staff it was. Of what was set aside with others' messages, or cannot be read, no more
    than that it is there.
    """
    try:
        value: Json = without_staff(msgspec.json.decode(record.value, type=Json), systems)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "cannot be read" if record.value else ""
    if value.get("type") == DeadLetter.__struct_config__.tag:
        payload = value.pop("payload", "")
        if about.row(record.key, record.key):
            value["payload"] = _payload(payload, systems)
    if isinstance(value.get("vector"), str):
        value["vector"] = f"{len(value['vector'])} characters"
    return value


def _payload(encoded: str, systems: frozenset[str]) -> str:
    """What was set aside, in base64: whole where it is no JSON, and then of no judgement."""
    try:
        said = msgspec.json.decode(base64.b64decode(encoded))
    except (ValueError, msgspec.DecodeError):
        return encoded
    return base64.b64encode(msgspec.json.encode(without_staff(said, systems))).decode()


def _files(folder: Path, about: About) -> list[File]:
    found = [
        File(name=str(path.relative_to(folder)), rows=sum(_rows(path, about)))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return [one for one in found if one.rows]


def _rows(path: Path, about: About) -> Iterable[bool]:
    """Of each row whether it is about them."""
    match path.suffix:
        case ".jsonl":
            return map(about.line, path.read_bytes().splitlines(keepends=True))
        case ".csv":
            rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
            return (about.row(row.get("id"), row.get("author_id")) for row in rows)
        case ".parquet":
            from pyarrow import parquet  # noqa: PLC0415 - an extra, there where a Parquet export was made

            table = parquet.read_table(path, columns=["id", "author_id"])
            return map(about.row, table["id"].to_pylist(), table["author_id"].to_pylist())
        case _:
            return ()
