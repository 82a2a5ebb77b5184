"""Lines and rows, however the bytes arrive."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest._encoding import detect
from ingest._lines import Lines
from ingest._table import cells, is_open

CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"), max_size=8)


@given(st.binary(max_size=200), st.lists(st.integers(0, 40)))
def test_lines_do_not_depend_on_how_the_bytes_are_cut(content, cuts):
    whole, cut = Lines(), Lines()
    expected = [*whole.feed(content), *whole.finish()]
    found, rest = [], content
    for size in cuts:
        found += cut.feed(rest[:size])
        rest = rest[size:]
    found += [*cut.feed(rest), *cut.finish()]
    assert found == expected
    assert (cut.at, cut.digest) == (whole.at, whole.digest) == (len(content), cut.digest)


@given(st.lists(st.text(st.characters(blacklist_characters="\n", blacklist_categories=("Cs",))), min_size=1))
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_lines_of_two_byte_characters_are_cut_on_characters(encoding, lines):
    reader = Lines("\n".encode(encoding))
    content = "\n".join([*lines, ""]).encode(encoding)
    assert [line.data.decode(encoding) for line in reader.feed(content)] == lines


@given(st.lists(CELLS, min_size=2, max_size=4), st.sampled_from(",;\t"))
def test_a_row_that_spans_lines_is_open_until_its_last(row, delimiter):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerow(row)
    lines = written.getvalue().removesuffix("\n").split("\n")
    inside, states = False, []
    for line in lines:
        inside = is_open(line, delimiter, inside)
        states.append(inside)
    assert states == [True] * (len(lines) - 1) + [False]
    assert cells(written.getvalue(), delimiter) == row


def test_a_line_without_end_is_cut_once_and_the_next_is_whole():
    reader = Lines()
    pieces = [b"x" * 20_000_000, b"x" * 20_000_000, b"x" * 20_000_000, b"\nkort\n"]
    found = [line for piece in pieces for line in reader.feed(piece)]
    assert [(line.number, line.cut) for line in found] == [(1, True), (2, False)]
    assert found[1].data == b"kort"


@pytest.mark.parametrize(("content", "name"), [("één".encode(), "utf-8"), ("één".encode("cp1252"), "cp1252")])
def test_utf_8_is_believed_until_it_is_contradicted(content, name):
    assert detect(content, complete=True).name == name


def test_a_character_cut_at_the_end_of_what_is_read_contradicts_nothing():
    assert detect("één".encode()[:-2], complete=False).name == "utf-8"
