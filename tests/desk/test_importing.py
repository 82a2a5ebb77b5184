"""Files of HR systems: what they would change, and what is wrong with them."""

from datetime import UTC, datetime

import pytest

from core.errors import Reject
from desk.people.importing import differences, plan, rows
from desk.store.people import Person

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def person(name, *, active=True, **details):
    return Person(id=name.lower(), active=active, made_at=NOW, changed_at=NOW, version=1, name=name, **details)


ANNA = person("Anna", email="anna@klank.example", number="7", department="Sales", unit="webcare")
BERT = person("Bert", email="bert@klank.example", number="8")
STAFF = [ANNA, BERT]


def read(text, **columns):
    return rows(text.encode(), columns)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_header_is_known_by_its_words_in_either_language(sign, mark):
    text = mark + sign.join(("Personeelsnummer", "Naam", "Afdeling", "Salaris")) + "\r\n"
    (row,) = read(text + sign.join(("7", '"de Vries, Anna"', "Service", "3")) + "\r\n")
    assert row.told == {"number": "7", "name": "de Vries, Anna", "department": "Service"}


def test_new_changed_and_missing_people_are_told_apart():
    made = plan(read("number,name,department\n7,Anna,Service\n9,Carla,\n"), STAFF)
    assert [one.name for one in made.added] == ["Carla"]
    assert [(one.name, list(differences(one, details))) for one, details in made.changed] == [
        ("Anna", ["department Sales -> Service"])
    ]
    assert [one.name for one in made.missing] == ["Bert"]
    assert made.changed[0][1].unit == "webcare"


def test_what_is_as_it_was_changes_nothing():
    made = plan(read("e-mail,name\nANNA@klank.example,Anna\n"), STAFF)
    assert (made.same, made.changed, made.bad) == (1, (), ())


def test_who_left_stays_so():
    left = person("Dirk", number="5", active=False)
    assert plan(read("number,name\n5,Dirk\n"), [left]).gone == (left,)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Carla,", "neither an employee number nor an e-mail address"),
        ("9,,c@klank.example", "the name is empty"),
        ("9,Carla,nowhere", '"nowhere" is no e-mail address'),
        ("7,Anna,bert@klank.example", "number 7 is Anna's, and bert@klank.example is Bert's"),
        ("9,Anna,anna@klank.example", "anna@klank.example is Anna's, whose number is 7"),
    ],
)
def test_a_bad_line_is_named_with_its_reason_and_the_others_are_good(line, reason):
    made = plan(read(f"number,name,mail\n10,Eva,\n{line}\n"), STAFF)
    assert [(one.line, one.reason) for one in made.bad] == [(3, reason)]
    assert [one.name for one in made.added] == ["Eva"]


def test_two_lines_of_one_person_are_a_mistake():
    made = plan(read("number,name\n9,Carla\n9,Carla again\n"), [])
    assert [(one.line, one.reason) for one in made.bad] == [(3, "the number 9 stands in line 2 too")]


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("name,department\n", {}, "no column holds an e-mail address or employee number"),
        ("e-mail,mail\n", {}, "two columns hold the email"),
        ("mail,wie\n", {"wie": "nam"}, 'did you mean "name"'),
        ("mail,wie\n", {"wi": "name"}, 'there is no column "wi"; did you mean "wie"'),
        ('mail\n"open', {}, "line 2"),
        ("", {}, "no column holds"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_why(text, columns, said):
    with pytest.raises(Reject, match=said):
        read(text, **columns)


def test_text_of_another_encoding_is_refused():
    with pytest.raises(Reject, match="not UTF-8 text"):
        rows("mail,naam\na@b.example,Zoë\n".encode("latin-1"), {})
