"""What is said of a person, held against what such a thing looks like."""

import msgspec

from core.errors import Reject
from core.settings import nearest
from desk.alerts.addresses import ADDRESS
from desk.store.people import Details
from desk.web.words import LANGUAGES

LONGEST = 200


def checked(details: Details) -> Details:
    """The same details. Raises Reject, in one sentence, where one of them cannot be."""
    for name, value in msgspec.structs.asdict(details).items():
        if value is not None and (not value.strip() or len(value) > LONGEST or not value.isprintable()):
            raise Reject(f"the {name.replace('_', ' ')} has 1 to {LONGEST} printable characters", reason="details")
    if not details.name:
        raise Reject("a person has a name", reason="details")
    if details.email and not ADDRESS.fullmatch(details.email):
        raise Reject(f'"{details.email}" is no e-mail address', reason="details")
    if details.language and details.language not in LANGUAGES:
        raise Reject(
            f'"{details.language}" is no language here; {nearest(details.language, LANGUAGES)}', reason="details"
        )
    return details
