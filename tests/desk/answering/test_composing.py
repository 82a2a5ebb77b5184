"""Who signs an answer: whoever saves it, once, whoever wrote before."""

import pytest

from desk.answering.composing import signed
from playbook.answers import Voice

VOICE = Voice(initials=" ^{initials}")


@pytest.mark.parametrize(
    ("text", "name", "before", "said"),
    [
        ("Dag", "Anna Vos", (), "Dag ^AV"),
        ("Dag ^AV", "Anna Vos", ("Anna Vos",), "Dag ^AV"),
        ("Dag ^AV", "Bert Xu", ("Anna Vos",), "Dag ^BX"),
        ("Dag hoor ^AV ", "Bert Xu", ("Anna Vos", "Bert Xu"), "Dag hoor ^BX"),
        ("Dag ^AV", "Bert Xu", (), "Dag ^AV ^BX"),
        ("Dag ^AV", "", ("Anna Vos",), "Dag ^AV"),
    ],
)
def test_whoever_saves_it_takes_the_place_of_who_wrote_before(text, name, before, said):
    assert signed(text, VOICE, name, before=before) == said


def test_an_account_that_signs_nothing_leaves_the_text_as_it_is():
    assert signed("Dag ^AV ", Voice(), "Bert Xu", before=("Anna Vos",)) == "Dag ^AV "
