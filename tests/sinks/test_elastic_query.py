"""Queries and filters in the engine's language, without an engine."""

import pytest

from core.document import Filter
from core.findings import NAMES
from core.query import And, Comparison, Everything, Field, FieldName, Near, Not, Or, Phrase, Tag, Word
from core.words import tokens
from sinks._elastic_conditions import MOST_LEAVES, MOST_TERMS, NOTHING, among
from sinks._elastic_facts import asked, facts
from sinks._elastic_query import condition, liked, scope
from sinks._elastic_schema import MENTION, Document
from sinks._elastic_tokens import LONGEST, cut, shortened
from sinks._stored import labels
from tests.sinks.any_query import LARGE, LONG
from tests.sinks.messages import at, enriched


def true_of(mention):
    return facts(mention, labels(mention))


TE, LAAT = Word(pattern="te"), Word(pattern="laat")


def rule(node):
    return condition(node).query["intervals"]["words"]


def test_a_plain_phrase_is_asked_as_one():
    assert condition(Phrase(words=(TE, LAAT))).query == {"match_phrase": {"words": "te laat"}}


def test_exact_words_of_a_phrase_are_looked_for_at_the_same_places():
    found = rule(Phrase(words=(TE, Word(pattern="Laat", exact=True))))
    assert found["all_of"]["intervals"][1] == {"match": {"query": "Laat", "use_field": "exact"}}
    assert (found["all_of"]["ordered"], found["all_of"]["max_gaps"]) == (True, 0)


def test_near_asks_both_orders():
    first, second = rule(Near(left=TE, right=LAAT, distance=4))["any_of"]["intervals"]
    assert first["all_of"]["intervals"] == list(reversed(second["all_of"]["intervals"]))
    assert first["all_of"]["max_gaps"] == 3


@pytest.mark.parametrize(
    "node",
    [
        Phrase(words=(TE, Word(pattern="la*"))),
        Near(left=TE, right=Phrase(words=(TE, Word(pattern="l?at"))), distance=9),
    ],
)
def test_asked_loosely_a_pattern_among_words_is_left_to_reading(node):
    assert condition(node).exact
    found = condition(node, loosely=True)
    assert not found.exact
    assert "intervals" not in str(found.query)


def test_not_of_what_finds_more_may_be_anything():
    assert condition(Not(part=Word(pattern="*"))).query == {"match_all": {}}
    assert not condition(Not(part=Word(pattern="*"))).exact


def test_many_words_are_one_list_whether_wanted_or_not():
    words = tuple(Word(pattern=f"w{number}") for number in range(3000))
    assert condition(Or(parts=words)).leaves == 1
    assert condition(And(parts=tuple(Not(part=word) for word in words))).leaves == 1


@pytest.mark.parametrize("node", LARGE)
def test_no_query_holds_more_than_the_engines_take(node):
    found = condition(node)
    assert found.leaves <= MOST_LEAVES
    assert _depth(found.query) <= 12


def _depth(query):
    inner = [part for clause in query.get("bool", {}).values() for part in clause]
    return max((1 + _depth(part) for part in inner), default=0)


def test_long_lists_of_values_are_parted():
    found = among("_id", map(str, range(MOST_TERMS + 1)))
    assert [len(part["terms"]["_id"]) for part in found.query["bool"]["should"]] == [MOST_TERMS, 1]
    assert among("_id", []) == NOTHING


@pytest.mark.parametrize(
    ("language", "found"), [("nl-BE", {"lang:nl-be", "lang:nl"}), (None, set()), ("und", {"lang:und"})]
)
def test_a_language_is_asked_with_and_without_its_region(language, found):
    assert {fact for fact in true_of(enriched("1", language=language)) if fact.startswith("lang:")} == found


def test_a_site_answers_to_each_part_of_its_name():
    found = true_of(enriched("1", site="www.Nu.nl"))
    assert {fact for fact in found if fact.startswith("site:")} == {"site:www.nu.nl", "site:nu.nl", "site:nl"}
    assert asked(Field(name=FieldName.SITE, value="nu.nl")) in found


def test_the_start_of_a_hashtag_is_the_start_of_a_fact():
    assert condition(Tag(name="stor*")).query == {"prefix": {"facts": "#stor"}}


def test_a_number_that_is_none_finds_nothing():
    assert condition(Field(name=FieldName.FOLLOWERS, value="veel", comparison=Comparison.MORE)) == NOTHING


def test_a_long_token_stands_shortened_in_the_text_and_whole_among_the_facts():
    found = cut(enriched("1", f"te {LONG}", title="Laat").mention)
    assert found.folded == ["laat", f"te {shortened(*tokens(LONG))}"]
    assert len(shortened(LONG)) == LONGEST
    assert condition(Word(pattern=LONG)).query["term"]["facts"] in found.long


def test_a_filter_leaves_out_what_is_out_of_sight_and_more_where_not_asked_for():
    states = [
        scope(where, condition(Everything())).query["bool"]["must_not"] for where in (Filter(), Filter(drills=True))
    ]
    assert [part[0]["terms"]["state"] for part in states] == [
        ["gone", "hidden", "irrelevant", "drill"],
        ["gone", "hidden", "irrelevant"],
    ]


def test_a_filter_is_half_open_in_time():
    found = scope(Filter(since=at(0), until=at(1)), condition(Everything())).query["bool"]["filter"]
    assert found == [{"range": {"created": {"gte": 1772438400000, "lt": 1772438460000}}}]


def test_texts_are_liked_for_what_is_wanted_only():
    assert liked(And(parts=(TE, Not(part=LAAT)))) == [{"term": {"words": "te"}}]


def test_each_known_finding_has_its_field_in_the_document_and_the_mapping():
    assert set(NAMES) <= set(Document.__struct_fields__)
    assert set(NAMES) <= set(MENTION)
