"""Whether somebody may answer."""

from datetime import datetime

from desk.api.answers.shared import Struct


class MissingLink(Struct, frozen=True):
    """A link without which somebody may not answer: person, policy, training, role or account.

    `what` is the version, the training, the right or the account by its handle; `since` when it stopped holding, null where it never did.
    `detail` says it in a sentence, with how it is got.
    """

    link: str
    what: str
    since: datetime | None
    detail: str


class MayAnswer(Struct, frozen=True):
    """Whether one of the staff may answer on an own account at that moment; `by` is how the right came (owner, second, person, role).

    Where they may not, `missing` has each link that is.
    """

    at: datetime
    person: str
    source: str
    handle: str
    may: bool
    by: str | None
    until: datetime | None
    missing: tuple[MissingLink, ...]
    page: str
