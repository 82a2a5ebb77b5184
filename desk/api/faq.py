"""What people ask most: figures, and wordings that may leave."""

import msgspec

from core.errors import Reject
from core.query import FieldName, asks
from desk.api import answers, told
from desk.api.asker import Asker, ask
from desk.faq.faq import Frequent
from desk.faq.wording import Wording
from desk.web.view import View


async def asked(asker: Asker, view: View, most: int) -> answers.FaqAnswer | None:
    """None where nobody asks that here. Raises Reject for a view of one author."""
    if asker.faq is None:
        return None
    if view.author or (view.q and asks(asker.parse_query(view.q), {FieldName.AUTHOR})):
        raise Reject("what one author asks is no frequent question: take the author out of it", reason="author")
    seen = await ask(asker, view)
    found = await asker.faq.asked(seen.where, now=seen.now, most=most)
    await asker.looked("export", "questions")
    question = await told.question(asker, seen)
    return answers.FaqAnswer(
        asked=msgspec.structs.replace(question, shares_count=False, spam_counts=False),
        total=told.shown(question, found.total),
        one_in=found.one_in,
        questions=tuple(map(_told, found.questions)),
        page=asker.page + seen.fixed.link("/faq"),
    )


def _told(one: Frequent) -> answers.Frequent:
    return answers.Frequent(
        questions=one.questions,
        askers=one.askers,
        before=one.before,
        languages=dict(one.languages),
        wording=_worded(one.wording),
        answered=one.answered,
        answer=_worded(one.answer),
        practice=one.practice.title if one.practice else None,
    )


def _worded(one: Wording | None) -> answers.Worded | None:
    return answers.Worded(text=one.text, language=one.language) if one else None
