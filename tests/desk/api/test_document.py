"""The OpenAPI document is the one that is kept, and the running API keeps to it."""

import itertools
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from desk.api.openapi import document, printed
from tests.desk import corpus
from tests.desk.api.asking import parts
from tests.desk.serving import everything, serving

DOCS = Path(__file__).parents[3] / "docs"


def test_the_document_that_is_kept_is_the_one_that_is_made():
    assert (DOCS / "api/openapi.json").read_text() == printed(), "python -m desk.api.openapi > docs/api/openapi.json"


def test_the_readable_page_names_every_question_and_parameter():
    told = (DOCS / "api.md").read_text()
    for path, operation in document()["paths"].items():
        assert f"`{path}`" in told
        assert [one["name"] for one in operation["get"]["parameters"] if f"`{one['name']}`" not in told] == []


async def test_the_document_is_served_without_a_token_and_known_by_its_tag(client):
    first = await client.get("/api/v1/openapi.json")
    assert json.loads(await first.text()) == document()
    again = await client.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


def test_whatever_the_document_allows_is_answered_as_it_says(tmp_path):
    """Schemathesis asks the running API, over a month of talk with hostile texts, all that its document allows and more."""
    ticks = itertools.count()

    def clock():  # each look at it is a second later, so that no allowance is ever used up
        return corpus.NOW + timedelta(seconds=next(ticks))

    with serving(tmp_path / "archive.db", everything()[-900:], now=clock, api=parts(texts=("bluesky",))) as served:
        asked = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")), "run", f"{served.url}/api/v1/openapi.json",
                "--url", f"{served.url}/api/v1", "-H", "Authorization: Bearer all", "--checks", "all",
                "--exclude-checks", "positive_data_acceptance",  # a query or a stretch that fits the schema can be wrong
                "--phases", "examples,coverage,fuzzing", "--max-examples", "12", "--seed", "7", "--no-color",
                "--max-failures", "5", "--request-timeout", "120", "--suppress-health-check", "too_slow",
            ],
            check=False, capture_output=True, text=True, timeout=1800, cwd=tmp_path,
        )  # fmt: skip
    assert asked.returncode == 0, asked.stdout[-6000:] + asked.stderr[-2000:]
