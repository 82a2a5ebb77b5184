"""The demo's stage: one local server a source, filled with the past, that passes on what is said live."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, repeat
from pathlib import Path

from klankbord.demo.chat import Chat
from klankbord.demo.messages import Person, Said, Source, Timeline
from klankbord.demo.native import bluesky, contact, feeds, hackernews, mastodon
from klankbord.demo.tracker import Tracker
from klankbord.player import BlueskyPlayer, FeedPlayer, HackerNewsPlayer, MastodonPlayer
from klankbord.player.server import Player

TOKEN = "demo"  # noqa: S105 - of a server on this machine that plays invented messages


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the sources are: base URLs, and the call centre's file. `items` is how many Hacker News items there are.

    chat     where the webcare team is told of what waits
    tracker  where a rising topic becomes work
    """

    bluesky: str
    mastodon: str
    hackernews: str
    items: int
    feeds: str
    contact: Path
    chat: str
    tracker: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the servers listen, and the name by which the program finds them. Port 0 takes free ports, else they follow."""

    host: str = "127.0.0.1"
    name: str = "127.0.0.1"
    port: int = 0


HERE = Place()


class Forgetful(BlueskyPlayer):
    """Serves its first reader everything; who comes back later finds nothing older than `forgets`."""

    def __init__(self, forgets: datetime) -> None:
        super().__init__()
        self._forgets = forgets

    def _position(self, cursor: str) -> int:
        position = super()._position(cursor)
        self.keeps_from = self._forgets
        return position


@dataclass(kw_only=True)
class Stage:
    """The servers and what they need to know of what was said before."""

    folder: Path
    timeline: Timeline
    bluesky: BlueskyPlayer = field(init=False)
    mastodon: MastodonPlayer = field(default_factory=lambda: MastodonPlayer(tokens=frozenset({TOKEN})))
    hackernews: HackerNewsPlayer = field(default_factory=HackerNewsPlayer)
    feeds: FeedPlayer = field(default_factory=FeedPlayer)
    chat: Chat = field(default_factory=Chat)
    tracker: Tracker = field(default_factory=lambda: Tracker(TOKEN))
    said: dict[int, Said] = field(default_factory=dict)
    items: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bluesky = Forgetful(self.timeline.gap.until)

    @property
    def contact(self) -> Path:
        return self.folder / "klantcontact.csv"

    def fill(self) -> None:
        """Put the whole past on the stage."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.said = {message.number: message for message in self.timeline.messages}
        self.items = hackernews.numbered(self.timeline)
        for person in people(self.timeline):
            self.introduce(person)
        self._fill_bluesky()
        for status in [*mastodon.statuses(self.timeline), mastodon.broken(self.timeline.crisis.since)]:
            self.mastodon.keep(status)
        for item in hackernews.items(self.timeline):
            self.hackernews.push(item)
        for path, document in feeds.documents(self.timeline).items():
            self.feeds.push(path, document)
        if not self.contact.exists():  # played before: what was added live stays
            self.contact.write_bytes(contact.export(self.timeline))

    def say(self, message: Said) -> None:
        """Play one message as its source plays it live. Reviews are pushed elsewhere: their sender is not a server."""
        self.said[message.number] = message
        match message.source:
            case Source.BLUESKY:
                for event in bluesky.of_message(message, self.said):
                    self.bluesky.push(event)
            case Source.MASTODON:
                self.mastodon.push("update", mastodon.status(message, self.said))
            case Source.HACKERNEWS:
                self.items[message.number] = max(self.items.values(), default=hackernews.FIRST + 1) + 1
                self.hackernews.push(hackernews.item(message, self.items))
            case Source.NEWS:
                articles = [earlier for earlier in self.said.values() if earlier.source is Source.NEWS]
                for path, document in feeds.rendered(articles).items():
                    self.feeds.push(path, document)
            case Source.CONTACT:
                with self.contact.open("a", encoding="utf-8", newline="") as file:
                    file.write(contact.rows([message]))
            case Source.REVIEWS:
                pass

    def change(self, message: Said) -> None:
        """Play a live message's edit or deletion."""
        self.said[message.number] = message
        if message.source is Source.BLUESKY:
            for event in list(bluesky.of_message(message, self.said))[1:]:
                self.bluesky.push(event)
        elif message.source is Source.MASTODON and message.deleted_at:
            self.mastodon.push(*mastodon.deletion(message))
        elif message.source is Source.MASTODON:
            self.mastodon.push("status.update", mastodon.status(message, self.said))

    def introduce(self, person: Person) -> None:
        """Let the source that asks for profiles know that account."""
        handle = bluesky.handle(person)
        self.bluesky.profile(bluesky.did(person), handle=handle, followers=person.followers, name=person.name)

    def _fill_bluesky(self) -> None:
        """The connection breaks off where the gap begins, and what is asked for then is no longer kept: that is the gap."""
        events = bluesky.events(self.timeline)
        before = sum(int(event["time_us"]) < self.timeline.gap.since.timestamp() * 1e6 for event in events)
        self.bluesky.faults.cut_after.append(before)
        for event in events:
            self.bluesky.push(event)


def people(timeline: Timeline) -> Sequence[Person]:
    """Everybody who speaks, by number."""
    found = {message.author.number: message.author for message in timeline.messages}
    return [found[number] for number in sorted(found)]


@asynccontextmanager
async def serve(stage: Stage, place: Place = HERE) -> AsyncIterator[Addresses]:
    """The stage, filled, on that place's ports as long as this is open."""
    stage.fill()
    ports = count(place.port) if place.port else repeat(0)
    async with AsyncExitStack() as stack:

        async def opened(player: Player) -> str:
            url = await stack.enter_async_context(player.serve(host=place.host, port=next(ports)))
            return url.replace(place.host, place.name)

        yield Addresses(
            bluesky=await opened(stage.bluesky),
            mastodon=await opened(stage.mastodon),
            hackernews=await opened(stage.hackernews),
            items=len(stage.hackernews.items),
            feeds=await opened(stage.feeds),
            contact=stage.contact,
            chat=await opened(stage.chat),
            tracker=await opened(stage.tracker),
        )
