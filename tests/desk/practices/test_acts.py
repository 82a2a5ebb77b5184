"""What people do with practices: who may, what is refused, and what is kept."""

from datetime import timedelta

import pytest

from desk.entry.who import Held, Who
from desk.practices import acts
from desk.practices.acts import Refused, Why
from desk.store import audit, people, practices
from desk.store.practices import State, Text
from tests.desk.cases.book import NOW
from tests.desk.practices.book import ANSWER, DAY, LEAD, OTHER, QUESTION, approved, person, place, said, who

MEMBER = Who(person="mira", roles=frozenset({Held("guide")}))


async def refused(doing):
    with pytest.raises(Refused) as found:
        await doing
    return found.value.why


def approve(desk, made, by=LEAD, **more):
    told = {"title": "", "members": ("guide",), "saw": made.version, "at": NOW} | more
    return acts.approve(desk, by, made.number, **told)


async def test_one_is_proposed_and_approved_by_somebody_else(desk):
    made = await acts.propose(desk, who(), said(), place, at=NOW)
    assert (made.number, made.state, made.texts[0].question) == (1, State.PROPOSED, QUESTION)
    assert await practices.placed(desk) == []
    await approve(desk, made, title="Zo krijg je geld terug")
    found = await practices.get(desk, made.number)
    assert (found.title, found.state, found.approved_by) == ("Zo krijg je geld terug", State.APPROVED, "bert")
    assert found.expires_at == NOW + timedelta(days=365)
    assert [(one.practice, one.language) for one in await practices.placed(desk)] == [(made.id, "nl")]
    assert sorted(one.did for one in await audit.latest(desk, subject=made.id)) == ["approved", "proposed"]


async def test_who_approves(desk):
    made = await acts.propose(desk, who("bert", role="lead"), said(), place, at=NOW)
    assert await refused(approve(desk, made)) is Why.OWN
    assert await refused(approve(desk, made, by=who())) is Why.FORBIDDEN
    assert await refused(approve(desk, made, by=who("carla", "press", "lead"))) is Why.FORBIDDEN
    assert (await approve(desk, made, by=MEMBER)).approved_by == "mira"
    assert await refused(approve(desk, made, by=MEMBER)) is Why.STATE


async def test_an_operator_approves_nothing_of_an_operator(desk):
    made = await acts.propose(desk, Who(session="one"), said(), place, at=NOW)
    assert await refused(approve(desk, made, by=Who(session="two"))) is Why.OWN
    anna = await person(desk)
    hers = await acts.propose(desk, who(anna), said(), place, at=NOW)
    assert (await approve(desk, hers, by=Who(session="two"))).approved_by == "desk:two"


async def test_what_is_approved_is_what_was_read_and_has_a_title(desk):
    made = await acts.propose(desk, who(), said(title=" "), place, at=NOW)
    assert await refused(approve(desk, made)) is Why.UNTITLED
    assert await refused(approve(desk, made, title="Titel", expires_at=NOW)) is Why.PAST
    changed = await acts.rewrite(desk, who(), made.number, said(title="Anders"), place, saw=1, at=NOW)
    assert await refused(approve(desk, made)) is Why.CHANGED
    assert (await approve(desk, changed)).title == "Anders"


async def test_what_is_written_anew_is_approved_anew(desk):
    made = await approved(desk)
    english = said(texts=(Text(language="en", question="How do I get a refund?", answer="In the app."),))
    assert await refused(acts.rewrite(desk, OTHER, made.number, english, place, saw=1, at=NOW)) is Why.FORBIDDEN
    changed = await acts.rewrite(desk, who(), made.number, english, place, saw=1, at=NOW)
    assert (changed.state, changed.version, changed.approved_by) == (State.PROPOSED, 2, None)
    assert await practices.placed(desk) == []
    found = await practices.get(desk, made.number)
    assert [one.language for one in found.texts] == ["en"]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"question": ""}, Why.EMPTY),
        ({"answer": " "}, Why.EMPTY),
        ({"texts": ()}, Why.EMPTY),
        ({"answer": "x" * 4001}, Why.LONG),
        ({"title": "x" * 121}, Why.LONG),
        ({"topics": tuple(map(str, range(11)))}, Why.LONG),
        ({"owner": "nobody"}, Why.NOBODY),
        ({"unit": "press"}, Why.FORBIDDEN),
    ],
)
async def test_what_cannot_be_kept_is_refused(desk, what, why):
    assert await refused(acts.propose(desk, who(), said(**what), place, at=NOW)) is why
    assert await practices.listed(desk) == []


