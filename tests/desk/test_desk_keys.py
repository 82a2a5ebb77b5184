"""The keys of a case: what the page's script presses, what its list says and what the manual says are the same."""

import re
from pathlib import Path

import desk.web
from desk.web import words
from desk.web.pages.case_choices import KEYS

MANUAL = Path(__file__).parents[2] / "docs" / "desk.md"
SCRIPT = Path(desk.web.__file__).parent / "static" / "keys.js"
ANSWER = ("r", "answer")
"""What the page of one case has besides."""


def test_the_manual_lists_the_keys_in_the_words_of_the_page():
    said = words.load("en")
    listed = re.findall(r"^\| `(\w)` \| (.+) \|$", MANUAL.read_text("utf-8"), re.MULTILINE)
    assert listed == [(key, said(f"keys.case.{act}")) for key, act in (*KEYS, ANSWER)]


def test_the_script_presses_these_letters_and_no_others():
    (letters,) = re.findall(r'OF_A_CASE = "(\w+)"', SCRIPT.read_text("utf-8"))
    assert list(letters) == [key for key, _ in (*KEYS, ANSWER)]


def test_no_letter_of_a_case_is_one_of_the_whole_page():
    taken = re.findall(r'^ +"?([jkxg?/])"?: ', SCRIPT.read_text("utf-8"), re.MULTILINE)
    assert len(taken) == 6
    assert {key for key, _ in (*KEYS, ANSWER)} & set(taken) == set()
