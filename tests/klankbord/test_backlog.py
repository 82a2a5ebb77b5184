"""Rising topics in each tracker, over real stores: one item a topic whatever dies, current, and closed when people closed it."""

import gc
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from random import Random

import pytest

from core.emerging import Emergence, Member, Risen
from core.errors import Denied, Misconfigured, Retry
from core.types import Author, Deletion, Enriched, Mention, Routing, Scope, Visibility
from desk.backlog import looking
from desk.store import backlog, emerging
from klankbord import configuration, registry
from klankbord.keeping.backlog import backlog_of
from klankbord.privacy.erase import erase
from klankbord.stores import open_stores
from tests.desk.store.made import put
from tests.killing import killed
from tests.klankbord.program import Program, file_source
from tests.trackers.stages import MINUTE, SECOND, staged

NAMES = sorted(registry.components(registry.TRACKERS))
TOPIC = "ab12"
HOUR = timedelta(hours=1)
SEEDS, MOST_AWAITS, ATTEMPTS = 50, 160, 4
TEXTS = [f"de poortjes op station {place} doen het niet @klank" for place in ("Assen", "Zwolle", "Meppel", "Hengelo")]


class Office:
    """One data folder with a topic that rises, and the tracker beside it, at a clock that the test turns."""

    def __init__(self, stage, stores, read) -> None:
        self.stage, self.stores, self.read, self.said = stage, stores, read, []

    @property
    def now(self):
        return self.stage.double.moment

    async def rises(self, *texts, name=TOPIC, voices=8, monitors=(), visibility=Visibility.PUBLIC):
        """Messages of as many accounts, and the topic that is made of them."""
        members, said = [], []
        for place in range(voices):
            text = f"{(texts or TEXTS)[place % len(texts or TEXTS)]} {place}"
            native = f"{name}-{place}"
            heard = Mention(
                id=f"file:{native}",
                source="file",
                stream="file/in",
                author=Author(id=f"file:who-{native}", handle=f"handle{place}", name=f"Quasimodo {place}"),
                text=text,
                visibility=visibility,
                created_at=self.now - HOUR,
                seen_at=self.now - HOUR,
            )
            said.append(Enriched(mention=heard, routing=Routing(monitors=monitors)))
            members.append(Member(heard.id, heard.author.id, voice=True))
        assert not await self.stores.archive.write(said)
        await self.tell(Risen(id=name, members=tuple(members), voices=voices, usual=0.5, hours=24, trend=(1,) * 48))

    async def tell(self, *risen):
        await emerging.put(self.stores.desk, Emergence(at=self.now, learned=1.0, topics=risen))

    def worker(self, tracker):
        return backlog_of(self.read, self.stores, tracker, self.said.append, clock=lambda: self.now)

    async def once(self, *, later=timedelta(0)):
        self.stage.later(later)
        async with self.stage.open() as tracker:
            await self.worker(tracker).once()

    async def kept(self):
        return (await backlog.several(self.stores.desk, [TOPIC])).get(TOPIC)

    @property
    def items(self):
        return self.stage.double.items

    def marked(self, topic):
        """How many items there are of that topic."""
        return sum(f"klankbord:{topic}" in str(one["text"]) for one in self.items.values())

    @property
    def text(self):
        (one,) = self.items.values()
        return str(one["text"])


@asynccontextmanager
async def office_of(folder, name, *, excerpts=True, shows=True, **settings):
    async with staged(name) as stage:
        backlog_settings = {"use": name, "excerpts": shows, "settings": stage.settings(), **settings}
        source = file_source("in.jsonl", keep="36500d", name="file", excerpts=excerpts)
        folder.mkdir(exist_ok=True)
        program = Program(folder, source, backlog=backlog_settings)
        program.data.mkdir(mode=0o700, exist_ok=True)
        put(program.data / "desk.db")
        async with open_stores(configuration.read(program.config), lambda _: None) as stores:
            yield Office(stage, stores, configuration.read(program.config))


