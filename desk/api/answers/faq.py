"""What is asked most."""

from desk.api.answers.shared import Count, Question, Struct


class Worded(Struct, frozen=True):
    """What somebody said, in its language, without names, accounts and addresses."""

    text: str
    language: str


class Frequent(Struct, frozen=True):
    """One question that at least three accounts asked, in whatever language.

    questions are the messages that ask it, shares and spam left out; before those of the comparable period before, null where that was not
    collected. wording is how one of them put it, null where no policy lets a text of it leave. answered is how many an own account
    answered directly, null where no own account is known; answer the latest of these. practice is the title of an approved best
    practice that answers it.
    """

    questions: Count
    askers: Count
    before: Count | None
    languages: dict[str, Count]
    wording: Worded | None
    answered: Count | None
    answer: Worded | None
    practice: str | None


class FaqAnswer(Struct, frozen=True):
    """What most asked, first. Of the questions in the stretch, `total`, one in `one_in` was read: figures are about so many times
    what was counted.
    """

    asked: Question
    total: Count | None
    one_in: Count
    questions: tuple[Frequent, ...]
    page: str
