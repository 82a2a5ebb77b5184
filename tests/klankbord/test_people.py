"""`klankbord people`: staff, roles, rota and absence at the command line."""

from datetime import timedelta

import pytest
import yaml
from aiohttp import ClientSession

from core.ports import Measured
from core.time import now
from desk.store import audit, people, policies
from klankbord import configuration
from klankbord.keeper import _clean
from klankbord.keeping.alerts import Watch
from klankbord.people.foundation import PolicyInForce
from klankbord.serving.page import open_page
from tests.desk.alerts.mailbox import mailbox
from tests.klankbord.program import Program
from tests.klankbord.test_alerts import mail


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def said(program, name, *arguments, code=0):
    done = program.command(f"people {name}", *arguments)
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


@pytest.fixture
def anna(program):
    return said(program, "add", "Anna de Vries", "--email", "anna@klank.example", "--department", "Service").strip()


def test_somebody_is_added_changed_and_listed(program, anna):
    said(program, "change", "anna@klank.example", "--unit", "webcare", "--department", "")
    said(program, "role", anna, "agent", "--unit", "webcare")
    shown = said(program, "list")
    assert "agent in webcare" in shown
    assert "Service" not in shown


def test_who_left_is_shown_with_when_they_are_erased_and_can_come_back(program, anna):
    assert "is erased on" in said(program, "leave", anna)
    assert "Anna" not in said(program, "list")
    assert "kept until" in said(program, "list", "--left")
    said(program, "leave", anna, "--undo")
    assert "Anna" in said(program, "list")


def test_an_erased_one_is_in_no_file(program, anna):
    said(program, "erase", anna)
    assert "there is nobody" in said(program, "list", "--left")
    assert program.files_with("anna@klank.example", "Anna de Vries", anna) == []


def test_who_is_on_duty_is_told(program, anna):
    said(program, "rota add", anna, "webcare", "mon-fri", "08:00-12:00", "22:00-06:00")
    assert "Anna de Vries" in said(program, "rota duty", "webcare", "--at", "2026-11-03T05:59")
    assert "nobody is on duty in webcare" in said(program, "rota duty", "webcare", "--at", "2026-11-03T07:00", code=1)
    said(program, "absence add", anna, "2099-11-03", "2099-11-04")
    assert "2099-11-03 00:00" in said(program, "absence list")
    assert "mon" in said(program, "rota list")
    assert "nobody is on duty" in said(program, "rota duty", "webcare", "--at", "2099-11-03T09:00", code=1)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("change", ("ana@klank.example", "--unit", "x"), 'did you mean "anna@klank.example"?'),
        ("add", ("Bert", "--email", "bert"), '"bert" is no e-mail address'),
        ("add", ("Bert", "--email", "anna@klank.example"), "somebody else has the e-mail address"),
        ("add", ("Bert", "--language", "dutch"), '"dutch" is no language here'),
        ("rota add", ("anna@klank.example", "webcare", "mno", "08:00-12:00"), 'did you mean "mon"?'),
        ("absence add", ("anna@klank.example", "2099-11-04", "2099-11-03"), "nothing in between"),
    ],
)
def test_what_cannot_be_is_one_sentence(program, anna, name, arguments, sentence):
    assert sentence in said(program, name, *arguments, code=1)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("role", ("anna@klank.example", "agnet"), 'no role "agnet"; did you mean "agent"?'),
        ("role", ("anna@klank.example", "agent", "--unit", "webcar"), 'no unit "webcar"; did you mean "webcare"?'),
        ("group", ("Agents", "--role", "agnet"), 'did you mean "agent"?'),
        ("rota add", ("anna@klank.example", "webcar", "mon", "08:00-12:00"), 'did you mean "webcare"?'),
    ],
)
def test_what_names_no_role_or_unit_is_told_with_the_nearest(program, anna, name, arguments, sentence):
    rules = {"organisation": {"model": "decentralized", "units": {"webcare": {}}}, "triage": {}}
    (program.folder / "playbook.yaml").write_text(yaml.safe_dump(rules))
    assert sentence in said(program, name, *arguments, code=1)


def test_a_role_that_is_none_any_more_is_taken_away(program, anna):
    before = program.config.read_text()
    program.config.write_text(f"{before}\nsign_in: {{rights: {{press: [cases]}}}}\n")
    said(program, "role", anna, "press")
    program.config.write_text(before)
    said(program, "role", anna, "press", "--take")
    assert "press" not in said(program, "list")


