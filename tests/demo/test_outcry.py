"""The demo's crisis: many ask at once, each in words of their own, after all that was said before."""

from core.types import Author, Enriched, Mention
from klankbord.demo.material import FOLDER
from klankbord.demo.outcry import MANY, outcry
from klankbord.demo.setting import RINGING
from playbook.playbook import load
from tests.desk.serving import matches


def test_many_people_speak_once_and_no_two_say_the_same(told):
    last = told.messages[-1].number + 5
    said = outcry(told, told.now, after=last)
    assert [one.number for one in said] == [last + place for place in range(1, MANY + 1)]
    assert len({one.wording.text for one in said}) == len({one.author.handle for one in said}) == MANY
    assert {one.wording.language for one in said} == {"nl", "en"}
    assert {one.author.number for one in told.messages}.isdisjoint(one.author.number for one in said)
    assert outcry(told, told.now, after=last) == said


def test_the_monitor_that_rings_hears_each_of_them(told):
    query = load(FOLDER / "playbook.yaml").queries()[RINGING[0]]
    for one in outcry(told, told.now, after=0):
        author = Author(id=f"{one.source}:x", handle=one.author.handle)
        heard = Mention(
            id="x:1", source=one.source, author=author, text=one.wording.text, created_at=one.at, seen_at=one.at
        )
        assert matches(query, Enriched(mention=heard))
