"""One message's trace, from source to receiver on Kafka: in the header of each record, at the receiver, and in the log lines."""

import json

import pytest
from anyio.from_thread import start_blocking_portal
from kafka import KafkaConsumer

from core.trace import trace
from tests.klankbord.program import Run, line, until
from tests.klankbord.test_distributed import distributed
from tests.sinks.receiver import SECRET, receiving, status

NAME = "traced"


@pytest.fixture
def refusing():
    """A receiver that refuses every event."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(receiving(always=status(422, body=b"unreadable"))) as receiver,
    ):
        yield receiver


@pytest.fixture
def program(tmp_path, kafka_broker, elasticsearch_node, refusing):
    settings = {"url": refusing.url, "secrets": [SECRET], "allow_private": ["127.0.0.1"], "gives_up_after": "1s"}
    sending = [{"use": "events"}, {"use": "webhook", "name": "partner", "settings": settings}]
    program = distributed(tmp_path, kafka_broker, elasticsearch_node, NAME, *sending, log_format="json")
    assert program.command("log apply").exit_code == 0
    return program


def found(broker, topic, wanted):
    """Whether a record of that log topic has this trace in its headers."""
    with KafkaConsumer(
        f"{NAME}.{topic}",
        bootstrap_servers=broker.address,
        auto_offset_reset="earliest",
        group_id=None,
        consumer_timeout_ms=30_000,
    ) as consumer:
        return any(dict(record.headers)["trace"].decode() == wanted for record in consumer)


def test_one_trace_leads_from_the_source_to_the_receiver_and_to_the_dead_letter(program, kafka_broker, refusing):
    program.add("in.jsonl", line(1, "klank van eerder"))  # history, which is not sent
    with Run(program) as run:
        until(lambda: program.texts() == ["klank van eerder"], within=180)
        program.add("in.jsonl", line(2, "klank nu"))
        until(lambda: "partner set a record aside: undelivered" in run.said(), within=180)
        (letter,) = until(program.dead)
        wanted = trace(letter.key)
        for topic in ("mentions", "enriched", "events", "dead"):
            until(lambda topic=topic: found(kafka_broker, topic, wanted))
        assert run.end() == 0
    assert refusing.seen[0].headers["traceparent"].split("-")[1] == wanted
    (said,) = (json.loads(one) for one in run.lines if "set a record aside" in one)
    assert (said["part"], said["level"], said["trace"]) == ("keeper", "warning", wanted)
