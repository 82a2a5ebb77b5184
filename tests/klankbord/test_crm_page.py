"""What docs/crm.md tells people to write is taken, and says what the code does."""

import re
from pathlib import Path

import pytest
import yaml

from klankbord.configuration import read
from sinks import hubspot, salesforce, tryton, zendesk

PAGE = (Path(__file__).parents[2] / "docs" / "crm.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_each_has_its_example():
    assert [yaml.safe_load(one)[0]["use"] for one in EXAMPLES] == ["hubspot", "salesforce", "zendesk", "tryton"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_taken_as_it_stands(tmp_path, monkeypatch, example):
    for name in re.findall(r"\$\{(\w+)\}", example):
        monkeypatch.setenv(name, "from the environment")
    path = tmp_path / "klankbord.yaml"
    content = {"organisation": {"name": "Bench"}, "sinks": [{"use": "sqlite"}, *yaml.safe_load(example)]}
    path.write_text(yaml.safe_dump(content))
    assert [part.name for part in read(path).sinks] == ["archive", yaml.safe_load(example)[0]["use"]]


@pytest.mark.parametrize(
    "named",
    [
        *(hubspot.Settings.model_fields[name].default for name in ("mention", "customer", "segment")),
        *(salesforce.Settings.model_fields[name].default for name in ("mention", "customer", "segment")),
        zendesk.Settings.model_fields["customer"].default,
        tryton.Settings.model_fields["prefix"].default,
        "klankbord_sink_denied",
    ],
)
def test_fields_are_called_what_the_code_calls_them(named):
    assert named in PAGE


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"create_contacts": True, "token": "t"}, "everyone: true"),
        ({"url": "http://example.org", "token": "t"}, "https://"),
        ({"url": "https://me:secret@example.org", "token": "t"}, "https://"),
        ({"every": "1s", "token": "t"}, "10s or more"),
    ],
)
def test_mistakes_are_told_without_what_is_secret(settings, said):
    with pytest.raises(ValueError, match=said) as raised:
        hubspot.Settings(**settings)
    assert "secret" not in str(raised.value)
