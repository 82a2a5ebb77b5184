"""How an alert stands between two looks."""

from datetime import datetime

import msgspec


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an alert remembers.

    active        its threshold is passed, and that was said
    paused_until  nothing new is said before
    count, usual  the figures of the last look; `count` is None where it was not collected, `usual` while learning
    known         whether those figures tell that few were heard: they do not where a part was not collected
    looked_at     when that was
    usual_at      when the usual was last asked for
    """

    active: bool = False
    paused_until: datetime | None = None
    count: int | None = None
    usual: float | None = None
    known: bool = True
    looked_at: datetime | None = None
    usual_at: datetime | None = None
