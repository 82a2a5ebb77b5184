"""Coming in by a password and, where there is one, a code: the same answer after the same work, whoever the name is of."""

from enum import Enum

from desk.entry import codes, hashing
from desk.entry.entry import Entry
from desk.store import audit, passwords, people, second_factors
from desk.store.people import PERSON, Person
from desk.store.sessions import Way

LONGEST_NAME = 200


class Refused(Enum):
    """Why somebody does not come in."""

    WRONG = "wrong"
    BUSY = "busy"


async def by_password(entry: Entry, name: str, password: str, *, address: str) -> Person | Refused:
    """The person of that name, whose password it is."""
    called = name.strip()[:LONGEST_NAME]
    if not entry.addresses.allows(address) or not entry.names.allows(called.lower()):
        return Refused.BUSY
    person = await people.named(entry.database, called) if called else None
    kept = await passwords.find(entry.database, person.id if person else "")
    right = await entry.hasher.verified(kept, password)
    if person is None or not person.active or kept is None or not right:
        await note_refusal(entry, person)
        return Refused.WRONG
    if entry.hasher.is_old(kept):
        await passwords.renew(entry.database, person.id, kept, await entry.hasher.hashed(password))
    return person


async def by_code(entry: Entry, person: str, code: str) -> Way | Refused:
    """Whether that is a code of the person's telephone, or a recovery code, that was not taken before."""
    if not entry.names.allows(f"code of {person}"):
        return Refused.BUSY
    at = entry.clock()
    has = await second_factors.of(entry.database, person, entry.seal)
    if has is not None and has.confirmed:
        step = codes.step_of(has.secret, code, at)
        if step is not None and await second_factors.spend_step(entry.database, person, step):
            return Way.CODE
        if await second_factors.spend_code(entry.database, person, codes.recovery_hash(code), at=at):
            return Way.RECOVERY
    await note_refusal(entry, await people.get(entry.database, person))
    return Refused.WRONG


async def set_by_invitation(
    entry: Entry, person: Person, nonce: str, typed: tuple[str, str], *, organisation: str
) -> bool:
    """Let what was `typed` twice be the person's password; whether the invitation opened. Raises Reject for one that is too easy."""
    hashing.check(*typed, never=words_of(person, organisation))
    made = await entry.hasher.hashed(typed[0])
    return await passwords.accept(entry.database, person.id, nonce, made, entry.clock())


def words_of(person: Person, organisation: str) -> tuple[str | None, ...]:
    """What a password of that person must not be made of."""
    mail = (person.email or "").partition("@")[0] or None
    return (person.name, person.email, mail, person.user_name, organisation)


async def note_refusal(entry: Entry, person: Person | None) -> None:
    """Write down that somebody was refused; for a name that nobody has too, which takes as long."""
    subject = person.id if person else "unknown"
    said = audit.Entry(at=entry.clock(), by="page", did="was refused", what=PERSON, subject=subject)
    await audit.add(entry.database, said)
