"""Whether a record of the log or a row of an export is about somebody: for telling them what is held, and for erasing it."""

import re
from collections.abc import Sequence

import msgspec

from core.codec import decode
from core.errors import Reject
from core.ports import Record
from core.topics import DEAD, ENRICHED, EVENTS, JUDGEMENTS, MENTIONS, replay
from core.types import DeadLetter, Deletion, Enriched, Judgement, Mention, Mute
from klankbord.privacy.naming import written


def topics(sinks: Sequence[str]) -> tuple[str, ...]:
    """The log topics that may hold something of somebody, with the replays of these sinks."""
    return (MENTIONS, ENRICHED, JUDGEMENTS, EVENTS, DEAD, *map(replay, sinks))


class About:
    """Some mentions and authors; `named` are those asked for."""

    def __init__(self, mentions: frozenset[str], authors: frozenset[str], named: Sequence[str]) -> None:
        self.mentions, self.authors = mentions, authors
        self._raw = re.compile(b"|".join(written(name) for name in (*mentions, *authors)) or b"(?!)")
        self._names = [msgspec.json.encode(name)[1:-1] for name in named]

    def record(self, record: Record) -> bool:
        """Whether it is about them; what cannot be read and may be counts."""
        if record.key in self.mentions or record.key in self.authors:
            return True
        try:
            message = decode(record.value) if self._may_name(record.value) else None
        except Reject:
            return True
        match message:
            case Mention() as mention:
                return self.mention(mention)
            case Enriched(mention=mention):
                return self.mention(mention)
            case DeadLetter(payload=payload):
                return self._raw.search(payload) is not None
            case Deletion(target=name) | Judgement(mention=name):
                return name in self.mentions or name in self.authors
            case Mute(author=author):
                return author in self.authors
            case _:
                return False

    def mention(self, mention: Mention) -> bool:
        return self.row(mention.id, mention.author.id)

    def row(self, mention: str | None, author: str | None) -> bool:
        """Whether that message or that author is one of them."""
        return mention in self.mentions or author in self.authors

    def line(self, line: bytes) -> bool:
        """Whether a line of JSON that an export wrote is about them."""
        try:
            return self.mention(msgspec.json.decode(line, type=Enriched).mention)
        except (msgspec.DecodeError, UnicodeDecodeError):  # a line that no export of ours wrote
            return False

    def _may_name(self, value: bytes) -> bool:
        return b'"dead"' in value[:20] or any(name in value for name in self._names)
