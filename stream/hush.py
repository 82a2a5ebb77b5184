"""What the Kafka client and Faust write to their logs, cut down to what a person has to know, each once."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError

NOISY = ("aiokafka", "faust", "mode")


class _Once(logging.Handler):
    """Says a refusal that no waiting mends, once; drops the rest, of which an outage brings thousands of lines."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say
        self._said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        for cause in _causes(record):
            name = type(cause).__name__
            if isinstance(cause, KafkaError) and not cause.retriable and name not in self._said:
                self._said.add(name)
                self._say(f"Kafka refuses: {name} {cause}".rstrip())


def _causes(record: logging.LogRecord) -> list[BaseException]:
    given = record.args if isinstance(record.args, tuple) else ()
    raised = record.exc_info[1] if record.exc_info else None
    return [each for each in (*given, raised) if isinstance(each, BaseException)]


@contextmanager
def hushed(say: Callable[[str], None]) -> Iterator[None]:
    """Inside, these libraries' logs go to `say` alone, which is called in any thread."""
    handler = _Once(say)
    loggers = [logging.getLogger(name) for name in NOISY]
    before = [(logger, logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, propagate, level in before:
            logger.removeHandler(handler)
            logger.propagate = propagate
            logger.setLevel(level)
