"""An engine's troubles, each in a sentence that says what to do; waiting, visibly, where waiting can help."""

import asyncio
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest

from core.errors import Retry, Stop
from deploy.engines.certificates import certificates
from deploy.engines.ports import free_ports
from sinks._elastic_bulk import Bulk
from sinks._elastic_client import Engine
from sinks._elastic_got import got
from sinks._elastic_indices import Indices
from sinks._elastic_notes import Kept
from sinks._elastic_rows import put
from sinks._elastic_schema import VERSION as LAYOUT
from sinks._elastic_schema import Names
from sinks.elasticsearch import Settings
from tests.sinks.elastic import emptied, opened
from tests.sinks.messages import EVERYTHING, enriched
from tests.sinks.saying_engine import saying

NOW = timedelta(0)


@pytest.fixture
async def engine():
    async with saying() as engine:
        yield engine


async def refusal(url, folder, **settings) -> str:
    with pytest.raises(Stop) as stopped:
        async with opened(url, folder, patience=NOW, **settings):
            pass
    return str(stopped.value)


async def test_wrong_password(engine, tmp_path):
    engine.say("GET", "/_nodes/_local", 401, {"error": {"type": "security_exception", "reason": "no"}})
    said = await refusal(engine.url, tmp_path, user="ruth", password="geheim")
    assert "refuses the password of ruth" in said
    assert "geheim" not in said


@pytest.mark.parametrize("version", ["7.17.9", "10.0.0"])
async def test_another_release(engine, tmp_path, version):
    engine.say("GET", "/_nodes/_local", 200, {"nodes": {"n": {"version": version}}})
    said = await refusal(engine.url, tmp_path)
    assert f"is Elasticsearch {version}; klankbord works with Elasticsearch 8, 9 and OpenSearch 2, 3" in said


async def test_opensearch_is_known_by_its_answer(engine, tmp_path):
    engine.say("GET", "/_nodes/_local", 200, {"nodes": {"n": {"version": "1.3.0"}}}, headers={})
    assert "is OpenSearch 1.3.0" in await refusal(engine.url, tmp_path)


async def test_untrusted_certificate(tmp_path):
    made = certificates(tmp_path / "own")
    async with saying(secure=made) as engine:
        assert "certificate that is not trusted: name its authority's file as `ca`" in await refusal(
            engine.url, tmp_path
        )
        settings = Settings(url=engine.url, ca=made.ca)
        trusting = Engine(settings)
        await trusting.recognise()
        await trusting.close()


async def test_no_tls_there(engine, tmp_path):
    said = await refusal(engine.url.replace("http:", "https:"), tmp_path)
    assert "speaks no TLS: use http:// instead" in said


async def test_no_such_authority_file(engine, tmp_path):
    assert "no such file; `ca` names the certificate" in await refusal(engine.url, tmp_path, ca=tmp_path / "x.crt")


async def test_absent_engine(tmp_path):
    said = await refusal("http://127.0.0.1:1", tmp_path)
    assert "does not answer: start it, or correct its `url`" in said


async def test_an_engine_that_comes_late_is_waited_for_visibly(tmp_path):
    said, late = [], asyncio.Event()
    (port,) = free_ports(1)

    def report(line):
        said.append(line)
        late.set()

    url = f"http://127.0.0.1:{port}"
    opening = opened(url, tmp_path, report=report, patience=timedelta(minutes=4))
    entering = asyncio.create_task(opening.__aenter__())
    await late.wait()
    async with saying(port) as engine:
        mapping = {"i": {"mappings": {"_meta": {"klankbord": LAYOUT}}}}
        for name in ("notes", "customers", "cases"):
            engine.say("GET", f"/test-{name}-v{LAYOUT}/_mapping", 200, mapping)
        for name in ("mentions", "notes", "customers", "cases"):
            engine.say("GET", f"/_index_template/test-{name}-v{LAYOUT}", 404, {})
        await entering
        await opening.__aexit__(None, None, None)
    assert [line.split(":")[0] for line in said] == ["archive", "archive"]
    assert "waits and tries again" in said[0]
    assert said[1] == "archive: goes on."


async def test_missing_template_that_may_not_be_put(engine, tmp_path):
    name = f"/_index_template/test-mentions-v{LAYOUT}"
    engine.say("GET", name, 404, {})
    engine.say("PUT", name, 403, {"error": {"type": "security_exception", "reason": "unauthorized"}})
    said = await refusal(engine.url, tmp_path, user="ruth", password="geheim")
    assert f"has no index template test-mentions-v{LAYOUT}, and ruth may not put it there: let the set-up do it" in said


async def test_plain_media_types_pass_any_release(engine):
    asking = Engine(Settings(url=engine.url))
    await asking.ask("POST", "/_bulk", b"{}\n")
    await asking.ask("POST", "/_search", {"size": 0})
    await asking.close()
    types = [(one.headers["accept"], one.headers["content-type"]) for one, _ in engine.heard]
    assert types == [("application/json", "application/x-ndjson"), ("application/json", "application/json")]


