"""What the demo's units wrote down: approved by somebody else, for units that are there, and like what waits for an answer."""

from datetime import timedelta

import pytest

from desk.practices.alike import LEAST, Like
from desk.store import planned, practices
from desk.store.practices import State
from enrich._corpus import load_corpus
from klankbord.demo import staff
from klankbord.demo.material import FOLDER, parts
from klankbord.demo.practices import write_down
from klankbord.demo.waiting import waiting
from klankbord.serving.similar import ordinary, place
from picture.similar import Similar, Text
from playbook.playbook import load
from tests.demo.conftest import NOW
from tests.desk.store.made import opened_desk


@pytest.fixture
async def desk(tmp_path):
    async with opened_desk(tmp_path) as opened:
        ids = await staff.hire(opened, lambda: NOW)
        for _ in range(2):
            await write_down(opened, ids, place, NOW)
        yield opened


async def test_they_are_written_once_and_approved_by_somebody_else(desk):
    playbook, found = load(FOLDER / "playbook.yaml"), await practices.listed(desk)
    assert len(found) == len(parts("practices")["practices"])
    assert [one.title for one in found if one.state is State.PROPOSED] == ["Kaartjes zijn weg na een update van de app"]
    assert all(one.approved_by not in (None, one.proposed_by) for one in found if one.state is State.APPROVED)
    assert {text.language for one in found for text in one.texts} == {"nl", "en"}
    assert {one.unit for one in found} <= set(playbook.organisation.units)
    assert {topic for one in found for topic in one.topics} <= set(playbook.topics)
    assert len([one for one in found if one.expired(NOW)]) == 1
    counted = await practices.tallies(desk, [one.id for one in found])
    assert sum(one.thanks for one in counted.values()) > sum(one.comments for one in counted.values()) > 0
    said = [one for each in found for one in await practices.comments(desk, each.id)]
    assert max(one.at for one in said) < NOW


async def test_what_is_planned_comes_yet_and_two_of_it_at_the_same_time(desk):
    playbook, plans = load(FOLDER / "playbook.yaml"), await planned.between(desk, NOW, NOW + timedelta(days=60))
    assert len(plans) == len(parts("practices")["planned"])
    assert {one.unit for one in plans} <= set(playbook.organisation.units)
    assert all(NOW < one.since < one.until for one in plans)
    assert len({one.since for one in plans}) == len(plans) - 1


async def test_each_who_waits_is_asked_for_one_that_answers_it(desk, told):
    similar = Similar(ordinary(load_corpus()))
    found = await practices.listed(desk)
    titles = {one.id: one.title for one in found}
    every = [(one.id, text) for one in found for text in one.texts]
    placed = await place([text.question for _, text in every])
    held = [(f"{one}:{text.language}", vector) for (one, text), vector in zip(every, placed, strict=True)]
    similar.put(Text(name, vector, name[-2:]) for name, vector in held)
    asked = waiting(told, NOW)
    near = [
        similar.nearest(vector, one.wording.language, 1)[0]
        for one, vector in zip(asked, await place([one.wording.text for one in asked]), strict=True)
    ]
    assert [titles[one.id.partition(":")[0]] for one in near] == [
        "Reizigers in een trein die stilstaat",
        "Twee keer afgeschreven",
        "Reisassistentie kwam niet opdagen",
        "Een klacht of vergoeding waarop niemand antwoordde",
        "Iets laten liggen in de trein",
    ]
    assert min(one.likeness for one in near) >= LEAST[Like.SOME]
