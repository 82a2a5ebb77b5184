"""Questions answered with numbers: each is asked of picture/ as the page asks it."""

import msgspec

from core.document import Group
from core.findings import ONE_LABEL
from desk.api import answers, told
from desk.api.asker import Asker, ask, whole_of
from desk.web.view import View
from picture import changed as picture_changed
from picture.divided import divided
from picture.moved import period_before, topic_changes
from picture.overview import comparable
from picture.overview import overview as picture_overview
from picture.sentiment import sentiment_in
from picture.shares import shares_by
from picture.volume import Point, Split, split
from picture.volume import volume as picture_volume

MOST_LABELS = 20
_SINGLE = {known.group for known in ONE_LABEL}


async def overview(asker: Asker, view: View) -> answers.Overview:
    asked = await ask(asker, view)
    found = await picture_overview(asker.archive, asked.where, zone=asker.organisation.zone, now=asked.now)
    question = await told.question(asker, asked)
    return answers.Overview(
        question=question,
        links=told.links(asker, asked.fixed),
        mentions=told.shown(question, found.total),
        usual=found.volume.usual,
        times_normal=found.times_normal,
        sentiment=told.sentiment(found.sentiment),
        sentiment_before=told.sentiment(found.before) if found.before else None,
        negative_change=found.negative_change,
        topics=told.topics(asker, asked.fixed, found.moved),
        sources=told.shares(found.sources),
        languages=told.shares(found.languages),
        monitors=told.shares(found.voices),
        intents=told.shares(found.intents),
        aspects=told.aspects(asker, asked.fixed, found.aspects),
        spam=found.spam,
    )


async def volume(asker: Asker, view: View, by: Group | None) -> answers.Volume:
    asked = await ask(asker, view)
    shown = await picture_volume(asker.archive, asked.where, zone=asker.organisation.zone, now=asker.clock())
    parted = await split(asker.archive, asked.where, shown, by=by, size=MOST_LABELS) if by else None
    question = await told.question(asker, asked)
    return answers.Volume(
        question=question,
        links=told.links(asker, asked.fixed),
        mentions=told.shown(question, await asker.archive.count(asked.where)),
        bucket=shown.width.name.lower().replace("_", " "),
        labels=parted.labels if parted else (),
        points=tuple(_point(point, parted, place) for place, point in enumerate(shown.points)),
    )


async def sentiment(asker: Asker, view: View) -> answers.SentimentAnswer:
    asked = await ask(asker, view)
    before = await comparable(asker.archive, asked.where, until=min(asked.until, asker.clock()))
    return answers.SentimentAnswer(
        question=await told.question(asker, asked),
        links=told.links(asker, asked.fixed),
        now=told.sentiment(await sentiment_in(asker.archive, asked.where)),
        before=None if before is None else told.sentiment(await sentiment_in(asker.archive, before)),
    )


async def shares(asker: Asker, view: View, by: Group, size: int) -> answers.Shares:
    asked = await ask(asker, view)
    total = await asker.archive.count(asked.where)
    question = await told.question(asker, asked)
    return answers.Shares(
        question=question,
        links=told.links(asker, asked.fixed),
        mentions=told.shown(question, total),
        by=by.value,
        shares=told.shares(
            await divided(asker.archive, asked.where, by=by, size=size)
            if by in _SINGLE
            else await shares_by(asker.archive, asked.where, by=by, size=size, total=total)
        ),
    )


async def topics(asker: Asker, view: View, size: int) -> answers.Topics:
    asked = await ask(asker, view)
    until = min(asked.until, asker.clock())
    before = await comparable(asker.archive, asked.where, until=until)
    moved = await topic_changes(asker.archive, asked.where, before=before)
    since_before, until_before = period_before(asked.since, until)
    return answers.Topics(
        question=await told.question(asker, asked),
        links=told.links(asker, asked.fixed),
        before_since=since_before,
        before_until=until_before,
        topics=told.topics(asker, asked.fixed, moved[:size]),
    )


async def changes(asker: Asker, view: View) -> answers.Changes:
    asked = await ask(asker, view)
    whole = whole_of(asker, asked.where)
    found = await picture_changed.changed(asker.archive, asked.where, whole=whole, now=asker.clock())
    now, before = found.now.sentiment.net, found.before.sentiment.net if found.before else None
    return answers.Changes(
        question=await told.question(asker, asked),
        now=_stand(asker, view, found.now),
        before=None if found.before is None else _stand(asker, view, found.before),
        difference=found.difference,
        growth=found.growth,
        net_sentiment_change=None if now is None or before is None else now - before,
    )


def _stand(asker: Asker, view: View, stand: picture_changed.Stand) -> answers.Stand:
    there = msgspec.structs.replace(view, range="7d", since=stand.since, until=stand.until, after="")
    return answers.Stand(
        since=stand.since,
        until=stand.until,
        mentions=stand.mentions,
        sentiment=told.sentiment(stand.sentiment),
        share=stand.share,
        collected_whole=stand.extent.whole,
        not_collected=told.gaps(stand.extent.gaps),
        links=told.links(asker, there),
    )


def _point(point: Point, parted: Split | None, place: int) -> answers.Point:
    known = parted is not None and point.count is not None
    return answers.Point(
        start=point.start,
        end=point.end,
        count=point.count,
        partial=point.partial,
        normal=answers.Band(low=point.band.low, middle=point.band.middle, high=point.band.high) if point.band else None,
        sentiment=told.sentiment(point.sentiment) if point.sentiment else None,
        counts=dict(zip(parted.labels, parted.counts[place], strict=True)) if parted and known else None,
    )
