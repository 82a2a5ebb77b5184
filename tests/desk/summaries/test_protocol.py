"""One question by the OpenAI-compatible protocol, to a strict double of a server."""

import asyncio
from datetime import UTC, datetime

import pytest

from core.errors import Denied, Misconfigured, Reject, Retry
from core.settings import check
from desk.summaries.protocol import LONGEST, Message, complete
from desk.summaries.settings import LanguageModelSettings
from tests.desk.summaries.double import KEY, body, cut_off, double, status

QUESTION = [Message("system", "be short"), Message("user", "what?")]


async def ask(server, *, waited=None, allow=None, **changes):
    async def sleep(seconds):
        if waited is not None:
            waited.append(seconds)

    async def allowed():
        pass

    settings = server.settings.model_copy(update=changes)
    clock = lambda: datetime(2026, 1, 1, tzinfo=UTC)  # noqa: E731 - one line
    return await complete(settings, QUESTION, allow=allow or allowed, clock=clock, sleep=sleep)


async def test_a_question_is_answered():
    async with double() as server:
        found = await ask(server)
    assert (found.text, found.tokens, found.whole) == ("Het gaat over de trein [1].", 100, True)
    assert [message["content"] for message in server.asked[0]["messages"]] == ["be short", "what?"]


async def test_an_answer_that_was_cut_off_by_its_length_says_so():
    async with double() as server:
        server.finish = "length"
        assert not (await ask(server)).whole


async def test_what_a_model_thinks_for_itself_is_no_answer():
    async with double() as server:
        server.says = "<think>\nhm [1]\n</think>\nKort [1]."
        assert (await ask(server)).text == "Kort [1]."


async def test_usage_may_be_missing():
    async with double() as server:
        server.acts = [body(b'{"choices": [{"message": {"content": "Ja [1]."}}]}')]
        assert (await ask(server)).tokens is None


@pytest.mark.parametrize(
    ("act", "waits"),
    [
        (status(429, Retry_After="7"), [7.0]),
        (status(500), [2.0]),
        (status(503, Retry_After="nonsense"), [2.0]),
        (cut_off, [2.0]),
    ],
)
async def test_what_passes_is_tried_again(act, waits):
    waited = []
    async with double() as server:
        server.acts = [act]
        assert (await ask(server, waited=waited)).text
    assert waited == waits


async def test_a_wait_that_is_longer_than_the_time_out_is_not_begun():
    waited = []
    async with double() as server:
        server.acts = [status(429, Retry_After="3600")]
        with pytest.raises(Retry) as raised:
            await ask(server, waited=waited)
    assert (raised.value.after, waited) == (3600.0, [])


async def test_it_gives_up_after_three_tries_each_of_which_was_allowed():
    allowed, waited = [], []

    async def allow():
        allowed.append(1)

    async with double() as server:
        server.acts = [status(500)] * 5
        with pytest.raises(Retry, match=r"busy or broken \(it answered 500\)"):
            await ask(server, allow=allow, waited=waited)
    assert (server.requests, len(allowed), waited) == (3, 3, [2.0, 4.0])


async def test_what_is_not_allowed_is_not_asked():
    async def allow():
        raise Reject("used up", reason="budget")

    async with double() as server:
        with pytest.raises(Reject, match="used up"):
            await ask(server, allow=allow)
    assert server.requests == 0


@pytest.mark.parametrize(
    ("act", "error", "sentence"),
    [
        (status(403), Denied, "refuses the key (it answered 403)"),
        (status(404), Reject, "no such address or model"),
        (status(400), Reject, "refuses the question (it answered 400)"),
        (status(302, Location="/v1/chat/completions"), Reject, "refuses the question (it answered 302)"),
        (body(b"<html>"), Reject, "something else than a completion"),
        (body(b'{"choices": []}'), Reject, "something else than a completion"),
        (body(b'{"choices": [{"message": {"content": 7}}]}'), Reject, "something else than a completion"),
        (body(b'{"choices": [{"message": {"content": " "}}]}'), Reject, "answered nothing"),
        (body(b" " * (LONGEST + 1)), Reject, "too long to be one"),
    ],
)
async def test_what_never_passes_is_a_sentence_at_once(act, error, sentence):
    async with double() as server:
        server.acts = [act]
        with pytest.raises(error) as raised:
            await ask(server)
    assert sentence in str(raised.value)
    assert KEY not in str(raised.value)
    assert server.requests == 1


async def test_a_wrong_key_is_refused_and_not_told():
    async with double() as server:
        with pytest.raises(Denied) as raised:
            await ask(server, key="sk-wrong")
    assert "sk-wrong" not in f"{raised.value!r} {server.settings.model_copy(update={'key': 'sk-wrong'})!r}"


async def test_a_server_that_is_slow_is_left():
    over = asyncio.Event()

    async def slow(_):
        await over.wait()

    async with double(timeout="0.2s") as server:
        server.acts = [slow]
        with pytest.raises(Retry, match="did not answer in time"):
            await ask(server)
        over.set()


async def test_a_server_that_is_not_there_is_a_sentence():
    async with double() as server:
        pass
    with pytest.raises(Retry, match="the language model cannot be reached"):
        await ask(server)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"base_url": "http://models.example/v1"},
            "llm: base_url: a server on another machine is spoken to by https alone",
        ),
        ({"base_url": "ftp://127.0.0.1"}, "llm: base_url: give an address like http://127.0.0.1:11434/v1"),
        (
            {"base_url": "https://me:secret@models.example"},
            "llm: base_url: leave user and password out; `key` is the place for a secret",
        ),
        ({"base_url": "https://models.example", "model": ""}, "llm: (top): base_url and model: give both or neither"),
        ({"timout": "5s"}, 'llm: timout: unknown key; did you mean "timeout"?'),
    ],
)
def test_settings_that_are_wrong_are_sentences(settings, sentence):
    with pytest.raises(Misconfigured) as error:
        check(LanguageModelSettings, {"base_url": "http://localhost:1/v1", "model": "m"} | settings, where="llm")
    assert error.value.mistakes == (sentence,)
