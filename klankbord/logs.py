"""Opens the log the configuration names, files in the data folder or Apache Kafka, and finds the runner that goes with it."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from core.errors import Stop
from core.ports import Log
from core.time import now
from klankbord.configuration import Configuration, log_settings
from klankbord.folder import Folder
from klankbord.lending import Report
from stream import embedded, sqlite

PATIENCE = 300.0
"""Seconds that a part of the program waits, visibly, for an engine that is not there yet when it starts."""


@asynccontextmanager
async def open_log(configuration: Configuration, report: Report, *, patience: float = 0.0) -> AsyncIterator[Log]:
    """The log, as long as this is open. Raises Stop where it cannot be used, Retry where it is away for `patience` seconds."""
    if configuration.log.use == "sqlite":
        async with sqlite.open_log(Folder(configuration.data).log) as log:
            yield log
        return
    try:
        from stream import kafka  # noqa: PLC0415 - an extra, there where Kafka is used
    except ModuleNotFoundError as error:
        raise Stop(f"log.use is kafka, and {error.name} is not installed: pip install klankbord[distributed]") from None
    settings, sinks = log_settings(configuration), configuration.sink_names
    async with kafka.open_log(settings, clock=now, report=report, patience=patience, sinks=sinks) as log:
        yield log


def runner(configuration: Configuration) -> Callable[..., Coroutine[Any, Any, None]]:
    """The stream runner of that log: the embedded one, or Faust's. Both take what stream.embedded.run takes."""
    if configuration.log.use == "sqlite":
        return embedded.run
    from stream import faust_runner  # noqa: PLC0415 - an extra

    return faust_runner.run
