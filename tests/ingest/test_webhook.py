"""Messages pushed over HTTP: shapes, signatures, and an answer only when they are durable."""

import asyncio
import base64
import gzip
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.codec import decode, encode
from core.errors import Misconfigured, Reject, Retry
from core.settings import check
from core.telemetry import Count
from core.time import now
from core.types import Author, Deletion, Failure, Kind, Mention, Scope
from ingest._signature import refusal, sign
from ingest.webhook import Settings, build, parse
from tests.ingest.hearing import Dialled, deletion, hearing, mention, tools

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PLAIN = {"id": "7", "text": "Te laat", "author": "Jan", "created_at": "2026-03-01T10:00:00Z", "rating": "4,5"}
# derived: the examples of CloudEvents 1.0 (JSON format, HTTP binding) around our own data
EVENT = {
    "specversion": "1.0",
    "type": "example.review.created",
    "source": "https://reviews.example/shop",
    "id": "A-1",
    "time": "2026-03-01T10:00:00Z",
    "datacontenttype": "application/json",
    "data": {"text": "Te laat", "author": "Jan"},
}


def parsed(value):
    payload = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(parse(payload, "body.json", NOW))


def test_plain_json_is_a_message():
    (found,) = parsed(PLAIN)
    assert (found.id, found.text, found.author.name) == ("webhook:7", "Te laat", "Jan")
    assert (found.rating, found.kind, found.created_at.day) == (4.5, Kind.REVIEW, 1)


def test_a_list_is_several_and_a_bad_one_among_them_is_a_failure():
    found = parsed([PLAIN, {"author": "Piet"}, PLAIN | {"id": "8"}])
    assert [type(item) for item in found] == [Mention, Failure, Mention]


def test_our_own_message_is_taken_as_it_is():
    own = replace(mention(1, created_at=NOW - timedelta(1), author=Author(id="webhook:anna")), id="webhook:1")
    own = replace(own, source="webhook")
    assert parsed(encode(own)) == [own]


EXPORTED = {"source": "file", "id": "file:a/1", "author_id": "file:jan", "text": "overschreven"}
FOREIGN = {
    "deletion": json.loads(encode(deletion("file:a/1"))),
    "account": json.loads(encode(deletion("bluesky:did:plc:x", Scope.AUTHOR))),
    "mention": json.loads(encode(mention(1))),
    "exported row": EXPORTED,
    "wrapped": EVENT | {"data": json.loads(encode(deletion("file:a/1")))},
}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_record_of_another_source_is_refused_also_when_it_is_replayed(case):
    (failure,) = parsed(FOREIGN[case])
    assert (failure.reason, "belongs to another source" in failure.detail) == ("foreign id", True)
    assert [again.reason for again in parsed(failure.payload)] == ["foreign id"]
    with pytest.raises(Reject):
        decode(failure.payload)


def test_a_structured_cloud_event_gives_its_data_id_origin_and_time():
    (found,) = parsed(EVENT)
    assert found.id == "webhook:https://reviews.example/shop/A-1"
    assert (found.text, found.created_at) == ("Te laat", NOW.replace(day=1, hour=10))


def test_a_batch_of_cloud_events():
    assert [item.text for item in parsed([EVENT, EVENT | {"id": "A-2"}])] == ["Te laat", "Te laat"]


def test_data_in_base64():
    event = {key: value for key, value in EVENT.items() if key != "data"}
    (found,) = parsed(event | {"data_base64": base64.b64encode(b'{"text": "hoi"}').decode()})
    assert found.text == "hoi"


def test_a_deletion_names_what_a_message_was_called():
    gone = EVENT | {"type": "example.review.deleted", "data": {"id": "A-1"}}
    (created,), (deleted,) = parsed(EVENT), parsed(gone)
    assert deleted == Deletion(target=created.id, scope="mention", at=NOW.replace(day=1, hour=10), reason="deleted")
    assert parsed({"id": "7", "deleted": True})[0].target == parsed(PLAIN)[0].id
    assert parsed(gone | {"data": None, "subject": "A-1"})[0].target == created.id


