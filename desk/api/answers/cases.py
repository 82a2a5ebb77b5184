"""Cases, what happened in one, what is most like it, and the answers that were given."""

from datetime import datetime

from desk.api.answers.shared import Count, Struct


class Case(Struct, frozen=True):
    """What somebody has to answer: one author in one conversation.

    `author` where the policy of its source lets authors leave; `assignee` is the id of one of the staff. `standing` is well,
    due_soon or overdue, by what has to be done next. Times that nothing is promised for are null.
    """

    number: Count
    version: Count
    source: str
    author: str | None
    unit: str | None
    severity: str
    outcome: str
    state: str
    standing: str
    assignee: str | None
    opened_at: datetime
    since: datetime
    first_due: datetime | None
    resolution_due: datetime | None
    answered_at: datetime | None
    in_time: bool | None
    snoozed_until: datetime | None
    closed_at: datetime | None
    reason: str | None
    tags: tuple[str, ...]
    page: str


class CasesAnswer(Struct, frozen=True):
    """One page of the cases asked for, of `total`."""

    at: datetime
    time_zone: str
    total: Count
    cases: tuple[Case, ...]


class Given(Struct, frozen=True):
    """An answer to a case, by the number of that: how far it is, and what became of it.

    `answers` is the message that it is to, `mention` its own id once it stands at the source; `reason` says why it never goes out.
    `written_by` and `approved_by` are ids of staff.
    """

    number: Count
    case: Count
    answers: str
    publisher: str
    state: str
    language: str | None
    written_by: str
    written_at: datetime
    approved_by: str | None
    ready_at: datetime | None
    tries: Count
    ended_at: datetime | None
    reason: str | None
    mention: str | None
    url: str | None


class GivenAnswers(Struct, frozen=True):
    """One page of the answers asked for, of `total`."""

    at: datetime
    time_zone: str
    total: Count
    answers: tuple[Given, ...]


class CaseMessage(Struct, frozen=True):
    """A message of a case by its id: the author's, or our own."""

    id: str
    at: datetime
    own: bool
    edited_at: datetime | None


class CaseEvent(Struct, frozen=True):
    """What happened to a case. `detail` is a word or an id, and empty for what somebody noted."""

    number: Count
    at: datetime
    by: str
    kind: str
    detail: str


class CaseAnswer(Struct, frozen=True):
    """One case with its messages and what happened to it, in order."""

    at: datetime
    time_zone: str
    case: Case
    messages: tuple[CaseMessage, ...]
    events: tuple[CaseEvent, ...]


class PracticeText(Struct, frozen=True):
    """What is asked and answered, in one language."""

    language: str
    question: str
    answer: str


class SimilarPractice(Struct, frozen=True):
    """An approved best practice that is like the case: `like` is same, very or some. Of its `uses`, how many are `known` and
    went `well`.
    """

    number: Count
    title: str
    unit: str | None
    like: str
    texts: tuple[PracticeText, ...]
    uses: Count
    known: Count
    well: Count
    thanks: Count
    page: str


class SimilarCase(Struct, frozen=True):
    """An answered case that is like it. `outcome` is solved, thanked, unhappy or reopened; `asked` and `answered` are ids of messages."""

    number: Count
    unit: str | None
    like: str
    outcome: str | None
    asked: str
    answered: str | None
    page: str


class SimilarAnswer(Struct, frozen=True):
    """What is most like one case, practices first, five at most. `ready` is false while it is gathered what there is, `placed`
    where its first message is gone or was not understood yet.
    """

    at: datetime
    time_zone: str
    case: Count
    ready: bool
    placed: bool
    practices: tuple[SimilarPractice, ...]
    cases: tuple[SimilarCase, ...]
