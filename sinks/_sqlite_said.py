"""What people said, in the archive on SQLite: judgements and mutes, kept apart from what they are about."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import apsw
import msgspec

from core.codec import encode
from core.ports import Erased
from core.query import AnyNode
from core.time import milliseconds
from core.types import Judgement, Mute
from core.words import fold
from sinks._judged import outranks
from sinks._muted import silenced
from sinks._sqlite_keys import target
from sinks._sqlite_schema import rows

_judgement = msgspec.json.Decoder(Judgement).decode
_mute = msgspec.json.Decoder(Mute).decode

_AMONG = "(SELECT value FROM carray(?))"

Judgements = Mapping[str, Sequence[Judgement]]


class Said:
    """Keeps the latest judgement of each (mention, name) and the latest word on each mute."""

    def __init__(self, connection: apsw.Connection, *, erased: Erased) -> None:
        self._connection = connection
        self._erased = erased

    def judge(self, judgements: Sequence[Judgement]) -> set[str]:
        """Keep those that count; the mentions they are about."""
        latest: dict[tuple[str, str], Judgement] = {}
        known = judgements_of(self._connection, {said.mention for said in judgements})
        kept = {(one.mention, one.name): one for ones in known.values() for one in ones}
        for said in judgements:
            key = said.mention, said.name
            if outranks(said, latest.get(key, kept.get(key))) and not self._erased(said.mention):
                latest[key] = said
        insert = "INSERT OR REPLACE INTO judgements (mention, name, body) VALUES (?, ?, ?)"
        self._connection.executemany(insert, [(*key, encode(said)) for key, said in latest.items()])
        return {mention for mention, _ in latest}

    def mute(self, mutes: Sequence[Mute]) -> None:
        """Keep the latest word on each author or word."""
        insert = """INSERT INTO mutes (subject, at, body) VALUES (?, ?, ?)
            ON CONFLICT (subject) DO UPDATE SET at = excluded.at, body = excluded.body WHERE excluded.at >= at"""
        for mute in mutes:
            if mute.author and not self._erased(mute.author):
                self._connection.execute(insert, (f"author:{mute.author}", milliseconds(mute.at), encode(mute)))
            if mute.word:
                self._connection.execute(insert, (f"word:{fold(mute.word)}", milliseconds(mute.at), encode(mute)))

    def about(self, targets: Collection[bytes]) -> list[str]:
        """The judged mentions among those of which only the `target` is known."""
        judged = rows(self._connection, "SELECT DISTINCT mention FROM judgements")
        return [mention for (mention,) in judged if target(mention) in targets]

    def forget(self, *, mentions: Collection[str], authors: Sequence[str]) -> None:
        """What was said of these, gone as well."""
        if mentions:
            gone = (apsw.carray(tuple(mentions)),)
            self._connection.execute(f"DELETE FROM judgements WHERE mention IN {_AMONG}", gone)  # noqa: S608 - fixed text
        self._connection.executemany("DELETE FROM mutes WHERE subject = ?", [(f"author:{one}",) for one in authors])


def judgements_of(connection: apsw.Connection, mentions: Iterable[str]) -> Judgements:
    """The judgements that count, by mention."""
    asked = tuple(mentions)
    found: dict[str, list[Judgement]] = {}
    if not asked:
        return found
    select = f"SELECT mention, body FROM judgements WHERE mention IN {_AMONG} ORDER BY mention, name"  # noqa: S608 - fixed text
    for mention, body in connection.execute(select, (apsw.carray(asked),)):
        found.setdefault(mention, []).append(_judgement(body))
    return found


def muted(connection: apsw.Connection) -> tuple[list[str], list[AnyNode]]:
    """Author ids and words (as query nodes) that are muted now."""
    authors: list[str] = []
    words: list[AnyNode] = []
    for subject, body in connection.execute("SELECT subject, body FROM mutes ORDER BY subject"):
        mute = _mute(body)
        if mute.lifted:
            continue
        if subject.startswith("author:"):
            authors.append(subject.removeprefix("author:"))
        elif word := silenced(mute.word or ""):
            words.append(word)
    return authors, words
