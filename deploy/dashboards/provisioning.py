"""What tells a Grafana where the figures are and where the dashboards lie: files of its provisioning, no secret among them.

$__file{PATH} is Grafana's own way to read a value from a file when it starts, $NAME from its environment.
"""

from typing import Any

from grafana_foundation_sdk.models.common import DataSourceRef

from deploy.dashboards.fields import CREATED, DAYS, HAPPENED_ON, OPEN, OPENED
from deploy.dashboards.measures import METRICS
from deploy.dashboards.queries import ARCHIVE, BACKLOG, CASES, CUSTOMERS, HAPPENED
from deploy.setup.prepare import DASHBOARDS_KEY
from sinks._elastic_schema import Names

SECRETS = "/secrets/grafana"
KEY, AUTHORITY = DASHBOARDS_KEY, "ca.crt"
"""Files there: an API key that reads what dashboards may see, and whom to trust."""

PLACE = "/etc/grafana/provisioning"


def sources(prefix: str = "klankbord") -> dict[str, object]:
    """The archive, its customers, cases by when they were opened and by when they were open, what happened, and the metrics."""
    names = Names(prefix)
    archive = _engine("klankbord", ARCHIVE, names.shown, CREATED) | {"isDefault": True}
    archive["jsonData"] |= {"logMessageField": "body.mention.text"}
    customers = _engine("klankbord customers", CUSTOMERS, names.customers, DAYS)
    cases = _engine("klankbord cases", CASES, names.cases, OPENED)
    backlog = _engine("klankbord backlog", BACKLOG, names.cases, OPEN)
    happened = _engine("klankbord happened", HAPPENED, names.shown, HAPPENED_ON)
    metrics = {
        "name": "klankbord metrics",
        "uid": METRICS.uid,
        "type": METRICS.type_val,
        "access": "proxy",
        "url": "http://prometheus:9090",
        "editable": False,
        "jsonData": {"httpMethod": "POST", "timeInterval": "15s"},
    }
    return {"apiVersion": 1, "datasources": [archive, customers, cases, backlog, happened, metrics]}


def _engine(name: str, reference: DataSourceRef, index: str, time: str) -> dict[str, Any]:
    """One alias of the archive's engine; Any: as Grafana's file has it."""
    return {
        "name": name,
        "uid": reference.uid,
        "type": reference.type_val,
        "access": "proxy",
        "url": "$KLANKBORD_ELASTICSEARCH",
        "editable": False,
        "jsonData": {
            "index": index,
            "timeField": time,
            "maxConcurrentShardRequests": 5,
            "apiKeyAuth": True,
            "tlsAuthWithCACert": True,
        },
        "secureJsonData": {
            "apiKey": f"$__file{{{SECRETS}/{KEY}}}",
            "tlsCACert": f"$__file{{{SECRETS}/{AUTHORITY}}}",
        },
    }


def provider() -> dict[str, object]:
    """Where the dashboards' files are; nobody changes them in Grafana."""
    found = {
        "name": "klankbord",
        "folder": "klankbord",
        "type": "file",
        "disableDeletion": True,
        "allowUiUpdates": False,
        "options": {"path": f"{PLACE}/dashboards"},
    }
    return {"apiVersion": 1, "providers": [found]}
