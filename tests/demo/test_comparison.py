"""The comparison with the truth, on a real archive that holds it, or nearly."""

from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

import pytest

from core.ports import Tools
from core.time import now
from core.types import Author, Coverage, Deletion, Enriched, Mention, Scope
from klankbord.demo.comparison import agreement, compare
from klankbord.demo.truth import expected
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks import sqlite

FEW = 120


@asynccontextmanager
async def archive_of(folder, items):
    tools = Tools(clock=now, random=Random(1), cache=folder, report=print)
    settings = sqlite.Settings(path=folder / "archive.db")
    async with sqlite.build(settings, tools, erased=lambda _: False, matches=matches, spans=highlights) as archive:
        assert await archive.write(items) == []
        yield archive


@pytest.fixture
def some(told):
    """The truth of the first messages alone."""
    return expected(replace(told, messages=told.messages[:FEW], accounts=()))


def gap(truth) -> Coverage:
    return Coverage(
        source=truth.gap_source,
        stream="posts",
        cursor_to="1",
        since=truth.gap.since,
        until=truth.gap.until,
        gap="the server no longer keeps events as old as the cursor",
    )


def mentions(truth) -> list[Enriched]:
    return [
        Enriched(
            mention=Mention(
                id=f"{source}:{native}",
                source=source,
                author=Author(id=f"{source}:someone"),
                text=meant.text,
                created_at=meant.at,
                seen_at=truth.now,
            )
        )
        for (source, native), meant in truth.found.items()
    ]


async def test_an_archive_that_holds_the_truth_has_no_difference(some, tmp_path):
    async with archive_of(tmp_path, [*mentions(some), gap(some)]) as archive:
        assert await compare(archive, some, dead=dict(some.dead)) == []


async def test_a_missing_message_is_named(some, tmp_path):
    lost, *others = mentions(some)
    async with archive_of(tmp_path, [*others, gap(some)]) as archive:
        first, *rest = await compare(archive, some)
    assert first == f"1 messages are missing, such as {lost.mention.id}"
    assert rest


async def test_an_old_text_is_named(some, tmp_path):
    from msgspec.structs import replace as changed

    one, *others = mentions(some)
    old = changed(one, mention=changed(one.mention, text="what it said before"))
    async with archive_of(tmp_path, [old, *others, gap(some)]) as archive:
        assert await compare(archive, some) == [f"1 messages have another text, such as {one.mention.id}"]


async def test_a_deleted_message_is_missed(some, tmp_path):
    one = mentions(some)[0].mention.id
    deletion = Deletion(target=one, scope=Scope.MENTION, at=some.now, reason="deleted")
    async with archive_of(tmp_path, [*mentions(some), deletion, gap(some)]) as archive:
        assert f"1 messages are missing, such as {one}" in await compare(archive, some)


async def test_a_gap_that_nobody_told_is_a_difference(some, tmp_path):
    async with archive_of(tmp_path, mentions(some)) as archive:
        (difference,) = await compare(archive, some)
    assert "was not collected" in difference


async def test_inputs_set_aside_are_counted(some, tmp_path):
    async with archive_of(tmp_path, [*mentions(some), gap(some)]) as archive:
        differences = await compare(archive, some, dead={**some.dead, "rss": 7})
    assert differences == ["7 messages were set aside from rss, there must be 1"]


async def test_agreement_is_nothing_where_nothing_was_found(some, tmp_path):
    async with archive_of(tmp_path, mentions(some)) as archive:
        assert await agreement(archive, some) == {"language": 0.0, "sentiment": 0.0}
