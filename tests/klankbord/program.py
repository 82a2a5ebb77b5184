"""The real program in a folder of its own: written configuration, processes, commands, and what is archived."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from core.document import Filter
from core.errors import Retry
from klankbord import configuration
from klankbord.cli import main
from klankbord.stores import open_stores
from tests.klankbord.packages import package

LONG = 240.0
"""Seconds that a slow machine may take for any of it."""


def until(found, *, within=LONG):
    """What `found` gives once it gives something; fails after a generous while."""
    deadline = time.monotonic() + within
    while not (answer := found()):
        assert time.monotonic() < deadline, f"still waiting after {within:.0f} seconds for {found}"
        time.sleep(0.1)
    return answer


def file_source(*paths, follow=True, **more):
    return {"use": "file", "settings": {"paths": list(paths), "follow": follow, "every": "0.1s"}, **more}


def line(number, text, *, author="anna", **more):
    """One message as a line of a JSONL file."""
    said = {
        "id": str(number),
        "text": text,
        "author_id": author,
        "author": author.title(),
        "created_at": MOMENT,
        **more,
    }
    return json.dumps(said) + "\n"


MOMENT = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))


def replaced(path, content):
    """Write a YAML file that a running program reads: it finds the one before or this one, and never a part of it."""
    part = path.with_suffix(".part")
    part.write_text(yaml.safe_dump(content))
    part.replace(path)


class Program:
    """A folder with klankbord.yaml and playbook.yaml, and the processes run on it."""

    def __init__(self, folder, *sources, monitors=None, enrich=("language",), **more):
        self.folder, self.config, self.data = folder, folder / "klankbord.yaml", folder / "data"
        content = {
            "organisation": {"name": "Klank"},
            "sources": list(sources),
            "enrich": [{"use": one} if isinstance(one, str) else one for one in enrich],
            "page": {"port": 0},
        }
        self.config.write_text(yaml.safe_dump(content | more))
        self.rules({"klank": "klank"} if monitors is None else monitors)

    def rules(self, monitors):
        """Write the playbook anew."""
        replaced(
            self.folder / "playbook.yaml", {"monitors": {name: {"query": query} for name, query in monitors.items()}}
        )

    def add(self, name, *lines):
        """Append to a file beside the configuration."""
        with (self.folder / name).open("ab") as file:
            file.writelines(one if isinstance(one, bytes) else one.encode() for one in lines)

    def command(self, name, *arguments, answers=None):
        """A command of the command line in this process; fails where it raises anything but its exit code."""
        return command(*name.split(), "-c", str(self.config), *arguments, answers=answers)

    async def _asked(self, question):
        async with open_stores(configuration.read(self.config), lambda _: None) as stores:
            return await question(stores)

    def ask(self, question):
        """What an async question to the stores gives, once they answer."""
        deadline = time.monotonic() + LONG
        while True:
            try:
                return asyncio.run(self._asked(question))
            except Retry:  # an engine that starts, or whose index is just being made
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def texts(self):
        """Texts of everything archived, sorted; a mention archived twice would stand here twice."""
        return sorted(stored.enriched.mention.text for stored in self.stored())

    def stored(self):
        """Everything archived, what is muted or judged irrelevant too."""
        everything = Filter(irrelevant=True, muted=True, drills=True)

        async def all_of_them(stores):
            return [one async for chunk in stores.archive.scan(everything) for one in chunk]

        return self.ask(all_of_them)

    def has(self, *texts):
        """Wait until exactly these texts are archived."""
        wanted = sorted(texts)
        with contextlib.suppress(AssertionError):
            until(lambda: self.texts() == wanted)
        assert self.texts() == wanted

    def dead(self):
        """(error, size of what was kept) of each dead letter."""

        async def letters(stores):
            from stream.replay import select

            return [letter async for letter in select(stores.log)]

        return [letter for _, letter in self.ask(letters)]

    def files_with(self, *words):
        """Files below the data folder that hold any of these words."""
        found = []
        for path in self.data.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and any(word.encode() in path.read_bytes() for word in words):
                    found.append(path)
        return found

    def read_by(self, topic, group):
        """Whether that group has read all of the topic, and has said so in the log."""
        state = self.ask(lambda stores: stores.log.state())
        return any((row.topic, row.group, row.lag) == (topic, group, 0) for row in state)

    @contextmanager
    def running(self, **environment):
        """`klankbord run`, ready; ended by SIGTERM, which must end it well."""
        with Run(self, environment) as run:
            run.ready()
            yield run
            assert run.end() == 0, run.said()


class Run:
    """One `klankbord run` and what it says."""

    def __init__(self, program, environment=None, *, part=None, **how):
        self.program, self.lines = program, []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "klankbord", "run", *filter(None, [part]), "-c", str(program.config)],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=os.environ | (environment or {}),
            **how,
        )
        self._hearing = threading.Thread(target=self._hear)
        self._hearing.start()

    def _hear(self):
        for read in self.process.stderr:
            self.lines.append(read.decode())

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._hearing.join(30)
        self.process.stderr.close()
        if failed:
            sys.stdout.write(self.said())  # pytest shows it with the failure

    def said(self):
        return "".join(self.lines)

    def ready(self):
        """Both halves are up: the page has its link."""
        until(lambda: "the page: http" in self.said() or not self._hearing.is_alive())
        assert self.process.poll() is None, self.said()

    def hears(self, words):
        until(lambda: words in self.said() or not self._hearing.is_alive())
        assert words in self.said()

    def keeper(self):
        """The keeper's process number, once it is there."""
        return until(lambda: children(self.process.pid).get("keeper"))

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.code()

    def code(self):
        """The exit code, once it has ended by itself; what it said holds no stack trace."""
        code = self.process.wait(LONG)
        self._hearing.join(30)
        assert "Traceback" not in self.said(), self.said()
        return code

    def address(self, before):
        """The address that stands after those words in what it said."""
        self.hears(before)
        return self.said().partition(before)[2].split()[0]


@contextmanager
def installed(folder, name, source):
    """A package that brings an enricher of its own, installed here; gives the environment in which a program has it."""
    package(folder, name, source)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield {"PYTHONPATH": str(folder)}


def command(*arguments, answers=None):
    """A command of the command line in this process; fails where it raises anything but its exit code."""
    result = CliRunner().invoke(main, arguments, input=answers, env={"COLUMNS": "400"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def post(url, body, *, content_type="application/json"):
    """The status of a POST."""
    request = urllib.request.Request(url, body, {"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@contextmanager
def played(player, *, port=0):
    """A player served from a thread with a loop of its own; gives its address and a way to call it there."""
    loop, up, urls = asyncio.new_event_loop(), threading.Event(), []
    done = asyncio.Event()

    async def serve():
        async with player.serve(port=port) as url:
            urls.append(url)
            up.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert up.wait(LONG)
    try:
        yield urls[0], loop.call_soon_threadsafe
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(LONG)
        loop.close()


__all__ = ["Program", "Run", "command", "file_source", "installed", "line", "played", "post", "replaced", "until"]


def children(pid):
    """The parts that a running klankbord has started, by name, with their process numbers."""
    try:
        numbers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        lines = {int(number): Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0") for number in numbers}
    except (FileNotFoundError, ProcessLookupError):  # one of them has ended since
        return {}
    return {line[3].decode(): number for number, line in lines.items() if len(line) > 3}
