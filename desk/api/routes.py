"""The questions of the API: path, what may be asked, what is answered, and the scope it needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from core.document import Group
from core.errors import Reject
from desk.api import (
    answers,
    cases,
    crises,
    customers,
    emerging,
    faq,
    figures,
    forecast,
    gathered,
    given,
    goals,
    happenings,
    maturity,
    may,
    mentions,
    parameters,
    similar,
    summaries,
)
from desk.api.asker import Asker
from desk.api.parameters import view_of
from desk.held.document import Held
from desk.maturity.report import MaturityReport
from desk.ports import Scope

ROOT = "/api/v1"
_USUAL = timedelta(days=28)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One GET. `ask` gives its answer, None where there is no such thing, which `missing` says; `waits` where it may wait for
    the language model; `more` how many seconds longer than others it may take, beside which others are answered.

    Any: each route has parameters and an answer of its own, which `takes` and `gives` name.
    """

    path: str
    operation: str
    summary: str
    scope: Scope
    takes: type[msgspec.Struct]
    gives: type[msgspec.Struct]
    ask: Callable[[Asker, Any], Awaitable[msgspec.Struct | None]]
    missing: str = ""
    waits: bool = False
    more: float = 0.0


async def _volume(asker: Asker, asked: parameters.Charting) -> answers.Volume:
    return await figures.volume(asker, view_of(asked), Group(asked.by) if asked.by else None)


async def _mentions(asker: Asker, asked: parameters.Searching) -> answers.Mentions:
    return await mentions.search(asker, view_of(asked), asked.size)


async def _coverage(asker: Asker, asked: parameters.Stretch) -> answers.CoverageAnswer:
    return await gathered.coverage(asker, *_stretch(asker, asked))


async def _happenings(asker: Asker, asked: parameters.Happened) -> answers.HappeningsAnswer | None:
    return await happenings.told(asker, *_stretch(asker, asked), asked.kind)


def _stretch(asker: Asker, asked: parameters.Stretch) -> tuple[datetime, datetime]:
    since, until = asked.since or None, asked.until or None
    if (since is None) != (until is None):
        raise Reject("the stretch names one end, not both", reason="stretch")
    end = until or asker.clock()
    start = since or end - _USUAL
    if start >= end:
        raise Reject("the stretch needs a start before its end", reason="stretch")
    return start, end


