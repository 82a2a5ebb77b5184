"""Where a request may go."""

import asyncio
import socket
from ipaddress import ip_address, ip_network

import pytest

from sinks._addresses import Forbidden, Resolver, allowed
from sinks._post import client, post
from tests.sinks.messages import START
from tests.sinks.receiver import receiving, status

INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.100.100.200",
    "168.63.129.16", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
    "fd00:ec2::254", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "::ffff:168.63.129.16",
]  # fmt: skip
OUTSIDE = ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_is_reached(address):
    assert not allowed(ip_address(address), [], plain=False)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_public_is_reached_by_tls_alone(address):
    assert allowed(ip_address(address), [], plain=False)
    assert not allowed(ip_address(address), [], plain=True)


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3"])
def test_a_private_network_that_is_named_is_reached(address):
    named = [ip_network("10.1.0.0/16"), ip_network("fd12::/64")]
    assert allowed(ip_address(address), named, plain=True)
    assert not allowed(ip_address("10.2.0.1"), named, plain=False)
    assert not allowed(ip_address("127.0.0.1"), named, plain=False)


def answers(monkeypatch, *rounds):
    """What a name means, one round after another."""
    left = list(rounds)

    async def getaddrinfo(self, host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


async def test_a_name_that_means_something_else_a_moment_later_gains_nothing(monkeypatch):
    answers(monkeypatch, ["93.184.215.14"], ["127.0.0.1"], ["93.184.215.14", "169.254.169.254"])
    resolver = Resolver([], plain=False)
    assert [one["host"] for one in await resolver.resolve("rebound.example", 443)] == ["93.184.215.14"]
    for _ in range(2):
        with pytest.raises(Forbidden, match=r"rebound\.example is not public"):
            await resolver.resolve("rebound.example", 443)


async def sent(url, private=()):
    networks = [ip_network(one) for one in private]
    async with client(networks, url, seconds=5, most=1) as session:
        return await post(session, url, b"{}", {}, private=networks, clock=lambda: START)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "[::ffff:127.0.0.1]"])
async def test_a_receiver_on_this_machine_is_not_reached_however_it_is_written(host):
    async with receiving() as receiver:
        for scheme in ("http", "https"):
            answer = await sent(receiver.url.replace("127.0.0.1", host).replace("http", scheme, 1))
            assert answer.status is None
            assert "is not public" in answer.said
            assert "allow_private" in answer.said
    assert receiver.seen == []


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "127.0.0.1.", "１２７.0.0.1", "127%2e0.0.1", "loc%61lhost", "ⓛocalhost"]
)
async def test_what_only_resembles_an_address_goes_nowhere(host):
    async with receiving() as receiver:
        answer = await sent(receiver.url.replace("127.0.0.1", host), ["0.0.0.0/0"])
    assert answer.said == f"{host.lower()} is neither a name nor an address"
    assert receiver.seen == []


async def test_a_public_receiver_without_tls_is_not_reached():
    answer = await sent("http://93.184.215.14/events")
    assert answer.said == "93.184.215.14 is public (93.184.215.14): write https"


async def test_a_name_is_asked_anew_for_each_connection(monkeypatch):
    async with receiving() as receiver:
        port = receiver.url.rpartition(":")[2].partition("/")[0]
        answers(monkeypatch, ["127.0.0.1"], ["192.168.7.7"])
        url, networks = f"http://partner.example:{port}/events", [ip_network("127.0.0.1/32")]
        async with client(networks, url, seconds=5, most=1) as session:
            ask = {"private": networks, "clock": lambda: START}
            receiver.answers = [status(204, "Connection: close")]
            await post(session, url, b"{}", {}, **ask)
            second = await post(session, url, b"{}", {}, **ask)
        assert "partner.example is not public (192.168.7.7)" in second.said
        receiver.wrong.clear()  # these were no events
