"""`klankbord playbook check` and the schema: what is unsound is named, the example is the full truth."""

from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from playbook.playbook import load
from playbook.schema import schema
from playbook.sections import Playbook
from playbook.sound import unsound
from tests.klankbord.program import command

EXAMPLE = Path(__file__).parents[2] / "deploy/example/playbook.yaml"


def keys(part):
    """Every key that the schema has, of whichever section."""
    for definition in (part, *part.get("$defs", {}).values()):
        yield from definition.get("properties", {})


def as_json(value):
    """As an editor sees it: dates are text."""
    match value:
        case dict():
            return {str(key): as_json(inside) for key, inside in value.items()}
        case list():
            return [as_json(inside) for inside in value]
        case date():
            return value.isoformat()
        case _:
            return value


def test_every_key_of_the_schema_stands_in_the_example():
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [key for key in keys(schema()) if f"{key}:" not in text] == []


def test_the_example_fits_the_schema_and_is_sound():
    content = as_json(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")))
    jsonschema.Draft202012Validator(schema()).validate(content)
    assert list(unsound(load(EXAMPLE))) == []


@pytest.mark.parametrize(
    "wrong", [{"triage": {"sart": "x"}}, {"organisation": {"model": "central", "units": {"a": {}}}}]
)
def test_an_editor_is_told_what_does_not_fit(wrong):
    assert not jsonschema.Draft202012Validator(schema()).is_valid(wrong)


def test_check_names_a_branch_that_nothing_takes(tmp_path):
    path = tmp_path / "playbook.yaml"
    path.write_text('triage: {steps: {share: {when: "followers<10 followers>20"}}}\n')
    told = command("playbook", "check", str(path)).output
    assert "triage.steps.share.then: no message is answered yes here, on the way self_harm -> threat" in told
    assert "triage.outcomes.share_success: no message comes here" in told


def test_check_says_what_it_proved():
    assert (
        "15 steps of triage, each answer proved within reach, 6 units"
        in command("playbook", "check", str(EXAMPLE)).output
    )


def test_a_unit_that_gets_nothing_is_named():
    playbook = Playbook.model_validate(
        {"triage": None, "organisation": {"model": "centralized", "centre": "a", "units": {"a": {}, "b": {}}}}
    )
    assert [path for path, _ in unsound(playbook)] == ["organisation.units.b"]


def test_the_schema_can_be_printed():
    assert '"title": "playbook.yaml"' in command("playbook", "schema").output
