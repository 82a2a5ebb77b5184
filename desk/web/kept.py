"""What the page keeps for people in the desk database: alerts and what goes out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core.ports import CustomerDocuments, Publisher
from desk.alerts.checking import Network
from desk.answering.allowing import Allowing, ByChain
from desk.entry.rights import RIGHTS
from desk.faq.faq import Frequently
from desk.held.document import Asking
from desk.ports import Landmark, Leaving, Place, Rulebook, Topics
from desk.practices.alike import Alike
from desk.store.database import Database
from desk.store.sealing import Seal
from playbook.sections import Playbook


async def _nobody_asks() -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Written:
    """desk.ports.Rulebook of rules that stay as they are."""

    playbook: Playbook = field(default_factory=Playbook)
    mistakes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The desk database as the page has it.

    sends_mail  a mail server is configured
    private     networks in which webhooks of alerts may be beside public addresses
    leaving     what the policies of the sources let leave the page
    may_join    of an author id, whether the policy of its source lets its account become part of a customer
    never_join  kinds of account, as their ids begin, that no policy may let
    annotated   called when a note was written, removed or brought back; raises Retry where it is to be done later
    faq         what is asked most; None where nobody asks that
    digests     units whose people get a digest each week
    topics      the organisation's topics, to add one to; None where the page only shows
    documents   the stored documents of customers; None where there are none
    rules       the playbook in force
    keep        how long mentions of every source stay in the archive
    systems     names of the sinks and of the tracker that are configured
    staff_keep  how long who left is kept
    address     how people reach the page, for links: without the last slash; "" is wherever it is served
    stand_ins   in a demonstration: by role the e-mail address of who holds it, whom one may look as
    tour        in a demonstration: what the overview tells first
    held        gathers all that is held of somebody, in every store; None where the page cannot
    alike       what is most like a case; None where nothing is
    place       where the encoder places what people write; None where it cannot be asked
    for_staff   staff who signed in see all that they may under that address too
    publishers  those that answer at their sources, by name; what they would send a worker sends
    allowing    who may let an answer go out
    """

    database: Database
    seal: Seal
    sends_mail: bool
    leaving: Leaving
    may_join: Callable[[str], bool]
    never_join: frozenset[str] = frozenset()
    private: tuple[Network, ...] = ()
    annotated: Callable[[], Awaitable[None]] = _nobody_asks
    documents: CustomerDocuments | None = None
    alike: Alike | None = None
    place: Place | None = None
    faq: Frequently | None = None
    digests: tuple[str, ...] = ()
    topics: Topics | None = None
    rules: Rulebook = field(default_factory=Written)
    keep: timedelta = timedelta(days=400)
    systems: frozenset[str] = frozenset()
    staff_keep: timedelta = timedelta(days=365)
    address: str = ""
    for_staff: bool = False
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    tour: Sequence[Landmark] = ()
    held: Asking | None = None
    publishers: Mapping[str, Publisher] = field(default_factory=dict)
    allowing: Allowing = field(default_factory=lambda: ByChain({}, Playbook, RIGHTS))
