"""What every tracker must do, whatever is on the other side."""

from datetime import timedelta

import pytest

from core.backlog import Quote, Seen, State
from core.errors import Denied, Reject, Retry
from tests.trackers.stages import MINUTE, item

NASTY = "/close\n@team `rm` [x](https://evil.example) ![p](//evil.example/p) #1 <b>hi</b> fixes #2"


async def test_what_is_made_stands_there_as_it_is_spelled(stage):
    async with stage.open() as tracker:
        made = item(Quote(text="de poortjes doen het niet", link="https://klank.example/mention?id=1"))
        native = await tracker.make(made)
        assert await tracker.look(native) == Seen(state=State.OPEN, title=made.title, spelled=tracker.spelled(made))
    there = stage.double.items[int(native)]
    assert there["title"] == "Rising: poortjes station"
    assert "klankbord" in there["labels"]
    for words in ("12 voices", "poortjes", "de poortjes doen het niet", "https://klank.example/emerging?id=ab12"):
        assert words in stage.text(native)


async def test_it_is_found_by_its_marker_and_by_nothing_else(stage):
    async with stage.open() as tracker:
        began = stage.double.moment
        native = await tracker.make(item())
        stage.double.add(title="another", text="klankbord:ab1" if stage.name != "jira" else None)
        stage.later(tracker.settles)
        assert await tracker.find("klankbord:ab12", began) == native
        assert await tracker.find("klankbord:ab1", began) is None
        assert await tracker.find("klankbord:ab123", began) is None


async def test_a_closed_one_is_found_too(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item())
        stage.double.change(int(native), closed=True)
        stage.later(tracker.settles)
        assert await tracker.find("klankbord:ab12", stage.double.moment - timedelta(hours=1)) == native
        assert (await tracker.look(native)).state is State.CLOSED


async def test_it_is_found_among_more_than_one_page(stage):
    async with stage.open() as tracker:
        for number in range(130):
            stage.double.add(title=str(number), text="" if stage.name != "jira" else None)
        began = stage.double.moment
        native = await tracker.make(item())
        stage.later(tracker.settles)
        assert await tracker.find("klankbord:ab12", began) == native


async def test_a_change_is_of_the_text_alone_unless_its_title_is_to_change(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item())
        theirs, changed = "what people call it", item(told="40 voices")
        stage.double.change(int(native), title=theirs, closed=True)
        await tracker.write(native, changed, titled=False)
        spelled = tracker.spelled(changed)
        assert await tracker.look(native) == Seen(state=State.CLOSED, title=theirs, spelled=spelled)
        await tracker.write(native, changed, titled=True)
        assert await tracker.look(native) == Seen(state=State.CLOSED, title=changed.title, spelled=spelled)


async def test_a_comment_is_known_by_its_marker(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item())
        for number in range(120):
            await tracker.comment(native, "something", f"klankbord:other#{number}")
        assert not await tracker.said(native, "klankbord:ab12#2")
        await tracker.comment(native, "It rises again", "klankbord:ab12#2")
        assert await tracker.said(native, "klankbord:ab12#2")
    assert "It rises again" in stage.comments(native)[-1]


async def test_a_closed_one_is_opened_again_where_that_is_asked(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item())
        stage.double.change(int(native), closed=True)
        await tracker.reopen(native)
        assert (await tracker.look(native)).state is State.OPEN


async def test_one_that_is_not_there_is_none(stage):
    async with stage.open() as tracker:
        assert await tracker.look("4711") is None


async def test_of_a_project_that_is_not_there_for_us_nothing_is_known(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item())
        stage.hide()
        with pytest.raises(Denied, match="shows us no such project"):
            await tracker.look(native)


@pytest.mark.parametrize("status", [404, 410])
async def test_what_has_no_place_to_be_made_waits_for_a_person(stage, status):
    async with stage.open() as tracker:
        stage.between.answers = [(status, {}, '{"message": "Not Found"}')]
        with pytest.raises(Denied, match="shows us no such project"):
            await tracker.make(item())


async def test_what_people_said_is_never_markup(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item(Quote(text=NASTY)))
        assert (await tracker.look(native)).state is State.OPEN
    lines = stage.text(native).splitlines()
    assert not [one for one in lines if one.startswith("/")]
    if stage.name != "jira":
        (quoted,) = [one for one in lines if "evil" in one]
        assert quoted == f"- `{' '.join(NASTY.replace('`', chr(39)).split())}`"


async def test_what_it_refuses_is_told_in_its_own_words(stage):
    async with stage.open() as tracker:
        native = await tracker.make(item())
        del stage.double.items[int(native)]
        with pytest.raises(Reject) as refused:
            await tracker.write(native, item(), titled=False)
    assert len(str(refused.value)) > 20


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_what_is_away_or_busy_is_waited_for(stage, status):
    async with stage.open() as tracker:
        stage.between.answers = [(status, {"Retry-After": "93"}, "")]
        with pytest.raises(Retry) as raised:
            await tracker.make(item())
        assert not isinstance(raised.value, Denied)
        assert raised.value.after == (93 if status == 429 else raised.value.after)


async def test_a_wrong_token_is_told_and_never_shown(stage):
    stage.double.token = "another"
    async with stage.open() as tracker:
        with pytest.raises(Denied) as raised:
            await tracker.make(item())
    assert "s3cret-token" not in str(raised.value)


async def test_an_answer_that_is_lost_is_found(stage):
    async with stage.open() as tracker:
        began = stage.double.moment
        stage.between.lost = 1
        with pytest.raises(Retry):
            await tracker.make(item())
        stage.later(tracker.settles)
        assert await tracker.find("klankbord:ab12", began) == next(iter(map(str, stage.double.items)))
    assert tracker.settles >= MINUTE
