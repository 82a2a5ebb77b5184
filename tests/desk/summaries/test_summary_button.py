"""The button in a browser: it says that it is busy, and puts the summary above the list."""

import asyncio
import threading
from contextlib import contextmanager

from desk.summaries.parts import Summaries
from tests.desk.api.asking import Policies
from tests.desk.conftest import Visitor
from tests.desk.serving import everything, serving
from tests.desk.summaries.double import double


@contextmanager
def doubled():
    """The double in a thread of its own, which waits with its answer until `go` is set."""
    ready, go, over = threading.Event(), threading.Event(), asyncio.Event()
    made = []

    async def wait(_):
        await asyncio.to_thread(go.wait, 300)

    async def run():
        async with double(timeout="300s") as server:
            server.acts = [wait]
            server.says = "Treinen <b>staan</b> stil [1]."
            made.extend((server, asyncio.get_running_loop()))
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    ready.wait(300)
    try:
        yield made[0], go
    finally:
        go.set()
        made[1].call_soon_threadsafe(over.set)
        thread.join(300)


def test_a_summary_comes_above_the_list(chromium, tmp_path):
    with doubled() as (server, go):
        summaries = lambda desk: Summaries(settings=server.settings, database=desk, leaving=Policies(), redact=str)  # noqa: E731
        with serving(tmp_path / "archive.db", everything()[-700:], summaries=summaries) as served:
            visitor = Visitor(chromium, served)
            page = visitor.enter("/search")
            page.get_by_role("button", name="Summarise").click()
            page.get_by_text("The language model is reading").wait_for()
            assert page.get_by_role("button", name="Summarise").is_disabled()
            go.set()
            place = page.locator("[data-summary]")
            place.get_by_text("Treinen <b>staan</b> stil.").wait_for()
            assert not page.get_by_text("The language model is reading").is_visible()
            place.locator("a.chip").first.click()
            page.wait_for_url("**/mention?id=*")
            assert visitor.wrong == []
            visitor.close()
    assert len(server.sent()) == server.settings.mentions
