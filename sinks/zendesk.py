"""Zendesk: mentions as tickets, linked customers as their requesters; status, owner and segment come back.

Rules by developer.zendesk.com/api-reference: ticketing/introduction (idempotency), tickets/tickets, users/users,
ticket-management/job_statuses and incremental_exports, introduction/rate-limits.
"""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import Field, SecretStr

from core.outward import Outward
from core.ports import Tools
from sinks._crm import CrmSink
from sinks._crm_beside import kept_true
from sinks._crm_http import let_in_by
from sinks._crm_settings import Sending
from sinks._zendesk import Zendesk
from sinks._zendesk_changes import Fields

_KEY = r"^[a-z0-9_]*$"


class Settings(Sending):
    """How Zendesk is reached, and which of its fields are used.

    url       https://NAME.zendesk.com
    token     an OAuth access token; or, with `email`, an API token of that agent
    text      id of a multi-line ticket field that holds the author's words; without one a ticket has their beginning alone
    customer  key of a text field of users that holds our customer's id
    segment   key of a field of users that says which segment a customer is in; "" asks for none
    accounts  key of a field of users in which people write a customer's accounts; "" reads none
    website   key of a field of users that says where a customer is at home; "" reads none
    """

    token: SecretStr
    email: str = ""
    text: int | None = Field(default=None, gt=0)
    customer: str = Field(default="klankbord_customer", pattern=_KEY, min_length=1)
    segment: str = Field(default="", pattern=_KEY)
    accounts: str = Field(default="", pattern=_KEY)
    website: str = Field(default="", pattern=_KEY)


@asynccontextmanager
async def build(settings: Settings, tools: Tools, *, outward: Outward) -> AsyncIterator[CrmSink]:
    """The sink, open."""
    token = settings.token.get_secret_value()
    basic = b64encode(f"{settings.email}/token:{token}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}" if settings.email else f"Bearer {token}"}
    async with let_in_by(headers, settings, tools, outward.name, secrets=[token, basic]) as client:
        fields = Fields(settings.text, settings.customer, settings.segment, settings.accounts, settings.website)
        crm = Zendesk(client, fields, settings.patience, tools.clock)
        async with kept_true(crm, settings, tools, outward) as sink:
            yield sink
