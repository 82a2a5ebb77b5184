"""What is asked most, over a real archive and desk: counted once, answered or not, and gone as soon as it is deleted."""

from datetime import timedelta

import msgspec
import pytest

from core.types import Deletion, Judgement, Kind, Mute, Scope, Visibility
from desk.faq import table
from desk.faq.faq import READ
from desk.web import words
from desk.web.formats import Formats
from picture.asked import sampled
from tests.desk.cases.book import NOW
from tests.desk.corpus import ZONE
from tests.desk.faq.asking import NAMES, SPAN, WEEK, WHOLE, answer, collected, money, others, question
from tests.desk.practices.book import approved
from tests.desk.serving import Leaving, fill

EN = words.load("en")
FORM = Formats(EN, ZONE, NOW)


async def asked(faq, **more):
    return await faq.asked(SPAN, now=NOW, most=5, **more)


async def test_one_question_in_two_languages_is_told_once_with_who_asked_it(faq, archive):
    await fill(archive, [*money(), *others(), WHOLE])
    found = await asked(faq, latest=2)
    (one,) = found.questions
    assert (found.total, found.whole, one.questions, one.askers, one.before) == (5, True, 4, 4, 0)
    assert dict(one.languages) == {"nl": 3, "en": 1}
    assert one.wording.text == "Hoe krijg ik mijn geld terug?"
    assert len(one.latest) == 2


async def test_what_we_answered_counts_and_is_told_without_who_signed(faq, archive):
    first, *rest = money()
    ours = question("us", "Wat vind je van geld terug?", own=True)
    await fill(archive, [first, *rest, answer(first), ours, WHOLE])
    (one,) = (await asked(faq)).questions
    assert (one.questions, one.answered, one.answer.text) == (4, 1, "Vraag het terug in de app.")


async def test_what_we_asked_ourselves_is_not_in_the_total(faq, archive):
    await fill(archive, [*money(), question("us", "Wat vind je van geld terug?", own=True), WHOLE])
    assert (await asked(faq)).total == 4


async def test_a_muted_own_account_answered_all_the_same(faq, archive):
    first, *rest = money()
    given = answer(first)
    await fill(archive, [first, *rest, given, Mute(author=given.mention.author.id, by="anna", at=NOW), WHOLE])
    (one,) = (await asked(faq)).questions
    assert one.answered == 1


async def test_what_is_hidden_is_no_question_though_the_view_shows_it(faq, archive):
    talk = money()
    judged = Judgement(mention=talk[0].mention.id, name="irrelevant", labels=("yes",), by="anna", at=NOW)
    await fill(archive, [*talk, judged, Mute(author=talk[2].mention.author.id, by="anna", at=NOW), WHOLE])
    found = await faq.asked(msgspec.structs.replace(SPAN, irrelevant=True, muted=True), now=NOW, most=5)
    assert (found.total, found.questions) == (2, ())


async def test_where_nothing_was_collected_the_file_tells_no_zero(faq, archive):
    found = await asked(faq)
    text = table.markdown(found, words=EN, form=FORM, gaps=(), page="https://bord.example")
    assert "How many questions there were is not known" in text
    assert "Not everything of this stretch was collected" in text
    assert "0 questions" not in text
    assert "No question was asked" not in text


async def test_the_file_says_that_one_in_so_many_was_read(faq, archive, monkeypatch):
    monkeypatch.setattr("desk.faq.faq.MOST", 2)
    await fill(archive, [*money(), WHOLE])
    text = table.markdown(await asked(faq), words=EN, form=FORM, gaps=(), page="https://bord.example")
    assert "One in 2 was read" in text


async def test_where_no_account_is_ours_answers_are_not_known(faq, archive):
    await fill(archive, [*money(), WHOLE])
    faq._rules = type(faq._rules)()
    (one,) = (await asked(faq)).questions
    assert (one.answered, one.answer) == (None, None)
    assert "no own account" in table.answered(one, EN, FORM)


@pytest.mark.parametrize(
    "gone",
    [
        lambda one: Deletion(target=one.mention.id, scope=Scope.MENTION, at=NOW, reason="deleted"),
        lambda one: Deletion(target=one.mention.author.id, scope=Scope.AUTHOR, at=NOW, reason="account gone"),
        lambda one: Judgement(mention=one.mention.id, name="irrelevant", labels=("yes",), by="anna", at=NOW),
    ],
)
async def test_what_is_gone_is_in_no_figure_and_no_wording(faq, archive, gone):
    talk = money()
    await fill(archive, [*talk, WHOLE])
    assert len((await asked(faq)).questions) == 1
    await fill(archive, [gone(talk[0]), gone(talk[2])])
    assert (await asked(faq)).questions == ()


async def test_what_is_erased_is_gone_at_once(faq, archive):
    talk = money()
    await fill(archive, [*talk, WHOLE])
    await archive.erase(authors=[talk[0].mention.author.id])
    (one,) = (await asked(faq, latest=9)).questions
    assert (one.questions, one.askers) == (3, 3)
    assert "sanne" not in str(one)


