"""The way to Elasticsearch or OpenSearch: the official client, its answers as bytes, its troubles as core.errors.

Every request speaks plain JSON media types, which Elasticsearch 8 and 9 and OpenSearch 2 and 3 all take; the client's own
would be refused by an engine of another release. Which engine it is, is asked once and in our own words.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any
from urllib.parse import quote

import msgspec
from elastic_transport import AiohttpHttpNode, HttpHeaders, Serializer, TransportError
from elasticsearch import ApiError, AsyncElasticsearch
from pydantic import SecretStr, model_validator

from core.errors import Retry, Stop
from core.retry_after import asked_wait
from core.settings import Settings as Base
from core.settings import Span
from core.time import now
from sinks._backoff import pause
from sinks._elastic_troubles import Refused, out_of_reach, refused

RELEASES = {"Elasticsearch": (8, 9), "OpenSearch": (2, 3)}
"""The major releases that are known to work."""

_NO_INDEX = "invalid id: [null]"
_PRODUCT, _OPENSEARCH = "x-elastic-product", "x-klankbord-opensearch"


class Connecting(Base):
    """How the engine is reached.

    url       http:// or https:// with the port
    user, password  or api_key; none where the engine asks for none
    ca        file of the authority that signed its certificate, where it is none of the machine's own
    patience  how long opening waits for an engine that does not answer yet
    """

    url: str = "http://127.0.0.1:9200"
    user: str | None = None
    password: SecretStr | None = None
    api_key: SecretStr | None = None
    ca: Path | None = None
    patience: Span = timedelta(minutes=5)

    @model_validator(mode="after")
    def _one_way_in(self) -> "Connecting":
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if self.user is not None and self.api_key is not None:
            raise ValueError("give user and password, or api_key, not both")
        return self


class Engine:
    """One engine. Raises Retry where it is away or busy, Stop where a person must act, Refused for what it will not do.

    product   "Elasticsearch" or "OpenSearch", known once `recognise` was called
    """

    def __init__(self, settings: Connecting) -> None:
        self.url = settings.url
        self.user = settings.user or ("the API key" if settings.api_key else "nobody (no user is set)")
        self.product = "Elasticsearch"
        self._touched: set[str] = set()
        self._client = _client(settings)

    async def close(self) -> None:
        await self._client.close()

    async def ask(self, method: str, path: str, body: Any = None, *, wait: float = 60.0, **parameters: str) -> bytes:
        """The body of the engine's answer. `body` is sent as it is where it is bytes, else as JSON.

        A body of the path "/_bulk" and the like is lines of JSON. `wait` is the most seconds it may take.
        """
        lines = path.endswith(("_bulk", "_msearch"))
        headers = {"accept": "application/json"}
        if body is not None:
            headers["content-type"] = "application/x-ndjson" if lines else "application/json"
        try:
            client = self._client.options(request_timeout=wait)
            answer = await client.perform_request(method, path, params=parameters, headers=headers, body=body)
        except ApiError as error:
            after = asked_wait(error.meta.headers.get("retry-after") or "", now())
            raise refused(error.meta.status, error.body, after, url=self.url, user=self.user) from None
        except TransportError as error:
            raise out_of_reach(error, url=self.url) from None
        if _OPENSEARCH in answer.meta.headers:
            self.product = "OpenSearch"
        return answer.body or b""

    async def recognise(self) -> None:
        """Find out which engine and release this is. Raises Stop where it is none that is known to work."""
        try:
            answer = await self.ask("GET", "/_nodes/_local", wait=10.0, filter_path="nodes.*.version")
        except Refused:  # this user may not ask, or it is a service that does not say
            await self.ask("GET", "/_search", wait=10.0, size="0", index=quote("klankbord-*"))
            return
        nodes = msgspec.json.decode(answer, type=_Nodes).nodes
        for node in nodes.values():
            if int(node.version.split(".")[0]) not in RELEASES[self.product]:
                known = " and ".join(f"{name} {', '.join(map(str, those))}" for name, those in RELEASES.items())
                raise Stop(f"{self.url} is {self.product} {node.version}; klankbord works with {known}.")

    async def begin(self, target: str, keep: str) -> str:
        """A point in time over these indices (comma separated, or an alias): the id to search it by. It ends by itself.

        "" where a pattern finds no index, which OpenSearch refuses in words of its own.
        """
        path = f"/{quote(target)}/" + ("_search/point_in_time" if self.product == "OpenSearch" else "_pit")
        try:
            moment = msgspec.json.decode(await self.ask("POST", path, keep_alive=keep), type=_Moment)
        except Refused as error:
            if _NO_INDEX in error.reason:
                return ""
            raise
        return moment.pit_id or moment.id

    async def end(self, moment: str) -> None:
        """Let the engine forget a point in time; one that is forgotten already, or cannot be reached, is no matter."""
        if not moment:
            return
        opensearch = self.product == "OpenSearch"
        path, body = ("/_search/point_in_time", {"pit_id": [moment]}) if opensearch else ("/_pit", {"id": moment})
        with suppress(Retry, Refused):
            await asyncio.shield(self.ask("DELETE", path, body, wait=10.0))

    @asynccontextmanager
    async def moment(self, target: str, keep: str = "2m") -> AsyncIterator[str]:
        """A point in time as long as the block lasts."""
        moment = await self.begin(target, keep)
        try:
            yield moment
        finally:
            await self.end(moment)

    def touched(self, *indices: str) -> None:
        """Remember that something was written there."""
        self._touched.update(indices)

    async def catch_up(self) -> None:
        """Make all that was written through this object findable; nothing to do where nothing was written."""
        touched, self._touched = self._touched, set()
        if touched:
            await self.refresh(",".join(sorted(touched)))

    async def refresh(self, target: str) -> None:
        """Make all that was written to these indices findable now, whoever wrote it."""
        await self.ask(
            "POST", f"/{quote(target, safe='*,')}/_refresh", ignore_unavailable="true", allow_no_indices="true"
        )


async def reach(settings: Connecting, *, report: Callable[[str], None], random: Random) -> Engine:
    """The engine, once it answers: it is waited for visibly, as long as `patience`. Raises Stop where a person must act."""
    engine = Engine(settings)
    try:
        await _answered(engine, settings.patience.total_seconds(), report, random)
    except BaseException:
        await engine.close()
        raise
    return engine


async def _answered(engine: Engine, patience: float, report: Callable[[str], None], random: Random) -> None:
    deadline, attempt = monotonic() + patience, 0
    while True:
        try:
            await engine.recognise()
        except Retry as error:
            wait = min(5.0, pause(attempt, random, error.after))
            if monotonic() + wait > deadline:
                raise Stop(f"{engine.url} does not answer: start it, or correct its `url`. ({error})") from None
            if attempt == 0:
                report(f"archive: waits and tries again: {error}")
            await asyncio.sleep(wait)
            attempt += 1
        else:
            if attempt:
                report("archive: goes on.")
            return


class _Plain(Serializer):
    """Bytes as they are, both ways."""

    def __init__(self, mimetype: str) -> None:
        self.mimetype = mimetype  # type: ignore[misc] # a class variable there: one serializer a media type

    def loads(self, data: bytes) -> bytes:
        return data

    def dumps(self, data: Any) -> bytes:
        return data if isinstance(data, bytes) else msgspec.json.encode(data)


class _PlainNode(AiohttpHttpNode):
    """Plain media types out; and in, the header that the client looks for, with a mark where it was not there.

    Any: the transport does not export the type of a node's answer.
    """

    async def perform_request(  # type: ignore[override] # as the class it derives from: asynchronous beside its base
        self, method: str, target: str, body: Any = None, headers: Any = None, request_timeout: Any = None
    ) -> Any:
        plain = HttpHeaders(headers or {})
        for name in ("accept", "content-type"):
            if name in plain:
                plain[name] = plain[name].replace("vnd.elasticsearch+", "").partition(";")[0]
        answer = await super().perform_request(method, target, body, plain, request_timeout)
        if _PRODUCT not in answer.meta.headers:
            answer.meta.headers[_PRODUCT] = "Elasticsearch"
            answer.meta.headers[_OPENSEARCH] = "yes"
        return answer


class _Node(msgspec.Struct):
    version: str


class _Nodes(msgspec.Struct):
    nodes: dict[str, _Node]


class _Moment(msgspec.Struct):
    id: str = ""
    pit_id: str = ""


def _client(settings: Connecting) -> AsyncElasticsearch:
    ways: dict[str, Any] = {}
    if settings.user is not None and settings.password is not None:
        ways["basic_auth"] = settings.user, settings.password.get_secret_value()
    if settings.api_key is not None:
        ways["api_key"] = settings.api_key.get_secret_value()
    if settings.ca is not None:
        if not settings.ca.is_file():
            raise Stop(f"{settings.ca}: no such file; `ca` names the certificate of the engine's authority.")
        ways["ca_certs"] = str(settings.ca)
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # what it warns of is raised, and said once
    kinds = ("application/json", "application/x-ndjson", "text/plain", "text/html")
    plain = {kind: _Plain(kind) for kind in kinds}
    return AsyncElasticsearch(
        settings.url, node_class=_PlainNode, serializers=plain, max_retries=0, meta_header=False, **ways
    )
