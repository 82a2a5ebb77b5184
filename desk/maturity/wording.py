"""The report of maturity in the words of one language. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk.foundation.goals import Standing
from desk.maturity import moved, report
from desk.maturity.departments import Department
from desk.maturity.pyramid import Kind, Layer, Size, layers
from desk.maturity.report import Known, MaturityReport
from desk.ports import Organisation
from desk.web.formats import Formats
from desk.web.pages.goals import figure, label
from desk.web.words import Words
from picture.periods import Period
from playbook.explaining import unit_name
from playbook.maturity import Evidence, Maturity, Met
from playbook.sections import Playbook

_UNIT = Size(wide=1, tip=0, high=1, gap=0)
_NOBODY: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who it is written for. Without `names` nobody of the staff is named."""

    words: Words
    form: Formats
    playbook: Playbook
    organisation: Organisation
    names: bool = True

    def word(self, key: str, **values: object) -> str:
        return str(self.words(f"pyramid.{key}", **values))


def written(known: Known, reader: Reader) -> MaturityReport:
    """The report, for that reader."""
    drawn = layers(known.found.levels, _UNIT)
    return MaturityReport(
        organisation=reader.organisation.name,
        language=reader.words.language,
        at=known.at,
        title=reader.word("title", organisation=reader.organisation.name),
        says=said(known.found, reader),
        score=known.found.score,
        levels=tuple(_level(layer, reader) for layer in drawn),
        moved=_moved(known.moved, reader) if known.moved else None,
        goals=tuple(_goal(one, reader) for one in known.goals),
        next=_next(known.found, known.found.next, known.holders if reader.names else _NOBODY, reader)
        if known.found.next
        else None,
        departments=tuple(department(one, reader) for one in known.departments),
    )


def said(found: Maturity, reader: Reader) -> str:
    """One sentence: which levels hold, and how far the next one is."""
    language = reader.words.language
    names = [stand.level.called(language) for stand in found.levels if stand.holds]
    climbs = next((stand for stand in found.levels if not stand.holds), None)
    if climbs is None:
        return reader.word("says.all")
    rest = {"level": climbs.level.called(language), "met": climbs.met, "all": len(climbs.needs)}
    if not names:
        return reader.word("says.none", **rest)
    return reader.word("says.some", n=len(names), names=_listed(names, reader), **rest)


def department(one: Department, reader: Reader) -> report.ReportDepartment:
    """One department, by the name that people call it by."""
    return report.ReportDepartment(
        name=department_name(one.name, reader.playbook, reader.words),
        people=one.people,
        score=one.score,
        measures={
            name: report.ReportShare(some=found.some, all=found.all, answer=found.answer)
            for name, found in one.found.items()
        },
    )


def state(layer: Layer, words: Words) -> str:
    """How a level stands, and what it waits for."""
    below = layer.below.level.called(words.language) if layer.below else ""
    unknown = layer.stand.unknown
    told = str(words(f"pyramid.kind.{layer.kind}", below=below))
    return f"{told}; {words('pyramid.unknown', n=unknown)}" if unknown and layer.kind is not Kind.HOLDS else told


def change(told: moved.Moved, words: Words, form: Formats) -> str:
    """How the score moved, since when; one that rounds to nothing did not."""
    since, rounded = day(told.since, words), round(told.change, 1)
    return (
        str(words("pyramid.moved", since=since, change=form.signed(rounded, decimals=1)))
        if rounded
        else str(words("pyramid.stays", since=since))
    )


def day(one: date, words: Words) -> str:
    return f"{one.day} {words(f'month.{one.month}')} {one.year}"


def department_name(name: str | None, playbook: Playbook, words: Words) -> str:
    """As people call it: a unit by its name, the small ones together, those of none."""
    if name is None:
        return str(words("foundation.small"))
    return unit_name(playbook, name, words.language) or str(words("foundation.nodepartment"))


def shown(evidence: Evidence | report.ReportShare, form: Formats) -> str:
    """So many of all; the number alone where there is no such thing; a dash for what nobody knows."""
    if evidence.some is None:
        return "–"
    some = form.number(evidence.some)
    return some if evidence.all is None else f"{some} / {form.number(evidence.all)}"


def _level(layer: Layer, reader: Reader) -> report.ReportLevel:
    stand = layer.stand
    return report.ReportLevel(
        level=layer.number,
        name=stand.level.called(reader.words.language),
        state=layer.kind.value,
        says=state(layer, reader.words),
        met=stand.met,
        unknown=stand.unknown,
        all=len(stand.needs),
    )


def _moved(told: moved.Moved, reader: Reader) -> report.ReportMove:
    return report.ReportMove(
        since=told.since,
        change=told.change,
        says=change(told, reader.words, reader.form),
        reasons=tuple(
            report.ReportReason(
                need=one.need.name,
                says=one.need.need.asked(reader.words.language),
                level=one.level,
                gained=one.gained,
                counts=one.counts,
            )
            for one in told.reasons
        ),
    )


def _goal(one: Standing, reader: Reader) -> report.ReportGoal:
    goal, last, words, form = one.goal, one.last, reader.words, reader.form
    ends = [(name, getattr(goal, name)) for name in ("at_least", "at_most") if getattr(goal, name) is not None]
    since = last.since.astimezone(reader.organisation.zone)
    return report.ReportGoal(
        goal=one.name,
        says=goal.called(words.language),
        period=label(Period(goal.period), since, words, form),
        value=last.value,
        figure=figure(goal, last.value, form),
        target=", ".join(str(words(f"goals.{name}", figure=figure(goal, value, form))) for name, value in ends),
        verdict=last.verdict.value,
    )


def _next(found: Maturity, met: Met, holders: Mapping[str, Sequence[str]], reader: Reader) -> report.ReportStep:
    language, roles = reader.words.language, reader.playbook.all_roles()
    owner = met.need.owner
    level = next(number for number, stand in enumerate(found.levels, 1) if met in stand.needs)
    return report.ReportStep(
        need=met.name,
        level=level,
        asks=met.need.asked(language),
        step=met.need.step(language),
        owner=owner,
        role=roles[owner].called(language) if owner in roles else owner,
        names=tuple(holders.get(owner, ())),
    )


def _listed(names: Sequence[str], reader: Reader) -> str:
    head, last = names[:-1], names[-1]
    return reader.word("and", names=", ".join(head), last=last) if head else last