async def test_it_is_retired_and_extended_by_who_leads_or_owns_it(desk):
    owner = await person(desk)
    made = await approved(desk, owner=owner)
    until = NOW + 90 * DAY
    told = {"members": (), "at": NOW}
    assert await refused(acts.extend(desk, OTHER, made.number, saw=1, expires_at=until, **told)) is Why.FORBIDDEN
    assert await refused(acts.extend(desk, who(owner), made.number, saw=1, expires_at=NOW, **told)) is Why.PAST
    assert (await acts.extend(desk, who(owner), made.number, saw=1, expires_at=until, **told)).expires_at == until
    assert await refused(acts.retire(desk, OTHER, made.number, **told)) is Why.FORBIDDEN
    assert (await acts.retire(desk, who(owner), made.number, **told)).state is State.RETIRED
    assert await refused(acts.retire(desk, LEAD, made.number, **told)) is Why.STATE
    assert await refused(acts.comment(desk, LEAD, 99, "?", at=NOW)) is Why.GONE


async def test_who_does_not_work_on_cases_neither_thanks_nor_comments(desk):
    made, reader = await approved(desk), who("dirk", role="analyst")
    assert await refused(acts.thank(desk, reader, made.number, at=NOW)) is Why.FORBIDDEN
    assert await refused(acts.comment(desk, reader, made.number, "Mooi", at=NOW)) is Why.FORBIDDEN


async def test_colleagues_thank_once_and_comment(desk):
    made = await approved(desk)
    for one in (LEAD, OTHER, OTHER):
        await acts.thank(desk, one, made.number, at=NOW)
    await acts.comment(desk, OTHER, made.number, " Werkt ook bij ons. ", at=NOW)
    assert await refused(acts.comment(desk, OTHER, made.number, " ", at=NOW)) is Why.EMPTY
    assert await practices.thanked(desk, made.id) == ["bert", "carla"]
    assert [(one.by, one.text) for one in await practices.comments(desk, made.id)] == [("carla", "Werkt ook bij ons.")]
    tally = (await practices.tallies(desk, [made.id]))[made.id]
    assert (tally.thanks, tally.comments, tally.uses, tally.known) == (2, 1, 0, 0)


async def test_they_are_found_by_words_and_unit(desk):
    made = await approved(desk)
    other = await acts.propose(
        desk, OTHER, said(title="Lift stuk", unit="press", answer="50% is hersteld"), place, at=NOW
    )
    for asked, numbers in (
        ({}, [other.number, made.number]),
        ({"words": "GELD app"}, [made.number]),
        ({"words": "50%"}, [other.number]),
        ({"words": "_"}, []),
        ({"unit": "press"}, [other.number]),
        ({"states": [State.APPROVED]}, [made.number]),
    ):
        assert [one.number for one in await practices.listed(desk, **asked)] == numbers, asked


async def test_who_is_erased_stays_as_a_hash(desk):
    anna = await person(desk)
    made = await approved(desk, by=who(anna), owner=anna)
    await acts.thank(desk, who(anna), made.number, at=NOW)
    await acts.comment(desk, who(anna), made.number, "Van mij", at=NOW)
    await people.erase(desk, [anna], key=b"k", at=NOW)
    hidden = audit.hashed(anna, b"k")
    found = await practices.get(desk, made.number)
    assert (found.owner, found.made_by, found.proposed_by) == (None, hidden, hidden)
    assert found.texts[0].answer == ANSWER
    assert [one.by for one in await practices.comments(desk, made.id)] == [hidden]
    assert await practices.thanked(desk, made.id) == [hidden]
