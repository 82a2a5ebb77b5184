import pytest

from core.vocabulary import Term, read_term


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("trein", Term(words=("trein",), inflected=True)),
        (" OV-Chipkaart ", Term(words=("ov", "chipkaart"), inflected=True)),
        ('"fiets"', Term(words=("fiets",))),
        ("{De Café}", Term(words=("de", "cafe"), exact=("De", "Café"))),
        ("*trein", Term(words=("trein",), opens=True)),
        ("trein*", Term(words=("trein",), closes=True)),
        ("*trein*", Term(words=("trein",), opens=True, closes=True)),
    ],
)
def test_what_a_word_asks_for(said: str, term: Term) -> None:
    assert read_term(said) == term


@pytest.mark.parametrize("said", ["", "  ", "*", "{}", "-", "tr*in", "tr?in", '"a', "{a", "a{b}", "x" * 81])
def test_what_is_no_word(said: str) -> None:
    with pytest.raises(ValueError, match=r"holds no letter|cannot stand within|at most 80"):
        read_term(said)
