"""The engines that tests share: each started once a session, at its first use. A missing one is an error, never a skip.

Tests keep apart by a prefix of their own for log topics and indices. A test that stops or kills an engine starts it
again before it ends, or runs its own with `running(tmp_path)`.
"""

import pytest

from deploy.engines import elasticsearch, kafka, opensearch, postgresql, tryton


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory):
    """A Kafka broker: `address`; `tls_address` and `secure_address` with `user`, `password` and `ca`."""
    with kafka.running(tmp_path_factory.mktemp("kafka"), security=True) as broker:
        yield broker


@pytest.fixture(scope="session")
def elasticsearch_node(tmp_path_factory):
    """An Elasticsearch node without security: `url`."""
    with elasticsearch.running(tmp_path_factory.mktemp("elasticsearch")) as node:
        yield node


@pytest.fixture(scope="session")
def opensearch_node(tmp_path_factory):
    """An OpenSearch node: `url`."""
    with opensearch.running(tmp_path_factory.mktemp("opensearch")) as node:
        yield node


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory):
    """A PostgreSQL server with TLS: `create()` gives the url of an empty database; `user`, `password` and `ca`."""
    with postgresql.running(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


@pytest.fixture(scope="session")
def tryton_server(tmp_path_factory):
    """A Tryton server: `url` of its database, `key` for its REST API; `call` does what its administrator can."""
    with tryton.running(tmp_path_factory.mktemp("tryton")) as server:
        yield server
