"""A rota from a file: whom it names, seats that nobody has yet, and each line that cannot be read."""

import pytest

from core.errors import Misconfigured, Reject
from desk.people.rotas import rota
from desk.store.people import Person
from playbook.rota import Shift
from tests.desk.corpus import NOW

ANNA = Person(
    id="a1", name="Anna", email="anna@example.org", number="7", version=1, active=True, made_at=NOW, changed_at=NOW
)


def read(*lines):
    return rota("\n".join(lines).encode(), [ANNA], ["webcare", "law"])


@pytest.mark.parametrize("who", ["Anna@Example.org", "7", "a1"])
def test_one_of_the_staff_is_known_by_any_name(who):
    assert read("who;unit;days;blocks", f"{who};webcare;mon;09:00-17:00") == [
        Shift(person="a1", unit="webcare", weekday=0, starts=540, ends=1020)
    ]


def test_a_dutch_file_with_two_blocks_on_two_days_gives_a_seat_four_shifts():
    found = read("Wie,Team,Dagen,Blokken", 'plek 1,law,"sat,sun",10:00-12:00 13:00-17:00')
    assert {(one.person, one.weekday, one.starts) for one in found} == {
        ("plek 1", day, starts) for day in (5, 6) for starts in (600, 780)
    }


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("anna,lwa,mon,09:00-17:00", 'line 2: there is no unit "lwa"; did you mean "law"?'),
        ("anna,law,monday,09:00-17:00", 'line 2: "monday" is no day'),
        ("anna,law,mon,9-17", 'line 2: "9-17" is no block'),
        ("anna,law,mon,", "line 2: give who, unit, days and blocks"),
        ("", "the rota is empty; give a header"),
    ],
)
def test_each_line_that_cannot_be_read_is_named(line, sentence):
    with pytest.raises(Misconfigured) as caught:
        read("who,unit,days,blocks", line)
    assert caught.value.mistakes[0].startswith(sentence)


def test_what_is_no_text_is_refused():
    with pytest.raises(Reject, match="not UTF-8"):
        rota(b"\xff\xfe", [], ["law"])
