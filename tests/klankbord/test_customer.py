"""`klankbord customer`: accounts are joined where the policy allows, customers merged and unmerged, and looks are noted."""

import asyncio

import pytest
from sqlalchemy import select

from core.outward import Told
from core.ports import Measured
from core.time import milliseconds, now
from desk.store import audit, facts, tables
from klankbord import configuration
from klankbord.outward import lend
from klankbord.player import MastodonPlayer
from klankbord.privacy.joining import may_join
from klankbord.stores import open_desk_alone, open_stores
from tests.klankbord.program import Program, command, file_source, line, played, until


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A program that heard two accounts, and has stopped."""
    program = Program(tmp_path_factory.mktemp("customer"), file_source("in.jsonl", join=True))
    program.add("in.jsonl", line(1, "klank een"), line(2, "klank twee"), line(3, "klank drie", author="bert"))
    with program.running():
        until(lambda: len(program.texts()) == 3)
    program.authors = sorted({one.enriched.mention.author.id for one in program.stored()})
    return program


def customer(program, *authors):
    made = program.command("customer add").stdout.strip()
    for author in authors:
        assert program.command("customer link", made, author).exit_code == 0
    return made


def test_a_customer_is_shown_merged_and_as_before_once_unmerged(program):
    first, second = [customer(program, author) for author in program.authors]
    before = program.command("customer show", first).stdout
    assert "2 mentions from" in before
    assert program.command("customer merge", second, first).exit_code == 0
    assert "3 mentions from" in program.command("customer show", first).stdout
    assert program.command("customer unmerge", second).exit_code == 0
    assert program.command("customer show", first).stdout == before
    assert looks(program, first) == 3


def looks(program, subject):
    async def entries():
        async with open_desk_alone(configuration.read(program.config), lambda _: None) as desk:
            return await audit.latest(desk, subject=subject)

    return [one.did for one in asyncio.run(entries())].count("looked at")


def test_what_is_best_done_next_is_said_with_what_each_rule_before_it_lacked(program):
    program.config.with_name("playbook.yaml").write_text(
        "monitors: {all: {query: klank*}}\n"
        "next_best_action:\n"
        "- {name: late, when: {overdue: true, severity: critical}, say: {nl: Nu, en: Now}}\n"
        "- {name: heard, when: {mentions_at_least: 2}, say: {nl: Bedank, en: Thank them}}\n"
    )
    author = program.authors[0]
    program.command("customer unlink", author)  # where it is part of another
    first = customer(program, author)
    told = program.command("customer next", first)
    assert told.stdout.splitlines() == [
        "Thank them  [heard]",
        "  because 2 messages are archived",
        "Not: Now  [late]: severity (not known), overdue (not known)",
    ]
    dutch = program.command("customer next", customer(program), "--language", "nl").stdout.splitlines()
    assert dutch[0] == "Geen regel gaat op."
    assert dutch[-1] == "Niet: Bedank  [heard]: mentions_at_least (niet bekend)"
    assert looks(program, first) == 1


def test_an_account_is_one_customers_until_it_is_unlinked(program):
    other = customer(program)
    author = "file:in/carla"
    linked = customer(program, author)
    refused = program.command("customer link", other, author)
    assert (refused.exit_code, f"is part of customer {linked}" in refused.stderr) == (1, True)
    assert program.command("customer unlink", author).exit_code == 0
    assert program.command("customer link", other, author).exit_code == 0


def test_an_account_is_linked_to_all_that_are_one_customer(program):
    merged, root = customer(program, "file:in/dora"), customer(program)
    assert program.command("customer merge", merged, root).exit_code == 0
    for name in (merged, root):
        for author in ("file:in/dora", f"file:in/of-{name}"):
            linked = program.command("customer link", name, author)
            assert linked.exit_code == 0, linked.stderr


@pytest.mark.parametrize("author", ["bluesky:did:plc:x", "reddit:anna", "nothing"])
def test_what_the_policy_does_not_allow_is_refused(program, author):
    refused = program.command("customer link", customer(program), author)
    assert (refused.exit_code, "the policy of its source" in refused.stderr) == (1, True)


def test_a_customer_that_is_none_is_told(program):
    assert 'no customer "nobody"' in program.command("customer show", "nobody").stderr


def test_accounts_are_joined_only_where_every_source_of_that_kind_allows(tmp_path):
    sources = [file_source("a.jsonl", name="a", join=True), file_source("b.jsonl", name="b")]
    allows = may_join(configuration.read(Program(tmp_path, *sources).config))
    assert (allows("file:anna"), allows("a:anna"), allows("b:anna"), allows("reddit:anna")) == (
        False,
        True,
        False,
        False,
    )


def test_reddits_accounts_are_never_joined(tmp_path):
    feed = {"use": "rss", "join": True, "settings": {"feeds": ["https://www.reddit.com/r/treinen/.rss"]}}
    program = Program(tmp_path, feed)
    said = command("check", "-c", str(program.config))
    assert (said.exit_code, "sources[0].join: accounts of Reddit never become part" in said.stderr) == (2, True)


async def told_and_lent(program, *, author):
    """What a sink is lent of an account after it told that a field over there names it."""
    read = configuration.read(program.config)
    async with open_stores(read, lambda _: None) as stores:
        lent = lend(read, stores, "hubspot", measured=Measured())
        await lent.tell([Told(system="hubspot", customer="7", accounts=(author,), facts={"segment": "gold"}, at=now())])
        linked = await lent.customers([author])
        known = [fact.value for one in linked.values() for fact in await facts.of_customer(stores.desk, one.customer)]
        return [one.keys for one in linked.values()], known


@pytest.mark.parametrize(
    ("author", "joins", "found"),
    [("file:in/anna", True, True), ("file:in/anna", False, False), ("reddit:anna", True, False)],
)
def test_a_field_of_another_system_joins_where_the_policy_allows(tmp_path, author, joins, found):
    program = Program(tmp_path, file_source("in.jsonl", join=joins))
    keys, known = asyncio.run(told_and_lent(program, author=author))
    assert (keys, known) == (([{"hubspot": "7"}], ["gold"]) if found else ([], []))


def test_a_customer_is_erased_with_its_accounts_and_does_not_come_back(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl", join=True))
    asyncio.run(told_and_lent(program, author="file:in/anna"))
    (hers,) = program.ask(lambda stores: customers_there(stores.desk))
    unlinked = program.command("customer unlink", "file:in/anna")
    assert (unlinked.exit_code, program.command("customer link", hers, "file:in/bert").exit_code) == (0, 0)
    other = customer(program)
    assert program.command("customer merge", other, hers).exit_code == 0
    erased = program.command("erase", "--customer", other, answers="y\n")
    assert (erased.exit_code, f"Erase file:in/bert, {hers}, {other} for good?" in erased.stdout) == (0, True)
    for author in ("file:in/anna", "file:in/bert"):  # hers is linked to nobody, and the system still has the contact
        assert asyncio.run(told_and_lent(program, author=author)) == ([], [])
    assert program.ask(lambda stores: customers_there(stores.desk)) == []
    again = program.command("erase", "--customer", hers, "--yes")
    assert (again.exit_code, f'there is no customer "{hers}"' in again.stderr) == (1, True)


async def customers_there(desk):
    async with desk.reading() as connection:
        return list((await connection.execute(select(tables.customers.c.id))).scalars())


def test_what_was_joined_is_nobodys_once_the_policy_says_no(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl", join=True))
    assert asyncio.run(told_and_lent(program, author="file:in/anna"))[0]
    Program(tmp_path, file_source("in.jsonl"))
    assert asyncio.run(told_and_lent(program, author="file:in/anna"))[0] == []


def status(*links):
    """A message of Anna's as her instance tells it, which has verified these links of hers."""
    moment = now()
    shown = [{"name": "web", "value": f'<a href="{url}" rel="me">{url}</a>', "verified_at": AGO} for url in links]
    return {
        "id": str(milliseconds(moment) << 16),
        "created_at": moment.isoformat(),
        "visibility": "public",
        "content": "<p>klank</p>",
        "account": {"id": "7", "acct": "anna", "fields": [*shown, {"name": "x", "value": HOME, "verified_at": None}]},
    }


