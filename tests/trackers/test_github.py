"""What is GitHub's own."""

from datetime import timedelta

import pytest

from core.errors import Denied, Retry
from tests.trackers.doubles.github import limited
from tests.trackers.stages import item, staged


@pytest.fixture
async def stage():
    async with staged("github") as one:
        yield one


@pytest.mark.parametrize(
    ("secondary", "headers", "after"),
    [
        (True, {"Retry-After": "120"}, 120),
        (True, {}, 60),
        (False, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795424700"}, None),
    ],
)
async def test_a_limit_is_waited_for_as_long_as_it_says(stage, secondary, headers, after):
    refusal = limited(secondary=secondary, headers=headers).answer
    async with stage.open() as tracker:
        stage.between.answers = [(403, headers, refusal.text)]
        with pytest.raises(Retry) as raised:
            await tracker.make(item())
    assert not isinstance(raised.value, Denied)
    wanted = after or 1795424700 - stage.double.moment.timestamp()
    assert raised.value.after == max(1, wanted)


async def test_a_403_that_is_no_limit_is_for_a_person(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item())
        stage.double.items[int(native)]["locked"] = True
        with pytest.raises(Denied, match="locked"):
            await tracker.comment(native, "It rises again", "klankbord:ab12#2")


async def test_labels_of_who_may_not_push_are_missed_and_the_issue_is_found(stage):
    stage.double.pushes = False
    async with stage.open() as tracker:
        native = await tracker.make(item())
        assert await tracker.find("klankbord:ab12", stage.double.moment) == native
    assert stage.double.items[int(native)]["labels"] == []


async def test_a_pull_request_that_names_the_marker_is_none(stage):
    stage.double.add(title="change", text="<!-- klankbord:ab12 -->", pull=True)
    async with stage.open() as tracker:
        assert await tracker.find("klankbord:ab12", stage.double.moment - timedelta(days=1)) is None


async def test_an_issue_that_was_deleted_is_none(stage):
    stage.double.deleted.add(3)
    async with stage.open() as tracker:
        assert await tracker.look("3") is None
