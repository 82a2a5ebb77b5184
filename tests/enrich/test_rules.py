"""What the card says of rules is what they reach now."""

from enrich._train import personal, rules


def test_the_scores_are_up_to_date() -> None:
    assert rules.report() == rules.stored()


def test_personal_data_is_found_in_sentences_that_took_no_part_in_the_rules() -> None:
    held_out = personal.judge(personal.written(held_out=True))["all"]
    assert held_out["precision"] >= 0.95
    assert held_out["recall"] >= 0.95


def test_a_mark_is_read_to_the_character() -> None:
    text = personal.marked("bel {phone|06-12345678}, {e-mail|a@b.nl}")
    assert text.text == "bel 06-12345678, a@b.nl"
    assert [text.text[one.start : one.end] for one in text.found] == ["06-12345678", "a@b.nl"]
