"""Twenty-eight days of invented talk about a railway that does not exist: one spike, two gaps, texts that try to break out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from core.types import Author, Coverage, Engagement, Enriched, Finding, Kind, Mark, Mention, Routing

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 3, 24, 16, 20, tzinfo=UTC)
BEGAN = datetime(2026, 2, 23, 23, 0, tzinfo=UTC)  # midnight in Amsterdam, 28 days and a bit before
SPIKE = (datetime(2026, 3, 24, 11, 0, tzinfo=UTC), datetime(2026, 3, 24, 15, 0, tzinfo=UTC))
DARK = (datetime(2026, 3, 20, 0, 30, tzinfo=UTC), datetime(2026, 3, 20, 8, 15, tzinfo=UTC))
DEAF = (datetime(2026, 3, 22, 9, 0, tzinfo=UTC), datetime(2026, 3, 22, 14, 0, tzinfo=UTC))
SOURCES = ("bluesky", "mastodon", "rss")
TOPICS = ("storing", "vertraging", "prijzen", "personeel", "stations", "drukte", "app", "other")
XSS = '<script>document.title="broken"</script><img src=x onerror="document.title=\'broken\'">'

_PLACES = ("Utrecht", "Zwolle", "Groningen", "Assen", "Amersfoort", "Leeuwarden", "Meppel", "Hoogeveen")
_TALK = {
    "storing": (
        ("nl", "negative", "Alweer een storing bij {place}, ik sta nu {n} minuten stil met Noorderlijn. Niemand die iets omroept."),
        ("nl", "negative", "Seinstoring rond {place}. Mijn overstap ben ik kwijt en de app van Noorderlijn zegt dat alles rijdt."),
        ("nl", "neutral", "Noorderlijn meldt een storing tussen {place} en {other}; bussen worden ingezet, reken op een half uur extra."),
        ("en", "negative", "Signal failure near {place} again. {n} minutes on a cold platform, thanks Noorderlijn."),
        ("nl", "uncertain", "Storing bij {place}? Natuurlijk. Het is tenslotte dinsdag."),
    ),
    "vertraging": (
        ("nl", "negative", "Vertraging van {n} minuten richting {place}, derde keer deze week @noorderlijn"),
        ("nl", "neutral", "De trein van 8.12 naar {place} rijdt vandaag {n} minuten later."),
        ("en", "neutral", "Noorderlijn to {place} is running about {n} minutes late this morning."),
        ("nl", "positive", "Vertraging bij {place}, maar de conducteur legde het rustig uit en regelde een aansluiting. Netjes!"),
    ),
    "prijzen": (
        ("nl", "negative", "Een retourtje {place} kost nu meer dan met de auto. Wie bedenkt zoiets, Noorderlijn?"),
        ("nl", "neutral", "Noorderlijn past per april de tarieven aan; abonnementen op {place}–{other} worden 2 procent duurder."),
        ("en", "positive", "The weekend ticket to {place} is a bargain, took the whole family for the price of one."),
    ),
    "personeel": (
        ("nl", "positive", "Compliment voor de machinist naar {place}: omgeroepen met een grapje, de hele coupé lachte. #noorderlijn"),
        ("nl", "positive", "Conducteur Noorderlijn hielp mijn moeder van {n} met haar koffer tot op het perron in {place}. Hartverwarmend."),
        ("en", "positive", "Lovely staff at {place} station, found my scarf and kept it for me. Thank you Noorderlijn!"),
    ),
    "stations": (
        ("nl", "negative", "De lift op station {place} is al {n} dagen stuk. Met een rolstoel kom je er niet."),
        ("nl", "neutral", "Vanaf maandag wordt perron 2 in {place} verbouwd, Noorderlijn vertrekt dan van perron 4."),
        ("nl", "positive", "De nieuwe fietsenstalling bij {place} is prachtig geworden."),
    ),
    "drukte": (
        ("nl", "negative", "Weer een te korte trein naar {place}. We staan als haringen in een ton."),
        ("en", "negative", "Standing room only from {other} to {place}. Two carriages for a school morning, really?"),
        ("nl", "uncertain", "Gezellig druk in de trein naar {place}, zullen we maar zeggen."),
    ),
    "app": (
        ("nl", "negative", "De Noorderlijn-app logt me steeds uit, net als de controleur naar {place} voor me staat."),
        ("nl", "positive", "Nieuwe versie van de Noorderlijn-app toont nu ook hoe druk de trein naar {place} is. Handig."),
        ("en", "neutral", "Does the Noorderlijn app show platform changes at {place}?"),
    ),
    "other": (
        ("nl", "neutral", "Onderweg naar {place} met Noorderlijn, mist boven de weilanden. Mooi."),
        ("nl", "uncertain", "Noorderlijn en ik, het blijft een verhaal. {place} here I come."),
        ("en", "neutral", "Anyone else on the Noorderlijn to {place} for the match?"),
    ),
}  # fmt: skip
_WEIGHTS = {
    "storing": 10,
    "vertraging": 22,
    "prijzen": 12,
    "personeel": 13,
    "stations": 11,
    "drukte": 14,
    "app": 8,
    "other": 10,
}
_NAMES = (
    "Sanne de Wit", "Jeroen", "Fatima El Amrani", "Forens Noord", "Henk B.", "Marije", "Treinpraat", "Lisa van Dijk", "Olaf",
    "Bram Postma", "Kim", "Noor Hoekstra", "railfan_nl", "Priya", "Wout", "Annelies Mulder", "De Perronkrant", "Tom Harris",
    "Rover Noord", "Yusuf", "Emma", "Gerrit Veenstra", "Studenten OV", "Ilse",
)  # fmt: skip


def mentions(*, per_hour: float = 6.5, seed: int = 7, until: datetime = NOW) -> Iterator[Enriched]:
    """About four thousand messages, oldest first; the same for the same seed."""
    random = Random(seed)
    hour = BEGAN
    number = 0
    while hour < until:
        local = hour.astimezone(ZONE)
        for _ in range(_arrivals(random, per_hour * _rhythm(local))):
            at = hour + timedelta(seconds=random.uniform(0, 3600))
            number += 1
            if at < until and (made := _message(random, at, number)) is not None:
                yield made
        if SPIKE[0] <= hour < SPIKE[1]:
            for _ in range(_arrivals(random, per_hour * 7)):
                number += 1
                at = hour + timedelta(seconds=random.uniform(0, 3600))
                yield _made(random, at, number, topic="storing", place="Utrecht")
        hour += timedelta(hours=1)


def hostile() -> list[Enriched]:
    """Messages whose every free field tries to leave its place."""
    at = NOW - timedelta(minutes=3)
    author = Author(id="bluesky:mallory", handle="mallory<b>", name=XSS, url="javascript:alert(1)", followers=12)
    body = f"Noorderlijn {XSS} \u202egnivael\u202c {'x' * 400} {{{{ 7*7 }}}}"
    mention = Mention(
        id="bluesky:hostile\"'><script>", source="bluesky", author=author, text=body, title=XSS, created_at=at,
        seen_at=at, url="javascript:document.title='broken'", tags=(XSS,), content_warning=XSS,
    )  # fmt: skip
    return [
        Enriched(
            mention=mention,
            findings=(Finding(name="topics", model="made up", labels=(XSS,)),),
            routing=Routing(monitors=("Noorderlijn",)),
        )
    ]


def coverage() -> list[Coverage]:
    """What was collected: everything but one night on every source, and an afternoon of Bluesky."""
    found = []
    for source in SOURCES:
        holes = [DARK, DEAF] if source == "bluesky" else [DARK]
        since = BEGAN
        for start, end in holes:
            found.append(_covered(source, since, start))
            reason = "the machine was off" if (start, end) == DARK else "the source answered 503"
            found.append(Coverage(source=source, stream="all", cursor_to=f"{end}", since=start, until=end, gap=reason))
            since = end
        found.append(_covered(source, since, NOW))
    return found


def _covered(source: str, since: datetime, until: datetime) -> Coverage:
    return Coverage(source=source, stream="all", cursor_to=f"{until}", since=since, until=until, seen=100, kept=10)


def _rhythm(local: datetime) -> float:
    weekend = 0.55 if local.weekday() >= 5 else 1.0
    by_hour = (2, 1, 1, 1, 2, 6, 14, 22, 24, 16, 12, 11, 12, 12, 13, 15, 21, 24, 19, 13, 11, 9, 7, 4)
    return weekend * by_hour[local.hour] / 11.4


def _arrivals(random: Random, mean: float) -> int:
    left, count = 1.0, -1
    while left > 0:
        left -= random.expovariate(max(mean, 1e-9))
        count += 1
    return count


def _message(random: Random, at: datetime, number: int) -> Enriched | None:
    topic = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    made = _made(random, at, number, topic=topic, place=random.choice(_PLACES))
    if DARK[0] <= at < DARK[1] or (made.mention.source == "bluesky" and DEAF[0] <= at < DEAF[1]):
        return None
    return made


def _made(random: Random, at: datetime, number: int, *, topic: str, place: str) -> Enriched:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    language, tone, text = random.choice(_TALK[topic])
    source = random.choices(SOURCES, (70, 22, 8))[0]
    name = random.choice(_NAMES)
    handle = name.lower().replace(" ", "").replace(".", "")
    followers = None if source == "rss" else 40 + sum(map(ord, name)) ** 2 % 9_000
    words = text.format(place=place, other=random.choice(_PLACES), n=random.randint(6, 48))
    mention = Mention(
        id=f"{source}:{number}",
        source=source,
        author=Author(id=f"{source}:{handle}", handle=handle, name=name, followers=followers, followers_at=at),
        text=words,
        created_at=at,
        seen_at=at + timedelta(seconds=2),
        kind=Kind.ARTICLE if source == "rss" else random.choices((Kind.POST, Kind.REPLY), (80, 20))[0],
        language=language if source == "bluesky" else None,
        url=f"https://{source}.example/{handle}/{number}",
        engagement=Engagement(read_at=at, likes=random.randint(0, 40), reposts=random.randint(0, 6)),
        tags=("noorderlijn",) if "#noorderlijn" in words else (),
        mentions=("noorderlijn",) if "@noorderlijn" in words else (),
        marks=(Mark.HISTORY,),
    )
    return Enriched(
        mention=mention,
        findings=(*_findings(random, language, tone, topic), *_said(words, tone)),
        routing=_routing(words),
    )


def _findings(random: Random, language: str, tone: str, topic: str) -> tuple[Finding, ...]:
    sure = random.uniform(0.62, 0.97)
    return (
        Finding(name="language", model="langdetect lite", labels=(language,), confidence=0.99),
        Finding(name="sentiment", model="sentiment 1", labels=() if tone == "uncertain" else (tone,), confidence=sure),
        Finding(name="emotion", model="emotion 1", labels=({"negative": "anger", "positive": "joy"}.get(tone, "neutral"),), confidence=sure - 0.1),
        Finding(name="topics", model="topics 1", labels=(topic,), confidence=sure - 0.05),
    )  # fmt: skip


def _said(words: str, tone: str) -> tuple[Finding, ...]:
    """Intent, aspects and spam; nobody looked for the intent of what is shouted."""
    intent = {"negative": ("complaint",), "positive": ("praise",), "uncertain": ()}.get(tone, ("question",))
    aspects = tuple(f"{name}:{tone}" for name in ("trein", "app", "train") if name in words.lower())
    found = [Finding(name="intent", model="intent 1", labels=intent)] if "!" not in words else []
    found += [Finding(name="aspects", model="aspects 1", labels=aspects)] if aspects else []
    found += [Finding(name="spam", model="spam 1", labels=("links",))] if words.startswith("Gezellig") else []
    return tuple(found)


def _routing(words: str) -> Routing:
    names = ["Noorderlijn"]
    if "torin" in words or "ertraging" in words:
        names.append("Storingen en vertraging")
    if "Utrecht" in words:
        names.append("Utrecht")
    return Routing(monitors=tuple(names), playbook="3", model="sentiment 1")
