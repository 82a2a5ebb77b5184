"""The webcare team's chat of the demo: a local server that takes what Slack's incoming webhooks take, and shows what people were told."""

from collections import deque
from typing import Any

from aiohttp import web

from klankbord.player.server import Player

HOOK = "/hooks/webcare"
KEPT = 200
"""Messages that it shows."""


class Chat(Player):
    """Answers as Slack does: "ok", "no_text" where there is none, "invalid_payload" where it is no JSON object.

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
        if not isinstance(message, dict):
            return web.Response(status=400, text="invalid_payload")
        if not message.get("text"):
            return web.Response(status=400, text="no_text")
        self.told.appendleft("\n".join(_lines(message)))
        return web.Response(text="ok")

    async def _show(self, _: web.Request) -> web.Response:
        return web.Response(text="\n\n".join(self.told) or "Nothing was told yet.")


def _lines(message: dict[str, Any]) -> list[str]:  # Any: a JSON object
    """The text of each block, as it was written."""
    blocks = [block["text"]["text"] for block in message.get("blocks", ()) if "text" in block]
    return [line for text in blocks or [message["text"]] for line in text.splitlines()]
