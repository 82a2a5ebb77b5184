"""One case: the conversation as it is archived, its author, why it was triaged so, deadlines, and what happened to it."""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from core.document import Filter, Profile, Stored
from core.ports import ArchiveReader
from desk.cases.thanking import last_given
from desk.entry.rights import Right
from desk.store import case_drafts, cases, inbox
from desk.store.cases import Case, Event, Happened, Message
from desk.web.pages.case_answer import composer
from desk.web.pages.case_choices import choices
from desk.web.pages.case_lines import kept_of, lines_of, looking, number_of
from desk.web.pages.case_told import Acted, Told, sentences, telling, told_of
from desk.web.pages.customers import whose
from desk.web.site import SITE, WHO, reader_words, render, rules_of
from desk.web.triaged import triaged

EARLIER = 8


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the conversation. Without `stored` it is gone: deleted at its source, or its keep time is over."""

    message: Message
    stored: Stored | None


class Gave(msgspec.Struct, frozen=True, kw_only=True):
    """Who gave our last answer. `own` where whoever looks did; `thanked` where they gave thanks, `complained` where an error was marked,
    `put_right` where that it had to be put right was.
    """

    name: str
    own: bool
    thanked: bool
    complained: bool
    put_right: bool
    leads: bool


async def page(request: web.Request) -> web.Response:
    """The case of that number. Raises 404 where there is none that whoever asks may see."""
    return await shown(request, request.query.get("number", ""), told=await told_of(request), back=request.path_qs)


async def unsaved(request: web.Request, number: int, typed: str, acted: Acted) -> web.Response:
    """The case as it is now, with an answer that was not saved where it was written, and why. Raises 404 as `page`."""
    return await shown(
        request, str(number), told=await telling(request, acted), back=f"/case?number={number}", typed=typed
    )


async def shown(
    request: web.Request, number: str, *, told: Told | None, back: str, typed: str | None = None
) -> web.Response:
    """The case, with what was just done to it. Raises 404 where there is none that whoever asks may see."""
    found = await one(request, number)
    database, site = kept_of(request).database, request.app[SITE]
    (line,) = await lines_of(request, [found])
    language, undo = reader_words(request).language, request.query.get("undo", "")
    thread = await thread_of(request, found)
    events = await cases.events(database, found.id)
    first = next((each.stored for each in thread if each.message.mention == found.first_message), None)
    latest = next((each.stored for each in reversed(thread) if each.stored and not each.message.own), None)
    composing = await composer(request, found, latest, typed=typed)
    return render(
        request,
        "case.html",
        case=found,
        line=line,
        thread=thread,
        events=list(zip(events, await sentences(request, events), strict=True)),
        author=latest.enriched.mention.author if latest else None,
        profile=await profile_of(site.archive, found.author),
        customer=(await whose(request, [found.author])).get(found.author),
        earlier=await inbox.more_of(database, looking(request), found, EARLIER),
        others=await others_of(request, found),
        gave=await gave_of(request, found, [each.message for each in thread], events),
        composing=composing,
        drafts=[one for one in await case_drafts.of_case(database, found.id) if one.crisis not in composing.crises],
        mention=first.enriched.mention if first else None,
        triaged=triaged(rules_of(request.app), first.enriched, language) if first else None,
        done=request.query.get("done", ""),
        undo=undo if site.undo.knows(undo) else "",
        now=looking(request).at,
        told=told,
        back=back,
        lists=False,
        choose=await choices(request, found),
    )


async def one(request: web.Request, number: str) -> Case:
    """Raises 404 where there is no such case, or whoever asks may not see it."""
    known = number_of(number)
    found = await inbox.numbered(kept_of(request).database, looking(request), [known]) if known is not None else ()
    if not found:
        raise web.HTTPNotFound
    return found[0]


async def thread_of(request: web.Request, case: Case) -> Sequence[Said]:
    """Both sides, as they were published."""
    messages = await cases.messages(kept_of(request).database, case.id)
    stored = await request.app[SITE].archive.several([each.mention for each in messages])
    return [Said(message=each, stored=stored.get(each.mention)) for each in messages]


async def gave_of(
    request: web.Request, case: Case, messages: Sequence[Message], events: Sequence[Event]
) -> Gave | None:
    """None where no answer was seen, or nobody of the staff is known to have given it."""
    database, who = kept_of(request).database, request[WHO]
    async with database.reading() as connection:
        given = await last_given(connection, events, messages)
    name = (await inbox.names(database, [given.by])).get(given.by) if given else None
    if given is None or name is None:
        return None
    said = {(one.kind, one.by) for one in events if one.detail == given.mention}
    return Gave(
        name=name,
        own=given.by == who.by,
        thanked=(Happened.THANKED, who.by) in said,
        complained=any(kind is Happened.COMPLAINED for kind, _ in said),
        put_right=any(kind is Happened.PUT_RIGHT for kind, _ in said),
        leads=who.may(Right.LEAD, case.unit),
    )


async def profile_of(archive: ArchiveReader, author: str) -> Profile | None:
    """What is archived of that account; None where nothing is."""
    return next(iter(await archive.profiles(Filter(), authors=[author], starts=())), None)


async def others_of(request: web.Request, case: Case) -> Sequence[Case]:
    """What other units have open of its author."""
    found = await inbox.others_of(kept_of(request).database, [case.author])
    return [each for each in found if each.id != case.id and each.unit != case.unit]
