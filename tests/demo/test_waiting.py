"""Who waits when the demo goes live: said after the past, one with a promise that is nearly over, all for one unit."""

from datetime import timedelta

from core.types import Author, Enriched, Mention
from klankbord.demo.material import FOLDER
from klankbord.demo.messages import Source
from klankbord.demo.waiting import waiting
from playbook.playbook import load
from tests.desk.serving import matches

LATER = timedelta(minutes=2)


def test_they_speak_after_the_past_so_that_a_past_opens_no_case(told):
    said = waiting(told, told.now + LATER)
    assert [one.number for one in said] == [told.messages[-1].number + place for place in range(1, 6)]
    assert min(one.at for one in said) >= told.now
    early = waiting(told, told.now + timedelta(seconds=5))
    assert early[0].at == told.now


def test_the_first_has_three_of_its_four_minutes_left(told):
    now = told.now + LATER
    promised = load(FOLDER / "playbook.yaml").service["promised"].critical.first_response
    assert waiting(told, now)[0].at + promised - now == timedelta(minutes=3)
    assert waiting(told, now)[0].author.followers >= 50_000  # which makes it critical


def test_each_is_wanted_by_a_monitor_of_the_demo(told):
    monitors = load(FOLDER / "playbook.yaml").queries().values()
    for one in waiting(told, told.now):
        author = Author(id=f"{one.source}:x", handle=one.author.handle)
        text = one.wording.text
        heard = Mention(id="x:1", source=one.source, author=author, text=text, created_at=one.at, seen_at=one.at)
        assert one.source is Source.REVIEWS or any(matches(node, Enriched(mention=heard)) for node in monitors)


def test_nobody_of_them_is_one_of_the_crowd(told):
    known = {message.author.number for message in told.messages}
    names = {message.author.handle for message in told.messages}
    asking = [one.author for one in waiting(told, told.now)]
    assert known & {one.number for one in asking} == names & {one.handle for one in asking} == set()
