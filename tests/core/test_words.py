from hypothesis import given
from hypothesis import strategies as st

from core.words import TOKEN, exact_tokens, fold, plain_tokens, tokens


@given(st.text(max_size=60))
def test_tokens_are_the_words_of_the_folded_text(text):
    assert tokens(text) == TOKEN.findall(fold(text))


@given(st.text(st.sampled_from("aB9_ -'\u201c\u2026é\u0301\u200d=\u0338ßﬁ½①😂\ud800Жİ"), max_size=12))
def test_plain_tokens_are_the_exact_ones_and_in_lower_case_the_folded(text):
    plain = plain_tokens(text)
    if plain is None:
        assert not text.isascii()
    else:
        assert plain == exact_tokens(text)
        assert [token.lower() for token in plain] == tokens(text)


def test_invisible_signs_do_not_split_a_word():
    assert tokens("Noor\u00adder\u200blijn café") == ["noorderlijn", "cafe"]
    assert exact_tokens("Noor\u00adder\u200blijn café") == ["Noorderlijn", "café"]


def test_hyphens_and_apostrophes_separate():
    assert tokens("OV-chipkaart, zo'n e-mail_adres") == ["ov", "chipkaart", "zo", "n", "e", "mail_adres"]
