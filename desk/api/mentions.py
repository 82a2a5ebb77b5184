"""Questions answered with single mentions and authors."""

from core.document import Order
from core.query import FieldName, asks
from core.types import OPEN
from desk.api import answers, excerpts, told
from desk.api.asker import Asker, ask, may_see_authors
from desk.web.view import View
from picture.mention import known
from picture.search import search as picture_search

_PERSONAL = frozenset({FieldName.FOLLOWERS, FieldName.EMOTION})


async def search(asker: Asker, view: View, size: int) -> answers.Mentions:
    """One page of the list. Raises Reject where `after` continues another one.

    A list by reach or by emotion would tell either of single people, so it needs what their names need.
    """
    asked = await ask(asker, view)
    personal = asked.where.query is not None and asks(asked.where.query, _PERSONAL)
    if personal or view.order == Order.REACH:
        may_see_authors(asker, asked, "to list mentions by the reach or the emotion of a person")
    mark = asker.seal.open(view.after, asked.fixed) if view.after else None
    order = Order(view.order)
    page = await picture_search(asker.archive, asked.where, order=order, size=size, after=mark)
    await asker.looked("export", "mentions")
    found = [one for stored in page.mentions if (one := excerpts.mention(asker, stored)) is not None]
    after = None if page.after is None else asker.seal.close(page.after, asked.fixed)
    return answers.Mentions(
        question=await told.question(asker, asked),
        links=told.links(asker, asked.fixed),
        total=page.total,
        mentions=tuple(found),
        withheld=len(page.mentions) - len(found),
        next=None if after is None else _next(asker, asked.fixed, size, after),
    )


async def mention(asker: Asker, name: str) -> answers.MentionAnswer | None:
    """None where it is not archived, or may not leave."""
    found = await known(asker.archive, name)
    told_of = None if found is None else excerpts.mention(asker, found.stored)
    if found is None or told_of is None:
        return None
    await asker.looked("mention", name)
    there = {
        relation: target
        for relation, target, stored in found.related
        if stored is not None and stored.enriched.mention.visibility in OPEN
    }
    return answers.MentionAnswer(mention=told_of, related=there)


async def authors(asker: Asker, view: View, size: int) -> answers.Authors:
    asked = await ask(asker, view)
    heard = await asker.archive.authors(asked.where, size=size)
    await asker.looked("export", "authors")
    shown = [one for one in heard if asker.leaving.accounts_of(one.id.partition(":")[0])]
    return answers.Authors(
        question=await told.question(asker, asked),
        links=told.links(asker, asked.fixed),
        authors=tuple(
            answers.Heard(
                author=answers.Account(id=one.id, handle=one.handle, name=one.name, followers=one.followers),
                mentions=one.mentions,
            )
            for one in shown
        ),
        withheld=len(heard) - len(shown),
    )


def _next(asker: Asker, fixed: View, size: int, after: str) -> str:
    link = fixed.link("/api/v1/mentions", after="")
    separator = "&" if "?" in link else "?"
    return f"{asker.page}{link}{separator}size={size}&after={after}"
