"""A playbook that changes while the program runs: a broken one is told, a good one takes effect; saved monitors too."""

import pytest

from core.document import Filter
from klankbord import configuration
from klankbord.serving.monitors import MonitorDesk
from tests.klankbord.program import Program, file_source, line, until


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("rules"), file_source("in.jsonl"))
    program.add("in.jsonl", line(1, "klank een"), line(2, "klank en geluid"), line(3, "geluid alleen"))
    with program.running() as run:
        program.run = run
        program.has("klank een", "klank en geluid")
        yield program


def monitors(program, text):
    """The monitors of the archived message with that text, once it is there."""
    found = until(lambda: [one for one in program.stored() if one.enriched.mention.text == text])
    return found[0].enriched.routing.monitors


def test_a_broken_change_is_told_and_the_old_rules_stay(program):
    program.rules({"klank": "(klank"})
    program.run.hears("the changed playbook is not used, the one before stays: ")
    assert "column" in program.run.said()
    program.add("in.jsonl", line(4, "klank daarna"))
    assert monitors(program, "klank daarna") == ("klank",)


def test_a_good_change_takes_effect_without_a_restart(program):
    program.rules({"klank": "klank", "toon": "toon"})
    program.run.hears("the playbook changed: 2 monitors are in force")
    program.add("in.jsonl", line(5, "een zachte toon"))
    assert monitors(program, "een zachte toon") == ("toon",)


def test_a_saved_monitor_gets_its_history_and_matches_from_then_on(program):
    async def save(stores):
        desk = MonitorDesk(configuration.read(program.config).playbook, stores.archive)
        trial = await desk.try_out("geluid")
        return trial, await desk.save("geluid", "geluid"), await stores.archive.count(Filter(monitors=("geluid",)))

    trial, saved, count = program.ask(save)
    assert (trial.count, saved.tagged, count) == (1, 1, 1)
    assert monitors(program, "klank en geluid") == ("klank", "geluid")
    until(lambda: "3 monitors are in force" in program.run.said())
    program.add("in.jsonl", line(6, "weer geluid"))
    assert monitors(program, "weer geluid") == ("geluid",)


def test_what_the_detected_language_rules_out_is_not_kept(program):
    program.rules({"nederlands": "fluister* lang:nl"})
    program.run.hears("1 monitors are in force")
    english = "the fluistering voice of the evening was heard in the whole street yesterday"
    dutch = "de fluisterende stem van de avond klonk gisteren door de hele straat"
    program.add("in.jsonl", line(7, english), line(8, dutch))
    assert monitors(program, dutch) == ("nederlands",)
    assert english not in [one.enriched.mention.text for one in program.stored()]
