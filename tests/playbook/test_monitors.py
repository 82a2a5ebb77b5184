"""Thousands of monitors at once answer what each one alone would."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from core.query import And, AnyNode, Comparison, Field, FieldName, Handle, Near, Not, Or, Phrase, Tag, Word
from core.types import Author, Engagement, Finding, Kind, Mention
from core.words import fold
from playbook._vocabulary import Vocabulary
from playbook.matching import Subject, detected, evaluate, heard
from playbook.monitors import Monitors
from playbook.queries import parse

AT = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ["ns", "storing", "storingen", "trein", "café", "cafe", "İstanbul", "straße", "x", "ov", "É", "a_b", "😡", "’s"]
GAPS = [" ", "-", ", ", "'", " @", " #", "! ", "\n", "\u0301 "]

pieces = st.one_of(st.sampled_from(WORDS), st.sampled_from([w.upper() for w in WORDS]), st.text(max_size=2))
texts = st.lists(st.tuples(pieces, st.sampled_from(GAPS)), max_size=9).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
patterns = st.sampled_from(
    ["ns", "storing", "storing*", "*ing", "tr?in", "*ori*", "cafe", "istanbul", "strasse", "x", "o?", "ov", "a_b", "s*"]
)
words = st.one_of(
    patterns.map(lambda p: Word(pattern=p)),
    st.sampled_from(["NS", "Caf*", "café", "É", "OV", "x?", "storing"]).map(lambda p: Word(pattern=p, exact=True)),
)
phrases = st.lists(words, min_size=2, max_size=3).map(lambda w: Phrase(words=tuple(w)))
sides = st.one_of(
    words, phrases, st.lists(st.one_of(words, phrases), min_size=2, max_size=3).map(lambda p: Or(parts=tuple(p)))
)
nears = st.builds(
    lambda left, right, distance: Near(left=left, right=right, distance=distance), sides, sides, st.integers(1, 4)
)
fields = st.one_of(
    st.builds(lambda v: Field(name=FieldName.LANGUAGE, value=v), st.sampled_from(["nl", "en"])),
    st.builds(
        lambda v: Field(name=FieldName.SOURCE, value=v), st.sampled_from(["rss", "bluesky", "file", "hn", "mail"])
    ),
    st.builds(lambda v: Field(name=FieldName.SITE, value=v), st.sampled_from(["nu.example", "example"])),
    st.builds(lambda v: Field(name=FieldName.AUTHOR, value=v), st.sampled_from(["jan", "rss:jan"])),
    st.builds(lambda v: Field(name=FieldName.COUNTRY, value=v), st.just("nl")),
    st.builds(lambda c: Field(name=FieldName.FOLLOWERS, value="10", comparison=c), st.sampled_from(list(Comparison))),
    st.builds(lambda c: Field(name=FieldName.ENGAGEMENT, value="3", comparison=c), st.sampled_from(list(Comparison))),
    st.just(Field(name=FieldName.SENTIMENT, value="negative")),
)
leaves = st.one_of(
    words,
    phrases,
    nears,
    fields,
    st.just(Handle(name="ns")),
    st.sampled_from(["ns", "stor*"]).map(lambda n: Tag(name=n)),
)


def grown(nodes: st.SearchStrategy[AnyNode]) -> st.SearchStrategy[AnyNode]:
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda p: And(parts=p)), several.map(lambda p: Or(parts=p)), nodes.map(lambda p: Not(part=p))
    )


found_fields = st.one_of(
    st.builds(
        lambda value: Field(name=FieldName.SENTIMENT, value=value),
        st.sampled_from(["negative", "positive", "uncertain"]),
    ),
    st.builds(lambda value: Field(name=FieldName.ASPECT, value=value), st.sampled_from(["trein", "trein:negative"])),
    st.builds(lambda value: Field(name=FieldName.SPAM, value=value), st.sampled_from(["any", "bot"])),
)
findings = st.fixed_dictionaries(
    {},
    optional={
        "sentiment": st.sampled_from([(), ("Negative",), ("positive",)]),
        "aspects": st.sampled_from([(), ("trein:negative", "app:neutral"), ("Trein:positive",)]),
        "spam": st.sampled_from([(), ("bot",), ("copy", "bot")]),
    },
).map(lambda labels: {name: Finding(name=name, model="m", labels=said) for name, said in labels.items()})
queries = st.recursive(leaves, grown, max_leaves=7)
mentions = st.builds(
    Mention,
    id=st.just("rss:1"),
    source=st.sampled_from(["rss", "bluesky"]),
    author=st.builds(
        Author,
        id=st.just("rss:jan"),
        handle=st.sampled_from([None, "Jan"]),
        followers=st.sampled_from([None, 9, 10, 11]),
    ),
    text=texts,
    title=st.one_of(st.none(), texts),
    created_at=st.just(AT),
    seen_at=st.just(AT),
    kind=st.sampled_from(list(Kind)),
    language=st.sampled_from([None, "nl-BE", "en"]),
    site=st.sampled_from([None, "www.nu.example"]),
    country=st.sampled_from([None, "NL"]),
    mentions=st.sampled_from([(), ("NS@sociaal.example",), ("ns",)]),
    tags=st.sampled_from([(), ("Storing", "NS")]),
    engagement=st.sampled_from([None, Engagement(read_at=AT), Engagement(read_at=AT, likes=2, replies=1)]),
)


@settings(max_examples=250, deadline=None)
@given(
    st.lists(queries, min_size=1, max_size=12),
    st.lists(mentions, min_size=1, max_size=3),
    st.sampled_from([None, "nl", "en"]),
)
def test_all_at_once_equals_one_by_one(nodes, messages, language):
    monitors = Monitors({str(i): node for i, node in enumerate(nodes)})
    for mention in messages * 2:
        alone = tuple(str(i) for i, node in enumerate(nodes) if evaluate(node, detected(mention, language)))
        assert monitors.match(mention, language) == alone


@settings(max_examples=150, deadline=None)
@given(st.lists(queries, min_size=1, max_size=4), mentions)
def test_possible_is_false_only_where_all_are_certainly_false(nodes, mention):
    monitors = Monitors({str(i): node for i, node in enumerate(nodes)})
    assert monitors.possible(mention) == any(evaluate(node, heard(mention)) is not False for node in nodes)


@settings(max_examples=100, deadline=None)
@given(queries, mentions, st.sampled_from(["nl", "en"]))
def test_what_the_stream_wants_was_not_dropped_at_ingest(node, mention, language):
    if Monitors({"m": node}).match(mention, language):
        assert Monitors({"m": node}).possible(mention)


def message(text: str, **more) -> Mention:
    return Mention(id="rss:1", source="rss", author=Author(id="rss:jan"), text=text, created_at=AT, seen_at=AT, **more)


def test_names_come_in_the_order_of_the_playbook():
    monitors = Monitors({name: parse(query) for name, query in {"z": "trein", "a": "storing", "m": "bus"}.items()})
    assert monitors.match(message("Storing: geen trein"), "nl") == ("z", "a")


def test_language_is_left_open_at_ingest_and_decided_in_the_stream():
    monitors = Monitors({"nl": parse("trein lang:nl")})
    assert monitors.possible(message("trein", language="en"))
    assert monitors.match(message("trein", language="en"), "nl") == ("nl",)
    assert monitors.match(message("trein", language="en"), None) == ()


def test_a_message_without_any_word_of_a_monitor_is_dropped():
    assert not Monitors({"nl": parse("trein lang:nl followers>10")}).possible(message("bus"))


def test_forgetting_learnt_tokens_changes_no_answer():
    vocabulary = Vocabulary(["storing*"], {"storing*": [0], "trein": [1]}, most=3)
    heard_words = (["storingen", "nu"], ["geen", "trein", "vandaag"], ["bus"], ["storingen", "nu"]) * 3
    assert [vocabulary.monitors(each) for each in heard_words] == [{0}, {1}, set(), {0}] * 3


def test_no_monitors_want_nothing():
    assert not Monitors({}).possible(message("trein"))


def test_many_monitors_on_sources_are_looked_up():
    monitors = Monitors({name: parse(f"source:{name}") for name in ("rss", "bluesky", "file", "mastodon", "webhook")})
    assert monitors.match(message("iets"), "nl") == ("rss",)


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(
    st.lists(st.recursive(st.one_of(leaves, found_fields), grown, max_leaves=5), min_size=1, max_size=4),
    mentions,
    findings,
)
def test_single_answers_with_findings_are_those_of_the_reference(nodes, mention, found):
    monitors = Monitors({str(place): node for place, node in enumerate(nodes)})
    asks = monitors.answers(mention, "nl", found)
    subject = Subject(mention, language="nl", findings=found, final=True)
    for place, node in enumerate(nodes):
        assert (place in asks.candidates and asks.checks[place](asks.view)) is evaluate(node, subject)
