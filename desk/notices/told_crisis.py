"""What a message says of a crisis, before it has the form of a channel: what rings, since when, what has to be done, and a link. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from desk.crisis.evidence import Figures
from desk.notices.still import still_of_crisis, unapproved
from desk.notices.told import Reader, Told, again, aside
from desk.store.crises import Crisis, Event, Happened, Statement, Step
from desk.store.notice_messages import Message
from desk.store.notices import Kind, Notice
from desk.web.words import Words

GRAVE = (
    Kind.ALARM, Kind.CRISIS_ESCALATED, Kind.RETURNED, Kind.STEP_DUE, Kind.APPROVAL, Kind.HANDED_OVER, Kind.CRISIS_CASES,
    Kind.LULL, Kind.STOOD_DOWN,
)  # fmt: skip
"""What is said first, where a message tells of several."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A crisis as it is now, with what a message of it names.

    events  by number; `statements` in order; `figures` what the detector said at the opening; `cases` how many belong to it
    severity the one it has, in words by language; "" while nobody said
    """

    crisis: Crisis
    steps: Mapping[str, Step]
    events: Mapping[int, Event]
    statements: Sequence[Statement] = ()
    figures: Sequence[Figures] = ()
    cases: int = 0
    severity: str = ""


def true_still(owed: Sequence[Notice], known: Known) -> Sequence[Notice]:
    """What of these notices somebody still has to know, the gravest first: of each kind the latest of each step or draft."""
    waiting = unapproved(known.statements)
    led = max(
        (one.number for one in known.events.values() if one.kind in (Happened.TAKEN, Happened.ACCEPTED)), default=0
    )

    def still(one: Notice) -> bool:
        event = known.events.get(one.event_number)
        return still_of_crisis(one, known.crisis, event, _step(one, known), waiting, led=led)

    true = {_about(one, known): one for one in owed if still(one)}
    return sorted(true.values(), key=lambda one: GRAVE.index(one.kind))


def tell_crisis(message: Message, told: Sequence[Notice], known: Known, reader: Reader) -> Told:
    """The message of a crisis. One of a drill says so before anything else."""
    words, crisis = reader.words, known.crisis
    drill = [str(words("notice.drill"))] if crisis.drill else []
    first, *others = dict.fromkeys(_said(notice, known, reader) for notice in told)
    subject = " ".join([*drill, again(first, words, repeat=message.unsure)])
    return Told(
        subject=subject,
        sentences=(
            *([str(words("notice.drill_only"))] if drill else []),
            *(f"{one}." for one in (first, *others)),
            *_facts(told, known, reader),
            *aside(message, words),
        ),
        counts=Counter(one.kind for one in told),
        lines=(),
        more="",
        link=f"{reader.page}/crisis?number={crisis.number}",
        all=str(words("notice.crisis_link", number=crisis.number)),
        language=words.language,
        repeat=message.unsure,
        crisis=crisis,
    )


def _about(notice: Notice, known: Known) -> tuple[Kind, str]:
    """What only the latest notice says: each step and each draft is told for itself."""
    event = known.events.get(notice.event_number)
    return notice.kind, event.detail if event and notice.kind in (Kind.STEP_DUE, Kind.APPROVAL) else ""


def _said(notice: Notice, known: Known, reader: Reader) -> str:
    """One sentence, without its full stop."""
    kind = notice.kind
    words, event, step = reader.words, known.events.get(notice.event_number), _step(notice, known)
    detail = event.detail if event else ""
    values: dict[str, str] = {"number": str(known.crisis.number), "detail": detail}
    if step is not None:
        values["detail"] = step.called(words.language)
        values["moment"] = _moment(step.due_at, reader)
    if kind is Kind.CRISIS_CASES:
        return str(
            words("notice.crisis_cases", n=int(detail or 0), count=reader.form.number(int(detail or 0)), **values)
        )
    return str(words(f"notice.crisis.{_word(notice, known, step)}", **values))


def _word(notice: Notice, known: Known, step: Step | None) -> str:
    """Where one kind says several things: a step is due or overdue, a hand-over is offered or came back, a lull asks or tells."""
    kind, event = notice.kind, known.events.get(notice.event_number)
    if kind is Kind.STEP_DUE and step is not None and step.due_at is not None:
        return "step_overdue" if step.due_at <= notice.at else "step_due"
    if kind in (Kind.HANDED_OVER, Kind.LULL) and event is not None:
        nobody = event.kind is Happened.RETURNED_TO_LEAD and notice.to_person is None
        return "returned_to_nobody" if nobody else event.kind.value
    return kind.value


def _facts(told: Sequence[Notice], known: Known, reader: Reader) -> list[str]:
    words, form, crisis = reader.words, reader.form, known.crisis
    said = [str(words("notice.crisis.since", moment=form.moment(crisis.since)))]
    if any(one.kind in (Kind.ALARM, Kind.CRISIS_ESCALATED) for one in told):
        said += [_figures(one, words, reader) for one in known.figures]
    if known.severity:
        said.append(str(words("notice.crisis.severity", severity=known.severity)))
    if known.cases:
        said.append(str(words("notice.crisis.has", n=known.cases, count=form.number(known.cases))))
    return said


def _figures(one: Figures, words: Words, reader: Reader) -> str:
    seen, expected = reader.form.number(one.seen), reader.form.number(round(one.expected))
    minutes = reader.form.number(one.window)
    return str(words("notice.crisis.figures", monitor=one.monitor, seen=seen, expected=expected, minutes=minutes))


def _step(notice: Notice, known: Known) -> Step | None:
    event = known.events.get(notice.event_number)
    return known.steps.get(event.detail) if event is not None and notice.kind is Kind.STEP_DUE else None


def _moment(moment: datetime | None, reader: Reader) -> str:
    return reader.form.moment(moment) if moment else ""
