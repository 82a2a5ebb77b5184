"""A log on Kafka that no other test has: topics of its own on the shared broker."""

from collections.abc import Sequence
from itertools import count
from os import getpid
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from msgspec.structs import replace

from stream._kafka_topics import LogTopic, declared
from stream.kafka import Settings
from stream.kafka_topics import bring

SEVERAL = 3
AT_ONCE = 12
"""Logs whose topics are made in one request, which takes little longer than for one."""

_prefixes = count()
_made: dict[str, list[Settings]] = {}


def settings_on(address: str, **given: Any) -> Settings:
    """Settings with a prefix that no other test has. Any: what Settings takes."""
    return Settings(servers=address, prefix=f"test-{getpid()}-{next(_prefixes)}.", **given)


def topics_of(settings: Settings) -> tuple[LogTopic, ...]:
    """Few topics, for each takes the broker its time: "t" has three partitions, all others have one."""
    single = [topic for topic in declared(settings) if topic.partitions == 1]
    return (*single, LogTopic("t", SEVERAL), LogTopic("empty"))


def brought(settings: Settings, topics: Sequence[LogTopic]) -> None:
    """Make the topics; returns when the broker takes part in each, which it does a while after it said that they are there."""
    bring(settings, topics)
    places = [TopicPartition(settings.topic(one.name), part) for one in topics for part in range(one.partitions)]
    with KafkaConsumer(bootstrap_servers=settings.servers.split(","), **settings.protection()) as consumer:
        consumer.end_offsets(places, timeout_ms=240_000)


def made(settings: Settings) -> tuple[LogTopic, ...]:
    """The same, once they are there."""
    topics = topics_of(settings)
    brought(settings, topics)
    return topics


def fresh(address: str) -> Settings:
    """Settings of a log whose topics are there and empty."""
    ready = _made.setdefault(address, [])
    if not ready:
        ready += [settings_on(address) for _ in range(AT_ONCE)]
        every = [replace(topic, name=one.topic(topic.name)) for one in ready for topic in topics_of(one)]
        brought(Settings(servers=address, prefix=""), every)
    return ready.pop()
