"""One stream of messages, five organisation models, five lists of owners; and what the flow makes of what people write."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from core.errors import Misconfigured
from core.types import Author, Finding, Mark, Mention
from playbook.facts import by_name
from playbook.organisation import Model
from playbook.playbook import load
from playbook.routing import Router
from playbook.sections import Playbook

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
UNITS = {
    "webcare": {},
    "netherlands": {"takes": "country:nl"},
    "belgium": {"takes": "country:be"},
    "trains": {"takes": "trein*", "hub": "netherlands"},
    "tickets": {"takes": "kaartje*", "accounts": ["kaartjes"], "hub": "belgium"},
}
STREAM = (
    {"text": "de trein is te laat", "country": "nl"},
    {"text": "de trein staat stil", "country": "be"},
    {"text": "mijn kaartje werkt niet", "country": "be"},
    {"text": "waarom neemt niemand op", "own_account": "Kaartjes"},
    {"text": "ik wacht al weken", "thread": "rss:7"},
    {"text": "bommelding in de trein", "country": "nl"},
)
COMPLAINT = (Finding(name="intent", model="m", labels=("complaint",)),)


def mention(number=1, **said):
    return Mention(id=f"rss:{number}", source="rss", author=Author(id="rss:a"), created_at=AT, seen_at=AT, **said)


def routed(playbook, said, findings=COMPLAINT):
    return Router(playbook).route(mention(**said), "nl", by_name(findings), ())


def owners(model):
    content = {"triage": None, "organisation": {"model": model, "centre": "webcare", "units": UNITS}}
    playbook = Playbook.model_validate(content)
    return [routed(playbook, said).team for said in STREAM]


def test_one_stream_has_five_lists_of_owners():
    assert {model.value: owners(model) for model in Model} == {
        "decentralized": ["netherlands", "belgium", "belgium", "tickets", None, "netherlands"],
        "centralized": ["webcare"] * 6,
        "hub-and-spoke": ["netherlands", "belgium", "belgium", "tickets", "webcare", "webcare"],
        "multiple-hub-and-spoke": ["trains", "belgium", "tickets", "tickets", "webcare", "netherlands"],
        "holistic": ["netherlands", "belgium", "belgium", "tickets", "trains", "netherlands"],
    }


@pytest.mark.parametrize("written", ["kaartjes", "@Kaartjes"])
@pytest.mark.parametrize("said", ["Kaartjes", "@kaartjes"])
def test_an_account_is_its_units_with_or_without_its_sign(written, said):
    units = UNITS | {"tickets": {"accounts": [written]}}
    content = {"triage": None, "organisation": {"model": "decentralized", "units": units}}
    assert routed(Playbook.model_validate(content), {"text": "hoi", "own_account": said}).team == "tickets"


CIRCLES = {
    "north": {"takes": "trein*"},
    "south": {"takes": "trein*", "accounts": ["zuid"]},
    "trams": {"takes": "tram*", "accounts": ["trams"], "hub": "south"},
    "ferries": {"takes": "veer*", "hub": "north"},
}


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ({"text": "de trein is te laat"}, "north"),
        ({"text": "de trein is te laat", "own_account": "zuid"}, "south"),
        ({"text": "de trein en de tram", "own_account": "zuid"}, "trams"),
        ({"text": "de trein en de veerpont"}, "ferries"),
        ({"text": "de trein is te laat", "own_account": "trams"}, "trams"),
        ({"text": "bommelding in de trein", "own_account": "trams"}, "south"),
    ],
)
def test_hubs_are_heard_in_the_order_of_the_file_and_whose_account_it_reached_before_them(said, owner):
    organisation = {"model": "multiple-hub-and-spoke", "centre": "north", "units": CIRCLES}
    assert routed(Playbook.model_validate({"triage": None, "organisation": organisation}), said).team == owner


def test_a_conversation_stays_with_one_unit_where_all_take_turns():
    playbook = Playbook.model_validate(
        {"triage": None, "organisation": {"model": "holistic", "units": {f"unit {n}": {} for n in range(9)}}}
    )
    said = [routed(playbook, {"number": n, "text": "ik wacht", "thread": "rss:7"}).team for n in range(5)]
    alone = {routed(playbook, {"number": n, "text": "ik wacht"}).team for n in range(50)}
    assert len(set(said)) == 1
    assert len(alone) == 9


@pytest.mark.parametrize(
    ("said", "found", "outcome"),
    [
        ({"text": "ik zie het niet meer zitten"}, {"sentiment": "positive"}, "care"),
        ({"text": "I know where you live"}, {}, "safety"),
        ({"text": "bel me op 06-12345678"}, {"intent": "complaint"}, "shield"),
        ({"text": "mail naar [e-mail]"}, {}, "shield"),
        ({"text": "ik start een rechtszaak"}, {"intent": "complaint"}, "to_legal"),
        ({"text": "journalist hier, graag een reactie"}, {"intent": "question"}, "to_press"),
        ({"text": "win een reis"}, {"spam": "bot"}, "leave"),
        ({"text": "top service"}, {"sentiment": "positive"}, "let_stand"),
        ({"text": "top service", "own_account": "ns"}, {"intent": "praise"}, "concur"),
        ({"text": "prima app", "rating": 5.0, "own_account": "store"}, {}, "concur"),
        ({"text": "stelletje klootzakken"}, {"sentiment": "negative"}, "notify"),
        ({"text": "klootzakken, waar blijft mijn geld"}, {"intent": "complaint"}, "restore"),
        ({"text": "aaargh"}, {"emotion": "anger", "intent": "other"}, "monitor"),
        ({"text": "klopt het dat jullie stoppen"}, {"intent": "question"}, "correct"),
        ({"text": "slechte app", "rating": 1.0}, {}, "restore"),
        ({"text": "hoe laat gaat de trein"}, {"intent": "question"}, "respond"),
        ({"text": "de trein gaat om acht uur"}, {"intent": "other"}, "let_stand"),
    ],
)
def test_the_shipped_flow_on_what_people_write(said, found, outcome):
    findings = [Finding(name=name, model="m", labels=(label,)) for name, label in found.items()]
    assert routed(Playbook.model_validate({"triage": None}), said, tuple(findings)).outcome == outcome


def test_many_readers_make_what_has_to_be_answered_worse():
    playbook = Playbook.model_validate({"triage": None})
    seen = [
        Router(playbook).route(
            Mention(
                id="rss:1",
                source="rss",
                author=Author(id="a", followers=followers),
                text="x",
                created_at=AT,
                seen_at=AT,
            ),
            "nl",
            by_name(COMPLAINT),
            (),
        )
        for followers in (None, 4_999, 5_000, 50_000)
    ]
    assert [routing.severity for routing in seen] == ["serious", "serious", "serious", "critical"]


def test_praise_that_many_read_is_no_worse():
    read = replace(mention(text="top"), author=Author(id="a", followers=90_000))
    praise = by_name((Finding(name="intent", model="m", labels=("praise",)),))
    routing = Router(Playbook.model_validate({"triage": None})).route(read, "nl", praise, ())
    assert (routing.outcome, routing.severity) == ("share_success", "minor")


@pytest.mark.parametrize("marks", [(), (Mark.HISTORY,), (Mark.DRILL,)])
def test_history_and_drills_are_routed_as_all_else(marks):
    playbook = Playbook.model_validate({"triage": None})
    assert routed(playbook, {"text": "waar blijft mijn geld", "marks": marks}).outcome == "restore"


def test_a_playbook_changes_the_shipped_flow_key_by_key():
    triage = {"lists": {"legal": {"nl": ["bemiddelaar"]}}, "outcomes": {"to_legal": {"severity": "critical"}}}
    routing = routed(Playbook.model_validate({"triage": triage}), {"text": "ik haal er een bemiddelaar bij"})
    assert (routing.outcome, routing.severity) == ("to_legal", "critical")


def test_a_playbook_without_triage_routes_as_ever():
    routing = routed(Playbook.model_validate({}), {"text": "x"})
    assert (routing.outcome, routing.path, routing.severity, routing.team) == (None, (), None, None)


def test_names_of_nothing_are_mistakes_all_at_once(tmp_path):
    path = tmp_path / "playbook.yaml"
    path.write_text(
        "monitors: {brand: {query: x}}\n"
        "triage:\n"
        "  steps: {press: {then: to_pres}, spam: {when: {words: [treat], monitors: [brnd]}}, asks_us: {otherwise: positive}}\n"
        "  outcomes: {to_legal: {to: lawyers}}\n"
        "organisation:\n"
        "  model: centralized\n"
        "  units: {web: {hub: wev}, a: {hub: web}}\n"
    )
    with pytest.raises(Misconfigured) as raised:
        load(path)
    told = [mistake.removeprefix(f"{path}: ") for mistake in raised.value.mistakes]
    assert 'triage.steps.press.then: there is no step or outcome "to_pres"; did you mean "to_press"?' in told
    assert 'triage.steps.spam.when.words: there is no word list "treat"; did you mean "threat"?' in told
    assert 'triage.steps.spam.when.monitors: there is no monitor "brnd"; did you mean "brand"?' in told
    assert any(line.startswith("triage.steps.positive: leads back to itself: positive -> attack") for line in told)
    assert "organisation.centre: is missing: centralized needs the unit in the middle" in told
    assert 'triage.outcomes.to_legal.to: there is no unit "lawyers"; valid are a, web' in told
    assert "organisation.units.a.hub: web is no hub: it stands in a circle itself" in told
