"""Whether somebody may answer on an own account, and what is missing where not."""

from collections.abc import Sequence

from desk.answering.explained import explained
from desk.answering.naming import Names
from desk.answering.permitted import Link, Missing, Permitted, Refused, Rules
from desk.api import answers
from desk.api.asker import Asker, Forbidden
from desk.api.parameters import Answering
from desk.foundation.lookalikes import plain
from desk.store import accounts, answering
from desk.store.accounts import Account
from desk.web.formats import Formats
from desk.web.words import load


async def answer(asker: Asker, asked: Answering) -> answers.MayAnswer | None:
    """None where there is no such account. Raises Forbidden where nothing is kept of staff. Nobody is named but by the id that was asked."""
    if asker.customers is None or asker.rules is None:
        raise Forbidden("nothing is kept of who may answer here")
    desk, at = asker.customers.database, asker.clock()
    account = _account(await accounts.every(desk), asked)
    if account is None:
        return None
    await asker.looked("person", asked.person)
    async with desk.reading() as connection:
        found = await answering.may_answer(
            connection, asked.person, account.id, asker.rules, at, unit=asked.unit or None
        )
    return answers.MayAnswer(
        at=at,
        person=asked.person,
        source=account.source,
        handle=account.handle,
        may=isinstance(found, Permitted),
        by=found.by.value if isinstance(found, Permitted) else None,
        until=found.until if isinstance(found, Permitted) else None,
        missing=_missing(asker, asker.rules, found, account) if isinstance(found, Refused) else (),
        page=f"{asker.page}/may",
    )


def _account(own: Sequence[Account], asked: Answering) -> Account | None:
    wanted = (asked.source, plain(asked.handle))
    return next((one for one in own if (one.source, one.handle) == wanted), None)


def _missing(asker: Asker, rules: Rules, refused: Refused, account: Account) -> tuple[answers.MissingLink, ...]:
    words, names = load("en"), Names(trainings=rules.trainings, account=account)
    told = explained(refused, names, words, Formats(words, asker.organisation.zone, asker.clock()))
    return tuple(
        answers.MissingLink(link=one.link.value, what=_what(one, account), since=one.since, detail=said.sentence)
        for one, said in zip(refused.missing, told, strict=True)
    )


def _what(one: Missing, account: Account) -> str:
    return account.handle if one.link is Link.ACCOUNT else one.what
