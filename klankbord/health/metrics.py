"""What a process shows over HTTP: /metrics for Prometheus, /livez and /readyz for whoever starts and stops it.

Components measure into core.ports.Measured; here alone it becomes what Prometheus reads.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from core.ports import Measured, Spread
from core.telemetry import Count, Duration, Gauge, Name
from desk.web.access import local_host
from desk.web.binding import bind
from klankbord.configuration import MetricsSettings
from klankbord.folder import Folder
from klankbord.health.targets import told
from klankbord.health.watched import Watched


class MeasuredCollector(Collector):
    """Everything in a Measured that core.telemetry knows, as Prometheus wants it."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        values: dict[str, list[tuple[tuple[str, ...], float]]] = defaultdict(list)
        for (name, labels), value in list(self._measured.values.items()):
            values[name].append((labels, value))
        for count in Count:
            counter = CounterMetricFamily(count, count.says, labels=count.labels)
            for labels, value in values[count]:
                counter.add_metric(_padded(count, labels), value)
            yield counter
        for one in Gauge:
            gauge = GaugeMetricFamily(one, one.says, labels=one.labels)
            for labels, value in values[one]:
                gauge.add_metric(_padded(one, labels), value)
            yield gauge
        yield from self._durations()

    def _durations(self) -> Iterator[Metric]:
        for duration in Duration:
            histogram = HistogramMetricFamily(duration, duration.says, labels=duration.labels)
            for (name, labels), spread in list(self._measured.spreads.items()):
                if name is duration:
                    histogram.add_metric(_padded(duration, labels), _buckets(spread), spread.total)
            yield histogram


def _padded(name: Name, labels: tuple[str, ...]) -> list[str]:
    return [*labels, *[""] * (len(name.labels) - len(labels))]


def _buckets(spread: Spread) -> list[tuple[str, float]]:
    """Each upper end with how many are not above it, as Prometheus counts."""
    ends = [*map(str, map(float, spread.bounds)), "+Inf"]
    return [(end, sum(spread.counts[: place + 1])) for place, end in enumerate(ends)]


def registry(measured: Measured) -> CollectorRegistry:
    """What is measured, and what the client tells of the process itself."""
    found = CollectorRegistry()
    found.register(MeasuredCollector(measured))
    ProcessCollector(registry=found)
    PlatformCollector(registry=found)
    GCCollector(registry=found)
    return found


@asynccontextmanager
async def exposed(watched: Watched, settings: MetricsSettings, folder: Folder, *, port: int) -> AsyncIterator[int]:
    """Serve while the block runs, and say where in the data folder; gives the port.

    A port that is taken gives way to a free one: what is watched must not keep a part from its work.
    """
    runner = web.AppRunner(_application(watched, settings.host), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        taken = await bind(runner, settings.host, (port, 0), what="metrics.port: cannot listen")
        with told(folder, watched.part, settings.host, taken):
            yield taken
    finally:
        await runner.cleanup()


def _application(watched: Watched, host: str) -> web.Application:
    measured = registry(watched.measured)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(measured), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def live(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        missing = "".join(f"{name}: {because}\n" for name, because in watched.missing.items())
        return web.Response(text=missing or "ready\n", status=503 if missing else 200)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        """A foreign name that resolves to this machine is somebody else's page."""
        if host == "127.0.0.1" and not local_host(request):
            return web.Response(text="This answers under 127.0.0.1 alone.\n", status=421)
        return await handler(request)

    app = web.Application(middlewares=[guard])
    app.add_routes([web.get("/metrics", metrics), web.get("/livez", live), web.get("/readyz", ready)])
    return app
