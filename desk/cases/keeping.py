"""What is heard, answered and deleted at the sources, taken into the cases: idempotent, each in one transaction.

Whatever causes an event owes what people are told of it and sets what happens by itself, so that none is without the others.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Retry
from core.ports import Erased
from desk.cases.deciding import Does, Heard, decide, rises
from desk.cases.promised import Promised
from desk.cases.telling import tell
from desk.cases.thanking import heard_back
from desk.crisis.joining import join
from desk.store import own_replies
from desk.store.case_tables import case_messages, cases
from desk.store.case_timers import arm
from desk.store.case_writing import PROGRAM, Happening, Opening, add_message, happen, locked, open_case, put_message
from desk.store.cases import Case, Happened, Message, State, events_of, messages_of
from desk.store.database import Database
from desk.store.notices import Kind
from desk.store.own_replies import Reply

WITHDRAWN = "withdrawn"
"""Why a case ends of which its author took back all."""


async def hear(desk: Database, heard: Heard, promised: Promised, *, at: datetime, erased: Erased) -> None:
    """Take in an author's message as it is archived now. Raises Retry where somebody else opens the same case at this moment."""
    try:
        async with desk.writing() as connection:
            if not (erased(heard.mention) or erased(heard.author)):
                await _hear(connection, heard, promised, at)
    except IntegrityError:
        raise Retry(f"a case of {heard.thread} was opened by somebody else") from None


async def answer(desk: Database, reply: Reply, *, at: datetime, erased: Erased) -> None:
    """Take in what an own account wrote in a conversation."""
    async with desk.writing() as connection:
        if any(erased(one) for one in (reply.mention, reply.thread, reply.reply_to, reply.to_author) if one):
            return
        await own_replies.keep(connection, reply)
        for identifier in await own_replies.answered_by(connection, reply):
            case = await locked(connection, identifier)
            if case is not None:
                await _settle(connection, case, at)


async def answered(connection: AsyncConnection, case: Case, reply: Reply, at: datetime) -> None:
    """Take in an answer that this program gave to the case, locked: that it is heard later changes nothing."""
    await own_replies.keep(connection, reply)
    await _settle(connection, case, at)


async def withdraw(desk: Database, mention: str, order: int, *, at: datetime) -> None:
    """A message up to that version is gone from its source for good: it leaves its cases, and the clock runs as it would have."""
    async with desk.writing() as connection:
        await withdraw_within(connection, mention, order, at)


async def withdraw_author(desk: Database, author: str, order: int, *, at: datetime) -> None:
    """An account is gone for good, with all it wrote up to then."""
    theirs = (
        select(case_messages.c.mention)
        .join(cases, cases.c.id == case_messages.c.case)
        .where(cases.c.author == author, ~case_messages.c.own)
    )
    async with desk.writing() as connection:
        written = [*(await connection.execute(theirs)).scalars(), *await own_replies.of_author(connection, author)]
        for mention in dict.fromkeys(written):
            await withdraw_within(connection, mention, order, at)


async def _hear(connection: AsyncConnection, heard: Heard, promised: Promised, at: datetime) -> None:
    case, known = await _known(connection, heard)
    does = decide(heard, known, case, promised.reopened_within)
    if does is Does.OPENS:
        await _open(connection, heard, promised, at)
    elif case is not None and known is not None and does is Does.CHANGES:
        await put_message(connection, case, heard.message)
        if heard.edited_at not in (None, known.edited_at):
            edited = Happening(kind=Happened.EDITED, detail=heard.mention)
            case = await happen(connection, case, edited, by=PROGRAM, at=at)
        case = await heard_back(connection, case, heard.mention, at)
        if case.state is not State.CLOSED and rises(case, heard.severity):
            await _rise(connection, case, heard, promised, at)
    elif case is not None and does is not Does.NOTHING:
        await _continue(connection, case, heard, promised, at, reopens=does is Does.REOPENS)


async def withdraw_within(connection: AsyncConnection, mention: str, order: int, at: datetime) -> None:
    """As `withdraw`, in a transaction."""
    mine = (case_messages.c.mention == mention, case_messages.c.order <= order)
    where = select(case_messages.c.case).where(*mine).order_by(case_messages.c.case)
    holding = (await connection.execute(where)).scalars().all()
    await own_replies.drop(connection, mention, order)
    for identifier in holding:
        case = await locked(connection, identifier)
        if case is not None:
            await connection.execute(delete(case_messages).where(case_messages.c.case == case.id, *mine))
            await _without(connection, case, at)


async def _known(connection: AsyncConnection, heard: Heard) -> tuple[Case | None, Message | None]:
    """The case that the message belongs to, and what that knows of it; else the last of its author in its conversation."""
    belongs = select(case_messages.c.case).where(case_messages.c.mention == heard.mention, ~case_messages.c.own)
    last = (
        select(cases.c.id)
        .where(cases.c.author == heard.author, cases.c.thread == heard.thread)
        .order_by((cases.c.state == State.CLOSED.value), cases.c.number.desc())
        .limit(1)
    )
    identifier = (await connection.execute(belongs)).scalar() or (await connection.execute(last)).scalar()
    case = await locked(connection, identifier) if identifier else None
    told = await messages_of(connection, case.id) if case else []
    return case, next((one for one in told if one.mention == heard.mention), None)


