"""A log on Kafka that no other test has: topics of its own on the shared broker."""

from itertools import count
from os import getpid
from typing import Any

from stream._kafka_topics import LogTopic, declared
from stream.kafka import Settings
from stream.kafka_topics import bring

_prefixes = count()

SEVERAL = 3


def settings_on(address: str, **given: Any) -> Settings:
    """Settings with a prefix that no other test has. Any: what Settings takes."""
    return Settings(servers=address, prefix=f"test-{getpid()}-{next(_prefixes)}.", **given)


def topics_of(settings: Settings) -> tuple[LogTopic, ...]:
    """Few topics, for each takes the broker its time: "t" has three partitions, all others have one."""
    single = [topic for topic in declared(settings) if topic.partitions == 1]
    return (*single, LogTopic("t", SEVERAL), LogTopic("empty"))


def made(settings: Settings) -> tuple[LogTopic, ...]:
    """The same, once they are there."""
    topics = topics_of(settings)
    bring(settings, topics)
    return topics
