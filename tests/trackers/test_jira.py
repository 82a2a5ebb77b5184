"""What is Jira's own."""

from datetime import timedelta

import pytest

from core.errors import Misconfigured, Reject
from klankbord import registry
from klankbord.configuration import Part, settings_of
from tests.trackers.stages import OWN, item, staged


@pytest.fixture
async def stage():
    async with staged("jira") as one:
        yield one


async def test_what_was_just_made_is_found_once_it_settled(stage):
    async with stage.open() as tracker:
        began = stage.double.moment
        native = await tracker.make(item())
        assert await tracker.find("klankbord:ab12", began) is None
        stage.later(tracker.settles)
        assert await tracker.find("klankbord:ab12", began) == native
        assert tracker.settles > stage.double.lag


async def test_a_field_that_is_wrong_is_told_by_name(stage):
    stage.more = {"type": "Epos"}
    async with stage.open() as tracker:
        with pytest.raises(Reject, match="Specify a valid issue type"):
            await tracker.make(item())


async def test_a_workflow_without_a_way_back_is_told(stage):
    stage.double.steps = (("31", "done"),)
    async with stage.open() as tracker:
        native = await tracker.make(item())
        stage.double.change(int(native), closed=True, at=stage.double.moment - timedelta(days=1))
        with pytest.raises(Reject, match="no step"):
            await tracker.reopen(native)


def test_a_label_with_a_blank_is_a_mistake():
    settings = {"url": "https://klank.atlassian.net", "token": "t", **OWN["jira"], "labels": ["van buiten"]}
    with pytest.raises(Misconfigured, match="has a blank in it"):
        settings_of(registry.TRACKERS, Part(use="jira", settings=settings))
