"""The business events that stand beside a chart of the page."""

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from core.document import Annotation
from desk.happenings.beside import noted
from desk.store import happenings
from desk.store.happenings import BESIDE, DRAWN
from desk.web.site import KEPT, reader_words


async def happened(
    request: web.Request, since: datetime, until: datetime, *, titles: bool = True
) -> Sequence[Annotation]:
    """Those that touch [since, until), the latest where there are many; none where nothing is kept for the page."""
    kept = request.app.get(KEPT)
    if kept is None:
        return ()
    told = await happenings.within(kept.database, since, until, DRAWN, BESIDE)
    return noted(told, reader_words(request), titles=titles)
