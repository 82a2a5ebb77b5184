"""What an alarm rests on, as it was at a moment: figures and ids, never a word of a message. Kept as JSON of these."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.document import Filter
from core.time import MILLISECOND
from picture.arrived import news
from picture.arriving import PROMPT


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the detector said of a monitor that rings.

    at        up to when it looked: the end of the bucket that rings
    since     arrival time at which what is out of the ordinary began
    window    minutes that decided: `seen` came in them where `expected` is usual
    odds      once in so many such windows so many come
    weighed   what else weighed in: negative, reach, velocity, campaign, positive
    """

    monitor: str
    at: datetime
    since: datetime
    window: int
    seen: int
    expected: float
    odds: float
    weighed: tuple[str, ...] = ()


class Driving(msgspec.Struct, frozen=True, kw_only=True):
    """A message or an author that drives it: so many copies or messages, heard by so many; 0 where that is not known.

    author  who wrote the message, whose erasure takes it along also where it was deleted before; "" where that was not kept
    """

    id: str
    source: str
    author: str = ""
    count: int = 1
    reach: int = 0


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """So many messages of that topic, source or tone, and so many in the stretch that it is compared with."""

    name: str
    count: int
    before: int = 0


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What drove the stretch [since, until).

    monitors  whose messages these are
    total     messages that any of them heard, each once; `negative` of those
    counts    by arrival, one for each 5 minutes from `since` on, a message that two monitors heard twice; `expected` what is
              usual in each
    reach     of the authors, as far as known
    messages, authors  the most heard first
    """

    since: datetime
    until: datetime
    monitors: tuple[str, ...] = ()
    total: int = 0
    negative: int = 0
    counts: tuple[int, ...] = ()
    expected: tuple[float, ...] = ()
    reach: int = 0
    tones: tuple[Share, ...] = ()
    topics: tuple[Share, ...] = ()
    sources: tuple[Share, ...] = ()
    messages: tuple[Driving, ...] = ()
    authors: tuple[Driving, ...] = ()


def arrived(monitors: tuple[str, ...], since: datetime, until: datetime, *, drills: bool) -> Filter:
    """What these monitors heard promptly in [since, until): the total of an evidence, when it is frozen and ever after."""
    where = Filter(monitors=monitors, drills=drills)
    found = news(where, since=since - MILLISECOND, until=until - MILLISECOND, late=PROMPT)
    return msgspec.structs.replace(found, until=until + PROMPT)  # a clock at a source may be ahead


def read(document: str) -> Evidence | None:
    """What was frozen; None until it is known."""
    return msgspec.json.decode(document, type=Evidence) if document else None


def read_figures(figures: str) -> Sequence[Figures]:
    return msgspec.json.decode(figures, type=tuple[Figures, ...])


def written(told: Evidence | Sequence[Figures]) -> str:
    return msgspec.json.encode(told).decode()
