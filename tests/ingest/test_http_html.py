"""HTML fragments as the sources write them, and the text a reader sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest._html import plain

LINK = (
    '<p>Zie <a href="https://example.com/very/long/path"><span class="invisible">https://</span>'
    '<span class="ellipsis">example.com/very/lo</span><span class="invisible">ng/path</span></a></p>'
)
MENTION = '<p><span class="h-card"><a href="https://x/@jan" class="u-url mention">@<span>jan</span></a></span> hoi</p>'


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("<p>Hi <b>there</b>,<br>you</p><p>second &amp; &#x27;x&#x27;</p>", "Hi there,\nyou\n\nsecond & 'x'"),
        (LINK, "Zie https://example.com/very/long/path"),
        (MENTION, "@jan hoi"),
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("a < b && c", "a < b && c"),
        ("x<script>evil()</script>y<style>p{}</style>", "xy"),
        ("geen&nbsp;opmaak &euro;5", "geen opmaak €5"),
        ('<a href="https://e.org/aaaaaaaaaa">https://e.org/aaaa...</a>', "https://e.org/aaaaaaaaaa"),
        ("one<p>two<pre><code>  a = 1\n  b</code></pre>", "one\n\ntwo\n\n  a = 1\n  b"),
        ('<img class="emoji" alt="😀">x<img src="y" alt="foto">', "😀x"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("", ""),
    ],
)
def test_what_a_reader_sees(fragment, text):
    assert plain(fragment) == text


def test_a_quote_fallback_is_left_out_on_request():
    assert plain('<p class="quote-inline">RE: <a href="x">x</a></p><p>mooi</p>', without={"quote-inline"}) == "mooi"


def test_a_comment_that_is_never_closed_is_no_text():
    assert plain("<p>mooi</p><!-- <p>zo") == "mooi"


@given(st.text())
def test_never_raises(fragment):
    assert isinstance(plain(fragment), str)


@given(st.lists(st.sampled_from(["<p>", "</p>", "<a href='x'>", "</a>", "<pre>", "<", "&", "x ", "<script>", "<!--"])))
def test_never_raises_on_broken_markup(pieces):
    assert "<p>" not in plain("".join(pieces))
