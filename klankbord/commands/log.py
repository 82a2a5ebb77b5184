"""`klankbord log`: the log topics in Kafka."""

from pathlib import Path

import click

from core.errors import Stop
from klankbord import configuration
from klankbord.options import config_option


@click.group(name="log")
def command() -> None:
    """Look after the log topics, where the log is on Kafka."""


@command.command()
@config_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def apply(config: Path, dry_run: bool) -> None:
    """Create missing log topics and adjust their settings; the number of a topic's partitions is never changed."""
    read = configuration.read(config)
    if read.log.use != "kafka":
        raise Stop("the log is in files, which need nothing of the kind; topics are made where log.use is kafka")
    from stream import kafka_topics  # noqa: PLC0415 - an extra, there where Kafka is used

    settings = configuration.log_settings(read)
    done = kafka_topics.apply(settings, sinks=read.sink_names, dry_run=dry_run)
    for line in done or ["all log topics are there as they should be"]:
        click.echo(line)
