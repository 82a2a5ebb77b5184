from datetime import timedelta

import pytest

from core.errors import Misconfigured
from core.settings import Settings, Span, check, nearest, read_yaml


class Inner(Settings):
    instance: str
    keep: Span = timedelta(days=1)


class Outer(Settings):
    parts: tuple[Inner, ...] = ()
    named: dict[str, Inner] = {}
    one: Inner | None = None


def mistakes(content):
    with pytest.raises(Misconfigured) as caught:
        check(Outer, content, where="file.yaml")
    return caught.value.mistakes


def test_every_mistake_is_told_at_once_with_its_path():
    told = mistakes({"parts": [{"instanse": "x"}], "one": {"instance": "y", "keep": "soon"}})
    assert told == (
        "file.yaml: parts[0].instance: is missing",
        'file.yaml: parts[0].instanse: unknown key; did you mean "instance"?',
        "file.yaml: one.keep: give a number with a unit: 30s, 15m, 12h, 7d or 52w",
    )


def test_where_nothing_is_valid_yet_that_is_said():
    assert (nearest("x", []), nearest("x", ["y"])) == ("there is none yet", "valid are y")


def test_an_unknown_key_in_a_mapping_names_the_nearest():
    assert mistakes({"named": {"a": {"instance": "x", "kep": "1d"}}}) == (
        'file.yaml: named.a.kep: unknown key; did you mean "keep"?',
    )


def test_an_unknown_key_at_the_top_lists_what_is_valid():
    assert mistakes({"zzz": 1}) == ("file.yaml: zzz: unknown key; valid are named, one, parts",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a: [1", "line 1, column 6"),
        (b"- 1", "should hold keys and values, not list"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"a: !!python/object:os.system {}", "could not determine a constructor"),
    ],
)
def test_a_file_that_is_no_yaml_mapping_is_told(tmp_path, content, sentence):
    path = tmp_path / "klankbord.yaml"
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match=sentence):
        read_yaml(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(Misconfigured, match="no such file"):
        read_yaml(tmp_path / "none.yaml")
