"""What is asked and answered while the demo's organisation climbs: said beside the rest of the 28 days, which stays as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from klankbord.demo.material import parts
from klankbord.demo.messages import Person, Said, Source, Wording
from klankbord.demo.people import OWN
from klankbord.demo.rhythm import ZONE

FIRST_NUMBER, FIRST_PERSON = 900_000, 8_000
"""Numbers of messages and of people from there on are theirs."""
DAYS = 28
EVENING = time(19, 5)
"""When an author comes back to an answer."""


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """A question, what the railway answered, and what the author said then, where they said anything."""

    question: Said
    answer: Said
    then: Said | None = None

    @property
    def said(self) -> Sequence[Said]:
        return [one for one in (self.question, self.answer, self.then) if one is not None]


def workdays(now: datetime) -> Sequence[date]:
    """The working days among the whole days of the 28 before `now`: eighteen at least."""
    last = now.astimezone(ZONE).date()
    days = (last - timedelta(days=back) for back in range(DAYS - 1, 0, -1))
    return [day for day in days if day.weekday() < 5]


def moment(day: date, clock: str | time) -> datetime:
    """That day at that hour of the railway's clock, like "10:12"."""
    hour = time.fromisoformat(clock) if isinstance(clock, str) else clock
    return datetime.combine(day, hour, ZONE).astimezone(UTC)


def dialogues(now: datetime) -> Mapping[str, Dialogue]:
    """All of them by name, as they lie in the 28 days before `now`."""
    days, told = workdays(now), parts("climb")["dialogues"]
    return {name: _dialogue(one, days[one["day"]], place) for place, (name, one) in enumerate(told.items())}


def beside(messages: Sequence[Said], now: datetime) -> Sequence[Said]:
    """The messages with those of all dialogues among them, in order of time."""
    more = [said for one in dialogues(now).values() for said in one.said]
    return sorted([*messages, *more], key=lambda said: said.at)


def asked_now(at: datetime) -> Said:
    """What somebody asks once the demo is live, much like what was asked before."""
    one, at = parts("climb")["now"], at.replace(microsecond=at.microsecond // 1000 * 1000)
    return _said(one, FIRST_NUMBER - 1, at, _person(one, FIRST_PERSON - 1), one["text"])


def _dialogue(one: Mapping[str, Any], day: date, place: int) -> Dialogue:  # Any: what YAML holds
    number, asked = FIRST_NUMBER + 3 * place, moment(day, one["at"])
    author = _person(one, FIRST_PERSON + place)
    question = _said(one, number, asked, author, one["text"])
    answered = asked + timedelta(minutes=one["after"])
    answer = _said(one, number + 1, answered, OWN, one["answer"], to=number)
    then = one.get("then")
    thanks = _said(one, number + 2, moment(day, EVENING), author, then, to=number + 1) if then else None
    return Dialogue(question=question, answer=answer, then=thanks)


def _person(one: Mapping[str, Any], number: int) -> Person:  # Any: what YAML holds
    return Person(number=number, handle=one["handle"], name=one["name"], followers=80 + number % 50)


def _said(
    one: Mapping[str, Any],  # Any: what YAML holds
    number: int,
    at: datetime,
    author: Person,
    text: str,
    *,
    to: int | None = None,
) -> Said:
    sentiment = "neutral" if to is None or author is OWN else "positive"
    wording = Wording(text=text, language=one["language"], topic=one["topic"], sentiment=sentiment)
    return Said(number=number, source=Source.MASTODON, at=at, author=author, wording=wording, reply_to=to)
