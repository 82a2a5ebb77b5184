"""People are told of cases: once where all goes well, by the channels of the configuration, and loudly not where it cannot be."""

import asyncio
import signal
import subprocess
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core.errors import Misconfigured
from core.ports import Measured
from core.telemetry import Count, Gauge
from core.types import Author, Enriched, Mark, Mention
from desk.notices.gathering import LEISURE
from desk.notices.sending import LEASE, WAITS
from desk.store import case_writing, notice_messages, people, roles, wishes
from desk.store.case_tables import cases
from desk.store.case_writing import Opening
from desk.store.cases import Message
from desk.store.notices import Kind, Notice, owe
from desk.store.people import Details
from desk.store.wishes import Wish
from klankbord import configuration
from klankbord.keeping.notices import Notices
from klankbord.stores import open_stores
from sinks import _signature
from tests.desk.alerts.mailbox import mailbox
from tests.desk.notices import chats
from tests.klankbord.program import Program, file_source
from tests.klankbord.test_alerts import mail
from tests.klankbord.test_cases import rules

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WINDOW = 20 * SECOND
SECRET = "whsec_" + "a2xhbmtib3Jk" * 3
CHATS = {"slack": chats.slack, "teams": chats.teams, "tooling": chats.receiver}


class Scene:
    """One data folder with people, a mail server and chats, at a clock that the test turns."""

    def __init__(self, folder, box, **channels):
        self.folder, self.box, self.channels = folder, box, channels
        self.clock, self.said, self.measured = [NOW], [], Measured()
        self.number, self.stores = 0, None

    def configure(self, *send, excerpts=False, private=("127.0.0.1",), **more):
        use = {"slack": {"use": "slack"}, "teams": {"use": "teams"}, "tooling": {"use": "webhook", "secrets": [SECRET]}}
        made = [
            {"name": name, "url": chat.url, "allow_private": list(private), **use[name]}
            for name, chat in self.channels.items()
        ]
        source = file_source("in.jsonl", excerpts=excerpts, name="file")
        self.program = Program(
            self.folder, source, mail=mail(self.box.port), notices={"channels": made, "send": list(send)}, **more
        )
        self.read = configuration.read(self.program.config)

    async def worker(self):
        return Notices(self.read, self.stores, self.measured, self.said.append, clock=lambda: self.clock[0])

    async def drain(self, *, later=timedelta(0)):
        self.clock[0] += later
        worker = await self.worker()
        await worker.once()

    async def add(self, name, *, language=None, role="lead"):
        details = Details(name=name, email=f"{name}@klank.example", language=language)
        one = await people.add(self.stores.desk, details, by="ruth", at=NOW)
        await roles.give(self.stores.desk, one.id, role, by="ruth", at=NOW)
        return one

    async def case(self, *kinds, text="de trein <b>staat</b> stil", marks=(), **to):
        """A case of its own, with a notice a kind."""
        self.number += 1
        mention, at = f"file:{self.number}", self.clock[0]
        author = Author(id=f"file:a{self.number}", name="Quasimodo")
        heard = Mention(
            id=mention,
            source="file",
            stream="file/in",
            author=author,
            text=text,
            created_at=at,
            seen_at=at,
            marks=marks,
        )
        await self.stores.archive.write([Enriched(mention=heard)])
        opening = Opening(
            author=author.id,
            thread=mention,
            source="file",
            severity="serious",
            outcome="restore",
            since=at,
            unit="webcare",
        )
        async with self.stores.desk.writing() as connection:
            case = await case_writing.open_case(
                connection, opening, Message(mention=mention, at=at, own=False, order=1), at=at
            )
            numbered = enumerate(kinds or (Kind.OPENED,), 1)
            to = to or {"to_role": "lead"}
            owed = [Notice(case=case.id, event_number=one, kind=kind, at=at, **to) for one, kind in numbered]
            await owe(connection, *owed)
        return case

    async def messages(self):
        return await notice_messages.latest(self.stores.desk)


