"""The weekly digests, wired to the stores of this data folder."""

from functools import partial

from core.time import Clock, now
from desk.digest.gathering import Gatherer
from desk.digest.sending import Digester
from desk.web import words
from klankbord.configuration import Configuration
from klankbord.privacy.leaving import Policies
from klankbord.rulebook import FileRules
from klankbord.serving import page
from klankbord.serving.asking import Asking
from klankbord.serving.faq import frequently
from klankbord.stores import Stores
from picture.forecast.asking import Forecasts


def digester(configuration: Configuration, stores: Stores, *, clock: Clock = now) -> Digester:
    """Of the configured units."""
    organisation = page.organisation(configuration)
    site = Asking(stores.archive, clock, organisation)
    gatherer = Gatherer(
        stores.desk,
        site,
        Policies(configuration),
        frequently(configuration, stores),
        Forecasts(stores.archive, organisation.zone, clock, partial(page.reached, stores)),
    )
    return Digester(
        stores.desk,
        gatherer,
        configuration.digest,
        rules=FileRules(configuration.playbook),
        organisation=organisation,
        catalogues={language: words.load(language) for language in words.LANGUAGES},
        first_language=words.first_of(organisation.languages),
        page=configuration.page.address,
        clock=clock,
    )
