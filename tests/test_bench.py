"""Each benchmark can be chosen by its own name and by that of each row it measures."""

import json
import pkgutil
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

import bench
from bench.__main__ import selected

MODULES = sorted(one.name for one in pkgutil.iter_modules(bench.__path__) if not one.name.startswith("_"))


@pytest.mark.parametrize("name", MODULES)
def test_it_is_chosen_by_its_name_and_by_its_rows(name):
    module = import_module(f"bench.{name}")
    assert callable(module.run)
    assert selected(name) == [name]
    assert module.NAMES
    assert all(selected(row) == [name] for row in module.NAMES)


def test_no_two_measure_a_row_of_one_name_and_each_kept_row_is_measured_by_one():
    told = Counter(row for name in MODULES for row in import_module(f"bench.{name}").NAMES)
    assert max(told.values()) == 1
    kept = json.loads(Path(bench.__path__[0], "results.json").read_text())
    assert {row["name"] for row in kept} <= told.keys()


def test_one_that_is_not_there_gets_a_sentence():
    with pytest.raises(SystemExit, match='there is no "speed"; there are '):
        selected("speed")
