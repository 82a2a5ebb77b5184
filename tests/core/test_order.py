from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.order import of_deletion, of_enriched, pack
from core.types import Author, Deletion, Enriched, Mention, Scope

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def enriched(*, created=NOON, edited=None, seen=NOON + timedelta(hours=1), generation=0):
    author = Author(id="file:a")
    mention = Mention(
        id="file:1", source="file", author=author, text="hoi", created_at=created, edited_at=edited, seen_at=seen
    )
    return Enriched(mention=mention, generation=generation)


def test_parts_compare_as_a_tuple():
    steps = [
        pack(5),
        pack(5, generation=1),
        pack(5, judgements=1),
        pack(5, judgements=1, generation=3),
        pack(5, judgements=2),
        pack(5, deletion=True),
        pack(6),
    ]
    assert all(earlier < later for earlier, later in combinations(steps, 2))


@given(
    a=st.tuples(st.integers(0, 2**44 - 1), st.booleans(), st.integers(0, 255), st.integers(0, 1023)),
    b=st.tuples(st.integers(0, 2**44 - 1), st.booleans(), st.integers(0, 255), st.integers(0, 1023)),
)
def test_packing_keeps_order_and_fits_63_bits(a, b):
    left, right = (pack(t, deletion=d, judgements=j, generation=g) for t, d, j, g in (a, b))
    assert (left < right) == (a < b)
    assert 0 <= left < 2**63


def test_an_edit_beats_the_judged_original():
    assert of_enriched(enriched(edited=NOON + timedelta(minutes=1))) > of_enriched(enriched(), judgements=9)


def test_an_untouched_second_sight_is_equal():
    assert of_enriched(enriched(seen=NOON + timedelta(days=3))) == of_enriched(enriched())


def test_a_clock_ahead_cannot_outrun_its_deletion():
    ahead = enriched(created=NOON + timedelta(days=400), seen=NOON)
    gone = Deletion(target="file:1", scope=Scope.MENTION, at=NOON + timedelta(seconds=1), reason="deleted")
    assert of_deletion(gone) > of_enriched(ahead, judgements=255)


def test_a_deletion_beats_everything_of_its_own_millisecond():
    gone = Deletion(target="file:1", scope=Scope.MENTION, at=NOON, reason="deleted")
    assert of_deletion(gone) > of_enriched(enriched(generation=1023), judgements=10_000)


@pytest.mark.parametrize(("time", "generation"), [(-1, 0), (2**44, 0), (0, 1024), (0, -1)])
def test_what_does_not_fit_is_refused(time, generation):
    with pytest.raises(ValueError, match="does not fit"):
        pack(time, generation=generation)
