"""What Mastodon's entities and events say: the recorded ones, and shapes derived from its documentation and its forks."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec import encode
from core.types import Deletion, Failure, Kind, Media, Mention, VerifiedLink, Visibility
from ingest._sse import Event, EventReader
from ingest.mastodon import parse

RECORDED = Path(__file__).parent.parent / "data/mastodon"
SEEN = datetime(2026, 11, 24, tzinfo=UTC)
DERIVED = "statuses built by status() are derived from the documented entities; so are the streaming events around them"


def parsed(payload: bytes):
    return list(parse(payload, "recorded.json", SEEN))


def recorded(name: str):
    return parsed((RECORDED / name).read_bytes())


def status(**fields: object) -> dict[str, object]:
    account = {
        "id": "7",
        "acct": "anna",
        "url": "https://nl.example/@anna",
        "display_name": "Anna",
        "followers_count": 3,
    }
    base = {"id": "115", "created_at": "2026-08-01T10:00:00.000Z", "visibility": "public", "content": "<p>hoi</p>"}
    return {**base, "account": account, **fields}


def one(**fields: object) -> Mention:
    (mention,) = parsed(json.dumps(status(**fields)).encode())
    assert isinstance(mention, Mention)
    return mention


def test_the_recorded_stream_as_text_and_as_an_exchange_is_the_same():
    (mention,) = recorded("test_stream_user_local.sse")
    assert mention.id == "mastodon:localhost:3000/117024248092393661"
    assert (mention.text, mention.language) == ("it's cool guy", "ja")
    assert (mention.author.handle, mention.author.followers, mention.author.bot) == ("mastodonpy_test", 0, False)
    assert (mention.engagement.likes, mention.engagement.read_at) == (0, SEEN)
    assert recorded("test_stream_user_local.json") == [mention]


def test_the_recorded_edit_comes_as_two_versions():
    first, second = recorded("test_status_edit.json")
    assert first.id == second.id
    assert first.edited_at is None
    assert "VS Code" in first.text
    assert second.edited_at == datetime(2026, 8, 1, 13, 54, 0, 695000, UTC)
    assert "Kate" in second.text


def test_the_recorded_reply_and_its_deletion():
    first, reply, gone, gone_too = recorded("test_status_reply.json")
    assert (reply.kind, reply.reply_to, reply.mentions) == (Kind.REPLY, first.id, ("mastodonpy_test_2",))
    assert [gone.target, gone_too.target] == [reply.id, first.id]


def test_the_recorded_boost_is_a_repost_and_taking_it_back_a_deletion():
    first, boost, unboost, gone = recorded("test_status_reblog_unreblog.json")
    assert (boost.kind, boost.repost_of, boost.visibility) == (Kind.REPOST, first.id, Visibility.UNLISTED)
    assert [unboost.target, gone.target] == [boost.id, first.id]


def test_the_recorded_timeline_gives_each_version_once():
    mention, gone = recorded("test_hashtag_tl.json")
    assert (mention.tags, mention.text) == (("hoot",), "#hoot (hashtag toot)")
    assert isinstance(gone, Deletion)


def test_the_recorded_search_found_accounts_only():
    assert recorded("test_search.json") == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("public", Visibility.PUBLIC),
        ("unlisted", Visibility.UNLISTED),
        ("private", Visibility.FOLLOWERS),
        ("direct", Visibility.DIRECT),
        ("local", Visibility.UNKNOWN),
        (None, Visibility.UNKNOWN),
    ],
)
def test_visibility_is_never_wider_than_said(said, meant):
    assert one(visibility=said).visibility is meant


@pytest.mark.parametrize(
    "fields",
    [
        {"quote": {"state": "accepted", "quoted_status": {"id": "99"}}},
        {"quote": {"state": "accepted", "quoted_status_id": "99"}},
        {"quote": {"id": "99", "content": "x"}},
        {"quote_id": "99"},
        {"pleroma": {"quote": {"id": "99"}}},
        {"pleroma": {"quote_id": "99"}},
    ],
)
def test_quotes_of_mastodon_and_its_forks(fields):
    mention = one(content='<p class="quote-inline">RE: <a href="x">x</a></p><p>mooi</p>', **fields)
    assert (mention.kind, mention.quote_of, mention.text) == (Kind.QUOTE, "mastodon:nl.example/99", "mooi")


def test_a_quote_that_was_taken_back_is_none():
    assert one(quote={"state": "revoked", "quoted_status": None}).kind is Kind.POST


def test_poll_options_and_media_descriptions_are_text():
    poll = {"options": [{"title": "ja", "votes_count": 1}, {"title": "nee"}]}
    media = [
        {"type": "gifv", "url": None, "remote_url": "https://m/1", "description": "een trein"},
        {"type": "unknown"},
    ]
    mention = one(content="<p>Komt hij?</p>", poll=poll, media_attachments=media, spoiler_text="NS &amp; zo")
    assert (mention.text, mention.content_warning) == ("Komt hij?\n- ja\n- nee", "NS & zo")
    assert mention.media == (Media(kind="video", url="https://m/1", alt="een trein"), Media(kind="other"))


def test_a_remote_author_is_named_in_full():
    account = {"id": 8, "acct": "bob@be.example", "followers_count": -1}
    mention = one(account=account)
    assert (mention.author.handle, mention.author.followers, mention.author.followers_at) == (
        "bob@be.example",
        None,
        None,
    )


def shown(address):
    """A link as Mastodon writes it into a field."""
    hidden, seen, rest = address[:8], address[8:20], address[20:]
    pieces = f'<span class="invisible">{hidden}</span><span class="ellipsis">{seen}</span><span class="invisible">{rest}</span>'
    return f'<a href="{address}" target="_blank" rel="nofollow noopener me" translate="no">{pieces}</a>'


def test_verified_links_are_those_that_the_instance_verified():
    fields = [
        {
            "name": "werk",
            "value": shown("https://klant.example/over-ons"),
            "verified_at": "2026-03-01T12:00:00.000+00:00",
        },
        {"name": "blog", "value": shown("https://anna.example"), "verified_at": None},
        {"name": "woont", "value": "in https://utrecht.example", "verified_at": "2026-03-01T12:00:00.000+00:00"},
        {"name": "oud", "value": shown("http://anna.example"), "verified_at": "2026-03-01T12:00:00.000+00:00"},
    ]
    mention = one(account={"id": 8, "acct": "anna", "fields": fields})
    assert mention.author.links == (
        VerifiedLink(url="https://klant.example/over-ons", at=datetime(2026, 3, 1, 12, tzinfo=UTC)),
    )


def test_whether_a_server_says_nothing_is_verified_or_nothing_at_all():
    assert one(account={"id": 8, "acct": "anna", "fields": []}).author.links == ()
    assert one(account={"id": 8, "acct": "anna"}).author.links is None
    recorded = parsed((RECORDED / "test_status_reblog_unreblog.json").read_bytes())
    assert {m.author.links for m in recorded if isinstance(m, Mention)} == {()}


@pytest.mark.parametrize(
    "entity",
    [
        {"ancestors": [status()], "descendants": [status(id="116")]},
        {"accounts": [], "hashtags": [], "statuses": [status(), status(id="116")]},
        [
            {"id": "1", "type": "mention", "status": status()},
            {"id": "2", "type": "favourite", "status": status(id="116")},
        ],
        [{"id": "1", "unread": True, "accounts": [], "last_status": status()}, status(id="116")],
        {"notification_groups": [], "accounts": [], "statuses": [status(), status(id="116")]},
    ],
)
def test_entities_that_hold_statuses(entity):
    assert [m.id for m in parsed(json.dumps(entity).encode())] == ["mastodon:nl.example/115", "mastodon:nl.example/116"]


def test_streaming_events_as_json_lines():
    events = [
        {"stream": ["public"], "event": "update", "payload": json.dumps(status())},
        {
            "stream": ["public"],
            "event": "status.update",
            "payload": json.dumps(status(edited_at="2026-08-01T11:00:00Z")),
        },
        {"stream": ["public"], "event": "delete", "payload": "115"},
        {"stream": ["user"], "event": "filters_changed"},
        {"stream": ["user"], "event": "announcement", "payload": "{}"},
    ]
    lines = "\n".join(json.dumps(event) for event in events).encode()
    new, edited, gone = parsed(lines)
    assert (new.id, edited.edited_at) == (edited.id, datetime(2026, 8, 1, 11, tzinfo=UTC))
    assert gone.target == new.id
    assert parsed(json.dumps(events).encode()) == [new, edited, gone]


def test_a_boost_shows_what_was_boosted():
    boosted = status(id="50", tags=[{"name": "ns"}])
    mention = one(content="", reblog=boosted)
    assert (mention.text, mention.tags, mention.repost_of) == ("hoi", ("ns",), "mastodon:nl.example/50")


def test_a_status_from_the_future_was_written_when_it_was_seen():
    assert one(created_at="2027-01-01T00:00:00Z").created_at == SEEN


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\xfe", "undecodable"),
        (b'{"id":"1","content":', "undecodable"),
        (b"event: update\ndata: {\n\n", "undecodable"),
        (b"event: update\ndata: {}\n\n", "incomplete"),
        (b"event: delete\ndata: \n\n", "incomplete"),
        (b'{"a": 1}', "unknown shape"),
        (b"[5]", "wrong type"),
        (json.dumps(status(created_at="gisteren")).encode(), "bad time"),
        (json.dumps(status(created_at="0000-01-01T00:00:00Z")).encode(), "bad time"),
        (json.dumps(status(account=None)).encode(), "incomplete"),
        (json.dumps(status(content=None)).encode(), "wrong type"),
        (json.dumps({k: v for k, v in status().items() if k != "content"}).encode(), "wrong type"),
        (json.dumps({k: v for k, v in status().items() if k != "id"}).encode(), "incomplete"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_what_cannot_be_read_is_a_failure(payload, reason):
    (failure,) = parsed(payload)
    assert isinstance(failure, Failure)
    assert failure.reason in {reason, "undecodable"} if reason == "nested too deep" else failure.reason == reason


def test_one_bad_event_spoils_no_other():
    good = b"event: update\ndata: " + json.dumps(status()).encode() + b"\n\n"
    outcomes = parsed(b":)\n" + good + b"event: update\ndata: {nonsense\n\n:thump\nevent: delete\ndata: 115\n\n")
    assert [type(outcome) for outcome in outcomes] == [Mention, Failure, Deletion]


EVENTS = "event: update\ndata: één\ndata: twee\n\n:thump\n\nevent: delete\r\ndata:3\r\n\r\ndata: x\rid: 9\r\r".encode()
WANTED = [Event("update", "één\ntwee".encode()), Event("delete", b"3"), Event("message", b"x")]


@given(st.lists(st.integers(min_value=1, max_value=9), min_size=40, max_size=80))
def test_events_split_anywhere_are_the_same_events(sizes):
    reader, events, rest = EventReader(), [], EVENTS
    for size in sizes:
        events += reader.feed(rest[:size])
        rest = rest[size:]
    events += reader.feed(rest)
    last = reader.end()
    assert events + ([last] if last else []) == WANTED


def test_an_endless_event_is_cut():
    reader = EventReader(most=100)
    assert list(reader.feed(b"event: update\ndata: " + b"x" * 500)) == []
    (event,) = reader.feed(b"\n\n")
    assert len(event.data) <= 100


@given(st.binary())
def test_never_raises_on_bytes(payload):
    assert all(isinstance(outcome, Mention | Deletion | Failure) for outcome in parsed(payload))


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)
_names = st.sampled_from(
    ["content", "account", "reblog", "quote", "poll", "tags", "mentions", "media_attachments", "id"]
)


@given(st.dictionaries(_names, _values))
def test_never_raises_on_odd_statuses(fields):
    for outcome in parsed(json.dumps(status(**fields)).encode()):
        assert isinstance(outcome, Failure) or encode(outcome)
