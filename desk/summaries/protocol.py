"""One question to a language model by the OpenAI-compatible protocol: POST {base_url}/chat/completions.

As Ollama, the server of llama.cpp and vLLM have it: `model`, `messages`, `max_tokens`, `temperature`, `stream`; an answer with
`choices[0].message.content`, `finish_reason` and `usage.total_tokens`, of which the last two may be missing.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

import aiohttp
import msgspec

from core.errors import Denied, Reject, Retry
from core.retry_after import asked_wait
from core.time import Clock
from desk.summaries.settings import LanguageModelSettings

TRIES = 3
PAUSE = 2.0
"""Seconds before the second try, twice as long before the third, where the server does not say."""
LONGEST = 1024 * 1024
"""Bytes of an answer that are read: one that is longer is no summary."""
_AGAIN = frozenset({408, 409, 425, 429})
_THINKING = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
"""What some models write for themselves before they answer."""


class Message(msgspec.Struct, frozen=True):
    role: str
    content: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The body of the request."""

    model: str
    messages: Sequence[Message]
    max_tokens: int
    temperature: float = 0.0
    stream: bool = False


class _Said(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Said
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    total_tokens: int | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """What the model wrote; `tokens` of question and answer where the server says so; not `whole` where it was cut off."""

    text: str
    tokens: int | None
    whole: bool


Sleep = Callable[[float], Awaitable[None]]
Allow = Callable[[], Awaitable[None]]
"""Called before each request; raises where the budget has no more of them."""


async def complete(
    settings: LanguageModelSettings,
    messages: Sequence[Message],
    *,
    allow: Allow,
    clock: Clock,
    sleep: Sleep = asyncio.sleep,
) -> Completion:
    """The model's answer. Waits and tries again where the server is busy or broken, as long as the time-out lets it.

    Raises Denied where it refuses the key, Reject where it refuses the question or answers something else, Retry where it
    is away, and what `allow` raises.
    """
    body = msgspec.json.encode(Question(model=settings.model, messages=messages, max_tokens=settings.answer_tokens))
    last = Retry("the language model did not answer in time")
    try:
        async with asyncio.timeout(settings.timeout.total_seconds()), aiohttp.ClientSession() as session:
            for turn in range(TRIES):
                await allow()
                try:
                    return _read(await _ask(session, settings, body, clock))
                except Retry as failed:
                    if isinstance(failed, Denied) or turn + 1 == TRIES:
                        raise
                    last = failed
                pause = PAUSE * 2**turn if last.after is None else last.after
                if pause >= settings.timeout.total_seconds():
                    raise last
                await sleep(pause)
    except TimeoutError:
        raise last from None
    raise last


async def _ask(session: aiohttp.ClientSession, settings: LanguageModelSettings, body: bytes, clock: Clock) -> bytes:
    """The body of an answer that says it is one."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if settings.key:
        headers["Authorization"] = f"Bearer {settings.key}"
    address = f"{settings.base_url}/chat/completions"
    try:
        async with session.post(address, data=body, headers=headers, allow_redirects=False) as answer:
            if answer.status == 200:
                return await _whole(answer.content)
            _refused(answer.status, asked_wait(answer.headers.get("Retry-After", ""), clock()))
    except aiohttp.ClientSSLError as error:
        raise Denied("the language model's certificate is not one that this machine trusts") from error
    except (aiohttp.ClientError, ConnectionError) as error:
        raise Retry(f"the language model cannot be reached: {type(error).__name__}") from error


async def _whole(content: aiohttp.StreamReader) -> bytes:
    read = bytearray()
    async for chunk in content.iter_chunked(64 * 1024):
        read += chunk
        if len(read) > LONGEST:
            raise Reject("the language model's answer is too long to be one", reason="answer")
    return bytes(read)


def _refused(status: int, after: float | None) -> NoReturn:
    """What a status means. What the server says beside it is not told: it may repeat the question, or the key."""
    if status in {401, 403}:
        raise Denied(f"the language model refuses the key (it answered {status}): see llm.key")
    if status == 404:
        raise Reject("the language model's server has no such address or model (it answered 404): see llm.base_url and llm.model", reason="address")  # fmt: skip
    if status in _AGAIN or status >= 500:
        raise Retry(f"the language model is busy or broken (it answered {status})", after=after)
    raise Reject(f"the language model refuses the question (it answered {status})", reason="refused")


def _read(body: bytes) -> Completion:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
        choice = answer.choices[0]
    except (msgspec.DecodeError, IndexError) as error:  # a ValidationError is a DecodeError too
        raise Reject("the language model's server answers something else than a completion", reason="answer") from error
    text = _THINKING.sub("", choice.message.content or "").strip()
    if not text:
        raise Reject("the language model answered nothing", reason="answer")
    tokens = answer.usage.total_tokens if answer.usage else None
    return Completion(text=text, tokens=tokens, whole=choice.finish_reason != "length")
