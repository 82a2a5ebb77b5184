"""Wrong configuration is said in sentences, all at once, by `check` and by `run` alike; never with a stack trace."""

import pytest

from desk.store import release
from tests.klankbord.program import Program, Run, file_source

WRONG = """\
organisation: {name: Klank, time_zone: Europe/Amsterdm}
surces: []
sources:
  - {use: file, settings: {paths: [a.jsonl]}, visibilty: [public]}
"""
WRONG_PARTS = """\
organisation: {name: Klank}
sources:
  - {use: blusky}
  - {use: file, name: files, settings: {pahts: [a.jsonl]}}
enrich: [{use: langage}]
sinks: [{use: sqlight}]
"""
WRONG_RULES = 'monitors:\n  een: {query: "klank AND"}\n  twee: {qery: klank}\n'


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path, file_source("in.jsonl"))


def mistakes(program):
    """The sentences of `check`, which exits with 2."""
    checked = program.command("check")
    assert checked.exit_code == 2, checked.output
    return checked.stderr.removeprefix("klankbord: ").replace(f"{program.folder}/", "").splitlines()


def test_all_mistakes_of_keys_and_values_are_told_at_once(program):
    program.config.write_text(WRONG)
    told = mistakes(program)
    assert [sentence.split(": ")[1] for sentence in told] == [
        "organisation.time_zone",
        "sources[0].visibilty",
        "surces",
    ]
    assert 'did you mean "visibility"?' in told[1]
    assert 'did you mean "sources"?' in told[2]