async def test_the_period_before_is_counted_or_said_to_be_unknown(faq, archive):
    before = [question(name, "Mijn geld terug?", NOW - WEEK - timedelta(days=1)) for name in NAMES]
    await fill(archive, [*money(), *before, collected(NOW - WEEK, NOW)])
    (one,) = (await asked(faq)).questions
    assert (one.before, one.change) == (None, None)
    await fill(archive, [WHOLE])
    (one,) = (await asked(faq)).questions
    assert (one.before, one.change) == (4, 0)


async def test_a_gap_is_told_and_a_share_does_not_ask(faq, archive):
    gap = collected(NOW - WEEK / 2, NOW - WEEK / 2 + timedelta(hours=5), gap="the source was away")
    shared = question("rik", kind=Kind.REPOST, repost_of="bluesky:elsewhere")
    await fill(archive, [*money(), shared, gap])
    found = await asked(faq)
    assert [one.reason for one in found.gaps] == ["the source was away"]
    assert not found.whole
    assert found.questions[0].questions == 4


async def test_a_best_practice_that_answers_it_is_named(faq, archive, desk):
    await fill(archive, [*money(), WHOLE])
    assert (await asked(faq)).questions[0].practice is None
    made = await approved(desk)
    assert (await asked(faq)).questions[0].practice.number == made.number


async def test_no_word_of_what_may_not_leave_is_told(faq, archive):
    closed = [
        msgspec.structs.replace(one, mention=msgspec.structs.replace(one.mention, visibility=Visibility.DIRECT))
        for one in money()
    ]
    await fill(archive, [*closed, WHOLE])
    (one,) = (await asked(faq)).questions
    assert (one.questions, one.wording) == (4, None)


async def test_an_answer_does_not_name_whoever_it_was_given_to_however_many_ask(faq, archive):
    many = [question(f"reiziger{number:02}", f"Hoe krijg ik mijn geld terug, keer {number}?") for number in range(40)]
    await fill(archive, [*many, WHOLE])
    last = (await faq._found(SPAN, None, frozenset(), 1, ()))[0].mentions[-1]
    (asker,) = (one for one in many if one.mention.id == last)
    await fill(archive, [answer(asker, f"Dag {asker.mention.author.name}, kijk in de app.")])
    (one,) = (await asked(faq)).questions
    assert (one.questions > READ, one.answered, one.answer.text) == (True, 1, "Dag …, kijk in de app.")


class Only(Leaving):
    """Lets these words leave and no others."""

    def __init__(self, *ids):
        self.ids = ids

    def texts(self, stored):
        return super().texts(stored) and stored.enriched.mention.id in self.ids


async def test_an_answer_does_not_name_whom_no_policy_lets_tell(faq, archive):
    talk = money()
    given = answer(talk[0], "Dag Sanne, vraag het in de app.")
    await fill(archive, [*talk, given, WHOLE])
    faq._leaving = Only(given.mention.id)
    (one,) = (await asked(faq)).questions
    assert (one.wording, one.answer.text) == (None, "Dag …, vraag het in de app.")


async def test_an_answer_that_may_not_leave_is_counted_and_not_told(faq, archive):
    talk = money()
    await fill(archive, [*talk, answer(talk[0]), WHOLE])
    faq._leaving = Only(*(one.mention.id for one in talk))
    (one,) = (await asked(faq)).questions
    assert (one.answered, one.answer) == (1, None)


async def test_within_a_minute_it_is_read_once_and_what_went_is_gone_at_once(faq, archive):
    talk = money()
    await fill(archive, [*talk, answer(talk[0]), WHOLE])
    first = await faq._read(SPAN, None, NOW)
    assert await faq._read(SPAN, None, NOW + timedelta(seconds=59)) is first
    assert await faq._read(SPAN, None, NOW + timedelta(minutes=1)) is not first
    await archive.erase(authors=[talk[0].mention.author.id])
    (one,) = (await faq._read(SPAN, None, NOW)).found
    assert len(one.mentions) == 3


async def test_of_very_many_one_in_so_many_is_read_and_always_the_same(faq, archive, monkeypatch):
    monkeypatch.setattr("desk.faq.faq.MOST", 30)
    many = [question(f"reiziger{number:02}", f"Hoe krijg ik mijn geld terug, keer {number}?") for number in range(60)]
    await fill(archive, [*many, *(answer(one, f"{n}: in de app") for n, one in enumerate(many)), WHOLE])
    found = await asked(faq)
    assert (found.total, found.one_in, found.questions[0].answered) == (60, 2, None)
    assert found.questions[0].questions == 2 * sum(sampled(one.mention.id, 2) for one in many)


async def test_as_a_file_no_cell_is_a_formula_and_markdown_is_plain_text(faq, archive):
    talk = [question(name, "=SUM(1) hoe krijg ik mijn geld *terug* <b>?") for name in NAMES]
    talk = [
        msgspec.structs.replace(one, mention=msgspec.structs.replace(one.mention, text=f"{one.mention.text}{'!' * n}"))
        for n, one in enumerate(talk)
    ]
    await fill(archive, [*talk, WHOLE])
    found = await asked(faq)
    csv = table.table(found).decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("1,'=SUM(1)")
    text = table.markdown(found, words=EN, form=FORM, gaps=["bluesky, was away"], page="https://klank.example")
    assert "\\*terug\\* \\<b\\>?" in text
    assert "<b>" not in text
    assert "- bluesky, was away" in text
    assert not any(name in csv + text for name in NAMES)
