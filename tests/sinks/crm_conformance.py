"""What every CRM sink must do, whatever is on the other side: subclass CrmConformance and give it a fixture `world`."""

from datetime import timedelta

import pytest

from core.errors import Denied, Retry
from core.types import Enriched, Mark
from sinks._crm_beside import once
from tests.sinks.crm_world import World
from tests.sinks.house import arrivals
from tests.sinks.lending import SINK
from tests.sinks.messages import at, deletion, enriched, gone, judgement

ANNA = "file:anna"


def linked(world: World) -> None:
    world.house.link(ANNA, "c1", "Anna de Vries")


def said(world: World, native: str, text: str = "trein vertraagd", **fields: object) -> Enriched:
    return world.house.say(enriched(native, text, **fields))


class Follows:
    """Versions, deletions and erasures."""

    async def test_a_mention_of_a_linked_customer_arrives_with_its_words_and_its_contact(self, world):
        linked(world)
        async with world.open() as sink:
            assert not await sink.write([said(world, "1", "de trein <b>rijdt</b> niet & nu?", topics=("uitval",))])
        there = (await world.matters())["file:1"]
        assert "niet & nu?" in there.words
        assert "uitval" in there.words
        assert "/mention/file:1" in there.words
        assert (await world.contacts())[there.contact] == ("c1", "Anna de Vries")

    async def test_an_edit_changes_what_is_there(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1", "oude woorden")])
            before = (await world.matters())["file:1"]
            await sink.write([said(world, "1", "nieuwe woorden", edited=5)])
        after = (await world.matters())["file:1"]
        assert after.native == before.native
        assert "nieuwe woorden" in after.words
        assert "oude woorden" not in after.words

    async def test_a_message_has_arrived_when_it_is_there_the_first_time(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1"), said(world, "2", author="bob")])
            assert arrivals(world.house.measured, SINK)[0] == 1
            await sink.write([said(world, "1", edited=5)])
        assert arrivals(world.house.measured, SINK)[0] == 1

    async def test_a_judgement_changes_what_is_there(self, world):
        linked(world)
        async with world.open() as sink:
            item = said(world, "1")
            await sink.write([item])
            said_of_it = judgement("file:1", "sentiment", ("positive",), 7)
            world.house.say(item, said_of_it)
            await sink.write([said_of_it])
        assert "positive" in (await world.matters())["file:1"].words

    async def test_a_replay_sends_nothing(self, world):
        linked(world)
        items = [said(world, str(place)) for place in range(3)]
        async with world.open() as sink:
            await sink.write(items)
        world.between.calls.clear()
        async with world.open() as sink:
            await sink.write([*items, *items])
        assert world.between.calls == []

    async def test_a_late_version_changes_nothing(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1", "nieuw", edited=5)])
            world.between.calls.clear()
            await sink.write([enriched("1", "oud")])
        assert world.between.calls == []
        assert "nieuw" in (await world.matters())["file:1"].words

    async def test_a_deleted_mention_goes_there_too(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1"), said(world, "2")])
            del world.house.archive["file:1"]
            assert not await sink.write([deletion("file:1", 5)])
        assert set(await world.matters()) == {"file:2"}
        assert await world.house.shelf.all() == {"file:2"}

    async def test_what_is_deleted_before_it_is_sent_is_never_sent(self, world):
        linked(world)
        async with world.open() as sink:
            assert not await sink.write([enriched("1"), deletion("file:1", 5)])
        assert await world.matters() == {}
        assert world.between.calls == []

    async def test_what_people_threw_away_there_is_gone_as_well(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1")])
            await world.throws_away((await world.matters())["file:1"].native)
            del world.house.archive["file:1"]
            assert not await sink.write([deletion("file:1", 5), deletion("file:1", 6)])
        assert await world.house.shelf.all() == set()

    async def test_what_people_threw_away_there_comes_back_when_it_changes(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1")])
            await world.throws_away((await world.matters())["file:1"].native)
            assert not await sink.write([said(world, "1", "anders", edited=5)])
        assert "anders" in (await world.matters())["file:1"].words

    async def test_an_account_that_ends_takes_all_it_said_along(self, world):
        linked(world)
        world.house.link("file:bea", "c2", "Bea")
        async with world.open() as sink:
            await sink.write([said(world, "1"), said(world, "2"), said(world, "3", author="bea")])
            for mention in ("file:1", "file:2"):
                del world.house.archive[mention]
            assert not await sink.write([gone(ANNA, 5)])
        assert set(await world.matters()) == {"file:3"}
        assert await world.house.shelf.all() == {"file:3"}

    async def test_an_account_that_is_away_for_now_comes_back(self, world):
        linked(world)
        async with world.open() as sink:
            item = said(world, "1")
            await sink.write([item])
            del world.house.archive["file:1"]
            await sink.write([gone(ANNA, 5, reversible=True)])
            assert await world.matters() == {}
            world.house.moment += timedelta(seconds=1)
            world.house.say(item)
            await sink.write([gone(ANNA, 6, reversible=True, lifted=True)])
        assert set(await world.matters()) == {"file:1"}

    async def test_an_erasure_in_another_process_reaches_it_and_leaves_no_row(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1", "vertrouwelijk"), said(world, "2")])
            del world.house.archive["file:1"]
            await world.house.shelf.recall("file:1")
            await once(sink)
        assert set(await world.matters()) == {"file:2"}
        assert await world.house.shelf.all() == {"file:2"}

    async def test_the_end_of_its_keep_time_ends_it_there(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1")])
            world.house.moment = at(600) + timedelta(days=401)
            await once(sink)
            assert await world.house.shelf.all() == set()
            assert not await sink.write([said(world, "2")])
        assert await world.matters() == {}

    async def test_a_row_that_is_due_too_early_stays(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1")])
            await world.house.shelf.recall("file:1")
            await once(sink)
        assert set(await world.matters()) == {"file:1"}
        assert (await world.house.shelf.get(["file:1"]))["file:1"].due_at == at(0) + timedelta(days=400)


class Belongs:
    """Whose contact it becomes, and whose it does not."""

    async def test_nothing_is_sent_of_somebody_nobody_is_linked_to(self, world):
        async with world.open() as sink:
            assert not await sink.write([said(world, "1")])
        assert await world.matters() == {}
        assert await world.contacts() == {}

    async def test_everyone_is_sent_without_a_contact(self, world):
        async with world.open(everyone=True) as sink:
            assert not await sink.write([said(world, "1")])
        assert (await world.matters())["file:1"].contact is None
        assert await world.contacts() == {}

    async def test_a_contact_of_a_stranger_is_made_only_where_that_is_configured(self, world):
        async with world.open(everyone=True, create_contacts=True) as sink:
            assert not await sink.write([said(world, "1"), said(world, "2")])
        (contact,) = (await world.contacts()).values()
        assert contact == (ANNA, "Anna")

    async def test_the_contact_that_the_customer_is_there_already_keeps_its_name(self, world):
        native = await world.made_by_people("A. de Vries-Bakker")
        world.house.link(ANNA, "c1", "anna", **{world.name: native})
        async with world.open() as sink:
            assert not await sink.write([said(world, "1")])
        assert (await world.matters())["file:1"].contact == native
        assert [name for _, name in (await world.contacts()).values()] == ["A. de Vries-Bakker"]

    async def test_several_mentions_of_a_customer_share_a_contact(self, world):
        linked(world)
        world.house.link("file:anna2", "c1", "Anna de Vries")
        async with world.open() as sink:
            await sink.write([said(world, "1")])
        async with world.open() as sink:
            await sink.write([said(world, "2"), said(world, "3", author="anna2")])
        assert len(await world.contacts()) == 1
        assert len({there.contact for there in (await world.matters()).values()}) == 1

    async def test_a_mention_moves_with_its_author_to_another_customer(self, world):
        linked(world)
        async with world.open() as sink:
            item = said(world, "1")
            await sink.write([item])
            world.house.link(ANNA, "c2", "Anna Bakker")
            await sink.write([item])
        there = (await world.matters())["file:1"]
        assert (await world.contacts())[there.contact] == ("c2", "Anna Bakker")

    async def test_a_mention_goes_when_its_author_is_nobodys_any_more(self, world):
        linked(world)
        async with world.open() as sink:
            item = said(world, "1")
            await sink.write([item])
            world.house.links.clear()
            await sink.write([item])
        assert await world.matters() == {}

    async def test_what_an_account_wrote_before_it_was_linked_goes_there_when_it_is(self, world):
        async with world.open() as sink:
            await sink.write([said(world, "1"), said(world, "2"), said(world, "3", author="bob")])
            said(world, "4", marks=(Mark.HISTORY,))
            linked(world)
            await world.house.relink(ANNA)
            await sink.look_again()
        assert set(await world.matters()) == {"file:1", "file:2"}
        assert await world.house.shelf.due(world.house.moment, 9) == []
        assert arrivals(world.house.measured, SINK)[0] == 0

    async def test_what_is_there_moves_and_goes_when_its_account_does(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "1"), said(world, "2")])
        world.house.link(ANNA, "c2", "Anna Bakker")
        await world.house.relink(ANNA)
        async with world.open() as sink:
            await sink.look_again()
            there = await world.matters()
            assert {(await world.contacts())[one.contact] for one in there.values()} == {("c2", "Anna Bakker")}
            world.house.links.clear()
            await world.house.relink(ANNA)
            await sink.look_again()
        assert await world.matters() == {}

    @pytest.mark.parametrize("mark", list(Mark))
    async def test_history_and_drills_never_begin_anything(self, world, mark):
        linked(world)
        async with world.open() as sink:
            item = said(world, "1", marks=(mark,))
            world.house.say(item, judgement("file:1", "tags", ("vip",), 3))
            await sink.write([judgement("file:1", "tags", ("vip",), 3)])
        assert await world.matters() == {}

    async def test_what_people_judged_irrelevant_is_not_begun(self, world):
        linked(world)
        irrelevant = judgement("file:1", "irrelevant", ("yes",), 3)
        async with world.open() as sink:
            world.house.say(said(world, "1"), irrelevant)
            await sink.write([irrelevant])
            assert await world.matters() == {}
            withdrawn = judgement("file:1", "irrelevant", None, 4)
            world.house.say(said(world, "1"), withdrawn)
            await sink.write([withdrawn])
        assert set(await world.matters()) == {"file:1"}

    async def test_only_what_these_monitors_matched_is_begun_and_what_is_begun_stays_true(self, world):
        linked(world)
        async with world.open(monitors=("klachten",)) as sink:
            await sink.write([said(world, "1", monitors=("klachten",)), said(world, "2", monitors=("pers",))])
            await sink.write([said(world, "1", "bedankt!", edited=5, monitors=("pers",))])
        there = await world.matters()
        assert set(there) == {"file:1"}
        assert "bedankt!" in there["file:1"].words


class Withstands:
    """The other side away, busy, slow, broken, or of another opinion."""

    async def test_edits_while_it_is_down_arrive_as_one(self, world):
        linked(world)
        items = [said(world, "1", f"versie {place}", edited=place) for place in (1, 2, 3)]
        world.between.away = True
        async with world.open() as sink:
            for _ in range(2):
                with pytest.raises(Retry):
                    await sink.write(items)
            world.between.away = False
            assert not await sink.write(items)
        assert "versie 3" in (await world.matters())["file:1"].words

    async def test_one_refused_record_is_answered_and_the_others_arrive(self, world):
        linked(world)
        bad = world.refused()
        items = [said(world, "1"), said(world, bad), said(world, "3")]
        async with world.open() as sink:
            ((place, failure),) = await sink.write(items)
            assert not await sink.write([items[0], items[2]])
        assert (place, failure.reason, failure.key) == (1, "refused", f"file:{bad}")
        assert len(failure.detail) > 20
        assert set(await world.matters()) == {"file:1", "file:3"}

    async def test_more_than_one_call_takes_all_arrive(self, world):
        linked(world)
        async with world.open() as sink:
            items = [said(world, str(place)) for place in range(sink.crm.most + 3)]
            assert not await sink.write(items)
            for item in items:
                del world.house.archive[item.mention.id]
            assert len(await world.matters()) == len(items)
            assert not await sink.write([deletion(item.mention.id, 5) for item in items])
        assert await world.matters() == {}

    async def test_a_refused_token_is_waited_for_and_never_shown(self, world):
        linked(world)
        item = said(world, "1")
        await world.refuse_token()
        async with world.open() as sink:
            with pytest.raises(Denied) as raised:
                await sink.write([item])
            assert all(str(value) not in str(raised.value) for value in world.secrets())
            await world.accept_token()
            assert not await sink.write([item])
        assert set(await world.matters()) == {"file:1"}

    async def test_a_limit_says_how_long_to_wait(self, world):
        linked(world)
        async with world.open() as sink:
            await sink.write([said(world, "0")])
            world.between.answers = [(world.limit.status, world.limit.headers, world.limit.body)]
            item = said(world, "1")
            with pytest.raises(Retry) as raised:
                await sink.write([item])
            assert raised.value.after == world.limit.seconds
            assert not isinstance(raised.value, Denied)
            assert not await sink.write([item])
        assert set(await world.matters()) == {"file:0", "file:1"}

    @pytest.mark.parametrize("fault", ["late", "halved", "lost", "huge"])
    async def test_an_answer_that_never_comes_whole_leaves_no_second_object(self, world, fault):
        linked(world)
        world.between.writes_only = True
        async with world.open() as sink:
            await sink.write([said(world, "0")])  # so that its contact is there
        item = said(world, "1")
        async with world.open(patience="5s") as sink:
            setattr(world.between, fault, [8.0] if fault == "late" else 1)
            with pytest.raises(Retry):
                await sink.write([item])
        async with world.open() as sink:
            assert not await sink.write([item])
        assert set(await world.matters()) == {"file:0", "file:1"}

    async def test_a_kill_between_sending_and_noting_it_leaves_no_second_object(self, world):
        linked(world)
        item = said(world, "1")
        world.house.shelf.dies = [False, True]  # what is about to be made is noted; what was made is not
        async with world.open() as sink:
            with pytest.raises(SystemError):
                await sink.write([item])
        async with world.open() as sink:
            assert not await sink.write([item])
        assert set(await world.matters()) == {"file:1"}

    async def test_a_deletion_after_such_a_kill_finds_what_was_made(self, world):
        linked(world)
        world.house.shelf.dies = [False, True]
        async with world.open() as sink:
            with pytest.raises(SystemError):
                await sink.write([said(world, "1")])
        del world.house.archive["file:1"]
        async with world.open() as sink:
            assert not await sink.write([deletion("file:1", 5)])
        assert await world.matters() == {}

    async def test_a_redirect_is_not_followed(self, world):
        linked(world)
        world.between.answers = [(302, {"Location": "http://127.0.0.1:1/"}, "")]
        async with world.open() as sink:
            with pytest.raises(Denied, match="elsewhere"):
                await sink.write([said(world, "1")])


class ComesBack:
    """What people do there comes back into the picture."""

    async def test_what_happens_to_a_mention_comes_back(self, world):
        linked(world)
        async with world.open() as sink:
            await once(sink)
            await sink.write([said(world, "1")])
            facts = await world.works_on((await world.matters())["file:1"].native)
            world.house.moment += timedelta(minutes=5)
            await once(sink)
        told = [one for one in world.house.told if one.mention == "file:1"]
        assert told[-1].facts == facts
        assert told[-1].system == world.name

    async def test_what_is_said_of_a_customer_comes_back(self, world):
        native = await world.made_by_people("A. de Vries")
        world.house.link(ANNA, "c1", **{world.name: native})
        async with world.open() as sink:
            await once(sink)
            await sink.write([said(world, "1")])
            facts = await world.classifies(native)
            world.house.moment += timedelta(minutes=5)
            await once(sink)
        assert [one.facts for one in world.house.told if one.customer == native][-1] == facts

    async def test_asking_goes_on_where_it_ended(self, world):
        linked(world)
        async with world.open() as sink:
            await once(sink)
            await sink.write([said(world, "1")])
        await world.works_on((await world.matters())["file:1"].native)
        world.house.moment += timedelta(hours=2)
        async with world.open() as sink:
            await once(sink)
        assert "file:1" in {one.mention for one in world.house.told}

    async def test_nothing_comes_back_of_what_was_not_sent(self, world):
        linked(world)
        async with world.open() as sink:
            await once(sink)
            await sink.write([said(world, "1")])
            await world.works_on((await world.matters())["file:1"].native)
            await world.house.shelf.drop(["file:1"])
            world.house.moment += timedelta(minutes=5)
            await once(sink)
        assert {one.mention for one in world.house.told} <= {None}

    async def test_accounts_that_people_wrote_there_come_back_also_those_of_before(self, world):
        native = await world.made_by_people("A. de Vries")
        await world.writes_accounts(native, "bluesky:did:plc:anna, geen-account\nmastodon:ns.example/42")
        async with world.open(accounts=world.accounts) as sink:
            await once(sink)
        told = [one.accounts for one in world.house.told if one.customer == native]
        assert sum(told, ()) == ("bluesky:did:plc:anna", "mastodon:ns.example/42")


class CrmConformance(Follows, Belongs, Withstands, ComesBack):
    """All of it."""
