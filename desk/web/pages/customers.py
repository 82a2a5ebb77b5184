"""Customers: the list, found by name or account, and the page of one. Who looked is in the audit."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from aiohttp import web

from core.outward import Linked
from desk.customers import one
from desk.customers.asked import Customers
from desk.customers.listing import Order, listed
from desk.customers.next_step import gather, next_step
from desk.customers.one import Known
from desk.customers.weeks import weeks_of
from desk.entry.rights import Right
from desk.store import audit, facts, identities
from desk.store.facts import Fact
from desk.web import chart
from desk.web.pages.beside import happened
from desk.web.pages.case_lines import looking
from desk.web.pages.customer_timeline import timeline_of
from desk.web.site import KEPT, WHO, customers_of, formats, reader_words, render
from desk.web.view import View

SIZE = 30
LONGEST = 2000
ORDERS = (Order.ACTIVITY, Order.VOLUME)


class Joins(StrEnum):
    """Whether an account can become part of a customer."""

    YES = "yes"
    POLICY = "policy"  # its source's policy does not say so
    NEVER = "never"  # no policy may


async def page(request: web.Request) -> web.Response:
    """The list; with `author` or `merge` in the address it is where that account's or customer's other part is chosen."""
    told = {name: request.query.get(name, "").strip()[:LONGEST] for name in ("q", "order", "after", "author", "merge")}
    asked = lent(request)
    order = Order(told["order"]) if told["order"] in ORDERS else Order.ACTIVITY
    found = await listed(asked, told["q"], order=order, size=SIZE, after=told["after"])
    await _looked(request, asked, "customers", "list")
    merging = await one.known(asked, told["merge"]) if told["merge"] else None
    if told["merge"] and merging is None:
        raise web.HTTPNotFound
    return render(
        request,
        "customers.html",
        found=found,
        told=told,
        order=order.value,
        orders=[each.value for each in ORDERS],
        merging=merging,
        joins=joins(request, told["author"]) if told["author"] else None,
        calls=told["author"],
    )


async def customer(request: web.Request) -> web.Response:
    """One customer. Raises 404 where there is none."""
    asked = lent(request)
    known = await one.known(asked, request.query.get("id", ""))
    if known is None:
        raise web.HTTPNotFound
    await _looked(request, asked, "customer", known.customer.id)
    counted = [each.author for each in known.linked if asked.counts(each.author)]
    words, form = reader_words(request), formats(request)
    said = known.said
    weeks = await weeks_of(asked, said) if said else None
    beside = await happened(request, weeks.weeks[0].start, weeks.weeks[-1].end) if weeks and weeks.weeks else ()
    seeing = looking(request) if request[WHO].may(Right.CASES) else None
    found = await gather(asked, known, weeks, seeing)
    step = next_step(asked, found, known, [words.language])
    return render(
        request,
        "customer.html",
        known=known,
        said=said,
        gives=request.app[KEPT].held is not None,
        step=step.decided[words.language] if step else None,
        leads=step.page if step else "",
        timeline=await timeline_of(request, asked, known),
        everything=one.mentions_link(counted),
        link_of=lambda author: one.mentions_link([author]),
        heard={each.author: each for each in said.accounts} if said else {},
        counts=asked.counts,
        weeks=weeks,
        chart=chart.weekly(weeks, zone=asked.organisation.zone, words=words, notes=beside) if weeks else None,
        beside=beside,
        titles=chart.weekly_titles(weeks, words=words, form=form) if weeks else {},
        done=await _done(asked, known, request.query),
        view=View(),
    )


def lent(request: web.Request) -> Customers:
    """Raises 404 where the program keeps nothing for the page."""
    found = customers_of(request.app)
    if found is None:
        raise web.HTTPNotFound
    return found


def joins(request: web.Request, author: str) -> Joins | None:
    """None where the program keeps nothing for the page."""
    kept = request.app.get(KEPT)
    if kept is None:
        return None
    if author.partition(":")[0] in kept.never_join:
        return Joins.NEVER
    return Joins.YES if kept.may_join(author) else Joins.POLICY


async def whose(request: web.Request, authors: Sequence[str]) -> Mapping[str, Linked]:
    """The customers of these accounts, by author id; none where the program keeps nothing for the page."""
    kept = request.app.get(KEPT)
    return await identities.of_authors(kept.database, authors) if kept else {}


async def cases_of(request: web.Request, mention: str) -> Sequence[Fact]:
    """What other systems say of that mention's case."""
    kept = request.app.get(KEPT)
    return (await facts.of_mentions(kept.database, [mention])).get(mention, ()) if kept else ()


async def _done(asked: Customers, known: Known, told: Mapping[str, str]) -> Mapping[str, str] | None:
    """What was just done, where it still stands: the act, what it was about, and the act that takes it back."""
    did, what = told.get("done", ""), told.get("what", "")
    linked = {each.author for each in known.linked}
    match did:
        case "linked" if what in linked:
            return {"did": did, "name": what, "act": "withdraw", "author": what, "customer": known.customer.id}
        case "withdrawn" if what in {each.author for each in known.withdrawn}:
            return {"did": did, "name": what, "act": "link", "author": what, "customer": known.customer.id}
        case "merged" if other := next((each for each in known.merged if each.id == what), None):
            return {"did": did, "name": other.name or other.id, "act": "unmerge", "customer": what, "into": other.into}
        case "unmerged":
            parted = await one.known(asked, what)
            if parted is not None and parted.customer.id == what != known.customer.id:
                return {"did": did, "name": parted.name, "act": "merge", "customer": what, "into": known.customer.id}
    return None


async def _looked(request: web.Request, asked: Customers, what: str, subject: str) -> None:
    entry = audit.Entry(at=asked.clock(), by=request[WHO].by, did="looked at", what=what, subject=subject)
    await audit.add(asked.database, entry)
