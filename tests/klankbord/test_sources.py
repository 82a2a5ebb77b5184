"""Sources that are away, refuse, or no longer have what was missed."""

import socket
from datetime import timedelta

import pytest

from core.time import now
from klankbord.player import BlueskyPlayer, MastodonPlayer
from tests.klankbord.program import Program, Run, file_source, line, played, until

TOKEN = "geheim-teken-1234567890"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def bluesky(url, **more):
    settings = {"hosts": [url.replace("http", "ws")], "followers": False, "backfill": "1h", **more}
    return {"use": "bluesky", "settings": settings}


def post(number, text, at=None):
    """A post as Jetstream tells it."""
    moment = at or now()
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": moment.isoformat().replace("+00:00", "Z")}
    commit = {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"3k{number:011}",
        "rev": "r",
        "record": record,
    }
    return {"did": "did:plc:a", "time_us": int(moment.timestamp() * 1e6), "kind": "commit", "commit": commit}


def test_a_source_that_is_away_is_told_once_and_arrives_when_it_is_there(tmp_path):
    port, player = free_port(), BlueskyPlayer()
    player.push(post(1, "klank van ver"))
    program = Program(tmp_path, bluesky(f"http://127.0.0.1:{port}"), file_source("in.jsonl"))
    program.add("in.jsonl", line(1, "klank van dichtbij"))
    with program.running() as run:
        run.hears("bluesky/posts is away, trying again: ")
        program.has("klank van dichtbij")
        with played(player, port=port):
            program.has("klank van dichtbij", "klank van ver")
            run.hears("bluesky/posts is back")
        assert run.said().count("bluesky/posts is away, trying again: ") >= 1
        assert run.said().count("bluesky/posts is back") == 1


@pytest.fixture(scope="module")
def mastodon():
    with played(MastodonPlayer(tokens=frozenset({"another"}))) as (url, _):
        yield {"use": "mastodon", "settings": {"instance": url, "token": TOKEN}}


def test_a_refused_token_ends_a_program_that_has_nothing_else(tmp_path, mastodon):
    program = Program(tmp_path, mastodon)
    with Run(program) as run:
        assert run.code() == 1
        assert "mastodon" in run.said().splitlines()[-1]
        assert "token" in run.said()
        assert TOKEN not in run.said()
    assert program.files_with(TOKEN) == []


def test_a_refused_token_does_not_stop_the_other_sources(tmp_path, mastodon):
    program = Program(tmp_path, mastodon, file_source("in.jsonl"))
    with Run(program) as run:
        run.hears("mastodon/public ends: ")
        program.add("in.jsonl", line(1, "klank gaat door"))
        program.has("klank gaat door")
        assert run.end() == 1


def test_a_port_that_is_taken_is_told_at_once_and_does_not_stop_the_others(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        webhook = {"use": "webhook", "settings": {"port": taken.getsockname()[1]}}
        program = Program(tmp_path, webhook, file_source("in.jsonl"))
        program.add("in.jsonl", line(1, "klank gaat door"))
        with Run(program) as run:
            run.hears("webhook ends: webhook: cannot listen on 127.0.0.1:")
            program.has("klank gaat door")
            assert run.end() == 1


def test_what_a_server_no_longer_keeps_is_stored_and_shown_as_a_gap(tmp_path):
    player = BlueskyPlayer()
    player.push(post(1, "klank een", now() - timedelta(minutes=50)))
    with played(player) as (url, _call):
        program = Program(tmp_path, bluesky(url))
        with program.running():
            program.has("klank een")
        player.keeps_from = now() - timedelta(minutes=10)
        player.push(post(2, "klank vergeten", now() - timedelta(minutes=30)))
        player.push(post(3, "klank drie", now() - timedelta(minutes=5)))
        with program.running():
            program.has("klank een", "klank drie")
            shown = until(lambda: (said := program.command("status").stdout) and "not collected" in said and said)
    assert "not collected: bluesky from " in shown
    assert "the server no longer keeps events as old as the cursor" in shown


def test_status_shows_a_source_without_times_of_its_own(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl", name="surveys"))
    program.add("in.jsonl", line(1, "klank een"), line(2, "stil"))
    with program.running():
        program.has("klank een")
        shown = program.command("status").stdout
    (row,) = [row.split() for row in shown.splitlines() if row.startswith("surveys")]
    assert row == ["surveys", "in.jsonl", "-", "2", "1"]
    assert "0 dead letters set aside" in shown
