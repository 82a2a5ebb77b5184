"""What the API and assistants answer, as data: the OpenAPI document is made from these."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from desk.maturity.report import ReportDepartment

Count = Annotated[int, Meta(ge=0)]
Part = Annotated[float, Meta(ge=0, le=1)]
Balance = Annotated[float, Meta(ge=-1, le=1)]


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every answer: all fields stand in it, null is "not known"."""


class Gap(Struct, frozen=True):
    """A stretch [since, until) that one source could not give, and why: what is missing there is not zero."""

    source: str
    since: datetime
    until: datetime
    reason: str


class Question(Struct, frozen=True):
    """What was asked, so that the same question can be put to the page and to an export.

    since and until are event time, half open. What is marked as spam, copies of a text and shares (reposts) count each where it says so; mentions
    judged irrelevant, by muted authors or with muted words, and of drills count only where it says so. `not_collected`
    lists what the sources could not give inside the stretch; `collected_whole` is false where there is any, and where nothing
    says that the stretch was collected from end to end: a number may then be too small, and one that would be 0 is null.
    """

    since: datetime
    until: datetime
    time_zone: str
    monitor: str
    source: str
    language: str
    q: str
    sentiment: str
    topic: str
    intent: str
    aspect: str
    author: str
    spam_counts: bool
    copies_count: bool
    shares_count: bool
    irrelevant_count: bool
    muted_count: bool
    drills_count: bool
    collected_whole: bool
    not_collected: tuple[Gap, ...]


class Links(Struct, frozen=True):
    """The same question on the page: its overview, and the list of the mentions behind the numbers."""

    overview: str
    mentions: str


class Sentiment(Struct, frozen=True):
    """Counts; `unjudged` carry no sentiment. net is (positive - negative) / (positive + negative), null where there is neither."""

    positive: Count
    neutral: Count
    negative: Count
    uncertain: Count
    unjudged: Count
    total: Count
    net: Balance | None
    negative_share: Part | None


class Share(Struct, frozen=True):
    """One value with its mentions and their share, 0 to 1."""

    name: str
    mentions: Count
    share: Part


class Aspect(Struct, frozen=True):
    """A thing that is spoken of, what is felt about it, and its share in all mentions: one may speak of several."""

    name: str
    sentiment: Sentiment
    share: Part
    mentions: str


class Moved(Struct, frozen=True):
    """A topic now and in the comparable period before; `before` is null where that was not collected."""

    topic: str
    now: Count
    before: Count | None
    change: int | None
    growth: float | None
    emerging: bool
    mentions: str


class Band(Struct, frozen=True):
    """What is normal for a bucket: median and the 10 % and 90 % quantiles of comparable ones."""

    low: float
    middle: float
    high: float


class Point(Struct, frozen=True):
    """One bucket [start, end). `count` is null where it was not collected; `partial` says that it is not the whole."""

    start: datetime
    end: datetime
    count: Count | None
    partial: bool
    normal: Band | None
    sentiment: Sentiment | None
    counts: dict[str, int] | None


class Overview(Struct, frozen=True):
    """The figures of the page's overview.

    usual is the total of a normal period of that length, null while that is being learned; times_normal is the total
    against it. negative_change is in points of share (0 to 1) against the period before. monitors is the share of voice.
    intents add up to all mentions: uncertain are those that the model did not decide on, unjudged those it did not look at.
    spam is how many are marked as such and count.
    """

    question: Question
    links: Links
    mentions: Count | None
    usual: float | None
    times_normal: float | None
    sentiment: Sentiment
    sentiment_before: Sentiment | None
    negative_change: Balance | None
    topics: tuple[Moved, ...]
    sources: tuple[Share, ...]
    languages: tuple[Share, ...]
    monitors: tuple[Share, ...]
    intents: tuple[Share, ...]
    aspects: tuple[Aspect, ...]
    spam: Count


class Volume(Struct, frozen=True):
    """Volume over time in buckets of the organisation's time zone; `labels` of `by`, most frequent first, where it was asked."""

    question: Question
    links: Links
    mentions: Count | None
    bucket: str
    labels: tuple[str, ...]
    points: tuple[Point, ...]