@pytest.fixture
async def scene(tmp_path):
    async with AsyncExitStack() as stack:
        box = await stack.enter_async_context(mailbox())
        chat = {name: await stack.enter_async_context(chats.serving(made())) for name, made in CHATS.items()}
        yield Scene(tmp_path, box, **chat)


@asynccontextmanager
async def opened(scene, *send, **more):
    scene.configure(*send, **more)
    async with open_stores(scene.read, scene.said.append) as scene.stores:
        yield scene.stores


async def test_what_came_up_is_one_mail_with_counts_and_links(scene):
    async with opened(scene):
        anna = await scene.add("anna")
        await scene.case()
        await scene.case(Kind.OVERDUE, to_person=anna.id)
        await scene.drain()
        assert scene.box.messages == []
        await scene.drain(later=WINDOW)
        await scene.drain(later=WINDOW)
    (message,) = scene.box.messages
    plain, rich = (message.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert (message["To"], message["Subject"]) == ("anna@klank.example", "1 nieuwe case, 1 case te laat")
    assert "#2 · " in plain
    assert "/case?number=2" in rich
    assert "Quasimodo" not in plain + rich
    assert "trein" not in plain + rich
    assert scene.measured.values[(Count.NOTICES, ("email", "sent"))] == 1


async def test_what_became_of_answers_is_one_mail_hours_later_though_the_cases_are_closed(scene):
    async with opened(scene) as stores:
        anna = await scene.add("anna", language="en")
        for kind in (Kind.THANKED, Kind.ENDED_WELL, Kind.THANKED):
            await scene.case(kind, to_person=anna.id)
        async with stores.desk.writing() as connection:
            await connection.execute(update(cases).values(state="closed", closed_at=NOW))
        await scene.drain()
        await scene.drain(later=LEISURE - SECOND)
        assert scene.box.messages == []
        await scene.drain(later=SECOND)
    (message,) = scene.box.messages
    assert message["Subject"].strip() == "2 cases with thanks for your answers, 1 case that you answered ended well"


async def test_each_is_written_to_in_their_language(scene):
    async with opened(scene):
        await scene.add("anna", language="en-GB")
        await scene.case()
        await scene.drain(later=WINDOW)
        await scene.drain(later=WINDOW)
    assert [message["Subject"] for message in scene.box.messages] == ["1 new case"]


@pytest.mark.parametrize(
    ("excerpts", "marks", "shown"), [(True, (), True), (False, (), False), (True, (Mark.DRILL,), False)]
)
async def test_words_leave_where_the_policy_lets_them_and_never_of_drills(scene, excerpts, marks, shown):
    async with opened(scene, {"channels": ["tooling"]}, excerpts=excerpts):
        await scene.case(marks=marks)
        await scene.drain(later=WINDOW)
        await scene.drain(later=WINDOW)
    (said,) = scene.channels["tooling"].taken
    assert said["data"]["cases"][0]["excerpt"] == ("de trein <b>staat</b> stil" if shown else None)


async def test_every_channel_takes_it(scene):
    async with opened(scene, *({"channels": [name]} for name in CHATS), excerpts=True):
        await scene.case()
        await scene.drain(later=WINDOW)
        await scene.drain(later=WINDOW)
        assert [message.error for message in await scene.messages()] == [None] * 3
    assert [(len(chat.taken), chat.refused) for chat in scene.channels.values()] == [(1, [])] * 3


async def test_a_webhook_is_signed(scene):
    async with opened(scene, {"channels": ["tooling"]}):
        await scene.case()
        await scene.drain(later=WINDOW)
        await scene.drain(later=WINDOW)
        (message,) = await scene.messages()
    (headers,), (body,) = scene.channels["tooling"].headers, scene.channels["tooling"].bodies
    moment = int(headers["webhook-timestamp"])
    expected = _signature.headers([_signature.key(SECRET)], message.id, moment, body)
    assert {name: headers[name] for name in expected} == expected


async def test_two_workers_send_each_once(scene):
    async with opened(
        scene, {"channels": ["slack"]}, {"channels": ["tooling"]}, {"role": "lead", "channels": ["email"]}
    ):
        for number in range(4):
            await scene.add(f"lead{number}")
        await scene.case()
        await scene.drain()
        scene.clock[0] += WINDOW
        first, second = await scene.worker(), await scene.worker()
        await asyncio.gather(first.once(), second.once())
        await scene.drain(later=WINDOW)
    assert sorted(message["To"] for message in scene.box.messages) == [f"lead{n}@klank.example" for n in range(4)]
    assert [len(scene.channels[name].taken) for name in ("slack", "tooling")] == [1, 1]


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from datetime import datetime
from core.ports import Measured
from klankbord import configuration
from klankbord.keeping.notices import Notices
from klankbord.stores import open_stores
from desk.notices import sending

async def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

async def run():
    read = configuration.read(Path(sys.argv[1]))
    sending.settle = killed
    async with open_stores(read, print) as stores:
        at = datetime.fromisoformat(sys.argv[2])
        await Notices(read, stores, Measured(), print, clock=lambda: at).once()

asyncio.run(run())
"""


def until_killed(scene):
    at = scene.clock[0].isoformat()
    return subprocess.run([sys.executable, "-c", KILLED, str(scene.program.config), at], check=False, timeout=120)


@pytest.mark.parametrize("channel", ["email", "tooling", "slack"])
async def test_a_kill_between_sending_and_marking_sends_again_and_says_so(scene, channel):
    async with opened(scene, {"channels": [channel]}):
        await scene.add("anna")
        await scene.case()
        await scene.drain()
    scene.clock[0] += WINDOW
    done = await asyncio.to_thread(until_killed, scene)
    assert done.returncode == -signal.SIGKILL
    async with open_stores(scene.read, scene.said.append) as scene.stores:
        await scene.drain(later=LEASE / 2)
        await scene.drain(later=LEASE)
        await scene.drain(later=LEASE)
    assert scene.measured.values[(Count.NOTICES, (channel, "repeated"))] == 1
    assert TWICE[channel](scene) == [False, True]


def mailed(scene):
    first, second = scene.box.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert second["Subject"] == f"Nogmaals: {first['Subject']}"
    return [message["Klankbord-Repeat"] == "yes" for message in (first, second)]


def posted(scene):
    first, second = scene.channels["tooling"].headers
    assert first["webhook-id"] == second["webhook-id"]
    return [said["data"]["repeat"] for said in scene.channels["tooling"].taken]


def chatted(scene):
    return [said["text"].startswith("Nogmaals: ") for said in scene.channels["slack"].taken]


TWICE = {"email": mailed, "tooling": posted, "slack": chatted}


async def test_the_next_channel_is_used_where_one_is_down_and_says_so(scene):
    async with opened(scene, {"channels": ["slack", "email"]}):
        await scene.add("anna", language="en")
        scene.channels["slack"].answers += [(503, {})] * 3
        await scene.case()
        for _ in range(5):
            await scene.drain(later=timedelta(minutes=1))
        failed = await notice_messages.undelivered(scene.stores.desk, since=NOW)
    (message,) = scene.box.messages
    assert "the channel slack does not take messages now" in message.get_body(["plain"]).get_content()
    assert [(one.channel, one.error) for one in failed] == [("slack", "it answered 503")]
    assert scene.measured.values[(Count.NOTICES, ("slack", "passed on"))] == 1
    assert scene.said == []


async def test_one_that_nobody_stands_in_for_is_given_its_time(scene):
    async with opened(scene, {"channels": ["slack", "email"]}):
        scene.channels["slack"].answers += [(503, {})] * 4
        await scene.case()
        for _ in range(8):
            await scene.drain(later=timedelta(minutes=10))
    assert len(scene.channels["slack"].taken) == 1
    assert scene.said == []


async def test_one_that_is_gone_is_not_tried_again(scene):
    async with opened(scene, {"channels": ["teams", "slack"]}):
        scene.channels["teams"].answers.append((410, {}))
        await scene.case()
        await scene.drain()
        await scene.drain(later=WINDOW)
        await scene.drain(later=SECOND)
    assert [len(scene.channels[name].taken) for name in ("teams", "slack")] == [0, 1]


async def test_what_a_channel_asks_to_wait_is_waited(scene):
    async with opened(scene, {"channels": ["slack"]}):
        scene.channels["slack"].answers.append((429, {"Retry-After": "120"}))
        await scene.case()
        await scene.drain()
        await scene.drain(later=WINDOW)
        (message,) = await scene.messages()
        assert message.due_at >= scene.clock[0] + 120 * SECOND
        await scene.drain(later=119 * SECOND)
        assert scene.channels["slack"].taken == []
        await scene.drain(later=60 * SECOND)
    assert scene.channels["slack"].taken[0]["text"] == "1 nieuwe case"


async def test_what_is_given_up_is_said_measured_and_listed(scene):
    async with opened(scene):
        await scene.add("anna")
        scene.box.answers = "451 later"
        await scene.case()
        await scene.drain()
        assert scene.measured.values[(Gauge.NOTICES_LATE, ())] == 0
        late = [0.0]
        for wait in (WINDOW, *WAITS[:-1]):
            await scene.drain(later=wait * 1.3)
            late.append(scene.measured.values[(Gauge.NOTICES_LATE, ())])
        assert late == sorted(set(late))
        await scene.drain(later=WAITS[-1] * 1.3)
        assert scene.measured.values[(Gauge.NOTICES_LATE, ())] == 0
        await scene.case(to_unit="nobody")
        await scene.drain()
    assert scene.measured.values[(Count.NOTICES, ("email", "given up"))] == 1
    assert scene.measured.values[(Count.NOTICES, ("", "given up"))] == 1
    assert ["does not take the message" in line for line in scene.said] == [True, False]
    listed = await asyncio.to_thread(scene.program.command, "notices list")
    assert "email to anna: over after 10 tries: given up" in listed.stdout
    assert "nobody who can be written to is on the rota of nobody" in listed.stdout
    status = await asyncio.to_thread(scene.program.command, "status")
    assert "2 times people were not told" in status.stdout


async def test_quiet_hours_that_began_since_the_first_try_are_kept_on_the_next(scene):
    async with opened(scene) as stores:
        anna = await scene.add("anna")
        await wishes.put(stores.desk, anna.id, Wish(quiet="10:00-12:00"))
        scene.clock[0] = NOW - 30 * SECOND  # 9:59:30 on the wall
        scene.box.answers = "451 later"
        await scene.case()
        await scene.drain()
        await scene.drain(later=WINDOW)
        (message,) = await scene.messages()
    assert (message.tries, message.due_at) == (1, NOW + timedelta(hours=2))


async def test_what_is_over_before_it_was_told_is_not_told(scene):
    async with opened(scene):
        await scene.add("anna")
        case = await scene.case()
        await scene.drain()
        async with scene.stores.desk.writing() as connection:
            await connection.execute(update(cases).where(cases.c.id == case.id).values(state="closed"))
        await scene.drain(later=WINDOW)
        assert [one.done_at for one in await scene.messages()] == scene.clock
    assert scene.box.messages == []


async def test_no_secret_is_told_to_anybody(scene, caplog):
    async with opened(scene, {"channels": ["slack", "tooling"]}):
        for name in ("slack", "tooling"):
            scene.channels[name].answers += [(400, {})]
        await scene.case()
        for _ in range(4):
            await scene.drain(later=WINDOW)
        rows = repr(await scene.messages())
    shown = rows + repr(scene.said) + caplog.text + repr(scene.read) + repr(scene.read.notices)
    assert "given up" in rows
    assert "quasimodo" not in shown
    assert SECRET not in shown


async def test_nothing_is_sent_to_what_is_not_public(scene):
    async with opened(scene, {"channels": ["slack"]}, private=()):
        await scene.case()
        await scene.drain()
        await scene.drain(later=WINDOW)
        (message,) = await scene.messages()
    assert "is not public" in message.error
    assert (scene.channels["slack"].headers, message.unsure) == ([], False)


@pytest.mark.parametrize(
    ("notices", "said"),
    [
        ({"channels": [{"name": "a", "use": "slack", "url": "nowhere"}]}, "should be an address"),
        ({"channels": [{"name": "a", "use": "webhook", "url": "https://a.example"}]}, "needs one to sign with"),
        ({"channels": [{"name": "email", "use": "slack", "url": "https://a.example"}]}, "take another name"),
        ({"channels": [{"name": "a", "use": "slack", "url": "https://a.example"}] * 2}, '"a" is used twice'),
        ({"send": [{"channels": ["emial"]}]}, 'there is no "emial"; did you mean "email"?'),
        ({"send": [{"channels": ["email"]}]}, "needs a mail server"),
        ({"send": [{"channels": ["email"], "kinds": ["opend"]}]}, "kinds[0]"),
    ],
)
def test_mistakes_are_named(tmp_path, notices, said):
    program = Program(tmp_path, notices=notices)
    with pytest.raises(Misconfigured, match="notices") as raised:
        configuration.read(program.config)
    assert said in str(raised.value)


def test_check_names_units_and_roles_that_the_playbook_does_not_have(tmp_path):
    url = {"name": "slack", "use": "slack", "url": "https://a.example"}
    send = [{"unit": "webcar", "channels": ["slack"]}, {"role": "laed", "channels": ["slack"]}]
    program = Program(tmp_path, notices={"channels": [url], "send": send})
    rules(program)
    said = program.command("check")
    assert said.exit_code == 2
    assert 'notices.send[0].unit: there is no unit "webcar"; did you mean "webcare"?' in said.stderr
    assert 'notices.send[1].role: there is no role "laed"; did you mean "lead"?' in said.stderr


async def test_a_channel_is_tried_from_the_command_line(scene):
    async with opened(scene):
        await scene.add("anna", language="en")
    for channel in CHATS:
        done = await asyncio.to_thread(scene.program.command, "notices test", channel)
        assert (done.exit_code, done.stdout) == (0, f"{channel}: taken\n")
    done = await asyncio.to_thread(scene.program.command, "notices test", "email", "--to", "anna@klank.example")
    assert done.exit_code == 0
    assert scene.box.messages[0]["Subject"] == "A test of this channel"
    scene.channels["slack"].answers.append((404, {}))
    refused = await asyncio.to_thread(scene.program.command, "notices test", "slack")
    assert (refused.exit_code, refused.stderr) == (1, "klankbord: slack: not taken: it answered 404\n")
    unknown = await asyncio.to_thread(scene.program.command, "notices test", "slak")
    assert 'did you mean "slack"?' in unknown.stderr


async def test_quiet_hours_are_chosen_and_heeded(scene):
    async with opened(scene):
        await scene.add("anna")
    quiet = ("anna@klank.example", "--hours", "09:00-11:00", "--mute-until", "2026-11-02T12:00", "--no-results")
    done = await asyncio.to_thread(scene.program.command, "notices quiet", *quiet)
    assert done.stdout == "quiet hours: 09:00-11:00\nmuted until: 2026-11-02 12:00\ntold what became of answers: no\n"
    async with open_stores(scene.read, scene.said.append) as scene.stores:
        await scene.case()
        await scene.drain()
        (message,) = await scene.messages()
    assert message.due_at == NOW.replace(hour=11)
    wrong = await asyncio.to_thread(scene.program.command, "notices quiet", "anna@klank.example", "--hours", "nine")
    assert (wrong.exit_code, "two times of day" in wrong.stderr) == (2, True)
