"""Two probes of each part that runs alone: it lives while its loop turns, and is ready only while its engines answer."""

from contextlib import ExitStack

from tests.klankbord.program import until
from tests.klankbord.test_distributed import distributed, part
from tests.klankbord.test_health import health
from tests.klankbord.watching import addresses, fetched

PARTS = ("ingest", "stream", "sinks", "page")


def test_a_part_whose_kafka_hangs_lives_and_is_not_ready_until_it_is_back(
    tmp_path, kafka_broker, elasticsearch_node, monkeypatch
):
    program = distributed(tmp_path, kafka_broker, elasticsearch_node, "probed")
    assert program.command("log apply").exit_code == 0

    def answers(name, path):
        return fetched(addresses(program.data)[name], path)

    def lacks_its_log(code, lacks):
        return code == 503 and lacks.startswith("log: ")

    with ExitStack() as stack:
        for name in PARTS:
            monkeypatch.setenv("KLANKBORD_HEALTH", str(tmp_path / name))
            stack.enter_context(part(program, name))
        for name in PARTS:
            until(lambda name=name: name in addresses(program.data))
            until(lambda name=name: answers(name, "/readyz") == (200, "ready\n"))
        kafka_broker.freeze()
        try:
            for name in PARTS:
                until(lambda name=name: lacks_its_log(*answers(name, "/readyz")))
                assert answers(name, "/livez") == (200, "ok\n")
                port = addresses(program.data)[name].split(":")[1]
                assert health(tmp_path / name)[0] == 0
                code, sentence = health(tmp_path / name, "--ready", port)
                assert code == 1
                assert sentence.startswith("the part is not ready: log: ")
        finally:
            kafka_broker.thaw()
        for name in PARTS:
            until(lambda name=name: answers(name, "/readyz") == (200, "ready\n"))
