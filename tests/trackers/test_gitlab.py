"""What is GitLab's own."""

import pytest

from core.backlog import Quote, State
from core.errors import Retry
from tests.trackers.stages import item, staged


@pytest.fixture
async def stage():
    async with staged("gitlab") as one:
        yield one


async def test_one_that_is_there_already_is_asked_for(stage):
    stage.double.conflicts = 1
    async with stage.open() as tracker:
        began = stage.double.moment
        with pytest.raises(Retry, match="already"):
            await tracker.make(item())
        assert await tracker.find("klankbord:ab12", began) is not None
    assert len(stage.double.items) == 1


async def test_a_message_that_is_a_command_commands_nothing(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item(Quote(text="/close"), Quote(text="weg\n/close")))
        assert (await tracker.look(native)).state is State.OPEN
    assert stage.text(native).count("/close") == 2


async def test_its_labels_are_one_text(stage):
    stage.more = {"labels": ["klankbord", "van buiten"]}
    async with stage.open() as tracker:
        native = await tracker.make(item())
    assert stage.double.items[int(native)]["labels"] == ["klankbord", "van buiten"]
