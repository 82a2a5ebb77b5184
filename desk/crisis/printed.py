"""The after-action report on paper: in the words of one language, with the names of the staff, and no message's text."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.findings import SEVERITIES
from desk.crisis.report import AfterAction, Lack
from desk.reports.paper import Paper
from desk.store import audit
from desk.store.case_writing import PROGRAM
from desk.store.crises import Event, Happened, Step, StepState
from desk.web.formats import Formats
from desk.web.words import Words

_LEVELS = {str(level): name for level, name in enumerate(SEVERITIES, 1)}


class Reader:
    """Who it is printed for.

    names     of the staff, by id; `roles` what the playbook calls each role
    severity  what the plan calls the severity that the crisis has; "" where nobody said
    """

    def __init__(
        self,
        words: Words,
        form: Formats,
        *,
        organisation: str,
        names: Mapping[str, str],
        roles: Mapping[str, str],
        severity: str,
    ) -> None:
        self.words, self.form, self.organisation = words, form, organisation
        self.names, self.roles, self.severity = names, roles, severity

    def word(self, key: str, **values: object) -> str:
        return str(self.words(f"crisis_report.{key}", **values))

    def name(self, identifier: str | None) -> str:
        if identifier is None:
            return "–"
        return audit.called(self.names, identifier, left=str(self.words("crisis.left")), other=identifier)


def pdf(report: AfterAction, reader: Reader, at: datetime) -> bytes:
    """The whole file. Takes a part of a second of CPU: not for the loop of a server."""
    crisis, form = report.crisis, reader.form
    title = reader.word("title", number=crisis.number)
    paper = Paper(title, reader.organisation, words=reader.words, form=form, at=at)
    if crisis.drill is not None:
        paper.say(str(reader.words("notice.drill_only")), bold=True, size=12)
    paper.say(title, size=18, bold=True, gap=0)
    paper.say(f"{reader.organisation} · {form.absolute(crisis.since)}", soft=True, gap=3)
    _said(paper, reader.word("in_short"), _in_short(report, reader))
    _said(
        paper,
        reader.word("short"),
        [_lack(one, report.steps, reader) for one in report.short] or [reader.word("nothing")],
    )
    paper.rows(reader.word("steps"), [_step(one, reader) for one in report.steps])
    _said(paper, reader.word("timeline"), [_event(one, report.steps, reader) for one in report.events])
    paper.rows(reader.word("told"), _told(report, reader))
    for one in report.statements:
        about = (one.language, reader.name(one.drafted_by), reader.name(one.approved_by))
        _said(paper, reader.word("statement", number=one.number), [" · ".join(about), one.text])
    _evidence(paper, report, reader)
    if crisis.lesson:
        _said(paper, reader.word("lesson"), [crisis.lesson])
    return bytes(paper.output())


def _in_short(report: AfterAction, reader: Reader) -> list[str]:
    crisis, times, word = report.crisis, report.times, reader.word
    found = [
        (word("monitors"), ", ".join(one.monitor for one in report.monitors)),
        (word("severity"), reader.severity or "–"),
        (word("lead"), reader.name(crisis.lead)),
        (word("cases"), reader.form.number(sum(report.cases.values()))),
    ]
    found += [(word(f"after.{name}"), _span(getattr(times, name), reader)) for name in times.__struct_fields__]
    return [f"{name}: {value}" for name, value in found]


def _span(seconds: float | None, reader: Reader) -> str:
    return "–" if seconds is None else reader.form.duration(timedelta(seconds=max(0.0, seconds)))


def _lack(lack: Lack, steps: Sequence[Step], reader: Reader) -> str:
    what = next((one.called(reader.words.language) for one in steps if one.step == lack.what), "")
    what = what or reader.roles.get(lack.what, lack.what)
    return f"• {reader.word(f'short.{lack.short}', what=what, late=_span(lack.late, reader))}"


def _step(step: Step, reader: Reader) -> tuple[str, str, str, str]:
    due = reader.form.moment(step.due_at) if step.due_at else "–"
    done = reader.form.moment(step.done_at) if step.done_at else "–"
    state = reader.word(f"step.{step.state}") if step.state is not StepState.OPEN else "–"
    return step.called(reader.words.language), due, done, state


def _event(event: Event, steps: Sequence[Step], reader: Reader) -> str:
    """As the timeline of its page says it, with what somebody wrote behind it."""
    what, written = _what(event, steps, reader)
    rings = event.kind is Happened.REOPENED and event.by == PROGRAM
    key = f"crisis.happened.klankbord.{event.kind}" if rings else f"crisis.happened.{event.kind}"
    sentence = str(reader.words(key, who=reader.name(event.by), what=what))
    return f"{reader.form.moment_with_day(event.at)} · {sentence} {written}".rstrip()


def _what(event: Event, steps: Sequence[Step], reader: Reader) -> tuple[str, str]:
    """What an event's detail says for its sentence, and what somebody wrote with it."""
    words, (head, _, rest) = reader.words, event.detail.partition(": ")
    match event.kind:
        case Happened.RISEN | Happened.FALLEN:
            return words.or_plain("severity", _LEVELS.get(head, head)), rest
        case Happened.ESCALATED:
            return reader.roles.get(event.detail, event.detail), ""
        case Happened.STEP_SOON | Happened.STEP_OVERDUE | Happened.STEP_DONE | Happened.STEP_SKIPPED:
            return next((one.called(words.language) for one in steps if one.step == head), head), rest
        case Happened.DRAFTED | Happened.APPROVED:
            return words.or_plain("tongue", event.detail.partition(" ")[0]), ""
        case Happened.OFFERED | Happened.ACCEPTED | Happened.RETURNED_TO_LEAD:
            return reader.name(event.detail), ""
        case Happened.NOTED | Happened.STOOD_DOWN | Happened.REOPENED:
            return "", event.detail
        case _:
            return event.detail, ""


def _told(report: AfterAction, reader: Reader) -> list[tuple[str, str, str]]:
    return [
        (
            f"{reader.word(f'kind.{one.kind}')} · {reader.name(one.person or one.to)}",
            one.channel or "–",
            _span((one.taken_at - one.at).total_seconds() if one.taken_at else None, reader),
        )
        for one in report.told
    ]


def _evidence(paper: Paper, report: AfterAction, reader: Reader) -> None:
    form = reader.form
    for one in report.evidence:
        lines = [
            reader.word("figures", monitor=each.monitor, seen=form.number(each.seen), minutes=form.number(each.window), expected=form.number(round(each.expected)))
            for each in one.figures
        ]  # fmt: skip
        if one.evidence is not None:
            lines += [
                f"{reader.word(name)}: {', '.join(f'{each.name} {form.number(each.count)}' for each in getattr(one.evidence, name))}"
                for name in ("tones", "topics", "sources")
                if getattr(one.evidence, name)
            ]
        if lines:
            _said(paper, reader.word("evidence", moment=form.moment_with_day(one.at)), lines)


def _said(paper: Paper, title: str, lines: Sequence[str]) -> None:
    paper.together(20)
    paper.ln(3)
    paper.say(title, size=11, bold=True)
    for line in lines:
        paper.say(line, size=9, gap=0.5)