POISON = {
    b"{": "not JSON",
    b"\xff": "not UTF-8",
    b'{"text": "\\udc00"}': "lone surrogate",
    b'{"text": "a\\u0000"}': "NUL character",
    b"[" * 100_000: "too deep",
    b'{"text": ["a"]}': "wrong type",
    b'"a"': "wrong type",
    b'{"text": "a", "date": "0000-01-01"}': "unreadable date",
    b'{"text": "a", "date": "9999-01-01"}': "time out of range",
    b'{"specversion": "1.0", "type": "x", "data": {"text": "a"}}': "not a CloudEvent",
    b'{"specversion": "1.0", "type": "x", "source": "y", "id": "1", "data": 3}': "wrong type",
    b'{"deleted": true}': "no id",
    b'{"text": "' + b"x" * 10_000_000 + b'"}': "text too long",
}


@pytest.mark.parametrize("body", POISON, ids=POISON.values())
def test_poison_is_a_failure_with_its_reason(body):
    assert [item.reason for item in parsed(body)] == [POISON[body]]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*PLAIN, *EVENT, "type", "target", "scope", "at"]), inner, max_size=6)
        ),
    )
)
def test_any_json_gives_messages_or_failures(value):
    assert all(isinstance(item, (Mention, Deletion, Failure)) for item in parsed(value))


# --- who may push ----------------------------------------------------------------------------------------------------