async def _open(connection: AsyncConnection, heard: Heard, promised: Promised, at: datetime) -> None:
    promises = promised.promises(heard.unit, heard.severity, heard.at)
    opening = Opening(
        author=heard.author,
        thread=heard.thread,
        source=heard.source,
        severity=heard.severity,
        outcome=heard.outcome,
        since=heard.at,
        unit=heard.unit,
        monitors=heard.monitors,
        **promises._asdict(),
    )
    case = await open_case(connection, opening, heard.message, at=at)
    await join(connection, case, arrived=heard.arrived or at, at=at)
    await tell(connection, case, Kind.OPENED, at, number=case.version, roles=heard.tells)
    await _settle(connection, case, at, anew=True)


async def _continue(
    connection: AsyncConnection, case: Case, heard: Heard, promised: Promised, at: datetime, *, reopens: bool
) -> None:
    """The author wrote again: a case that sleeps wakes, one that is closed opens again, with a clock that runs from then."""
    sooner = {} if reopens else await _since(connection, case, heard, promised)
    await add_message(connection, case, heard.message)
    joined = Happening(kind=Happened.ATTACHED, detail=heard.mention)
    case = await happen(connection, case, joined, by=PROGRAM, at=at, **sooner)
    told = Kind.ATTACHED
    if reopens:
        promises = promised.promises(case.unit, case.severity, heard.at)
        new = {"state": State.OPEN, "since": heard.at, "closed_at": None, "reason": None, "answered_at": None}
        again = Happening(kind=Happened.REOPENED, detail=heard.mention)
        case = await happen(connection, case, again, by=PROGRAM, at=at, **new, **promises._asdict())
        told = Kind.REOPENED
    elif case.state is State.SNOOZED:
        woke = Happening(kind=Happened.WOKE, detail=heard.mention)
        case = await happen(connection, case, woke, by=PROGRAM, at=at, state=State.OPEN, snoozed_until=None)
        told = Kind.WOKE
    await tell(connection, case, told, at, number=case.version)
    if rises(case, heard.severity):
        case = await _rise(connection, case, heard, promised, at)
    case = await heard_back(connection, case, heard.mention, at)
    await _settle(connection, case, at, anew=told is not Kind.ATTACHED)


async def _since(connection: AsyncConnection, case: Case, heard: Heard, promised: Promised) -> dict[str, object]:
    """What changes where a message that has to be answered was published before the one that opened the case, and heard after it.
    Nothing once the clock runs anew.
    """
    if not heard.answers or heard.at >= case.since:
        return {}
    if any(one.kind is Happened.REOPENED and one.by == PROGRAM for one in await events_of(connection, case.id)):
        return {}
    promises = promised.promises(case.unit, case.severity, heard.at)
    return {"since": heard.at, "first_message": heard.mention, **promises._asdict()}


async def _rise(connection: AsyncConnection, case: Case, heard: Heard, promised: Promised, at: datetime) -> Case:
    """It is as severe as the message from now on: what is promised comes sooner, and never later; whom its outcome tells is told."""
    promises = promised.promises(case.unit, heard.severity, case.since)
    sooner = {
        name: min(before, new) if before and new else before or new
        for name, new in promises._asdict().items()
        for before in (getattr(case, name),)
    }
    risen = Happening(kind=Happened.RISEN, detail=heard.severity)
    case = await happen(connection, case, risen, by=PROGRAM, at=at, severity=heard.severity, **sooner)
    await tell(connection, case, Kind.RISEN, at, number=case.version, roles=heard.tells)
    await arm(connection, case, at)
    return case


async def _settle(connection: AsyncConnection, case: Case, at: datetime, *, anew: bool = False) -> None:
    """Bring the case to what is known of our answers: new ones show, the first since its clock runs stops it."""
    replies = await own_replies.answering(connection, case)
    new = [reply.mention for reply in replies if await add_message(connection, case, reply.message)]
    ours = [one for one in await messages_of(connection, case.id) if one.own and one.at >= case.since]
    first, before = (ours[0].at if ours else None), case.answered_at
    if first is not None and (before is None or first < before) and not new:
        new = [ours[0].mention]  # known already, from before the clock ran anew
    happened = [Happening(kind=Happened.ANSWERED, detail=mention) for mention in new]
    if before is not None and (first is None or first > before):
        happened.append(Happening(kind=Happened.UNANSWERED))
    if happened:
        case = await happen(connection, case, *happened, by=PROGRAM, at=at, answered_at=first)
    await arm(connection, case, at, anew=anew or (before is not None and first is None))


async def _without(connection: AsyncConnection, case: Case, at: datetime) -> None:
    """A message left the case, which ends where its author took back all of it."""
    left = [one for one in await messages_of(connection, case.id) if not one.own]
    values: dict[str, object] = {"first_message": left[0].mention} if left else {}
    if not left and case.state is not State.CLOSED:
        values |= {"state": State.CLOSED, "closed_at": at, "reason": WITHDRAWN, "snoozed_until": None}
    case = await happen(connection, case, Happening(kind=Happened.WITHDRAWN), by=PROGRAM, at=at, **values)
    await _settle(connection, case, at)
