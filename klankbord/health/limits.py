"""What runs out: tokens, certificates, room on the disk."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates
from pydantic import BaseModel

from core.errors import Misconfigured
from core.ports import Measured
from core.telemetry import Gauge
from klankbord.configuration import Configuration, beside, log_settings, settings_of

MOST_BYTES = 1024 * 1024
"""Of a file that may hold certificates: all authorities of the web are a quarter of that, and an archive is none."""


def disk(folder: Path, measured: Measured) -> None:
    """Room on the disk of that folder."""
    usage = shutil.disk_usage(folder)
    measured.set(Gauge.DISK_FREE, usage.free)
    measured.set(Gauge.DISK_SIZE, usage.total)


def tokens(configuration: Configuration, measured: Measured) -> None:
    """When tokens end, as the configuration says."""
    given = [(("ingest", source.name), source.token_ends) for source in configuration.sources]
    given += [((sink.name, ""), sink.token_ends) for sink in configuration.sinks]
    given += [(("publish", publisher.name), publisher.token_ends) for publisher in configuration.publishers]
    for labels, ends in given:
        if ends is not None:
            measured.set(Gauge.TOKEN_ENDS, _midnight(ends), *labels)


def certificates(files: Mapping[str, Path], measured: Measured) -> None:
    """When the certificates in these files end, by the setting that names each; what cannot be read is left out."""
    for setting, path in files.items():
        if ends := end(path):
            measured.set(Gauge.CERTIFICATE_ENDS, ends.timestamp(), setting)


def end(path: Path) -> datetime | None:
    """When the certificates in a PEM file end: a file of authorities serves as long as the last of them does."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        found = load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        return None
    return max(one.not_valid_after_utc for one in found)


def files(configuration: Configuration) -> dict[str, Path]:
    """The files that the settings of desk database, log and sinks name, certificates among them."""
    named = dict(_paths(beside(configuration.desk, configuration.folder), "desk"))
    if configuration.log.use == "kafka":
        named |= _paths(log_settings(configuration), "log.settings")
    for sink in configuration.sinks:
        with suppress(Misconfigured):  # told where it is built
            settings = beside(settings_of("sinks", sink), configuration.folder)
            named |= _paths(settings, f"sinks.{sink.name}")
    return named


def _paths(settings: BaseModel, at: str) -> Iterator[tuple[str, Path]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, Path):
            yield f"{at}.{name}", value
        elif isinstance(value, BaseModel):
            yield from _paths(value, f"{at}.{name}")


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
