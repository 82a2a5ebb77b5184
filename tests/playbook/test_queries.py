"""Query text to nodes, and mistakes that point at their column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query import And, Comparison, Everything, Field, FieldName, Handle, Near, Not, Or, Phrase, Tag, Word
from playbook.errors import QueryError
from playbook.queries import LONGEST, parse


def mistake(query: str, *, search: bool = False) -> QueryError:
    with pytest.raises(QueryError) as raised:
        parse(query, search=search)
    return raised.value


def test_and_binds_tighter_than_or():
    node = parse("a b OR c")
    assert isinstance(node, Or)
    assert isinstance(node.parts[0], And)


def test_groups_of_one_kind_are_one_node():
    assert len(parse("a OR (b OR (c OR d))").parts) == 4


def test_columns_count_from_one():
    node = parse("a  NOT b")
    assert node.parts[1] == Not(part=Word(pattern="b", column=8), column=4)


def test_near_takes_groups_and_phrases():
    node = parse('(a OR "b c") NEAR/7 d')
    assert isinstance(node, Near)
    assert node.distance == 7
    assert isinstance(node.left, Or)


def test_a_chain_of_near_is_both_pairs():
    node = parse("a NEAR/2 b NEAR/3 c")
    assert isinstance(node, And)
    assert [pair.distance for pair in node.parts] == [2, 3]


def test_words_are_folded_unless_exact():
    assert parse("CAFÉ") == Word(pattern="cafe", column=1)
    assert parse("{CAFÉ}") == Word(pattern="CAFÉ", exact=True, column=1)


def test_hyphens_and_apostrophes_make_phrases():
    assert parse("OV-chip*") == Phrase(words=(Word(pattern="ov", column=1), Word(pattern="chip*", column=1)), column=1)


def test_marks():
    assert parse("@NS.") == Handle(name="ns", column=1)
    assert parse("#OV*") == Tag(name="ov*", column=1)


@pytest.mark.parametrize(
    ("query", "comparison", "value"), [("followers>10k", ">", "10000"), ("followers:<=1.500", "<=", "1500")]
)
def test_numbers(query, comparison, value):
    assert parse(query) == Field(name=FieldName.FOLLOWERS, value=value, comparison=Comparison(comparison), column=1)


def test_field_groups():
    node = parse('source:(rss OR "Hacker News", x)')
    assert [part.value for part in node.parts] == ["rss", "hacker news", "x"]


def test_an_empty_search_is_everything_and_an_empty_monitor_a_mistake():
    assert parse(" ", search=True) == Everything()
    assert "empty" in mistake(" ").message


@pytest.mark.parametrize("name", ["sentiment:negative", "intent:question", "aspect:trein", "spam:any", "tag:vip"])
def test_what_is_known_later_is_refused_to_monitors_with_the_reason(name):
    assert isinstance(parse(name, search=True), Field)
    assert "before" in mistake(f"a {name}").message
    assert mistake(f"a {name}").column == 3


MISTAKES = {
    1: ["OR a", "*", "#*", "@a*", '""', "likes>3"],
    3: [
        "a OR",
        "a NEAR/200 b",
        "a NEAR/0 b",
        "a NEAR b",
        "a (b",
        'a "b',
        "a {b",
        "a }",
        "a lang:",
        "a ?? b",
        "a ~3",
        "a AND AND b",
    ],
    4: ["a b)"],
    6: ["site:nu.nl/x", "lang:>nl"],
    8: ["a lang:(nl", "source:a*"],
    9: ["country:nederland"],
    10: ["a NEAR/3 (b c)", "a NEAR/3 NOT b"],
    12: ["a lang:(nl en)"],
}


@pytest.mark.parametrize(
    ("column", "query"), [(column, query) for column, queries in MISTAKES.items() for query in queries]
)
def test_mistakes_point_at_their_column(column, query):
    assert mistake(query).column == column


def test_the_caret_stands_below_the_place():
    shown = mistake("x" * 500 + "\n(a").caret.splitlines()
    assert shown[0][shown[1].index("^")] == "("


def test_the_longest_query_is_read_and_a_longer_one_refused():
    parse(("storing OR " * 1000)[: LONGEST - 5].rsplit(" OR", 1)[0])
    assert "split it" in mistake("a" * (LONGEST + 1)).message


@pytest.mark.parametrize(
    "query", ["(" * 9000 + "a", "NOT " * 2400 + "a", "-(" * 4000, "(a OR " * 1500, "a" + ")" * 9000]
)
def test_deep_nesting_is_a_mistake_not_a_crash(query):
    assert mistake(query).column >= 1


def test_ten_thousand_characters_of_words_stay_flat():
    assert len(parse(" ".join(["ab"] * 3000)).parts) == 3000


def place_of_mistake(query: str) -> int:
    """The column of the mistake, 1 where there is none."""
    try:
        parse(query, search=True)
    except QueryError as error:
        return error.column
    return 1


@given(st.text(alphabet=st.sampled_from('ab*?"{}()@#-!~:<>&|,.’é😡[]/ \n') | st.characters(), max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text):
    assert 1 <= place_of_mistake(text) <= len(text) + 1


PARTS = ["a", "AND", "OR", "NOT", "(", ")", "NEAR/2", '"b c"', "lang:nl", "-", "{D}", "~2", "@x", "#y*"]


@given(st.lists(st.sampled_from(PARTS), max_size=12).map(" ".join))
def test_any_order_of_operators_is_read_or_refused(query):
    assert 1 <= place_of_mistake(query) <= len(query) + 1
