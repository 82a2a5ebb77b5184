"""Brings Kafka's topics to what is declared: creates the missing, adjusts settings, never changes a partition count."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from kafka import KafkaAdminClient
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic

from core.errors import Misconfigured, Retry, Stop
from stream._kafka_cluster import Cluster
from stream._kafka_errors import hush
from stream._kafka_settings import CLIENT, Settings
from stream._kafka_topics import LogTopic, configuration, declared, refusal

ANSWER_SECONDS = 15


def apply(settings: Settings, *, sinks: Sequence[str] = ("archive",), dry_run: bool = False) -> list[str]:
    """Create and adjust the topics of this configuration; returns a sentence for each thing done, none if all was well.

    With `dry_run` they say what would be done. Raises Misconfigured, before anything is changed, where a topic has
    another number of partitions; Retry where Kafka does not answer, Stop where it refuses.
    """
    return bring(settings, declared(settings, sinks), dry_run=dry_run)


def bring(settings: Settings, wanted: Sequence[LogTopic], *, dry_run: bool = False) -> list[str]:
    """As `apply`, for these topics."""
    hush()
    with ThreadPoolExecutor(1) as elsewhere:  # its answer says what is wrong; kafka-python's would be a time-out
        elsewhere.submit(asyncio.run, _answers(settings)).result()
    names = {settings.topic(topic.name): topic for topic in wanted}
    try:
        with closing(_admin(settings)) as admin:
            found = _found(admin, list(names))
            refused = [
                refusal(name, count, names[name].partitions)
                for name, (count, _) in found.items()
                if count != names[name].partitions
            ]
            if refused:
                raise Misconfigured(refused)
            done = _create(admin, settings, [topic for name, topic in names.items() if name not in found], dry_run)
            done += _adjust(admin, settings, {name: names[name] for name in found}, dry_run)
            return done + _replication(settings, {name: copies for name, (_, copies) in found.items()})
    except kafka_errors.KafkaError as error:
        raise _said(error, settings) from error


async def _answers(settings: Settings) -> None:
    cluster = Cluster(settings, [])
    try:
        await cluster.partitions()
    finally:
        await cluster.close()


def _admin(settings: Settings) -> Any:
    """Any: kafka-python has no types."""
    return KafkaAdminClient(
        bootstrap_servers=settings.servers.split(","),
        client_id=CLIENT,
        request_timeout_ms=ANSWER_SECONDS * 1000,
        bootstrap_timeout_ms=ANSWER_SECONDS * 1000,
        **settings.protection(),
    )


def _found(admin: Any, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Partitions and copies of those that exist."""
    described = admin.describe_topics(list(names))
    return {
        topic["name"]: (len(topic["partitions"]), len(topic["partitions"][0]["replica_nodes"]))
        for topic in described
        if topic["error_code"] == 0 and topic["partitions"]
    }


def _create(admin: Any, settings: Settings, missing: Sequence[LogTopic], dry_run: bool) -> list[str]:
    new = [
        NewTopic(
            settings.topic(topic.name),
            topic.partitions,
            settings.replication,
            topic_configs=configuration(topic, settings),
        )
        for topic in missing
    ]
    if new and not dry_run:
        admin.create_topics(new, timeout_ms=ANSWER_SECONDS * 1000, wait_for_metadata=True)
    would = "would create" if dry_run else "created"
    return [f"{would} {one.name}: {one.num_partitions} partitions, {one.replication_factor} copies" for one in new]


def _adjust(admin: Any, settings: Settings, existing: Mapping[str, LogTopic], dry_run: bool) -> list[str]:
    if not existing:
        return []
    described = admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in existing], config_filter="all"
    )
    done = []
    for name, topic in existing.items():
        now = {key: entry["value"] for key, entry in described["topic"][name].items()}
        other = {key: value for key, value in configuration(topic, settings).items() if now.get(key) != value}
        if not other:
            continue
        if not dry_run:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, other)], incremental=True)
        would = "would set" if dry_run else "set"
        done += [f"{would} {key} of {name} to {value}, from {now.get(key)}" for key, value in sorted(other.items())]
    return done


def _replication(settings: Settings, copies: Mapping[str, int]) -> list[str]:
    """Moving records to other brokers is left to Kafka's own tool."""
    return [
        f"{name} has {count} copies, not {settings.replication}: move it with kafka-reassign-partitions"
        for name, count in copies.items()
        if count != settings.replication
    ]


def _said(error: Exception, settings: Settings) -> Retry | Stop:
    kafka = f"Kafka at {settings.servers}"
    match error:
        case kafka_errors.InvalidReplicationFactorError():
            return Stop(f"{kafka} has fewer brokers than replication: {settings.replication} asks for")
        case kafka_errors.PolicyViolationError() | kafka_errors.InvalidConfigurationError():
            return Stop(f"{kafka} does not allow these topics: {error}")
        case kafka_errors.KafkaTimeoutError() | kafka_errors.KafkaConnectionError():
            return Retry(f"{kafka} does not answer")
        case _:
            return Stop(f"{kafka} refuses: {error}")
