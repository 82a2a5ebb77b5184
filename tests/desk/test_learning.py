"""Files of learning systems."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.foundation.trainings import lacking
from desk.people.importing import rows
from desk.people.learning import FIELDS, records
from desk.store.roles import Held
from desk.store.trainings import Record
from playbook.foundation import Training
from tests.desk.test_importing import ANNA, BERT, NOW, STAFF, person

ZONE = ZoneInfo("Europe/Amsterdam")
TRAININGS = {
    "answering": Training(name={"nl": "Antwoorden", "en": "Answering"}, roles=("agent",), valid=timedelta(weeks=52)),
    "basics": Training(name="Basics"),
}


def read(text):
    return records(rows(text.encode(), {}, FIELDS), STAFF, ZONE, TRAININGS)


@pytest.mark.parametrize("days", ["2026-11-02;2027-11-01", "2-11-2026;01-11-2027", "2026-11-02 14:30;2027-11-01"])
def test_a_training_holds_to_the_end_of_its_last_day(days):
    (one,), bad = read(f"Personeelsnummer;Cursus;Afgerond op;Geldig tot\n7;Tone of voice;{days}\n")
    assert (one.person, one.training, bad) == ("anna", "Tone of voice", [])
    assert one.done_at == datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert one.valid_until == datetime(2027, 11, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize("end", ["", "31-12-9999", "9999-12-31 00:00"])
def test_one_without_an_end_holds_for_good(end):
    (one,), _ = read(f"mail,training,done,until\nbert@klank.example,T,2026-11-02,{end}\n")
    assert one.valid_until is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("9,T,2026-11-02,", "nobody here has 9"),
        (",T,2026-11-02,", "neither an employee number nor an e-mail address"),
        ("7,,2026-11-02,", "the training has a name of 1 to 120 printable characters"),
        ("7,T,,", "the day it was done is empty"),
        ("7,T,11/2/2026,", '"11/2/2026" is no day; write 2026-11-02 or 2-11-2026'),
        ("7,T,2026-02-30,", '"2026-02-30" is no day; write 2026-11-02 or 2-11-2026'),
        ("7,T,1-1-99999999999999999999,", '"1-1-99999999999999999999" is no day; write 2026-11-02 or 2-11-2026'),
        ("7,T,2026-11-02,9998-12-31", '"9998-12-31" lies outside the years 1900 to 2999'),
        ("7,T,2026-11-02,2026-11-01", "it held until 2026-11-01, before it was done on 2026-11-02"),
    ],
)
def test_a_bad_line_is_named_with_its_reason_and_the_others_are_good(line, reason):
    found, bad = read(f"number,training,done,until\n8,T,2026-11-02,\n{line}\n")
    assert [(one.line, one.reason) for one in bad] == [(3, reason)]
    assert [one.person for one in found] == ["bert"]


@pytest.mark.parametrize("name", ["answering", "ANTWOORDEN", "Answering"])
def test_a_training_of_the_playbook_is_called_as_there_and_holds_as_long(name):
    (one,), _ = read(f"number,training,done\n7,{name},2026-11-02\n")
    assert (one.training, one.valid_until - one.done_at) == ("answering", timedelta(weeks=52))


def test_who_has_to_have_done_one_by_their_role_and_has_none_that_holds_is_named():
    agents = [Held(person="anna", role="agent", unit="webcare")]
    left = person("Dirk", active=False)
    over = Record(person="anna", training="answering", done_at=NOW - timedelta(days=9), valid_until=NOW)
    basics = Record(person="anna", training="basics", done_at=NOW)
    found = lacking(TRAININGS, [ANNA, BERT, left], agents, [over, basics], NOW)
    assert [(one.name, training) for one, training in found] == [("Anna", "answering"), ("Bert", "basics")]
