"""The tree of triage with how many went which way, who got them, and where people said otherwise; each count opens its messages."""

from aiohttp import web

from core.findings import OTHERWISE
from desk.triage.counts import Counts, count
from desk.web import tree
from desk.web.formats import Formats
from desk.web.pages.asked import ask, choices
from desk.web.site import KEPT, SITE, formats, reader_words, render, rules_of
from desk.web.view import View
from desk.web.words import Words
from playbook import confirming, leading
from playbook.explaining import does, question, unit_name
from playbook.sections import Playbook


async def page(request: web.Request) -> web.Response:
    site, words, form = request.app[SITE], reader_words(request), formats(request)
    playbook, asked = rules_of(request.app), await ask(request)
    triage, kept = playbook.triage, request.app.get(KEPT)
    boxes = await choices(site, asked.where)
    mistakes = kept.rules.mistakes if kept else ()
    if triage is None:
        return render(
            request, "triage.html", triage=None, mistakes=mistakes, asked=asked, view=asked.view, choices=boxes
        )
    counted = await count(site.archive, asked.where, triage, site.parse_query)
    view = asked.fixed

    def says(name: str) -> tuple[str, str]:
        return _says(playbook, counted, name, words, form)

    return render(
        request,
        "triage.html",
        triage=triage,
        playbook=playbook,
        mistakes=mistakes,
        counted=counted,
        drawings=(("wide", tree.drawn(triage, says, tree.WIDE)), ("narrow", tree.drawn(triage, says, tree.NARROW))),
        answers=[one for step in triage.steps for one in leading.answers(triage, step)],
        question=lambda step: question(playbook, step, words.language),
        leads=lambda name: says(name)[0],
        link=lambda query: _link(view, query),
        behind=lambda name: _link(view, leading.asked(triage, name) if name in triage.steps else f"outcome:{name}"),
        otherwise=lambda step: _link(view, leading.otherwise(triage, step)),
        waiting=_link(view, confirming.query(triage)),
        overruled=_link(view, f"checked:{OTHERWISE}"),
        unit=lambda name: unit_name(playbook, name, words.language),
        asked=asked,
        view=asked.view,
        choices=boxes,
    )


def _link(view: View, query: str) -> str:
    """The messages of the view that the query finds as well."""
    return view.link("/search", q=f"({view.q}) {query}" if view.q else query)


def _says(playbook: Playbook, counted: Counts, name: str, words: Words, form: Formats) -> tuple[str, str]:
    triage = playbook.triage
    if triage is not None and name in triage.steps:
        several = sum(counted.answers.get(one.stored, 0) for one in leading.answers(triage, name))
        said = counted.otherwise.get(name, 0)
        asked = str(words("triage.asked", n=several, count=form.number(several)))
        other = f" · {words('triage.otherwise', n=said, count=form.number(said))}" if said else ""
        return question(playbook, name, words.language), asked + other
    units = counted.units.get(name, ())
    owners = ", ".join(
        f"{unit_name(playbook, unit, words.language)} {form.number(number)}" for unit, number in units[:2]
    )
    nobody = triage is not None and not triage.outcomes[name].answer
    return does(playbook, name, words.language), owners or (str(words("triage.noanswer")) if nobody else "")
