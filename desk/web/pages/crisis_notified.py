"""Who was told of a crisis when, by which channel, and who was not."""

from collections.abc import Mapping, Sequence

import msgspec
from aiohttp import web

from desk.store import audit, inbox, notice_messages
from desk.store.crises import Crisis
from desk.store.notice_messages import Message
from desk.store.notices import Notice
from desk.web.pages.case_lines import kept_of
from desk.web.site import reader_words, role_name, unit_called


class Notified(msgspec.Struct, frozen=True, kw_only=True):
    """Who was to be told of what, by which channel, when they were, and why not. `who` is a person, a role or a unit."""

    notice: Notice
    message: Message | None
    who: str


async def notified_of(request: web.Request, crisis: Crisis) -> Sequence[Notified]:
    """The latest first."""
    database = kept_of(request).database
    found = await notice_messages.told_of(database, crisis.id)
    named = {message.person if message and message.person else notice.to_person for notice, message in found}
    names = await inbox.names(database, [one for one in named if one])
    return [
        Notified(notice=notice, message=message, who=_receiver(request, notice, message, names))
        for notice, message in reversed(found)
    ]


def _receiver(request: web.Request, notice: Notice, message: Message | None, names: Mapping[str, str]) -> str:
    person = message.person if message and message.person else notice.to_person
    if person:
        left = str(reader_words(request)("crisis.left"))
        return audit.called(names, person, left=left, other=left)
    if notice.to_role:
        return role_name(request, notice.to_role)
    return unit_called(request, notice.to_unit)
