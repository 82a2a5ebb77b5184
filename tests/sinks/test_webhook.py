"""The webhook against a strict receiver on real sockets, over the real stores."""

import asyncio
import ssl

import pytest

from core.outward import WHOLE
from core.types import Mark, Visibility
from deploy.engines.certificates import certificates
from sinks import _outbox
from sinks._owed import owed
from tests.sinks.house import becomes, house, until
from tests.sinks.messages import deletion, enriched, gone, judgement
from tests.sinks.receiver import OK, receiving, status

QUIET = 0.15
"""Seconds in which a sink that has nothing to send has looked several times."""


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch):
    monkeypatch.setattr(_outbox, "LOOK_EVERY", 0.02)


@pytest.fixture
async def home(tmp_path):
    async with house(tmp_path) as home:
        yield home


async def test_a_mention_arrives_signed_and_sound(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1", "trein vertraagd", topics=("punctuality",))))
        await until(lambda: receiver.taken)
    event = receiver.taken[0].event
    assert (event["type"], event["subject"]) == ("klankbord.mention.changed", "file:1")
    assert event["source"] == "urn:klankbord:Klank"
    assert event["data"]["link"] == "http://127.0.0.1:8420/mention?id=file%3A1"
    assert [one["name"] for one in event["data"]["findings"]] == ["language", "sentiment", "topics"]


async def test_each_version_is_sent_once_however_often_it_is_told(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        items = await home.say(*(enriched(str(place)) for place in range(5)))
        for _ in range(3):
            await sink.write(items)
            await until(lambda: len(receiver.taken) == 5)
        await asyncio.sleep(QUIET)
    assert sorted(request.event["subject"] for request in receiver.taken) == [f"file:{place}" for place in range(5)]


async def test_a_message_has_arrived_when_the_receiver_took_it_the_first_time(home):
    answers = asyncio.Event()

    async def holds(_):
        await answers.wait()
        return OK

    async with receiving(answers=[holds]) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1")))
        await until(lambda: receiver.seen)
        assert home.arrivals() == (0, 0)
        home.later(hours=1)
        answers.set()
        await until(lambda: home.arrivals()[0])
        seen_at = (await home.stores.archive.several(["file:1"]))["file:1"].enriched.mention.seen_at
        assert home.arrivals()[1] == pytest.approx((home.clock() - seen_at).total_seconds(), abs=60)
        await sink.write(await home.say(enriched("1", edited=5)))
        await until(lambda: len(receiver.taken) == 2)
    assert home.arrivals()[0] == 1


async def test_what_the_receiver_refused_has_not_arrived(home):
    async with receiving(always=status(400)) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1")))
        await until(lambda: receiver.seen)
    assert home.arrivals() == (0, 0)


async def test_what_a_person_says_is_sent_and_what_is_withdrawn_too(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1", sentiment="negative")))
        await until(lambda: len(receiver.taken) == 1)
        await sink.write(await home.say(judgement("file:1", "sentiment", ("positive",), 5)))
        await until(lambda: len(receiver.taken) == 2)
        await sink.write(await home.say(judgement("file:1", "sentiment", None, 6)))
        await until(lambda: len(receiver.taken) == 3)
    labels = [finding["labels"] for one in receiver.taken for finding in one.event["data"]["findings"][1:]]
    assert labels == [["negative"], ["positive"], ["negative"]]
    assert "ruth" not in receiver.taken[1].body.decode()
    assert len({request.id for request in receiver.taken}) == 3


async def test_history_and_drills_are_not_sent_nor_what_is_said_of_them(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        await home.say(enriched("1", marks=(Mark.HISTORY,)), enriched("2", marks=(Mark.DRILL,)))
        await sink.write(
            await home.say(judgement("file:1", "tags", ("vip",), 1), judgement("file:2", "tags", ("x",), 1))
        )
        await asyncio.sleep(QUIET)
    assert receiver.seen == []


async def test_what_not_everybody_could_read_never_leaves(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        shut = [enriched(kind, visibility=Visibility(kind)) for kind in ("followers", "direct", "unknown")]
        await sink.write(await home.say(*shut, enriched("open", visibility=Visibility.UNLISTED)))
        await until(lambda: receiver.taken)
        await asyncio.sleep(QUIET)
    assert [request.event["subject"] for request in receiver.taken] == ["file:open"]


async def test_what_is_deleted_is_taken_back_over_there(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1"), enriched("2")))
        await until(lambda: len(receiver.taken) == 2)
        await sink.write(await home.say(deletion("file:1", 9)))
        await becomes(lambda: home.row("file:1"), None)
    assert [request.type for request in receiver.taken] == ["changed", "changed", "removed"]
    assert receiver.taken[2].event["data"] == {"mention": "file:1"}
    assert await home.row("file:2") is not None


async def test_a_deletion_of_what_was_never_sent_is_nobodys_business(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1"), deletion("file:1", 9), deletion("file:elsewhere", 9)))
        await becomes(lambda: home.row("file:1"), None)
    assert receiver.seen == []


async def test_text_that_is_deleted_while_it_waits_is_never_sent(home):
    async with receiving(always=status(400)) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1", "spijt me")))
        await becomes(lambda: tries(home), 1)
        await sink.write(await home.say(deletion("file:1", 9)))
        receiver.always = OK
        home.later(minutes=10)
        await becomes(lambda: home.row("file:1"), None)
    assert receiver.taken == []


async def test_what_was_sent_and_is_deleted_while_a_later_version_waits_is_taken_back(home):
    async with receiving(answers=[OK, status(400)]) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1", "eerst")))
        await until(lambda: receiver.taken)
        await sink.write(await home.say(enriched("1", "later", edited=3)))
        await becomes(lambda: tries(home), 1)
        await sink.write(await home.say(deletion("file:1", 9)))
        home.later(minutes=10)
        await until(lambda: len(receiver.taken) == 2)
    assert [request.text for request in receiver.taken] == ["eerst", None]


async def test_a_failing_mention_waits_with_what_comes_later_and_holds_back_no_other(home):
    def refuses(request):
        return status(422, body=b"no such field") if request.event["subject"] == "file:1" else OK

    async with receiving(always=refuses) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1", "eerst")))
        await until(lambda: receiver.seen)
        await sink.write(
            await home.say(enriched("1", "later", edited=3), *(enriched(str(place)) for place in range(2, 9)))
        )
        await until(lambda: len(receiver.taken) == 7)
        await asyncio.sleep(QUIET)
        assert [request.event["subject"] for request in receiver.seen].count("file:1") == 1
        receiver.always = OK
        home.later(seconds=6)
        await until(lambda: len(receiver.taken) == 8)
    assert receiver.taken[-1].text == "later"


async def test_what_changes_while_a_request_is_under_way_is_sent_after_it(home):
    async def slowly(_):
        await asyncio.sleep(0.3)
        return OK

    async with receiving(always=slowly) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1", "eerst")))
        await until(lambda: receiver.seen)
        await sink.write(await home.say(enriched("1", "later", edited=3)))
        await until(lambda: len(receiver.taken) == 2)
        assert receiver.together == 1
    assert receiver.texts() == ["eerst", "later"]


async def test_a_try_is_made_again_under_the_same_id(home):
    async with receiving(answers=[status(500), status(500)]) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1")))
        await becomes(lambda: tries(home), 1)
        home.later(seconds=6)
        await becomes(lambda: tries(home), 2)
        home.later(minutes=6)
        await until(lambda: receiver.taken)
    assert len({request.id for request in receiver.seen}) == 1
    assert len({request.headers["webhook-timestamp"] for request in receiver.seen}) == 3


async def test_after_ten_tries_it_is_a_dead_letter_that_can_be_sent_back(home):
    spans = [{"seconds": 6}, {"minutes": 6}, *({"hours": hours} for hours in (0.6, 2.2, 5.3, 10.6, 14.8, 21.1, 25.3))]
    async with receiving(always=status(422, body=b"unreadable")) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1", "lastig")))
        for number, span in enumerate(spans, start=1):
            await becomes(lambda: tries(home), number)
            home.later(**span)
        await until(lambda: len(receiver.seen) == 10)
        await becomes(lambda: home.row("file:1"), None)
        (letter,) = await home.letters()
        assert (letter.key, letter.stage, letter.error) == ("file:1", "webhook", "undelivered")
        assert letter.detail == "it answered 422: unreadable"
        receiver.always = OK
        await sink.write(await home.say(enriched("1", "lastig")))
        await until(lambda: receiver.taken)
    assert receiver.texts() == ["lastig"]


async def test_a_receiver_that_asks_to_wait_is_left_alone(home):
    async with receiving(answers=[status(429, "Retry-After: 120")]) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(*(enriched(str(place)) for place in range(9))))
        await until(lambda: receiver.seen)
        await asyncio.sleep(QUIET)
        before = len(receiver.seen)
        home.later(seconds=60)
        await asyncio.sleep(QUIET)
        assert len(receiver.seen) == before
        home.later(seconds=70)
        await until(lambda: len(receiver.taken) == 9)


async def test_a_receiver_that_fails_as_a_whole_is_asked_by_one_request_at_a_time(home):
    async with receiving(always=status(503)) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(*(enriched(str(place)) for place in range(30))))
        await until(lambda: any("the receiver fails" in line for line in home.said))
        await asyncio.sleep(QUIET)
        before = len(receiver.seen)
        assert before < 9
        home.later(seconds=6)
        await until(lambda: len(receiver.seen) == before + 1)
        await asyncio.sleep(QUIET)
        assert len(receiver.seen) == before + 1
        receiver.always = OK
        home.later(minutes=6)
        await until(lambda: len(receiver.taken) == 30)
    assert home.said == ["webhook: waits and tries again: the receiver fails: it answered 503", "webhook: goes on"]
    assert sorted(request.event["subject"] for request in receiver.taken) == sorted(f"file:{one}" for one in range(30))


async def test_no_more_requests_at_once_than_allowed(home):
    async def slowly(request):
        await asyncio.sleep(0.3)
        return OK

    async with receiving(always=slowly) as receiver, home.sending(receiver, at_once=3) as sink:
        await sink.write(await home.say(*(enriched(str(place)) for place in range(15))))
        await until(lambda: len(receiver.taken) == 15)
    assert receiver.together == 3


async def test_what_was_under_way_when_it_stopped_starts_nothing_anew(home):
    async def answers(request):
        if request.event["subject"] == "file:1":
            await until(lambda: len(receiver.seen) == 2)
            return status(410)
        await until(lambda: any("410 Gone" in line for line in home.said))
        return OK

    async with receiving(always=answers) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("2"), enriched("1")))
        await until(lambda: receiver.taken)
        await sink.write(await home.say(enriched("3")))
        await asyncio.sleep(QUIET)
    assert sorted(request.event["subject"] for request in receiver.seen) == ["file:1", "file:2"]
    assert await home.row(WHOLE) is not None


async def test_410_stops_it_until_a_person_enables_it(home):
    async with receiving(answers=[status(410)]) as receiver:
        async with home.sending(receiver) as sink:
            await sink.write(await home.say(enriched("1")))
            await until(lambda: any("410 Gone" in line for line in home.said))
        async with home.sending(receiver) as sink:
            await sink.write(await home.say(enriched("2")))
            home.later(days=2)
            await asyncio.sleep(QUIET)
            assert len(receiver.seen) == 1
            await home.outward().shelf.drop([""])
            await until(lambda: len(receiver.taken) == 2)
    assert sorted(request.event["subject"] for request in receiver.taken) == ["file:1", "file:2"]


async def test_that_it_stopped_is_said_once_however_many_requests_were_under_way(home):
    async def together(_):
        await until(lambda: len(receiver.seen) == 4)
        return status(410)

    async with receiving(always=together) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(*(enriched(str(place)) for place in range(4))))
        await until(lambda: any("410 Gone" in line for line in home.said))
    assert len([line for line in home.said if "410 Gone" in line]) == 1


async def test_one_that_took_nothing_for_days_is_stopped_and_nothing_is_lost(home):
    async with receiving(always=status(500)) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(*(enriched(str(place)) for place in range(5))))
        await until(lambda: any("the receiver fails" in line for line in home.said))
        home.later(hours=80)
        await until(lambda: any("until a person enables it" in line for line in home.said))
        assert await home.letters() == []
        receiver.always = OK
        await home.outward().shelf.drop([""])
        await until(lambda: len(receiver.taken) == 5)


async def test_one_that_only_ever_asks_to_wait_is_stopped_too(home):
    async def together(_):
        await until(lambda: len(receiver.seen) >= 3)
        return status(503, "Retry-After: 60")

    async with receiving(always=together) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(*(enriched(str(place)) for place in range(3))))
        await until(lambda: any("the receiver fails" in line for line in home.said))
        home.later(hours=80)
        await until(lambda: any("until a person enables it" in line for line in home.said))
        assert await home.letters() == []


