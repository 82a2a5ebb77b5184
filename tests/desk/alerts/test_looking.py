"""When an alert speaks: groups, pauses, thresholds, what is late, what was not collected."""

from datetime import UTC, datetime, timedelta

import pytest

from core.types import Deletion, Judgement, Mark, Mute, Scope
from desk.store import alerts, erasing
from tests.desk.alerts.conftest import START
from tests.desk.serving import fill

MINUTE = timedelta(minutes=1)


async def test_matches_are_gathered_into_one_message(scene):
    await scene.alert()
    for number in range(3):
        scene.clock[0] += MINUTE
        await scene.hears(number)
        assert await scene.look() == []
    assert await scene.look(later=4 * MINUTE) == ["found"]
    (letter,) = await scene.owed()
    assert '"count":3' in letter.body


async def test_a_match_is_never_in_two_messages(scene):
    await scene.alert(pause="0s")
    scene.clock[0] += MINUTE
    await scene.hears(1)
    assert [await scene.look(later=MINUTE) for _ in range(12)].count(["found"]) == 1
    assert len(await scene.owed()) == 1


async def test_within_a_pause_matches_go_on_being_gathered(scene):
    await scene.alert(pause="1h")
    scene.clock[0] += MINUTE
    await scene.hears(1)
    assert await scene.look(later=5 * MINUTE) == ["found"]
    for number in (2, 3):
        scene.clock[0] += MINUTE
        await scene.hears(number)
    assert await scene.look(later=30 * MINUTE) == []
    assert await scene.look(later=30 * MINUTE) == ["found"]
    assert '"count":2' in (await scene.owed())[0].body


@pytest.mark.parametrize(
    "more",
    [
        {"marks": (Mark.HISTORY,)},
        {"marks": (Mark.DRILL,)},
        {"ago": timedelta(hours=3)},
        {"text": "iets anders"},
    ],
    ids=["history", "drill", "late", "other"],
)
async def test_what_is_no_news_fires_nothing(scene, more):
    await scene.alert(group="0s")
    scene.clock[0] += MINUTE
    await scene.hears(1, **more)
    assert await scene.look(later=MINUTE) == []
    await scene.hears(2)
    assert await scene.look(later=MINUTE) == ["found"]


@pytest.mark.parametrize(
    "said",
    [
        Deletion(target="bluesky:1", scope=Scope.MENTION, at=START + 2 * MINUTE, reason="deleted"),
        Judgement(mention="bluesky:1", name="irrelevant", labels=("yes",), by="ruth", at=START + 2 * MINUTE),
        Mute(author="bluesky:anna", by="ruth", at=START + 2 * MINUTE),
    ],
    ids=["deleted", "irrelevant", "muted"],
)
async def test_what_counts_no_more_when_its_message_is_made_is_not_in_it(scene, said):
    await scene.alert()
    scene.clock[0] += MINUTE
    await scene.hears(1)
    await scene.look(later=MINUTE)
    await fill(scene.archive, [said])
    assert await scene.look(later=5 * MINUTE) == []
    await scene.hears(2, author="bea")
    assert await scene.look(later=MINUTE) == []
    assert await scene.look(later=5 * MINUTE) == ["found"]
    (letter,) = await scene.owed()
    assert '"count":1' in letter.body
    assert await alerts.of_letter(scene.desk, letter.letter, 9) == ["bluesky:2"]


async def test_an_edit_is_no_new_match(scene):
    await scene.alert(group="0s", pause="0s")
    scene.clock[0] += MINUTE
    await scene.hears(1)
    assert await scene.look(later=MINUTE) == ["found"]
    await scene.hears(1, text="storing bij utrecht, nu opgelost", edited_at=scene.clock[0])
    assert await scene.look(later=MINUTE) == []


@pytest.mark.parametrize(("copies", "said"), [("", ["fired"]), ("once", [])])
async def test_copies_are_one_voice_where_that_is_asked(scene, copies, said):
    await scene.alert(when="above", number=2, within="1h", copies=copies)
    await scene.collected(START - timedelta(hours=1), START + timedelta(hours=1))
    for number in range(5):
        await scene.hears(number, text="storing bij utrecht, meldt de krant van vandaag", author=f"reader{number}")
    assert await scene.look(later=MINUTE) == said
    for number, text in enumerate(["storing in zwolle", "weer een storing"], 5):
        await scene.hears(number, text=text)
    assert await scene.look(later=MINUTE) == ([] if said else ["fired"])


async def test_what_was_there_before_the_alert_is_not_told(scene):
    await scene.hears(1)
    scene.clock[0] += MINUTE
    await scene.alert(group="0s")
    assert await scene.look(later=MINUTE) == []


