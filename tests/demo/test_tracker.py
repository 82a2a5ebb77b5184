"""The demo's tracker takes what GitHub takes: klankbord's own tracker works against it, and what GitHub refuses is refused."""

from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import aiohttp
import msgspec
import pytest

from core.backlog import Quote, State
from core.errors import Denied, Reject
from core.ports import Tools
from klankbord import registry
from klankbord.configuration import Part, settings_of
from klankbord.demo.stage import TOKEN
from klankbord.demo.tracker import PROJECT, Tracker
from tests.demo.conftest import NOW
from tests.trackers.stages import item

ISSUES = f"/repos/{PROJECT}/issues"


@asynccontextmanager
async def github(url, token=TOKEN):
    settings = {"url": url, "token": token, "project": PROJECT}
    tools = Tools(clock=lambda: NOW, random=Random(1), cache=Path(), report=lambda _: None)
    module = registry.load(registry.TRACKERS, "github")
    part = Part(use="github", settings=settings)
    async with module.build(settings_of(registry.TRACKERS, part), tools) as tracker:
        yield tracker


@pytest.fixture
async def there():
    tracker = Tracker(TOKEN, clock=lambda: NOW)
    async with tracker.serve() as url:
        yield url


async def test_an_issue_is_made_found_changed_closed_and_opened_again(there):
    async with github(there) as tracker:
        native = await tracker.make(item(Quote(text="de wifi vraagt mijn nummer")))
        assert await tracker.find("klankbord:ab12", NOW - timedelta(hours=1)) == native
        assert await tracker.find("klankbord:ab12", NOW + timedelta(hours=1)) is None
        changed = msgspec.structs.replace(item(told="40 voices"), title="Rising: wifi")
        await tracker.write(native, changed, titled=True)
        seen = await tracker.look(native)
        assert (seen.title, seen.spelled) == (changed.title, tracker.spelled(changed))
        await tracker.comment(native, "It rises again", "klankbord:ab12#2")
        assert await tracker.said(native, "klankbord:ab12#2")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.patch(f"{there}{ISSUES}/{native}", json={"state": "closed"}) as answer,
        ):
            assert answer.status == 200
        assert (await tracker.look(native)).state is State.CLOSED
        await tracker.reopen(native)
        assert (await tracker.look(native)).state is State.OPEN
        assert await tracker.look("99") is None


async def test_what_stands_there_can_be_read_the_latest_first(there):
    async with aiohttp.ClientSession() as session:
        async with session.get(there) as answer:
            assert await answer.text() == "Nothing is in the backlog yet."
        async with github(there) as tracker:
            for voices in ("12 voices", "40 voices"):
                await tracker.make(item(told=voices))
        async with session.get(there) as answer:
            shown = await answer.text()
    assert shown.index("#2 (open) Rising: poortjes station") < shown.index("40 voices") < shown.index("12 voices")


async def test_another_token_is_refused(there):
    async with github(there, token="another") as tracker:
        with pytest.raises(Denied, match="Bad credentials"):
            await tracker.make(item())


async def test_an_issue_that_is_not_there_cannot_be_changed(there):
    async with github(there) as tracker:
        with pytest.raises(Reject, match="Not Found"):
            await tracker.write("99", item(), titled=False)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b'{"body": "no title"}', 422),
        (b'{"title": ""}', 422),
        (b'{"title": "x", "colour": "red"}', 422),
        (b'{"title": "' + b"x" * 257 + b'"}', 422),
    ],
)
async def test_what_github_refuses_is_refused(there, body, status):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(there + ISSUES, data=body) as answer,
    ):
        assert answer.status == status
        assert (await answer.json())["message"]
