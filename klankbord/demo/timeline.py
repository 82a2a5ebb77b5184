"""The 28 days: who says what, where and when, what is taken back, and the day around Utrecht."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from klankbord.demo import changes, rhythm
from klankbord.demo.dialogues import beside
from klankbord.demo.material import sections
from klankbord.demo.messages import Person, Said, Source, Stretch, Timeline, Wording
from klankbord.demo.people import OWN, crowd, speaker
from klankbord.demo.slots import When
from klankbord.demo.wording import Writer

SEED = 20
ORDINARY = 5_250
CRISIS_FACTOR = 8
PEOPLE = 1_400
NEW_SINCE, NEW_UNTIL = 45, 3
"""Minutes before now between which something is said that is new."""
GAP_SOURCE = Source.BLUESKY
SOURCES = {
    Source.BLUESKY: 50,
    Source.MASTODON: 20,
    Source.REVIEWS: 11,
    Source.CONTACT: 12,
    Source.NEWS: 5,
    Source.HACKERNEWS: 5,
}
LANGUAGES = {
    Source.BLUESKY: {"nl": 58, "en": 33, "de": 5, "fr": 4},
    Source.MASTODON: {"nl": 52, "en": 37, "de": 8, "fr": 3},
    Source.REVIEWS: {"nl": 64, "en": 28, "de": 5, "fr": 3},
    Source.NEWS: {"nl": 88, "en": 12},
}
STARS = {1: 24, 2: 12, 3: 14, 4: 21, 5: 29}


def timeline(now: datetime, seed: int = SEED) -> Timeline:
    """The demo's past up to `now` (aware, UTC). The same `now` and seed give the same timeline."""
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    random = Random(seed)
    teller = Teller(random)
    crisis, gap = rhythm.crisis(now), rhythm.gap(now)
    moments = [(moment, False) for moment in rhythm.arrivals(random, now, ORDINARY)]
    moments += [(moment, True) for moment in _outcry(random, [moment for moment, _ in moments], crisis)]
    newly = Newly(seed, teller.people, now)
    said: list[Said] = []
    for exact, about_crisis in sorted(moments):
        said += newly.until(exact, len(said))
        moment = exact.replace(microsecond=exact.microsecond // 1000 * 1000)
        message = teller.say(len(said), moment, crisis, about_crisis=about_crisis, before=said)
        if not (message.source is GAP_SOURCE and gap.holds(moment)):
            said.append(message)
    said += newly.until(now, len(said))
    messages = changes.second_thoughts(random, teller.writer, said, now, gap)
    return Timeline(
        seed=seed,
        now=now,
        messages=tuple(beside(messages, now)),
        accounts=changes.farewells(random, messages, now, gap),
        crisis=crisis,
        gap=gap,
        gap_source=GAP_SOURCE,
    )


def _outcry(random: Random, ordinary: Sequence[datetime], crisis: Stretch) -> list[datetime]:
    """The extra arrivals of the crisis: seven times those of the same hours in other weeks, rising fast, and a tail."""
    weeks = [timedelta(days=days) for days in (-14, -7, 7)]
    usual = sum(crisis.holds(moment - week) for week in weeks for moment in ordinary) // len(weeks)
    hours = random.choices(range(6), (6, 10, 10, 9, 7, 5), k=usual * (CRISIS_FACTOR - 1))
    inside = [crisis.since + timedelta(hours=hour, milliseconds=random.randrange(3_600_000)) for hour in hours]
    after = [crisis.until + timedelta(hours=random.expovariate(0.4)) for _ in range(usual // 2)]
    return inside + [moment for moment in after if moment < crisis.until + timedelta(hours=12)]


class Newly:
    """What nobody spoke of before: reviews about the wifi in the last hour, by themselves, so that all else stays as it was."""

    def __init__(self, seed: int, people: Sequence[Person], now: datetime) -> None:
        random = Random(seed + 7)
        texts = [(language, text) for language, lines in sections("emerging").items() for text in lines]
        random.shuffle(texts)
        moments = sorted(random.uniform(NEW_UNTIL, NEW_SINCE) for _ in texts)
        self._people = random.sample([person for person in people if not person.own], len(texts))
        self._texts, self._moments = texts, [now - timedelta(minutes=round(back, 3)) for back in reversed(moments)]

    def until(self, moment: datetime, number: int) -> list[Said]:
        """Those up to that moment that were not said yet, numbered from `number`."""
        found: list[Said] = []
        while self._moments and self._moments[0] <= moment:
            at = self._moments.pop(0)
            language, text = self._texts.pop()
            wording = Wording(text=text, language=language, topic="comfort", sentiment="negative", rating=1)
            at = at.replace(microsecond=at.microsecond // 1000 * 1000)
            author = self._people.pop()
            found.append(Said(number=number + len(found), source=Source.REVIEWS, at=at, author=author, wording=wording))
        return found


class Teller:
    """Decides who speaks where; used for the past and, with another seed, for what is said live."""

    def __init__(self, random: Random, people: Sequence[Person] = ()) -> None:
        self.random = random
        self.people = people or crowd(random, PEOPLE)
        self.writer = Writer(random)

    def say(
        self,
        number: int,
        at: datetime,
        crisis: Stretch | None,
        *,
        about_crisis: bool = False,
        before: Sequence[Said] = (),
    ) -> Said:
        """One message at that moment; `before` are those said so far, which it may answer or repeat."""
        local = at.astimezone(rhythm.ZONE)
        since = (at - crisis.since) / rhythm.HOUR if crisis else 0.0
        self.writer.when = When(hour=local.hour + local.minute / 60, lasts=min(6, int(since)))
        source = self._source(at, about_crisis=about_crisis)
        author = speaker(self.random, self.people)
        said = Said(number=number, source=source, at=at, author=author, wording=_NOTHING)
        if about_crisis and crisis:
            return self._during(said, since, before)
        return self._ordinarily(said, crisis, before)

    def _source(self, at: datetime, *, about_crisis: bool) -> Source:
        local = at.astimezone(rhythm.ZONE)
        weights = dict(SOURCES)
        if not 8 <= local.hour < 19 or local.weekday() == 6:
            weights[Source.CONTACT] = 0
        if not 6 <= local.hour < 23:
            weights[Source.NEWS] = 0
        if about_crisis:
            weights |= {
                Source.BLUESKY: 62,
                Source.MASTODON: 22,
                Source.REVIEWS: 4,
                Source.NEWS: 4,
                Source.HACKERNEWS: 0,
            }
        return self.random.choices(list(weights), list(weights.values()))[0]

    def _language(self, source: Source) -> str:
        shares = LANGUAGES[source]
        return self.random.choices(list(shares), list(shares.values()))[0]

    def _during(self, said: Said, hour: float, before: Sequence[Said]) -> Said:
        said = replace(said, crisis=True)
        match said.source:
            case Source.REVIEWS:
                return replace(said, wording=self.writer.review(self.random.choice(("nl", "nl", "en")), 1))
            case Source.CONTACT:
                return replace(said, wording=self.writer.note(crisis=True))
            case Source.NEWS:
                return replace(said, wording=self.writer.article(self._language(Source.NEWS), "crisis"))
            case _:
                return self._crisis_post(said, hour, before)

    def _crisis_post(self, said: Said, hour: float, before: Sequence[Said]) -> Said:
        chance, language = self.random.random(), self._language(said.source)
        if chance < 0.04 and language in ("nl", "en"):
            return self._answered(replace(said, author=OWN, wording=self.writer.webcare(language, crisis=True)), before)
        if chance < 0.07:
            return self._repeated(said, before, language)
        phases = {"middle": 72, "positive": 8, "neutral": 10, "start": 3, "late": 0}
        if hour < 0.7:
            phases |= {"start": 120, "positive": 0}
        elif hour > 4.4:
            phases |= {"late": 110, "middle": 30, "start": 0}
        phase = self.random.choices(list(phases), list(phases.values()))[0]
        return replace(said, wording=self.writer.crisis(language, phase))

    def _ordinarily(self, said: Said, crisis: Stretch | None, before: Sequence[Said]) -> Said:
        match said.source:
            case Source.REVIEWS:
                stars = self.random.choices(list(STARS), list(STARS.values()))[0]
                language = self._language(said.source)
                stars = {1: 2, 3: 2, 4: 5}.get(stars, stars) if language in ("de", "fr") else stars
                return replace(said, wording=self.writer.review(language, stars))
            case Source.CONTACT:
                return replace(said, wording=self.writer.note(crisis=False))
            case Source.NEWS:
                sentiment = self.random.choices(("negative", "positive", "neutral"), (40, 25, 35))[0]
                return replace(said, wording=self.writer.article(self._language(said.source), sentiment))
            case Source.HACKERNEWS:
                return self._among_engineers(said, before)
            case _:
                return self._posted(said, crisis, before)

    def _among_engineers(self, said: Said, before: Sequence[Said]) -> Said:
        stories = [
            earlier for earlier in before[-1500:] if earlier.source is Source.HACKERNEWS and earlier.wording.title
        ]
        if not stories or self.random.random() < 0.05:
            return replace(said, wording=self.writer.story())
        if self.random.random() < 0.25:
            return replace(said, wording=self.writer.comment(noise=True), reply_to=stories[-1].number, wanted=False)
        return replace(said, wording=self.writer.comment(), reply_to=self.random.choice(stories[-4:]).number)

    def _posted(self, said: Said, crisis: Stretch | None, before: Sequence[Said]) -> Said:
        chance, language = self.random.random(), self._language(said.source)
        if chance < 0.055:
            return replace(said, wording=self.writer.noise(), wanted=False)
        if chance < 0.145 and language in ("nl", "en"):
            return self._answered(replace(said, wording=self.writer.reply(language)), before)
        if chance < 0.185 and language in ("nl", "en"):
            return self._answered(
                replace(said, author=OWN, wording=self.writer.webcare(language, crisis=False)), before
            )
        if chance < 0.205:
            return self._repeated(said, before, language)
        if chance < 0.225 and said.source is Source.MASTODON:
            return self._boosted(said, before, language)
        if chance < 0.25 and said.source is Source.MASTODON:
            return replace(said, wording=self.writer.post(language), public=False)
        since = crisis and said.at - crisis.until
        if (
            since
            and timedelta(0) < since < timedelta(days=4)
            and language in ("nl", "en")
            and self.random.random() < 0.16
        ):
            return replace(said, wording=self.writer.crisis(language, "aftermath"), crisis=True)
        return replace(said, wording=self.writer.post(language))

    def _answered(self, said: Said, before: Sequence[Said]) -> Said:
        """The message as an answer to one of the last ones there, or as it is where nobody spoke."""
        earlier = self._recent(said, before)
        return replace(said, reply_to=earlier.number) if earlier else said

    def _repeated(self, said: Said, before: Sequence[Said], language: str) -> Said:
        """A copy: somebody posts what another wrote, word for word."""
        earlier = self._recent(said, before)
        if earlier is None:
            return replace(said, wording=self.writer.post(language))
        return replace(said, wording=earlier.wording, copy_of=earlier.number, crisis=earlier.crisis)

    def _boosted(self, said: Said, before: Sequence[Said], language: str) -> Said:
        earlier = self._recent(said, before)
        if earlier is None:
            return replace(said, wording=self.writer.post(language))
        return replace(said, wording=earlier.wording, boost_of=earlier.number)

    def _recent(self, said: Said, before: Sequence[Said]) -> Said | None:
        fitting = [
            earlier
            for earlier in before[-120:]
            if earlier.source is said.source and earlier.public and earlier.wanted and earlier.author is not said.author
            and earlier.author is not OWN and earlier.boost_of is None and earlier.copy_of is None
        ]  # fmt: skip
        return self.random.choice(fitting) if fitting else None


_NOTHING = Wording(text="", language="nl", topic="other", sentiment="neutral")