async def test_a_batch_that_shows_late_is_not_missed(scene):
    await scene.alert(group="0s", pause="0s")
    assert await scene.look(later=10 * MINUTE) == []
    scene.clock[0] -= MINUTE  # taken in a minute ago, seen only now
    await scene.hears(1)
    assert await scene.look(later=2 * MINUTE) == ["found"]


async def test_a_threshold_is_told_once_until_it_is_passed_again(scene):
    await scene.alert(when="above", number=2, within="10m", pause="0s", over=True)
    await scene.collected(START - timedelta(hours=1), START + timedelta(hours=9))
    for number in range(3):
        await scene.hears(number)
    told = [await scene.look(later=step * MINUTE) for step in (1, 1, 9, 1)]
    for number in range(3, 6):
        await scene.hears(number)
    told += [await scene.look(later=MINUTE)]
    assert told == [["fired"], [], ["over"], [], ["fired"]]


async def test_a_caught_up_outage_is_no_peak(scene):
    await scene.alert(when="above", number=2, within="10m")
    for number in range(20):
        await scene.hears(number, ago=timedelta(minutes=16 + number))
    assert await scene.look(later=MINUTE) == []


async def test_silence_counts_only_where_it_was_collected(scene):
    await scene.alert(when="below", number=1, within="30m")
    assert await scene.look(later=40 * MINUTE) == []
    (standing,) = await alerts.every(scene.desk)
    assert standing.state.count is None
    await scene.alert(when="below", number=9, within="30m")
    await scene.hears(1)
    assert await scene.look(later=MINUTE) == []
    (standing,) = await alerts.every(scene.desk)
    assert (standing.state.count, standing.state.known) == (1, False)
    await scene.collected(START, START + timedelta(hours=1))
    assert await scene.look(later=MINUTE) == ["fired"]


async def test_a_gap_is_told_beside_the_count(scene):
    await scene.alert(when="above", number=0, within="1h")
    await scene.collected(START - timedelta(hours=1), START + timedelta(hours=1))
    await scene.collected(START - timedelta(minutes=20), START - timedelta(minutes=10), gap="the machine was off")
    await scene.hears(1)
    assert await scene.look(later=MINUTE) == ["fired"]
    assert "the machine was off" in (await scene.owed())[0].body


async def test_unusual_is_measured_by_the_same_time_on_the_wall_of_the_weeks_before(scene):
    await scene.alert(when="unusual", number=2, within="1h")
    await scene.collected(START - timedelta(weeks=9), START + timedelta(hours=2))
    for week in range(1, 9):
        for number in range(4):
            summer = timedelta(hours=1 if week > 1 else 0)  # the clock was put back nine days ago
            await scene.hears(f"{week}-{number}", ago=timedelta(weeks=week, minutes=10 + number) + summer)
    for number in range(7):
        await scene.hears(number)
    assert await scene.look() == []
    await scene.hears(8)
    assert await scene.look() == ["fired"]
    (letter,) = await scene.owed()
    assert '"usual":4.0' in letter.body


async def test_while_learning_nothing_is_unusual(scene):
    await scene.alert(when="unusual", number=2, within="1h")
    await scene.hears(1)
    assert await scene.look(later=MINUTE) == []


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 11, 3, 22, 30, tzinfo=UTC), datetime(2026, 11, 4, 6, tzinfo=UTC)),
        (datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),  # the clock goes back
        (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),  # the clock goes forward
        (datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 11, 3, 12, tzinfo=UTC)),
    ],
)
async def test_in_quiet_hours_a_message_waits_for_the_morning(scene, at, due):
    scene.clock[0] = at
    await scene.alert(group="0s", quiet="22:00-07:00")
    scene.clock[0] += timedelta(seconds=1)
    await scene.hears(1)
    await scene.look()
    (letter,) = await scene.owed()
    assert letter.due_at == (max(scene.clock[0], due))


async def test_what_is_erased_is_remembered_no_more(scene):
    await scene.alert()
    scene.clock[0] += MINUTE
    await scene.hears(1)
    await scene.hears(2, author="bea")
    await scene.look(later=MINUTE)
    scene.erased |= {"bluesky:1", "bluesky:bea"}
    gone = {"mentions": ["bluesky:1"], "authors": ["bluesky:bea"]}
    assert await erasing.erase(scene.desk, **gone, sinks=(), key=b"of this folder") == 2
    await scene.look(later=MINUTE)
    assert await scene.look(later=9 * MINUTE) == []
