"""The answer of one case: written at its page, approved and let out there; nothing is sent by the page itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from aiohttp import web

from core.document import Group, Stored
from core.errors import KlankbordError, Reject
from core.types import Can, Parent
from desk.answering import acts
from desk.answering.acts import Written
from desk.answering.allowing import Lacks
from desk.answering.composing import Offer, channels, offered, other_form, unfilled
from desk.answering.explained import Told
from desk.answering.permitted import Refused as Unpermitted
from desk.cases.acting import Outcome, Refused, Why
from desk.entry.who import is_operator
from desk.store import answers, deeds, inbox, practices
from desk.store.answer_writing import Deed
from desk.store.answers import GOING, Answer, State
from desk.store.cases import Case
from desk.store.deeds import Asked
from desk.web.pages import may
from desk.web.pages.case_length import as_saved, parent_of
from desk.web.pages.case_lines import kept_of, number_of
from desk.web.site import SITE, WHO, formats, reader_words
from picture.mention import labels_of
from playbook.answers import VARIABLES, Answering

_LATEST = 3
_DEEDS = {"hide": Deed.HIDE, "delete": Deed.DELETE, "unpublish": Deed.WITHDRAW}


class NotPermitted(KlankbordError):  # noqa: N818 - named after what happened
    """Whoever acts may not answer there: what is missing, on that account (id; "" where no list has it)."""

    def __init__(self, refused: Unpermitted, account: str) -> None:
        super().__init__("who acts may not answer there")
        self.refused, self.account = refused, account


class Composer(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows of answering.

    channels   names of the publishers that answer at its source; none where nothing does
    now        the answer that is under way; `past` those that are over, the latest first
    to         the message that would be answered; None where none is archived any more
    text       what stands in the field; `language` of it; `typed` where it was not saved, `practice` where it is that of a best practice
    length, most  of it as the source counts, of the `publisher`
    ends       until when the source lets anybody answer that message
    missing    variables without a value that stand in the text
    other      words in the other form than the account says
    may        whoever looks may answer there; `lacks` what is missing where not
    approves   whoever looks may approve it; `free` it needs no approval any more, or none at all
    can        what the channel allows beside answering
    deeds      what was asked of messages there and is not done
    names      by id, of who wrote and approved
    """

    channels: Sequence[str]
    now: Answer | None
    past: Sequence[Answer]
    to: str | None
    text: str
    language: str
    publisher: str
    typed: bool = False
    practice: bool = False
    length: int = 0
    most: int = 0
    ends: datetime | None = None
    missing: Sequence[str] = ()
    other: Sequence[str] = ()
    offers: Sequence[Offer] = ()
    may: bool = False
    lacks: Sequence[Told] = ()
    approves: bool = False
    free: bool = False
    can: frozenset[Can] = frozenset()
    deeds: Sequence[Asked] = ()
    names: Mapping[str, str] = {}

    @property
    def crises(self) -> frozenset[str]:
        """Those of which the case has a statement as an answer."""
        return frozenset(one.crisis for one in (self.now, *self.past) if one is not None and one.crisis is not None)

    @property
    def shown(self) -> Sequence[Answer]:
        """Of those that are over the latest, and whatever stands at its source: there it can be withdrawn."""
        return [one for place, one in enumerate(self.past) if place < _LATEST or one.state is State.SENT or one.copies]

    @property
    def going(self) -> bool:
        return self.now is not None and self.now.state in GOING


async def composer(request: web.Request, case: Case, latest: Stored | None, *, typed: str | None = None) -> Composer:
    """As it is for whoever looks. `latest` is the author's last message that is archived, `typed` what was written and not saved."""
    kept, who = kept_of(request), request[WHO]
    every = await answers.of_case(kept.database, case.id)
    now = next((one for one in every if one.state in answers.UNDER_WAY), None)
    known = channels(kept.publishers, case.source)
    name = now.publisher if now else next(iter(known), "")
    section, publisher = kept.rules.playbook.answers or Answering(), kept.publishers.get(name)
    spoken = (latest.enriched.known_language if latest else None) or reader_words(request).language
    language = ((now.words.language if now else None) or spoken).partition("-")[0]
    offers = offered(section, language, _values(request, case, latest))
    chosen = next((one for one in offers if one.name == request.query.get("canned")), None)
    practice = await _practice(request, language)
    text = typed or practice or (chosen.text if chosen else now.words.text if now else "")
    said = await as_saved(request, name, text, now)
    parent = Parent.of(latest.enriched.mention) if latest else None
    by = {one for each in every for one in (each.words.by, each.words.approved_by) if one}
    at, topics = request.app[SITE].clock(), labels_of(latest, Group.TOPIC) if latest else ()
    async with kept.database.reading() as connection:
        allowed = await kept.allowing.may(connection, who.by, case, name, at)
        free = now is not None and (
            now.words.approved_at is not None or await kept.allowing.alone(connection, now.words.by, case, topics)
        )
    lacks = allowed if isinstance(allowed, Lacks) else None
    return Composer(
        channels=known,
        now=now,
        past=[one for one in every if one.state not in answers.UNDER_WAY],
        to=(now.answers if now else None) or (parent.id if parent else None),
        text=text,
        language=chosen.language if chosen else language,
        publisher=name,
        typed=typed is not None,
        practice=practice is not None,
        length=publisher.length(said, parent) if publisher and parent else len(said),
        most=publisher.most(parent) if publisher and parent else acts.LONGEST,
        ends=publisher.window(parent) if publisher and parent else None,
        missing=unfilled(text, VARIABLES),
        other=other_form(text, language, section.voice(name)),
        offers=offers,
        may=lacks is None,
        lacks=await may.lacking(request, Unpermitted(missing=lacks.missing), lacks.account or "") if lacks else (),
        approves=now is not None and now.words.by != who.by and not is_operator(now.words.by),
        free=free,
        can=publisher.can if publisher else frozenset(),
        deeds=await deeds.unsettled(kept.database, case=case.id),
        names=await inbox.names(kept.database, by),
    )


