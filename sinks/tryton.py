"""Tryton: linked customers as parties, their mentions as sales opportunities; state, employee and categories come back.

Rules by Tryton's own REST API (trytond/protocols/rest.py, since 8.0): one record a request, a domain to search by in `d`,
an order in `o`, fields in `f`, the key of a `res.user.application` as a bearer.
"""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from pydantic import Field, SecretStr

from core.outward import Outward
from core.ports import Tools
from sinks._crm import CrmSink
from sinks._crm_beside import kept_true
from sinks._crm_http import let_in_by
from sinks._crm_settings import Sending
from sinks._tryton import Tryton


class Settings(Sending):
    """How Tryton is reached, and what it is given.

    url       with the database: https://tryton.example.org/DATABASE
    key       of a user application for the REST API, whose user belongs to few groups: docs/crm.md
    company   id of the company whose opportunities these are
    prefix    begins the codes of parties that klankbord makes, so that they never meet those that Tryton counts up
    accounts  read a customer's accounts from the party's contact mechanisms of the kind "Other"
    text      give it the author's words as well. Tryton keeps every version of an opportunity in its history for ever,
              what was deleted and erased too; without the words it gets what is known of a mention and a link
    """

    key: SecretStr
    company: int = Field(default=1, gt=0)
    prefix: str = Field(default="klankbord-", pattern=r"^\S{3,40}$")
    accounts: bool = False
    text: bool = False


@asynccontextmanager
async def build(settings: Settings, tools: Tools, *, outward: Outward) -> AsyncIterator[CrmSink]:
    """The sink, open."""
    key = settings.key.get_secret_value()
    place = {"company": settings.company, "companies": [settings.company]}
    context = urlsafe_b64encode(msgspec.json.encode(place)).decode()
    headers = {"Authorization": f"bearer {key}", "X-Tryton-Context": context}
    async with let_in_by(headers, settings, tools, outward.name, secrets=[key]) as client:
        crm = Tryton(client, prefix=settings.prefix, text=settings.text, accounts=settings.accounts, clock=tools.clock)
        async with kept_true(crm, settings, tools, outward) as sink:
            yield sink
