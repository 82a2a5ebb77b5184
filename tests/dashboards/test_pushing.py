"""`klankbord dashboards push` against a double of Grafana's HTTP API: what it puts, and what it says when refused."""

import pytest
from click.testing import CliRunner

from klankbord.cli import main
from tests.dashboards.grafana_double import double

UIDS = {"klankbord-overview", "klankbord-customer", "klankbord-response", "klankbord-crisis", "klankbord-pipeline"}


@pytest.fixture
def grafana():
    with double() as grafana:
        yield grafana


@pytest.fixture
def push(tmp_path):
    def pushed(url, token):
        (tmp_path / "token").write_text(f"{token}\n")
        return CliRunner().invoke(main, ["dashboards", "push", url, "--token", str(tmp_path / "token")])

    return pushed


def test_all_arrive_in_a_folder_of_their_own(grafana, push):
    done = push(grafana.url, grafana.editor)
    assert not done.exit_code, done.output
    assert (set(grafana.boards), grafana.folders) == (UIDS, {"klankbord": "klankbord"})
    assert f"klankbord: overview: version 1 at {grafana.url}/d/klankbord-overview/x" in done.output


def test_again_puts_a_new_version_over_the_old_one(grafana, push):
    push(grafana.url, grafana.editor)
    assert not push(grafana.url + "/", grafana.editor).exit_code
    assert {board["version"] for board in grafana.boards.values()} == {2}


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("glsa_wrong", "refuses the token: make a service account token with the role Editor"),
        ("glsa_viewer", "the token may not write dashboards"),
    ],
)
def test_a_refused_token_is_told_and_never_shown(grafana, push, token, said):
    done = push(grafana.url, token)
    assert done.exit_code == 1
    assert said in done.output
    assert token not in done.output


def test_dashboards_that_came_from_files_are_left(grafana, push):
    grafana.provisioned = {"klankbord-overview"}
    done = push(grafana.url, grafana.editor)
    assert "has these dashboards from files already" in done.output
    assert not grafana.boards


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://grafana.example", "would send the token in the clear: use https"),
        ("grafana.example", "is no address of a Grafana"),
        ("http://127.0.0.1:1", "does not answer"),
    ],
)
def test_addresses_that_cannot_be(push, url, said):
    done = push(url, "glsa_x")
    assert (done.exit_code, said in done.output) == (1, True), done.output


def test_an_empty_token_file(push):
    assert "is empty: it holds a service account token" in push("http://127.0.0.1:1", "").output
