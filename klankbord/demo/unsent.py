"""The demo's publisher: it says as whom the railway answers, and sends nothing."""

from datetime import datetime, timedelta

from core.errors import Reject
from core.types import Can, Parent, Published, Refusal, Reply
from klankbord.demo.people import OWN

SOURCE = "mastodon"
"""Where people learn to answer; the publisher is called as it."""
LONGEST = 500


class Unsent:
    """core.ports.Publisher of the railway's account there. Nothing stands at its source by it."""

    source, account = SOURCE, OWN.handle
    can: frozenset[Can] = frozenset()
    settles = timedelta()

    async def meet(self) -> str:
        return OWN.name

    async def send(self, reply: Reply) -> Published:
        del reply
        raise _nothing()

    async def find(self, reply: Reply) -> Published | None:
        del reply
        return None

    async def hide(self, mention: str) -> None:
        del mention
        raise _nothing()

    async def delete(self, mention: str) -> None:
        del mention
        raise _nothing()

    def window(self, parent: Parent) -> datetime | None:
        del parent
        return None

    def most(self, parent: Parent) -> int:
        del parent
        return LONGEST

    def length(self, text: str, parent: Parent) -> int:
        del parent
        return len(text)


def _nothing() -> Reject:
    return Reject("a demonstration publishes nothing", reason=Refusal.FORBIDDEN.value)
