"""Sources that are away, refuse, or no longer have what was missed."""

import socket
from datetime import timedelta

import pytest

from core.time import now
from deploy.engines.ports import free_ports
from klankbord.player import BlueskyPlayer, MastodonPlayer
from tests.klankbord.program import Program, Run, file_source, line, played, until

TOKEN = "geheim-teken-1234567890"


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


@pytest.fixture(scope="module")
def mastodon():
    """A source whose token is refused."""
    with played(MastodonPlayer(tokens=frozenset({"another"}))) as (url, _):
        yield {"use": "mastodon", "settings": {"instance": url, "token": TOKEN}}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory, mastodon):
    """A program of four sources: one refused, one whose port is taken, one that is away, and one that is well."""
    (port,) = free_ports(1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        webhook = {"use": "webhook", "settings": {"port": taken.getsockname()[1]}}
        sources = [mastodon, webhook, bluesky(f"http://127.0.0.1:{port}"), file_source("in.jsonl", name="surveys")]
        program = Program(tmp_path_factory.mktemp("sources"), *sources)
        program.away_at = port
        program.add("in.jsonl", line(1, "klank van dichtbij"), line(2, "stil"))
        with Run(program) as run:
            run.ready()
            program.has("klank van dichtbij")
            yield program, run
            assert run.end() == 1


def test_each_trouble_is_told_and_the_others_go_on(troubled):
    _, run = troubled
    run.hears("mastodon/public ends: ")
    run.hears("webhook ends: webhook: cannot listen on 127.0.0.1:")
    run.hears("bluesky/posts is away, trying again: ")
    assert TOKEN not in run.said()


def test_status_shows_a_source_that_is_well(troubled):
    program, _ = troubled

    def covered():  # written once the batch is, and archived by itself
        shown = program.command("status").stdout
        return shown if any(row.startswith("surveys") for row in shown.splitlines()) else None

    shown = until(covered)
    (row,) = [row.split() for row in shown.splitlines() if row.startswith("surveys")]
    assert (row[:2], row[-2:]) == (["surveys", "in.jsonl"], ["2", "1"])
    assert "0 dead letters set aside" in shown


def test_what_a_source_says_arrives_when_it_is_there_again(troubled):
    program, run = troubled
    player = BlueskyPlayer()
    player.push(post(1, "klank van ver"))
    assert run.said().count("bluesky/posts is away") == 1
    with played(player, port=program.away_at):
        program.has("klank van dichtbij", "klank van ver")
        run.hears("bluesky/posts is back")


def test_a_refused_token_ends_a_program_that_has_nothing_else(tmp_path, mastodon):
    program = Program(tmp_path, mastodon)
    with Run(program) as run:
        assert run.code() == 1
        assert "mastodon" in run.said().splitlines()[-1]
        assert "token" in run.said()
        assert TOKEN not in run.said()
    assert program.files_with(TOKEN) == []


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
