"""Which accounts look like one of the organisation's own, and which do not."""

import pytest

from desk.foundation.lookalikes import Official, Why, resembles

OWN = [
    Official(id="m", source="mastodon", handle="noorderlijn@mastodon.nl", name="Noorderlijn"),
    Official(id="b", source="bluesky", handle="noorderlijn.nl", name="Noorderlijn Reizigers"),
]


@pytest.mark.parametrize(
    ("source", "handle", "name", "why"),
    [
        ("bluesky", "noorderlijn.bsky.social", None, Why.SAME),
        ("mastodon", "noorderlijn@elsewhere.example", None, Why.SAME),
        ("mastodon", "n00rderlijn@mastodon.nl", None, Why.ALIKE),
        ("mastodon", "noorder1ijn@mastodon.nl", None, Why.ALIKE),
        ("mastodon", "nооrderlijn@mastodon.nl", None, Why.ALIKE),  # with two letters of Cyrillic
        ("mastodon", "noorderlijn_help@mastodon.nl", None, Why.ADDED),
        ("bluesky", "noorderlijn-klantenservice.bsky.social", None, Why.ADDED),
        ("mastodon", "officialnoorderlijn2@mastodon.nl", None, Why.ADDED),
        ("mastodon", "noordelrijn@mastodon.nl", None, Why.NEAR),
        ("mastodon", "noorderlyn@mastodon.nl", None, Why.NEAR),
        ("mastodon", "reiziger7@mastodon.nl", "NOORDERLIJN", Why.SAME),
        ("mastodon", "reiziger7@mastodon.nl", "Noorderlijn Support", Why.ADDED),
        ("mastodon", "reiziger7@mastodon.nl", "Nöörderlijn reizigers", Why.SAME),
    ],
)
def test_what_looks_like_an_own_account(source, handle, name, why):
    assert resembles(source, handle, name, OWN)[1] is why


@pytest.mark.parametrize(
    ("source", "handle", "name"),
    [
        ("mastodon", "noorderlijn@mastodon.nl", "Noorderlijn"),
        ("bluesky", "NoorderLijn.nl", "Noorderlijn"),
        ("mastodon", "anna@mastodon.nl", "Anna de Vries"),
        ("mastodon", "noorderlicht@mastodon.nl", "Het Noorderlicht"),
        ("mastodon", "noorderlijnfan_anna@mastodon.nl", None),
        ("mastodon", "anna@mastodon.nl", "Noorderlyn"),
        ("mastodon", None, None),
    ],
)
def test_what_does_not(source, handle, name):
    assert resembles(source, handle, name, OWN) is None


def test_of_a_short_name_a_letter_makes_another():
    short = [Official(id="n", source="mastodon", handle="ns", name="NS"), Official(id="k", source="x", handle="klm")]
    assert resembles("x", "kln", None, short) is None
    assert resembles("x", "klm_help", None, short) == ("k", Why.ADDED)
    assert resembles("bluesky", "ns.bsky.social", None, short) is None
