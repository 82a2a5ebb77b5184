"""How mature the organisation is: levels with their evidence, a score, the next step; the report of it, and departments side by side."""

from desk.api import answers
from desk.api.asker import Asker
from desk.foundation.departments import SMALLEST
from desk.maturity.departments import compared
from desk.maturity.evidence import matured
from desk.maturity.looked import Looked
from desk.maturity.report import MaturityReport, known
from desk.maturity.wording import Reader, department, written
from desk.web.formats import Formats
from desk.web.words import load
from playbook.maturity import Met, Stand


async def now(asker: Asker) -> answers.MaturityAnswer | None:
    """None where the program keeps nothing that it could be seen in."""
    if asker.matures is None:
        return None
    at = asker.clock()
    found = await matured(asker.matures, at)
    return answers.MaturityAnswer(
        at=at,
        score=found.score,
        levels=tuple(_level(asker, stand) for stand in found.levels),
        next=_need(asker, found.next) if found.next else None,
    )


async def report(asker: Asker, language: str) -> MaturityReport | None:
    """The same on one page, in words; nobody is named."""
    if asker.matures is None:
        return None
    told = await known(asker.matures, asker.clock(), admits_closed=asker.leaving.admits_closed)
    return written(told, _reader(asker, asker.matures, language))


async def departments(asker: Asker, language: str) -> answers.MaturityDepartments | None:
    """What the report says of departments."""
    if asker.matures is None:
        return None
    at, reader = asker.clock(), _reader(asker, asker.matures, language)
    found = await compared(asker.matures, at)
    told = tuple(department(one, reader) for one in found)
    return answers.MaturityDepartments(at=at, smallest=SMALLEST, departments=told)


def _reader(asker: Asker, looked: Looked, language: str) -> Reader:
    words = load(language)
    form = Formats(words, asker.organisation.zone, asker.clock())
    return Reader(words=words, form=form, playbook=looked.playbook, organisation=asker.organisation, names=False)


def _level(asker: Asker, stand: Stand) -> answers.MaturityLevel:
    return answers.MaturityLevel(
        level=stand.level.level,
        name=_said(stand.level.name),
        answer=stand.answer.value,
        holds=stand.holds,
        met=stand.met,
        unknown=stand.unknown,
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
        counts=one.need.counts,
        next=_said(one.need.next),
        lacks=_said(one.need.lacks),
        owner=one.need.owner,
        page=asker.page + one.need.page if one.need.page else None,
    )


def _said(said: str | dict[str, str]) -> dict[str, str]:
    return {"en": said} if isinstance(said, str) else said
