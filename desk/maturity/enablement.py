"""Evidence of the fourth level: knowledge that is passed on, people who are trusted to act, and the whole organisation."""

from datetime import datetime

from desk.answering.active import activity
from desk.answering.trust import Lifted, needs_approval
from desk.maturity.looked import QUARTER, Found, Looked
from desk.store import people, practices, trust
from desk.store.taking_part import Act, took_part
from playbook.answers import Answering


async def evidence(looked: Looked, at: datetime) -> Found:
    return {**await _passed_on(looked, at), **await _trusted(looked, at), **await _departments(looked, at)}


async def _passed_on(looked: Looked, at: datetime) -> Found:
    """Of those who answered the ones who used a best practice that another made, whoever wrote it anew since."""
    acted = await took_part(looked.database, at - QUARTER, at)
    answering = {person for person, acts in acted.items() if Act.ANSWERED in acts}
    makers = {one.id: one.made_by for one in await practices.listed(looked.database, most=None)}
    uses = await practices.uses(looked.database, since=at - QUARTER)
    learned = {one.by for one in uses if makers.get(one.practice, one.by) != one.by}
    return {"passed_on": looked.of("passed_on", (person in learned for person in answering))}


async def _trusted(looked: Looked, at: datetime) -> Found:
    """People whose unit is not the centre, and who answer on some topic without another's approval; where nobody needs that,
    those who answered in a quarter.
    """
    organisation = looked.playbook.organisation
    if organisation is None:
        return {}
    rule = (looked.playbook.answers or Answering()).four_eyes
    here = await people.every(looked.database, left=False)
    outside = {one.id for one in here if one.unit not in (None, organisation.centre)}
    if not rule.asked:
        acted = await took_part(looked.database, at - QUARTER, at)
        return {"trusted": looked.number("trusted", sum(Act.ANSWERED in acted.get(person, ()) for person in outside))}
    marks = await trust.every(looked.database)
    lifted = sum(
        any(
            isinstance(needs_approval(marks[person], topic, rule), Lifted) for topic in {m.topic for m in marks[person]}
        )
        for person in outside & set(marks)
    )
    return {"trusted": looked.number("trusted", lifted)}


async def _departments(looked: Looked, at: datetime) -> Found:
    """Departments in which somebody took part; and publishers, once the organisation set itself a goal."""
    rules = looked.playbook.answers
    part = await activity(looked.database, rules.publishers if rules else None, at)
    found = {"departments_active": looked.share("departments_active", part.active, part.all)}
    if part.wanted:
        found["publishers"] = looked.share("publishers", part.publishers, part.wanted)
    return found
