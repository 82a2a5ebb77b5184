"""What is asked most, wired to the archive, the desk and what ordinary messages look like."""

from desk.faq.faq import Frequently
from enrich._corpus import load_corpus
from klankbord.configuration import Configuration
from klankbord.privacy.leaving import Policies
from klankbord.rulebook import FileRules
from klankbord.serving.similar import ordinary
from klankbord.stores import Stores


def frequently(configuration: Configuration, stores: Stores) -> Frequently:
    """Of this data folder."""
    return Frequently(
        stores.desk,
        stores.archive,
        ordinary=lambda: ordinary(load_corpus()),
        rules=FileRules(configuration.playbook),
        leaving=Policies(configuration),
        organisation=configuration.organisation.name,
        languages=configuration.organisation.languages,
    )
