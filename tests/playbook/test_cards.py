"""Cards: who does what, made of the rules."""

import pytest

from playbook.cards import WORDS, as_html, as_text, cards
from playbook.playbook import load
from playbook.sections import Playbook
from playbook.triage import shipped
from tests.klankbord.program import command
from tests.playbook.test_sound import EXAMPLE

RULES = load(EXAMPLE)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_whoever_answers_reads_every_outcome_in_their_language(language):
    said = as_text(cards(RULES, language)["agent"])
    for outcome in RULES.triage.outcomes.values():
        assert outcome.does[language] in said


def test_all_that_is_shipped_has_words_in_both_languages():
    parts = [*shipped()["steps"].values(), *shipped()["outcomes"].values()]
    assert all(set(part.get("asks", part.get("does"))) == {"nl", "en"} for part in parts)
    assert WORDS["nl"].keys() == WORDS["en"].keys()


def test_the_next_on_a_ladder_reads_when_it_is_their_turn():
    made = cards(RULES, "en")
    assert "- when agent has done nothing for 10 min, on the ladder webcare" in as_text(made["lead"])
    assert "Decides where nobody else can" in as_text(made["duty_manager"])
    assert "analyst" not in made


def test_a_card_says_until_when_and_who_confirms():
    said = as_text(cards(RULES, "en")["agent"])
    assert (
        "Is a train unsafe? Call the control room, answer only then; have it confirmed first; by Veiligheid; critical;"
        in said
    )
    assert "first answer within 15 min, resolved within 4 h" in said


def test_a_printed_page_escapes_what_the_playbook_says():
    playbook = Playbook.model_validate({"roles": {"x": {"name": "<b>", "does": "a & b"}}})
    page = as_html(list(cards(playbook, "en").values()), "en")
    assert "<h1>&lt;b&gt;</h1><p>a &amp; b</p>" in page


def test_cards_are_printed_and_written(tmp_path):
    assert (
        "teamleider\n=========="
        in command("playbook", "cards", str(EXAMPLE), "--language", "nl", "--role", "lead").output
    )
    assert "3 cards" in command("playbook", "cards", str(EXAMPLE), "--html", str(tmp_path / "cards.html")).output
    assert (tmp_path / "cards.html").read_text().count("<article>") == 3
    told = command("playbook", "cards", str(EXAMPLE), "--role", "laed").output
    assert 'nothing is asked of a role "laed"; did you mean "lead"?' in told
