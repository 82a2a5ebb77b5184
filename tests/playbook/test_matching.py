"""One message against one query: words, facts, what is not known, and what is shown as the reason."""

from datetime import UTC, datetime
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.types import Author, Engagement, Enriched, Finding, Mention
from core.words import TOKEN, exact_tokens, fold, tokens
from playbook._text import wildcard
from playbook.highlighting import highlights
from playbook.matching import detected, evaluate, heard, matches
from playbook.queries import parse

AT = datetime(2026, 1, 1, tzinfo=UTC)


def message(text: str, *, author: Author | None = None, **more) -> Mention:
    author = author or Author(id="rss:jan", handle="Jan.Example", name="Jan Jansen")
    return Mention(id="rss:1", source="rss", author=author, text=text, created_at=AT, seen_at=AT, **more)


def holds(query: str, mention: Mention, language: str | None = "nl") -> bool | None:
    return evaluate(parse(query, search=True), detected(mention, language))


def test_title_is_searched_and_phrases_stay_within_it():
    mention = message("treinen staan stil", title="Weer geen")
    assert holds("weer treinen", mention)
    assert not holds('"geen treinen" OR geen NEAR/100 treinen', mention)


def test_near_needs_two_places_for_one_word():
    assert not holds("trein NEAR/5 trein", message("trein"))
    assert holds("trein NEAR/5 trein", message("trein na trein"))


def test_near_counts_from_the_nearest_word_of_a_phrase():
    assert holds('"a b c" NEAR/1 d', message("a b c d"))
    assert not holds('"b c d" NEAR/3 c', message("b c d"))


def test_handles_from_fields_and_text():
    assert holds("@ns", message("hoi", mentions=("NS@sociaal.example",)))
    assert holds("@ns.example", message("hoi @NS.example."))
    assert not holds("@example", message("jan@example"))


def test_hashtags_from_fields():
    assert holds("#stor*", message("hoi", tags=("Storing",)))


FACTS = """author:"jan jansen" | author:@jan.example | author:rss:jan | site:nu.example | country:nl | kind:post
    | source:RSS | visibility:public | engagement:5 | followers<10"""


@pytest.mark.parametrize("query", FACTS.split("|"))
def test_facts(query):
    author = Author(id="rss:jan", handle="Jan.Example", name="Jan Jansen", followers=9)
    counts = Engagement(read_at=AT, likes=2, replies=3)
    assert holds(query, message("x", author=author, site="www.nu.example", country="NL", engagement=counts))


def test_a_site_is_not_its_namesake():
    assert not holds("site:nu.example", message("x", site="menu.example"))


def test_what_may_still_come_is_open_at_ingest():
    query = parse("lang:nl OR followers>10 OR engagement>10")
    assert evaluate(query, heard(message("x"))) is None
    assert evaluate(parse("NOT lang:nl"), heard(message("x"))) is None


def test_what_never_comes_is_false_at_ingest():
    assert evaluate(parse("country:nl"), heard(message("x"))) is False
    assert evaluate(parse("NOT country:nl"), heard(message("x"))) is True


def test_unknown_is_false_in_the_end():
    assert holds("followers>10", message("x")) is False
    assert holds("NOT followers>10", message("x")) is True


def test_the_detected_language_outranks_the_stated_one():
    assert holds("lang:nl", message("x", language="en"), "nl")
    assert holds("lang:nl", message("x", language="nl-BE"), None)


def found(name: str, *labels: str) -> Finding:
    return Finding(name=name, model="m", labels=labels)


def test_findings_are_searched():
    record = Enriched(
        mention=message("x", language="en"),
        findings=(
            found("language", "nl"),
            found("sentiment", "negative"),
            found("topics", "delay", "Price"),
            found("tags", "VIP"),
            found("intent", "question"),
            found("aspects", "Trein:negative", "app"),
            found("spam", "links"),
        ),
    )
    query = "sentiment:negative topic:price topic:delay tag:vip lang:nl NOT emotion:joy NOT sentiment:positive"
    assert matches(parse(query, search=True), record)
    query = "intent:question aspect:trein aspect:trein:negative aspect:app spam:any spam:links NOT aspect:negative"
    assert matches(parse(query, search=True), record)


def test_an_abstained_finding_is_no_label():
    record = Enriched(mention=message("x"), findings=(found("sentiment"),))
    assert not matches(parse("sentiment:negative", search=True), record)
    assert matches(parse("sentiment:uncertain NOT intent:uncertain", search=True), record)


def shown(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in highlights(parse(query), text)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("coordinatie storing*", "Slechte coördinatie 😡 bij STORINGEN!", ["coördinatie", "STORINGEN"]),
        ("a NOT b", "b a b", ["a"]),
        ('"geen trein" OR @ns OR #ns', "Geen trein @NS #ns, geen bus", ["Geen trein", "@NS", "#ns"]),
        ("a NEAR/2 b", "a x x x b x a", ["b", "a"]),
        ("strasse", "Die Straße", ["Straße"]),
        ("cafe", "cafe\u0301 dicht", ["cafe\u0301"]),
        ("foto's", "Mooie foto’s", ["foto’s"]),
        ("{NS} OR ns*", "NS nsb", ["NS", "nsb"]),
        ("lang:nl", "x", []),
    ],
)
def test_highlights(query, text, expected):
    assert shown(query, text) == expected


@given(st.text(), st.sampled_from(["a*", "*e*", "1 OR i*", "{A*}", "s NEAR/9 t*", "@a OR #a"]))
def test_highlights_are_in_order_and_inside_the_text(text, query):
    spans = highlights(parse(query), text)
    assert [place for span in spans for place in span] == sorted(place for span in spans for place in span)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(st.text("ab*?", min_size=1), st.text("ab"))
def test_wildcards_are_those_of_file_names(pattern, token):
    assert bool(wildcard(pattern).fullmatch(token)) == fnmatchcase(token, pattern)


def test_a_hostile_token_is_soon_refused():
    assert not holds("*a" * 12 + "*b", message("a" * 100_000))


@given(st.text())
def test_the_fast_cut_equals_the_rule(text):
    assert tokens(text) == TOKEN.findall(fold(text))


@given(st.text())
def test_exact_words_are_cut_where_folded_ones_are(text):
    assert [word for word in map(fold, exact_tokens(text)) if word] == tokens(text)
