"""The policy behind a personal link, and the button that acknowledges it. Opening the link acknowledges nothing.

Mail systems and chat programs open links by themselves; none of them sends a form (RFC 9110, 9.2.1: GET is safe).
"""

from http import HTTPStatus

from aiohttp import web

from core.errors import Retry
from desk.foundation.asking import PATH
from desk.foundation.policy import in_language
from desk.store import people, policies
from desk.store.people import Person
from desk.store.policies import Acknowledged, Policy, Way
from desk.web.pages.shared import GUESSED, RATES
from desk.web.site import KEPT, SITE, reader_words, render

__all__ = ["PATH", "acknowledge", "page"]


async def page(request: web.Request) -> web.Response:
    """The policy, and whether it was acknowledged. A link that opens nothing answers as one that never was."""
    return await _answer(request, said=False)


async def acknowledge(request: web.Request) -> web.Response:
    """Acknowledge it, once."""
    form = await request.post()
    return await _answer(request, said=form.get("acknowledge") == "yes")


async def _answer(request: web.Request, *, said: bool) -> web.Response:
    site, kept = request.app[SITE], request.app[KEPT]
    read = site.access.policy_of(request.match_info["key"])
    rate, about = (request.app[GUESSED], "") if read is None else (request.app[RATES], read[0])
    if not rate.allows(about):
        return render(request, "message.html", status=HTTPStatus.TOO_MANY_REQUESTS, key="policy.busy", detail="")
    try:
        person = await people.get(kept.database, read[0]) if read else None
        policy = await policies.current(kept.database)
        if read is None or person is None or policy is None or not person.active or policy.version != read[1]:
            return render(request, "message.html", status=HTTPStatus.NOT_FOUND, key="policy.over", detail="")
        if said:
            way, at = Way.LINK, site.clock()
            await policies.acknowledge(kept.database, person.id, policy.version, way, by=way.value, at=at)
        stands = (await policies.acknowledged(kept.database, policy.version)).get(person.id)
        return _shown(request, person, policy, stands)
    except Retry:
        return render(request, "message.html", status=HTTPStatus.SERVICE_UNAVAILABLE, key="policy.busy", detail="")


def _shown(request: web.Request, person: Person, policy: Policy, stands: Acknowledged | None) -> web.Response:
    language, title, text = in_language(policy, reader_words(request).language)
    paragraphs = [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return render(
        request,
        "policy.html",
        title=title,
        paragraphs=paragraphs,
        person=person,
        policy=policy,
        stands=stands,
        written_in=language,
    )
