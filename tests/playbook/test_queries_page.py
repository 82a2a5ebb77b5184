"""docs/queries.md cannot drift from the language: each of its examples is run."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.types import Author, Mention
from playbook.errors import QueryError
from playbook.matching import detected, evaluate
from playbook.queries import parse

PAGE = (Path(__file__).parents[2] / "docs/queries.md").read_text(encoding="utf-8")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def rows(heading: str) -> list[list[str]]:
    """The cells of every table with that heading; a cell in backquotes without them."""
    tables = re.findall(rf"^\| {re.escape(heading)} \|\n\|[-|]+\|\n((?:\|.*\|\n)+)", PAGE, re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()]
    found = [re.fullmatch(r"\| `(.+?)` \| (.*) \|", line) for line in lines]
    assert all(found), lines
    return [[row[1], *row[2].split(" | ")] for row in found if row]


def finds(query: str, text: str) -> bool:
    mention = Mention(id="rss:1", source="rss", author=Author(id="rss:1"), text=text, created_at=AT, seen_at=AT)
    return evaluate(parse(query), detected(mention, "nl")) is True


@pytest.mark.parametrize(("query", "found", "not_found"), rows("Write | Finds | Does not find"))
def test_a_query_finds_what_the_page_says(query, found, not_found):
    assert [text for text in found.split("; ") if not finds(query, text)] == []
    assert [text for text in not_found.split("; ") if finds(query, text)] == []


@pytest.mark.parametrize(("query", "meaning"), rows("Write | Means"))
def test_a_field_can_be_searched(query, meaning):
    assert parse(query, search=True)


@pytest.mark.parametrize(("query", "answer"), rows("Write | Answer"))
def test_a_mistake_is_answered_as_the_page_says(query, answer):
    with pytest.raises(QueryError) as raised:
        parse(query)
    assert str(raised.value).splitlines()[0] == answer


@pytest.mark.parametrize(
    "query", re.findall(r"`([^`\n]+)`", PAGE.partition("Understood:")[2].partition("What does")[0])
)
def test_what_is_said_to_be_understood_is(query):
    assert parse(query + ("nl" if query.endswith(":") else ""))
