"""What the policies of sources let leave: never what is not public, never what a source that is gone gave."""

import pytest
import yaml
from msgspec.structs import replace

from core.document import Stored
from core.types import OPEN, Enriched, Visibility
from klankbord import configuration
from klankbord.privacy.leaving import Policies
from tests.enrich.texts import mention
from tests.klankbord.program import file_source


@pytest.fixture
def policies(tmp_path):
    """Three sources: one lets all leave, one its texts, one nothing."""
    sources = [
        file_source("a.jsonl", name="all", excerpts=True, authors=True),
        file_source("b.jsonl", name="texts", excerpts=True),
        file_source("c.jsonl", name="none"),
    ]
    path = tmp_path / "klankbord.yaml"
    path.write_text(yaml.safe_dump({"organisation": {"name": "Klank"}, "sources": sources}))
    return Policies(configuration.read(path))


def heard(source, visibility=Visibility.PUBLIC):
    said = replace(mention("klank"), stream=f"{source}/all", visibility=visibility)
    return Stored(enriched=Enriched(mention=said))


def test_texts_and_authors_leave_as_their_source_says(policies):
    told = {
        name: (policies.texts(heard(name)), policies.authors(heard(name))) for name in ("all", "texts", "none", "gone")
    }
    assert told == {"all": (True, True), "texts": (True, False), "none": (False, False), "gone": (False, False)}


@pytest.mark.parametrize("visibility", Visibility)
def test_what_is_not_public_never_leaves(policies, visibility):
    one = heard("all", visibility)
    assert (policies.texts(one), policies.authors(one)) == ((visibility in OPEN),) * 2
