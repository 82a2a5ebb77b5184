"""What is named as the reason of an answer: the findings that a condition wants, and no others."""

from core.types import Enriched, Finding
from playbook.explaining import evidence
from playbook.sections import Playbook
from tests.playbook.test_organisation import mention


def reasons(query, *findings):
    steps = {"one": {"asks": "?", "when": query, "then": "yes", "otherwise": "no"}}
    outcomes = {"yes": {"does": "x"}, "no": {"does": "y"}}
    flow = {"base": "none", "version": "1", "start": "one", "steps": steps, "outcomes": outcomes}
    triage = Playbook.model_validate({"triage": flow}).triage
    found = tuple(Finding(name=name, model="m", labels=(label,)) for name, label in findings)
    record = Enriched(mention=mention(text="wat een troep"), findings=found)
    return list(evidence(triage.steps["one"].when, record, triage))


def test_a_finding_is_named_under_whatever_name_the_query_asks_it_by():
    assert reasons("TOXICITY:offensive", ("toxicity", "offensive")) == ["toxicity offensive"]
    assert reasons("topic:(a OR delay)", ("topics", "delay")) == ["topics delay"]


def test_words_that_look_like_a_field_are_words():
    assert reasons('troep OR "tag: x"', ("tags", "vip")) == ['"troep"']


def test_what_must_not_be_is_no_reason():
    assert reasons("troep -sentiment:positive", ("sentiment", "negative")) == ['"troep"']
