"""A mail server that holds whoever sends to RFC 5321, and answers or breaks off as a test dials."""

import asyncio
from contextlib import asynccontextmanager, suppress

ORDER = {"EHLO": "", "STARTTLS": "EHLO", "MAIL": "EHLO", "RCPT": "MAIL", "DATA": "RCPT"}
"""The command that has to stand before."""

LONGEST_COMMAND, LONGEST_LINE = 512, 1000
"""Octets with their CRLF: 4.5.3.1.4 and 4.5.3.1.6."""


class StrictMail:
    """What came in, and what the sender did against the rules.

    answers  by command, or "." for the end of a message: the answer in place of the usual one, taken once each in turn
    cuts     where the connection is broken off: "body" within a message, "." after its end and before the answer
    """

    def __init__(self):
        self.answers, self.cuts, self.commands, self.messages, self.wrong = {}, [], [], [], []
        self.port, self.talking = 0, set()

    async def serve(self, reader, writer):
        self.talking.add(asyncio.current_task())
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _talk(self, reader, writer):
        done = []
        await self._answer(writer, self._dialled("greeting", "220 strict.example"))
        while line := await self._line(reader, LONGEST_COMMAND):
            verb = line.decode("ascii").split()[0].upper()
            self.commands.append(verb)
            if verb == "QUIT":
                await self._answer(writer, "221 bye")
                return
            if verb in ORDER and ORDER[verb] and ORDER[verb] not in done:
                self.wrong.append(f"{verb} before {ORDER[verb]}")
            usual = "250-strict.example\r\n250-STARTTLS\r\n250 SIZE 100000" if verb == "EHLO" else "250 OK"
            answer = self._dialled(verb, "354 go on" if verb == "DATA" else usual)
            await self._answer(writer, answer)
            done += [verb] if answer[0] in "23" else []
            if verb == "DATA" and answer[0] == "3" and not await self._message(reader, writer):
                writer.transport.abort()
                return

    async def _message(self, reader, writer):
        lines = []
        while (line := await self._line(reader, LONGEST_LINE)) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
            if self._cut("body"):
                return False
        if self._cut("."):
            self.messages.append(b"\r\n".join(lines))
            return False
        answer = self._dialled(".", "250 taken")
        self.messages += [b"\r\n".join(lines)] if answer[0] == "2" else []
        await self._answer(writer, answer)
        return True

    async def _line(self, reader, most):
        line = await reader.readuntil(b"\n")
        if not line.endswith(b"\r\n") or len(line) > most or b"\0" in line or b"\r" in line[:-2]:
            self.wrong.append(f"a line of {len(line)} octets: {line[:40]!r}")
        return line.rstrip(b"\r\n")

    def _dialled(self, what, usual):
        left = self.answers.get(what, [])
        return left.pop(0) if left else usual

    def _cut(self, where):
        found = where in self.cuts
        if found:
            self.cuts.remove(where)
        return found

    async def _answer(self, writer, text):
        writer.write(f"{text}\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def strict_mail():
    """Serves while the block runs; afterwards nothing may have been against the rules."""
    box = StrictMail()
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box
    await asyncio.gather(*box.talking)
    assert box.wrong == []
