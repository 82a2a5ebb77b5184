"""A search node, Elasticsearch or OpenSearch: its address, who may use it, and whether it is healthy."""

import json
import ssl
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.process import Engine, Launch

ALONE = """\
cluster.name: klankbord
node.name: klankbord
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false
http.host: 127.0.0.1
http.port: {port}
transport.host: 127.0.0.1
transport.port: {transport}
"""
"""What both engines' configurations say of a node on its own, for this machine alone."""


@dataclass(frozen=True)
class Door:
    """Where a node answers. `ca` is the certificate to trust where it speaks TLS; `user` is empty where anyone may in."""

    port: int
    user: str = ""
    password: str = ""
    ca: Path | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'https' if self.ca else 'http'}://127.0.0.1:{self.port}"

    def healthy(self) -> bool:
        """Whether the node says that every index can be written and searched."""
        request = urllib.request.Request(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s")  # noqa: S310 - our own address
        if self.user:
            request.add_header("Authorization", "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode())
        secure = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.ca) if self.ca else None)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), secure)
        try:
            with opener.open(request, timeout=5) as answer:
                return bool(json.load(answer)["status"] in {"yellow", "green"})
        except (OSError, ValueError, KeyError):
            return False


class Node(Engine):
    """A node. `url` is its address; `start` after `stop` or `kill` comes back there with its data.

    `user`, `password` and `ca` say how to get in where security is on.
    """

    def __init__(self, launch: Launch, door: Door, *, guarded: bool = True) -> None:
        super().__init__(launch, guarded=guarded)
        self.port, self.url = door.port, door.url
        self.user, self.password, self.ca = door.user, door.password, door.ca
