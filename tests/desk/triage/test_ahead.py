"""What coming hours ask of a rota: blocks by the clock, and the share that has to be answered."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from desk.triage.ahead import blocks, share, thirds
from playbook.rota import Absence, Shift, Stretch
from playbook.triage import Triage, shipped
from tests.desk.serving import fill, opened
from tests.sinks.messages import at, enriched

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SUNDAY = datetime(2026, 3, 29, tzinfo=AMSTERDAM).astimezone(UTC)
"""The clock goes forward in the night before."""


def hours(found):
    return [
        (round((since - SUNDAY) / timedelta(hours=1)), round((until - since) / timedelta(hours=1)))
        for since, until in found
    ]


def test_parts_of_a_day_are_eight_hours_by_the_clock():
    within = Stretch(SUNDAY - timedelta(hours=1), SUNDAY + timedelta(hours=24))
    assert hours(thirds(within, AMSTERDAM)) == [(0, 7), (7, 8), (15, 8)]


def test_only_whole_parts_are_told():
    within = Stretch(SUNDAY + timedelta(hours=1), SUNDAY + timedelta(hours=20))
    assert hours(thirds(within, AMSTERDAM)) == [(7, 8)]


def test_blocks_are_those_of_the_unit_each_once():
    def shift(person, unit, starts, ends):
        return Shift(person=person, unit=unit, starts=60 * starts, ends=60 * ends, weekday=6)

    rota = [
        shift("a", "webcare", 9, 17),
        shift("b", "webcare", 9, 17),
        shift("c", "webcare", 17, 1),
        shift("d", "press", 8, 12),
    ]
    within = Stretch(SUNDAY, SUNDAY + timedelta(hours=24))
    assert hours(blocks(rota, "webcare", within, AMSTERDAM)) == [(8, 8), (16, 8)]
    assert hours(blocks(rota, "webcare", Stretch(within.since, SUNDAY + timedelta(hours=20)), AMSTERDAM)) == [(8, 8)]
    assert blocks(rota, "legal", within, AMSTERDAM) == []


def test_blocks_are_cut_where_another_begins_or_ends_and_where_somebody_is_away():
    def shift(person, starts, ends):
        return Shift(person=person, unit="webcare", starts=60 * starts, ends=60 * ends, weekday=6)

    rota = [shift("a", 9, 17), shift("b", 13, 21)]
    within = Stretch(SUNDAY, SUNDAY + timedelta(hours=24))
    assert hours(blocks(rota, "webcare", within, AMSTERDAM)) == [(8, 4), (12, 4), (16, 4)]
    gone = Absence(person="a", since=SUNDAY + timedelta(hours=10), until=SUNDAY + timedelta(hours=30))
    found = blocks(rota, "webcare", within, AMSTERDAM, away=[gone])
    assert hours(found) == [(8, 2), (10, 2), (12, 4), (16, 4)]


async def test_the_share_is_of_what_triage_says_has_to_be_answered(tmp_path):
    triage = Triage.model_validate(shipped())
    owed = next(name for name, one in triage.outcomes.items() if one.answer)
    other = next(name for name, one in triage.outcomes.items() if not one.answer)
    said = [
        enriched(f"{n}", minute=n, monitors=("merk",), path=(name,))
        for n, name in enumerate([owed, owed, other, "gone"])
    ]
    async with opened(tmp_path / "archive.db", lambda: at(60)) as archive:
        await fill(
            archive,
            [
                *said,
                enriched("e", minute=9, path=(owed,)),
                enriched("f", minute=-60 * 24 * 29, monitors=("merk",), path=(owed,)),
            ],
        )
        found = await share(archive, "merk", triage, now=at(60))
        nobody = await share(archive, "iets", triage, now=at(60))
    assert (found.answered, found.mentions, found.value) == (2, 4, 0.5)
    assert (nobody.mentions, nobody.value) == (0, 0.0)
