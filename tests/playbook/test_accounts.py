"""Own accounts by name: what they answered, and what is said to them, is heard whatever it is about."""

from datetime import UTC, datetime

import pytest

from core.types import Author, Mention
from playbook.accounts import Own, names

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DID = "did:plc:own"
OWN = Own(["@Noorderlijn", "hulp@mastodon.nl", DID])


def said(by="x", *, handle=None, url=None, **more):
    author = Author(id=f"mastodon:{by}", handle=handle, url=url)
    return Mention(id="m:1", source="mastodon", author=author, text="", created_at=NOW, seen_at=NOW, **more)


@pytest.mark.parametrize(
    "mention",
    [
        said(handle="noorderlijn", reply_to="m:0"),
        said(handle="hulp", url="https://mastodon.nl/@hulp", thread="m:0"),
        said(DID, reply_to="m:0"),
        said(mentions=("Noorderlijn",)),
        said(own_account="@noorderlijn"),
        said(reply_to=f"bluesky:at://{DID}/app.bsky.feed.post/3k"),
    ],
)
def test_what_concerns_an_own_account_is_heard(mention):
    assert OWN.concerns(mention)
    assert not Own([]).concerns(mention)


@pytest.mark.parametrize(
    "mention",
    [
        said(handle="noorderlijn"),  # no answer
        said(handle="noorderlijn", thread="m:1"),
        said(handle="hulp", url="https://other.example/@hulp", reply_to="m:0"),
        said(mentions=("noorderlijn@other.example",)),
        said(reply_to="bluesky:at://did:plc:other/app.bsky.feed.post/3k"),
    ],
)
def test_what_concerns_none_is_not(mention):
    assert not OWN.concerns(mention)


def test_an_account_has_the_names_that_people_write():
    assert names(Author(id="bluesky:did:plc:X")) == {"did:plc:x"}
    assert names(Author(id="m:7", handle="@A", url="https://b.example/@A")) == {"7", "a", "a@b.example"}