AGO, HOME = "2026-03-01T12:30:00.000Z", "https://klant.example"


@pytest.mark.parametrize("joins", [True, False])
def test_an_account_joins_by_the_link_that_its_instance_verified_and_leaves_with_it(tmp_path, joins):
    player = MastodonPlayer(tokens=None)
    with played(player) as (url, call):
        instance = {"instance": url, "streaming": url}
        program = Program(tmp_path, {"use": "mastodon", "join": joins, "settings": instance})
        theirs = customer(program)
        assert program.command("customer website", theirs, "klant.example").exit_code == 0
        with program.running():
            until(lambda: any("/timelines/" in path for path in player.requests))
            call(player.push, "update", status(f"{HOME}/"))
            until(lambda: len(program.texts()) == 1)
            author = program.stored()[0].enriched.mention.author
            assert bool(author.links) is joins
            if joins:
                proof = f"{author.id}  (verified link: {HOME}/ (verified at 2026-03-01 12:30 UTC), by mastodon"
                until(lambda: proof in program.command("customer show", theirs).stdout)
            call(player.push, "update", status())
            until(lambda: len(program.texts()) == 2)
            until(lambda: ("withdrawn" in program.command("customer show", theirs).stdout) is joins)
        assert bool(program.files_with(f"{HOME}/")) is joins


def test_what_is_no_website_is_told(program):
    theirs = customer(program)
    assert "no address of a website" in program.command("customer website", theirs, "klant").stderr
    assert program.command("customer website", theirs, "klant.example").exit_code == 0
    assert "website: klant.example (by " in program.command("customer show", theirs).stdout
    assert "is a website already" in program.command("customer website", theirs, "www.klant.example").stderr
    assert program.command("customer website", theirs, "klant.example", "--remove").exit_code == 0
    assert "is no website" in program.command("customer website", theirs, "klant.example", "--remove").stderr
