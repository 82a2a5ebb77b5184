"""`klankbord parse`: recorded input of a source in, one JSON line a mention, deletion or failure out."""

import sys
from pathlib import Path

import click
import msgspec

from core.codec import encode
from core.errors import Misconfigured
from core.ports import Parse, Parsed
from core.settings import nearest
from core.time import from_milliseconds, now
from core.types import Failure
from klankbord import registry


@click.command(name="parse")
@click.argument("connector")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seen-at", type=click.DateTime(), help="First sight of messages whose source has no time of its own.")
def command(connector: str, files: tuple[Path, ...], seen_at: object) -> None:
    """Parse recorded input FILES as CONNECTOR would, and print a JSON line for each mention, deletion or failure.

    Nothing is stored and no network is used. Ends with exit code 1 if anything could not be read.
    """
    parse = _parser(connector)
    moment = now() if seen_at is None else from_milliseconds(int(seen_at.timestamp() * 1000))  # type: ignore[attr-defined]  # click gives a datetime
    failures = 0
    for path in files:
        for parsed in parse(path.read_bytes(), path.name, moment):
            failures += isinstance(parsed, Failure)
            sys.stdout.buffer.write(_line(parsed))
    sys.stdout.buffer.flush()
    if failures:
        click.echo(f"klankbord: {failures} of the inputs could not be read; see the lines of type failure", err=True)
        sys.exit(1)


def _parser(connector: str) -> Parse:
    names = registry.components("ingest")
    if connector not in names:
        raise Misconfigured([f'there is no connector "{connector}"; {nearest(connector, sorted(names))}'])
    parse: Parse = registry.load("ingest", connector).parse
    return parse


def _line(parsed: Parsed) -> bytes:
    if not isinstance(parsed, Failure):
        return encode(parsed) + b"\n"
    shown = {
        "type": "failure",
        "reason": parsed.reason,
        "detail": parsed.detail,
        "key": parsed.key,
        "payload": parsed.payload[:2000].decode(errors="replace"),
    }
    return msgspec.json.encode(shown) + b"\n"