def signed(secret, body, *, at=NOW, identifier="m1"):
    signature = sign(secret, identifier=identifier, at=at, body=body)
    return {"webhook-id": identifier, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def refused(headers, body=b"x", **known):
    return refusal(headers, body, **({"secret": "", "token": "", "window": 300, "now": NOW} | known))


def test_the_signature_is_the_one_of_standard_webhooks():
    # The example of the Standard Webhooks specification's reference libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    body = b'{"test": 2432232314}'
    signature = sign(secret, identifier="msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, body=body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_fitting_signature_lets_in_also_among_several():
    headers = signed("s3cret", b"x")
    assert refused(headers, secret="s3cret") is None
    assert refused(headers | {"webhook-signature": f"v1,AAAA {headers['webhook-signature']}"}, secret="s3cret") is None


WRONG = {
    "no signature": {},
    "another secret": signed("guess", b"x"),
    "another body": signed("s3cret", b"y"),
    "an old one": signed("s3cret", b"x", at=NOW - timedelta(hours=1)),
    "one from the future": signed("s3cret", b"x", at=NOW + timedelta(hours=1)),
    "no time": signed("s3cret", b"x") | {"webhook-timestamp": "soon"},
    "another id": signed("s3cret", b"x") | {"webhook-id": "m2"},
    "no ASCII": signed("s3cret", b"x") | {"webhook-signature": "v1,é\udc80"},
}


@pytest.mark.parametrize("case", WRONG)
def test_anything_else_is_refused(case):
    assert "s3cret" not in refused(WRONG[case], secret="s3cret")


def test_a_bearer_token_lets_in_instead():
    assert refused({"authorization": "Bearer t0ken"}, token="t0ken") is None
    assert refused({"authorization": "Bearer t0ke"}, token="t0ken")


def test_listening_to_the_world_needs_a_secret():
    with pytest.raises(Misconfigured, match="needs a secret or a token"):
        check(Settings, {"host": "0.0.0.0"}, where="webhook")


# --- the connector ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def pushing(tmp_path, *, log=lambda log: log, running=True, **settings):
    """A listening webhook and a runner behind it, and what POSTs to it."""
    given = Settings(**({"port": 0, "wait": "60s"} | settings))
    async with (
        hearing(tmp_path) as heard,
        build(given, tools(tmp_path)) as connector,
        aiohttp.ClientSession() as session,
    ):
        runner = asyncio.create_task(heard.run(connector, log=log(heard.log))) if running else None

        async def post(body, **headers):
            body = body if isinstance(body, (bytes, str)) else json.dumps(body)
            headers = {"Content-Type": "application/json"} | {name.replace("_", "-"): v for name, v in headers.items()}
            async with session.post(f"http://127.0.0.1:{connector.port}/", data=body, headers=headers) as response:
                return response.status, await response.json(content_type=None), response.headers

        try:
            if runner:
                await connector.listening.wait()
            yield heard, post
        finally:
            heard.stop.set()
            if runner:
                await runner


async def test_accepted_means_durable(tmp_path):
    async with pushing(tmp_path) as (heard, post):
        status, answer, _ = await post(PLAIN)
        assert (status, answer["accepted"]) == (202, 1)
        assert [message.id for message in await heard.mentions()] == ["webhook:7"]


async def test_nothing_is_accepted_before_it_is_durable(tmp_path):
    entered, free = asyncio.Event(), asyncio.Event()

    class Slow(Dialled):
        async def append(self, topic, entries):
            entered.set()
            await free.wait()
            return await super().append(topic, entries)

    async with pushing(tmp_path, log=Slow) as (heard, post):
        asked = asyncio.create_task(post(PLAIN))
        await entered.wait()
        assert (asked.done(), await heard.mentions()) == (False, [])
        free.set()
        assert (await asked)[0] == 202


async def test_a_log_that_fails_is_503_and_the_same_again_is_accepted_once(tmp_path):
    async with pushing(tmp_path, log=lambda log: Dialled(log, append=[Retry("disk busy")])) as (heard, post):
        status, _, headers = await post(PLAIN)
        assert (status, headers["Retry-After"]) == (503, "5")
        while (await post(PLAIN))[0] != 202:  # noqa: ASYNC110 - that is what a sender does
            await asyncio.sleep(0.01)
        await post(PLAIN)
        assert len(await heard.mentions()) == 1


async def test_a_log_that_is_slow_is_503(tmp_path):
    class Slow(Dialled):
        async def append(self, topic, entries):
            await asyncio.sleep(0.3)
            return await super().append(topic, entries)

    async with pushing(tmp_path, log=Slow, wait="0.05s") as (_, post):
        assert (await post(PLAIN))[0] == 503


async def test_nobody_listening_is_503(tmp_path):
    async with pushing(tmp_path, running=False) as (_, post):
        assert (await post(PLAIN))[0] == 503


async def test_stopping_tells_who_waits_to_come_again(tmp_path):
    async with pushing(tmp_path) as (heard, post):
        heard.stop.set()
        await asyncio.sleep(0.05)
        assert (await post(PLAIN))[0] == 503


async def test_binary_mode(tmp_path):
    attributes = {"ce-specversion": "1.0", "ce-type": "x", "ce-source": "/shop%20a", "ce-id": "1"}
    async with pushing(tmp_path) as (heard, post):
        assert (await post({"text": "Te laat"}, **attributes))[0] == 202
        assert (await post("gewoon tekst", **{"Content-Type": "text/plain"}, **attributes | {"ce-id": "2"}))[0] == 202
        assert [(m.id, m.text) for m in await heard.mentions()] == [
            ("webhook:/shop a/1", "Te laat"),
            ("webhook:/shop a/2", "gewoon tekst"),
        ]


@pytest.mark.parametrize("kind", ["application/cloudevents+json; charset=utf-8", "application/cloudevents-batch+json"])
async def test_structured_and_batch_mode(tmp_path, kind):
    async with pushing(tmp_path) as (_, post):
        assert (await post([EVENT] if "batch" in kind else EVENT, **{"Content-Type": kind}))[0] == 202


async def test_a_record_of_another_source_takes_a_trusted_sender(tmp_path):
    for trusted, answers in ((False, [400] * 5), (True, [202] * 5)):
        async with pushing(tmp_path / str(trusted), trusted=trusted) as (_, post):
            assert [(await post(FOREIGN[case]))[0] for case in FOREIGN] == answers


async def test_what_of_a_list_is_refused_is_told_and_set_aside(tmp_path):
    async with pushing(tmp_path) as (heard, post):
        status, answer, _ = await post([PLAIN, {"text": 3}])
        assert (status, answer["accepted"]) == (202, 1)
        assert answer["refused"] == [{"reason": "wrong type", "detail": "text should be a string, not a number"}]
        assert [letter.error for letter in await heard.dead()] == ["wrong type"]


REFUSED = {
    "not JSON": (400, "{", {}),
    "no message": (400, "[]", {}),
    "one bad message": (400, '{"author": "Jan"}', {}),
    "another content type": (415, "<a/>", {"Content-Type": "application/xml"}),
    "too large": (413, json.dumps({"text": "x" * 10_000}), {}),
    "no signature": (401, "{}", {"webhook-signature": "v1,no", "Authorization": "x"}),
    "a bomb": (413, gzip.compress(b" " * 1_000_000), {"Content-Encoding": "gzip"}),
    "damaged packing": (400, b"\x1f\x8b no", {"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_refusals_have_a_status_and_one_sentence(tmp_path, case):
    expected, body, headers = REFUSED[case]
    async with pushing(tmp_path, most=4096, token="t0ken") as (heard, post):
        status, answer, _ = await post(body, **({"Authorization": "Bearer t0ken"} | headers))
        assert (status, list(answer)) == (expected, ["error"]), answer
        assert await heard.mentions() == []


SENTENCES = {
    "the content type is missing; send application/json, ": ("hoi", {"Content-Type": ""}),
    'the content type "application/xml" is not taken; send application/json, ': (
        "",
        {"Content-Type": "application/xml"},
    ),
    "the body is not UTF-8 text (byte 9)": (b'{"text":"\xff"}', {}),
    "the body is not JSON: ": ("{", {}),
    "line 2 is not UTF-8 text (byte 1)": (b'{}\n"\xff"', {"Content-Type": "application/jsonl"}),
    "the event lacks id or source": ({"text": "a"}, {"ce-specversion": "1.0"}),
    "the event's data is not JSON: ": (EVENT | {"data": None, "data_base64": "ew=="}, {}),
    "it is not an object with fields": ("3", {}),
    "there is no text in it": ('{"author": "Jan"}', {}),
}


@pytest.mark.parametrize("sentence", SENTENCES)
async def test_what_is_refused_whole_is_said_in_a_sentence_and_set_aside(tmp_path, sentence):
    body, headers = SENTENCES[sentence]
    async with pushing(tmp_path) as (heard, post):
        status, answer, _ = await post(body, **headers)
        letters = await heard.dead()
        details = [letter.detail for letter in letters]
        assert status in {400, 415}
        assert answer["error"] == details[0]
        assert [detail for detail in details if detail.startswith(sentence)]
        assert sum(heard.count(Count.DEAD, "ingest", letter.error) for letter in letters[:1]) == 1


async def test_who_is_not_let_in_leaves_nothing(tmp_path):
    async with pushing(tmp_path, token="t0ken") as (heard, post):
        assert (await post("{", Authorization="Bearer guess"))[0] == 401
        assert await heard.dead() == []


async def test_a_signed_request_gets_in(tmp_path):
    body = json.dumps(PLAIN).encode()
    async with pushing(tmp_path, secret="s3cret") as (_, post):
        assert (await post(body, **signed("s3cret", body, at=now())))[0] == 202
        assert (await post(body))[0] == 401


async def test_the_time_in_which_nobody_listened_is_a_gap(tmp_path):
    async with build(Settings(port=0), tools(tmp_path)) as connector:
        batches = connector.batches("in", (now() - timedelta(hours=1)).isoformat())
        first = await anext(batches)
        await batches.aclose()
    assert first.gap == "klankbord was not listening"
    assert timedelta(minutes=59) < first.until - first.since
