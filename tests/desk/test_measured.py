"""Requests are measured by the route's template and the class of the answer, never by what was asked for."""

import urllib.error
import urllib.request

import pytest

from core.ports import Measured
from core.telemetry import Duration
from tests.desk.serving import serving


@pytest.fixture
def measured(tmp_path):
    measured = Measured()
    with serving(tmp_path / "archive.db", [], measured=measured) as page:
        for path in ("/healthz", "/static/page.js", "/export.csv?q=anna", "/anna/secret", "/search?q=klacht"):
            with_answer(page.url + path)
    return measured


def with_answer(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_route_has_its_template_and_a_status_its_class(measured):
    found = {labels for name, labels in measured.spreads if name is Duration.PAGE}
    assert {("/healthz", "2xx"), ("/static", "2xx"), ("/export.{form}", "4xx"), ("none", "4xx")} <= found
    assert not [label for labels in found for label in labels if "anna" in label or "klacht" in label]
