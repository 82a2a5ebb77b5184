"""The digest that the demo shows: of last week, with links to the page that runs."""

from klankbord import configuration
from klankbord.demo.dialogues import dialogues
from klankbord.demo.weekly import write_week
from klankbord.stores import open_stores
from tests.demo.climbed import heard, written
from tests.demo.conftest import NOW

PAGE = "http://127.0.0.1:8499"


async def test_it_lies_beside_the_configuration_and_leads_to_the_page(tmp_path):
    read = configuration.read(written(tmp_path))
    async with open_stores(read, str) as stores:
        await heard(stores, read, {one.number: one for told in dialogues(NOW).values() for one in told.said})
        stores.folder.page.write_text(PAGE)
        path = await write_week(read, stores, lambda: NOW)
    told = path.read_text(encoding="utf-8")
    assert path == tmp_path.resolve() / "digest.html"
    assert "bij Noorderlijn" in told
    assert f'href="{PAGE}/' in told
