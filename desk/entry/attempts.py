"""Sign-ons that began and did not end yet: each state opens once, for ten minutes, in the browser that began."""

import hmac
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NamedTuple

from core.time import Clock

LIVES = timedelta(minutes=10)
MOST = 1000


class Attempt(NamedTuple):
    """One sign-on. `browser` is a secret that the browser which began brings along, `to` where it goes on to."""

    state: str
    nonce: str
    verifier: str
    browser: str
    to: str
    until: datetime


class Attempts:
    """The latest MOST of them, in memory: one that was on its way through a restart begins anew."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Attempt] = OrderedDict()

    def begin(self, to: str) -> Attempt:
        """A new one. The verifier is as RFC 7636, 4.1 asks: 43 signs of 256 random bits."""
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        made = Attempt(state, nonce, verifier, browser, to, self._clock() + LIVES)
        self._open[made.state] = made
        if len(self._open) > MOST:
            self._open.popitem(last=False)
        return made

    def end(self, state: str, browser: str) -> Attempt | None:
        """The attempt of that state, where that browser began it in time. No second asking finds it, whatever the first found."""
        found = self._open.pop(state, None)
        if found is None or found.until <= self._clock():
            return None
        return found if hmac.compare_digest(found.browser.encode(), browser.encode("utf-8", "replace")) else None
