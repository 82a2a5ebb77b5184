"""Ports for engines: what one process chose no other chooses, whether or not anybody listens there yet."""

import subprocess
import sys

from deploy.engines.ports import free_ports

CHOOSES = """
from deploy.engines.ports import free_ports
print(*free_ports(1), flush=True)
input()
"""


def test_what_another_process_chose_is_left_to_it_until_it_ends():
    with subprocess.Popen([sys.executable, "-c", CHOOSES], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        theirs = int(other.stdout.readline())
        assert theirs not in free_ports(2, theirs)
        other.communicate(b"\n")
    assert free_ports(1, theirs) == [theirs]


def test_what_this_process_chose_is_its_own():
    (ours,) = free_ports(1)
    assert free_ports(1, ours) == [ours]
