"""What keeps an installation from working is a sentence with the command that fixes it."""

import socket
from contextlib import closing

import pytest

from deploy.setup.preflight import Machine, look, missing

FIT = {"maps": 262_144, "memory": 8_000, "disk": 50_000, "full": 0.5, "port": 8420}


def test_a_fit_machine_lacks_nothing():
    assert list(missing(Machine(**FIT))) == []


@pytest.mark.parametrize(
    ("lack", "fix"),
    [
        ({"maps": 65_530}, "sudo sysctl -w vm.max_map_count=262144"),
        ({"memory": 2_000}, "KLANKBORD_ELASTICSEARCH_HEAP=512m"),
        ({"disk": 900}, "docker system prune"),
        ({"full": 0.97}, "docker system prune"),
        ({"port_taken": True, "port_free": 8423}, "KLANKBORD_PORT=8423 docker compose"),
    ],
)
def test_each_lack_is_named_with_what_fixes_it(lack, fix):
    (sentence,) = missing(Machine(**FIT | lack))
    assert fix in sentence


def test_a_managed_elasticsearch_asks_nothing_of_this_kernel():
    assert list(missing(Machine(**FIT | {"maps": 1, "memory": 1_000}), elasticsearch=False)) == []


def test_a_port_in_use_is_seen_and_a_free_one_offered(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        machine = look(tmp_path, taken.getsockname()[1])
    assert machine.port_taken
    assert machine.port_free > machine.port


def test_a_free_port_is_free(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
    assert not look(tmp_path, port).port_taken
