"""Single mentions as they may leave: pieces of texts, authors and addresses only where the source's policy lets them."""

from urllib.parse import urlencode

from core.document import Group, Stored
from core.types import OPEN
from desk.api import answers
from desk.api.asker import Asker
from desk.web.outside import safe_link
from picture.mention import judged_by, labels_of
from picture.sentiment import UNJUDGED

LONGEST = 400
_BEFORE = 120
_LONGEST_TITLE = 200


def mention(asker: Asker, stored: Stored) -> answers.Mention | None:
    """None where the mention is not public: such a one never leaves, whatever a policy says."""
    heard = stored.enriched.mention
    if heard.visibility not in OPEN:
        return None
    with_author = asker.leaving.authors(stored)
    return answers.Mention(
        id=heard.id,
        source=heard.source,
        kind=heard.kind.value,
        created_at=heard.created_at,
        language=stored.enriched.language,
        sentiment=next(iter(labels_of(stored, "sentiment")), UNJUDGED),
        intent=next(iter(labels_of(stored, "intent")), UNJUDGED),
        topics=labels_of(stored, "topics"),
        aspects=labels_of(stored, "aspects"),
        spam=labels_of(stored, "spam"),
        monitors=stored.enriched.routing.monitors,
        outcome=next(iter(labels_of(stored, Group.OUTCOME)), None),
        severity=next(iter(labels_of(stored, Group.SEVERITY)), None),
        unit=next(iter(labels_of(stored, Group.UNIT)), None),
        judged_by_a_person=any(judged_by(stored, one.name) for one in stored.judgements),
        excerpt=excerpt(stored) if asker.leaving.texts(stored) else None,
        author=_account(stored) if with_author else None,
        url=safe_link(heard.url) if with_author else None,
        page=f"{asker.page}/mention?{urlencode({'id': heard.id})}",
    )


def excerpt(stored: Stored) -> answers.Excerpt:
    """At most LONGEST characters of the text, from a little before the first word that the search found."""
    heard = stored.enriched.mention
    first = min((start for start, _ in stored.highlights), default=0)
    start = max(0, min(first - _BEFORE, len(heard.text) - LONGEST))
    end = min(len(heard.text), start + LONGEST)
    return answers.Excerpt(
        title=heard.title[:_LONGEST_TITLE] if heard.title else None,
        text=heard.text[start:end],
        begins_within=start > 0,
        ends_within=end < len(heard.text),
    )


def _account(stored: Stored) -> answers.Account:
    author = stored.enriched.mention.author
    return answers.Account(id=author.id, handle=author.handle, name=author.name, followers=author.followers)
