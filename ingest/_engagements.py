"""How often a Bluesky post was liked, reposted, answered and quoted, asked in batches, with the time of reading."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from core.time import Clock
from core.types import Engagement, Mention
from ingest import _json
from ingest._appview import AppView
from ingest._bluesky import POST, SOURCE


class Engagements:
    """A cache over the AppView; it holds the `most` posts used last, and reads one again after `fresh`."""

    def __init__(self, appview: AppView, *, clock: Clock, fresh: timedelta, most: int = 20_000) -> None:
        self._appview, self._clock, self._fresh, self._most = appview, clock, fresh, most
        self._known: OrderedDict[str, Engagement] = OrderedDict()

    async def filled(self, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions, same order, with the counts the AppView gives. Never raises.

        A post it does not know yet stays without: unknown is not 0.
        """
        uris = dict.fromkeys(uri for mention in mentions if f"/{POST}/" in (uri := _uri(mention)))
        async for _, views in self._appview.known("posts", [uri for uri in uris if not self._is_fresh(uri)]):
            for view in views:
                self._keep(view)
        return [replace(one, engagement=self._known.get(_uri(one), one.engagement)) for one in mentions]

    def _is_fresh(self, uri: str) -> bool:
        known = self._known.get(uri)
        return known is not None and self._clock() - known.read_at < self._fresh

    def _keep(self, view: _json.Document) -> None:
        uri = _json.text(view, "uri") or ""
        self._known[uri] = Engagement(
            read_at=self._clock(),
            likes=_json.number(view, "likeCount"),
            reposts=_json.number(view, "repostCount"),
            replies=_json.number(view, "replyCount"),
            quotes=_json.number(view, "quoteCount"),
        )
        self._known.move_to_end(uri)
        while len(self._known) > self._most:
            self._known.popitem(last=False)


def _uri(mention: Mention) -> str:
    return mention.id.removeprefix(f"{SOURCE}:")
