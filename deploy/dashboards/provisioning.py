"""What tells a Grafana where the figures are and where the dashboards lie: files of its provisioning, no secret among them.

$__file{PATH} is Grafana's own way to read a value from a file when it starts, $NAME from its environment.
"""

from deploy.dashboards.fields import CREATED
from deploy.dashboards.measures import METRICS
from deploy.dashboards.queries import ARCHIVE
from deploy.setup.prepare import DASHBOARDS_KEY
from sinks._elastic_schema import Names

SECRETS = "/secrets/grafana"
KEY, AUTHORITY = DASHBOARDS_KEY, "ca.crt"
"""Files there: an API key that reads what dashboards may see, and whom to trust."""

PLACE = "/etc/grafana/provisioning"


def sources(prefix: str = "klankbord") -> dict[str, object]:
    """The archive and the metrics."""
    archive = {
        "name": "klankbord",
        "uid": ARCHIVE.uid,
        "type": ARCHIVE.type_val,
        "access": "proxy",
        "url": "$KLANKBORD_ELASTICSEARCH",
        "isDefault": True,
        "editable": False,
        "jsonData": {
            "index": Names(prefix).shown,
            "timeField": CREATED,
            "logMessageField": "body.mention.text",
            "maxConcurrentShardRequests": 5,
            "apiKeyAuth": True,
            "tlsAuthWithCACert": True,
        },
        "secureJsonData": {
            "apiKey": f"$__file{{{SECRETS}/{KEY}}}",
            "tlsCACert": f"$__file{{{SECRETS}/{AUTHORITY}}}",
        },
    }
    metrics = {
        "name": "klankbord metrics",
        "uid": METRICS.uid,
        "type": METRICS.type_val,
        "access": "proxy",
        "url": "http://prometheus:9090",
        "editable": False,
        "jsonData": {"httpMethod": "POST", "timeInterval": "15s"},
    }
    return {"apiVersion": 1, "datasources": [archive, metrics]}


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
