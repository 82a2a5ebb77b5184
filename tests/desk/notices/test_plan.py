"""Who is told of what, by which channel, and from when on."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.notices.gathering import LEISURE, instead, plan
from desk.notices.receivers import Staff, receivers
from desk.notices.rules import EMAIL, Rule
from desk.store.notice_messages import Place
from desk.store.notices import Kind, Notice
from desk.store.people import Person
from desk.store.roles import Held
from desk.store.wishes import Wish
from playbook.rota import Absence, Shift
from tests.desk.corpus import ZONE

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday, 10:00 on the wall
HOUR, WINDOW = timedelta(hours=1), timedelta(seconds=20)
BOTH = (Rule(channels=("slack", EMAIL)), Rule(role="lead", channels=(EMAIL,)))


def person(name, **fields):
    known = {"id": name, "name": name, "email": f"{name}@klank.example", "active": True, "version": 1}
    return Person(**known | {"made_at": NOW, "changed_at": NOW} | fields)


def shift(who, start=8, end=17, weekday=0):
    return Shift(person=who, unit="webcare", weekday=weekday, starts=start * 60, ends=end * 60)


def staff(*names, **fields):
    there = {name: person(name) for name in names or ("anna", "bert", "cas")}
    empty = {"held": (), "shifts": (), "absences": (), "wishes": {}, "on_call": ("agent", "lead")}
    return Staff(**{"people": there, "zone": ZONE} | empty | fields)


def notice(**fields):
    return Notice(**{"case": "c1", "event_number": 1, "kind": Kind.OPENED, "at": NOW, "to_unit": "webcare"} | fields)


def told(owed, there):
    return receivers(owed, there, NOW, reaches=lambda one: one.email)


def away(who, since=NOW - HOUR):
    return Absence(person=who, since=since, until=NOW + HOUR)


def test_a_unit_is_who_is_on_duty():
    there = staff(shifts=[shift("anna"), shift("bert"), shift("cas", 18, 22)], absences=[away("bert")])
    assert told(notice(), there) == {"anna": NOW}


def test_where_nobody_is_on_duty_whoever_is_next_is_told_then():
    there = staff(shifts=[shift("anna", 12, 17), shift("bert", 11, 17), shift("cas", weekday=1)])
    assert told(notice(), there) == {"bert": NOW + HOUR}
    assert told(notice(), staff()) == {}


def test_a_role_is_who_holds_it_there_or_everywhere():
    held = [
        Held(person="anna", role="lead", unit="webcare"),
        Held(person="bert", role="lead"),
        Held(person="cas", role="agent"),
    ]
    there = staff(held=held)
    assert set(told(notice(to_role="lead"), there)) == {"anna", "bert"}
    assert set(told(notice(to_role="lead", to_unit="press"), there)) == {"bert"}


def test_who_is_away_is_told_only_where_all_are():
    held = [Held(person=one, role="lead") for one in ("anna", "bert")]
    one, all_ = staff(held=held, absences=[away("anna")]), staff(held=held, absences=[away("anna"), away("bert")])
    assert set(told(notice(to_role="lead"), one)) == {"bert"}
    assert set(told(notice(to_role="lead"), all_)) == {"anna", "bert"}


def test_quiet_hours_and_mutes_put_it_off():
    wishes = {"anna": Wish(quiet="09:30-11:00"), "bert": Wish(muted_until=NOW + 3 * HOUR), "cas": Wish()}
    there = staff(wishes=wishes, shifts=[shift(one) for one in wishes])
    assert told(notice(), there) == {"anna": NOW + HOUR, "bert": NOW + 3 * HOUR, "cas": NOW}


def test_who_cannot_be_written_to_counts_as_nobody():
    known = {"anna": person("anna", email=None), "bert": person("bert"), "cas": person("cas")}
    there = staff(
        people=known,
        held=[Held(person="anna", role="lead"), Held(person="bert", role="lead")],
        absences=[away("bert")],
        shifts=[shift("anna"), shift("cas", 11, 17), shift("left", 10, 17)],
    )
    assert told(notice(), there) == {"cas": NOW + HOUR}
    assert told(notice(to_role="lead"), there) == {"bert": NOW}
    assert told(notice(to_person="anna"), there) == {}


def test_an_alarm_passes_over_roles_of_which_nobody_can_be_written_to():
    known = {"anna": person("anna", email=None), "bert": person("bert")}
    held = [Held(person="anna", role="agent", unit="webcare"), Held(person="bert", role="lead")]
    owed = notice(case=None, crisis="x", kind=Kind.ALARM)
    made = plan([owed], [Rule(channels=(EMAIL,))], staff(people=known, held=held), NOW, window=WINDOW, mails=True)
    assert [parcel.place.person for parcel in made.parcels] == ["bert"]


def test_an_alarm_that_no_unit_owns_falls_to_the_first_role_where_nobody_leads():
    owed = notice(case=None, crisis="x", kind=Kind.ALARM, to_unit=None, to_role="lead")
    agents = [Held(person="anna", role="agent", unit="webcare")]
    assert told(owed, staff(held=agents)) == {"anna": NOW}
    assert told(owed, staff(held=[*agents, Held(person="bert", role="lead")])) == {"bert": NOW}
    assert told(notice(to_unit=None, to_role="lead"), staff(held=agents)) == {}
    made = plan([owed], [Rule(channels=(EMAIL,))], staff(), NOW, window=WINDOW, mails=True)
    assert made.unreached == {
        owed.id: "nobody who can be written to holds the role lead or holds the role agent"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on_call", "says"),
    [
        (("agent", "lead"), "is on the rota of webcare within a week or holds the role agent or holds the role lead"),
        (("lead",), "is on the rota of webcare within a week or holds the role lead"),
    ],
)
def test_where_an_alarm_reaches_nobody_all_who_were_sought_are_named(on_call, says):
    owed = notice(case=None, crisis="x", kind=Kind.ALARM)
    made = plan([owed], [Rule(channels=(EMAIL,))], staff(on_call=on_call), NOW, window=WINDOW, mails=True)
    assert made.unreached == {owed.id: f"nobody who can be written to {says}"}


def test_one_message_a_person_for_all_that_came_up():
    there = staff(shifts=[shift("anna"), shift("bert")])
    owed = [notice(), notice(case="c2"), notice(case="c3", to_unit=None, to_person="anna")]
    made = plan(owed, [Rule(channels=(EMAIL,))], there, NOW, window=WINDOW, mails=True)
    assert {parcel.place.person: len(parcel.notices) for parcel in made.parcels} == {"anna": 3, "bert": 2}
    assert {parcel.due_at for parcel in made.parcels} == {NOW + WINDOW}


def test_results_wait_for_one_another_and_go_along_with_what_is_sooner():
    result = notice(kind=Kind.THANKED, to_unit=None, to_person="anna")
    more = notice(case="c2", kind=Kind.ENDED_WELL, to_unit=None, to_person="anna")
    rules = [Rule(channels=(EMAIL,))]
    [waits] = plan([result, more], rules, staff(), NOW, window=WINDOW, mails=True).parcels
    assert (waits.due_at, len(waits.notices)) == (NOW + LEISURE, 2)
    given = notice(case="c3", kind=Kind.ASSIGNED, to_unit=None, to_person="anna")
    [along] = plan([result, given], rules, staff(), NOW, window=WINDOW, mails=True).parcels
    assert (along.due_at, len(along.notices)) == (NOW + WINDOW, 2)


def test_what_waits_for_a_duty_does_not_go_out_with_what_is_told_before_it():
    there = staff(shifts=[shift("anna", weekday=1)], held=[Held(person="anna", role="lead")])
    owed = [notice(), notice(case="c2", to_role="lead")]
    made = plan(owed, [Rule(channels=(EMAIL,))], there, NOW, window=WINDOW, mails=True)
    assert [(one.due_at, one.notices) for one in made.parcels] == [
        (NOW + WINDOW, (owed[1].id,)),
        (NOW + 22 * HOUR, (owed[0].id,)),
    ]


def test_each_rule_that_is_about_it_is_followed():
    there = staff(held=[Held(person="cas", role="lead")])
    made = plan([notice(to_role="lead")], BOTH, there, NOW, window=WINDOW, mails=True)
    assert [parcel.place for parcel in made.parcels] == [
        Place(channel="slack", then=(EMAIL,)), Place(channel=EMAIL, person="cas"),
    ]  # fmt: skip


def test_what_no_rule_is_about_is_told_to_nobody_and_is_no_mistake():
    rules = [Rule(unit="press", channels=(EMAIL,)), Rule(kinds=(Kind.OVERDUE,), channels=(EMAIL,))]
    made = plan([notice()], rules, staff(), NOW, window=WINDOW, mails=True)
    assert (made.parcels, made.unreached) == ([], {})


def test_what_concerns_a_person_is_for_no_channel_of_all():
    for rules in (BOTH[:1], [Rule(channels=("slack",))], [Rule(unit="press", channels=(EMAIL,))]):
        (parcel,) = plan([notice(to_person="anna")], rules, staff(), NOW, window=WINDOW, mails=True).parcels
        assert (parcel.place.channel, parcel.place.person) == (EMAIL, "anna")


def test_where_no_mail_is_sent_what_concerns_a_person_is_told_of_a_crisis_alone():
    of_crisis = notice(to_person="anna", case=None, crisis="x", kind=Kind.LULL)
    owed = [notice(to_person="anna"), of_crisis]
    made = plan(owed, [Rule(channels=("slack",))], staff(), NOW, window=WINDOW, mails=False)
    ((parcel,), unreached) = made.parcels, made.unreached
    assert (parcel.place.channel, parcel.place.person, parcel.notices) == ("slack", None, (of_crisis.id,))
    assert unreached == {}


def test_without_any_channel_a_crisis_is_untold_and_a_case_is_not_meant_to_be():
    of_crisis = notice(case=None, crisis="x", kind=Kind.ALARM)
    made = plan([of_crisis, notice(to_person="anna")], (), staff(), NOW, window=WINDOW, mails=False)
    assert made.unreached == {of_crisis.id: "no channel is configured, and `mail` names no server"}


def test_why_nobody_is_told_is_said():
    said = [notice(), notice(to_role="lead"), notice(to_person="anna"), notice(to_person="who left")]
    there = staff(people={"anna": person("anna", email=None)})
    made = plan(said, [Rule(channels=(EMAIL,))], there, NOW, window=WINDOW, mails=True)
    assert not made.parcels
    assert [made.unreached[one.id].split(" ")[-3] for one in said] == ["within", "the", "here", "here"]


def test_a_channel_that_failed_is_followed_by_the_next_for_each_person():
    there = staff(shifts=[shift("anna"), shift("bert")])
    made = instead([notice()], Place(channel="slack", then=(EMAIL,)), there, NOW)
    places = [Place(channel=EMAIL, person=one, instead="slack") for one in ("anna", "bert")]
    assert [parcel.place for parcel in made] == places
    assert instead([notice()], Place(channel=EMAIL, person="anna"), there, NOW) == []
    assert instead([notice()], Place(channel="slack", then=(EMAIL,)), staff(), NOW) == []
