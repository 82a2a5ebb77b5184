"""Who asks, with what they may see, and the parts that answer them: the same for the API and for assistants."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from core.document import Filter
from core.errors import KlankbordError, Reject
from core.ports import ArchiveReader
from core.query import FieldName, asks, open_alone
from core.time import Clock
from desk.answering.permitted import Rules
from desk.api.continuation import Seal
from desk.customers.asked import Customers
from desk.faq.faq import Frequently
from desk.foundation.goals import Standing
from desk.held.document import Asking
from desk.maturity.looked import Looked as Evidence
from desk.ports import Leaving, Monitors, Organisation, ParseQuery, Scope
from desk.practices.alike import Alike
from desk.summaries.parts import Summaries
from desk.web.pages.asked import Asked, asked_of
from desk.web.view import View
from picture.forecast import Outlook
from picture.moved import narrowed

MOST_DAYS = 3_700

LONGEST = 20.0
"""Seconds that an answer may take, beside what another server is waited for."""

Looked = Callable[[str, str], Awaitable[None]]
Goals = Callable[[Filter], Awaitable[Sequence[Standing]]]
Forecast = Callable[[Filter], Awaitable[Outlook | None]]
_YEARS = (1971, 2200)


async def _no_forecast(_where: Filter) -> Outlook | None:
    return None


async def _no_goals(_where: Filter) -> Sequence[Standing]:
    return ()


class Forbidden(KlankbordError):  # noqa: N818 - named after what happens next
    """The question needs a scope that the asker does not have, or a policy that is not there."""

    def __init__(self, message: str, *, scope: Scope | None = None) -> None:
        super().__init__(message)
        self.scope = scope


@dataclass(frozen=True, kw_only=True)
class Asker:
    """One asker.

    topics  the names that the playbook has; the archive may hold others
    page    the page's address without a trailing slash, for links
    customers  what the desk knows of customers, all of it; None where nothing is kept of them
    name    as the audit calls it
    looked  writes down that single mentions or authors were read, before they are told: the kind of thing and its id
    held    gathers all that is held of somebody, in every store; None where that cannot be
    summaries  by a language model; None where none is configured
    goals   the playbook's goals as they stand, of what the filter leaves
    alike   what is most like a case; None where nothing is
    faq     what is asked most; None where nobody asks that
    matures  what is looked in to see how mature the organisation is; None where nothing is kept
    rules   what is asked of who answers; None where nothing is kept of staff
    forecast  what is expected of the filter; None where nothing is forecast
    """

    archive: ArchiveReader
    monitors: Monitors
    parse_query: ParseQuery
    organisation: Organisation
    clock: Clock
    leaving: Leaving
    seal: Seal
    scopes: frozenset[Scope]
    topics: tuple[str, ...]
    page: str
    name: str
    looked: Looked
    customers: Customers | None = None
    held: Asking | None = None
    summaries: Summaries | None = None
    alike: Alike | None = None
    faq: Frequently | None = None
    goals: Goals = _no_goals
    matures: Evidence | None = None
    rules: Rules | None = None
    forecast: Forecast = _no_forecast

    def has(self, scope: Scope) -> bool:
        return scope in self.scopes

    def patience(self, *, waits: bool) -> float:
        """Seconds that an answer may take; `waits` where it waits for the language model, which has a time of its own."""
        own = self.summaries.settings.timeout.total_seconds() if waits and self.summaries else 0.0
        return LONGEST + own


async def ask(asker: Asker, view: View) -> Asked:
    """The view with the filter that all figures of the answer share. The range "all" begins with the oldest mention of the
    longest stretch that may be asked.

    Raises Reject for a stretch that is too long or beyond the calendar, QueryError for a query that cannot be read,
    Forbidden where it is about one author and the asker may not see authors.
    """
    if view.since and view.until:
        within_reason(view.since)
        within_reason(view.until)
    asked = _shortened(await asked_of(asker, view))
    if (asked.until - asked.since).days > MOST_DAYS:
        raise Reject(f"the stretch is longer than {MOST_DAYS} days; ask a shorter one", reason="stretch")
    if asked.since >= asker.clock():
        raise Reject("the stretch begins in the future; give a since that has been", reason="stretch")
    if asked.where.query is not None and asks(asked.where.query, {FieldName.AUTHOR}):
        may_see_authors(asker, asked, "to ask about one author")
    if not asker.leaving.admits_closed:
        return asked
    return msgspec.structs.replace(asked, where=narrowed(asked.where, open_alone()))


def whole_of(asker: Asker, where: Filter) -> Filter:
    """All talk that a filter is a share of: what its sources and languages gave."""
    return Filter(
        sources=where.sources,
        languages=where.languages,
        query=open_alone() if asker.leaving.admits_closed else None,
        irrelevant=where.irrelevant,
        muted=where.muted,
    )


def within_reason(moment: datetime) -> None:
    """Raises Reject for a time of no year that can be meant: nobody reckons with those near the calendar's ends."""
    if not _YEARS[0] <= moment.year < _YEARS[1]:
        raise Reject(f"times lie between {_YEARS[0]} and {_YEARS[1]}", reason="stretch")


def _shortened(asked: Asked) -> Asked:
    earliest = asked.until - timedelta(days=MOST_DAYS)
    if asked.view.chosen != "all" or asked.since >= earliest:
        return asked
    return msgspec.structs.replace(asked, since=earliest, where=msgspec.structs.replace(asked.where, since=earliest))


def may_see_authors(asker: Asker, asked: Asked, purpose: str) -> None:
    """Raises Forbidden, which names the purpose, where the asker or a policy does not allow it."""
    if not asker.has(Scope.MENTIONS):
        raise Forbidden(f"{purpose} the token needs the scope mentions", scope=Scope.MENTIONS)
    if not asked.view.source or not asker.leaving.accounts_of(asked.view.source):
        raise Forbidden(f"{purpose} give the parameter source, and let that source's policy say `authors: true`")
