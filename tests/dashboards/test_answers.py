"""Every panel gives the answer that the documentation tells, on a real Elasticsearch; none is empty, none is left out."""

import pytest

from tests.dashboards import corpus, describing
from tests.dashboards.answers import ACCOUNTS, ANSWERS, said
from tests.dashboards.conftest import board
from tests.dashboards.grafana import panel_of, shown
from tests.dashboards.joined import PAIR


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize(("name", "title"), [(name, title) for name, told in ANSWERS.items() for title in told])
def test_a_panel_answers(door, week, customers, name, title):
    frames = shown(door, board(name), title, week, account=ACCOUNTS, customer=[customers[PAIR]])
    assert said(panel_of(board(name), title), frames, corpus.HOUR.timestamp()) == ANSWERS[name][title]


@pytest.mark.parametrize("name", ANSWERS)
def test_no_panel_is_left_out(name):
    assert [panel["title"] for panel in board(name)["panels"]] == list(ANSWERS[name])


def test_the_documentation_is_what_the_code_says():
    assert describing.PAGE.read_text(encoding="utf-8") == describing.page()