@pytest.fixture(params=NAMES)
async def office(request, tmp_path):
    async with office_of(tmp_path, request.param, excerpts=True) as one:
        yield one


@pytest.fixture
async def github(tmp_path):
    async with office_of(tmp_path, "github") as one:
        yield one


async def dies(office, *, after):
    """Whether a round came to its end before it was killed at that await."""

    async def round_of(tracker):
        await office.worker(tracker).once()
        return True

    gc.freeze()  # looked through below is what came since
    try:
        async with office.stage.open() as tracker:
            with suppress(Retry):
                if await killed(round_of(tracker), after=after):
                    return True
        gc.collect()  # a process that died holds no lock; a cursor that was cut off does until it is collected
    finally:
        gc.unfreeze()
    return False


async def test_a_topic_that_rises_is_one_item_with_its_evidence(office):
    await office.rises()
    for _ in range(3):
        await office.once(later=office.read.backlog.every)
    (one,) = office.items.values()
    assert "8 stemmen" in office.text
    assert "doen het niet @…" in office.text
    assert "emerging?id=ab12" in office.text
    assert not [word for word in ("handle", "Quasimodo", "who-") if word in f"{one['title']} {office.text}"]
    assert (await office.kept()).native == str(next(iter(office.items)))


async def test_it_is_brought_up_to_date_and_says_when_it_last_rose(office):
    await office.rises()
    await office.once()
    before = office.text
    await office.once(later=MINUTE)
    assert office.text == before
    await office.rises(voices=40)
    await office.once(later=HOUR)
    assert "40 stemmen" in office.text


async def test_it_last_rose_at_an_hour_that_is_not_before_it_first_did(office):
    office.stage.later(7 * MINUTE)
    await office.rises()
    await office.once()
    assert office.text.count("10:07") == 2
    await office.once(later=HOUR)
    assert "10:07" in office.text
    assert "11:00" in office.text


async def test_what_people_wrote_in_it_stays(office):
    await office.rises()
    await office.once()
    (number,) = office.items
    async with office.stage.open() as tracker:
        theirs = office.items[number]["text"]
        if isinstance(theirs, str):
            theirs += "\n\nIk kijk ernaar. Dirk"
        else:
            theirs = {**theirs, "content": [*theirs["content"], theirs["content"][0]]}
        office.stage.double.change(number, text=theirs)
        assert await tracker.look(str(number)) is not None
    await office.rises(voices=40)
    await office.once(later=HOUR)
    assert office.items[number]["text"] == theirs


async def test_one_that_people_closed_stays_closed_and_is_told_when_it_rises_again(office):
    await office.rises()
    await office.once()
    (number,) = office.items
    office.stage.double.change(number, closed=True)
    before = office.text
    await office.once(later=HOUR)
    await office.tell()
    await office.once(later=HOUR)
    assert (await office.kept()).state == backlog.CLOSED
    assert office.text == before
    await office.rises(voices=9)
    for _ in range(3):
        await office.once(later=12 * HOUR)
        await office.tell()
    assert len(office.items) == 1
    assert office.items[number]["closed"]
    (told,) = office.stage.comments(str(number))
    assert "leeft weer op" in told
    assert "9 stemmen" in told


async def test_it_is_opened_again_where_that_is_asked(tmp_path):
    async with office_of(tmp_path, "jira", reopens=True) as office:
        await office.rises()
        await office.once()
        (number,) = office.items
        office.stage.double.change(number, closed=True)
        await office.once(later=12 * HOUR)
        assert not office.items[number]["closed"]


async def test_one_that_was_taken_away_there_is_not_made_again(office):
    await office.rises()
    await office.once()
    office.items.clear()
    for _ in range(2):
        await office.once(later=12 * HOUR)
    assert not office.items
    assert (await office.kept()).state == backlog.GONE


@pytest.mark.parametrize("name", NAMES)
async def test_killed_at_each_await_it_stands_there_once(tmp_path, name):
    for after in range(MOST_AWAITS):
        async with office_of(tmp_path / f"{after}", name) as office:
            await office.rises()
            done = await dies(office, after=after)
            await office.once(later=HOUR)
            await office.once(later=HOUR)
            assert office.marked(TOPIC) == 1
        if done:
            break
    assert done
    assert after > 10


