"""What a URL asks, as a filter, and as the words that an alert is given."""

from core.query import And, Field, FieldName
from desk.web.view import View, filter_of, read
from playbook.queries import parse

SPAN = (None, None)


def asked(**parameters):
    return filter_of(read(parameters), SPAN, lambda text: parse(text, search=True))


def test_what_an_alert_has_no_part_for_is_told_as_its_query():
    view = View(q="trein OR bus", intent="complaint", aspect='de "app":negative', spam="without", topic="delay")
    told = view.told
    assert told == {"topic": "delay", "query": '(trein OR bus) intent:"complaint" aspect:"de  app :negative" -spam:any'}
    assert parse(told["query"], search=True)


def test_the_query_alone_is_told_as_it_was_written():
    assert View(q="trein OR bus").told == {"query": "trein OR bus"}


def test_an_intent_an_aspect_and_spam_narrow_the_filter():
    where = asked(intent="complaint", aspect="Trein:negative", spam="without")
    assert where.spam is False
    assert where.query == And(
        parts=(
            Field(name=FieldName.INTENT, value="complaint"),
            Field(name=FieldName.ASPECT, value="trein:negative"),
        )
    )