def test_all_mistakes_of_components_and_of_the_playbook_are_told_at_once(program):
    program.config.write_text(WRONG_PARTS)
    (program.folder / "playbook.yaml").write_text(WRONG_RULES)
    told = "\n".join(mistakes(program))
    for nearest in ("bluesky", "paths", "language", "sqlite", "query"):
        assert f'did you mean "{nearest}"?' in told
    assert "playbook.yaml: monitors.een.query: column 7" in told


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("klankbord.yaml", "organisation:\n  name: [Klank\n", "klankbord.yaml, line 3, column 1: "),
        ("klankbord.yaml", "- a\n", "klankbord.yaml: should hold keys and values, not list"),
        ("klankbord.yaml", b"\xff\xfe\x00", "klankbord.yaml: is not UTF-8 text (byte 0)"),
        ("klankbord.yaml", "sources: 7\n", "klankbord.yaml: organisation: is missing"),
        ("klankbord.yaml", "organisation: {name: a}\nsinks: []\n", "klankbord.yaml: sinks: "),
        ("playbook.yaml", "monitors:\n\t- x\n", "playbook.yaml, line 2, column 1: "),
        (
            "playbook.yaml",
            "monitors:\n  a: {query: x}\n  a: {query: y}\n",
            "playbook.yaml: monitors.a: stands in the file twice",
        ),
        (
            "playbook.yaml",
            "a: [2026-13-01]\n",
            "playbook.yaml, line 1, column 5: cannot be read: month must be in 1..12",
        ),
        ("playbook.yaml", f"a: {'1' * 5000}\n", "playbook.yaml, line 1, column 4: cannot be read: "),
        ("playbook.yaml", "[" * 5000, "playbook.yaml: is nested deeper than can be read"),
        ("playbook.yaml", None, "playbook.yaml: no such file"),
        ("klankbord.yaml", None, "klankbord.yaml: no such file"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(program, name, content, told):
    path = program.folder / name
    path.unlink() if content is None else path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert mistakes(program)[0].startswith(told)


@pytest.mark.parametrize("name", ["klankbord.yaml", "playbook.yaml"])
def test_run_tells_it_as_well_and_ends(program, name):
    (program.folder / name).write_text("monitors: {een: {query: '(klank'}}\n")
    with Run(program) as run:
        assert run.code() == 2
        assert name in run.said()


def test_a_right_one_is_said_to_be_right(program):
    checked = program.command("check")
    assert (checked.exit_code, checked.stdout) == (0, f"{program.config}: 1 sources, 1 monitors, no mistakes\n")


def test_a_search_that_cannot_be_read_points_at_the_column(program):
    searched = program.command("search", "klank AND")
    assert (searched.exit_code, "column 7" in searched.stderr) == (2, True)


def test_a_role_that_may_not_work_in_a_crisis_cannot_approve_there(program):
    rules = "roles: {press: {name: press}}\ncrisis: {approves: press}\n"
    (program.folder / "playbook.yaml").write_text(rules)
    (sentence,) = mistakes(program)
    assert sentence.startswith('playbook.yaml: crisis.approves: the role "press" may not work in a crisis')
    program.config.write_text(program.config.read_text() + "\nsign_in: {rights: {press: [cases]}}\n")
    assert program.command("check").exit_code == 0


ACTS = """
roles: {press: {name: press}, agents: {name: agents}}
ladders: {up: [{to: agents, within: 10m}, {to: lead}]}
crisis: {ladder: up, steps: {verify: {says: Verify, owner: press}, thank: {says: Thank, owner: lead}}, approves: lead}
"""


@pytest.mark.parametrize("command", ["check", "playbook check"])
def test_whoever_has_to_act_in_a_crisis_may_not(program, command):
    rules = program.folder / "playbook.yaml"
    rules.write_text(ACTS)
    checked = program.command(command, *([str(rules)] if " " in command else ()))
    assert checked.exit_code == 2
    step, rung = checked.stderr.removeprefix("klankbord: ").replace(f"{program.folder}/", "").splitlines()
    assert step.startswith('playbook.yaml: crisis.steps.verify.owner: the role "press" may not work in a crisis')
    assert rung.startswith('playbook.yaml: ladders.up[0].to: the role "agents" may not work in a crisis')
    assert rung.endswith('or name another: did you mean "agent"?')


@pytest.mark.parametrize("command", ["check", "playbook check"])
def test_an_account_that_is_to_sound_otherwise_is_no_publishers(program, command):
    rules = program.folder / "playbook.yaml"
    rules.write_text("answers: {brands: {mastadon: {register: {nl: je}}, mastodon: {register: {nl: je}}}}\n")
    one = "{use: mastodon, settings: {instance: https://a.nl, account: a, token: t}}"
    program.config.write_text(f"{program.config.read_text()}\npublishers: [{one}]\n")
    checked = program.command(command, *([str(rules)] if " " in command else ()))
    assert checked.exit_code == 2
    told = checked.stderr.removeprefix("klankbord: ").replace(f"{program.folder}/", "").strip()
    assert told == (
        'playbook.yaml: answers.brands.mastadon: there is no publisher "mastadon"; did you mean "mastodon"?'
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("check", 'playbook.yaml: ladders.up[0].to: nobody holds the role "agents"; did you mean "agent"?'),
        ("playbook check", "nobody holds the role agents, which ladders.up[0].to counts on"),
    ],
)
def test_whoever_has_to_act_in_a_crisis_is_nobody(program, command, sentence):
    rules = program.folder / "playbook.yaml"
    rules.write_text(ACTS)
    program.config.write_text(program.config.read_text() + "\nsign_in: {rights: {press: [cases], agents: [cases]}}\n")
    for name, role in (("anna", "lead"), ("bert", "press"), ("cees", "agent")):
        identifier = program.command("people add", name).stdout.strip()
        assert program.command("people role", identifier, role).exit_code == 0
    checked = program.command(command, *([str(rules)] if " " in command else ()))
    assert checked.exit_code == 0
    lines = [line.strip().replace(f"{program.folder}/", "") for line in checked.stdout.splitlines()]
    said = [line for line in lines if "nobody" in line]
    assert said == [sentence]


@pytest.mark.parametrize("command", ["check", "playbook check"])
def test_a_check_leaves_the_desk_database_as_it_is(program, monkeypatch, command):
    rules = program.folder / "playbook.yaml"
    rules.write_text("crisis: {}\n")
    with monkeypatch.context() as earlier:
        earlier.setattr(release, "REVISIONS", release.REVISIONS[:-1])
        assert program.command("people list").exit_code == 0
    checked = program.command(command, *([str(rules)] if " " in command else ()))
    assert checked.exit_code == 0
    assert "not looked at: the desk database" in checked.stdout
    assert "is of an earlier release: klankbord run brings it up" in checked.stdout
    with monkeypatch.context() as earlier:
        earlier.setattr(release, "REVISIONS", release.REVISIONS[:-1])
        assert program.command("people list").exit_code == 0