@pytest.mark.parametrize("name", NAMES)
async def test_killed_again_and_again_amid_faults_it_stands_there_once(tmp_path, name):
    for seed in range(SEEDS):
        random = Random(f"{name} {seed}")
        async with office_of(tmp_path / f"{seed}", name) as office:
            await office.rises(voices=6)
            office.stage.between.writes_only = True
            for _ in range(ATTEMPTS):
                if random.random() < 0.4:
                    setattr(office.stage.between, random.choice(["lost", "halved"]), 1)
                await dies(office, after=random.randrange(MOST_AWAITS))
                office.stage.later(random.choice([SECOND, MINUTE, HOUR]))
            office.stage.between.lost = office.stage.between.halved = 0
            await office.once(later=HOUR)
            await office.once(later=HOUR)
            assert office.marked(TOPIC) == 1
            assert (await office.kept()).native is not None


async def test_a_comment_is_made_once_however_often_it_is_cut_short(office):
    await office.rises()
    await office.once()
    (number,) = office.items
    office.stage.later(12 * HOUR)
    await office.rises()
    for after in range(0, MOST_AWAITS, 3):
        await dies(office, after=after)
        office.stage.later(20 * MINUTE)
    await office.once()
    assert len(office.stage.comments(str(number))) == 1


async def test_a_message_that_was_deleted_is_shown_no_more_also_in_one_that_is_closed(office):
    await office.rises("weg ermee", "blijft staan")
    await office.once()
    (number,) = office.items
    office.stage.double.change(number, closed=True)
    await office.tell()
    gone = [
        Deletion(target=f"file:ab12-{place}", scope=Scope.MENTION, at=office.now, reason="deleted") for place in (0, 2)
    ]
    assert "weg ermee 2" in office.text
    await office.stores.archive.write(gone)
    await office.once(later=MINUTE)
    assert "weg ermee 0" not in office.text
    assert "weg ermee 2" not in office.text
    assert "blijft staan" in office.text
    assert office.items[number]["closed"]


async def test_who_is_erased_is_shown_no_more_and_no_row_names_them(office):
    await office.rises("weg ermee")
    await office.once()
    shown = [place for place in range(8) if f"weg ermee {place}" in office.text]
    async for _ in erase(office.stores, authors=[f"file:who-ab12-{shown[0]}"]):
        pass
    await office.once(later=MINUTE)
    assert f"weg ermee {shown[0]}" not in office.text
    known = await backlog.members(office.stores.desk, [TOPIC])
    assert f"file:who-ab12-{shown[0]}" not in {one.author for one in known[TOPIC]}


async def gone(office, *places):
    """These messages are deleted at their source."""
    deleted = [
        Deletion(target=f"file:ab12-{place}", scope=Scope.MENTION, at=office.now, reason="x") for place in places
    ]
    assert not await office.stores.archive.write(deleted)


async def erased(office, *places):
    async for _ in erase(office.stores, authors=[f"file:who-ab12-{place}" for place in places]):
        pass


@pytest.mark.parametrize("taken", [gone, erased])
async def test_all_of_a_topic_may_be_taken_away_and_the_others_go_on(github, taken):
    await github.rises()
    await github.once()
    await taken(github, *range(8))
    for _ in range(3):
        await github.once(later=16 * MINUTE)
    await github.rises(name="cd34")
    await github.once(later=HOUR)
    assert "poortjes" not in str(github.items[min(github.items)])
    assert github.marked("cd34") == 1


async def test_half_of_a_topic_is_taken_away_and_it_is_known_by_the_rest(github):
    await github.rises()
    await github.once()
    await gone(github, *range(4))
    for _ in range(3):
        await github.once(later=16 * MINUTE)
    (one,) = github.items.values()
    assert "poortjes" not in f"{one['title']} {one['text']}"
    known = await backlog.members(github.stores.desk, [TOPIC])
    assert {each.mention for each in known[TOPIC]} == {f"file:ab12-{place}" for place in range(4, 8)}