def test_each_act_is_in_the_audit_by_id_alone(program, anna):
    said(program, "role", anna, "agent")
    said(program, "leave", anna)

    async def noted(stores):
        return await audit.latest(stores.desk, subject=anna)

    assert sorted(one.did for one in program.ask(noted)) == ["gave role agent to", "left", "made"]


def test_a_group_that_nobody_told_of_is_named(program):
    assert 'told of no group "Agents"' in said(program, "group", "Agents", "--role", "agent", code=1)


def test_a_file_is_shown_before_it_is_taken_and_nobody_leaves_in_silence(program, anna):
    file = program.folder / "hr.csv"
    file.write_text("e-mail;naam;Team\nbert@klank.example;Bert;webcare\n")
    assert "1 new\n  Bert" in said(program, "import", str(file), "--dry-run")
    assert "Bert" not in said(program, "list")
    assert "with --leave they left\n  Anna" in said(program, "import", str(file), "--full")
    assert "Anna" in said(program, "list")
    said(program, "import", str(file), "--full", "--leave")
    assert "Anna" not in said(program, "list")
    assert "Bert" in said(program, "list")


def test_bad_lines_hold_the_good_ones_back_unless_they_are_skipped(program):
    file = program.folder / "hr.csv"
    file.write_text("number,name,email\n1,Bert,\n2,Carla,nowhere\n")
    assert "1 bad lines: nothing was changed" in said(program, "import", str(file), code=1)
    assert "there is nobody" in said(program, "list")
    assert 'line 3: "nowhere" is no e-mail address' in said(program, "import", str(file), "--skip-bad")
    assert "Bert" in said(program, "list")


def policy(program, text):
    said_of = {"version": "1", "title": "Beleid", "text": {"nl": text}}
    (program.folder / "playbook.yaml").write_text(yaml.safe_dump({"policy": said_of}))


def test_a_policy_is_published_acknowledged_on_paper_and_counted(program, anna):
    assert "has no policy" in said(program, "policy publish", code=1)
    assert "there is no policy yet" in said(program, "policy status", code=1)
    policy(program, "Wees aardig.")
    assert "version 1 is in force" in said(program, "policy publish")
    assert "0 of 1 acknowledged\n  not yet: Anna" in said(program, "policy status")
    said(program, "policy paper", "anna@klank.example")
    assert "1 of 1 acknowledged" in said(program, "policy status")
    policy(program, "Wees eerlijk.")
    assert "give this one another version" in said(program, "policy publish", code=1)


def test_the_policy_of_the_playbook_is_put_in_force_by_itself_and_a_mistake_is_told(program, anna):
    async def looked(stores):
        read = configuration.read(program.config)
        watch = PolicyInForce(read, stores, clock=now)
        found = [await watch.refresh()]
        for text in ("Wees aardig.", "Wees eerlijk, en aardig."):
            policy(program, text)
            found += [await watch.refresh()]
        return found, (await policies.current(stores.desk)).text

    (none, first, second), text = program.ask(looked)
    assert (none, first, text) == ([], [], {"nl": "Wees aardig."})
    assert "give this one another version" in second[0]


def test_an_account_whose_owner_left_is_a_mistake(program, anna):
    said(program, "accounts add", "bluesky", "@klank.example", "--owner", "anna@klank.example")
    assert "has no second owner" in said(program, "accounts list")
    said(program, "leave", anna)
    assert "its owner, Anna de Vries, left" in said(program, "accounts list")
    assert 'did you mean "bluesky klank.example"?' in said(
        program, "accounts remove", "bluesky", "klnk.example", code=1
    )
    assert "nothing looks like an own account" in said(program, "accounts lookalikes", "--look")
    assert "is not listed" in said(program, "accounts say", "bluesky:1", "dismissed", code=1)


def test_trainings_of_a_file_are_taken_once_and_shown_with_their_end(program, anna):
    file = program.folder / "learning.csv"
    file.write_text(
        "e-mail;training;done;until\nanna@klank.example;Tone;2020-01-01;2020-12-31\nx@klank.example;Tone;1-1-2020;\n"
    )
    assert "nothing was changed: mend them" in said(program, "trainings import", str(file), code=1)
    assert "1 good lines; nothing was changed" in said(
        program, "trainings import", str(file), "--skip-bad", "--dry-run"
    )
    taken = [said(program, "trainings import", str(file), "--skip-bad") for _ in range(2)]
    assert ["1 of them new" in one for one in taken] == [True, False]
    shown = said(program, "trainings list")
    assert "2020-12-31" in shown
    assert "over" in shown