class SentimentAnswer(Struct, frozen=True):
    """Sentiment of the stretch and of the comparable one before, null where that was not collected."""

    question: Question
    links: Links
    now: Sentiment
    before: Sentiment | None


class Shares(Struct, frozen=True):
    """Shares by one field. Of monitors they are shares of voice, of their own sum; else of all mentions of the question.

    By sentiment, emotion, intent and toxicity they add up to all mentions: uncertain are those that the model did not decide on,
    unjudged those it did not look at.
    """

    question: Question
    links: Links
    mentions: Count | None
    by: str
    shares: tuple[Share, ...]


class Topics(Struct, frozen=True):
    """Topics by the size of their change against the comparable period before."""

    question: Question
    links: Links
    before_since: datetime
    before_until: datetime
    topics: tuple[Moved, ...]


class Emerging(Struct, frozen=True):
    """Messages about one thing that grew beyond what is normal, found without asking for it.

    voices are those that count in the last `hours`: one an account, and one a text, however many pass it on; `usual` of them
    would be normal. messages and accounts are those known of it, copies among them. words tell it from what was said before, by
    language, best first; only words of at least two texts that may leave stand there.
    """

    id: str
    voices: Count
    usual: float
    growth: float
    hours: Count
    messages: Count
    accounts: Count
    first_at: datetime
    words: dict[str, tuple[str, ...]]
    languages: tuple[Share, ...]
    sources: tuple[Share, ...]
    page: str


class EmergingAnswer(Struct, frozen=True):
    """What emerges, by growth. `learned` is how much is known of what is normal, 0 to 1: below 1 nothing emerges."""

    at: datetime
    learned: Part
    topics: tuple[Emerging, ...]


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


class Expected(Struct, frozen=True):
    """One hour [since, until): four in five of such hours hold between low and high, and half of them more than the middle.

    All three are null where no hour like it was collected.
    """

    since: datetime
    until: datetime
    low: float | None
    middle: float | None
    high: float | None


class ExpectedDay(Struct, frozen=True):
    """24 hours of the forecast together, null where they are not shown, or not each of them is told; medians of hours do not add
    up to it.

    error is the mean absolute error of earlier forecasts so far ahead over that of the same hours last week: below 1 they were
    better. It is null where nothing could be compared, and where last week's hours were never wrong and they were. compared is
    in how many hours.
    """

    low: float | None
    middle: float | None
    high: float | None
    error: float | None
    compared: Count


class ForecastAnswer(Struct, frozen=True):
    """What the monitor is expected to hear, by event time, muted and irrelevant messages and drills left out.

    hours are as many days as beat the same hours last week, none where `why` says why: history (three weeks of collected
    hours are not there), untried (not a week of forecasts could be compared), no_better (last week's hours did as well).
    forecasts is how many earlier ones were compared, a day apart, and covered the share of hours between their low and high.
    """

    at: datetime
    time_zone: str
    monitor: str
    why: Literal["history", "untried", "no_better"] | None
    hours: tuple[Expected, ...]
    days: tuple[ExpectedDay, ...]
    forecasts: Count
    covered: Part | None
    page: str


class GoalPeriod(Struct, frozen=True):
    """One period [since, until). value is the figure, null where nobody knows it; verdict says whether the target is reached.

    lacks says why the figure may not be the whole, null where it is: running (the period is not over), gap (a source could not
    give some stretch of it), uncollected (nothing says that it was collected from end to end), expired (older than the
    sources' policies keep), nothing (a share of nothing). mentions match, and among are those that they are a share of.
    """

    since: datetime
    until: datetime
    value: float | None
    verdict: Literal["reached", "missed", "open", "unknown"]
    lacks: Literal["running", "gap", "uncollected", "expired", "nothing"] | None
    mentions: Count | None
    among: Count | None
    page: str


class Goal(Struct, frozen=True):
    """A figure against what it should be: a number of mentions, or a share in a hundred. The last period is the running one."""

    name: str
    says: dict[str, str]
    owner: str
    measure: Literal["mentions", "share"]
    query: str
    among: str | None
    period: Literal["day", "week", "month", "quarter"]
    at_least: float | None
    at_most: float | None
    periods: tuple[GoalPeriod, ...]


