"""Addresses that a secret may be sent to. Pure."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def safe_url(value: str) -> str:
    """An address that a token may be sent to: https, or this machine itself. Raises ValueError."""
    parts = urlsplit(value)
    if parts.scheme == "https" and parts.hostname and not parts.username and not parts.query:
        return value.rstrip("/")
    if parts.scheme == "http" and parts.hostname and _is_here(parts.hostname):
        return value.rstrip("/")
    raise ValueError("give an https:// address without user, password or query")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
