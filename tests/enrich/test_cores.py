"""Cores are counted on each system."""

import os

from enrich._cores import usable_cores


def test_those_of_the_process_are_counted_where_the_system_keeps_them():
    assert usable_cores() == len(os.sched_getaffinity(0))


def test_those_of_the_machine_are_counted_where_it_does_not(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    assert usable_cores() == os.cpu_count()