ROUTES = (
    Route(
        path="/overview",
        operation="overview",
        summary="The figures of the page's overview.",
        scope=Scope.FIGURES,
        takes=parameters.Filtering,
        gives=answers.Overview,
        ask=lambda asker, asked: figures.overview(asker, view_of(asked)),
    ),
    Route(
        path="/volume",
        operation="volume",
        summary="Mentions over time, with what is normal; split by a field where asked.",
        scope=Scope.FIGURES,
        takes=parameters.Charting,
        gives=answers.Volume,
        ask=_volume,
    ),
    Route(
        path="/sentiment",
        operation="sentiment",
        summary="Sentiment and net sentiment, now and in the comparable period before.",
        scope=Scope.FIGURES,
        takes=parameters.Filtering,
        gives=answers.SentimentAnswer,
        ask=lambda asker, asked: figures.sentiment(asker, view_of(asked)),
    ),
    Route(
        path="/shares",
        operation="shares",
        summary="How mentions divide over sources, languages, monitors (share of voice) and other fields.",
        scope=Scope.FIGURES,
        takes=parameters.Sharing,
        gives=answers.Shares,
        ask=lambda asker, asked: figures.shares(asker, view_of(asked), Group(asked.by), asked.size),
    ),
    Route(
        path="/topics",
        operation="topics",
        summary="Topics and what moved against the comparable period before.",
        scope=Scope.FIGURES,
        takes=parameters.Listing,
        gives=answers.Topics,
        ask=lambda asker, asked: figures.topics(asker, view_of(asked), asked.size),
    ),
    Route(
        path="/faq",
        operation="faq",
        summary="The questions that most people ask, what was answered, and the best practice that answers each.",
        scope=Scope.MENTIONS,
        takes=parameters.AskedMost,
        gives=answers.FaqAnswer,
        ask=lambda asker, asked: faq.asked(asker, view_of(asked), asked.size),
        missing="nobody asks here what is asked most",
    ),
    Route(
        path="/emerging",
        operation="emerging",
        summary="What is new: messages about one thing that grew beyond what is normal.",
        scope=Scope.MENTIONS,
        takes=parameters.Nothing,
        gives=answers.EmergingAnswer,
        ask=lambda asker, _asked: emerging.now(asker),
        missing="nothing is known yet of what is new",
    ),
    Route(
        path="/changes",
        operation="changes",
        summary="What changed about one subject: now, before, difference and share.",
        scope=Scope.FIGURES,
        takes=parameters.Filtering,
        gives=answers.Changes,
        ask=lambda asker, asked: figures.changes(asker, view_of(asked)),
    ),
    Route(
        path="/forecast",
        operation="forecast",
        summary="What a monitor is expected to hear in each of the next 72 hours, as far as that was better than last week's hours.",
        scope=Scope.FIGURES,
        takes=parameters.Forecasting,
        gives=answers.ForecastAnswer,
        ask=lambda asker, asked: forecast.ahead(asker, asked.monitor),
        missing="there is no such monitor",
    ),
    Route(
        path="/goals",
        operation="goals",
        summary="The organisation's goals: a figure in each of the last periods against its target.",
        scope=Scope.FIGURES,
        takes=parameters.Nothing,
        gives=answers.GoalsAnswer,
        ask=lambda asker, _asked: goals.now(asker),
    ),
    Route(
        path="/happenings",
        operation="happenings",
        summary="Business events beside what was said: outages, orders, campaigns, NPS answers.",
        scope=Scope.FIGURES,
        takes=parameters.Happened,
        gives=answers.HappeningsAnswer,
        ask=_happenings,
        missing="nothing is kept of business events",
    ),
    Route(
        path="/maturity",
        operation="maturity",
        summary="How mature the organisation is: five levels with their evidence, a score, and the next step.",
        scope=Scope.FIGURES,
        takes=parameters.Nothing,
        gives=answers.MaturityAnswer,
        ask=lambda asker, _asked: maturity.now(asker),
        missing="nothing is kept that it could be seen in",
    ),
    Route(
        path="/maturity/report",
        operation="maturity_report",
        summary="The same on one page: what moved and why, three goals, the next step, departments side by side.",
        scope=Scope.FIGURES,
        takes=parameters.Reading,
        gives=MaturityReport,
        ask=lambda asker, asked: maturity.report(asker, asked.written_in),
        missing="nothing is kept that it could be seen in",
    ),
    Route(
        path="/maturity/departments",
        operation="maturity_departments",
        summary="Departments side by side: what can be measured of each; small ones together, and never a person.",
        scope=Scope.FIGURES,
        takes=parameters.Reading,
        gives=answers.MaturityDepartments,
        ask=lambda asker, asked: maturity.departments(asker, asked.written_in),
        missing="nothing is kept that it could be seen in",
    ),
    Route(
        path="/authors",
        operation="authors",
        summary="Who was heard, as far as the policies of their sources let authors leave.",
        scope=Scope.MENTIONS,
        takes=parameters.Listing,
        gives=answers.Authors,
        ask=lambda asker, asked: mentions.authors(asker, view_of(asked), asked.size),
    ),
    Route(
        path="/mentions",
        operation="mentions",
        summary="The mentions behind the numbers, page by page.",
        scope=Scope.MENTIONS,
        takes=parameters.Searching,
        gives=answers.Mentions,
        ask=_mentions,
    ),
    Route(
        path="/mention",
        operation="mention",
        summary="One mention.",
        scope=Scope.MENTIONS,
        takes=parameters.One,
        gives=answers.MentionAnswer,
        ask=lambda asker, asked: mentions.mention(asker, asked.id),
        missing="there is no such mention, or it may not leave",
    ),
    Route(
        path="/summary",
        operation="summary",
        summary="What the configured language model makes of a selection, each sentence with its evidence; it costs its budget.",
        scope=Scope.MENTIONS,
        takes=parameters.Summarising,
        gives=answers.SummaryAnswer,
        ask=lambda asker, asked: summaries.summary(asker, view_of(asked), asked.written_in),
        missing=summaries.NONE,
        waits=True,
    ),
    Route(
        path="/customers",
        operation="customers",
        summary="Customers with their figures, page by page.",
        scope=Scope.CUSTOMERS,
        takes=parameters.Finding,
        gives=answers.Customers,
        ask=customers.search,
    ),
    Route(
        path="/customer",
        operation="customer",
        summary="One customer: accounts, what other systems say, volume, sentiment by week, topics, channels, reach.",
        scope=Scope.CUSTOMERS,
        takes=parameters.One,
        gives=answers.CustomerAnswer,
        ask=lambda asker, asked: customers.customer(asker, asked.id),
        missing="there is no such customer",
    ),
    Route(
        path="/customer/held",
        operation="held",
        summary="All that is held of a customer and of its accounts, in every store, for who asks for access (GDPR, article 15).",
        scope=Scope.PRIVACY,
        takes=parameters.One,
        gives=Held,
        ask=lambda asker, asked: customers.held(asker, asked.id),
        missing="there is no such customer",
        more=280.0,
    ),
    Route(
        path="/cases",
        operation="cases",
        summary="What somebody has to answer, the most urgent first, page by page.",
        scope=Scope.CASES,
        takes=parameters.Working,
        gives=answers.CasesAnswer,
        ask=cases.listed,
    ),
    Route(
        path="/case",
        operation="case",
        summary="One case: whose it is, until when, its messages by id, and what happened to it.",
        scope=Scope.CASES,
        takes=parameters.Numbered,
        gives=answers.CaseAnswer,
        ask=lambda asker, asked: cases.case(asker, asked.number),
        missing="there is no such case",
    ),
    Route(
        path="/similar",
        operation="similar",
        summary="The best practices and answered cases that are most like one case, with what was answered and how it went.",
        scope=Scope.CASES,
        takes=parameters.OfCase,
        gives=answers.SimilarAnswer,
        ask=lambda asker, asked: similar.of_case(asker, asked.case),
        missing="there is no such case",
    ),
    Route(
        path="/answers",
        operation="answers",
        summary="Answers that were written at the desk, the latest first, page by page: how far each is.",
        scope=Scope.CASES,
        takes=parameters.Given,
        gives=answers.GivenAnswers,
        ask=given.listed,
    ),
    Route(
        path="/crises",
        operation="crises",
        summary="Events in which monitors rang, those that run first, page by page.",
        scope=Scope.CASES,
        takes=parameters.Crises,
        gives=answers.CrisesAnswer,
        ask=crises.listed,
    ),
    Route(
        path="/crisis",
        operation="crisis",
        summary="One crisis: how it stands, its plan, who was told, and what happened to it.",
        scope=Scope.CASES,
        takes=parameters.Numbered,
        gives=answers.CrisisAnswer,
        ask=lambda asker, asked: crises.crisis(asker, asked.number),
        missing="there is no such crisis",
    ),
    Route(
        path="/may",
        operation="may",
        summary="Whether one of the staff may answer on an own account, and which links are missing where not.",
        scope=Scope.CASES,
        takes=parameters.Answering,
        gives=answers.MayAnswer,
        ask=may.answer,
        missing="there is no such account",
    ),
    Route(
        path="/coverage",
        operation="coverage",
        summary="What was collected, and what was not.",
        scope=Scope.FIGURES,
        takes=parameters.Stretch,
        gives=answers.CoverageAnswer,
        ask=_coverage,
    ),
    Route(
        path="/monitors",
        operation="monitors",
        summary="The saved queries.",
        scope=Scope.FIGURES,
        takes=parameters.Nothing,
        gives=answers.MonitorsAnswer,
        ask=lambda asker, _asked: gathered.monitors(asker),
    ),
)
