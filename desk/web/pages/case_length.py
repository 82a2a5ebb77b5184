"""How long an answer is that somebody writes, and what is said of it: as it would be saved."""

from aiohttp import web

from core.types import Parent
from desk.answering import acts
from desk.answering.composing import other_form, signed, unfilled
from desk.store import answers, inbox
from desk.store.answer_tables import answers as table
from desk.store.answers import Answer
from desk.web.pages.case_lines import kept_of
from desk.web.site import SITE, WHO, reader_words
from playbook.answers import VARIABLES, Answering


async def measure(request: web.Request) -> web.Response:
    """How long what somebody writes is, by the publisher, and what is said of it: for the page's script."""
    fields = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    kept, name, text = kept_of(request), fields.get("publisher", ""), fields.get("text", "")
    section, publisher = kept.rules.playbook.answers or Answering(), kept.publishers.get(name)
    parent = await parent_of(request, fields.get("mention", ""))
    if publisher is None or parent is None:
        return web.json_response({})
    async with kept.database.reading() as connection:
        now = await answers.one(connection, table.c.answers == parent.id, table.c.state.in_(answers.UNDER_WAY))
    said = await as_saved(request, name, text, now)
    return web.json_response(
        {
            "length": publisher.length(said, parent),
            "most": publisher.most(parent),
            "missing": [reader_words(request)(f"variable.{one}") for one in unfilled(text, VARIABLES)],
            "other": other_form(text, fields.get("language"), section.voice(name)),
        }
    )


async def as_saved(request: web.Request, publisher: str, text: str, now: Answer | None) -> str:
    """As it would be saved by whoever writes: what stands so already stays as it is signed."""
    kept, who, text = kept_of(request), request[WHO], text.replace("\r\n", "\n").strip()
    if now is not None and text == now.words.text and acts.stays(now, who):
        return text
    voice = (kept.rules.playbook.answers or Answering()).voice(publisher)
    said = await answers.versions(kept.database, now.id) if now else ()
    names = await inbox.names(kept.database, {one.by for one in said})
    return signed(text, voice, who.name, before=names.values())


async def parent_of(request: web.Request, mention: str) -> Parent | None:
    found = (await request.app[SITE].archive.several([mention])).get(mention)
    return Parent.of(found.enriched.mention) if found else None
