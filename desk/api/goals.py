"""The organisation's goals, with their figures in the last periods."""

from core.document import Filter
from core.query import open_alone
from desk.api import answers
from desk.api.asker import Asker
from desk.foundation.goals import Standing, evidence
from desk.web import words
from picture.goals import Reading
from playbook.foundation import Goal


async def now(asker: Asker) -> answers.GoalsAnswer:
    """All of them, in the playbook's order; what is not public counts for none."""
    where = Filter(query=open_alone() if asker.leaving.admits_closed else None)
    return answers.GoalsAnswer(
        at=asker.clock(),
        time_zone=asker.organisation.zone.key,
        goals=tuple(_told(asker, one) for one in await asker.goals(where)),
    )


def _told(asker: Asker, one: Standing) -> answers.Goal:
    goal = one.goal
    return answers.Goal(
        name=one.name,
        says=_says(goal, words.first_of(asker.organisation.languages)),
        owner=goal.owner,
        measure=goal.measure,
        query=goal.query,
        among=goal.among,
        period=goal.period,
        at_least=goal.at_least,
        at_most=goal.at_most,
        periods=tuple(_period(asker, one, reading) for reading in one.readings),
    )


def _says(goal: Goal, first: str) -> dict[str, str]:
    return {first: goal.says} if isinstance(goal.says, str) else dict(goal.says)


def _period(asker: Asker, one: Standing, reading: Reading) -> answers.GoalPeriod:
    return answers.GoalPeriod(
        since=reading.since,
        until=reading.until,
        value=reading.value,
        verdict=reading.verdict.value,
        lacks=reading.lacks.value if reading.lacks else None,
        mentions=reading.count,
        among=reading.among,
        page=asker.page + evidence(one.goal, reading.since, reading.until),
    )
