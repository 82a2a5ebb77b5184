"""What a message looks like in each channel: taken by doubles as strict as the services, whatever people wrote."""

import json
from datetime import UTC, datetime

import pytest

from desk.notices import as_json, slack, teams
from desk.notices.told import SHOWN, Reader, tell, true_still
from desk.store.case_news import News
from desk.store.cases import Case, State
from desk.store.notice_messages import Message
from desk.store.notices import OF_CRISES, Kind, Notice
from desk.web import words
from desk.web.formats import Formats
from tests.desk.corpus import ZONE
from tests.desk.notices.chats import check_slack, check_teams

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOSTILE = "<!channel> & [click](https://evil.example) *bold* <https://evil.example|here> "
LONG = {f"bluesky:{number}": HOSTILE * 100 for number in range(1, SHOWN + 1)}


def case(number=1, **fields):
    known = {
        "id": f"c{number}", "number": number, "author": "bluesky:anna", "thread": "t", "source": "bluesky",
        "severity": "serious", "outcome": "restore", "opened_at": NOW, "since": NOW, "first_due": NOW.replace(hour=10),
        "first_message": f"bluesky:{number}", "version": 1, "unit": "webcare",
    }  # fmt: skip
    return Case(**known | fields)


def message(**fields):
    return Message(**{"id": "m1", "channel": "chat", "made_at": NOW, "due_at": NOW} | fields)


def told(number=1, *, language="en", excerpts=None, kinds=(Kind.OPENED,), **fields):
    catalogue = words.load(language)
    reader = Reader(catalogue, Formats(catalogue, ZONE, NOW), "https://klank.example")
    cases = {f"c{place}": case(place) for place in range(1, number + 1)}
    return tell(message(**fields), dict.fromkeys(cases, kinds), cases, reader, excerpts or {})


def test_it_says_how_many_of_what_and_names_the_first():
    said = told(SHOWN + 2, kinds=(Kind.OPENED, Kind.OVERDUE))
    assert said.subject == "7 new cases, 7 cases overdue"
    assert (len(said.lines), said.more) == (SHOWN, "and 2 more")
    assert said.lines[0].says == "#1 · serious · Bluesky · webcare · answer due 11:00"
    assert said.lines[0].link == "https://klank.example/case?number=1"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_each_kind_has_words_in_each_language(language):
    for kind in set(Kind) - OF_CRISES:
        assert {told(number, language=language, kinds=(kind,)).counts[kind] for number in (1, 2)} == {1, 2}


def test_one_that_may_have_arrived_before_says_so():
    said = told(unsure=True)
    assert (said.subject, said.repeat) == ("Again: 1 new case", True)
    assert "You may have had this message before" in said.sentences[1]


def test_another_way_than_usual_is_said():
    assert "the channel slack-webcare does not take" in told(instead="slack-webcare").sentences[1]


@pytest.mark.parametrize("unsure", [True, False])
def test_slack_takes_it_and_calls_nobody(unsure):
    said = json.loads(slack.body(told(9, excerpts=LONG, unsure=unsure)))
    check_slack(said, 0)
    assert "&lt;!channel&gt; &amp;" in json.dumps(said)
    assert said["text"] == ("Again: " if unsure else "") + "9 new cases"


def test_slack_gets_what_is_too_long_cut_between_escapes():
    said = json.loads(slack.body(told(excerpts={"bluesky:1": "<&>" * 2000})))
    check_slack(said, 0)
    assert said["blocks"][3]["text"]["text"].endswith("…")


def test_teams_takes_it_and_reads_no_markdown_in_it():
    body = teams.body(told(9, excerpts={"bluesky:1": HOSTILE}, unsure=True))
    check_teams(json.loads(body), len(body))
    assert HOSTILE in str(json.loads(body))


def test_teams_gets_no_excerpts_where_it_is_too_large_with_them():
    body = teams.body(told(9, excerpts=LONG))
    check_teams(json.loads(body), len(body))
    assert "evil" not in body.decode()


def test_a_webhook_gets_the_same_figures():
    data = json.loads(as_json.body(message(), told(2)))["data"]
    assert (data["counts"], data["repeat"], data["instead"]) == ({"opened": 2}, False, None)
    assert data["cases"][1]["due"] == "2026-11-02T10:00:00Z"


def owed(kind, case="c1"):
    return Notice(case=case, event_number=1, kind=kind, at=NOW, to_unit="webcare")


def test_what_is_over_is_not_told():
    answered, closed = case(1, answered_at=NOW), case(2, state=State.CLOSED)
    both = {"c1": answered, "c2": closed}
    asked = [owed(Kind.OVERDUE), owed(Kind.ATTACHED), owed(Kind.OPENED, "c2"), owed(Kind.OPENED, "gone")]
    assert true_still(asked, both, News()) == {"c1": (Kind.ATTACHED,)}


def test_what_somebody_else_has_by_now_is_not_told():
    given = Notice(case="c1", event_number=1, kind=Kind.ASSIGNED, at=NOW, to_person="anna")
    for assignee, told_of in (("anna", {"c1": (Kind.ASSIGNED,)}), ("bert", {})):
        assert true_still([given], {"c1": case(1, assignee=assignee)}, News()) == told_of