async def test_no_redirect_is_followed(home):
    async with receiving() as other, receiving() as receiver, home.sending(receiver) as sink:
        receiver.answers = [status(307, f"Location: {other.url}")]
        await sink.write(await home.say(enriched("1")))
        await becomes(lambda: tries(home), 1)
        home.later(seconds=6)
        await until(lambda: receiver.taken)
    assert other.seen == []


async def test_an_answer_without_end_is_not_read(home):
    async def endless(_):
        return b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + b"x" * 4_000_000

    async with receiving(always=endless) as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1"), enriched("2")))
        await until(lambda: len(receiver.taken) == 2)
        await asyncio.sleep(QUIET)
    assert len(receiver.seen) == 2


async def test_what_is_not_answered_in_time_is_tried_again(home):
    async with receiving(answers=[None]) as receiver, home.sending(receiver, timeout="2s") as sink:
        await sink.write(await home.say(enriched("1")))
        await becomes(lambda: tries(home), 1)
        home.later(seconds=6)
        await until(lambda: receiver.taken)
    assert len({request.id for request in receiver.seen}) == 1


@pytest.mark.parametrize("half", [b"", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\nContent-Le", b"\x00\x01\r\n\r\nx"])
async def test_a_receiver_that_closes_half_way_is_tried_again(home, half):
    async with receiving(answers=[half + b""]) as receiver, home.sending(receiver) as sink:
        receiver.answers = [lambda _: half]
        await sink.write(await home.say(enriched("1")))
        await becomes(lambda: tries(home), 1)
        home.later(seconds=6)
        await until(lambda: len(receiver.seen) == 2)
    assert [request.event["subject"] for request in receiver.seen] == ["file:1", "file:1"]


@pytest.mark.parametrize("trusted", [False, True])
async def test_a_certificate_is_verified(home, tmp_path, trusted):
    made = certificates(tmp_path / "tls")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(made.certificate, made.key)
    settings = {"ca": made.ca} if trusted else {}
    async with receiving(tls=tls) as receiver, home.sending(receiver, **settings) as sink:
        await sink.write(await home.say(enriched("1")))
        if trusted:
            await until(lambda: receiver.taken)
        else:
            await becomes(lambda: tries(home), 1)
    assert len(receiver.seen) == trusted


async def tries(home):
    row = await home.row("file:1")
    return owed(row).tries


async def test_both_secrets_sign_while_one_takes_the_place_of_the_other(home):
    new = "whsec_" + "bmV3IHNlY3JldCBvZiAyNCBieXRlcyEh"
    for secret in ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", new):
        async with (
            receiving(secret=secret) as receiver,
            home.sending(receiver, secrets=[new, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]) as sink,
        ):
            await sink.write(await home.say(enriched(secret)))
            await until(lambda receiver=receiver: receiver.taken)
            assert receiver.taken[-1].headers["webhook-signature"].count("v1,") == 2


async def test_a_hidden_account_is_taken_back_and_sent_again_when_it_returns(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1", author="bob"), enriched("2")))
        await until(lambda: len(receiver.taken) == 2)
        await sink.write(await home.say(gone("file:bob", 5, reversible=True)))
        await until(lambda: len(receiver.taken) == 3)
        await sink.write(await home.say(gone("file:bob", 9, reversible=True, lifted=True)))
        await until(lambda: len(receiver.taken) == 4)
    mine = [request for request in receiver.taken if request.event["subject"] == "file:1"]
    assert [request.type for request in mine] == ["changed", "removed", "changed"]
    assert len({request.id for request in mine}) == 3


async def test_what_is_back_is_an_event_of_its_own_even_where_it_was_taken_back_before_the_sink_was_told(home):
    """The archive is ahead of the sink: an edit that is looked at meanwhile finds the account hidden already."""
    async with receiving() as receiver, home.sending(receiver) as sink:
        first = enriched("1", author="bob")
        await sink.write(await home.say(first))
        await until(lambda: len(receiver.taken) == 1)
        hidden = await home.say(gone("file:bob", 5, reversible=True))
        await sink.write([first])
        await until(lambda: len(receiver.taken) == 2)
        await sink.write(hidden)
        await sink.write(await home.say(gone("file:bob", 9, reversible=True, lifted=True)))
        await until(lambda: len(receiver.taken) == 3)
    assert [request.type for request in receiver.taken] == ["changed", "removed", "changed"]
    assert len({request.id for request in receiver.taken}) == 3


async def test_what_was_deleted_for_good_is_forgotten_even_where_it_was_taken_back_before_the_sink_was_told(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        first = enriched("1")
        await sink.write(await home.say(first))
        await until(lambda: len(receiver.taken) == 1)
        deleted = await home.say(deletion("file:1", 9))
        await sink.write([first])
        await until(lambda: len(receiver.taken) == 2)
        assert await home.row("file:1") is not None
        await sink.write(deleted)
        await becomes(lambda: home.row("file:1"), None)
    assert [request.type for request in receiver.taken] == ["changed", "removed"]


async def test_what_may_have_arrived_before_a_crash_is_taken_back(home):
    never = asyncio.Event()

    async def holds(_):
        await never.wait()
        return OK

    async with receiving(always=holds) as receiver:
        with pytest.raises(ExceptionGroup):
            await killed_while_sending(home, receiver)
        receiver.always = OK
        ended = await home.say(deletion("file:1", 9))
        async with home.sending(receiver) as sink:
            await sink.write(ended)
            await until(lambda: receiver.taken)
    assert [request.type for request in receiver.taken] == ["removed"]


class KilledHere(Exception):  # noqa: N818 - what happens
    pass


async def killed_while_sending(home, receiver):
    async with home.sending(receiver, timeout="1h") as sink:
        await sink.write(await home.say(enriched("1")))
        await until(lambda: receiver.seen)
        raise KilledHere


async def test_an_account_that_is_gone_takes_all_it_wrote_along(home):
    async with receiving() as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(*(enriched(str(place), author="bob") for place in range(4)), enriched("9")))
        await until(lambda: len(receiver.taken) == 5)
        await sink.write(await home.say(gone("file:bob", 5)))
        await until(lambda: len(receiver.taken) == 9)
        await becomes(lambda: home.row("file:0"), None)
    assert {request.event["subject"] for request in receiver.taken[5:]} == {f"file:{place}" for place in range(4)}


async def test_the_end_of_a_keep_time_is_told(tmp_path):
    source = {"use": "file", "name": "file", "keep": "5000w", "settings": {"paths": ["*.jsonl"]}}
    async with house(tmp_path, sources=[source]) as home, receiving() as receiver, home.sending(receiver) as sink:
        await sink.write(await home.say(enriched("1")))
        await until(lambda: receiver.taken)
        home.later(weeks=5000)
        await until(lambda: len(receiver.taken) == 2)
    assert receiver.taken[1].type == "removed"
