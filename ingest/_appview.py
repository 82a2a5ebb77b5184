"""What the public Bluesky AppView knows of accounts and posts, 25 a request, paced, left alone after a failure."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

import aiohttp
import msgspec

from core.errors import KlankbordError
from core.time import Clock
from ingest import _http, _json
from ingest._bluesky import SOURCE

Kind = Literal["profiles", "posts"]
METHODS: dict[Kind, tuple[str, str]] = {
    "profiles": ("app.bsky.actor.getProfiles", "actors"),
    "posts": ("app.bsky.feed.getPosts", "uris"),
}
A_REQUEST = 25  # what either method answers at once
PER_SECOND = 8  # the public AppView allows 3,000 requests in five minutes
REST = timedelta(minutes=1)  # after a failure nothing is asked for so long: posts do not wait for facts about them


class AppView:
    """The AppView at `url`. Views are as its lexicon describes them: profileViewDetailed and postView."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, clock: Clock) -> None:
        self._session, self._clock = session, clock
        self._url = url.rstrip("/") + "/xrpc/"
        self._pace = _http.Pace(PER_SECOND, clock=clock, burst=PER_SECOND)
        self._rest_until: datetime | None = None

    async def views(self, kind: Kind, names: Sequence[str]) -> list[_json.Document]:
        """The views of those that exist. Raises Retry or Stop where the AppView does not answer."""
        return [
            view
            for start in range(0, len(names), A_REQUEST)
            for view in await self._ask(kind, names[start:][:A_REQUEST])
        ]

    async def known(
        self, kind: Kind, names: Sequence[str]
    ) -> AsyncIterator[tuple[Sequence[str], list[_json.Document]]]:
        """Some of the names with the views of those that exist, for as long as the AppView answers. Never raises."""
        for start in range(0, len(names), A_REQUEST):
            if self._rest_until is not None and self._clock() < self._rest_until:
                return
            some = names[start : start + A_REQUEST]
            try:
                views = await self._ask(kind, some)
            except KlankbordError as error:
                asked = getattr(error, "after", None) or 0.0
                self._rest_until = self._clock() + max(REST, timedelta(seconds=asked))
                return
            yield some, views

    async def _ask(self, kind: Kind, names: Sequence[str]) -> list[_json.Document]:
        method, parameter = METHODS[kind]
        await self._pace.wait()
        answer = await _http.get(
            self._session,
            self._url + method,
            source=SOURCE,
            parameters=[(parameter, name) for name in names],
            check="whether the AppView in the configuration answers without signing in",
            total=20.0,
            clock=self._clock,
        )
        try:
            document = msgspec.json.decode(answer.body)
        except _json.DECODE_ERRORS as error:
            raise KlankbordError(f"{SOURCE}: the AppView did not answer with JSON (status {answer.status})") from error
        return _json.items(document, kind) if isinstance(document, dict) else []
