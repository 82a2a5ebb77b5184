"""May I answer? Each account with the links that are missing and how they come; whose answers somebody approves; what one knows and says yes to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import msgspec
from aiohttp import web
from msgspec.structs import replace

from core.errors import Reject
from desk.answering.explained import Told, approval_told, explained
from desk.answering.naming import Naming, naming
from desk.answering.permitted import Link, Outcome, Permitted, Refused, permitted
from desk.answering.trust import Lifted, Mark, Step, history, needs_approval, ordered
from desk.foundation.asking import LINK_LIVES
from desk.foundation.asking import PATH as POLICY
from desk.store import answering, consents, people, skills, trust, wishes
from desk.store.accounts import Account
from desk.store.consents import Consent
from desk.store.people import Person
from desk.web.entering import ENTRY, asked_by
from desk.web.site import KEPT, SITE, WHO, formats, reader_words, render, rules_of
from playbook.answers import Answering

PATH = "/may"
MOST = 20
"""Marks that are shown."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One account: whether they may answer there, and what is missing."""

    account: Account
    outcome: Outcome
    missing: tuple[Told, ...] = ()

    @property
    def may(self) -> bool:
        return isinstance(self.outcome, Permitted)


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One topic: whether somebody else approves, why, and what made it so."""

    name: str
    lifted: bool
    said: str
    steps: Sequence[Step]


async def page(request: web.Request) -> web.Response:
    return await _shown(request, await _person(request))


async def act(request: web.Request) -> web.StreamResponse:
    """Say what one knows, say yes to something, take that back, or say whether one is told of results."""
    told = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    person, does = await _person(request), _ACTS.get(told.get("act", ""))
    if does is None:
        raise Reject("choose what to do", reason="act")
    try:
        await does(request, person, told)
    except Reject as error:
        return await _shown(request, person, wrong=str(error))
    raise web.HTTPSeeOther(f"{PATH}?done={told['act']}")


async def _skills(request: web.Request, person: Person, told: Mapping[str, str]) -> None:
    database, at = request.app[KEPT].database, request.app[SITE].clock()
    await skills.put(database, person.id, told.get("skills", "").split(","), by=person.id, at=at)


async def _yes(request: web.Request, person: Person, told: Mapping[str, str]) -> None:
    what, database = _consent(told), request.app[KEPT].database
    read = str(reader_words(request)(f"consent.words.{what.value}"))
    await consents.give(database, person.id, what, read, by=person.id, at=request.app[SITE].clock())


async def _no(request: web.Request, person: Person, told: Mapping[str, str]) -> None:
    database, at = request.app[KEPT].database, request.app[SITE].clock()
    await consents.withdraw(database, person.id, _consent(told), by=person.id, at=at)


async def _told(request: web.Request, person: Person, told: Mapping[str, str]) -> None:
    database = request.app[KEPT].database
    wish = await wishes.of_person(database, person.id)
    await wishes.put(database, person.id, replace(wish, results=told["act"] == "tell"))


_ACTS: Mapping[str, Callable[[web.Request, Person, Mapping[str, str]], Awaitable[None]]] = {
    "skills": _skills,
    "yes": _yes,
    "no": _no,
    "tell": _told,
    "hush": _told,
}


async def refuse(request: web.Request, refused: Refused, account: str) -> web.Response:
    """The answer to who may not answer there, 403: each missing link with how it comes, as JSON where a script asks."""
    told = await lacking(request, refused, account)
    if "application/json" in request.headers.get("Accept", ""):
        missing = [{"link": one.link.value, "what": one.what, "how": one.how} for one in told]
        detail = " ".join(one.sentence for one in told)
        return web.json_response({"reason": told[0].link.value, "detail": detail, "missing": missing}, status=403)
    return render(request, "unpermitted.html", status=403, missing=told, policy=_policy_link(request, refused))


async def lacking(request: web.Request, refused: Refused, account: str) -> tuple[Told, ...]:
    """Each missing link with how it comes, in the reader's words."""
    return _explained(request, refused, account, await _naming(request))


async def _person(request: web.Request) -> Person:
    """Who asks. Raises 404 for the operator, who is nobody of the staff."""
    who = request[WHO]
    person = await people.get(request.app[KEPT].database, who.person) if who.person else None
    if person is None:
        raise web.HTTPNotFound
    return person


async def _shown(request: web.Request, person: Person, *, wrong: str = "") -> web.Response:
    database, playbook = request.app[KEPT].database, rules_of(request.app)
    standing, marks = await _standing(request, person.id), await trust.of_person(database, person.id)
    refused = next((one.outcome for one in standing if isinstance(one.outcome, Refused)), None)
    return render(
        request,
        "may.html",
        status=400 if wrong else 200,
        standing=standing,
        policy=_policy_link(request, refused) if refused else "",
        topics=_topics(request, marks, list(playbook.topics)),
        marks=list(reversed(ordered(marks)))[:MOST],
        skills=await skills.of_person(database, person.id),
        known=list(playbook.topics),
        consents=await consents.of_person(database, person.id),
        every_consent=list(Consent),
        wish=await wishes.of_person(database, person.id),
        second=timedelta(seconds=1),
        wrong=wrong,
        done=request.query.get("done", "") if not wrong else "",
    )


async def _standing(request: web.Request, person: str) -> list[Standing]:
    """The official accounts, those first where they may."""
    rules, at = asked_by(request.app), request.app[SITE].clock()
    async with request.app[KEPT].database.reading() as connection:
        known = await answering.known_within(connection, person=person)
    named, found = await _naming(request), list[Standing]()
    for account in known.accounts.values():
        if account.official:
            outcome = permitted(known.of(person, account.id), account.id, rules, at)
            missing = _explained(request, outcome, account.id, named) if isinstance(outcome, Refused) else ()
            found.append(Standing(account=account, outcome=outcome, missing=missing))
    return sorted(found, key=lambda one: not one.may)


async def _naming(request: web.Request) -> Naming:
    return await naming(request.app[KEPT].database, rules_of(request.app).trainings, request.app[ENTRY].rights)


def _explained(request: web.Request, refused: Refused, account: str, named: Naming) -> tuple[Told, ...]:
    return explained(refused, named.of(account), reader_words(request), formats(request))


def _policy_link(request: web.Request, refused: Refused) -> str:
    """Where whoever asks acknowledges the policy, by a link of their own; "" where that is not missing."""
    version = next((one.what for one in refused.missing if one.link is Link.POLICY), "")
    site, person = request.app[SITE], request[WHO].person
    if not version or person is None:
        return ""
    return f"{POLICY}{site.access.policy_key(person, version, site.clock() + LINK_LIVES)}"


def _topics(request: web.Request, marks: Sequence[Mark], known: Sequence[str]) -> list[Topic]:
    rule, words, form = (
        (rules_of(request.app).answers or Answering()).four_eyes,
        reader_words(request),
        formats(request),
    )
    found: list[Topic] = []
    for name in dict.fromkeys((*known, *(one.topic for one in marks))):
        need = needs_approval(marks, name, rule)
        steps = history((one for one in marks if one.topic == name), rule)
        said = approval_told(need, words, form)
        found.append(Topic(name=name, lifted=isinstance(need, Lifted), said=said, steps=steps))
    return found


def _consent(told: Mapping[str, str]) -> Consent:
    what = told.get("what", "")
    if what not in tuple(Consent):
        raise Reject("choose what to say yes to", reason="act")
    return Consent(what)
