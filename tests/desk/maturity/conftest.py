"""A desk and an archive in which evidence is looked for."""

from datetime import timedelta

import pytest

from desk.maturity.looked import Looked
from desk.ports import Organisation
from tests.desk import corpus
from tests.desk.corpus import ZONE
from tests.desk.foundation.organised import RULES
from tests.desk.serving import fill, opened
from tests.desk.store.made import opened_desk


@pytest.fixture
async def looked(tmp_path):
    async with (
        opened(tmp_path / "archive.db") as archive,
        opened_desk(tmp_path) as desk,
    ):
        await fill(archive, corpus.coverage())
        organisation = Organisation(name="Noorderlijn", zone=ZONE)
        yield Looked(
            database=desk, archive=archive, playbook=RULES, organisation=organisation, keep=timedelta(days=400)
        )
