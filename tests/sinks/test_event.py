"""The event: CloudEvents by the official library, the published schemas by what is made of the structs."""

from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import msgspec
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import Stored
from core.outward import Linked
from core.types import Author, Engagement, Enriched, Mention
from sinks import _event
from sinks._event import CONTENT_TYPE, Removed, changed, read, removed, schemas, webhook_id
from tests.sinks.messages import at, enriched, judgement
from tests.sinks.receiver import published

DOCS = Path(__file__).parents[2] / "docs" / "events"
WRITE = """from pathlib import Path; from sinks._event import schemas
for name, content in schemas().items(): Path("docs/events", name).write_bytes(content)"""


def made(one, *judgements, **more):
    return changed(
        Stored(enriched=one, judgements=judgements), source="urn:klankbord:Klank", link="https://k/m", **more
    )


def official(event):
    """The event as the library of the CloudEvents project reads it: it raises where a rule is broken."""
    return from_structured_event(HTTPMessage({"content-type": CONTENT_TYPE}, _event.encode(event)))


def test_it_is_a_cloud_event():
    read_back = official(made(enriched("1", "te laat")))
    assert (read_back.get_specversion(), read_back.get_type()) == ("1.0", "klankbord.mention.changed")
    assert (read_back.get_source(), read_back.get_subject()) == ("urn:klankbord:Klank", "file:1")
    assert (read_back.get_time(), read_back.get_datacontenttype()) == (at(0), "application/json")
    assert read_back.get_data()["mention"]["text"] == "te laat"


def test_that_a_mention_is_gone_says_no_more_than_that():
    event = removed("file:1", "7.0", at(9), source="urn:klankbord:Klank")
    read_back = official(event)
    assert (read_back.get_type(), read_back.get_id()) == ("klankbord.mention.removed", "file:1#7.0.removed")
    assert read_back.get_data() == {"mention": "file:1"}
    assert isinstance(read(_event.encode(event)), Removed)
    assert _event.is_event(_event.encode(event))


def test_the_id_is_of_mention_and_version():
    first = made(enriched("1"))
    assert first.id == made(enriched("1", "whatever else is equal")).id
    others = [
        made(enriched("2")),
        made(enriched("1", edited=5)),
        made(enriched("1", generation=1)),
        made(enriched("1"), judgement("file:1", "tags", ("x",), 3)),
        made(enriched("1"), judgement("file:1", "tags", None, 4)),
        made(enriched("1"), again=1),
    ]
    assert len({first.id, *(other.id for other in others)}) == 7


def test_the_time_is_that_of_the_latest_that_made_it_so():
    assert made(enriched("1", edited=5)).time == at(5)
    assert made(enriched("1"), judgement("file:1", "tags", ("x",), 8)).time == at(8)


def test_a_correction_is_told_without_who_made_it_and_a_withdrawn_one_not_at_all():
    event = made(enriched("1"), judgement("file:1", "tags", ("vip",), 3), judgement("file:1", "sentiment", None, 4))
    assert [(one.name, one.labels) for one in event.data.judgements] == [("tags", ("vip",))]
    assert b"ruth" not in _event.encode(event)


def test_no_vector_leaves():
    assert b"vector" not in _event.encode(made(enriched("1", vector=b"\x00" * 388)))


def test_the_customer_is_told_where_known():
    event = made(enriched("1"), customer=Linked(customer="c7", name="Klant BV", keys={"hubspot": "12"}))
    assert official(event).get_data()["customer"] == {"customer": "c7", "name": "Klant BV", "keys": {"hubspot": "12"}}


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1), st.text(), st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)))
def test_whatever_it_is_called_and_says_it_is_sound(native, text, moment):
    mention = Mention(
        id=f"file:{native}",
        source="file",
        author=Author(id="file:a", name=text),
        text=text,
        created_at=moment,
        seen_at=moment,
        engagement=Engagement(read_at=moment, likes=3),
    )
    event = made(Enriched(mention=mention))
    published()[event.dataschema].validate(official(event).get_data())
    assert webhook_id(event).isascii()
    assert "." not in webhook_id(event)


def test_the_published_schemas_are_those_of_the_structs():
    assert {path.name: path.read_bytes() for path in DOCS.glob("*.json")} == schemas(), f"run: python -c '{WRITE}'"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_published_schemas_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(msgspec.json.decode(schemas()[name]))


def test_a_schema_refuses_what_is_no_mention():
    schema = msgspec.json.decode(schemas()["mention.changed.json"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {"mention": {"type": "mention", "id": "file:1"}}, schema, cls=jsonschema.Draft202012Validator
        )


def test_what_is_no_event_is_none():
    assert read(b'{"type":"mention"}') is read(b"\xff") is None
