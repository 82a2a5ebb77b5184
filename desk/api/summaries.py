"""What the configured language model makes of a selection, each sentence with the mentions that it rests on."""

from urllib.parse import urlencode

import msgspec

from desk.api import answers, told
from desk.api.asker import Asker, ask
from desk.summaries.summary import summarise
from desk.web.view import ONCE, View

NONE = "no language model is configured, so nothing is summarised: give llm.base_url and llm.model"


async def summary(asker: Asker, view: View, language: str) -> answers.SummaryAnswer | None:
    """None where no language model is configured. The model reads each text once, so copies count once in the answer.

    Raises what desk.summaries.summary.summarise does.
    """
    if asker.summaries is None:
        return None
    asked = await ask(asker, msgspec.structs.replace(view, copies=ONCE))
    found = await summarise(asker.summaries, asker, asked, language=language, by=asker.name)
    return answers.SummaryAnswer(
        question=await told.question(asker, asked),
        links=told.links(asker, asked.fixed),
        sentences=tuple(
            answers.Sentence(
                text=one.text,
                evidence=tuple(_evidence(asker, stored.enriched.mention.id) for stored in one.evidence),
            )
            for one in found.sentences
        ),
        model=found.model,
        read=found.read,
        total=found.total,
        dropped=found.dropped,
        beyond=found.beyond,
        whole=found.whole,
    )


def _evidence(asker: Asker, mention: str) -> answers.Evidence:
    return answers.Evidence(id=mention, page=f"{asker.page}/mention?{urlencode({'id': mention})}")
