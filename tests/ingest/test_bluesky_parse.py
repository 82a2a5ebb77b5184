"""What Jetstream events say: the recorded ones, and shapes derived from the lexicons where none was recorded."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec import encode
from core.time import from_microseconds
from core.types import Deletion, Failure, Kind, Media, Mention, Scope
from ingest.bluesky import parse

RECORDED = Path(__file__).parent.parent / "data/bluesky"
SEEN = datetime(2026, 11, 24, tzinfo=UTC)
TIME_US = 1_783_175_888_094_841
DERIVED = "shapes below that are built by event() are derived from the published lexicons and Jetstream's documentation"


def parsed(payload: bytes, **options: bool):
    return list(parse(payload, "recorded.jsonl", SEEN, **options))


def event(record: object = None, *, operation: str = "create", **more: object) -> bytes:
    commit = {"rev": "3", "operation": operation, "collection": "app.bsky.feed.post", "rkey": "r1", "record": record}
    if record is None:
        del commit["record"]
    whole = {"did": "did:plc:anna", "time_us": TIME_US, "kind": "commit", "commit": commit}
    return json.dumps(whole | more).encode()


def post(**fields: object) -> Mention:
    (mention,) = parsed(event({"text": "hoi", "createdAt": "2026-07-04T14:38:08Z", **fields}))
    assert isinstance(mention, Mention)
    return mention


def test_each_recorded_kind_once():
    first, second = parsed((RECORDED / "golden_v1.jsonl").read_bytes())
    assert isinstance(first, Mention)
    assert first.text == "Try RSV for a good time !!"
    assert first.reply_to == "bluesky:at://did:plc:j76trmiofvaxxpvx2vnb2vwf/app.bsky.feed.post/3mmojbrjwbs26"
    assert first.thread == first.reply_to
    assert (first.kind, first.language) == (Kind.REPLY, "en")
    assert first.seen_at == from_microseconds(1779719009157119)
    assert first.created_at == datetime(2026, 5, 25, 14, 23, 28, 757000, UTC)
    assert isinstance(second, Deletion)
    assert (second.target, second.lifted) == ("bluesky:did:plc:g4ut2w5755qxi3fe7mfs72p4", True)


def test_of_the_recorded_live_events_only_the_posts():
    payload = (RECORDED / "jetstream_v1_a.jsonl").read_bytes()
    mentions = parsed(payload)
    posts = [line for line in payload.splitlines() if json.loads(line)["commit"]["collection"] == "app.bsky.feed.post"]
    assert [mention.text for mention in mentions] == [json.loads(line)["commit"]["record"]["text"] for line in posts]
    assert len({mention.id for mention in mentions}) == 8


def test_recorded_reposts_where_they_are_wanted():
    reposts = [
        m for m in parsed((RECORDED / "jetstream_v1_a.jsonl").read_bytes(), reposts=True) if m.kind is Kind.REPOST
    ]
    assert len(reposts) == 7
    assert all(m.repost_of.startswith("bluesky:at://did:plc:") and m.text == "" for m in reposts)


def test_a_recorded_external_link_is_media_once():
    mentions = parsed((RECORDED / "jetstream_v1_a.jsonl").read_bytes())
    (mention,) = [m for m in mentions if "Tic Tac" in m.text]
    assert [(m.kind, m.url) for m in mention.media] == [
        ("link", "https://www.ufofeed.com/266486/has-anyone-properly-debunked-tic-tac-video/")
    ]


@pytest.mark.parametrize("wrap", [lambda e: e, lambda e: b"\xef\xbb\xbf" + e + b"\r\n\r\n", lambda e: b"[" + e + b"]"])
def test_one_event_lines_or_an_array(wrap):
    assert len(parsed(wrap(event({"text": "hoi", "createdAt": "2026-07-04T14:38:08Z"})))) == 1


def test_a_pretty_printed_event_is_one_event():
    pretty = json.dumps(json.loads(event({"text": "a", "createdAt": "2026-07-04T14:38:08Z"})), indent=2)
    assert len(parsed(pretty.encode())) == 1


def test_facets_count_in_bytes():
    text = "één 👍 voor @jan.nl #Kaas"
    start = len(text[: text.index("@")].encode())
    features = [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:jan"}]
    tag = {
        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Kaas"}],
        "index": {"byteStart": 0, "byteEnd": 1},
    }
    facet = {"index": {"byteStart": start, "byteEnd": start + len("@jan.nl")}, "features": features}
    mention = post(text=text, facets=[facet, tag], tags=["melk", "Kaas"])
    assert (mention.mentions, mention.tags) == (("jan.nl",), ("Kaas", "melk"))


def test_facets_out_of_range_and_of_the_wrong_type_spoil_nothing():
    facet = {
        "index": {"byteStart": 900, "byteEnd": 10**30},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:jan"}],
    }
    assert post(facets=[facet, "x", {"index": None, "features": 5}]).mentions == ("did:plc:jan",)
    assert post(facets="x", langs="nl", embed=5, reply=[], labels=3, tags=[1, None]).text == "hoi"


def test_a_quote_with_pictures():
    quoted = "at://did:plc:bob/app.bsky.feed.post/q1"
    blob = {"$type": "blob", "ref": {"$link": "bafy"}, "mimeType": "image/png", "size": 5}
    embed = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"record": {"uri": quoted, "cid": "c"}},
        "media": {"$type": "app.bsky.embed.images", "images": [{"alt": "een kaas", "image": blob}]},
    }
    mention = post(embed=embed)
    assert (mention.kind, mention.quote_of) == (Kind.QUOTE, f"bluesky:{quoted}")
    url = "https://cdn.bsky.app/img/feed_fullsize/plain/did:plc:anna/bafy"
    assert mention.media == (Media(kind="image", url=url, alt="een kaas"),)


def test_an_embedded_feed_is_no_quote():
    embed = {
        "$type": "app.bsky.embed.record",
        "record": {"uri": "at://did:plc:b/app.bsky.feed.generator/x", "cid": "c"},
    }
    assert (post(embed=embed).quote_of, post(embed=embed).kind) == (None, Kind.POST)


def test_a_video_and_the_authors_own_labels():
    embed = {"$type": "app.bsky.embed.video", "alt": "de storing", "video": {"ref": {"$link": "bafv"}}}
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "porn"}, {"val": "graphic-media"}]}
    mention = post(embed=embed, labels=labels)
    assert (mention.media[0].kind, mention.media[0].alt) == ("video", "de storing")
    assert mention.content_warning == "porn, graphic-media"


def test_entities_from_before_facets():
    entities = [
        {"index": {"start": 0, "end": 3}, "type": "mention", "value": "did:plc:jan"},
        {"index": {"start": 0, "end": 3}, "type": "link", "value": "https://ns.nl"},
    ]
    mention = post(entities=entities)
    assert (mention.mentions, mention.media) == (("did:plc:jan",), (Media(kind="link", url="https://ns.nl"),))


@pytest.mark.parametrize("created", ["2026-07-05T00:00:00Z", "9999-12-31T23:59:59Z", "2026-07-04T20:00:00+00:00"])
def test_a_post_from_the_future_was_written_when_it_was_seen(created):
    assert post(createdAt=created).created_at == from_microseconds(TIME_US)


@pytest.mark.parametrize("created", ["2026-07-04T16:38:08.123456789+02:00", "2026-07-04T14:38:08"])
def test_times_with_too_many_digits_or_no_zone(created):
    assert post(createdAt=created).created_at.replace(microsecond=0) == datetime(2026, 7, 4, 14, 38, 8, tzinfo=UTC)


def test_an_update_is_an_edit_at_the_events_time():
    (mention,) = parsed(event({"text": "beter", "createdAt": "2026-07-04T14:00:00Z"}, operation="update"))
    assert mention.edited_at == mention.seen_at == from_microseconds(TIME_US)


def test_a_delete_needs_no_record():
    (deletion,) = parsed(event(operation="delete"))
    target = "bluesky:at://did:plc:anna/app.bsky.feed.post/r1"
    assert deletion == Deletion(target=target, scope=Scope.MENTION, at=from_microseconds(TIME_US), reason="deleted")


@pytest.mark.parametrize(
    ("status", "reason", "reversible"),
    [
        ("deleted", "account gone", False),
        ("takendown", "account inactive", True),
        ("suspended", "account inactive", True),
        ("deactivated", "account inactive", True),
        (None, "account inactive", True),
    ],
)
def test_accounts_that_go(status, reason, reversible):
    account = {"active": False, "did": "did:plc:anna", "seq": 1, "time": "x", "status": status}
    (deletion,) = parsed(
        json.dumps({"did": "did:plc:anna", "time_us": TIME_US, "kind": "account", "account": account}).encode()
    )
    assert (deletion.scope, deletion.target) == (Scope.AUTHOR, "bluesky:did:plc:anna")
    assert (deletion.reason, deletion.reversible, deletion.lifted) == (reason, reversible, False)


@pytest.mark.parametrize("status", ["desynchronized", "throttled"])
def test_a_relays_own_trouble_takes_nobody_away(status):
    account = {"active": False, "status": status}
    assert parsed(json.dumps({"did": "d", "time_us": TIME_US, "kind": "account", "account": account}).encode()) == []


def test_the_second_protocol():
    payload = {
        "$type": "network.bsky.jetstream.subscribeEvents#commit",
        "seq": 5,
        "did": "did:plc:anna",
        "time": "2026-07-04T14:38:08.094841Z",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "r1",
        "record": {"text": "hoi", "createdAt": "2026-07-04T14:38:08Z"},
    }
    (mention,) = parsed(json.dumps({"$type": "message", "payload": payload}).encode())
    assert (mention.text, mention.seen_at) == ("hoi", from_microseconds(TIME_US))
    assert parsed(b'{"$type":"message","payload":{"$type":"x#info","name":"OutdatedCursor"}}') == []


def test_the_first_form_with_one_letter_words():
    commit = {
        "type": "c",
        "collection": "app.bsky.feed.post",
        "rkey": "r",
        "record": {"text": "a", "createdAt": "2024-08-01T00:00:00Z"},
    }
    (mention,) = parsed(json.dumps({"did": "did:plc:a", "time_us": TIME_US, "type": "com", "commit": commit}).encode())
    assert mention.text == "a"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\xfe{", "undecodable"),
        (b'{"did":"did:plc:a","time_us":1,"kind":"commit","commit":{"rev"', "undecodable"),
        (event({"text": "x", "createdAt": "0000-01-01T00:00:00Z"}), "bad time"),
        (event({"text": "x"}), "bad time"),
        (event({"text": 5, "createdAt": "2026-07-04T14:38:08Z"}), "wrong type"),
        (event({"text": "x", "createdAt": "2026-07-04T14:38:08Z"}, time_us="soon"), "wrong type"),
        (event({"text": "x", "createdAt": "2026-07-04T14:38:08Z"}, time_us=10**18), "bad time"),
        (event(), "incomplete"),
        (event({"text": "x", "createdAt": "2026-07-04T14:38:08Z"}, operation="smash"), "unknown operation"),
        (event({"text": "\ud800", "createdAt": "2026-07-04T14:38:08Z"}), "undecodable"),
        (b'{"did":"a","time_us":1,"kind":"commit"}', "incomplete"),
        (b'{"did":"a","commit":' + b"[" * 200_000, "wrong type"),
        (b"42", "wrong type"),
    ],
)
def test_what_cannot_be_read_is_a_failure_with_its_payload(payload, reason):
    (failure,) = parsed(payload)
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.payload) == (reason, payload)


def test_deep_nesting_in_a_record_is_a_failure():
    deep = event({"text": "x", "createdAt": "y"}).replace(b'"y"', b"[" * 100_000 + b"]" * 100_000)
    assert [type(one) for one in parsed(deep)] == [Failure]


def test_one_bad_line_spoils_no_other():
    good = event({"text": "hoi", "createdAt": "2026-07-04T14:38:08Z"})
    outcomes = parsed(good + b"\n{nonsense\n\n" + good)
    assert [type(outcome) for outcome in outcomes] == [Mention, Failure, Mention]


@given(st.binary())
def test_never_raises_on_bytes(payload):
    assert all(isinstance(outcome, Mention | Deletion | Failure) for outcome in parsed(payload))


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)
_names = st.sampled_from(["text", "createdAt", "langs", "facets", "embed", "reply", "labels", "tags", "entities"])


@given(st.dictionaries(_names, _values))
def test_never_raises_on_odd_records(fields):
    record = {"text": "hoi", "createdAt": "2026-07-04T14:38:08Z", **fields}
    for outcome in parsed(event(record)):
        assert isinstance(outcome, Failure) or (encode(outcome) and outcome.created_at <= outcome.seen_at)


def test_cursor_time_is_kept_to_the_microsecond():
    assert post().seen_at - from_microseconds(TIME_US) == timedelta()
