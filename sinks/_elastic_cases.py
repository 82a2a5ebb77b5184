"""The documents of cases on Elasticsearch and OpenSearch."""

from datetime import timedelta

import msgspec

from core.case import CaseDocument
from core.time import milliseconds
from sinks._elastic_bulk import Bulk
from sinks._elastic_client import Engine
from sinks._elastic_documents import Documents
from sinks._elastic_schema import CaseFields, Names, Stretch

STANDS = timedelta(days=1)
"""How long a case that is not closed is found as open after it was counted: longer than it goes uncounted."""

_fields = msgspec.json.Decoder(CaseFields).decode


def cases(engine: Engine, bulk: Bulk, names: Names) -> Documents[CaseDocument]:
    """core.ports.Documents of cases."""
    return Documents(engine, bulk, names.cases_index, fields, lambda source: _fields(source).body)


def fields(document: CaseDocument) -> CaseFields:
    """The document with what dashboards find and show it by."""
    until = max(document.opened_at, document.closed_at or document.counted_at + STANDS)
    return CaseFields(
        id=document.id,
        number=document.number,
        counted=milliseconds(document.counted_at),
        opened=milliseconds(document.opened_at),
        open=Stretch(gte=milliseconds(document.opened_at), lte=milliseconds(until)),
        source=document.source,
        severity=document.severity,
        outcome=document.outcome,
        state=document.state,
        in_sla=document.in_sla,
        unit=document.unit,
        crisis=None if document.crisis is None else str(document.crisis),
        reason=document.reason,
        answered=None if document.answered_at is None else milliseconds(document.answered_at),
        closed=None if document.closed_at is None else milliseconds(document.closed_at),
        due=None if document.first_due is None else milliseconds(document.first_due),
        answer_clock=document.answer_clock,
        answer_open=document.answer_open,
        handling=document.handling,
        body=document,
    )
