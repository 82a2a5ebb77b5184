"""How a question is told: in somebody's words, without anybody's name."""

import pytest

from core.document import Stored
from desk.faq.wording import answered, worded
from desk.practices.cleaning import Cleaner
from tests.desk.cases.book import NOW
from tests.desk.practices.book import message

CLEANER = Cleaner(("nl", "en"))


def asked(*texts, **more):
    return [stored(message(f"asker{n}", text, NOW, **more)) for n, text in enumerate(texts)]


def stored(enriched):
    return Stored(enriched=enriched)


def text(*texts, staff=(), ours=("Noorderlijn",)):
    found = worded(asked(*texts), CLEANER, staff, ours=ours)
    return found.text if found else None


def test_the_question_is_told_without_what_stands_around_it():
    told = text("Hoi! Mag mijn hond mee in de trein? Bvd @noorderlijn https://x.example/1 #spoor", "mag een hond mee")
    assert told == "Mag mijn hond mee in de trein?"


@pytest.mark.parametrize(
    "said",
    [
        "@jan.jansen mag mijn hond mee?",
        "Mag de hond van Willemijn mee?",
        "Mag mijn hond mee, asker0?",
        "Mag mijn hond mee? Bel 06-12345678 of mail jan@voorbeeld.nl",
        "Willemijn, mag mijn hond mee?",
    ],
)
def test_no_name_account_or_number_is_told(said):
    told = text(said)
    for secret in ("jan", "Willemijn", "asker0", "Jansen", "12345678"):
        assert secret.casefold() not in told.casefold()
    assert "hond" in told


def test_a_name_that_several_write_stays():
    told = text("Is er wifi naar Zwolle?", "Hoe is de wifi naar Zwolle?", "Zwolle wifi")
    assert "Zwolle" in told


def test_the_sentence_that_lost_least_is_chosen():
    assert text("Mag de hond van Willemijn mee?", "Mag mijn hond mee?") == "Mag mijn hond mee?"


def test_a_colleague_is_not_named_and_the_organisation_is():
    told = text("Mag mijn hond mee bij Noorderlijn, Femke?", staff=["Femke Bakker"])
    assert "Femke" not in told
    assert "Noorderlijn" in told


def test_nothing_is_told_where_nothing_is_left():
    assert text("@jan ?", "https://x.example") is None
    assert worded([], CLEANER, []) is None


def test_an_answer_is_told_without_who_asked_and_who_signed():
    ours = stored(message("x", "@asker0 Dag Willemijn, dat mag. ^Femke", NOW, own=True, mentions=("asker0",)))
    assert answered(ours, CLEANER, ["Willemijn de Wit"]) == "Dag …, dat mag."
