"""Every public error, named after what the program does next.

KlankbordError
├── Retry     wait and try the same again: the other side is away, busy or refuses for now
│   └── Denied    it lets nobody in until a person acts there: a token, a right, a field that is missing
├── Unsure    it was done or it was not: ask the other side before it is done again
├── Reject    set this one record aside as a dead letter and go on
└── Stop      end with a sentence and an exit code: a person has to act
    ├── Unwritable      what klankbord keeps cannot be written: no part can go on
    └── Misconfigured   the configuration is wrong; says where and how to mend it
"""

from collections.abc import Sequence


class KlankbordError(Exception):
    """Base of every error raised on purpose. Its text is one clear sentence for a person."""


class Retry(KlankbordError):  # noqa: N818 - named after what happens next
    """Wait and try again. `after` is the wait in seconds that the other side asked for, if it did."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Denied(Retry):
    """The other side lets us in no more until a person acts there; it is tried again, and goes on by itself once it does."""


class Unsure(KlankbordError):  # noqa: N818 - named after what is known
    """What was asked may have been done though no answer says so. `after`: seconds until the other side can be believed."""

    def __init__(self, message: str, *, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


class Reject(KlankbordError):  # noqa: N818 - named after what happens next
    """One record can never pass as it is: it becomes a dead letter. `reason` is one of a bounded set of words."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Stop(KlankbordError):  # noqa: N818 - named after what happens next
    """The program cannot go on until a person acts. `code` is the process exit code."""

    code = 1


class Unwritable(Stop):
    """The disk is full, or refuses what klankbord keeps: every part ends, and nothing that was confirmed is lost."""


class Misconfigured(Stop):
    """The configuration is wrong. `mistakes` holds one sentence each: file, path, what is wrong, nearest valid name."""

    code = 2

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)
