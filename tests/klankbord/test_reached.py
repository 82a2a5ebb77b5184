"""Where people reach the page: an address that a browser takes, whether it is served now or will be."""

from pathlib import Path

import pytest

from klankbord import configuration
from klankbord.folder import Folder
from klankbord.serving.reached import page_of
from tests.klankbord.program import Program

STAFF = "https://desk.klank.example"


def configured(folder, **page):
    return configuration.read(Program(folder, page=page).config)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8420"),
        ("localhost", "http://localhost:8420"),
        ("0.0.0.0", "http://127.0.0.1:8420"),
        ("::1", "http://[::1]:8420"),
    ],
)
def test_while_no_page_runs_it_is_where_it_will_be(tmp_path, host, address):
    read = configured(tmp_path, host=host, port=8420)
    assert (page_of(read), read.page.address) == (address, address)


def test_a_page_that_runs_says_where_and_one_that_ends_meanwhile_does_no_harm(tmp_path, monkeypatch):
    read = configured(tmp_path, port=8420)
    served = Folder(read.data).page
    served.parent.mkdir(parents=True, exist_ok=True)
    served.write_text("http://127.0.0.1:8423")
    assert page_of(read) == "http://127.0.0.1:8423"
    read_text = Path.read_text

    def ends(path):
        served.unlink()
        return read_text(path)

    monkeypatch.setattr(Path, "read_text", ends)
    assert page_of(read) == "http://127.0.0.1:8420"


def test_where_staff_come_in_it_is_there(tmp_path):
    assert page_of(configured(tmp_path, url=f"{STAFF}/", for_staff=True)) == STAFF
