"""Parts that several answers share: the question told back, links to the page, sentiment and topics as numbers."""

from collections.abc import Iterable

from desk.api import answers
from desk.api.asker import Asker
from desk.web.pages.asked import Asked
from desk.web.view import View
from picture.collected import Gap
from picture.divided import Aspect
from picture.extent import extent_of
from picture.moved import Moved, is_new
from picture.sentiment import Sentiment
from picture.shares import Share


async def question(asker: Asker, asked: Asked) -> answers.Question:
    """The filter as it was understood, with how much of its stretch was collected."""
    where, view = asked.where, asked.view
    extent = await extent_of(asker.archive, where, until=min(asked.until, asker.clock()))
    return answers.Question(
        since=asked.since,
        until=asked.until,
        time_zone=asker.organisation.zone.key,
        monitor=view.monitor,
        source=view.source,
        language=view.language,
        q=view.q,
        sentiment=view.sentiment,
        topic=view.topic,
        intent=view.intent,
        aspect=view.aspect,
        author=view.author,
        spam_counts=where.spam,
        copies_count=where.copies,
        shares_count=True,
        irrelevant_count=where.irrelevant,
        muted_count=where.muted,
        drills_count=where.drills,
        collected_whole=extent.whole,
        not_collected=gaps(extent.gaps),
    )


def shown(asked: answers.Question, count: int) -> int | None:
    """A count of that question; None where it is 0 for all that is known."""
    return count if count or asked.collected_whole else None


def links(asker: Asker, view: View) -> answers.Links:
    """`view` names its stretch by its two ends, so that the page shows the same figures later too."""
    return answers.Links(overview=asker.page + view.link("/"), mentions=asker.page + view.link("/search"))


def gaps(found: Iterable[Gap]) -> tuple[answers.Gap, ...]:
    return tuple(answers.Gap(source=gap.source, since=gap.since, until=gap.until, reason=gap.reason) for gap in found)


def shares(found: Iterable[Share]) -> tuple[answers.Share, ...]:
    return tuple(answers.Share(name=one.name, mentions=one.mentions, share=one.share) for one in found)


def sentiment(told: Sentiment) -> answers.Sentiment:
    return answers.Sentiment(
        positive=told.positive,
        neutral=told.neutral,
        negative=told.negative,
        uncertain=told.uncertain,
        unjudged=told.unjudged,
        total=told.total,
        net=told.net,
        negative_share=told.share("negative"),
    )


def aspects(asker: Asker, view: View, found: Iterable[Aspect]) -> tuple[answers.Aspect, ...]:
    return tuple(
        answers.Aspect(
            name=one.name,
            sentiment=sentiment(one.felt),
            share=one.share,
            mentions=asker.page + view.link("/search", aspect=one.name),
        )
        for one in found
    )


def topics(asker: Asker, view: View, moved: Iterable[Moved]) -> tuple[answers.Moved, ...]:
    return tuple(
        answers.Moved(
            topic=one.topic,
            now=one.now,
            before=one.before,
            change=one.change,
            growth=one.growth,
            emerging=is_new(one),
            mentions=asker.page + view.link("/search", topic=one.topic),
        )
        for one in moved
    )
