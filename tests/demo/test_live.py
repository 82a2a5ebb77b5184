from dataclasses import replace
from datetime import timedelta

from klankbord.demo import live
from klankbord.demo.messages import Source
from klankbord.demo.stage import Stage

PACE = 0.0  # seconds: what is said next is said at once


async def said(told, count: int) -> list:
    """The first live messages, as if the clock stood still where the timeline ends."""
    found = []
    async for message, changed in live.messages(told, lambda: told.now + timedelta(seconds=1), pace=PACE):
        found.append((message, changed))
        if len(found) == count:
            return found
    return found


async def test_live_messages_follow_from_the_seed(told):
    assert await said(told, 25) == await said(told, 25)


async def test_live_messages_are_new(told):
    numbers = {message.number for message in told.messages}
    assert all(message.number not in numbers for message, changed in await said(told, 25) if not changed)


async def test_nobody_speaks_whose_account_is_gone(told):
    gone = {change.author.number for change in told.accounts}
    assert all(message.author.number not in gone for message, _ in await said(told, 60))


async def test_people_change_their_minds_live(told):
    changes = [message for message, changed in await said(told, 250) if changed]
    assert changes
    assert all(message.edited_at or message.deleted_at for message in changes)


async def test_a_live_status_goes_on_the_stage(told, tmp_path):
    stage = Stage(folder=tmp_path, timeline=told)
    stage.fill()
    before = len(stage.mastodon.statuses)
    like = next(message for message in told.messages if message.source is Source.MASTODON)
    stage.say(replace(like, number=len(told.messages) + 1, at=told.now))
    assert len(stage.mastodon.statuses) == before + 1


async def test_a_live_note_is_appended_to_the_export(told, tmp_path):
    stage = Stage(folder=tmp_path, timeline=told)
    stage.fill()
    like = next(message for message in told.messages if message.source is Source.CONTACT)
    before = stage.contact.read_bytes()
    stage.say(replace(like, number=len(told.messages) + 1))
    assert stage.contact.read_bytes().startswith(before)
    assert stage.contact.read_text(encoding="utf-8-sig").splitlines()[-1].endswith(like.wording.text.splitlines()[-1])


async def test_a_live_article_heads_its_feed(told, tmp_path):
    stage = Stage(folder=tmp_path, timeline=told)
    stage.fill()
    like = next(m for m in told.messages if m.source is Source.NEWS and m.wording.language == "nl")
    stage.say(replace(like, number=len(told.messages) + 1, at=told.now))
    document = stage.feeds.documents["/noorderblad.xml"].body
    assert document.index(f"/{len(told.messages) + 1}<".encode()) < document.index(f"/{like.number}<".encode())


async def test_a_live_deletion_takes_the_status_away(told, tmp_path):
    stage = Stage(folder=tmp_path, timeline=told)
    stage.fill()
    before = len(stage.mastodon.statuses)
    like = next(m for m in told.messages if m.source is Source.MASTODON and m.deleted_at is None)
    stage.change(replace(like, deleted_at=told.now))
    assert len(stage.mastodon.statuses) == before - 1


async def test_a_later_play_goes_on_after_the_last_number(told):
    last = told.messages[-1].number + 40
    async for message, _ in live.messages(told, lambda: told.now + timedelta(seconds=1), pace=PACE, after=last):
        assert message.number == last + 1
        break
