"""Who does what in which situation: a card a role, for the screen and for paper."""

from aiohttp import web

from desk.web.site import KEPT, reader_words, render, rules_of
from playbook.cards import cards


async def page(request: web.Request) -> web.Response:
    """One card of `role`, or one of each. Raises HTTPNotFound for a role of which nothing is asked."""
    playbook, kept = rules_of(request.app), request.app.get(KEPT)
    made = cards(playbook, reader_words(request).language)
    role = request.query.get("role", "")
    if role and role not in made:
        raise web.HTTPNotFound
    return render(
        request,
        "cards.html",
        made=made,
        role=role,
        shown=[made[role]] if role else list(made.values()),
        mistakes=kept.rules.mistakes if kept else (),
    )
