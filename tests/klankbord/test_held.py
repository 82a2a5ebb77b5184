"""What is held of somebody in every store, on both sets of engines: told whole, taken whole, and nobody else's."""

import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from core.case import CaseDocument
from core.codec import encode
from core.customer import CustomerDocument
from core.topics import DEAD, ENRICHED, JUDGEMENTS, MENTIONS
from core.types import Author, DeadLetter, Deletion, Enriched, Finding, Judgement, Mention, Scope
from desk.held.printed import pdf
from desk.store import identities
from desk.store.held_masks import STAFF
from desk.store.held_tables import HOLDS
from desk.web.formats import Formats
from desk.web.words import load
from klankbord import configuration
from klankbord.privacy.erase import erase
from klankbord.privacy.held import HeldOf
from klankbord.stores import open_stores
from tests.desk.holding import configured
from tests.desk.store.filled import ANNA, BERT, HERS, HIS, NOW, fill

HIDDEN = "bluesky:quasimodo-hidden"
THEIRS = (("hers", ANNA, HERS), ("his", BERT, HIS))


@pytest.fixture(params=["sqlite", "elasticsearch"])
async def stores(request, tmp_path):
    """All stores, filled with somebody and with somebody else."""
    more = {}
    if request.param == "elasticsearch":
        node, server = request.getfixturevalue("elasticsearch_node"), request.getfixturevalue("postgresql_server")
        ca = {"ca": str(server.ca)} if server.ca else {}
        more = {
            "sinks": [
                {
                    "use": "elasticsearch",
                    "name": "archive",
                    "settings": {"url": node.url, "prefix": "held", "at_once": True},
                }
            ],
            "desk": {"url": server.create(), "password": server.password, **ca},
        }
    read = configured(tmp_path, **more)
    async with open_stores(read, lambda _: None) as opened:
        await _fill(opened)
        yield opened, HeldOf(read, opened)
        await erase(opened, authors=[ANNA, BERT]).__anext__()


def message(mention, author, text, at=NOW):
    said = Mention(id=mention, source="bluesky", author=Author(id=author), text=text, created_at=at, seen_at=at)
    found = (Finding(name="sentiment", model="m", labels=("negative",)),)
    return Enriched(mention=said, findings=found, vector=b"v" * 388)


async def _fill(stores):
    """A message of each, one of somebody whose account is away, what people said, a dead letter, an export."""
    await fill(stores.desk)
    every = [message(HERS, ANNA, "woorden van haar"), message(HIS, BERT, "woorden van hem")]
    hidden = message(HIDDEN, ANNA, "woorden die nu niet te zien zijn")
    assert not await stores.archive.write([*every, hidden])
    away = Deletion(
        target=HIDDEN, scope=Scope.MENTION, at=NOW + timedelta(hours=1), reason="account gone", reversible=True
    )
    assert not await stores.archive.write([away])
    for one in every:
        mention = one.mention
        await stores.log.append(MENTIONS, [(mention.id, encode(mention))])
        await stores.log.append(ENRICHED, [(mention.id, encode(one))])
        said = Judgement(mention=mention.id, name="tags", labels=("vip",), by="ruth", at=NOW)
        await stores.log.append(JUDGEMENTS, [(mention.id, encode(said))])
        assert not await stores.archive.write([said])
        aside = DeadLetter(
            origin="judgements@1", stage="archive", error="x", detail="x", at=NOW, key=mention.id, payload=encode(said)
        )
        await stores.log.append(DEAD, [(mention.id, encode(aside))])
    both = msgspec.json.encode([one.mention for one in every])
    dead = DeadLetter(origin="bluesky/all", stage="ingest", error="x", detail="x", at=NOW, payload=both)
    await stores.log.append(DEAD, [("", encode(dead))])
    path = stores.folder.exports / "all.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(msgspec.json.encode(one) for one in every) + b"\n")


async def test_every_store_tells_what_it_holds_and_nothing_of_anybody_else(stores):
    _, asking = stores
    held = await asking(accounts=(ANNA,))
    assert [one.stored["enriched"]["mention"]["id"] for one in held.archive] == [HERS, HIDDEN]
    assert [one.vector for one in held.archive] == [388, 388]
    assert [(one.topic, one.key) for one in held.log] == [
        (MENTIONS, HERS), (ENRICHED, HERS), (JUDGEMENTS, HERS), (DEAD, HERS), (DEAD, "")
    ]  # fmt: skip
    assert [(one.name, one.rows) for one in held.files] == [("all.jsonl", 1)]
    assert (held.told, held.erased, held.nothing) == (("hubspot", "removed"), False, False)
    assert len(held.desk) > 25
    text = msgspec.json.encode(held).decode()
    assert "woorden van hem" not in text
    assert BERT not in text


async def test_none_of_the_staff_is_named_in_any_part_of_it(stores):
    _, asking = stores
    held = await asking(accounts=(ANNA,))
    assert [said["by"] for one in held.archive for said in one.stored["judgements"]] == [STAFF]
    payloads = [b64decode(one.value["payload"]).decode() for one in held.log if one.value.get("payload")]
    assert [msgspec.json.decode(one)["by"] for one in payloads] == [STAFF]
    text = "".join([msgspec.json.encode(held).decode(), *payloads])
    assert [name for name in ("ruth", "anna") if f'"{name}"' in text] == []


async def test_a_customer_is_its_accounts(stores):
    opened, asking = stores
    root = (await identities.of_authors(opened.desk, [ANNA]))[ANNA].customer
    by_customer, by_account = await asking(customer=root), await asking(accounts=(ANNA,))
    same = {"made_at": by_account.made_at}
    assert msgspec.structs.replace(by_customer, **same) == by_account


async def test_after_an_erasure_nothing_is_held_and_the_other_holds_what_was(stores):
    opened, asking = stores
    before = await asking(accounts=(BERT,))
    async for _ in erase(opened, authors=[ANNA]):
        pass
    held = await asking(accounts=(ANNA,), messages=(HERS, HIDDEN))
    assert (held.nothing, held.desk, held.erased) == (True, {}, True)
    after = await asking(accounts=(BERT,))
    assert (after.archive, after.files) == (before.archive, before.files)
    assert {name: len(rows) for name, rows in after.desk.items()} == {
        name: len(rows) for name, rows in before.desk.items()
    }


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_it_is_printed_in_both_languages_with_a_word_for_every_table(stores, language):
    _, asking = stores
    held = await asking(accounts=(ANNA,))
    words = load(language)
    form = Formats(words, configuration.Organisation(name="x").zone, datetime.now(UTC))
    assert pdf(held, words=words, form=form).startswith(b"%PDF")
    assert all(f"held.table.{name}" in words.entries for name in held.desk)
    told = {column.name for table in HOLDS for column in table.columns} | {
        *_flat_fields(CustomerDocument, CaseDocument)
    }
    assert {name for name in told if f"held.column.{name}" not in words.entries} == set()


def _flat_fields(*documents):
    """What the paper tells of them: what is nested is left to the file."""
    for document in documents:
        for field in msgspec.structs.fields(document):
            if not re.search(r"tuple|dict", str(field.type)):
                yield field.name
