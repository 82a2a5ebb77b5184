"""The checker finds what is planted: a loss, a duplicate, a stale version, text that was deleted, a letter too many or few."""

from dataclasses import replace

import pytest

from tests.chaos.checker import Archived, Held, check
from tests.chaos.ledger import ledger_of
from tests.chaos.plan import POISONED, Delete, Judge, Leave, Poison, Say, plan

BATCHES = plan(7, 2_000, poison_every=10)
LEDGER = ledger_of(BATCHES)


def perfect():
    """What is held after a run in which nothing went wrong."""
    standing = LEDGER.standing.values()
    archived = [Archived(id=one.id, text=f"de klank {one.mark}", judged=dict(one.judged)) for one in standing]
    letters = [f"broken {token} input".encode() for token in LEDGER.poison]
    traces = {one.mark: "log topic mentions" for one in standing}
    return Held(archived=archived, count=len(archived), letters=letters, traces=traces)


def planted(**changes):
    return check(LEDGER, replace(perfect(), **changes))


def without(*ids):
    return [one for one in perfect().archived if one.id not in ids]


SOME = next(one for one in LEDGER.standing.values() if len(one.marks) > 1 and not one.judged)
JUDGED = next(one for one in LEDGER.standing.values() if one.judged)
GONE = next(one for one in LEDGER.messages.values() if one.gone)


def test_a_perfect_end_is_all_zeros():
    verdict = check(LEDGER, perfect())
    count = len(LEDGER.poison)
    assert verdict.line == f"0 lost, 0 duplicated, 0 stale, 0 undeleted, {count} dead letters ({count} expected)"
    assert verdict.good
    assert verdict.examples() == []


def test_a_loss_is_found():
    archived = without(SOME.id)
    verdict = planted(archived=archived, count=len(archived))
    assert verdict.line.startswith("1 lost, 0 duplicated, 0 stale, 0 undeleted")
    assert verdict.examples() == [f"lost: {SOME.id} is not archived: {SOME.mark}"]


def test_a_judgement_that_is_lost_is_found():
    archived = [*without(JUDGED.id), Archived(id=JUDGED.id, text=JUDGED.mark)]
    verdict = planted(archived=archived)
    assert verdict.line.startswith("1 lost, 0 duplicated")
    assert JUDGED.id in verdict.examples()[0]


def test_a_duplicate_is_found():
    twin = next(one for one in perfect().archived if one.id == SOME.id)
    archived = [*perfect().archived, twin]
    assert planted(archived=archived, count=len(archived)).line.startswith("0 lost, 1 duplicated")


def test_a_message_under_a_second_id_is_found():
    archived = [*perfect().archived, Archived(id="file:other/1", text=SOME.mark)]
    verdict = planted(archived=archived, count=len(archived))
    assert len(verdict.duplicated) == 2
    assert "file:other/1" in verdict.examples()[0]


def test_a_count_that_is_more_than_the_list_is_found():
    assert planted(count=len(perfect().archived) + 1).line.startswith("0 lost, 1 duplicated")


def test_a_stale_version_is_found():
    archived = [*without(SOME.id), Archived(id=SOME.id, text=SOME.marks[0])]
    verdict = planted(archived=archived)
    assert verdict.line.startswith("0 lost, 0 duplicated, 1 stale, 0 undeleted")
    assert verdict.examples() == [f"stale: {SOME.id} holds {SOME.marks[0]}, not {SOME.mark}"]


def test_old_words_that_a_search_still_finds_are_stale():
    assert planted(found={SOME.marks[0]: 1, GONE.marks[0]: 0}).line.startswith("0 lost, 0 duplicated, 1 stale")


def test_a_deleted_message_that_is_archived_is_found():
    archived = [*perfect().archived, Archived(id=GONE.id, text=GONE.marks[0])]
    verdict = planted(archived=archived, count=len(archived))
    assert verdict.line.startswith("0 lost, 0 duplicated, 0 stale, 1 undeleted")


@pytest.mark.parametrize("held", [{"traces": {GONE.marks[0]: "archive.db"}}, {"found": {GONE.marks[0]: 1}}])
def test_deleted_text_that_stands_anywhere_is_found(held):
    verdict = planted(**held)
    assert verdict.line.startswith("0 lost, 0 duplicated, 0 stale, 1 undeleted")
    assert GONE.marks[0] in verdict.examples()[0]


def test_a_dead_letter_that_is_missing_is_found():
    verdict = planted(letters=perfect().letters[1:])
    count = len(LEDGER.poison)
    assert verdict.line.endswith(f"{count - 1} dead letters ({count} expected)")
    assert not verdict.good
    assert "no dead letter of gif-" in verdict.examples()[0]


@pytest.mark.parametrize("letter", [b"gif-999999- from nowhere", b"a bug"])
def test_a_dead_letter_that_nobody_planned_is_found(letter):
    verdict = planted(letters=[*perfect().letters, letter])
    assert not verdict.good
    assert "nobody" in verdict.examples()[0]


def test_a_letter_set_aside_twice_or_of_a_message_that_came_later_counts_once_or_not():
    letters = [*perfect().letters, perfect().letters[0], f"breekpunt {SOME.marks[0]}".encode()]
    assert planted(letters=letters).good


def test_text_without_a_mark_is_found():
    archived = [*perfect().archived, Archived(id="file:in/1", text="iets anders")]
    assert planted(archived=archived, count=len(archived)).stale


def test_the_same_seed_plans_the_same_and_another_one_something_else():
    assert plan(7, 2_000, poison_every=10) == BATCHES
    assert plan(8, 2_000, poison_every=10) != BATCHES


@pytest.mark.parametrize("kind", [Say, Delete, Leave, Judge, Poison])
def test_the_plan_holds_every_kind_of_act(kind):
    assert any(isinstance(act, kind) for batch in BATCHES for act in batch)


def test_every_hundredth_batch_holds_poison_of_each_kind():
    batches = plan(7, 20_000)
    poisoned = [[act.where for act in batch if isinstance(act, Poison)] for batch in batches]
    assert {tuple(places) for places in poisoned} == {(), POISONED}
    assert len([places for places in poisoned if places]) == -(-(len(batches) - 50) // 100)


def test_nobody_speaks_after_leaving_and_nothing_is_said_of_what_is_gone():
    gone, left = set(), set()
    for act in (act for batch in BATCHES for act in batch if not isinstance(act, Poison)):
        assert (act.connector, act.author) not in left
        if isinstance(act, Leave):
            left.add((act.connector, act.author))
            continue
        assert act.number not in gone
        if isinstance(act, Delete):
            gone.add(act.number)
