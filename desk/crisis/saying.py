"""What is said first: drafted, approved by somebody else, and laid ready at the attached cases. Nothing is published."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.crisis.acting import Change, Outcome, Refused, Why, do
from desk.crisis.telling import tell_role
from desk.entry.who import Who, is_operator
from desk.store.crises import Crisis, Happened, Statement, answers_of, statements_of
from desk.store.crisis_tables import crisis_answers
from desk.store.crisis_writing import add_statement, approve_statement
from desk.store.database import Database
from desk.store.notices import Kind
from desk.store.statements import fits
from desk.web.formats import Formats

LONGEST = 5000
"""Characters of a statement."""
LONGEST_LANGUAGE = 8


def values(crisis: Crisis, organisation: str, form: Formats, at: datetime) -> Mapping[str, str]:
    """What a first statement may name (playbook.crisis.VARIABLES), as of that moment."""
    return {
        "organisation": organisation,
        "since": form.clock(crisis.since),
        "time": form.clock(at),
        "date": form.day(at),
    }


async def draft(
    database: Database, who: Who, crisis: str, language: str, text: str, *, approves: str, saw: int, at: datetime
) -> Outcome:
    """Write what is said first in that language, or write it anew: then it has to be approved again, by the role `approves`. What an operator
    drafted becomes the draft of whoever of the staff drafts it again, in the same words too.
    """
    words = text.strip()

    async def act(connection: AsyncConnection, now: Crisis) -> Change | Why | None:
        if not fits(words, LONGEST) or not (
            language.isascii() and language.isalpha() and language.islower() and len(language) <= LONGEST_LANGUAGE
        ):
            return Why.WRONG
        last = _last(await statements_of(connection, now.id)).get(language)
        if last is not None and last.text == words and (who.person is None or not is_operator(last.drafted_by)):
            return None
        number = last.number + 1 if last else 1
        made = Statement(language=language, number=number, text=words, drafted_by=who.by, drafted_at=at)

        async def then(connection: AsyncConnection, crisis: Crisis) -> None:
            await add_statement(connection, crisis, made)
            await tell_role(connection, crisis, approves, Kind.APPROVAL, at)

        return Change(kind=Happened.DRAFTED, detail=f"{language} {number}", then=then)

    return await do(database, who, crisis, act, kind=Happened.DRAFTED, saw=saw, at=at, what=language)


async def approve(
    database: Database, who: Who, crisis: str, language: str, number: int, *, approves: str, saw: int, at: datetime
) -> Outcome:
    """Approve the draft of that number, the last of its language: whoever holds the role `approves` may, but for who drafted it. As nobody
    knows which person an operator is, an operator approves none, and nobody approves what an operator drafted.
    """

    async def act(connection: AsyncConnection, now: Crisis) -> Change | Refused | Why | None:
        last = _last(await statements_of(connection, now.id)).get(language)
        if last is None or last.number != number:
            return Why.GONE
        if is_operator(last.drafted_by):
            return Why.UNNAMED
        if last.drafted_by == who.by:
            return Refused(what=Why.SAME_PERSON, by=last.drafted_by, at=last.drafted_at)
        if last.approved_at is not None:
            return None

        async def then(connection: AsyncConnection, crisis: Crisis) -> None:
            await approve_statement(connection, crisis, language, number, by=who.by, at=at)

        return Change(kind=Happened.APPROVED, detail=f"{language} {number}", then=then)

    return await do(database, who, crisis, act, kind=Happened.APPROVED, saw=saw, at=at, what=language, role=approves)


async def apply(database: Database, who: Who, crisis: str, *, a_minute: int, saw: int, at: datetime) -> Outcome:
    """Lay what is approved ready at the attached cases, each in its author's language, so many a minute at most (`spread`).

    Whoever leads may: its cases may be of any unit. Cases that come while it goes round get it too. A case has each statement once, however often it is applied.
    """

    async def act(connection: AsyncConnection, now: Crisis) -> Change | Why:
        said = _approved(await statements_of(connection, now.id))
        if not said:
            return Why.NOT_APPROVED
        if now.drill is not None:
            return Why.WRONG
        number = len(await answers_of(connection, now.id)) + 1

        async def then(connection: AsyncConnection, crisis: Crisis) -> None:
            numbers = msgspec.json.encode({language: one.number for language, one in said.items()}).decode()
            row = {"crisis": crisis.id, "number": number, "statements": numbers, "a_minute": a_minute}
            await connection.execute(insert(crisis_answers), row | {"by": who.by, "at": at})

        return Change(kind=Happened.APPLIED, detail=str(number), then=then)

    return await do(database, who, crisis, act, kind=Happened.APPLIED, saw=saw, at=at)


def _last(every: Sequence[Statement]) -> Mapping[str, Statement]:
    return {one.language: one for one in every}


def _approved(every: Sequence[Statement]) -> Mapping[str, Statement]:
    """What stands in each language, where it is approved."""
    return {language: one for language, one in _last(every).items() if one.approved_at is not None}
