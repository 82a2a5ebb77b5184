"""Meta's Graph API for one page and one Instagram account, as far as klankbord uses it.

Rules by developers.facebook.com/docs: a page token as bearer; error objects with code and error_subcode; only known fields asked
and written; cursors and `next`; answers to what is gone 100 and 33; is_hidden, hide; messages within 24 hours, with HUMAN_AGENT
within seven days where it is granted; of what others wrote only beneath what is the page's.
"""

from datetime import timedelta
from itertools import count

from aiohttp import web

from core.time import now
from klankbord.player.faults import taking_in
from klankbord.player.server import Player

FIELDS = {
    "facebook": {"id", "message", "created_time", "from", "permalink_url", "parent{id}"},
    "instagram": {"id", "text", "timestamp", "from", "parent_id"},
}
MOST = {"facebook": 8_000, "instagram": 2_200}


class MetaDouble(Player):
    """`comments` by id, of everybody; `messages` by id. `page_size` is the most of a page, `granted` whether HUMAN_AGENT is."""

    def __init__(self, *, place="facebook") -> None:
        super().__init__()
        self.place, self.account, self.page_id = place, "1048", "1048" if place == "facebook" else "1049"
        self.token = "EAAG-page-token"
        self.comments: dict[str, dict] = {}
        self.messages: dict[str, dict] = {}
        self.hidden: set[str] = set()
        self.page_size, self.granted = 100, False
        self.ids = count(5_001)
        self.texts = ("message", "created_time") if place == "facebook" else ("text", "timestamp")

    def routes(self):
        edge = "comments" if self.place == "facebook" else "replies"
        return [
            web.get("/{id:[0-9]+}/conversations", self.conversations),
            web.get("/{id:t_[0-9]+}/messages", self.conversation),
            web.post("/{id:[0-9]+}/messages", taking_in(self.faults, self.message)),
            web.get(f"/{{id}}/{edge}", self.beneath),
            web.post(f"/{{id}}/{edge}", taking_in(self.faults, self.comment)),
            web.get("/{id}", self.one),
            web.post("/{id}", self.change),
            web.delete("/{id}", self.delete),
        ]

    def said(self, author: str, text: str, *, beneath: str | None = None) -> str:
        number = f"900_{next(self.ids)}" if self.place == "facebook" else str(next(self.ids))
        says, at = self.texts
        self.comments[number] = {
            "id": number,
            says: text,
            at: f"{now():%Y-%m-%dT%H:%M:%S+0000}",
            "from": {"id": author},
            "above": beneath,
        }
        return number

    def wrote(self, author: str, text: str, *, to: str, ago: timedelta = timedelta()) -> str:
        number = f"m_{next(self.ids)}"
        at = now() - ago
        self.messages[number] = {
            "id": number,
            "message": text,
            "at": at,
            "created_time": f"{at:%Y-%m-%dT%H:%M:%S+0000}",
            "from": {"id": author},
            "to": to,
        }
        return number

    @property
    def written(self) -> list[str]:
        said = [one[self.texts[0]] for one in self.comments.values() if one["from"]["id"] == self.account]
        return said + [one["message"] for one in self.messages.values() if one["from"]["id"] == self.page_id]

    # --- endpoints

    async def one(self, request):
        number, refused = self._asked(request)
        if refused:
            return refused
        name = "name" if self.place == "facebook" else "username"
        if number == self.account:
            return web.json_response({"id": number, name: "noorderlijn"})
        if set(request.query["fields"].split(",")) - FIELDS[self.place]:
            return error(100, f"Tried accessing nonexisting field ({request.query['fields']})")
        above = self.comments[number]["above"]
        if self.place == "facebook":
            return web.json_response({"id": number} | ({"parent": {"id": above}} if above in self.comments else {}))
        return web.json_response({"id": number} | ({"parent_id": above} if above in self.comments else {}))

    async def beneath(self, request):
        number, refused = self._asked(request)
        if refused:
            return refused
        wanted = request.query["fields"].split(",")
        if set(wanted) - FIELDS[self.place] or set(request.query) - {"fields", "limit", "after", "filter"}:
            return error(100, "Tried accessing nonexisting field")
        found = [one for one in self.comments.values() if one["above"] == number]
        return self._paged(request, [{name: one[name] for name in wanted if name in one} for one in found])

    async def comment(self, request):
        number, refused = self._asked(request)
        if refused:
            return refused
        body = await self._body(request, {"message"})
        if body is None or not isinstance(body["message"], str) or not body["message"].strip():
            return error(100, "(#100) Param message must be a string")
        if len(body["message"]) > MOST[self.place]:
            return error(100, "(#100) Message is too long")
        top = self.comments[number]["above"]
        made = self.said(self.account, body["message"], beneath=top if top in self.comments else number)
        return web.json_response({"id": made})

    async def change(self, request):
        number, refused = self._asked(request)
        if refused:
            return refused
        if await request.json() != ({"is_hidden": True} if self.place == "facebook" else {"hide": True}):
            return error(100, "(#100) Invalid parameter")
        self.hidden.add(number)
        return web.json_response({"success": True})

    async def delete(self, request):
        number, refused = self._asked(request)
        if refused:
            return refused
        self.remove(number)
        return web.json_response({"success": True})

    def remove(self, number: str) -> None:
        """A comment, and what stands beneath it."""
        self.comments = {key: one for key, one in self.comments.items() if number not in {key, one["above"]}}

    async def message(self, request):
        number, refused = self._asked(request)
        if refused:
            return refused
        body = await request.json()
        if set(body) - {"recipient", "message", "messaging_type", "tag"} or set(body["recipient"]) != {"id"}:
            return error(100, "(#100) Invalid parameter")
        text, whom = body["message"].get("text"), body["recipient"]["id"]
        if number != self.page_id or not isinstance(text, str) or not 0 < len(text) <= 2_000:
            return error(100, "(#100) Length of param message[text] must be less than or equal to 2000")
        heard = [one["at"] for one in self.messages.values() if one["from"]["id"] == whom]
        if not heard:
            return error(100, "(#100) No matching user found", below=2018001)
        late = now() - max(heard)
        tagged = (body.get("messaging_type"), body.get("tag")) == ("MESSAGE_TAG", "HUMAN_AGENT") and self.granted
        if late > timedelta(days=7) or (late > timedelta(hours=24) and not tagged):
            return error(10, "(#10) This message is sent outside of allowed window.", below=2018278)
        if not tagged and body.get("messaging_type") != "RESPONSE":
            return error(100, "(#100) Invalid parameter")
        return web.json_response({"recipient_id": whom, "message_id": self.wrote(self.page_id, text, to=whom)})

    async def conversations(self, request):
        number, refused = self._asked(request)
        if refused:
            return refused
        platform = "messenger" if self.place == "facebook" else "instagram"
        if number != self.page_id or request.query["platform"] != platform:
            return error(100, "(#100) Invalid parameter")
        whom = request.query["user_id"]
        there = any(whom in {one["from"]["id"], one["to"]} for one in self.messages.values())
        return self._paged(request, [{"id": f"t_{whom}"}] if there else [])

    async def conversation(self, request):
        if refused := self._door(request):
            return refused
        whom = request.match_info["id"].removeprefix("t_")
        found = [one for one in self.messages.values() if whom in {one["from"]["id"], one["to"]}]
        wanted = request.query["fields"].split(",")
        return self._paged(request, [{name: one[name] for name in wanted} for one in reversed(found)])

    # --- rules

    def _door(self, request):
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return error(
                190, "Invalid OAuth access token - Cannot parse access token", kind="OAuthException", status=400
            )
        return None

    def _asked(self, request):
        number = request.match_info["id"]
        if refused := self._door(request):
            return number, refused
        if number not in {self.account, self.page_id, *self.comments}:
            return number, error(
                100,
                f"Unsupported {request.method.lower()} request. Object with ID '{number}' does not exist, cannot be loaded due to "
                "missing permissions, or does not support this operation.",
                below=33,
                kind="GraphMethodException",
            )
        return number, None

    async def _body(self, request, fields):
        body = await request.json() if request.content_type == "application/json" else None
        return body if isinstance(body, dict) and set(body) == fields else None

    def _paged(self, request, found):
        start, limit = int(request.query.get("after", 0)), min(self.page_size, int(request.query["limit"]))
        page = found[start : start + limit]
        answer = {"data": page}
        if page:
            answer["paging"] = {"cursors": {"before": str(start), "after": str(start + limit)}}
            if start + limit < len(found):
                answer["paging"]["next"] = f"https://graph.example{request.path_qs}&after={start + limit}"
        return web.json_response(answer)


def error(code: int, said: str, *, below: int | None = None, kind: str = "OAuthException", status: int = 400):
    found = {"message": said, "type": kind, "code": code, "fbtrace_id": "BLBz"}
    return web.json_response({"error": found | ({"error_subcode": below} if below else {})}, status=status)
