"""What the documents of cases must do, whatever the engine: subclass CasesConformance and give it a fixture `archive`."""

import pytest

from core.case import CaseDocument, Kept
from tests.sinks.documents_conformance import DocumentsConformance
from tests.sinks.messages import at


def case(identifier="c1", minute=0.0, **fields):
    said = {"number": 1, "source": "bluesky", "severity": "minor", "outcome": "restore", "state": "open"}
    return CaseDocument(id=identifier, counted_at=at(minute), opened_at=at(0), since=at(0), **said | fields)


FULL = case(
    "c1",
    number=12,
    state="closed",
    unit="webcare",
    crisis=3,
    reason="answered",
    answered_at=at(30),
    closed_at=at(90),
    first_due=at(60),
    in_sla=Kept.YES,
    answer_clock=1800.0,
    answer_open=900.0,
    handling=5400.0,
)


class CasesConformance(DocumentsConformance):
    @pytest.fixture
    def kept(self, archive):
        return archive.cases

    @pytest.fixture
    def full(self):
        return FULL

    @pytest.fixture
    def document(self):
        return case
