"""The desk database on both engines, and an archive in a file."""

import numpy as np
import pytest

from desk.faq.faq import Frequently
from desk.web.kept import Written
from picture.similar import WIDTH, Ordinary
from tests.desk.cases.book import NOW, PLAYBOOK
from tests.desk.serving import Leaving
from tests.desk.serving import opened as opened_archive
from tests.desk.store.conftest import desk, full, opened

__all__ = ["archive", "desk", "faq", "full", "opened"]

MIDDLE = np.zeros(WIDTH, dtype=np.float32)
MIDDLE[0] = 0.85


@pytest.fixture
async def archive(tmp_path):
    async with opened_archive(tmp_path / "archive.db", lambda: NOW) as made:
        yield made


@pytest.fixture
def faq(desk, archive):
    """Of a playbook that knows one own account, Noorderlijn."""
    return Frequently(
        desk,
        archive,
        ordinary=lambda: Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32)),
        rules=Written(playbook=PLAYBOOK),
        leaving=Leaving(),
        organisation="Noorderlijn",
        languages=("nl", "en"),
    )