async def test_a_topic_that_cannot_be_told_is_passed_over_and_said(github):
    await github.rises()
    await github.once()
    github.stage.between.answers = [(200, {}, "{}")]
    await github.rises(name="cd34")
    with pytest.raises(Retry, match="a topic is passed over: KeyError"):
        await github.once(later=HOUR)
    await github.once(later=HOUR)
    assert github.marked("cd34") == 1


@pytest.fixture
async def shy(tmp_path):
    """Texts may leave, and no message is shown: what is so where nobody says otherwise."""
    async with office_of(tmp_path, "github", shows=False) as one:
        yield one


async def test_a_third_persons_name_is_in_no_title_and_no_words(shy):
    await shy.rises("Petra Jansen laat de poortjes dicht")
    await shy.once()
    (one,) = shy.items.values()
    assert "poortjes" in one["title"]
    assert not [name for name in ("petra", "jansen") if name in f"{one['title']} {one['text']}".casefold()]


@pytest.mark.parametrize("closed", [False, True])
async def test_words_of_who_is_erased_leave_the_title_and_the_text_of_a_quiet_item(shy, closed):
    await shy.rises(*["quasar lekt"] * 4, *["perron vol"] * 4)
    await shy.once()
    (one,) = shy.items.values()
    shy.stage.double.change(min(shy.items), closed=closed)
    assert "quasar" in f"{one['title']} {one['text']}"
    await shy.tell()
    await erased(shy, *range(4))
    await shy.once(later=12 * HOUR)
    assert "quasar" not in f"{one['title']} {one['text']}"
    assert one["closed"] is closed


async def test_a_title_that_people_gave_it_stays(shy):
    await shy.rises()
    await shy.once()
    shy.stage.double.change(min(shy.items), title="Poortjes Assen (Dirk)")
    await erased(shy, *range(8))
    await shy.once(later=HOUR)
    (one,) = shy.items.values()
    assert one["title"] == "Poortjes Assen (Dirk)"
    assert "poortjes" not in one["text"]


async def test_what_is_not_public_is_no_item(shy):
    await shy.rises(visibility=Visibility.FOLLOWERS)
    await shy.once()
    assert not shy.items


async def test_a_token_that_lost_its_access_leaves_nothing_behind_once_it_has_it_again(github):
    await github.rises("weg ermee")
    await github.once()
    github.stage.double.unseen = True
    await erased(github, *range(8))
    with pytest.raises(Denied):
        await github.once(later=HOUR)
    assert (await github.kept()).state == backlog.OPEN
    github.stage.double.unseen = False
    await github.once(later=HOUR)
    assert "weg ermee" not in github.text


async def test_one_that_was_away_for_a_while_is_looked_for_where_it_tells_what_must_go(github):
    await github.rises("weg ermee")
    await github.once()
    away = dict(github.items)
    github.items.clear()
    await github.once(later=HOUR)
    assert (await github.kept()).state == backlog.GONE
    github.items.update(away)
    await github.tell()
    await erased(github, *range(8))
    await github.once(later=48 * HOUR)
    assert "weg ermee" not in github.text


async def test_another_project_has_its_own_items_and_the_first_ones_are_found_again(github):
    await github.rises()
    await github.once()
    (first,) = github.items
    before = github.read
    moved = before.backlog.model_copy(update={"settings": {**before.backlog.settings, "project": "klank/other"}})
    github.read, github.stage.double.repository = before.model_copy(update={"backlog": moved}), "klank/other"
    there, github.stage.double.items = github.items, {}
    github.stage.more = {"project": "klank/other"}
    await github.rises()
    await github.once(later=HOUR)
    assert github.marked(TOPIC) == 1
    github.read, github.stage.double.repository, github.stage.more = before, "klank/webcare", {}
    github.stage.double.items = there
    await github.rises()
    await github.once(later=HOUR)
    assert list(github.items) == [first]
    assert (await github.kept()).native == str(first)


