"""What a person does with best practices, by forms; who is refused is told why."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from core.errors import Reject
from desk.practices import acts
from desk.practices.acts import Refused, Said, Why
from desk.store.practices import Practice, Text
from desk.web.pages.case_lines import kept_of, number_of
from desk.web.pages.practices import Filled, back, form, members, until
from desk.web.site import SITE, WHO

ACTS = {
    "approve": "approved", "retire": "retired", "extend": "extended", "comment": "commented", "thank": "thanked", "use": "used",
}  # fmt: skip
_QUESTION, _ANSWER = "question_", "answer_"


async def act(request: web.Request) -> web.StreamResponse:
    """Do it, and lead to the practice; the form again, as it was filled in, where what was written cannot be kept. Raises Reject."""
    told = await request.post()
    fields = {key: value.strip() for key, value in told.items() if isinstance(value, str)}
    topics = [str(value) for value in told.getall("topic", [])]
    name, number = fields.get("act", ""), number_of(fields.get("number", ""))
    if name == "write":
        return await _write(request, fields, topics, number)
    if name not in ACTS or number is None:
        raise Reject("choose what to do with the best practice", reason="act")
    try:
        await _done(request, name, number, fields)
    except Refused as refused:
        if refused.why is Why.GONE:
            raise web.HTTPNotFound from None
        raise web.HTTPSeeOther(back(number, wrong=refused.why.value)) from None
    case = number_of(fields.get("case", ""))
    if name == "use" and case is not None:
        into = f"&practice={number}#answer" if kept_of(request).publishers else "#similar"
        raise web.HTTPSeeOther(f"/case?number={case}{into}")
    raise web.HTTPSeeOther(back(number, done=ACTS[name]))


async def _done(request: web.Request, name: str, number: int, fields: Mapping[str, str]) -> Practice:
    desk, who, at = kept_of(request).database, request[WHO], request.app[SITE].clock()
    saw, leading = number_of(fields.get("saw", "")) or 0, members(request)
    match name:
        case "approve":
            expires_at, title = until(request, fields.get("until", "")), fields.get("title", "")
            return await acts.approve(
                desk, who, number, title=title, members=leading, saw=saw, at=at, expires_at=expires_at
            )
        case "extend":
            expires_at = until(request, fields.get("until", "")) or at
            return await acts.extend(desk, who, number, members=leading, saw=saw, at=at, expires_at=expires_at)
        case "retire":
            return await acts.retire(desk, who, number, members=leading, at=at)
        case "comment":
            return await acts.comment(desk, who, number, fields.get("text", ""), at=at)
        case "thank":
            return await acts.thank(desk, who, number, at=at)
        case _:
            return await acts.use(desk, who, number, number_of(fields.get("case", "")) or 0, at=at)


async def _write(
    request: web.Request, fields: Mapping[str, str], topics: Sequence[str], number: int | None
) -> web.StreamResponse:
    filled, case = _filled(fields, topics), number_of(fields.get("case", ""))
    try:
        made = await _written(request, filled, number, case, fields)
    except Refused as refused:
        if refused.why is Why.GONE:
            raise web.HTTPNotFound from None
        return await form(request, filled=filled, number=number, case=case, wrong=refused.why.value)
    raise web.HTTPSeeOther(back(made.number, done="rewritten" if number else "proposed"))


async def _written(
    request: web.Request, filled: Filled, number: int | None, case: int | None, fields: Mapping[str, str]
) -> Practice:
    kept, who, at = kept_of(request), request[WHO], request.app[SITE].clock()
    if kept.place is None:
        raise web.HTTPNotFound
    texts = [
        Text(language=one, question=filled.questions[one], answer=filled.answers.get(one, ""))
        for one in filled.questions
    ]
    said = Said(
        title=filled.title,
        texts=tuple(texts),
        topics=filled.topics,
        unit=filled.unit or None,
        owner=filled.owner or None,
        from_case=case,
    )
    if number is None:
        return await acts.propose(kept.database, who, said, kept.place, at=at)
    saw = number_of(fields.get("saw", "")) or 0
    return await acts.rewrite(kept.database, who, number, said, kept.place, saw=saw, at=at)


def _filled(fields: Mapping[str, str], topics: Sequence[str]) -> Filled:
    return Filled(
        title=fields.get("title", ""),
        questions={key.removeprefix(_QUESTION): value for key, value in fields.items() if key.startswith(_QUESTION)},
        answers={key.removeprefix(_ANSWER): value for key, value in fields.items() if key.startswith(_ANSWER)},
        topics=tuple(topics),
        unit=fields.get("unit", ""),
        owner=fields.get("owner", "").removeprefix("person:"),
    )
