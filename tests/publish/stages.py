"""What the conformance suite needs of each source: a local server, the settings for it, strangers who say something there."""

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from uuid import UUID

from msgspec.structs import replace

from core.ports import Tools
from core.time import now
from core.types import Author, Mention, Parent, Reply, Visibility
from klankbord.player.bluesky_home import BlueskyHome
from klankbord.player.faults import Refusal
from klankbord.player.mastodon_home import MastodonHome
from publish import bluesky, mastodon, meta, x
from tests.publish.doubles.meta import MetaDouble
from tests.publish.doubles.x import XDouble

TOLD: list[str] = []
QUIET = 60
"""Rounds of the loop in which nothing happens: by then a server has done what had reached it."""


def tools() -> Tools:
    return Tools(clock=now, random=Random(7), cache=Path("unused"), report=TOLD.append)


class Stage:
    """One source with one own account.

    repeats           it takes the same words beneath the same message twice
    once_by_itself    what comes to it twice stands there once
    withdraws         an answer can be taken back
    one_conversation  answers to two messages of one person are not told apart
    """

    module = mastodon
    repeats = True
    once_by_itself = True
    withdraws = True
    one_conversation = False

    def __init__(self, player) -> None:
        self.player, self.faults, self.address = player, player.faults, ""

    def open(self, **changed):
        return self.module.build(self.module.Settings(**self.settings() | changed), tools())

    def secrets(self) -> list[str]:
        return [
            one.get_secret_value()
            for _, one in self.module.Settings(**self.settings())
            if hasattr(one, "get_secret_value")
        ]

    def parent(self, text: str = "de trein is te laat", *, visibility: Visibility = Visibility.PUBLIC) -> Parent:
        return Parent.of(replace(self.mention(text), visibility=visibility))

    def written(self) -> list[str]:
        return self.player.written

    def limit(self) -> Refusal:
        """Too many requests, and in how many seconds there may be more."""
        return Refusal(429, retry_after="40")

    async def settled(self) -> None:
        """The server has done all that it was sent: what is sent it now, and taken, comes after that."""
        place = urlsplit(self.address)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write_eof()
        await reader.read()
        writer.close()
        await writer.wait_closed()
        quiet = 0
        while quiet < QUIET:
            quiet = 0 if self.player.under_way else quiet + 1
            await asyncio.sleep(0)


def mention(source: str, native: str, author: str, handle: str | None, text: str, *, url: str | None = None) -> Mention:
    who = Author(id=f"{source}:{author}", handle=handle)
    moment = now()
    return Mention(
        id=f"{source}:{native}", source=source, author=who, text=text, created_at=moment, seen_at=moment, url=url
    )


class OnMastodon(Stage):
    module = mastodon

    def __init__(self) -> None:
        super().__init__(MastodonHome())
        self.player.tokens = frozenset({"qvWm3kZ8"})

    def settings(self):
        return {"instance": self.address, "account": "noorderlijn", "token": "qvWm3kZ8"}

    def mention(self, text):
        status = self.player.said("klant@elders.example", text)
        native = f"{self.address.removeprefix('http://')}/{status['id']}"
        return mention("mastodon", native, status["account"]["id"], "klant@elders.example", text, url=status["url"])

    def other_says(self, parent, text):
        self.player.said("iemand", f"@klant@elders.example {text}", beneath=parent.id.rpartition("/")[2])

    def remove(self, parent):
        self.player.remove(parent.id.rpartition("/")[2])

    def turn_away(self):
        self.player.tokens = frozenset({"another"})

    def limit(self):
        moment = (now() + timedelta(seconds=40)).isoformat().replace("+00:00", "Z")
        return Refusal(429, headers=(("X-RateLimit-Reset", moment),))


