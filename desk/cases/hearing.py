"""What an archived message is to the cases: pure, but for what is lent."""

from collections.abc import Collection, Iterable
from datetime import datetime

from core.document import Group, Stored
from core.findings import NEGATIVE, POSITIVE, PRAISE, SEVERITIES
from core.order import of_enriched
from core.types import Enriched, Mark, Mention
from desk.cases.deciding import Heard
from desk.cases.promised import Promised
from desk.store.accounts import Account
from desk.store.cases import Mood
from playbook.accounts import is_answer, names, plain
from playbook.disagreement import OUTCOME, said_instead

IRRELEVANT = "irrelevant"


class OwnAccounts:
    """Accounts of ours by source, as the inventory knows them, and by name alone where only the playbook does.

    A name that the inventory knows is ours at that source and at no other: somebody may use it elsewhere.
    """

    def __init__(self, inventory: Iterable[Account], named: Collection[str]) -> None:
        self._at = {(one.source, plain(one.handle)) for one in inventory if one.official}
        self._named = {plain(name) for name in named} - {name for _, name in self._at}

    def wrote(self, mention: Mention) -> bool:
        """Whether one of them did."""
        called = names(mention.author)
        return not called.isdisjoint(self._named) or any((mention.source, name) in self._at for name in called)

    def answered(self, mention: Mention) -> bool:
        """Whether one of them wrote it, in a conversation."""
        return is_answer(mention) and self.wrote(mention)


def heard(
    stored: Stored, thread: str, promised: Promised, *, muted: Collection[str] = (), since: datetime | None = None
) -> Heard:
    """An author's message, by what triage said and a person instead.

    Nobody has to answer what is no live traffic, was judged irrelevant, is of a muted author, was first seen before `since` and not
    given another outcome by a person from then on, or was published before the playbook lets cases begin.
    """
    enriched, mention = stored.enriched, stored.enriched.mention
    routing, instead = enriched.routing, said_instead(enriched)
    outcome = instead or routing.outcome
    irrelevant = any(one.name == IRRELEVANT and one.labels for one in stored.judgements)
    live = not {Mark.HISTORY, Mark.DRILL} & set(mention.marks)
    opens = live and (since is None or _turned_up(stored, instead) >= since)
    opens = opens and (promised.begins is None or mention.created_at >= promised.begins)
    known = [one for one in (routing.severity, promised.severity(outcome) if instead else None) if one in SEVERITIES]
    return Heard(
        mention=mention.id,
        author=mention.author.id,
        thread=thread,
        source=mention.source,
        at=mention.created_at,
        order=of_enriched(enriched),
        edited_at=mention.edited_at,
        outcome=outcome or "",
        answers=promised.answers(outcome) and opens and not irrelevant and mention.author.id not in muted,
        live=live,
        severity=max(known, key=SEVERITIES.index, default=SEVERITIES[0]),
        unit=promised.owner(instead, routing.team) if instead else routing.team,
        tells=promised.tells(instead) if instead else routing.routes,
        monitors=tuple(routing.monitors),
        arrived=mention.seen_at,
        topics=_labels(enriched, Group.TOPIC),
        mood=_mood(enriched),
    )


def _turned_up(stored: Stored, instead: str | None) -> datetime:
    """When it came to what is to be done of it: it was first seen then, or a person said so."""
    said = (one.at for one in stored.judgements if instead and one.name == OUTCOME)
    return max((stored.enriched.mention.seen_at, *said))


def _mood(enriched: Enriched) -> Mood | None:
    """Who praises is pleased, unless the words are unhappy."""
    sentiment, intent = (_labels(enriched, group)[:1] for group in (Group.SENTIMENT, Group.INTENT))
    if NEGATIVE in sentiment:
        return Mood.UNHAPPY
    return Mood.PLEASED if PRAISE in intent or POSITIVE in sentiment else None


def _labels(enriched: Enriched, group: Group) -> tuple[str, ...]:
    finding = enriched.finding(group.value)
    return finding.labels or () if finding else ()
