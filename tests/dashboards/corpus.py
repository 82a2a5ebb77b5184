"""Two weeks up to now of which every figure can be counted by hand; what no figure counts stands between.

This week ten mentions, one each twelve hours:  vertraging 6 (nl, Bluesky, Noorderlijn), prijzen 3 (en, Mastodon, both
monitors; one passes another's text on), one without a topic (de, RSS, the other monitor). Sentiment: positive 4, neutral 1, negative 3, uncertain 1,
not judged 1. Intent: complaint 2, question 1, uncertain 1; aspects: trein of three, app of one. The week before five: vertraging 2, storing 3.
Four answered five days ago whether they would recommend the railway, two for and one against; two answered three days ago, both against.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from core.document import Answered
from core.time import now
from core.types import (
    Author,
    Coverage,
    Deletion,
    Enriched,
    Finding,
    Judgement,
    Kind,
    Mark,
    Mention,
    Mute,
    Routing,
    Scope,
)

HOUR = now().replace(minute=0, second=0, microsecond=0)
"""The hour in which the tests began: the corpus keeps hours away from every edge."""

NOORDERLIJN, PRICES = "Noorderlijn", 'Prijzen & "tarieven": A/B'
SOURCES = ("bluesky", "mastodon", "rss")


def _answered(days: int, answers: int, promoters: int, detractors: int) -> Answered:
    day = (HOUR - timedelta(days=days)).replace(hour=11)
    return Answered(at=day, answers=answers, promoters=promoters, detractors=detractors)


ANSWERED = (_answered(5, 4, 2, 1), _answered(3, 2, 0, 2))


def ago(*, days: float = 0, hours: float = 0) -> datetime:
    return HOUR - timedelta(days=days, hours=hours)


def said(
    native: str,
    at: datetime,
    *,
    source: str = "bluesky",
    author: str = "anna",
    followers: int | None = None,
    sentiment: str | None = None,
    topics: tuple[str, ...] = (),
    monitors: tuple[str, ...] = (NOORDERLIJN,),
    language: str = "nl",
    text: str = "de trein naar Assen",
    found: Mapping[str, tuple[str, ...]] | None = None,
    kind: Kind = Kind.POST,
    **more,
) -> Enriched:
    mention = Mention(
        id=f"{source}:{native}",
        source=source,
        stream=source,
        author=Author(id=f"{source}:{author}", handle=author, followers=followers),
        text=text,
        created_at=at,
        seen_at=at,
        kind=kind,
        **more,
    )
    findings = [Finding(name="language", model="m", labels=(language,))]
    findings += [Finding(name="sentiment", model="m", labels=(sentiment,))] if sentiment else []
    findings += [Finding(name="topics", model="m", labels=topics)] if topics else []
    findings += [Finding(name=name, model="m", labels=labels) for name, labels in (found or {}).items()]
    return Enriched(mention=mention, findings=tuple(findings), routing=Routing(monitors=monitors))


def _at(number: int) -> datetime:
    return ago(hours=12 * number, days=0) - timedelta(minutes=30)


def _this_week():
    late = {"topics": ("vertraging",)}
    angry = {"intent": ("complaint",), "aspects": ("trein:negative",)}
    asking = {"intent": ("question",), "aspects": ("trein:uncertain", "app:positive")}
    yield said("1", _at(1), sentiment="negative", followers=100, found=angry, **late)
    yield said("2", _at(2), sentiment="negative", followers=120, found=angry, **late)
    yield said("3", _at(3), sentiment="negative", author="bo", followers=9000, found=asking, **late)
    yield said(
        "4", _at(4), sentiment="negative", author="bo", followers=9000, kind=Kind.REPLY, found={"intent": ()}, **late
    )
    yield said("5", _at(5), sentiment="positive", author="bo", followers=9000, **late)
    yield said("6", _at(6), sentiment="neutral", author="bo", followers=9000, **late)
    dear = {"source": "mastodon", "author": "chris", "topics": ("prijzen",), "language": "en"}
    fair, passed_on = "a fair price to Assen", "RT @chris: A fair price to Assen! https://example.org/8 #train"
    yield said("7", _at(7), sentiment="positive", monitors=(NOORDERLIJN, PRICES), text=passed_on, **dear)
    yield said("8", _at(8), sentiment="positive", monitors=(NOORDERLIJN, PRICES), text=fair, **dear)
    yield said("9", _at(9), monitors=(NOORDERLIJN, PRICES), text="what does it cost?", **dear)
    yield said(
        "10",
        _at(10),
        source="rss",
        author="krant",
        text="wat de trein kost",
        sentiment="mixed",
        language="de",
        monitors=(PRICES,),
        kind=Kind.ARTICLE,
    )


def _last_week():
    for number in range(5):
        topic = "vertraging" if number < 2 else "storing"
        yield said(f"b{number}", ago(days=9, hours=6 * number), sentiment="negative", topics=(topic,))


def _uncounted():
    at = ago(hours=20)
    tone = {"sentiment": "negative", "topics": ("vertraging",)}
    yield said("irrelevant", at, **tone)
    yield said("drill", at, marks=(Mark.DRILL,), **tone)
    yield said("deleted", at, **tone)
    yield said("hidden", at, **tone)
    yield said("muted", at, author="dirk", **tone)
    yield said("advert", at, text="nu met gratis reclame", **tone)


def _covered():
    for source in SOURCES:
        yield Coverage(source=source, stream=source, cursor_to="x", since=ago(days=20), until=HOUR + timedelta(hours=2))


def items() -> list[object]:
    """All of it, for the archive; of the first mention a person says that it is positive."""
    when = ago(hours=1)
    return [
        *_this_week(),
        *_last_week(),
        *_uncounted(),
        *_covered(),
        Judgement(mention="bluesky:1", name="sentiment", labels=("positive",), by="ruth", at=when),
        Judgement(mention="bluesky:irrelevant", name="irrelevant", labels=("yes",), by="ruth", at=when),
        Deletion(target="bluesky:deleted", scope=Scope.MENTION, at=when, reason="deleted"),
        Deletion(target="bluesky:hidden", scope=Scope.MENTION, at=when, reason="away", reversible=True),
        Mute(by="ruth", at=when, author="bluesky:dirk"),
        Mute(by="ruth", at=when, word="reclame"),
    ]


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
