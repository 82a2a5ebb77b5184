"""What a person says of messages: corrections, tags, irrelevance and mutes, singly or in bulk, with undo."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from aiohttp import web

from core.document import Stored
from core.errors import Reject
from core.findings import FEELINGS, INTENTS, UNCERTAIN
from core.types import Judgement, Mute
from desk.web.pages.door import own_path
from desk.web.site import SITE, WHO, Site, rules_of
from desk.web.undo import Said, reverse
from picture.mention import labels_of, latest_judgement
from playbook.disagreement import OUTCOME

SENTIMENTS = (*FEELINGS, UNCERTAIN)
JUDGED = "judged"
"""Why a message is spam that a person called so."""

_LONGEST = 200
_TRIES, _PAUSE = 15, 0.1


async def judge(request: web.Request) -> web.StreamResponse:
    """Judge the chosen mentions, keep what undoes it, and go back to where the reader was."""
    site = request.app[SITE]
    form = await request.post()
    ids = [str(value) for value in form.getall("mention", [])]
    chosen = [stored for one in ids if (stored := await site.archive.get(one)) is not None]
    if not chosen:
        raise Reject("no message was chosen, or those chosen are not there any more", reason="choice")
    by = request[WHO].by
    triage = rules_of(request.app).triage
    said = messages(form, chosen, by=by, at=site.clock(), outcomes=triage.outcomes if triage else ())
    before = {stored.enriched.mention.id: stored.judgements for stored in chosen}
    back = [reverse(one, before[one.mention] if isinstance(one, Judgement) else ()) for one in said]
    await site.judge(said)
    await _settled(site, said)
    raise web.HTTPSeeOther(_back(str(form.get("back", "/search")), done=str(len(chosen)), undo=site.undo.keep(back)))


async def undo(request: web.Request) -> web.StreamResponse:
    """Take an act back."""
    site = request.app[SITE]
    form = await request.post()
    said = site.undo.take(str(form.get("undo", "")), at=site.clock())
    if not said:
        raise Reject("that act cannot be taken back any more; correct the messages instead", reason="undo")
    await site.judge(said)
    await _settled(site, said)
    raise web.HTTPSeeOther(_back(str(form.get("back", "/search")), done="undone", undo=""))


def messages(
    form: Mapping[str, object], chosen: Sequence[Stored], *, by: str, at: datetime, outcomes: Collection[str] = ()
) -> list[Said]:
    """The messages that a form's `act` and `value` stand for; `outcomes` are those of triage. Raises Reject where they make no sense."""
    act, _, given = str(form.get("act", "")).partition(":")
    value = (given or str(form.get("value", ""))).strip()[:_LONGEST]
    match act:
        case "sentiment" if value in SENTIMENTS:
            return _each(chosen, "sentiment", lambda _: (value,), by=by, at=at)
        case "intent" if (intent := str(form.get("intent", ""))) in (*INTENTS, UNCERTAIN):
            return _each(chosen, "intent", lambda _: (intent,), by=by, at=at)
        case "outcome" if (outcome := given or str(form.get("outcome", ""))) in outcomes:
            return _each(chosen, OUTCOME, lambda _: (outcome,), by=by, at=at)
        case "spam" if value in ("yes", "no"):
            return _each(chosen, "spam", lambda _: (JUDGED,) if value == "yes" else (), by=by, at=at)
        case "topic" if value:
            return _each(chosen, "topics", lambda _: (value,), by=by, at=at)
        case "tag" if value:
            return _each(chosen, "tags", lambda stored: _with(labels_of(stored, "tags"), value), by=by, at=at)
        case "irrelevant":
            return _each(chosen, "irrelevant", lambda _: None if value == "no" else ("yes",), by=by, at=at)
        case "mute-author":
            authors = dict.fromkeys(stored.enriched.mention.author.id for stored in chosen)
            return [Mute(by=by, at=at, author=author) for author in authors]
        case "mute-word" if value:
            return [Mute(by=by, at=at, word=value)]
        case _:
            raise Reject("choose what to do, and fill in the word, topic or tag it needs", reason="act")


def _each(
    chosen: Sequence[Stored], name: str, labels: Callable[[Stored], tuple[str, ...] | None], *, by: str, at: datetime
) -> list[Said]:
    return [Judgement(mention=one.enriched.mention.id, name=name, labels=labels(one), by=by, at=at) for one in chosen]


def _with(tags: Sequence[str], tag: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*tags, tag)))


async def _settled(site: Site, said: Sequence[Said]) -> None:
    """Wait a moment until the archive has taken the last judgement in, so that the page that follows shows it."""
    last = next((one for one in reversed(said) if isinstance(one, Judgement)), None)
    for _ in range(_TRIES):
        if last is None:
            await asyncio.sleep(_PAUSE)
            return
        stored = await site.archive.get(last.mention)
        latest = latest_judgement(stored.judgements, last.name) if stored else None
        if stored is None or (latest is None and last.labels is None) or (latest and latest.at >= last.at):
            return
        await asyncio.sleep(_PAUSE)


def _back(path: str, *, done: str, undo: str) -> str:
    clean = own_path(path)
    kept = "&".join(
        part
        for part in clean.partition("?")[2].split("&")
        if part and not part.startswith(("done=", "undo=", "after="))
    )
    told = f"done={done}" + (f"&undo={undo}" if undo else "")
    return f"{clean.partition('?')[0]}?{kept}{'&' if kept else ''}{told}"
