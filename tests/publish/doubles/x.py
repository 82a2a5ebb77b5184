"""X's API, as far as klankbord uses it.

Rules by docs.x.com: requests signed as RFC 5849 says; JSON bodies of known fields; 280 as counted; the same words beneath the same
post refused; who is answered named before the text, addresses replaced by t.co ones, &, < and > escaped; a timeline by
start_time, in pages by next_token; times of limits in x-rate-limit-reset.
"""

import base64
import hashlib
import hmac
import html
import re
from datetime import datetime
from itertools import count
from urllib.parse import parse_qsl, quote, unquote

from aiohttp import web

from core.time import now
from klankbord.player.faults import taking_in
from klankbord.player.server import Player

ABOUT = "about:blank"
LINK = re.compile(r"https?://[^\s]*[^\s.,:;!?)\"'*_~]")
ASKED = {"max_results", "exclude", "start_time", "tweet.fields", "pagination_token"}


class XDouble(Player):
    """`posts` by id, of everybody; the account is `name`. `page` is the most of a page."""

    def __init__(self, *, name="noorderlijn") -> None:
        super().__init__()
        self.name, self.number, self.page = name, "7001", 100
        self.secrets = {
            "key": "app-key",
            "key_secret": "app-secret",
            "token": "7001-token",
            "token_secret": "token-secret",
        }
        self.posts: dict[str, dict] = {}
        self.hidden: set[str] = set()
        self.closed: set[str] = set()
        self.ids = count(1_900_000_000_000_000_001)
        self._nonces: dict[str, web.Request] = {}

    def routes(self):
        return [
            web.get("/2/users/me", self.me),
            web.get("/2/users/{id}/tweets", self.timeline),
            web.post("/2/tweets", taking_in(self.faults, self.create)),
            web.delete("/2/tweets/{id}", self.delete),
            web.put("/2/tweets/{id}/hidden", self.hide),
        ]

    def said(self, name: str, text: str, *, beneath: str | None = None) -> str:
        number = str(next(self.ids))
        above = self.posts.get(beneath or "")
        shown, urls = _shown(text)
        self.posts[number] = {
            "id": number,
            "author": name,
            "sent": text,
            "text": f"@{above['author']} {shown}" if above else shown,
            "entities": {"urls": urls},
            "referenced_tweets": [{"type": "replied_to", "id": beneath}] if beneath else [],
            "created_at": now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        return number

    @property
    def written(self) -> list[str]:
        return [post["sent"] for post in self.posts.values() if post["author"] == self.name]

    # --- endpoints

    async def me(self, request):
        if refused := self._refused(request):
            return refused
        return web.json_response({"data": {"id": self.number, "username": self.name, "name": "Noorderlijn"}})

    async def timeline(self, request):
        if refused := self._refused(request):
            return refused
        asked = request.query
        if set(asked) - ASKED or not 5 <= int(asked["max_results"]) <= 100 or asked["exclude"] != "retweets":
            return _problem(400, "One or more parameters to your request was invalid.", title="Invalid Request")
        since = datetime.fromisoformat(asked["start_time"])
        own = [
            p
            for p in self.posts.values()
            if p["author"] == self.name and datetime.fromisoformat(p["created_at"]) >= since
        ]
        own.sort(key=lambda post: -int(post["id"]))
        start = int(asked.get("pagination_token", 0))
        most = min(self.page, int(asked["max_results"]))
        page = own[start : start + most]
        fields = {"id", "text", *asked["tweet.fields"].split(",")}
        meta = {"result_count": len(page)}
        if start + most < len(own):
            meta["next_token"] = str(start + most)
        data = [{name: value for name, value in post.items() if name in fields} for post in page]
        return web.json_response({"meta": meta} | ({"data": data} if data else {}))

    async def create(self, request):
        if refused := self._refused(request):
            return refused
        body = await request.json() if request.content_type == "application/json" else None
        if not isinstance(body, dict) or set(body) - {"text", "reply"} or not isinstance(body.get("text"), str):
            return _problem(400, "$.text: is missing, or a field is unknown", title="Invalid Request")
        reply = body.get("reply", {})
        beneath = reply.get("in_reply_to_tweet_id")
        if set(reply) - {"in_reply_to_tweet_id"} or not isinstance(beneath, str) or not beneath.isdecimal():
            return _problem(400, "$.reply.in_reply_to_tweet_id: does not match ^[0-9]{1,19}$", title="Invalid Request")
        if not body["text"].strip() or _least(body["text"]) > 280:
            return _problem(403, "Your Tweet text is too long. For more information, visit the documentation.")
        if beneath not in self.posts:
            return _problem(403, "You attempted to reply to a Tweet that is deleted or not visible to you.")
        if beneath in self.closed:
            return _problem(
                403,
                "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.",
            )
        if any(
            post["author"] == self.name
            and post["sent"] == body["text"]
            and post["referenced_tweets"] == [{"type": "replied_to", "id": beneath}]
            for post in self.posts.values()
        ):
            return _problem(403, "You are not allowed to create a Tweet with duplicate content.")
        number = self.said(self.name, body["text"], beneath=beneath)
        made = {"id": number, "text": self.posts[number]["text"], "edit_history_tweet_ids": [number]}
        return web.json_response({"data": made}, status=201)

    async def delete(self, request):
        if refused := self._refused(request):
            return refused
        number = request.match_info["id"]
        if number in self.posts and self.posts[number]["author"] != self.name:
            return _problem(403, "You are not allowed to delete this Tweet.")
        return web.json_response({"data": {"deleted": self.posts.pop(number, None) is not None}})

    async def hide(self, request):
        if refused := self._refused(request):
            return refused
        number, body = request.match_info["id"], await request.json()
        if body != {"hidden": True} or number not in self.posts:
            return _problem(400, "The `id` query parameter value is not valid", title="Invalid Request")
        self.hidden.add(number)
        return web.json_response({"data": {"hidden": True}})

    # --- rules

    def _refused(self, request):
        """RFC 5849: the parameters of the header and the query, sorted, signed with both secrets; a nonce once."""
        header = request.headers.get("Authorization", "")
        if not header.startswith("OAuth "):
            return _problem(401, "Unauthorized", title="Unauthorized")
        given = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}
        signature = given.pop("oauth_signature", "")
        pairs = sorted(
            (_spelled(name), _spelled(value))
            for name, value in [*given.items(), *parse_qsl(request.url.raw_query_string, keep_blank_values=True)]
        )
        base = "&".join(
            _spelled(part)
            for part in (
                request.method,
                f"{request.scheme}://{request.host}{request.path}",
                "&".join(f"{name}={value}" for name, value in pairs),
            )
        )
        key = f"{_spelled(self.secrets['key_secret'])}&{_spelled(self.secrets['token_secret'])}"
        right = base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()
        known = (
            given.get("oauth_consumer_key") == self.secrets["key"] and given.get("oauth_token") == self.secrets["token"]
        )
        fresh = abs(now().timestamp() - float(given.get("oauth_timestamp", 0))) < 300
        nonce = given.get("oauth_nonce", "")
        unused = nonce and self._nonces.setdefault(nonce, request) is request
        if not (known and fresh and unused and hmac.compare_digest(right, signature)):
            return _problem(401, "Unauthorized", title="Unauthorized")
        return None


def _spelled(value: str) -> str:
    return quote(value, safe="-._~")


def _least(text: str) -> int:
    """The least that a text counts: each letter one, an address 23."""
    return len(LINK.sub("x" * 23, text))


def _shown(text: str):
    urls = []
    for address in LINK.findall(text):
        short = f"https://t.co/{hashlib.sha256(address.encode()).hexdigest()[:10]}"
        urls.append({"url": short, "expanded_url": address, "display_url": address[8:30]})
        text = text.replace(address, short)
    return html.escape(text, quote=False), urls


def _problem(status: int, detail: str, *, title: str = "Forbidden"):
    return web.json_response({"title": title, "detail": detail, "type": ABOUT, "status": status}, status=status)
