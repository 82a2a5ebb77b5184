"""What people are told of a crisis: in each language and form, a drill marked before anything else, what is over left out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from desk.crisis.evidence import Figures
from desk.notices import as_json, slack, teams
from desk.notices.gathering import plan
from desk.notices.receivers import Staff
from desk.notices.rules import Rule
from desk.notices.told import Reader
from desk.notices.told_crisis import Known, tell_crisis, true_still
from desk.store.crises import Crisis, Event, Happened, State, Statement, Step, StepState
from desk.store.notice_messages import Message
from desk.store.notices import OF_CRISES, Kind, Notice
from desk.store.people import Person
from desk.store.roles import Held
from desk.store.wishes import Wish
from desk.web import words
from desk.web.formats import Formats
from playbook.rota import Absence, Shift
from tests.desk.corpus import ZONE
from tests.desk.notices.chats import check_slack, check_teams

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIGURES = Figures(monitor="trein", at=NOW, since=NOW - 5 * MINUTE, window=15, seen=120, expected=9.6, odds=1e6)
HAPPENED = {
    Kind.ALARM: (Happened.OPENED, "trein"),
    Kind.CRISIS_ESCALATED: (Happened.ESCALATED, "lead"),
    Kind.STEP_DUE: (Happened.STEP_SOON, "verify"),
    Kind.APPROVAL: (Happened.DRAFTED, "nl 1"),
    Kind.RETURNED: (Happened.RETURN, "trein"),
    Kind.LULL: (Happened.LULL, ""),
    Kind.STOOD_DOWN: (Happened.STOOD_DOWN, "solved"),
    Kind.CRISIS_CASES: (Happened.CASES_CAME, "12"),
}


def crisis(**fields):
    known = {"id": "k1", "number": 3, "opened_at": NOW, "since": NOW, "last_alarm_at": NOW, "plan": "p", "version": 1}
    return Crisis(**known | {"unit": "webcare"} | fields)


def owed(kind, number=1, **to):
    return Notice(crisis="k1", event_number=number, kind=kind, at=NOW, **to or {"to_unit": "webcare"})


def known(kind, detail=None, **fields):
    happened, usual = HAPPENED[kind]
    step = Step(step="verify", place=0, says={"en": "Verify"}, owner="lead", from_=1, within=900, due_at=NOW + MINUTE)
    event = Event(
        crisis="k1", number=1, at=NOW, by="klankbord", kind=happened, detail=usual if detail is None else detail
    )
    state = {Kind.STOOD_DOWN: State.ENDED, Kind.LULL: State.LULL}.get(kind, State.OPEN)
    said = [Statement(language="nl", number=1, text="x", drafted_by="anna", drafted_at=NOW)]
    made = crisis(**{"state": state} | fields)
    return Known(crisis=made, steps={"verify": step}, events={1: event}, statements=said, figures=[FIGURES], cases=40)


def told(kind, *, language="en", unsure=False, **fields):
    now, catalogue = known(kind, **fields), words.load(language)
    reader = Reader(catalogue, Formats(catalogue, ZONE, NOW), "https://klank.example")
    message = Message(id="m1", channel="chat", crisis="k1", made_at=NOW, due_at=NOW, unsure=unsure)
    return message, tell_crisis(message, true_still([owed(kind)], now), now, reader)


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("kind", sorted(OF_CRISES))
def test_each_kind_is_said_in_each_language_and_taken_by_each_form(kind, language):
    message, said = told(kind, language=language)
    assert "risis 3" in said.subject
    check_slack(json.loads(slack.body(said)), 0)
    check_teams(json.loads(teams.body(said)), len(teams.body(said)))
    assert json.loads(as_json.body(message, said))["data"]["crisis"]["number"] == 3


def test_an_alarm_says_what_rings_how_much_is_usual_and_how_many_cases_there_are():
    _, said = told(Kind.ALARM)
    assert said.subject == "ALARM: crisis 3, trein"
    assert "trein: 120 messages in 15 minutes, 10 are usual." in said.sentences
    assert said.sentences[-1] == "40 cases belong to it."
    assert said.link == "https://klank.example/crisis?number=3"


def test_a_stand_down_says_why():
    assert told(Kind.STOOD_DOWN)[1].subject == "Crisis 3 is over: solved"


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("unsure", [False, True])
def test_one_of_a_drill_says_so_in_subject_and_first_line(language, unsure):
    message, said = told(Kind.ALARM, language=language, drill="d1", unsure=unsure)
    for line in (said.subject, said.sentences[0]):
        assert line.startswith(("DRILL / OEFENING", "OEFENING / DRILL"))
    assert json.loads(as_json.body(message, said))["data"]["crisis"]["drill"] is True


def test_what_is_over_is_not_told():
    seen, ended = known(Kind.CRISIS_ESCALATED, acknowledged_at=NOW), known(Kind.ALARM, state=State.ENDED)
    done = known(Kind.STEP_DUE)
    done.steps["verify"] = Step(
        step="verify", place=0, says={"": "x"}, owner="lead", from_=1, state=StepState.DONE
    )  # fmt: skip
    assert true_still([owed(Kind.CRISIS_ESCALATED)], seen) == []
    assert true_still([owed(Kind.ALARM)], ended) == []
    assert true_still([owed(Kind.STEP_DUE)], done) == []


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_hand_over_that_nobody_took_is_told_to_whoever_may_lead_until_somebody_does(language):
    def event(number, kind):
        return Event(crisis="k1", number=number, at=NOW, by="klankbord", kind=kind, detail="bert")

    notice = owed(Kind.HANDED_OVER, to_role="lead")
    back = Known(crisis=crisis(), steps={}, events={1: event(1, Happened.RETURNED_TO_LEAD)})
    catalogue = words.load(language)
    reader = Reader(catalogue, Formats(catalogue, ZONE, NOW), "https://klank.example")
    said = tell_crisis(
        Message(id="m1", channel="chat", made_at=NOW, due_at=NOW), true_still([notice], back), back, reader
    )
    assert said.subject == str(catalogue("notice.crisis.returned_to_nobody", number=3))
    taken = replace(back, events=back.events | {2: event(2, Happened.TAKEN)})
    assert true_still([notice], taken) == []
    assert true_still([notice], replace(back, crisis=crisis(offered_to="cas"))) == []


def staff(**fields):
    anna = Person(id="anna", name="Anna", email="anna@example.org", active=True, made_at=NOW, changed_at=NOW, version=1)
    duty = [Shift(person="anna", unit="webcare", starts=0, ends=1440, weekday=weekday) for weekday in range(7)]
    wishes = {"anna": Wish(quiet="00:00-23:59", muted_until=NOW + timedelta(days=2))}
    known = {"people": {"anna": anna}, "held": [], "shifts": duty, "absences": [], "wishes": wishes, "zone": ZONE}
    known["on_call"] = ("agent", "lead")
    return Staff(**known | fields)


def parcels(kind, rules=None, **fields):
    made = plan(
        [owed(kind)], rules or [Rule(channels=("email",))], staff(**fields), NOW, window=20 * MINUTE, mails=True
    )
    return [(one.place.person, one.due_at) for one in made.parcels]


def test_an_alarm_waits_for_nothing_for_who_is_on_call():
    assert parcels(Kind.ALARM) == [("anna", NOW)]
    [(person, due)] = parcels(Kind.LULL)
    assert person == "anna"
    assert due > NOW + timedelta(days=1)


def test_an_alarm_reaches_who_is_next_where_nobody_is_on_duty():
    later = [Shift(person="anna", unit="webcare", starts=0, ends=60, weekday=5)]
    assert parcels(Kind.ALARM, shifts=later) == [("anna", NOW)]


def test_a_crisis_is_told_also_where_no_rule_is_about_it():
    of_cases = [Rule(unit="webcare", kinds=(Kind.OPENED,), channels=("email",))]
    assert parcels(Kind.ALARM, of_cases) == [("anna", NOW)]


def test_each_crisis_has_messages_of_its_own():
    both = [owed(Kind.ALARM), Notice(crisis="k2", event_number=1, kind=Kind.ALARM, at=NOW, to_unit="webcare")]
    made = plan(both, [Rule(channels=("chat",))], staff(), NOW, window=MINUTE, mails=True)
    assert [one.place.crisis for one in made.parcels] == ["k1", "k2"]


def due_together():
    steps = {
        name: Step(step=name, place=0, says={"en": name}, owner="lead", from_=1, within=900, due_at=NOW + MINUTE)
        for name in ("verify", "hold")
    }
    details = ["verify", "hold", "verify"]
    events = {
        number: Event(crisis="k1", number=number, at=NOW, by="klankbord", kind=Happened.STEP_SOON, detail=detail)
        for number, detail in enumerate(details, start=1)
    }
    return Known(crisis=crisis(version=3), steps=steps, events=events)


def test_two_steps_that_are_due_at_once_are_both_told_and_each_once():
    now, catalogue = due_together(), words.load("en")
    reader = Reader(catalogue, Formats(catalogue, ZONE, NOW), "https://klank.example")
    message = Message(id="m1", channel="chat", crisis="k1", made_at=NOW, due_at=NOW)
    true = true_still([owed(Kind.STEP_DUE, number) for number in (1, 2, 3)], now)
    assert sorted(one.event_number for one in true) == [2, 3]
    said = tell_crisis(message, true, now, reader)
    assert said.counts == {Kind.STEP_DUE: 2}
    assert all(any(name in sentence for sentence in said.sentences) for name in ("verify", "hold"))


def test_a_lull_a_return_and_a_draft_are_told_while_they_are_so():
    draft = known(Kind.APPROVAL)
    again = Statement(language="nl", number=2, text="y", drafted_by="anna", drafted_at=NOW)
    given = replace(draft.statements[0], approved_by="lena", approved_at=NOW)
    assert len(true_still([owed(Kind.APPROVAL)], draft)) == 1
    for statements in ([*draft.statements, again], [given]):
        assert true_still([owed(Kind.APPROVAL)], replace(draft, statements=statements)) == []
    assert true_still([owed(Kind.LULL)], known(Kind.LULL, state=State.OPEN)) == []
    assert true_still([owed(Kind.RETURNED)], known(Kind.RETURNED, state=State.LULL)) == []


@pytest.mark.parametrize("unit", ["webcare", "press"])
def test_where_nobody_is_on_the_rota_a_crisis_is_told_to_whoever_leads(unit):
    leads = [Held(person="anna", unit=unit, role="lead")]
    assert parcels(Kind.ALARM, shifts=[], held=leads) == [("anna", NOW)]


def test_where_nobody_is_on_the_rota_whoever_the_ladder_asks_first_hears_before_whoever_leads():
    lena = Person(id="lena", name="Lena", email="l@example.org", active=True, made_at=NOW, changed_at=NOW, version=1)
    people = staff().people | {"lena": lena}
    held = [Held(person="anna", unit="webcare", role="agent"), Held(person="lena", unit="", role="lead")]
    assert parcels(Kind.ALARM, shifts=[], held=held, people=people) == [("anna", NOW)]
    elsewhere = [replace(held[0], unit="press"), held[1]]
    assert parcels(Kind.ALARM, shifts=[], held=elsewhere, people=people) == [("lena", NOW)]
    away = [Absence(person="anna", since=NOW - MINUTE, until=NOW + MINUTE)]
    assert parcels(Kind.ALARM, shifts=[], held=held, people=people, absences=away) == [("lena", NOW)]
    assert parcels(Kind.ALARM, shifts=[], held=held[:1], people=people, absences=away) == [("anna", NOW)]
