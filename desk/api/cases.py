"""What somebody has to answer, as the desk knows it: ids and times, no text, authors where their source's policy lets them leave."""

from datetime import datetime

from desk.api import answers
from desk.api.asker import Asker, Forbidden
from desk.api.parameters import Working
from desk.cases.standing import in_time, standing
from desk.store import cases
from desk.store.cases import Asked, Case, Event, Happened, Order, State
from desk.store.database import Database

NONE = "-"
ANY = "any"
_SAME = (
    "number", "version", "source", "unit", "severity", "outcome", "assignee", "opened_at", "since", "first_due",
    "resolution_due", "answered_at", "snoozed_until", "closed_at", "reason", "tags",
)  # fmt: skip


async def listed(asker: Asker, asked: Working) -> answers.CasesAnswer:
    """One page of the list. Raises Forbidden where nothing is kept of cases."""
    desk, at = _desk(asker), asker.clock()
    question = Asked(
        units=(None if asked.unit == NONE else asked.unit,) if asked.unit else (),
        states=() if asked.state == ANY else (State(asked.state),),
        severities=(asked.severity,) if asked.severity else (),
        assignee={"": None, NONE: ""}.get(asked.assignee, asked.assignee),
        due_before=asked.due_before or None,
    )
    found = await cases.listed(desk, question, order=Order(asked.order), skip=asked.skip, most=asked.size)
    await asker.looked("export", "cases")
    return answers.CasesAnswer(
        at=at,
        time_zone=asker.organisation.zone.key,
        total=await cases.count(desk, question),
        cases=tuple(_told(asker, one, at) for one in found),
    )


async def case(asker: Asker, number: int) -> answers.CaseAnswer | None:
    """None where there is none."""
    desk, at = _desk(asker), asker.clock()
    found = await cases.get(desk, number)
    if found is None:
        return None
    await asker.looked("case", found.id)
    return answers.CaseAnswer(
        at=at,
        time_zone=asker.organisation.zone.key,
        case=_told(asker, found, at),
        messages=tuple(
            answers.CaseMessage(id=one.mention, at=one.at, own=one.own, edited_at=one.edited_at)
            for one in await cases.messages(desk, found.id)
        ),
        events=tuple(_happened(one) for one in await cases.events(desk, found.id)),
    )


def _desk(asker: Asker) -> Database:
    if asker.customers is None:
        raise Forbidden("nothing is kept of cases here")
    return asker.customers.database


def _told(asker: Asker, one: Case, at: datetime) -> answers.Case:
    return answers.Case(
        **{name: getattr(one, name) for name in _SAME},
        author=one.author if asker.leaving.accounts_of(one.source) else None,
        state=one.state.value,
        standing=standing(one, at).value,
        in_time=in_time(one),
        page=f"{asker.page}/case?number={one.number}",
    )


def _happened(one: Event) -> answers.CaseEvent:
    detail = "" if one.kind is Happened.NOTED else one.detail
    return answers.CaseEvent(number=one.number, at=one.at, by=one.by, kind=one.kind.value, detail=detail)
