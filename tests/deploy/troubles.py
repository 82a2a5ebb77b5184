"""Two running klankbords with all that can go wrong, made for real, and the other sides that make it so.

`Late` has files alone, and a clock that is put ahead: days of silence pass in a minute, and so does a day in which a frozen
part gets nothing done. `Troubled` writes to an Elasticsearch behind a door with a certificate that ends soon, to a CRM that
refuses its token and to two receivers that want nothing, tells people by a chat that is gone, reads a feed that is away and a server that refuses, on a small disk.
"""

import asyncio
import os
import shutil
import signal
import ssl
import subprocess
import sys
from contextlib import contextmanager, suppress
from datetime import timedelta

import yaml

from core.telemetry import Count, Gauge
from core.time import now
from deploy.engines.certificates import certificates
from deploy.engines.ports import free_ports
from klankbord.health import rhythm
from klankbord.player import FeedPlayer, MastodonPlayer
from tests.chaos.stage import CLOCK
from tests.desk.cases.book import hear, heard
from tests.klankbord.program import Program, children, file_source, line, until
from tests.klankbord.watching import value
from tests.sinks.doubles.hubspot import HubSpotDouble
from tests.sinks.receiver import OK, SECRET, receiving, status

REFUSED = 30
DISK = 64 * 1024 * 1024
HOUR = 3600.0
LONG_AGO = "2026-03-02T09:00:00Z"
STREAM = {"topic": "mentions", "group": "stream"}
FEED = b"<rss version='2.0'><channel><title>News</title><link>http://127.0.0.1/</link></channel></rss>"


@contextmanager
def started(program, environment=None, *, code=0):
    """`klankbord run` in its folder, whose words go to run.err; asked to end when the block does, which it does with `code`."""
    with (program.folder / "run.err").open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "klankbord", "run"],
            cwd=program.folder,
            env=os.environ | (environment or {}),
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(300) == code, (program.folder / "run.err").read_text()
    finally:
        if process.poll() is None:
            for number in children(process.pid).values():  # one that is frozen would outlive it
                os.kill(number, signal.SIGKILL)
            process.kill()
            process.wait()


class Late(Program):
    """Its source `calls` is silent for a day, and its understanding part hangs for as long."""

    def __init__(self, folder, stack):
        super().__init__(folder, file_source("calls.jsonl", name="calls"), file_source("posts.jsonl", name="posts"))
        self.data.mkdir()
        stack.enter_context(disk(self.data, 16 * DISK))
        self.add("calls.jsonl")
        self.clock = folder / "clock"
        self.environment = {"PYTHONPATH": str(CLOCK), "CHAOS_CLOCK": str(self.clock)}
        self.jump(-49 * HOUR)

    def jump(self, seconds):
        """Put the clock of its processes so far off."""
        part = self.clock.with_suffix(".part")
        part.write_text(str(seconds))
        part.replace(self.clock)

    def calls(self, number, *, hours):
        """A call that many hours from now, learnt from."""
        self.jump(hours * HOUR)
        since = now().timestamp() + hours * HOUR - 60
        until(lambda: (value(self.data, "ingest", Gauge.ANSWERED, source="calls") or 0) > since, within=300)
        self.add("calls.jsonl", line(number, f"klank {number}", created_at=LONG_AGO))
        until(lambda: self._heard() > since, within=300)

    def _heard(self):
        known = rhythm.read(self.data / "cache" / "rhythm.json").get("calls")
        return known.heard if known else 0.0

    def lags(self, process):
        """Two calls twenty minutes apart, one a day later; then a part that hangs for a day with a post to do."""
        for number, hours in enumerate((-49.0, -48.5, -24.0)):
            self.calls(number, hours=hours)
        self.add("posts.jsonl", line(1, "klank post", created_at=LONG_AGO))
        until(lambda: self._progress() > now().timestamp() - 25 * HOUR, within=300)
        os.kill(until(lambda: children(process.pid).get("understander")), signal.SIGSTOP)
        self.add("posts.jsonl", line(2, "klank nog een", created_at=LONG_AGO))
        until(lambda: value(self.data, "ingest", Count.KEPT, source="posts") == 2)
        waited = self._waited()
        until(lambda: self._waited() > waited, within=300)  # looked at once more: what was done before it hung is known
        self.jump(0)
        until(lambda: self._waited() > HOUR, within=300)

    def _waited(self):
        return value(self.data, "ingest", Gauge.OLDEST, **STREAM) or 0.0

    def _progress(self):
        return value(self.data, "ingest", Gauge.PROGRESS, **STREAM) or 0.0


class Door:
    """TLS before a node, on one port for ever; who comes while it is shut finds nobody."""

    def __init__(self, behind):
        self._host, self._behind = behind.removeprefix("http://").split(":")
        (self.port,) = free_ports(1)
        self._server, self._guests = None, set()

    async def open(self, made):
        """Let in, showing that certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(made.certificate, made.key)
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port, ssl=context)

    async def shut(self):
        self._server.close()
        for guest in self._guests:
            guest.cancel()
        await asyncio.gather(*self._guests, return_exceptions=True)

    async def _pass(self, reader, writer):
        self._guests.add(asyncio.current_task())
        with suppress(OSError, asyncio.CancelledError):
            node_reader, node_writer = await asyncio.open_connection(self._host, self._behind)
            try:
                await asyncio.gather(_copy(reader, node_writer), _copy(node_reader, writer))
            finally:
                node_writer.close()
        writer.close()


async def _copy(reader, writer):
    while some := await reader.read(65536):
        writer.write(some)
        await writer.drain()
    writer.close()


@contextmanager
def disk(folder, size):
    """A disk of so many bytes at that folder, so that how full this machine's is tells nobody. Only root may make one."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


