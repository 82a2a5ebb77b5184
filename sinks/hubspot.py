"""HubSpot: linked customers as contacts, their mentions as notes on them; owner and segment come back.

Rules by developers.hubspot.com/docs: api-reference/2026-03/crm (objects in batches of 100, associations, search),
api-reference/latest/error-handling, developer-tooling/platform/usage-guidelines.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import Field, SecretStr

from core.outward import Outward
from core.ports import Tools
from sinks._crm import CrmSink
from sinks._crm_beside import kept_true
from sinks._crm_http import let_in_by
from sinks._crm_settings import Sending
from sinks._hubspot import HubSpot, judge
from sinks._hubspot_changes import Properties


class Settings(Sending):
    """How HubSpot is reached, and what its properties are called there.

    token     of a private app; docs/crm.md lists the scopes it needs
    version   the API's date, part of every address
    mention   property of notes with unique values that holds the mention's id
    customer  property of contacts with unique values that holds our customer's id
    segment   property of contacts that says which segment a customer is in
    accounts  property of contacts in which people write a customer's accounts; "" reads none
    website   property of contacts that says where a customer is at home; "" reads none
    """

    token: SecretStr
    url: str = "https://api.hubapi.com"
    version: str = Field(default="2026-03", pattern=r"^\d{4}-\d{2}$")
    mention: str = Field(default="klankbord_mention", pattern=r"^[a-z][a-z0-9_]*$")
    customer: str = Field(default="klankbord_customer", pattern=r"^[a-z][a-z0-9_]*$")
    segment: str = Field(default="lifecyclestage", pattern=r"^[a-z][a-z0-9_]*$")
    accounts: str = Field(default="", pattern=r"^([a-z][a-z0-9_]*)?$")
    website: str = Field(default="", pattern=r"^([a-z][a-z0-9_]*)?$")


@asynccontextmanager
async def build(settings: Settings, tools: Tools, *, outward: Outward) -> AsyncIterator[CrmSink]:
    """The sink, open."""
    token = settings.token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}"}
    async with let_in_by(headers, settings, tools, outward.name, secrets=[token], judge=judge(outward.name)) as client:
        properties = Properties(
            settings.mention, settings.customer, settings.segment, settings.accounts, settings.website
        )
        crm = HubSpot(client, settings.version, properties, clock=tools.clock)
        async with kept_true(crm, settings, tools, outward) as sink:
            yield sink
