"""Questions about customers: what the policies of their accounts' sources let leave, and nothing that is not public."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import msgspec

from core.document import Filter
from core.query import open_alone
from desk.api import answers, told
from desk.api.asker import Asker, Forbidden
from desk.api.parameters import Finding
from desk.customers import one
from desk.customers.asked import Customers
from desk.customers.listing import Order, Row, listed
from desk.customers.next_step import NextStep, gather, next_step
from desk.customers.one import Known
from desk.customers.weeks import Weeks, weeks_of
from desk.held.document import Held
from desk.ports import Scope
from desk.store import customers
from desk.store.inbox import Looking
from desk.web.view import View
from desk.web.words import LANGUAGES
from picture.portrait import Account

ROOT = "/api/v1"


async def search(asker: Asker, asked: Finding) -> answers.Customers:
    """One page of the list. Raises Reject where `after` continues another one."""
    question = msgspec.structs.replace(asked, q=asked.q.strip(), after="")
    after = asker.seal.open(asked.after, question) if asked.after else ""
    found = await listed(lent(asker), question.q, order=Order(asked.order), size=asked.size, after=after)
    await asker.looked("export", "customers")
    following = None if found.after is None else asker.seal.close(found.after, question)
    return answers.Customers(
        total=found.total,
        order=found.order.value,
        customers=tuple(_listed(asker, row) for row in found.rows),
        next=None if following is None else _next(asker, question, following),
    )


async def customer(asker: Asker, name: str) -> answers.CustomerAnswer | None:
    """None where there is none."""
    asked = lent(asker)
    found = await one.known(asked, name)
    if found is None:
        return None
    await asker.looked("customer", found.customer.id)
    weeks = await weeks_of(asked, found.said) if found.said else None
    seen = Looking(me=asker.name, units=None, at=asker.clock()) if asker.has(Scope.CASES) else None
    step = next_step(asked, await gather(asked, found, weeks, seen), found, LANGUAGES)
    return _answer(asker, asked, found, weeks, step)


async def held(asker: Asker, name: str) -> Held | None:
    """All that is held of it; None where there is none."""
    asked = lent(asker)
    if asker.held is None:
        raise Forbidden("what is held is not told here")
    found = await customers.get(asked.database, name) if name.isalnum() else None
    if found is None:
        return None
    await asker.looked("held", found.id)
    return await asker.held(customer=found.id)


def lent(asker: Asker) -> Customers:
    """What of customers this asker may be told. Raises Forbidden where nothing is kept of them."""
    if asker.customers is None:
        raise Forbidden("nothing is kept of customers here")
    return replace(
        asker.customers,
        documents=None,
        names=lambda author: asker.leaving.accounts_of(author.partition(":")[0]),
        where=Filter(query=open_alone()) if asker.leaving.admits_closed else Filter(),
    )


def _listed(asker: Asker, row: Row) -> answers.Listed:
    said = row.said
    return answers.Listed(
        id=row.id,
        name=row.name,
        accounts=len(row.accounts) + row.withheld,
        withheld=row.withheld,
        mentions=said.mentions if said else 0,
        first_at=said.first_at if said else None,
        last_at=said.last_at if said else None,
        sentiment=told.sentiment(row.recent) if row.recent else None,
        page=f"{asker.page}/customer?{urlencode({'id': row.id})}",
        customer=f"{asker.page}{ROOT}/customer?{urlencode({'id': row.id})}",
    )


def _answer(
    asker: Asker, asked: Customers, found: Known, weeks: Weeks | None, step: NextStep | None
) -> answers.CustomerAnswer:
    said = found.said
    counted = [each.author for each in found.linked if asked.counts(each.author)]
    everything = one.mentions_link(counted)
    return answers.CustomerAnswer(
        id=found.customer.id,
        name=found.name,
        time_zone=asker.organisation.zone.key,
        facts=tuple(
            answers.Fact(system=fact.system, name=fact.name, value=fact.value, at=fact.at) for fact in found.facts
        ),
        keys=dict(found.keys),
        websites=tuple(answers.Website(page=each.page, by=each.by, at=each.at) for each in found.websites),
        accounts=_accounts(asker, asked, found),
        withheld=found.withheld,
        mentions=said.mentions if said else 0,
        first_at=said.first_at if said else None,
        last_at=said.last_at if said else None,
        reach=said.reach if said else None,
        topics=_counted(said.topics) if said else (),
        channels=_counted(said.channels) if said else (),
        weeks=_weeks(weeks) if weeks else (),
        not_collected=told.gaps(weeks.gaps) if weeks else (),
        next_action=_step(asker, step) if step else None,
        page=f"{asker.page}/customer?{urlencode({'id': found.customer.id})}",
        mentions_page=asker.page + everything if everything else None,
    )


def _accounts(asker: Asker, asked: Customers, found: Known) -> tuple[answers.LinkedAccount, ...]:
    heard = {each.author: each for each in found.said.accounts} if found.said else {}
    silent = {each.author: Account(author=each.author, handle=None, name=None, mentions=0) for each in found.linked}
    return tuple(
        answers.LinkedAccount(
            account=answers.Account(id=each.author, handle=said.handle, name=said.name, followers=said.reach),
            evidence=each.evidence.value,
            link=each.link,
            verified_at=each.verified_at,
            linked_at=each.at,
            counted=asked.counts(each.author),
            mentions=said.mentions,
            mentions_page=asker.page + one.mentions_link([each.author]),
            mentions_asked=asker.page + _mentions_of(each.author),
        )
        for each in found.linked
        for said in [heard.get(each.author, silent[each.author])]
    )


def _step(asker: Asker, step: NextStep) -> answers.NextAction:
    return answers.NextAction(
        rule=step.name,
        say={language: one.say for language, one in step.decided.items()},
        because={language: one.because for language, one in step.decided.items()},
        page=asker.page + step.page,
    )


def _mentions_of(author: str) -> str:
    """The question that lists what the account said."""
    return View(range="all", author=author, source=author.partition(":")[0]).link(f"{ROOT}/mentions")


def _counted(counts: Sequence[tuple[str, int]]) -> tuple[answers.Counted, ...]:
    return tuple(answers.Counted(name=name, mentions=number) for name, number in counts)


def _weeks(weeks: Weeks) -> tuple[answers.Week, ...]:
    return tuple(
        answers.Week(
            start=week.start,
            end=week.end,
            mentions=week.count,
            partial=week.partial,
            sentiment=told.sentiment(week.sentiment),
        )
        for week in weeks.weeks
    )


def _next(asker: Asker, question: Finding, after: str) -> str:
    told_on = {"q": question.q, "order": question.order, "size": question.size, "after": after}
    return f"{asker.page}{ROOT}/customers?{urlencode({name: value for name, value in told_on.items() if value})}"
