"""The log on Kafka: conformance, and what only Kafka can get wrong."""

from functools import partial

import pytest

from stream.kafka import open_log
from tests.stream.kafka_place import made, settings_on
from tests.stream.log_conformance import LogConformance, Place


class TestKafkaLog(LogConformance):
    @pytest.fixture
    def place(self, kafka_broker) -> Place:
        settings = settings_on(kafka_broker.address)
        return partial(open_log, settings, declare=made(settings))
