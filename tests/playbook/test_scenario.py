"""Scenarios: those that ship fit together, and mistakes are told with their path."""

from datetime import timedelta

import pytest
import yaml

from core.errors import Misconfigured
from playbook.scenario import TONES, find, read, shipped, wrong_with

OWN = {
    "says": "ours",
    "phases": [{"lasts": "10m", "times": 5, "mix": {"negative": 1}, "texts": "start"}],
    "texts": {"start": {"negative": {"nl": ["{organisation} doet het niet"]}}},
}


def written(folder, **changed):
    path = folder / "own.yaml"
    path.write_text(yaml.safe_dump(OWN | changed))
    return path


@pytest.mark.parametrize("name", shipped())
def test_what_ships_fits_together_in_both_languages(name):
    one = find(name)
    assert not list(wrong_with(one))
    assert one.after
    assert set(one.says) == {"nl", "en"}
    for group in one.texts.values():
        assert set(group) == set(TONES)
        for by_language in group.values():
            assert set(by_language) == {"nl", "en"}
            assert len(by_language["nl"]) == len(by_language["en"])
    for text in (
        text for group in one.texts.values() for tone in group.values() for each in tone.values() for text in each
    ):
        assert "{organisation}" in text


def test_the_five_of_the_plan_ship():
    assert shipped() == ["crowdstrike", "ing-outages", "ns-outage", "united-3411", "volkswagen"]


def test_one_is_played_in_less_time_in_proportion():
    one = find("ns-outage")
    short = one.within(one.lasts / 3)
    assert short.lasts == one.lasts / 3
    assert [3 * moment.at for moment in short.injects] == [moment.at for moment in one.injects]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"phases": [OWN["phases"][0] | {"texts": "begin"}]}, 'phases[0].texts: there is no group "begin"'),
        ({"phases": [OWN["phases"][0] | {"mix": {"positive": 1}}]}, "nothing positive stands in texts.start"),
        ({"phases": [OWN["phases"][0] | {"mix": {"angry": 1}}]}, 'there is no tone "angry"'),
        ({"injects": [{"at": "11m", "says": "the press calls"}]}, "injects[0].at: comes after the end"),
        ({"texts": {"start": {"negative": {"nl": ["{organization} is stuk"]}}}}, 'did you mean "organisation"?'),
        ({"texts": {"start": {"negative": {"nl": ["{organisation:d} is stuk"]}}}}, "{organisation} stands alone"),
        ({"phases": [OWN["phases"][0] | {"lasts": "0s"}]}, "they take no time"),
        ({"phases": [OWN["phases"][0] | {"mix": {"negative": float("inf")}}]}, "phases[0].mix.negative"),
        ({"phases": []}, "phases: has too few; give at least 1"),
        ({"phases": [OWN["phases"][0] | {"lasts": "25h"}]}, "they last longer than 24h together"),
        ({"phases": [OWN["phases"][0] | {"mix": {"negative": 1e308, "neutral": 1e308}}]}, "phases[0].mix.neutral"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, changed, said):
    with pytest.raises(Misconfigured) as told:
        read(written(tmp_path, **changed))
    assert said in str(told.value)
    assert "own.yaml" in str(told.value)


def test_what_is_there_and_wrong_is_not_called_missing_too(tmp_path):
    with pytest.raises(Misconfigured) as told:
        read(written(tmp_path, phases=[OWN["phases"][0] | {"lasts": "NaN"}]))
    (sentence,) = told.value.mistakes
    assert "phases[0].lasts: give a number with a unit" in sentence


def test_one_is_found_by_name_or_path_and_an_unknown_one_is_answered_with_the_nearest(tmp_path):
    assert find(str(written(tmp_path))).lasts == timedelta(minutes=10)
    with pytest.raises(Misconfigured, match='did you mean "ns-outage"'):
        find("ns-outtage")
