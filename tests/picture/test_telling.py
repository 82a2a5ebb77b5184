"""The words that tell a group of texts."""

from picture.telling import telling, words_of

ORDINARY = ["de trein is te laat", "de trein is vol", "het is druk in de trein", "de bus is weer te laat"]


def test_words_of_the_group_go_before_words_of_all():
    told = telling(["de wifi in de trein is stuk", "Wifi doet het niet in de trein", "wifi stuk"], [ORDINARY], 3)
    assert told[:2] == ("wifi", "stuk")


def test_a_word_of_one_text_alone_is_never_told():
    assert "geheim" not in telling(["wifi geheim geheim", "wifi", "wifi"], [ORDINARY], 9)


def test_addresses_handles_and_numbers_are_no_words():
    text = "Bel 0612345678 of mail anna@post.example @anna https://a.example/b www.b.example het ging om 't Gooi, zo'n ding"
    assert set(words_of(text).values()) == {"Bel", "mail", "ging", "Gooi", "zo'n", "ding"}


def test_words_stand_as_most_write_them():
    assert telling(["NS App", "de App", "app", "App"], [ORDINARY], 1) == ("App",)


def test_words_that_only_join_others_are_never_told():
    assert telling(["De wifi niet", "wifi, niet de bus", "the wifi without"], [["bus"]], 9) == ("wifi",)


def test_no_texts_tell_nothing():
    assert telling([], [ORDINARY], 5) == ()
    assert telling(["", "  "], [], 5) == ()
