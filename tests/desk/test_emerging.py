"""What emerges, in a real browser: on the overview, on its own page with its evidence, made a topic with one click."""

import re

import pytest
import yaml
from playwright.sync_api import expect

from core.emerging import Emergence, Risen
from core.emerging import Member as Told
from desk.store import audit, emerging
from klankbord.serving.topics import TopicDesk
from playbook.playbook import load
from tests.desk.axe import faults, overhang
from tests.desk.conftest import Visitor
from tests.desk.corpus import NOW
from tests.desk.outage import outage
from tests.desk.serving import everything, serving


@pytest.fixture
def playbook(tmp_path):
    path = tmp_path / "playbook.yaml"
    path.write_text(yaml.safe_dump({"monitors": {"Noorderlijn": {"query": "noorderlijn"}}}))
    return path


@pytest.fixture
def station(tmp_path, chromium, playbook):
    """A page on which an outage emerges, told in Dutch and English."""
    told = outage(NOW)
    with serving(tmp_path / "archive.db", [*everything()[-700:], *told], named=TopicDesk(playbook)) as served:
        members = tuple(Told(one.mention.id, one.mention.author.id, voice=True) for one in told)
        risen = Risen(id="gates", members=members, voices=len(members), usual=0.2, hours=2, trend=(0,) * 47 + (20,))
        served.do(emerging.put(served.desk, Emergence(at=NOW, learned=1.0, topics=(risen,))))
        one = Visitor(chromium, served)
        yield one
        one.close()


def test_the_overview_tells_it_and_leads_to_its_evidence(station):
    page = station.enter()
    link = page.locator("main a[href^='/emerging?id=']")
    expect(link).to_have_count(1)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("poortje|gate", re.IGNORECASE))
    expect(page.locator("ol.entries > li")).to_have_count(20)
    expect(page.locator("main")).to_contain_text("Dutch")
    expect(page.locator("main")).to_contain_text("English")


def test_one_click_makes_it_a_topic_and_another_takes_that_back(station, playbook):
    page = station.enter("/emerging?id=gates", language="nl")
    name = page.get_by_label("Naam").input_value()
    page.get_by_role("button", name="Maak hier een thema van").click()
    expect(page.get_by_role("status")).to_contain_text(name)
    made = load(playbook).topics[name]
    assert {"nl", "en"} == made.description.keys() == made.keywords.keys()
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_role("status")).to_have_count(0)
    assert not load(playbook).topics
    noted = station.served.do(audit.latest(station.served.desk, subject=name))
    assert {one.did for one in noted} == {"made", "removed"}


def test_a_name_that_is_taken_is_told_beside_the_form(station, playbook):
    page = station.enter("/emerging?id=gates")
    for _ in range(2):
        page.goto(station.served.url + "/emerging?id=gates")
        page.get_by_label("Name").fill("Gates")
        page.get_by_role("button", name="Make this a topic").click()
    expect(page.get_by_role("alert")).to_contain_text("Gates")
    expect(page.get_by_label("Name")).to_have_value("Gates")
    assert list(load(playbook).topics) == ["Gates"]


@pytest.mark.parametrize("path", ["/", "/emerging", "/emerging?id=gates"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_is_clean_for_axe_and_hangs_over_no_edge(station, language, path):
    page = station.enter(path, language=language, width=390, bypass=True)
    assert faults(page) == []
    assert overhang(page) == 0


def test_what_does_not_emerge_any_more_is_told_so(station):
    page = station.enter()
    assert page.goto(station.served.url + "/emerging?id=gone").status == 404
