"""Where a request may go: to public addresses, and to those private networks that a person named.

A name is resolved once, each of its addresses is looked at, and the connection is made to one of those that were: a name
that means another address a moment later (DNS rebinding) gains nothing.
"""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated

from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import BeforeValidator

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = ip_network("64:ff9b::/96")
"""IPv4 behind a translator, RFC 6052: the last 32 bits are the address that is reached."""

_METADATA = ip_network("168.63.129.16/32")
"""Answers inside Azure though it looks public: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16"""


class Forbidden(OSError):  # noqa: N818 - named after what was decided
    """A request must not go there; the text says where and what to do."""


def allowed(address: Address, private: Sequence[Network], *, plain: bool) -> bool:
    """Whether a request may go to that address. `plain`: without TLS, which a private network alone may see."""
    reached = _reached(address)
    if any(reached in network for network in private if network.version == reached.version):
        return True
    return not plain and reached.is_global and not reached.is_multicast and reached not in _METADATA


def _reached(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def check(host: str, address: Address, private: Sequence[Network], *, plain: bool) -> None:
    """Raises Forbidden where a request to that host may not go to that address."""
    if allowed(address, private, plain=plain):
        return
    if allowed(address, private, plain=False):
        raise Forbidden(f"{host} is public ({address}): write https")
    raise Forbidden(f"{host} is not public ({address}): add its network to allow_private if it is meant")


class Resolver(AbstractResolver):
    """Gives aiohttp the addresses of a name that a request may go to; asked anew for each connection."""

    def __init__(self, private: Sequence[Network], *, plain: bool) -> None:
        self._private, self._plain = private, plain

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises Forbidden where any of them is out of bounds: a name that mixes them is not to be trusted."""
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        for *_, place in infos:
            check(host, ip_address(str(place[0]).partition("%")[0]), self._private, plain=self._plain)
        return [
            ResolveResult(
                hostname=host,
                host=str(place[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, place in infos
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _network(value: object) -> Network:
    try:
        return ip_network(str(value))
    except ValueError as error:
        raise ValueError(f"{error}; write a network like 10.1.0.0/16, or one address") from None


PrivateNetwork = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
"""A network as people write it."""
