"""What cannot be answered: each a problem document with its status, and headers that say when to come again."""

import asyncio

import msgspec
import pytest

from core.errors import Retry, Stop
from desk.api import asker, problems
from desk.api.answers import Problem
from tests.desk.api.asking import bearer


def _said(error):
    answer = problems.answer(error)
    return answer.status, answer.headers.get("Retry-After"), msgspec.json.decode(answer.body, type=Problem)


@pytest.mark.parametrize(
    ("error", "status", "again"),
    [
        (Retry("the archive is away", after=2.2), 503, "3"),
        (Retry("busy"), 503, "5"),
        (TimeoutError(), 503, "5"),
        (Stop("broken"), 500, None),
    ],
)
def test_an_error_raised_on_purpose_is_its_sentence(error, status, again):
    code, after, problem = _said(error)
    assert (code, after, problem.status, bool(problem.detail)) == (status, again, status, True)


def test_an_error_that_nobody_foresaw_is_no_answer_of_ours():
    assert problems.answer(ValueError("a secret inside")) is None


async def test_an_answer_that_takes_too_long_is_given_up(client, monkeypatch):
    monkeypatch.setattr(asker, "LONGEST", 0.0)
    told = await client.told("/overview", status=503)
    assert "too long" in told["detail"]


async def test_what_nobody_foresaw_goes_to_the_log_and_not_to_the_asker(client, monkeypatch, caplog):
    def broken(*_, **__):
        raise ValueError("a secret inside")

    monkeypatch.setattr(client.archive, "terms", broken)
    answer = await client.get("/api/v1/overview", headers=bearer("both"))
    assert (answer.status, "secret" in await answer.text(), "a secret inside" in caplog.text) == (500, False, True)


async def test_many_questions_at_once_are_all_answered(client):
    told = await asyncio.gather(*(client.told("/overview") for _ in range(12)))
    assert len({one["mentions"] for one in told}) == 1
