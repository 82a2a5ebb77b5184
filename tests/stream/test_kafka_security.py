"""TLS and passwords: what works, and what is said where it does not; no password in any sentence."""

import gc
from typing import Any

import pytest

from core.errors import Misconfigured, Retry, Stop
from core.settings import check
from deploy.engines import kafka
from stream.kafka import Settings, open_log
from stream.kafka_topics import bring
from tests.stream.kafka_place import made, settings_on, topics_of
from tests.stream.log_conformance import LONG, entries, texts


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with kafka.running(tmp_path_factory.mktemp("secured"), security=True) as broker:
        yield broker


def security(broker: Any, **other: Any) -> dict[str, Any]:
    return {"tls": True, "ca": broker.ca, "user": broker.user, "password": broker.password, **other}


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
async def test_a_log_behind_tls_and_a_password(broker, mechanism: str) -> None:
    settings = settings_on(broker.secure_address, security=security(broker, mechanism=mechanism))
    async with open_log(settings, declare=made(settings)) as log, log.reader("t", "g") as reader:
        await log.append("t", entries("a"))
        assert texts(await reader.read(10, LONG)) == ["a"]


async def test_a_log_behind_tls_alone(broker) -> None:
    settings = settings_on(broker.tls_address, security={"tls": True, "ca": broker.ca})
    async with open_log(settings, declare=made(settings)) as log:
        await log.append("t", entries("a"))
        assert texts(await log.tail("t", 1)) == ["a"]


async def refused(settings: Settings, kind: type[Exception], match: str) -> None:
    for attempt in (_opened, _applied):
        with pytest.raises(kind, match=match) as caught:
            await attempt(settings)
        secret = settings.security.password
        assert secret is None or secret.get_secret_value() not in str(caught.value)
    gc.collect()  # a connection left open warns, and a warning fails the test


async def _opened(settings: Settings) -> None:
    async with open_log(settings, declare=topics_of(settings)):
        pass


async def _applied(settings: Settings) -> None:
    bring(settings, topics_of(settings))


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
async def test_a_wrong_password_is_said(broker, mechanism: str) -> None:
    given = security(broker, password="not it", mechanism=mechanism)
    await refused(settings_on(broker.secure_address, security=given), Stop, "refuses the user .*wrong name or password")


async def test_a_mechanism_that_the_broker_has_not_is_said(broker) -> None:
    given = security(broker, mechanism="SCRAM-SHA-256")
    await refused(settings_on(broker.secure_address, security=given), Stop, "takes no SCRAM-SHA-256 there")


async def test_a_certificate_of_an_unknown_authority_is_not_trusted(broker) -> None:
    given = security(broker, ca=None)
    await refused(settings_on(broker.secure_address, security=given), Stop, "is not trusted .* set security.ca")


async def test_tls_to_a_port_without_it_is_said(broker) -> None:
    sentence = "closed the connection; .* do security.tls and user fit"
    await refused(settings_on(broker.address, security=security(broker)), Retry, sentence)


async def test_a_port_that_expects_tls_is_said(broker) -> None:
    await refused(settings_on(broker.secure_address), Retry, "closed the connection; .* do security.tls and user fit")


async def test_a_port_that_asks_for_no_password_is_said(broker) -> None:
    given = {"user": broker.user, "password": broker.password}
    await refused(
        settings_on(broker.address, security=given), Stop, "takes no SCRAM-SHA-512 there; see security.mechanism"
    )


def test_files_that_are_no_certificates_are_said(tmp_path) -> None:
    (tmp_path / "ca.pem").write_text("none")
    with pytest.raises(Stop, match=r"cannot be used \(.*ca\.pem\)"):
        settings_on("127.0.0.1:1", security={"tls": True, "ca": tmp_path / "ca.pem"}).protection()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"servers": "kafka"}, 'here: servers: "kafka" is no address; write host:port'),
        ({"security": {"user": "me"}}, "here: security: user and password belong together"),
        ({"security": {"ca": "ca.pem"}}, "here: security: ca, certificate and key need tls: true"),
        ({"partition": 3}, 'here: partition: unknown key; did you mean "partitions"?'),
        ({"prefix": "a b"}, "here: prefix: String should match pattern '^[a-zA-Z0-9._-]{0,100}$'"),
    ],
)
def test_a_mistake_in_the_settings_is_one_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        check(Settings, given, where="here")
    assert caught.value.mistakes == (sentence,)
