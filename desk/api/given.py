"""Answers that were written at the desk, as far as they are: ids and times, no text."""

from desk.api import answers
from desk.api.asker import Asker, Forbidden
from desk.api.parameters import Given
from desk.store import answers as kept
from desk.store import cases
from desk.store.answers import State

ANY = "any"
_SAME = (
    "number", "answers", "publisher", "reason", "mention", "url", "ready_at", "ended_at", "tries",
)  # fmt: skip


async def listed(asker: Asker, asked: Given) -> answers.GivenAnswers:
    """One page of the list. Raises Forbidden where nothing is kept of cases."""
    if asker.customers is None:
        raise Forbidden("nothing is kept of cases here")
    desk = asker.customers.database
    states = () if asked.state == ANY else (State(asked.state),)
    found = await kept.listed(desk, states=states, skip=asked.skip, most=asked.size)
    of = await cases.several(desk, {one.case for one in found})
    counted = await kept.counted(desk)
    await asker.looked("export", "answers")
    return answers.GivenAnswers(
        at=asker.clock(),
        time_zone=asker.organisation.zone.key,
        total=sum(number for state, number in counted.items() if not states or state in states),
        answers=tuple(
            answers.Given(
                **{name: getattr(one, name) for name in _SAME},
                case=of[one.case].number,
                state=one.state.value,
                language=one.words.language,
                written_by=one.words.by,
                written_at=one.words.at,
                approved_by=one.words.approved_by,
            )
            for one in found
            if one.case in of
        ),
    )
