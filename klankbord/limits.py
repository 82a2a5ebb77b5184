"""What runs out: tokens, certificates, room on the disk."""

import re
import shutil
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

from pydantic import BaseModel

from core.errors import Misconfigured
from core.ports import Measured
from core.telemetry import Gauge
from klankbord.configuration import Configuration, beside, log_settings, settings_of

_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_CONSTRUCTED, _UTC_TIME = 0xA0, 0x17


def disk(folder: Path, measured: Measured) -> None:
    """Room on the disk of that folder."""
    usage = shutil.disk_usage(folder)
    measured.set(Gauge.DISK_FREE, usage.free)
    measured.set(Gauge.DISK_SIZE, usage.total)


def tokens(configuration: Configuration, measured: Measured) -> None:
    """When tokens end, as the configuration says."""
    given = [(("ingest", source.name), source.token_ends) for source in configuration.sources]
    given += [((sink.name, ""), sink.token_ends) for sink in configuration.sinks]
    for labels, ends in given:
        if ends is not None:
            measured.set(Gauge.TOKEN_ENDS, _midnight(ends), *labels)


def certificates(configuration: Configuration, measured: Measured) -> None:
    """When the certificates end whose files the settings of log and sinks name; what cannot be read is left out."""
    for setting, path in _files(configuration):
        if ends := end(path):
            measured.set(Gauge.CERTIFICATE_ENDS, ends.timestamp(), setting)


def end(path: Path) -> datetime | None:
    """When the certificates in a PEM file end: a file of authorities serves as long as the last of them does."""
    try:
        blocks = _BLOCK.findall(path.read_text(encoding="ascii", errors="replace"))
        return max((not_after(ssl.PEM_cert_to_DER_cert(block)) for block in blocks), default=None)
    except (OSError, ValueError, IndexError):
        return None


def not_after(certificate: bytes) -> datetime:
    """The end of a certificate's validity (RFC 5280, 4.1). Raises ValueError or IndexError where it is none."""
    ((_, whole),) = _elements(certificate)
    (_, signed), *_ = _elements(whole)
    fields = [content for tag, content in _elements(signed) if tag != _CONSTRUCTED]  # the version stands there, or not
    _, _, _, validity, *_ = fields
    _, (tag, last) = _elements(validity)
    text = last.decode("ascii")
    if tag == _UTC_TIME:  # two digits of a year, from 1950 to 2049
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements that stand one after another: tag and content."""
    at = 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length >= 0x80:  # so many bytes of length follow
            size = length & 0x7F
            length, at = int.from_bytes(der[at : at + size], "big"), at + size
        yield tag, der[at : at + length]
        at += length


def _files(configuration: Configuration) -> Iterator[tuple[str, Path]]:
    if configuration.log.use == "kafka":
        yield from _paths(log_settings(configuration), "log.settings")
    for sink in configuration.sinks:
        try:
            settings = beside(settings_of("sinks", sink), configuration.folder)
        except Misconfigured:  # told where it is built
            continue
        yield from _paths(settings, f"sinks.{sink.name}")


def _paths(settings: BaseModel, at: str) -> Iterator[tuple[str, Path]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, Path):
            yield f"{at}.{name}", value
        elif isinstance(value, BaseModel):
            yield from _paths(value, f"{at}.{name}")


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
