"""The tree of triage as a drawing: each answer has its line, nothing lies over another, a question that several lead to is drawn once."""

from itertools import combinations, pairwise

import pytest

from desk.web.tree import NARROW, WIDE, drawn
from playbook.sections import Playbook

SHIPPED = Playbook.model_validate({"triage": None}).triage
LONG = "Een vraag die zo veel woorden nodig heeft dat zij in geen enkel vak past, ook niet als het vak vier regels hoog is geworden, want zij houdt niet op"


def step(then, otherwise):
    return {"asks": "?", "when": "trein", "then": then, "otherwise": otherwise}


JOINED = Playbook.model_validate(
    {
        "triage": {
            "base": "none",
            "version": "1",
            "start": "one",
            "steps": {"one": step("two", "three"), "two": step("yes", "three"), "three": step("yes", "no")},
            "outcomes": {"yes": {"does": "x"}, "no": {"does": "y"}},
        }
    }
).triage


@pytest.mark.parametrize("sort", [WIDE, NARROW])
@pytest.mark.parametrize("triage", [SHIPPED, JOINED])
def test_each_answer_has_a_line_and_no_box_lies_over_another(triage, sort):
    made = drawn(triage, lambda _: (LONG, "12"), sort)
    assert sorted(edge.answer for edge in made.edges) == sorted({edge.answer for edge in made.edges})
    assert len(made.edges) == 2 * len(triage.steps)
    for one, other in combinations(made.boxes, 2):
        apart = abs(one.x - other.x) >= made.box or one.y + one.height <= other.y or other.y + other.height <= one.y
        assert apart, (one.name, other.name)
    assert max(box.x for box in made.boxes) + made.box <= made.width
    assert max(box.y + box.height for box in made.boxes) <= made.height


def test_the_shipped_flow_fits_pages_of_both_widths():
    assert drawn(SHIPPED, lambda name: (name, ""), WIDE).width <= 960
    assert drawn(SHIPPED, lambda name: (name, ""), NARROW).width <= 324


def test_a_question_that_two_lead_to_is_drawn_once():
    kinds = [(box.name, box.kind) for box in drawn(JOINED, lambda name: (name, ""), WIDE).boxes]
    assert kinds.count(("three", "question")) == kinds.count(("three", "again")) == 1


def test_words_that_are_too_many_are_cut_at_a_word():
    box = drawn(SHIPPED, lambda _: (LONG, ""), WIDE).boxes[0]
    assert len(box.lines) == 4
    assert box.lines[-1].endswith(" …")
    assert all(first.split()[-1] in LONG.split() for first, _ in pairwise(box.lines))