def test_a_hole_in_the_rota_is_named(program, anna):
    always = {
        day: ["00:00-24:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    }
    rules = {
        "triage": {},
        "hours": {"always": {"zone": "Europe/Amsterdam", "week": always}},
        "organisation": {
            "model": "centralized",
            "centre": "webcare",
            "units": {"webcare": {"name": "Webcare", "hours": "always"}},
        },
    }
    (program.folder / "playbook.yaml").write_text(yaml.safe_dump(rules))
    said(program, "rota add", anna, "webcare", "mon-sun", "06:00-00:00")
    done = program.command("people rota holes")
    assert done.exit_code == 1, done.stderr
    assert "00:00 - 06:00" in done.stdout
    said(program, "rota add", anna, "webcare", "mon-sun", "00:00-06:00")
    assert "whenever a unit works" in said(program, "rota holes")


def test_everybody_is_asked_by_e_mail_once_and_no_more_after_the_button(tmp_path):
    async def asked(stores):
        async with mailbox() as box:
            written = program.config.read_text()
            program.config.write_text(written + yaml.safe_dump({"mail": mail(box.port)}))
            watch = Watch(configuration.read(program.config), stores)
            for _ in range(2):
                assert await watch.once() == []
            return box.messages

    program = Program(tmp_path)
    said(program, "add", "Anna de Vries", "--email", "anna@klank.example", "--language", "en")
    policy(program, "Wees aardig.")
    (message,) = program.ask(asked)
    assert message["To"] == "anna@klank.example"
    assert "/policy/" in message.get_content()


def test_the_keeper_erases_who_left_once_their_time_is_over(program, anna):
    async def kept_house(stores):
        one, at = await people.get(stores.desk, anna), now() - timedelta(days=1)
        await people.change(stores.desk, one, one.details, by="ruth", at=at, active=False, keep=timedelta(hours=1))
        await _clean(configuration.read(program.config), stores)
        return await people.every(stores.desk)

    assert program.ask(kept_house) == []


def test_the_page_serves_scim_to_a_token_for_staff(program, anna):
    secret = program.command("token add", "entra", "--scope", "staff").stdout.strip()

    async def served(stores):
        read = configuration.read(program.config)
        async with open_page(read, stores, Measured(), lambda _: None), ClientSession() as session:
            where = f"{stores.folder.page.read_text().rstrip('/')}/scim/v2/Users"
            body = {"userName": "anna", "emails": [{"value": "anna@klank.example", "type": "work"}]}
            answer = await session.post(where, json=body, headers={"Authorization": f"Bearer {secret}"})
            return answer.status, (await answer.json(content_type=None))["id"]

    assert program.ask(served) == (201, anna)


def checks(program):
    """What `klankbord playbook check` says of a playbook whose unit works on weekdays and asks an agent first."""
    week = {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    rules = {
        "triage": None,
        "organisation": {"model": "centralized", "centre": "webcare",
                         "units": {"webcare": {"hours": "office", "ladder": "first"}}},
        "hours": {"office": {"zone": "Europe/Amsterdam", "week": week}},
        "ladders": {"first": [{"to": "agent"}]},
    }  # fmt: skip
    path = program.folder / "playbook.yaml"
    path.write_text(yaml.safe_dump(rules))
    done = program.command("playbook check", str(path))
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_check_names_apart_from_the_file_what_people_have_to_mend(program):
    assert len(checks(program)) == 1  # no desk database yet: nothing is made to look into
    said(program, "add", "Anna", "--email", "anna@klank.example")
    first, heading, *wrong = checks(program)
    assert first.endswith("no mistakes")
    assert heading == "Not in the file, for people to mend:"
    assert wrong[0] == "  webcare: nobody is on the rota, and the unit has business hours"
    said(program, "rota add", "anna@klank.example", "webcare", "mon-fri", "09:00-17:00")
    said(program, "role", "anna@klank.example", "agent", "--unit", "webcare")
    said(program, "role", "anna@klank.example", "lead")
    assert checks(program)[1:] == ["Staff, rota and accounts: all that the rules count on is there."]


def test_somebody_is_invited_by_a_link_that_is_theirs(program, anna):
    link = said(program, "invite", "anna@klank.example").strip()
    other = said(program, "invite", "anna@klank.example", "--lost-phone").strip()
    assert link.startswith("http://127.0.0.1:")
    assert "/invited/" in link
    assert link != other
    said(program, "leave", anna)
    assert "left" in said(program, "invite", "anna@klank.example", code=1)


def test_who_is_signed_out_at_the_command_line_stands_in_the_audit(program, anna):
    said(program, "sign-out", "anna@klank.example")

    async def noted(stores):
        return await audit.latest(stores.desk, subject=anna)

    assert "signed out everywhere" in [one.did for one in program.ask(noted)]