class Troubled(Program):
    """Built in a portal, in whose loop the other sides are served until the stack is left."""

    def __init__(self, folder, node, portal, stack):
        self._portal = portal
        self.crm, self.feed, self.server = HubSpotDouble(token="taken back"), FeedPlayer(), MastodonPlayer()
        self.door, (self._feed_port,) = Door(node.url), free_ports(1)
        self._stack = stack
        self.gone = self._side(receiving(always=status(410)))
        self.partner = self._side(receiving(always=status(422, body=b"unreadable")))
        self.chat = self._side(receiving(always=status(410), events=False))
        self._short = certificates(folder / "short", days=20)
        shutil.copy(self._short.ca, folder / "ca.crt")
        (folder / "mastodon.token").write_text("taken back")
        super().__init__(folder, *self._sources(folder), sinks=self._sinks(node), notices=self._notices())
        self.data.mkdir()
        stack.enter_context(disk(self.data, DISK))
        portal.call(self.door.open, self._short)
        stack.callback(lambda: portal.call(self.door.shut))

    def _side(self, served):
        return self._stack.enter_context(self._portal.wrap_async_context_manager(served))

    def _sources(self, folder):
        mastodon = {"instance": self._side(self.server.serve()), "token": f"${{file:{folder}/mastodon.token}}"}
        feeds = {"feeds": [f"http://127.0.0.1:{self._feed_port}/news.xml"], "every": "1s"}
        ends = (now() + timedelta(days=5)).date().isoformat()
        return (
            file_source("mail.jsonl", name="mail"),
            {"use": "rss", "name": "news", "settings": feeds},
            {"use": "mastodon", "name": "mastodon", "token_ends": ends, "settings": mastodon},
        )

    def _sinks(self, node):
        def receiver(one, **more):
            return {"url": one.url, "secrets": [SECRET], "allow_private": ["127.0.0.1"], **more}

        archive = {"url": f"https://127.0.0.1:{self.door.port}", "ca": "ca.crt", "prefix": "runbooks"}
        crm = {"url": self._side(self.crm.serve()), "token": "pat-eu1-0000", "everyone": True}
        return [
            {"use": "elasticsearch", "settings": archive},
            {"use": "hubspot", "name": "crm", "settings": crm},
            {"use": "webhook", "name": "events", "settings": receiver(self.gone)},
            {"use": "webhook", "name": "partner", "settings": receiver(self.partner, gives_up_after="1s")},
        ]

    def _notices(self):
        channel = {"name": "webcare", "use": "webhook", "url": self.chat.url, "secrets": [SECRET]}
        return {
            "window": "1s",
            "channels": [channel | {"allow_private": ["127.0.0.1"]}],
            "send": [{"channels": ["webcare"]}],
        }

    def arrives(self):
        """Its first mail is archived: history, which goes to nobody."""
        self.add("mail.jsonl", line(0, "klank van eerder"))

    def goes_wrong(self):
        """A case of which nobody is told, mail that the CRM and both receivers refuse, and a disk that somebody fills."""
        self.ask(lambda stores: hear(stores.desk, heard(1, now())))
        self.add("mail.jsonl", *(line(number, f"klank {number}") for number in range(1, REFUSED + 1)))
        until(lambda: (value(self.data, "ingest", Gauge.SET_ASIDE) or 0) == REFUSED, within=300)
        free = shutil.disk_usage(self.data).free
        (self.data / "other").write_bytes(bytes(free - DISK // 12))

    def is_mended(self):
        """What people do elsewhere: a right given back, receivers mended, a feed back up; and new tokens in their places."""
        self.crm.token = "pat-eu1-0000"
        self.gone.always = self.partner.always = self.chat.always = OK
        self.feed.push("/news.xml", FEED)
        self._side(self.feed.serve(port=self._feed_port))
        (self.folder / "mastodon.token").write_text("token")
        content = yaml.safe_load(self.config.read_text())
        content["sources"][2]["token_ends"] = (now() + timedelta(days=365)).date().isoformat()
        self.config.write_text(yaml.safe_dump(content))
        (self.data / "other").unlink()

    def loses_its_archive(self):
        """Nobody opens, and there is mail to archive."""
        self._portal.call(self.door.shut)
        self.add("mail.jsonl", line(REFUSED + 1, "klank later"))

    def finds_its_archive(self):
        self._portal.call(self.door.open, self._short)

    def has_a_new_certificate(self):
        """On both sides; what runs goes on with the old one."""
        made = certificates(self.folder / "long")
        shutil.copy(made.ca, self.folder / "ca.crt")
        self._portal.call(self.door.shut)
        self._portal.call(self.door.open, made)
