"""What is opened together, and what each of it knows of the others."""

from tests.klankbord.program import Program, file_source


def test_the_stores_know_every_sink_that_something_may_be_on_its_way_back_to(tmp_path):
    program = Program(tmp_path, file_source("a.jsonl"), sinks=[{"use": "sqlite"}, {"use": "events", "name": "out"}])

    async def names(stores):
        return stores.sinks

    assert set(program.ask(names)) == {"archive", "out", "desk", "customers", "emerging", "cases"}
