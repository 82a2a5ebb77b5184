"""A real mail server on a free port, which takes messages in or refuses them as a test dials."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    """What came in, and what is answered instead: `refuses` by address, `answers` to any message."""

    def __init__(self):
        self.messages, self.refuses, self.answers, self.pause = [], {}, None, 0.0
        self.port = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.pause)
        if self.answers:
            return self.answers
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def _allowed(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"klank", b"geheim"), handled=False)


@asynccontextmanager
async def mailbox(made=None, *, implicit=False, asks_user=False):
    """Serves while the block runs. With `made` certificates it speaks STARTTLS, or TLS from the first byte."""
    box, context = Mailbox(), None
    if made:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(made.certificate, made.key)

    def protocol():
        return SMTP(
            box, hostname="localhost", tls_context=None if implicit else context, require_starttls=bool(made and not implicit),
            authenticator=_allowed, auth_required=asks_user, auth_require_tls=not implicit,
        )  # fmt: skip

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=context if implicit else None)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box
