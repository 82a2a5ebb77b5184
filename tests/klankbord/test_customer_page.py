"""The running program shows a customer on its page and over its API as the command does, with the policies of its sources."""

import pytest

from desk.store import audit
from tests.klankbord.program import Program, file_source, line, until
from tests.klankbord.test_api import told
from tests.klankbord.test_commands import Browser


@pytest.fixture(scope="module", params=[True, False], ids=["join", "no join"])
def program(request, tmp_path_factory):
    """A running program with a customer of two accounts; the policy that let them join stands, or was taken back."""
    folder = tmp_path_factory.mktemp("customer")
    program = Program(folder, file_source("in.jsonl", join=True, authors=True))
    program.add("in.jsonl", line(1, "klank een"), line(2, "klank twee"), line(3, "klank drie", author="bert"))
    made = program.command("customer add").stdout.strip()
    for author in ("anna", "bert"):
        assert program.command("customer link", made, f"file:in/{author}").exit_code == 0
    secret = program.command("token add", "crm", "--scope", "customers").stdout.strip()
    program = Program(folder, file_source("in.jsonl", join=request.param, authors=True))
    program.joins, program.customer, program.secret = request.param, made, secret
    with program.running():
        until(lambda: len(program.texts()) == 3)
        yield program


def test_page_api_and_command_count_the_same(program):
    _, answer = told(program, "/customer", id=program.customer)
    browser = Browser()
    link = program.command("open").stdout.strip()
    browser.get(link)
    status, page = browser.get(f"{link.partition('/open')[0]}/customer?id={program.customer}")
    shown = program.command("customer show", program.customer).stdout
    counted = 3 if program.joins else 0
    assert (status, answer["mentions"], [one["counted"] for one in answer["accounts"]]) == (
        200,
        counted,
        [program.joins] * 2,
    )
    assert (f">{counted} berichten</a>" in page, f"{counted} mentions from" in shown) == (program.joins, program.joins)
    assert ("het beleid van de bron" in page) is not program.joins
    looks = program.ask(lambda stores: audit.latest(stores.desk, subject=program.customer))
    assert {(one.by.partition(":")[0], one.did) for one in looks} >= {("token crm", "read"), ("desk", "looked at")}


def test_a_message_leads_to_its_customer_whatever_the_policy_says_now(program):
    browser = Browser()
    link = program.command("open").stdout.strip()
    browser.get(link)
    mention = program.stored()[0].enriched.mention.id
    _, page = browser.get(f"{link.partition('/open')[0]}/mention?id={mention}")
    assert f'href="/customer?id={program.customer}"' in page
