"""playbook.yaml: what it refuses, and adding to it without touching the rest."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Misconfigured
from playbook._edit import with_monitor
from playbook.errors import QueryError
from playbook.playbook import add_monitor, add_topic, drop_topic, load
from playbook.queries import parse
from playbook.sections import Playbook

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "playbook.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def mistakes(path: Path) -> list[str]:
    with pytest.raises(Misconfigured) as raised:
        load(path)
    return [mistake.removeprefix(f"{path}: ") for mistake in raised.value.mistakes]


def test_the_example_is_valid_and_speaks_of_every_key():
    text = (ROOT / "deploy/example/playbook.yaml").read_text(encoding="utf-8")
    example = load(ROOT / "deploy/example/playbook.yaml")
    assert {"brand", "competitor"} <= set(example.monitors)
    assert all(
        f"{key}:" in text
        for key in ("query", "description", "saved_at", "keywords", "monitors", "topics", "aspects", "words", "kind")
    )


def test_every_mistake_is_named_at_once_with_its_path(written):
    found = mistakes(
        written("monitor: {}\nmonitors:\n  a: {quary: x}\n  b: {query: 'x AND'}\ntopics:\n  t: {description: 3}\n")
    )
    assert [line.split(";")[0].split("\n")[0] for line in found] == [
        "monitors.a.query: is missing",
        "monitors.a.quary: unknown key",
        "monitors.b.query: column 3: something has to follow AND",
        "topics.t.description: give a text, or a text for each language, as in {nl: ..., en: ...}",
        "monitor: unknown key",
    ]


def test_the_nearest_valid_key_is_named(written):
    assert mistakes(written("monitors:\n  a: {query: x, descripton: y}\n")) == [
        'monitors.a.descripton: unknown key; did you mean "description"?'
    ]


def test_mistakes_in_aspects_are_named_with_their_path(written):
    found = mistakes(
        written(
            "aspects:\n  'a:b': {}\n  t: {kind: persn, words: {nl: [ok, tr*in], Dutch: [x]}}\n  u: {word: {nl: [x]}}\n"
        )
    )
    assert [line.split(": write")[0] for line in found] == [
        "aspects.a:b.[key]: an aspect's name has no colon: what is said of it follows one, as in train:negative",
        "aspects.t.kind: 'persn' is not a kind; did you mean \"person\"?",
        "aspects.t.words.nl[1]: * cannot stand within 'tr*in'",
        "aspects.t.words.Dutch.[key]: 'Dutch' is not a language; write its two letters, as in nl:",
        'aspects.u.word: unknown key; did you mean "words"?',
    ]


def test_a_monitor_may_not_ask_what_is_known_only_later(written):
    (found,) = mistakes(written("monitors:\n  a: {query: 'x sentiment:negative'}\n"))
    assert "a monitor cannot ask sentiment:" in found


def test_a_name_given_twice_is_a_mistake(written):
    assert mistakes(written("monitors:\n  a: {query: x}\n  a: {query: y}\n")) == [
        "monitors.a: stands in the file twice, again in line 3"
    ]


def test_broken_yaml_is_pointed_at(written):
    with pytest.raises(Misconfigured, match="line 3, column 4"):
        load(written("monitors:\n  a: [x\n  b: ]]\n"))


def test_keys_that_hold_only_comments_hold_nothing(written):
    assert load(written("monitors:\n  # none yet\ntopics:\n")) == Playbook()


def test_the_version_follows_the_content_alone(written):
    first = load(written("monitors:\n  a: {query: x}\n")).version
    assert load(written("# words\nmonitors:\n  a:\n    query: 'x'\n")).version == first
    assert load(written("monitors:\n  a: {query: y}\n")).version != first


def test_the_form_can_be_told_to_an_editor():
    schema = Playbook.model_json_schema()
    assert {"monitors", "topics", "aspects", "triage", "organisation"} <= set(schema["properties"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "topics:\n  t: {description: x}\n",
        "monitors:\n# nothing yet\ntopics: {}\n",
        "monitors: {}\n",
        "monitors: {a: {query: x}}\n",
        "monitors:\n    a: # first\n        query: x # why\n    # last words\n\ntopics: {}\n",
        "monitors:\n  a:\n    query: >-\n      x OR\n      y\n\n# about topics\ntopics: {}",
        "monitors:\n  a:\n    query: |\n      x\n      #tag\n",
        "monitors:\n  a: {query: x}",
        "monitors:\n  a:\n    description: >\n      words\n    query:\n      x\n      y\n",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_adding_keeps_every_line_that_was_there(tmp_path, text, newline):
    path = tmp_path / "playbook.yaml"
    path.write_bytes((text or "# mine\nmonitors:\n").replace("\n", newline).encode())
    before = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    add_monitor(path, "new one", "\"zo'n trein\" OR foto's", saved_at=AT)
    after = path.read_text(encoding="utf-8")
    assert all(line.strip("{} ") in after for line in before)
    assert load(path).monitors["new one"].saved_at == AT


def test_adding_begins_a_file_that_is_not_there(tmp_path):
    add_monitor(tmp_path / "playbook.yaml", "brand", "noorderlijn")
    assert load(tmp_path / "playbook.yaml").queries() == {"brand": parse("noorderlijn")}


def test_a_monitor_of_that_name_gets_the_new_query(written):
    path = written(
        "monitors:\n  a: # mine\n    query: >-\n      x OR\n      y\n    description: kept\n  b: {query: z}\n"
    )
    add_monitor(path, "a", "trein")
    assert path.read_text() == "monitors:\n  a: # mine\n    query: trein\n    description: kept\n  b: {query: z}\n"


def test_a_bad_query_is_not_saved(written):
    path = written("monitors: {}\n")
    with pytest.raises(QueryError):
        add_monitor(path, "a", "x AND")
    assert path.read_text() == "monitors: {}\n"


def test_a_bad_name_is_not_saved_and_leaves_no_file_beside(written):
    path = written("monitors: {}\n")
    with pytest.raises(Misconfigured, match="1 to 80 characters"):
        add_monitor(path, "a\nb", "x")
    assert [each.name for each in path.parent.iterdir()] == ["playbook.yaml"]


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_name_and_query_come_back_as_they_were_written(name, query):
    import yaml

    if any(0xD800 <= ord(sign) < 0xE000 for sign in name + query):
        return
    read = yaml.safe_load(with_monitor("monitors:\n", name, query, AT))
    assert read["monitors"][name]["query"] == query


NEW = ("wifi: account", {"nl": 'Berichten over wifi, "portaal"', "en": "About wifi"}, {"nl": ["wifi", "zo'n portaal"]})


@pytest.mark.parametrize(
    "before",
    [
        "monitors:\n  a: {query: x}",
        "topics:\n# none yet\n",
        "topics: {}\nmonitors: {}\n",
        "topics: {t: {description: d}}\n",
        "topics:\n    t:   # kept\n        description: d\n        keywords: {nl: [a]}\n\n# the end\nmonitors: {}\n",
        "topics:\r\n  t:\r\n    description: d\r\n",
    ],
)
def test_a_topic_is_added_and_taken_back_beside_all_else(written, before):
    path = written(before)
    others = load(path).topics
    add_topic(path, *NEW)
    name, description, keywords = NEW
    topic = load(path).topics[name]
    assert (topic.description, topic.keywords["nl"]) == (description, tuple(keywords["nl"]))
    assert "# kept" not in before or {"# kept", "# the end"} <= set(re.findall("# [a-z ]+", path.read_text()))
    if "topics: {t" not in before:
        drop_topic(path, name)
        assert load(path).topics == others


def test_a_topic_takes_no_name_that_is_taken_and_none_that_is_no_name(written):
    path = written("topics:\n  t: {description: d}\n")
    for name, wrong in (("t", "there is t already"), ("", "a name has 1 to 80 characters"), ("x" * 81, "a name has")):
        with pytest.raises(Misconfigured, match=wrong):
            add_topic(path, name, {"nl": "d"}, {})
    assert list(load(path).topics) == ["t"]


def test_a_topic_in_braces_is_not_taken_out(written):
    path = written("topics: {t: {description: d}, u: {description: e}}\n")
    with pytest.raises(Misconfigured, match="do it by hand"):
        drop_topic(path, "t")
    assert list(load(path).topics) == ["t", "u"]


@pytest.mark.parametrize(
    ("written_as", "mistake"),
    [
        ("calendar: [{says: x, from: 2026-11-27, until: 9999-12-31}]", "crisis.calendar[0].until: lies outside"),
        ("calendar: [{says: x, from: 0001-01-01, until: 2026-11-27}]", "crisis.calendar[0].from: lies outside"),
        ("steps: {verify: {says: x, within: 9999999d}}", "crisis.steps.verify.within: takes longer than 366 days"),
        ("lull: 99999999999999999999d", "crisis.lull: 99999999999999999999d is longer than can be reckoned with"),
    ],
)
def test_no_day_and_no_stretch_of_a_crisis_is_beyond_what_can_be_reckoned_with(written, written_as, mistake):
    found = mistakes(written(f"crisis: {{{written_as}}}\n"))
    assert any(one.startswith(mistake) for one in found)


@pytest.mark.parametrize("field", ["{since:%H:%M}", "{since!z}", "{since:{time}}"])
def test_a_first_statement_names_its_variables_alone(written, field):
    path = written(f"crisis: {{statements: {{nl: 'Sinds {field} is er iets mis'}}}}\n")
    assert mistakes(path) == [
        "crisis.statements.nl: {since} stands alone, without a form; leave what follows its name out"
    ]
