"""The page of a demo in which somebody climbed: the tour leads to what it tells of, and she sees that she answers by herself."""

import re
from contextlib import asynccontextmanager
from html import unescape

import aiohttp
import pytest

from core.ports import Measured
from klankbord import configuration
from klankbord.demo.staff import CLIMBER
from klankbord.serving.page import open_page
from klankbord.stores import open_stores
from tests.demo.climbed import config_of

NOTHING_PUBLISHED = "nothing is published, not even once it is approved"


@pytest.fixture
def config(played):
    return config_of(played)


@asynccontextmanager
async def a_browser(config):
    """One in which the page was opened by its one-time link, in English."""
    read, said = configuration.read(config), list[str]()
    jar, english = aiohttp.CookieJar(unsafe=True), {"Accept-Language": "en"}
    async with open_stores(read, str) as stores, open_page(read, stores, Measured(), said.append):
        (link,) = [line.removeprefix("the page: ") for line in said if line.startswith("the page: ")]
        address = link.partition("/open?")[0]
        async with aiohttp.ClientSession(address, cookie_jar=jar, headers=english) as session:
            async with session.get(link.removeprefix(address)) as answer:
                assert answer.status == 200
            yield session


async def read(session, path):
    async with session.get(path) as answer:
        assert answer.status == 200, path
        return unescape(await answer.text())


async def test_the_overview_leads_to_each_part_of_it(config):
    async with a_browser(config) as session:
        tour = (await read(session, "/")).partition('class="card tour"')[2].partition("</section>")[0]
        links = re.findall(r'href="([^"]+)"', tour)
        assert links == [one.opens for one in configuration.read(config).page.tour]
        refused, approved, alone, practice, levels, _ = [await read(session, path) for path in links]
    assert "mag dat nog niet" in refused
    assert all(NOTHING_PUBLISHED in page for page in (refused, approved, alone))
    assert "Abonnement stilzetten" in practice
    assert "May people outside the team answer by themselves?" in levels


async def test_she_sees_that_she_may_and_that_nobody_else_has_to_approve(config):
    async with a_browser(config) as session:
        token = re.findall(r'name="csrf" value="([^"]+)"', await read(session, "/"))[0]
        async with session.post("/stand-in", data={"csrf": token, "role": CLIMBER.role}) as answer:
            assert answer.status == 200
        page = await read(session, "/may")
    assert "The right was given to you." in page
    assert re.search(r"fares</bdi></strong>\s*Nobody else", page)
