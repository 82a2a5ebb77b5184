"""PromQL from core.telemetry: a name and its labels are never written by hand."""

from grafana_foundation_sdk.models import prometheus
from grafana_foundation_sdk.models.common import DataSourceRef

from core.errors import Misconfigured
from core.settings import nearest
from core.telemetry import Count, Duration, Gauge, Name

METRICS = DataSourceRef(type_val="prometheus", uid="klankbord-metrics")


def labels(name: Name, *wanted: str) -> str:
    """Labels to split by. Raises Misconfigured where the measure has no such label."""
    for one in wanted:
        if one not in name.labels:
            raise Misconfigured([f'{name.value} has no label "{one}"; {nearest(one, name.labels)}'])
    return ", ".join(wanted)


def rate(name: Count, *by: str) -> str:
    """How many a second."""
    return f"sum by ({labels(name, *by)}) (rate({name.value}[$__rate_interval]))"


def grown(name: Count, *by: str) -> str:
    """How many in the dashboard's range."""
    return f"sum by ({labels(name, *by)}) (increase({name.value}[$__range]))"


def most(name: Gauge, *by: str) -> str:
    """The largest of the processes that tell it."""
    return f"max by ({labels(name, *by)}) ({name.value})"


def since(name: Gauge, *by: str) -> str:
    """Seconds since that moment."""
    return f"time() - {most(name, *by)}"


def quantile(share: float, name: Duration, *by: str) -> str:
    """Seconds within which that share of all was done."""
    split = ", ".join(filter(None, ("le", labels(name, *by))))
    return f"histogram_quantile({share}, sum by ({split}) (rate({name.value}_bucket[$__rate_interval])))"


def measured(expression: str, legend: str, *, ref: str = "A", now: bool = False) -> prometheus.Dataquery:
    """Series over the dashboard's range, or (`now`) their values at its end."""
    return prometheus.Dataquery(
        expr=expression,
        legend_format=legend,
        ref_id=ref,
        datasource=METRICS,
        instant=now,
        range_val=not now,
        format_val=prometheus.PromQueryFormat.TIME_SERIES,
        editor_mode=prometheus.QueryEditorMode.CODE,
    )
