"""The webcare team's chat of the demo: a local server that takes what Slack's incoming webhooks take, and shows what people were told."""

from collections import deque
from typing import Any

import msgspec
from aiohttp import web

from klankbord.player.server import Player

HOOK = "/hooks/webcare"
KEPT = 200
"""Messages that it shows."""


class _Text(msgspec.Struct):
    text: str


class _Block(msgspec.Struct):
    text: _Text | None = None


class Chat(Player):
    """Answers as Slack does: "ok", "no_text" where there is none, "invalid_blocks" where a block's text is none, "invalid_payload" for what is no
    JSON object, or has no words in its text.

    Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. `told` holds the latest, newest first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: deque[str] = deque(maxlen=KEPT)

    def routes(self) -> list[web.RouteDef]:
        return [web.post(HOOK, self._take), web.get("/", self._show)]

    async def _take(self, request: web.Request) -> web.Response:
        try:
            message = await request.json()
        except ValueError:
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("text", ""), str):
            return web.Response(status=400, text="invalid_payload")
        if not message.get("text"):
            return web.Response(status=400, text="no_text")
        said = _said(message.get("blocks", []))
        if said is None:
            return web.Response(status=400, text="invalid_blocks")
        self.told.appendleft("\n".join(line for text in said or [message["text"]] for line in text.splitlines()))
        return web.Response(text="ok")

    async def _show(self, _: web.Request) -> web.Response:
        return web.Response(text="\n\n".join(self.told) or "Nothing was told yet.")


def _said(blocks: Any) -> list[str] | None:  # Any: whatever stands in the JSON
    """The text of each block that has one, as it was written; None where they are no blocks."""
    try:
        return [block.text.text for block in msgspec.convert(blocks, list[_Block]) if block.text is not None]
    except msgspec.ValidationError:
        return None
