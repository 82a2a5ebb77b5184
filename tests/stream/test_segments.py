"""Records in and out of segments, whatever their keys, values and sizes."""

from collections.abc import Iterator

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ports import Record
from stream import segments, upkeep

keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
entries = st.lists(st.tuples(keys, st.binary(min_size=1, max_size=9)), max_size=20)
batches = st.lists(entries, max_size=6)
on_memory = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def connection() -> Iterator[apsw.Connection]:
    connection = apsw.Connection(":memory:")
    connection.execute(segments.SCHEMA)
    yield connection
    connection.close()


def filled(connection: apsw.Connection, batches: list[list[segments.Entry]]) -> list[Record]:
    """A topic that holds these batches and nothing else."""
    connection.execute("DELETE FROM segments; DELETE FROM sqlite_sequence")
    for at, batch in enumerate(batches):
        segments.add(connection, segments.pack(batch), at)
    flat = [(at, entry) for at, batch in enumerate(batches) for entry in batch]
    return [Record(offset, at, key, value) for offset, (at, (key, value)) in enumerate(flat, 1)]


@on_memory
@given(batches, st.integers(0, 130), st.integers(1, 130))
def test_reading_gives_what_was_appended(connection, batches, after: int, most: int) -> None:
    records = filled(connection, batches)
    found, _ = segments.read(connection, after, most)
    assert found == records[after:][:most]
    assert segments.tail(connection, most) == records[-most:]


@on_memory
@given(batches, st.integers(0, 7))
def test_the_first_record_of_a_time_is_found(connection, batches, at: int) -> None:
    records = filled(connection, batches)
    found, _ = segments.read(connection, segments.before(connection, at), 1000)
    assert found == [record for record in records if record.at >= at]


@on_memory
@given(batches, st.integers(0, 130), st.integers(0, 7))
def test_retention_drops_exactly_what_is_old_and_done(connection, batches, upto: int, before: int) -> None:
    records = filled(connection, batches)
    count = upkeep.retain(connection, before, min(upto, len(records)))
    kept = [record for record in records if record.offset > upto or record.at >= before]
    assert segments.read(connection, 0, 1000)[0] == kept
    assert count == len(records) - len(kept)


@on_memory
@given(batches, st.sets(keys))
def test_forgetting_takes_exactly_the_keys(connection, batches, gone: set[str]) -> None:
    records = filled(connection, batches)
    count = upkeep.forget(connection, frozenset(gone), lambda _: True)
    kept = [record for record in records if record.key not in gone]
    assert segments.read(connection, 0, 1000)[0] == kept
    assert count == len(records) - len(kept)


def test_large_batches_become_several_segments(connection: apsw.Connection) -> None:
    filled(connection, [[("k", b"x" * 300_000)] * 10, [("k", b"y")] * 1000])
    sizes = [row[0] for row in connection.execute("SELECT last - first + 1 FROM segments")]
    assert sizes == [3, 3, 3, 1, 512, 488]
