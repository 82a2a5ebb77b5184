"""The trace of a record: what stands in a log line in place of the record, and in Kafka's header of it."""

import logging
import traceback
from collections.abc import Sequence
from hashlib import blake2b

LOG = logging.getLogger("klankbord")

TOLD = 5
"""Lines about records of one batch: of a thousand broken ones the first few say as much."""


def trace(key: bytes | str) -> str:
    """16 bytes in hexadecimal, as in W3C's traceparent.

    It follows from the key, so that it is the same for whatever is made of one mention, and nothing carries it.
    """
    plain = key if isinstance(key, bytes) else key.encode(errors="surrogatepass")
    return blake2b(plain, digest_size=16).hexdigest()


def traceparent(key: str, step: str) -> str:
    """The trace of that key for another system, as a header (W3C Trace Context, 3.2); `step` is what is done of it there.

    Nothing collects spans, so it says that none was recorded.
    """
    return f"00-{trace(key)}-{blake2b(step.encode(), digest_size=8).hexdigest()}-00"


def tell_set_aside(stage: str, records: Sequence[tuple[str, str]]) -> None:
    """A warning for each record (key, class of the error) that became a dead letter; never what it holds."""
    for key, error in records[:TOLD]:
        LOG.warning("%s set a record aside: %s", stage, error, extra={"trace": trace(key)})
    if len(records) > TOLD:
        LOG.warning("%s set %d more records aside: klankbord dead list", stage, len(records) - TOLD)


def place(error: BaseException) -> str:
    """The class of an error and where it arose, without its words: they may be somebody's."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__}{f' in {frames[-1].filename}:{frames[-1].lineno}' if frames else ''}"