@pytest.fixture
async def bulk(engine):
    asking, names = Engine(Settings(url=engine.url)), Names("test")
    engine.say("GET", "/i/_mapping", 200, {"i": {"mappings": {"_meta": {"klankbord": LAYOUT}}}})
    yield Bulk(asking, Indices(asking, names, shards=1, replicas="0-1"), Random(1))
    await asking.close()


def actions(count):
    return [put("i", f"id{number}", 1, Kept(kind="mute", subject="x" * 100)) for number in range(count)]


def items(*statuses):
    error = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
    told = [{"index": {"status": status} | ({"error": error} if status > 299 else {})} for status in statuses]
    return {"errors": any(status > 299 for status in statuses), "items": told}


def posted(engine):
    return [body.count(b'"_id"') for request, body in engine.heard if request.path == "/_bulk"]


async def test_only_what_was_put_off_is_sent_again(engine, bulk):
    engine.say("POST", "/_bulk", 200, items(201, 429, 400, 409, 503), 200, items(201, 201))
    outcomes = await bulk.apply(actions(5))
    assert posted(engine) == [5, 2]
    assert [(one.refused, one.conflict) for one in outcomes] == [
        (False, False),
        (False, False),
        (True, False),
        (False, True),
        (False, False),
    ]


async def test_what_is_put_off_for_long_means_waiting(engine, bulk):
    engine.say("POST", "/_bulk", 200, items(429))
    with pytest.raises(Retry, match=r"puts off writing .429 es_rejected_execution_exception.: queue is full"):
        await bulk.apply(actions(1))


async def test_a_request_too_large_is_halved(engine, bulk):
    def answered(_, body):
        count = body.count(b'"_id"')
        return (413, {}) if count > 2 else (200, items(*[201] * count))

    engine.say("POST", "/_bulk", 200, answered)
    outcomes = await bulk.apply(actions(5))
    assert [one.refused for one in outcomes] == [False] * 5


async def test_a_document_too_large_is_refused_alone(engine, bulk):
    def answered(_, body):
        return (413, {}) if b"id3" in body else (200, items(*[201] * body.count(b'"_id"')))

    engine.say("POST", "/_bulk", 200, answered)
    assert [one.refused for one in await bulk.apply(actions(5))] == [False, False, False, True, False]


@pytest.mark.parametrize(("status", "sentence"), [(429, "is busy or not ready"), (503, "is busy or not ready")])
async def test_a_busy_engine_means_waiting(engine, bulk, status, sentence):
    engine.say("POST", "/_bulk", status, {"error": {"type": "x", "reason": "y"}}, headers={"Retry-After": "7"})
    with pytest.raises(Retry, match=sentence) as waits:
        await bulk.apply(actions(1))
    assert waits.value.after == 7


async def test_password_changed_under_way_stops(engine, bulk):
    engine.say("POST", "/_bulk", 401, {"error": {"type": "security_exception", "reason": "no"}})
    with pytest.raises(Stop, match="refuses the password"):
        await bulk.apply(actions(1))


async def test_read_only_means_waiting_and_goes_on_once_lifted(elasticsearch_node, tmp_path):
    await emptied(elasticsearch_node.url)
    async with opened(elasticsearch_node.url, tmp_path) as archive:
        await archive.write([enriched("1")])
        block = {"index.blocks.read_only_allow_delete": True}
        await archive._engine.ask("PUT", "/test-mentions.*/_settings", block)
        with pytest.raises(Retry, match=r"takes no writing now .*free disk space there"):
            await archive.write([enriched("2")])
        await archive._engine.ask("PUT", "/test-mentions.*/_settings", dict.fromkeys(block))
        assert not await archive.write([enriched("2")])
        assert await archive.count(EVERYTHING) == 2


async def test_an_index_of_another_layout_is_not_written_to(elasticsearch_node, tmp_path):
    prefix = f"alien-{uuid4().hex}"
    asking = Engine(Settings(url=elasticsearch_node.url))
    await asking.ask("PUT", f"/{prefix}-notes-v{LAYOUT}")
    await asking.close()
    said = await refusal(elasticsearch_node.url, tmp_path, prefix=prefix)
    name = f"{prefix}-notes-v{LAYOUT}"
    assert f"{name} was not made by the index template {name} of this release" in said
    await emptied(elasticsearch_node.url, prefix)


def answered(error):
    return {
        "docs": [{"_index": "i", "_id": "a", "_source": {}, "found": True}, {"_index": "i", "_id": "b", "error": error}]
    }


async def test_what_a_part_that_is_away_holds_is_not_taken_for_missing(engine):
    asking = Engine(Settings(url=engine.url))
    away = {"type": "no_shard_available_action_exception", "reason": "No shard available for [get [i][_doc][b]]"}
    engine.say("POST", "/_mget", 200, answered(away))
    with pytest.raises(Retry, match="cannot read a document now: no_shard_available_action_exception"):
        await got(asking, [("i", "a"), ("i", "b")])
    engine.say("POST", "/_mget", 200, answered({"type": "index_not_found_exception", "reason": "no such index [i]"}))
    assert [(one.id, one.found) for one in await got(asking, [("i", "a"), ("i", "b")])] == [("a", True), ("b", False)]
    await asking.close()
