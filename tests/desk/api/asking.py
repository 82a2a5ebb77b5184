"""Tokens and policies of the tests, and the API over a small corpus whose figures are counted by hand."""

from datetime import UTC, datetime, timedelta

from aiohttp.test_utils import TestClient

from core.types import OPEN, Author, Coverage, Enriched, Finding, Mention, Routing, Visibility
from desk.api.application import Parts
from desk.ports import Scope, Token
from desk.store import customers, identities
from desk.store.identities import Evidence

NOW = datetime(2026, 3, 24, 16, 20, tzinfo=UTC)
MONDAY = datetime(2026, 3, 22, 23, 0, tzinfo=UTC)  # midnight in Amsterdam
SECRETS = {
    "figures": frozenset({Scope.FIGURES}),
    "mentions": frozenset({Scope.MENTIONS}),
    "both": frozenset({Scope.FIGURES, Scope.MENTIONS}),
    "customers": frozenset({Scope.CUSTOMERS}),
    "happenings": frozenset({Scope.HAPPENINGS}),
    "all": frozenset(Scope),
}
WEEK = {"since": "2026-03-22T23:00:00Z", "until": "2026-03-24T16:00:00Z"}


class Given:
    """desk.ports.Tokens: each name above is its own secret."""

    async def find(self, secret):
        return Token(name=secret, scopes=SECRETS[secret]) if secret in SECRETS else None


class Policies:
    """desk.ports.Leaving by source, with what is not public admitted or not."""

    def __init__(self, *, texts=("bluesky", "mastodon"), authors=("bluesky",), admits_closed=False):
        self._texts, self._authors, self.admits_closed = texts, authors, admits_closed

    def texts(self, stored):
        return self._leaves(stored.enriched.mention, self._texts)

    def authors(self, stored):
        return self._leaves(stored.enriched.mention, self._authors)

    def _leaves(self, mention, sources):
        return mention.visibility in OPEN and mention.source in sources

    def accounts_of(self, source):
        return source in self._authors


def parts(*, wrong=lambda _why: None, looked=None, **policy):
    async def unseen(_token, _what, _subject):
        pass

    return Parts(tokens=Given(), leaving=Policies(**policy), wrong=wrong, looked=looked or unseen)


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def said(number, at, *, source="bluesky", tone="negative", topic="delivery", monitor="Noorderlijn", **more):
    """One mention about a topic; `more` goes into the mention."""
    name = more.pop("id", f"{source}:{number}")
    text = more.pop("text", f"the delivery of parcel {number} by Noorderlijn")
    author = Author(id=f"{source}:anna", handle="anna", name="Anna", followers=120)
    mention = Mention(id=name, source=source, author=author, text=text, created_at=at, seen_at=at, **more)
    findings = [Finding(name="language", model="made up", labels=("nl",))]
    if topic:
        findings.append(Finding(name="topics", model="made up", labels=(topic,)))
    if tone:
        findings.append(Finding(name="sentiment", model="made up", labels=(tone,), confidence=0.9))
    return Enriched(mention=mention, findings=tuple(findings), routing=Routing(monitors=(monitor,)))


def collected(since, until, source="bluesky", gap=None):
    return Coverage(source=source, stream="all", cursor_to=f"{until}", since=since, until=until, gap=gap)


def counted():
    """Since Monday: 6 about delivery (4 negative, 1 positive, 1 neutral), 4 about prices; the same stretch a week before: 2 and 6.

    One more about delivery lies before Monday, by one second, and one on a day that was not collected on Mastodon.
    """
    tones = ["negative"] * 4 + ["positive", "neutral"]
    week = timedelta(weeks=1)
    hour = timedelta(hours=1)
    now = [said(n, MONDAY + n * hour, tone=tone) for n, tone in enumerate(tones)]
    now += [said(10 + n, MONDAY + n * hour, topic="prices", tone="neutral", source="mastodon") for n in range(4)]
    before = [said(20 + n, MONDAY - week + n * hour, tone="negative") for n in range(2)]
    before += [said(30 + n, MONDAY - week + n * hour, topic="prices", tone="positive") for n in range(6)]
    edge = [said(40, MONDAY - timedelta(seconds=1))]
    kept = [collected(MONDAY - 5 * week, NOW, source) for source in ("bluesky", "mastodon")]
    return [*now, *before, *edge, *kept]


def closed(number, at):
    """A message to few, which an own-account policy let in."""
    return said(number, at, visibility=Visibility.DIRECT, text="a secret word to the service desk")


async def joined(desk, *authors, name=None):
    """A customer whom a person joined these accounts to; its id."""
    made = await customers.add(desk, name=name, by="ruth", at=NOW)
    for author in authors:
        await identities.link(desk, author=author, customer=made, evidence=Evidence.PERSON, by="ruth", at=NOW)
    return made


class Client(TestClient):
    async def told(self, path, secret="both", status=200, **parameters):
        """The answer of a question, whose status must be that one."""
        answer = await self.get(f"/api/v1{path}", params=parameters, headers=bearer(secret))
        assert answer.status == status, await answer.text()
        return await answer.json(content_type=None)
