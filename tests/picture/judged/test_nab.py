"""The benchmark's scoring, against figures worked out by hand."""

import math

import pytest

from picture.judged.incidents import detections, incidents
from picture.judged.nab import Score, Window, probation, score

WINDOW = Window(400, 499)
ROWS = 2_000


def sigmoid(position: float) -> float:
    return 2 / (1 + math.exp(5 * position)) - 1


def test_probation_is_a_share_of_a_short_file_and_750_rows_of_a_long_one():
    assert (probation(1_000), probation(5_000), probation(15_902)) == (150, 750, 750)


def test_the_first_row_of_a_window_is_perfect_and_silence_is_nothing():
    assert score([400], [WINDOW], ROWS).normalised == pytest.approx(100)
    assert score([], [WINDOW], ROWS).normalised == 0


def test_a_detection_in_the_middle_of_a_window():
    # 50 rows from the end, counting itself, of 100: position -.5, .84828 of .98661
    assert score([450], [WINDOW], ROWS).raw == pytest.approx(0.84828 / 0.98661, abs=1e-4)


def test_the_last_row_of_a_window():
    assert score([499], [WINDOW], ROWS).raw == pytest.approx(0.02500 / 0.98661, abs=1e-4)


def test_of_several_detections_in_a_window_the_first_counts():
    assert score([450, 420, 499], [WINDOW], ROWS) == score([420], [WINDOW], ROWS)


def test_a_false_detection_before_any_window_costs_its_full_weight():
    assert score([399], [WINDOW], ROWS).raw == pytest.approx(-1 - 0.11)


def test_a_false_detection_just_after_a_window_costs_little():
    just, later, far = (score([row], [WINDOW], ROWS).raw + 1 for row in (500, 598, 796))
    assert just == pytest.approx(0.11 * sigmoid(1 / 99))
    assert later == pytest.approx(0.11 * -0.98661, abs=1e-4)
    assert far == pytest.approx(-0.11)


def test_what_lies_in_the_probation_is_not_scored():
    assert score([10], [Window(5, 20), WINDOW], ROWS) == score([], [WINDOW], ROWS)


def test_a_window_that_reaches_out_of_the_probation_counts():
    window = Window(250, 349)
    assert score([280], [window], ROWS) == Score(-1.0, 1)
    assert score([300], [window], ROWS).raw == pytest.approx(sigmoid(-0.5) / sigmoid(-1))


def test_two_windows_and_a_false_alarm_together():
    found = score([400, 1_500], [WINDOW, Window(1_000, 1_099)], ROWS)
    assert found == Score(pytest.approx(1 - 1 - 0.11), 2)
    assert found.normalised == pytest.approx(100 * (2 - 0.11) / 4)


def test_no_window_no_earnings():
    assert score([], [], ROWS).normalised == 100
    assert score([1_000], [], ROWS).normalised == pytest.approx(89)


def test_a_detection_is_followed_by_twelve_hours_of_silence():
    assert detections([0, 1, 143, 144, 200, 288]) == [0, 144, 288]


def test_an_incident_spans_gaps_of_six_hours_and_ends_after_a_day():
    assert incidents([0, 72, 145]) == [[0, 72], [145]]
    assert incidents(range(0, 300, 50)) == [[0, 50, 100, 150, 200, 250]]
    assert incidents(range(0, 350, 50)) == [[0, 50, 100, 150, 200, 250], [300]]
