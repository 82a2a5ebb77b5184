"""What is best done next for a customer: the facts that the playbook's rules ask for, gathered, and what they come to."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from core.findings import SEVERITIES
from desk.customers.asked import Customers
from desk.customers.one import Known, mentions_link
from desk.customers.said import said
from desk.customers.weeks import Weeks
from desk.store import crises, history
from desk.store.cases import Case
from desk.store.crises import Crisis
from desk.store.crises import State as Standing
from desk.store.inbox import Looking, others_of
from picture.customer import SEGMENT
from picture.mention import labels_of
from picture.tendency import moved
from playbook.customer_facts import Known as Facts
from playbook.customer_facts import Trend
from playbook.next_best_action import Decided, Leads, decide

MOVES = 0.25
"""So far net sentiment goes before it rises or falls."""
_FAR = timedelta(days=36_500)


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The facts, and what an action may lead to: numbers of the most urgent open case and of the crisis, id of the latest message."""

    facts: Facts
    case: int | None = None
    crisis: int | None = None
    message: str | None = None


class NextStep(msgspec.Struct, frozen=True, kw_only=True):
    """What is best done, by language; `page` is where it leads to."""

    decided: dict[str, Decided]
    page: str

    @property
    def name(self) -> str:
        return next(iter(self.decided.values())).name


async def gather(asked: Customers, known: Known, weeks: Weeks | None, looking: Looking | None) -> Gathered:
    """`looking` is who asks for cases, None where they may see none: of those nothing is known then. Where some open case is hidden
    from them, no more is known than what those say that they see.
    """
    authors = [one.author for one in known.linked if asked.counts(one.author)]
    now = asked.clock()
    latest = next(iter(await said(asked, authors, most=1)), None)
    answer = next(iter(await history.answers(asked.database, authors, until=now, most=1)), None)
    at = latest.enriched.mention.created_at if latest else None
    every = await others_of(asked.database, authors) if looking else ()
    left = [one for one in every if looking and looking.sees(one)]
    urgent = min(left, key=lambda one: (_due(one, now) or _FAR, one.number), default=None)
    running = await _running(asked, left)
    facts = Facts(
        waits=now - at if at and (answer is None or answer[1] < at) else None,
        answered=now - answer[1] if answer else None,
        silent=now - at if at else None,
        sentiment=tuple(labels_of(latest, "sentiment")) or None if latest else None,
        intent=tuple(labels_of(latest, "intent")) or None if latest else None,
        trend=trend(weeks) if weeks else None,
        net=weeks.whole.net if weeks else None,
        mentions=known.said.mentions if known.said else None,
        segment=tuple(one.value for one in known.facts if one.name == SEGMENT),
    )
    if looking:
        whole = len(left) == len(every)
        facts = msgspec.structs.replace(
            facts,
            case=_known(bool(left), whole=whole),
            severity=max((one.severity for one in left), key=_rank, default=None) if whole else None,
            due=_due(urgent, now) if urgent else None,
            crisis=_known(running is not None, whole=whole),
        )
    return Gathered(
        facts=facts,
        case=urgent.number if urgent else None,
        crisis=running.number if running else None,
        message=latest.enriched.mention.id if latest else None,
    )


def next_step(asked: Customers, found: Gathered, known: Known, languages: Collection[str]) -> NextStep | None:
    """None where no rule holds."""
    decided = {language: step for language in languages if (step := decide(asked.actions, found.facts, language))}
    leads = next((one.link for one in decided.values()), None)
    return NextStep(decided=decided, page=_page(leads, found, known)) if leads else None


def _page(leads: Leads, found: Gathered, known: Known) -> str:
    """The address on the page; the timeline where there is nothing of what it leads to."""
    timeline = f"/customer?{urlencode({'id': known.customer.id})}#timeline"
    match leads:
        case Leads.CASE if found.case is not None:
            return f"/case?number={found.case}"
        case Leads.CRISIS if found.crisis is not None:
            return f"/crisis?number={found.crisis}"
        case Leads.MESSAGE if found.message is not None:
            return f"/mention?{urlencode({'id': found.message})}"
        case Leads.MESSAGES:
            return mentions_link([one.author for one in known.linked]) or timeline
        case _:
            return timeline


def trend(weeks: Weeks) -> Trend | None:
    """None where it is not known: weeks were not collected, or too little was felt in them."""
    change = moved([None if one.count is None else one.sentiment for one in weeks.weeks])
    if change is None:
        return None
    return Trend.FALLING if change <= -MOVES else Trend.RISING if change >= MOVES else Trend.STEADY


async def _running(asked: Customers, left: Sequence[Case]) -> Crisis | None:
    belongs = await crises.of_cases(asked.database, [one.id for one in left])
    return next((one for one in belongs.values() if one.state is not Standing.ENDED), None)


def _known(seen: bool, *, whole: bool) -> bool | None:
    """Whether it is so: what is seen is, what is not seen is not where all of it can be."""
    return True if seen else False if whole else None


def _due(case: Case, now: datetime) -> timedelta | None:
    """Until what it promises next, as desk.store.cases.next_of says."""
    first = case.first_due or case.resolution_due
    due = first if case.answered_at is None else case.resolution_due
    return due - now if due else None


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1
