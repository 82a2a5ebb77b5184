"""What a group of tasks raises, as the one error a person should read."""

import errno

import apsw

from core.errors import Stop


def telling(error: BaseException) -> BaseException:
    """The first Stop in an error that may be a group of groups; where there is none, the first error that is no group."""
    found = _within(error)
    return next((one for one in found if isinstance(one, Stop)), found[0])


def sentence(error: BaseException) -> str:
    """What a person is told of it."""
    found = telling(error)
    match found:
        case apsw.FullError() | OSError(errno=errno.ENOSPC):
            return "the disk is full; make room and start again"
        case OSError(filename=str(path), strerror=str(because)):
            return f"{path}: {because}"
        case _:
            return str(found)


def _within(error: BaseException) -> list[BaseException]:
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [one for inner in error.exceptions for one in _within(inner)]
