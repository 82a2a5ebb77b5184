"""What is new: the list, the page of one emerging topic with its evidence, and making it a topic of the organisation."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from core.errors import Misconfigured
from desk.ports import Topics
from desk.store import audit, emerging
from desk.web.site import KEPT, SITE, WHO, render
from desk.web.words import Words
from picture.emerged import Emerging, emerged

MOST = 10
SHOWN = 30
LONGEST = 500
MOST_KEYWORDS = 12


async def page(request: web.Request) -> web.Response:
    """The list; with `id` in the address the page of that one. Raises 404 for one that does not emerge any more."""
    wanted = request.query.get("id", "")
    found = await asked(request, MOST)
    if not wanted:
        return render(request, "emerging.html", topics=found or (), known=found is not None, topic=None)
    topic = next((one for one in found or () if one.id == wanted), None)
    if topic is None:
        raise web.HTTPNotFound
    return _shown(request, topic)


async def act(request: web.Request) -> web.StreamResponse:
    """Make a topic of it, or take that back."""
    form = await request.post()
    told = {key: " ".join(value.split())[:LONGEST] for key, value in form.items() if isinstance(value, str)}
    topics, name = _topics(request), told.get("name", "")
    try:
        if told.get("act") == "drop":
            topics.drop(name)
        else:
            topics.add(name, *written(told))
    except Misconfigured as error:
        topic = next((one for one in await asked(request, MOST) or () if one.id == told.get("id")), None)
        if topic is None:
            raise web.HTTPNotFound from None
        return _shown(request, topic, wrong=error.mistakes[0], told=told)
    did = "removed" if told.get("act") == "drop" else "made"
    entry = audit.Entry(at=request.app[SITE].clock(), by=request[WHO].by, did=did, what="topic", subject=name)
    await audit.add(request.app[KEPT].database, entry)
    raise web.HTTPSeeOther(f"/emerging?{urlencode({'id': told.get('id', ''), did: name})}")


async def asked(request: web.Request, most: int) -> list[Emerging] | None:
    """What emerges now; None where nothing is kept for the page, or what is normal is not known yet."""
    kept = request.app.get(KEPT)
    found = await emerging.now(kept.database) if kept else None
    if found is None or found.learned < 1:
        return None
    return await emerged(request.app[SITE].archive, found, most=most)


def written(told: Mapping[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Description and keywords by language, from the fields of the form."""
    description = {
        key.partition("-")[2]: value for key, value in told.items() if key.startswith("description-") and value
    }
    keywords = {key.partition("-")[2]: _listed(value) for key, value in told.items() if key.startswith("keywords-")}
    return description, {language: words for language, words in keywords.items() if words and language in description}


def proposed(topic: Emerging, catalogues: Mapping[str, Words]) -> dict[str, str]:
    """What the form begins with: no sentence of anybody, but the words that tell the topic."""
    values = {"name": topic.name}
    for language, words in topic.words.items():
        listed = ", ".join(words)
        catalogue = catalogues.get(language)
        values[f"description-{language}"] = str(catalogue("emerging.about", words=listed)) if catalogue else listed
        values[f"keywords-{language}"] = listed
    return values


def _listed(value: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in value.split(",") if word.strip()))[:MOST_KEYWORDS]


def _topics(request: web.Request) -> Topics:
    kept = request.app.get(KEPT)
    if kept is None or kept.topics is None:
        raise web.HTTPNotFound
    return kept.topics


def _shown(
    request: web.Request, topic: Emerging, *, wrong: str = "", told: Mapping[str, str] | None = None
) -> web.Response:
    kept = request.app.get(KEPT)
    names: Sequence[str] = kept.topics.names() if kept and kept.topics else ()
    made = request.query.get("made", "")
    return render(
        request,
        "emerging.html",
        status=400 if wrong else 200,
        topic=topic,
        mentions=topic.mentions[:SHOWN],
        makes=bool(kept and kept.topics),
        made=made if made in names else "",
        wrong=wrong,
        form=told or proposed(topic, request.app[SITE].catalogues),
        highest=max((1, *topic.trend)),
    )