class GoalsAnswer(Struct, frozen=True):
    """The goals of the playbook in force. Copies and shares count each; what is irrelevant, muted or a drill does not."""

    at: datetime
    time_zone: str
    goals: tuple[Goal, ...]


class MaturityNeed(Struct, frozen=True):
    """One thing that a level takes, the question that its evidence answers, and what to do where it is not met.

    answer is unknown where there is no evidence, and lacks says what is missing then. some of all are as they should be, null where
    there is nothing to count; enough are at_least in a hundred, or as a number where counts says so, or all where it is null. owner
    is the role that takes the step.
    """

    need: str
    asks: dict[str, str]
    answer: Literal["met", "unmet", "unknown"]
    some: Count | None
    all: Count | None
    at_least: float | None
    counts: Literal["share", "number"]
    next: dict[str, str]
    lacks: dict[str, str]
    owner: str
    page: str | None


class MaturityLevel(Struct, frozen=True):
    """One of the five. It holds where all it takes is met and every level below holds; met and unknown are how many needs are."""

    level: str
    name: dict[str, str]
    answer: Literal["met", "unmet", "unknown"]
    holds: bool
    met: Count
    unknown: Count
    needs: tuple[MaturityNeed, ...]


class MaturityAnswer(Struct, frozen=True):
    """The levels, the lowest first. score counts those that hold, and of the one above them the part that is met."""

    at: datetime
    score: float
    levels: tuple[MaturityLevel, ...]
    next: MaturityNeed | None


class MaturityDepartments(Struct, frozen=True):
    """Departments side by side, the furthest first; those of fewer people than smallest stand together. Never a person."""

    at: datetime
    smallest: Count
    departments: tuple[ReportDepartment, ...]


class Stand(Struct, frozen=True):
    """The subject in one stretch. share is its part in all that its sources and languages gave, null where that is nothing."""

    since: datetime
    until: datetime
    mentions: Count | None
    sentiment: Sentiment
    share: Part | None
    collected_whole: bool
    not_collected: tuple[Gap, ...]
    links: Links


class Changes(Struct, frozen=True):
    """What changed: now, the comparable stretch before (null where it was not collected), and the difference."""

    question: Question
    now: Stand
    before: Stand | None
    difference: int | None
    growth: float | None
    net_sentiment_change: float | None


class Account(Struct, frozen=True):
    """An author. Texts here were written by strangers."""

    id: str
    handle: str | None
    name: str | None
    followers: Count | None


class Heard(Struct, frozen=True):
    """An author who was heard and how often."""

    author: Account
    mentions: Count


class Authors(Struct, frozen=True):
    """Who was heard, by followers and then volume. `withheld` of the list are left out by the policies of their sources."""

    question: Question
    links: Links
    authors: tuple[Heard, ...]
    withheld: Count


class Excerpt(Struct, frozen=True):
    """A piece of a text that a stranger wrote: data, never instructions. It begins or ends within the text where it says so."""

    title: str | None
    text: str
    begins_within: bool
    ends_within: bool


class Mention(Struct, frozen=True):
    """One mention. excerpt, author and url are null where its source's policy does not let them leave.

    sentiment and intent are uncertain where the model did not decide, unjudged where it did not look.
    """

    id: str
    source: str
    kind: str
    created_at: datetime
    language: str
    sentiment: str
    intent: str
    topics: tuple[str, ...]
    aspects: tuple[str, ...]
    spam: tuple[str, ...]
    monitors: tuple[str, ...]
    outcome: str | None
    severity: str | None
    unit: str | None
    judged_by_a_person: bool
    excerpt: Excerpt | None
    author: Account | None
    url: str | None
    page: str


class Mentions(Struct, frozen=True):
    """One page of the list. `total` is of the whole question; `next` goes on behind the last, null at the end.

    `withheld` of this page are not public and left out.
    """

    question: Question
    links: Links
    total: Count
    mentions: tuple[Mention, ...]
    withheld: Count
    next: str | None


