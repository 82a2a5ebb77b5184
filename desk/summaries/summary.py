"""A summary of a selection: chosen, redacted, asked, checked. It is kept nowhere, so that nothing of a deleted text is."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from core.document import Filter, Order, Stored
from core.errors import Reject
from core.query import AnyNode, Field, FieldName, asks
from core.types import Visibility
from desk.store import audit, spent
from desk.summaries.checked import checked
from desk.summaries.parts import Summaries
from desk.summaries.prompt import messages, pieces
from desk.summaries.protocol import Message, complete
from desk.web.pages.asked import Askable, Asked
from picture.moved import narrowed
from picture.search import search

LOOKED_AT = 5
"""Of a selection this many times what may be sent is looked at, for texts that may not leave."""
CHARACTERS_A_TOKEN = 3
"""Fewer than in any language that is listened to, so that what is counted beforehand is too much rather than too little."""
_PERSONAL = frozenset({FieldName.AUTHOR, FieldName.FOLLOWERS, FieldName.EMOTION})
SENT = "sent to the language model"


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says, plain text, and the mentions that it names for it."""

    text: str
    evidence: tuple[Stored, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Of `total` messages `read` were sent. `dropped` sentences named no evidence, `beyond` were more than is asked; not `whole` where the
    answer was cut off.
    """

    sentences: tuple[Sentence, ...]
    model: str
    read: int
    total: int
    dropped: int
    beyond: int
    whole: bool


async def summarise(parts: Summaries, askable: Askable, asked: Asked, *, language: str, by: str) -> Summary:
    """Of what `asked` asks, in that language (nl, en). The audit keeps who asked, and of each message that it was sent.

    Raises Reject where there is nothing that may be sent, the question is about a person, the budget is used up, or the
    answer is none; Retry and Denied as desk.summaries.protocol.complete does.
    """
    _about_a_subject(asked)
    chosen, total = await _chosen(parts, askable, asked)
    question = messages(pieces(chosen, parts.redact), language)
    day = askable.clock().astimezone(askable.organisation.zone).date()
    tokens = _tokens(question) + parts.settings.answer_tokens
    await _note(parts, askable, chosen, by)
    answer = await complete(
        parts.settings, question, allow=lambda: _within_budget(parts, day, tokens), clock=askable.clock
    )
    if answer.tokens is not None:
        await spent.correct(parts.database, day, answer.tokens - tokens)
    found = checked(answer.text, range(1, len(chosen) + 1))
    there = await _still_there(parts, askable, chosen)
    sentences = [
        Sentence(text=one.text, evidence=tuple(there[number] for number in one.numbers))
        for one in found.sentences
        if set(one.numbers) <= there.keys()
    ]
    if not sentences:
        raise Reject(
            "the language model named no evidence for what it wrote, so that nothing of it is shown", reason="evidence"
        )
    return Summary(
        sentences=tuple(sentences),
        model=parts.settings.model,
        read=len(chosen),
        total=total,
        dropped=found.dropped + len(found.sentences) - len(sentences),
        beyond=found.beyond,
        whole=answer.whole,
    )


def _about_a_subject(asked: Asked) -> None:
    query: AnyNode | None = asked.where.query
    if asked.view.author or (query is not None and asks(query, _PERSONAL)):
        raise Reject(
            "a summary is of a subject, never of a person: leave author, followers and emotion out", reason="person"
        )


async def _chosen(parts: Summaries, askable: Askable, asked: Asked) -> tuple[Sequence[Stored], int]:
    """What is sent, in the order of the list, each text once, and how many the selection holds."""
    where: Filter = msgspec.structs.replace(asked.where, copies=False)
    where = narrowed(where, Field(name=FieldName.VISIBILITY, value=Visibility.PUBLIC.value))
    most = parts.settings.mentions
    page = await search(askable.archive, where, order=Order(asked.view.order), size=most * LOOKED_AT)
    chosen = [stored for stored in page.mentions if _may_leave(parts, stored)][:most]
    if not chosen:
        raise Reject("nothing of this may be sent to the language model: its sources' policies say `excerpts: false`, or there is nothing", reason="policy")  # fmt: skip
    return chosen, page.total


def _may_leave(parts: Summaries, stored: Stored) -> bool:
    mention = stored.enriched.mention
    return mention.visibility is Visibility.PUBLIC and bool(mention.text.strip()) and parts.leaving.texts(stored)


async def _still_there(parts: Summaries, askable: Askable, chosen: Sequence[Stored]) -> Mapping[int, Stored]:
    """By number, what was sent and still stands in the archive as it was: a text may be deleted while the model writes."""
    now = await askable.archive.several([stored.enriched.mention.id for stored in chosen])
    found = {}
    for number, stored in enumerate(chosen, 1):
        current = now.get(stored.enriched.mention.id)
        if current and current.enriched.mention.text == stored.enriched.mention.text and _may_leave(parts, current):
            found[number] = current
    return found


async def _within_budget(parts: Summaries, day: date, tokens: int) -> None:
    most = {"most_requests": parts.settings.requests_a_day, "most_tokens": parts.settings.tokens_a_day}
    if not await spent.take(parts.database, day, tokens=tokens, **most):
        raise Reject(
            "today's budget for the language model is used up: see llm.requests_a_day and llm.tokens_a_day",
            reason="budget",
        )


async def _note(parts: Summaries, askable: Askable, chosen: Sequence[Stored], by: str) -> None:
    at = askable.clock()
    ids = [stored.enriched.mention.id for stored in chosen]
    await audit.add(
        parts.database, *(audit.Entry(at=at, by=by, did=SENT, what="mention", subject=mention) for mention in ids)
    )


def _tokens(question: Sequence[Message]) -> int:
    return sum(len(message.content) for message in question) // CHARACTERS_A_TOKEN
