"""Which rows of which table hold something of somebody who is heard, and why the other tables hold nothing of them.

Each table of the desk stands in one of the lists: the tests go through them all.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Column, ColumnElement, Table, and_, exists, or_, select

from desk.store.answer_tables import answer_deeds, answer_versions, answers
from desk.store.backlog_tables import backlog_members
from desk.store.case_tables import case_events, case_messages, case_timers, cases, own_replies, touched_cases
from desk.store.crisis_tables import case_drafts, crisis_cases, crisis_evidence
from desk.store.facts import CUSTOMER, MENTION
from desk.store.judgements import AUTHOR
from desk.store.notice_tables import notices
from desk.store.practice_tables import practice_uses
from desk.store.tables import (
    alert_hits,
    audit,
    customer_keys,
    customers,
    deliveries,
    emerging_members,
    facts,
    identities,
    judgements,
    lookalikes,
    merges,
    mutes,
    touched,
    websites,
)


class Ids(NamedTuple):
    """What somebody is known by here."""

    authors: Sequence[str]
    mentions: Sequence[str]
    customers: Sequence[str]
    cases: Sequence[str]

    @property
    def any(self) -> list[str]:
        return [*self.authors, *self.mentions, *self.customers, *self.cases]


class By(NamedTuple):
    """Rows that ids of that kind (a name of Ids) find."""

    ids: str
    where: Callable[[Sequence[str]], ColumnElement[bool]]


def _in(ids: str, *columns: Column[str]) -> By:
    return By(ids, lambda some: or_(*(column.in_(some) for column in columns)))


def _key_of(some: Sequence[str]) -> ColumnElement[bool]:
    """What a system says of the customers that have its key."""
    theirs = (customer_keys.c.system == facts.c.system) & (customer_keys.c.key == facts.c.subject)
    return and_(facts.c.about == CUSTOMER, exists().where(theirs, customer_keys.c.customer.in_(some)))


def _of_answers(some: Sequence[str], *columns: Column[str]) -> ColumnElement[bool]:
    found = select(answers.c.id).where(or_(*(column.in_(some) for column in columns)))
    return answer_versions.c.answer.in_(found)


HOLDS: Mapping[Table, Sequence[By]] = {
    customers: (_in("customers", customers.c.id),),
    merges: (_in("customers", merges.c.customer, merges.c.into),),
    identities: (_in("authors", identities.c.author), _in("customers", identities.c.customer)),
    customer_keys: (_in("customers", customer_keys.c.customer),),
    websites: (_in("customers", websites.c.customer),),
    touched: (_in("customers", touched.c.customer),),
    facts: (
        By("mentions", lambda some: and_(facts.c.about == MENTION, facts.c.subject.in_(some))),
        By("customers", _key_of),
    ),
    judgements: (_in("mentions", judgements.c.mention), _in("authors", judgements.c.author)),
    mutes: (By("authors", lambda some: and_(mutes.c.what == AUTHOR, mutes.c.value.in_(some))),),
    deliveries: (_in("mentions", deliveries.c.mention), _in("authors", deliveries.c.author)),
    audit: (_in("any", audit.c.subject),),
    alert_hits: (_in("mentions", alert_hits.c.mention), _in("authors", alert_hits.c.author)),
    emerging_members: (_in("mentions", emerging_members.c.mention), _in("authors", emerging_members.c.author)),
    backlog_members: (_in("mentions", backlog_members.c.mention), _in("authors", backlog_members.c.author)),
    lookalikes: (_in("authors", lookalikes.c.author),),
    cases: (_in("cases", cases.c.id),),
    case_messages: (_in("cases", case_messages.c.case),),
    case_events: (_in("cases", case_events.c.case),),
    case_timers: (_in("cases", case_timers.c.case),),
    touched_cases: (_in("cases", touched_cases.c.case),),
    own_replies: (
        _in("authors", own_replies.c.author, own_replies.c.to_author),
        _in("mentions", own_replies.c.mention, own_replies.c.thread, own_replies.c.reply_to),
    ),
    answers: (_in("cases", answers.c.case), _in("mentions", answers.c.answers, answers.c.mention)),
    answer_versions: (
        By("cases", lambda some: _of_answers(some, answers.c.case)),
        By("mentions", lambda some: _of_answers(some, answers.c.answers, answers.c.mention)),
    ),
    answer_deeds: (_in("cases", answer_deeds.c.case), _in("mentions", answer_deeds.c.mention)),
    crisis_cases: (_in("cases", crisis_cases.c.case),),
    case_drafts: (_in("cases", case_drafts.c.case),),
    practice_uses: (_in("cases", practice_uses.c.case),),
    notices: (_in("cases", notices.c.case),),
}
"""How the rows of each table are found that hold something of somebody who is heard."""

_STAFF = "is of the staff, whose rows klankbord people shows and erases"
_RULES = "is what the desk is set to, and names nobody who is heard"
_FIGURES = "holds figures, times and ids of its own"
_OURS = "holds what the organisation says of itself"

NOTHING_OF: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "people", "person_roles", "groups", "group_members", "shifts", "absences", "acknowledgements", "reminders",
            "training_records", "passwords", "invitations", "second_factors", "recovery_codes", "sessions",
            "notice_wishes", "account_rights", "trust_marks", "skills", "consents", "digest_refusals",
        ),
        _STAFF,
    ),
    **dict.fromkeys(("tokens", "endpoints", "alerts", "reports", "links", "publisher_turns"), _RULES),
    **dict.fromkeys(
        ("letters", "spent", "emerging", "alarms", "maturity", "case_numbers", "backlog_items", "drills", "digests"), _FIGURES
    ),
    **dict.fromkeys(
        (
            "annotations", "policies", "own_accounts", "happenings", "planned", "practices", "practice_texts",
            "practice_comments", "practice_thanks",
        ),
        _OURS,
    ),
    **dict.fromkeys(
        (
            "crises", "crisis_monitors", "crisis_events", "crisis_steps", "crisis_timers", "crisis_statements",
            "crisis_answers",
        ),
        "is of a crisis as a whole; whose messages drove it stands in crisis_evidence, whose cases belong to it in crisis_cases",
    ),
    "notice_messages": "says that a message went to one of the staff; what it told of stands in notices",
    "notice_parts": "joins a message to the staff with the notices that it told of",
}  # fmt: skip
"""Why a table holds nothing of somebody who is heard."""

EXCERPTS = frozenset({crisis_evidence})
"""Of these the entries that name somebody are told, not the rows, which name others too."""