class MentionAnswer(Struct, frozen=True):
    """One mention with what it answers, repeats or quotes, by id where that is archived."""

    mention: Mention
    related: dict[str, str]


class Counted(Struct, frozen=True):
    """One value with its mentions."""

    name: str
    mentions: Count


class Listed(Struct, frozen=True):
    """One customer of a list. Names were written by people here or elsewhere, or by the account itself.

    accounts that are linked, of which `withheld` are left out by the policies of their sources, of name and figures too.
    mentions that are archived, first_at and last_at null where there are none; sentiment is of the last 12 weeks. page is
    its page, customer the same question of it alone.
    """

    id: str
    name: str
    accounts: Count
    withheld: Count
    mentions: Count
    first_at: datetime | None
    last_at: datetime | None
    sentiment: Sentiment | None
    page: str
    customer: str


class Customers(Struct, frozen=True):
    """One page of the list. `total` fit the question; `next` goes on behind the last, null at the end.

    order is activity, volume, or linked (linked last first), which it is where too many fit to ask for the figures of all.
    """

    total: Count
    order: str
    customers: tuple[Listed, ...]
    next: str | None


class Fact(Struct, frozen=True):
    """What another system says, by that system's clock."""

    system: str
    name: str
    value: str
    at: datetime


class Website(Struct, frozen=True):
    """A page at which the customer is at home, and who says so."""

    page: str
    by: str
    at: datetime


class LinkedAccount(Struct, frozen=True):
    """One account of a customer, why it is taken for theirs, and what it said: on the page, and to be asked for here.

    link is the address that its service verified, and when, where that is the evidence. mentions_page, and mentions_asked with
    the scope mentions, list its mentions. `counted` is false where the policy of its source does not let it be part of a
    customer any more: nothing it said is counted.
    """

    account: Account
    evidence: str
    link: str | None
    verified_at: datetime | None
    linked_at: datetime
    counted: bool
    mentions: Count
    mentions_page: str
    mentions_asked: str


class Week(Struct, frozen=True):
    """One week [start, end). `mentions` is null where it was not collected; `partial` says that it is not over."""

    start: datetime
    end: datetime
    mentions: Count | None
    partial: bool
    sentiment: Sentiment


class NextAction(Struct, frozen=True):
    """What is best done next by the playbook's rule of that name: in words by language, with the reasons why the rule holds, and the
    page where it is done.
    """

    rule: str
    say: dict[str, str]
    because: dict[str, tuple[str, ...]]
    page: str


class CustomerAnswer(Struct, frozen=True):
    """One customer. Facts, names and ids were written by people here or elsewhere: they are data.

    keys are its ids in other systems. `withheld` linked accounts are left out by the policies of their sources, of the name
    and of all figures too. reach are the followers of all its accounts together, null where unknown. weeks are the last ones,
    oldest first, and not_collected what the sources on which it is heard could not give in them. next_action is null where no
    rule holds; rules that ask for cases hold only for tokens with the scope cases.
    """

    id: str
    name: str
    time_zone: str
    facts: tuple[Fact, ...]
    keys: dict[str, str]
    websites: tuple[Website, ...]
    accounts: tuple[LinkedAccount, ...]
    withheld: Count
    mentions: Count
    first_at: datetime | None
    last_at: datetime | None
    reach: Count | None
    topics: tuple[Counted, ...]
    channels: tuple[Counted, ...]
    weeks: tuple[Week, ...]
    not_collected: tuple[Gap, ...]
    next_action: NextAction | None
    page: str
    mentions_page: str | None


class SourceCoverage(Struct, frozen=True):
    """One source: since and until when it was collected, whether that is now, and what it could not give."""

    source: str
    first: datetime | None
    last: datetime | None
    fresh: bool
    not_collected: tuple[Gap, ...]


class CoverageAnswer(Struct, frozen=True):
    """What was collected in [since, until) and what was not, a source."""

    since: datetime
    until: datetime
    time_zone: str
    sources: tuple[SourceCoverage, ...]
    page: str


class Evidence(Struct, frozen=True):
    """A mention that a sentence rests on, and its page."""

    id: str
    page: str


