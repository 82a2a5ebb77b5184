"""What an archived message is to the cases, and whose account wrote it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.document import Stored
from core.types import Author, Enriched, Finding, Judgement, Mark, Mention, Routing
from desk.cases.hearing import OwnAccounts, heard
from desk.cases.promised import Promised
from desk.store.accounts import Account
from desk.store.cases import Mood
from playbook.disagreement import OUTCOME
from playbook.sections import Playbook
from playbook.service import Cases
from tests.desk.cases.book import NOW, PLAYBOOK, PROMISED

SOON = timedelta(seconds=1)

MESSAGE = Mention(id="m:1", source="m", author=Author(id="m:anna"), text="", created_at=NOW, seen_at=NOW)
ROUTING = Routing(outcome="restore", severity="serious", team="press", routes=("lead",))


def stored(mention=MESSAGE, *, said=None, irrelevant=False, **routing):
    found = (Finding(name=OUTCOME, model="a person", labels=(said,)),) if said else ()
    judged = Judgement(mention="m:1", name="irrelevant", labels=("yes",), by="ruth", at=NOW)
    enriched = Enriched(mention=mention, findings=found, routing=replace(ROUTING, **routing))
    return Stored(enriched=enriched, judgements=(judged,) if irrelevant else ())


def test_what_triage_said_is_what_is_done():
    found = heard(stored(), "t", PROMISED)
    assert (found.answers, found.outcome, found.severity, found.unit) == (True, "restore", "serious", "press")
    assert (found.thread, found.at, found.tells) == ("t", NOW, ("lead",))
    assert not heard(stored(outcome="monitor"), "t", PROMISED).answers
    assert heard(stored(severity=None), "t", PROMISED).severity == "minor"


@pytest.mark.parametrize(
    ("at", "outcome", "answers"), [(SOON, "monitor", True), (-SOON, "monitor", False), (SOON, "restore", False)]
)
def test_a_person_may_say_it_of_what_was_seen_long_before(at, outcome, answers):
    since = NOW + timedelta(days=15)
    said = Judgement(mention="m:1", name=OUTCOME, labels=("restore",), by="ruth", at=since + at)
    judged = replace(stored(said="restore", outcome=outcome), judgements=(said,))
    assert heard(judged, "t", PROMISED, since=since).answers is answers


def test_what_a_person_said_instead_goes_before():
    found = heard(stored(said="restore", outcome="monitor", team=None, severity=None), "t", PROMISED)
    assert (found.answers, found.outcome, found.unit) == (True, "restore", "webcare")
    assert not heard(stored(said="monitor"), "t", PROMISED).answers


def test_whom_the_outcome_tells_that_a_person_said_is_told():
    outcomes = {"restore": {"answer": True, "severity": "minor", "tells": ["press_lead"]}}
    promised = Promised(Playbook.model_validate({"triage": {"version": "1", "outcomes": outcomes}}))
    assert heard(stored(said="restore", outcome="monitor"), "t", promised).tells == ("press_lead",)
    assert heard(stored(said="gone"), "t", promised).tells == ()
    assert heard(stored(), "t", promised).tells == ("lead",)


@pytest.mark.parametrize(
    ("mention", "more", "how"),
    [
        (replace(MESSAGE, marks=(Mark.HISTORY,)), {}, {}),
        (replace(MESSAGE, marks=(Mark.DRILL,)), {}, {}),
        (MESSAGE, {"irrelevant": True}, {}),
        (MESSAGE, {}, {"muted": {"m:anna"}}),
        (MESSAGE, {}, {"since": NOW + timedelta(seconds=1)}),
    ],
)
def test_nobody_has_to_answer_what_is_not_live_or_not_wanted(mention, more, how):
    found = heard(stored(mention, **more), "t", PROMISED, **how)
    assert (found.answers, found.live) == (False, not mention.marks)


@pytest.mark.parametrize(
    ("sentiment", "intent", "mood"),
    [
        ("positive", "other", Mood.PLEASED),
        ("neutral", "praise", Mood.PLEASED),
        ("negative", "praise", Mood.UNHAPPY),
        ("negative", "complaint", Mood.UNHAPPY),
        ("neutral", "question", None),
        (None, None, None),
    ],
)
def test_how_an_author_sounds_and_what_it_is_about_is_as_it_was_understood(sentiment, intent, mood):
    labels = {"sentiment": sentiment, "intent": intent, "topics": "trains"}
    made = [Finding(name=name, model="m", labels=(label,) if label else ()) for name, label in labels.items()]
    found = stored()
    understood = replace(found, enriched=replace(found.enriched, findings=tuple(made)))
    told = heard(understood, "t", PROMISED)
    assert (told.mood, told.topics, told.message.mood, told.message.topics) == (mood, ("trains",)) * 2


def test_a_desk_begins_without_what_lay_there_before():
    begins = {since: Promised(PLAYBOOK.model_copy(update={"cases": Cases(since=since)})) for since in (NOW, NOW + SOON)}
    late = replace(MESSAGE, seen_at=NOW + SOON + SOON)  # pushed later than it was written
    assert [heard(stored(late), "t", promised).answers for promised in begins.values()] == [True, False]


def own(source="m", handle="noorderlijn", **more):
    return Account(id="1", source=source, handle=handle, **{"official": True} | more)


def by(handle, source="m", **more):
    return replace(MESSAGE, source=source, author=Author(id=f"{source}:1", handle=handle), **more)


def test_an_account_of_the_inventory_is_ours_at_its_source_alone():
    accounts = OwnAccounts([own(), own(handle="ruth", official=False)], ["Noorderlijn", "elsewhere"])
    assert accounts.wrote(by("@Noorderlijn"))
    assert not accounts.wrote(by("noorderlijn", "other"))
    assert accounts.wrote(by("elsewhere", "other"))
    assert not accounts.wrote(by("ruth"))
    assert accounts.answered(by("noorderlijn", reply_to="m:0"))
    assert not accounts.answered(by("noorderlijn"))
