"""What is most like a case: best practices as they are written, and cases by their number and the ids of their messages."""

from desk.api import answers
from desk.api.asker import Asker, Forbidden
from desk.practices.alike import LikeCase, LikePractice, Likes
from desk.store import cases


async def of_case(asker: Asker, number: int) -> answers.SimilarAnswer | None:
    """None where there is no such case. Raises Forbidden where nothing is kept of cases."""
    if asker.customers is None:
        raise Forbidden("nothing is kept of cases here")
    at, found = asker.clock(), await cases.get(asker.customers.database, number)
    if found is None:
        return None
    await asker.looked("case", found.id)
    likes = await asker.alike.of_case(found, at) if asker.alike else Likes(ready=False)
    return answers.SimilarAnswer(
        at=at,
        time_zone=asker.organisation.zone.key,
        case=number,
        ready=likes.ready,
        placed=likes.placed,
        practices=tuple(_practice(asker, one) for one in likes.practices),
        cases=tuple(_case(asker, one) for one in likes.cases),
    )


def _practice(asker: Asker, one: LikePractice) -> answers.SimilarPractice:
    return answers.SimilarPractice(
        number=one.practice.number,
        title=one.practice.title,
        unit=one.practice.unit,
        like=one.like.value,
        texts=tuple(
            answers.PracticeText(language=text.language, question=text.question, answer=text.answer)
            for text in one.practice.texts
        ),
        uses=one.tally.uses,
        known=one.tally.known,
        well=one.tally.well,
        thanks=one.tally.thanks,
        page=f"{asker.page}/practice?number={one.practice.number}",
    )


def _case(asker: Asker, one: LikeCase) -> answers.SimilarCase:
    case, answered = one.went.case, one.went.answered
    return answers.SimilarCase(
        number=case.number,
        unit=case.unit,
        like=one.like.value,
        outcome=one.went.outcome.value if one.went.outcome else None,
        asked=case.first_message,
        answered=answered.enriched.mention.id if answered else None,
        page=f"{asker.page}/case?number={case.number}",
    )
