"""How mentions enter the archive on SQLite: the greater order key wins, and each version meets what is known of it."""

from array import array
from collections.abc import Collection, Mapping, Sequence

import apsw
import msgspec
from msgspec.structs import replace

from core.codec import encode
from core.document import Group
from core.findings import KNOWN, NAMES, KnownFinding
from core.ports import Erased
from core.time import Clock, milliseconds
from core.types import Enriched, Judgement
from sinks import _judged
from sinks._sqlite_authors import Authors
from sinks._sqlite_gone import Gone
from sinks._sqlite_keys import digest, digests, target
from sinks._sqlite_names import Names
from sinks._sqlite_rows import Row
from sinks._sqlite_said import judgements_of
from sinks._sqlite_schema import DRILL, HIDDEN, HISTORY, IRRELEVANT
from sinks._sqlite_schema import rows as all_rows
from sinks._stored import Labels, content_ms, drill, heard_by, history, labels
from sinks._tombstone import NONE, Tombstone

_enriched = msgspec.json.Decoder(Enriched).decode

_DOCUMENTS = """
INSERT OR REPLACE INTO documents (id, digest, mention, order_key, arrived, tokens, body, vector)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_OWN = ("id", "created", "seen", "state", "author", "copy", "followers", "engagement")
_COUNTED = ("source", "kind", "site", "language", "monitors", "heard", *NAMES)
"""Columns of what a mention is counted by, in the order of Labels."""
_FACTS = f"""
INSERT OR REPLACE INTO facts ({", ".join(_OWN + _COUNTED)}) VALUES ({", ".join("?" for _ in _OWN + _COUNTED)})
"""  # noqa: S608 - fixed text
_RECOUNT = f"UPDATE facts SET state = ?, {', '.join(f'{column} = ?' for column in _COUNTED)} WHERE id = ?"  # noqa: S608 - fixed text
MOST_KNOWN = 50_000
_KNOWN = """
SELECT d.mention, d.id, d.order_key, d.arrived, d.tokens, f.author
FROM documents d JOIN facts f ON f.id = d.id WHERE d.digest IN (SELECT value FROM carray(?))
"""
_AGAIN = """
SELECT d.id, d.body, d.mention, f.state FROM documents d JOIN facts f ON f.id = d.id
WHERE d.digest IN (SELECT value FROM carray(?))
"""


class Known(msgspec.Struct):
    """What is stored of a mention already."""

    number: int
    order_key: int
    arrived: int
    tokens: str
    author: int


class Mentions:
    """The storing half of the writer; every method runs inside the caller's transaction."""

    def __init__(
        self, connection: apsw.Connection, *, gone: Gone, authors: Authors, clock: Clock, erased: Erased
    ) -> None:
        self._connection = connection
        self._gone, self._authors = gone, authors
        self._clock, self._erased = clock, erased
        self._names = Names(connection)
        self._counted: dict[Labels, tuple[int | None, ...]] = {}

    def forget(self) -> None:
        """Drop what is remembered of the names: a transaction that gave out numbers was taken back."""
        self._names.forget()
        self._counted.clear()

    def store(self, rows: Sequence[Row]) -> None:
        """Store those that win over what is there and over every tombstone."""
        known = self._known(rows)
        new = self._winners(rows, known)
        if not new:
            return
        tombstones = self._gone.tombstones(
            part for row in new for part in (row.mention, row.enriched.mention.author.id)
        )
        kept = [row for row in new if not _removed(row, tombstones)]
        if not kept:
            return
        self._insert(kept, known, tombstones)

    def recount(self, mentions: Collection[str]) -> None:
        """Count these stored mentions again after what was said of them."""
        if not mentions:
            return
        said = judgements_of(self._connection, mentions)
        for number, body, mention, state in all_rows(self._connection, _AGAIN, (apsw.carray(digests(mentions)),)):
            ones = said.get(mention, ())
            enriched = _judged.judged(_enriched(body), ones)
            flag = IRRELEVANT if _judged.irrelevant(ones) else 0
            self._connection.execute(_RECOUNT, (state & ~IRRELEVANT | flag, *self._numbers(labels(enriched)), number))

    def assign(self, monitor: str, numbers: "array[int]") -> int:
        """Add the monitor to these documents' routing where it is not there yet."""
        select = "SELECT id, body FROM documents WHERE id IN (SELECT value FROM carray(?))"
        given = 0
        for number, body in all_rows(self._connection, select, (apsw.carray(numbers),)):
            enriched = _enriched(body)
            if monitor in enriched.routing.monitors:
                continue
            routing = replace(enriched.routing, monitors=(*enriched.routing.monitors, monitor))
            changed = encode(replace(enriched, routing=routing))
            self._connection.execute("UPDATE documents SET body = ? WHERE id = ?", (changed, number))
            bundle = self._names.bundle(Group.MONITOR, routing.monitors)
            self._connection.execute("UPDATE facts SET monitors = ? WHERE id = ?", (bundle, number))
            given += 1
        return given

    def _known(self, rows: Sequence[Row]) -> Mapping[str, Known]:
        if not rows:
            return {}
        asked = (apsw.carray(digests(row.mention for row in rows)),)
        return {row[0]: Known(*row[1:]) for row in all_rows(self._connection, _KNOWN, asked)}

    def _winners(self, rows: Sequence[Row], known: Mapping[str, Known]) -> Sequence[Row]:
        best: dict[str, Row] = {}
        retained = dict(self._connection.execute("SELECT source, before FROM retention"))
        for row in rows:
            rival: Row | Known | None = best.get(row.mention) or known.get(row.mention)
            if rival is not None and rival.order_key >= row.order_key and not _again(row, rival.order_key):
                continue
            if row.seen < retained.get(heard_by(row.enriched.mention), row.seen):
                continue
            if not self._erased(row.mention) and not self._erased(row.enriched.mention.author.id):
                best[row.mention] = row
        return list(best.values())

    def _insert(self, rows: Sequence[Row], known: Mapping[str, Known], tombstones: Mapping[bytes, Tombstone]) -> None:
        authors = self._authors.numbers((row.enriched.mention.author, row.seen) for row in rows)
        said = judgements_of(self._connection, [row.mention for row in rows])
        numbered = self._numbered(rows, known)
        arrived = milliseconds(self._clock())
        documents, facts, words, changed, left = [], [], [], [], array("q")
        for number, row in numbered:
            old, author = known.get(row.mention), authors[row.enriched.mention.author.id]
            came = row.arrived or (old.arrived if old else arrived)
            content = (row.order_key, came, row.tokens, row.body, row.vector)
            documents.append((number, digest(row.mention), row.mention, *content))
            facts.append(self._facts(number, row, author, said.get(row.mention, ()), tombstones))
            if old is None or old.tokens != row.tokens:
                words.append((number, row.tokens))
            if old is not None and old.tokens != row.tokens:
                changed.append((number,))
            if old is not None and old.author != author:
                left.append(old.author)
        self._connection.executemany("DELETE FROM words WHERE rowid = ?", changed)
        self._connection.executemany(_DOCUMENTS, documents)
        self._connection.executemany(_FACTS, facts)
        self._connection.executemany("INSERT INTO words (rowid, tokens) VALUES (?, ?)", words)
        self._authors.drop(left)

    def _numbered(self, rows: Sequence[Row], known: Mapping[str, Known]) -> list[tuple[int, Row]]:
        """Each row with its number, ascending: the index takes documents in order without flushing between them."""
        after = self._connection.execute("SELECT coalesce(max(id), 0) FROM documents").get
        stored = [(known[row.mention].number, row) for row in rows if row.mention in known]
        fresh = [row for row in rows if row.mention not in known]
        return sorted(stored, key=lambda pair: pair[0]) + list(enumerate(fresh, after + 1))

    def _facts(
        self,
        number: int,
        row: Row,
        author: int,
        said: Sequence[Judgement],
        tombstones: Mapping[bytes, Tombstone],
    ) -> tuple[int | None, ...]:
        found = labels(_judged.judged(row.enriched, said) if said else row.enriched)
        state = (DRILL if drill(row.enriched) else 0) | (HISTORY if history(row.enriched) else 0)
        if said and _judged.irrelevant(said):
            state |= IRRELEVANT
        if tombstones and _hidden(row, tombstones):
            state |= HIDDEN
        own = (number, row.created, row.seen, state, author, row.copy, row.followers, row.engagement)
        return own + (self._counted.get(found) or self._numbers(found))

    def _numbers(self, found: Labels) -> tuple[int | None, ...]:
        name, bundle = self._names.number, self._names.bundle
        if len(self._counted) > MOST_KNOWN:
            self.forget()
        numbers = self._counted[found] = (
            name(Group.SOURCE, found.source),
            name(Group.KIND, found.kind),
            name(Group.SITE, found.site) if found.site else None,
            name(Group.LANGUAGE, found.language),
            bundle(Group.MONITOR, found.monitors),
            name("heard", found.heard),
            *(self._found(known, labels) for known, labels in zip(KNOWN, found.found, strict=True)),
        )
        return numbers

    def _found(self, known: KnownFinding, labels: tuple[str, ...] | None) -> int | None:
        counted = known.counted(labels)
        if known.several:
            return self._names.bundle(known.group, counted)
        return self._names.number(known.group, counted[0]) if counted else None


def _again(row: Row, order_key: int) -> bool:
    """Whether it is that version as another archive has it now, which may have been given monitors since."""
    return row.arrived is not None and row.order_key == order_key


def _over(row: Row, tombstones: Mapping[bytes, Tombstone]) -> tuple[Tombstone, Tombstone]:
    mention = row.enriched.mention
    return tombstones.get(target(mention.id), NONE), tombstones.get(target(mention.author.id), NONE)


def _removed(row: Row, tombstones: Mapping[bytes, Tombstone]) -> bool:
    return bool(tombstones) and any(one.removes(content_ms(row.order_key)) for one in _over(row, tombstones))


def _hidden(row: Row, tombstones: Mapping[bytes, Tombstone]) -> bool:
    return any(one.hides(content_ms(row.order_key)) for one in _over(row, tombstones))
