"""How an address of this machine is written."""

ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - chosen in the configuration of a container
"""Hosts that listen on every address, of which a link can name none."""


def local_url(host: str, port: int) -> str:
    """Where what listens there is reached from this machine, without a slash at the end."""
    if host in ANYWHERE:
        return f"http://127.0.0.1:{port}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
