"""What summaries need of the program around them, as the wiring hands it in."""

from dataclasses import dataclass

from desk.ports import Leaving
from desk.store.database import Database
from desk.summaries.prompt import Redact
from desk.summaries.settings import LanguageModelSettings


@dataclass(frozen=True, kw_only=True)
class Summaries:
    """There are some, for a language model is configured.

    database  keeps the day's budget, and who asked
    leaving   what the policies of the sources let leave
    redact    takes personal data out of a text before it is sent
    """

    settings: LanguageModelSettings
    database: Database
    leaving: Leaving
    redact: Redact
