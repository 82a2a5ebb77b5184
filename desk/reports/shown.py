"""One view that leaves the house: which page, which filter; never of what is not public or of one author, no list by what single people have or feel."""

from urllib.parse import parse_qsl, urlsplit

import msgspec

from core.document import Order
from core.errors import Reject
from core.query import FieldName, asks, open_alone
from desk.ports import Leaving
from desk.web.pages.asked import Askable, Asked, asked_of
from desk.web.view import View, read
from picture.moved import narrowed

PAGES = {"/": "overview", "/search": "search", "/everyone": "everyone"}
LONGEST = 20_000
_PERSONAL = frozenset({FieldName.FOLLOWERS, FieldName.EMOTION})


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A view as it is kept: `page` is overview, search or everyone."""

    page: str
    view: View

    @property
    def address(self) -> str:
        """Where the page shows it."""
        return self.view.link(next(path for path, name in PAGES.items() if name == self.page))


def shown(address: str, site: Askable) -> Shown:
    """The view of an address of the page, with or without its host. Raises Reject with a sentence where it is none that
    may leave, QueryError where its query cannot be read.
    """
    parts = urlsplit(address.strip()[:LONGEST])
    page = PAGES.get(parts.path or "/")
    if page is None:
        raise Reject("give the address of an overview or a search, such as /search?q=storing", reason="address")
    view = msgspec.structs.replace(read(dict(parse_qsl(parts.query))), after="", hidden="")
    query = site.parse_query(view.q) if view.q else None
    if view.author or (query is not None and asks(query, {FieldName.AUTHOR})):
        raise Reject("a view of one author stays inside: take the author out of it", reason="author")
    personal = view.order == Order.REACH or (query is not None and asks(query, _PERSONAL))
    if page == "search" and personal:
        raise Reject("a list by reach or emotion tells those of single people: take them out of it", reason="personal")
    return Shown(page=page, view=view)


async def ask_outward(site: Askable, view: View, leaving: Leaving) -> Asked:
    """The view with its filter, of what everybody could read at its source alone."""
    asked = await asked_of(site, view)
    if not leaving.admits_closed:
        return asked
    return msgspec.structs.replace(asked, where=narrowed(asked.where, open_alone()))
