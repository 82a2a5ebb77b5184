"""The section `answers`: what it refuses, with the nearest name, and how many approvals a topic takes."""

import pytest

from core.errors import Misconfigured
from playbook.answers import Answering, FourEyes
from playbook.difference import differences
from playbook.playbook import load
from playbook.schema import schema
from playbook.sections import Playbook

TOPICS = "topics:\n  trains: {description: trains}\n  safety: {description: safety}\n"


def read(tmp_path, answers):
    path = tmp_path / "playbook.yaml"
    path.write_text(f"{TOPICS}answers: {answers}\n", encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("answers", "mistake"),
    [
        ("{four_eyes: {topics: {train: 3}}}", 'answers.four_eyes.topics.train: there is no topic "train"; did you mean "trains"?'),
        ("{four_eyes: {topics: {trains: 0}}}", "answers.four_eyes.topics.trains"),
        ("{four_eyes: {topics: {trains: never}}}", "answers.four_eyes.topics.trains"),
        ("{four_eyes: {lifts_after: 0}}", "answers.four_eyes.lifts_after"),
        ("{four_eyes: {lift_after: 3}}", 'answers.four_eyes.lift_after: unknown key; did you mean "lifts_after"?'),
        ("{publishers: {}}", "answers.publishers.one_in: is missing"),
        ("{publishers: {one_in: 0}}", "answers.publishers.one_in"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_path_and_the_nearest_name(tmp_path, answers, mistake):
    with pytest.raises(Misconfigured) as raised:
        read(tmp_path, answers)
    assert any(mistake in one for one in raised.value.mistakes), raised.value.mistakes


def test_a_topic_has_its_own_number_or_never_lifts(tmp_path):
    found = read(tmp_path, "{four_eyes: {lifts_after: 5, topics: {trains: 20, safety: always}}}").answers
    assert [found.four_eyes.enough(topic) for topic in ("trains", "safety", "", "prices")] == [20, None, 5, 5]


def test_without_the_section_ten_are_asked_and_a_playbook_keeps_its_version():
    assert Answering() == Answering(four_eyes=FourEyes(lifts_after=10, topics={}), publishers=None)
    assert Playbook().version == Playbook(answers=None).version != Playbook(answers=Answering()).version


def test_what_changed_is_told(tmp_path):
    before, after = read(tmp_path, "{four_eyes: {lifts_after: 5}}"), read(tmp_path, "{four_eyes: {lifts_after: 6}}")
    assert list(differences(before, after)) == ["answers.four_eyes.lifts_after: 5 -> 6"]


def test_the_schema_has_it():
    assert {"Answering", "FourEyes", "Publishing"} <= schema()["$defs"].keys()