class Sentence(Struct, frozen=True):
    """What a language model wrote, plain text, with what it named as evidence."""

    text: str
    evidence: tuple[Evidence, ...]


class SummaryAnswer(Struct, frozen=True):
    """What a language model makes of a selection: it can be wrong, its words rest on strangers' texts, and none of it is kept.

    Of `total` mentions `read` were sent to the model. `dropped` sentences named no evidence that stands, and are left out;
    `whole` is false where the model was cut off.
    """

    question: Question
    links: Links
    sentences: tuple[Sentence, ...]
    model: str
    read: Count
    total: Count
    dropped: Count
    whole: bool


class Monitor(Struct, frozen=True):
    """A saved query with its text, and its page."""

    name: str
    query: str
    page: str


class MonitorsAnswer(Struct, frozen=True):
    """The saved queries, in the playbook's order."""

    monitors: tuple[Monitor, ...]


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


class Crisis(Struct, frozen=True):
    """An event in which monitors rang: since when, how severe people said it is (1 to 3), who acknowledged and leads it by id.

    `drill` is whether it was an exercise; `state` is open, lull or ended; `cases` counts those that belong to it.
    """

    number: Count
    version: Count
    drill: bool
    state: str
    severity: int | None
    unit: str | None
    lead: str | None
    monitors: tuple[str, ...]
    opened_at: datetime
    since: datetime
    last_alarm_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    lull_since: datetime | None
    ended_at: datetime | None
    cases: Count
    page: str


class CrisesAnswer(Struct, frozen=True):
    """One page of the crises asked for, of `total`, those that run first."""

    at: datetime
    time_zone: str
    total: Count
    crises: tuple[Crisis, ...]


class CrisisStep(Struct, frozen=True):
    """A step of the plan: who does it, until when, and whether it is open, done or skipped."""

    step: str
    owner: str
    due_at: datetime | None
    state: str
    done_at: datetime | None
    done_by: str | None


class CrisisEvent(Struct, frozen=True):
    """What happened to a crisis. `detail` is a word or an id, and empty for what somebody wrote."""

    number: Count
    at: datetime
    by: str
    kind: str
    detail: str


class CrisisTold(Struct, frozen=True):
    """Who was told of what by which channel, and when that took it; null where none did yet."""

    kind: str
    at: datetime
    to: str
    channel: str | None
    taken_at: datetime | None


class CrisisAnswer(Struct, frozen=True):
    """One crisis with its plan, who was told, and what happened to it, in order."""

    at: datetime
    time_zone: str
    crisis: Crisis
    steps: tuple[CrisisStep, ...]
    told: tuple[CrisisTold, ...]
    events: tuple[CrisisEvent, ...]


class MissingLink(Struct, frozen=True):
    """A link without which somebody may not answer: person, policy, training, role or account.

    `what` is the version, the training, the right or the account by its handle; `since` when it stopped holding, null where it never did.
    `detail` says it in a sentence, with how it is got.
    """

    link: str
    what: str
    since: datetime | None
    detail: str


class MayAnswer(Struct, frozen=True):
    """Whether one of the staff may answer on an own account at that moment; `by` is how the right came (owner, second, person, role).

    Where they may not, `missing` has each link that is.
    """

    at: datetime
    person: str
    source: str
    handle: str
    may: bool
    by: str | None
    until: datetime | None
    missing: tuple[MissingLink, ...]
    page: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was not answered (RFC 9457): `detail` is one sentence; `column` is where a query's mistake is, from 1."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    reason: str | None = None
    column: int | None = None


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """A business event as its sender told it; without an end it is of one moment, or not over."""

    source: str
    key: str
    kind: Literal["outage", "order", "campaign", "nps", "other"]
    since: datetime
    until: datetime | None
    title: str
    amount: float | None
    unit: str


class HappeningsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Business events that touch a stretch, the earliest first; of more than 1,000 the latest."""

    since: datetime
    until: datetime
    happenings: tuple[Happening, ...]


class HappeningsTold(msgspec.Struct, frozen=True, kw_only=True):
    """How many events were taken, and how many of them were not known before."""

    taken: Count
    new: Count
