"""What was deleted leaves the log: with its author, however late it comes, and on its way back to a sink."""

import asyncio
from datetime import timedelta

import apsw
import pytest

from core.codec import dead_letter, encode
from core.document import Stored
from core.topics import DEAD, ENRICHED, EVENTS, MENTIONS, replay
from core.types import Author, Deletion, Enriched, Failure, Scope
from klankbord.privacy.erasures import Erasures
from klankbord.privacy.forgetting import forget
from sinks import _event
from sinks._event import changed, removed
from stream.sqlite import open_log
from tests.ingest.hearing import MORNING, mention

HOUR = timedelta(hours=1)
SECRET = "fluistertekst"


@pytest.fixture
async def log(tmp_path):
    async with open_log(tmp_path / "log") as log:
        yield log


@pytest.fixture
def erased(tmp_path):
    return Erasures(tmp_path / "erased", b"key")


def traces(tmp_path):
    files = [path for path in (tmp_path / "log").glob("*.db*") if not path.name.endswith("-shm")]
    return sorted(path.name for path in files if SECRET.encode() in held(path))


def held(path):
    """What is in a file; nothing where it went since it was listed, as the journal of one that is being made does."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


async def heard(log, number, text=SECRET, **fields):
    one = mention(number, text, **fields)
    await log.append(MENTIONS, [(one.id, encode(one))])
    await log.append(ENRICHED, [(one.id, encode(Enriched(mention=one)))])


async def deleted(log, target, scope=Scope.MENTION, **fields):
    gone = Deletion(target=target, scope=scope, at=MORNING + HOUR, reason="gone", **fields)
    await log.append(ENRICHED, [(target, encode(gone))])


async def once(log, erased):
    stop = asyncio.Event()
    stop.set()
    await forget(log, erased, stop)


async def test_the_words_of_an_account_that_is_gone_are_gone(log, erased, tmp_path):
    await heard(log, 1)
    await heard(log, 2)
    await deleted(log, "test:anna", Scope.AUTHOR)
    await once(log, erased)
    assert traces(tmp_path) == []


async def test_an_account_that_is_gone_takes_nothing_later_and_nothing_of_others(log, erased):
    later = MORNING + 2 * HOUR
    await heard(log, 1, "later", created_at=later, seen_at=later)
    await heard(log, 2, "van een ander", author=Author(id="test:bert"))
    await deleted(log, "test:anna", Scope.AUTHOR)
    await once(log, erased)
    assert len(await log.after(MENTIONS, 0, 10)) == 2


@pytest.mark.parametrize("how", [{"reversible": True}, {"lifted": True}])
async def test_an_account_that_may_come_back_keeps_its_words(log, erased, how):
    await heard(log, 1)
    await deleted(log, "test:anna", Scope.AUTHOR, **how)
    await once(log, erased)
    assert len(await log.after(MENTIONS, 0, 10)) == 1


async def test_a_dead_letter_of_an_account_that_is_gone_is_gone(log, erased):
    for name in ("anna", "annabel"):
        failure = Failure("bad time", "no time", b'{"did":"' + name.encode() + b'","text":"..."}')
        letter = dead_letter(failure, origin="test/one", stage="ingest", at=MORNING)
        await log.append(DEAD, [(letter.origin, encode(letter))])
    await deleted(log, "test:anna", Scope.AUTHOR)
    await once(log, erased)
    assert [record.offset for record in await log.after(DEAD, 0, 10)] == [2]


async def test_a_dead_letter_of_somebody_of_that_name_at_another_source_stays(log, erased):
    for source in ("test", "elders"):
        payload = encode(mention(1, author=Author(id=f"{source}:anna")))
        letter = dead_letter(Failure("bug", "no", payload), origin="mentions@1", stage="stream", at=MORNING)
        await log.append(DEAD, [("test:1", encode(letter))])
    await deleted(log, "test:anna", Scope.AUTHOR)
    await once(log, erased)
    assert [record.offset for record in await log.after(DEAD, 0, 10)] == [2]


async def test_what_is_on_its_way_back_to_the_archive_is_deleted_as_well(log, erased, tmp_path):
    one = mention(1, SECRET)
    await log.append(replay("archive"), [(one.id, encode(Enriched(mention=one)))])
    await deleted(log, one.id)
    await once(log, erased)
    assert traces(tmp_path) == []


@pytest.mark.parametrize(("target", "scope"), [("test:1", Scope.MENTION), ("test:anna", Scope.AUTHOR)])
async def test_what_comes_after_its_deletion_was_honoured_goes_too(log, erased, tmp_path, target, scope):
    stop = asyncio.Event()
    forgetting = asyncio.create_task(forget(log, erased, stop, every=0.01))
    await deleted(log, target, scope)
    async with asyncio.timeout(60):
        while any(row.lag for row in await log.state()) or not await log.state():  # noqa: ASYNC110 - a file tells no event
            await asyncio.sleep(0.01)
    await heard(log, 1)
    stop.set()
    await forgetting
    assert traces(tmp_path) == []


@pytest.mark.parametrize(("target", "scope"), [("test:1", Scope.MENTION), ("test:anna", Scope.AUTHOR)])
async def test_what_comes_after_its_deletion_and_after_a_restart_goes_too(log, erased, tmp_path, target, scope):
    await deleted(log, target, scope)
    await once(log, erased)
    await heard(log, 1)
    await once(log, erased)
    assert traces(tmp_path) == []


def set_aside(one, stage="stream"):
    failure = Failure("refused", "...", encode(one), "test:1")
    return dead_letter(failure, origin="mentions@1", stage=stage, at=MORNING)


async def test_what_comes_late_and_is_set_aside_goes_too(log, erased, tmp_path):
    await deleted(log, "test:1")
    await once(log, erased)
    one = mention(1, SECRET)
    await log.append(MENTIONS, [(one.id, encode(one))])
    await log.append(DEAD, [(one.id, encode(set_aside(one)))])
    await once(log, erased)
    assert traces(tmp_path) == []


async def test_what_comes_late_on_its_way_back_to_any_sink_goes_too(log, erased, tmp_path):
    await deleted(log, "test:anna", Scope.AUTHOR)
    await once(log, erased)
    one = mention(1, SECRET)
    await log.append(replay("crm"), [(one.id, encode(Enriched(mention=one)))])
    stop = asyncio.Event()
    stop.set()
    await forget(log, erased, stop, sinks=("archive", "crm"))
    assert traces(tmp_path) == []


@pytest.mark.parametrize("behind", [MENTIONS, ENRICHED, DEAD])
@pytest.mark.parametrize("fails", [False, True])
async def test_a_copy_that_comes_in_behind_a_pass_is_found_by_its_trail(log, erased, tmp_path, behind, fails):
    """A dead letter is sent back, and is understood or fails again, while a pass over the log topics is under way."""
    one = mention(1, SECRET)
    forget_in, late = log.forget, [behind]

    async def forget_and_then(topic, *rest, **more):
        number = await forget_in(topic, *rest, **more)
        if topic in late:
            late.clear()
            await log.append(MENTIONS, [(one.id, encode(one))])
            out = (DEAD, set_aside(one)) if fails else (ENRICHED, Enriched(mention=one))
            await log.append(out[0], [(one.id, encode(out[1]))])
        return number

    log.forget = forget_and_then
    await deleted(log, "test:1")
    await once(log, erased)
    await once(log, erased)
    assert not late
    assert traces(tmp_path) == []


async def test_what_was_erased_while_it_was_being_set_aside_goes_too(log, erased):
    erased.add(["test:anna"])
    for number, author in enumerate(("test:anna", "test:bert")):
        one = mention(number, author=Author(id=author))
        letter = dead_letter(
            Failure("refused", "...", encode(one), one.id), origin="mentions@1", stage="stream", at=MORNING
        )
        await log.append(MENTIONS, [(one.id, encode(one))])
        await log.append(DEAD, [(one.id, encode(letter))])
    await once(log, erased)
    assert [[record.offset for record in await log.after(topic, 0, 10)] for topic in (MENTIONS, DEAD)] == [[2], [2]]


async def test_of_two_deletions_the_later_counts(log, erased, tmp_path):
    await heard(log, 1)
    await deleted(log, "test:1")
    earlier = Deletion(target="test:1", scope=Scope.MENTION, at=MORNING - HOUR, reason="deleted")
    await log.append(ENRICHED, [("test:1", encode(earlier))])
    await once(log, erased)
    assert traces(tmp_path) == []


async def test_a_group_file_that_another_program_holds_is_waited_for(log, erased, tmp_path):
    await heard(log, 1)
    await deleted(log, "test:1")
    async with log.reader(ENRICHED, "forgetting"):
        pass
    other = apsw.Connection(str(tmp_path / "log" / "groups" / "forgetting.db"))
    other.execute("BEGIN IMMEDIATE")
    stop = asyncio.Event()
    async with open_log(tmp_path / "log", patience=0.05) as hasty:
        forgetting = asyncio.create_task(forget(hasty, erased, stop, every=0.01))
        await asyncio.sleep(0.3)
        assert not forgetting.done()
        other.execute("ROLLBACK")
        other.close()
        async with asyncio.timeout(60):
            while traces(tmp_path):  # noqa: ASYNC110 - a file tells no event
                await asyncio.sleep(0.02)
        stop.set()
        await forgetting


async def told(log, one):
    """An event of that mention, and one that says that it is gone."""
    stored = Stored(enriched=Enriched(mention=one))
    events = [changed(stored, source="urn:test", link=""), removed(one.id, "1.0", MORNING, source="urn:test")]
    await log.append(EVENTS, [(one.id, _event.encode(event)) for event in events])


@pytest.mark.parametrize("gone", [("test:1", Scope.MENTION), ("test:anna", Scope.AUTHOR)])
async def test_an_event_with_deleted_words_goes_and_the_one_that_says_so_stays(log, erased, tmp_path, gone):
    await told(log, mention(1, SECRET))
    await told(log, mention(2, "van een ander", author=Author(id="test:bert")))
    await deleted(log, *gone)
    await once(log, erased)
    assert traces(tmp_path) == []
    assert [record.offset for record in await log.after(EVENTS, 0, 10)] == [2, 3, 4]


async def test_an_event_that_comes_after_its_deletion_goes_too(log, erased, tmp_path):
    await deleted(log, "test:1")
    await once(log, erased)
    await told(log, mention(1, SECRET))
    await once(log, erased)
    assert traces(tmp_path) == []


async def test_an_event_of_what_was_erased_on_its_way_goes(log, erased, tmp_path):
    erased.add(["test:1"])
    await told(log, mention(1, SECRET))
    await once(log, erased)
    assert traces(tmp_path) == []
