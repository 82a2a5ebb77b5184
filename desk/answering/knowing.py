"""Who knows the answer: colleagues by what they say they know and by answers of theirs that went well. Pure."""

from collections.abc import Iterable

import msgspec


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may answer.

    skills   in small letters, as topics are compared
    well     answers on the topic that went well
    on_duty  in the unit, now; `willing` said that they can be asked, and are not away
    """

    person: str
    name: str
    skills: frozenset[str] = frozenset()
    well: int = 0
    on_duty: bool = False
    willing: bool = False


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to ask, and why."""

    person: str
    name: str
    skilled: bool
    well: int
    on_duty: bool


def ranked(skill: str, candidates: Iterable[Candidate]) -> tuple[Offer, ...]:
    """Those who know, and can be asked: who named the skill before who did not, then who answered well more often, then who is on duty."""
    found = [
        Offer(person=one.person, name=one.name, skilled=skill in one.skills, well=one.well, on_duty=one.on_duty)
        for one in candidates
        if (skill in one.skills or one.well) and (one.on_duty or one.willing)
    ]
    return tuple(sorted(found, key=lambda one: (not one.skilled, -one.well, not one.on_duty, one.name, one.person)))
