"""What a person does with customers: said back first with what it changes, done once they are sure, and taken back by its opposite."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from core.errors import Reject
from desk.customers import acts, one
from desk.customers.asked import Customers
from desk.web.pages.customers import LONGEST, lent
from desk.web.site import WHO, render

FIELDS = ("act", "customer", "into", "author", "name")


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """What a form means: the act and what it is about. `into` is the customer that another is, or was, merged into."""

    act: str
    customer: str
    into: str
    author: str
    name: str


async def act(request: web.Request) -> web.StreamResponse:
    """Ask back, or do it where the form says that the reader is sure."""
    form = await request.post()
    told = {key: value.strip()[:LONGEST] for key, value in form.items() if isinstance(value, str)}
    meant = Meant(**{field: told.get(field, "") for field in FIELDS})
    asked = lent(request)
    if told.get("sure") != "yes" and not (meant.act == "make" and not meant.author):
        return await _asked_back(request, asked, meant)
    raise web.HTTPSeeOther(await _do(asked, meant, request[WHO].by))


async def _asked_back(request: web.Request, asked: Customers, meant: Meant) -> web.Response:
    """What will be done, in words, with the forms to do it or leave it."""
    if meant.act not in ("make", "link", "withdraw", "merge", "unmerge"):
        raise Reject("choose what to do with the customer", reason="act")
    names: dict[str, str] = {}
    for field, customer in (("customer", meant.customer), ("into", meant.into)):
        if customer:
            names[field] = await _name(asked, customer)
    return render(
        request,
        "sure.html",
        meant=meant,
        fields={field: getattr(meant, field) for field in FIELDS if getattr(meant, field)},
        names={"customer": "", "into": "", **names},
        back=_back(meant),
    )


async def _do(asked: Customers, meant: Meant, who: str) -> str:
    """Do it; where to go then."""
    match meant.act:
        case "make":
            made = await acts.make(asked, name=meant.name, author=meant.author, by=who)
            return _shown(made, "linked", meant.author)
        case "link":
            await acts.link(asked, meant.customer, meant.author, by=who)
            return _shown(meant.customer, "linked", meant.author)
        case "withdraw":
            await acts.withdraw(asked, meant.customer, meant.author, by=who)
            return _shown(meant.customer, "withdrawn", meant.author)
        case "merge":
            await acts.merge(asked, meant.customer, meant.into, by=who)
            return _shown(meant.into, "merged", meant.customer)
        case "unmerge":
            await acts.unmerge(asked, meant.customer, meant.into, by=who)
            return _shown(meant.into, "unmerged", meant.customer)
        case _:
            raise Reject("choose what to do with the customer", reason="act")


async def _name(asked: Customers, customer: str) -> str:
    """Raises Reject where there is no such customer. A merged one goes by its own name."""
    merged = await one.known(asked, customer)
    if merged is None:
        raise Reject("there is no such customer", reason="customer")
    return next((each.name or each.id for each in merged.merged if each.id == customer), merged.name)


def _back(meant: Meant) -> str:
    if meant.into or meant.customer:
        return _customer(meant.into or meant.customer)
    return f"/customers?{urlencode({'author': meant.author})}"


def _shown(customer: str, done: str, what: str) -> str:
    told: Mapping[str, str] = {"done": done, "what": what} if what else {}
    return _customer(customer, **told)


def _customer(customer: str, **told: str) -> str:
    return f"/customer?{urlencode({'id': customer, **told})}"
