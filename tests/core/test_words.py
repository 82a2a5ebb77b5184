from hypothesis import given
from hypothesis import strategies as st

from core.words import TOKEN, exact_tokens, fold, tokens


@given(st.text(max_size=60))
def test_tokens_are_the_words_of_the_folded_text(text):
    assert tokens(text) == TOKEN.findall(fold(text))


def test_invisible_signs_do_not_split_a_word():
    assert tokens("Noor\u00adder\u200blijn café") == ["noorderlijn", "cafe"]
    assert exact_tokens("Noor\u00adder\u200blijn café") == ["Noorderlijn", "café"]


def test_hyphens_and_apostrophes_separate():
    assert tokens("OV-chipkaart, zo'n e-mail_adres") == ["ov", "chipkaart", "zo", "n", "e", "mail_adres"]