async def test_what_nothing_is_left_of_is_forgotten_after_a_while(github):
    await github.rises()
    await github.once()
    await github.tell()
    await gone(github, *range(8))
    await github.once(later=12 * HOUR)
    assert await github.kept() is not None
    for _ in range(2):
        await github.once(later=timedelta(days=31))
    assert await github.kept() is None
    assert len(github.items) == 1


async def test_a_round_looks_at_quiet_items_in_turn(github):
    old = {"system": "github klank/webcare", "voices": 8, "usual": 0.5, "hours": 24, "native": "1", "state": "closed"}
    past = github.now - timedelta(days=9)
    for number in range(50):
        new = backlog.Kept(topic=f"q{number}", first_at=past, last_at=past, looked_at=past, **old)
        await backlog.add(github.stores.desk, new)
        await backlog.put_members(github.stores.desk, new.topic, [backlog.Known(mention=f"file:{number}", author="x")])
    names = [f"q{number}" for number in range(50)]
    looked = []
    for _ in range(3):
        seen = await looking.looked(
            github.stores.desk, github.stores.archive, old["system"], now=github.now, lately=github.now - HOUR
        )
        looked.append(len(seen.kept))
        for topic in seen.kept:
            await backlog.note(github.stores.desk, topic, looked_at=github.now)
        github.stage.later(MINUTE)
    assert looked == [looking.SLOWLY] * 3
    kept = await backlog.several(github.stores.desk, names)
    assert min(one.looked_at for one in kept.values()) > past


async def test_without_leave_no_word_of_a_message_is_told(tmp_path):
    async with office_of(tmp_path, "github", excerpts=False) as office:
        await office.rises()
        await office.once()
        assert "poortjes" not in f"{office.text} {next(iter(office.items.values()))['title']}"
        assert "8 stemmen" in office.text


async def test_only_what_concerns_the_chosen_monitors_is_an_item(tmp_path):
    async with office_of(tmp_path, "gitlab", monitors=["poortjes"]) as office:
        await office.rises()
        await office.once()
        assert not office.items
        await office.rises(monitors=("poortjes",), name="cd34")
        await office.once()
        assert len(office.items) == 1


async def test_what_is_refused_is_said_once_and_not_tried_again(github):
    github.stage.between.answers = [(422, {}, '{"message": "Validation Failed"}')]
    await github.rises()
    await github.once()
    await github.once(later=HOUR)
    assert not github.items
    assert len(github.said) == 1
    assert "Validation Failed" in github.said[0]
    assert (await github.kept()).state == backlog.REFUSED


async def test_a_change_that_is_refused_is_said_once_and_tried_again_a_day_later(github):
    await github.rises("weg ermee", "blijft staan")
    await github.once()
    await github.tell()
    await gone(github, *range(0, 8, 2))
    github.stage.between.writes_only = True
    for _ in range(3):
        github.stage.between.answers = [(422, {}, '{"message": "Validation Failed"}')]
        await github.once(later=MINUTE)
    assert github.stage.between.answers  # asked once, not in each round
    assert len(github.said) == 1
    await github.once(later=timedelta(days=1))
    assert len(github.said) == 1
    await github.once(later=timedelta(days=1))
    assert "weg ermee 0" not in github.text


def test_a_tracker_that_is_not_there_is_a_mistake_that_names_the_nearest(tmp_path):
    program = Program(tmp_path, backlog={"use": "githup", "settings": {}})
    with pytest.raises(Misconfigured, match=r'backlog.use: there is no "githup"; did you mean "github"'):
        configuration.read(program.config)


def test_wrong_settings_of_a_tracker_are_told_by_their_path(tmp_path):
    program = Program(
        tmp_path, backlog={"use": "jira", "settings": {"url": "http://jira.example", "token": "t", "project": "web"}}
    )
    with pytest.raises(Misconfigured) as raised:
        configuration.read(program.config)
    told = str(raised.value)
    assert "backlog.settings: url: give an https:// address" in told
    assert "backlog.settings: email: is missing" in told
    assert "backlog.settings: project" in told