class OnBluesky(Stage):
    module = bluesky

    def __init__(self) -> None:
        super().__init__(BlueskyHome())

    def settings(self):
        return {"host": self.address, "account": "noorderlijn.example", "password": self.player.password}

    def mention(self, text):
        uri = self.player.said("klant.example", text)
        return mention("bluesky", uri, "did:plc:klant", "klant.example", text)

    def other_says(self, parent, text):
        self.player.said("iemand.example", text, beneath=parent.id.removeprefix("bluesky:"))

    def remove(self, parent):
        self.player.remove(parent.id.removeprefix("bluesky:"))

    def turn_away(self):
        self.player.password = "another"
        self.player._tokens.clear()

    def limit(self):
        reset = str(int(now().timestamp()) + 40)
        return Refusal(
            429,
            headers=(("ratelimit-reset", reset),),
            body=b'{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}',
        )


class OnX(Stage):
    module = x
    repeats = False

    def __init__(self) -> None:
        super().__init__(XDouble())

    def settings(self):
        return {"url": self.address, "account": "noorderlijn", **self.player.secrets}

    def mention(self, text):
        return mention("x", self.player.said("klant", text), "klant", "klant", text)

    def other_says(self, parent, text):
        self.player.said("iemand", text, beneath=parent.id.removeprefix("x:"))

    def remove(self, parent):
        del self.player.posts[parent.id.removeprefix("x:")]

    def turn_away(self):
        self.player.secrets = self.player.secrets | {"token": "another"}

    def limit(self):
        return Refusal(429, headers=(("x-rate-limit-reset", str(int(now().timestamp()) + 40)),))


class OnMeta(Stage):
    module = meta
    once_by_itself = False
    place = "facebook"

    def __init__(self) -> None:
        super().__init__(MetaDouble(place=self.place))

    def settings(self):
        linked = {"page": "1049"} if self.place == "instagram" else {}
        return {"url": self.address, "place": self.place, "account": "1048", "token": self.player.token, **linked}

    def mention(self, text):
        post = self.player.said("1048", "Storing bij Assen")
        self.player.comments[post]["from"]["id"] = "post"
        return mention(self.place, self.player.said("2001", text, beneath=None), "2001", None, text)

    def other_says(self, parent, text):
        self.player.said("2002", text, beneath=parent.id.partition(":")[2])

    def remove(self, parent):
        self.player.remove(parent.id.partition(":")[2])

    def turn_away(self):
        self.player.token = "another"

    def limit(self):
        usage = b'{"1048":[{"type":"pages","estimated_time_to_regain_access":1}]}'
        body = b'{"error":{"message":"(#32) Page request limit reached","type":"OAuthException","code":32}}'
        return Refusal(403, headers=(("X-Business-Use-Case-Usage", usage.decode()),), body=body)


class OnInstagram(OnMeta):
    place = "instagram"


class InMessenger(OnMeta):
    """Messages, which only two see."""

    withdraws = False
    one_conversation = True

    def mention(self, text):
        return mention("facebook", self.player.wrote("2001", text, to="1048"), "2001", None, text)

    def parent(self, text: str = "waar blijft de trein", *, visibility: Visibility = Visibility.DIRECT) -> Parent:
        return super().parent(text, visibility=visibility)

    def other_says(self, parent, text):
        self.player.wrote("2001", text, to="1048")

    def remove(self, parent):
        self.player.messages.clear()


STAGES = {
    "mastodon": OnMastodon,
    "bluesky": OnBluesky,
    "x": OnX,
    "facebook": OnMeta,
    "instagram": OnInstagram,
    "messenger": InMessenger,
}


def reply(
    parent: Parent,
    text: str = "Wat vervelend! We zoeken het uit: https://noorderlijn.example/storing",
    *,
    seed: int = 1,
    **more,
) -> Reply:
    """Made ready a while ago, as one that somebody approved and that waited for its turn."""
    key = UUID(int=Random(seed).getrandbits(128)).hex
    return Reply(key=key, at=now() - timedelta(minutes=3), parent=parent, text=text, language="nl", **more)
