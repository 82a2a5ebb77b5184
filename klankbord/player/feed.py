"""A local web server for feeds: whole documents with ETag and Last-Modified, 304 where nothing changed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from aiohttp import web

from core.time import now
from klankbord.player.server import Player


@dataclass(frozen=True)
class _Document:
    body: bytes
    content_type: str
    etag: str
    changed: str


class FeedPlayer(Player):
    """push(path, body) puts a document at a path ("/news.xml") or replaces it."""

    def __init__(self) -> None:
        super().__init__()
        self.documents: dict[str, _Document] = {}

    def push(
        self,
        path: str,
        body: bytes,
        *,
        content_type: str = "application/rss+xml; charset=utf-8",
        changed: datetime | None = None,
    ) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        stamp = format_datetime((changed or now()).replace(microsecond=0), usegmt=True)
        self.documents["/" + path.lstrip("/")] = _Document(body, content_type, etag, stamp)
        self.wake()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/{path:.*}", self._document)]

    async def _document(self, request: web.Request) -> web.Response:
        document = self.documents.get(request.path)
        if document is None:
            return web.Response(status=404)
        headers = {"ETag": document.etag, "Last-Modified": document.changed, "Content-Type": document.content_type}
        known = request.headers.get("If-None-Match")
        same = document.etag in known if known else request.headers.get("If-Modified-Since") == document.changed
        if same:
            return web.Response(status=304, headers={"ETag": document.etag, "Last-Modified": document.changed})
        return web.Response(body=document.body, headers=headers)
