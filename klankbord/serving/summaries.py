"""Summaries by the configured language model, wired to the desk and to what policies let leave."""

from core.redaction import Kind, Redactor
from core.redaction.regions import regions_of
from desk.store.database import Database
from desk.summaries.parts import Summaries
from klankbord.configuration import Configuration
from klankbord.privacy.leaving import Policies


def summaries_of(configuration: Configuration, desk: Database) -> Summaries | None:
    """None where no language model is configured. Every kind of personal data is taken out of what is sent."""
    if not configuration.llm.base_url:
        return None
    redactor = Redactor(tuple(Kind), regions_of(configuration.organisation.languages))
    return Summaries(settings=configuration.llm, database=desk, leaving=Policies(configuration), redact=redactor.redact)