async def one(request: web.Request, act: str, case: str, fields: Mapping[str, str], saw: int) -> Outcome:
    """Do it. Raises Reject where the form says no such thing, NotPermitted where whoever acts may not answer there."""
    done = await _one(request, act, case, fields, saw)
    if isinstance(done, Refused) and done.lacks:
        raise NotPermitted(Unpermitted(missing=done.lacks.missing), done.lacks.account or "")
    return done


async def _one(request: web.Request, act: str, case: str, fields: Mapping[str, str], saw: int) -> Outcome:
    kept, who, at = kept_of(request), request[WHO], request.app[SITE].clock()
    database, name = kept.database, fields.get("publisher", "")
    if act in _DEEDS:
        return await acts.at_source(
            database, who, case, _DEEDS[act], fields.get("mention", ""),
            publisher=name, publishers=kept.publishers, allowing=kept.allowing, at=at,
        )  # fmt: skip
    version = _version(fields)
    match act:
        case "propose":
            return await acts.propose(database, who, case, saw=saw, at=at)
        case "approve":
            return await acts.approve(database, who, case, version, allowing=kept.allowing, saw=saw, at=at)
        case "send":
            topics = await _topics(request, case)
            return await acts.send(database, who, case, version, topics=topics, allowing=kept.allowing, saw=saw, at=at)
        case "withdraw":
            return await acts.withdraw(database, who, case, saw=saw, at=at)
        case _:
            return await _write(request, case, fields, version, saw)


async def _write(request: web.Request, case: str, fields: Mapping[str, str], version: int, saw: int) -> Outcome:
    kept, who, name = kept_of(request), request[WHO], fields.get("publisher", "")
    publisher = kept.publishers.get(name)
    parent = await parent_of(request, fields.get("mention", ""))
    if publisher is None:
        return Refused(what=Why.NO_CHANNEL)
    if parent is None:
        return Refused(what=Why.NO_MESSAGE)
    async with kept.database.reading() as connection:
        now = await answers.under_way(connection, case)
    text = await as_saved(request, name, fields.get("text", ""), now)
    if publisher.length(text, parent) > publisher.most(parent):
        return Refused(what=Why.LONG)
    written = Written(
        text=text, answers=parent.id, publisher=name, language=fields.get("language") or None, version=version
    )
    at = request.app[SITE].clock()
    return await acts.write(kept.database, who, case, written, saw=saw, at=at)


async def _practice(request: web.Request, language: str) -> str | None:
    """What the best practice answers that the address names, in that language where it has it; None where it names none that is approved."""
    number = number_of(request.query.get("practice", ""))
    found = await practices.get(kept_of(request).database, number) if number is not None else None
    return found.text(language).answer if found and found.state is practices.State.APPROVED else None


async def _topics(request: web.Request, case: str) -> Sequence[str]:
    """Those of the message that the case's answer is to."""
    now = next(
        (one for one in await answers.of_case(kept_of(request).database, case) if one.state in answers.UNDER_WAY), None
    )
    found = await request.app[SITE].archive.several([now.answers]) if now else {}
    return [topic for one in found.values() for topic in labels_of(one, Group.TOPIC)]


def _version(fields: Mapping[str, str]) -> int:
    told = fields.get("words", "0")
    if not told.isdecimal() or len(told) > 9:
        raise Reject("say which words are meant", reason="words")
    return int(told)


def _values(request: web.Request, case: Case, latest: Stored | None) -> Mapping[str, str | None]:
    """What canned answers may name; None where nobody knows."""
    author = latest.enriched.mention.author if latest else None
    return {
        "author_first_name": author.name.split()[0] if author and author.name and author.name.strip() else None,
        "case": str(case.number),
        "agent": request[WHO].name or None,
        "since": formats(request).clock(case.since),
    }
