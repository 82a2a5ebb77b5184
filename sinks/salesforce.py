"""Salesforce: linked customers as contacts, their mentions as cases; status, owner and segment come back.

Rules by developer.salesforce.com/docs/platform/api-rest/guide: sObject collections (upsert, update, delete: 200 a call),
query, errorcodes; and the OAuth 2.0 client credentials flow of help.salesforce.com.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import Field, SecretStr

from core.outward import Outward
from core.ports import Tools
from sinks._crm import CrmSink
from sinks._crm_beside import kept_true
from sinks._crm_http import session
from sinks._crm_settings import Sending
from sinks._salesforce import Names, Salesforce
from sinks._salesforce_door import Door

_NAME = r"^[A-Za-z][A-Za-z0-9_]*$"


class Settings(Sending):
    """How Salesforce is reached, and what its fields are called there.

    url       My Domain: https://NAME.my.salesforce.com
    client_id, client_secret  of the app whose client credentials flow runs as a user of few rights: docs/crm.md
    version   of the API, part of every address
    mention   external id field of cases, text, unique and case-sensitive, that holds the mention's id
    customer  the same of contacts, that holds our customer's id
    segment   field of contacts, or of what they belong to, that says which segment a customer is in
    accounts  field of contacts in which people write a customer's accounts; "" reads none
    website   field of contacts, or of what they belong to, that says where a customer is at home; "" reads none
    origin    value of a case's Origin; "" leaves it to Salesforce
    """

    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    version: str = Field(default="65.0", pattern=r"^\d{2,3}\.0$")
    mention: str = Field(default="Klankbord_Mention__c", pattern=_NAME)
    customer: str = Field(default="Klankbord_Customer__c", pattern=_NAME)
    segment: str = Field(default="Account.Type", pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$")
    accounts: str = Field(default="", pattern=r"^([A-Za-z][A-Za-z0-9_]*)?$")
    website: str = Field(default="", pattern=r"^([A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?)?$")
    origin: str = "Web"


@asynccontextmanager
async def build(settings: Settings, tools: Tools, *, outward: Outward) -> AsyncIterator[CrmSink]:
    """The sink, open; it logs in when it first has something to ask."""
    async with session() as opened:
        door = Door(
            opened,
            settings.url,
            settings.client_id,
            settings.client_secret.get_secret_value(),
            name=outward.name,
            clock=tools.clock,
            patience=settings.patience,
        )
        names = Names(
            settings.mention,
            settings.customer,
            settings.segment,
            settings.accounts,
            settings.website,
            settings.origin,
        )
        crm = Salesforce(door, settings.version, names, clock=tools.clock)
        async with kept_true(crm, settings, tools, outward) as sink:
            yield sink
