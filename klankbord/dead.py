"""Dead letters of the ingest stage on their way back: read by their source's settings as they are now, admitted as if heard anew."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from core.codec import decode, encode
from core.errors import Misconfigured, Reject
from core.ports import Batch, Parse
from core.time import now
from core.types import DeadLetter, Deletion, Failure, Mention
from ingest._admit import Admission, Admitted
from ingest._memory import open_memory
from klankbord import registry
from klankbord.configuration import Configuration, Source, settings_of
from klankbord.options import hush
from klankbord.privacy.joining import policy_of
from klankbord.rules import Rules
from klankbord.stores import Stores

Entry = tuple[str, bytes]


class Reader:
    """What stream.replay asks of an ingest letter; `settle` when what it gave is published."""

    def __init__(self, configuration: Configuration, admission: Admission) -> None:
        self._configuration, self._admission = configuration, admission
        self._sources = {source.name: source for source in configuration.sources}
        self._parses: dict[str, Parse] = {}
        self._admitted: list[Admitted] = []

    def parse(self, letter: DeadLetter) -> Sequence[Entry]:
        """The letter's input as entries of log topic `mentions`; none where no monitor wants it. Raises Reject."""
        name, _, stream = letter.origin.partition("/")
        source = self._sources.get(name)
        if source is None:
            raise Reject(f'{letter.origin}: there is no source "{name}" in the configuration now', reason="no source")
        batch = _batch(self._parse_of(source), stream, letter)
        admitted = self._admission.sift(
            batch, policy_of(source, self._configuration.organisation.languages), now(), stream=letter.origin
        )
        if admitted.failed:
            self._admission.release(admitted)
            raise Reject(f"{letter.origin}: {admitted.failed[0].detail}", reason=admitted.failed[0].reason)
        self._admitted.append(admitted)
        messages: list[Mention | Deletion] = [*admitted.mentions, *admitted.deletions]
        return [(_key(message), encode(message)) for message in messages]

    async def settle(self) -> None:
        """All that was given is published: remember it, as if it had been heard."""
        admitted, self._admitted = self._admitted, []
        for one in admitted:
            await self._admission.keep(one)

    def _parse_of(self, source: Source) -> Parse:
        """How the source reads its input, by its settings where they change what it says. Raises Misconfigured."""
        if source.name not in self._parses:
            try:
                module = registry.load("ingest", source.use)
            except KeyError:
                raise Misconfigured([f'there is no connector "{source.use}" any more']) from None
            known = {"zone": self._configuration.organisation.time_zone, "folder": self._configuration.folder}
            by = getattr(module, "parse_by", None)  # optional on a connector, see core.ports.Parse
            self._parses[source.name] = by(settings_of("ingest", source, **known)) if by else module.parse
        return self._parses[source.name]


@asynccontextmanager
async def open_reader(configuration: Configuration, stores: Stores) -> AsyncIterator[Reader]:
    """A reader of ingest letters with the rules in force now."""
    rules = Rules(configuration.playbook, hush)
    async with open_memory(stores.folder.memory, fresh=False) as memory:
        yield Reader(configuration, Admission(memory, wanted=rules.wanted, erased=stores.erased))


def _key(message: Mention | Deletion) -> str:
    return message.id if isinstance(message, Mention) else message.target


def _batch(parse: Parse, stream: str, letter: DeadLetter) -> Batch:
    """What the payload says, whether it is klankbord's own message or the source's input."""
    try:
        parsed: list[object] = [decode(letter.payload)]
    except Reject:
        parsed = list(parse(letter.payload, stream, letter.at))
    failed = [one for one in parsed if isinstance(one, Failure)]
    if failed or not parsed:
        detail = failed[0].detail if failed else "it holds no message"
        raise Reject(f"{letter.origin}: it still cannot be read: {detail}", reason="unreadable")
    return Batch(
        mentions=tuple(one for one in parsed if isinstance(one, Mention)),
        deletions=tuple(one for one in parsed if isinstance(one, Deletion)),
    )
