"""Between two looks nothing is missed and nothing told twice, and a threshold counts what the archive counts."""

from datetime import timedelta

import pytest

from core.types import Deletion, Judgement, Mute, Scope
from desk.alerts.alert import Alert
from desk.alerts.decide import due, quiet
from desk.alerts.state import State
from desk.store import alerts
from tests.desk.alerts.conftest import START
from tests.desk.serving import fill

MINUTE = timedelta(minutes=1)


async def found(scene):
    """The counts of all messages."""
    return sum(int(one.body.partition('"count":')[2].partition(",")[0]) for one in await scene.owed())


async def test_what_arrives_in_the_moment_of_a_look_is_told_once(scene):
    await scene.alert(group="0s", pause="0s")
    for number in range(4):
        scene.clock[0] += timedelta(seconds=10)
        await scene.hears(f"{number}-before")
        await scene.look()
        await scene.hears(f"{number}-after")  # of the same millisecond
    for _ in range(14):
        await scene.look(later=timedelta(seconds=10))
    assert await found(scene) == 8


async def test_every_match_of_a_long_absence_is_in_the_message(scene):
    await scene.alert(group="0s")
    scene.clock[0] += MINUTE
    for number in range(12):
        await scene.hears(number)
    scene.clock[0] += timedelta(hours=5)
    assert await scene.look() == ["found"]
    assert await found(scene) == 12


async def test_a_reprocessing_is_no_new_match(scene):
    await scene.alert(group="0s", pause="0s")
    scene.clock[0] += MINUTE
    await scene.hears(1)
    assert await scene.look(later=MINUTE) == ["found"]
    published = scene.clock[0] - MINUTE
    await scene.hears(1, generation=1, ago=scene.clock[0] - published)
    assert await scene.look(later=MINUTE) == []
    assert await scene.look(later=MINUTE) == []


@pytest.mark.parametrize(
    "said",
    [
        Deletion(target="bluesky:1", scope=Scope.MENTION, at=START + 2 * MINUTE, reason="deleted"),
        Judgement(mention="bluesky:1", name="irrelevant", labels=("yes",), by="ruth", at=START + 2 * MINUTE),
        Mute(author="bluesky:anna", by="ruth", at=START + 2 * MINUTE),
        Mute(word="utrecht", by="ruth", at=START + 2 * MINUTE),
    ],
    ids=["deleted", "irrelevant", "muted", "word"],
)
async def test_a_threshold_counts_what_counts_now(scene, said):
    await scene.alert(when="above", number=1, within="1h", over=True, pause="0s")
    await scene.collected(START - timedelta(hours=2), START + timedelta(hours=2))
    await scene.hears(1)
    await scene.hears(2, author="bea")
    assert await scene.look(later=MINUTE) == ["fired"]
    await fill(scene.archive, [said])
    assert await scene.look(later=MINUTE) == ["over"]


async def test_an_alert_that_is_far_from_its_threshold_keeps_its_figures(scene):
    await scene.alert(when="unusual", number=10, within="1h")
    await scene.hears(1)
    await scene.look()
    await scene.hears(2)
    assert await scene.look(later=MINUTE) == []
    (standing,) = await alerts.every(scene.desk)
    assert (standing.state.count, standing.state.usual_at, standing.checked_at) == (2, START, START + MINUTE)


@pytest.mark.parametrize(
    ("when", "state", "count", "is_quiet"),
    [
        ("above", State(), 3, True),
        ("above", State(), 0, False),
        ("above", State(), 10, False),
        ("above", State(active=True), 3, False),
        ("below", State(), 3, False),
        ("unusual", State(), 3, False),
        ("unusual", State(usual_at=START - 14 * MINUTE), 3, True),
        ("unusual", State(usual_at=START - 15 * MINUTE), 3, False),
    ],
)
def test_the_count_alone_settles_what_is_far_from_a_threshold(when, state, count, is_quiet):
    assert quiet(Alert(name="a", to=("a@b.nl",), when=when, number=10), state, count, START) is is_quiet


@pytest.mark.parametrize(("when", "after", "is_due"), [("above", 9, False), ("above", 10, True), ("each", 1, True)])
def test_a_long_stretch_is_looked_at_less_often(when, after, is_due):
    alert = Alert(name="a", to=("a@b.nl",), when=when, within="1h")
    assert due(alert, State(looked_at=START), START + timedelta(seconds=after)) is is_due


def test_copies_counted_once_belong_to_a_number():
    with pytest.raises(ValueError, match="each match is told whoever shares it"):
        Alert(name="a", to=("a@b.nl",), when="each", copies="once")
