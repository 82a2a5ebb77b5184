"""What is most like a case, wired to the archive, the encoder and what ordinary messages look like."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np

from core.time import now
from desk.practices.alike import Alike
from enrich._corpus import Corpus, load_corpus
from enrich._encoder import pack_all
from enrich._normalise import normalise
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.options import hush
from klankbord.stores import Stores
from klankbord.understanding import open_encoder
from picture.similar import WIDTH, Ordinary, Similar

EVERY = 5.0
"""Seconds between looks at what was closed, approved and erased."""


def ordinary(corpus: Corpus) -> Ordinary:
    """What texts look like before any is held."""
    spread = corpus.axes.T @ corpus.axes + np.eye(WIDTH, dtype=np.float32) * corpus.rest**2
    return Ordinary(corpus.centre, np.asarray(spread, dtype=np.float32))


def alike_of(stores: Stores) -> Alike:
    """Of this data folder; empty until it is followed."""
    similar = Similar(ordinary(load_corpus()))
    return Alike(stores.desk, stores.archive, similar, erased=stores.erased.version)


@asynccontextmanager
async def following(alike: Alike, report: Report) -> AsyncIterator[None]:
    """What there is and what comes is taken in as long as this is open."""
    stop, broken = asyncio.Event(), "what is similar is as it was"
    work = persist(lambda: alike.follow(now()), stop, report, name="similar", broken=broken, every=EVERY)
    running = asyncio.create_task(work)
    try:
        yield
    finally:
        stop.set()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def place(texts: Sequence[str]) -> Sequence[bytes]:
    """desk.ports.Place. The encoder is opened for it and closed after: people write seldom, and it takes 210 MB."""
    return await asyncio.to_thread(_placed, texts)


def _placed(texts: Sequence[str]) -> Sequence[bytes]:
    with open_encoder(hush) as encoder:
        return pack_all(encoder.encode([normalise(text) for text in texts]))
