"""Notices by a POST to an address that is one place for all: an incoming webhook of a chat, or a receiver of one's own."""

from collections.abc import Awaitable, Callable

from desk.notices.channel import Outcome
from desk.notices.told import Told
from desk.store.notice_messages import Message
from desk.store.people import Person

Form = Callable[[Message, Told], bytes]
Post = Callable[[str, bytes], Awaitable[Outcome]]
"""(message id, body) to the configured address, signed where it is to be."""


class ByPost:
    """desk.notices.channel.Channel."""

    def __init__(self, form: Form, post: Post, *, language: str | None = None) -> None:
        self._form, self._post, self.language = form, post, language

    async def send(self, message: Message, told: Told, to: Person | None) -> Outcome:  # noqa: ARG002 - as the port says
        return await self._post(message.id, self._form(message, told))
