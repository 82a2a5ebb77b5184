"""Where the policy asks, nothing personal passes the door: not in what goes on, and not in what is set aside."""

from datetime import timedelta

import msgspec
import pytest

from core.codec import encode
from core.ports import Batch
from core.redaction import Kind, Redactor
from core.telemetry import DropReason
from core.types import Author, Failure, Media
from ingest._admit import Policy
from tests.ingest.hearing import MORNING, Scripted, hearing, mention

POLICY = Policy(redactor=Redactor(tuple(Kind), ("NL",)))
NOW = MORNING + timedelta(days=1)
SECRETS = ("06-12345678", "jan@voorbeeld.nl", "NL60INGB8114483500")


@pytest.fixture
async def heard(tmp_path):
    async with hearing(tmp_path) as heard:
        yield heard


def sift(heard, *mentions, **batch):
    return heard.admission.sift(Batch(mentions=mentions, **batch), POLICY, NOW, stream="test/one")


async def test_every_free_text_of_a_mention_is_redacted(heard):
    said = mention(
        1,
        "bel 06-12345678",
        title="jan@voorbeeld.nl",
        content_warning="NL60INGB8114483500",
        media=(Media(kind="image", alt="jan@voorbeeld.nl"), Media(kind="image", alt="een trein")),
        author=Author(id="test:anna", name="Anna 06-12345678"),
    )
    (kept,) = sift(heard, said).mentions
    assert not [secret for secret in SECRETS if secret.encode() in encode(kept)]
    assert (kept.text, kept.author.name, kept.media[1].alt) == ("bel [phone]", "Anna [phone]", "een trein")


async def test_the_same_message_again_is_no_edit(heard):
    said = mention(1, "bel 06-12345678")
    await heard.admission.keep(sift(heard, said))
    assert sift(heard, said).dropped == {DropReason.UNCHANGED: 1}


async def test_an_edit_goes_on_under_the_same_id(heard):
    await heard.admission.keep(sift(heard, mention(1, "bel 06-12345678")))
    (edited,) = sift(heard, mention(1, "mail jan@voorbeeld.nl", edited_at=NOW - timedelta(hours=1))).mentions
    assert (edited.id, edited.text) == ("test:1", "mail [e-mail]")


async def test_a_handle_the_message_addresses_stays(heard):
    (kept,) = sift(heard, mention(1, "jan@voorbeeld.nl is mijn account", mentions=("jan@voorbeeld.nl",))).mentions
    assert kept.text == "jan@voorbeeld.nl is mijn account"


async def test_its_language_and_country_say_whose_numbers_it_holds(heard):
    first, second = mention(1, "06 12 34 56 78", language="fr"), mention(2, "0475 12 34 56", country="BE")
    assert [kept.text for kept in sift(heard, first, second).mentions] == ["[phone]", "[phone]"]


async def test_a_title_is_redacted_before_it_is_cut(heard):
    (kept,) = sift(heard, mention(1, title="x" * 9_990 + " 06-12345678 x")).mentions
    assert "06-" not in kept.title


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b'{"id": "441205069", "text": "bel 06-12345678", "n": [1, {"url": "https://a.example/441205069"}]}', None),
        (b"1;441205069x;bel 06-12345678\n", b"1;441205069x;bel [phone]\n"),
        (b"caf\xe9;jan@voorbeeld.nl", b"caf\xe9;[e-mail]"),
        (b'{"text": "jan@voorbeeld.nl"', b'{"text": "[e-mail]"'),
        (b"[" * 100_000 + b" 06-12345678", b"[" * 100_000 + b" [phone]"),
        (b"", b""),
    ],
)
async def test_what_is_set_aside_is_redacted_and_can_be_read_again(heard, payload, expected):
    (failed,) = sift(heard, failed=(Failure("undecodable", "at jan@voorbeeld.nl", payload),)).failed
    assert failed.detail == "at [e-mail]"
    if expected is None:
        document = msgspec.json.decode(payload) | {"text": "bel [phone]"}
        assert msgspec.json.decode(failed.payload) == document
    else:
        assert failed.payload == expected


async def test_a_message_that_cannot_be_stored_leaves_nothing_in_its_dead_letter(heard):
    await heard.run(Scripted(Batch(mentions=(mention(1, "\0 bel 06-12345678 \0 6-7"),), cursor="1")), policy=POLICY)
    (letter,) = await heard.dead()
    assert b"12345678" not in encode(letter)
    assert b"12345678" not in letter.payload


async def test_without_a_redactor_a_text_stays(heard):
    admitted = heard.admission.sift(Batch(mentions=(mention(1, "bel 06-12345678"),)), Policy(), NOW, stream="test/one")
    assert admitted.mentions[0].text == "bel 06-12345678"
