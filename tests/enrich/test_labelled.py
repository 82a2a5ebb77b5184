"""Labelled files as people hand them over, and what is said of those that are wrong."""

import gzip

import pytest

from core.errors import Misconfigured
from enrich._evaluation.labelled import Labelled, fitting, known, read

LABELS = ("negative", "neutral", "positive")


def lines(path, *written):
    path.write_text("\n".join(written))
    return path


def test_case_spaces_numbers_and_empty_lines_do_not_matter(tmp_path) -> None:
    file = lines(
        tmp_path / "a.jsonl",
        '{"text": "een", "label": " Positive "}',
        "",
        '{"text": "twee", "label": 0, "language": "NL_be", "id": 4}',
        '{"text": "drie", "label": "2"}',
    )
    assert read(file) == [
        Labelled("een", ("positive",), None, 1),
        Labelled("twee", ("negative",), "nl", 3),
        Labelled("drie", ("positive",), None, 4),
    ]


def test_gzip_is_known_by_its_content(tmp_path) -> None:
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(b'{"text": "een", "label": ["joy", "anger"]}\n'))
    assert read(tmp_path / "a.jsonl")[0].labels == ("joy", "anger")


def test_labels_come_as_the_model_spells_them_finer_ones_as_what_they_are_part_of() -> None:
    rows = [Labelled("a", ("joy",)), Labelled("b", ("optimism",)), Labelled("c", ("love", "joy"))]
    found = known(rows, ("Joy", "anger"), {"optimism": "Joy", "love": "Joy"}, where="file")
    assert [row.labels for row in found] == [("Joy",), ("Joy",), ("Joy",)]


def test_an_unknown_label_is_named_with_line_and_nearest() -> None:
    rows = [Labelled("a", ("neutral",), None, 1), Labelled("b", ("positief",), None, 7)]
    with pytest.raises(Misconfigured) as told:
        known(rows, LABELS, {}, where="file.jsonl")
    assert told.value.mistakes == ('file.jsonl, line 7: there is no label "positief"; did you mean "positive"?',)
    assert (fitting(rows, LABELS, {}), fitting(rows, LABELS, {"positief": "positive"})) == (1, 2)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nonsense", "line 1: is not JSON"),
        ("[1]", "line 1: should be like"),
        ('{"label": "neutral"}', "line 1: should be like"),
        ('{"text": "a", "label": null}', '"label" is missing'),
        ('{"text": "a", "label": true}', '"label" is missing'),
        ('{"text": "a", "label": []}', '"label" is missing'),
        ('{"text": "a", "label": 3}', "3 is no label; as numbers there are 0 negative"),
        ('{"text": "a", "label": "\\u0663"}', "is no label; as numbers"),
        ("\n \n", "holds no lines"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, written, said) -> None:
    with pytest.raises(Misconfigured, match=said):
        read(lines(tmp_path / "a.jsonl", written))


def test_many_mistakes_are_counted(tmp_path) -> None:
    with pytest.raises(Misconfigured) as told:
        read(lines(tmp_path / "a.jsonl", *["nonsense"] * 30))
    assert told.value.mistakes[-1] == "and 20 more like these"


def test_files_that_cannot_be_read_are_named(tmp_path) -> None:
    (tmp_path / "cut").write_bytes(gzip.compress(b"x" * 1000)[:-9])
    (tmp_path / "bytes").write_bytes(b'{"text": "\xff", "label": "neutral"}')
    for name, said in (
        ("none", "no such file"),
        ("cut", "damaged or cut short"),
        ("", "Is a directory"),
        ("bytes", "not JSON"),
    ):
        with pytest.raises(Misconfigured, match=said):
            read(tmp_path / name)
