"""What is wrong with an alert beyond its own fields: its query, its monitor, whether what it needs is there."""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from core.errors import KlankbordError
from core.query import AnyNode
from core.settings import nearest
from desk.alerts.alert import Alert

Network = IPv4Network | IPv6Network


def wrong_with(
    alert: Alert,
    *,
    monitors: Sequence[str],
    parse: Callable[[str], AnyNode],
    sends_mail: bool,
    private: Sequence[Network] = (),
) -> list[str]:
    """A sentence for each mistake. `private` are networks that a webhook may be reached in without TLS."""
    wrong: list[str] = []
    if alert.monitor and alert.monitor not in monitors:
        near = nearest(alert.monitor, monitors) if monitors else "there are none yet"
        wrong.append(f'monitor: there is no "{alert.monitor}"; {near}')
    if alert.query:
        try:
            parse(alert.query)
        except KlankbordError as error:
            wrong.append(f"query: {error}")
    if alert.to and not sends_mail:
        wrong.append("to: no mail server is configured; give klankbord.yaml a `mail:` with host and sender")
    if alert.webhook and not _carried(alert.webhook, private):
        wrong.append("webhook: should be an address that begins with https://")
    return wrong


def _carried(webhook: str, private: Sequence[Network]) -> bool:
    """Whether it may be sent there at all: without TLS only within these networks. Where a name leads is looked at each time."""
    parts = urlsplit(webhook)
    if parts.scheme == "https":
        return True
    try:
        address = ip_address(parts.hostname or "")
    except ValueError:
        return bool(private)
    return any(address in network for network in private if network.version == address.version)
