"""How mature the organisation is: levels with their evidence, a score, and the next step."""

from desk.api import answers
from desk.api.asker import Asker
from playbook.maturity import Met, Stand


async def now(asker: Asker) -> answers.MaturityAnswer | None:
    """None where the program keeps nothing that it could be seen in."""
    found = await asker.maturity()
    if found is None:
        return None
    return answers.MaturityAnswer(
        at=asker.clock(),
        score=found.score,
        levels=tuple(_level(asker, stand) for stand in found.levels),
        next=_need(asker, found.next) if found.next else None,
    )


def _level(asker: Asker, stand: Stand) -> answers.MaturityLevel:
    return answers.MaturityLevel(
        level=stand.level.level,
        name=_said(stand.level.name),
        answer=stand.answer.value,
        holds=stand.holds,
        needs=tuple(_need(asker, one) for one in stand.needs),
    )


def _need(asker: Asker, one: Met) -> answers.MaturityNeed:
    return answers.MaturityNeed(
        need=one.name,
        asks=_said(one.need.asks),
        answer=one.evidence.answer.value,
        some=one.evidence.some,
        all=one.evidence.all,
        at_least=one.need.at_least,
        next=_said(one.need.next),
        owner=one.need.owner,
        page=asker.page + one.need.page if one.need.page else None,
    )


def _said(said: str | dict[str, str]) -> dict[str, str]:
    return {"en": said} if isinstance(said, str) else said
