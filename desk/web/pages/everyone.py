"""How it goes, for whoever works here: figures, topics, goals and the level. No name, and no message of one person."""

from collections.abc import Sequence

from aiohttp import web

from core.document import Filter
from core.query import open_alone
from desk.foundation.goals import Standing
from desk.reports.shown import ask_outward
from desk.rising_words import nameless, own_words
from desk.store import emerging, maturity, people
from desk.store.links import Link
from desk.web import chart, sentence
from desk.web.kept import Kept
from desk.web.pages.beside import happened
from desk.web.pages.goals import figure, label
from desk.web.site import KEPT, SITE, formats, goals_of, looked_in, reader_words, render
from desk.web.view import View
from picture.emerged import Emerging, emerged
from picture.overview import overview
from picture.periods import Period
from playbook.foundation import Goal
from playbook.maturity import Evidence, Maturity, assess

RANGE = "28d"
TOPICS, WORDS = 5, 5


async def page(request: web.Request) -> web.Response:
    """For whoever signed in, whatever they may otherwise."""
    return await shown(request, View(range=RANGE), None)


async def shown(request: web.Request, view: View, link: Link | None) -> web.Response:
    """The same behind a read-only link, where there is one."""
    site, kept = request.app[SITE], request.app[KEPT]
    asked = await ask_outward(site, view, kept.leaving)
    now, zone = site.clock(), site.organisation.zone
    words, form = reader_words(request), formats(request)
    picture = await overview(site.archive, asked.where, zone=zone, now=now)
    closed = kept.leaving.admits_closed
    goals: Sequence[Standing] = await goals_of(request.app, Filter(query=open_alone() if closed else None))

    beside = await happened(request, asked.since, asked.until, titles=False)

    def period(goal: Goal, one: Standing) -> str:
        return label(Period(goal.period), one.last.since.astimezone(zone), words, form)

    return render(
        request,
        "everyone.html",
        link=link,
        asked=asked,
        picture=picture,
        told=sentence.tell(picture, asked, words=words, form=form, name=site.organisation.name),
        chart=chart.data(picture.volume, asked, zone=zone, words=words, notes=beside),
        beside=beside,
        titles=chart.titles(picture, words=words, form=form),
        rows=chart.table(picture.volume),
        rising=await _rising(request, kept),
        goals=goals,
        period=period,
        figure=lambda goal, value: figure(goal, value, form),
        maturity=await _standing(request, kept),
        now=now,
    )


async def _standing(request: web.Request, kept: Kept) -> Maturity | None:
    """How mature it was when that was last looked at and something had changed; None where nobody looked yet."""
    day = await maturity.latest(kept.database)
    if day is None:
        return None
    found = {name: Evidence(answer=answer) for name, answer in day.answers.items()}
    return assess(found, looked_in(request.app).levels)


async def _rising(request: web.Request, kept: Kept) -> list[tuple[str, Emerging]]:
    """What emerges, by the words that tell it in whatever language, without those that may be somebody's name."""
    found = await emerging.now(kept.database)
    if found is None or found.learned < 1:
        return []
    site = request.app[SITE]
    topics = await emerged(site.archive, found, most=TOPICS, tells=kept.leaving.texts)
    staff = [one.name for one in await people.every(kept.database)]
    ours = own_words(kept.rules.playbook, site.organisation.name)
    return [(", ".join(_told(nameless(one, staff, ours))), one) for one in topics]


def _told(topic: Emerging) -> list[str]:
    return list(dict.fromkeys(word for words in topic.words.values() for word in words))[:WORDS]
