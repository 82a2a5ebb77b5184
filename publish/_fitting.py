"""What is looked at before an answer goes out, and before anything of it does. Pure."""

import re
from datetime import datetime

from core.errors import Reject
from core.ports import Publisher
from core.types import CLOCKS_APART, OPEN, Parent, Published, Refusal, Reply

_NUMBER = re.compile(r"[A-Za-z0-9_-]+")


def fit(publisher: Publisher, reply: Reply, *, now: datetime, where: str) -> None:
    """Raises Reject where the answer has no words or too many, or its time is over."""
    if not reply.text.strip():
        raise Reject("an answer without words cannot go out", reason=Refusal.FORBIDDEN)
    length, most = publisher.length(reply.text, reply.parent), publisher.most(reply.parent)
    if length > most:
        raise Reject(f"{where} takes {most} characters, and this is {length}", reason=Refusal.LONG)
    ends = publisher.window(reply.parent)
    if ends is not None and now >= ends:
        raise Reject(
            f"{where} lets nobody answer this since {ends:%Y-%m-%d %H:%M} UTC; its author has to write again",
            reason=Refusal.CLOSED,
        )


def public(parent: Parent, where: str) -> None:
    """Raises Reject where the answer would be read by everybody, and what it answers was not."""
    if parent.visibility not in OPEN:
        raise Reject(
            f"answers at {where} are public, and this message is not ({parent.visibility})", reason=Refusal.FORBIDDEN
        )


def native(mention: str, source: str) -> str:
    """The source's own id in a mention's. Raises Reject where it is a mention of another source."""
    name, _, rest = mention.partition(":")
    if name != source or not rest:
        raise Reject(f"{mention[:80]} is no message of {source}", reason=Refusal.FORBIDDEN)
    return rest


def path_of(number: str) -> str:
    """The number as a part of a path. Raises Reject where it holds what no id does and a path would follow."""
    if not _NUMBER.fullmatch(number):
        raise Reject(f"{number[:80]} is no id", reason=Refusal.FORBIDDEN)
    return number


def since(reply: Reply) -> datetime:
    """What stood at the source before is not this answer."""
    return reply.at - CLOCKS_APART


def chosen(found: list[Published], reply: Reply) -> Published | None:
    """Of what may be this answer the one that is, oldest first; the others are its copies. None where all are other answers."""
    ours = [one for one in found if one.id not in reply.taken]
    if not ours:
        return None
    first, *others = sorted(ours, key=lambda one: (one.at or reply.at, len(one.id), one.id))
    return Published(
        id=first.id, url=first.url, at=first.at, copies=tuple(one.id for one in others), author=first.author
    )
