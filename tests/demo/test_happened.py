"""What happened at the demo's railway fits what is said there."""

from datetime import timedelta

from desk.happenings.figures import recommended
from desk.happenings.reading import LONGEST
from desk.store.happenings import Kind
from klankbord.demo.happened import A_DAY, happened
from klankbord.demo.rhythm import DAYS
from klankbord.demo.timeline import timeline

WEEK = timedelta(days=7)


def of(told, kind):
    return [one for one in happened(told) if one.kind is kind]


def test_the_same_timeline_gives_the_same_each_under_its_own_key(told):
    found = happened(told)
    assert happened(timeline(told.now)) == found
    assert len({(one.source, one.key) for one in found}) == len(found)


def test_nothing_happens_before_the_28_days_or_after_them(told):
    began = told.now - timedelta(days=DAYS)
    for one in happened(told):
        assert began <= one.since < (one.until or told.now) <= told.now
        assert one.title.isprintable()
        assert len(one.title) <= LONGEST


def test_the_outage_is_as_long_as_people_speak_of_it(told):
    (outage,) = of(told, Kind.OUTAGE)
    assert (outage.since, outage.until) == (told.crisis.since, told.crisis.until)


def test_travellers_answer_each_week_and_recommend_less_after_the_crisis(told):
    answers = of(told, Kind.NPS)
    assert len(answers) == DAYS * A_DAY
    assert all(0 <= one.amount <= 10 for one in answers)
    began = told.crisis.since
    before, after = recommended(answers, [began - WEEK, began, began + WEEK])
    assert before.score > after.score
    assert min(before.answers, after.answers) > 5 * A_DAY
